"""The village's room over HTTP: own village only, assisted intake, the receipt, the link to a phone [P11, P12]."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from components import (
    applications,
    casework,
    clock,
    documents,
    hints,
    history,
    intake,
    notifications,
    sessions,
)
from components.actors import SYSTEM, Actor
from components.founding import office_card
from components.kit import Kit
from components.particulars import opened
from models.application import Application
from models.history import Event
from models.notification import Message
from models.office import Village
from models.rules.catalogue import DocumentKind
from models.rules.messages import Kind
from models.rules.workflow import Act, Role, State
from tests.components.papers.paper import page_count, size_of, text_of
from tests.faults.people import browser
from tests.routes.test_status import words
from tests.routes.test_weight import FURTHER_PAGE, wire
from tests.support.cases import NAME, NIK, an_application, fresh
from tests.support.citizen import Citizen
from tests.support.databases import on_sqlite
from tests.support.drafts import PERSON, PHOTOS, light
from tests.support.service import MONDAY, member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

TICKS = dict.fromkeys(("cek_nama", "cek_kk", "cek_tanda_tangan", "cek_ktp"), "ya")
NOTHING = {"_kunci": ""}
NO_CONTACT = {"no_hp": "", "whatsapp": "", "email": ""}


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


async def village_id(place: int = 0) -> int:
    rows = await intake.villages_of(office_card().id)
    return int(rows[place]["id"])


@pytest.fixture
async def registrar(client: httpx.AsyncClient) -> Actor:
    """The registrar of the first village, signed in in this browser."""
    person = await member_of_staff(Role.REGISTRAR, village_id=await village_id())
    await sign_in(client, person)
    return person


async def sign_in(client: httpx.AsyncClient, person: Actor) -> None:
    client.cookies.clear()
    token = await sessions.begin_for_staff(person.staff_id or 0, MONDAY)
    client.cookies.set("sesi", token, domain="loket.test")


async def of_village(state: State = State.SUBMITTED, place: int = 0, **columns: Any) -> Application:
    """A case that a village's registrar took in, of somebody who cannot be reached but through the village."""
    village = await village_id(place)
    return await an_application(state, channel="village", village=village, email="", **columns)


async def begun(client: httpx.AsyncClient, **typed: str) -> Citizen:
    """The registrar at the first question after the notice was read aloud."""
    helper = Citizen(client)
    await helper.visit("/desa/warga-baru")
    await helper.send({"dibacakan": "ya", "perubahan": "signature", **typed}, "/desa/warga-baru")
    assert helper.path.endswith("/kontak")
    return helper


# --- taking in ---


async def test_nothing_begins_before_the_notice_was_read_aloud(
    client: httpx.AsyncClient, registrar: Actor
) -> None:
    """Both faults at once beside their fields; then by whom and when it was read is a line of the history [P11]."""
    page = await client.get("/pengajuan/ktp/perubahan-biometrik")
    assert page.headers["location"] == "/desa/warga-baru"
    form = await client.get("/desa/warga-baru")
    first = re.search(
        r"<(?:input|select|textarea)(?! type=\"hidden\")[^>]*>", form.text.partition("<main")[2]
    )
    assert first is not None
    assert "autofocus" in first[0], "the keyboard is in the first field"
    answer = await client.post("/desa/warga-baru", data=NOTHING)
    assert answer.status_code == 422
    assert "Bacakan dulu" in answer.text
    assert "Pilih satu dulu" in answer.text
    assert await Application.count() == 0
    await begun(client, kuasa="ya")
    case = await Application.objects().first()
    assert case is not None
    assert (case.channel, case.village, case.represented) == ("village", registrar.village_id, True)
    note = next(line for line in await history.lines(case.id) if line.act == "notice_read")
    assert (note.actor, note.happened_at) == (registrar.label, MONDAY)
    assert "represented" in note.details
    assert [slot.kind for slot in await documents.slots(case)][-1] is DocumentKind.AUTHORITY


