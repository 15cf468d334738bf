"""The calendar of an office as its rows tell it: normal hours, seasons, days off and closures of parts of days."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from models.office import ClosedDay, OpeningHours, Season
from models.rules import calendar as rules
from models.rules.calendar import DEFAULT_HOURS, Hours, OfficeCalendar, Span, wib_moment

_DAY = timedelta(days=1)


async def read(office_id: int) -> OfficeCalendar:
    """As the administrator keeps it; the usual hours where none are kept. Read anew each time."""
    lines = await OpeningHours.select(
        OpeningHours.season, OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes
    ).where(OpeningHours.office == office_id)
    closed = await ClosedDay.objects().where(ClosedDay.office == office_id)
    return OfficeCalendar(
        hours_of(row for row in lines if row["season"] is None) or DEFAULT_HOURS,
        {row.closed_on: row.name for row in closed if is_whole(row)},
        tuple(
            rules.Season(
                row.name,
                row.first_on,
                row.last_on,
                hours_of(line for line in lines if line["season"] == row.id),
            )
            for row in await Season.objects().where(Season.office == office_id)
        ),
        tuple(span_of(row) for row in closed if not is_whole(row)),
    )


def is_whole(row: ClosedDay) -> bool:
    """Whether the office is closed all day."""
    return row.shut_from is None and row.shut_to is None


def span_of(row: ClosedDay) -> Span:
    """From when to when the office is closed, in UTC."""
    return shut(row.closed_on, row.shut_from, row.shut_to)


def shut(day: date, since: time | None, to: time | None) -> Span:
    """A day (WIB) or a part of it, as moments in UTC. None: from its beginning, to its end."""
    return (
        wib_moment(day, since or time(0)),
        wib_moment(day, to) if to is not None else wib_moment(day + _DAY, time(0)),
    )


def hours_of(lines: Iterable[Mapping[str, Any]]) -> Hours:
    """Opening hours by weekday. Overlapping and touching lines, as old plans had them, are one stretch."""
    spans: dict[int, list[tuple[time, time]]] = {}
    for line in lines:
        spans.setdefault(line["weekday"], []).append((line["opens"], line["closes"]))
    return {day: _merged(of_day) for day, of_day in sorted(spans.items())}


def _merged(spans: list[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    merged: list[tuple[time, time]] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)


async def why_closed(office_id: int, at: datetime) -> str:
    """What closes the office at a moment, in the administrator's words; empty when nothing does."""
    day = rules.wib_day(at)
    rows = await ClosedDay.objects().where((ClosedDay.office == office_id) & (ClosedDay.closed_on == day))
    return next((row.name for row in rows if span_of(row)[0] <= at < span_of(row)[1]), "")
