"""What a phone shows without a line (static/sw.js), and that nothing of anybody stays behind on a shared one.

Here the line breaks for good: the service is gone, and every connection is refused.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.journeys import staff
from tests.journeys.browser import PHONE, Server, Watch, person
from tests.journeys.office import Office, office_with_mail
from tests.journeys.walks import NARROW, Walk

REFUSED = "ERR_CONNECTION_REFUSED|Failed to fetch"
ON_THE_PHONE = """async () => ({
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    databases: (await indexedDB.databases()).map(({name}) => name),
    typed: Object.keys(localStorage),
})"""
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    }
    return found.filter(path => path.startsWith('/permohonan'));
}"""
NOTHING = '{"caches":[],"workers":0,"databases":[],"typed":[]}'


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, watch: Watch) -> AsyncIterator[Page]:
    """A phone with the service worker that this file is about."""
    async with person(browser, watch, PHONE) as page:
        yield page


class Held(NamedTuple):
    """What somebody needs to open an application."""

    number: str
    pin: str
    link: str


class Two(NamedTuple):
    """An office at which two applications have arrived."""

    office: Office
    one: Held
    other: Held

    def open(self) -> AbstractAsyncContextManager[Server]:
        """The service, from Tuesday 09.05 WIB on."""
        return self.office.open_at("2026-11-24T09:05")


@pytest_asyncio.fixture(loop_scope="session")
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    """Two people's applications."""
    async with office_with_mail(tmp_path / "data") as office:
        lines = await office.run(
            "2026-11-24T08:00", "-m", "tests.journeys.applicants", "2026-11-24T08:00+07:00", "2"
        )
        yield Two(office, *(Held(*line.split()) for line in lines.splitlines()))


async def open_by_pin(walk: Walk, whose: Held) -> None:
    """By number and PIN, once the worker looks after this phone."""
    await walk.open(f"/permohonan?nomor={whose.number}")
    await walk.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await walk.page.get_by_label("PIN").fill(whose.pin)
    await walk.press("Buka")
    await expect(walk.page.get_by_role("heading", name="Status permohonan")).to_be_visible()


async def is_kept(walk: Walk, *wanted: Held) -> None:
    """The worker put away the status pages of these, and no others."""
    paths = [f"/permohonan/{whose.number}" for whose in wanted]
    await walk.page.wait_for_function(f"async wanted => '' + await ({KEPT})() === '' + wanted", arg=paths)


async def shows_the_way_back(walk: Walk) -> None:
    """The page without a line: what happened, and one thing to do."""
    await expect(walk.page.get_by_role("heading", name="Belum tersambung")).to_be_visible()
    await expect(walk.page.get_by_role("link", name="Coba lagi")).to_be_visible()


async def test_the_status_last_seen_can_be_read_without_a_line(phone: Page, two: Two, watch: Watch) -> None:
    """[P7, T1] With the time it was seen; without the PIN; and the line's return brings the newest."""
    watch.allow(REFUSED)
    walk = Walk(phone, "luring", two.office.home)
    status = f"/permohonan/{two.one.number}"
    async with two.open():
        await open_by_pin(walk, two.one)
        await expect(phone.get_by_text("Anda sedang luring.")).to_be_hidden()
        await is_kept(walk, two.one)
    await walk.open(status)
    await walk.sees(
        "Anda sedang luring.", "Ini keadaan per Selasa, 24 November 2026, 09.05 WIB.", two.one.number
    )
    assert two.one.pin not in await phone.content()
    await walk.look("status-luring")
    await walk.open(f"{status}/pembatalan")
    await shows_the_way_back(walk)
    await walk.look("luring")
    async with two.open():
        await walk.open(status)
        await expect(phone.get_by_text("Anda sedang luring.")).to_be_hidden()


async def test_the_page_without_a_line_leads_on_when_it_is_back(phone: Page, two: Two, watch: Watch) -> None:
    """Coba lagi asks for what was asked for, by keyboard, too; the page is dressed and fits a narrow screen."""
    watch.allow(REFUSED)
    walk = Walk(phone, "luring", two.office.home)
    async with two.open():
        await open_by_pin(walk, two.one)
    await walk.open("/permohonan?nomor=KRN-ABCDEF")
    await shows_the_way_back(walk)
    await phone.set_viewport_size({"width": NARROW, "height": 640})
    assert await phone.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert await phone.evaluate("getComputedStyle(document.querySelector('.btn')).minHeight") == "56px"
    again = phone.get_by_role("link", name="Coba lagi")
    await again.focus()
    async with two.open():
        await phone.keyboard.press("Enter")
        await expect(phone.get_by_label("Nomor permohonan")).to_have_value("KRN-ABCDEF")


