"""Which message a step causes, and which waiting messages it makes pointless [G4, P7, P8]."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from models.rules.workflow import Act


class Kind(StrEnum):
    """A text that is sent; its words lie in templates/mail/<kind>.txt."""

    RECEIVED = "received"
    CORRECTION_ASKED = "correction_asked"
    CORRECTION_REMINDER = "correction_reminder"
    DEADLINE_MOVED = "deadline_moved"
    LAPSED = "lapsed"
    REFUSED = "refused"
    LOOKED_AT_AGAIN = "looked_at_again"
    SCHEDULED = "scheduled"
    ACCEPTED_WAITING = "accepted_waiting"
    MOVED = "moved"
    EARLIER_OFFERED = "earlier_offered"
    MISSED = "missed"
    REMINDER_EVE = "reminder_eve"
    REMINDER_DAY = "reminder_day"
    READY = "ready"
    OBSTACLE = "obstacle"
    PROMISE_MOVED = "promise_moved"
    APOLOGY = "apology"
    READY_REMINDER = "ready_reminder"
    REPRINT = "reprint"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    BLANKS_OUT = "blanks_out"
    BLANKS_BACK = "blanks_back"
    SURVEY = "survey"


class StaffNews(StrEnum):
    """A text that is sent to officers and is about no application; its templates lie in templates/mail/<kind>/."""

    BLANKS_LOW = "blanks_low"
    BLANKS_ASKED = "blanks_asked"
    MANY_LOOKS = "many_looks"
    COMPLAINT_FOR_YOU = "complaint_for_you"
    QUEUE_JUMPS = "queue_jumps"
    DAILY_HEAD = "daily_head"


class ComplaintNews(StrEnum):
    """A text to who complained [C1]; its templates lie there, too."""

    RECEIVED = "complaint_received"
    TAKEN_UP = "complaint_taken_up"
    ASKED = "complaint_asked"
    ANSWERED = "complaint_answered"
    CLOSED = "complaint_closed"


News = Kind | StaffNews | ComplaintNews
"""Every text there is."""

OF_THE_OFFICE: tuple[News, ...] = (*Kind, *ComplaintNews, StaffNews.BLANKS_LOW, StaffNews.BLANKS_ASKED)
"""The texts that an office may change.

The other news to its supervisors watch over the people of the office, some of whom can change texts. What warns of a
history that does not fit, of many looks, of jumps in the queue or of a complaint about an officer stays [M4, S2].
"""

OF_SUPERVISORS = frozenset(
    {StaffNews.MANY_LOOKS, StaffNews.COMPLAINT_FOR_YOU, StaffNews.QUEUE_JUMPS, StaffNews.DAILY_HEAD}
)
"""News about officers, which they do not see in the outbox themselves."""


class MessageChannel(StrEnum):
    """How a message travels.

    By telephone: an officer calls, because there is no other way to this person. By the village: not even a
    telephone; its registrar tells the neighbour.
    """

    EMAIL = "email"
    WHATSAPP = "whatsapp"
    PHONE = "phone"
    VILLAGE = "village"


class MessageState(StrEnum):
    """What became of a message. Recalled: it was still waiting when a later step made it pointless."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    RECALLED = "recalled"


CAUSED_BY: Mapping[Act, Kind] = MappingProxyType(
    {
        Act.SUBMIT: Kind.RECEIVED,
        Act.RESUBMIT: Kind.RECEIVED,
        Act.RETURN: Kind.CORRECTION_ASKED,
        Act.LAPSE: Kind.LAPSED,
        Act.REFUSE: Kind.REFUSED,
        Act.SCHEDULE: Kind.SCHEDULED,
        Act.RESCHEDULE: Kind.MOVED,
        Act.MISS: Kind.MISSED,
        Act.MAKE_READY: Kind.READY,
        Act.HAND_OVER: Kind.HANDED_OVER,
        Act.WITHDRAW: Kind.WITHDRAWN,
    }
)
"""Acts that are not here happen before the applicant's eyes, or are told by what follows at once."""

