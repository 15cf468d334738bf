"""Two officers on one file, and taking back against whoever sends, on both databases; `desk_rivals` does a thousand."""

import pytest

from components.kit import Kit
from tests.load.desk_rivals import deciding, taking_back
from tests.support.databases import KINDS, Kind

ROUNDS = 25


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Here the database does make a difference."""
    chosen: Kind = request.param
    return chosen


async def test_two_officers_decide_once_and_no_note_is_lost(service: Kit) -> None:
    """Accept against return while two colleagues write: one decision, whole, both notes, a whole history [G1, M5]."""
    tally = await deciding(ROUNDS)
    assert tally.exact, tally.wrong


async def test_what_is_recalled_is_never_sent(service: Kit) -> None:
    """At the end of the minute: all of its messages recalled and none sent, or the decision stands [P6, G4]."""
    tally = await taking_back(ROUNDS)
    assert tally.exact, tally.wrong
