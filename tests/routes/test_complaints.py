"""/pengaduan over HTTP: channels, form, following by PIN, register, what officers must not learn [C1, S2, F1, M4]."""

import re
from hashlib import sha256

import httpx
import pytest

from components import access, complaint_messages, complaints, publishing
from components.founding import office_card
from components.kit import Kit
from components.notifications import body_of
from models.complaint import Complaint, Evidence
from models.history import Event
from models.rules.complaints import ComplaintState
from models.rules.workflow import Role
from tests.faults.citizen import photo
from tests.faults.people import browser, signed_in
from tests.support.databases import Kind

TOLD = {"jenis": "complaint", "uraian": "Antre dua jam, loket kosong.", "identitas": "named"}
LEVY = {"jenis": "levy", "uraian": "Diminta Rp50.000 di loket.", "identitas": "anonymous"}


@pytest.fixture
def kind() -> Kind:
    """The database makes no difference to a screen."""
    return "sqlite"


async def sent(client: httpx.AsyncClient, path: str = "/pengaduan/baru", **typed: str) -> httpx.Response:
    return await client.post(path, data={"_kunci": sha256(repr((path, typed)).encode()).hexdigest(), **typed})


async def the_only_one() -> Complaint:
    (row,) = await Complaint.objects()
    return row


async def test_every_channel_of_the_standard_works(client: httpx.AsyncClient) -> None:
    """[C1, S2] Links that can be tapped, and outside channels for levies without the task force that is no more."""
    page = (await client.get("/pengaduan")).text
    for start in (
        "tel:+62318971010",
        "mailto:kec.krian@gmail.com",
        "https://wa.me/6285736349953",
        "sms:1708",
    ):
        assert f'href="{start}' in page
    for site in (
        "www.lapor.go.id",
        "twitter.com/lapor1708",
        "www.instagram.com/kecamatankrian",
        "www.facebook.com",
    ):
        assert f'href="https://{site}' in page
    for words in ("Faksimile", "Kotak saran", "aplikasi SP4N-LAPOR", "Inspektorat", "UPG", "KPK", "Polisi"):
        assert words in page
    assert "saber" not in page.lower()
    titles = [one.title for one in publishing.channels(office_card())]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("path", ["/", "/standar", "/permohonan", "/pengajuan", "/data-anda", "/tidak/ada"])
async def test_one_tap_from_every_public_page(client: httpx.AsyncClient, path: str) -> None:
    """[S2, F1] To the short form, with kind and anonymity chosen already."""
    assert 'href="/pengaduan/pungutan"' in (await client.get(path)).text
    form = (await client.get("/pengaduan/pungutan")).text
    assert 'name="jenis" value="levy"' in form
    assert re.search(r'value="anonymous" checked', form)


async def test_what_was_typed_stays(client: httpx.AsyncClient) -> None:
    """[C1] Faults beside their fields, every other word still there, nothing kept yet."""
    answer = await sent(client, uraian="Aduh", kejadian="Senin, loket 2", email="bukan", petugas="ya")
    assert answer.status_code == 422
    for words in (
        "Pilih jenisnya",
        "satu kalimat pun cukup",
        "Alamat e-mail belum benar",
        "Yang Anda tulis masih ada",
    ):
        assert words in answer.text
    assert 'value="Senin, loket 2"' in answer.text
    assert await Complaint.count() == 0


async def test_sent_twice_it_is_one_and_its_sender_follows_it(client: httpx.AsyncClient) -> None:
    """[C1] Number and PIN are shown; another browser needs both; the borrowed phone forgets."""
    first, again = await sent(client, **TOLD), await sent(client, **TOLD)
    complaint = await the_only_one()
    assert first.headers["location"] == again.headers["location"] == f"/pengaduan/{complaint.number}"
    page = (await client.get(first.headers["location"])).text
    assert access.keys_of(complaint).pin in page
    assert TOLD["uraian"] in page
    async with browser() as other:
        assert (await other.get(f"/pengaduan/{complaint.number}")).status_code == 403
        wrong = await other.post("/pengaduan/lihat", data={"nomor": complaint.number, "pin": "12"})
        assert wrong.status_code == 422
        typed = {"nomor": complaint.number, "pin": access.keys_of(complaint).pin}
        assert (await other.post("/pengaduan/lihat", data=typed)).status_code == 303
        assert TOLD["uraian"] in (await other.get(f"/pengaduan/{complaint.number}")).text
        await other.post("/selesai-di-perangkat-ini", data={"_kunci": "x"})
        assert (await other.get(f"/pengaduan/{complaint.number}")).status_code == 403


