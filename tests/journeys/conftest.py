"""Fixtures of the journeys: a phone, a phone without JavaScript, an officer's desk.

One Chromium serves all journeys of a worker, so they share one event loop, too.
"""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, async_playwright, expect

from tests.journeys.browser import DESK, PATIENCE, PHONE_ALONE, ROOT, Watch, launch, person
from tests.journeys.desks import Office, Room, furnish, open_office

HERE = Path(__file__).resolve().parent
FAILED = pytest.StashKey[bool]()

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the journeys in the loop that their browser lives in, and give them time on a busy machine."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(300))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a journey failed, so that its pages leave a picture."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, without any profile."""
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium
        await chromium.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the browser complains about; `watch.allow(pattern)` in a test that breaks something on purpose."""
    over = Watch()
    yield over
    over.settle()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, watch: Watch, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A citizen's phone: 360x640, touch, Indonesian, WIB; test_offline.py has one with a service worker."""
    async with person(browser, watch, PHONE_ALONE) as page:
        yield page
        await _picture(page, request)


@pytest_asyncio.fixture(loop_scope="session")
async def phone_without_javascript(
    browser: Browser, watch: Watch, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    """The same phone in a browser that runs no scripts."""
    async with person(browser, watch, {**PHONE_ALONE, "java_script_enabled": False}) as page:
        yield page
        await _picture(page, request)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, watch: Watch, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """An officer's screen: 1366x768, keyboard."""
    async with person(browser, watch, DESK) as page:
        yield page
        await _picture(page, request)


@pytest_asyncio.fixture(loop_scope="session")
async def desk_with_tabs(watch: Watch, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """The same in a whole Chromium: without its windows a form never arrives in the tab it opens."""
    async with async_playwright() as playwright:
        chromium = await launch(playwright, windows=True)
        async with person(chromium, watch, DESK) as page:
            yield page
            await _picture(page, request)
        await chromium.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """Files in the queue and two officers, prepared once."""
    return await furnish(tmp_path_factory.mktemp("room") / "data")


@pytest_asyncio.fixture(loop_scope="session")
async def office(furnished: Room, tmp_path: Path) -> AsyncIterator[Office]:
    """The service on a copy of it."""
    async with open_office(furnished, tmp_path / "data") as one:
        yield one


async def _picture(page: Page, request: pytest.FixtureRequest) -> None:
    """Leave a picture of what a failed journey last saw in .cache/journeys/."""
    if request.node.stash.get(FAILED, False) and not page.is_closed():
        folder = ROOT / ".cache" / "journeys"
        folder.mkdir(parents=True, exist_ok=True)
        # A page in the middle of a navigation cannot be photographed; the failure itself says enough.
        with suppress(Error):
            await page.screenshot(
                path=folder / f"{request.node.name}-{request.fixturename}.png", timeout=3000
            )
