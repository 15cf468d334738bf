"""Agus would like a better photo. That alone is not possible; together with his new occupation it is."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys import staff, wizard
from tests.journeys.letters import letter
from tests.journeys.office import office_with_mail
from tests.journeys.people import the
from tests.journeys.walks import Walk

AGUS = the("agus")


async def test_a_photo_changes_together_with_data(phone: Page, desk: Page, tmp_path: Path) -> None:
    """[R3, R4, P4-P6] The refusal is kind, says what is possible, and keeps what was answered."""
    async with office_with_mail(tmp_path / "data") as office:
        citizen = Walk(phone, "pria", office.home)
        officer = Walk(desk, "pria-petugas", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-23T08:30", "dewi", "Dewi Lestari", "operator")
        async with office.open_at("2026-11-23T09:00"):
            await wizard.begin(citizen, "Foto")
            await citizen.choose("Alasan lain")
            await citizen.press("Lanjut")
            await be_refused_kindly(citizen)
            number = await go_on_with_new_data(citizen)
            await letter(office.post, AGUS, f"{number}: permohonan sudah kami terima")
            await staff.take_up(officer, invitation)
            await staff.open_file(officer, AGUS)
            await officer.sees("Foto: Data saya juga berubah.", "Bukti perubahan data")
        office.closes()


async def be_refused_kindly(citizen: Walk) -> None:
    """Why not, and what else; his first answer still stands."""
    await expect(
        citizen.page.get_by_role("heading", name="Foto saja belum bisa diganti untuk alasan ini")
    ).to_be_visible()
    await citizen.sees(
        "Kami mengerti Anda ingin foto yang lebih baik.",
        "Anda tetap bisa melanjutkan, jika:",
        "KTP-el saya rusak",
        "Ganti tanda tangan saja",
    )
    await citizen.look("pilihan-lain")
    await citizen.press("Ubah jawaban saya")
    await expect(citizen.page.get_by_label("Alasan lain")).to_be_checked()
    await citizen.sees("Anda memilih: Foto")
    await citizen.page.go_back()
    await citizen.press("Data saya juga berubah")


async def go_on_with_new_data(citizen: Walk) -> str:
    """The newest KK and proof of the change come along [R4]."""
    await wizard.say_where_to_reach(citizen, AGUS)
    await wizard.say_who(citizen, AGUS)
    await citizen.sees("Foto 4 dokumen Anda", "Bukti perubahan data")
    await citizen.look("berkas-kosong")
    await wizard.send(citizen, "KTP-el lama", "agus-ktp.jpg")
    await wizard.send(citizen, "Kartu Keluarga", "agus-kk.jpg")
    await wizard.send(citizen, "Formulir F-1.02", "agus-f102.jpg")
    await wizard.send(citizen, "Bukti perubahan data", "wa-agus-ktp.png")
    await citizen.sees("4 dari 4 selesai")
    await citizen.look("berkas-lengkap")
    await citizen.press("Lanjut")
    await citizen.sees("Foto", "Data saya juga berubah")
    return await wizard.hand_in(citizen)
