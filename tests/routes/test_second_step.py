"""The second factor as people meet it: set up once, asked for each time, and the ways back in [M3]."""

from datetime import datetime, timedelta

import httpx
import pytest

from components import accounts, clock, founding
from components.kit import Kit, kit
from models.account import RecoveryCode, Session, Staff
from models.rules.workflow import Role
from tests.support.databases import Kind
from tests.support.factor import App, ask_for_codes, recovery_codes
from tests.support.service import MONDAY

PASSWORD = "kopi susu pagi hari"
CODE = "/masuk/kode"
ENROLMENT = "/masuk/pemasangan"


class Time:
    """The process's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = MONDAY

    def passes(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def kind() -> Kind:
    """What is shown is no matter of the database; the races are in test_second_factor.py."""
    return "sqlite"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    moving = Time()
    monkeypatch.setattr(clock, "now", lambda: moving.now)
    return moving


@pytest.fixture
def strict(service: Kit, time: Time) -> None:
    """An installation that asks for codes."""
    ask_for_codes()


async def invited(login: str, *roles: Role, village: int | None = None, now: datetime = MONDAY) -> str:
    office = founding.office_card().id
    return await accounts.invite(office, "Dewi Lestari", login, frozenset(roles), now, village)


async def accept(client: httpx.AsyncClient, login: str, *roles: Role) -> httpx.Response:
    token = await invited(login, *roles)
    return await client.post(f"/undangan/{token}", data={"password": PASSWORD, "repeated": PASSWORD})


async def enrolled(client: httpx.AsyncClient, time: Time) -> tuple[App, list[str]]:
    """An operator who is signed in, with the app set up half a minute ago."""
    await accept(client, "dewi", Role.OPERATOR)
    app = App.reading((await client.get(ENROLMENT)).text)
    answer = await client.post(ENROLMENT, data={"kode": app.shows(time.now)})
    assert answer.status_code == 200
    time.passes(seconds=30)
    return app, recovery_codes(answer.text)


async def give_password(client: httpx.AsyncClient, goal: str = "") -> httpx.Response:
    return await client.post("/masuk", data={"login": "dewi", "password": PASSWORD, "tujuan": goal})


async def give_code(client: httpx.AsyncClient, code: str, goal: str = "") -> httpx.Response:
    return await client.post(CODE, data={"kode": code, "tujuan": goal})


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR, Role.ADMIN])
async def test_everybody_of_the_office_sets_an_app_up_first(
    client: httpx.AsyncClient, strict: None, role: Role
) -> None:
    """The password alone opens no room; the app's first code does, and a new cookie comes with each step."""
    answer = await accept(client, "dewi", role)
    assert (answer.status_code, answer.headers["location"]) == (303, ENROLMENT)
    half_way = client.cookies["sesi"]
    assert (await client.get("/akun")).status_code == 403
    page = await client.get(ENROLMENT)
    assert page.headers["cache-control"] == "no-store"
    assert "<svg" in page.text
    wrong = await client.post(ENROLMENT, data={"kode": "000000"})
    assert wrong.status_code == 422
    assert "Kode tidak cocok" in wrong.text
    app = App.reading(wrong.text)
    answer = await client.post(ENROLMENT, data={"kode": app.shows(MONDAY)})
    assert len(set(recovery_codes(answer.text))) == 10
    assert answer.headers["cache-control"] == "no-store"
    assert client.cookies["sesi"] != half_way
    assert (await client.get("/akun")).status_code == 200
    assert await Session.count() == 1


async def test_a_registrar_does_when_the_office_wants_it(client: httpx.AsyncClient, strict: None) -> None:
    """The setting counts from the next sign-in."""
    token = await invited("desa", Role.REGISTRAR, village=1)
    form = {"password": PASSWORD, "repeated": PASSWORD}
    assert (await client.post(f"/undangan/{token}", data=form)).headers["location"] == "/desa"
    await client.post("/keluar")
    await _sign_in_admin(client)
    await client.post("/pengaturan/petugas/kode-registrasi", data={"wajib": "ya"})
    assert (
        "checked"
        in (await client.get("/pengaturan/petugas")).text.partition("Petugas registrasi juga")[0][-80:]
    )
    await client.post("/keluar")
    answer = await client.post("/masuk", data={"login": "desa", "password": PASSWORD})
    assert answer.headers["location"] == ENROLMENT


async def _sign_in_admin(client: httpx.AsyncClient) -> None:
    await accept(client, "admin-kantor", Role.ADMIN)
    app = App.reading((await client.get(ENROLMENT)).text)
    await client.post(ENROLMENT, data={"kode": app.shows(clock.now())})


