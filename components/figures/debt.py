"""Compensation owed [G3, G4, G5]."""

from dataclasses import dataclass
from datetime import datetime

from components.case_lists import Cuts
from models.compensation import Compensation, CompensationTask
from models.rules.compensation import Task

CASES_SHOWN = 5


@dataclass(frozen=True)
class Owed:
    """One broken promise that is not made good. tasks: which of the three are done."""

    id: int
    number: str
    name: str
    late_since: datetime
    cause: str
    tasks: dict[str, bool]


@dataclass(frozen=True)
class Debt:
    """cases: the oldest of all that are open. without_apology: how many of all."""

    open: int
    without_apology: int
    cases: tuple[Owed, ...]


async def debt(cut: Cuts) -> Debt:
    """Compensation owed: every broken promise needs three things [G3-G5]."""
    ours = (Compensation.office == cut.office) & Compensation.closed_at.is_null()
    rows = (
        await Compensation.select(
            *(Compensation.id, Compensation.promised_at, Compensation.cause),
            Compensation.application.number.as_alias("number"),
            Compensation.application.name.as_alias("name"),
        )
        .where(ours)
        .order_by(Compensation.broken_at)
        .limit(CASES_SHOWN)
    )
    ids = [row["id"] for row in rows]
    tasks = await tasks_of(ids)
    count: int = await Compensation.count().where(ours)
    silent: int = await CompensationTask.count().where(
        (CompensationTask.compensation.office == cut.office)
        & CompensationTask.compensation.closed_at.is_null()
        & (CompensationTask.kind == str(Task.APOLOGY))
        & CompensationTask.done_at.is_null()
    )
    return Debt(
        count,
        silent,
        tuple(
            Owed(row["id"], row["number"], row["name"], row["promised_at"], row["cause"], tasks[row["id"]])
            for row in rows
        ),
    )


async def tasks_of(ids: list[int]) -> dict[int, dict[str, bool]]:
    """Which of the three things each of these broken promises has been given, by id and Task."""
    found: dict[int, dict[str, bool]] = {id_: dict.fromkeys(map(str, Task), False) for id_ in ids}
    if ids:
        for row in await CompensationTask.select(
            CompensationTask.compensation, CompensationTask.kind, CompensationTask.done_at
        ).where(CompensationTask.compensation.is_in(ids)):
            found[row["compensation"]][row["kind"]] = row["done_at"] is not None
    return found
