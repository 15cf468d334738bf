"""Somebody moves away from a full Monday; who would come earlier is asked, one after the other."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import wizard
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

NURAINI, SITI = the("nuraini"), the("siti")
FREED = "Senin, 23 November 2026, 14.30 WIB"
ASK = "Beri tahu jika ada yang lebih cepat"


async def test_a_freed_time_finds_who_waits_for_it(
    phone: Page, phone_without_javascript: Page, desk: Page, tmp_path: Path
) -> None:
    """[P8, G2] Kept while it is chosen, freed, offered to the first for two office hours, then to the next."""
    async with office_with_mail(tmp_path / "data") as office:
        nuraini = Walk(phone, "lebih-awal", office.home)
        siti = Walk(phone_without_javascript, "lebih-awal-siti", office.home)
        leaver = Walk(desk, "lebih-awal-pindah", office.home)
        links = (await office.run("2026-11-23T09:00", "-m", "tests.journeys.freed_slot_scene")).split()
        async with office.open_at("2026-11-23T09:01"):
            for reader in (NURAINI, SITI):
                await letter(office.post, reader, "datang Selasa, 24 November 2026")
            await ask(nuraini, links[1])
            await ask(siti, links[2])
            await move_away(leaver, links[0])
        await office.hours_pass("2026-11-23T09:05", "2026-11-23T09:05")
        offered = await letter(office.post, NURAINI, f"ada jadwal lebih awal, {FREED}")
        assert "sampai Senin, 23 November 2026, 11.05 WIB" in offered.text
        # She does not look at her phone. At 11.05 it is the next one's turn.
        await office.hours_pass("2026-11-23T11:05", "2026-11-23T11:05")
        async with office.open_at("2026-11-23T11:06"):
            await take_it(siti, office)
            await come_too_late(nuraini, offered.link)


async def ask(citizen: Walk, link: str) -> None:
    """One tap on the status page, which then says so."""
    await wizard.open_letter(citizen, link)
    await citizen.sees("Datang ke kecamatan", "Selasa, 24 November 2026")
    await citizen.press(ASK)
    await citizen.sees("Anda kami kabari jika ada hari yang lebih awal.")
    await citizen.look("menunggu")


async def move_away(citizen: Walk, link: str) -> None:
    """Another day is kept for ten minutes, put back, and then another one is kept and taken."""
    await wizard.open_letter(citizen, link)
    await citizen.sees("Senin, 23 November 2026", "14.30 WIB")
    await citizen.press("Ganti jadwal")
    await citizen.press("Lanjut")
    await citizen.sees("Ambil jadwal ini?", "Kami simpan untuk Anda sampai")
    await citizen.press("Pilih jam lain")
    day = citizen.page.locator("details", has_text="Rabu, 25 November 2026")
    await day.locator("summary").click()
    await citizen.choose("10.00 WIB", inside=day)
    await citizen.press("Lanjut")
    await citizen.sees("Rabu, 25 November 2026, 10.00 WIB", "janji kami ikut bergeser")
    await citizen.look("jadwal-disimpan")
    await citizen.press("Ganti jadwal")
    await citizen.sees("Datang ke kecamatan", "Rabu, 25 November 2026")


async def take_it(citizen: Walk, office: Office) -> None:
    """Opening the link takes nothing; the button does."""
    told = await letter(office.post, SITI, f"ada jadwal lebih awal, {FREED}")
    await citizen.open(told.link)
    await citizen.sees("Ada jadwal lebih awal", FREED, "Selasa, 24 November 2026")
    await citizen.look("tawaran")
    await citizen.press("Ambil jadwal ini")
    await citizen.sees("Datang ke kecamatan", "Senin, 23 November 2026", "14.30 WIB")
    await letter(office.post, SITI, f"jadwal baru {FREED}")


async def come_too_late(citizen: Walk, link: str) -> None:
    """The old time stands, and one may ask again."""
    await citizen.open(link)
    await citizen.sees("Datang ke kecamatan", "Selasa, 24 November 2026", ASK)
    await expect(citizen.page.get_by_text("Ada jadwal lebih awal")).to_have_count(0)