async def test_only_the_status_itself_is_kept(phone: Page, two: Two) -> None:
    """Neither pages below it, nor tokens, papers or questions."""
    walk = Walk(phone, "luring", two.office.home)
    async with two.open():
        await open_by_pin(walk, two.one)
        for below in ("pembatalan", "slip", "f-1.02"):
            await walk.open(f"/permohonan/{two.one.number}/{below}")
        await walk.open(two.other.link)
        await walk.open(f"/permohonan/{two.one.number}")
        await is_kept(walk, two.one)


async def test_opening_another_application_throws_the_former_away(phone: Page, two: Two) -> None:
    """By PIN and by link: who opens the next one on this phone does not find the last one's without a line."""
    walk = Walk(phone, "luring", two.office.home)
    async with two.open():
        await open_by_pin(walk, two.one)
        await is_kept(walk, two.one)
        await open_by_pin(walk, two.other)
        await is_kept(walk, two.other)
        await phone.context.clear_cookies()
        await walk.open(two.one.link)
        await walk.press("Buka permohonan")
        await is_kept(walk, two.one)


async def test_what_this_phone_may_no_longer_see_is_thrown_away(phone: Page, two: Two, watch: Watch) -> None:
    """The session is over: the answer asks for the PIN, and without a line nothing is shown either."""
    watch.allow(REFUSED)
    walk = Walk(phone, "luring", two.office.home)
    async with two.open():
        await open_by_pin(walk, two.one)
        await is_kept(walk, two.one)
        await phone.context.clear_cookies()
        await walk.open(f"/permohonan/{two.one.number}")
        await expect(phone.get_by_label("PIN")).to_be_visible()
        await is_kept(walk)
    await walk.open(f"/permohonan/{two.one.number}")
    await shows_the_way_back(walk)


async def test_staff_leave_nothing_and_find_nothing(phone: Page, two: Two) -> None:
    """Signing in throws away what a citizen saw; what staff see is never kept."""
    invitation = await two.office.invite("2026-11-24T08:30", "rini", "Rini Loket", "counter")
    walk = Walk(phone, "luring", two.office.home)
    officer = Walk(phone, "luring", two.office.home, of_citizen=False)
    async with two.open():
        await open_by_pin(walk, two.one)
        await is_kept(walk, two.one)
        await staff.take_up(officer, invitation)
        await expect(phone.get_by_role("button", name="Keluar")).to_be_visible()
        await is_kept(walk)
        await walk.open(f"/permohonan/{two.one.number}")
        await expect(phone.get_by_role("heading", name="Status permohonan")).to_be_visible()
        await walk.open("/")
        await is_kept(walk)


@pytest.mark.parametrize("knows_clear_site_data", [True, False])
async def test_after_selesai_nothing_is_left(
    phone: Page, two: Two, watch: Watch, knows_clear_site_data: bool
) -> None:
    """Caches, databases, typed text, the worker and the session are gone, also where the header is not known."""
    watch.allow(REFUSED)
    walk = Walk(phone, "luring", two.office.home)
    async with two.open():
        await open_by_pin(walk, two.one)
        await is_kept(walk, two.one)
        await phone.evaluate("""() => new Promise(done => {
            localStorage.setItem('isian:/x', 'nama=Siti');
            indexedDB.open('unggahan').onsuccess = event => { event.target.result.close(); done(); };
        })""")
        await walk.open("/selesai-di-perangkat-ini")
        if not knows_clear_site_data:
            await phone.route("**/selesai-di-perangkat-ini", without_the_header)
        await walk.press("Tutup di perangkat ini")
        await expect(phone.get_by_role("heading", name="Sudah ditutup")).to_be_visible()
        await phone.wait_for_function(
            f"async nothing => JSON.stringify(await ({ON_THE_PHONE})()) === nothing", arg=NOTHING
        )
        await walk.look("sudah-ditutup")
        await walk.open(f"/permohonan/{two.one.number}")
        await expect(phone.get_by_label("PIN")).to_be_visible()


async def without_the_header(route: Route) -> None:
    """As a browser takes it that does not know Clear-Site-Data."""
    answer = await route.fetch(max_redirects=0)
    headers = {name: value for name, value in answer.headers.items() if name != "clear-site-data"}
    await route.fulfill(response=answer, headers=headers)
