"""The office begins to replace lost cards: switched on, applied for on a phone, carried through, switched off again."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import staff, wizard
from tests.journeys.letters import letter
from tests.journeys.office import Office, office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

SITI = the("siti")
PAPERS = ("Surat kehilangan dari polisi", "Kartu Keluarga", "Formulir F-1.02")
SERIAL = "3515-26-000131"
MENU = "/pengajuan/ktp"
BEGIN = f"{MENU}/kehilangan"


async def test_a_second_service_is_switched_on_and_carried_through(
    phone: Page, desk: Page, tmp_path: Path
) -> None:
    """[M4, P4, R2, P6, P8, P9, P10, P13, S1, E2] From the switch to the receipt, without an old card or a recording."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "kehilangan", office.home)
        officer = Walk(desk, "kehilangan-petugas", office.home, of_citizen=False)
        invitation = await office.invite(
            "2026-11-23T08:30", "dewi", "Dewi Lestari", "admin", "operator", "counter"
        )
        async with office.open_at("2026-11-23T09:00"):
            await citizen.open(MENU)
            assert await citizen.page.get_by_role("link", name="Kehilangan").count() == 0
            await staff.take_up(officer, invitation)
            await switch(officer, on=True)
            number = await apply(citizen, office)
            await accept(officer)
        async with office.open_at("2026-11-23T09:05"):
            told = await letter(office.post, SITI, f"{number}: datang Senin, 23 November 2026, 11.30 WIB")
            await citizen.open(told.link)
            await citizen.sees("Datang ke kecamatan", "ganti KTP-el hilang")
            await citizen.look("status-terjadwal")
            await switch(officer, on=False)
            await is_not_offered(citizen)
            await serve(officer, number)
        # Handing over can be taken back for a minute; then it is told, and the survey offered.
        async with office.open_at("2026-11-23T11:40"):
            await end_well(citizen, office, number)
        office.closes()


async def switch(officer: Walk, *, on: bool) -> None:
    """The administrator's page of services [M4]."""
    await officer.open("/pengaturan/layanan")
    part = officer.page.locator("section.alir", has=officer.page.get_by_role("heading", name="Kehilangan"))
    await part.get_by_label("Aktif").set_checked(on)
    await part.get_by_label("Catatan untuk warga").fill("Laporkan dulu ke Polsek Krian." if on else "")
    await officer.press("Simpan Kehilangan", inside=part)
    await expect(part.locator(".chip")).to_have_text("Aktif" if on else "Mati")
    await officer.look("layanan")


async def apply(citizen: Walk, office: Office) -> str:
    """From the menu to the number: her own question, no old card among the papers [P4, R2]."""
    await citizen.open(MENU)
    await citizen.look("menu")
    await citizen.press("Kehilangan")
    await citizen.sees("Laporkan dulu ke Polsek Krian.")
    await citizen.look("rincian")
    await citizen.press("Lanjut")
    await citizen.look("rincian-kosong")
    await tell_of_the_loss(citizen)
    await wizard.say_where_to_reach(citizen, SITI)
    await wizard.say_who(citizen, SITI)
    await citizen.sees("0 dari 3 selesai")
    for name, file in zip(PAPERS, ("bad-f102-unsigned.jpg", "siti-kk.jpg", "siti-f102.jpg"), strict=True):
        await wizard.send(citizen, name, file)
    await citizen.look("berkas-lengkap")
    await citizen.press("Lanjut")
    await citizen.sees("Pasar Krian")
    number = await wizard.hand_in(citizen)
    await letter(office.post, SITI, f"{number}: permohonan sudah kami terima")
    return number


async def tell_of_the_loss(citizen: Walk) -> None:
    await citizen.page.get_by_label("Kapan dan di mana hilang").fill(
        "Jumat lalu di Pasar Krian, surat LP/12/XI/2026"
    )
    await citizen.press("Lanjut")


async def accept(officer: Walk) -> None:
    """The operator reads of the loss beside its papers [P6]."""
    await staff.open_file(officer, SITI)
    await officer.sees("Pasar Krian")
    await staff.find_fitting(officer, *PAPERS)
    await staff.accept(officer)


async def is_not_offered(citizen: Walk) -> None:
    """Switched off: no longer on the menu, and a page that there is not; who has applied already goes on."""
    before = citizen.page.url
    await citizen.open(MENU)
    assert await citizen.page.get_by_role("link", name="Kehilangan").count() == 0
    answer = await citizen.page.request.get(citizen.home + BEGIN)
    assert answer.status == 404
    await citizen.open(before)


async def serve(officer: Walk, number: str) -> None:
    """She comes early: compared, not recorded; printed, and handed over without an old card [P9, P10, P13, S1]."""
    await staff.find_person(officer, number)
    await officer.look("loket-terjadwal")
    await staff.step_done(officer, "Sudah hadir", "Hadir", "loket-hadir")
    await officer.page.get_by_label("Wajah, data, dan KK asli cocok").check()
    await staff.step_done(officer, "Sudah dicocokkan", "Sudah dicocokkan", "loket-dicocokkan")
    await officer.page.get_by_label("Nomor seri blangko").fill(SERIAL)
    await staff.step_done(officer, "Sudah tercetak", "Sudah dicetak", "loket-dicetak")
    await expect(officer.page.get_by_label("KTP-el lama ditarik")).to_have_count(0)
    await officer.page.get_by_label("Penerima memeriksa nama, NIK, foto").check()
    await staff.step_done(officer, "Sudah diserahkan", "Selesai", "loket-selesai")
    await officer.press("Tanda terima")
    await officer.sees("hilang")
    await officer.look("tanda-terima")


async def end_well(citizen: Walk, office: Office, number: str) -> None:
    """The message, the status page at its end, and the survey behind it [G4, E2]."""
    told = await letter(office.post, SITI, f"{number}: KTP-el sudah diserahkan")
    await citizen.open(told.link)
    await citizen.sees("KTP-el sudah diserahkan")
    await citizen.look("status-selesai")
    asked = await letter(office.post, SITI, f"{number}: bagaimana layanan kami?")
    await citizen.open(asked.link)
    await citizen.look("survei")
