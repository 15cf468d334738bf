"""The supervisor sees what is late and who was served out of turn, finds the step, and takes the list along."""

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.async_api import Page, expect

from tests.journeys import staff
from tests.journeys.office import office_with_mail
from tests.journeys.walks import Walk

REASON = "Pemohon akan dioperasi besok pagi."


async def test_a_late_file_and_a_jump_are_seen(desk: Page, tmp_path: Path) -> None:
    """[M4, G2, T1] Every figure opens its list; the reason of a jump is read and signed off; a CSV is saved."""
    async with office_with_mail(tmp_path / "data") as office:
        walk = Walk(desk, "pengawasan", office.home, of_citizen=False)
        invitation = await office.invite("2026-11-24T08:30", "camat", "Bapak Camat", "supervisor", "operator")
        late, today = (await office.run("2026-11-24T08:40", "-m", "tests.journeys.supervision_scene")).split()
        async with office.open_at("2026-11-24T09:00"):
            await staff.take_up(walk, invitation)
            await jump_the_queue(walk)
            await walk.open("/pengawasan")
            await walk.look("pengawasan")
            await find_the_late_one(walk, late)
            await read_the_reason(walk, today)
            await find_the_step(walk, today)


async def jump_the_queue(walk: Walk) -> None:
    """The operator takes the younger file first, and says why [G2]."""
    await walk.open("/verifikasi")
    await walk.page.get_by_role("link", name="BUDI SANTOSO").click()
    await walk.page.get_by_label("Alasan").fill(REASON)
    await walk.press("Buka berkas ini")
    await expect(walk.page.get_by_role("heading", name="BUDI SANTOSO")).to_be_visible()


async def find_the_late_one(walk: Walk, late: str) -> None:
    """The figure is a link to its list, and the list is a file for a spreadsheet without a formula or a NIK."""
    await walk.page.get_by_role("link", name="1 lewat janji").click()
    await walk.sees(late, "SULASTRI")
    await expect(walk.page.locator("tbody tr")).to_have_count(1)
    await walk.look("pengawasan-lewat")
    async with walk.page.expect_download() as saving:
        await walk.press("Unduh CSV")
    saved = await (await saving.value).path()
    text = saved.read_text("utf-8-sig")
    assert f'"{late}","SULASTRI","3515' in text
    assert "3515115208900000" not in text
    async with walk.page.expect_download() as saving:
        await walk.press("Unduh Excel")
    page = load_workbook(BytesIO((await (await saving.value).path()).read_bytes())).active
    assert [page["A2"].value, page["B2"].value] == [late, "SULASTRI"]
    await walk.open("/pengawasan")


async def read_the_reason(walk: Walk, today: str) -> None:
    """Who, when, which, why; then it is seen."""
    jumped = walk.page.get_by_role("region", name="Di luar urutan")
    await expect(jumped).to_contain_text(REASON)
    await jumped.get_by_role("link", name="1 kali minggu ini").click()
    await walk.sees(REASON, today)
    await walk.look("pengawasan-urutan")
    await walk.press("Tandai sudah dilihat")
    await walk.sees("Semua sudah dilihat", "Dilihat Bapak Camat")


async def find_the_step(walk: Walk, today: str) -> None:
    """The same step stands in the history of the office, with the download before it."""
    await walk.open("/pengawasan/jejak")
    await walk.page.get_by_label("Nomor permohonan").fill(today)
    await walk.page.get_by_label("Peristiwa").select_option(label="Diambil di luar urutan")
    await walk.press("Cari")
    await expect(walk.page.locator("tbody tr")).to_have_count(1)
    await walk.sees(REASON, "Bapak Camat")
    await walk.look("pengawasan-jejak")
    await walk.open("/pengawasan/jejak?peristiwa=exported")
    await walk.sees("Daftar diunduh", "Akun Bapak Camat")
