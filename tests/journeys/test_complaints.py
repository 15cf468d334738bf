"""Agus waited for two hours; somebody unnamed was asked for money. Both are heard, each by whom it concerns."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import staff
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

AGUS = the("agus")
LEVY = "Di loket diminta Rp50.000 supaya cepat."


async def test_heard_and_answered(
    phone: Page, phone_without_javascript: Page, desk: Page, tmp_path: Path
) -> None:
    """[C1, S2, F1, M4] A complaint to its end; a levy report that only the supervisor sees; what is late shows."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "pengaduan", office.home)
        witness = Walk(phone_without_javascript, "pungutan", office.home)
        officer = Walk(desk, "pengaduan-petugas", office.home, of_citizen=False)
        operator = await office.invite("2026-11-23T08:00", "dewi", "Dewi Lestari", "operator")
        async with office.open_at("2026-11-23T09:00"):
            number = await complain(citizen, office)
            hidden = await report_levy(witness)
            await staff.take_up(officer, operator)
            await ask_back(officer, number, hidden)
            await reply(citizen, office, number)
            await officer.press("Keluar")
        # Tuesday to Thursday gone by, and nobody answered the levy report.
        supervisor = await office.invite("2026-11-27T08:00", "camat", "Bambang Irawan", "supervisor")
        async with office.open_at("2026-11-27T09:00"):
            await staff.take_up(officer, supervisor)
            await supervise(officer, number, hidden)
            await close(citizen, office, number)
        office.closes()


async def complain(citizen: Walk, office: Office) -> str:
    """By the form; number and PIN are shown at once, and the message names nobody."""
    await citizen.open("/")
    await citizen.press("Pengaduan", citizen.page.get_by_role("contentinfo"))
    await citizen.look("saluran")
    await citizen.press("Tulis di sini")
    await citizen.choose("Pengaduan")
    await citizen.page.get_by_label("Apa yang terjadi?").fill("Antre dua jam. Loket kosong.")
    await citizen.press("Kirim")
    await citizen.sees("Belum terkirim. Yang Anda tulis masih ada.")
    await expect(citizen.page.get_by_label("Apa yang terjadi?")).to_have_value("Antre dua jam. Loket kosong.")
    await citizen.choose("Boleh diketahui petugas")
    await citizen.page.get_by_label("Email").fill(AGUS.email)
    await citizen.look("formulir")
    await citizen.press("Kirim")
    await citizen.sees("Nomor pengaduan", "Jawaban pertama paling lambat Kamis, 26 November 2026")
    await citizen.look("terkirim")
    number = citizen.page.url.rpartition("/")[2]
    await letter_about(office, f"{number}: pengaduan sudah kami terima")
    return number


async def letter_about(office: Office, subject: str) -> None:
    """To Agus, with nothing of his in it."""
    await letter(office.post, AGUS, subject)


async def report_levy(witness: Walk) -> str:
    """One tap from the front page, one field, anonymous, without JavaScript."""
    await witness.open("/")
    await witness.press("Ada yang meminta uang?", witness.page.get_by_role("contentinfo"))
    await expect(witness.page.get_by_label("Tanpa nama (anonim)")).to_be_checked()
    await witness.page.get_by_label("Apa yang terjadi?").fill(LEVY)
    await witness.look("pungutan")
    await witness.press("Kirim laporan")
    await witness.sees("Nomor pengaduan", "Tanpa nama (anonim)")
    return witness.page.url.rpartition("/")[2]


async def ask_back(officer: Walk, number: str, hidden: str) -> None:
    """The operator sees the one and not the other, classifies, and asks."""
    await officer.open(f"/pengaduan/register/{hidden}")
    await officer.sees("Halaman tidak ditemukan")
    await officer.open("/pengaduan/register")
    await officer.sees("1 terbuka", "0 lewat waktu")
    await expect(officer.page.get_by_text(hidden)).to_have_count(0)
    await officer.look("register")
    await officer.press(number)
    await officer.page.get_by_label("Kelas").select_option("plain")
    await officer.press("Simpan kelas")
    await officer.sees("Sudah dipilah")
    await officer.page.get_by_text("Tanya pelapor").first.click()
    await officer.page.get_by_label("Pertanyaan untuk pelapor").fill("Hari apa, dan loket berapa?")
    await officer.press("Tanya pelapor")
    await officer.sees("Menunggu jawaban pelapor")
    await officer.look("ditanya")


async def reply(citizen: Walk, office: Office, number: str) -> None:
    """From the message back to the complaint; the answer is read and answered."""
    await letter_about(office, f"{number}: kami perlu jawaban Anda")
    await citizen.open(f"/pengaduan/{number}")
    await citizen.sees("Hari apa, dan loket berapa?")
    await citizen.page.get_by_label("Jawaban Anda").fill("Senin, loket 2.")
    await citizen.look("dijawab")
    await citizen.press("Kirim jawaban")
    await citizen.sees("Dikerjakan")


async def supervise(officer: Walk, number: str, hidden: str) -> None:
    """The supervisor sees both, the late one first, and answers the other."""
    await officer.open("/pengaduan/register")
    await officer.sees("2 terbuka", "1 lewat waktu", "Jawaban pertama terlambat", "Khusus atasan")
    await officer.look("register-atasan")
    await officer.press(hidden)
    await officer.sees(LEVY, "Operator dan petugas loket tidak melihat pengaduan ini.")
    await officer.look("pungutan-atasan")
    await officer.open(f"/pengaduan/register/{number}")
    await officer.page.get_by_text("Kirim jawaban").first.click()
    await officer.page.get_by_label("Jawaban untuk pelapor").fill("Mohon maaf. Loket 2 kini selalu dijaga.")
    await officer.press("Kirim jawaban")
    await officer.sees("Sudah dijawab")


async def close(citizen: Walk, office: Office, number: str) -> None:
    """It is right, and done."""
    await letter_about(office, f"{number}: pengaduan sudah kami jawab")
    await citizen.open(f"/pengaduan/{number}")
    await citizen.sees(
        "Mohon maaf. Loket 2 kini selalu dijaga.", "Sudah benar? Beri tahu kami dalam 10 hari."
    )
    await citizen.press("Sudah benar, tutup")
    await expect(citizen.page.get_by_text(re.compile("^Ditutup$"))).to_be_visible()
    await citizen.look("ditutup")
    await letter_about(office, f"{number}: pengaduan ditutup")
