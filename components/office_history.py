"""What was set for the office, by whom and when: closed days, hours, the weekly plan [M4].

Lines of the same signed chain as the history of applications, in a stream of their own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from components import account_history, history
from components.actors import Actor
from models.rules.office_acts import OfficeAct
from models.rules.workflow import Role

_SHOWN = 20
_SETTING = frozenset({Role.ADMIN, Role.SUPERVISOR})
_WORKING = frozenset({Role.OPERATOR, Role.COUNTER})


@dataclass(frozen=True)
class Line:
    """One change. what: in words, as it was set. by: the name of who did it. moved: people it moved."""

    act: OfficeAct
    at: datetime
    by: str
    what: str
    moved: int


async def record(
    act: OfficeAct, what: str, by: Actor, now: datetime, details: Mapping[str, history.Detail] | None = None
) -> None:
    """Append one line, in the caller's transaction. what: in words, without names of citizens."""
    role = by.role_for(_SETTING if by.holds(*_SETTING) else _WORKING)
    await history.record_of_office(by.office_id or 0, act, by, role, now, reason=what, details=details)


async def latest(office_id: int) -> list[Line]:
    """The last twenty changes, newest first."""
    events = [event for event in await history.lines_of_office(office_id) if event.act in set(OfficeAct)][
        -_SHOWN:
    ]
    known = await account_history.names(events)
    return [
        Line(
            OfficeAct(event.act),
            event.entered_at,
            known.get(event.actor, ""),
            event.reason,
            int(json.loads(event.details).get("moved", 0)),
        )
        for event in reversed(events)
    ]
