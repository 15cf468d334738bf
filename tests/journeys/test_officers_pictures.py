"""What an officer's browser fetches for one file: light, in order, once, and never what another officer saw."""

import re
from pathlib import Path

from playwright.async_api import Page, Request, expect

from app import close_service, open_service
from components import applications, clock, receiving, sessions
from components.settings import from_environment
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role
from tests.journeys.browser import free_port, running_server
from tests.load.served import environment
from tests.support.drafts import filled, holder, photo
from tests.support.service import member_of_staff

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
    """Thumbnails first, full size never by itself; enlarging and judging fetch no picture; 350 KB in all."""
    port = free_port()
    number, officers = await a_file_and_two_officers(tmp_path, port)
    fetched: list[str] = []
    weight: list[int] = []

    async def weigh(request: Request) -> None:
        sizes = await request.sizes()
        weight.append(sizes["responseBodySize"] + sizes["responseHeadersSize"])

    async with running_server(tmp_path, port=port) as server:
        await sign_in(desk, server.url, officers[0])
        desk.on(
            "request", lambda request: fetched.extend(re.findall(r"lembar/\d+\?.*ukuran=(\w+)", request.url))
        )
        desk.on("requestfinished", weigh)
        await desk.goto(f"{server.url}/verifikasi/{number}")
        for name in ("form_f102", "family_card", "old_card"):
            await desk.locator(f"#{name} .bingkai").scroll_into_view_if_needed()
        await desk.wait_for_load_state("networkidle")
        assert fetched == ["kecil"] * 3 + ["layar"] * 3
        assert await desk.evaluate(SHIFTED) == 0

        place = desk.locator("#old_card")
        narrow = await place.locator("img").last.bounding_box()
        await place.get_by_text("Perbesar").click()
        wide = await place.locator("img").last.bounding_box()
        assert narrow
        assert wide
        assert wide["width"] > 2 * narrow["width"]
        await place.get_by_role("button", name="Cocok", exact=True).click()
        await expect(place.locator(".chip")).to_have_text("Cocok")
        await desk.wait_for_load_state("networkidle")
        assert sum(weight) <= 350_000

        weight.clear()
        await sign_in(desk, server.url, officers[1])
        await desk.reload()
        await desk.wait_for_load_state("networkidle")
        assert sum(weight) > 100_000
        await desk.get_by_text("Riwayat").click()
        await expect(desk.get_by_text("Dokumen dilihat petugas")).to_have_count(3)


async def sign_in(desk: Page, url: str, session: str) -> None:
    """As this officer, without the one before having signed out."""
    await desk.context.add_cookies([{"name": "sesi", "value": session, "url": url}])
