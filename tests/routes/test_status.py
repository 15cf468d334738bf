"""The applicant's page in every state: one thing to do, the date promised, the way so far [P7, P8, T1, F1]."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from components import access, appointments, clock, history, notifications, passing_on, sessions, status
from components.actors import SYSTEM, applicant
from components.kit import Kit
from models.application import Application
from models.card_stock import Handover
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.messages import Kind
from models.rules.workflow import FINISHED, Act, Role, State
from tests.support.cases import NAME, NIK, an_application, fresh, tell_history, with_documents
from tests.support.databases import on_sqlite
from tests.support.outbox import messages, reachable
from tests.support.service import MONDAY, member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

NOON_TOMORROW = datetime(2026, 11, 24, 5, 0, tzinfo=MONDAY.tzinfo)
DATES: dict[str, Any] = {
    "promise_at": MONDAY + timedelta(days=2, hours=6),
    "correction_due_at": NOON_TOMORROW,
    "returned_at": MONDAY,
    "ready_at": MONDAY,
    "finished_at": MONDAY,
}


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


async def let_in(browser: httpx.AsyncClient, application: Application) -> None:
    """As after number and PIN."""
    browser.cookies.clear()
    browser.cookies.set("sesi", await sessions.let_in(application.id, MONDAY), domain="loket.test")


async def page_of(browser: httpx.AsyncClient, application: Application) -> str:
    """The words of the status page, without its marks."""
    await let_in(browser, application)
    answer = await browser.get(f"/permohonan/{application.number}")
    assert answer.status_code == 200
    return words(answer.text)


def words(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
async def test_every_state_has_its_page(client: httpx.AsyncClient, service: Kit, state: State) -> None:
    """Number, what, a short name; one action card; never the NIK or the whole name; free of charge [F1]."""
    application = await an_application(State.ACCEPTED if state is State.SCHEDULED else state, **DATES)
    if state is State.SCHEDULED:
        await appointments.give_earliest(application, SYSTEM, MONDAY)
    await with_documents(application)
    await let_in(client, application)
    answer = await client.get(f"/permohonan/{application.number}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    text = words(answer.text)
    for wanted in (application.number, "ganti foto", "SITI A. P.", "Perjalanan berkas", "Gratis, Rp0"):
        assert wanted in text
    for secret in (NIK, "3515110302140000", NAME, "siti@contoh.test"):
        assert secret not in answer.text
    assert len(re.findall(r'class="(?:utama |tiket)', answer.text)) <= 1
    assert answer.text.count('aria-current="step"') == (0 if state in FINISHED else 1)


async def test_a_returned_one_says_what_until_when_and_what_is_right(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """Reasons per document, the absolute deadline beside "besok", what is left, and what need not be sent [P7]."""
    application = await an_application(State.RETURNED, **DATES)
    await with_documents(application, {DocumentKind.FAMILY_CARD: [RejectReason.CUT]})
    text = await page_of(client, application)
    for wanted in (
        "Foto ulang Kartu Keluarga",
        "Paling lambat besok, 12.00 WIB",
        "Selasa, 24 November 2026",
        "Sisa 1 hari 3 jam",
        "Ada bagian yang terpotong. Foto lagi seluruh lembar",
        "KTP-el lama dan Formulir F-1.02 sudah benar. Tidak perlu dikirim lagi.",
        "Sekarang: menunggu Kartu Keluarga (KK) dari Anda",
    ):
        assert wanted in text
    assert "Janji kami" not in text, "no clock runs while it is in the applicant's hands [T1]"


async def test_several_faults_are_listed_with_the_officers_own_words(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """Each document under its name; "other" is the note alone [P7]."""
    application = await an_application(State.RETURNED, **DATES)
    both = {DocumentKind.OLD_CARD: [RejectReason.OTHER], DocumentKind.FORM_F102: [RejectReason.UNSIGNED]}
    await with_documents(application, both)
    text = await page_of(client, application)
    assert "Perbaiki 2 dokumen" in text
    assert "Belum ditandatangani" in text
    assert "Lihat catatan petugas" not in text


@pytest.mark.parametrize(
    ("minutes", "begun", "wanted"),
    [
        (-30, False, "hari ini, 12.00 WIB"),
        (0, False, "Sisa kurang dari 1 menit"),
        (1, False, "Batas waktu sudah lewat"),
        (1, True, "Selesaikan sebelum 13.00 WIB"),
        (61, True, "Batas waktu sudah lewat"),
    ],
)
async def test_around_noon_the_page_tells_the_truth(
    client: httpx.AsyncClient,
    service: Kit,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    begun: bool,
    wanted: str,
) -> None:
    """Before, at, after, and in the hour that an upload begun in time is given [P7]."""
    upload = NOON_TOMORROW - timedelta(minutes=5) if begun else None
    application = await an_application(State.RETURNED, **DATES, upload_begun_at=upload)
    await with_documents(application, {DocumentKind.FAMILY_CARD: [RejectReason.CUT]})
    await let_in(client, application)
    now = NOON_TOMORROW + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert wanted in words((await client.get(f"/permohonan/{application.number}")).text)


async def test_a_paper_file_is_mended_at_the_counter(client: httpx.AsyncClient, service: Kit) -> None:
    """Who came with paper is asked to bring paper, not to photograph it [P2]."""
    application = await an_application(State.RETURNED, **DATES, channel="counter")
    await with_documents(application, {DocumentKind.FAMILY_CARD: [RejectReason.CUT]})
    text = await page_of(client, application)
    assert "Bawa dokumen yang benar ke loket" in text
    assert "Perbaiki sekarang" not in text


async def test_the_correction_page_locks_what_is_right(client: httpx.AsyncClient, service: Kit) -> None:
    """Only the bad document has a place to send it; in any other state it leads back to the status [P7]."""
    application = await an_application(State.RETURNED, **DATES)
    await with_documents(application, {DocumentKind.FAMILY_CARD: [RejectReason.CUT]})
    await let_in(client, application)
    path = f"/permohonan/{application.number}"
    page = (await client.get(f"{path}/perbaikan")).text
    assert f'action="{path}/pengajuan"' in page
    assert set(re.findall(rf'action="{path}/berkas/(\w+)', page)) == {"family_card"}
    other = await an_application(State.SUBMITTED)
    await let_in(client, other)
    answer = await client.get(f"/permohonan/{other.number}/perbaikan")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/permohonan/{other.number}")


async def test_a_scheduled_one_shows_its_ticket(client: httpx.AsyncClient, service: Kit) -> None:
    """Date, time, queue number, QR, place, what to bring; print, move, calendar [P8]."""
    application = await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    text = await page_of(client, application)
    for wanted in (
        "Datang ke kecamatan Senin, 23 November 2026 11.00 WIB",
        "B-1",
        "Kantor Kecamatan Krian",
        "Bawa yang asli: KTP-el lama, Kartu Keluarga (KK)",
        "Cetak jadwal",
        "Ganti jadwal",
        "Simpan ke kalender HP",
        "Jadi paling lambat Rabu, 25 November 2026, 15.00 WIB, jika tidak ada kendala teknis.",
        "Sekarang: menunggu Anda datang",
    ):
        assert wanted in text
    page = (await client.get(f"/permohonan/{application.number}")).text
    assert f'aria-label="Kode QR LOKET-{application.number}"' in page


async def test_the_way_so_far_has_dates_from_the_history(client: httpx.AsyncClient, service: Kit) -> None:
    """Done with its date, now, and what is still to come [T1]."""
    application = await an_application(State.CAPTURED, **DATES)
    for minutes, act in ((5, Act.ACCEPT), (10, Act.SCHEDULE), (15, Act.ARRIVE), (20, Act.CAPTURE)):
        await tell_history(application, act, MONDAY + timedelta(minutes=minutes))
    text = await page_of(client, application)
    for wanted in (
        "Dikirim Senin, 23 November, 08.00 WIB",
        "Diperiksa: lengkap Senin, 23 November, 09.05 WIB",
        "Direkam Senin, 23 November, 09.20 WIB",
        "Sekarang: KTP-el dicetak",
        "KTP-el diserahkan",
    ):
        assert wanted in text
    assert "Dijadwalkan" not in text


async def test_a_late_one_begins_with_an_apology(client: httpx.AsyncClient, service: Kit) -> None:
    """Late: said by us, with the date that was promised [G3, T1]."""
    long_ago = MONDAY - timedelta(days=7)
    application = await an_application(State.SUBMITTED, submitted_at=long_ago, received_at=long_ago)
    assert "Mohon maaf, kami terlambat" in await page_of(client, application)


async def test_a_ready_one_says_where_and_that_it_costs_nothing(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """Where, what to bring, who may collect it, Rp0 [G4, F1, P13]."""
    text = await page_of(client, await an_application(State.READY, **DATES))
    for wanted in ("KTP-el Anda sudah jadi", "Soenandar Priyo Sudarmo", "Bawa KTP-el lama", "satu KK", "Rp0"):
        assert wanted in text


async def test_a_handed_over_one_leads_to_its_receipt(client: httpx.AsyncClient, service: Kit) -> None:
    """The receipt that anybody can check, and whom to call when it was not you [P13, S1]."""
    application = await an_application(State.HANDED_OVER, **DATES)
    counter = await member_of_staff(Role.COUNTER)
    await Handover(
        application=application.id, receiver="holder", code="AB12CD34", given_by=counter.staff_id,
        happened_at=MONDAY, entered_at=MONDAY,
    ).save()  # fmt: skip
    await let_in(client, application)
    page = (await client.get(f"/permohonan/{application.number}")).text
    assert 'href="/r/AB12CD34"' in page
    assert "Segera telepon" in page


async def test_a_refused_one_says_why_and_what_instead(client: httpx.AsyncClient, service: Kit) -> None:
    """The officer's reason, and the way on."""
    reason = "NIK Anda terdaftar di kecamatan lain. Ajukan di Kecamatan Balongbendo."
    text = await page_of(client, await an_application(State.REFUSED, **DATES, decided_reason=reason))
    assert reason in text
    assert "Ajukan permohonan lain" in text


