"""What the counter types for somebody who walks in: keys alone, in the order of the page [P1, M5]."""

from collections.abc import Mapping

from playwright.async_api import Page, expect

from tests.journeys.people import Citizen
from tests.journeys.walks import Walk

FITTING = {"old_card": "a", "family_card": "a", "form_f102": "a"}
"""What is typed into each line of the checklist: the first letter of what the officer found."""
SEX = {"Perempuan": "p", "Laki-laki": "l"}


def strokes(
    who: Citizen, change: str, reason: str = "", papers: Mapping[str, str] = FITTING
) -> list[tuple[str, str]]:
    """(field, what is typed into it) in the order of the page. Birth date and sex come from the NIK by themselves.

    change, reason: the first letters of the choice.
    """
    village = who.village.partition(" ")[0].lower()
    return [
        ("nik", who.nik),
        ("nama", who.name),
        ("tempat_lahir", who.birth_place),
        ("tgl_lahir", ""),
        ("jenis_kelamin", ""),
        ("desa", village[:3]),
        ("alamat", who.address),
        ("rt_rw", who.rt_rw),
        ("no_kk", who.kk),
        ("no_hp", ""),
        ("email", who.email),
        ("whatsapp", ""),
        ("perubahan", change),
        ("alasan", reason),
        ("catatan", ""),
        *((f"berkas_{kind}", papers.get(kind, "")) for kind in (*FITTING, "data_evidence")),
    ]


async def type_in(page: Page, typed: list[tuple[str, str]]) -> int:
    """Type all of it, from field to field by Tab, down to the button; how many keys were pressed."""
    await expect(page.locator("#nik")).to_be_focused()
    pressed = 0
    for name, text in typed:
        assert await page.evaluate("document.activeElement.name") == name
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
        pressed += len(text) + 1
    return pressed


async def confirm(walk: Walk) -> None:
    """What is odd about the specimen's numbers is shown once, and confirmed [R3]."""
    await walk.sees("Apakah ini memang begitu?")
    await walk.page.get_by_label("Sudah dicocokkan dengan KTP-el dan KK").check()
    await walk.press("Simpan dan putuskan")


def number_of(page: Page) -> str:
    """Of the file whose page this is."""
    return page.url.split("/loket/")[1].partition("/")[0]


async def decided(walk: Walk, words: str) -> None:
    """The page says what became of the file."""
    await expect(walk.page.locator(".note", has_text=words)).to_be_visible()
