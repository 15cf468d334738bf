"""Two tabs of one phone, and two phones, send to the same draft at once: nothing twice, nothing lost unseen [R2, P5].

What a phone keeps is one queue for all its tabs; what the service has belongs to the draft, whoever sent it.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.browser import PHONE_ALONE, Watch, person
from tests.journeys.people import SPECIMEN
from tests.support.held_line import HeldLine, held_line
from tests.support.killable import Service
from tests.support.tus import Sender, prepared

KIND, FIRST, OTHER = "family_card", "siti-kk.jpg", "nuraini-kk.jpg"
WITHIN = 40_000
"""Milliseconds until a page says something."""


@dataclass
class Shop:
    """The service behind its line, and drafts that nobody has sent anything to."""

    service: Service
    line: HeldLine
    drafts: list[Sender]

    async def open(self, context: BrowserContext, draft: Sender) -> Page:
        """One more tab with the draft's page of documents."""
        place = f"http://127.0.0.1:{self.line.port}"
        await context.add_cookies([{"name": "sesi", "value": draft.cookie, "url": place}])
        page = await context.new_page()
        await page.goto(f"{place}/permohonan/{draft.number}/berkas")
        return page

    async def held(self) -> None:
        """Wait until the line stopped in the middle of the photo."""
        async with asyncio.timeout(WITHIN / 1000):
            await self.line.held.wait()

    def pages(self, draft: Sender) -> list[str]:
        """SHA-256 of the file of each page that counts, in order."""
        with closing(
            sqlite3.connect(f"file:{self.service.data}/loket.sqlite3?mode=ro", uri=True)
        ) as database:
            rows = database.execute(
                "SELECT page.sha256 FROM page JOIN document ON document.id = page.document "
                "JOIN application ON application.id = document.application "
                "WHERE application.number = ? AND page.blob <> '' AND page.replaced_at IS NULL "
                "ORDER BY page.position, page.id",
                [draft.number],
            ).fetchall()
        return [sha256 for (sha256,) in rows]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    data = tmp_path_factory.mktemp("tabs") / "data"
    drafts = await prepared(data, 8)
    service = Service(data)
    async with service.running(), held_line(service.port) as line:
        yield Shop(service, line, drafts)


def slot(page: Page) -> Locator:
    return page.locator(f"section#{KIND}")


async def choose(page: Page, file: str) -> None:
    await page.locator(f"#g-{KIND}").set_input_files(SPECIMEN / file)


async def says(page: Page, words: str) -> None:
    await expect(slot(page).locator(".chip")).to_have_text(words, timeout=WITHIN)


async def arrived(page: Page) -> None:
    """Nothing is under way any more."""
    await expect(slot(page).locator("progress")).to_have_count(0, timeout=WITHIN)


async def shows_pages(page: Page, count: int) -> None:
    """What the slot says after the page was opened anew."""
    await page.reload()
    await says(page, "Selesai")
    await expect(slot(page).locator("img")).to_have_count(count, timeout=WITHIN)


def sent_once(shop: Shop, draft: Sender) -> None:
    """One upload, one page, and those bytes."""
    assert len(shop.line.uploads) == 1
    assert shop.pages(draft) == shop.line.digests()


async def test_both_tabs_end_with_one_photo(shop: Shop, phone: Page, watch: Watch) -> None:
    """[P5] A second tab finds the photo under way, and both say so when it has arrived."""
    draft = shop.drafts.pop()
    shop.line.hold_at(0.5)
    first = await shop.open(phone.context, draft)
    await choose(first, FIRST)
    await shop.held()
    second = await shop.open(phone.context, draft)
    await says(second, "Sedang dikirim")
    shop.line.let_go()
    await says(first, "Selesai")
    await says(second, "Selesai")
    sent_once(shop, draft)
    assert shop.line.crossed == shop.line.uploads[0]  # while one tab sends, the other waits
    await shows_pages(second, 1)


async def test_the_second_tab_goes_on_without_the_first(shop: Shop, phone: Page, watch: Watch) -> None:
    """[P5] It does not wait for a reload, nor begin anew."""
    draft = shop.drafts.pop()
    shop.line.hold_at(0.5)
    first = await shop.open(phone.context, draft)
    second = await shop.open(phone.context, draft)
    await choose(first, FIRST)
    await shop.held()
    await second.reload()
    await says(second, "Sedang dikirim")
    await first.close()
    shop.line.let_go()
    await says(second, "Selesai")
    sent_once(shop, draft)
    await shows_pages(second, 1)


async def test_taken_back_in_one_tab_and_another_chosen(shop: Shop, phone: Page, watch: Watch) -> None:
    """[P5] What was cancelled in the second tab does not come back from the first."""
    draft = shop.drafts.pop()
    shop.line.hold_at(0.5, everything=True)
    first = await shop.open(phone.context, draft)
    await choose(first, FIRST)
    await shop.held()
    second = await shop.open(phone.context, draft)
    await says(second, "Sedang dikirim")
    await slot(second).get_by_role("button", name="Batalkan").click()
    await says(second, "Belum ada")
    await choose(second, OTHER)
    shop.line.let_go()
    await says(second, "Selesai")
    await arrived(first)
    await shows_pages(second, 1)
    assert len(shop.line.uploads) == 2
    assert shop.pages(draft) == shop.line.digests()[1:]


async def test_each_tab_chooses_another_photo(shop: Shop, phone: Page, watch: Watch) -> None:
    """[R2, P5] Both were asked for in an empty slot: both are pages of it, although the queue has one place."""
    watch.allow("ERR_FAILED")
    draft = shop.drafts.pop()
    shop.line.hold_at(0.5)
    first = await shop.open(phone.context, draft)
    second = await shop.open(phone.context, draft)
    await choose(first, FIRST)
    await shop.held()
    await second.route("**/unggah", lambda route: route.abort())
    await choose(second, OTHER)
    await says(second, "Menunggu internet")
    shop.line.let_go()
    await says(first, "Selesai")
    # The first tab's photo has arrived; the second's is still to be begun.
    await second.unroute("**/unggah")
    await says(second, "Selesai")
    await shows_pages(second, 2)
    assert shop.pages(draft) == shop.line.digests()


async def test_two_phones_send_the_same_document(
    shop: Shop, phone: Page, browser: Browser, watch: Watch
) -> None:
    """[R2, P5] In an empty slot both are pages; of two that replace, the one that arrives last is the document."""
    draft = shop.drafts.pop()
    shop.line.hold_at(0.5)
    first = await shop.open(phone.context, draft)
    async with person(browser, watch, PHONE_ALONE) as other:
        second = await shop.open(other.context, draft)
        await choose(first, FIRST)
        await shop.held()
        await choose(second, OTHER)
        await says(second, "Selesai")
        shop.line.let_go()
        await says(first, "Selesai")
        await shows_pages(first, 2)
        await shows_pages(second, 2)
        assert len(shop.line.uploads) == 2
        # Both take another picture instead; the first phone's is held up, so it arrives last.
        shop.line.hold_at(0.5)
        await slot(first).locator("summary").click()
        await choose(first, "bad-kk-cut.jpg")
        await shop.held()
        await slot(second).locator("summary").click()
        await choose(second, "agus-kk.jpg")
        await arrived(second)
        _, straight = shop.line.digests()
        assert shop.pages(draft) == [straight]
        shop.line.let_go()
        await arrived(first)
        held_up, _ = shop.line.digests()
        assert shop.pages(draft) == [held_up]
        await shows_pages(second, 1)
