"""One person's way through the site: every page looked at, every address remembered.

With LOKET_SHOTS naming a folder, each page looked at leaves a picture there.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from playwright.async_api import Locator, Page, Request, expect

from tests.journeys.people import everybody

NARROW = 320
"""CSS pixels: what remains of 1280 at 400 per cent (WCAG 1.4.10)."""


@dataclass
class Walk:
    """A browser page as one person uses it. A citizen's pages are held to what every citizen page promises."""

    page: Page
    journey: str
    home: str = ""
    """Address of the service, without a slash at its end."""
    of_citizen: bool = True
    addresses: list[str] = field(default_factory=list)
    _pictures: int = 0

    def __post_init__(self) -> None:
        self.page.on("request", self._remember)

    def _remember(self, request: Request) -> None:
        self.addresses.append(request.url)

    async def open(self, path: str) -> None:
        """Go to a path of the service, or to a whole address as a message gives it."""
        await self.page.goto(path if path.startswith("http") else self.home + path)

    async def press(self, words: str, inside: Locator | None = None) -> None:
        """Press the button, or follow the link, that begins with these words."""
        within = inside or self.page
        beginning = re.compile(rf"^\s*{re.escape(words)}")
        button = within.get_by_role("button", name=beginning)
        await button.or_(within.get_by_role("link", name=beginning)).click()
        # A form goes by itself while the page stands; whoever then went elsewhere would take it back.
        await expect(self.page.locator("[aria-busy]")).to_have_count(0, timeout=60_000)

    async def choose(self, words: str, inside: Locator | None = None) -> None:
        """Touch the answer with these words; the small print below them does not count."""
        within = inside or self.page.locator("main")
        await within.locator(f'xpath=.//label[normalize-space(span/text()) = "{words}"]').click()

    async def sees(self, *words: str) -> None:
        """Each of these texts stands on the page, where it can be seen."""
        for text in words:
            await expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    async def look(self, name: str) -> None:
        """Hold the page to what it promises: one heading, no sideways scrolling, no secret in an address."""
        await self.page.wait_for_load_state()
        await self._picture(name)
        headings = await self.page.locator("h1").count()
        assert headings == 1, f"{name}: {headings} h1"
        await (self._look_when_narrow(name) if self.of_citizen else self._look_at_desk(name))
        self.tells_nothing()

    async def _look_when_narrow(self, name: str) -> None:
        usual = self.page.viewport_size
        assert usual is not None
        await self.page.set_viewport_size({"width": NARROW, "height": usual["height"]})
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        await self.page.set_viewport_size(usual)
        assert width <= NARROW, f"{name}: {width} px wide on a screen of {NARROW}"

    async def _look_at_desk(self, name: str) -> None:
        """Columns scroll by themselves, so that the decision and the next step never leave the screen [M5]."""
        desk = self.page.locator("body.kerja")
        if await desk.count():
            beyond = await desk.evaluate("() => document.documentElement.scrollHeight - innerHeight")
            assert beyond <= 0, f"{name}: {beyond} px below the screen"

    async def _picture(self, name: str) -> None:
        self._pictures += 1
        folder = os.environ.get("LOKET_SHOTS")
        if folder:
            file = Path(folder) / f"{self.journey}-{self._pictures:02}-{name}.png"
            # With its caret hidden, Playwright leaves empty styles behind, which the page then may not copy.
            await self.page.screenshot(path=file, full_page=True, caret="initial")

    def tells_nothing(self) -> None:
        """No address asked for so far gives away a number, a name or a contact of anybody."""
        asked = [unquote(address) for address in self.addresses]
        assert [one for one in asked if any(person.is_told_by(one) for person in everybody())] == []