async def test_a_lapsed_one_is_reopened_by_one_button(client: httpx.AsyncClient, service: Kit) -> None:
    """One tap, a new draft, this browser is let into it, and a second tap leads to the same [P7]."""
    application = await an_application(State.LAPSED, **DATES)
    await with_documents(application, {DocumentKind.FAMILY_CARD: [RejectReason.CUT]})
    await let_in(client, application)
    path = f"/permohonan/{application.number}"
    assert "Buka kembali" in (await client.get(path)).text
    places = set()
    for key in ("a", "b"):
        answer = await client.post(f"{path}/pembukaan-kembali", data={"_kunci": key})
        assert answer.status_code == 303
        places.add(answer.headers["location"])
    (place,) = places
    assert place != path
    draft = await client.get(place)
    assert draft.status_code == 303, "a draft goes on where it was left"
    assert draft.headers["location"].startswith(place + "/")
    assert (await client.get(path)).status_code == 200, "and the old one is still open here"


async def test_what_did_not_lapse_is_not_reopened(client: httpx.AsyncClient, service: Kit) -> None:
    """Said in words, and nothing is copied."""
    application = await an_application(State.SUBMITTED)
    await let_in(client, application)
    answer = await client.post(f"/permohonan/{application.number}/pembukaan-kembali")
    assert answer.status_code == 422
    assert await Application.count() == 1


