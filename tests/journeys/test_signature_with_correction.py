"""Nur'aini wants a new signature. Her photo of the KK is cut off; she mends it and has her card the day after."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from components.papers import qr
from tests.journeys import staff, wizard
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

NURAINI = the("nuraini")
DEADLINE = "Selasa, 24 November 2026"
APPOINTMENT = "Rabu, 25 November 2026"
SERIAL = "3515-26-000117"


async def test_from_the_first_question_to_the_receipt(phone: Page, desk: Page, tmp_path: Path) -> None:
    """[P4-P10, P13, R2, T1, G4, S1, O1] The whole way, with one document to be sent again in between."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "koreksi", office.home)
        officer = Walk(desk, "koreksi-petugas", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "dewi", "Dewi Lestari", "operator", "counter")
        async with office.open_at("2026-11-23T09:00"):
            number = await apply(citizen, office)
            await staff.take_up(officer, invitation)
            await return_the_kk(officer)
        # A decision can be taken back for a minute; only then is it told.
        async with office.open_at("2026-11-23T09:10"):
            await learn_of_it(citizen, office, number)
        async with office.open_at("2026-11-24T08:00"):
            await mend(citizen, office, number)
            await accept(officer)
        async with office.open_at("2026-11-24T08:10"):
            await move_the_appointment(citizen, office)
        async with office.open_at("2026-11-25T08:30"):
            await serve(officer, office, number)
        # Ready, too, can be taken back for a minute.
        async with office.open_at("2026-11-25T08:40"):
            await learn_that_it_is_ready(citizen, office, number)
            await hand_over(citizen, officer, office, number)
        office.closes()


async def apply(citizen: Walk, office: Office) -> str:
    """Monday morning, on her phone; the bottom of the KK is outside the picture."""
    await wizard.begin(citizen, "Tanda tangan")
    await wizard.say_where_to_reach(citizen, NURAINI)
    await wizard.say_who(citizen, NURAINI)
    await citizen.sees("Foto 3 dokumen Anda", "0 dari 3 selesai")
    await citizen.look("berkas-kosong")
    await wizard.send(citizen, "KTP-el lama", "nuraini-ktp.jpg")
    await wizard.send(citizen, "Kartu Keluarga", "bad-kk-cut.jpg")
    await citizen.look("berkas-dua")
    await wizard.send(citizen, "Formulir F-1.02", "nuraini-f102.jpg")
    await citizen.sees("3 dari 3 selesai")
    await citizen.look("berkas-lengkap")
    await citizen.press("Lanjut")
    number = await wizard.hand_in(citizen)
    await citizen.sees("Jadi paling lambat Rabu, 25 November 2026, 15.00 WIB")
    told = await letter(office.post, NURAINI, f"{number}: permohonan sudah kami terima")
    assert "Rabu, 25 November 2026, 15.00 WIB, jika tidak ada kendala teknis" in told.text
    await citizen.press("Lihat status")
    await citizen.sees("Kami sedang memeriksa berkas Anda")
    await citizen.look("status-menunggu")
    return number


async def return_the_kk(officer: Walk) -> None:
    """The operator sees at once that the stamp is missing."""
    await staff.open_file(officer, NURAINI)
    await staff.find_fitting(officer, "KTP-el lama", "Formulir F-1.02")
    await staff.find_wrong(officer, "Kartu Keluarga", "Terpotong")
    await staff.give_back(officer)


async def learn_of_it(citizen: Walk, office: Office, number: str) -> None:
    """What is wrong, what is right and until when, by mail and on the page [P7]."""
    told = await letter(office.post, NURAINI, f"{number}: perbaiki paling lambat {DEADLINE}, 12.00 WIB")
    assert "- Kartu Keluarga (KK): Ada bagian yang terpotong." in told.text
    assert "Sudah benar, tidak perlu dikirim lagi: KTP-el lama, Formulir F-1.02." in told.text
    # Not on the phone that she applied with.
    await citizen.page.context.clear_cookies()
    await wizard.open_letter(citizen, told.link)
    await citizen.sees("Foto ulang Kartu Keluarga (KK)", "besok, 12.00 WIB", DEADLINE)
    await citizen.look("status-perlu-diperbaiki")


async def mend(citizen: Walk, office: Office, number: str) -> None:
    """Tuesday morning: the reminder, then the KK alone, well before noon."""
    told = await letter(office.post, NURAINI, f"{number}: batas perbaikan hari ini, {DEADLINE}, 12.00 WIB")
    await citizen.open(told.link)
    await citizen.sees("hari ini, 12.00 WIB", DEADLINE, "Sisa 3 jam 5")
    await citizen.look("status-hari-ini")
    await citizen.press("Perbaiki sekarang")
    await citizen.look("perbaikan")
    assert await citizen.page.locator("form.pick").count() == 1, "only the KK is asked for"
    await wizard.send(citizen, "Kartu Keluarga", "nuraini-kk.jpg")
    await citizen.look("perbaikan-siap")
    await citizen.press("Kirim perbaikan")
    await citizen.sees("Kami sedang memeriksa berkas Anda", "Kamis, 26 November 2026, 15.00 WIB")
    await citizen.look("status-perbaikan-terkirim")
    await letter(office.post, NURAINI, f"{number}: perbaikan sudah kami terima")


