"""Who was served before their turn, and why: week by week, to be seen by the supervisor [G2]."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw

from components import notifications
from components.actors import Actor
from components.jobs import each
from components.refusals import Missing
from components.worklist import OUT_OF_ORDER
from models.account import Staff
from models.history import Event
from models.office import Office
from models.oversight import SeenJump
from models.rules.calendar import wib_day, wib_moment
from models.rules.messages import StaffNews

SKIPS = ("skip", "put_aside")
"""Put off by an operator, or put aside at the counter: listed as well, but nothing to be signed off."""
_KINDS = (OUT_OF_ORDER, *SKIPS)
_TOLD_AT = time(7)
_UNSEEN = WhereRaw("NOT EXISTS (SELECT 1 FROM seen_jump WHERE seen_jump.event = event.id)")
MOST = 500
"""Lines of one week that are shown; what is more is found in the audit."""


@dataclass(frozen=True)
class Jump:
    """One file taken out of order, or put off. passed_over: how many stood before it. seen_at: by a supervisor."""

    id: int
    act: str
    at: datetime
    officer: str
    number: str
    reason: str
    passed_over: int
    at_counter: bool
    seen_at: datetime | None
    seen_by: str

    @property
    def to_be_seen(self) -> bool:
        return self.act == OUT_OF_ORDER and self.seen_at is None


def monday_of(day: date) -> date:
    """The first day of the week of this day."""
    return day - timedelta(days=day.weekday())


def _within(monday: date) -> Any:
    return _between(monday, monday + timedelta(days=6))


def _between(first: date, last: date) -> Any:
    start = wib_moment(first, time(0))
    return (Event.entered_at >= start) & (Event.entered_at < wib_moment(last + timedelta(days=1), time(0)))


async def of_week(by: Actor, monday: date) -> list[Jump]:
    """The jumps and skips of one week in the supervisor's own office, newest first, at most MOST."""
    return await of_days(by, monday, monday + timedelta(days=6))


async def counted(by: Actor, first: date, last: date) -> int:
    """How many were served before their turn from one day to another, both included."""
    count: int = await Event.count().where(
        (Event.act == OUT_OF_ORDER) & _between(first, last) & (Event.application.office == by.office_id)
    )
    return count


async def of_days(by: Actor, first: date, last: date, kinds: tuple[str, ...] = _KINDS) -> list[Jump]:
    """The jumps and skips from one day to another, both included, as of_week() gives those of a week."""
    rows = (
        await Event.select(
            *(Event.id, Event.act, Event.entered_at, Event.actor, Event.reason, Event.details),
            Event.application.number.as_alias("number"),
        )
        .where(
            Event.act.is_in(list(kinds)) & _between(first, last) & (Event.application.office == by.office_id)
        )
        .order_by(Event.entered_at, Event.id, ascending=False)
        .limit(MOST)
    )
    names = await _names(by.office_id or 0)
    ids = [row["id"] for row in rows]
    seen = {
        row["event"]: row
        for row in (
            await SeenJump.select(
                SeenJump.event, SeenJump.seen_at, SeenJump.seen_by.name.as_alias("who")
            ).where(SeenJump.event.is_in(ids))
            if ids
            else []
        )
    }
    return [_jump(row, names, seen.get(row["id"])) for row in rows]


async def _names(office_id: int) -> dict[str, str]:
    rows = await Staff.select(Staff.id, Staff.name).where(Staff.office == office_id)
    return {f"staff:{row['id']}": row["name"] for row in rows}


def _jump(row: Mapping[str, Any], names: Mapping[str, str], seen: Mapping[str, Any] | None) -> Jump:
    details = json.loads(row["details"])
    return Jump(
        id=row["id"],
        act=row["act"],
        at=row["entered_at"],
        officer=names.get(row["actor"], "Petugas"),
        number=row["number"],
        reason=row["reason"],
        passed_over=details.get("passed_over", 0),
        at_counter=details.get("at") == "counter" or row["act"] == "put_aside",
        seen_at=seen["seen_at"] if seen else None,
        seen_by=seen["who"] if seen else "",
    )


async def unseen(by: Actor) -> int:
    """How many jumps of the office no supervisor has seen yet, whenever they were."""
    count: int = await Event.count().where(
        (Event.act == OUT_OF_ORDER) & (Event.application.office == by.office_id) & _UNSEEN
    )
    return count


async def see(event_id: int, by: Actor, now: datetime) -> date:
    """The supervisor has read this reason; the first day of the week it stands in. Twice is once.

    Raises Missing for what is no jump of the own office.
    """
    row = (
        await Event.select(Event.entered_at)
        .where(
            (Event.id == event_id) & (Event.act == OUT_OF_ORDER) & (Event.application.office == by.office_id)
        )
        .first()
    )
    if row is None:
        raise Missing
    await SeenJump.insert(SeenJump(event=event_id, seen_by=by.staff_id, seen_at=now)).on_conflict(
        target=SeenJump.event, action="DO NOTHING"
    )
    return monday_of(wib_day(row["entered_at"]))


async def tell_of_week(now: datetime) -> int:
    """From Monday at 07.00: one e-mail to each supervisor about the jumps of the week before, if there were any."""
    monday = monday_of(wib_day(now))
    if now < wib_moment(monday, _TOLD_AT):
        return 0
    last = monday - timedelta(days=7)
    offices = await Office.select(Office.id)
    return await each([row["id"] for row in offices], lambda id_: _tell(id_, last, now), "jumps of the week")


async def _tell(office_id: int, monday: date, now: datetime) -> bool:
    count: int = await Event.count().where(
        (Event.act == OUT_OF_ORDER) & _within(monday) & (Event.application.office == office_id)
    )
    if not count:
        return False
    values = {"count": count, "monday": monday, "sunday": monday + timedelta(days=6)}
    path = f"/pengawasan/urutan?minggu={monday}"
    return bool(
        await notifications.tell_supervisors(StaffNews.QUEUE_JUMPS, office_id, str(monday), path, values, now)
    )