@pytest.mark.parametrize("typed_in", [False, True])
async def test_the_link_of_its_message_opens_it_and_shows_the_pin(
    client: httpx.AsyncClient, typed_in: bool
) -> None:
    """[C1, G4] By whichever way it came in: no message has the PIN; a look at the link opens nothing, a press does."""
    told = {**TOLD, "no_hp": "0857 3634 9953", "email": "siti@contoh.test"}
    _, token = await signed_in(Role.COUNTER)
    async with browser(token) as desk, browser() as phone:
        if typed_in:
            await sent(desk, "/pengaduan/register/baru", saluran="letter", **told)
        else:
            await sent(client, **told)
        complaint = await the_only_one()
        keys = access.keys_of(complaint)
        letters = await complaint_messages.of(complaint)
        link = f"/pengaduan/t/{keys.link}"
        assert len(letters) == 2
        for letter in letters:
            assert link in body_of(letter)
            assert keys.pin not in body_of(letter) + letter.subject
        for _ in range(2):
            assert "Buka pengaduan" in (await phone.get(link)).text
        assert (await phone.get(f"/pengaduan/{complaint.number}")).status_code == 403
        assert (await desk.post(link, data={"_kunci": "x"})).status_code == 422
        opened = await phone.post(link, data={"_kunci": "x"})
        assert opened.headers["location"] == f"/pengaduan/{complaint.number}"
        page = (await phone.get(f"/pengaduan/{complaint.number}")).text
        assert keys.pin in page
        assert TOLD["uraian"] in page
        unknown = await phone.post(f"/pengaduan/t/{'A' * 22}", data={"_kunci": "x"})
        assert unknown.status_code == 404
        assert "tidak berlaku lagi" in unknown.text


async def test_a_flood_is_stopped_and_a_machine_thanked(client: httpx.AsyncClient) -> None:
    """Ten from one address are kept, more are asked to wait; what fills in the trap is not kept at all."""
    await sent(client, website="http://x.test", **TOLD)
    assert await Complaint.count() == 0
    for n in range(10):
        assert (await sent(client, **{**TOLD, "uraian": f"Keluhan nomor {n} hari ini."})).status_code == 303
    answer = await sent(client, **TOLD)
    assert answer.status_code == 422
    assert "Terlalu banyak percobaan" in answer.text
    assert TOLD["uraian"] in answer.text
    assert await Complaint.count() == 10


async def test_photos_are_sealed_and_looks_are_recorded(client: httpx.AsyncClient, service: Kit) -> None:
    """[C1, M4] The same photo twice is one; nothing of it lies on the disk in clear; a page that is none is refused."""
    await sent(client, **TOLD)
    complaint = await the_only_one()
    path = f"/pengaduan/{complaint.number}/bukti"
    for _ in range(2):
        answer = await client.post(path, files={"foto": ("a.jpg", photo("jpeg_plain.jpg"), "image/jpeg")})
        assert answer.status_code == 303
    refused = await client.post(path, files={"foto": ("a.jpg", b"bukan foto", "image/jpeg")})
    assert refused.status_code == 422
    assert "Foto belum diterima" in refused.text
    (row,) = await Evidence.objects()
    kept = [file.read_bytes() for file in service.settings.store_folder.rglob("*") if file.is_file()]
    assert kept
    assert not [content for content in kept if b"\xff\xd8\xff" in content]
    async with browser((await signed_in(Role.OPERATOR))[1]) as desk:
        shown = await desk.get(f"/pengaduan/register/{complaint.number}/bukti/{row.id}")
    assert shown.content.startswith(b"\xff\xd8\xff")
    assert shown.headers["cache-control"] == "no-store"
    assert await Event.exists().where((Event.stream == f"complaint:{complaint.id}") & (Event.act == "look"))


