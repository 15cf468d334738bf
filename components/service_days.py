"""What each day's files say about the promise, counted once so that a public page never counts files [T1, M4].

A day's row is made after the day, and anew once a day while files may still be entered late.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from components import promises
from components.counter import OLDEST_ENTRY
from models.application import Application
from models.db import transaction
from models.office import Office
from models.rules import service_figures as rules
from models.rules.calendar import wib_day, wib_moment
from models.rules.service_figures import DayTally, Figures
from models.standard import ServiceDay

_AT_ONCE = 10
"""Days counted in one round of the scheduler: a first start goes back ninety."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The figures of the days up to yesterday, both ends included."""

    since: date
    until: date
    figures: Figures


async def of_office(office_id: int, today: date) -> Period:
    """The figures of the ninety days before this one (WIB)."""
    since, until = today - rules.DAYS_BACK * _DAY, today - _DAY
    rows = await ServiceDay.select(ServiceDay.printed, ServiceDay.on_time, ServiceDay.taken).where(
        (ServiceDay.office == office_id) & (ServiceDay.day >= since) & (ServiceDay.day <= until)
    )
    return Period(since, until, rules.figures(_tally(row) for row in rows if row["printed"]))


def _tally(row: dict[str, object]) -> DayTally:
    taken = {int(days): int(files) for days, files in json.loads(str(row["taken"])).items()}
    return DayTally(int(str(row["printed"])), int(str(row["on_time"])), taken)


async def count(now: datetime) -> int:
    """Count the days that are over and not counted for good, ten at most; how many. Repeatable."""
    done = 0
    for office in await Office.select(Office.id):
        for day in (await _due(office["id"], wib_day(now)))[: _AT_ONCE - done]:
            await _count(office["id"], day, now)
            done += 1
    return done


async def _due(office_id: int, today: date) -> list[date]:
    """The latest first: those are what people ask about. Days before the first card need no row."""
    first = await _first_day(office_id, today - rules.DAYS_BACK * _DAY)
    if first is None:
        return []
    rows = await ServiceDay.select(ServiceDay.day, ServiceDay.counted_at).where(
        (ServiceDay.office == office_id) & (ServiceDay.day >= first)
    )
    counted = {row["day"]: wib_day(row["counted_at"]) for row in rows}
    return [
        day
        for day in (today - n * _DAY for n in range(1, (today - first).days + 1))
        if day not in counted
        or (counted[day] < today and not rules.is_settled(day, counted[day], OLDEST_ENTRY.days))
    ]


async def _first_day(office_id: int, since: date) -> date | None:
    """The day of the first card since then."""
    row = (
        await Application.select(Application.printed_at)
        .where((Application.office == office_id) & (Application.printed_at >= wib_moment(since, time(0))))
        .order_by(Application.printed_at)
        .first()
    )
    return wib_day(row["printed_at"]) if row else None


async def _count(office_id: int, day: date, now: datetime) -> None:
    calendar = await promises.office_calendar(office_id)
    rows = await Application.select(
        Application.received_at, Application.printed_at, Application.promise_at
    ).where(
        (Application.office == office_id)
        & (Application.printed_at >= wib_moment(day, time(0)))
        & (Application.printed_at < wib_moment(day + _DAY, time(0)))
        & Application.received_at.is_not_null()
    )
    taken = Counter(rules.working_days_taken(row["received_at"], row["printed_at"], calendar) for row in rows)
    on_time = sum(row["promise_at"] is None or row["printed_at"] <= row["promise_at"] for row in rows)
    row = ServiceDay(
        office=office_id,
        day=day,
        printed=len(rows),
        on_time=on_time,
        taken=json.dumps(taken, sort_keys=True),
        counted_at=now,
    )
    async with transaction():
        await ServiceDay.delete().where((ServiceDay.office == office_id) & (ServiceDay.day == day))
        await ServiceDay.insert(row).on_conflict(
            target=(ServiceDay.office, ServiceDay.day), action="DO NOTHING"
        )
