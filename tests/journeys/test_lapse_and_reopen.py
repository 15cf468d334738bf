"""Agus sends the wrong document and lets noon pass, twice: first the office's fault, then his own."""

from pathlib import Path

from playwright.async_api import Page

from tests.journeys import staff, wizard
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

AGUS = the("agus")
FIRST = "Selasa, 24 November 2026, 12.00 WIB"
SECOND = "Rabu, 25 November 2026, 12.00 WIB"


async def test_nothing_is_lost_when_noon_has_passed(phone: Page, desk: Page, tmp_path: Path) -> None:
    """[P7, G4, T1] The deadline is kept to the minute, moved when we were away, and reopening takes one tap."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "lewat", office.home)
        officer = Walk(desk, "lewat-petugas", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "dewi", "Dewi Lestari", "operator")
        async with office.open_at("2026-11-23T09:00"):
            number = await apply(citizen, office)
            await staff.take_up(officer, invitation)
            await return_the_kk(officer)
        # A decision can be taken back for a minute; only then is it told.
        async with office.open_at("2026-11-23T09:10"):
            await letter(office.post, AGUS, f"{number}: perbaiki paling lambat {FIRST}")
        # Down until after noon of Tuesday: not the applicant's fault.
        async with office.open_at("2026-11-24T12:05"):
            await see_it_moved(citizen, office, number)
        await office.hours_pass("2026-11-25T07:00", "2026-11-25T07:01")
        await office.hours_pass("2026-11-25T10:59", "2026-11-25T12:01")
        async with office.open_at("2026-11-25T12:05"):
            await reopen(citizen, office, number)
        office.closes()


async def apply(citizen: Walk, office: Office) -> str:
    """A new signature; where the KK is asked for he sends his KTP-el again."""
    await wizard.begin(citizen, "Tanda tangan")
    await wizard.say_where_to_reach(citizen, AGUS)
    await wizard.say_who(citizen, AGUS)
    await wizard.send(citizen, "KTP-el lama", "agus-ktp.jpg")
    await wizard.send(citizen, "Kartu Keluarga", "bad-kk-wrong-document.jpg")
    await wizard.send(citizen, "Formulir F-1.02", "agus-f102.jpg")
    await citizen.press("Lanjut")
    number = await wizard.hand_in(citizen)
    await letter(office.post, AGUS, f"{number}: permohonan sudah kami terima")
    return number


async def return_the_kk(officer: Walk) -> None:
    """A legible KTP-el is no KK."""
    await staff.open_file(officer, AGUS)
    await staff.find_wrong(officer, "Kartu Keluarga", "Salah dokumen")
    await staff.give_back(officer)


async def see_it_moved(citizen: Walk, office: Office, number: str) -> None:
    """The service was away in the hour before noon, so there is one more day, and he is told."""
    told = await letter(office.post, AGUS, f"{number}: batas perbaikan diundur ke {SECOND}")
    assert "ini bukan kesalahan Anda" in told.text
    await citizen.open(told.link)
    await citizen.sees("Foto ulang Kartu Keluarga (KK)", "besok, 12.00 WIB", "Rabu, 25 November 2026")
    await citizen.look("status-diundur")


async def reopen(citizen: Walk, office: Office, number: str) -> None:
    """Reminded twice, late all the same: one tap, one photo, and the rest is as it was."""
    for _ in range(2):
        await letter(office.post, AGUS, f"{number}: batas perbaikan hari ini, {SECOND}")
    told = await letter(office.post, AGUS, f"{number}: batas waktu lewat, bisa dibuka kembali")
    assert f"Batasnya {SECOND}." in told.text
    await citizen.page.context.clear_cookies()
    await wizard.open_letter(citizen, told.link)
    await citizen.sees("Lewat batas waktu", "Lanjutkan tanpa mulai dari awal")
    await citizen.look("status-lewat")
    await citizen.press("Buka kembali")
    await citizen.sees("2 dari 3 selesai")
    await citizen.look("berkas-dibuka-kembali")
    await wizard.send(citizen, "Kartu Keluarga", "agus-kk.jpg")
    await citizen.press("Lanjut")
    await citizen.sees(AGUS.name, AGUS.address, "Tanda tangan")
    again = await wizard.hand_in(citizen)
    assert again != number
    # Received in the lunch break of Wednesday: counted from then, on Friday the office closes at two.
    await citizen.sees("Jadi paling lambat Jumat, 27 November 2026, 14.00 WIB")
    await letter(office.post, AGUS, f"{again}: permohonan sudah kami terima")
