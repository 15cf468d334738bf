"""What can happen to the account of a member of staff [M3]."""

from enum import StrEnum


class AccountAct(StrEnum):
    """One line in the record of an account."""

    INVITED = "account_invited"
    LINK_RENEWED = "account_link"
    PASSWORD_SET = "password_set"  # noqa: S105 (the name of an act)
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    FACTOR_SET = "factor_set"
    FACTOR_RESET = "factor_reset"
    RECOVERY_MADE = "recovery_made"
    RECOVERY_USED = "recovery_used"
    DUTIES_CHANGED = "duties_changed"
    DISABLED = "account_disabled"
    ENABLED = "account_enabled"
    SIGNED_IN = "signed_in"
    SESSIONS_ENDED = "sessions_ended"
    EXPORTED = "exported"
    EXPORTED_IN_FULL = "exported_full"
