"""Documents that were not accepted, with their reasons: how often, and which [P6, M4]."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw
from piccolo.query.functions import Count

from components.actors import Actor
from models.account import Staff
from models.history import Event

SINCE = timedelta(days=30)
PER_PAGE = 50
_WITH_REASON = WhereRaw("details LIKE '%[\"%'")


@dataclass(frozen=True)
class Rejection:
    """One look at a file in which something did not fit. documents: kind -> reasons, of those that were asked for."""

    id: int
    at: datetime
    officer: str
    number: str
    documents: Mapping[str, tuple[str, ...]]
    remark: str


def _judged(office_id: int | None, now: datetime) -> Any:
    return (
        (Event.act == "judge")
        & (Event.entered_at >= now - SINCE)
        & (Event.application.office == office_id)
        & _WITH_REASON
    )


async def counted(office_id: int, now: datetime) -> tuple[tuple[str, int], ...]:
    """(reason, on how many documents) of the last 30 days, most first."""
    found = Counter[str]()
    # The same verdict is written alike, so there are few to be read.
    for row in (
        await Event.select(Event.details, Count(alias="n"))
        .where(_judged(office_id, now))
        .group_by(Event.details)
    ):
        for reasons in json.loads(row["details"]).values():
            found.update(dict.fromkeys(reasons, row["n"]))
    return tuple(found.most_common())


async def listed(
    reason: str, by: Actor, now: datetime, before: int = 0, limit: int = PER_PAGE
) -> tuple[list[Rejection], int]:
    """(rejections of the own office, newest first, the id to go on before or 0).

    reason: only the documents it stands against; empty for all.
    """
    where = _judged(by.office_id, now)
    if reason:
        where = where & Event.details.like(f'%"{reason}"%')
    if before > 0:
        where = where & (Event.id < before)
    rows = (
        await Event.select(
            *(Event.id, Event.entered_at, Event.actor, Event.details, Event.reason),
            Event.application.number.as_alias("number"),
        )
        .where(where)
        .order_by(Event.id, ascending=False)
        .limit(limit + 1)
    )
    people = await Staff.select(Staff.id, Staff.name).where(Staff.office == by.office_id)
    names = {f"staff:{row['id']}": row["name"] for row in people}
    found = [
        Rejection(
            row["id"],
            row["entered_at"],
            names.get(row["actor"], "Petugas"),
            row["number"],
            {
                kind: tuple(why)
                for kind, why in json.loads(row["details"]).items()
                if why and (not reason or reason in why)
            },
            row["reason"],
        )
        for row in rows[:limit]
    ]
    return found, found[-1].id if len(rows) > limit else 0
