"""What a citizen does on the own phone: answering the wizard, sending photos, opening a message."""

import re

from playwright.async_api import expect

from tests.journeys.people import SPECIMEN, Citizen
from tests.journeys.walks import Walk

NUMBER = re.compile(r"\b[A-Z]{3}-[0-9A-Z]{6}\b")


async def begin(walk: Walk, what: str) -> None:
    """From the front page to the first answer [P4]. what: words of the choice."""
    await walk.open("/")
    await walk.look("beranda")
    await walk.press("Ajukan sekarang")
    await expect(walk.page.get_by_role("heading", name="Apa yang ingin Anda ganti?")).to_be_visible()
    await walk.look("perubahan")
    await walk.choose(what)
    await walk.press("Lanjut")


async def say_where_to_reach(walk: Walk, who: Citizen) -> None:
    """The step of phone, e-mail and village."""
    page = walk.page
    await expect(page.get_by_role("heading", name="Ke mana kami mengabari Anda?")).to_be_visible()
    await walk.look("kontak")
    await page.get_by_label("Nomor HP").fill(who.phone)
    await page.get_by_label("Email").fill(who.email)
    await page.get_by_label("Desa atau kelurahan").select_option(label=who.village)
    await walk.press("Lanjut")


async def say_who(walk: Walk, who: Citizen) -> None:
    """The step of the own data, as on card and KK; the odd numbers of the specimens are confirmed [R3, P5]."""
    page = walk.page
    await expect(page.get_by_role("heading", name="Data Anda", exact=True)).to_be_visible()
    await walk.look("identitas")
    await page.get_by_label("NIK", exact=True).fill(who.nik)
    await page.get_by_label("Nomor KK").fill(who.kk)
    await page.get_by_label("Nama lengkap").fill(who.name)
    await page.get_by_label("Tempat lahir").fill(who.birth_place)
    await page.get_by_label("Tanggal lahir").fill(who.birth_date)
    await walk.choose(who.sex)
    await page.get_by_label("Alamat", exact=True).fill(who.address)
    await page.get_by_label("RT/RW").fill(who.rt_rw)
    await walk.press("Lanjut")
    # Nobody's numbers begin with 999999, so they are odd, and the person is asked once.
    await expect(page.get_by_role("heading", name="Apakah ini memang begitu?")).to_be_visible()
    await walk.look("identitas-ragu")
    await expect(page.get_by_label("Nama lengkap")).to_have_value(who.name)
    await walk.choose("Sudah saya periksa, memang begitu")
    await walk.press("Lanjut")


async def send(walk: Walk, document: str, file: str) -> None:
    """Pick a photo from the gallery for the document with this heading [R2].

    With scripts it goes by itself, unless something was noticed that may be hard to read: then the person looks at
    it and says Ya. Without scripts, Kirim appears and is pressed.
    """
    await walk.page.wait_for_load_state()
    slot = walk.page.locator("section.slot", has=walk.page.get_by_role("heading", name=document))
    form = slot.locator("form.pick").first
    async with walk.page.expect_file_chooser() as choosing:
        await form.get_by_text("Pilih dari galeri").click()
    await (await choosing.value).set_files(SPECIMEN / file)
    if await form.get_by_role("button", name="Kirim ").is_visible():
        await walk.press("Kirim ", inside=form)
    chip = slot.locator(".chip")
    await expect(chip).to_have_text(re.compile("^(Selesai|Periksa foto)$"))
    if await chip.inner_text() == "Periksa foto":
        await walk.press("Ya", inside=slot)
        await expect(chip).to_have_text("Selesai")


async def hand_in(walk: Walk) -> str:
    """Check the answers and send; returns the number of the application [P5]."""
    await expect(walk.page.get_by_role("heading", name="Periksa, lalu kirim")).to_be_visible()
    await walk.look("periksa")
    await walk.press("Kirim permohonan")
    await expect(walk.page.get_by_role("heading", name="Pengajuan terkirim")).to_be_visible()
    await walk.look("terkirim")
    return await number_on(walk)


async def number_on(walk: Walk) -> str:
    """The number of the application that this page shows."""
    found = NUMBER.search(await walk.page.locator("main").inner_text())
    assert found is not None
    return found[0]


async def open_letter(walk: Walk, link: str) -> None:
    """Follow the link of a message: one page that only asks, then the application."""
    await walk.open(link)
    await walk.look("tautan")
    await walk.press("Buka permohonan")
