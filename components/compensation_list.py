"""Every broken promise of the office and what was done about it, made good or not, as a list [G3, G4, G5, M4]."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from components.actors import Actor
from models.compensation import Compensation, CompensationTask, FamilyDocument
from models.rules.compensation import Outcome


@dataclass(frozen=True)
class Line:
    """One broken promise. done: when each task was done, by its kind. open, documents: of the family, and in all."""

    number: str
    promised_at: datetime
    broken_at: datetime
    cause: str
    expected_on: date | None
    closed_at: datetime | None
    done: dict[str, datetime]
    owner: str
    open: int
    documents: int


async def listed(by: Actor, after: int, limit: int) -> tuple[list[Line], int]:
    """(broken promises in the order in which they were noticed, the id to go on after or 0)."""
    rows = (
        await Compensation.select(
            *(Compensation.id, Compensation.promised_at, Compensation.broken_at, Compensation.cause),
            *(Compensation.expected_on, Compensation.closed_at),
            Compensation.application.number.as_alias("number"),
        )
        .where((Compensation.office == by.office_id) & (Compensation.id > after))
        .order_by(Compensation.id)
        .limit(limit + 1)
    )
    if not rows:
        return [], 0
    ids = [row["id"] for row in rows[:limit]]
    tasks = await CompensationTask.select(
        *(CompensationTask.compensation, CompensationTask.kind, CompensationTask.done_at),
        CompensationTask.owner.name.as_alias("owner_name"),
    ).where(CompensationTask.compensation.is_in(ids))
    documents = await FamilyDocument.select(FamilyDocument.compensation, FamilyDocument.state).where(
        FamilyDocument.compensation.is_in(ids)
    )
    lines = [_line(row, _of(tasks, row["id"]), _of(documents, row["id"])) for row in rows[:limit]]
    return lines, ids[-1] if len(rows) > limit else 0


def _of(rows: list[dict[str, Any]], id_: int) -> list[dict[str, Any]]:
    return [row for row in rows if row["compensation"] == id_]


def _line(row: dict[str, Any], tasks: list[dict[str, Any]], documents: list[dict[str, Any]]) -> Line:
    return Line(
        number=row["number"],
        promised_at=row["promised_at"],
        broken_at=row["broken_at"],
        cause=row["cause"],
        expected_on=row["expected_on"],
        closed_at=row["closed_at"],
        done={task["kind"]: task["done_at"] for task in tasks if task["done_at"]},
        owner=next((task["owner_name"] for task in tasks if task["owner_name"]), ""),
        open=sum(document["state"] == Outcome.OPEN for document in documents),
        documents=len(documents),
    )
