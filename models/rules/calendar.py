"""When the office works: opening hours, closed days, arithmetic in working days and hours [T1, P7, P8].

Days and hours are in WIB (UTC+7 all year); every moment that comes in must know its zone, every moment that
goes out is in UTC. At the moment of closing it is closed: spans are [start, end).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)

DaySpans = tuple[tuple[time, time], ...]
"""Opening spans of one day, in WIB, in order."""

Hours = Mapping[int, DaySpans]
"""Weekday (0 = Monday) -> opening spans of that day. A missing weekday is closed."""

Span = tuple[datetime, datetime]
"""A stretch of time in UTC, the end not included."""

_MONDAY_TO_THURSDAY = ((time(8), time(12)), (time(13), time(15)))
DEFAULT_HOURS: Hours = MappingProxyType(
    {
        **dict.fromkeys((MONDAY, TUESDAY, WEDNESDAY, THURSDAY), _MONDAY_TO_THURSDAY),
        FRIDAY: ((time(8), time(10, 30)), (time(13), time(14))),
    }
)

_DAY = timedelta(days=1)
_FARTHEST_SEARCH = 3 * 366 * _DAY
"""An office closed for longer is a mistake in the settings, which must not become an endless loop."""


class NeverOpen(LookupError):
    """The settings leave no opening hours to be found."""


def wib_day(at: datetime) -> date:
    """The calendar day in WIB of a moment: 23:30 UTC already belongs to the next day."""
    return _aware(at).astimezone(WIB).date()


def wib_moment(day: date, at: time) -> datetime:
    """The moment, in UTC, at which clocks in Krian show this time on this day."""
    return datetime.combine(day, at, WIB).astimezone(UTC)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be placed")
    return at


def _check_hours(hours: Hours) -> None:
    for weekday, spans in hours.items():
        in_order = all(start < end for start, end in spans)
        apart = all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
        if weekday not in range(7) or not in_order or not apart:
            raise ValueError(f"opening hours of weekday {weekday} are out of order")


@dataclass(frozen=True)
class Season:
    """Other hours from one day to another, both included: Ramadan. Raises ValueError when out of order."""

    name: str
    first: date
    last: date
    hours: Hours

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("a season ends before it begins")
        _check_hours(self.hours)


@dataclass(frozen=True)
class OfficeCalendar:
    """The hours of one office. closed_days: national holidays, cuti bersama and local closures, with names.

    closures: parts of days on which the office is shut at short notice, in any order. A day with opening hours
    left is a working day. Raises ValueError for hours or seasons that overlap; questions without an answer,
    because nothing is ever open, raise NeverOpen.
    """

    hours: Hours = field(default_factory=lambda: DEFAULT_HOURS)
    closed_days: Mapping[date, str] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    closures: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        _check_hours(self.hours)
        ordered = sorted(self.seasons, key=lambda season: season.first)
        if any(earlier.last >= later.first for earlier, later in pairwise(ordered)):
            raise ValueError("two seasons cover the same day")

    def _hours_on(self, day: date) -> tuple[tuple[time, time], ...]:
        if day in self.closed_days:
            return ()
        hours = next(
            (season.hours for season in self.seasons if season.first <= day <= season.last), self.hours
        )
        return hours.get(day.weekday(), ())

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens on this day at all."""
        return bool(self.opening_spans(day) if self.closures else self._hours_on(day))

    def opening_spans(self, day: date) -> tuple[Span, ...]:
        """The opening hours of a day (WIB) as moments in UTC; empty on a closed day."""
        return tuple(without(self._usual_spans(day), self.closures))

    def _usual_spans(self, day: date) -> tuple[Span, ...]:
        return tuple((wib_moment(day, start), wib_moment(day, end)) for start, end in self._hours_on(day))

    @property
    def usual(self) -> "OfficeCalendar":
        """The same without closures of parts of days: what was to be expected before they were known."""
        return replace(self, closures=()) if self.closures else self

    def working_days_from(self, day: date) -> Iterator[date]:
        """The working days from a day on, itself included, without end; else NeverOpen."""
        last_open = day
        while day - last_open < _FARTHEST_SEARCH:
            if self.is_working_day(day):
                last_open = day
                yield day
            day += _DAY
        raise NeverOpen("no working day in the next three years")

    def open_from(self, at: datetime) -> Iterator[Span]:
        """What is open from a moment on, without end: the rest of a span under way, then whole spans."""
        for day in self.working_days_from(wib_day(at)):
            for start, end in self.opening_spans(day):
                if end > at:
                    yield max(start, at.astimezone(UTC)), end

    def open_between(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The open spans from one moment to another, cut at both; none when the end is not later."""
        day, last = wib_day(start), wib_day(end)
        while day <= last:
            for opens, closes in self.opening_spans(day):
                since, to = max(opens, start.astimezone(UTC)), min(closes, end.astimezone(UTC))
                if since < to:
                    yield since, to
            day += _DAY

    def next_opening(self, at: datetime) -> datetime:
        """The moment itself while the office is open, else the next opening. At closing time it is closed."""
        return next(self.open_from(at))[0]

    def close_of(self, day: date) -> datetime:
        """The usual close of office on a working day, also when it shuts earlier just then.

        ValueError for any other day.
        """
        if not self.is_working_day(day):
            raise ValueError("the office is closed on this day")
        return self._usual_spans(day)[-1][1]

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after a day, itself not counted. 0: the day, or the next working day.

        A negative count is a ValueError.
        """
        if count < 0:
            raise ValueError("working days are only counted forward")
        days = self.working_days_from(day + _DAY if count else day)
        return next(islice(days, max(count - 1, 0), None))

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days come after the first day, the last one included; 0 when it is not later."""
        days = (first + n * _DAY for n in range(1, (last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Office time from one moment to another; zero when the end is not later."""
        return sum((to - since for since, to in self.open_between(start, end)), timedelta())

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment, in UTC, by which this much office time has passed. Nothing: the moment itself.

        A negative amount is a ValueError.
        """
        return spend(self.open_from(start), amount, start)


def spend(spans: Iterable[Span], amount: timedelta, start: datetime) -> datetime:
    """Use up an amount of time along spans in order; where it is used up. Nothing to use up: the start.

    A negative amount is a ValueError; so are spans that end before the amount does.
    """
    if amount < timedelta():
        raise ValueError("time is only counted forward")
    if not amount:
        return _aware(start).astimezone(UTC)
    for since, to in spans:
        if amount <= to - since:
            return since + amount
        amount -= to - since
    raise ValueError("the spans are shorter than the amount")


def without(spans: Iterable[Span], cuts: Iterable[Span]) -> Iterator[Span]:
    """What is left of spans, in order, once cuts are taken out of them; empty cuts change nothing."""
    ordered = sorted(cut for cut in cuts if cut[0] < cut[1])
    for start, end in spans:
        for cut_start, cut_end in ordered:
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
