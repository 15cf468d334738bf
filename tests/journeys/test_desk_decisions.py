"""Deciding at the verification screen, by keyboard alone [P6, P7, G1, G2]."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.journeys.browser import DESK, Watch, comes_true, person
from tests.journeys.desks import NAMES, SCAN_THERE, Office, focused, next_ready, on_desk, press

ANSWERS = "**/putusan"


# In the page: routing by the browser driver would switch its cache off.
HOLD = """end => {
  const real = fetch;
  const held = new Promise(go => { window.go = go; });
  window.fetch = async (path, ...more) => {
    if (String(path).endsWith(end)) await held;
    return real(path, ...more);
  };
}"""


async def announced(page: Page, words: str) -> None:
    await expect(page.locator("#kabar")).to_contain_text(words)


async def test_a_clean_file_takes_three_keys(office: Office, desk: Page) -> None:
    """Each document opened, accepted; the next file is there, with focus and words [P6]."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "w", "e", "t")
    await announced(desk, f"{first} diterima. Berikutnya: {NAMES[1]}.")
    assert on_desk(desk) == office.room.numbers[1]
    assert await focused(desk) == "nm"
    await expect(desk.locator("#urung")).to_contain_text(f"{first} diterima. Pesan dikirim ke pemohon pukul")
    await expect(desk.locator(".antre [aria-current]")).to_contain_text(NAMES[1])
    await expect(desk.locator(".antre li")).to_have_count(3)


async def test_one_bad_document_takes_three_keys(office: Office, desk: Page) -> None:
    """Opened, its reason ticked, returned; the message is the one that was shown [P7]."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "w", "2")
    await expect(desk.locator("#pesan-susun")).to_contain_text(
        "- Kartu Keluarga (KK): Ada bagian yang terpotong."
    )
    shown = await desk.locator("#pesan-susun").inner_text()
    await press(desk, "k")
    await announced(desk, f"{first} dikembalikan untuk diperbaiki.")
    await expect(desk.locator("#urung")).to_contain_text("pukul")
    await desk.goto(f"{office.server.url}/verifikasi/{first}")
    await expect(desk.locator("#data")).to_contain_text(" ".join(shown.split()))


async def test_the_composed_message_is_the_servers(office: Office, desk: Page) -> None:
    """Reasons of two documents and a remark compose the same words without the script."""
    first = await office.take_first(desk)
    await press(desk, "4", "1", "w", "9")
    assert await desk.evaluate("document.activeElement.name") == "catatan_family_card"
    await desk.keyboard.type("Foto bagian belakang juga.")
    shown = await desk.locator("#pesan-susun").inner_text()
    assert shown.count("\n") == 1
    async with desk.expect_response(ANSWERS) as answered:
        await desk.evaluate("document.querySelector('#pesan').value = ''")
        await press(desk, "Escape", "k")
    composed = await (await answered.value).text()
    assert "Baca pesannya dulu" in composed
    for line in shown.splitlines():
        assert line in composed
    assert on_desk(desk) == first


async def test_an_edited_message_is_what_is_sent(office: Office, desk: Page) -> None:
    """U opens it, further ticks leave it alone [P7]."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "3", "u", "End")
    await desk.keyboard.type(" Terima kasih.")
    words = await desk.locator("#pesan").input_value()
    assert words.endswith("Terima kasih.")
    await press(desk, "Escape", "1", "k")
    await announced(desk, "dikembalikan")
    await expect(desk.locator("#urung")).to_contain_text("pukul")
    await desk.goto(f"{office.server.url}/verifikasi/{first}")
    await expect(desk.locator("#data")).to_contain_text("Terima kasih.")
    await expect(desk.locator("#data")).not_to_contain_text("buram")


