"""What an officer's browser fetches for one file: light, in order, once, and never what another officer saw."""

import re
from collections import Counter
from pathlib import Path

from playwright.async_api import Page, Request, expect

from app import close_service, open_service
from components import applications, clock, receiving, sessions
from components.settings import from_environment
from models.history import Event
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role
from tests.journeys.browser import comes_true, free_port, running_server
from tests.journeys.desks import SCAN_THERE
from tests.load.served import environment
from tests.support.drafts import filled, holder, photo
from tests.support.service import member_of_staff
from tests.support.tus import opened

PHOTOS = {
    DocumentKind.OLD_CARD: "agus-ktp.jpg",
    DocumentKind.FAMILY_CARD: "agus-kk.jpg",
    DocumentKind.FORM_F102: "agus-f102.jpg",
}
SHIFTED = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 300);
})"""


async def a_file_and_two_officers(data: Path, port: int) -> tuple[str, list[str]]:
    """Its number, and the session of each officer."""
    await open_service(from_environment(environment(data, port)))
    try:
        now = clock.now()
        draft = await filled(now=now)
        for kind, name in PHOTOS.items():
            await receiving.receive(draft, kind, photo(name), name, holder(draft), now)
        sent = await applications.submit(draft, holder(draft), now)
        officers = [await member_of_staff(Role.OPERATOR) for _ in range(2)]
        return sent.number, [await sessions.begin_for_staff(one.staff_id or 0, now) for one in officers]
    finally:
        await close_service()


async def test_a_file_is_light_and_nothing_comes_twice(desk: Page, tmp_path: Path) -> None:
    """Thumbnails first, full size never by itself; looking closer and deciding fetch no picture; 350 KB a file.

    Style and scripts, which the first file of the day brings along, do not come with a file.
    """
    port = free_port()
    number, officers = await a_file_and_two_officers(tmp_path, port)
    fetched: list[str] = []
    weight: list[int] = []

    async def weigh(request: Request) -> None:
        if "/static/" not in request.url:
            sizes = await request.sizes()
            weight.append(sizes["responseBodySize"] + sizes["responseHeadersSize"])

    # Of the morning that the officers began at: on any later day their sessions would be over.
    async with running_server(
        tmp_path, port=port, clock=environment(tmp_path, port)["LOKET_CLOCK"]
    ) as server:
        await sign_in(desk, server.url, officers[0])
        desk.on(
            "request", lambda request: fetched.extend(re.findall(r"lembar/\d+\?.*ukuran=(\w+)", request.url))
        )
        desk.on("requestfinished", weigh)
        await desk.goto(f"{server.url}/verifikasi/{number}")
        await desk.wait_for_function(SCAN_THERE)
        await desk.wait_for_load_state("networkidle")
        assert await desk.evaluate(SHIFTED) <= 0.1, "the tools of the script appear once, above the document"
        await look_at_every_document(desk)
        await desk.wait_for_load_state("networkidle")
        assert sorted(fetched) == ["kecil"] * 3 + ["layar"] * 3
        assert fetched[0] == "kecil"
        assert sum(weight) <= 350_000

        narrow = await desk.locator("figure:visible .layar").bounding_box()
        for _ in range(4):
            await desk.get_by_role("button", name="Perbesar").click()
        await desk.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        wide = await desk.locator("figure:visible .layar").bounding_box()
        assert narrow
        assert wide
        assert wide["width"] > 2 * narrow["width"]
        await desk.get_by_role("button", name="Terima").click()
        await expect(desk.locator("#urung")).to_contain_text("diterima")
        await desk.wait_for_load_state("networkidle")
        assert len(fetched) == 6

        weight.clear()
        await sign_in(desk, server.url, officers[1])
        await desk.goto(f"{server.url}/verifikasi/{number}")
        await look_at_every_document(desk)

        async def all_came_anew() -> bool:
            return sum(weight) > 100_000

        await comes_true(all_came_anew)  # else what the browser kept was the other officer's
    async with opened(tmp_path):
        looks = await Event.select(Event.actor).where(Event.act == "look")
    assert Counter(look["actor"] for look in looks) == {"staff:1": 3, "staff:2": 3}


async def look_at_every_document(desk: Page) -> None:
    """One after the other, until each is there."""
    tabs = desk.get_by_role("toolbar", name="Dokumen dan tampilan").locator("[data-kind]")
    for tab in await tabs.all():
        await tab.click()
        await desk.wait_for_function(SCAN_THERE)


async def sign_in(desk: Page, url: str, session: str) -> None:
    """As this officer, without the one before having signed out."""
    await desk.context.add_cookies([{"name": "sesi", "value": session, "url": url}])
