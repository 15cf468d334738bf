"""The office meets: figures of the month on the table, minutes written, what was agreed carried on until it is done."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.components.papers import paper as look
from tests.journeys import staff
from tests.journeys.office import Office, office_with_mail
from tests.journeys.walks import Walk

AGREED = "Geser petugas ke loket 2 tiap Senin"
MINUTES = "Antrean Senin panjang. Stok blangko cukup."
ROOM = "/pengawasan/rapat"


async def test_a_meeting_from_its_figures_to_what_was_agreed(desk: Page, tmp_path: Path) -> None:
    """[E1, M4] Prepared, printed, held; the operator does what was agreed; the next meeting carries on what is open."""
    async with office_with_mail(tmp_path / "data") as office:
        officer = Walk(desk, "rapat", office.home, of_citizen=False)
        camat = await office.invite("2026-11-24T08:30", "camat", "Bapak Camat", "supervisor")
        dewi = await office.invite("2026-11-24T08:30", "dewi", "Dewi Lestari", "operator")
        late, _ = (await office.run("2026-11-24T08:40", "-m", "tests.journeys.supervision_scene")).split()
        async with office.open_at("2026-11-24T09:00"):
            await staff.take_up(officer, dewi)
            await officer.press("Keluar")
            await staff.take_up(officer, camat)
            first = await prepare(officer, late)
            await hold(officer)
            await on_paper(officer, late)
            await officer.press("Keluar")
            await staff.sign_in(officer, "dewi")
            await read_only(officer, first)
            await officer.press("Keluar")
        async with office.open_at("2026-12-15T09:00"):
            await staff.sign_in(officer, "camat")
            await carried_on(officer)
            await officer.press("Keluar")
            await staff.sign_in(officer, "dewi")
            await do_it(officer, first)
        check_post(office)


async def prepare(officer: Walk, late: str) -> str:
    """This month's figures, with the file that is late and nothing said of anybody's numbers."""
    await officer.open("/pengawasan")
    await officer.press("Rapat koordinasi")
    await officer.look("daftar")
    await officer.page.get_by_label("Masa yang dibahas").select_option("bulan")
    await officer.page.get_by_label("Tempat").fill("Ruang rapat")
    await officer.press("Siapkan rapat")
    await officer.sees("November 2026", late)
    await officer.look("paket")
    return officer.page.url


async def hold(officer: Walk) -> None:
    """Minutes, a decision, and who does what until when; a follow-up without a day comes back as it was typed."""
    page = officer.page
    await page.get_by_label("Daftar hadir").fill("Camat, operator, petugas loket")
    await page.get_by_label("Pembahasan").fill(MINUTES)
    await page.get_by_label("Keputusan").fill("Loket 2 dijaga tiap Senin.")
    await officer.press("Simpan notulen")
    await page.get_by_label("Apa yang dikerjakan").fill(AGREED)
    await page.get_by_label("Dikerjakan oleh").last.select_option(label="Dewi Lestari")
    await officer.press("Tambah tindak lanjut")
    await expect(page.get_by_label("Apa yang dikerjakan")).to_have_value(AGREED)
    await page.get_by_label("Paling lambat").last.fill("2026-12-07")
    await officer.press("Tambah tindak lanjut")
    await expect(page.get_by_role("region", name=AGREED)).to_contain_text("Dewi Lestari")
    await officer.look("notulen")


async def on_paper(officer: Walk, late: str) -> None:
    """As the browser prints the page: figures and minutes, no fields and buttons; and the pack as PDF."""
    printed = look.text_of(await officer.page.pdf(format="A4"))
    for words in (late.partition("-")[2], MINUTES, AGREED, "Dewi Lestari"):
        assert words in printed
    for control in ("Simpan notulen", "Tambah tindak lanjut", "Tandai selesai", "Pengawasan"):
        assert control not in printed
    link = await officer.page.get_by_role("link", name="Unduh paket").get_attribute("href")
    pack = look.text_of(await (await officer.page.request.get(f"{officer.home}{link}")).body())
    for words in (late, "Antrean Senin panjang.", AGREED):
        assert words in pack


async def read_only(officer: Walk, meeting: str) -> None:
    """The operator comes by the own menu, reads the minutes, and changes nothing of them."""
    await officer.press("Rapat")
    await officer.sees("Tugas Anda dari rapat: 1", AGREED)
    await officer.open(meeting)
    await officer.sees(MINUTES)
    await expect(officer.page.get_by_role("button", name="Simpan notulen")).to_have_count(0)
    await officer.look("operator")


async def carried_on(officer: Walk) -> None:
    """Three weeks later it is late, and on the table of the next meeting."""
    await officer.open("/pengawasan")
    await officer.press("1 lewat tanggal")
    await officer.page.get_by_label("Masa yang dibahas").select_option("bulan")
    await officer.press("Siapkan rapat")
    carried = officer.page.get_by_role("region", name=AGREED)
    await expect(carried).to_contain_text("Dari rapat")
    await expect(carried).to_contain_text("Lewat waktu")
    await officer.look("dibawa")


async def do_it(officer: Walk, meeting: str) -> None:
    """Whose task it is marks it done, with what came of it."""
    await officer.open("/akun")
    await officer.sees("Lewat tanggal")
    await officer.press(AGREED)
    assert officer.page.url == meeting
    own = officer.page.get_by_role("region", name=AGREED)
    await own.get_by_label("Hasilnya").fill("Jadwal jaga baru dipasang.")
    await officer.press("Tandai selesai", inside=own)
    await expect(own).to_contain_text("Selesai")
    await officer.open(ROOM)
    await officer.sees("Tidak ada.")


def check_post(office: Office) -> None:
    """Only the late file's own messages were sent; nothing of a meeting leaves by mail."""
    assert not [one for one in office.post.messages if "rapat" in str(one["subject"]).lower()]
