"""Serial numbers in runs and gaps, and how long a stock lasts on the office's own calendar [M2]."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.blanks import Run, averaged_days, days_of_cover, ends_on, gaps, row, runs
from models.rules.calendar import OfficeCalendar

MONDAY = date(2026, 11, 23)
CALENDAR = OfficeCalendar()


@given(st.sets(st.integers(0, 60)))
def test_runs_hold_exactly_the_numbers(numbers: set[int]) -> None:
    """Nothing lost, nothing added, and no two runs could be one."""
    serials = {f"AB-{number:04d}" for number in numbers}
    found = runs(serials)
    assert {one for run in found for one in row(run.first, run.last)} == serials
    assert sum(run.count for run in found) == len(serials)
    assert len(found) == sum(number - 1 not in numbers for number in numbers)


@given(st.sets(st.integers(0, 60), min_size=1))
def test_gaps_are_what_lies_between(numbers: set[int]) -> None:
    ranges = [(run.first, run.last) for run in runs(f"AB-{number:04d}" for number in numbers)]
    missing = {one for gap in gaps(reversed(ranges)) for one in row(gap.first, gap.last)}
    between = set(range(min(numbers), max(numbers))) - numbers
    assert missing == {f"AB-{number:04d}" for number in between}


def test_a_gap_between_far_deliveries_is_none() -> None:
    """What went to other offices in between is not ours to miss; other heads have nothing to do with each other."""
    assert gaps([("AB-0001", "AB-0100"), ("AB-0700", "AB-0800")]) == ()
    assert gaps([("AB-0001", "AB-0100"), ("CD-0103", "CD-0200"), ("AB-00104", "AB-00200")]) == ()
    assert gaps([("AB-0001", "AB-0100"), ("AB-0103", "AB-0200")]) == (Run("AB-0101", "AB-0102", 2),)
    assert gaps([("AB-0001", "AB-0100"), ("AB-0050", "AB-0060"), ("AB-0101", "AB-0102")]) == ()


def test_the_average_spans_twenty_working_days_of_the_office() -> None:
    """Days off and weekends of the office's own calendar do not count [M2, T1]."""
    assert averaged_days(CALENDAR, MONDAY, date(2026, 1, 1)) == (date(2026, 10, 27), 20)
    closed = OfficeCalendar(closed_days={date(2026, 11, day): "Libur" for day in (16, 17, 18)})
    assert averaged_days(closed, MONDAY, date(2026, 1, 1)) == (date(2026, 10, 22), 20)


def test_a_young_ledger_is_not_thought_to_use_little() -> None:
    assert averaged_days(CALENDAR, MONDAY, date(2026, 11, 20)) == (date(2026, 11, 20), 2)
    assert averaged_days(CALENDAR, MONDAY, MONDAY) == (MONDAY, 1)
    assert averaged_days(CALENDAR, date(2026, 11, 22), date(2026, 11, 21)) == (date(2026, 11, 21), 1)


@pytest.mark.parametrize(
    ("in_stock", "used", "days", "cover", "end"),
    [
        (42, 240, 20, 3, date(2026, 11, 26)),
        (11, 240, 20, 0, MONDAY),
        (0, 240, 20, 0, MONDAY),
        (60, 240, 20, 5, date(2026, 11, 30)),
        (10, 0, 20, None, None),
        (5000, 1, 20, 100_000, None),
    ],
)
def test_how_long_a_stock_lasts(
    in_stock: int, used: int, days: int, cover: int | None, end: date | None
) -> None:
    """In whole working days, and the working day on which it will end [M2]."""
    assert days_of_cover(in_stock, used, days) == cover
    assert ends_on(CALENDAR, MONDAY, cover) == end
