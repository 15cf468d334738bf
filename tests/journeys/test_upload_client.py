"""What static/upload.js promises: photos go small and by themselves, and what arrived is never sent again.

A real Chromium sends to the real service. The second piece of a photo is held back on the way, so that whatever
goes wrong goes wrong in the middle.
"""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps
from playwright.async_api import BrowserContext, Error, FilePayload, Locator, Page, Route, expect

from models.application import Page as Sheet
from tests.journeys.browser import CHROMIUM, FLAGS, PHONE, Server, Watch, running_server
from tests.journeys.people import SPECIMEN
from tests.support.tus import arrived, opened, prepared

CARD, FAMILY, FORM = "old_card", "family_card", "form_f102"
PATIENT = 20_000
"""Milliseconds for a photo of twelve million pixels to be made small on a busy machine."""
LINE_BROKE = "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INTERNET_DISCONNECTED"


@dataclass
class Line:
    """Between the page and the service: every upload and piece is noted, the pieces after the first wait for go."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    lengths: list[int] = field(default_factory=list)
    """Bytes announced, of each upload that was begun."""
    offsets: list[int] = field(default_factory=list)
    """Where each piece began."""
    second: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry(self, route: Route) -> None:
        headers = route.request.headers
        if route.request.method == "POST":
            self.lengths.append(int(headers["upload-length"]))
        elif route.request.method == "PATCH":
            self.offsets.append(int(headers["upload-offset"]))
            if len(self.offsets) > 1:
                self.second.set()
                await self.go.wait()
        with suppress(Error):  # the page went away, or gave this request up
            await route.continue_()

    async def in_the_middle(self) -> None:
        """Wait until the first piece is safe and the second is on its way."""
        async with asyncio.timeout(PATIENT / 1000):
            await self.second.wait()

    def sent_once(self) -> None:
        """One upload, and after its first piece nothing from the beginning."""
        assert len(self.lengths) == 1
        assert self.offsets[0] == 0
        assert all(self.offsets[1:])


@dataclass
class Shop:
    """The service, a draft, and a phone that was let in."""

    server: Server
    number: str
    context: BrowserContext
    line: Line

    async def open(self, page: Page) -> None:
        await page.goto(f"{self.server.url}/permohonan/{self.number}/berkas")

    async def arrived(self) -> list[str]:
        """The kinds of the documents that the service has; after its end."""
        return [kind for number, kind, _ in await arrived(self.server.data) if number == self.number]


@asynccontextmanager
async def open_shop(
    data: Path, page: Page, *, held: bool = False, complete: bool = False
) -> AsyncIterator[Shop]:
    """A draft's page of documents in the browser. held: pieces after the first wait; complete: nothing is missing."""
    (sender,) = await prepared(data, 1, complete=complete)
    line = Line()
    if not held:
        line.go.set()
    await page.context.route(re.compile("/unggah"), line.carry)
    async with running_server(data) as server:
        await page.context.add_cookies([{"name": "sesi", "value": sender.cookie, "url": server.url}])
        shop = Shop(server, sender.number, page.context, line)
        await shop.open(page)
        yield shop
        # A page that still asks for its pictures would complain when the service ends.
        for one in shop.context.pages:
            await one.goto("about:blank")


async def choose(page: Page, kind: str, file: str | FilePayload) -> Locator:
    """Pick a file for a document; the slot it is for."""
    await page.locator(f"#g-{kind}").set_input_files(SPECIMEN / file if isinstance(file, str) else file)
    return page.locator(f"section#{kind}")


