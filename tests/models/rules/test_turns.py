"""Whose turn it is: promise, then arrival; a skipped call costs two places and no more [G2]."""

from datetime import UTC, datetime, timedelta

from models.rules.turns import SKIPPED_BEHIND, Waiting, in_order

NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


def one(id_: int, came: int, promised: int | None = 1, behind: int = 0) -> Waiting:
    """came: minutes after nine. promised: days from now, None without a promise."""
    return Waiting(id_, None if promised is None else NINE + promised * A_DAY, NINE + came * A_MINUTE, behind)


def order(*people: Waiting) -> list[int]:
    return [person.id for person in in_order(people)]


def test_the_earlier_promise_then_who_came_first() -> None:
    assert order(one(1, 5), one(2, 3), one(3, 9, promised=0), one(4, 0, promised=None)) == [3, 2, 1, 4]


def test_who_was_skipped_stands_behind_the_next_ones() -> None:
    """Two are called first; who comes later still does not push anybody back."""
    skipped = one(1, 0, behind=SKIPPED_BEHIND)
    assert order(skipped, one(2, 1), one(3, 2), one(4, 3)) == [2, 3, 1, 4]
    assert order(one(1, 0, behind=1), one(3, 2), one(4, 3), one(5, 4, promised=0)) == [5, 1, 3, 4]


def test_who_waits_alone_is_next_even_when_skipped() -> None:
    assert order(one(1, 0, behind=2)) == [1]
    assert order(one(1, 0, behind=2), one(2, 0, behind=1)) == [2, 1]
