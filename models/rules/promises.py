"""The promise of two working days, and the time that does not count against it [T1, G3]."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.calendar import OfficeCalendar, Span, spend, wib_day

WORKING_DAYS_PROMISED = 2


@dataclass(frozen=True)
class Pause:
    """Time that does not count: in the applicant's hands or under a declared obstacle. The end is excluded.

    For one still under way give the present moment as its end. An end that is not later is an empty pause.
    """

    start: datetime
    end: datetime


@dataclass(frozen=True)
class TimeTaken:
    """Office time from receipt to done. raw: all of it. net: without pauses, what the office answers for."""

    net: timedelta
    raw: timedelta


def received_moment(at: datetime, calendar: OfficeCalendar) -> datetime:
    """When a file sent now counts as received: at once while the office is open, else when it opens [T1]."""
    return calendar.next_opening(at)


def promise_due(received_at: datetime, calendar: OfficeCalendar) -> datetime:
    """Close of office of the 2nd working day after the day of receipt [T1]. received_at: when it was sent."""
    day = wib_day(received_moment(received_at, calendar))
    return calendar.close_of(calendar.add_working_days(day, WORKING_DAYS_PROMISED))


def due_with_pauses(received_at: datetime, pauses: Iterable[Pause], calendar: OfficeCalendar) -> datetime:
    """The promise, moved by the office time that pauses took from it [T1].

    Pauses before receipt or after the moved promise change nothing, overlapping ones count once.
    """
    received = received_moment(received_at, calendar)
    promised = calendar.working_time_between(received, promise_due(received_at, calendar))
    return spend(_without(calendar.open_from(received), pauses), promised, received)


def net_and_raw(
    received_at: datetime, done_at: datetime, pauses: Iterable[Pause], calendar: OfficeCalendar
) -> TimeTaken:
    """Office time that a file took, without and with its pauses; both zero if done before received [T1]."""
    received = received_moment(received_at, calendar)
    counted = _without(calendar.open_between(received, done_at), pauses)
    net = sum((end - start for start, end in counted), timedelta())
    return TimeTaken(net, calendar.working_time_between(received, done_at))


def _without(spans: Iterable[Span], pauses: Iterable[Pause]) -> Iterator[Span]:
    """What is left of spans, in order, once pauses are cut out of them."""
    cuts = sorted((pause.start, pause.end) for pause in pauses if pause.start < pause.end)
    for start, end in spans:
        for cut_start, cut_end in cuts:
            if cut_end <= start:
                continue
            if cut_start >= end:
                break
            if start < cut_start:
                yield start, cut_start
            start = cut_end
            if start >= end:
                break
        if start < end:
            yield start, end
