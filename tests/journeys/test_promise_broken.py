"""A promise paused by a declared obstacle, and one broken by the office: apologised for and made good."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import staff, wizard
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

SITI = the("siti")


async def test_a_promise_is_paused_and_another_made_good(phone: Page, desk: Page, tmp_path: Path) -> None:
    """[T1, M2, G3, G4, G5] Blanks run out, declared: one waits without blame. The office is late: three things."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "janji", office.home)
        officer = Walk(desk, "janji-petugas", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "dewi", "Dewi Lestari", "operator", "counter")
        waiting, late = (await office.run("2026-11-23T08:40", "-m", "tests.journeys.promise_scene")).split()
        async with office.open_at("2026-11-24T09:00"):
            await staff.take_up(officer, invitation)
            await declare_that_blanks_are_out(officer)
            await citizen.open("/")
            await citizen.sees("Blangko KTP-el habis", "Jadwal baru kami berikan begitu blangko ada.")
            await citizen.look("beranda-kendala")
        await office.hours_pass("2026-11-24T10:00", "2026-11-24T10:02")
        async with office.open_at("2026-11-24T13:30"):
            await read_of_the_obstacle(citizen, office, waiting)
            await staff.sign_in(officer, "dewi")
            await end_the_obstacle(officer)
            await citizen.open(f"/permohonan/{waiting}")
            await citizen.sees("Jadi paling lambat Kamis, 26 November 2026, 11.", "blangko KTP-el habis")
        await office.run("2026-11-24T13:40", "-m", "tests.journeys.promise_scene", late)
        await office.hours_pass("2026-11-25T08:00", "2026-11-25T08:01")
        told = await letter(office.post, SITI, f"{waiting}: janji kami menjadi Kamis, 26 November 2026, 11.")
        assert "bergeser karena blangko KTP-el habis" in told.text
        await office.hours_pass("2026-11-25T14:59", "2026-11-25T15:02")
        async with office.open_at("2026-11-25T15:10"):
            await ask_for_help(citizen, office, late)
            await staff.sign_in(officer, "dewi")
            await make_good(officer, late)
        # A step at the counter can be taken back for a while; only then is it told.
        await office.hours_pass("2026-11-25T15:20", "2026-11-25T15:22")
        await letter(office.post, SITI, f"{late}: ")
        async with office.open_at("2026-11-25T15:25"):
            await officer.open("/kompensasi")
            await officer.sees("Tidak ada yang terbuka")
            await citizen.open(f"/permohonan/{late}")
            await citizen.sees("Bantuan ini sudah selesai", "Akta sudah jadi, bisa diambil di loket.")
            await citizen.look("status-diganti")
        office.closes()


async def declare_that_blanks_are_out(officer: Walk) -> None:
    """With a reason that citizens read [M2]."""
    await officer.open("/kendala")
    await officer.page.get_by_label("Apa yang terganggu").select_option("Blangko KTP-el habis")
    await officer.page.get_by_label("Sebabnya").fill("Kiriman Dinas terlambat")
    await officer.page.get_by_role("button", name="Catat kendala").click()
    await officer.sees("Blangko KTP-el habis", "Kiriman Dinas terlambat")
    await officer.look("kendala")


async def end_the_obstacle(officer: Walk) -> None:
    await officer.open("/kendala")
    await officer.page.get_by_role("button", name="Sudah selesai").click()
    await officer.sees("Tidak ada kendala")
    await officer.look("kendala-selesai")


async def read_of_the_obstacle(citizen: Walk, office: Office, number: str) -> None:
    """Why, since when, and that nothing has to be done; nobody names a day [T1]."""
    told = await letter(office.post, SITI, f"{number}: sedang ada kendala")
    assert "blangko KTP-el habis" in told.text
    await wizard.open_letter(citizen, told.link)
    await citizen.sees(
        "Sedang ada kendala: blangko KTP-el habis. Janji kami lanjutkan begitu selesai.",
        "Blangko KTP-el habis sejak Selasa, 24 November 2026, 09.0",
        "Kiriman Dinas terlambat",
    )
    await citizen.look("status-kendala")


async def ask_for_help(citizen: Walk, office: Office, number: str) -> None:
    """The apology comes by itself; on the page the family lists what it lacks [G3, G5]."""
    told = await letter(office.post, SITI, f"{number}: mohon maaf, KTP-el Anda terlambat")
    assert "Kami berjanji KTP-el jadi paling lambat Rabu, 25 November 2026, 15.00 WIB." in told.text
    assert "Perkiraan baru: Kamis, 26 November 2026." in told.text
    await wizard.open_letter(citizen, told.link)
    await citizen.sees("Mohon maaf, kami terlambat", "Kami bantu dokumen keluarga")
    await citizen.press("Minta bantuan")
    await citizen.sees("Pilih dokumennya.", "Tulis untuk siapa, misalnya anak kedua.")
    await citizen.page.get_by_label("Dokumen yang belum ada").select_option("Akta kelahiran")
    await citizen.page.get_by_label("Untuk siapa").fill("anak kedua")
    await citizen.press("Minta bantuan")
    await citizen.sees("Akta kelahiran", "anak kedua", "Sedang dibantu")
    await citizen.look("status-terlambat")


async def make_good(officer: Walk, number: str) -> None:
    """The document is followed until done; the card is printed, and its holder told that it is ready [G4, G5]."""
    page = officer.page
    await officer.open("/kompensasi")
    await officer.sees(number, "Permohonan maaf: sudah", "Kabar siap diambil: belum")
    await page.get_by_role("button", name="Saya urus").click()
    await officer.sees("Diurus Dewi Lestari")
    await page.get_by_text("Tulis sebab terlambat").click()
    await page.get_by_label("Kami terlambat karena").select_option("Berkas terlewat oleh kami")
    await page.get_by_role("button", name="Simpan sebab").click()
    await officer.sees("karena berkas terlewat oleh kami")
    await page.get_by_text("Catat hasil").click()
    await page.get_by_label("Hasil").select_option("Selesai")
    await page.get_by_label("Kata-kata untuk pemohon").fill("Akta sudah jadi, bisa diambil di loket.")
    await page.get_by_role("button", name="Simpan hasil").click()
    await officer.sees("Bantuan dokumen keluarga: sudah")
    await officer.look("kompensasi")
    await officer.open(f"/loket/{number}")
    await page.get_by_label("Nomor seri blangko").fill("3515-26-000117")
    await page.get_by_role("button", name="Sudah tercetak").click()
    await page.get_by_role("button", name="Pemohon tidak di sini").click()
    await expect(page.locator("#kini > .baris .chip").first).to_have_text("Siap diambil")
