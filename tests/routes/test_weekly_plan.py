"""The weekly plan in the browser: typed whole, looked at before it is saved, kept or refused in words [P8, M2]."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from components import appointments, clock, founding, office_history, promises, timetable
from components.actors import SYSTEM
from components.kit import Kit
from models.office import SlotTemplate
from models.rules.calendar import wib_moment
from models.rules.office_acts import OfficeAct
from models.rules.workflow import Role
from tests.faults.people import browser, signed_in
from tests.support.cases import an_application
from tests.support.service import MONDAY

ROOM = "/pengaturan/jadwal"


@pytest.fixture
def database(sqlite_database: str) -> str:
    """What is shown is no matter of the database."""
    return sqlite_database


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
async def admin(service: Kit) -> AsyncIterator[httpx.AsyncClient]:
    async with browser((await signed_in(Role.ADMIN))[1]) as one:
        yield one


def typed(*lines: tuple[int | str, str, str, str], **more: str) -> dict[str, str]:
    """The form with these lines: weekday, hours, minutes, places."""
    parts = ("hari", "jam", "menit", "tempat")
    rows = {
        f"{part}-{at}": str(value)
        for at, line in enumerate(lines)
        for part, value in zip(parts, line, strict=True)
    }
    return {**rows, **more}


MORNINGS = [(day, "08.00-10.00", "30", "2") for day in range(5)]


async def places() -> dict[date, int]:
    promises.forget_calendars()
    return {day.day: day.places for day in await timetable.preview(founding.office_card().id, MONDAY)}


async def test_a_plan_is_looked_at_agreed_to_and_kept_whole(admin: httpx.AsyncClient) -> None:
    """Who has 11.00 has to move: said at a look and at saving, before anything is kept; then in the record."""
    application = await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    assert 'value="08.00-12.00"' in (await admin.get(ROOM)).text
    look = await admin.post(ROOM, data=typed(*MORNINGS, tindakan="lihat", _kunci="a"))
    assert look.status_code == 200
    assert "1 orang yang sudah punya jadwal akan dipindahkan" in look.text
    assert await SlotTemplate.count() == 10
    asked = await admin.post(ROOM, data=typed(*MORNINGS, _kunci="b"))
    assert asked.status_code == 422
    assert "Simpan jadwal, saya setuju" in asked.text
    assert await SlotTemplate.count() == 10
    kept = await admin.post(ROOM, data=typed(*MORNINGS, setuju="1-0-0", _kunci="c"))
    assert kept.headers["location"] == ROOM
    assert (await places())[date(2026, 11, 25)] == 8
    await appointments.schedule_waiting(MONDAY)
    booking = await appointments.current(application.id)
    assert booking is not None
    assert booking.starts_at == wib_moment(
        date(2026, 11, 24), booking.starts_at.time().replace(hour=8, minute=0)
    )
    (change,) = await office_history.latest(founding.office_card().id)
    assert (change.act, change.moved) == (OfficeAct.PLAN_SET, 1)


@pytest.mark.parametrize(
    "line",
    [
        (0, "08.00", "30", "1"),
        (0, "08.00-09.00, 10.00-11.00", "30", "1"),
        (0, "08.00-10.00", "2", "1"),
        (0, "08.00-10.00", "30", "0"),
        (0, "08.00-10.00", "30", "٣"),
        (0, "16.00-18.00", "30", "1"),
        (0, "08.00-08.20", "30", "1"),
        (5, "08.00-10.00", "30", "1"),
        ("9", "08.00-10.00", "30", "1"),
    ],
)
async def test_one_wrong_line_keeps_the_old_plan(
    admin: httpx.AsyncClient, line: tuple[int | str, str, str, str]
) -> None:
    """Refused beside the line, with what was typed; the good line is not saved either."""
    answer = await admin.post(ROOM, data=typed(MORNINGS[1], line, _kunci="d"))
    assert answer.status_code == 422
    assert 'id="baris-1"' in answer.text
    assert 'id="baris-0"' not in answer.text
    assert f'value="{line[1]}"' in answer.text
    assert await SlotTemplate.count() == 10


async def test_some_days_may_have_a_plan_of_their_own(admin: httpx.AsyncClient) -> None:
    """Only then, in place of the usual one; changed, refused on days that have one, and removed."""
    days = {"mulai": "2026-11-30", "sampai": "2026-12-02"}
    special = [(day, "08.00-09.00", "30", "3") for day in range(3)]
    made = await admin.post(f"{ROOM}/khusus", data=typed(*special, **days, _kunci="e"))
    assert made.status_code == 303
    now = await places()
    assert (now[date(2026, 11, 25)], now[date(2026, 11, 30)], now[date(2026, 12, 3)]) == (12, 6, 12)
    twice = await admin.post(f"{ROOM}/khusus", data=typed(*special, **days, _kunci="f"))
    assert "bertumpuk dengan jadwal khusus lain" in twice.text
    row = await SlotTemplate.select(SlotTemplate.id).where(SlotTemplate.first_on.is_not_null()).first()
    assert row is not None
    address = f"{ROOM}/khusus/{row['id']}"
    assert 'value="2026-12-02"' in (await admin.get(address)).text
    wrong = await admin.post(
        address, data=typed(*special, mulai="2026-12-02", sampai="2026-11-30", _kunci="g")
    )
    assert wrong.status_code == 422
    assert 'id="sampai-e"' in wrong.text
    gone = await admin.post(f"{address}/penghapusan", data={"_kunci": "h"})
    assert gone.status_code == 303
    assert (await places())[date(2026, 11, 30)] == 12
    assert (await admin.get(address)).status_code == 404
