"""Every page of the site map, as everybody who may see it: valid HTML, and nothing that axe-core finds [F1].

A page that is added tomorrow is looked at as well: the list is the site map's, the things behind it are the
demonstration's and those of tests/routes/samples.py. The pages are answered in this process, so that one browser and
no server see them all.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import axe_playwright_python
import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, Route

from app import close_service, open_service
from components import demo, founding
from components.settings import from_environment
from models.application import Application
from models.rules.workflow import Role, State
from tests.faults.people import STAFF, let_in, signed_in
from tests.faults.people import browser as signed_in_browser
from tests.faults.site import Way, ways
from tests.journeys.browser import DESK, Watch, person
from tests.load.served import environment
from tests.routes.samples import STATES, WORDS, Place, Scene, sample_for
from tests.support.markup import faults_of

HOME = "http://loket.test"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RUN = """async wanted => {
  const {violations} = await axe.run(document, {runOnly: wanted, resultTypes: ['violations']});
  return violations.flatMap(rule => rule.nodes.map(node => {
    const why = node.any[0] || node.all[0] || node.none[0];
    return `${rule.id}: ${node.target.join(' ')} ${why ? why.message : ''}`;
  }));
}"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
WIDER = "width => Math.max(0, document.documentElement.scrollWidth - width)"
OF_LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
VIEWS: tuple[tuple[Literal["light", "dark"], int, int, list[str]], ...] = (
    ("light", 1366, 768, TAGS),
    ("dark", 320, 640, OF_LOOKS),  # the elements are the same; what depends on colour and room is not
)
IN_EVERY_STATE = ("/permohonan/{number}", "/loket/{number}", "/verifikasi/{number}")
"""These are another page in each state."""
NO_PAGES = ("/static/", "/unggah", "/metrik", "/sehat")
PAPER = re.compile(r"print\.css")
"""A page made for paper is as wide as the paper."""


@dataclass(frozen=True)
class Seen:
    """A page as somebody gets it."""

    who: str
    token: str
    pattern: str
    path: str
    answer: httpx.Response

    @property
    def body(self) -> str:
        return self.answer.text

    @property
    def kinds(self) -> frozenset[tuple[str, ...]]:
        """The kinds of elements it is made of."""
        tags = re.findall(r"<[a-z][^>]*>", re.sub(r"(?s)^.*?<main", "<main", self.body))
        return frozenset(
            (tag.split()[0].strip("<>"), *re.findall(r'(?:class|type|role)="[^"]*"', tag)) for tag in tags
        )

    def __str__(self) -> str:
        return f"{self.path} for {self.who}"


@dataclass
class Town:
    """An office with everything in it, and a session of everybody."""

    place: Place
    tokens: Mapping[str, str]
    numbers: Mapping[str, str]
    """Of an application of the demonstration in each state."""
    pages: list[Seen] = field(default_factory=list)

    async def walk(self) -> None:
        """Ask for every page as everybody whom the guard lets in."""
        for way in ways():
            if way.method == "GET" and not way.pattern.startswith(NO_PAGES):
                for path, holder in await self._paths(way):
                    for who in sorted(way.roles or ("holder",)):
                        token = holder if who == "holder" else self.tokens[who]
                        await self._look(who, token, way.pattern, path)

    async def _look(self, who: str, token: str, pattern: str, path: str) -> None:
        async with signed_in_browser(token) as one:
            answer = await one.get(path)
        if answer.status_code == 200 and answer.headers.get("content-type", "").startswith("text/html"):
            self.pages.append(Seen(who, token, pattern, path, answer))

    async def _paths(self, way: Way) -> list[tuple[str, str]]:
        """Addresses of this pattern with things in them, and the session of a holder who may see them."""
        pattern = re.sub(r":\w+\}", "}", way.pattern)
        fitting = [state for start, state in STATES.items() if pattern.startswith(start)]
        scene = Scene(self.place, fitting[0] if fitting else State.SUBMITTED)
        samples = {name: sample_for(name, pattern) for name in re.findall(r"\{(\w+)\}", pattern)}
        values = {name: await one.make(scene) if one else WORDS[name] for name, one in samples.items()}
        found = [(way.path(**values), await let_in(await scene.application()) if samples else "")]
        if pattern in IN_EVERY_STATE:
            for number in self.numbers.values():
                row = await Application.objects().get(Application.number == number)
                assert row is not None
                found.append((way.path(number=number), await let_in(row)))
        return found


