"""The figures of a period that an office goes through in its coordination meeting [E1, T1, G2, G3, C1, E2, M2].

What another part counts is asked of that part. Everything of the past is answered by indexes that cover it
(models/migrations/m0020), so that a semester of a large office is counted as it is asked for.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw
from piccolo.query import OrderByRaw
from piccolo.query.functions import Count

from components import (
    case_lists,
    complaint_register,
    complaints,
    obstacles,
    promises,
    queue_jumps,
    stock,
    stock_book,
    survey_results,
)
from components.actors import Actor
from components.figures.backlog import named_villages
from components.figures.day import appointments_between
from components.figures.debt import tasks_of
from components.figures.kept_promises import promises_of
from components.obstacles import Passed
from components.queue_jumps import Jump
from components.stock import Level
from components.stock_book import Balance
from components.survey_results import Figures
from components.worklist import OUT_OF_ORDER
from models.account import Staff
from models.application import Application
from models.compensation import Compensation
from models.complaint import Complaint
from models.db import dialect
from models.history import Event
from models.meeting import Meeting
from models.rules import complaints as rules
from models.rules.calendar import OfficeCalendar, wib_moment
from models.rules.catalogue import Channel
from models.rules.complaints import ComplaintKind, ComplaintState
from models.rules.workflow import FINISHED, Act, Role, State

MOST = 100
"""Lines of one list of the pack; how many there are of all stands above it."""
_DECISIONS = (Act.ACCEPT, Act.RETURN, Act.REFUSE)

Span = tuple[datetime, datetime]
"""From one moment to another, the end not included."""


@dataclass(frozen=True)
class Work:
    """What came, was decided, made and finished in the period. usual: half of all cards took no longer.

    usual: (calendar time, office time) from the last receipt to the card of the middle one of all that were made in
    the period; None without a card.
    """

    received: int
    channels: tuple[tuple[Channel, int], ...]
    villages: tuple[tuple[int, str, int], ...]
    decided: dict[str, int]
    finished: dict[State, int]
    kept: int
    broken: int
    usual: tuple[timedelta, timedelta] | None


@dataclass(frozen=True)
class Standing:
    """How what is under way stands at this moment."""

    open: int
    on_time: int
    late: int
    paused: int


@dataclass(frozen=True)
class LateCase:
    """One broken promise, by its number alone. tasks: which of the three it is owed are done. closed: all of them."""

    number: str
    promised_at: datetime
    cause: str
    tasks: dict[str, bool]
    closed: bool


@dataclass(frozen=True)
class Complained:
    """The complaints of one kind that came in the period, by how their clock stands."""

    kind: ComplaintKind
    received: int
    answered: int
    answered_late: int
    open: int
    overdue: int


@dataclass(frozen=True)
class Pack:
    """All figures of a period. whole: with what only a supervisor may know; else nothing of that is counted."""

    first: date
    last: date
    now: datetime
    whole: bool
    work: Work
    standing: Standing
    late: tuple[LateCase, ...]
    late_count: int
    complaints: tuple[Complained, ...]
    overdue: tuple[str, ...]
    survey: Figures
    obstacles: tuple[Passed, ...]
    stock: Balance
    level: Level
    jumps: tuple[Jump, ...]
    jump_count: int
    appointments: Counter[str]


async def pack(meeting: Meeting, by: Actor, now: datetime, *, whole: bool) -> Pack:
    """The figures of a meeting's period, of the actor's own office.

    whole: with complaints about officers, reports of levies [S2] and the reasons of queue jumps [G2]; ignored for
    who is no supervisor.
    """
    first, last, office_id = meeting.since, meeting.until, by.office_id or 0
    span = (wib_moment(first, time(0)), wib_moment(last + timedelta(days=1), time(0)))
    calendar = await promises.office_calendar(office_id)
    whole = whole and by.holds(Role.SUPERVISOR)
    reader = by if whole else Actor(frozenset({Role.OPERATOR}), by.staff_id, by.office_id)
    register = await complaint_register.listing(reader, now, which="lewat")
    late, late_count = await _late(office_id, span)
    return Pack(
        first=first,
        last=last,
        now=now,
        whole=whole,
        work=await _work(office_id, span, calendar),
        standing=await _standing(office_id, now),
        late=late,
        late_count=late_count,
        complaints=await _complaints(reader, span, now),
        overdue=tuple(line.row.number for line in register.lines),
        survey=await survey_results.figures(office_id, first, last),
        obstacles=tuple(await obstacles.of_period(office_id, span, calendar, now)),
        stock=await stock_book.balance(by, first, last),
        level=await stock.level(office_id, now),
        jumps=await _jumps(by, first, last) if whole else (),
        jump_count=await queue_jumps.counted(by, first, last),
        appointments=await appointments_between(office_id, *span),
    )


async def _jumps(by: Actor, first: date, last: date) -> tuple[Jump, ...]:
    return tuple((await queue_jumps.of_days(by, first, last, (OUT_OF_ORDER,)))[:MOST])


def _within(column: Any, span: Span) -> Any:
    return (column >= span[0]) & (column < span[1])


async def _counts(column: Any, where: Any) -> Counter[Any]:
    name = column._meta.name
    rows = await column._meta.table.select(column, Count(alias="n")).where(where).group_by(column)
    return Counter({row[name]: row["n"] for row in rows})


# --- work ---


async def _work(office_id: int, span: Span, calendar: OfficeCalendar) -> Work:
    came = (Application.office == office_id) & _within(Application.submitted_at, span)
    channels = await _counts(Application.channel, came)
    villages = await _counts(Application.village, came & Application.village.is_not_null())
    closed = Application.state.is_in([str(state) for state in FINISHED])
    finished = await _counts(
        Application.state, (Application.office == office_id) & closed & _within(Application.finished_at, span)
    )
    made = (Application.office == office_id) & _within(Application.printed_at, span)
    all_: int = await Application.count().where(made)
    broken: int = await Application.count().where(made & (Application.printed_at > Application.promise_at))
    return Work(
        received=sum(channels.values()),
        channels=tuple((channel, channels[channel]) for channel in Channel if channels[channel]),
        villages=await named_villages(villages),
        decided=await _decided(office_id, span),
        finished={state: finished[state] for state in State if state in FINISHED},
        kept=all_ - broken,
        broken=broken,
        usual=await _usual(made, all_, calendar),
    )


async def _decided(office_id: int, span: Span) -> dict[str, int]:
    """By the officers of the office: the history is asked by who acted, which an index covers."""
    people = await Staff.select(Staff.id).where(Staff.office == office_id)
    mine = Event.actor.is_in([f"staff:{row['id']}" for row in people] or ["nobody"])
    acts = Event.act.is_in([str(act) for act in _DECISIONS])
    found = await _counts(Event.act, mine & acts & _within(Event.entered_at, span))
    return {str(act): found[str(act)] for act in _DECISIONS}


async def _usual(made: Any, count: int, calendar: OfficeCalendar) -> tuple[timedelta, timedelta] | None:
    """The middle one, found by the database: no row but that one leaves it."""
    if not count:
        return None
    took = {
        "sqlite": "julianday(printed_at) - julianday(received_at)",
        "postgres": "printed_at - received_at",
    }[dialect()]
    rows = (
        await Application.select(Application.received_at, Application.printed_at)
        .where(made & WhereRaw("received_at IS NOT NULL"))
        .order_by(OrderByRaw(took))
        .offset((count - 1) // 2)
        .limit(1)
    )
    if not rows:
        return None
    start, end = rows[0]["received_at"], rows[0]["printed_at"]
    return max(end - start, timedelta()), calendar.working_time_between(start, end)


async def _standing(office_id: int, now: datetime) -> Standing:
    cut = await case_lists.cuts(office_id, now)
    found = await promises_of(cut)
    return Standing(found.on_time + found.late + found.paused, found.on_time, found.late, found.paused)


# --- what went wrong ---


async def _late(office_id: int, span: Span) -> tuple[tuple[LateCase, ...], int]:
    """The promises that were due in the period and broken, the oldest MOST of them, and how many of all [G3]."""
    where = (Compensation.office == office_id) & _within(Compensation.promised_at, span)
    rows = (
        await Compensation.select(
            *(Compensation.id, Compensation.promised_at, Compensation.cause, Compensation.closed_at),
            Compensation.application.number.as_alias("number"),
        )
        .where(where)
        .order_by(Compensation.promised_at, Compensation.id)
        .limit(MOST)
    )
    tasks = await tasks_of([row["id"] for row in rows])
    count: int = await Compensation.count().where(where)
    found = tuple(
        LateCase(
            row["number"],
            row["promised_at"],
            row["cause"],
            tasks[row["id"]],
            row["closed_at"] is not None,
        )
        for row in rows
    )
    return found, count


async def _complaints(reader: Actor, span: Span, now: datetime) -> tuple[Complained, ...]:
    """By kind, of those that this reader may know of [C1, S2]; kinds of which none came are left out."""
    rows = await Complaint.select(
        Complaint.kind, Complaint.state, Complaint.due_at, Complaint.answered_at
    ).where(complaints.visible(reader) & _within(Complaint.received_at, span))
    return tuple(_of_kind(kind, mine, now) for kind in ComplaintKind if (mine := _kind(rows, kind)))


def _kind(rows: list[dict[str, Any]], kind: ComplaintKind) -> list[dict[str, Any]]:
    return [row for row in rows if row["kind"] == kind]


def _of_kind(kind: ComplaintKind, rows: list[dict[str, Any]], now: datetime) -> Complained:
    answered = [row for row in rows if row["answered_at"] is not None]
    waiting = [row for row in rows if row["state"] in rules.WAITING_FOR_US]
    return Complained(
        kind,
        received=len(rows),
        answered=len(answered),
        answered_late=sum(row["answered_at"] > row["due_at"] for row in answered),
        open=sum(row["state"] != ComplaintState.CLOSED and row["answered_at"] is None for row in rows),
        overdue=sum(rules.overdue(row["due_at"], ComplaintState(row["state"]), now) for row in waiting),
    )