_CORRECTION = frozenset({Kind.CORRECTION_ASKED, Kind.CORRECTION_REMINDER, Kind.DEADLINE_MOVED})
_REMINDERS = frozenset({Kind.REMINDER_EVE, Kind.REMINDER_DAY})
_BLANKS = frozenset({Kind.BLANKS_OUT, Kind.BLANKS_BACK})
_APPOINTMENT = (
    frozenset({Kind.SCHEDULED, Kind.MOVED, Kind.EARLIER_OFFERED, Kind.MISSED, Kind.ACCEPTED_WAITING})
    | _BLANKS
    | _REMINDERS
)
_PROMISE = frozenset({Kind.OBSTACLE, Kind.PROMISE_MOVED})
_COLLECT = frozenset({Kind.READY, Kind.READY_REMINDER})

RECALLED_BY: Mapping[Act, frozenset[Kind]] = MappingProxyType(
    {
        Act.TAKE_BACK: _CORRECTION | _APPOINTMENT | {Kind.REFUSED},
        Act.RESUBMIT: _CORRECTION,
        Act.LAPSE: _CORRECTION,
        Act.RETURN: _PROMISE,
        Act.REFUSE: _PROMISE,
        Act.SCHEDULE: frozenset({Kind.ACCEPTED_WAITING, Kind.MISSED}) | _BLANKS,
        Act.RESCHEDULE: _APPOINTMENT,
        Act.MISS: _APPOINTMENT,
        Act.ARRIVE: _APPOINTMENT,
        Act.PRINT: _BLANKS | _PROMISE,
        Act.SPOIL: _COLLECT,
        Act.MAKE_READY: frozenset({Kind.REPRINT}),
        Act.HAND_OVER: _COLLECT | {Kind.REPRINT},
        Act.WITHDRAW: _CORRECTION | _APPOINTMENT | _PROMISE,
    }
)
"""A message that asks for what is no longer wanted would do harm when it arrives late."""

_DECIDED = frozenset({Act.ACCEPT, Act.RETURN, Act.REFUSE})
_TOPICS = (
    frozenset({Kind.OBSTACLE, Kind.PROMISE_MOVED}),
    _BLANKS,
    frozenset({Kind.REMINDER_EVE, Kind.REMINDER_DAY}),
    _COLLECT,
)


def overtaken_by(act: str) -> frozenset[Kind]:
    """The news that are no longer worth telling after a step (or a note, which overtakes none)."""
    if act not in Act._value2member_map_:
        return frozenset()
    received = frozenset({Kind.RECEIVED}) if act in _DECIDED else frozenset()
    return RECALLED_BY.get(Act(act), frozenset()) | received


def topic(kind: Kind) -> frozenset[Kind]:
    """The kinds that speak of the same thing: of those only the newest is still true."""
    return next((kinds for kinds in _TOPICS if kind in kinds), frozenset({kind}))


WORTH_A_CALL = frozenset(
    {
        Kind.CORRECTION_ASKED,
        Kind.DEADLINE_MOVED,
        Kind.REFUSED,
        Kind.LOOKED_AT_AGAIN,
        Kind.SCHEDULED,
        Kind.MOVED,
        Kind.EARLIER_OFFERED,
        Kind.MISSED,
        Kind.READY,
        Kind.REPRINT,
        Kind.APOLOGY,
        Kind.BLANKS_OUT,
    }
)
"""Told by telephone, or by the village, to those who gave neither an e-mail address nor a WhatsApp number."""

TO_APPLICANT_ALONE = frozenset({Kind.SURVEY})
"""What a registrar who helped is not told: nobody answers the survey in the applicant's place [E2]."""

WAITS: Mapping[Kind, timedelta] = MappingProxyType({Kind.SURVEY: timedelta(hours=2)})
"""What leaves only so long after its step: an opinion is asked for at home, not at the counter."""
