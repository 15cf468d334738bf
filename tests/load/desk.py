"""`python -m tests.load.desk`: an officer's browser on the weak office line, on a computer six times slower.

Key press to the next file painted with its first scan, bytes of a decided file with what is fetched ahead, key
presses, frames while zooming and panning. One JSON object a line; nothing here fails.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from tests.journeys.browser import DESK, free_port, launch, running_server
from tests.journeys.desks import SCAN_THERE, Office, furnish, next_ready, on_desk, press
from tests.load import line_link
from tests.load.line import say
from tests.load.served import environment
from tests.support.drafts import photo

SLOWER = 6
ACCEPT: tuple[str, ...] = ("w", "e", "t")
RETURN: tuple[str, ...] = ("w", "2", "k")
TURN_OVER = "."

# From the key that decides to the frame after the one in which the next file stands with its scan.
WATCH = """key => {
  window.painted = new Promise(done => addEventListener('keydown', event => {
    if (event.key !== key) return;
    const begun = event.timeStamp;
    const old = document.querySelector('#meja');
    const look = () => {
      const scan = document.querySelector('#kanvas figure:not([hidden]) .layar');
      const there = document.querySelector('#meja') !== old && scan && scan.complete && scan.naturalWidth;
      requestAnimationFrame(there ? () => done(performance.now() - begun) : look);
    };
    requestAnimationFrame(look);
  }, {capture: true, once: true}));
}"""
FRAMES = """() => {
  window.frames_ = [];
  let last = performance.now();
  const count = now => { window.frames_.push(now - last); last = now; window.counting = requestAnimationFrame(count); };
  window.counting = requestAnimationFrame(count);
}"""
COUNTED = "() => { cancelAnimationFrame(window.counting); return window.frames_.slice(1); }"


class Meter:
    """Bytes that came over the line, headers included, by the kind of what came."""

    def __init__(self, cdp: CDPSession) -> None:
        self.total = 0
        self.thumbnails: list[int] = []
        self._urls: dict[str, str] = {}
        cdp.on("Network.requestWillBeSent", self._sent)
        cdp.on("Network.loadingFinished", self._came)

    def _sent(self, told: dict[str, Any]) -> None:
        self._urls[told["requestId"]] = told["request"]["url"]

    def _came(self, told: dict[str, Any]) -> None:
        size = int(told["encodedDataLength"])
        self.total += size
        if size and self._urls.get(told["requestId"], "").endswith("ukuran=kecil"):
            self.thumbnails.append(size)


async def decide(page: Page, meter: Meter, keys: tuple[str, ...]) -> dict[str, Any]:
    """One file from its first key to the next one painted; the scans of all its documents are looked at."""
    for key in keys[:-1]:
        await press(page, key)
        await page.wait_for_function(SCAN_THERE)
    await page.wait_for_load_state("networkidle")
    ready = await page.locator("#meja[data-siap]").count() > 0
    await page.evaluate(WATCH, keys[-1])
    await press(page, keys[-1])
    painted = await page.evaluate("window.painted")
    return {"keys": len(keys), "painted_ms": round(painted, 1), "prefetched": ready}


async def officers_way(page: Page, cdp: CDPSession, office: Office) -> None:
    """Files one after the other, half of them returned."""
    meter = Meter(cdp)
    await cdp.send("Network.enable")
    await office.take_first(page)
    say("first file", bytes=meter.total, machine=line_link.machine())
    found = []
    for serial in range(len(office.room.numbers) - 1):
        await next_ready(page)
        before, number = meter.total, on_desk(page)
        keys = RETURN if serial % 2 else ACCEPT
        if keys is ACCEPT and await page.locator("[data-act=lembar-berikut]").count():
            keys = (keys[0], TURN_OVER, *keys[1:])
        one = await decide(page, meter, keys)
        await next_ready(page) if serial < len(office.room.numbers) - 2 else await page.wait_for_timeout(2000)
        found.append({**one, "bytes": meter.total - before})
        say("decided file", **found[-1], machine=line_link.machine())
        assert number != on_desk(page)
    say(
        "decided files",
        painted_ms=median(one["painted_ms"] for one in found if one["prefetched"]),
        painted_worst_ms=max(one["painted_ms"] for one in found if one["prefetched"]),
        bytes=median(one["bytes"] for one in found[:-1]),
        thumbnail_bytes=max(meter.thumbnails, default=0),
        machine=line_link.machine(),
    )


async def frames(page: Page) -> None:
    """Thirty notches of the wheel, then a long drag."""
    box = await page.locator("#kanvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.evaluate(FRAMES)
    for turn in range(30):
        await page.mouse.wheel(0, 50 if turn % 10 > 6 else -50)
    zooming = await page.evaluate(COUNTED)
    await page.mouse.down()
    await page.evaluate(FRAMES)
    for step in range(40):
        await page.mouse.move(x + 4 * (step % 20), y + 3 * (step % 20))
    panning = await page.evaluate(COUNTED)
    await page.mouse.up()
    for name, seen in (("zooming", zooming), ("panning", panning)):
        ordered = sorted(seen)
        say(
            f"frames, {name}", median_ms=round(median(ordered), 1), count=len(ordered),
            p95_ms=round(ordered[int(len(ordered) * 0.95)], 1), machine=line_link.machine(),
        )  # fmt: skip


async def measure(files: int) -> None:
    with tempfile.TemporaryDirectory(prefix="loket-desk-", ignore_cleanup_errors=True) as folder:
        room = await furnish(Path(folder) / "data", files, 1, photo)
        port = free_port()
        async with line_link.proxied("3g-weak", [port]) as (_, seen), async_playwright() as playwright:
            home = f"http://127.0.0.1:{seen[port]}"
            clock = environment(room.data, port)["LOKET_CLOCK"]
            async with running_server(
                room.data, port=port, clock=clock, command=("app.py", "run"), LOKET_BASE_URL=home
            ) as server:
                browser = await launch(playwright)
                page = await browser.new_page(**DESK)
                page.set_default_timeout(60_000)
                cdp = await page.context.new_cdp_session(page)
                await cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
                server.url = home
                await officers_way(page, cdp, Office(server, room))
                await frames(page)
                await browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=8, help="how many wait; each has three documents")
    if lacking := line_link.missing():
        print(f"no {', '.join(lacking)} in {line_link.RIG}; nothing measured", file=sys.stderr)
        return 2
    asyncio.run(measure(parser.parse_args().files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
