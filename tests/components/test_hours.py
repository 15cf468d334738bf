"""Hours, seasons and closures as an administrator sets them: kept, told, and what they do to people [T1, P8, M4]."""

from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest

from components import (
    administration,
    ahead,
    appointments,
    founding,
    hours,
    office_history,
    promises,
    timetable,
)
from components.actors import SYSTEM, Actor
from components.administration import TypedClosure
from components.ahead import WouldChange
from components.hours import TypedSeason
from components.kit import Kit
from components.refusals import Missing, Refused
from components.words import WIB
from models.application import Application
from models.office import OpeningHours, Season
from models.rules.office_acts import OfficeAct
from models.rules.workflow import Role
from tests.support.cases import an_application, fresh
from tests.support.outbox import messages, text
from tests.support.service import MONDAY, member_of_staff

SQLITE = pytest.mark.parametrize("kind", ["sqlite"])
"""Where the database makes no difference."""
RAMADAN = TypedSeason("Ramadan", "2026-11-30", "2026-12-04")
SHORT = ["08.00-12.00"] * 4 + ["08.00-10.00", "", ""]
WHATEVER = ahead.Ahead(9, 9, 9)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB).astimezone(UTC)


async def an_admin() -> Actor:
    return await member_of_staff(Role.ADMIN)


def office() -> int:
    return founding.office_card().id


async def booked() -> Application:
    return await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)


async def start_of(application: Application) -> datetime:
    booking = await appointments.current(application.id)
    assert booking is not None
    return booking.starts_at


async def test_a_new_office_is_open_as_before(service: Kit) -> None:
    """The normal hours are the office's own from the first day; the plan lies within them."""
    assert (await hours.normal_week(office()))[0] == "08.00-12.00, 13.00-15.00"
    days = await timetable.preview(office(), MONDAY)
    assert [day.places for day in days[:6]] == [12, 12, 12, 12, 7, 0]


async def test_a_season_holds_on_its_days_and_the_normal_hours_around_it(service: Kit) -> None:
    """[T1] Ramadan: the promise and the slots follow it, on its last day still and on the next no more."""
    admin = await an_admin()
    await hours.set_season(None, RAMADAN, SHORT, ahead.NOBODY, admin, MONDAY)
    calendar = await promises.office_calendar(office())
    assert calendar.close_of(date(2026, 12, 4)) == datetime(2026, 12, 4, 10, tzinfo=WIB)
    assert calendar.close_of(date(2026, 12, 7)) == datetime(2026, 12, 7, 15, tzinfo=WIB)
    places = {day.day.isoformat(): day.places for day in await timetable.preview(office(), MONDAY)}
    assert (places["2026-11-27"], places["2026-11-30"], places["2026-12-04"]) == (7, 8, 4)
    (line,) = await hours.seasons(office(), MONDAY)
    await hours.set_season(
        line.id, TypedSeason("Ramadan", "2026-12-01", "2026-12-04"), SHORT, ahead.NOBODY, admin, MONDAY
    )
    assert (await promises.office_calendar(office())).close_of(date(2026, 11, 30)) == at(30, 15)
    await hours.remove_season(line.id, admin, MONDAY)
    assert await hours.seasons(office(), MONDAY) == []
    assert not await OpeningHours.exists().where(OpeningHours.season.is_not_null())
    acts = [change.act for change in await office_history.latest(office())]
    assert acts == [OfficeAct.SEASON_REMOVED, OfficeAct.SEASON_SET, OfficeAct.SEASON_SET]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (TypedSeason("", "2026-12-07", "2026-12-08"), "nama"),
        (TypedSeason("Puasa", "besok", "2026-12-08"), "mulai"),
        (TypedSeason("Puasa", "2026-12-08", "2026-12-07"), "sampai"),
        (TypedSeason("Puasa", "2026-11-01", "2026-11-20"), "sampai"),
        (TypedSeason("Puasa", "2026-12-04", "2026-12-08"), "mulai"),
    ],
)
@SQLITE
async def test_seasons_out_of_order_or_on_the_same_days_are_refused(
    service: Kit, typed: TypedSeason, field: str
) -> None:
    admin = await an_admin()
    await hours.set_season(None, RAMADAN, SHORT, ahead.NOBODY, admin, MONDAY)
    with pytest.raises(Refused) as refused:
        await hours.set_season(None, typed, SHORT, ahead.NOBODY, admin, MONDAY)
    assert set(refused.value.fields) == {field}
    assert await Season.count() == 1


async def test_hours_that_move_people_are_kept_once_that_is_agreed(service: Kit) -> None:
    """[P8] Who has 11.00 must move when the office closes at 10.00; nothing is kept before somebody says so."""
    admin = await an_admin()
    application = await booked()
    week = ["08.00-10.00"] * 5 + ["", ""]
    with pytest.raises(WouldChange) as asked:
        await hours.set_normal(week, ahead.NOBODY, admin, MONDAY)
    assert asked.value.ahead.people == 1
    assert (await hours.normal_week(office()))[0] == "08.00-12.00, 13.00-15.00"
    await hours.set_normal(week, ahead.read(str(asked.value.ahead)), admin, MONDAY)
    await appointments.schedule_waiting(MONDAY)
    assert await start_of(application) == at(24, 9)
    (change,) = await office_history.latest(office())
    assert (change.act, change.moved) == (OfficeAct.HOURS_SET, 1)


