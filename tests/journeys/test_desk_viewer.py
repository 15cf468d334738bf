"""Looking at the documents of a file: zoom, turn, compare, and the place of each typed value [P6]."""

import base64
import math
from collections.abc import Sequence

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.journeys.desks import NAMES, SCAN_THERE, Office, Room, furnish, next_ready, press
from tests.support.drafts import photo

VIEW = """() => {
  const figure = document.querySelector('#kanvas figure:not([hidden])');
  const frame = figure.getBoundingClientRect();
  const image = figure.querySelector('.layar');
  const lies = new DOMMatrix(getComputedStyle(image).transform);
  const at = lies.transformPoint(new DOMPoint(image.offsetWidth / 2, image.offsetHeight / 2));
  return {k: Math.hypot(lies.a, lies.b), turn: Math.round(Math.atan2(lies.b, lies.a) * 180 / Math.PI),
    x: at.x, y: at.y, w: image.offsetWidth, h: image.offsetHeight,
    left: frame.left, top: frame.top, across: frame.width, down: frame.height};
}"""
View = dict[str, float]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """Here the photos are looked at, so they are as phones take them."""
    return await furnish(tmp_path_factory.mktemp("room") / "data", photos=photo)


async def view(page: Page) -> View:
    """How the first shown page lies, once the next frame is drawn: scale, turn, middle, frame."""
    await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: View = await page.evaluate(VIEW)
    return found


def under(seen: View, x: float, y: float) -> tuple[float, float]:
    """The point of the unturned page below a point of the window, in its pixels from its middle."""
    return (x - seen["left"] - seen["x"]) / seen["k"], (y - seen["top"] - seen["y"]) / seen["k"]


async def test_zoom_stays_at_the_pointer(office: Office, desk: Page) -> None:
    """The wheel holds what lies below the pointer; never smaller than fitting, never past the edge."""
    await office.take_first(desk)
    fitting = await view(desk)
    assert math.isclose(
        fitting["k"], min(fitting["across"] / fitting["w"], fitting["down"] / fitting["h"]), rel_tol=0.01
    )
    x, y = fitting["left"] + fitting["across"] * 0.45, fitting["top"] + fitting["down"] * 0.4
    await desk.mouse.move(x, y)
    for _ in range(4):
        await desk.mouse.wheel(0, -100)
    # From here on the page is larger than its frame both ways, and nothing holds it in the middle.
    far = await view(desk)
    for _ in range(3):
        await desk.mouse.wheel(0, -100)
    near = await view(desk)
    assert math.isclose(near["k"], fitting["k"] * 1.25**7, rel_tol=0.01)
    for before, after in zip(under(far, x, y), under(near, x, y), strict=True):
        assert abs(before - after) < 2 / near["k"]
    for _ in range(30):
        await desk.mouse.wheel(0, 100)
    assert math.isclose((await view(desk))["k"], fitting["k"], rel_tol=0.01)
    for _ in range(60):
        await desk.mouse.wheel(0, -100)
    assert (await view(desk))["k"] <= max(fitting["k"] * 8, 1) * 1.01
    await press(desk, "0")
    assert math.isclose((await view(desk))["k"], fitting["k"], rel_tol=0.01)


async def test_panning_by_drag_and_arrows_ends_at_the_edge(office: Office, desk: Page) -> None:
    """The page follows the pointer; arrows move it when the picture has the keyboard."""
    await office.take_first(desk)
    await press(desk, "+", "+", "+", "+", "+", "+")
    before = await view(desk)
    x, y = before["left"] + before["across"] / 2, before["top"] + before["down"] / 2
    await desk.mouse.move(x, y)
    await desk.mouse.down()
    await desk.mouse.move(x + 40, y + 30, steps=4)
    await desk.mouse.up()
    dragged = await view(desk)
    assert abs(dragged["x"] - before["x"] - 40) < 1
    assert abs(dragged["y"] - before["y"] - 30) < 1
    await press(desk, "ArrowRight")
    assert (await view(desk))["x"] == dragged["x"] - 60
    for _ in range(40):
        await press(desk, "ArrowRight")
    edge = await view(desk)
    assert abs(edge["x"] + edge["w"] * edge["k"] / 2 - edge["across"]) < 1


