"""A photo cut off on its way, in each way and at each place: it goes on by itself, never from zero [R2, P5].

A real Chromium with a profile on disk, the service as a process of its own, and between them a line that stops
at an exact byte. The same photo is sent once without any trouble; whatever happens on the way, the service must end
up with the very same bytes, once.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Response, expect

from components.partials import Partials
from components.vault import load_vault
from tests.journeys.browser import CHROMIUM, FLAGS, PHONE, Watch
from tests.journeys.people import SPECIMEN
from tests.support.handset import Handset
from tests.support.held_line import HeldLine, held_line
from tests.support.killable import Service
from tests.support.tus import Sender, prepared

KIND, PHOTO = "family_card", "siti-kk.jpg"
PLACES = (0.1, 0.5, 0.9)
WITHIN = 40_000
"""Milliseconds until a page says something; the phone waits longer between tries the more of them failed."""
LINE_BROKE = r"ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED"

Record = Callable[[str, object], None]


@dataclass
class Shop:
    """The service behind its line, a phone, and drafts that nobody has sent anything to."""

    service: Service
    line: HeldLine
    handset: Handset
    drafts: list[Sender]
    scratch: Path
    sent_in_peace: str = ""
    """SHA-256 of the photo as the phone makes it."""
    told: list[int] = field(default_factory=list)
    """Every Upload-Offset that the service told the phone, since the photo was chosen."""

    async def open(self, draft: Sender, watch: Watch) -> Page:
        """The draft's page of documents, in a tab of its own."""
        place = f"http://127.0.0.1:{self.line.port}"
        context = self.handset.context
        context.set_default_timeout(15_000)
        # A browser that was killed had no time to note its cookie; its owner gives number and PIN again.
        await context.add_cookies([{"name": "sesi", "value": draft.cookie, "url": place}])
        page = await context.new_page()
        watch.over(page)
        page.on("response", self._hear)
        await page.goto(f"{place}/permohonan/{draft.number}/berkas")
        return page

    def _hear(self, answer: Response) -> None:
        if offset := answer.headers.get("upload-offset"):
            self.told.append(int(offset))

    async def held(self) -> None:
        """Wait until the line stopped at its byte, and all bytes before it lie on the service's disk."""
        async with asyncio.timeout(WITHIN / 1000):
            await self.line.held.wait()
            while True:
                # The browser tells of its answers late: the one that this piece goes on from must be in.
                told = max(self.told, default=0) >= self.line.pieces[-1].offset
                if told and self._saved() >= self.line.mark:
                    return
                await asyncio.sleep(0.05)

    def _saved(self) -> int:
        """Bytes of the upload that a power cut would leave. Looks at a copy: opening would disturb the service."""
        data, upload = self.service.data, self.line.pieces[-1].upload
        folder = self.scratch / upload[:2]
        folder.mkdir(exist_ok=True)
        shutil.copy(data / "scans" / "uploads" / upload[:2] / upload, folder)
        file = Partials(self.scratch, load_vault(data / "loket.key", data)).open(upload)
        with closing(file):
            return file.size

    def stored(self, draft: Sender) -> list[tuple[str, str]]:
        """(kind, SHA-256 of the file as it came) of every page of this draft, removed ones included."""
        with closing(
            sqlite3.connect(f"file:{self.service.data}/loket.sqlite3?mode=ro", uri=True)
        ) as database:
            return database.execute(
                "SELECT document.kind, page.sha256 FROM page JOIN document ON document.id = page.document "
                "JOIN application ON application.id = document.application WHERE application.number = ?",
                [draft.number],
            ).fetchall()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    folder = tmp_path_factory.mktemp("cuts")
    drafts = await prepared(folder / "data", 2 + len(CUTS) * len(PLACES))
    service = Service(folder / "data")
    options = {"executable_path": CHROMIUM, "args": list(FLAGS), **PHONE}
    handset = Handset(browser.browser_type, folder / "profile", options)
    scratch = folder / "scratch"
    scratch.mkdir()
    async with service.running(), held_line(service.port) as line:
        await handset.start()
        yield Shop(service, line, handset, drafts, scratch)
        await handset.stop()


def slot(page: Page) -> Locator:
    return page.locator(f"section#{KIND}")


async def begin(shop: Shop, draft: Sender, watch: Watch, *, hold_at: float | None) -> Page:
    """The photo is chosen; nobody touches anything after that."""
    shop.line.hold_at(hold_at)
    shop.told.clear()
    page = await shop.open(draft, watch)
    await page.clock.install()
    await page.locator(f"#g-{KIND}").set_input_files(SPECIMEN / PHOTO)
    return page


