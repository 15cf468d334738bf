from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendar import DEFAULT_HOURS, WIB, OfficeCalendar, Season, wib_day
from models.rules.slots import (
    Queue,
    Slot,
    SlotTemplate,
    bookable_slots,
    earliest_allowed,
    horizon,
    may_move,
    queue_number,
    slots_on,
)

WEEK = tuple(
    SlotTemplate(weekday, opens, closes)
    for weekday, spans in DEFAULT_HOURS.items()
    for opens, closes in spans
)
OFFICE = OfficeCalendar(closed_days={date(2026, 12, 24): "Cuti bersama", date(2026, 12, 25): "Natal"})
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def at(text: str) -> datetime:
    """A moment written in WIB: "2026-11-23 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def starts(slots: tuple[Slot, ...]) -> list[str]:
    return [f"{slot.start.astimezone(WIB):%H:%M}" for slot in slots]


def test_a_day_of_the_default_plan() -> None:
    """[P8]"""
    slots = slots_on(MONDAY, WEEK, OFFICE)
    assert starts(slots)[:2] == ["08:00", "08:30"]
    assert starts(slots)[-5:] == ["11:30", "13:00", "13:30", "14:00", "14:30"]
    assert len(slots) == 12
    assert {slot.capacity for slot in slots} == {1}
    assert slots[0].start.tzinfo is UTC
    assert starts(slots_on(FRIDAY, WEEK, OFFICE)) == [
        "08:00",
        "08:30",
        "09:00",
        "09:30",
        "10:00",
        "13:00",
        "13:30",
    ]


@pytest.mark.parametrize("day", [date(2026, 11, 28), date(2026, 12, 24), date(2026, 12, 25)])
def test_no_slots_on_closed_days(day: date) -> None:
    """[P8]"""
    assert slots_on(day, WEEK, OFFICE) == ()


def test_shorter_hours_take_away_the_slots_outside_them() -> None:
    """[P8] The plan stays as it is in Ramadan; the office closes earlier."""
    ramadan = Season("Ramadan", MONDAY, MONDAY, {0: ((time(8), time(9, 45)),)})
    assert starts(slots_on(MONDAY, WEEK, OfficeCalendar(seasons=(ramadan,)))) == ["08:00", "08:30", "09:00"]


def test_only_whole_slots() -> None:
    assert starts(slots_on(MONDAY, [SlotTemplate(0, time(8), time(9), minutes=25)], OFFICE)) == [
        "08:00",
        "08:25",
    ]


def test_slots_may_be_as_short_as_a_minute() -> None:
    assert len(slots_on(MONDAY, [SlotTemplate(0, time(8), time(8, 3), minutes=1)], OFFICE)) == 3


def test_devices_planned_apart_add_up_and_a_broken_one_leaves_no_slot() -> None:
    """[P8] Capacity = capture devices in service."""
    one, two = SlotTemplate(0, time(8), time(8, 30)), SlotTemplate(0, time(8), time(9), capacity=2)
    assert [slot.capacity for slot in slots_on(MONDAY, [two, one], OFFICE)] == [3, 2]
    assert slots_on(MONDAY, [SlotTemplate(0, time(8), time(9), capacity=0)], OFFICE) == ()


@pytest.mark.parametrize(
    "line",
    [
        (7, time(8), time(9), 30, 1),
        (0, time(9), time(9), 30, 1),
        (0, time(8), time(9), 0, 1),
        (0, time(8), time(9), 30, -1),
    ],
)
def test_impossible_lines_of_the_plan(line: tuple[int, time, time, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        SlotTemplate(*line)


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        ("2026-11-23 08:00", "2026-11-23 10:00"),
        ("2026-11-23 10:30", "2026-11-23 13:30"),
        ("2026-11-23 13:00", "2026-11-23 15:00"),
        ("2026-11-23 13:01", "2026-11-24 08:01"),
        ("2026-11-23 20:00", "2026-11-24 10:00"),
        ("2026-11-27 13:30", "2026-11-30 09:30"),
        ("2026-12-23 14:00", "2026-12-28 09:00"),
    ],
)
def test_two_office_hours_of_notice(now: str, earliest: str) -> None:
    """[P8]"""
    assert earliest_allowed(at(now), OFFICE) == at(earliest)


def test_appointments_can_be_moved_until_two_hours_before() -> None:
    """[P8]"""
    start = at("2026-11-24 10:00")
    assert may_move(start, at("2026-11-24 07:59"))
    assert may_move(start, at("2026-11-24 08:00"))
    assert not may_move(start, at("2026-11-24 08:01"))
    assert not may_move(start, at("2026-11-24 11:00"))


def test_the_horizon_is_fourteen_days_in_krian() -> None:
    assert horizon(at("2026-12-20 23:59")) == date(2027, 1, 3)
    assert horizon(datetime(2028, 2, 15, 17, 0, tzinfo=UTC)) == date(2028, 3, 1)


def test_what_can_be_booked_now() -> None:
    """[P8] From two office hours ahead to the fourteenth day."""
    slots = bookable_slots(at("2026-11-23 13:01"), WEEK, OFFICE)
    assert slots[0].start == at("2026-11-24 08:30")
    assert slots[-1].start == at("2026-12-07 14:30")
    assert bookable_slots(at("2026-11-24 08:00"), WEEK, OFFICE)[0].start == at("2026-11-24 10:00")
    assert bookable_slots(at("2026-11-24 08:01"), WEEK, OFFICE)[0].start == at("2026-11-24 10:30")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
)
def test_every_slot_is_whole_open_and_apart_from_the_next(now: datetime) -> None:
    slots = bookable_slots(now, iter(WEEK), OFFICE)
    assert slots
    for slot in slots:
        assert (
            OFFICE.working_time_between(slot.start, slot.end)
            == slot.end - slot.start
            == timedelta(minutes=30)
        )
        assert slot.start >= earliest_allowed(now, OFFICE)
        assert wib_day(slot.start) <= horizon(now)
    assert all(earlier.end <= later.start for earlier, later in pairwise(slots))


def test_queue_numbers() -> None:
    """[P9]"""
    assert queue_number(Queue.APPOINTMENT, 14) == "B-14"
    assert queue_number(Queue.WALK_IN, 1) == "C-1"
    with pytest.raises(ValueError, match="from 1"):
        queue_number(Queue.WALK_IN, 0)
