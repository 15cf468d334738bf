"""Who looks at what: scans and full identity numbers per officer [G2, M4]."""

from collections import Counter
from dataclasses import dataclass

from piccolo.query.functions import Count

from components import attention
from components.case_lists import Cuts
from components.counter import day_began
from models.account import Staff
from models.history import Event


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
            Event.act.is_in([attention.LOOK, "show_identity", attention.MANY_LOOKS])
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
            acts["show_identity"],
            acts[attention.MANY_LOOKS] > 0,
        )
        for actor, acts in seen.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.files, -one.numbers, one.name)))
