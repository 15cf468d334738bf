"""The phone's end of the line: `python -m tests.load.line_phone PLAN`, started where the phone's network is.

One citizen applies from the home page to the confirmation with three photos of twelve million pixels; or a registrar
does so for a neighbour. PLAN is JSON (Plan); what was measured comes out as one JSON object.
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Any

from playwright.async_api import (
    BrowserContext,
    CDPSession,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)
from playwright.async_api import TimeoutError as TookTooLong

from tests.journeys import staff, wizard
from tests.journeys.browser import CHROMIUM, FLAGS, PHONE
from tests.journeys.people import SPECIMEN, the
from tests.journeys.walks import Walk
from tests.load.line_ledger import Ledger
from tests.load.line_link import RIG, Counters, Line

PHOTOS = {"KTP-el lama": "siti-ktp.jpg", "Kartu Keluarga": "siti-kk.jpg", "Formulir F-1.02": "siti-f102.jpg"}
SAVED = "() => !document.querySelector('#simpanan[hx-post]') || !localStorage.getItem(`isian:${location.pathname}`)"
"""Nothing on this page waits to be saved by itself."""
SLOWER = 6
PATIENCE = 900_000
"""Milliseconds for anything on the slowest line."""


@dataclass(frozen=True)
class Plan:
    """line: Line as JSON. interruptions: how often the line is cut while photos travel, for `seconds` each, spread
    evenly over `expected` bytes. serial: of the citizen's NIK, because nobody applies twice at a time. invitation:
    of the registrar who applies for a neighbour without a phone; empty for a citizen on the own one."""

    home: str
    certificate: str
    line: str
    serial: int
    interruptions: int = 0
    seconds: float = 4.0
    expected: int = 0
    invitation: str = ""


async def blocking(page: Page) -> Any:
    """Hook of phone_visit.py: addresses that the browser waited for before it painted anything."""
    return await page.evaluate(
        "() => performance.getEntriesByType('resource')"
        ".filter(one => one.renderBlockingStatus === 'blocking').map(one => one.name)"
    )


def trusting(certificate: str) -> str:
    """Chromium's flag for this certificate; unlike ignoring errors it keeps cache and service worker."""
    sys.path.insert(0, str(RIG))
    import rigca  # type: ignore[import-not-found,unused-ignore]

    return f"--ignore-certificate-errors-spki-list={rigca.spki(certificate)}"


async def listen(context: BrowserContext, page: Page, ledger: Ledger) -> CDPSession:
    """Everything that the page and its service worker load goes into the ledger."""
    cdp = await context.new_cdp_session(page)
    for name, note in ledger.events.items():
        cdp.on(f"Network.{name}", note)
    await cdp.send("Network.enable")
    await cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    async def by_worker(request: Request) -> None:
        if request.service_worker is not None:
            with suppress(Exception):  # gone with its worker
                sizes = await request.sizes()
                size = sizes["responseHeadersSize"] + sizes["responseBodySize"]
                ledger.of_worker(request.url, request.method, size)

    context.on("requestfinished", by_worker)
    return cdp


