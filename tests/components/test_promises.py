"""The promise of two working days on the office's own calendar [T1]."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from components import appointments, founding, obstacles, promises
from components.actors import SYSTEM
from components.kit import Kit
from components.obstacles import Entry
from components.words import WIB
from models.application import Application
from models.appointment import Appointment, Slot
from models.office import ClosedDay, OpeningHours, SlotTemplate
from models.rules.calendar import DEFAULT_HOURS
from models.rules.obstacles import ObstacleKind
from models.rules.promises import PauseCause
from models.rules.workflow import Role, State
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB).astimezone(UTC)


def application(**columns: Any) -> Application:
    return Application(_ignore_missing=True, office=founding.office_card().id, **columns)


async def test_the_calendar_is_that_of_the_office(service: Kit) -> None:
    """Hours and days off come from the office's own tables [T1]."""
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


async def test_hours_that_overlap_or_touch_are_one_stretch(service: Kit) -> None:
    """As plans of before left them behind [T1]; the plan itself no longer opens or closes the office."""
    office = founding.office_card().id
    await OpeningHours.delete().where(OpeningHours.office == office)
    await SlotTemplate.delete().where(SlotTemplate.office == office)
    promises.forget_calendars()
    assert (await promises.office_calendar(office)).hours == DEFAULT_HOURS
    for opens, closes in ((8, 10), (10, 11), (9, 12), (13, 14)):
        row = OpeningHours(office=office, weekday=0, opens=time(opens), closes=time(closes))
        await row.save()
    promises.forget_calendars()
    calendar = await promises.office_calendar(office)
    assert calendar.hours == {0: ((time(8), time(12)), (time(13), time(14)))}


async def test_the_clock_starts_anew_with_every_receipt(service: Kit) -> None:
    """Waiting for a correction does not count; the first submission is remembered [T1]."""
    first = await promises.changes_on_receipt(application(), MONDAY)
    row = application(submitted_at=MONDAY)
    again = await promises.changes_on_receipt(row, MONDAY + timedelta(days=2))
    assert again[Application.submitted_at] == first[Application.submitted_at] == MONDAY
    assert again[Application.received_at] == MONDAY + timedelta(days=2)
    assert again[Application.promise_at] == wib(27, 14)


RECEIVED: dict[str, Any] = {"submitted_at": wib(23, 9), "received_at": wib(23, 9)}


@pytest.mark.parametrize(
    ("columns", "now", "late", "part"),
    [
        ({"received_at": None}, MONDAY, False, "sejak berkas lengkap"),
        ({}, wib(25, 15), False, "Rabu, 25 November 2026, 15.00 WIB, jika tidak ada kendala teknis"),
        ({}, wib(25, 15, 1), True, "Mohon maaf"),
        ({"printed_at": wib(25, 15)}, wib(30, 9), False, "sesuai janji"),
        ({"printed_at": wib(26, 9)}, wib(30, 9), True, "terlambat"),
        ({"state": State.RETURNED}, wib(30, 9), False, "setelah perbaikan"),
        ({"state": State.LAPSED}, wib(30, 9), False, "sudah ditutup"),
    ],
)
async def test_the_promise_is_told_in_words(
    service: Kit, columns: dict[str, Any], now: datetime, late: bool, part: str
) -> None:
    """The promise and its condition are said together; being late is admitted [T1, G3]."""
    row = await an_application(**{"state": State.SUBMITTED, **RECEIVED, **columns})
    shown = await promises.standing(row, now)
    assert shown.late is late
    assert part in shown.words


async def test_an_open_obstacle_holds_the_promise_and_an_ended_one_moved_it(service: Kit) -> None:
    """[T1, M2] While it lasts nobody names a day; afterwards the new day and its cause, for everybody alike."""
    officer = await member_of_staff(Role.COUNTER)
    row = await an_application(State.SUBMITTED, **RECEIVED)
    power = await obstacles.declare(
        Entry(ObstacleKind.POWER, "Listrik padam", began_at=wib(24, 10), late_reason="Komputer mati"),
        officer,
        wib(24, 12),
    )
    held = await promises.standing(row, wib(24, 13))
    assert (held.due_at, held.held_by, held.obstacles) == (None, PauseCause.OBSTACLE, (ObstacleKind.POWER,))
    assert held.at_least == wib(26, 10)
    assert "Sedang ada kendala: listrik padam. Janji kami lanjutkan" in held.words
    await obstacles.end(power.id, officer, wib(24, 14))
    moved = await promises.standing(row, wib(24, 14))
    assert (moved.due_at, moved.held_by, moved.moved_by) == (wib(26, 11), None, (ObstacleKind.POWER,))
    assert "Kamis, 26 November 2026, 11.00 WIB. Bergeser karena listrik padam." in moved.words
    assert (moved.net, moved.raw, moved.paused) == (7 * HOUR, 10 * HOUR, 3 * HOUR)


async def test_an_obstacle_excuses_only_the_work_it_stops(service: Kit) -> None:
    """[T1] Without a printer a file can be verified: verified late it is late."""
    officer = await member_of_staff(Role.COUNTER)
    await obstacles.declare(Entry(ObstacleKind.PRINTER, "Kepala cetak rusak"), officer, wib(24, 8))
    waiting = await an_application(State.SUBMITTED, **RECEIVED)
    recorded = await an_application(
        State.CAPTURED, **RECEIVED, accepted_at=wib(24, 9), captured_at=wib(25, 9)
    )
    assert (await promises.standing(waiting, wib(25, 16))).late
    stopped = await promises.standing(recorded, wib(25, 16))
    assert (stopped.late, stopped.obstacles) == (False, (ObstacleKind.PRINTER,))


async def test_who_missed_an_appointment_and_came_all_the_same_is_the_offices_turn(service: Kit) -> None:
    """[T1] The clock stands from the missed time until the applicant came, and no longer."""
    row = await an_application(State.ARRIVED, **RECEIVED, accepted_at=wib(23, 10), arrived_at=wib(24, 14))
    slot = Slot(office=row.office, starts_at=wib(24, 9), ends_at=wib(24, 10), booked=1)
    await slot.save()
    await Appointment(
        application=row.id, slot=slot.id, state="missed", queue_number="B-1", booked_at=wib(23, 10)
    ).save()
    shown = await promises.standing(row, wib(24, 15))
    assert (shown.held_by, shown.due_at, shown.paused) == (None, wib(26, 12), 4 * HOUR)


async def test_many_are_counted_as_each_by_itself(service: Kit) -> None:
    """[T1] What reads once for all finds what each page finds."""
    officer = await member_of_staff(Role.COUNTER)
    await obstacles.declare(Entry(ObstacleKind.POWER, "Listrik padam"), officer, wib(24, 10))
    rows = [await an_application(State.SUBMITTED, **RECEIVED) for _ in range(3)]
    rows += [await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)]
    counted = await promises.count_all(rows[0].office, rows, wib(24, 14))
    assert counted == {row.id: await promises.count(row, wib(24, 14)) for row in rows}
