"""Who looks at what: scans and full identity numbers per officer [G2, M4]."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from piccolo.query.functions import Count

from components import attention
from components.actors import Actor
from components.case_lists import Cuts
from components.counter import day_began
from components.refusals import Missing
from models.account import Staff
from models.history import Event
from models.rules.calendar import wib_day, wib_moment

IDENTITY = "show_identity"
ALERTS_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class Looking:
    """How many files' scans one officer saw today, and how many full identity numbers. alert: more than usual."""

    staff: int
    name: str
    files: int
    numbers: int
    alert: bool


async def looks(cut: Cuts) -> tuple[Looking, ...]:
    """Scans and full numbers that each officer saw today, most first [G2, M4]."""
    people = await Staff.select(Staff.id, Staff.name).where(Staff.office == cut.office)
    names = {f"staff:{row['id']}": row for row in people}
    rows = (
        await Event.select(Event.actor, Event.act, Count(distinct=[Event.application], alias="n"))
        .where(
            Event.act.is_in([attention.LOOK, IDENTITY, attention.MANY_LOOKS])
            & (Event.entered_at >= day_began(cut.now))
        )
        .group_by(Event.actor, Event.act)
    )
    seen: dict[str, Counter[str]] = {}
    for row in rows:
        if row["actor"] in names:
            seen.setdefault(row["actor"], Counter())[row["act"]] = row["n"]
    found = [
        Looking(
            names[actor]["id"],
            names[actor]["name"],
            acts[attention.LOOK],
            acts[IDENTITY],
            acts[attention.MANY_LOOKS] > 0,
        )
        for actor, acts in seen.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.files, -one.numbers, one.name)))


@dataclass(frozen=True)
class SeenFile:
    """One file whose scans, or whose full number, one officer saw on one day. looks: how many lines of history."""

    number: str
    first: datetime
    last: datetime
    looks: int


@dataclass(frozen=True)
class Alert:
    """An officer saw more files than is usual. within: "hour" or "day"."""

    staff: int
    officer: str
    at: datetime
    files: int
    within: str

    @property
    def day(self) -> date:
        """On which its files are listed."""
        return wib_day(self.at)


async def officer_named(staff_id: int, by: Actor) -> str:
    """The name of somebody of the own office. Raises Missing for anybody else."""
    row = (
        await Staff.select(Staff.name).where((Staff.id == staff_id) & (Staff.office == by.office_id)).first()
    )
    if row is None:
        raise Missing
    return str(row["name"])


async def seen(staff_id: int, day: date, act: str, by: Actor) -> list[SeenFile]:
    """The files that one officer saw on one day, the last one first. act: attention.LOOK or IDENTITY.

    Raises Missing for an officer of another office.
    """
    await officer_named(staff_id, by)
    start, end = wib_moment(day, time(0)), wib_moment(day + timedelta(days=1), time(0))
    rows = (
        await Event.select(Event.entered_at, Event.application.number.as_alias("number"))
        .where(
            (Event.actor == f"staff:{staff_id}")
            & (Event.act == act)
            & (Event.entered_at >= start)
            & (Event.entered_at < end)
            & Event.application.is_not_null()
        )
        .order_by(Event.entered_at)
    )
    found: dict[str, list[datetime]] = {}
    for row in rows:
        found.setdefault(row["number"], []).append(row["entered_at"])
    files = [SeenFile(number, at[0], at[-1], len(at)) for number, at in found.items()]
    return sorted(files, key=lambda one: one.last, reverse=True)


async def alerts(by: Actor, now: datetime) -> list[Alert]:
    """Officers of the own office who saw more than usual in the last 30 days, newest first."""
    people = await Staff.select(Staff.id, Staff.name).where(Staff.office == by.office_id)
    names = {f"staff:{row['id']}": row for row in people}
    rows = (
        await Event.select(Event.actor, Event.entered_at, Event.details)
        .where((Event.act == attention.MANY_LOOKS) & (Event.entered_at >= now - ALERTS_SHOWN))
        .order_by(Event.entered_at, Event.id, ascending=False)
    )
    found = []
    for row in rows:
        if row["actor"] in names:
            who, details = names[row["actor"]], json.loads(row["details"])
            found.append(
                Alert(who["id"], who["name"], row["entered_at"], details["files"], details["within"])
            )
    return found


def day_typed(text: str, now: datetime) -> date:
    """The day in an address, not in the future; today for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = wib_day(now)
    return min(max(day, date(2020, 1, 1)), wib_day(now))