async def arrives(page: Page) -> None:
    """It says so, and when the page is opened anew, there is one picture."""
    chip = slot(page).locator(".chip")
    await expect(chip).to_have_text("Selesai", timeout=WITHIN)
    await page.reload()
    await expect(chip).to_have_text("Selesai", timeout=WITHIN)
    await expect(slot(page).locator("img")).to_have_count(1)


# --- what happens on the way: returns the page on which it goes on ---


async def link_down(shop: Shop, page: Page, draft: Sender, watch: Watch) -> Page:
    """No connection holds and none comes about, for as long as it takes to say so."""
    await shop.line.take_down()
    await expect(slot(page).locator(".chip")).to_have_text("Menunggu internet", timeout=WITHIN)
    shop.line.put_up()
    return page


async def tab_closed(shop: Shop, page: Page, draft: Sender, watch: Watch) -> Page:
    await page.close()
    await shop.line.cut()
    return await shop.open(draft, watch)


async def browser_killed(shop: Shop, page: Page, draft: Sender, watch: Watch) -> Page:
    await shop.handset.kill()
    await shop.line.cut()
    await shop.handset.start()
    return await shop.open(draft, watch)


async def server_killed(shop: Shop, page: Page, draft: Sender, watch: Watch) -> Page:
    await shop.service.kill()
    shop.line.let_go()
    await expect(slot(page).locator(".chip")).to_have_text("Menunggu internet", timeout=WITHIN)
    await shop.service.start()
    return page


Cut = Callable[[Shop, Page, Sender, Watch], Awaitable[Page]]
CUTS: tuple[Cut, ...] = (link_down, tab_closed, browser_killed, server_killed)


async def sent_in_peace(shop: Shop, watch: Watch) -> str:
    """What the service gets of this photo when nothing goes wrong; asked once."""
    if not shop.sent_in_peace:
        draft = shop.drafts.pop()
        page = await begin(shop, draft, watch, hold_at=None)
        await arrives(page)
        await page.close()
        ((_, shop.sent_in_peace),) = shop.stored(draft)
        assert [shop.sent_in_peace] == shop.line.digests()
    return shop.sent_in_peace


@pytest.mark.parametrize("share", PLACES, ids=[f"{share:.0%}" for share in PLACES])
@pytest.mark.parametrize("cut", CUTS, ids=[cut.__name__ for cut in CUTS])
async def test_goes_on_where_it_was(
    shop: Shop, watch: Watch, cut: Cut, share: float, record_property: Record
) -> None:
    """[P5] The same bytes, once, in one upload; what was on the service's disk is not sent again."""
    watch.allow(LINE_BROKE)
    expected = await sent_in_peace(shop, watch)
    draft = shop.drafts.pop()
    page = await begin(shop, draft, watch, hold_at=share)
    await shop.held()
    before = len(shop.told)
    page = await cut(shop, page, draft, watch)
    await arrives(page)
    await page.close()
    assert_sent_once(shop, draft, expected, shop.told[before:])
    record_property("bytes_again", shop.line.crossed - shop.line.uploads[0])


def assert_sent_once(shop: Shop, draft: Sender, expected: str, told: list[int]) -> None:
    """One page of exactly this photo, and what was safe at the cut was not asked for again.

    told: what the service said it has, after the cut. A browser repeats by itself a request whose connection broke,
    with the offset it had; the service turns that away, but the piece may have crossed a second time.
    """
    line = shop.line
    assert shop.stored(draft) == [(KIND, expected)]
    assert len(line.uploads) == 1
    assert told == sorted(told)
    assert line.mark <= told[0]
    again = line.crossed - line.uploads[0]
    assert 0 <= again <= line.cut_piece.announced


async def test_a_line_that_falls_silent(shop: Shop, watch: Watch) -> None:
    """[P5] No connection breaks and no byte moves: after its minute the phone gives up this line for another."""
    expected = await sent_in_peace(shop, watch)
    draft = shop.drafts.pop()
    page = await begin(shop, draft, watch, hold_at=0.5)
    await shop.held()
    before = len(shop.told)
    await page.clock.fast_forward("01:01")
    await expect(slot(page).locator(".chip")).to_have_text("Menunggu internet", timeout=WITHIN)
    await arrives(page)
    await page.close()
    assert_sent_once(shop, draft, expected, shop.told[before:])
    await shop.line.cut()