async def test_photos_go_small_and_one_after_the_other(phone: Page, tmp_path: Path) -> None:
    """[R2, P5] Three photos of twelve million pixels, chosen at once; nobody presses Kirim."""
    async with open_shop(tmp_path, phone) as shop:
        files = {CARD: "siti-ktp.jpg", FAMILY: "siti-kk.jpg", FORM: "siti-f102.jpg"}
        slots = [await choose(phone, kind, file) for kind, file in files.items()]
        for slot in slots:
            await expect(slot.locator(".chip")).to_have_text("Selesai", timeout=PATIENT)
        await expect(phone.get_by_role("status").get_by_text("3 dari 3 selesai")).to_be_visible()
        await expect(phone.get_by_role("link", name="Lanjut", exact=True)).to_be_visible()
        await expect(phone.locator("section.slot img")).to_have_count(3)
    assert sorted(await shop.arrived()) == sorted(files)
    assert len(shop.line.lengths) == 3
    originals = [(SPECIMEN / file).stat().st_size for file in files.values()]
    assert max(shop.line.lengths) < min(originals) / 4
    assert sum(shop.line.lengths) < 1_200_000


async def test_a_browser_without_canvas_in_workers_shrinks_on_the_page(phone: Page, tmp_path: Path) -> None:
    """[R2, P5] Safari before 16.4; the photo stands upright there, too."""
    await phone.add_init_script("delete self.OffscreenCanvas; delete self.createImageBitmap")
    async with open_shop(tmp_path, phone) as shop:
        slot = await choose(phone, CARD, "siti-ktp.jpg")
        await expect(slot.locator(".chip")).to_have_text("Selesai")
        photo = slot.locator("img")
        await photo.scroll_into_view_if_needed()
        await expect(photo).to_have_js_property("complete", True)
        assert await photo.evaluate("photo => photo.naturalWidth > photo.naturalHeight")
    (length,) = shop.line.lengths
    assert length < (SPECIMEN / "siti-ktp.jpg").stat().st_size / 4


async def test_a_phone_that_cannot_keep_or_encode_sends_all_the_same(phone: Page, tmp_path: Path) -> None:
    """[R2, P5] Safari of iOS 15, private: no WebP, no canvas in Workers, no place to keep the photo."""
    await phone.add_init_script(
        """delete self.OffscreenCanvas;
        Object.defineProperty(self, 'indexedDB', {get() { throw new DOMException('private', 'SecurityError'); }});
        const toBlob = HTMLCanvasElement.prototype.toBlob;
        HTMLCanvasElement.prototype.toBlob = function (done, type, quality) {
          toBlob.call(this, done, type === 'image/webp' ? 'image/png' : type, quality);
        };"""
    )
    async with open_shop(tmp_path, phone) as shop:
        async with phone.expect_request(lambda request: request.method == "PATCH") as first:
            slot = await choose(phone, CARD, "siti-ktp.jpg")
        await expect(slot.locator(".chip")).to_have_text("Selesai", timeout=PATIENT)
        assert ((await first.value).post_data_buffer or b"").startswith(b"\xff\xd8\xff")
    (length,) = shop.line.lengths
    assert length < (SPECIMEN / "siti-ktp.jpg").stat().st_size / 4


async def test_a_browser_without_options_to_decode_keeps_photos_upright(phone: Page, tmp_path: Path) -> None:
    """[R2, P5] Chrome 90 knows no 'from-image'; a photo that lies on its side in the file stands upright here."""
    old = """if (!self.document) {
      const real = createImageBitmap;
      self.createImageBitmap = (file, ...more) => more.length ? Promise.reject(new TypeError('enum')) : real(file);
    }
    """

    async def age(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=old + await answer.text())

    await phone.context.route(re.compile(r"/static/upload\."), age)
    picture = Image.open(SPECIMEN / "agus-ktp.jpg")
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    file = BytesIO()
    upright.rotate(90, expand=True).save(file, "JPEG", exif=exif, quality=95)
    async with open_shop(tmp_path, phone) as shop:
        slot = await choose(
            phone, CARD, FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=file.getvalue())
        )
        await slot.get_by_role("heading", name="Apakah NIK bisa dibaca?").wait_for()
        shown = slot.get_by_alt_text("Foto yang baru dipilih")
        await expect(shown).to_have_js_property("complete", True)
        width, height = await shown.evaluate("photo => [photo.naturalWidth, photo.naturalHeight]")
        assert (width > height) == (upright.width > upright.height)
        await expect(slot.locator(".chip")).to_have_text("Selesai", timeout=PATIENT)
    assert await shop.arrived() == [CARD]


