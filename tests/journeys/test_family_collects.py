"""A card collected for its holder: by a member of the same KK, and by somebody with a written authority [P13, S1]."""

from pathlib import Path

from playwright.async_api import Page, expect

from models.rules.workflow import State
from tests.journeys.counters import Counter, furnish_counter
from tests.journeys.desks import open_office
from tests.journeys.people import SPECIMEN

NIK = "9999996502740032"


async def test_family_and_neighbour_collect(
    desk: Page, phone_without_javascript: Page, tmp_path: Path
) -> None:
    """Who takes it is written down in full and sealed; the receipt masks it, and no address tells it."""
    room = await furnish_counter(tmp_path / "room", (State.PRINTED, State.PRINTED))
    async with open_office(room, tmp_path / "data") as office:
        asked: list[str] = []
        for page in (desk, phone_without_javascript):
            page.on("request", lambda request: asked.append(request.url))
        await family_collects(Counter(phone_without_javascript, office), room.numbers[0])
        await neighbour_collects(Counter(desk, office), room.numbers[1])
        assert [url for url in asked if NIK in url or "LILIK" in url] == []


async def family_collects(counter: Counter, number: str) -> None:
    """On a small screen without JavaScript: what is missing is said, what was typed stays."""
    page = counter.page
    await counter.sit_down()
    await page.goto(f"{counter.office.server.url}/loket/{number}")
    await page.get_by_role("button", name="Pemohon tidak di sini").click()
    await counter.stands_at("Siap diambil")
    await page.get_by_text("Keluarga satu KK").click()
    await page.get_by_label("Penerima memeriksa nama, NIK, foto").check()
    await page.get_by_label("KTP-el lama ditarik").check()
    await page.get_by_text("Data penerima lain").click()
    await page.get_by_label("Nama penerima").fill("LILIK MASRUROH")
    await page.get_by_role("button", name="Sudah diserahkan").click()
    await expect(page.locator("#ringkasan")).to_contain_text("Tulis hubungannya")
    assert await page.get_by_label("Nama penerima").input_value() == "LILIK MASRUROH"
    await page.get_by_label("NIK penerima").fill(NIK)
    await page.get_by_label("Hubungan").fill("ibu")
    await page.get_by_role("button", name="Sudah diserahkan").click()
    await counter.stands_at("Selesai")
    await expect(page.locator("#kini")).to_contain_text("Diterima anggota keluarga")


async def neighbour_collects(counter: Counter, number: str) -> None:
    """Not without a photo of the written authority; the receipt says so, and names nobody in full."""
    page = counter.page
    await counter.sit_down()
    await counter.scan(number)
    await page.get_by_text("Surat kuasa", exact=True).click()
    await page.get_by_label("Nama penerima").fill("SUGENG")
    await page.get_by_label("NIK penerima").fill(NIK)
    await page.get_by_label("Hubungan").fill("tetangga")
    await page.locator("#nm").focus()
    await counter.press("1", "2", "Enter")
    await expect(page.locator("#ringkasan")).to_contain_text("Pilih foto surat kuasanya.")
    await page.get_by_label("Foto surat kuasa").set_input_files(SPECIMEN / "siti-f102.jpg")
    # The photo comes with the form: what it was sent with stays, whatever else is still to be mended.
    await counter.press("2")
    await page.get_by_role("button", name="Sudah diserahkan").click()
    await expect(page.locator("#ringkasan")).to_contain_text("Tulis mengapa KTP-el lama tidak ditarik.")
    await expect(page.get_by_role("link", name="Lihat surat kuasa")).to_be_visible()
    assert await page.get_by_label("Nama penerima").input_value() == "SUGENG"
    await page.get_by_label("Jika tidak ditarik, sebabnya").fill("hilang di jalan")
    await page.get_by_role("button", name="Sudah diserahkan").click()
    await counter.stands_at("Selesai")
    await page.get_by_role("link", name="Tanda terima").click()
    paper = page.locator(".strip")
    await expect(paper).to_contain_text("dengan surat kuasa")
    await expect(paper).to_contain_text("hilang di jalan")
    assert NIK not in await page.content()
    assert "SUGENG" not in await paper.inner_text()