async def test_a_neighbour_without_a_phone_gets_all_the_way(
    client: httpx.AsyncClient, registrar: Actor
) -> None:
    """No phone, no e-mail, the registrar's own village; the band on every page; nothing of it is sent before every
    comparison is ticked [P11, P12]."""
    helper = await begun(client)
    await helper.send(NO_CONTACT, helper.path)
    case = await Application.objects().first()
    assert case is not None
    assert helper.path == f"/permohonan/{case.number}/identitas"
    assert "warga baru" in helper.page
    assert "autofocus" in helper.page
    await helper.send({**PERSON}, helper.path)
    for page in ("kontak", "identitas", "berkas", "periksa", "alih-hp"):
        seen = words((await client.get(f"/permohonan/{case.number}/{page}")).text)
        assert "Anda mengisi untuk SITI A." in seen
    for kind in DocumentKind("old_card"), DocumentKind("family_card"), DocumentKind("form_f102"):
        await helper.visit(f"/permohonan/{case.number}/berkas")
        await helper.upload(kind, light(PHOTOS[kind]))
    await helper.visit(f"/permohonan/{case.number}/periksa")
    sending = f"/permohonan/{case.number}/pengajuan"
    answer = await helper.send({**TICKS, "cek_kk": ""}, sending)
    assert answer.status_code == 422
    assert answer.text.count("Cocokkan dulu, lalu centang.") == 1
    assert (await fresh(case)).state == State.DRAFT
    assert await Event.count().where(Event.act == "precheck") == 0
    await helper.send(TICKS, sending)
    assert helper.path == f"/permohonan/{case.number}/tanda-terima"
    sent = await fresh(case)
    assert (sent.state, opened(sent).phone, sent.village) == (State.SUBMITTED, "", registrar.village_id)
    assert "Warga berikutnya" in helper.page
    assert f"/permohonan/{case.number}/bukti" in helper.page
    file = await hints.of_file(sent, opened(sent), await documents.slots(sent), MONDAY)
    assert "Berkas sudah dicocokkan petugas desa." in [hint.words for hint in file]


async def test_the_next_neighbour_starts_with_the_street_and_nothing_else(
    client: httpx.AsyncClient, registrar: Actor
) -> None:
    """RT/RW of the neighbour before, today; never a name, a number or a contact of anybody [P12]."""
    first = await begun(client)
    await first.send({"no_hp": "0857 3634 9953", "whatsapp": "ya", "email": ""}, first.path)
    await first.send(PERSON, first.path)
    second = await begun(client)
    contact = second.page
    page = await second.visit(second.path.replace("kontak", "identitas"))
    assert 'value="003/002"' in page.text
    assert 'value=""' in page.text
    for secret in ("SITI", "3515", "MELATI", "0857"):
        assert secret not in page.text
    assert "0857" not in contact
    stranger = await member_of_staff(Role.REGISTRAR, village_id=await village_id(1))
    await sign_in(client, stranger)
    other = await begun(client)
    assert "003/002" not in (await other.visit(other.path.replace("kontak", "identitas"))).text


# --- whose it is ---


async def test_another_village_meets_what_does_not_exist(client: httpx.AsyncClient, registrar: Actor) -> None:
    """Word for word the page of an unknown number, also where another registrar may act [P11, G1]."""
    theirs = await of_village(State.RETURNED, place=1, correction_due_at=MONDAY + timedelta(hours=20))
    message = await told_by_village(theirs)
    for tail in ("", "/berkas", "/identitas", "/bukti", "/bukti.pdf", "/alih-hp", "/slip", "/f-1.02"):
        seen, unknown = [
            await client.get(f"/permohonan/{number}{tail}") for number in (theirs.number, "KRN-ZZZZZZ")
        ]
        assert seen.status_code == unknown.status_code == 404
        assert seen.text == unknown.text
    for path in (f"/permohonan/{theirs.number}/alih-hp", f"/desa/kabar/{message.id}/penyampaian"):
        assert (await client.post(path, data=NOTHING)).status_code == 404
    assert theirs.number not in (await client.get("/desa")).text
    assert theirs.number not in (await client.get("/desa/rekap")).text
    assert theirs.number not in (await client.post("/desa/pencarian", data={"cari": NAME})).text
    assert (await Message.objects().get(Message.id == message.id)).state == "waiting"  # type: ignore[union-attr]


