"""Serial numbers and days of cover of card blanks: runs, gaps, how long a stock lasts [M2].

A serial number is a head and a row of digits, such as "3515-26-" and "000101"; only numbers with the same head and the
same count of digits follow each other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.rules.calendar import NeverOpen, OfficeCalendar

AVERAGE_OVER = 20
"""Working days over which the use of blanks is averaged."""
LOW_DAYS = 5
"""Working days of cover below which a warning is given, where the office chose no other number."""
LARGEST_GAP = 500
"""Numbers that are missing between two deliveries; more of them simply went to other offices."""
_FARTHEST_LOOK = 400
_DAY = timedelta(days=1)


class EntryKind(StrEnum):
    """What a line of the ledger tells."""

    RECEIVED = "received"
    BORROWED = "borrowed"
    TAKEN_BACK = "taken_back"
    FOUND = "found"
    USED = "used"
    SPOILED = "spoiled"
    LENT = "lent"
    GIVEN_BACK = "given_back"
    MISSING = "missing"
    COUNTED = "counted"
    REQUESTED = "requested"
    DESTROYED = "destroyed"


class BlankState(StrEnum):
    """Where one blank is. Lent: at another office; returned: given back to who had lent it; missing: not there."""

    IN_STOCK = "in_stock"
    USED = "used"
    SPOILED = "spoiled"
    LENT = "lent"
    RETURNED = "returned"
    MISSING = "missing"


INCOMING = (EntryKind.RECEIVED, EntryKind.BORROWED, EntryKind.TAKEN_BACK, EntryKind.FOUND)
OUTGOING = (EntryKind.USED, EntryKind.SPOILED, EntryKind.LENT, EntryKind.GIVEN_BACK, EntryKind.MISSING)


@dataclass(frozen=True)
class Run:
    """Serial numbers without a hole between them."""

    first: str
    last: str
    count: int


def split(serial: str) -> tuple[str, str]:
    """The head and the digits at the end of a serial number. Raises ValueError without digits at the end."""
    match = re.fullmatch(r"(.*?)(\d+)", serial)
    if match is None:
        raise ValueError("a serial number ends in digits")
    return match[1], match[2]


def row(first: str, last: str) -> Iterator[str]:
    """All serial numbers from first to last. Raises ValueError for ends that do not belong together."""
    (head, low), (other, high) = split(first), split(last)
    if head != other or len(low) != len(high):
        raise ValueError("the ends of a row differ in head or length")
    return (f"{head}{number:0{len(low)}d}" for number in range(int(low), int(high) + 1))


def runs(serials: Iterable[str]) -> tuple[Run, ...]:
    """The same numbers as runs, in order."""
    placed = sorted({(head, len(digits), int(digits)) for head, digits in map(split, serials)})
    found: list[Run] = []
    begin = 0
    for place, (head, width, number) in enumerate(placed):
        if placed[place + 1 : place + 2] != [(head, width, number + 1)]:
            first = placed[begin][2]
            found.append(Run(f"{head}{first:0{width}d}", f"{head}{number:0{width}d}", number - first + 1))
            begin = place + 1
    return tuple(found)


def gaps(ranges: Iterable[tuple[str, str]]) -> tuple[Run, ...]:
    """The numbers between ranges that belong to none of them, where they are 500 at most."""
    placed = sorted((*_place(first), int(split(last)[1])) for first, last in ranges)
    found: list[Run] = []
    reached: dict[tuple[str, int], int] = {}
    for head, width, low, high in placed:
        before = reached.get((head, width), low - 1)
        if 0 < low - before - 1 <= LARGEST_GAP:
            ends = (f"{head}{before + 1:0{width}d}", f"{head}{low - 1:0{width}d}")
            found.append(Run(*ends, low - before - 1))
        reached[head, width] = max(before, high)
    return tuple(found)


def _place(serial: str) -> tuple[str, int, int]:
    head, digits = split(serial)
    return head, len(digits), int(digits)


def averaged_days(calendar: OfficeCalendar, today: date, since: date) -> tuple[date, int]:
    """The first day of the average and how many working days it spans: the last 20 until today, itself included.

    since: the first day of the ledger, so that a young one is not thought to use little. Never fewer than 1 day.
    """
    day, count, first = today, 0, today
    for _ in range(_FARTHEST_LOOK):
        if count == AVERAGE_OVER or day < since:
            break
        if calendar.is_working_day(day):
            count, first = count + 1, day
        day -= _DAY
    # What was printed on a day off between two working days counts, too.
    return min(first, max(since, day + _DAY)), max(count, 1)


def days_of_cover(in_stock: int, used: int, days: int) -> int | None:
    """Whole working days that a stock lasts when `used` blanks went in `days` working days; None without any use."""
    return in_stock * days // used if used else None


def ends_on(calendar: OfficeCalendar, today: date, cover: int | None) -> date | None:
    """The working day on which the stock will end, as far as can be told; at most a year of working days ahead."""
    if cover is None or cover > 250:
        return None
    try:
        return calendar.add_working_days(today, cover)
    except NeverOpen:
        return None
