"""The administrator's pages of hours and closures: errors beside the field, agreement before people move [T1, P8]."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from components import appointments, clock, promises
from components.actors import SYSTEM
from components.founding import office_card
from components.kit import Kit
from models.office import ClosedDay
from models.rules.workflow import Role, State
from tests.faults.people import browser, signed_in
from tests.support.cases import an_application
from tests.support.service import MONDAY

WEEK = {f"hari-{day}": "08.00-12.00, 13.00-15.00" if day < 5 else "" for day in range(7)}


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


async def test_hours_are_shown_with_two_weeks_and_refused_beside_the_day(admin: httpx.AsyncClient) -> None:
    page = (await admin.get("/pengaturan/jam")).text
    assert 'value="08.00-12.00, 13.00-15.00"' in page
    assert "Senin, 23 November 2026" in page
    wrong = await admin.post("/pengaturan/jam", data={**WEEK, "hari-2": "8-12", "_kunci": "a"})
    assert wrong.status_code == 422
    assert 'value="8-12"' in wrong.text
    assert 'id="hari-2-e"' in wrong.text


async def test_a_season_is_entered_changed_and_removed(admin: httpx.AsyncClient) -> None:
    days = {"nama": "Ramadan", "mulai": "2027-02-08", "sampai": "2027-03-09"}
    made = await admin.post("/pengaturan/jam/musim", data={**WEEK, **days, "_kunci": "b"})
    assert made.headers["location"] == "/pengaturan/jam"
    assert '/pengaturan/jam/musim/1">Ramadan' in (await admin.get("/pengaturan/jam")).text
    form = await admin.get("/pengaturan/jam/musim/1")
    assert 'value="2027-03-09"' in form.text
    twice = await admin.post("/pengaturan/jam/musim", data={**WEEK, **days, "_kunci": "c"})
    assert "bertumpuk dengan Ramadan" in twice.text
    gone = await admin.post("/pengaturan/jam/musim/1/penghapusan", data={"_kunci": "d"})
    assert gone.status_code == 303
    assert (await admin.get("/pengaturan/jam/musim/1")).status_code == 404
    assert "Jam khusus dihapus" in (await admin.get("/pengaturan")).text


async def test_a_closure_says_whom_it_moves_and_asks_first(admin: httpx.AsyncClient) -> None:
    """The same form with the number agreed to is then kept."""
    await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    typed = {"day": "2026-11-23", "kind": "local", "name": "Listrik diperbaiki", "since": "11:00", "to": ""}
    asked = await admin.post("/pengaturan/hari-tutup", data={**typed, "_kunci": "e"})
    assert asked.status_code == 422
    assert "1 orang yang sudah punya jadwal akan dipindahkan" in asked.text
    assert 'name="setuju" value="1-0-1"' in asked.text
    assert 'value="11:00"' in asked.text
    assert not await ClosedDay.exists().where(ClosedDay.kind == "local")
    kept = await admin.post("/pengaturan/hari-tutup", data={**typed, "setuju": "1-0-1", "_kunci": "f"})
    assert kept.status_code == 303
    assert "Senin, 23 November 2026 mulai 11.00" in (await admin.get("/pengaturan")).text


async def test_an_opened_day_says_what_it_changes_and_asks_first(admin: httpx.AsyncClient) -> None:
    """[T1] A promise that becomes earlier is said beside that very day; the same press, agreed to, opens it."""
    closed = ClosedDay(
        office=office_card().id, closed_on=date(2026, 11, 24), kind="local", name="Pilkades", source="x"
    )
    await closed.save()
    promises.forget_calendars()
    await an_application(State.SUBMITTED, received_at=MONDAY, submitted_at=MONDAY)
    path = f"/pengaturan/hari-tutup/{closed.id}/penghapusan"
    asked = await admin.post(path, data={"_kunci": "g"})
    assert asked.status_code == 422
    assert "1 janji menjadi lebih awal." in asked.text
    assert asked.text.count('name="setuju" value="0-1-0"') == 1
    assert await ClosedDay.exists().where(ClosedDay.id == closed.id)
    opened = await admin.post(path, data={"_kunci": "h", "setuju": "0-1-0"})
    assert opened.status_code == 303
    assert not await ClosedDay.exists().where(ClosedDay.id == closed.id)


async def test_a_removed_season_says_what_it_changes_and_asks_first(admin: httpx.AsyncClient) -> None:
    """[T1] On the season's own page, its dates and hours still there."""
    days = {"nama": "Rapat", "mulai": "2026-11-24", "sampai": "2026-11-24"}
    shut = {f"hari-{day}": "" for day in range(7)} | {"hari-0": "08.00-12.00"}
    await admin.post("/pengaturan/jam/musim", data={**shut, **days, "_kunci": "i"})
    await an_application(State.SUBMITTED, received_at=MONDAY, submitted_at=MONDAY)
    path = "/pengaturan/jam/musim/1/penghapusan"
    asked = await admin.post(path, data={"_kunci": "j"})
    assert asked.status_code == 422
    assert 'value="2026-11-24"' in asked.text
    assert 'name="setuju" value="0-1-0"' in asked.text
    gone = await admin.post(path, data={"_kunci": "k", "setuju": "0-1-0"})
    assert gone.headers["location"] == "/pengaturan/jam"


async def test_the_missing_joint_leave_of_next_year_is_told(admin: httpx.AsyncClient) -> None:
    """Known for 2027; once those rows are gone the promise would count too few days [T1]."""
    assert "Cuti bersama 2027 belum ada" not in (await admin.get("/pengaturan")).text
    await ClosedDay.delete().where(ClosedDay.kind == "government")
    assert "Cuti bersama 2027 belum ada" in (await admin.get("/pengaturan")).text
