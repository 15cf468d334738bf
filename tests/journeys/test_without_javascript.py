"""Siti now wears jilbab. Her phone runs no scripts, and its photos have twelve million pixels."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import staff, wizard
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

SITI = the("siti")
GIVEN = "Senin, 23 November 2026"
CHOSEN = "Kamis, 26 November 2026"


async def test_the_citizens_part_needs_no_script(
    phone_without_javascript: Page, desk: Page, tmp_path: Path
) -> None:
    """[P4, P5, P8, R2, R3, T1] Questions, twelve-megapixel photos, status and appointment in plain HTML."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone_without_javascript, "tanpa-js", office.home)
        officer = Walk(desk, "tanpa-js-petugas", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "dewi", "Dewi Lestari", "operator")
        async with office.open_at("2026-11-23T09:00"):
            number = await apply(citizen, office)
            await staff.take_up(officer, invitation)
            await staff.open_file(officer, SITI)
            await staff.find_fitting(officer, "KTP-el lama", "Kartu Keluarga", "Formulir F-1.02")
            await staff.accept(officer)
        # A decision can be taken back for a minute; only then is it told.
        async with office.open_at("2026-11-23T09:05"):
            await choose_another_day(citizen, office, number)
        office.closes()


async def apply(citizen: Walk, office: Office) -> str:
    """The photo alone, as the rule allows her; form F-1.02 is ready to print on the way."""
    await wizard.begin(citizen, "Foto")
    await citizen.look("alasan")
    await citizen.choose("Saya perempuan, sekarang memakai jilbab")
    await citizen.press("Lanjut")
    await wizard.say_where_to_reach(citizen, SITI)
    await wizard.say_who(citizen, SITI)
    await citizen.look("berkas-kosong")
    await citizen.press("Cetak F-1.02 yang sudah kami isi")
    await citizen.sees("Formulir F-1.02", SITI.name)
    await citizen.look("f-102")
    await citizen.press("Kembali")
    await wizard.send(citizen, "KTP-el lama", "siti-ktp.jpg")
    await wizard.send(citizen, "Kartu Keluarga", "siti-kk.jpg")
    await wizard.send(citizen, "Formulir F-1.02", "siti-f102.jpg")
    await citizen.sees("3 dari 3 selesai")
    await stand_upright(citizen)
    await citizen.look("berkas-lengkap")
    await citizen.press("Lanjut")
    number = await wizard.hand_in(citizen)
    await letter(office.post, SITI, f"{number}: permohonan sudah kami terima")
    await citizen.press("Lihat status")
    await citizen.sees("Kami sedang memeriksa berkas Anda", "Rabu, 25 November 2026, 15.00 WIB")
    await citizen.look("status-menunggu")
    return number


async def stand_upright(citizen: Walk) -> None:
    """The phone's photos lie on their side or head; here they are shown as they were taken."""
    shapes = []
    for photo in await citizen.page.locator("section.slot img").all():
        await photo.scroll_into_view_if_needed()
        await expect(photo).to_have_js_property("complete", True)
        shapes.append(await photo.evaluate("photo => photo.naturalWidth > photo.naturalHeight"))
    assert shapes == [True, True, False], "card and KK lie, the form stands"


async def choose_another_day(citizen: Walk, office: Office, number: str) -> None:
    """The link of the mail, the ticket, another day, and the slip to keep."""
    told = await letter(office.post, SITI, f"{number}: datang {GIVEN}, 11.30 WIB")
    await citizen.page.context.clear_cookies()
    await wizard.open_letter(citizen, told.link)
    await citizen.sees("Datang ke kecamatan", GIVEN, "11.30 WIB")
    await citizen.look("status-terjadwal")
    await citizen.press("Ganti jadwal")
    await citizen.look("jadwal")
    day = citizen.page.locator("details", has_text=CHOSEN)
    await day.locator("summary").click()
    await citizen.choose("13.30 WIB", inside=day)
    await citizen.press("Lanjut")
    await citizen.sees("Ambil jadwal ini?", "Kami simpan untuk Anda sampai")
    await citizen.look("jadwal-disimpan")
    await citizen.press("Ganti jadwal")
    await citizen.sees("Datang ke kecamatan", CHOSEN, "13.30 WIB")
    await letter(office.post, SITI, f"{number}: jadwal baru {CHOSEN}, 13.30 WIB")
    await citizen.press("Cetak jadwal")
    await citizen.sees(CHOSEN, "13.30 WIB", number)
    await citizen.look("slip")