async def test_password_then_code_then_the_page_that_was_wanted(
    client: httpx.AsyncClient, strict: None, time: Time
) -> None:
    """The goal travels with both steps; before the code there is no room, whatever the address."""
    app, _ = await enrolled(client, time)
    await client.post("/keluar")
    answer = await give_password(client, "/loket")
    assert answer.headers["location"] == f"{CODE}?tujuan=/loket"
    page = await client.get(answer.headers["location"])
    assert 'name="tujuan" value="/loket"' in page.text
    assert (await client.get("/loket")).status_code == 403
    assert (await client.get(ENROLMENT)).headers["location"] == "/masuk"
    answer = await give_code(client, app.shows(time.now), "/loket")
    assert answer.headers["location"] == "/loket"
    assert (await client.get("/loket")).status_code == 200


async def test_a_code_opens_once(client: httpx.AsyncClient, strict: None, time: Time) -> None:
    """Whoever read it over a shoulder comes too late, also with the one before."""
    app, _ = await enrolled(client, time)
    await give_password(client)
    code = app.shows(time.now)
    assert (await give_code(client, code)).status_code == 303
    for again in (code, app.shows(time.now, -1)):
        await give_password(client)
        assert (await give_code(client, again)).status_code == 422
    time.passes(seconds=30)
    assert (await give_code(client, app.shows(time.now))).status_code == 303


async def test_a_recovery_code_opens_once(client: httpx.AsyncClient, strict: None, time: Time) -> None:
    """However it is spaced; the person's page counts what is left."""
    _, codes = await enrolled(client, time)
    await give_password(client)
    assert (await give_code(client, codes[3].replace("-", " "))).status_code == 303
    assert "9 kode cadangan tersisa" in (await client.get("/akun")).text
    await give_password(client)
    answer = await give_code(client, codes[3])
    assert answer.status_code == 422
    assert "sudah dipakai" in answer.text
    assert (await give_code(client, codes[4])).status_code == 303


async def test_guessing_codes_is_slowed_down(client: httpx.AsyncClient, strict: None, time: Time) -> None:
    """Five wrong ones, then a quarter of an hour for this account, with the right code, too."""
    app, _ = await enrolled(client, time)
    await give_password(client)
    for _ in range(5):
        assert (await give_code(client, "000000")).status_code == 422
    answer = await give_code(client, app.shows(time.now))
    assert "Terlalu banyak percobaan" in answer.text
    time.passes(minutes=16)
    await give_password(client)
    assert (await give_code(client, app.shows(time.now))).status_code == 303


async def test_half_way_is_nobody_and_ends_soon(client: httpx.AsyncClient, strict: None, time: Time) -> None:
    """After ten minutes the password is asked for again; without it neither page opens."""
    app, _ = await enrolled(client, time)
    await client.post("/keluar")
    for path in (CODE, ENROLMENT):
        assert (await client.get(path)).headers["location"] == "/masuk"
        assert (await client.post(path, data={"kode": app.shows(time.now)})).headers["location"] == "/masuk"
    await give_password(client)
    time.passes(minutes=10)
    assert (await give_code(client, app.shows(time.now))).headers["location"] == "/masuk"


async def test_new_recovery_codes_need_the_password(
    client: httpx.AsyncClient, strict: None, time: Time
) -> None:
    """A borrowed screen does not get them; the old ones are worth nothing afterwards."""
    _, old = await enrolled(client, time)
    wrong = await client.post("/akun/kode-cadangan", data={"old_password": "salah semua"})
    assert wrong.status_code == 422
    assert recovery_codes(wrong.text) == []
    new = recovery_codes((await client.post("/akun/kode-cadangan", data={"old_password": PASSWORD})).text)
    assert len(new) == 10
    assert not set(new) & set(old)
    await give_password(client)
    assert (await give_code(client, old[0])).status_code == 422
    assert (await give_code(client, new[0])).status_code == 303


async def test_nothing_of_it_lies_in_the_database_to_be_read(
    client: httpx.AsyncClient, strict: None, time: Time
) -> None:
    """The secret is sealed, the recovery codes are keyed hashes."""
    app, codes = await enrolled(client, time)
    row = await Staff.objects().get(Staff.login == "dewi")
    assert row is not None
    assert app.secret.hex() not in row.totp_sealed
    assert kit().vault.open(row.totp_sealed, f"staff:{row.id}:totp") == app.secret.hex()
    kept = {line["code_hash"] for line in await RecoveryCode.select(RecoveryCode.code_hash)}
    assert len(kept) == 10
    assert not any(code.replace("-", "") in kept for code in codes)


async def test_where_it_is_off_the_page_says_so(client: httpx.AsyncClient, service: Kit, time: Time) -> None:
    """A demonstration asks for the password alone, and nobody takes it for the real thing."""
    assert "Ini bukan layanan yang sebenarnya" in (await client.get("/masuk")).text
    assert (await accept(client, "dewi", Role.OPERATOR)).headers["location"] == "/verifikasi"
    ask_for_codes()
    await client.post("/keluar")
    assert "bukan layanan yang sebenarnya" not in (await client.get("/masuk")).text
    assert (await give_password(client)).headers["location"] == ENROLMENT
