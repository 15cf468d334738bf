"""The life of an application as one table a clerk could check [G1, P2, P3, P7, P8, P10, P13].

Everything the table holds is possible, everything else is refused. Who may do it stands beside it.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an application stands (design: rules of the service, section 1)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    LAPSED = "lapsed"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    ARRIVED = "arrived"
    CAPTURED = "captured"
    PRINTED = "printed"
    READY = "ready"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can be done with an application."""

    SUBMIT = "submit"
    DISCARD = "discard"
    RETURN = "return"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    ACCEPT = "accept"
    RESUBMIT = "resubmit"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    SCHEDULE = "schedule"
    RESCHEDULE = "reschedule"
    MISS = "miss"
    ARRIVE = "arrive"
    LEAVE = "leave"
    CAPTURE = "capture"
    RETAKE = "retake"
    PRINT = "print"
    SPOIL = "spoil"
    MAKE_READY = "make_ready"
    HAND_OVER = "hand_over"
    UNDO = "undo"


class Role(StrEnum):
    """Who acts (design: rules of the service, section 11). SYSTEM is the scheduler."""

    APPLICANT = "applicant"
    REGISTRAR = "registrar"
    OPERATOR = "operator"
    COUNTER = "counter"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True)
class Step:
    """One line of the table: this act leads from this state to that one, if one of these does it."""

    act: Act
    source: State
    target: State
    by: frozenset[Role]


_CITIZEN = frozenset({Role.APPLICANT, Role.REGISTRAR})
_INTAKE = _CITIZEN | {Role.COUNTER}
_DESK = frozenset({Role.OPERATOR, Role.COUNTER})
_REVIEW = _DESK | {Role.SUPERVISOR}
_COUNTER = frozenset({Role.COUNTER})
_OPERATOR = frozenset({Role.OPERATOR})
_SYSTEM = frozenset({Role.SYSTEM})

STEPS: tuple[Step, ...] = (
    Step(Act.SUBMIT, State.DRAFT, State.SUBMITTED, _INTAKE),
    Step(Act.DISCARD, State.DRAFT, State.WITHDRAWN, _INTAKE | _SYSTEM),
    Step(Act.ACCEPT, State.SUBMITTED, State.ACCEPTED, _DESK),
    Step(Act.RETURN, State.SUBMITTED, State.RETURNED, _DESK),
    Step(Act.REFUSE, State.SUBMITTED, State.REFUSED, _DESK),
    Step(Act.TAKE_BACK, State.ACCEPTED, State.SUBMITTED, _REVIEW),
    Step(Act.TAKE_BACK, State.SCHEDULED, State.SUBMITTED, _REVIEW),
    Step(Act.TAKE_BACK, State.RETURNED, State.SUBMITTED, _DESK),
    Step(Act.TAKE_BACK, State.REFUSED, State.SUBMITTED, _DESK),
    Step(Act.WITHDRAW, State.SUBMITTED, State.WITHDRAWN, _INTAKE),
    Step(Act.RESUBMIT, State.RETURNED, State.SUBMITTED, _INTAKE),
    Step(Act.LAPSE, State.RETURNED, State.LAPSED, _SYSTEM),
    Step(Act.WITHDRAW, State.RETURNED, State.WITHDRAWN, _INTAKE),
    Step(Act.SCHEDULE, State.ACCEPTED, State.SCHEDULED, _INTAKE | _DESK | _SYSTEM),
    Step(Act.ARRIVE, State.ACCEPTED, State.ARRIVED, _COUNTER),
    Step(Act.WITHDRAW, State.ACCEPTED, State.WITHDRAWN, _INTAKE | _SYSTEM),
    Step(Act.RESCHEDULE, State.SCHEDULED, State.SCHEDULED, _INTAKE | _DESK | _SYSTEM),
    Step(Act.MISS, State.SCHEDULED, State.ACCEPTED, _COUNTER | _SYSTEM),
    Step(Act.ARRIVE, State.SCHEDULED, State.ARRIVED, _COUNTER),
    Step(Act.WITHDRAW, State.SCHEDULED, State.WITHDRAWN, _INTAKE | _SYSTEM),
    Step(Act.LEAVE, State.ARRIVED, State.ACCEPTED, _COUNTER),
    Step(Act.UNDO, State.ARRIVED, State.ACCEPTED, _COUNTER),
    Step(Act.CAPTURE, State.ARRIVED, State.CAPTURED, _COUNTER),
    Step(Act.UNDO, State.CAPTURED, State.ARRIVED, _COUNTER),
    Step(Act.RETAKE, State.CAPTURED, State.ARRIVED, _COUNTER),
    Step(Act.PRINT, State.CAPTURED, State.PRINTED, _COUNTER),
    Step(Act.SPOIL, State.PRINTED, State.CAPTURED, _COUNTER),
    Step(Act.SPOIL, State.READY, State.CAPTURED, _COUNTER),
    Step(Act.MAKE_READY, State.PRINTED, State.READY, _COUNTER),
    Step(Act.HAND_OVER, State.PRINTED, State.HANDED_OVER, _COUNTER),
    Step(Act.HAND_OVER, State.READY, State.HANDED_OVER, _COUNTER),
    Step(Act.UNDO, State.READY, State.PRINTED, _COUNTER),
)

_BY_ACT = {(step.act, step.source): step for step in STEPS}

FINISHED = frozenset({State.LAPSED, State.REFUSED, State.HANDED_OVER, State.WITHDRAWN})
"""States in which nobody waits for anything. A lapsed one is reopened as a new draft, not revived; out of a
refusal leads only the officer's own step back."""

OPEN = frozenset(State) - FINISHED
"""States in which a second application for the same NIK and service leads to this one."""


def step(act: Act, source: State) -> Step | None:
    """The line of the table for this act in this state; None when there is none."""
    return _BY_ACT.get((act, source))


def may(act: Act, source: State, roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles can do this act in this state."""
    line = step(act, source)
    return line is not None and not line.by.isdisjoint(roles)


def acts_open_to(source: State, roles: frozenset[Role]) -> tuple[Act, ...]:
    """The acts that these roles can do in this state, in the order of the table."""
    return tuple(line.act for line in STEPS if line.source is source and not line.by.isdisjoint(roles))
