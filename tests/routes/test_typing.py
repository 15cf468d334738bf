"""Typing is kept while it is typed: what the browser sends by itself, what it gets, and what a page shows again."""

from urllib.parse import urlencode

import httpx
import pytest

from components import applications
from components.kit import Kit
from models.application import Application
from models.unfinished import Unfinished
from tests.support.citizen import START, Citizen, PageForm, form_to
from tests.support.databases import on_sqlite
from tests.support.drafts import CONTACT, PERSON, village
from tests.support.service import bare_app

pytestmark = on_sqlite

HTMX = {"HX-Request": "true"}
HALF = {"nik": "35151152", "tgl_lahir": "31-02-1990", "jenis_kelamin": "male", "alamat": "<b>DSN</b>"}
FRAGMENT = 1500
"""Bytes of a fragment on the wire, with its headers (design: budgets, line)."""


@pytest.fixture
def citizen(client: httpx.AsyncClient) -> Citizen:
    return Citizen(client)


@pytest.fixture
def elsewhere(service: Kit) -> Citizen:
    """The same person on another device."""
    transport = httpx.ASGITransport(app=bare_app())  # type: ignore[arg-type]
    headers = {"Sec-Fetch-Site": "same-origin"}
    return Citizen(httpx.AsyncClient(transport=transport, base_url="http://loket.test", headers=headers))


async def stored(number: str) -> Application:
    row = await Application.objects().where(Application.number == number).first()
    assert row is not None
    return row


async def come_in(other: Citizen, number: str, page: str) -> None:
    """By number and PIN, to one page."""
    await other.visit("/permohonan")
    await other.send({"nomor": number, "pin": applications.pin_of(await stored(number))})
    await other.visit(f"/permohonan/{number}/{page}")


def form_of(person: Citizen) -> PageForm:
    return form_to(person.page, person.path)


async def type_in(person: Citizen, typed: dict[str, str], **more: str) -> httpx.Response:
    """What the page sends by itself; the page stays as it is."""
    values = {**form_of(person).values, **typed, **more}
    return await person.browser.post(f"{person.path}/simpanan", data=values, headers=HTMX)


def weight(answer: httpx.Response) -> int:
    """As HTTP/1.1 writes it, uncompressed."""
    return len(answer.content) + sum(len(name) + len(value) + 4 for name, value in answer.headers.raw) + 17


async def test_half_a_page_is_there_again_on_another_device(citizen: Citizen, elsewhere: Citizen) -> None:
    """P5: what was typed and not sent is shown again wherever number and PIN are known, and says so."""
    await citizen.begin()
    number = citizen.number
    await citizen.send({**CONTACT, "desa": await village()})
    assert "kami tampilkan lagi" not in citizen.page
    answer = await type_in(citizen, HALF)
    assert answer.status_code == 200
    assert "Tersimpan " in answer.text
    assert "<html" not in answer.text
    assert weight(answer) <= FRAGMENT, weight(answer)
    await come_in(elsewhere, number, "identitas")
    assert "kami tampilkan lagi" in elsewhere.page
    kept = form_of(elsewhere).values
    assert {name: kept[name] for name in HALF} == HALF
    assert "<b>DSN" not in elsewhere.page
    assert (await stored(number)).nik_sealed == ""
    await elsewhere.send(PERSON)
    await citizen.visit(f"/permohonan/{number}/identitas")
    assert "kami tampilkan lagi" not in citizen.page
    assert form_of(citizen).values["nama"] == PERSON["nama"]


async def test_a_box_that_was_unticked_and_a_field_that_was_emptied_stay_so(citizen: Citizen) -> None:
    """P5: as typed also means as taken away."""
    await citizen.begin()
    await citizen.send({**CONTACT, "email": "siti@contoh.test", "desa": await village()})
    number = citizen.number
    await citizen.visit(f"/permohonan/{number}/kontak")
    values = form_of(citizen).values
    del values["whatsapp"]
    path = f"/permohonan/{number}/kontak/simpanan"
    await citizen.browser.post(path, data=values | {"email": ""}, headers=HTMX)
    await citizen.visit(f"/permohonan/{number}/kontak")
    kept = form_of(citizen).values
    assert "whatsapp" not in kept
    assert (kept["email"], kept["no_hp"], kept["desa"]) == ("", values["no_hp"], values["desa"])


@pytest.mark.parametrize(
    ("page", "typed", "refused_with"),
    [
        ("perubahan", {"perubahan": "signature"}, {"perubahan": "x"}),
        ("alasan", {"alasan": "damaged"}, {"alasan": "x"}),
        ("keterangan", {"catatan": "Luka di pipi"}, {"catatan": "..."}),
        (
            "kontak",
            {"no_hp": "0812", "email": "s@", "desa": "3"},
            {"no_hp": "0812", "email": "s@", "desa": ""},
        ),
        ("identitas", HALF, HALF),
    ],
)
async def test_every_page_is_kept_and_a_refusal_takes_nothing(
    citizen: Citizen, page: str, typed: dict[str, str], refused_with: dict[str, str]
) -> None:
    """P5: each page of the wizard, typed and left; and refused: it comes back as it was, and is there again later."""
    await citizen.begin(reason="physical_change")
    number = citizen.number
    path = f"/permohonan/{number}/{page}"
    await citizen.visit(path)
    assert (await type_in(citizen, typed)).status_code == 200
    await citizen.visit(path)
    kept = form_of(citizen).values
    assert {name: kept.get(name) for name in typed} == typed
    answer = await citizen.send(refused_with, path)
    assert answer.status_code == 422
    known = {name: value for name, value in refused_with.items() if value != "x"}
    for again in (answer, await citizen.visit(path)):
        given_back = form_to(again.text, path).values
        assert {name: given_back.get(name) for name in known} == known


