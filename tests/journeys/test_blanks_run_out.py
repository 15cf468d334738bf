"""The last blank is used: nobody is given a time that cannot be kept, everybody is told; a delivery mends it."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import staff, wizard
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

NURAINI = the("nuraini")
LAST = "3515-26-000117"
OUT = re.compile("Blangko KTP-el (sedang )?habis")


async def test_blanks_run_out_and_come_back(phone: Page, desk: Page, tmp_path: Path) -> None:
    """[M2, T1, P8, S1, O1, G4] From the last blank to the delivery, as the citizen and the officer see it."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "blangko", office.home)
        officer = Walk(desk, "blangko-petugas", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "dewi", "Dewi Lestari", "operator", "counter")
        said = await office.run("2026-11-23T08:40", "-m", "tests.journeys.blank_scene")
        recorded, number = said.split()
        async with office.open_at("2026-11-23T09:00"):
            await staff.take_up(officer, invitation)
            await use_the_last_blank(officer, recorded)
            await read_that_they_are_out(citizen)
            await accept(officer)
        # A decision can be taken back for a minute; only then is it told.
        async with office.open_at("2026-11-23T09:10"):
            await learn_that_the_card_comes_later(citizen, office, number)
        async with office.open_at("2026-11-24T08:00"):
            await take_the_delivery(officer)
        await office.hours_pass("2026-11-24T08:05", "2026-11-24T08:06")
        async with office.open_at("2026-11-24T08:10"):
            await read_of_the_appointment(citizen, office, number)
        assert [one for one in office.post.messages if "blangko" in str(one["subject"])] == []


async def use_the_last_blank(officer: Walk, recorded: str) -> None:
    """A delivery of one, and the card of somebody who was recorded before [S1, O1]."""
    page = officer.page
    await officer.open("/blangko")
    await officer.sees("Stok belum dicatat")
    await page.locator("#terima").get_by_label("Nomor seri pertama").fill(LAST)
    await page.keyboard.press("Enter")
    # A scanner ends with Enter; what it read stays, and the other half is asked for.
    await officer.sees("Isi nomor seri terakhir atau jumlah keping.")
    await expect(page.locator("#serial")).to_have_value(LAST)
    await page.locator("#count").fill("1")
    await page.keyboard.press("Enter")
    await officer.sees("Stok sekarang 1 keping.")
    await officer.look("satu-keping")
    await officer.open(f"/loket/{recorded}")
    await page.get_by_label("Nomor seri blangko").fill(LAST)
    await page.keyboard.press("Enter")
    await officer.sees(f"Blangko {LAST}")
    await officer.open("/blangko")
    await officer.sees("Blangko habis.", "Kendala sudah dicatat.", recorded)
    await officer.look("habis")


async def read_that_they_are_out(citizen: Walk) -> None:
    """Whoever comes to the front page knows before applying."""
    await citizen.open("/")
    await expect(citizen.page.get_by_text(OUT).first).to_be_visible()
    await citizen.sees("Anda tetap bisa mengajukan.")
    await citizen.look("beranda-habis")


async def accept(officer: Walk) -> None:
    """Her file is complete, but there is no time to give."""
    await staff.open_file(officer, NURAINI)
    await staff.find_fitting(officer, "KTP-el lama", "Kartu Keluarga", "Formulir F-1.02")
    await staff.accept(officer)


async def learn_that_the_card_comes_later(citizen: Walk, office: Office, number: str) -> None:
    """Why, what happens next, and that it is not her fault [G4]."""
    await letter(office.post, NURAINI, f"{number}: permohonan sudah kami terima")
    told = await letter(office.post, NURAINI, f"{number}: blangko KTP-el sedang habis, kartu Anda menyusul")
    assert "Jadwal kami beri begitu blangko datang" in told.text
    assert "Mohon maaf, ini bukan kesalahan Anda." in told.text
    await wizard.open_letter(citizen, told.link)
    await citizen.sees("Jadwal datang menyusul", "Blangko KTP-el sedang habis.")
    await citizen.look("status-menunggu-blangko")


async def take_the_delivery(officer: Walk) -> None:
    """Five hundred in a few keys: the first number, the end of the last one, the letter [M2, M5]."""
    page = officer.page
    await staff.sign_in(officer, "dewi")
    await officer.open("/blangko")
    await page.locator("#terima").get_by_label("Nomor seri pertama").focus()
    for words in ("3515-26-000201", "700", "500", "SJ/2026/204"):
        await page.keyboard.type(words)
        await page.keyboard.press("Enter" if words.startswith("SJ") else "Tab")
    await officer.sees("Stok sekarang 500 keping.")
    await page.get_by_label("Terhitung, keping").fill("500")
    await page.keyboard.press("Enter")
    await officer.sees("Sudah dihitung hari ini")
    await officer.look("kiriman-datang")
    await officer.open("/")
    await expect(page.get_by_text(OUT)).to_have_count(0)


async def read_of_the_appointment(citizen: Walk, office: Office, number: str) -> None:
    """Nobody had to ask: the earliest time is hers, and she is told once [P8, G4]."""
    told = await letter(office.post, NURAINI, f"{number}: datang Selasa, 24 November 2026")
    assert "Nomor antrean" in told.text
    await citizen.open(told.link)
    await citizen.sees("Datang ke kecamatan", "Selasa, 24 November 2026")
    await citizen.look("status-terjadwal")
