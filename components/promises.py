"""The promise of two working days, counted alike for everybody who looks at it [T1, G3].

Applicant, operator, counter and supervisor get one and the same Standing. It is counted from its causes each time;
the column promise_at only keeps the queue in order, and is counted anew (components.recount) when a cause changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from weakref import WeakKeyDictionary

from components import clock, obstacles, opening
from components.kit import Kit, kit
from components.obstacles import Course
from components.wording import obstacle_words
from components.words import tanggal_jam
from models.application import Application
from models.appointment import Appointment
from models.db import Prepared
from models.rules.calendar import OfficeCalendar
from models.rules.obstacles import ObstacleKind, excused
from models.rules.promises import (
    Clock,
    Pause,
    PauseCause,
    Stay,
    applicants_pauses,
    promise_due,
    read_clock,
)
from models.rules.workflow import FINISHED, State

_KEPT_FOR = timedelta(seconds=60)
"""For which a calendar is not read again: another process may have changed it."""

_calendars: "WeakKeyDictionary[Kit, dict[int, tuple[float, OfficeCalendar]]]" = WeakKeyDictionary()

_CONDITION = "jika tidak ada kendala teknis"
_NO_TIME = timedelta()


async def office_calendar(office_id: int) -> OfficeCalendar:
    """The days and hours of an office, as its administrator keeps them; the usual hours where it keeps none.

    Remembered for a minute; call forget_calendars() after a change.
    """
    known = _calendars.setdefault(kit(), {})
    read_at, calendar = known.get(office_id, (None, None))
    if calendar is None or read_at is None or clock.steady() - read_at > _KEPT_FOR.total_seconds():
        calendar = await opening.read(office_id)
        known[office_id] = (clock.steady(), calendar)
    return calendar


def forget_calendars() -> None:
    """Read calendars anew from now on: hours, holidays or closures of an office were changed."""
    _calendars.clear()


async def calendar_changed(office_id: int, now: datetime) -> None:
    """Hours, holidays or closures of an office were changed: its promises are counted anew [T1]."""
    forget_calendars()
    await obstacles.mark_stale(office_id, now)


async def changes_on_receipt(application: Application, now: datetime) -> dict[Any, Any]:
    """The columns to write when a complete file comes in, at submission and at each resubmission [T1].

    The clock starts anew with every receipt: time in the applicant's hands does not count.
    """
    due = promise_due(now, await office_calendar(application.office))
    return {
        Application.submitted_at: cast(datetime | None, application.submitted_at) or now,
        Application.received_at: now,
        Application.promise_at: due,
        Application.promise_told_at: due,
    }


@dataclass(frozen=True)
class Count:
    """A promise counted for one application, with the kinds of obstacles that moved it and that hold it now."""

    clock: Clock
    moved_by: tuple[ObstacleKind, ...]
    held_by: tuple[ObstacleKind, ...]


async def count(application: Application, now: datetime) -> Count:
    """The promise of a received application, from its causes, up to now or to when its card was printed [T1]."""
    received = application.received_at
    rows = await _STAYS.rows(application.id, received)
    course = await obstacles.course(application.office, received, now)
    return _count(application, rows, course, await office_calendar(application.office), now)


async def count_all(
    office_id: int, rows: Iterable[Application], now: datetime, calendar: OfficeCalendar | None = None
) -> dict[int, Count]:
    """The same for many received applications of one office, by id: what they share is read once.

    calendar: another one than the office has, to see what it would do.
    """
    applications = {row.id: row for row in rows}
    if not applications:
        return {}
    first = min(row.received_at for row in applications.values())
    course = await obstacles.course(office_id, first, now)
    calendar = calendar or await office_calendar(office_id)
    stays: dict[int, list[Any]] = {id_: [] for id_ in applications}
    for row in (
        await Appointment.select(
            Appointment.application,
            Appointment.state,
            Appointment.booked_at,
            Appointment.slot.starts_at.as_alias("starts_at"),
        )
        .where(Appointment.application.is_in(list(applications)))
        .order_by(Appointment.id)
    ):
        if row["booked_at"] >= applications[row["application"]].received_at:
            stays[row["application"]].append(row)
    return {id_: _count(row, stays[id_], course, calendar, now) for id_, row in applications.items()}


_STAYS = Prepared(
    lambda application, received: (
        Appointment.select(Appointment.state, Appointment.slot.starts_at.as_alias("starts_at"))
        .where((Appointment.application == application) & (Appointment.booked_at >= received))
        .order_by(Appointment.id)
    )
)


def _count(
    application: Application, rows: Iterable[Any], course: Course, calendar: OfficeCalendar, now: datetime
) -> Count:
    until = cast(datetime | None, application.printed_at) or now
    stays = [Stay(row["starts_at"], "" if row["state"] == "booked" else row["state"]) for row in rows]
    stopped = excused(
        obstacles.reach(application), obstacles.work(application), course.outages, course.devices, until
    )
    under_way = application.printed_at is None
    lasting = {kind for kind in ObstacleKind if under_way and kind in course.lasting}
    pauses = [
        *applicants_pauses(stays, now, application.arrived_at),
        *(
            # What still lasts ends at the very moment up to which it is counted.
            Pause(start, end, open=kind in lasting and end == until)
            for kind, (start, end) in stopped
        ),
    ]
    clock_ = read_clock(
        cast(datetime | None, application.submitted_at) or application.received_at,
        application.received_at,
        pauses,
        until,
        calendar,
    )
    held = [kind for kind, (_, end) in stopped if kind in lasting and end == until]
    return Count(
        clock_,
        tuple(dict.fromkeys(kind for kind, span in stopped if calendar.working_time_between(*span))),
        tuple(dict.fromkeys(held)) if clock_.held_by else (),
    )


@dataclass(frozen=True)
class Standing:
    """How the promise for one application stands, for the applicant's and the officers' screens alike.

    due_at: None while nobody can say, or no clock runs. at_least: the earliest it can be while something holds the
    clock. done_at: when the card was printed. held_by: why the clock stands still. obstacles: kinds of those that
    hold it now. moved_by: kinds of all that moved it. net, raw: office time, see rules.promises.Clock. words: one
    or two sentences, shown as they are.
    """

    due_at: datetime | None
    done_at: datetime | None
    late: bool
    words: str
    received_at: datetime | None = None
    at_least: datetime | None = None
    held_by: PauseCause | None = None
    obstacles: tuple[ObstacleKind, ...] = ()
    moved_by: tuple[ObstacleKind, ...] = ()
    net: timedelta = _NO_TIME
    raw: timedelta = _NO_TIME
    paused: timedelta = _NO_TIME


async def standing(application: Application, now: datetime) -> Standing:
    """The promise as it stands now; kept when the card is printed by then, collected or not [T1]."""
    done = cast(datetime | None, application.printed_at)
    if application.received_at is None:
        return Standing(
            None, done, late=False, words="Janji 2 hari kerja dihitung sejak berkas lengkap kami terima."
        )
    if done is None and application.state in FINISHED:
        return Standing(None, None, late=False, words="Permohonan ini sudah ditutup.")
    if done is None and application.state == State.RETURNED:
        return Standing(
            None, None, late=False, words="Janji dihitung lagi setelah perbaikan Anda kami terima."
        )
    counted = await count(application, now)
    clock_ = counted.clock
    late = (done or now) > clock_.due_at
    return Standing(
        due_at=None if clock_.held_by else clock_.due_at,
        done_at=done,
        late=late,
        words=_words(counted, done, late=late),
        received_at=clock_.received_at,
        at_least=clock_.due_at,
        held_by=clock_.held_by,
        obstacles=counted.held_by,
        moved_by=counted.moved_by,
        net=clock_.net,
        raw=clock_.raw,
        paused=clock_.paused,
    )


def _words(counted: Count, done: datetime | None, *, late: bool) -> str:
    due = counted.clock.due_at
    if done is not None:
        kept = "terlambat dari janji kami. Mohon maaf." if late else "sesuai janji kami."
        return f"KTP-el jadi {tanggal_jam(done)}, {kept}"
    if late:
        return f"Mohon maaf, kami terlambat. Janji kami {tanggal_jam(due)}. Ini bukan kesalahan Anda."
    if counted.held_by:
        return f"Sedang ada kendala: {obstacle_words(counted.held_by)}. Janji kami lanjutkan begitu selesai."
    if counted.clock.held_by:
        return "Janji kami lanjutkan begitu Anda memilih jadwal baru."
    if counted.moved_by:
        return f"Jadi paling lambat {tanggal_jam(due)}. Bergeser karena {obstacle_words(counted.moved_by)}."
    return f"Jadi paling lambat {tanggal_jam(due)}, {_CONDITION}."
