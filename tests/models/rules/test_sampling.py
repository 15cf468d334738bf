"""How many accepted files are drawn, and what a few samples can tell [M4, E2]."""

import pytest

from models.rules.sampling import FEWEST, Share, to_draw


@pytest.mark.parametrize(
    ("files", "percent", "drawn"),
    [(0, 5, 0), (1, 5, 1), (20, 5, 1), (29, 5, 1), (30, 5, 2), (130, 5, 7), (10, 50, 5), (1, 50, 1)],
)
def test_at_least_one_of_any_and_the_share_of_many(files: int, percent: int, drawn: int) -> None:
    """M4: x per cent, at least one a day when there were any."""
    assert to_draw(files, percent) == drawn


def test_the_interval_is_wilsons() -> None:
    """Against published values: 2 of 40 is 1.4 to 16.5 per cent; none of 30 is not certainly none."""
    share = Share(2, 40)
    assert (round(share.percent, 1), round(share.low, 1), round(share.high, 1)) == (5.0, 1.4, 16.5)
    assert (Share(0, 30).low, round(Share(0, 30).high, 1)) == (0.0, 11.4)
    assert (Share(0, 0).low, Share(0, 0).high) == (0.0, 100.0)
    assert not Share(0, FEWEST - 1).enough
    assert Share(0, FEWEST).enough
