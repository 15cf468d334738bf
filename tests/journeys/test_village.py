"""A neighbour without a phone at the village: the line drops, the KK is mended, a grandson's phone takes over."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.journeys import staff, wizard
from tests.journeys.browser import PHONE_ALONE, Watch, person
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import SPECIMEN, the
from tests.journeys.walks import Walk

NURAINI = the("nuraini")
SERIAL = "3515-26-000118"
BROKEN = "ERR_INTERNET_DISCONNECTED|Failed to fetch"
LINK = re.compile(r"http://\S+/alih/[\w-]+")


async def test_from_the_village_table_to_the_card(
    phone: Page, desk: Page, browser: Browser, watch: Watch, tmp_path: Path
) -> None:
    """[P11, P12, P6, P7, P8, P13, F1, S2, M5] Taken in, returned, mended, handed to a phone, finished."""
    watch.allow(BROKEN)
    async with office_with_mail(tmp_path / "data") as office:
        registrar = Walk(phone, "desa", office.home)
        officer = Walk(desk, "desa-petugas", office.home, of_citizen=False)
        village = ("registrar", "--village", "Tropodo")
        invitation = await office.invite("2026-11-23T08:30", "tropodo", "Petugas Tropodo", *village)
        office_too = await office.invite("2026-11-23T08:30", "dewi", "Dewi Lestari", "operator", "counter")
        async with office.open_at("2026-11-23T09:00"):
            await staff.take_up(registrar, invitation)
            number = await take_in(registrar)
            await print_receipt(registrar, number)
            await staff.take_up(officer, office_too)
            await return_the_kk(officer)
        # A decision can be taken back for a minute; only then is it the village's to tell.
        async with office.open_at("2026-11-23T09:10"), person(browser, watch, PHONE_ALONE) as grandson:
            await mend(registrar, number)
            citizen = Walk(grandson, "desa-hp-warga", office.home)
            await hand_to_phone(registrar, citizen)
            await accept(officer)
            await citizen.page.reload()
            await citizen.sees("Datang ke kecamatan", "11.30 WIB")
            await finish(officer, citizen, office, number)
            await file_the_day(registrar, number)
        office.closes()


async def take_in(registrar: Walk) -> str:
    """Read aloud, typed once, three photos on a line that drops in the middle; compared, and sent."""
    page = registrar.page
    await registrar.sees("Desa Tropodo", "Tidak ada yang harus dikerjakan.")
    await registrar.look("desa-kosong")
    await registrar.press("Warga baru")
    await expect(page.get_by_label("Sudah saya bacakan")).to_be_focused()
    await registrar.look("warga-baru")
    await registrar.choose("Sudah saya bacakan")
    await registrar.choose("Tanda tangan")
    await registrar.press("Lanjut")
    await expect(page.get_by_label("Nomor HP")).to_be_focused()
    await registrar.sees("Anda mengisi untuk warga baru")
    await registrar.look("kontak-desa")
    await registrar.press("Lanjut")
    await wizard.say_who(registrar, NURAINI)
    await registrar.sees("0 dari 3 selesai")
    await wizard.send(registrar, "KTP-el lama", "nuraini-ktp.jpg")
    await send_over_a_broken_line(page, "Kartu Keluarga", "bad-kk-cut.jpg")
    await wizard.send(registrar, "Formulir F-1.02", "nuraini-f102.jpg")
    await registrar.sees("3 dari 3 selesai", "Anda mengisi untuk N")
    await registrar.look("berkas-desa")
    await registrar.press("Lanjut")
    await registrar.press("Kirim permohonan")
    await registrar.sees("Belum dikirim. Cocokkan dulu yang belum dicentang.")
    for tick in await page.locator("fieldset input[type=checkbox]").all():
        await tick.check()
    return await wizard.hand_in(registrar)


async def send_over_a_broken_line(page: Page, document: str, file: str) -> None:
    """Chosen while there is no line: it waits on the phone and goes by itself once there is one."""
    slot = page.locator("section.slot", has=page.get_by_role("heading", name=document))
    await page.context.set_offline(True)
    await slot.locator("form.pick input[type=file]").last.set_input_files(SPECIMEN / file)
    chip = slot.locator(".chip")
    await expect(chip).to_have_text(re.compile("^(Menunggu internet|Periksa foto)$"))
    if await chip.inner_text() == "Periksa foto":
        await slot.get_by_role("button", name="Ya").click()
        await expect(chip).to_have_text("Menunggu internet")
    await page.context.set_offline(False)
    await expect(chip).to_have_text("Selesai", timeout=60_000)


async def print_receipt(registrar: Walk, number: str) -> None:
    """One key after sending: the paper she takes home; and one more press for the next neighbour."""
    await expect(registrar.page.get_by_role("link", name="Cetak tanda terima")).to_be_focused()
    await registrar.page.keyboard.press("Enter")
    await registrar.sees(
        "Tanda terima berkas", number, "GRATIS, Rp0. Jangan beri uang.", "Kantor Desa Tropodo"
    )
    await expect(registrar.page.get_by_text(re.compile(r"^PIN \d{6}$"))).to_be_visible()
    await registrar.look("bukti")
    await registrar.press("Warga berikutnya")
    await expect(registrar.page.get_by_label("Sudah saya bacakan")).to_be_focused()


async def return_the_kk(officer: Walk) -> None:
    """The operator reads that the village compared the papers, and sees that the stamp is missing."""
    await staff.open_file(officer, NURAINI)
    await officer.sees("Berkas sudah dicocokkan petugas desa.")
    await staff.find_fitting(officer, "KTP-el lama", "Formulir F-1.02")
    await staff.find_wrong(officer, "Kartu Keluarga", "Terpotong")
    await staff.give_back(officer)


async def mend(registrar: Walk, number: str) -> None:
    """On the list with its deadline and reason; she is told, the KK is photographed again and sent."""
    page = registrar.page
    await registrar.open("/desa")
    await registrar.sees("Perlu diperbaiki: 1", "Sampaikan kepada warga: 1")
    await registrar.sees(f"{number}. Paling lambat besok, 12.00 WIB. Kartu Keluarga (KK)")
    await registrar.look("desa-perbaikan")
    await registrar.press("Sudah disampaikan")
    await expect(page.get_by_text("Sampaikan kepada warga")).to_have_count(0)
    await page.get_by_role("link", name=NURAINI.name).click()
    await registrar.press("Perbaiki sekarang")
    assert await page.locator("form.pick").count() == 1, "only the KK is asked for"
    await wizard.send(registrar, "Kartu Keluarga", "nuraini-kk.jpg")
    # What is new is compared once more, and nothing else.
    ticks = page.get_by_role("group", name="Cocokkan berkas").get_by_role("checkbox")
    await expect(ticks).to_have_count(2)
    await registrar.press("Kirim perbaikan")
    await registrar.sees("Belum dikirim. Cocokkan dulu yang belum dicentang.")
    for name in ("Nama di semua dokumen sama", "Tulisan di foto KK terbaca"):
        await page.get_by_label(name).check()
    await registrar.look("desa-perbaikan-cocok")
    await registrar.press("Kirim perbaikan")
    await registrar.sees("Kami sedang memeriksa berkas Anda", "Anda mengisi untuk N")
    await registrar.look("status-desa")


async def hand_to_phone(registrar: Walk, citizen: Walk) -> None:
    """A code shown once, one press on the phone; both see that it was handed over."""
    await registrar.press("Alihkan ke HP warga")
    await registrar.press("Buat kode sekali pakai")
    await registrar.sees("Berlaku satu kali, paling lama 24 jam.")
    await registrar.look("alih-hp")
    found = LINK.search(await registrar.page.locator("main").inner_text())
    assert found is not None
    await citizen.open(found[0])
    await citizen.look("alih-tautan")
    await citizen.press("Buka permohonan")
    await citizen.sees("Dialihkan petugas desa ke HP Anda", "Kami sedang memeriksa berkas Anda")
    await citizen.look("alih-status")
    await registrar.open("/desa")
    await registrar.page.get_by_role("link", name=NURAINI.name).click()
    await registrar.sees("Dialihkan ke HP pemohon")


async def accept(officer: Walk) -> None:
    """The KK is whole now."""
    await officer.open("/verifikasi")
    await staff.open_file(officer, NURAINI)
    await staff.find_fitting(officer, "KTP-el lama", "Kartu Keluarga", "Formulir F-1.02")
    await staff.accept(officer)


async def finish(officer: Walk, citizen: Walk, office: Office, number: str) -> None:
    """At the counter: recorded, printed, given out; the phone that took over sees it [P13]."""
    await staff.find_person(officer, number)
    await staff.step_done(officer, "Sudah hadir", "Hadir", "loket-hadir")
    await officer.page.get_by_label("Wajah, KTP-el lama, dan KK asli cocok").check()
    await staff.step_done(officer, "Sudah direkam", "Sudah direkam", "loket-direkam")
    await officer.page.get_by_label("Nomor seri blangko").fill(SERIAL)
    await staff.step_done(officer, "Sudah tercetak", "Sudah dicetak", "loket-dicetak")
    await officer.page.get_by_label("Penerima memeriksa nama, NIK, foto").check()
    await officer.page.get_by_label("KTP-el lama ditarik").check()
    await staff.step_done(officer, "Sudah diserahkan", "Selesai", "loket-selesai")
    await citizen.open(f"/permohonan/{number}")
    await citizen.sees("KTP-el sudah diserahkan")
    assert office.post.messages == [], "nobody here has an e-mail address"


async def file_the_day(registrar: Walk, number: str) -> None:
    """The day on paper, by number and masked name."""
    await registrar.open("/desa/rekap")
    await registrar.sees(
        "Rekap Senin, 23 November 2026",
        "Diterima dari warga: 1", "Dikirim ke kecamatan: 2", "Dikembalikan kecamatan: 1", "KTP-el diserahkan: 1",
    )  # fmt: skip
    assert await registrar.page.get_by_text(number).count() == 5
    await registrar.look("rekap")