async def noticed(page: Page, content: bytes) -> list[str]:
    """What upload.js finds hard to read in a photo."""
    found: list[str] = await page.evaluate(
        """async text => {
          const worker = new Worker(document.querySelector('script[data-page]').src);
          const {port1, port2} = new MessageChannel();
          const file = new Blob([Uint8Array.from(atob(text), one => one.charCodeAt(0))], {type: 'image/jpeg'});
          const answer = new Promise(done => { port1.onmessage = ({data}) => done(data.found); });
          worker.postMessage({file, longest: 1600}, [port2]);
          return answer.finally(() => worker.terminate());
        }""",
        base64.b64encode(content).decode(),
    )
    return found


def spoilt(how: str, name: str) -> bytes:
    """A specimen out of focus, in the dark, under a lamp, or far too small."""
    photo = ImageOps.exif_transpose(Image.open(SPECIMEN / name)).convert("RGB")
    photo.thumbnail((2000, 2000))
    if how == "blurred":
        photo = photo.filter(ImageFilter.GaussianBlur(5))
    elif how == "dark":
        photo = ImageEnhance.Brightness(photo).enhance(0.2)
    elif how == "glare":
        lamp = Image.new("L", photo.size)
        x, y, r = photo.width // 2, photo.height // 2, photo.width // 10
        ImageDraw.Draw(lamp).ellipse((x - r, y - r, x + r, y + r), fill=255)
        lamp = lamp.filter(ImageFilter.GaussianBlur(r // 3))
        photo = ImageChops.add(photo, Image.merge("RGB", (lamp, lamp, lamp)))
    else:
        photo.thumbnail((1000, 800))
    file = BytesIO()
    photo.save(file, "JPEG", quality=90)
    return file.getvalue()


async def test_it_notices_what_is_hard_to_read_and_nothing_else(phone: Page, tmp_path: Path) -> None:
    """[R2] Every good specimen passes in silence; each way to spoil one is told apart. See docs/uploads.md."""
    async with open_shop(tmp_path, phone):
        for file in sorted(SPECIMEN.glob("*.jpg")):
            expected = ["blurred"] if "blurred" in file.name else []
            assert await noticed(phone, file.read_bytes()) == expected, file.name
        for name in ("agus-ktp.jpg", "agus-kk.jpg", "agus-f102.jpg"):
            for how in ("blurred", "dark", "glare", "small"):
                assert await noticed(phone, spoilt(how, name)) == [how], (how, name)


async def test_a_photo_that_is_hard_to_read_waits_for_the_answer(phone: Page, tmp_path: Path) -> None:
    """[R2, P6] Said in words with what to do better; Ya sends it, and the officer learns of both."""
    async with open_shop(tmp_path, phone) as shop:
        slot = await choose(phone, CARD, "bad-ktp-blurred.jpg")
        title = slot.get_by_role("heading", name="Apakah NIK bisa dibaca?")
        await expect(title).to_be_focused(timeout=PATIENT)
        await expect(slot.get_by_text("Foto mungkin buram. Pegang HP dengan dua tangan.")).to_be_visible()
        await expect(slot.get_by_text("Foto terlalu gelap.")).to_be_hidden()
        await phone.reload()
        await expect(slot.locator(".chip")).to_have_text("Periksa foto", timeout=PATIENT)
        assert shop.line.lengths == []
        await slot.get_by_role("button", name="Ya", exact=True).press("Enter")
        await expect(slot.locator(".chip")).to_have_text("Selesai", timeout=PATIENT)
        await expect(slot.get_by_text("Apakah NIK bisa dibaca?")).to_have_count(0)
    async with opened(tmp_path):
        (page,) = await Sheet.select(Sheet.flags, Sheet.confirmed, Sheet.sent)
    assert (json.loads(page["flags"]), page["confirmed"]) == (["blurred"], True)
    assert page["sent"] == shop.line.lengths[0]


async def test_foto_ulang_opens_the_camera_again(phone: Page, tmp_path: Path) -> None:
    """[R2] And nothing of the first photo is sent or kept."""
    async with open_shop(tmp_path, phone) as shop:
        slot = await choose(
            phone,
            FORM,
            spoiled := FilePayload(
                name="a.jpg", mimeType="image/jpeg", buffer=spoilt("dark", "agus-f102.jpg")
            ),
        )
        await slot.get_by_role("heading", name="Apakah tulisannya bisa dibaca?").wait_for()
        async with phone.expect_file_chooser() as again:
            await slot.get_by_role("button", name="Foto ulang").click()
        await (await again.value).set_files(SPECIMEN / "agus-f102.jpg")
        await expect(slot.locator(".chip")).to_have_text("Selesai", timeout=PATIENT)
        await slot.get_by_role("button", name="Ya", exact=True).click()
        await expect(slot.get_by_text("Foto ulang atau tambah halaman")).to_be_visible()
    assert len(shop.line.lengths) == 1
    assert shop.line.lengths[0] != len(spoiled["buffer"])
    assert await shop.arrived() == [FORM]


async def test_the_last_step_goes_on_and_waits_with_the_sending(phone: Page, tmp_path: Path) -> None:
    """[P5] An unfinished photo shows on the page of the answers; only the sending itself waits for it."""
    async with open_shop(tmp_path, phone, held=True, complete=True) as shop:
        await phone.locator(f"#{CARD} summary").click()
        slot = await choose(phone, CARD, "agus-ktp.jpg")
        await shop.line.in_the_middle()
        await phone.goto(f"{shop.server.url}/permohonan/{shop.number}/periksa")
        await expect(slot.locator(".chip")).to_have_text("Sedang dikirim", timeout=PATIENT)
        await phone.get_by_role("button", name="Kirim permohonan").click()
        await expect(phone.locator("#sisa")).to_be_focused()
        await expect(phone.get_by_text("Masih mengirim 1 foto.")).to_be_visible()
        shop.line.go.set()
        await slot.get_by_role("button", name="Ya", exact=True).click(timeout=PATIENT)
        await expect(slot).to_be_hidden(timeout=PATIENT)
        await expect(phone.get_by_text("Masih mengirim 1 foto.")).to_be_hidden()
        await phone.get_by_role("button", name="Kirim permohonan").click()
        await expect(phone.get_by_role("heading", name="Pengajuan terkirim")).to_be_visible(timeout=PATIENT)
    shop.line.sent_once()


async def test_a_service_that_was_killed_gets_the_rest(phone: Page, watch: Watch, tmp_path: Path) -> None:
    """[P5] It goes on by itself when the service is back, not from the first byte."""
    watch.allow(LINE_BROKE)
    async with open_shop(tmp_path, phone, held=True) as shop:
        slot = await choose(phone, FAMILY, "siti-kk.jpg")
        await shop.line.in_the_middle()
        await shop.server.kill()
        shop.line.go.set()
        await expect(slot.locator(".chip")).to_have_text("Menunggu internet")
        async with running_server(tmp_path, port=shop.server.port):
            await expect(slot.locator(".chip")).to_have_text("Selesai")
    shop.line.sent_once()
    assert await shop.arrived() == [FAMILY]


async def test_a_tab_that_was_closed_goes_on_where_it_was(phone: Page, watch: Watch, tmp_path: Path) -> None:
    """[P5] The photo is on the phone; opening the page again is enough."""
    async with open_shop(tmp_path, phone, held=True) as shop:
        await choose(phone, FAMILY, "siti-kk.jpg")
        await shop.line.in_the_middle()
        again = await shop.context.new_page()
        await phone.close()
        shop.line.go.set()
        await shop.open(again)
        await expect(again.locator(f"section#{FAMILY} .chip")).to_have_text("Selesai")
        await again.reload()
        await expect(again.locator(f"section#{FAMILY} .chip")).to_have_text("Selesai")
    shop.line.sent_once()
    assert await shop.arrived() == [FAMILY]


async def test_a_browser_that_was_restarted_goes_on(phone: Page, tmp_path: Path) -> None:
    """[P5] A phone that ran out of battery: the photo outlives the browser, and so does what arrived."""
    assert phone.context.browser is not None
    chromium = phone.context.browser.browser_type

    def begin() -> Awaitable[BrowserContext]:
        return chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, args=list(FLAGS), **PHONE
        )

    first = await begin()
    async with open_shop(tmp_path / "data", first.pages[0], held=True) as shop:
        cookies = await first.cookies()
        await choose(first.pages[0], FAMILY, "siti-kk.jpg")
        await shop.line.in_the_middle()
        await first.close()
        shop.line.go.set()
        again = await begin()
        await again.route(re.compile("/unggah"), shop.line.carry)
        await again.add_cookies([{"name": "sesi", "value": cookies[0]["value"], "url": shop.server.url}])
        await shop.open(again.pages[0])
        await expect(again.pages[0].locator(f"section#{FAMILY} .chip")).to_have_text("Selesai")
        await again.close()
    shop.line.sent_once()
    assert await shop.arrived() == [FAMILY]


async def test_the_last_answer_may_get_lost(phone: Page, watch: Watch, tmp_path: Path) -> None:
    """[P5] The service has it all, the phone does not know: it asks, and sends nothing twice."""
    watch.allow("ERR_FAILED")
    async with open_shop(tmp_path, phone) as shop:
        lost = 0

        async def lose_the_last(route: Route) -> None:
            nonlocal lost
            answer = await route.fetch()
            if route.request.method == "PATCH" and answer.headers["upload-offset"] == str(
                shop.line.lengths[0]
            ):
                lost += 1
                await route.abort()
            else:
                await route.fulfill(response=answer)

        await phone.route(re.compile("/unggah/"), lose_the_last)
        slot = await choose(phone, CARD, "agus-ktp.jpg")
        await expect(slot.locator(".chip")).to_have_text("Selesai")
    assert lost == 1
    assert len(shop.line.lengths) == 1
    assert await shop.arrived() == [CARD]


async def test_offline_it_waits_and_goes_on(phone: Page, watch: Watch, tmp_path: Path) -> None:
    """[P5] It says that it waits and that nothing is lost, and goes on with the line."""
    watch.allow(LINE_BROKE)
    async with open_shop(tmp_path, phone, held=True) as shop:
        slot = await choose(phone, FAMILY, "siti-kk.jpg")
        await shop.line.in_the_middle()
        await shop.context.set_offline(True)
        await expect(slot.locator(".chip")).to_have_text("Menunggu internet")
        await expect(slot).to_contain_text("Yang sudah terkirim tetap aman")
        await expect(slot.get_by_role("button", name="Coba sekarang")).to_be_visible()
        shop.line.go.set()
        await shop.context.set_offline(False)
        await expect(slot.locator(".chip")).to_have_text("Selesai")
    shop.line.sent_once()
    assert await shop.arrived() == [FAMILY]


async def test_a_fault_of_ours_is_said_and_passes(phone: Page, watch: Watch, tmp_path: Path) -> None:
    """[P5] Who sends learns whose fault it is, and that the photo is safe."""
    watch.allow("503")
    async with open_shop(tmp_path, phone) as shop:
        busy = True

        async def turn_away(route: Route) -> None:
            await (route.fulfill(status=503, body="Sistem sedang sibuk.") if busy else route.fallback())

        await phone.route(re.compile("/unggah"), turn_away)
        slot = await choose(phone, CARD, "agus-ktp.jpg")
        await expect(slot.locator(".chip")).to_have_text("Gagal dikirim")
        await expect(slot).to_contain_text("Foto tetap ada di HP Anda")
        await slot.get_by_role("button", name="Coba lagi").click()
        busy = False
        await expect(slot.locator(".chip")).to_have_text("Selesai")
    assert await shop.arrived() == [CARD]


async def test_who_changes_her_mind_takes_it_back(phone: Page, tmp_path: Path) -> None:
    """[P5] Batalkan gives the empty slot back, and nothing of the photo stays or comes again."""
    async with open_shop(tmp_path, phone, held=True) as shop:
        slot = await choose(phone, FAMILY, "siti-kk.jpg")
        await shop.line.in_the_middle()
        async with phone.expect_response(lambda answer: answer.request.method == "DELETE") as ended:
            await slot.get_by_role("button", name="Batalkan").click()
        assert (await ended.value).ok
        shop.line.go.set()
        await expect(slot.locator(".chip")).to_have_text("Belum ada")
        await phone.reload()
        await expect(slot.locator(".chip")).to_have_text("Belum ada")
    assert await shop.arrived() == []


async def test_what_is_no_photo_is_refused_in_its_slot(phone: Page, tmp_path: Path) -> None:
    """[R2, P5] The service's words stand where the photo was to be, and another one can be chosen."""
    async with open_shop(tmp_path, phone) as shop:
        letter = FilePayload(name="kartu.jpg", mimeType="image/jpeg", buffer=b"Ini bukan foto.\n" * 400)
        slot = await choose(phone, CARD, letter)
        await expect(slot.get_by_role("alert")).to_contain_text("Fail ini bukan foto")
        await expect(slot.locator(".chip")).to_have_text("Gagal dikirim")
        await choose(phone, CARD, "siti-ktp.jpg")
        await expect(slot.locator(".chip")).to_have_text("Selesai")
        await expect(slot.get_by_role("alert")).to_have_count(0)
    assert await shop.arrived() == [CARD]


async def test_a_refusal_stays_when_another_photo_goes_on(phone: Page, watch: Watch, tmp_path: Path) -> None:
    """[R2, P5] Two tabs left a photo each for one document: what was wrong with the first is still to be read."""
    watch.allow("ERR_FAILED")
    async with open_shop(tmp_path, phone) as shop:
        second = await shop.context.new_page()
        await shop.open(second)
        letter = FilePayload(name="kartu.jpg", mimeType="image/jpeg", buffer=b"Ini bukan foto.\n" * 400)
        for page, file in ((phone, letter), (second, "siti-ktp.jpg")):
            await page.route("**/unggah", lambda route: route.abort())
            slot = await choose(page, CARD, file)
            await expect(slot.locator(".chip")).to_have_text("Menunggu internet", timeout=PATIENT)
        slot = second.locator(f"section#{CARD}")
        await phone.close()
        await second.unroute("**/unggah")
        await second.reload()
        await expect(slot.get_by_role("alert")).to_contain_text("Fail ini bukan foto", timeout=PATIENT)
        await expect(slot.locator(".chip")).to_have_text("Selesai", timeout=PATIENT)
        await expect(slot.get_by_role("alert")).to_contain_text("Fail ini bukan foto")
    assert await shop.arrived() == [CARD]


async def test_another_photo_takes_the_place_of_the_first(phone: Page, tmp_path: Path) -> None:
    """[R2] Foto ulang replaces; another page is added."""
    async with open_shop(tmp_path, phone) as shop:
        slot = await choose(phone, CARD, "agus-ktp.jpg")
        await expect(slot.locator(".chip")).to_have_text("Selesai")
        await slot.get_by_role("button", name="Ya", exact=True).click()
        for more, file, pages in (("", "nuraini-ktp.jpg", 1), ("-lagi", "siti-ktp.jpg", 2)):
            await slot.locator("summary").click()
            await phone.locator(f"#g-{CARD}{more}").set_input_files(SPECIMEN / file)
            await expect(slot.locator(".chip")).to_have_text("Selesai")
            await slot.get_by_role("button", name="Ya", exact=True).click()
            await expect(slot.locator("details:not([open])")).to_be_visible()
            await expect(slot.locator("img")).to_have_count(pages)
    assert len(shop.line.lengths) == 3


async def test_without_the_script_the_form_is_sent(phone: Page, watch: Watch, tmp_path: Path) -> None:
    """[P5] A script that does not arrive keeps nobody from sending."""
    watch.allow("ERR_FAILED")
    await phone.context.route(re.compile(r"/static/upload\."), lambda route: route.abort())
    async with open_shop(tmp_path, phone) as shop:
        slot = await choose(phone, CARD, "agus-ktp.jpg")
        await slot.get_by_role("button", name="Kirim").click()
        await expect(slot.locator(".chip")).to_have_text("Selesai")
    assert shop.line.lengths == []
    assert await shop.arrived() == [CARD]