async def told_by_village(case: Application, kind: Kind = Kind.CORRECTION_ASKED) -> Message:
    """The message that waits for the registrar."""
    await notifications.tell(kind, case, MONDAY)
    row = await Message.objects().where(Message.application == case.id).first()
    assert row is not None
    return row


# --- the day ---


async def test_the_list_says_what_to_do_first(client: httpx.AsyncClient, registrar: Actor) -> None:
    """Due today before due tomorrow, with the reason; news for who has no phone; cards; drafts; search [P7, G4]."""
    later = await of_village(
        State.RETURNED, correction_due_at=MONDAY + timedelta(hours=27), decided_reason="- KTP-el lama: Buram."
    )
    first = await of_village(
        State.RETURNED, correction_due_at=MONDAY + timedelta(hours=3), decided_reason="- KK: Terpotong."
    )
    ready = await of_village(State.READY, ready_at=MONDAY - timedelta(days=3))
    message = await told_by_village(ready, Kind.READY)
    drafts = [await of_village(State.DRAFT, name="") for _ in range(8)]
    elsewhere = await an_application(State.RETURNED, village=registrar.village_id)
    page = await client.get("/desa")
    seen = words(page.text)
    assert seen.index(first.number) < seen.index(later.number) < seen.index(ready.number)
    for wanted in (
        "Perlu diperbaiki: 2", "hari ini, 12.00 WIB. KK: Terpotong.", "Sampaikan kepada warga: 1",
        "KTP-el belum diambil: 1", "Draf belum dikirim: 8", "Lihat semua 8",
    ):  # fmt: skip
        assert wanted in seen
    assert elsewhere.number not in seen
    light = await client.get("/desa", headers={"Accept-Encoding": "br"})
    assert wire(light) <= FURTHER_PAGE
    alone = words((await client.get("/desa", params={"bagian": "draf"})).text)
    assert all(draft.number in alone for draft in drafts)
    answer = await client.post(f"/desa/kabar/{message.id}/penyampaian", data=NOTHING)
    assert answer.headers["location"] == "/desa"
    assert "Sampaikan kepada warga" not in (await client.get("/desa")).text
    assert [line.act for line in await history.lines(ready.id)][-1] == "message_sent"
    for sought in ("siti aminah", f"LOKET-{ready.number}", ready.number[4:]):
        assert ready.number in (await client.post("/desa/pencarian", data={"cari": sought})).text
    nobody = await client.post("/desa/pencarian", data={"cari": "%"})
    assert "Tidak ditemukan" in nobody.text


async def test_the_recap_counts_the_day_and_masks_the_names(
    client: httpx.AsyncClient, registrar: Actor
) -> None:
    """What was sent and returned that day, on the screen and on A4 for the file; yesterday has its own [P12, M5]."""
    case = await of_village()
    operator = await member_of_staff(Role.OPERATOR)
    await casework.advance(
        case, Act.RETURN, operator, MONDAY, changes={"correction_due_at": MONDAY + timedelta(days=1)}
    )
    page = words((await client.get("/desa/rekap")).text)
    pdf = (await client.get("/desa/rekap.pdf")).content
    assert size_of(pdf) == (210, 297)
    for text in (page, text_of(pdf)):
        for wanted in (
            "Rekap Senin, 23 November 2026",
            "Dikirim ke kecamatan: 1",
            "Dikembalikan kecamatan: 1",
        ):
            assert wanted in text
        assert text.count(case.number) == 2
        assert "SITI A*****" in text
        assert NAME not in text
    assert case.number not in (await client.get("/desa/rekap", params={"tanggal": "2026-11-22"})).text
    assert "Rekap Senin, 23" in (await client.get("/desa/rekap", params={"tanggal": "besok"})).text


