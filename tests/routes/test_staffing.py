"""Accounts as owners and administrator see them: sessions, passwords, duties, and ends that hold at once [M3]."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest

from components import accounts, clock, founding, sessions
from components.kit import Kit
from components.sessions import STAFF_IDLE, STRICTER_IDLE
from models.account import Session, Staff
from models.rules.workflow import Role
from tests.faults.people import browser, signed_in
from tests.support.databases import Kind
from tests.support.service import MONDAY, bare_app

PASSWORD = "kopi susu pagi hari"
OTHER = "teh tawar sore hari"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def kind() -> Kind:
    """What is shown is no matter of the database."""
    return "sqlite"


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
async def dewi(service: Kit) -> Staff:
    """An operator with a password."""
    office = founding.office_card().id
    token = await accounts.invite(office, "Dewi Lestari", "dewi", frozenset({Role.OPERATOR}), MONDAY)
    return await accounts.accept_invitation(token, PASSWORD, PASSWORD, MONDAY)


@pytest.fixture
async def admin(service: Kit) -> AsyncIterator[httpx.AsyncClient]:
    """The administrator's browser."""
    async with browser((await signed_in(Role.ADMIN))[1]) as one:
        yield one


async def come_in(agent: str = FIREFOX, password: str = PASSWORD) -> httpx.AsyncClient:
    """Dewi on one of her devices; not signed in when the password is wrong."""
    one = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast(Any, bare_app())),
        base_url="http://loket.test",
        headers={"Sec-Fetch-Site": "same-origin", "User-Agent": agent},
    )
    await one.post("/masuk", data={"login": "dewi", "password": password})
    return one


async def works(one: httpx.AsyncClient) -> bool:
    return (await one.get("/verifikasi")).status_code == 200


def of(dewi: Staff, act: str = "") -> str:
    return f"/pengaturan/petugas/{dewi.id}{act}"


async def test_own_sessions_are_listed_and_ended_one_by_one(dewi: Staff) -> None:
    """By a rough kind of device, never the browser's own long name."""
    desk, phone = await come_in(), await come_in(PHONE)
    page = (await desk.get("/akun")).text
    assert "Firefox di Linux" in page
    assert "Chrome di Android" in page
    kept = {row["device"] for row in await Session.select(Session.device)}
    assert kept == {"Firefox di Linux", "Chrome di Android"}
    row = await Session.select(Session.id).where(Session.device == "Chrome di Android").first()
    assert row is not None
    assert (await desk.post(f"/akun/sesi/{row['id']}/pengakhiran", data={"_kunci": "a"})).status_code == 303
    assert not await works(phone)
    assert await works(desk)


async def test_all_others_end_together(dewi: Staff) -> None:
    desk, phone, third = await come_in(), await come_in(PHONE), await come_in()
    await desk.post("/akun/sesi-lain/pengakhiran", data={"_kunci": "a"})
    assert [await works(one) for one in (desk, phone, third)] == [True, False, False]


async def test_a_new_password_asks_for_the_old_one_and_ends_other_sessions(dewi: Staff) -> None:
    desk, phone = await come_in(), await come_in(PHONE)
    form = {"old_password": "salah semua", "password": OTHER, "repeated": OTHER}
    wrong = await desk.post("/akun/kata-sandi", data=form)
    assert wrong.status_code == 422
    assert "Kata sandi lama tidak cocok" in wrong.text
    assert OTHER not in wrong.text
    assert (await desk.post("/akun/kata-sandi", data={**form, "old_password": PASSWORD})).status_code == 303
    assert [await works(desk), await works(phone)] == [True, False]
    assert not await works(await come_in())
    assert await works(await come_in(password=OTHER))


async def test_disabling_and_enabling_hold_at_once(dewi: Staff, admin: httpx.AsyncClient) -> None:
    """Thrown out with the next click, and in again with the same password."""
    desk = await come_in()
    assert (await admin.post(of(dewi, "/penonaktifan"), data={"_kunci": "a"})).status_code == 303
    assert not await works(desk)
    assert not await works(await come_in())
    await admin.post(of(dewi, "/pengaktifan"), data={"_kunci": "b"})
    assert await works(await come_in())
    assert not await works(desk), "the old session stays dead"