async def accept(officer: Walk) -> None:
    """The KK is whole now."""
    await staff.sign_in(officer, "dewi")
    await staff.open_file(officer, NURAINI)
    await staff.find_fitting(officer, "KTP-el lama", "Kartu Keluarga", "Formulir F-1.02")
    await staff.accept(officer)
    await expect(officer.page.get_by_text("Ada bagian yang terpotong")).not_to_be_visible()


async def move_the_appointment(citizen: Walk, office: Office) -> None:
    """Today is too early for her; tomorrow at nine is free [P8]."""
    await letter(office.post, NURAINI, f"datang {DEADLINE}, 10.30 WIB")
    await citizen.page.reload()
    await citizen.sees("Datang ke kecamatan", DEADLINE, "10.30 WIB")
    await citizen.look("status-terjadwal")
    await citizen.press("Ganti jadwal")
    await citizen.sees(f"{DEADLINE}, 10.30 WIB")
    await citizen.look("jadwal")
    day = citizen.page.locator("details", has_text=APPOINTMENT)
    await day.locator("summary").click()
    await citizen.choose("09.00 WIB", inside=day)
    await citizen.press("Lanjut")
    await citizen.sees("Ambil jadwal ini?", "Kami simpan untuk Anda sampai")
    await citizen.look("jadwal-disimpan")
    await citizen.press("Ganti jadwal")
    await citizen.sees("Datang ke kecamatan", APPOINTMENT, "09.00 WIB")
    await citizen.look("status-jadwal-baru")
    told = await letter(office.post, NURAINI, f"jadwal baru {APPOINTMENT}, 09.00 WIB")
    assert "Nomor antrean" in told.text


async def serve(officer: Walk, office: Office, number: str) -> None:
    """Wednesday: checked in by the code of her slip, recorded, printed; she went out meanwhile [P9, P10, G4]."""
    await letter(office.post, NURAINI, f"{number}: hari ini, {APPOINTMENT}, 09.00 WIB")
    await staff.sign_in(officer, "dewi")
    await staff.find_person(officer, number)
    await officer.look("loket-terjadwal")
    await staff.step_done(officer, "Sudah hadir", "Hadir", "loket-hadir")
    await officer.page.get_by_label("Wajah, KTP-el lama, dan KK asli cocok").check()
    await staff.step_done(officer, "Sudah direkam", "Sudah direkam", "loket-direkam")
    await officer.page.get_by_label("Nomor seri blangko").fill(SERIAL)
    await staff.step_done(officer, "Sudah tercetak", "Sudah dicetak", "loket-dicetak")
    await officer.sees(f"Blangko {SERIAL}")
    await staff.step_done(officer, "Pemohon tidak di sini", "Siap diambil", "loket-siap-diambil")


async def learn_that_it_is_ready(citizen: Walk, office: Office, number: str) -> None:
    """The message comes once nobody can take the step back any more [G4]."""
    told = await letter(office.post, NURAINI, f"{number}: KTP-el sudah jadi dan bisa diambil")
    assert "Biaya Rp0." in told.text
    await citizen.open(told.link)
    await citizen.sees("KTP-el Anda sudah jadi")
    await citizen.look("status-siap-diambil")


async def hand_over(citizen: Walk, officer: Walk, office: Office, number: str) -> None:
    """The card for the old one; the receipt's QR leads anybody to the proof that it is genuine [P13, S1]."""
    await staff.find_person(officer, number)
    await officer.page.get_by_label("Penerima memeriksa nama, NIK, foto").check()
    await officer.page.get_by_label("KTP-el lama ditarik").check()
    await staff.step_done(officer, "Sudah diserahkan", "Selesai", "loket-selesai")
    told = await letter(office.post, NURAINI, f"{number}: KTP-el sudah diserahkan")
    await citizen.open(told.link)
    await citizen.sees("KTP-el sudah diserahkan")
    await citizen.look("status-selesai")
    await officer.press("Tanda terima")
    await expect(officer.page.get_by_role("heading", name="Cetak tanda terima")).to_be_visible()
    await officer.look("tanda-terima")
    link = await citizen.page.get_by_role("link", name="Lihat tanda terima").get_attribute("href")
    assert link is not None
    # The drawing on the paper is the code of this very address.
    drawn = await officer.page.locator("svg.qr path").last.get_attribute("d")
    assert drawn == re.findall(r' d="([^"]+)"', qr.svg(office.home + link))[-1]
    await citizen.page.context.clear_cookies()
    await citizen.open(link)
    await citizen.sees("Tanda terima asli", "KTP-el sudah diserahkan", number, APPOINTMENT)
    await citizen.look("tanda-terima-asli")