# --- the citizen's own phone ---


async def test_a_case_goes_over_to_a_phone_once(client: httpx.AsyncClient, registrar: Actor) -> None:
    """A preview changes nothing; the first press lets in, and the same press again; nobody else. Both sides see it,
    the registrar keeps seeing the case, and the token is stored nowhere [P11]."""
    case = await of_village(State.DRAFT)
    made = await client.post(f"/permohonan/{case.number}/alih-hp", data=NOTHING)
    link = re.search(r"http://loket\.test(/alih/[\w-]+)", made.text)
    assert link is not None
    path = link[1]
    async with browser() as phone, browser() as thief:
        for _ in range(2):
            assert "Buka permohonan" in (await phone.get(path)).text
        assert await Event.count().where(Event.act == "handed_to_phone") == 0
        for _ in range(2):
            answer = await phone.post(path, data={"_kunci": "satu"})
            assert answer.headers["location"] == f"/permohonan/{case.number}"
        assert (
            "Dialihkan petugas desa ke HP Anda" in (await phone.get(f"/permohonan/{case.number}/kontak")).text
        )
        assert (await thief.post(path, data={"_kunci": "dua"})).status_code == 404
        own = await thief.post(
            "/pengajuan/ktp/perubahan-biometrik", data={"_kunci": "x", "perubahan": "photo"}
        )
        assert own.status_code == 303
        stolen = await thief.post(path, data={"_kunci": "x", "perubahan": "photo"})
        assert stolen.status_code == 404
        assert (await thief.get(f"/permohonan/{case.number}/kontak")).status_code == 403
    assert await Event.count().where(Event.act == "handed_to_phone") == 1
    kept = (await client.get(f"/permohonan/{case.number}/kontak")).text
    assert "Dialihkan ke HP pemohon 23 Nov 2026, 09.00 WIB" in words(kept)


async def test_a_link_ends_after_a_day_and_with_the_next_one(
    client: httpx.AsyncClient, registrar: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the newest counts; not for staff; not the day after [P11]."""
    case = await of_village(State.DRAFT)
    pages = [await client.post(f"/permohonan/{case.number}/alih-hp", data=NOTHING) for _ in range(2)]
    old, new = [re.findall(r"http://loket\.test(/alih/[\w-]+)", page.text)[0] for page in pages]
    assert (await client.post(new, data=NOTHING)).status_code == 422, "a desk is no phone"
    async with browser() as phone:
        assert (await phone.get(old)).status_code == 404
        assert (await phone.get(new)).status_code == 200
        monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(hours=24))
        assert (await phone.post(new, data=NOTHING)).status_code == 404
    await casework.advance(case, Act.DISCARD, SYSTEM, MONDAY)
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    assert (await client.post(f"/permohonan/{case.number}/alih-hp", data=NOTHING)).status_code == 422


# --- the receipt ---


async def test_the_receipt_has_number_pin_and_qr_on_both_papers(
    client: httpx.AsyncClient, registrar: Actor, service: Kit
) -> None:
    """On one A6 page and on 80 mm: number, PIN, that it is free and whom to tell; printing the PIN is recorded
    [P11, F1, S2]. The QR leads to the address that asks for the PIN, never past it."""
    case = await of_village()
    page = await client.get(f"/permohonan/{case.number}/bukti")
    assert page.status_code == 200
    texts = [page.text]
    for paper, width in (("A6", 105), ("80mm", 80)):
        answer = await client.get(f"/permohonan/{case.number}/bukti.pdf", params={"kertas": paper})
        assert answer.headers["cache-control"] == "no-store"
        assert page_count(answer.content) == 1
        assert size_of(answer.content)[0] == width
        texts.append(text_of(answer.content))
    village = await Village.objects().get(Village.id == registrar.village_id)
    assert village is not None
    for text in texts:
        for wanted in (case.number, applications.pin_of(case), "GRATIS, Rp0", "SMS 1708", "SITI A*****"):
            assert wanted in text
        assert village.name in text
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