async def test_a_levy_report_typed_in_is_gone_from_the_officers_eyes(client: httpx.AsyncClient) -> None:
    """[S2] Not even its number is told to who typed it in; the supervisor opens it."""
    async with browser((await signed_in(Role.COUNTER))[1]) as desk:
        answer = await sent(desk, "/pengaduan/register/baru", saluran="letter", **LEVY)
        assert answer.headers["location"] == "/pengaduan/register/diteruskan"
        complaint = await the_only_one()
        assert complaint.number not in (await desk.get("/pengaduan/register/diteruskan")).text
        hidden = await desk.get(f"/pengaduan/register/{complaint.number}")
        unknown = await desk.get("/pengaduan/register/P-ZZZZZZ")
        assert hidden.status_code == unknown.status_code == 404
        assert "0 terbuka" in (await desk.get("/pengaduan/register?daftar=semua")).text
    async with browser((await signed_in(Role.SUPERVISOR))[1]) as desk:
        assert complaint.number in (await desk.get("/pengaduan/register")).text
        assert LEVY["uraian"] in (await desk.get(f"/pengaduan/register/{complaint.number}")).text


async def test_the_dialogue_by_forms(client: httpx.AsyncClient) -> None:
    """[C1] Asked back, replied, answered, not right yet: each side reads the other's words."""
    await sent(client, **TOLD)
    complaint = await the_only_one()
    mine, ours = f"/pengaduan/{complaint.number}", f"/pengaduan/register/{complaint.number}"
    async with browser((await signed_in(Role.OPERATOR))[1]) as desk:
        assert (await sent(desk, f"{ours}/klasifikasi")).status_code == 422
        assert (await sent(desk, f"{ours}/klasifikasi", kelas="plain")).status_code == 303
        assert (await sent(desk, f"{ours}/pertanyaan", teks="Hari apa?")).status_code == 303
        assert "Hari apa?" in (await client.get(mine)).text
        assert (await sent(client, f"{mine}/jawaban", teks="")).status_code == 422
        assert (await sent(client, f"{mine}/jawaban", teks="Senin pagi.")).status_code == 303
        assert "Senin pagi." in (await desk.get(ours)).text
        assert (await sent(desk, f"{ours}/jawaban", teks="Loket kedua dibuka.")).status_code == 303
    page = (await client.get(mine)).text
    assert "Loket kedua dibuka." in page
    assert "Sudah benar, tutup" in page
    assert (await sent(client, f"{mine}/pembukaan-kembali", teks="Masih kosong.")).status_code == 303
    assert (await complaints.reread(complaint)).state == ComplaintState.REOPENED


async def test_the_office_keeps_its_own_contacts(client: httpx.AsyncClient) -> None:
    """[C1, M4] Faults beside the fields; what is saved shows on public pages at once, and is in the office's record."""
    async with browser((await signed_in(Role.ADMIN))[1]) as desk:
        stands = re.findall(
            r'name="(\w+)"[^>]* maxlength="200" value="([^"]*)"', (await desk.get("/pengaturan/kontak")).text
        )
        typed = {**dict(stands), "whatsapp": "(031) 8971010", "instagram": "kec krian", "address": ""}
        refused = await sent(desk, "/pengaturan/kontak", **typed)
        assert refused.status_code == 422
        for words in ("bukan nomor HP", "nama akunnya saja", "Isi alamat"):
            assert words in refused.text
        right = {**dict(stands), "email": "krian@sidoarjokab.go.id", "facebook": ""}
        assert (await sent(desk, "/pengaturan/kontak", **right)).status_code == 303
        assert "Kontak kantor diubah" in (await desk.get("/pengaturan")).text
    page = (await client.get("/pengaduan")).text
    assert 'href="mailto:krian@sidoarjokab.go.id"' in page
    assert "facebook" not in page