async def test_acceptance_is_held_back_with_words(office: Office, desk: Page) -> None:
    """While a reason stands; once, while a document was not opened. Returning needs a reason."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "k")
    await expect(desk.locator("#tolakan")).to_have_text("Pilih dulu alasannya, lalu tekan Kembalikan.")
    await press(desk, "2", "t")
    await expect(desk.locator("#tolakan")).to_contain_text("Ada alasan terpasang.")
    await press(desk, "2", "t")
    await expect(desk.locator("#tolakan")).to_contain_text("Belum dibuka: KK, F-1.02.")
    assert on_desk(desk) == first
    await press(desk, "t")
    await announced(desk, f"{first} diterima.")


async def test_the_next_file_does_not_wait_for_the_answer(office: Office, desk: Page) -> None:
    """It is on the desk with its first scan from the cache while the decision is on its way; undone even so."""
    first = await office.take_first(desk)
    await next_ready(desk)
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    await desk.evaluate(HOLD, "/putusan")
    await press(desk, "w", "e", "t")
    await expect(desk.locator("#nm")).to_have_text(NAMES[1])
    await desk.wait_for_function(SCAN_THERE)
    assert await desk.evaluate(f"({FETCHED})(({SCAN})().src)") == 1
    assert not [url for url in asked if "intip" in url]
    await press(desk, "1")
    await expect(desk.locator("#urung")).to_contain_text(f"{first} diterima. Pesan dikirim ke pemohon dalam")
    await press(desk, "z", "z")
    await desk.evaluate("window.go()")
    await announced(desk, f"Keputusan dibatalkan. Kembali ke: {NAMES[0]}.")
    assert on_desk(desk) == first
    assert await focused(desk) == "nm"
    await expect(desk.locator("#urung form")).to_have_count(0)
    await expect(desk.locator("#data .chip").first).to_contain_text("Sisa")
    await expect(desk.get_by_role("button", name="Terima")).to_be_visible()


FETCHED = "source => performance.getEntriesByName(source).filter(one => one.transferSize > 0).length"
SCAN = "() => document.querySelector('#kanvas figure:not([hidden]) .layar')"


async def test_pressing_twice_decides_once(office: Office, desk: Page) -> None:
    """Nothing fetched ahead, a slow line, an impatient officer."""
    await desk.route("**/intip", lambda route: route.fulfill(status=404, body=""))
    first = await office.take_first(desk)
    await desk.evaluate(HOLD, "/putusan")
    await press(desk, "w", "e", "t", "t", "t")
    await announced(desk, "Sedang disimpan.")
    await desk.evaluate("window.go()")
    await announced(desk, f"{first} diterima. Berikutnya: {NAMES[1]}.")
    await expect(desk.locator(".antre li")).to_have_count(3)


@pytest.mark.parametrize("trouble", ["offline", "500", "409", "422"])
async def test_a_no_brings_the_file_back(office: Office, desk: Page, watch: Watch, trouble: str) -> None:
    """As it was ticked, with words; what was ticked on the next one waits there."""
    watch.allow("Failed to load resource|^500 ")
    first = await office.take_first(desk)
    await next_ready(desk)
    went_on = asyncio.Event()

    async def fail(route: Route) -> None:
        await went_on.wait()
        if trouble == "offline":
            await route.abort()
        else:
            notice = (
                '<div class="note gawat" role="alert"><div><b>Belum dilakukan</b><p>Alasan.</p></div></div>'
            )
            await route.fulfill(status=int(trouble), body=notice, content_type="text/html")

    await desk.route(ANSWERS, fail)
    await press(desk, "w", "2", "x", "k")
    await expect(desk.locator("#nm")).to_have_text(NAMES[1])
    await press(desk, "3")
    await expect(desk.locator("[name=alasan_old_card][value=dark]")).to_be_checked()
    went_on.set()
    await expect(desk.locator("#nm")).to_have_text(NAMES[0])
    assert on_desk(desk) == first
    await expect(desk.locator("[name=alasan_family_card][value=cut]")).to_be_checked()
    await expect(desk.locator("[data-kind=family_card][aria-pressed]")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(desk.locator("[name=banding_nik][value=differs]")).to_be_checked()
    assert await desk.evaluate("document.activeElement.matches('.note.gawat')")
    await desk.unroute(ANSWERS)
    if trouble in ("409", "422"):
        return
    await desk.get_by_role("button", name="Coba lagi").press("Enter")
    await announced(desk, f"{first} dikembalikan untuk diperbaiki.")
    assert on_desk(desk) == office.room.numbers[1]
    await expect(desk.locator("[name=alasan_old_card][value=dark]")).to_be_checked()
    await expect(desk.locator("#urung")).to_contain_text("pukul")


async def test_the_second_officer_learns_who_decided(
    office: Office, desk: Page, browser: Browser, watch: Watch
) -> None:
    """Both had it open; the one who comes second is told by whom and when, and goes on by key."""
    first = await office.take_first(desk)
    async with person(browser, watch, DESK) as other:
        await office.sit_down(other, 1)
        await expect(other.locator(".antre li").first).to_contain_text("dibuka Petugas operator")
        await other.goto(f"{office.server.url}/verifikasi/{first}")
        await expect(other.locator("#berkas, main")).to_contain_text(["Petugas operator"])
        await press(desk, "w", "2", "k")
        await announced(desk, "dikembalikan")
        await expect(desk.locator("#urung")).to_contain_text("pukul")
        await other.reload()
        await expect(other.locator("#data .chip")).to_have_text("Perlu diperbaiki")
        await press(other, "l")
        await other.wait_for_url(f"**/{office.room.numbers[2]}")


async def test_overtaken_while_deciding(office: Office, desk: Page, browser: Browser, watch: Watch) -> None:
    """The claim lapsed, a colleague decided: no second decision, and the words say who [G1]."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await desk.evaluate("document.querySelector('#putusan [name=versi]').value = '0'")
    await press(desk, "w", "e", "t")
    await expect(desk.locator("#berkas .note.gawat")).to_be_visible()
    assert on_desk(desk) == first
    assert await desk.evaluate("document.activeElement.matches('.note.gawat')")


