"""The promise of two working days on the office's own calendar [T1]."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from components import founding, promises
from components.kit import Kit
from components.words import WIB
from models.application import Application
from models.office import ClosedDay, SlotTemplate
from models.rules.calendar import DEFAULT_HOURS
from tests.support.service import MONDAY


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB).astimezone(UTC)


def application(**columns: Any) -> Application:
    return Application(_ignore_missing=True, office=founding.office_card().id, **columns)


async def test_the_calendar_is_that_of_the_office(service: Kit) -> None:
    """Hours come from the weekly plan, days off from the office's table [T1]."""
    calendar = await promises.office_calendar(founding.office_card().id)
    assert dict(calendar.hours) == dict(DEFAULT_HOURS)
    assert calendar.is_working_day(MONDAY.date())
    assert not calendar.is_working_day(date(2026, 12, 25))


async def test_a_closure_counts_once_it_is_known(service: Kit) -> None:
    office = founding.office_card().id
    before = await promises.changes_on_receipt(application(), MONDAY)
    assert before[Application.promise_at] == wib(25, 15)
    await ClosedDay(office=office, closed_on=date(2026, 11, 24), kind="local", name="Pilkades").save()
    promises.forget_calendars()
    after = await promises.changes_on_receipt(application(), MONDAY)
    assert after[Application.promise_at] == wib(26, 15)


async def test_devices_with_hours_of_their_own_keep_one_office_open(service: Kit) -> None:
    """Overlapping and touching lines of the weekly plan are one stretch of opening hours."""
    office = founding.office_card().id
    await SlotTemplate.delete().where(SlotTemplate.office == office)
    for opens, closes in (
        (time(8), time(10)),
        (time(10), time(11)),
        (time(9), time(12)),
        (time(13), time(14)),
    ):
        await SlotTemplate(office=office, weekday=0, opens=opens, closes=closes).save()
    promises.forget_calendars()
    calendar = await promises.office_calendar(office)
    assert calendar.hours == {0: ((time(8), time(12)), (time(13), time(14)))}


async def test_an_office_without_a_plan_keeps_the_usual_hours(service: Kit) -> None:
    await SlotTemplate.delete().where(SlotTemplate.office == founding.office_card().id)
    promises.forget_calendars()
    assert (await promises.office_calendar(founding.office_card().id)).hours == DEFAULT_HOURS


async def test_the_clock_starts_anew_with_every_receipt(service: Kit) -> None:
    """Waiting for a correction does not count; the first submission is remembered [T1]."""
    first = await promises.changes_on_receipt(application(), MONDAY)
    row = application(submitted_at=MONDAY)
    again = await promises.changes_on_receipt(row, MONDAY + timedelta(days=2))
    assert again[Application.submitted_at] == first[Application.submitted_at] == MONDAY
    assert again[Application.received_at] == MONDAY + timedelta(days=2)
    assert again[Application.promise_at] == wib(27, 14)


@pytest.mark.parametrize(
    ("columns", "now", "late", "part"),
    [
        ({"promise_at": None}, MONDAY, False, "sejak berkas lengkap"),
        ({"promise_at": wib(25, 15)}, wib(25, 15), False, "jika tidak ada kendala teknis"),
        ({"promise_at": wib(25, 15)}, wib(25, 15, 1), True, "Mohon maaf"),
        ({"promise_at": wib(25, 15), "printed_at": wib(25, 15)}, wib(30, 9), False, "sesuai janji"),
        ({"promise_at": wib(25, 15), "printed_at": wib(26, 9)}, wib(30, 9), True, "terlambat"),
        ({"promise_at": wib(25, 15), "state": "returned"}, wib(30, 9), False, "setelah perbaikan"),
        ({"promise_at": wib(25, 15), "state": "lapsed"}, wib(30, 9), False, "sudah ditutup"),
    ],
)
async def test_the_promise_is_told_in_words(
    sqlite_database: str, columns: dict[str, Any], now: datetime, late: bool, part: str
) -> None:
    """The promise and its condition are said together; being late is admitted [T1, G3]."""
    row = Application(_ignore_missing=True, **{"state": "submitted", **columns})
    shown = promises.standing(row, now)
    assert shown.late is late
    assert part in shown.words
