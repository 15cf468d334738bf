"""Slamet forgot the copy of his KK. He gets a slip that says so, comes back two days later, and goes on."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.journeys import intake, staff
from tests.journeys.browser import DESK, Watch, person
from tests.journeys.letters import letter
from tests.journeys.office import office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

SLAMET = the("slamet")


async def test_comes_back_with_what_was_missing(browser: Browser, watch: Watch, tmp_path: Path) -> None:
    """[R1, P1, P2, F1] All of it in a browser without JavaScript, over two days."""
    without_scripts = {**DESK, "java_script_enabled": False}
    async with (
        office_with_mail(tmp_path / "data") as office,
        person(browser, watch, without_scripts) as page,
    ):
        officer = Walk(page, "loket-kurang", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "rini", "Rini Astuti", "counter")
        async with office.open_at("2026-11-23T09:05"):
            await staff.take_up(officer, invitation)
            await take_in(officer)
            number = intake.number_of(page)
            await give_back(officer, number)
        async with office.open_at("2026-11-23T09:10"):
            await letter(office.post, SLAMET, f"{number}: permohonan sudah kami terima")
            told = await letter(office.post, SLAMET, f"{number}: perbaiki paling lambat")
            assert "Belum dibawa. Bawa fotokopi KK terbaru yang terbaca." in told.text
            assert "Bawa perbaikannya ke loket kecamatan." in told.text
        async with office.open_at("2026-11-25T09:20"):
            await come_back(officer, number)
        async with office.open_at("2026-11-25T09:25"):
            await letter(office.post, SLAMET, f"{number}: perbaikan sudah kami terima")
        office.closes()


async def take_in(officer: Walk) -> None:
    """Signature only; his NIK fills in birth date and sex after the first press, to be compared [R3]."""
    await officer.open("/loket/baru")
    await fill(officer.page)
    await officer.press("Simpan dan putuskan")
    await officer.sees("Cocokkan isian dari NIK, lalu simpan lagi.")
    await expect(officer.page.get_by_label("Tanggal lahir")).to_have_value(SLAMET.birth_date)
    await officer.look("isian-dari-nik")
    await officer.press("Simpan dan putuskan")
    await intake.confirm(officer)
    await officer.look("berkas-kurang")


async def fill(page: Page) -> None:
    for name, text in intake.strokes(SLAMET, "", papers={}):
        if text and name != "desa":
            await page.locator(f"#{name}").fill(text)
    await page.locator("#desa").select_option(label=SLAMET.village.partition(" ")[0])
    await page.locator("#perubahan").select_option(label="Tanda tangan")
    await page.get_by_label(re.compile("^KTP-el lama")).select_option(label="Ada dan sah")
    await page.get_by_label(re.compile("^Kartu Keluarga")).select_option(label="Belum dibawa")
    await page.get_by_label(re.compile("^Formulir F-1.02")).select_option(label="Ada dan sah")


async def give_back(officer: Walk, number: str) -> None:
    """The slip says what is missing, what to bring, until when, and that it is free [P2, F1]."""
    await officer.press("Kembalikan dengan slip")
    await intake.decided(officer, "Ditunggu kembali sampai Senin, 30 November 2026, 15.00 WIB")
    await officer.press("Cetak slip")
    await officer.sees(
        "Berkas perlu dilengkapi",
        number,
        "Belum dibawa. Bawa fotokopi KK terbaru yang terbaca.",
        "GRATIS, Rp0. Jangan beri uang.",
    )
    await officer.look("slip-pengembalian")


async def come_back(officer: Walk, number: str) -> None:
    """Found by the code of the slip; what he brought is ticked, and he goes on to the camera [P2]."""
    await staff.sign_in(officer, "rini")
    await officer.page.get_by_label("Kode, NIK, atau pindai QR").fill(f"LOKET-{number}")
    await officer.page.keyboard.press("Enter")
    await officer.sees("Pemohon datang lagi? Tandai yang dibawa")
    await officer.look("datang-lagi")
    await officer.page.get_by_label(re.compile("^Kartu Keluarga")).select_option(label="Ada dan sah")
    await officer.press("Terima, rekam sekarang")
    await intake.decided(officer, "Diterima, nomor antrean C-1")
    await officer.press("Ke langkah loket")
    await officer.sees("Wajah, KTP-el lama, dan KK asli cocok")
    await officer.look("loket-hadir")
