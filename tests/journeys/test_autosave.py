"""Typing survives: a closed tab, a line that breaks, a second tab; and none of it stays on the phone when it is sent.

The real service, Chromium as a phone. Numbers belong to nobody (tests/specimen).
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, Route, expect

from tests.journeys import wizard
from tests.journeys.browser import PHONE_ALONE, Server, Watch, person, running_server
from tests.journeys.people import the
from tests.journeys.walks import Walk

SITI = the("siti")
HALF = SITI.nik[:9]
BROKEN = "ERR_INTERNET_DISCONNECTED|Failed to fetch"
SAVED = re.compile(r"^\s*Tersimpan \d\d\.\d\d\s*$")
HERE = "Tersimpan di HP ini, dikirim saat ada sinyal"
PIN = re.compile(r"PIN\s+(\d{6})")
STAYS = "() => JSON.stringify({...localStorage})"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """The service on a Monday morning, for all journeys of this file."""
    async with running_server(
        tmp_path_factory.mktemp("autosave") / "data", clock="2026-11-23T08:21:00+07:00"
    ) as running:
        yield running


@dataclass
class Typist(Walk):
    """Somebody on the page of the own data, with what the page sent by itself."""

    number: str = ""
    pin: str = ""
    sent: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.page.on("request", lambda one: self.sent.append(one) if "/simpanan" in one.url else None)

    async def come_to_own_data(self) -> None:
        """A new signature: no reason to give, contacts, and then the own data."""
        page = self.page
        await self.open("/pengajuan/ktp/perubahan-biometrik")
        await self.choose("Tanda tangan")
        await self.press("Lanjut")
        await expect(page.get_by_role("heading", name="Ke mana kami mengabari Anda?")).to_be_visible()
        self.number = await wizard.number_on(self)
        found = PIN.search(await page.locator("main").inner_text())
        assert found is not None
        self.pin = found[1]
        await page.get_by_label("Nomor HP").fill(SITI.phone)
        await page.get_by_label("Desa atau kelurahan").select_option(label=SITI.village)
        await self.press("Lanjut")
        await expect(page.get_by_role("heading", name="Data Anda", exact=True)).to_be_visible()
        self.sent.clear()

    async def come_in(self, number: str, pin: str) -> None:
        """From another device."""
        await self.open("/permohonan")
        await self.page.get_by_label("Nomor permohonan").fill(number)
        await self.page.get_by_label("PIN").fill(pin)
        await self.page.locator("main form button").click()
        await expect(self.page.get_by_role("heading", name="Data Anda", exact=True)).to_be_visible()

    async def type_nik(self, digits: str) -> None:
        """One key after the other, as people do."""
        await self.page.get_by_label("NIK", exact=True).fill("")
        await self.page.get_by_label("NIK", exact=True).press_sequentially(digits)

    async def is_told(self, words: str | re.Pattern[str]) -> None:
        """The line above the button says this, and nothing louder happened."""
        await expect(self.page.locator("#simpanan")).to_have_text(words)
        await expect(self.page.get_by_role("alert")).to_have_count(0)

    async def left_on_the_phone(self) -> str:
        """What the browser keeps of it, as JSON of names and values."""
        return str(await self.page.evaluate(STAYS))


@pytest_asyncio.fixture(loop_scope="session")
async def siti(phone: Page, server: Server) -> Typist:
    return Typist(phone, "simpan-otomatis", server.url)


async def test_half_a_nik_is_there_again_on_another_phone(
    siti: Typist, browser: Browser, watch: Watch
) -> None:
    """[P5] Half a number typed, the tab closed; by number and PIN it is there, on any device."""
    await siti.come_to_own_data()
    await siti.type_nik(HALF)
    await siti.choose("Perempuan")
    await siti.is_told(SAVED)
    await siti.look("tersimpan")
    assert await siti.left_on_the_phone() == "{}"
    assert len(siti.sent) == 1, "one pause, one request"
    await siti.page.close()
    async with person(browser, watch, PHONE_ALONE) as page:
        other = Typist(page, "simpan-otomatis-lain", siti.home)
        await other.come_in(siti.number, siti.pin)
        await other.sees("kami tampilkan lagi")
        await other.look("tampil-lagi")
        await expect(page.get_by_label("NIK", exact=True)).to_have_value(HALF)
        await expect(page.get_by_label("Perempuan")).to_be_checked()


async def test_without_a_line_the_phone_keeps_it_and_sends_it_later(siti: Typist, watch: Watch) -> None:
    """[P5] What is typed without a line is told in place, takes no focus, and goes when the line is back."""
    watch.allow(BROKEN)
    await siti.come_to_own_data()
    await siti.page.context.set_offline(True)
    await siti.type_nik(HALF)
    await siti.is_told(HERE)
    await expect(siti.page.get_by_label("NIK", exact=True)).to_be_focused()
    await siti.look("tanpa-sinyal")
    kept = json.loads(await siti.left_on_the_phone())
    assert [HALF in text for text in kept.values()] == [True]
    assert not any(name in text for text in kept.values() for name in ("_token", "_kunci"))
    await siti.page.context.set_offline(False)
    await siti.is_told(SAVED)
    assert await siti.left_on_the_phone() == "{}"
    await siti.page.reload()
    await expect(siti.page.get_by_label("NIK", exact=True)).to_have_value(HALF)


async def test_what_a_closed_tab_could_not_send_is_sent_by_the_next(siti: Typist, watch: Watch) -> None:
    """[P5] Typed without a line, phone off: the next visit on this phone shows it and sends it."""
    watch.allow(BROKEN)
    await siti.come_to_own_data()
    place = siti.page.url
    context = siti.page.context
    await context.set_offline(True)
    await siti.type_nik(HALF)
    await siti.page.get_by_label("Nama lengkap").fill("SITI")
    await siti.is_told(HERE)
    await siti.page.close()
    await context.set_offline(False)
    again = Typist(await context.new_page(), "simpan-otomatis-lagi", siti.home)
    await again.open(place)
    await expect(again.page.get_by_label("NIK", exact=True)).to_have_value(HALF)
    await again.is_told(SAVED)
    assert await again.left_on_the_phone() == "{}"
    await again.page.reload()
    await expect(again.page.get_by_label("Nama lengkap")).to_have_value("SITI")


async def test_two_tabs_are_told_of_each_other_and_nothing_is_written_over(siti: Typist) -> None:
    """[P5] The newer copy is shown or the own one taken, as the person presses."""
    await siti.come_to_own_data()
    page = await siti.page.context.new_page()
    other = Typist(page, "simpan-otomatis-tab", siti.home)
    await other.open(siti.page.url)
    await siti.type_nik(HALF)
    await siti.is_told(SAVED)
    await other.type_nik("999")
    await other.sees("Ada isian lebih baru dari perangkat lain")
    await other.look("dua-tab")
    await other.press("Pakai yang di sini")
    await other.is_told(SAVED)
    await siti.type_nik(HALF + "1")
    await siti.sees("Ada isian lebih baru dari perangkat lain")
    await siti.press("Tampilkan yang itu")
    await siti.sees("kami tampilkan lagi")
    await expect(siti.page.get_by_label("NIK", exact=True)).to_have_value("999")
    assert await siti.left_on_the_phone() == "{}"


async def test_a_step_saved_in_another_tab_is_shown_beside_the_own_typing(siti: Typist) -> None:
    """[P5] Lanjut on an older page does not write over what was saved meanwhile; the next Lanjut decides."""
    await siti.come_to_own_data()
    await siti.open(f"/permohonan/{siti.number}/kontak")
    page = await siti.page.context.new_page()
    other = Typist(page, "simpan-otomatis-beda", siti.home)
    await other.open(siti.page.url)
    await siti.page.get_by_label("Email").fill("satu@contoh.test")
    await siti.press("Lanjut")
    await expect(siti.page.get_by_role("heading", name="Data Anda", exact=True)).to_be_visible()
    await page.get_by_label("Email").fill("dua@contoh.test")
    await other.press("Lanjut")
    await other.sees("Email di perangkat lain: satu@contoh.test")
    await other.look("berbeda")
    await expect(page.get_by_label("Email")).to_have_value("dua@contoh.test")
    await other.press("Lanjut")
    await expect(page.get_by_role("heading", name="Data Anda", exact=True)).to_be_visible()
    await other.open(f"/permohonan/{siti.number}/kontak")
    await expect(page.get_by_label("Email")).to_have_value("dua@contoh.test")


async def test_nothing_stays_on_the_phone_after_the_step_is_saved(siti: Typist) -> None:
    """[P5] Privacy: Lanjut right after the last key, before anything was kept, leaves no number behind either."""
    await siti.come_to_own_data()
    page = siti.page
    await page.get_by_label("Nomor KK").fill(SITI.kk)
    await page.get_by_label("Nama lengkap").fill(SITI.name)
    await page.get_by_label("Tempat lahir").fill(SITI.birth_place)
    await page.get_by_label("Tanggal lahir").fill(SITI.birth_date)
    await siti.choose(SITI.sex)
    await page.get_by_label("Alamat", exact=True).fill(SITI.address)
    await page.get_by_label("RT/RW").fill(SITI.rt_rw)
    await page.get_by_label("NIK", exact=True).fill(SITI.nik)
    await siti.press("Lanjut")
    await siti.sees("Apakah ini memang begitu?")
    await expect(page.get_by_label("Nama lengkap")).to_have_value(SITI.name)
    await siti.choose("Sudah saya periksa, memang begitu")
    await siti.press("Lanjut")
    await expect(page.locator("section.slot").first).to_be_visible()
    assert await siti.left_on_the_phone() == "{}"
    await siti.open(f"/permohonan/{siti.number}/identitas")
    await expect(page.get_by_label("Nama lengkap")).to_have_value(SITI.name)
    await expect(page.get_by_text("kami tampilkan lagi")).to_have_count(0)


async def test_nothing_is_sent_when_nothing_changed(siti: Typist) -> None:
    """Bytes cost money: typed and taken back is nothing."""
    await siti.come_to_own_data()
    await siti.page.get_by_label("Nama lengkap").fill("S")
    await siti.page.get_by_label("Nama lengkap").fill("")
    # Well after the pause that a request waits for, as the next one shows.
    await siti.page.wait_for_timeout(2000)
    assert siti.sent == []
    assert await siti.left_on_the_phone() == "{}"
    await siti.type_nik(HALF)
    await siti.is_told(SAVED)
    assert len(siti.sent) == 1


async def test_somebody_elses_answer_does_not_count_as_kept(siti: Typist, watch: Watch) -> None:
    """[P5] The sign-in page of a WiFi answers everything with 200; the typing stays on the phone until we have it."""
    watch.allow("503")
    await siti.come_to_own_data()
    answers = [(200, "<h1>WiFi gratis</h1>"), (503, "")]

    async def instead(route: Route) -> None:
        status, body = answers[0]
        await route.fulfill(status=status, body=body, content_type="text/html")

    await siti.page.route("**/simpanan", instead)
    await siti.type_nik("1")
    await siti.is_told(HERE)
    answers.pop(0)
    await siti.type_nik(HALF)
    await siti.is_told(HERE)
    assert HALF in await siti.left_on_the_phone()
    await siti.page.unroute("**/simpanan")
    await siti.page.evaluate("dispatchEvent(new Event('online'))")
    await siti.is_told(SAVED)
    assert await siti.left_on_the_phone() == "{}"


async def test_the_first_answer_waits_on_the_phone_until_there_is_a_draft(siti: Typist) -> None:
    """[P4, P5] Nothing is stored at the office before the first Lanjut, and nothing on the phone after it."""
    page = siti.page
    await siti.open("/pengajuan/ktp/perubahan-biometrik")
    await siti.choose("Tanda tangan")
    await siti.is_told("Tersimpan di HP ini")
    await page.reload()
    await expect(page.get_by_label("Tanda tangan", exact=True)).to_be_checked()
    await siti.look("awal")
    await siti.press("Lanjut")
    await expect(page.get_by_role("heading", name="Ke mana kami mengabari Anda?")).to_be_visible()
    assert await siti.left_on_the_phone() == "{}"
    assert siti.sent == []
