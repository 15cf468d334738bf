"""/pengaturan/pesan: the office's own words, tried before they are kept, and the hours of rest [G4]."""

import httpx
import pytest

from components import clock, notifications
from components.kit import Kit
from models.notification import MessageText
from models.office import Office
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.routes.test_messages import signed_in
from tests.support.databases import Kind as Database
from tests.support.outbox import messages, reachable

READY = "/pengaturan/pesan/teks/ready"
OWN = {
    "subject": "{nomor}: silakan ambil",
    "body": "KTP-el Anda siap.\r\nAmbil di {alamat}.",
    "button": "Lihat",
}


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> Database:
    """The database makes no difference here."""
    chosen: Database = request.param
    return chosen


async def test_a_text_is_looked_at_kept_and_restored(service: Kit, client: httpx.AsyncClient) -> None:
    """By an administrator, without any script; the letter comes with a policy of its own."""
    await signed_in(client, Role.ADMIN)
    assert "Diubah kantor" not in (await client.get("/pengaturan/pesan")).text
    page = await client.post(READY, data={**OWN, "aksi": "lihat", "_kunci": "a"})
    assert "Kecamatan Krian: KTP-el Anda siap." in page.text
    letter = await client.post(f"{READY}/surat", data={**OWN, "_kunci": "b"})
    assert "<a href=" in letter.text
    assert "sandbox" in letter.headers["content-security-policy"]
    assert await MessageText.count() == 0
    for _ in range(2):
        kept = await client.post(READY, data={**OWN, "aksi": "simpan", "_kunci": "c"})
        assert (kept.status_code, kept.headers["location"]) == (303, READY)
    assert await MessageText.count() == 1
    assert "Diubah kantor" in (await client.get("/pengaturan/pesan")).text
    assert "Teks pesan diubah" in (await client.get("/pengaturan")).text
    await client.post(f"{READY}/bawaan", data={"_kunci": "d"})
    assert "sudah jadi dan bisa diambil" in (await client.get(READY)).text


async def test_a_wrong_text_comes_back_as_typed(client: httpx.AsyncClient) -> None:
    """Beside the field, in words, and nothing is kept; a text that there is not is not there."""
    await signed_in(client, Role.ADMIN)
    wrong = {**OWN, "body": "Halo {nama}, ambil di {alamat}", "_kunci": "a"}
    for path in (READY, f"{READY}/surat"):
        page = await client.post(path, data=wrong)
        assert page.status_code == 422
        assert "Isian {nama} tidak dikenal untuk pesan ini." in page.text
        assert "Halo {nama}" in page.text
    assert await MessageText.count() == 0
    assert (await client.get("/pengaturan/pesan/teks/tidak-ada")).status_code == 404


async def test_texts_to_complainants_and_about_blanks_are_changed_here_too(client: httpx.AsyncClient) -> None:
    """[C1, M4] With a preview of their own; what watches over officers is no text of the office."""
    await signed_in(client, Role.ADMIN)
    page = (await client.get("/pengaturan/pesan")).text
    for heading in ("Kepada pemohon", "Kepada pelapor pengaduan", "Kepada atasan"):
        assert heading in page
    complaint = (await client.get("/pengaturan/pesan/teks/complaint-received")).text
    assert "Nomor pengaduan P-7K4M2Q" in complaint
    assert "{batas_jawaban}" in complaint
    blanks = (await client.get("/pengaturan/pesan/teks/blanks-low")).text
    assert "tinggal 40 keping" in blanks
    assert "<h3>WA" not in blanks
    for news in ("daily-head", "many-looks", "queue-jumps", "complaint-for-you"):
        assert (await client.get(f"/pengaturan/pesan/teks/{news}")).status_code == 404


async def test_quiet_hours_are_the_offices_own(client: httpx.AsyncClient) -> None:
    """Set, refused in words, and used by the next message."""
    await signed_in(client, Role.ADMIN)
    form = {"quiet_from": "00:00", "quiet_until": "23:59", "a_day": "0", "_kunci": "a"}
    page = await client.post("/pengaturan/pesan/waktu", data=form)
    assert "Tulis angka 1 sampai 50." in page.text
    await client.post("/pengaturan/pesan/waktu", data={**form, "a_day": "4", "_kunci": "b"})
    office = await Office.objects().first()
    assert office is not None
    assert office.daily_messages == 4
    assert "00.00 sampai 23.59, paling banyak 4 pesan sehari" in (await client.get("/pengaturan")).text
    row = await reachable(State.READY, whatsapp=False, ready_at=clock.now())
    await notifications.tell(Kind.READY_REMINDER, row, clock.now())
    assert (await messages(row))[0].due_at.strftime("%H:%M") == "16:59"
