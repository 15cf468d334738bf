"""The second look and the thresholds in the browser: what is shown, kept and refused in words [M4, E2, P7]."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from components import clock, decisions, recheck_draws
from components.actors import Actor
from components.decisions import Outcome
from components.kit import Kit
from models.application import Application
from models.recheck import Recheck
from models.rules.workflow import Role, State
from tests.faults.people import browser, let_in, signed_in
from tests.support.cases import an_application
from tests.support.desk import FITTING, a_file, opened
from tests.support.service import MONDAY

TUESDAY = MONDAY + timedelta(days=1)
ROOM = "/pengawasan/uji-petik"


@pytest.fixture
def database(sqlite_database: str) -> str:
    """What is shown is no matter of the database."""
    return sqlite_database


@pytest.fixture(autouse=True)
def on_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
async def supervisor(service: Kit) -> AsyncIterator[httpx.AsyncClient]:
    async with browser((await signed_in(Role.SUPERVISOR))[1]) as one:
        yield one


@pytest.fixture
async def admin(service: Kit) -> AsyncIterator[httpx.AsyncClient]:
    async with browser((await signed_in(Role.ADMIN))[1]) as one:
        yield one


async def a_sample() -> tuple[Application, Actor]:
    operator, _ = await signed_in(Role.OPERATOR)
    held = await opened(await a_file(), operator, MONDAY)
    file = await decisions.decide(held, Outcome.ACCEPT, FITTING, held.version, operator, MONDAY)
    await recheck_draws.keep(TUESDAY)
    return file, operator


async def test_a_file_is_judged_blind_then_compared_and_handed_back(supervisor: httpx.AsyncClient) -> None:
    """M4 P6: the page has the viewer and no trace of the first verdict; a wrong form keeps what was ticked."""
    file, operator = await a_sample()
    assert file.number in (await supervisor.get(ROOM)).text
    page = f"{ROOM}/{file.number}"
    shown = (await supervisor.get(page)).text
    assert 'id="kanvas"' in shown
    assert operator.name not in shown
    assert "tidak cocok</span>" not in shown
    assert "data-lay=" not in shown
    form = {"cocok_old_card": "ya", "alasan_family_card": "cut"}
    wrong = await supervisor.post(f"{page}/penilaian", data={**form, "_kunci": "a"})
    assert wrong.status_code == 422
    assert "Nilai dulu setiap dokumen" in wrong.text
    assert re.search(r'name="alasan_family_card" value="cut" data-digit="\d" checked', wrong.text)
    kept = await supervisor.post(f"{page}/penilaian", data={**form, "cocok_form_f102": "ya", "_kunci": "b"})
    assert kept.headers["location"] == page
    both = (await supervisor.get(page)).text
    assert operator.name in both
    assert "Putusan berbeda" in both
    silent = await supervisor.post(f"{page}/kesimpulan", data={"alasan": "", "_kunci": "c"})
    assert silent.status_code == 422
    note = "Tepi bawah KK terpotong."
    await supervisor.post(f"{page}/pengembalian", data={"catatan": note, "_kunci": "d"})
    await supervisor.post(f"{page}/kesimpulan", data={"alasan": note, "_kunci": "e"})
    assert "Sudah dikembalikan ke operator" in (await supervisor.get(page)).text
    csv = (await supervisor.get(f"{ROOM}.csv")).text
    assert file.number in csv
    assert operator.name not in csv
    screen = (await supervisor.get("/pengawasan")).text
    assert "terlalu sedikit" in screen
    assert f"{ROOM}?dokumen=family_card" in screen


async def test_a_sample_without_scans_says_why(supervisor: httpx.AsyncClient) -> None:
    """M4: no judging page for what is not there any more."""
    file, _ = await a_sample()
    await Recheck.update({Recheck.state: "lapsed", Recheck.lapsed_why: "scans_removed"}, force=True)
    assert "Dokumennya sudah dihapus" in (await supervisor.get(f"{ROOM}/{file.number}")).text


async def test_thresholds_are_looked_at_agreed_to_and_kept(admin: httpx.AsyncClient) -> None:
    """P7 M4: range, usual value and effect are said; a fault keeps what was typed; reminders are agreed to first."""
    page = "/pengaturan/ambang"
    shown = (await admin.get(page)).text
    assert "Antara 1 dan 50, biasanya 5." in shown
    await an_application(State.READY, ready_at=TUESDAY - timedelta(days=5))
    form = {
        "recheck_share": "10",
        "low_stock_days": "5",
        "looks_an_hour": "60",
        "looks_a_day": "300",
        "first_reminder": "4",
        "second_reminder": "21",
        "third_reminder": "45",
        "correction_day": "working_day",
        "family_may_collect": "tidak",
    }
    wrong = await admin.post(page, data={**form, "recheck_share": "0", "_kunci": "a"})
    assert wrong.status_code == 422
    assert "Tulis angka 1 sampai 50." in wrong.text
    assert '<option value="working_day" selected' in wrong.text
    look = await admin.post(page, data={**form, "aksi": "lihat", "_kunci": "b"})
    assert look.status_code == 200
    assert "5 persen menjadi 10 persen" in look.text
    asked = await admin.post(page, data={**form, "_kunci": "c"})
    assert asked.status_code == 422
    assert "1 pengingat kartu belum diambil langsung dikirim" in asked.text
    kept = await admin.post(page, data={**form, "setuju": "1", "_kunci": "d"})
    assert kept.headers["location"] == page
    assert 'value="10"' in (await admin.get(page)).text
    assert "5 persen menjadi 10 persen" in (await admin.get("/pengaturan")).text


async def test_villages_are_kept_in_the_browser(admin: httpx.AsyncClient) -> None:
    """P11: a fault stands beside what it is about, with what was typed."""
    page = "/pengaturan/desa"
    form = {"nama": "Sumber Rejo", "jenis": "desa", "kode": "3515112099"}
    wrong = await admin.post(page, data={**form, "kode": "12", "_kunci": "a"})
    assert wrong.status_code == 422
    assert 'value="Sumber Rejo"' in wrong.text
    assert "Tulis kode wilayah, 10 angka." in wrong.text
    await admin.post(page, data={**form, "_kunci": "b"})
    found = (await admin.get(f"{page}?cari=sumberrejo")).text
    assert "Sumber Rejo" in found
    assert "Tropodo" not in found


async def test_reasons_and_notes_are_kept_in_the_browser(admin: httpx.AsyncClient) -> None:
    """P7 R2: the citizen reads the office's words at the place of the document."""
    page = "/pengaturan/alasan"
    wrong = await admin.post(f"{page}/cut", data={"kalimat": "Terpotong.", "urutan": "x", "_kunci": "a"})
    assert wrong.status_code == 422
    assert "Terpotong." in wrong.text
    await admin.post(f"{page}/cut", data={"kalimat": "Terpotong. Foto lagi.", "_kunci": "b"})
    assert "Diubah kantor" in (await admin.get(page)).text
    note = "Foto di atas meja yang terang."
    await admin.post("/pengaturan/petunjuk/old_card", data={"petunjuk": note, "_kunci": "c"})
    draft = await an_application(State.DRAFT, submitted_at=None, received_at=None)
    async with browser(await let_in(draft)) as citizen:
        assert note in (await citizen.get(f"/permohonan/{draft.number}/berkas")).text
