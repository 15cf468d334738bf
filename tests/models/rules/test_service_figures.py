"""Published figures of recent files, against sums done by hand [T1, M4]."""

from datetime import date, datetime, timedelta

import pytest

from models.rules.calendar import WIB, OfficeCalendar
from models.rules.service_figures import (
    DayTally,
    Figures,
    Share,
    figures,
    is_settled,
    working_days_taken,
)

CALENDAR = OfficeCalendar(closed_days={date(2026, 11, 25): "Libur"})


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=WIB)


@pytest.mark.parametrize(
    ("received", "printed", "days"),
    [
        (at(23, 9), at(23, 14), 0),
        (at(23, 9), at(24, 8), 1),
        (at(23, 9), at(26, 8), 2),  # the 25th is a day off
        (at(23, 20), at(24, 9), 0),  # sent in the evening: received the next morning
        (at(21, 9), at(23, 9), 0),  # on a Saturday
        (at(20, 9), at(23, 9), 1),
        (at(23, 9), at(23, 8), 0),
    ],
)
def test_time_is_told_in_working_days_from_receipt(received: datetime, printed: datetime, days: int) -> None:
    """T1: counted as the promise counts."""
    assert working_days_taken(received, printed, CALENDAR) == days


def test_nine_of_ten_by_hand() -> None:
    """20 files: 12 on the same day, 5 after one, 1 after two, 2 after five. 18 of 20 are made within two."""
    tallies = [DayTally(12, 12, {0: 12}), DayTally(6, 6, {1: 5, 2: 1}), DayTally(2, 0, {5: 2})]
    assert figures(tallies) == Figures(2, Share.NEARLY_ALL)


def test_one_file_less_within_and_it_takes_longer() -> None:
    """17 of 20 are not nine of ten."""
    assert figures([DayTally(20, 20, {0: 12, 1: 5, 4: 3})]) == Figures(4, Share.ALL)


@pytest.mark.parametrize(("printed", "known"), [(0, False), (19, False), (20, True)])
def test_too_few_files_tell_nothing(printed: int, known: bool) -> None:
    """Below twenty, nine of ten would be a matter of one or two people."""
    found = figures([DayTally(printed, printed, {1: printed} if printed else {})])
    assert (found.usual_days, found.share) == ((1, Share.ALL) if known else (None, None))
    assert found.per_cent is None


@pytest.mark.parametrize(
    ("on_time", "printed", "share", "per_cent"),
    [
        (40, 40, Share.ALL, None),
        (39, 40, Share.NEARLY_ALL, None),
        (36, 40, Share.NEARLY_ALL, None),
        (35, 40, Share.PER_CENT, 87),  # 87.5, never rounded up
        (5, 40, Share.PER_CENT, 12),
        (4, 40, Share.HARDLY_ANY, None),
        (0, 40, Share.HARDLY_ANY, None),
        (1994, 2000, Share.PER_CENT, 99),
    ],
)
def test_no_group_under_five_can_be_read_off(
    on_time: int, printed: int, share: Share, per_cent: int | None
) -> None:
    """Neither the late nor the punctual are told of as a number while they are one to four."""
    found = figures([DayTally(printed, on_time, {1: printed})])
    assert (found.share, found.per_cent) == (share, per_cent)


def test_a_day_is_settled_when_nothing_can_be_entered_late() -> None:
    day = date(2026, 11, 2)
    assert not is_settled(day, day + timedelta(days=7), 7)
    assert is_settled(day, day + timedelta(days=8), 7)
