"""What happened to each account: who may do what since when, and by whose hand [M3, M4].

Lines of the same signed chain as the history of applications, in a stream of their own; the database refuses to
change or remove them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from components import history
from components.actors import Actor
from models.account import Staff
from models.history import Event
from models.rules.account_acts import AccountAct
from models.rules.workflow import Role


@dataclass(frozen=True)
class Line:
    """One thing that happened. by: the name of who did it; empty for the command line."""

    act: AccountAct
    at: datetime
    by: str
    device: str


@dataclass(frozen=True)
class Duty:
    """A role somebody holds now. by: who gave it; empty for the command line, and for what is older than the record."""

    role: Role
    since: datetime
    by: str


async def record(
    staff_id: int,
    act: AccountAct,
    by: Actor,
    now: datetime,
    details: Mapping[str, history.Detail] | None = None,
    reason: str = "",
) -> None:
    """Append one line, in the caller's transaction."""
    role = next((role for role in Role if role in by.roles), Role.SYSTEM)
    await history.record_of_staff(staff_id, act, by, role, now, details=details, reason=reason)


async def lines(staff_id: int) -> list[Line]:
    """All of an account, newest first."""
    events = await history.lines_of_staff(staff_id)
    known = await names(events)
    return [
        Line(AccountAct(event.act), event.entered_at, known.get(event.actor, ""), _detail(event, "device"))
        for event in reversed(events)
    ]


async def duties(person: Staff) -> list[Duty]:
    """Every role of this account, since when, and who gave it."""
    events = await history.lines_of_staff(person.id)
    known = await names(events)
    held: dict[str, tuple[datetime, str]] = {}
    for event in events:
        if event.act in (AccountAct.INVITED, AccountAct.DUTIES_CHANGED):
            told = json.loads(event.details)["roles"]
            given = (event.entered_at, known.get(event.actor, ""))
            held = {role: held.get(role, given) for role in told}
    before_records = (person.created_at, "")
    return [Duty(Role(role), *held.get(role, before_records)) for role in json.loads(person.roles)]


async def names(events: Sequence[Event]) -> dict[str, str]:
    """Who did what these lines tell of: names by label, without those who left no account."""
    ids = {int(event.actor.partition(":")[2]) for event in events if event.actor.startswith("staff:")}
    if not ids:
        return {}
    rows = await Staff.select(Staff.id, Staff.name).where(Staff.id.is_in(sorted(ids)))
    return {f"staff:{row['id']}": row["name"] for row in rows}


def _detail(event: Event, name: str) -> str:
    return str(json.loads(event.details).get(name, ""))