async def test_a_file_is_given_back_on_leaving(
    office: Office, desk: Page, browser: Browser, watch: Watch
) -> None:
    """Held from opening until the page is left; the first key after a reload is a sign of life [G1]."""
    await office.take_first(desk)
    async with desk.expect_request("**/pegangan"):
        await desk.reload()
        await press(desk, "w")
    await desk.goto(f"{office.server.url}/pintasan")
    async with person(browser, watch, DESK) as other:
        await office.sit_down(other, 1)

        async def is_free() -> bool:
            await other.reload()
            return "dibuka" not in await other.locator(".antre li").first.inner_text()

        await comes_true(is_free)  # the word of leaving goes its own way


async def test_the_end_of_the_queue(office: Office, desk: Page) -> None:
    """A calm page that has the keyboard, and still can take the last decision back.

    The third person's KK has two pages: not to have seen the second is said before the file is accepted.
    """
    await office.take_first(desk)
    for name in NAMES:
        await expect(desk.locator("#nm")).to_have_text(name)
        await press(desk, "w", "e", "t")
        if name == NAMES[2]:
            await expect(desk.locator("#tolakan")).to_contain_text("Belum dibuka: KK lembar 2.")
            await press(desk, "w", ".", "t")
    await desk.wait_for_url("**/verifikasi")
    assert await focused(desk) == "mulai"
    await expect(desk.locator("main")).to_contain_text("Nikmati jeda ini")
    await press(desk, "z")
    await desk.wait_for_url(f"**/{office.room.numbers[-1]}")
    await expect(desk.locator("#nm")).to_have_text(NAMES[-1])


async def test_the_undo_bar_ends_by_itself(office: Office, desk: Page) -> None:
    """After its minute, wherever the keyboard is."""
    await desk.clock.install()
    await office.take_first(desk)
    await press(desk, "w", "e", "t")
    await expect(desk.locator("#urung")).to_contain_text("pukul")
    await desk.locator("#cari").focus()
    await desk.clock.run_for(70_000)
    await expect(desk.locator("#urung form")).to_have_count(0)
    assert await focused(desk) == "cari"


async def test_notes_and_questions_keep_what_was_ticked(office: Office, desk: Page) -> None:
    """A note stays on the file, a refused question too; a sent one leads on [G1]."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "w", "2", "x", "+", "c")
    assert await desk.evaluate("document.activeElement.name") == "catatan_rekan"
    await desk.keyboard.type("Sudah ditelepon.")
    await press(desk, "Tab", "Enter")
    await expect(desk.locator("#data")).to_contain_text("Sudah ditelepon.")
    assert await focused(desk) == "nm"
    await expect(desk.locator("[name=alasan_family_card][value=cut]")).to_be_checked()
    await expect(desk.locator("[name=banding_nik][value=differs]")).to_be_checked()
    await expect(desk.locator("[data-kind=family_card][aria-pressed]")).to_have_attribute(
        "aria-pressed", "true"
    )
    await press(desk, "g", "Tab", "Enter")
    await expect(desk.locator("#lain .galat").first).to_be_visible()
    await expect(desk.locator("[name=alasan_family_card][value=cut]")).to_be_checked()
    await desk.locator("[name=pertanyaan]").fill("Boleh tanpa KK asli?")
    await press(desk, "Tab", "Enter")
    await announced(desk, f"{first} ditanyakan ke atasan. Berikutnya: {NAMES[1]}.")


async def test_refusing_asks_for_words(office: Office, desk: Page) -> None:
    """O opens the place for them; without words it stays, with them it goes [P2]."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "o", "Tab", "Enter")
    await expect(desk.locator("#lain .galat").first).to_be_visible()
    assert on_desk(desk) == first
    await desk.locator("#tolak-alasan").fill("Pemohon warga kecamatan lain. Ajukan di sana.")
    await press(desk, "Tab", "Enter")
    await announced(desk, f"{first} ditolak.")


async def test_out_of_turn_and_search(office: Office, desk: Page) -> None:
    """A later file wants a reason; / finds one by its number [G2]."""
    await office.take_first(desk)
    third = office.room.numbers[2]
    await press(desk, "ArrowDown", "ArrowDown", "Enter")
    await desk.wait_for_url(f"**/{third}")
    assert await desk.evaluate("document.activeElement.name") == "alasan_urutan"
    await desk.keyboard.type("Pemohon sakit.")
    await press(desk, "Tab", "Enter")
    await expect(desk.locator("#nm")).to_have_text(NAMES[2])
    await press(desk, "/")
    await desk.keyboard.type(third)
    await press(desk, "Enter")
    await expect(desk.locator("#nm")).to_have_text(NAMES[2])


async def test_skipping_leads_on(office: Office, desk: Page) -> None:
    """The file goes back to the queue, marked."""
    first = await office.take_first(desk)
    await next_ready(desk)
    await press(desk, "l")
    await announced(desk, f"{first} ditunda. Berikutnya: {NAMES[1]}.")
    await expect(desk.locator(f".antre [href$={first}]")).to_contain_text("ditunda")