async def test_withdrawing_asks_once_and_frees_the_appointment(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """A page with the question, a POST, and the place is free [P8]."""
    application = await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    await let_in(client, application)
    path = f"/permohonan/{application.number}"
    question = (await client.get(f"{path}/pembatalan")).text
    assert "Batalkan permohonan?" in question
    assert "Jadwal Anda diberikan kepada orang lain" in question
    assert (await fresh(application)).state == State.SCHEDULED, "looking changes nothing"
    for _ in range(2):
        answer = await client.post(f"{path}/pembatalan", data={"_kunci": "k"})
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert (await fresh(application)).state == State.WITHDRAWN
    assert await appointments.current(application.id) is None
    assert "Permohonan ini dibatalkan" in (await client.get(path)).text
    assert (await client.get(f"{path}/pembatalan")).status_code == 303
    late = await client.post(f"{path}/pembatalan", data={"_kunci": "z"})
    assert (late.status_code, late.headers["location"]) == (303, path)


async def test_what_is_being_captured_is_no_longer_withdrawn(client: httpx.AsyncClient, service: Kit) -> None:
    """From check-in on the office is at work [G1]."""
    application = await an_application(State.ARRIVED)
    await let_in(client, application)
    assert "/pembatalan" not in (await client.get(f"/permohonan/{application.number}")).text
    assert (
        await client.post(f"/permohonan/{application.number}/pembatalan", data={"_kunci": "z"})
    ).status_code == 303
    assert (await fresh(application)).state == State.ARRIVED


async def test_the_pin_is_shown_to_its_holder_and_not_to_staff(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """An officer sees the same page without it."""
    application = await an_application(State.SUBMITTED)
    pin = access.keys_of(application).pin
    assert pin in await page_of(client, application)
    operator = await member_of_staff(Role.OPERATOR)
    assert operator.staff_id is not None
    client.cookies.clear()
    client.cookies.set("sesi", await sessions.begin_for_staff(operator.staff_id, MONDAY), domain="loket.test")
    answer = await client.get(f"/permohonan/{application.number}")
    assert answer.status_code == 200
    assert pin not in answer.text


@pytest.mark.parametrize("path", ["", "/perbaikan", "/pembatalan"])
async def test_others_are_asked_for_the_pin_and_learn_nothing(
    client: httpx.AsyncClient, service: Kit, path: str
) -> None:
    """Somebody else's number and one that does not exist look the same [G1]."""
    mine, other = await an_application(State.SUBMITTED), await an_application(State.SUBMITTED)
    await let_in(client, mine)
    pages = [await client.get(f"/permohonan/{number}{path}") for number in (other.number, "KRN-ZZZZZZ")]
    assert [page.status_code for page in pages] == [403, 403]
    plain = [re.sub(r"KRN-\w{6}|_kunci.*", "", page.text) for page in pages]
    assert plain[0] == plain[1]
    for act in ("pembatalan", "pembukaan-kembali"):
        assert (await client.post(f"/permohonan/{other.number}/{act}")).status_code == 403
    assert (await fresh(other)).state == State.SUBMITTED


async def test_the_number_is_read_kindly(client: httpx.AsyncClient, service: Kit) -> None:
    """Lower case in the address bar, and what can never be a number."""
    application = await an_application(State.SUBMITTED)
    await let_in(client, application)
    assert (await client.get(f"/permohonan/{application.number.lower()}")).status_code == 200
    assert (await client.get("/permohonan/bukan-nomor")).status_code == 404


async def test_names_with_marks_are_shown_as_words(client: httpx.AsyncClient, service: Kit) -> None:
    """What somebody wrote is text, whatever it looks like."""
    note = "<script>alert(1)</script> & 'kutip'"
    application = await an_application(State.REFUSED, **DATES, decided_reason=note)
    await let_in(client, application)
    page = (await client.get(f"/permohonan/{application.number}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_a_deadline_we_moved_says_that_it_was_us(service: Kit) -> None:
    """The applicant reads on the page why there is more time than until noon [P7]."""
    application = await an_application(State.RETURNED, **DATES)
    holder = applicant(application.id)
    await history.record(application.id, "return", SYSTEM, Role.SYSTEM, MONDAY)
    assert not (await status.sheet(application, holder, MONDAY)).deadline_moved
    await history.record(application.id, "deadline_moved", SYSTEM, Role.SYSTEM, MONDAY)
    assert (await status.sheet(application, holder, MONDAY)).deadline_moved


async def test_a_silent_number_is_said_and_mended_on_the_page(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """[G4] Kindly, with the number masked; what was typed wrongly stays; after another one nothing is said any more."""
    row = await reachable(State.READY, email="", ready_at=MONDAY)
    assert "tidak menerima pesan" not in await page_of(client, row)
    await notifications.tell(Kind.READY, row, MONDAY)
    (draft,) = await messages(row)
    await passing_on.not_reached(draft.id, await member_of_staff(Role.OPERATOR), MONDAY)
    page = await page_of(client, row)
    assert "Nomor WA ini tidak menerima pesan" in page
    assert "0857****953" in page
    path = f"/permohonan/{row.number}/kontak-baru"
    assert "Nomor HP lain" in (await client.get(path)).text
    wrong = await client.post(path, data={"_kunci": "a", "no_hp": "0812 34", "whatsapp": "ya"})
    assert wrong.status_code == 422
    assert "0812 34" in wrong.text
    right = await client.post(path, data={"_kunci": "b", "no_hp": "0812 3456 7890", "whatsapp": "ya"})
    assert right.headers["location"] == f"/permohonan/{row.number}"
    page = await page_of(client, row)
    assert "tidak menerima pesan" not in page
    assert "0812****890" in page
    await Application.update({Application.state: "handed_over"}).where(Application.id == row.id)
    assert (await client.get(path)).headers["location"] == f"/permohonan/{row.number}"