@SQLITE
async def test_typing_no_hours_or_wrong_ones_is_refused(service: Kit) -> None:
    for week, field in (([""] * 7, "hari-0"), (["8-12", *[""] * 6], "hari-0"), ([*SHORT[:6], "x"], "hari-6")):
        with pytest.raises(Refused) as refused:
            await hours.set_normal(week, ahead.NOBODY, await an_admin(), MONDAY)
        assert set(refused.value.fields) == {field}


async def test_an_afternoon_off_moves_who_is_concerned_and_says_why(service: Kit) -> None:
    """[P8, T1] At a moment's notice: closed from 11.00 on. The promise moves by the hours, the people are told."""
    admin = await an_admin()
    application = await booked()
    calendar = await promises.office_calendar(office())
    typed = TypedClosure("2026-11-23", "local", "Pohon tumbang", "11:00")
    with pytest.raises(WouldChange, match="1 janji menjadi lebih lambat") as asked:
        await administration.close_day(typed, admin, MONDAY)
    await administration.close_day(typed, admin, MONDAY, asked.value.ahead)
    await appointments.schedule_waiting(MONDAY)
    assert await start_of(application) == at(24, 8)
    assert "kantor tutup (Pohon tumbang)" in text((await messages(application))[-1])
    shut = await promises.office_calendar(office())
    assert shut.working_time_between(at(23, 8), at(23, 15)).seconds == 3 * 3600
    assert calendar.working_time_between(at(23, 8), at(23, 15)).seconds == 6 * 3600
    counted = (await promises.count(await fresh(application), MONDAY)).clock
    assert counted.due_at == at(26, 11), "three hours after the close of the second working day"
    (row,) = [day for day in await administration.closed_days(admin, MONDAY) if day.kind == "local"]
    assert administration.part_words(row) == " mulai 11.00"
    with pytest.raises(WouldChange, match="1 janji menjadi lebih awal") as seen:
        await administration.open_day(row.id, admin, MONDAY)
    assert [day.id for day in await administration.closed_days(admin, MONDAY) if day.kind == "local"] == [
        row.id
    ]
    await administration.open_day(row.id, admin, MONDAY, ahead.read(str(seen.value.ahead)))
    assert (await promises.office_calendar(office())).closures == ()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (TypedClosure("2026-11-23", "local", "Rapat", "08:00"), "since"),
        (TypedClosure("2026-11-23", "local", "Rapat", "", "08:30"), "since"),
        (TypedClosure("2026-11-24", "local", "Rapat", "14:00", "13:00"), "to"),
        (TypedClosure("2026-11-24", "local", "Rapat", "jam satu"), "since"),
        (TypedClosure("2026-12-25", "local", "Rapat", "13:00"), "day"),
    ],
)
@SQLITE
async def test_a_closure_that_cannot_be_is_refused(service: Kit, typed: TypedClosure, field: str) -> None:
    with pytest.raises(Refused) as refused:
        await administration.close_day(typed, await an_admin(), MONDAY)
    assert field in refused.value.fields


@SQLITE
async def test_another_office_keeps_its_own(service: Kit) -> None:
    admin = await an_admin()
    await hours.set_season(None, RAMADAN, SHORT, ahead.NOBODY, admin, MONDAY)
    (line,) = await hours.seasons(office(), MONDAY)
    stranger = Actor(admin.roles, admin.staff_id, office() + 1)
    with pytest.raises(Missing):
        await hours.remove_season(line.id, stranger, MONDAY)


@SQLITE
async def test_ten_years_of_promises_never_fall_on_a_closed_day(service: Kit) -> None:
    """[T1] The office's own table, day by day: monotone, and never on a day off."""
    for year in range(2027, 2036):
        await founding.fill_days_off(office(), year)
    promises.forget_calendars()
    calendar = await promises.office_calendar(office())
    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2036, 1, 1).toordinal())]
    dues = [calendar.add_working_days(day, 2) for day in days]
    assert all(calendar.is_working_day(due) and due not in calendar.closed_days for due in dues)
    assert all(earlier <= later for earlier, later in pairwise(dues))
    assert all(calendar.opening_spans(due)[0][0].astimezone(WIB).time() == time(8) for due in dues)


async def test_what_a_removed_season_would_move_is_said_first(service: Kit) -> None:
    """[T1, P8] People with a time and promises that change are counted, agreed to, and noted; no more than agreed."""
    admin = await an_admin()
    early = ["07.00-12.00"] * 5 + ["", ""]
    await hours.set_season(
        None, TypedSeason("Pagi", "2026-11-23", "2026-12-04"), early, WHATEVER, admin, MONDAY
    )
    (line,) = await hours.seasons(office(), MONDAY)
    await hours.set_normal(["13.00-15.00", "", "", "08.00-12.00", "", "", ""], WHATEVER, admin, MONDAY)
    application = await booked()
    await Application.update({Application.received_at: MONDAY, Application.promise_at: at(25, 12)}).where(
        Application.id == application.id
    )
    with pytest.raises(WouldChange) as seen:
        await hours.remove_season(line.id, admin, MONDAY)
    found = seen.value.ahead
    assert (found.people, found.earlier, found.later) == (1, 0, 1)
    with pytest.raises(WouldChange):
        await hours.remove_season(line.id, admin, MONDAY, ahead.Ahead(people=1))
    assert await Season.count() == 1
    await hours.remove_season(line.id, admin, MONDAY, found)
    assert await Season.count() == 0
    assert (await office_history.latest(office()))[0].moved == 1
    for text_ in ("", "1", "1-2", "a-b-c", "1-2-3-4", "-1-0-0", "9999999-0-0"):
        assert ahead.read(text_) == ahead.NOBODY
