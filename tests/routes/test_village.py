"""The village's room over HTTP: own village only, assisted intake, the receipt, the link to a phone [P11, P12]."""

from typing import Any

import httpx
import pytest

from components import applications, clock, intake, sessions
from components.actors import Actor
from components.founding import office_card
from components.kit import Kit
from models.application import Application
from models.history import Event
from models.rules.workflow import Role, State
from tests.components.papers.paper import page_count, size_of, text_of
from tests.support.cases import NAME, NIK, an_application
from tests.support.service import MONDAY, member_of_staff


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


async def villages() -> list[int]:
    return [row["id"] for row in await intake.villages_of(office_card().id)]


@pytest.fixture
async def registrar(client: httpx.AsyncClient) -> Actor:
    """The registrar of the first village, signed in in this browser."""
    person = await member_of_staff(Role.REGISTRAR, village_id=(await villages())[0])
    await sign_in(client, person)
    return person


async def sign_in(browser: httpx.AsyncClient, person: Actor) -> None:
    browser.cookies.clear()
    token = await sessions.begin_for_staff(person.staff_id or 0, MONDAY)
    browser.cookies.set("sesi", token, domain="loket.test")


async def of_village(state: State = State.SUBMITTED, **columns: Any) -> Application:
    """A case of the first village, taken in by its registrar."""
    return await an_application(state, channel="village", village=(await villages())[0], email="", **columns)


async def test_the_receipt_has_number_pin_and_qr_on_both_papers(
    client: httpx.AsyncClient, registrar: Actor, service: Kit
) -> None:
    """On one A6 page and on 80 mm: number, PIN, that it is free and whom to tell; printing the PIN is recorded
    [P11, F1, S2]. The QR leads to the address that asks for the PIN, never past it."""
    case = await of_village()
    page = await client.get(f"/permohonan/{case.number}/bukti")
    assert page.status_code == 200
    texts = [page.text]
    for paper, size in (("A6", (105, 148)), ("80mm", (80, 0))):
        answer = await client.get(f"/permohonan/{case.number}/bukti.pdf", params={"kertas": paper})
        assert answer.headers["cache-control"] == "no-store"
        assert page_count(answer.content) == 1
        assert size_of(answer.content)[0] == size[0]
        texts.append(text_of(answer.content))
    for text in texts:
        for wanted in (case.number, applications.pin_of(case), "GRATIS, Rp0", "SMS 1708", "SITI A*****"):
            assert wanted in text
        assert NIK not in text
        assert NAME not in text
    assert applications.address_for(case, registrar) == f"http://loket.test/permohonan/{case.number}"
    assert await Event.count().where(Event.act == "show_pin") == 3


async def test_only_who_took_it_in_prints_the_receipt(client: httpx.AsyncClient, registrar: Actor) -> None:
    """Not of a draft, not of what is over; the counter for its own files alone [P1, P11]."""
    shut = [await of_village(State.DRAFT), await of_village(State.HANDED_OVER, finished_at=MONDAY)]
    for case in shut:
        assert (await client.get(f"/permohonan/{case.number}/bukti")).status_code == 404
    await sign_in(client, await member_of_staff(Role.COUNTER))
    theirs, own = await of_village(), await an_application(State.SUBMITTED, channel="counter")
    assert (await client.get(f"/permohonan/{theirs.number}/bukti")).status_code == 404
    answer = await client.get(f"/permohonan/{own.number}/bukti.pdf")
    assert "Loket kecamatan" in text_of(answer.content)
