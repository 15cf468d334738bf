"""The table of steps as such."""

from models.rules.workflow import FINISHED, OPEN, STEPS, Act, Role, State, acts_open_to, may, step


def test_each_act_leads_to_one_place() -> None:
    """No two lines for the same act and state [G1]."""
    assert len({(line.act, line.source) for line in STEPS}) == len(STEPS)


def test_every_state_is_reached_and_every_open_one_is_left() -> None:
    """A file never gets stuck [O1]."""
    assert {line.target for line in STEPS} == set(State) - {State.DRAFT}
    onward = {line.source for line in STEPS if line.act is not Act.TAKE_BACK}
    assert onward == OPEN
    assert FINISHED.isdisjoint(onward)


def test_only_a_decision_is_taken_back() -> None:
    """What an officer decided can be taken back until the applicant came; what a person or time did cannot [P6]."""
    back = [line for line in STEPS if line.act is Act.TAKE_BACK]
    assert {line.source for line in back} == {State.ACCEPTED, State.SCHEDULED, State.RETURNED, State.REFUSED}
    assert {line.target for line in back} == {State.SUBMITTED}
    assert {role for line in back for role in line.by} == {Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR}
    reviewed = {line.source for line in back if Role.SUPERVISOR in line.by}
    assert reviewed == {State.ACCEPTED, State.SCHEDULED}, "after a second look, of what was accepted"


def test_nothing_is_printed_before_it_was_captured() -> None:
    """Printing starts from captured alone [P3, P10]."""
    assert {line.source for line in STEPS if line.act is Act.PRINT} == {State.CAPTURED}


def test_only_the_system_lapses() -> None:
    """The noon deadline is nobody's discretion [P7]."""
    assert may(Act.LAPSE, State.RETURNED, frozenset({Role.SYSTEM}))
    assert not may(Act.LAPSE, State.RETURNED, frozenset(Role) - {Role.SYSTEM})


def test_acts_offered_are_acts_allowed() -> None:
    for state in State:
        for role in Role:
            for act in acts_open_to(state, frozenset({role})):
                line = step(act, state)
                assert line is not None
                assert role in line.by
