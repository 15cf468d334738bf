"""What administrator and supervisor set and publish for the whole office [T1, P8, M4, E2]."""

from enum import StrEnum


class OfficeAct(StrEnum):
    """One line in the record of an office."""

    HOURS_SET = "hours_set"
    SEASON_SET = "season_set"
    SEASON_REMOVED = "season_removed"
    PLAN_SET = "plan_set"
    DAY_CLOSED = "day_closed"
    DAY_OPENED = "day_opened"
    TEXT_SET = "text_set"
    TEXT_RESTORED = "text_restored"
    MESSAGE_TIMES_SET = "message_times_set"
    CONTACTS_SET = "contacts_set"
    STANDARD_SET = "standard_set"
    STANDARD_RESTORED = "standard_restored"
    THRESHOLD_SET = "threshold_set"
    VILLAGE_SET = "village_set"
    VILLAGE_RETIRED = "village_retired"
    VILLAGE_RESUMED = "village_resumed"
    REJECTION_TEXT_SET = "rejection_text_set"
    DOCUMENT_NOTE_SET = "document_note_set"
    SERVICE_SET = "service_set"
    SURVEY_PLANNED = "survey_planned"
    SURVEY_PUBLISHED = "survey_published"
    SURVEY_USERS_SET = "survey_users_set"
    TERMS_SET = "terms_set"
