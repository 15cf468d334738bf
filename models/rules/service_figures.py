"""Published figures about recent files, none of which tells of a few people [T1, M4, E2].

A file's time is told in working days from the one on which it counted as received, as the promise counts them: 0 is
the same day. Nothing is taken off for obstacles or for waiting, so the figure is never kinder than what people saw.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models.rules.calendar import OfficeCalendar, wib_day
from models.rules.promises import received_moment
from models.rules.satisfaction import FEWEST

ENOUGH = 20
"""Files below which nine of ten would be a matter of one or two people."""
DAYS_BACK = 90
USUAL = 9, 10
"""Nine of ten: the share of files that were made within the usual time."""


@dataclass(frozen=True)
class DayTally:
    """What was printed on one day. on_time: within the promise. taken: working days a file took -> files."""

    printed: int
    on_time: int
    taken: Mapping[int, int]


class Share(StrEnum):
    """How a share is told: as a number, or in words where a number would tell of fewer than five files."""

    ALL = "all"
    NEARLY_ALL = "nearly_all"
    PER_CENT = "per_cent"
    HARDLY_ANY = "hardly_any"


@dataclass(frozen=True)
class Figures:
    """What is published. usual_days: None with too few files, as is share. per_cent: with Share.PER_CENT alone."""

    usual_days: int | None = None
    share: Share | None = None
    per_cent: int | None = None


def working_days_taken(received_at: datetime, printed_at: datetime, calendar: OfficeCalendar) -> int:
    """Working days from receipt (at night: the next opening) to the card; 0 on the same day [T1]."""
    received = wib_day(received_moment(received_at, calendar.usual))
    return calendar.working_days_between(received, wib_day(printed_at))


def figures(tallies: Iterable[DayTally]) -> Figures:
    """The figures of a period from its days. Under ENOUGH files there are none; no share shows a group under five."""
    printed = on_time = 0
    taken: dict[int, int] = {}
    for one in tallies:
        printed, on_time = printed + one.printed, on_time + one.on_time
        for days, files in one.taken.items():
            taken[days] = taken.get(days, 0) + files
    if printed < ENOUGH:
        return Figures()
    share = _share(on_time, printed)
    # Rounded down: 99.6 per cent is not all of them.
    return Figures(_usual(taken), share, 100 * on_time // printed if share is Share.PER_CENT else None)


def _usual(taken: Mapping[int, int]) -> int:
    """The fewest working days within which nine of ten files were made."""
    parts, whole = USUAL
    files, made = sum(taken.values()), 0
    for days in sorted(taken):
        made += taken[days]
        if made * whole >= files * parts:
            return days
    raise ValueError("no files")


def _share(on_time: int, printed: int) -> Share:
    if on_time == printed:
        return Share.ALL
    if printed - on_time < FEWEST:
        return Share.NEARLY_ALL
    return Share.HARDLY_ANY if on_time < FEWEST else Share.PER_CENT


def is_settled(day: date, counted_on: date, days: int) -> bool:
    """Whether a day's tally will not change any more: files may be entered so many days late [M2]."""
    return (counted_on - day).days > days
