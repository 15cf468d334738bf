"""The verification screen on every screen: nothing out of sight, nothing too small, and without its scripts."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.browser import DESK, Watch, person
from tests.journeys.desks import NAMES, Office, next_ready, on_desk, press

TOO_LONG = """() => ['#berkas', '#data', '#lain'].filter(one => {
  const {scrollHeight, clientHeight} = document.querySelector(one);
  return scrollHeight > clientHeight + 1;
})"""
SMALL = """least => [...document.querySelectorAll('main button, main summary, main .tolak label, main .pasang label')]
  .filter(one => one.checkVisibility?.() ?? one.offsetParent)
  .filter(one => one.getBoundingClientRect().height < least - .5)
  .map(one => one.textContent.trim())"""


async def test_a_usual_file_needs_no_scrolling(office: Office, desk: Page) -> None:
    """Nine reasons, six fields with the crop of one, the message, the undo bar, at 1366x768."""
    await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "w", "e", "t")
    await expect(desk.locator("#urung")).to_contain_text("pukul")
    await press(desk, "s", "ArrowRight", "Escape", "w", "2", "4")
    await expect(desk.locator(".potong")).to_be_visible()
    assert await desk.evaluate(TOO_LONG) == []
    assert await desk.evaluate(SMALL, 34) == []
    canvas = await desk.locator("#kanvas").bounding_box()
    assert canvas
    assert canvas["height"] >= 240


@pytest.mark.parametrize(("width", "height"), [(683, 384), (320, 640)])
async def test_one_column_where_there_is_little_room(
    office: Office, browser: Browser, watch: Watch, width: int, height: int
) -> None:
    """At 200 % and at 320 px nothing is wider than the screen; documents come before reasons, data, decision."""
    narrow = {**DESK, "viewport": {"width": width, "height": height}}
    async with person(browser, watch, narrow) as page:
        await office.sit_down(page)
        await page.get_by_role("button", name="Buka berkas berikutnya").click()
        await page.wait_for_url("**/verifikasi/KRN-*")
        await next_ready(page)
        await press(page, "w", "2", "b", "s", "Escape", "o")
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        places = [
            (await page.locator(one).first.bounding_box() or {"y": 0})["y"]
            for one in ("#antrean", "#kanvas", ".alasan:not([hidden])", ".banding", "#tombol", "#lain")
        ]
        assert places == sorted(places)
        if width == 320:
            assert await page.evaluate(SMALL, 48) == []
        await press(page, "Escape", "k")
        await expect(page.locator("#nm")).to_have_text(NAMES[1])
        await expect(page.locator("#nm")).to_be_in_viewport()


async def test_focus_is_never_lost(office: Office, desk: Page) -> None:
    """Whatever is pressed, the keyboard stays on something of the page."""
    await office.take_first(desk)
    await next_ready(desk)
    keys = (
        "w", "+", "-", "0", "f", "r", "Shift+R", "h", "b", "b", "s", "Escape", "Space", "x", "2", "u", "Escape", "n",
        "c", "Escape", "g", "Escape", "o", "Escape", "?", "Escape", "k", "z", "/", "Escape", "F2", "F2", "l",
    )  # fmt: skip
    await desk.locator("#nm").focus()
    for key in keys:
        await press(desk, key)
        await desk.wait_for_timeout(150)
        assert await desk.evaluate("document.activeElement !== document.body"), key


async def test_without_scripts_the_same_forms_decide(office: Office, browser: Browser, watch: Watch) -> None:
    """Accepted; returned after its message was read; taken back."""
    async with person(browser, watch, {**DESK, "java_script_enabled": False}) as page:
        await office.sit_down(page)
        await page.get_by_role("button", name="Buka berkas berikutnya").click()
        first = on_desk(page)
        await page.get_by_role("radio", name="Cocok").first.check()
        await page.get_by_role("button", name="Terima", exact=True).click()
        await expect(page.locator("#nm")).to_have_text(NAMES[1])
        await expect(page.locator("#urung")).to_contain_text(f"{first} diterima.")
        await page.locator("[name=alasan_family_card][value=cut]").check()
        await page.get_by_role("button", name="Kembalikan").click()
        await expect(page.locator("#berkas")).to_contain_text("Baca pesannya dulu")
        await expect(page.locator("[name=alasan_family_card][value=cut]")).to_be_checked()
        await page.get_by_role("button", name="Kembalikan").click()
        await expect(page.locator("#nm")).to_have_text(NAMES[2])
        await page.get_by_role("button", name="Batalkan").click()
        await expect(page.locator("#nm")).to_have_text(NAMES[1])
        assert on_desk(page) == office.room.numbers[1]
