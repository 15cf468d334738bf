"""A clock that jumps decides nothing until it has kept pace again [P7]."""

from datetime import timedelta

import pytest

from components.pace import BELIEVED_AFTER, Pace
from tests.support.service import MONDAY

TICK = 20.0
JUMPS = [timedelta(hours=1), -timedelta(hours=1), timedelta(days=1), -timedelta(days=1)]


class Clocks:
    """A wall clock that can be set, beside time itself."""

    def __init__(self) -> None:
        self.pace = Pace()
        self.steady = 1_000.0
        self.wrong_by = timedelta()

    def passes(self, seconds: float) -> bool:
        """Time goes by; whether the wall clock is believed after it."""
        self.steady += seconds
        return self.pace.keeps(MONDAY + timedelta(seconds=self.steady) + self.wrong_by, self.steady)


def test_an_even_clock_is_always_believed() -> None:
    """Also one that the network moves by seconds, and a machine that was busy for minutes."""
    clocks = Clocks()
    for n in range(200):
        clocks.wrong_by = timedelta(seconds=n % 50)
        assert clocks.passes(TICK if n % 20 else 900.0)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_is_believed_after_ten_even_minutes(jump: timedelta) -> None:
    clocks = Clocks()
    assert clocks.passes(TICK)
    clocks.wrong_by = jump
    waits = 0
    while not clocks.passes(TICK):
        waits += 1
    assert waits == BELIEVED_AFTER.total_seconds() / TICK
    assert clocks.passes(TICK)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_was_put_right_again_is_believed_at_once(jump: timedelta) -> None:
    clocks = Clocks()
    clocks.passes(TICK)
    clocks.wrong_by = jump
    assert not clocks.passes(TICK)
    clocks.wrong_by = timedelta(seconds=2)
    assert clocks.passes(TICK)


def test_a_second_jump_makes_it_wait_anew() -> None:
    clocks = Clocks()
    clocks.passes(TICK)
    clocks.wrong_by = JUMPS[0]
    assert not clocks.passes(TICK)
    assert not clocks.passes(BELIEVED_AFTER.total_seconds() - 30)
    clocks.wrong_by = JUMPS[2]
    assert not clocks.passes(30.0)
    assert not clocks.passes(BELIEVED_AFTER.total_seconds() - 30)
    assert clocks.passes(30.0)
