from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.calendar import WIB, OfficeCalendar, Season, wib_day
from models.rules.promises import (
    Pause,
    TimeTaken,
    due_with_pauses,
    net_and_raw,
    promise_due,
    received_moment,
)

OFFICE = OfficeCalendar(
    closed_days={
        date(2026, 12, 24): "Cuti bersama Natal",
        date(2026, 12, 25): "Natal",
        date(2027, 1, 1): "Tahun Baru",
    }
)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment written in WIB: "2026-11-23 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def pause(start: str, end: str) -> Pause:
    return Pause(at(start), at(end))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23 07:59", "2026-11-25 15:00"),
        ("2026-11-23 08:00", "2026-11-25 15:00"),
        ("2026-11-23 12:30", "2026-11-25 15:00"),
        ("2026-11-23 14:59", "2026-11-25 15:00"),
        ("2026-11-23 15:00", "2026-11-26 15:00"),
        ("2026-11-23 15:01", "2026-11-26 15:00"),
        ("2026-11-25 10:00", "2026-11-27 14:00"),
        ("2026-11-26 10:00", "2026-11-30 15:00"),
        ("2026-11-27 13:59", "2026-12-01 15:00"),
        ("2026-11-27 14:00", "2026-12-02 15:00"),
        ("2026-11-28 10:00", "2026-12-02 15:00"),
        ("2026-12-22 10:00", "2026-12-28 15:00"),
        ("2026-12-23 15:00", "2026-12-30 15:00"),
        ("2026-12-31 10:00", "2027-01-05 15:00"),
        ("2028-02-28 10:00", "2028-03-01 15:00"),
        ("2028-02-29 10:00", "2028-03-02 15:00"),
    ],
)
def test_close_of_office_of_the_second_working_day(received: str, due: str) -> None:
    """[T1] Month ends, leap day, Fridays, cuti bersama and the turn of the year."""
    assert promise_due(at(received), OFFICE) == at(due)
    assert due_with_pauses(at(received), (), OFFICE) == at(due)


def test_received_after_hours_counts_from_the_next_opening() -> None:
    """[T1]"""
    assert received_moment(at("2026-12-23 20:00"), OFFICE) == at("2026-12-28 08:00")
    assert received_moment(at("2026-11-23 10:17"), OFFICE) == at("2026-11-23 10:17")


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([pause("2026-11-24 09:00", "2026-11-24 11:00")], "2026-11-26 10:00"),
        ([pause("2026-11-24 11:00", "2026-11-24 14:00")], "2026-11-26 10:00"),
        ([pause("2026-11-24 15:00", "2026-11-25 08:00")], "2026-11-25 15:00"),
        ([pause("2026-11-23 06:00", "2026-11-23 10:00")], "2026-11-25 15:00"),
        ([pause("2026-11-23 09:00", "2026-11-23 11:00")], "2026-11-26 09:00"),
        ([pause("2026-11-25 14:59", "2026-11-25 16:00")], "2026-11-26 08:01"),
        ([pause("2026-11-25 15:00", "2026-11-27 10:00")], "2026-11-25 15:00"),
        ([pause("2026-11-25 14:00", "2026-11-27 10:00")], "2026-11-27 13:30"),
        (
            [pause("2026-11-25 14:00", "2026-11-25 15:00"), pause("2026-11-26 08:00", "2026-11-26 09:00")],
            "2026-11-26 10:00",
        ),
        (
            [pause("2026-11-24 09:00", "2026-11-24 11:00"), pause("2026-11-24 10:00", "2026-11-24 12:00")],
            "2026-11-26 11:00",
        ),
        ([pause("2026-11-24 09:00", "2026-11-24 11:00")] * 5, "2026-11-26 10:00"),
        ([pause("2026-11-24 11:00", "2026-11-24 09:00")], "2026-11-25 15:00"),
    ],
)
def test_pauses_move_the_promise_by_the_office_time_they_took(pauses: list[Pause], due: str) -> None:
    """[T1] Received Monday 10:00; overlapping pauses count once, those outside office hours not at all."""
    assert due_with_pauses(at("2026-11-23 10:00"), pauses, OFFICE) == at(due)
    assert due_with_pauses(at("2026-11-23 10:00"), reversed(pauses), OFFICE) == at(due)


def test_a_whole_month_without_blanks() -> None:
    """[T1, M2] Nothing is counted while an obstacle lasts, however long."""
    month = [pause("2026-11-24 08:00", "2026-12-28 08:00")]
    assert due_with_pauses(at("2026-11-23 14:00"), month, OFFICE) == at("2026-12-29 15:00")


def test_net_and_raw_time() -> None:
    """[T1] What the office answers for, and what the applicant waited."""
    received, done = at("2026-11-23 10:00"), at("2026-11-24 10:00")
    overlapping = [
        pause("2026-11-23 11:00", "2026-11-23 13:30"),
        pause("2026-11-23 13:00", "2026-11-23 14:00"),
    ]
    assert net_and_raw(received, done, overlapping, OFFICE) == TimeTaken(net=4 * HOUR, raw=6 * HOUR)
    assert net_and_raw(received, done, (), OFFICE) == TimeTaken(6 * HOUR, 6 * HOUR)
    assert net_and_raw(done, received, (), OFFICE) == TimeTaken(timedelta(), timedelta())


