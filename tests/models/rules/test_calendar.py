from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendar import (
    DEFAULT_HOURS,
    WIB,
    Hours,
    NeverOpen,
    OfficeCalendar,
    Season,
    Span,
    spend,
    wib_day,
    wib_moment,
)

CHRISTMAS_2026 = {
    date(2026, 12, 24): "Cuti bersama Natal",
    date(2026, 12, 25): "Natal",
    date(2027, 1, 1): "Tahun Baru",
    date(2028, 2, 29): "Penutupan kantor",
}
RAMADAN = Season(
    "Ramadan",
    date(2027, 2, 8),
    date(2027, 3, 9),
    {
        **dict.fromkeys(range(4), ((time(8), time(12)), (time(12, 30), time(14)))),
        4: ((time(8), time(10, 30)),),
    },
)
PLAIN = OfficeCalendar()
OFFICE = OfficeCalendar(closed_days=CHRISTMAS_2026, seasons=(RAMADAN,))
HOUR = timedelta(hours=1)
TEN_YEARS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SOME_DAYS = st.dates(date(2024, 1, 1), date(2034, 1, 1))
SOME_TIME = st.timedeltas(timedelta(), timedelta(hours=60))


def at(text: str) -> datetime:
    """A moment written in WIB: "2026-11-23 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def same(moment: datetime, expected: str) -> None:
    assert moment == at(expected)
    assert moment.tzinfo is UTC


def test_noon_in_krian_is_five_oclock_utc_all_year() -> None:
    for month in range(1, 13):
        assert wib_moment(date(2026, month, 1), time(12)) == datetime(2026, month, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 17, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=9))), date(2025, 12, 31)),
    ],
)
def test_the_day_changes_at_midnight_in_krian(moment: datetime, day: date) -> None:
    assert wib_day(moment) == day


@pytest.mark.parametrize(
    "ask", [wib_day, PLAIN.next_opening, lambda naive: PLAIN.add_working_time(naive, HOUR)]
)
def test_a_moment_without_a_zone_is_refused(ask: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(datetime(2026, 11, 23, 12))  # noqa: DTZ001


def test_default_hours_of_the_week() -> None:
    monday = date(2026, 11, 23)
    assert [PLAIN.is_working_day(monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2
    assert PLAIN.opening_spans(monday) == (
        (at("2026-11-23 08:00"), at("2026-11-23 12:00")),
        (at("2026-11-23 13:00"), at("2026-11-23 15:00")),
    )
    same(PLAIN.close_of(monday), "2026-11-23 15:00")
    same(PLAIN.close_of(date(2026, 11, 27)), "2026-11-27 14:00")


def test_holidays_and_cuti_bersama_are_no_working_days() -> None:
    for day in CHRISTMAS_2026:
        assert not OFFICE.is_working_day(day)
        assert OFFICE.opening_spans(day) == ()
        with pytest.raises(ValueError, match="closed"):
            OFFICE.close_of(day)


@pytest.mark.parametrize(
    ("day", "closes"),
    [
        (date(2027, 2, 5), "2027-02-05 14:00"),
        (date(2027, 2, 8), "2027-02-08 14:00"),
        (date(2027, 2, 12), "2027-02-12 10:30"),
        (date(2027, 3, 9), "2027-03-09 14:00"),
        (date(2027, 3, 10), "2027-03-10 15:00"),
    ],
)
def test_ramadan_hours_on_their_first_and_last_day(day: date, closes: str) -> None:
    same(OFFICE.close_of(day), closes)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-23 09:17", "2026-11-23 09:17"),
        ("2026-11-23 11:59", "2026-11-23 11:59"),
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-23 14:59", "2026-11-23 14:59"),
        ("2026-11-23 15:00", "2026-11-24 08:00"),
        ("2026-11-27 13:59", "2026-11-27 13:59"),
        ("2026-11-27 14:00", "2026-11-30 08:00"),
        ("2026-12-23 15:00", "2026-12-28 08:00"),
        ("2026-12-31 15:01", "2027-01-04 08:00"),
        ("2028-02-28 23:59", "2028-03-01 08:00"),
    ],
)
def test_next_opening(moment: str, opening: str) -> None:
    same(OFFICE.next_opening(at(moment)), opening)


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 28), 0, date(2026, 11, 30)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
        (date(2026, 12, 30), 2, date(2027, 1, 4)),
        (date(2028, 2, 28), 1, date(2028, 3, 1)),
        (date(2026, 11, 23), 60, date(2027, 2, 18)),
    ],
)
def test_adding_working_days(day: date, count: int, result: date) -> None:
    assert OFFICE.add_working_days(day, count) == result


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 08:00", "2026-11-23 15:00", 6),
        ("2026-11-23 11:59", "2026-11-23 13:01", 2 / 60),
        ("2026-11-23 15:00", "2026-11-24 08:00", 0),
        ("2026-11-27 00:00", "2026-11-28 00:00", 3.5),
        ("2026-12-23 14:00", "2026-12-28 09:00", 2),
        ("2026-11-24 08:00", "2026-11-23 08:00", 0),
        ("2026-11-23 10:00", "2026-11-23 09:00", 0),
    ],
)
def test_working_time_between(start: str, end: str, hours: float) -> None:
    assert OFFICE.working_time_between(at(start), at(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "hours", "result"),
    [
        ("2026-11-23 10:00", 2, "2026-11-23 12:00"),
        ("2026-11-23 10:00", 2.5, "2026-11-23 13:30"),
        ("2026-11-23 14:00", 2, "2026-11-24 09:00"),
        ("2026-11-27 13:00", 2, "2026-11-30 09:00"),
        ("2026-12-23 14:59", 1, "2026-12-28 08:59"),
        ("2026-11-28 12:00", 0, "2026-11-28 12:00"),
    ],
)
def test_adding_working_time(start: str, hours: float, result: str) -> None:
    same(OFFICE.add_working_time(at(start), hours * HOUR), result)


def test_time_is_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        PLAIN.add_working_days(date(2026, 11, 23), -1)
    with pytest.raises(ValueError, match="forward"):
        PLAIN.add_working_time(at("2026-11-23 10:00"), -HOUR)
    with pytest.raises(ValueError, match="shorter"):
        spend([], HOUR, at("2026-11-23 10:00"))


@pytest.mark.parametrize("hours", [{}, {0: ()}])
def test_an_office_that_never_opens_is_an_error_and_no_endless_loop(hours: Hours) -> None:
    never = OfficeCalendar(hours)
    with pytest.raises(NeverOpen):
        never.next_opening(at("2026-11-23 10:00"))
    with pytest.raises(NeverOpen):
        never.add_working_days(date(2026, 11, 23), 1)
    assert never.working_time_between(at("2026-01-01 00:00"), at("2026-12-31 00:00")) == timedelta()


@pytest.mark.parametrize(
    "hours",
    [
        {7: ((time(8), time(12)),)},
        {0: ((time(12), time(8)),)},
        {0: ((time(8), time(8)),)},
        {0: ((time(8), time(12)), (time(11), time(15)))},
    ],
)
def test_hours_out_of_order_are_an_error(hours: Hours) -> None:
    with pytest.raises(ValueError, match="out of order"):
        OfficeCalendar(hours)
    with pytest.raises(ValueError, match="out of order"):
        Season("", date(2027, 1, 1), date(2027, 1, 1), hours)


def test_hours_may_touch() -> None:
    office = OfficeCalendar({0: ((time(8), time(12)), (time(12), time(15)))})
    assert office.working_time_between(at("2026-11-23 00:00"), at("2026-11-24 00:00")) == 7 * HOUR


def test_seasons_out_of_order_are_an_error() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Season("", date(2027, 1, 2), date(2027, 1, 1), DEFAULT_HOURS)
    with pytest.raises(ValueError, match="same day"):
        OfficeCalendar(seasons=(RAMADAN, Season("", RAMADAN.last, RAMADAN.last, DEFAULT_HOURS)))


# --- what holds on every day of ten years ---


@given(TEN_YEARS)
def test_an_opening_is_later_and_open(moment: datetime) -> None:
    opening = OFFICE.next_opening(moment)
    assert opening >= moment
    assert OFFICE.is_working_day(wib_day(opening))
    assert any(start <= opening < end for start, end in OFFICE.opening_spans(wib_day(opening)))
    assert OFFICE.next_opening(opening) == opening
    assert OFFICE.working_time_between(moment, opening) == timedelta()


@given(SOME_DAYS, st.integers(1, 60))
def test_working_days_never_end_on_a_closed_day_and_count_back(day: date, count: int) -> None:
    """[T1]"""
    result = OFFICE.add_working_days(day, count)
    assert OFFICE.is_working_day(result)
    assert OFFICE.working_days_between(day, result) == count
    assert OFFICE.add_working_days(day, count + 1) > result
    assert OFFICE.add_working_days(day, count) <= OFFICE.add_working_days(day + timedelta(days=1), count)


@given(TEN_YEARS, st.timedeltas(timedelta(microseconds=1), timedelta(hours=60)))
def test_adding_working_time_is_undone_by_measuring_it(start: datetime, amount: timedelta) -> None:
    end = OFFICE.add_working_time(start, amount)
    assert OFFICE.working_time_between(start, end) == amount
    assert OFFICE.is_working_day(wib_day(end))
    assert any(opens < end <= shuts for opens, shuts in OFFICE.opening_spans(wib_day(end)))


@given(TEN_YEARS, SOME_TIME, SOME_TIME)
def test_working_time_is_monotone_and_adds_up(start: datetime, one: timedelta, more: timedelta) -> None:
    middle, end = start + one, start + one + more
    first, second = OFFICE.working_time_between(start, middle), OFFICE.working_time_between(middle, end)
    assert timedelta() <= first <= one
    assert first + second == OFFICE.working_time_between(start, end)
    assert OFFICE.add_working_time(start, one) <= OFFICE.add_working_time(start, one + more)
    assert OFFICE.add_working_time(start, one) <= OFFICE.add_working_time(middle, one)


# --- closures of part of a day ---

AFTERNOON = OfficeCalendar(closures=((at("2026-11-24 13:00"), at("2026-11-25 00:00")),))


def test_a_closure_takes_hours_and_not_the_day() -> None:
    """[P8, T1] Shut from 13.00 on: the day is worked, its usual close stays what was promised."""
    day = date(2026, 11, 24)
    assert AFTERNOON.opening_spans(day) == ((at("2026-11-24 08:00"), at("2026-11-24 12:00")),)
    assert AFTERNOON.is_working_day(day)
    same(AFTERNOON.close_of(day), "2026-11-24 15:00")
    same(AFTERNOON.next_opening(at("2026-11-24 12:00")), "2026-11-25 08:00")
    assert AFTERNOON.usual == PLAIN


def test_closures_that_leave_nothing_close_the_day() -> None:
    parts = (
        (at("2026-11-24 07:00"), at("2026-11-24 14:00")),
        (at("2026-11-24 13:30"), at("2026-11-24 16:00")),
    )
    shut = OfficeCalendar(closures=parts)
    assert not shut.is_working_day(date(2026, 11, 24))
    assert shut.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)


CLOSURES = st.lists(
    st.builds(
        lambda start, length: (start, start + length),
        st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 4), timezones=st.just(UTC)),  # noqa: DTZ001
        st.timedeltas(timedelta(), timedelta(hours=30)),
    ),
    max_size=3,
)


@given(CLOSURES, st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 4), timezones=st.just(UTC)))  # noqa: DTZ001
def test_closures_never_open_and_never_give_time(closures: list[Span], moment: datetime) -> None:
    """Inverse still, never in a closure, and no sooner than without them."""
    office = OfficeCalendar(closures=tuple(closures))
    opening = office.next_opening(moment)
    assert not any(start <= opening < end for start, end in closures)
    assert opening >= PLAIN.next_opening(moment)
    end = office.add_working_time(moment, 5 * HOUR)
    assert office.working_time_between(moment, end) == 5 * HOUR
    assert end >= PLAIN.add_working_time(moment, 5 * HOUR)