@asynccontextmanager
async def settled(data: Path) -> AsyncIterator[Town]:
    """The demonstration, with one of its officers for each role."""
    await open_service(from_environment({**environment(data, 1), "LOKET_BASE_URL": HOME}))
    try:
        await demo.fill()
        village = await founding.village_named("Tropodo") or 0
        tokens, clerk = {}, 0
        for role in STAFF:
            actor, tokens[str(role)] = await signed_in(
                role, village_id=village if role is Role.REGISTRAR else None
            )
            clerk = actor.staff_id or 0 if role is Role.OPERATOR else clerk
        rows = await Application.select(Application.number, Application.state)
        numbers = {row["state"]: row["number"] for row in rows}
        yield Town(Place(founding.office_card().id, village, clerk), tokens, numbers)
    finally:
        await close_service()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Walked through once for all tests of this file."""
    async with settled(tmp_path_factory.mktemp("town") / "data") as one:
        await one.walk()
        yield one


async def test_every_page_was_found(town: Town) -> None:
    """Each role has rooms, and each state of an application its page; an empty walk would find no fault."""
    assert {one.who for one in town.pages} == {"holder", *STAFF}
    assert set(town.numbers) == set(State)
    assert len({one.path for one in town.pages}) > 100


async def test_every_page_is_valid_html(town: Town) -> None:
    """[F1] As the HTML standard parses it; no id twice, no label for nothing."""
    wrong = {f"{one}: {fault}" for one in town.pages for fault in faults_of(one.body)}
    assert not wrong, "\n".join(sorted(wrong))


def unlike(pages: list[Seen]) -> list[Seen]:
    """Enough pages for axe: every address, and every kind of element wherever else it stands; large ones first."""
    known: set[object] = set()
    found = []
    for one in sorted(pages, key=lambda page: len(page.kinds), reverse=True):
        if new := {one.pattern, *one.kinds} - known:
            known |= new
            found.append(one)
    return found


@pytest.mark.timeout(600)
async def test_every_page_can_be_used_by_everybody(town: Town, browser: Browser, watch: Watch) -> None:
    """[F1] WCAG 2.2 A and AA as far as axe-core sees it, light and dark, and no page wider than the screen."""
    alone = unlike(town.pages)
    wrong: list[str] = []
    async with person(browser, watch, DESK) as page:
        window = Window(page)
        await page.route(f"{HOME}/**", window.answer)
        for one in alone:
            await window.show(one)
            for scheme, width, height, wanted in VIEWS:
                await page.emulate_media(color_scheme=scheme)
                await page.set_viewport_size({"width": width, "height": height})
                found = list(await page.evaluate(RUN, wanted))
                if not PAPER.search(one.body) and (more := await page.evaluate(WIDER, width)):
                    found.append(f"{more} px wider than the screen")
                wrong += [f"{one} {scheme} {width}: {fault}" for fault in found]
    print(f"\npages: {len(town.pages)}, unlike each other: {len(alone)}")  # noqa: T201 (shown with -s)
    assert not wrong, "\n".join(wrong)


@dataclass
class Window:
    """A browser page that shows what was answered; what that asks for by itself is asked as the same person."""

    page: Page
    shown: Seen | None = None

    async def show(self, one: Seen) -> None:
        self.shown = one
        await self.page.emulate_media(color_scheme="light")
        await self.page.set_viewport_size({"width": 1366, "height": 768})
        await self.page.goto(f"{HOME}{one.path}")
        await self.page.evaluate(AXE)

    async def answer(self, route: Route) -> None:
        one, path = self.shown, route.request.url.removeprefix(HOME)
        assert one is not None
        given = one.answer
        if path != one.path:
            async with signed_in_browser(one.token) as asked:
                given = await asked.get(path)
        kept = {"content-type", "content-security-policy"}
        headers = {name: value for name, value in given.headers.items() if name in kept}
        with suppress(Error):  # the page went on meanwhile
            await route.fulfill(status=given.status_code, headers=headers, body=given.content)