async def test_two_fingers_zoom(office: Office, desk: Page) -> None:
    """Twice the distance of the fingers, twice the size."""
    await office.take_first(desk)
    before = await view(desk)
    await desk.evaluate(
        """() => {
      const figure = document.querySelector('#kanvas figure:not([hidden])');
      const {left, top, width, height} = figure.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const touch = (name, pointerId, dx) => figure.dispatchEvent(new PointerEvent(name, {
        pointerId, clientX: x + dx, clientY: y, bubbles: true, cancelable: true, pointerType: 'touch'}));
      figure.setPointerCapture = () => {};
      touch('pointerdown', 7, -50); touch('pointerdown', 8, 50);
      touch('pointermove', 7, -100); touch('pointermove', 8, 100);
      touch('pointerup', 7, -100); touch('pointerup', 8, 100);
    }"""
    )
    assert math.isclose((await view(desk))["k"], before["k"] * 2, rel_tol=0.02)


async def test_turning_is_kept_and_the_original_is_not_touched(office: Office, desk: Page) -> None:
    """R and Shift+R; after a reload it lies as it was left, and the same bytes are served."""
    await office.take_first(desk)
    source = await desk.locator("#kanvas .layar").first.get_attribute("src")
    before = await (await desk.request.get(f"{office.server.url}{source}")).body()
    async with desk.expect_response("**/letak"):
        await press(desk, "r")
    assert (await view(desk))["turn"] == 90
    await press(desk, "r", "Shift+R")
    await desk.reload()
    await desk.wait_for_function(SCAN_THERE)
    turned = await view(desk)
    assert turned["turn"] == 90
    assert math.isclose(
        turned["k"], min(turned["across"] / turned["h"], turned["down"] / turned["w"]), rel_tol=0.01
    )
    assert await (await desk.request.get(f"{office.server.url}{source}")).body() == before


async def test_a_page_turned_and_left_at_once_is_kept(office: Office, desk: Page) -> None:
    """What was not sent yet is sent when the file leaves the desk."""
    first = await office.take_first(desk)
    await next_ready(desk)
    async with desk.expect_response(f"**/{first}/lembar/*/letak") as answer:
        await press(desk, "r", "l")
    assert (await answer.value).status == 303


async def test_full_size_comes_only_when_it_is_needed(office: Office, desk: Page) -> None:
    """Fitting and one step do not ask for it; 100 % does, once."""
    sizes: list[str] = []
    desk.on("request", lambda request: sizes.append(request.url.rpartition("=")[2]))
    await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "w", "q", "+")
    await desk.wait_for_timeout(500)
    assert "penuh" not in sizes
    async with desk.expect_response("**ukuran=penuh"):
        await press(desk, "f")
    await expect(desk.locator("#besar")).to_have_text("100%")
    await press(desk, "0", "f")
    await desk.wait_for_timeout(500)
    assert sizes.count("penuh") == 1


async def test_dark_photos_are_made_brighter(office: Office, desk: Page) -> None:
    """Two steps, then as it was; the button says that it is pressed."""
    await office.take_first(desk)
    found = []
    for _ in range(3):
        await press(desk, "h")
        found.append(await desk.evaluate("getComputedStyle(document.querySelector('#kanvas .layar')).filter"))
    assert "brightness(1.5)" in found[0]
    assert "brightness(2.1)" in found[1]
    assert found[2] == "none"


async def test_side_by_side_zooms_together(office: Office, desk: Page) -> None:
    """Two documents in one frame each; zoomed by the same step."""
    await office.take_first(desk)
    await press(desk, "b")
    shown = desk.locator("#kanvas figure:not([hidden])")
    await expect(shown).to_have_count(2)
    scale = """figure => {
      const lies = new DOMMatrix(getComputedStyle(figure.querySelector('.layar')).transform);
      return Math.hypot(lies.a, lies.b);
    }"""
    await view(desk)
    before = [await shown.nth(n).evaluate(scale) for n in (0, 1)]
    await press(desk, "+", "+")
    await view(desk)
    after = [await shown.nth(n).evaluate(scale) for n in (0, 1)]
    assert all(math.isclose(new, old * 1.25**2, rel_tol=0.01) for old, new in zip(before, after, strict=True))
    await press(desk, "e", "b")
    await expect(shown).to_have_count(1)
    await expect(shown).to_have_attribute("data-kind", "form_f102")


