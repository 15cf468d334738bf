"""How often a second look at accepted files found something else: by document and reason, not by person [M4, E2]."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from piccolo.query.functions import Count

from components.actors import Actor
from models.recheck import Recheck, RecheckDocument
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.sampling import Share

SINCE = timedelta(days=90)
PER_PAGE = 50
_JUDGED = ("judged", "closed")


@dataclass(frozen=True)
class Rechecks:
    """Of the last 90 days. reasons: on how many documents the supervisor saw it, most first. waiting: to be judged."""

    files: Share
    kinds: tuple[tuple[DocumentKind, Share], ...]
    reasons: tuple[tuple[RejectReason, int], ...]
    waiting: int
    unexplained: int
    """Judged, but without the reason that comes last."""


@dataclass(frozen=True)
class Sample:
    """One file that was drawn, for a list. found: document -> reasons, of what did not fit. why: it lapsed."""

    id: int
    number: str
    day: date
    state: str
    why: str
    differs: bool
    judged_at: datetime | None
    note: str
    handed_back: bool
    found: tuple[tuple[str, tuple[str, ...]], ...]


def _judged(office: int, now: datetime) -> Any:
    return (
        (Recheck.office == office) & Recheck.state.is_in(list(_JUDGED)) & (Recheck.judged_at >= now - SINCE)
    )


async def rechecks(by: Actor, now: datetime) -> Rechecks:
    """The supervisor's own office; what this supervisor accepted is not among what waits."""
    office = by.office_id or 0
    rows = (
        await Recheck.select(Recheck.differs, Count(alias="n"))
        .where(_judged(office, now))
        .group_by(Recheck.differs)
    )
    per_file = {bool(row["differs"]): int(row["n"]) for row in rows}
    of_judged = (
        (RecheckDocument.recheck.office == office)
        & RecheckDocument.recheck.state.is_in(list(_JUDGED))
        & (RecheckDocument.recheck.judged_at >= now - SINCE)
    )
    kinds, different, reasons = Counter[str](), Counter[str](), Counter[str]()
    for row in (
        await RecheckDocument.select(RecheckDocument.kind, RecheckDocument.differs, Count(alias="n"))
        .where(of_judged)
        .group_by(RecheckDocument.kind, RecheckDocument.differs)
    ):
        kinds[row["kind"]] += row["n"]
        different[row["kind"]] += row["n"] if row["differs"] else 0
    for row in await RecheckDocument.select(RecheckDocument.reasons).where(
        of_judged & RecheckDocument.differs.eq(True)
    ):
        reasons.update(json.loads(row["reasons"]))
    waiting: int = await Recheck.count().where(_waiting(by))
    unexplained: int = await Recheck.count().where((Recheck.office == office) & (Recheck.state == "judged"))
    return Rechecks(
        Share(per_file.get(True, 0), sum(per_file.values())),
        tuple((kind, Share(different[kind], kinds[kind])) for kind in DocumentKind if kinds[kind]),
        tuple((RejectReason(reason), count) for reason, count in reasons.most_common()),
        waiting,
        unexplained,
    )


def _waiting(by: Actor) -> Any:
    return (
        (Recheck.office == by.office_id)
        & (Recheck.state == "waiting")
        & (Recheck.decision.decided_by != by.staff_id)
    )


async def _documents(ids: list[int]) -> list[dict[str, Any]]:
    if not ids:
        return []
    rows: list[dict[str, Any]] = await (
        RecheckDocument.select(
            RecheckDocument.recheck, RecheckDocument.kind, RecheckDocument.differs, RecheckDocument.reasons
        )
        .where(RecheckDocument.recheck.is_in(ids))
        .order_by(RecheckDocument.id)
    )
    return rows


async def waiting(by: Actor) -> list[Sample]:
    """What this supervisor can judge now, the oldest first."""
    return await _listed(_waiting(by), oldest_first=True, limit=PER_PAGE)


async def done(
    by: Actor, now: datetime, kind: str = "", reason: str = "", limit: int = PER_PAGE
) -> list[Sample]:
    """What was judged in the last 90 days or lapsed, newest first; kind, reason: only where that did not fit."""
    office = by.office_id or 0
    if not kind and not reason:
        lapsed = (Recheck.office == office) & (Recheck.state == "lapsed")
        return await _listed(_judged(office, now) | lapsed, limit=limit)
    rows = await _listed(_judged(office, now) & Recheck.differs.eq(True), limit=10 * limit)
    return [
        row
        for row in rows
        if any((not kind or of == kind) and (not reason or reason in why) for of, why in row.found)
    ][:limit]


async def _listed(condition: Any, limit: int, *, oldest_first: bool = False) -> list[Sample]:
    rows = (
        await Recheck.select(
            *(Recheck.id, Recheck.day, Recheck.state, Recheck.lapsed_why, Recheck.differs),
            *(Recheck.judged_at, Recheck.note, Recheck.handed_back_at),
            Recheck.application.number.as_alias("number"),
        )
        .where(condition)
        .order_by(Recheck.id, ascending=oldest_first)
        .limit(limit)
    )
    found: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    for line in await _documents([row["id"] for row in rows]):
        if line["differs"]:
            found.setdefault(line["recheck"], []).append((line["kind"], tuple(json.loads(line["reasons"]))))
    return [
        Sample(
            row["id"],
            row["number"],
            row["day"],
            row["state"],
            row["lapsed_why"],
            bool(row["differs"]),
            row["judged_at"],
            row["note"],
            row["handed_back_at"] is not None,
            tuple(found.get(row["id"], ())),
        )
        for row in rows
    ]
