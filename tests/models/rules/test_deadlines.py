from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendar import WIB, OfficeCalendar, Span, wib_day, wib_moment
from models.rules.deadlines import (
    DayReading,
    appointment_reminders,
    correction_due,
    correction_reminders,
    draft_purge_at,
    in_time,
    lapse_at,
    outage_extension,
    ready_reminders,
    walk_in_due,
)

OFFICE = OfficeCalendar(
    closed_days={
        date(2026, 12, 24): "Cuti bersama Natal",
        date(2026, 12, 25): "Natal",
        date(2027, 1, 1): "Tahun Baru",
    }
)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
TEN_YEARS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    """A moment written in WIB: "2026-11-23 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


DUE = at("2026-11-24 12:00")


def outage(since: str, to: str) -> Span:
    return at(f"2026-11-24 {since}"), at(f"2026-11-24 {to}")


@pytest.mark.parametrize(
    ("returned", "calendar_day", "working_day"),
    [
        ("2026-11-23 11:59", "2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-23 12:00", "2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-23 12:01", "2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-23 00:00", "2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-23 23:59:59", "2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-30 09:00", "2026-12-01 12:00", "2026-12-01 12:00"),
        ("2026-11-27 15:00", "2026-11-28 12:00", "2026-11-30 12:00"),
        ("2026-11-28 09:00", "2026-11-29 12:00", "2026-11-30 12:00"),
        ("2026-11-29 09:00", "2026-11-30 12:00", "2026-11-30 12:00"),
        ("2026-12-23 10:00", "2026-12-24 12:00", "2026-12-28 12:00"),
        ("2026-12-31 10:00", "2027-01-01 12:00", "2027-01-04 12:00"),
        ("2028-02-28 10:00", "2028-02-29 12:00", "2028-02-29 12:00"),
        ("2028-02-29 10:00", "2028-03-01 12:00", "2028-03-01 12:00"),
        ("2027-02-28 10:00", "2027-03-01 12:00", "2027-03-01 12:00"),
    ],
)
def test_noon_of_the_next_day(returned: str, calendar_day: str, working_day: str) -> None:
    """[P7] As shipped the next calendar day; by setting the next working day."""
    assert correction_due(at(returned), OFFICE) == at(calendar_day)
    assert correction_due(at(returned), OFFICE, DayReading.WORKING_DAY) == at(working_day)


def test_the_day_is_the_one_in_krian_not_in_utc() -> None:
    """[P7] 20:00 UTC on Monday is Tuesday already."""
    returned = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert correction_due(returned, OFFICE) == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)


@given(TEN_YEARS, st.sampled_from(DayReading))
def test_every_deadline_is_a_noon_at_least_twelve_hours_away(returned: datetime, reading: DayReading) -> None:
    """[P7] Nobody gets less than half a day; a working-day deadline is never on a closed day."""
    due = correction_due(returned, OFFICE, reading)
    assert due.astimezone(WIB).time() == time(12)
    assert due - returned > timedelta(hours=12)
    if reading is DayReading.WORKING_DAY:
        assert OFFICE.is_working_day(wib_day(due))
        assert due >= correction_due(returned, OFFICE)


def test_reminders_at_seven_and_eleven() -> None:
    """[P7]"""
    expected = (at("2026-11-24 07:00"), at("2026-11-24 11:00"))
    assert correction_reminders(at("2026-11-23 09:00"), DUE) == expected
    assert correction_reminders(at("2026-11-23 23:59"), DUE) == expected


def test_no_reminder_before_the_return_itself() -> None:
    """[P7] Possible once a deadline was moved by hand."""
    assert correction_reminders(at("2026-11-24 07:00"), DUE) == (at("2026-11-24 11:00"),)
    assert correction_reminders(at("2026-11-24 11:30"), DUE) == ()


@pytest.mark.parametrize(
    ("resubmitted", "begun", "counts"),
    [
        ("11:59", None, True),
        ("12:00", None, True),
        ("12:00:01", None, False),
        ("12:01", None, False),
        ("12:30", "11:59", True),
        ("12:30", "12:00", False),
        ("12:30", "12:01", False),
        ("13:00", "11:59:59", True),
        ("13:00:01", "11:59:59", False),
        ("13:01", "08:00", False),
        ("11:00", "10:00", True),
    ],
)
def test_the_minute_before_noon_noon_and_after(resubmitted: str, begun: str | None, counts: bool) -> None:
    """[P7] A replacement begun before noon has until 13:00; one begun at noon has not."""
    upload_begun = at(f"2026-11-24 {begun}") if begun else None
    assert in_time(DUE, at(f"2026-11-24 {resubmitted}"), upload_begun) is counts


def test_nothing_lapses_while_it_can_still_be_in_time() -> None:
    """[P7] The scheduler and the applicant go by the same moment."""
    for begun in (None, DUE - MINUTE, DUE, DUE + MINUTE):
        last = lapse_at(DUE, begun)
        assert in_time(DUE, last, begun)
        assert not in_time(DUE, last + SECOND, begun)
    assert lapse_at(DUE, DUE - MINUTE) == at("2026-11-24 13:00")
    assert lapse_at(DUE, None) == DUE


@pytest.mark.parametrize(
    ("outages", "moved"),
    [
        ((), False),
        ((outage("11:00", "11:10"),), False),
        ((outage("11:00", "11:10:01"),), True),
        ((outage("11:49:59", "12:00"),), True),
        ((outage("11:50", "14:00"),), False),
        ((outage("11:49", "14:00"),), True),
        ((outage("09:00", "11:10"),), False),
        ((outage("09:00", "11:11"),), True),
        ((outage("09:00", "11:00"),), False),
        ((outage("12:00", "13:00"),), False),
        ((outage("11:05", "11:11"), outage("11:40", "11:45")), True),
        ((outage("11:05", "11:11"), outage("11:06", "11:10")), False),
        ((outage("11:40", "11:48"), outage("11:05", "11:07")), False),
        ((outage("11:05", "11:15"), outage("11:00", "11:05")), True),
        ((outage("11:20", "11:10"),), False),
    ],
)
def test_an_outage_before_noon_moves_the_deadline(outages: tuple[Span, ...], moved: bool) -> None:
    """[P7] More than ten minutes in the last hour: the office's fault is not the applicant's."""
    expected = at("2026-11-25 12:00") if moved else None
    assert outage_extension(DUE, outages, OFFICE) == expected


def test_a_moved_deadline_keeps_to_the_offices_reading() -> None:
    """[P7] Friday noon moves to Saturday, or, by working days, to Monday."""
    friday = at("2026-11-27 12:00")
    away = [(at("2026-11-27 11:00"), at("2026-11-27 12:00"))]
    assert outage_extension(friday, away, OFFICE) == at("2026-11-28 12:00")
    assert outage_extension(friday, away, OFFICE, DayReading.WORKING_DAY) == at("2026-11-30 12:00")


@pytest.mark.parametrize(
    ("returned", "due"),
    [
        ("2026-11-23 10:00", "2026-11-30 15:00"),
        ("2026-11-27 10:00", "2026-12-04 14:00"),
        ("2026-12-17 10:00", "2026-12-28 15:00"),
        ("2026-12-25 10:00", "2027-01-04 15:00"),
        ("2028-02-22 10:00", "2028-02-29 15:00"),
    ],
)
def test_a_returned_walk_in_file_waits_seven_days(returned: str, due: str) -> None:
    """[P2] And never ends on a day on which nobody could hand it in."""
    assert walk_in_due(at(returned), OFFICE) == at(due)


def test_drafts_are_kept_for_their_days() -> None:
    moment = at("2028-02-25 10:00")
    assert draft_purge_at(moment) == at("2028-03-03 10:00")


def test_appointment_reminders() -> None:
    """[P8] 16:00 the day before and 06:30 on the day, also over the end of a year."""
    start = at("2027-01-04 09:30")
    eve, morning = at("2027-01-03 16:00"), at("2027-01-04 06:30")
    assert appointment_reminders(start, at("2026-12-31 10:00")) == (eve, morning)
    assert appointment_reminders(start, eve - MINUTE) == (eve, morning)
    assert appointment_reminders(start, eve) == (morning,)
    assert appointment_reminders(start, morning + MINUTE) == ()


def test_cards_waiting_to_be_collected() -> None:
    """[G4] 7, 21 and 45 days."""
    ready = at("2026-11-23 10:00")
    assert ready_reminders(ready) == (at("2026-11-30 10:00"), at("2026-12-14 10:00"), at("2027-01-07 10:00"))


def test_every_deadline_is_in_utc() -> None:
    """Stored moments are compared as text on SQLite, so one zone it is."""
    returned = wib_moment(date(2026, 11, 23), time(10))
    moments = [
        correction_due(returned, OFFICE),
        *correction_reminders(returned, correction_due(returned, OFFICE)),
        walk_in_due(returned, OFFICE),
        *appointment_reminders(returned + timedelta(days=3), returned),
    ]
    assert {moment.tzinfo for moment in moments} == {UTC}


def test_deadlines_agree_with_counting_minutes_through_random_histories() -> None:
    """[P7] Days away, clocks set forth and back, uploads begun before noon; 100,000 of them by
    python -m tests.load.deadline_model."""
    from tests.load import deadline_model

    found, _ = deadline_model.differing(deadline_model.FEW, seed=5)
    assert found == []
