"""The register: every complaint by every channel, its clocks, and what one of them looks like at the desk [C1, M4]."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from piccolo.query import OrderByRaw

from components import complaints, evidence, history
from components.access import keys_of
from components.actors import SYSTEM, Actor
from components.complaints import Said
from components.jobs import each
from components.sealing import unseal
from models.application import Application
from models.complaint import Complaint, Evidence
from models.history import Event
from models.rules import complaints as rules
from models.rules.complaints import (
    COMPLETED_WITHIN,
    REOPENED_WITHIN,
    WAITING_FOR_US,
    ComplaintAct,
    ComplaintState,
    Naming,
)
from models.rules.workflow import Role

PER_PAGE = 50
_OWED_FIRST = OrderByRaw(
    "CASE WHEN state IN ('received', 'classified', 'in_work', 'reopened') THEN 0 ELSE 1 END, "
    "CASE WHEN first_answered_at IS NULL AND first_due_at < due_at THEN first_due_at ELSE due_at END"
)
"""What waits for the office before what does not, then by the clock that runs."""
_WAITING = [str(state) for state in WAITING_FOR_US]
_CLOSED = str(ComplaintState.CLOSED)


@dataclass(frozen=True)
class Line:
    """One complaint of the register. late: which clock has run out, "" while none has."""

    row: Complaint = field(repr=False)
    due_at: datetime | None
    late: str


@dataclass(frozen=True)
class Register:
    """What is listed, and how many of all there are; only those that this reader may know of are counted."""

    lines: tuple[Line, ...]
    open: int
    late: int
    more: bool


@dataclass(frozen=True)
class Contact:
    """How to reach who complained, as far as this reader may know."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """One complaint with all that belongs to it. about: its application, if it is one of this office."""

    line: Line
    text: str = field(repr=False)
    place: str = field(repr=False)
    wish: str = field(repr=False)
    contact: Contact = field(repr=False)
    said: tuple[Said, ...] = field(repr=False)
    photos: tuple[Evidence, ...]
    events: tuple[Event, ...]
    acts: tuple[ComplaintAct, ...]
    about: str


async def listing(
    by: Actor, now: datetime, *, which: str = "terbuka", channel: str = "", sought: str = "", page: int = 1
) -> Register:
    """The complaints that this member of staff may know of, those that are owed soonest first.

    which: terbuka, lewat, lewat-pertama, lewat-jawaban, semua. sought: a number, of ours, of SP4N-LAPOR or
    of an application.
    Raises Missing for who has no business here.
    """
    mine = complaints.visible(by)
    where = mine & _named(sought) if sought else _listed(mine, now, which, channel)
    query = Complaint.objects().where(where).order_by(_OWED_FIRST).order_by(Complaint.id)
    rows = await query.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)
    return Register(
        tuple(line(row, now) for row in rows[:PER_PAGE]),
        await Complaint.count().where(_listed(mine, now, "terbuka")),
        await Complaint.count().where(_listed(mine, now, "lewat")),
        len(rows) > PER_PAGE,
    )


def _listed(mine: Any, now: datetime, which: str, channel: str = "") -> Any:
    first, answer = _late(mine, now)
    lists = {"lewat": first | answer, "lewat-pertama": first, "lewat-jawaban": answer, "semua": mine}
    where: Any = lists.get(which, mine & (Complaint.state != _CLOSED))
    return where & (Complaint.channel == channel) if channel else where


async def by_number(
    by: Actor, now: datetime, which: str, channel: str, after: int, limit: int
) -> tuple[list[Line], int]:
    """(the same complaints in the order in which they came, the id to go on after or 0), nothing else about them.

    Raises Missing for who has no business here.
    """
    where = _listed(complaints.visible(by), now, which, channel) & (Complaint.id > after)
    rows = await Complaint.objects().where(where).order_by(Complaint.id).limit(limit + 1)
    return [line(row, now) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else 0


def _late(mine: Any, now: datetime) -> tuple[Any, Any]:
    """Whose first answer is late, and whose answer is."""
    owed = mine & Complaint.state.is_in(_WAITING)
    first = owed & Complaint.first_answered_at.is_null() & (Complaint.first_due_at < now)
    return first, owed & (Complaint.due_at < now)


async def late_by_clock(by: Actor, now: datetime) -> tuple[int, int]:
    """(whose first answer is late, whose answer is); both clocks of one may have run out."""
    first, answer = _late(complaints.visible(by), now)
    return await Complaint.count().where(first), await Complaint.count().where(answer)


def _named(sought: str) -> Any:
    typed = " ".join(sought.split())[:40].replace("\0", "")
    own = rules.parse_number(typed)
    found: Any = (Complaint.outside_number == typed) | (Complaint.about == typed.upper())
    return found | (Complaint.number == own) if own else found


def line(row: Complaint, now: datetime) -> Line:
    """A complaint with the clock that runs: until its first answer, then until its answer."""
    state = ComplaintState(row.state)
    if state not in WAITING_FOR_US:
        return Line(row, None, "")
    if rules.overdue(row.due_at, state, now):
        return Line(row, row.due_at, "answer")
    if row.first_answered_at is not None:
        return Line(row, row.due_at, "")
    late = rules.overdue(row.first_due_at, state, now)
    return Line(row, min(row.first_due_at, row.due_at), "first" if late else "")


async def sheet(complaint: Complaint, by: Actor, now: datetime) -> Sheet:
    """One complaint as this reader may see it; the caller has found it, so that it may be seen at all."""
    roles = complaints.roles_towards(complaint, by)
    acts = rules.acts_open_to(ComplaintState(complaint.state), roles)
    ended = complaint.answered_at if complaint.closed_at is None else complaint.closed_at
    if not rules.may_reopen(ComplaintState(complaint.state), ended, now):
        acts = tuple(act for act in acts if act is not ComplaintAct.REOPEN)
    return Sheet(
        line(complaint, now),
        unseal(complaint, "text"),
        unseal(complaint, "place"),
        unseal(complaint, "wish"),
        contact(complaint, by),
        tuple(await complaints.dialogue(complaint)),
        tuple(await evidence.of(complaint)),
        tuple(await history.lines_of_complaint(complaint.id)) if by.is_staff else (),
        acts,
        await _application(complaint) if by.is_staff else complaint.about,
    )


def contact(complaint: Complaint, by: Actor) -> Contact:
    """Who complained, for who handles it; a confidential one for the supervisor, an anonymous one for nobody [S2]."""
    roles = complaints.roles_towards(complaint, by)
    confidential = complaint.naming == Naming.CONFIDENTIAL and Role.SUPERVISOR not in roles
    if complaint.naming == Naming.ANONYMOUS or confidential or not by.is_staff:
        return Contact(hidden=True)
    return Contact(unseal(complaint, "name"), unseal(complaint, "phone"), unseal(complaint, "email"))


def pin_for(complaint: Complaint, by: Actor) -> str:
    """The PIN, to be handed to who complained at the counter; only of what this very officer typed in."""
    own = by.staff_id is not None and complaint.typed_by == by.staff_id
    return keys_of(complaint).pin if own else ""


async def _application(complaint: Complaint) -> str:
    if not complaint.about:
        return ""
    of_office = (Application.number == complaint.about) & (Application.office == complaint.office)
    return complaint.about if await Application.exists().where(of_office) else ""


async def close_forgotten(now: datetime) -> int:
    """Close what was answered 10 days ago without a word, and what 30 days of a question back left open; how many."""
    answered = (Complaint.state == str(ComplaintState.ANSWERED)) & (
        Complaint.answered_at < now - REOPENED_WITHIN
    )
    silent = (Complaint.state == str(ComplaintState.ASKED_BACK)) & (
        Complaint.asked_at < now - COMPLETED_WITHIN
    )
    due = {row.id: row for row in await Complaint.objects().where(answered | silent)}

    async def close(complaint_id: int) -> bool:
        await complaints.advance(due[complaint_id], ComplaintAct.CLOSE, SYSTEM, now)
        return True

    return await each(due, close, "closing of complaints")