class Watch:
    """Seconds and the line's bytes since it was started."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.began, self.before = monotonic(), line.counters()

    def told(self) -> dict[str, Any]:
        passed: Counters = self.line.counters().since(self.before)
        return {"seconds": round(monotonic() - self.began, 2), "line": asdict(passed)}


async def sent(watch: Watch, mark: float, going_on: Callable[[], bool]) -> None:
    """Wait until so many bytes came out of the line, or nothing is going on any more."""
    for _ in iter(going_on, False):
        if watch.line.counters().since(watch.before).up >= mark:
            return
        await asyncio.sleep(0.2)


async def interrupt(plan: Plan, watch: Watch, going_on: Callable[[], bool]) -> list[tuple[float, float]]:
    """Cut the line at equal shares of the bytes; of each cut when it was, and how long it really took, in seconds."""
    cuts: list[tuple[float, float]] = []
    for share in range(1, plan.interruptions + 1):
        mark = plan.expected * share / (plan.interruptions + 1)
        await sent(watch, mark, going_on)
        if not going_on():
            break
        began = monotonic()
        watch.line.cut()
        await asyncio.sleep(plan.seconds)
        watch.line.mend()
        cuts.append((round(began - watch.began, 1), round(monotonic() - began, 1)))
    return cuts


class Typist(Walk):
    """Somebody who looks at what was typed before going on, so that each step is saved by itself once."""

    async def press(self, words: str, inside: Locator | None = None) -> None:
        if words == "Lanjut":
            with suppress(TookTooLong):  # saving failed; going on sends it all
                await self.page.wait_for_function(SAVED, timeout=30_000)
        await super().press(words, inside)


async def send_photos(walk: Walk, ledger: Ledger, plan: Plan) -> dict[str, Any]:
    """All three, chosen one after the other at once, until each is done."""
    page = walk.page
    await page.wait_for_load_state()
    ledger.phase = "documents"
    watch = Watch(Line(**json.loads(plan.line)))
    chosen = monotonic()
    over = False
    cutting = asyncio.create_task(interrupt(plan, watch, lambda: not over))
    for document, file in PHOTOS.items():
        slot = page.locator("section.slot", has=page.get_by_role("heading", name=document))
        await slot.locator("form.pick input[type=file]").last.set_input_files(SPECIMEN / file)
    for document in PHOTOS:
        slot = page.locator("section.slot", has=page.get_by_role("heading", name=document))
        await expect(slot.locator(".chip")).to_have_text("Selesai")
    over = True
    done = monotonic()
    cuts = await cutting
    began = ledger.first_upload or chosen
    return {
        "seconds_from_first_byte": round(done - began, 2),
        "seconds_from_choosing": round(done - chosen, 2),
        "payload": ledger.announced,
        "pieces": ledger.pieces,
        "cuts": cuts,
        "line": watch.told()["line"],
    }


async def apply(walk: Walk, ledger: Ledger, plan: Plan) -> dict[str, Any]:
    """From home to the confirmation; a signature, which asks for three documents."""
    await wizard.begin(walk, "Tanda tangan")
    await wizard.say_where_to_reach(walk, the("siti"))
    return await from_own_data(walk, ledger, plan)


async def take_in(walk: Walk, ledger: Ledger, plan: Plan) -> dict[str, Any]:
    """From the registrar's invitation to the receipt of a neighbour without a phone [P11, P12]."""
    await staff.take_up(walk, plan.invitation)
    await walk.press("Warga baru")
    await walk.choose("Sudah saya bacakan")
    await walk.choose("Tanda tangan")
    await walk.press("Lanjut")
    await expect(walk.page.get_by_label("Nomor HP")).to_be_visible()
    await walk.press("Lanjut")
    photos = await from_own_data(walk, ledger, plan)
    await walk.press("Cetak tanda terima")
    await walk.sees("Tanda terima berkas")
    return photos


async def from_own_data(walk: Walk, ledger: Ledger, plan: Plan) -> dict[str, Any]:
    """From the page of the person to the confirmation; a registrar compares the papers before sending."""
    siti = the("siti")
    await wizard.say_who(walk, replace(siti, nik=f"{siti.nik[:-4]}{plan.serial:04}"))
    await expect(walk.page.get_by_text(re.compile("0 dari 3 selesai")).first).to_be_visible()
    photos = await send_photos(walk, ledger, plan)
    # Small pictures of what was sent are still loading.
    await walk.page.wait_for_load_state("networkidle")
    ledger.phase = "journey"
    await walk.press("Lanjut")
    if plan.invitation:
        await expect(walk.page.get_by_role("group", name="Cocokkan berkas")).to_be_visible()
        for tick in await walk.page.locator("fieldset input[type=checkbox]").all():
            await tick.check()
    await wizard.hand_in(walk)
    return photos


async def measure(plan: Plan) -> dict[str, Any]:
    expect.set_options(timeout=PATIENCE)
    ledger = Ledger()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, trusting(plan.certificate)], headless=True
        )
        context = await browser.new_context(**PHONE)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        await listen(context, page, ledger)
        watch = Watch(Line(**json.loads(plan.line)))
        way = take_in if plan.invitation else apply
        photos = await way(Typist(page, "baris", plan.home), ledger, plan)
        confirmed = watch.told()
        await browser.close()
    return {**ledger.summary(), "photos": photos, "confirmation": confirmed}


def main() -> None:
    plan = Plan(**json.loads(sys.argv[1]))
    print(json.dumps(asyncio.run(measure(plan))))


if __name__ == "__main__":
    main()
