"""The promise of two working days, and the time that does not count against it [T1, G3]."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from models.rules.calendar import OfficeCalendar, Span, spend, wib_day, without

WORKING_DAYS_PROMISED = 2


class PauseCause(StrEnum):
    """Why the clock stands still. A correction is no pause: the clock starts anew when it comes in."""

    OBSTACLE = "obstacle"
    MOVED = "moved"
    MISSED = "missed"


@dataclass(frozen=True)
class Pause:
    """Time that does not count: in the applicant's hands or under a declared obstacle. The end is excluded.

    For one still under way give the present moment as its end. An end that is not later is an empty pause.
    open: nobody knows yet when it ends.
    """

    start: datetime
    end: datetime
    cause: PauseCause = PauseCause.OBSTACLE
    open: bool = False


@dataclass(frozen=True)
class TimeTaken:
    """Office time from receipt to done. raw: all of it. net: without pauses, what the office answers for."""

    net: timedelta
    raw: timedelta


@dataclass(frozen=True)
class Clock:
    """How one promise was counted up to a moment.

    due_at: the promise with every pause so far; while one is open it is the earliest it can be. held_by: the open
    pause that stops the clock now, if one does. net: office time the office answers for, since the last receipt;
    raw: all office time since the first submission. paused: office time that pauses took since the last receipt.
    """

    received_at: datetime
    due_at: datetime
    held_by: PauseCause | None
    net: timedelta
    raw: timedelta
    paused: timedelta


@dataclass(frozen=True)
class Stay:
    """One appointment of a file, in the order they were given. ended: how, or "" while it stands."""

    starts_at: datetime
    ended: str


def read_clock(
    submitted_at: datetime,
    received_at: datetime,
    pauses: Sequence[Pause],
    until: datetime,
    calendar: OfficeCalendar,
) -> Clock:
    """The promise of a file counted until a moment: now, or when its card was printed [T1].

    submitted_at: first of all; received_at: last of all, after corrections. pauses: in any order, overlapping or not.
    """
    taken = net_and_raw(received_at, until, pauses, calendar)
    since_first = net_and_raw(submitted_at, until, (), calendar)
    due = due_with_pauses(received_at, pauses, calendar)
    # Once the promise has passed, no obstacle can stop it any more: it is late.
    held = next((pause.cause for pause in pauses if pause.open and until <= due), None)
    return Clock(
        received_moment(received_at, calendar), due, held, taken.net, since_first.raw, taken.raw - taken.net
    )


def applicants_pauses(
    stays: Sequence[Stay], now: datetime, came_at: datetime | None = None
) -> tuple[Pause, ...]:
    """Time in the applicant's hands, out of the appointments since the file was received, oldest first [T1].

    It runs from the time that the office gave to a later one, where the applicant moved or missed it; moving back
    makes it shorter again. What the office itself moved ("cancelled") is not among it. While a missed one has no
    successor, nobody knows when it ends. came_at: when the applicant came; from then on it is the office's turn.
    """
    if not stays:
        return ()
    found: list[Pause] = []
    given = stays[0].starts_at
    cause = PauseCause.MOVED
    for earlier, later in pairwise(stays):
        if earlier.ended == "missed":
            cause = PauseCause.MISSED
        if earlier.ended == "cancelled":
            found.append(Pause(given, earlier.starts_at, cause))
            given, cause = later.starts_at, PauseCause.MOVED
    last = stays[-1]
    if last.ended == "missed":
        found.append(Pause(given, came_at or now, PauseCause.MISSED, open=came_at is None))
    else:
        found.append(Pause(given, min(last.starts_at, came_at or last.starts_at), cause))
    return tuple(pause for pause in found if pause.start < pause.end)


def received_moment(at: datetime, calendar: OfficeCalendar) -> datetime:
    """When a file sent now counts as received: at once while the office is open, else when it opens [T1]."""
    return calendar.next_opening(at)


def promise_due(received_at: datetime, calendar: OfficeCalendar) -> datetime:
    """Close of office of the 2nd working day after the day of receipt [T1]. received_at: when it was sent.

    The office time that closures of parts of days take moves it on, so that shutting early never brings it forward.
    """
    return due_with_pauses(received_at, (), calendar)


def due_with_pauses(received_at: datetime, pauses: Iterable[Pause], calendar: OfficeCalendar) -> datetime:
    """The promise, moved by the office time that pauses took from it [T1].

    Pauses before receipt or after the moved promise change nothing, overlapping ones count once.
    """
    usual = calendar.usual
    received = received_moment(received_at, usual)
    last_day = usual.add_working_days(wib_day(received), WORKING_DAYS_PROMISED)
    promised = usual.working_time_between(received, usual.close_of(last_day))
    return spend(without(calendar.open_from(received), _cuts(pauses)), promised, received)


def net_and_raw(
    received_at: datetime, done_at: datetime, pauses: Iterable[Pause], calendar: OfficeCalendar
) -> TimeTaken:
    """Office time that a file took, without and with its pauses; both zero if done before received [T1]."""
    received = received_moment(received_at, calendar)
    counted = without(calendar.open_between(received, done_at), _cuts(pauses))
    net = sum((end - start for start, end in counted), timedelta())
    return TimeTaken(net, calendar.working_time_between(received, done_at))


def _cuts(pauses: Iterable[Pause]) -> list[Span]:
    return [(pause.start, pause.end) for pause in pauses]
