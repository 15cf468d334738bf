"""Signing in and out as a browser does it: fixation, redirects, ends of sessions, invitations [M3, M5]."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest

from components import accounts, clock, founding, sessions
from components.kit import Kit
from models.account import Session, Staff
from models.rules.workflow import Role
from tests.support.databases import on_sqlite
from tests.support.service import bare_app

PASSWORD = "kopi susu pagi hari"
WRONG = "tidak cocok"


@pytest.fixture
async def operator(service: Kit) -> Staff:
    """An operator with a password."""
    return await an_account("dewi", Role.OPERATOR)


async def an_account(login: str, *roles: Role) -> Staff:
    token = await invited(login, *roles)
    return await accounts.accept_invitation(token, PASSWORD, PASSWORD, clock.now())


async def invited(login: str, *roles: Role) -> str:
    return await accounts.invite(founding.office_card().id, "Dewi", login, frozenset(roles), clock.now())


async def sign_in(
    browser: httpx.AsyncClient, login: str = "dewi", password: str = PASSWORD, goal: str = ""
) -> httpx.Response:
    return await browser.post("/masuk", data={"login": login, "password": password, "tujuan": goal})


@pytest.fixture
async def second(service: Kit) -> AsyncIterator[httpx.AsyncClient]:
    """Another browser."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast(Any, bare_app())),
        base_url="http://loket.test",
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as browser:
        yield browser


async def test_signing_in_leads_to_the_own_first_room(client: httpx.AsyncClient, operator: Staff) -> None:
    """Name in any case, a fresh cookie no script can read, and the queue at once [M5]."""
    page = await client.get("/masuk")
    assert page.status_code == 200
    assert "Masuk petugas" in page.text
    answer = await sign_in(client, login="  DEWI ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/verifikasi")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get("/verifikasi")).status_code == 200
    assert (await client.get("/masuk")).headers["location"] == "/verifikasi"


async def test_unknown_wrong_disabled_and_uninvited_get_one_answer(
    client: httpx.AsyncClient, operator: Staff
) -> None:
    """A stranger learns nothing about accounts; what was typed as name stays, the password does not."""
    await invited("baru", Role.OPERATOR)
    disabled = await an_account("lama", Role.OPERATOR)
    await Staff.update({Staff.disabled_at: clock.now()}).where(Staff.id == disabled.id)
    pages = {}
    for login, password in (("dewi", "salah semua"), ("siapa", PASSWORD), ("lama", PASSWORD), ("baru", "")):
        answer = await sign_in(client, login, password)
        assert answer.status_code == 422
        assert WRONG in answer.text
        assert f'value="{login}"' in answer.text
        assert PASSWORD not in answer.text
        assert "set-cookie" not in answer.headers
        pages[login] = answer.text.replace(f'value="{login}"', "")
    assert len({_without_key(page) for page in pages.values()}) == 1


def _without_key(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "_kunci" not in line)


async def test_guessing_is_slowed_down_also_for_names_that_do_not_exist(
    client: httpx.AsyncClient, operator: Staff
) -> None:
    """Five wrong ones, then a pause, the same for both."""
    for login in ("dewi", "siapa"):
        for _ in range(5):
            await sign_in(client, login, "salah semua")
        answer = await sign_in(client, login, PASSWORD)
        assert answer.status_code == 422
        assert "Terlalu banyak percobaan" in answer.text


async def test_a_cookie_planted_before_is_worth_nothing_after(
    client: httpx.AsyncClient, second: httpx.AsyncClient, operator: Staff
) -> None:
    """Neither an invented cookie nor a real session of the attacker becomes the officer's (fixation)."""
    for planted in (
        "a" * 43,
        await sessions.begin_for_staff((await an_account("lain", Role.COUNTER)).id, clock.now()),
    ):
        client.cookies.clear()
        client.cookies.set("sesi", planted, domain="loket.test")
        answer = await sign_in(client)
        assert answer.status_code == 303
        assert client.cookies["sesi"] != planted
        second.cookies.clear()
        second.cookies.set("sesi", planted, domain="loket.test")
        assert (await second.get("/verifikasi")).status_code == 403


