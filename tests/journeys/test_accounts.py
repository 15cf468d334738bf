"""A new officer comes to work with a phone for codes, and is thrown out in the middle of the day."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from components import clock
from tests.journeys.browser import DESK, Watch, person, running_server
from tests.journeys.staff import PASSWORD
from tests.journeys.walks import Walk
from tests.support.factor import App, recovery_codes


async def test_from_the_invitation_to_the_end_of_the_account(
    browser: Browser, desk: Page, watch: Watch, tmp_path: Path
) -> None:
    """[M3, M5] Invitation, password, app, code, recovery code; disabled, and out with the next click.

    The officer's browser runs no scripts: nothing on this way needs them.
    """
    async with (
        running_server(tmp_path / "data", LOKET_SECOND_FACTOR="on") as server,
        person(browser, watch, {**DESK, "java_script_enabled": False}) as page,
    ):
        admin = Walk(desk, "akun-admin", server.url, of_citizen=False)
        officer = Walk(page, "akun-petugas", server.url, of_citizen=False)
        first = re.search(r"http\S+/undangan/\S+", server.log)
        assert first is not None
        await enrol(admin, first[0])
        invitation = await invite(admin)
        app, codes = await enrol(officer, invitation)
        await sign_in_again(officer, app.shows(clock.now(), 1))
        await sign_in_again(officer, codes[0])
        await see_where_one_is_signed_in(officer)
        await throw_out(admin, officer)
        await leave(admin)


async def enrol(walk: Walk, invitation: str) -> tuple[App, list[str]]:
    """A password of one's own, then the app; the ten codes are seen this once."""
    await walk.open(invitation)
    await walk.page.get_by_label("Kata sandi baru").fill(PASSWORD)
    await walk.page.get_by_label("Ketik sekali lagi").fill(PASSWORD)
    await walk.press("Simpan dan masuk")
    await walk.sees("Pasang kode masuk")
    await expect(walk.page.get_by_role("img", name="Kode QR untuk aplikasi autentikator")).to_be_visible()
    await walk.look("pemasangan")
    app = App.reading(await walk.page.content())
    await walk.page.get_by_label("Kode 6 angka").fill(app.shows(clock.now()))
    await walk.press("Pasang")
    await walk.sees("Hanya tampil sekali")
    await walk.look("kode-cadangan")
    codes = recovery_codes(await walk.page.content())
    assert len(codes) == 10
    await walk.press("Sudah saya simpan")
    await expect(walk.page.get_by_role("navigation", name="Utama")).to_be_visible()
    return app, codes


async def invite(admin: Walk) -> str:
    """The administrator gives Dewi her duty, and gets the link to send."""
    await admin.press("Petugas")
    await admin.page.get_by_label("Nama", exact=True).fill("Dewi Lestari")
    await admin.page.get_by_label("Nama pengguna").fill("dewi")
    await admin.page.get_by_label("Operator kecamatan").check()
    await admin.press("Buat tautan undangan")
    await admin.sees("Tautan undangan, hanya tampil sekali")
    await admin.look("petugas")
    return await admin.page.locator(".tautan").inner_text()


async def sign_in_again(officer: Walk, code: str) -> None:
    """Password, then the app's code or one of the ten."""
    await officer.press("Keluar")
    await officer.page.get_by_label("Nama pengguna").fill("dewi")
    await officer.page.get_by_label("Kata sandi").fill(PASSWORD)
    await officer.press("Masuk")
    await officer.sees("Kata sandi Anda benar")
    await officer.look("kode")
    await officer.page.get_by_label("Kode 6 angka").fill(code)
    await officer.press("Lanjut")
    await officer.page.wait_for_url("**/verifikasi")


async def see_where_one_is_signed_in(officer: Walk) -> None:
    """The own page counts what is left of the codes."""
    await officer.press("Dewi Lestari")
    await officer.sees("Chrome di Linux", "Ini Anda", "9 kode cadangan tersisa")
    await officer.look("akun")


async def throw_out(admin: Walk, officer: Walk) -> None:
    """The administrator ends the account; Dewi's next click asks for a password that no longer opens."""
    await admin.press("Dewi Lestari")
    await admin.sees("Masuk dengan kode cadangan", "Kode masuk terpasang")
    await admin.look("orang")
    await admin.press("Nonaktifkan")
    await admin.sees("Nonaktif sejak")
    await officer.press("Verifikasi")
    await officer.sees("Masuk petugas")
    await officer.page.get_by_label("Nama pengguna").fill("dewi")
    await officer.page.get_by_label("Kata sandi").fill(PASSWORD)
    await officer.press("Masuk")
    await officer.sees("Nama pengguna atau kata sandi tidak cocok")


async def leave(admin: Walk) -> None:
    """After signing out the way back shows nothing of the office."""
    await admin.press("Keluar")
    await admin.sees("Masuk petugas")
    await admin.page.go_back()
    await admin.sees("Masuk petugas")
    await expect(admin.page.get_by_text("Dewi Lestari")).to_have_count(0)
