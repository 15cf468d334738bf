"""Siti walks in with everything in her bag, and walks out with her new card."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import intake, staff
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

SITI = the("siti")
SERIAL = "3515-26-000201"


async def test_in_and_out_within_the_visit(desk: Page, phone: Page, tmp_path: Path) -> None:
    """[R1, R3, P1, P2, P3, P10, P13, F1, M5, S1] One officer does all of it, from the bag to the receipt."""
    async with office_with_mail(tmp_path / "data") as office:
        officer = Walk(desk, "loket-tanpa-janji", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "rini", "Rini Astuti", "counter")
        async with office.open_at("2026-11-23T09:05"):
            await staff.take_up(officer, invitation)
            number = await take_in(officer)
            await accept(officer, number)
            await sees_own_status(Walk(phone, "status-tanpa-janji", office.home), officer, number)
            await serve(officer, office, number)
        office.closes()


async def take_in(officer: Walk) -> str:
    """Typed by keyboard alone; the tab dies half-way, and the typing is still there [P1]."""
    await officer.open("/loket/baru")
    await officer.look("isian-kosong")
    strokes = intake.strokes(SITI, "f", "j")
    await intake.type_in(officer.page, strokes[:4])
    await expect(officer.page.locator("#simpanan")).to_contain_text("Tersimpan")
    await officer.open("/loket/baru")
    await officer.sees("Belum selesai")
    await officer.page.get_by_role("link", name=SITI.name).click()
    await expect(officer.page.get_by_label("NIK", exact=True)).to_have_value(SITI.nik)
    await officer.page.locator("#jenis_kelamin").focus()
    for name, text in strokes[4:]:
        assert await officer.page.evaluate("document.activeElement.name") == name
        await officer.page.keyboard.type(text)
        await officer.page.keyboard.press("Tab")
    await officer.look("isian-lengkap")
    await officer.page.keyboard.press("Enter")
    await intake.confirm(officer)
    await expect(officer.page.get_by_role("heading", name=SITI.name)).to_be_visible()
    await officer.look("berkas-siap-diputuskan")
    return intake.number_of(officer.page)


async def accept(officer: Walk, number: str) -> None:
    """Complete and valid, and the camera is free: Enter does it, with the first number of the day [P2, P3]."""
    await expect(officer.page.get_by_role("button", name="Terima, rekam sekarang")).to_be_focused()
    await officer.page.keyboard.press("Enter")
    await intake.decided(officer, "Diterima, nomor antrean C-1")
    await officer.press("Cetak slip")
    await officer.sees("C-1", number, "GRATIS, Rp0. Jangan beri uang.")
    await officer.look("tanda-terima-berkas")


async def sees_own_status(citizen: Walk, officer: Walk, number: str) -> None:
    """Number and PIN of the paper open her own page on her phone [P1]."""
    paper = await officer.page.locator("#lembar").inner_text()
    pin = paper.split("PIN ")[1].split()[0]
    await citizen.open(f"/permohonan/{number}")
    await citizen.page.get_by_label("PIN").fill(pin)
    await citizen.press("Buka")
    await citizen.sees(number)
    await citizen.look("status-hadir")


async def serve(officer: Walk, office: Office, number: str) -> None:
    """Recorded, printed and handed over at the counter's own screen [P3, P10, P13, S1]."""
    await letter(office.post, SITI, f"{number}: permohonan sudah kami terima")
    await officer.open("/loket")
    await staff.find_person(officer, number)
    await officer.page.get_by_label("Wajah, KTP-el lama, dan KK asli cocok").check()
    await officer.page.get_by_label("Pemohon melihat dan menyetujui fotonya").check()
    await staff.step_done(officer, "Sudah direkam", "Sudah direkam", "loket-direkam")
    await officer.page.get_by_label("Nomor seri blangko").fill(SERIAL)
    await staff.step_done(officer, "Sudah tercetak", "Sudah dicetak", "loket-dicetak")
    await officer.page.get_by_label("Penerima memeriksa nama, NIK, foto").check()
    await officer.page.get_by_label("KTP-el lama ditarik").check()
    await staff.step_done(officer, "Sudah diserahkan", "Selesai", "loket-selesai")
    await letter(office.post, SITI, f"{number}: KTP-el sudah diserahkan")
