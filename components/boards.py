"""Which queue a wall screen shows: every office of an installation has one of its own [P9]."""

from dataclasses import dataclass
from typing import Any

from components.actors import Actor
from components.refusals import Missing
from models.office import Office


@dataclass(frozen=True)
class Hall:
    """Where people wait. prefix: first letters of the office's numbers, which name it in the address."""

    id: int
    prefix: str
    name: str


async def halls(by: Actor) -> tuple[Hall, ...]:
    """The office of who works in one; of anybody else all of them, by name."""
    rows: list[dict[str, Any]] = await Office.select(Office.id, Office.prefix, Office.name).order_by(
        Office.name
    )
    found = tuple(Hall(**row) for row in rows)
    return tuple(one for one in found if one.id == by.office_id) or found


async def hall(prefix: str) -> Hall:
    """The office with this prefix, in small or capital letters. Raises Missing for none."""
    row = (
        await Office.select(Office.id, Office.prefix, Office.name)
        .where(Office.prefix == prefix.upper())
        .first()
    )
    if row is None:
        raise Missing
    return Hall(**row)
