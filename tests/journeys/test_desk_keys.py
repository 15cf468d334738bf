"""The keys of the verification screen as an interface: each presses its own visible button (WCAG 2.1.4)."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from models.rules.keys import DEFAULT_KEYS, DeskAct
from tests.journeys.desks import (
    NAMES,
    SCAN_THERE,
    Office,
    focused,
    furnish_corrected,
    on_desk,
    open_office,
    press,
)

PRESSED = """() => {
  window.pressed = [];
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-act]');
    if (!button) return;
    const box = button.getBoundingClientRect();
    window.pressed.push([button.dataset.act, box.width >= 24 && box.height >= 24]);
    event.preventDefault();
    event.stopPropagation();
  }, true);
}"""
PLAYWRIGHT = {" ": "Space", "R": "Shift+R", "+": "+", "?": "Shift+?"}


async def test_every_key_presses_its_visible_button(office: Office, desk: Page) -> None:
    """The table of keys is the interface: one press, one click on a button that can be seen."""
    await office.take_first(desk)
    await press(desk, "l")
    await expect(desk.locator("#nm")).to_have_text(NAMES[1])
    await press(desk, "w", "e", "t")
    await expect(desk.locator("#nm")).to_have_text(NAMES[2])
    await expect(desk.locator("#urung")).to_contain_text("pukul")
    await desk.evaluate(PRESSED)
    for act, key in DEFAULT_KEYS.items():
        if act in (DeskAct.SEARCH, DeskAct.FOURTH_DOCUMENT, DeskAct.BEFORE_AFTER):
            continue
        await desk.evaluate("window.pressed.length = 0")
        await press(desk, PLAYWRIGHT.get(key, key))
        assert await desk.evaluate("window.pressed") == [[act, True]], f"{key!r} for {act}"


async def test_a_fourth_document_and_the_photo_before(tmp_path: Path, desk: Page) -> None:
    """D opens the fourth document; V shows what the KK replaced and back, only where something was replaced."""
    room = await furnish_corrected(tmp_path / "room")
    async with open_office(room, tmp_path / "data") as office:
        await office.take_first(desk)
        shown = desk.locator("#kanvas figure:not([hidden])")
        told = desk.locator("#kanvas-kabar")
        before = desk.get_by_role("button", name="Foto lama")
        await press(desk, "d")
        await expect(shown).to_have_attribute("data-kind", "data_evidence")
        await expect(desk.locator(".alasan:not([hidden])")).to_have_attribute("data-kind", "data_evidence")
        await press(desk, "v")
        await expect(told).to_have_text("Dokumen ini belum pernah diganti.")
        await press(desk, "w")
        now = await shown.get_attribute("data-page")
        await press(desk, "v")
        await expect(told).to_have_text("Foto sebelum diganti.")
        await expect(before).to_have_attribute("aria-pressed", "true")
        await desk.wait_for_function(SCAN_THERE)
        assert "lama" in (await shown.get_attribute("class") or "")
        assert await shown.get_attribute("data-page") != now
        await press(desk, "v")
        await expect(told).to_have_text("Foto yang berlaku.")
        await expect(shown).to_have_attribute("data-page", now or "")
        await press(desk, "t")
        await expect(desk.locator("#tolakan")).to_contain_text("Belum dibuka: F-1.02.")


async def test_the_other_keys(office: Office, desk: Page) -> None:
    """/ searches, digits tick and untick, arrows walk the queue, Esc leaves a field."""
    await office.take_first(desk)
    await press(desk, "/")
    assert await focused(desk) == "cari"
    await press(desk, "t", "1", "Escape")
    assert await desk.locator("#cari").input_value() == "t1"
    assert await focused(desk) == "tombol"
    await press(desk, "1", "3", "1")
    await expect(desk.locator(".tolak input:checked")).to_have_count(1)
    await expect(desk.locator("[name=alasan_old_card][value=dark]")).to_be_checked()
    await press(desk, "ArrowDown")
    assert NAMES[1] in await desk.evaluate("document.activeElement.textContent")
    await press(desk, "ArrowUp")
    assert NAMES[0] in await desk.evaluate("document.activeElement.textContent")
    await press(desk, "?")
    assert await focused(desk) == "daftar-pintas"
    await press(desk, "Escape")
    await expect(desk.locator("#daftar-pintas")).to_be_hidden()
    assert await desk.evaluate("document.activeElement.dataset.act") == "bantuan"


async def test_fields_are_compared_by_space_and_x(office: Office, desk: Page) -> None:
    """Space: it matches, on to the next; X: it differs; Tab reaches the same choice."""
    await office.take_first(desk)
    await press(desk, "Space", "x")
    await expect(desk.locator("[name=banding_nik][value=match]")).to_be_checked()
    await expect(desk.locator("[name=banding_nama][value=differs]")).to_be_checked()
    await expect(desk.locator(".banding .aktif")).to_have_attribute("data-field", "lahir")
    await expect(desk.locator("#kabar")).to_have_text("Nama: beda.")
    await desk.locator("#nm").focus()
    await press(desk, "Tab")
    assert await desk.evaluate("document.activeElement.name") == "banding_nik"
    await expect(desk.locator(".banding .aktif")).to_have_attribute("data-field", "nik")


@pytest.mark.parametrize("held", ["Control", "Alt", "Meta"])
async def test_no_key_works_with_a_modifier(office: Office, desk: Page, held: str) -> None:
    """Those belong to the browser and the system."""
    first = await office.take_first(desk)
    await desk.evaluate(PRESSED)
    await desk.keyboard.down(held)
    await press(desk, "b", "x", "1")
    await desk.keyboard.up(held)
    assert await desk.evaluate("window.pressed") == []
    assert on_desk(desk) == first


async def test_no_key_works_while_typing(office: Office, desk: Page) -> None:
    """In a note, a remark, the message."""
    first = await office.take_first(desk)
    await desk.evaluate("window.stays = true")
    await press(desk, "c")
    await desk.keyboard.type("tklzx 12?/")
    assert await desk.locator("[name=catatan_rekan]").input_value() == "tklzx 12?/"
    await press(desk, "Escape")
    assert await desk.evaluate("document.activeElement.tagName") == "SUMMARY"
    await press(desk, "u")
    await desk.keyboard.type("tkl")
    assert await desk.locator("#pesan").input_value() == "tkl"
    assert on_desk(desk) == first
    assert await desk.evaluate("window.stays")


async def test_f2_switches_the_keys_and_keeps_what_was_ticked(office: Office, desk: Page) -> None:
    """Off: no letter does anything, no cap is shown; on again by the same key, also from a field."""
    first = await office.take_first(desk)
    await press(desk, "w", "2", "F2")
    await expect(desk.locator("#kabar")).to_have_text("Pintasan mati.")
    assert await desk.evaluate("document.activeElement.dataset.act") == "pintasan"
    await expect(desk.locator("#putusan kbd")).to_have_count(0)
    await press(desk, "q", "3", "l")
    await expect(desk.locator("[data-kind=family_card][aria-pressed]")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(desk.locator(".tolak input:checked")).to_have_count(1)
    assert on_desk(desk) == first
    await desk.locator("#cari").focus()
    await press(desk, "F2")
    await expect(desk.locator("#kabar")).to_have_text("Pintasan menyala.")
    await press(desk, "3")
    await expect(desk.locator(".tolak input:checked")).to_have_count(2)


async def test_keys_can_be_changed(office: Office, desk: Page) -> None:
    """A person's own key presses the same button; the usual one no longer does (WCAG 2.1.4)."""
    await office.sit_down(desk)
    await desk.goto(f"{office.server.url}/pintasan")
    await desk.locator("[name=terima]").fill("y")
    await desk.get_by_role("button", name="Simpan pintasan").press("Enter")
    await desk.wait_for_url("**/verifikasi")
    first = await office.take_first(desk)
    await press(desk, "w", "e", "t")
    assert on_desk(desk) == first
    await expect(desk.get_by_role("button", name="Terima").locator("kbd")).to_have_text("Y")
    await press(desk, "y")
    await expect(desk.locator("#kabar")).to_contain_text(f"{first} diterima.")