async def test_two_cookies_of_the_name_are_none(client: httpx.AsyncClient, operator: Staff) -> None:
    """A sibling site that tosses a second cookie in gets nobody's session."""
    await sign_in(client)
    token = client.cookies["sesi"]
    client.cookies.clear()
    answer = await client.get("/verifikasi", headers={"Cookie": f"sesi={token}; sesi={token}"})
    assert answer.status_code == 403
    assert (await client.get("/verifikasi", headers={"Cookie": f"sesi={token}"})).status_code == 200


GOALS = {
    "/loket": "/loket",
    "/blangko": "/blangko",
    "/verifikasi/KRN-AAAAAA": "/verifikasi/KRN-AAAAAA",
    # Not there, not a page, not for staff, not on this site, not an address at all:
    "/tidak-ada": "",
    "/verifikasi/KRN-AAAAAA/pegangan": "",
    "/masuk": "",
    "/permohonan/KRN-AAAAAA": "",
    "//jahat.test/verifikasi": "",
    "/\\jahat.test": "",
    "\\\\jahat.test": "",
    "https:jahat.test": "",
    "https://jahat.test/verifikasi": "",
    "/verifikasi//jahat.test": "",
    "%2f%2fjahat.test": "",
    "/%2fjahat.test": "",
    "/verifikasi\r\nSet-Cookie: sesi=x": "",
    "/verifikasi?x=1": "",
    "/verifikasi#x": "",
    " /verifikasi": "/verifikasi",
    "/verifikasi/": "",
    "verifikasi": "",
    "javascript:alert(1)": "",
    "/ｖerifikasi": "",
    "/" + "a" * 5000: "",
}


@on_sqlite
async def test_signing_in_leads_to_our_own_staff_pages_only(
    client: httpx.AsyncClient, operator: Staff
) -> None:
    """Everything that is no page of ours for staff leads to the own first room (open redirects)."""
    led = {}
    for goal in GOALS:
        client.cookies.clear()
        answer = await sign_in(client, goal=goal)
        led[goal] = answer.status_code, answer.headers["location"]
    assert led == {goal: (303, place or "/verifikasi") for goal, place in GOALS.items()}


async def test_a_room_asks_to_sign_in_and_then_opens(client: httpx.AsyncClient, operator: Staff) -> None:
    """The page that was wanted comes up after signing in."""
    page = await client.get("/blangko")
    assert page.status_code == 403
    assert 'name="tujuan" value="/blangko"' in page.text
    assert (await client.get("/masuk", params={"tujuan": "/blangko"})).text.count('value="/blangko"') == 1
    assert 'name="tujuan"' not in (await client.get("/masuk", params={"tujuan": "//jahat.test"})).text