async def test_pages_of_a_pdf_are_turned_over(office: Office, desk: Page) -> None:
    """The third person's KK is a PDF of two pages."""
    await office.take_first(desk)
    await press(desk, "l")
    await expect(desk.locator("#nm")).to_have_text(NAMES[1])
    await press(desk, "l")
    await expect(desk.locator("#nm")).to_have_text(NAMES[2])
    await press(desk, "w")
    seen = [await desk.locator("#kanvas figure:not([hidden])").get_attribute("data-page")]
    await press(desk, ".")
    await expect(desk.locator("#kanvas-kabar")).to_have_text("Lembar 2 dari 2.")
    seen.append(await desk.locator("#kanvas figure:not([hidden])").get_attribute("data-page"))
    await press(desk, ".")
    seen.append(await desk.locator("#kanvas figure:not([hidden])").get_attribute("data-page"))
    assert seen[0] == seen[2] != seen[1]


async def test_the_next_file_opens_at_the_same_place(office: Office, desk: Page) -> None:
    """Zoomed to the number of a KK once, the next KK shows the same part."""
    await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "w")
    await desk.wait_for_function(SCAN_THERE)
    box = await view(desk)
    await desk.mouse.move(box["left"] + box["across"] / 2, box["top"] + 40)
    for _ in range(5):
        await desk.mouse.wheel(0, -100)
    before = await view(desk)
    await press(desk, "l")
    await expect(desk.locator("#nm")).to_have_text(NAMES[1])
    await press(desk, "w")
    after = await view(desk)
    for side, length in (("x", "w"), ("y", "h")):
        middle = {"x": "across", "y": "down"}[side]
        parts = [(one[middle] / 2 - one[side]) / one["k"] / one[length] for one in (before, after)]
        assert abs(parts[0] - parts[1]) < 0.05


async def test_it_fits_again_when_the_window_changes(office: Office, desk: Page) -> None:
    """Also when only the reasons below it take more room."""
    await office.take_first(desk)
    for width, height in ((1100, 700), (1366, 768), (683, 384)):
        await desk.set_viewport_size({"width": width, "height": height})
        seen = await view(desk)
        fit = min(seen["across"] / seen["w"], seen["down"] / seen["h"])
        assert math.isclose(seen["k"], fit, rel_tol=0.02)


# --- corners and the crop ---

CARD = (0.2, 0.3, 0.6, 0.4)
PAINTED = """<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="960"
 viewBox="0 0 1 1" preserveAspectRatio="none">
<rect width="1" height="1" fill="#444"/><rect x=".2" y=".3" width=".6" height=".4" fill="#00f"/>
<rect x=".212" y=".376" width=".408" height=".044" fill="#f00"/></svg>"""
"""A card at CARD; red is where a KTP-el has its NIK."""


async def drag_corner(page: Page, number: int, u: float, v: float) -> None:
    """Put a corner at this part of the page."""
    await view(page)
    box = await page.locator("#kanvas figure:not([hidden]) .layar").bounding_box()
    handle = await page.locator(".sudut").nth(number).bounding_box()
    assert box
    assert handle
    await page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(box["x"] + u * box["width"], box["y"] + v * box["height"], steps=3)
    await page.mouse.up()


def corners_of(left: float, top: float, width: float, height: float) -> Sequence[tuple[float, float]]:
    return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))


