"""The counter's intake over the wire, in a browser without JavaScript [R1, P1, P2]."""

import httpx
import pytest

from components import clock, sessions
from components.actors import Actor
from components.kit import Kit
from models.application import Application
from models.rules.workflow import Role, State
from tests.support.citizen import Citizen, form_to
from tests.support.databases import on_sqlite
from tests.support.drafts import PERSON, photo, village
from tests.support.service import MONDAY, member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

ROOM = "/loket/baru"
PAPERS = {"berkas_old_card": "ada", "berkas_family_card": "ada", "berkas_form_f102": "ada"}


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


async def signed_in(client: httpx.AsyncClient, *roles: Role) -> Actor:
    staff = await member_of_staff(*roles)
    token = await sessions.begin_for_staff(staff.staff_id or 0, MONDAY)
    client.cookies.set("sesi", token, domain="loket.test")
    return staff


@pytest.fixture
async def counter(client: httpx.AsyncClient) -> Citizen:
    """The officer's browser, signed in at the counter."""
    await signed_in(client, Role.COUNTER)
    return Citizen(client)


async def answers(**other: str) -> dict[str, str]:
    return {**PERSON, "desa": await village(), "perubahan": "signature", **PAPERS, **other}


async def test_from_an_empty_form_to_the_receipt(counter: Citizen) -> None:
    """One page of typing, one decision, one paper with number, PIN, QR and that it is free [P1, P2, F1]."""
    await counter.visit(ROOM)
    await counter.send(await answers(), ROOM)
    number = counter.number
    assert counter.path == f"/loket/{number}/berkas"
    assert "Terima, rekam sekarang" in counter.page
    place = counter.page.split('name="waktu" value="')[1].split('"')[0]
    await counter.send({"waktu": place}, f"/loket/{number}/putusan")
    assert "Diterima, nomor antrean C-1" in counter.page
    page = (await counter.visit(f"/loket/{number}/slip")).text
    for wanted in (number, "C-1", "PIN ", "GRATIS, Rp0"):
        assert wanted in page
    assert PERSON["nik"] not in page
    pdf = await counter.visit(f"/loket/{number}/slip.pdf?kertas=80mm")
    assert pdf.headers["content-type"] == "application/pdf"


async def test_what_is_missing_goes_back_with_a_slip(counter: Citizen) -> None:
    """And the same page takes it up again when the applicant comes back [P2]."""
    await counter.visit(ROOM)
    await counter.send(await answers(berkas_family_card="missing"), ROOM)
    number = counter.number
    await counter.send({"putusan": "kembalikan"}, f"/loket/{number}/putusan")
    assert "Dikembalikan dengan slip" in counter.page
    slip = (await counter.visit(f"/loket/{number}/slip")).text
    for wanted in ("Berkas perlu dilengkapi", "Belum dibawa", "Senin, 30 November 2026", "GRATIS, Rp0"):
        assert wanted in slip
    # Scanned or typed, the number leads to the open papers, and the list beside the intake has it, too.
    await counter.visit(ROOM)
    assert number in counter.page
    await counter.send({"kode": f"LOKET-{number}"}, "/cari")
    assert counter.path == f"/loket/{number}/berkas"


async def test_everything_at_fault_comes_back_at_once_as_typed(counter: Citizen) -> None:
    """Beside each field, and kept for who comes back later, scripts or not [P1]."""
    await counter.visit(ROOM)
    answer = await counter.send(await answers(nik="123", rt_rw="", berkas_form_f102=""), ROOM)
    assert answer.status_code == 422
    for wanted in ("nik-e", "rt_rw-e", "berkas_form_f102-e", PERSON["nama"]):
        assert wanted in counter.page
    assert await Application.count() == 0
    await counter.visit(ROOM)
    assert "lanjut=" in counter.page
    key = counter.page.split("lanjut=")[1].split('"')[0]
    await counter.visit(f"{ROOM}?lanjut={key}")
    assert PERSON["alamat"] in counter.page
    await counter.send({"nik": PERSON["nik"], "rt_rw": "003/002", "berkas_form_f102": "ada"}, ROOM)
    assert counter.path.endswith("/berkas")
    await counter.visit(ROOM)
    assert "lanjut=" not in counter.page


