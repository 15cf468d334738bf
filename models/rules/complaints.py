"""The life of a complaint as one table, its clocks in working days, and who may know of it [C1, S2, M4].

Everything the table holds is possible, everything else is refused. The applicant's role stands for whoever
complained: the holder of number and PIN.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from models.rules.calendar import OfficeCalendar, wib_day
from models.rules.identity import NUMBER_ALPHABET, TAIL_LENGTH
from models.rules.text import ascii_digits, without_separators
from models.rules.workflow import Role

FIRST_ANSWER_DAYS = 3
"""Working days until the complainant hears from a person for the first time."""
REOPENED_WITHIN = timedelta(days=10)
"""Calendar days after the answer, and after the closing, in which the complainant may say that it is not right."""
COMPLETED_WITHIN = timedelta(days=30)
"""Calendar days in which a question back is answered; after that the complaint counts as withdrawn (UU 25/2009)."""

PREFIX = "P"
"""An office has three letters, a complaint one: neither number can be taken for the other."""


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    CLASSIFIED = "classified"
    IN_WORK = "in_work"
    ASKED_BACK = "asked_back"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


class ComplaintAct(StrEnum):
    """What can be done with a complaint."""

    CLASSIFY = "classify"
    TAKE_UP = "take_up"
    ASK = "ask"
    REPLY = "reply"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"


class ComplaintKind(StrEnum):
    """What the complainant has to say."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    LEVY = "levy"
    QUESTION = "question"


class ComplaintChannel(StrEnum):
    """By which way it came: every one that the standard names, and the form of this service [C1]."""

    ONLINE = "online"
    LETTER = "letter"
    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    BOX = "box"
    LAPOR = "lapor"
    COUNTER = "counter"


class ComplaintClass(StrEnum):
    """How it is to be handled, which decides its clock."""

    INFORMATION = "information"
    PLAIN = "plain"
    INSPECTION = "inspection"


class Naming(StrEnum):
    """How the complainant wishes to be known. Anonymous: not at all; no name and no telephone is kept."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


CLASS_DAYS: Mapping[ComplaintClass, int] = MappingProxyType(
    {ComplaintClass.INFORMATION: 5, ComplaintClass.PLAIN: 14, ComplaintClass.INSPECTION: 60}
)
"""Working days until the answer (PermenPANRB 62/2018)."""

PRESUMED: Mapping[ComplaintKind, ComplaintClass] = MappingProxyType(
    {
        ComplaintKind.COMPLAINT: ComplaintClass.PLAIN,
        ComplaintKind.SUGGESTION: ComplaintClass.PLAIN,
        ComplaintKind.PRAISE: ComplaintClass.PLAIN,
        ComplaintKind.LEVY: ComplaintClass.INSPECTION,
        ComplaintKind.QUESTION: ComplaintClass.INFORMATION,
    }
)
"""By which clock it counts until somebody has classified it."""


@dataclass(frozen=True)
class ComplaintStep:
    """One line of the table: this act leads from this state to that one, if one of these does it."""

    act: ComplaintAct
    source: ComplaintState
    target: ComplaintState
    by: frozenset[Role]


OFFICERS = frozenset({Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR})
_EITHER = OFFICERS | {Role.APPLICANT}
"""Who complained by letter or telephone answers by that way, and an officer types it in."""

_S, _A = ComplaintState, ComplaintAct

STEPS: tuple[ComplaintStep, ...] = (
    ComplaintStep(_A.CLASSIFY, _S.RECEIVED, _S.CLASSIFIED, OFFICERS),
    ComplaintStep(_A.CLASSIFY, _S.CLASSIFIED, _S.CLASSIFIED, OFFICERS),
    ComplaintStep(_A.CLASSIFY, _S.IN_WORK, _S.IN_WORK, OFFICERS),
    ComplaintStep(_A.CLASSIFY, _S.REOPENED, _S.REOPENED, OFFICERS),
    ComplaintStep(_A.TAKE_UP, _S.CLASSIFIED, _S.IN_WORK, OFFICERS),
    ComplaintStep(_A.TAKE_UP, _S.REOPENED, _S.IN_WORK, OFFICERS),
    ComplaintStep(_A.ASK, _S.CLASSIFIED, _S.ASKED_BACK, OFFICERS),
    ComplaintStep(_A.ASK, _S.IN_WORK, _S.ASKED_BACK, OFFICERS),
    ComplaintStep(_A.ASK, _S.REOPENED, _S.ASKED_BACK, OFFICERS),
    ComplaintStep(_A.REPLY, _S.ASKED_BACK, _S.IN_WORK, _EITHER),
    ComplaintStep(_A.ANSWER, _S.CLASSIFIED, _S.ANSWERED, OFFICERS),
    ComplaintStep(_A.ANSWER, _S.IN_WORK, _S.ANSWERED, OFFICERS),
    ComplaintStep(_A.ANSWER, _S.REOPENED, _S.ANSWERED, OFFICERS),
    ComplaintStep(_A.CLOSE, _S.ANSWERED, _S.CLOSED, _EITHER | {Role.SYSTEM}),
    ComplaintStep(_A.CLOSE, _S.ASKED_BACK, _S.CLOSED, frozenset({Role.SYSTEM})),
    ComplaintStep(_A.REOPEN, _S.ANSWERED, _S.REOPENED, _EITHER),
    ComplaintStep(_A.REOPEN, _S.CLOSED, _S.REOPENED, _EITHER),
)

_BY_ACT = {(step.act, step.source): step for step in STEPS}

WAITING_FOR_US = frozenset({_S.RECEIVED, _S.CLASSIFIED, _S.IN_WORK, _S.REOPENED})
"""States in which the office's clock runs."""