async def test_the_crop_shows_where_the_value_stands(office: Office, desk: Page) -> None:
    """Corners dragged onto the card: the row's crop is the red place, and it is marked on the picture."""

    async def painted(route: Route) -> None:
        await route.fulfill(body=PAINTED, content_type="image/svg+xml")

    await desk.route("**ukuran=layar", painted)
    await office.take_first(desk)
    await expect(desk.locator(".potong")).to_have_count(0)
    await press(desk, "s")
    for number, (u, v) in enumerate(corners_of(*CARD)):
        await drag_corner(desk, number, u, v)
    await press(desk, "Escape")
    await expect(desk.locator(".sudut")).to_have_count(0)
    box = await desk.locator(".potong").bounding_box()
    assert box
    assert box["height"] >= 34
    colours = await seen_colours(desk, ".potong")
    assert set(colours) == {(255, 0, 0)}
    outline = await desk.locator(".tempat polygon").evaluate(
        "one => { const b = one.getBBox(); return [b.x, b.y, b.width, b.height]; }"
    )
    seen = await view(desk)
    left, top = seen["x"] - seen["w"] * seen["k"] / 2, seen["y"] - seen["h"] * seen["k"] / 2
    wanted = (0.212, 0.376, 0.408, 0.044)
    sides = (seen["w"] * seen["k"], seen["h"] * seen["k"]) * 2
    for found, part, side, start in zip(outline, wanted, sides, (left, top, 0, 0), strict=True):
        assert abs(found - start - part * side) < 4
    # What was not sent by then is sent as the page is left.
    await desk.wait_for_timeout(1000)
    await desk.reload()
    await desk.wait_for_function(SCAN_THERE)
    await expect(desk.locator(".potong")).to_be_visible()
    await press(desk, "x")
    await expect(desk.locator("[data-field=nama] + .potong-baris")).to_be_visible()
    assert (0, 0, 255) in set(await seen_colours(desk, ".potong"))


async def seen_colours(page: Page, where: str) -> list[tuple[int, ...]]:
    """Colours as painted, at points well inside an element."""
    await page.wait_for_function("() => document.querySelector('.potong img').complete")
    await view(page)
    picture = base64.b64encode(await page.locator(where).screenshot()).decode()
    found: list[list[int]] = await page.context.pages[0].evaluate(READ_PIXELS, picture)
    return [tuple(one) for one in found]


READ_PIXELS = """async picture => {
  const bytes = Uint8Array.from(atob(picture), one => one.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/png'}));
  const {width, height} = bitmap;
  const pen = Object.assign(document.createElement('canvas'), {width, height}).getContext('2d');
  pen.drawImage(bitmap, 0, 0);
  return [.1, .3, .5, .7, .9].flatMap(x => [.3, .5, .7].map(y =>
    [...pen.getImageData(x * width, y * height, 1, 1).data].slice(0, 3)));
}"""


async def test_a_card_seen_at_an_angle_is_straightened(office: Office, desk: Page) -> None:
    """Every marked corner comes to lie at the corner of the straight card."""
    await office.take_first(desk)
    askew = ((0.14, 0.16), (0.89, 0.17), (0.9, 0.84), (0.1, 0.8))
    await press(desk, "s")
    for number, (u, v) in enumerate(askew):
        await drag_corner(desk, number, u, v)
    marked = [
        float(part)
        for part in (await desk.locator("#kanvas figure").first.get_attribute("data-corners") or "").split()
    ]
    assert all(
        abs(a - b) < 0.02 for a, b in zip(marked, [part for point in askew for part in point], strict=True)
    )
    found = await desk.evaluate(
        """marked => {
      const image = document.querySelector('.potong img');
      const lies = new DOMMatrix(getComputedStyle(image).transform);
      return [0, 1, 2, 3].map(n => {
        const [u, v] = marked.slice(2 * n);
        const p = lies.transformPoint(new DOMPoint(u * image.offsetWidth, v * image.offsetHeight));
        return [p.x / p.w, p.y / p.w];
      });
    }""",
        marked,
    )
    across = await desk.locator(".potong").evaluate("one => one.clientWidth") / 0.68
    down = across / (85.6 / 53.98)
    wanted = [((u - 0.02) * across, (v - 0.19) * down) for u, v in corners_of(0, 0, 1, 1)]
    for got, want in zip(found, wanted, strict=True):
        assert abs(got[0] - want[0]) < 1
        assert abs(got[1] - want[1]) < 1


async def test_corners_move_by_arrow_keys(office: Office, desk: Page) -> None:
    """Also on a page that lies turned: right is right as it is seen."""
    await office.take_first(desk)
    await press(desk, "r", "s")
    assert await desk.evaluate("document.activeElement.className") == "sudut"
    before = await desk.locator(".sudut").first.bounding_box()
    await press(desk, "ArrowRight", "ArrowRight", "Shift+ArrowDown")
    await view(desk)
    after = await desk.locator(".sudut").first.bounding_box()
    assert before
    assert after
    assert after["x"] > before["x"] + 1
    assert after["y"] > before["y"]
    await press(desk, "Tab")
    assert (
        await desk.evaluate("document.activeElement.getAttribute('aria-label')") == "Sudut kanan atas dokumen"
    )
