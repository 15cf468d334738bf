"""What officers do at their desks: taking up an invitation, deciding on a file, serving at the counter."""

from playwright.async_api import Locator, expect

from tests.journeys.people import Citizen
from tests.journeys.walks import Walk

PASSWORD = "warung pojok hijau"


async def take_up(walk: Walk, invitation: str) -> None:
    """Choose a password by the one-time link, and be at work at once [M3]."""
    await walk.open(invitation)
    await walk.look("undangan")
    await walk.page.get_by_label("Kata sandi baru").fill(PASSWORD)
    await walk.page.get_by_label("Ketik sekali lagi").fill(PASSWORD)
    await walk.press("Simpan dan masuk")


async def sign_in(walk: Walk, login: str) -> None:
    """By name and password, on another day."""
    await walk.open("/masuk")
    await walk.page.get_by_label("Nama pengguna").fill(login)
    await walk.page.get_by_label("Kata sandi").fill(PASSWORD)
    await walk.press("Masuk")


async def open_file(walk: Walk, who: Citizen) -> None:
    """Take this person's file from the queue [P6]."""
    await walk.open("/verifikasi")
    await walk.look("antrean")
    await walk.page.get_by_role("link", name=who.name).click()
    await expect(walk.page.get_by_role("heading", name=who.name)).to_be_visible()
    await walk.look("berkas-petugas")


def document(walk: Walk, name: str) -> Locator:
    """The place of one document on the operator's screen."""
    return walk.page.locator("section.slot", has=walk.page.get_by_role("heading", name=name))


async def find_fitting(walk: Walk, *names: str) -> None:
    """These documents fit."""
    for name in names:
        place = document(walk, name)
        await walk.press("Cocok", inside=place)
        await expect(place.get_by_text("Cocok", exact=True).first).to_be_visible()
        await expect(place.locator(".chip")).to_have_text("Cocok")


async def find_wrong(walk: Walk, name: str, reason: str) -> None:
    """This document does not fit, for this reason [P2, P7]."""
    place = document(walk, name)
    await place.get_by_text("Tidak cocok, pilih alasan").click()
    await place.get_by_label(reason).check()
    await walk.press("Simpan alasan", inside=place)
    await expect(place.locator(".chip")).to_have_text("Tidak cocok")


async def give_back(walk: Walk) -> None:
    """Return the file, to be mended by noon of the next day [P7]."""
    await walk.look("berkas-tidak-cocok")
    await walk.press("Kembalikan untuk diperbaiki")
    await expect(walk.page.locator("#data .chip")).to_have_text("Perlu diperbaiki")
    await walk.look("berkas-dikembalikan")


async def accept(walk: Walk) -> None:
    """The file is complete: the applicant gets an appointment [P8]."""
    await walk.press("Terima, beri jadwal")
    await expect(walk.page.locator("#data .chip")).to_have_text("Terjadwal")
    await walk.look("berkas-diterima")


async def find_person(walk: Walk, number: str) -> None:
    """Scan the code of the slip at the counter [P9]."""
    await walk.page.get_by_label("Kode, NIK, atau pindai QR").fill(f"LOKET-{number}")
    await walk.page.keyboard.press("Enter")
    await expect(walk.page.locator("#kini")).to_be_visible()


async def step_done(walk: Walk, button: str, state: str, name: str) -> None:
    """Press this button at the counter; the person then stands at this state."""
    await walk.press(button)
    await expect(walk.page.locator("#kini > .baris .chip")).to_have_text(state)
    await walk.look(name)
