"""Times at which photos and signatures can be taken [P8, P9]."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from models.rules.calendar import OfficeCalendar, wib_day, wib_moment

NOTICE = timedelta(hours=2)
"""Office hours between acceptance and the first appointment that may be given."""
MOVABLE_UNTIL = timedelta(hours=2)
HORIZON_DAYS = 14
HELD_FOR = timedelta(minutes=10)
"""For which a time is kept while its applicant looks at it."""
OFFERED_FOR = timedelta(hours=2)
"""Office hours for which a freed time is offered to one person."""
SHORTEST_OFFER = timedelta(minutes=30)
SURELY_OUT = timedelta(hours=4)
"""Office hours for which a device that just failed, nobody knows how long, is not counted on."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SlotTemplate:
    """One line of the weekly plan, hours in WIB. weekday: 0 = Monday. capacity: capture devices in service.

    first, last: the days on which it holds, both included; without both it always does, unless a line with days
    holds on that day. Raises ValueError for hours or days out of order, lengths under a minute and negative
    capacities.
    """

    weekday: int
    opens: time
    closes: time
    minutes: int = 30
    capacity: int = 1
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.weekday not in range(7) or self.opens >= self.closes or self.minutes < 1 or self.capacity < 0:
            raise ValueError("this line of the weekly plan cannot be")
        if (self.first is None) != (self.last is None) or (
            self.first and self.last and self.first > self.last
        ):
            raise ValueError("the days of this line are out of order")

    def holds_on(self, day: date) -> bool:
        """Whether its days include this one; always for a line without days."""
        return self.first is None or self.last is None or self.first <= day <= self.last


@dataclass(frozen=True, order=True)
class Slot:
    """From start to end, in UTC, this many people can be served."""

    start: datetime
    end: datetime
    capacity: int


def slots_on(day: date, templates: Iterable[SlotTemplate], calendar: OfficeCalendar) -> tuple[Slot, ...]:
    """The slots of a day in order of time: whole ones only, and only while the office is open [P8].

    Lines that yield the same slot add their capacities; a slot without capacity is left out. Lines with days of
    their own stand in place of the others of that weekday, as a season does for the office's hours.
    """
    open_spans = calendar.opening_spans(day)
    lines = [line for line in templates if line.weekday == day.weekday() and line.holds_on(day)]
    dated = [line for line in lines if line.first]
    capacities: dict[tuple[datetime, datetime], int] = {}
    for template in dated or lines:
        length = timedelta(minutes=template.minutes)
        start, closes = wib_moment(day, template.opens), wib_moment(day, template.closes)
        while start + length <= closes:
            end = start + length
            if any(opens <= start and end <= shuts for opens, shuts in open_spans):
                capacities[start, end] = capacities.get((start, end), 0) + template.capacity
            start = end
    return tuple(
        sorted(Slot(start, end, capacity) for (start, end), capacity in capacities.items() if capacity)
    )


def earliest_allowed(now: datetime, calendar: OfficeCalendar) -> datetime:
    """The first moment at which an appointment given now may start: 2 office hours ahead [P8]."""
    return calendar.add_working_time(now, NOTICE)


def horizon(now: datetime) -> date:
    """The last day (WIB) to which an appointment may be moved: 14 days ahead, that day included."""
    return wib_day(now) + HORIZON_DAYS * _DAY


def bookable_slots(
    now: datetime, templates: Iterable[SlotTemplate], calendar: OfficeCalendar
) -> tuple[Slot, ...]:
    """Every slot from the earliest allowed moment to the horizon, in order, taken or not [P8]."""
    lines = tuple(templates)
    earliest = earliest_allowed(now, calendar)
    days = (wib_day(now) + n * _DAY for n in range(HORIZON_DAYS + 1))
    return tuple(slot for day in days for slot in slots_on(day, lines, calendar) if slot.start >= earliest)


def given_up_until(now: datetime, expected_at: datetime | None, calendar: OfficeCalendar) -> datetime:
    """Until when no appointment can be kept on a device that is out now [M2, P8].

    Until it is expected to work again; else to the close of the day that 4 office hours from now fall on, so
    that people of the next morning hear of it the day before and nobody is moved for a short failure far ahead.
    """
    if expected_at is not None and expected_at > now:
        return expected_at
    return calendar.close_of(wib_day(calendar.add_working_time(now, SURELY_OUT)))


def may_move(appointment_start: datetime, now: datetime) -> bool:
    """Whether the applicant may still move it: up to 2 hours before the start, that moment included [P8]."""
    return now <= appointment_start - MOVABLE_UNTIL


def offer_until(now: datetime, start: datetime, calendar: OfficeCalendar) -> datetime | None:
    """Until when a freed time can be offered to one person: 2 office hours, and no longer than 2 hours before it [P8].

    None when less than half an office hour is left to answer.
    """
    until = min(calendar.add_working_time(now, OFFERED_FOR), start - MOVABLE_UNTIL)
    return until if calendar.working_time_between(now, until) >= SHORTEST_OFFER else None


class Queue(StrEnum):
    """The letter before a queue number."""

    APPOINTMENT = "B"
    WALK_IN = "C"


def queue_number(queue: Queue, sequence: int) -> str:
    """What is called out and printed: "B-14". sequence counts from 1 each day; less is a ValueError [P9]."""
    if sequence < 1:
        raise ValueError("queue numbers count from 1")
    return f"{queue}-{sequence}"