# --- against a model that walks minute by minute ---

TINY = OfficeCalendar(
    hours={
        0: ((time(8), time(8, 20)), (time(8, 30), time(8, 40))),
        1: ((time(8), time(8, 15)),),
        2: ((time(8), time(8, 10)),),
    },
    closed_days={date(2026, 11, 24): "Libur", date(2026, 12, 1): "Libur"},
    seasons=(
        Season(
            "Ramadan",
            date(2026, 12, 7),
            date(2026, 12, 9),
            {0: ((time(8), time(8, 5)),), 1: ((time(9), time(9, 5)),)},
        ),
    ),
)
"""An office of minutes, so that walking a month takes no time."""
FIRST = date(2026, 11, 22)
OPEN_MINUTES = sorted(
    start + n * MINUTE
    for day in (FIRST + timedelta(days=n) for n in range(60))
    for start, end in TINY.opening_spans(day)
    for n in range((end - start) // MINUTE)
)
# Moments near opening hours on two weeks' Mondays to Wednesdays, to the minute.
NEAR = st.builds(
    lambda day, minute: (
        datetime.combine(FIRST + timedelta(days=day), time(7, 50), WIB).astimezone(UTC) + minute * MINUTE
    ),
    st.integers(0, 14),
    st.integers(0, 80),
)
PAUSES = st.lists(st.builds(Pause, NEAR, NEAR), max_size=4)


def slow_received(at_moment: datetime) -> datetime:
    return next(minute for minute in OPEN_MINUTES if minute >= at_moment)


def counts(minute: datetime, pauses: list[Pause]) -> bool:
    return not any(pause.start <= minute < pause.end for pause in pauses)


def slow_due(received_at: datetime, pauses: list[Pause]) -> datetime:
    """Walk the open minutes: as many unpaused ones as the plain promise has, then stop after the last."""
    received = slow_received(received_at)
    days = sorted({wib_day(minute) for minute in OPEN_MINUTES if minute >= received})
    owed = sum(minute >= received and wib_day(minute) <= days[2] for minute in OPEN_MINUTES)
    counted = [minute for minute in OPEN_MINUTES if minute >= received and counts(minute, pauses)]
    return counted[owed - 1] + MINUTE


@settings(max_examples=300)
@given(NEAR, PAUSES)
def test_the_promise_agrees_with_walking_it(received_at: datetime, pauses: list[Pause]) -> None:
    """[T1]"""
    assert due_with_pauses(received_at, pauses, TINY) == slow_due(received_at, pauses)
    assert received_moment(received_at, TINY) == slow_received(received_at)


@settings(max_examples=300)
@given(NEAR, NEAR, PAUSES)
def test_time_taken_agrees_with_walking_it(
    received_at: datetime, done_at: datetime, pauses: list[Pause]
) -> None:
    """[T1]"""
    walked = [minute for minute in OPEN_MINUTES if slow_received(received_at) <= minute < done_at]
    taken = net_and_raw(received_at, done_at, pauses, TINY)
    assert taken.raw == len(walked) * MINUTE
    assert taken.net == sum(counts(minute, pauses) for minute in walked) * MINUTE


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(), timedelta(days=9)),
    st.timedeltas(timedelta(), timedelta(days=9)),
)
def test_promises_of_ten_years(received_at: datetime, wait: timedelta, length: timedelta) -> None:
    """[T1] Never on a closed day, never sooner for a later file, never sooner for a pause."""
    due = promise_due(received_at, OFFICE)
    assert due == OFFICE.close_of(wib_day(due))
    assert OFFICE.working_days_between(wib_day(received_moment(received_at, OFFICE)), wib_day(due)) == 2
    assert promise_due(received_at + wait, OFFICE) >= due
    obstacle = Pause(received_at + wait, received_at + wait + length)
    moved = due_with_pauses(received_at, [obstacle], OFFICE)
    assert (
        due
        <= moved
        <= OFFICE.add_working_time(due, OFFICE.working_time_between(obstacle.start, obstacle.end))
    )
    assert (
        net_and_raw(received_at, moved, [obstacle], OFFICE).net
        == net_and_raw(received_at, due, (), OFFICE).net
    )


def test_the_clock_agrees_with_walking_it_through_random_histories() -> None:
    """[T1] Corrections, appointments, overlapping obstacles of office and devices; python -m tests.load.promise_model
    compares 100,000."""
    from tests.load import promise_model

    assert promise_model.differing(promise_model.FEW, seed=5) == []


@given(
    NEAR,
    st.lists(st.builds(lambda at, length: (at, at + length * MINUTE), NEAR, st.integers(0, 30)), max_size=3),
)
def test_shutting_early_moves_the_promise_by_the_time_it_took(
    received_at: datetime, closures: list[tuple[datetime, datetime]]
) -> None:
    """[T1] Never to an earlier moment, and by a pause over the same time just as much."""
    shut = replace(TINY, closures=tuple(closures))
    due = promise_due(received_at, shut)
    assert due >= promise_due(received_at, TINY)
    assert due == due_with_pauses(received_at, [Pause(*span) for span in closures], TINY)
