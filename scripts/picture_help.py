"""Photograph the screens that /bantuan/petugas shows, from the demonstration. Usage: python -m scripts.picture_help

Writes static/bantuan-*.webp, each at most 25 KB. Needs the developers' packages and Debian's Chromium.
"""

import asyncio
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.async_api import Page, async_playwright

from components.staff_help import GUIDES
from tests.journeys.browser import DESK, Watch, launch, person, running_server

STATIC = Path(__file__).resolve().parent.parent / "static"
SIZES = ((800, 500), (720, 450), (640, 400), (560, 350))
LARGEST = 25_000
_SCREENS = {
    "operator": ("operator", "/verifikasi"),
    "loket": ("loket", "/loket"),
    "desa": ("desa", "/desa"),
    "supervisor": ("camat", "/pengawasan"),
    "admin": ("admin", "/pengaturan"),
}
"""Page of help -> account of the demonstration, and the room it works in."""


async def _sign_in(page: Page, home: str, login: str, password: str) -> None:
    await page.goto(f"{home}/masuk")
    await page.locator("[name=login]").fill(login)
    await page.locator("[name=password]").fill(password)
    await page.locator("main form button").first.click()
    await page.wait_for_load_state("networkidle")


async def _photograph(page: Page, home: str, slug: str) -> bytes:
    _, path = _SCREENS[slug]
    await page.goto(f"{home}{path}")
    if slug == "operator":
        await page.get_by_role("button", name="Buka berkas berikutnya").click()
    await page.wait_for_load_state("networkidle")
    return await page.screenshot()


def _small(shot: bytes) -> bytes:
    """As WebP, as good as fits."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for size in SIZES:
        smaller = image.resize(size, Image.Resampling.LANCZOS)
        for quality in range(80, 25, -5):
            out = io.BytesIO()
            smaller.save(out, "WEBP", quality=quality, method=6)
            if out.tell() <= LARGEST:
                return out.getvalue()
    raise ValueError("this screen does not fit")


async def main() -> None:
    """All of them."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        command = ("app.py", "demo")
        async with (
            async_playwright() as playwright,
            running_server(
                data, clock="2026-11-23T09:00:00+07:00", command=command, LOKET_MODE="demo"
            ) as server,
        ):
            notes = (data / "demo-accounts.txt").read_text("utf-8")
            passwords = dict(line.split()[:2] for line in notes.splitlines()[1:6])
            browser = await launch(playwright)
            for guide in GUIDES:
                login, _ = _SCREENS[guide.slug]
                view = {**DESK, "viewport": {"width": 1280, "height": 800}}
                async with person(browser, Watch(), view) as page:
                    await _sign_in(page, server.url, login, passwords[login])
                    picture = _small(await _photograph(page, server.url, guide.slug))
                (STATIC / guide.picture).write_bytes(picture)
                print(f"{guide.picture}: {len(picture)} bytes")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