async def test_signing_out_ends_it_for_every_copy_of_the_cookie(
    client: httpx.AsyncClient, second: httpx.AsyncClient, operator: Staff
) -> None:
    """The row is gone, the browser is told to forget, and the back button finds nothing kept."""
    await sign_in(client)
    second.cookies.set("sesi", client.cookies["sesi"], domain="loket.test")
    room = await second.get("/verifikasi")
    assert (room.status_code, room.headers["cache-control"]) == (200, "no-store")
    answer = await client.post("/keluar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await second.get("/verifikasi")).status_code == 403
    assert await Session.count() == 0
    assert (await client.post("/keluar")).status_code == 303, "twice is no harm"


async def test_nobody_signs_others_in_or_out_from_another_site(
    client: httpx.AsyncClient, operator: Staff
) -> None:
    """A page elsewhere can neither end a session nor begin one."""
    await sign_in(client)
    for path in ("/keluar", "/masuk"):
        for site in ("cross-site", "same-site"):
            answer = await client.post(
                path, data={"login": "dewi", "password": PASSWORD}, headers={"Sec-Fetch-Site": site}
            )
            assert answer.status_code == 403
            assert "tidak dikirim dari halaman kami" in answer.text
    assert (await client.get("/keluar")).status_code == 405
    assert (await client.get("/verifikasi")).status_code == 200


@pytest.mark.parametrize(
    ("idle", "minutes", "works"),
    [(True, 29, True), (True, 30, False), (False, 599, True), (False, 600, False)],
)
async def test_a_session_ends_when_idle_and_at_the_latest_after_ten_hours(
    client: httpx.AsyncClient, operator: Staff, idle: bool, minutes: int, works: bool
) -> None:
    """30 minutes without a sign of life; 10 hours whatever happens."""
    await sign_in(client)
    past = clock.now() - timedelta(minutes=minutes)
    column = Session.seen_at if idle else Session.expires_at
    moment = past if idle else past + sessions.STAFF_AT_MOST + timedelta(seconds=5 if works else -5)
    await Session.update({column: moment}).where(Session.staff == operator.id)
    assert ((await client.get("/verifikasi")).status_code == 200) is works


async def test_disabling_an_account_ends_it_at_once(client: httpx.AsyncClient, operator: Staff) -> None:
    """The next click is anonymous [M3]."""
    await sign_in(client)
    await Staff.update({Staff.disabled_at: clock.now()}).where(Staff.id == operator.id)
    assert (await client.get("/verifikasi")).status_code == 403


async def test_a_room_of_other_duties_says_so(client: httpx.AsyncClient, operator: Staff) -> None:
    """Signed in, but not for this: told, not sent to sign in again [M3, G1]."""
    await sign_in(client)
    answer = await client.get("/pengaturan")
    assert answer.status_code == 403
    assert "Bukan untuk Anda" in answer.text


async def test_an_invitation_sets_a_password_and_begins_work(client: httpx.AsyncClient, service: Kit) -> None:
    """Once: the second use finds it used up, and the password works from then on [M3]."""
    token = await invited("sari", Role.COUNTER)
    page = await client.get(f"/undangan/{token}")
    assert page.status_code == 200
    assert "Dewi" in page.text
    assert "no-store" in page.headers["cache-control"]
    answer = await client.post(f"/undangan/{token}", data={"password": PASSWORD, "repeated": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/loket")
    assert (await client.get("/loket")).status_code == 200
    await client.post("/keluar")
    for used in (
        await client.get(f"/undangan/{token}"),
        await client.post(f"/undangan/{token}", data={"password": PASSWORD, "repeated": PASSWORD}),
    ):
        assert used.status_code == 422
        assert "sudah dipakai atau kedaluwarsa" in used.text
    assert (await sign_in(client, "sari")).status_code == 303


@on_sqlite
@pytest.mark.parametrize(
    ("password", "repeated", "words"),
    [
        ("pendek", "pendek", "paling sedikit 8"),
        (PASSWORD, "lain sama sekali", "belum sama"),
        ("", "", "paling sedikit 8"),
    ],
)
async def test_a_password_that_does_not_do_is_explained(
    client: httpx.AsyncClient, service: Kit, password: str, repeated: str, words: str
) -> None:
    """Beside the field; the link still works afterwards."""
    token = await invited("sari", Role.COUNTER)
    answer = await client.post(f"/undangan/{token}", data={"password": password, "repeated": repeated})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text
    again = await client.post(f"/undangan/{token}", data={"password": PASSWORD, "repeated": PASSWORD})
    assert again.status_code == 303


async def test_an_invitation_that_never_was_says_nothing_else(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """Unknown, expired and used look the same."""
    token = await invited("sari", Role.COUNTER)
    somebody = await an_account("lama", Role.COUNTER)
    expired = await accounts.renew_invitation(somebody.id, clock.now() - timedelta(days=4))
    answers = [await client.get(f"/undangan/{one}") for one in ("x" * 32, expired)]
    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].text == answers[1].text
    assert (await client.get(f"/undangan/{token}")).status_code == 200


async def test_a_new_password_ends_the_sessions_that_were_open(
    client: httpx.AsyncClient, second: httpx.AsyncClient, operator: Staff
) -> None:
    """Whoever had got in with the old one is out."""
    await sign_in(second)
    token = await accounts.renew_invitation(operator.id, clock.now())
    await client.post(f"/undangan/{token}", data={"password": PASSWORD + "!", "repeated": PASSWORD + "!"})
    assert (await second.get("/verifikasi")).status_code == 403
    assert (await client.get("/verifikasi")).status_code == 200


async def test_pages_of_failure_are_in_words_and_never_json(client: httpx.AsyncClient, service: Kit) -> None:
    """Unknown address, wrong method, wrong host: each a page that says what to do."""
    for answer, status in (
        (await client.get("/tidak/ada"), 404),
        (await client.put("/masuk"), 405),
        (await client.get("/masuk", headers={"Host": "jahat.test"}), 400),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert '<html lang="id">' in answer.text
        assert "jahat" not in answer.text
    assert "Halaman tidak ditemukan" in (await client.get("/tidak/ada", headers={"HX-Request": "true"})).text