async def test_without_scripts_a_refused_page_is_kept_as_well(citizen: Citizen, elsewhere: Citizen) -> None:
    """P5: everything typed, one date wrong, and then the phone is dead: nothing is to be typed again."""
    await citizen.begin()
    await citizen.send({**CONTACT, "desa": await village()})
    assert (await citizen.send(PERSON | {"tgl_lahir": "31-02-1990"})).status_code == 422
    await come_in(elsewhere, citizen.number, "identitas")
    kept = form_of(elsewhere).values
    assert kept["tgl_lahir"] == "31-02-1990"
    assert (kept["nik"], kept["jenis_kelamin"]) == (PERSON["nik"], "female")


async def test_two_tabs_are_told_of_each_other(citizen: Citizen, elsewhere: Citizen) -> None:
    """P5: the newer copy is shown, not written over; one may insist."""
    await citizen.begin()
    number = citizen.number
    await citizen.send({**CONTACT, "desa": await village()})
    await come_in(elsewhere, number, "identitas")
    await type_in(citizen, HALF)
    told = await type_in(elsewhere, {"nik": "999"})
    assert told.status_code == 409
    assert "Ada isian lebih baru dari perangkat lain (" in told.text
    assert "Tampilkan yang itu" in told.text
    assert weight(told) <= FRAGMENT, weight(told)
    insisting = told.text.partition('"_versi":"')[2].partition('"')[0]
    assert (await type_in(elsewhere, {"nik": "999"}, _versi=insisting)).status_code == 200
    assert (await type_in(elsewhere, {"nik": "9999"})).status_code == 200
    await citizen.visit(citizen.path)
    assert form_of(citizen).values["nik"] == "9999"


async def test_a_step_saved_elsewhere_meanwhile_is_not_written_over(
    citizen: Citizen, elsewhere: Citizen
) -> None:
    """P5: Lanjut on an older page shows the difference beside each field; the next press decides."""
    await citizen.begin()
    number = citizen.number
    contact = {**CONTACT, "desa": await village()}
    await come_in(elsewhere, number, "kontak")
    await citizen.send(contact)
    answer = await elsewhere.send(contact | {"no_hp": "0812 3456 7890"})
    assert answer.status_code == 422
    assert "Nomor HP di perangkat lain: 0857 3634 9953" in answer.text
    assert 'id="no_hp-e"' in answer.text
    assert "Tampilkan yang itu" in answer.text
    assert form_of(elsewhere).values["no_hp"] == "0812 3456 7890"
    assert applications.answered(await stored(number))["no_hp"] == "0857 3634 9953"
    await elsewhere.send({}, elsewhere.path)
    assert applications.answered(await stored(number))["no_hp"] == "0812 3456 7890"


async def test_before_sending_the_applicant_is_told_what_does_not_count_yet(citizen: Citizen) -> None:
    """P5: typed on a finished step without Lanjut: the last page says so and leads there."""
    await citizen.fill()
    number = citizen.number
    await citizen.visit(f"/permohonan/{number}/identitas")
    await type_in(citizen, {"nama": "SITI AMINAN"})
    await citizen.visit(f"/permohonan/{number}/periksa")
    assert "Ada isian yang belum ikut" in citizen.page
    await citizen.visit(f"/permohonan/{number}/identitas")
    await citizen.send({"nama": "SITI AMINAH"}, citizen.path)
    await citizen.visit(f"/permohonan/{number}/periksa")
    assert "Ada isian yang belum ikut" not in citizen.page


async def test_strangers_and_strange_forms_are_turned_away(citizen: Citizen, elsewhere: Citizen) -> None:
    """Security: typing goes into the own draft only, within bounds, and never into a finished page."""
    await citizen.begin()
    path = f"/permohonan/{citizen.number}/identitas"
    values = {"nik": "3515", "_versi": "0-0-abcdefgh"}
    assert (await elsewhere.browser.post(f"{path}/simpanan", data=values, headers=HTMX)).status_code == 403
    assert (await citizen.browser.post(f"{path}/simpanan", data={"nik": "3515"})).status_code == 409
    assert (
        await citizen.browser.post(f"{path}/simpanan", data=values | {"alamat": "x" * 9000})
    ).status_code == 409
    assert (
        await citizen.browser.post(f"{path}/simpanan", data=values | {"alamat": "x" * 40000})
    ).status_code == 413
    twice = urlencode([*values.items(), ("nik", "9")])
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await citizen.browser.post(f"{path}/simpanan", content=twice, headers=kind)).status_code == 422
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await citizen.browser.post(f"{path}/simpanan", data=values, headers=foreign)).status_code == 403
    for page in ("periksa", "berkas", "pilihan-lain"):
        answer = await citizen.browser.post(f"/permohonan/{citizen.number}/{page}/simpanan", data=values)
        assert answer.status_code in (404, 405), page
    assert await Unfinished.select().where(Unfinished.page == "identitas") == []


async def test_the_first_page_asks_nothing_of_the_server(citizen: Citizen) -> None:
    """Before there is a draft there is nowhere to keep it but the phone."""
    await citizen.visit(START)
    assert "simpanan" in citizen.page
    assert "hx-post" not in citizen.page
    assert "_versi" not in form_of(citizen).values
