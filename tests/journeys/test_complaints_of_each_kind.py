"""A suggestion, praise, a question, an officer complained of, a levy, and one from SP4N-LAPOR: each to its end."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import staff
from tests.journeys.office import office_with_mail
from tests.journeys.people import SPECIMEN
from tests.journeys.walks import Walk

REGISTER = "/pengaduan/register"
SAID = {
    "Saran": "Tambah kursi tunggu di dekat loket.",
    "Pujian": "Petugas di loket 1 sabar sekali.",
    "Pertanyaan": "Apakah Sabtu buka?",
}
"""What anybody may say without a name, and every officer may read."""
RUDE = "Saya dibentak saat bertanya."
LEVY = "Di parkiran diminta Rp20.000 supaya didahulukan."
OUTSIDE = "7718394"
PINS: dict[str, str] = {}


async def test_each_kind_is_carried_to_its_end(phone: Page, desk: Page, tmp_path: Path) -> None:
    """[C1, S2, F1] By whom it concerns and by nobody else, with evidence, opened again, and closed."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "tiap-jenis", office.home)
        officer = Walk(desk, "tiap-jenis-petugas", office.home, of_citizen=False)
        operator = await office.invite("2026-11-23T08:00", "dewi", "Dewi Lestari", "operator")
        supervisor = await office.invite("2026-11-23T08:00", "camat", "Bambang Irawan", "supervisor")
        async with office.open_at("2026-11-23T09:00"):
            open_ones = [await say(citizen, kind, words) for kind, words in SAID.items()]
            rude = await complain_of_an_officer(citizen)
            levy = await report_a_levy(citizen)
            await staff.take_up(officer, operator)
            open_ones.append(await type_in(officer))
            await hidden_from_officers(officer, rude, levy)
            for number in open_ones:
                await answer(officer, number, "information", "Terima kasih. Sudah kami catat dan kerjakan.")
            await officer.press("Keluar")
            await staff.take_up(officer, supervisor)
            for number in (rude, levy):
                await answer(officer, number, "inspection", "Sudah kami periksa dan tegur.")
            await not_yet_right(citizen, rude)
            await answer(officer, rude, "", "Petugas itu kini tidak di loket, dan minta maaf.")
            for number in (rude, levy):
                await agree(citizen, number)
            await close_the_rest(officer, open_ones)
        office.closes()


async def say(citizen: Walk, kind: str, words: str) -> str:
    """Without a name: number and PIN are all there is to come back with."""
    await citizen.open("/pengaduan")
    await citizen.press("Tulis di sini")
    await citizen.choose(kind)
    await citizen.page.get_by_label("Apa yang terjadi?").fill(words)
    await citizen.choose("Tanpa nama (anonim)")
    await citizen.press("Kirim")
    return await number_of(citizen)


async def number_of(citizen: Walk) -> str:
    """Number and PIN are on the page; the PIN stays with this browser's owner."""
    await citizen.sees("Nomor pengaduan")
    await citizen.look("terkirim")
    number = citizen.page.url.rpartition("/")[2]
    PINS[number] = await citizen.page.locator(".tengah .besar").inner_text()
    return number


async def come_back(citizen: Walk, number: str) -> None:
    """Another complaint was written on this phone since, so the PIN is asked for."""
    await citizen.open(f"/pengaduan/{number}")
    if await citizen.page.get_by_label("PIN").count():
        await citizen.page.get_by_label("PIN").fill(PINS[number])
        await citizen.press("Buka")
    await citizen.sees(number)


async def complain_of_an_officer(citizen: Walk) -> str:
    """In confidence, with a photo as evidence."""
    await citizen.open("/pengaduan")
    await citizen.press("Tulis di sini")
    await citizen.choose("Pengaduan")
    await citizen.page.get_by_label("Apa yang terjadi?").fill(RUDE)
    await citizen.choose("Ini tentang seorang petugas")
    await citizen.choose("Rahasia, hanya atasan yang tahu")
    await citizen.press("Kirim")
    number = await number_of(citizen)
    await citizen.page.get_by_label("Tambah foto").set_input_files(SPECIMEN / "siti-kk.jpg")
    await citizen.press("Kirim foto")
    await citizen.sees("Foto bukti: 1")
    await citizen.look("bukti")
    return number


