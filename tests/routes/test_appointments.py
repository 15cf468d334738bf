"""The applicant's choice of a time, as a browser makes it [P8]."""

import re

import httpx
import pytest

from components import appointments, clock, sessions
from components.actors import SYSTEM
from components.kit import Kit
from models.application import Application
from models.appointment import Appointment, Slot
from models.office import Office
from models.rules.workflow import State
from tests.support.cases import an_application, fresh
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


async def let_in(browser: httpx.AsyncClient, application: Application) -> None:
    """As after number and PIN."""
    token = await sessions.let_in(application.id, MONDAY)
    browser.cookies.clear()
    browser.cookies.set("sesi", token, domain="loket.test")


@pytest.fixture
async def scheduled(client: httpx.AsyncClient) -> Application:
    """An application with the earliest time, open in this browser."""
    application = await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    await let_in(client, application)
    return application


def choices(page: str) -> list[str]:
    """The times that can be ticked, by their value."""
    return re.findall(r'name="jadwal" value="(\d+)"', page)


async def test_days_are_listed_with_their_free_times(
    client: httpx.AsyncClient, scheduled: Application
) -> None:
    """Without JavaScript: days as folds with the number of free places, the first one open [P8]."""
    page = (await client.get(f"/permohonan/{scheduled.number}/jadwal")).text
    assert "Ganti jadwal" in page
    assert "Senin, 23 November 2026, 11.00 WIB" in page
    assert page.count("<details") == 11
    assert page.count("<details open") == 1
    assert re.search(r"Selasa, 24 November 2026\s*<br><small[^>]*>12 tempat kosong", page)
    assert len(choices(page)) == len(set(choices(page))) > 90


async def test_choosing_a_time_moves_the_appointment(
    client: httpx.AsyncClient, scheduled: Application
) -> None:
    """POST, 303, and the status page shows the new ticket [P8]."""
    path = f"/permohonan/{scheduled.number}"
    chosen = choices((await client.get(f"{path}/jadwal")).text)[-1]
    answer = await client.post(f"{path}/jadwal", data={"jadwal": chosen})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    page = (await client.get(path)).text
    assert "Senin, 7 Desember 2026" in page
    assert "14.30 WIB" in page


async def test_the_same_form_twice_moves_once(client: httpx.AsyncClient, scheduled: Application) -> None:
    """A double tap and a retry on a weak line are one act [P5, P8]."""
    path = f"/permohonan/{scheduled.number}/jadwal"
    data = {"jadwal": choices((await client.get(path)).text)[-1], "_kunci": "abc"}
    for _ in range(2):
        assert (await client.post(path, data=data)).status_code == 303
    assert await Appointment.count().where(Appointment.application == scheduled.id) == 2


@pytest.mark.parametrize(
    "chosen", ["", "0", "-1", "999999", "9" * 12, "9" * 400, "1 OR 1=1", "٣", "terdekat "]
)
async def test_what_is_no_free_time_is_said_on_the_page_itself(
    client: httpx.AsyncClient, scheduled: Application, chosen: str
) -> None:
    """Nothing chosen, nonsense, or taken: the list again, with words, and the appointment stands [P8]."""
    answer = await client.post(f"/permohonan/{scheduled.number}/jadwal", data={"jadwal": chosen})
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text
    assert "<title>Galat: " in answer.text
    assert len(choices(answer.text)) > 90
    assert (await fresh(scheduled)).version == scheduled.version


async def test_two_tabs_the_slower_one_sees_what_became_of_it(
    client: httpx.AsyncClient, scheduled: Application
) -> None:
    """The other tab took the time that this one shows: told, with what is free now [P8]."""
    path = f"/permohonan/{scheduled.number}/jadwal"
    times = choices((await client.get(path)).text)
    other = await an_application()
    await appointments.move(other, int(times[4]), SYSTEM, MONDAY)
    answer = await client.post(path, data={"jadwal": times[4]})
    assert answer.status_code == 422
    assert "Jam itu sudah terisi" in answer.text
    assert times[4] not in choices(answer.text)


async def test_within_two_hours_the_page_says_why_not(
    client: httpx.AsyncClient, scheduled: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No dead button: the reason, and what to do instead [P8]."""
    later = MONDAY.replace(minute=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    path = f"/permohonan/{scheduled.number}"
    page = (await client.get(f"{path}/jadwal")).text
    assert "Tidak bisa diganti lagi" in page
    assert choices(page) == []
    assert "Ganti jadwal</a>" not in (await client.get(path)).text
    last = (await Slot.objects().order_by(Slot.starts_at, ascending=False).first()).id  # type: ignore[union-attr]
    answer = await client.post(f"{path}/jadwal", data={"jadwal": str(last)})
    assert answer.status_code == 422
    assert "2 jam sebelumnya" in answer.text


async def test_after_a_miss_one_tap_rebooks(client: httpx.AsyncClient, scheduled: Application) -> None:
    """The button on the status page is a form of its own [P8]."""
    await appointments.miss_overdue(MONDAY.replace(hour=8))
    path = f"/permohonan/{scheduled.number}"
    page = (await client.get(path)).text
    assert "Jadwal terlewat" in page
    assert 'name="jadwal" value="terdekat"' in page
    assert (await client.post(f"{path}/jadwal", data={"jadwal": "terdekat"})).status_code == 303
    assert (await fresh(scheduled)).state == State.SCHEDULED


async def test_while_blanks_are_out_nothing_can_be_chosen(client: httpx.AsyncClient, service: Kit) -> None:
    """Said on the status page and on the list; the one tap is refused in words [P8, M2]."""
    application = await an_application()
    await Office.update({Office.stock_kept: True}).where(Office.id == application.office)
    await let_in(client, application)
    path = f"/permohonan/{application.number}"
    assert "Blangko KTP-el sedang habis" in (await client.get(path)).text
    assert "Belum ada jadwal kosong" in (await client.get(f"{path}/jadwal")).text
    answer = await client.post(f"{path}/jadwal", data={"jadwal": "terdekat"})
    assert answer.status_code == 422
    assert "Blangko KTP-el sedang habis" in answer.text


async def test_the_list_belongs_to_who_was_let_in(client: httpx.AsyncClient, scheduled: Application) -> None:
    """Another browser is asked for the PIN, and can move nothing [P8, G1]."""
    client.cookies.clear()
    path = f"/permohonan/{scheduled.number}/jadwal"
    for answer in (await client.get(path), await client.post(path, data={"jadwal": "1"})):
        assert answer.status_code == 403
        assert "PIN" in answer.text
        assert "11.00" not in answer.text
    unknown = await client.get("/permohonan/KRN-ZZZZZZ/jadwal")
    assert unknown.status_code == 403


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED, State.ARRIVED, State.HANDED_OVER])
async def test_a_list_out_of_its_time_leads_to_the_status(
    client: httpx.AsyncClient, service: Kit, state: State
) -> None:
    """Before acceptance and after arrival there is nothing to choose [P8]."""
    application = await an_application(state, finished_at=MONDAY, correction_due_at=MONDAY)
    await let_in(client, application)
    answer = await client.get(f"/permohonan/{application.number}/jadwal")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/permohonan/{application.number}")
    refused = await client.post(f"/permohonan/{application.number}/jadwal", data={"jadwal": "1"})
    assert refused.status_code in (409, 422)
