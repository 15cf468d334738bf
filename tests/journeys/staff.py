"""What officers do at their desks: taking up an invitation, deciding on a file, serving at the counter."""

import re

from playwright.async_api import Locator, expect

from tests.journeys.people import Citizen
from tests.journeys.walks import Walk

SHORT = {
    "KTP-el lama": "KTP-el",
    "Kartu Keluarga": "KK",
    "Formulir F-1.02": "F-1.02",
    "Surat kehilangan dari polisi": "Surat polisi",
}
"""What stands on the desk's narrow buttons."""
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
    """The button that shows one document, by its whole name."""
    toolbar = walk.page.get_by_role("toolbar", name="Dokumen dan tampilan")
    return toolbar.get_by_role("button", name=re.compile(rf"^\s*{re.escape(SHORT[name])}"))


async def find_fitting(walk: Walk, *names: str) -> None:
    """Look at these documents; what has no reason against it fits."""
    for name in names:
        await document(walk, name).click()
        await expect(document(walk, name)).to_have_attribute("aria-pressed", "true")


async def find_wrong(walk: Walk, name: str, reason: str) -> None:
    """This document does not fit, for this reason: the message to the applicant says so [P2, P7]."""
    await find_fitting(walk, name)
    await walk.page.get_by_label(reason).locator("visible=true").check()
    await expect(walk.page.locator("#pesan-susun")).to_contain_text(name)


async def give_back(walk: Walk) -> None:
    """Return the file, to be mended by noon of the next day; the message leaves a minute later [P7]."""
    await walk.look("berkas-tidak-cocok")
    await walk.press("Kembalikan")
    await decided(walk, "dikembalikan untuk diperbaiki")
    await walk.look("berkas-dikembalikan")


async def accept(walk: Walk) -> None:
    """The file is complete: the applicant gets an appointment [P8]."""
    await walk.press("Terima")
    await decided(walk, "diterima")
    await walk.look("berkas-diterima")


async def decided(walk: Walk, words: str) -> None:
    """The next thing is on the screen, and this decision can be taken back."""
    await expect(walk.page.locator("#urung")).to_contain_text(f"{words}. Pesan dikirim ke pemohon pukul")


async def find_person(walk: Walk, number: str) -> None:
    """Scan the code of the slip at the counter [P9]."""
    await walk.page.get_by_label("Kode, NIK, atau pindai QR").fill(f"LOKET-{number}")
    await walk.page.keyboard.press("Enter")
    await expect(walk.page.locator("#nm")).to_be_visible()


async def step_done(walk: Walk, button: str, state: str, name: str) -> None:
    """Press this button at the counter; the person then stands at this state."""
    await walk.press(button)
    await expect(walk.page.locator("#kini > .baris .chip").first).to_have_text(state)
    await walk.look(name)
