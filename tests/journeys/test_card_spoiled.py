"""One whole case by the keyboard alone, with a print that failed and was printed again [P3, P9, P10, P13, S1, M5]."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from models.rules.workflow import State
from tests.journeys.counters import FIRST_BLANK, Counter, furnish_counter
from tests.journeys.desks import open_office

SECOND_BLANK = "3515-26-000102"


async def test_a_card_is_spoiled_and_printed_again(desk: Page, tmp_path: Path) -> None:
    """From the scan of the slip to the receipt without a mouse; the spoiled blank is never used again."""
    room = await furnish_counter(tmp_path / "room", (State.ACCEPTED, State.ACCEPTED))
    async with open_office(room, tmp_path / "data") as office:
        counter = Counter(desk, office)
        await counter.sit_down()
        await arrive_and_record(counter, room.numbers[0])
        await spoil_and_print_again(counter)
        await hand_over(counter, room.numbers[0])
        await call_the_next(counter, room.numbers[1])


async def arrive_and_record(counter: Counter, number: str) -> None:
    """Here, undone, here again; what only a person can say is ticked by its digit."""
    await counter.scan(f"LOKET-{number}")
    await counter.press("a")
    await counter.stands_at("Hadir")
    await counter.press("z")
    await counter.stands_at("Terjadwal")
    await counter.press("Enter")
    await counter.stands_at("Hadir")
    await counter.press("Enter")
    summary = counter.page.locator("#ringkasan")
    await expect(summary).to_be_focused()
    await expect(summary).to_contain_text("Cocokkan dulu wajah, KTP-el lama, dan KK asli.")
    await expect(summary).to_contain_text("Tunjukkan fotonya.")
    await counter.press("1", "3", "Enter")
    await counter.stands_at("Sudah direkam")


async def spoil_and_print_again(counter: Counter) -> None:
    """The keyboard stands in the serial's field; G asks what is wrong; the same serial is refused afterwards."""
    page = counter.page
    await expect(page.locator("#serial")).to_be_focused()
    await page.keyboard.type(FIRST_BLANK)
    await counter.press("Enter")
    await counter.stands_at("Sudah dicetak")
    await counter.press("g")
    await expect(page.locator("#reason")).to_be_focused()
    await page.keyboard.type("tinta luntur")
    await counter.press("Enter")
    await counter.stands_at("Sudah direkam")
    await expect(page.locator("#keadaan")).to_contain_text("rusak 1")
    await expect(page.locator("#serial")).to_be_focused()
    await page.keyboard.type(FIRST_BLANK)
    await counter.press("Enter")
    await expect(page.locator("#serial-e")).to_contain_text("tercatat rusak")
    await page.locator("#serial").fill(SECOND_BLANK)
    await counter.press("Enter")
    await counter.stands_at("Sudah dicetak")
    await counter.press("z")
    await expect(page.locator("#ringkasan")).to_contain_text("Pakai Gagal, blangko rusak")


async def hand_over(counter: Counter, number: str) -> None:
    """Checked, old card taken, survey offered: three digits and Enter; then the receipt."""
    page = counter.page
    await page.locator("#nm").focus()
    await counter.press("1", "2", "3", "Enter")
    await counter.stands_at("Selesai")
    assert page.url.endswith(f"/loket/{number}")
    await expect(page.locator("#hari-ini")).to_contain_text("1 selesai")
    await page.get_by_role("link", name="Tanda terima").press("Enter")
    await expect(page.get_by_role("heading", name="Cetak tanda terima")).to_be_visible()


async def call_the_next(counter: Counter, number: str) -> None:
    """P calls whose turn it is; the board shows the number and the counter, and no name."""
    page = counter.page
    await page.goto(f"{counter.office.server.url}/loket")
    await page.get_by_label("Nama meja di layar antrean").fill("Loket 2")
    async with page.expect_navigation():
        await counter.press("Enter")
    await counter.scan(number)
    await counter.press("a")
    await counter.stands_at("Hadir")
    await counter.press("p")
    await expect(page.locator("#kini")).to_contain_text("Dipanggil")
    await page.goto(f"{counter.office.server.url}/antrean")
    await expect(page.locator("#antrean .baru")).to_have_text(re.compile(r"[BC]-\d+Loket 2"))
    assert "SITI" not in await page.content()