async def report_a_levy(citizen: Walk) -> str:
    await citizen.open("/pengajuan")
    await citizen.press("Ada yang meminta uang?", citizen.page.get_by_role("contentinfo"))
    await citizen.page.get_by_label("Apa yang terjadi?").fill(LEVY)
    await citizen.press("Kirim laporan")
    return await number_of(citizen)


async def type_in(officer: Walk) -> str:
    """What came through the national system, under its number there; without the number it is not taken."""
    page = officer.page
    await officer.open(f"{REGISTER}/baru")
    await page.get_by_label("Saluran", exact=True).select_option("lapor")
    await page.get_by_label("Jenis", exact=True).select_option("complaint")
    await page.get_by_label("Apa yang terjadi").fill("KTP-el belum jadi setelah seminggu.")
    await page.get_by_label("Nama pelapor").select_option("anonymous")
    await officer.press("Simpan")
    await expect(page.get_by_label("Apa yang terjadi")).to_have_value("KTP-el belum jadi setelah seminggu.")
    await officer.look("lapor-tanpa-nomor")
    await page.get_by_label("Nomor dari saluran itu").fill(OUTSIDE)
    await officer.press("Simpan")
    await officer.sees("KTP-el belum jadi setelah seminggu.")
    return page.url.rpartition("/")[2]


async def hidden_from_officers(officer: Walk, *hidden: str) -> None:
    """Neither in the register nor at its address, nor among what may be taken along."""
    await officer.open(REGISTER)
    await officer.sees("4 terbuka", OUTSIDE)
    taken = await (await officer.page.request.get(f"{officer.home}{REGISTER}.csv")).text()
    for number in hidden:
        await expect(officer.page.get_by_text(number)).to_have_count(0)
        assert number not in taken
        assert (await officer.page.request.get(f"{officer.home}{REGISTER}/{number}")).status == 404
    await officer.look("register")


async def answer(officer: Walk, number: str, grade: str, words: str) -> None:
    """Sort it, then answer it."""
    await officer.open(f"{REGISTER}/{number}")
    if grade:
        await officer.page.get_by_label("Kelas").select_option(grade)
        await officer.press("Simpan kelas")
        await officer.sees("Sudah dipilah")
    await officer.page.locator("summary", has_text="Kirim jawaban").click()
    await officer.page.get_by_label("Jawaban untuk pelapor").fill(words)
    await officer.press("Kirim jawaban")
    await officer.sees("Sudah dijawab")


async def not_yet_right(citizen: Walk, number: str) -> None:
    """Who complained reads the answer and opens it again."""
    await come_back(citizen, number)
    await citizen.sees("Sudah kami periksa dan tegur.")
    await citizen.page.get_by_text("Belum benar? Buka lagi", exact=True).click()
    await citizen.page.get_by_label("Apa yang belum benar?").fill("Tidak ada yang minta maaf.")
    await citizen.press("Buka lagi")
    await citizen.sees("Dibuka lagi")
    await citizen.look("dibuka-lagi")


async def agree(citizen: Walk, number: str) -> None:
    await come_back(citizen, number)
    await citizen.press("Sudah benar, tutup")
    await expect(citizen.page.get_by_text("Ditutup", exact=True).first).to_be_visible()
    await citizen.look("ditutup")


async def close_the_rest(officer: Walk, numbers: list[str]) -> None:
    """Who said it left no name, so the office closes it; then nothing is open."""
    for number in numbers:
        await officer.open(f"{REGISTER}/{number}")
        await officer.page.locator("summary", has_text="Tutup pengaduan").click()
        await officer.press("Tutup pengaduan")
        await officer.sees("Ditutup")
    await officer.open(REGISTER)
    await officer.sees("0 terbuka", "0 lewat waktu")
    await officer.look("register-kosong")