async def test_the_rule_is_explained_and_an_officer_may_ask_for_a_look(counter: Citizen) -> None:
    """No photo for any other reason alone; with a written reason it goes on, marked for the decision [R3, R4]."""
    await counter.visit(ROOM)
    await counter.send(await answers(perubahan="photo", alasan="other"), ROOM)
    assert "Yang masih bisa dipilih" in counter.page
    await counter.send({"catatan": "Wajah tidak dikenali alat di bank."}, ROOM)
    assert "Perlu pemeriksaan petugas" in counter.page
    form = form_to(counter.page, f"/loket/{counter.number}/putusan")
    assert form.values["alasan_tertulis"].strip() == "Wajah tidak dikenali alat di bank."


async def test_typing_is_kept_and_thrown_away(counter: Citizen) -> None:
    """What the page sends by itself, and the list's way to remove it."""
    await counter.visit(ROOM)
    form = form_to(counter.page, ROOM)
    kept = await counter.browser.post(
        f"{ROOM}/simpanan", data={**form.values, "nama": "SITI"}, headers={"HX-Request": "true"}
    )
    assert "Tersimpan 09.00 WIB" in kept.text
    await counter.visit(ROOM)
    key = form.values["_draf"]
    await counter.send({}, f"{ROOM}/{key}/penghapusan")
    assert "Tidak ada isian yang tertinggal" in counter.page


async def test_what_is_too_long_to_be_kept_still_comes_back(counter: Citizen) -> None:
    """Refused beside its field, with all that was typed [P1]."""
    await counter.visit(ROOM)
    answer = await counter.send(await answers(alamat="X" * 9000), ROOM)
    assert answer.status_code == 422
    assert "alamat-e" in counter.page
    assert PERSON["nama"] in counter.page


async def test_papers_may_be_photographed(counter: Citizen) -> None:
    """For the file alone: what was found of the paper stays, and nobody has to [R1]."""
    await counter.visit(ROOM)
    await counter.send(await answers(berkas_family_card="missing"), ROOM)
    number = counter.number
    action = f"/permohonan/{number}/berkas/family_card"
    form = form_to(counter.page, action)
    picture = ("kk.jpg", photo("siti-kk.jpg"), "image/jpeg")
    counter.answer = await counter.browser.post(
        action, data=form.values, files={form.files[0]: picture}, follow_redirects=True
    )
    assert counter.path == f"/loket/{number}/berkas"
    assert form_to(counter.page, f"/loket/{number}/putusan").values["berkas_family_card"] == "missing"
    page_id = counter.page.split("/lembar/")[1].split('"')[0]
    await counter.send({}, f"/permohonan/{number}/lembar/{page_id}/penghapusan")
    assert "/lembar/" not in counter.page


async def test_only_the_counter_takes_in_and_decides(client: httpx.AsyncClient, service: Kit) -> None:
    """A file of another channel is not there for this page; an operator is told that it is not theirs [G1, M5]."""
    await signed_in(client, Role.OPERATOR)
    assert (await client.get(ROOM)).status_code == 403
    await signed_in(client, Role.COUNTER)
    browser = Citizen(client)
    await browser.visit(ROOM)
    await browser.send(await answers(), ROOM)
    number = browser.number
    await Application.update({Application.channel: "online"}).where(Application.number == number)
    for path in (f"/loket/{number}/berkas", f"/loket/{number}/slip", "/loket/KRN-ZZZZZZ/berkas"):
        assert (await client.get(path)).status_code == 404
    assert (await Application.objects().first()).state == State.SUBMITTED  # type: ignore[union-attr]
