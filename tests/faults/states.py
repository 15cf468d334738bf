"""One application in each state, with what a row in that state always has."""

from datetime import date, datetime, timedelta
from typing import Any

from components import appointments, clock
from models.application import Application
from models.rules.workflow import State
from tests.support.cases import an_application, fresh, holder, with_documents

_ORDER = (
    State.ACCEPTED, State.SCHEDULED, State.ARRIVED, State.CAPTURED, State.PRINTED, State.READY, State.HANDED_OVER,
)  # fmt: skip
_MOMENTS = {
    State.ACCEPTED: "accepted_at",
    State.ARRIVED: "arrived_at",
    State.CAPTURED: "captured_at",
    State.PRINTED: "printed_at",
    State.READY: "ready_at",
}


def columns_of(state: State, now: datetime) -> dict[str, Any]:
    passed = _ORDER[: _ORDER.index(state) + 1] if state in _ORDER else ()
    found: dict[str, Any] = {
        "birth_place": "SIDOARJO",
        "birth_date": date(1989, 8, 12),
        "sex": "female",
        "address": "DSN. MELATI NO. 14",
        "rt": "003",
        "rw": "002",
        **{_MOMENTS[one]: now for one in passed if one in _MOMENTS},
    }
    if state in (State.RETURNED, State.LAPSED):
        found |= {"returned_at": now, "correction_due_at": now + timedelta(hours=20)}
    if state in (State.RETURNED, State.REFUSED):
        found["decided_reason"] = "KK kurang jelas. Foto ulang di tempat terang."
    if state in (State.LAPSED, State.REFUSED, State.WITHDRAWN, State.HANDED_OVER):
        found["finished_at"] = now
    if state is State.DRAFT:
        found |= {"submitted_at": None, "received_at": None}
    else:
        found["promise_at"] = now + timedelta(days=2)
    return found


async def one_in_each_state(**columns: Any) -> dict[State, Application]:
    """Applications that differ in nothing but how far they are. columns: the same for all of them."""
    now, found = clock.now(), {}
    for state in State:
        begins_as = State.ACCEPTED if state is State.SCHEDULED else state
        application = await an_application(begins_as, now, **{**columns_of(state, now), **columns})
        await with_documents(application)
        if state is State.SCHEDULED:
            await appointments.give_earliest(application, holder(application), now)
            application = await fresh(application)
        assert application.state == state
        found[state] = application
    return found