async def test_other_duties_hold_at_once(dewi: Staff, admin: httpx.AsyncClient) -> None:
    """The old session is gone, the new one has the new rooms; the page says since when and by whom."""
    desk = await come_in()
    answer = await admin.post(of(dewi, "/tugas"), data={"_kunci": "a", "roles": "registrar", "village": "1"})
    assert answer.status_code == 303
    assert not await works(desk)
    again = await come_in()
    assert (await again.get("/verifikasi")).status_code == 403
    page = (await admin.get(of(dewi))).text
    assert "Petugas registrasi desa/kelurahan</th><td" in page
    assert "Tugas diubah" in page
    refused = await admin.post(of(dewi, "/tugas"), data={"_kunci": "b"})
    assert refused.status_code == 422
    assert "Pilih paling sedikit satu tugas" in refused.text


async def test_a_forgotten_password_gets_a_link_for_half_an_hour(
    dewi: Staff, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown to the administrator once; only the newest one works, once, and only so long."""
    desk = await come_in()
    first, second = [await _link(admin, dewi) for _ in range(2)]
    page = (await admin.get(of(dewi))).text
    assert second not in page
    assert (await desk.get(first)).status_code == 422
    assert "Ganti kata sandi" in (await desk.get(second)).text
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(minutes=30))
    assert (await desk.get(second)).status_code == 422
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(minutes=29))
    other = await come_in()
    assert (await other.post(second, data={"password": OTHER, "repeated": OTHER})).status_code == 303
    assert not await works(desk)
    assert (await other.get(second)).status_code == 422


async def _link(admin: httpx.AsyncClient, dewi: Staff) -> str:
    page = (await admin.post(of(dewi, "/tautan"), data={"_kunci": ""})).text
    return "/undangan/" + page.partition("/undangan/")[2].partition("<")[0]


async def test_an_administrator_ends_anybodys_session_and_resets_the_app(
    dewi: Staff, admin: httpx.AsyncClient
) -> None:
    desk, phone = await come_in(), await come_in(PHONE)
    row = await Session.select(Session.id).where(Session.device == "Chrome di Android").first()
    assert row is not None
    await admin.post(of(dewi, f"/sesi/{row['id']}/pengakhiran"), data={"_kunci": "a"})
    assert [await works(desk), await works(phone)] == [True, False]
    await admin.post(of(dewi, "/kode-masuk/penghapusan"), data={"_kunci": "b"})
    assert not await works(desk)
    record = (await admin.get(of(dewi))).text
    assert "Sesi diakhiri" in record
    assert "Kode masuk dihapus" in record


@pytest.mark.parametrize("act", ["/penonaktifan", "/kode-masuk/penghapusan", "/tugas"])
async def test_nobody_shuts_themselves_out(service: Kit, act: str) -> None:
    """The last administrator cannot be lost by a slip of the finger."""
    by, token = await signed_in(Role.ADMIN)
    async with browser(token) as one:
        answer = await one.post(
            f"/pengaturan/petugas/{by.staff_id}{act}", data={"_kunci": "a", "roles": "operator"}
        )
        assert answer.status_code == 422
        assert "Minta admin lain" in answer.text
        assert (await one.get("/pengaturan/petugas")).status_code == 200


async def test_a_supervisor_reads_the_record_and_changes_nothing(dewi: Staff) -> None:
    async with browser((await signed_in(Role.SUPERVISOR))[1]) as camat:
        page = await camat.get(of(dewi))
        assert "Diundang" in page.text
        assert "Ubah tugas" not in page.text
        assert f'action="{of(dewi)}' not in page.text
        assert (await camat.post(of(dewi, "/penonaktifan"), data={"_kunci": "a"})).status_code == 403


@pytest.mark.parametrize(
    ("roles", "idle"),
    [
        ((Role.OPERATOR,), STAFF_IDLE),
        ((Role.REGISTRAR,), STAFF_IDLE),
        ((Role.SUPERVISOR,), STRICTER_IDLE),
        ((Role.ADMIN,), STRICTER_IDLE),
        ((Role.OPERATOR, Role.SUPERVISOR), STRICTER_IDLE),
    ],
)
async def test_who_sees_more_is_signed_out_sooner(
    service: Kit, roles: tuple[Role, ...], idle: timedelta
) -> None:
    """To the second; what is idle is no open session in the list, either."""
    assert (timedelta(minutes=30), timedelta(minutes=15)) == (STAFF_IDLE, STRICTER_IDLE)
    _, token = await signed_in(*roles)
    almost = MONDAY + idle - timedelta(seconds=1)
    assert (await sessions.recognise(token, almost)).actor.is_staff
    await Session.update({Session.seen_at: MONDAY}).where(Session.seen_at > MONDAY)
    assert not (await sessions.recognise(token, MONDAY + idle)).actor.is_staff
