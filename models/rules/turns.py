"""Whose turn it is at the counter: by promise, then by arrival, and what a skipped call does to it [G2]."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

SKIPPED_BEHIND = 2
"""How many are called before somebody who was not there when called."""

_NEVER = datetime.max.replace(tzinfo=UTC)


class Turn(StrEnum):
    """How far somebody is who is here today."""

    WAITING = "waiting"
    CALLED = "called"
    PRESENT = "present"
    ASIDE = "aside"
    """Put off with a reason: for the centre, a device, or an errand; called again by name of the case."""
    GONE = "gone"


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits. behind: how many are still to be called first, after a skipped call."""

    id: int
    promise_at: datetime | None
    arrived_at: datetime
    behind: int = 0


def in_order(people: Iterable[Waiting]) -> list[Waiting]:
    """Everybody in the order of service [G2]: earlier promise first, then who came first.

    Without a promise one comes after all who have one. Who was skipped stands behind the next ones, but never
    further than that: others who come later do not push anybody back.
    """
    first_come = sorted(people, key=lambda one: (one.promise_at or _NEVER, one.arrived_at, one.id))
    line = [one for one in first_come if not one.behind]
    for one in sorted((one for one in first_come if one.behind), key=lambda one: one.behind):
        line.insert(one.behind, one)
    return line