def step(act: ComplaintAct, source: ComplaintState) -> ComplaintStep | None:
    """The line of the table for this act in this state; None when there is none."""
    return _BY_ACT.get((act, source))


def acts_open_to(source: ComplaintState, roles: frozenset[Role]) -> tuple[ComplaintAct, ...]:
    """The acts that these roles can do in this state, in the order of the table."""
    return tuple(line.act for line in STEPS if line.source is source and not line.by.isdisjoint(roles))


def seen_by(*, secret: bool, roles: frozenset[Role]) -> bool:
    """Whether staff of the office with these roles may know that it exists; a secret one is the supervisor's [S2]."""
    return not roles.isdisjoint({Role.SUPERVISOR} if secret else OFFICERS)


# --- clocks ---


def due_after(received_at: datetime, days: int, calendar: OfficeCalendar) -> datetime:
    """Close of office of the last of so many working days after the day of receipt.

    What comes outside office hours counts as received at the next opening.
    """
    day = wib_day(calendar.next_opening(received_at))
    return calendar.close_of(calendar.add_working_days(day, days))


def due_after_waiting(
    due: datetime, asked_at: datetime, replied_at: datetime, calendar: OfficeCalendar
) -> datetime:
    """The answer's deadline once the complainant replied: later by the working days that the office waited."""
    waited = calendar.working_days_between(wib_day(asked_at), wib_day(replied_at))
    if not waited:
        return due
    return calendar.close_of(calendar.add_working_days(wib_day(due), waited))


def overdue(due: datetime, state: ComplaintState, now: datetime) -> bool:
    """Whether the office owes what was due; at the close of the last day it does not yet."""
    return state in WAITING_FOR_US and now > due


def may_reopen(state: ComplaintState, since: datetime | None, now: datetime) -> bool:
    """Whether it may still be opened again. since: when it was answered or closed; the tenth day counts whole."""
    open_to_it = step(ComplaintAct.REOPEN, state) is not None
    return open_to_it and since is not None and wib_day(now) <= wib_day(since + REOPENED_WITHIN)


# --- its number ---


def new_number(choose: Callable[[str], str]) -> str:
    """A fresh number, "P-7K4M2Q". choose picks one character of a string, as secrets.choice does."""
    return f"{PREFIX}-{''.join(choose(NUMBER_ALPHABET) for _ in range(TAIL_LENGTH))}"


def parse_number(text: str) -> str:
    """The number in its one form, however it was typed; empty for what can never be one."""
    signs = without_separators(ascii_digits(text)).upper()
    tail = signs.removeprefix(PREFIX) if len(signs) > TAIL_LENGTH else signs
    return f"{PREFIX}-{tail}" if len(tail) == TAIL_LENGTH and set(tail) <= set(NUMBER_ALPHABET) else ""
