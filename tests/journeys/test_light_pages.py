"""Whoever lands on a page sees what everybody sees, earlier; and it stays where it is."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.journeys.browser import running_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATHS = ["/", "/pengajuan", "/standar", "/data-anda", "/aksesibilitas", "/pengajuan/ktp/perubahan-biometrik"]
SHIFTS = """() => new Promise(done => new PerformanceObserver(list =>
    done(list.getEntries().map(one => one.value))).observe({type: 'layout-shift', buffered: true})
    || setTimeout(() => done([]), 300))"""


async def looks(page: Page) -> tuple[bytes, list[float]]:
    """The whole page as a picture, and by how much anything on it moved."""
    await page.wait_for_load_state("networkidle")
    moved = await page.evaluate(SHIFTS)  # before the picture, for which the browser stretches the page
    return await page.screenshot(full_page=True, animations="disabled"), moved


async def test_a_page_with_its_style_sheet_inside_looks_the_same(phone: Page, tmp_path: Path) -> None:
    """Only the rules that a page uses stand in it; none is missing, and nothing moves (layout shift 0)."""
    async with running_server(tmp_path / "data") as server:
        for path in PATHS:
            await phone.goto(f"{server.url}{path}")
            assert await phone.locator("style").count() == 1
            landing, moved = await looks(phone)
            assert moved == []
            async with phone.expect_navigation():
                await phone.evaluate("path => location.replace(path + '?')", path)
            assert await phone.locator("style").count() == 0
            linked, moved = await looks(phone)
            assert moved == []
            assert landing == linked, path


async def test_the_next_page_finds_its_style_sheet_on_the_phone(phone: Page, tmp_path: Path) -> None:
    """What the home page fetched when it was complete is not fetched again: only page and small scripts are."""
    async with running_server(tmp_path / "data") as server:
        await phone.goto(server.url)
        await phone.wait_for_load_state("networkidle")
        session = await phone.context.new_cdp_session(phone)
        await session.send("Network.enable")
        fetched: list[str] = []

        def answered(event: dict[str, Any]) -> None:
            response = event["response"]
            from_memory = event["requestId"] in kept
            if not (from_memory or response.get("fromDiskCache") or response.get("fromPrefetchCache")):
                fetched.append(response["url"].rpartition("/")[2].partition(".")[0])

        kept: set[str] = set()
        session.on("Network.requestServedFromCache", lambda event: kept.add(event["requestId"]))
        session.on("Network.responseReceived", answered)
        async with phone.expect_navigation(wait_until="networkidle"):
            await phone.get_by_role("link", name="Ajukan sekarang").click()
        assert "perubahan-biometrik" in fetched
        assert not {"htmx-4", "icons"} & set(fetched)
        assert "app" in fetched  # the script; the sheet of the same name is asked for by nobody
        assert fetched.count("app") == 1
