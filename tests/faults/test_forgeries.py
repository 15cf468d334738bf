"""Forms that other sites send in a visitor's name, to every address that changes something.

The matrix is made of the site map: an address that is added tomorrow is tried as well.
"""

import pytest

from components import devices
from components.kit import Kit, kit
from models.rules.workflow import Role
from tests.faults.people import browser, signed_in
from tests.faults.raw import Pairs, ask
from tests.faults.site import SAFE, ways
from tests.support.service import bare_app

UNSAFE = [way for way in ways() if way.method not in SAFE]
HOST = ("Host", "loket.test")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
LARGE = ("Content-Length", str(6 * 1024 * 1024))


def test_there_is_something_to_forge() -> None:
    assert len(UNSAFE) > 20


def _forged(cookie: tuple[str, str], own_token: str) -> dict[str, Pairs]:
    """Each way to send a form in somebody's name, by what gives it away."""
    upload = ("Content-Type", "multipart/form-data; boundary=x")
    return {
        "from another site": [HOST, cookie, FORM, LARGE, ("Sec-Fetch-Site", "cross-site")],
        "from a sibling site": [HOST, cookie, FORM, LARGE, ("Sec-Fetch-Site", "same-site")],
        "typed by nobody": [HOST, cookie, FORM, LARGE, ("Sec-Fetch-Site", "none")],
        "with two metadata headers": [
            HOST, cookie, FORM, LARGE, ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site"),
        ],
        "with a foreign origin": [HOST, cookie, FORM, LARGE, ("Origin", "http://jahat.test")],
        "with an origin that begins like ours": [
            HOST, cookie, FORM, LARGE, ("Origin", "http://loket.test.jahat.test"),
        ],
        "with an origin that is none": [HOST, cookie, FORM, LARGE, ("Origin", "http://[")],
        "with no origin to name": [HOST, cookie, FORM, LARGE, ("Origin", "null")],
        "by an old browser, with nothing": [HOST, cookie, upload, LARGE],
        "as plain text": [HOST, cookie, ("Content-Type", "text/plain"), ("Content-Length", "10")],
        "with a foreign token": [HOST, cookie, upload, LARGE, ("X-Token", "0" * len(own_token))],
        "with a chunked body": [HOST, cookie, FORM, ("Transfer-Encoding", "chunked")],
        "from another site, with the right token": [
            HOST, cookie, FORM, LARGE, ("Sec-Fetch-Site", "cross-site"), ("X-Token", own_token),
        ],
    }  # fmt: skip


async def _everyone() -> tuple[tuple[str, str], str]:
    """Somebody with every role, so that no guard hides what the gate should have stopped."""
    _, token = await signed_in(*(role for role in Role if role not in (Role.APPLICANT, Role.SYSTEM)))
    return ("Cookie", f"sesi={token}"), kit().vault.index(token, "form")[:32]


async def test_every_forged_form_is_turned_away_unread(service: Kit) -> None:
    """403 by the headers alone: not a byte of the body is read, whoever is signed in [G1]."""
    app, wrong = bare_app(), []
    cookie, own_token = await _everyone()
    for way in UNSAFE:
        for name, headers in _forged(cookie, own_token).items():
            answer = await ask(app, way.method, way.path(), headers)
            if answer.status != 403 or "tidak dikirim dari halaman kami" not in answer.text:
                wrong.append(f"{way} {name}: {answer.status}")
    assert wrong == []


async def test_a_token_of_another_session_is_worth_nothing(service: Kit) -> None:
    """Browsers too old for both headers prove themselves by their own token, in the form or beside it."""
    app, wrong = bare_app(), []
    cookie, own_token = await _everyone()
    _, foreign_token = await _everyone()
    nobody: Pairs = [HOST, FORM]
    for way in UNSAFE:
        for who, headers, token in (
            ("another's token", [HOST, FORM, cookie], foreign_token),
            ("no token", [HOST, FORM, cookie], ""),
            ("no session", nobody, own_token),
        ):
            body = f"_token={token}&x=1".encode()
            sent = [*headers, ("Content-Length", str(len(body)))]
            answer = await ask(app, way.method, way.path(), sent, body)
            if answer.status != 403 or "tidak dikirim dari halaman kami" not in answer.text:
                wrong.append(f"{way} {who}: {answer.status}")
    assert wrong == []


async def test_an_old_browser_gets_through_with_its_own_token(service: Kit) -> None:
    """The same request with the session's own token reaches the page: the gate is no dead end."""
    app = bare_app()
    cookie, own_token = await _everyone()
    body = f"_token={own_token}&kode=KRN-ZZZZZZ".encode()
    sent = [HOST, FORM, cookie, ("Content-Length", str(len(body)))]
    answer = await ask(app, "POST", "/cari", sent, body)
    assert answer.status == 422


async def test_a_browser_without_metadata_gets_through_by_its_origin(service: Kit) -> None:
    """Ours and no other, to the letter."""
    cookie, _ = await _everyone()
    body = b"kode=KRN-ZZZZZZ"
    statuses = {}
    for origin in ("http://loket.test", "http://loket.test:80", "http://Loket.test", "loket.test", "http://"):
        sent = [HOST, FORM, cookie, ("Content-Length", str(len(body))), ("Origin", origin)]
        statuses[origin] = (await ask(bare_app(), "POST", "/cari", sent, body)).status
    ours = statuses.pop("http://loket.test")
    assert ours == 422
    assert set(statuses.values()) == {403}


@pytest.mark.parametrize(
    "host", ["jahat.test", "loket.test.jahat.test", "loket.test:8080", "", "loket.test@x"]
)
async def test_a_forged_host_is_refused(service: Kit, host: str) -> None:
    """No page is made for an address that is not ours, so none can carry links to it."""
    answer = await ask(bare_app(), "GET", "/masuk", [("Host", host)])
    assert answer.status == 400
    assert "jahat" not in answer.text


async def test_two_host_headers_are_refused(service: Kit) -> None:
    answer = await ask(bare_app(), "GET", "/masuk", [HOST, ("Host", "jahat.test")])
    assert answer.status == 400


async def test_forwarded_headers_of_a_stranger_change_nothing(service: Kit) -> None:
    headers = [
        HOST, ("X-Forwarded-Host", "jahat.test"), ("X-Forwarded-Proto", "https"),
        ("Forwarded", "host=jahat.test;for=10.0.0.1"), ("X-Forwarded-For", "10.0.0.1"),
    ]  # fmt: skip
    answer = await ask(bare_app(), "GET", "/masuk", headers)
    assert answer.status == 200
    assert "jahat" not in answer.text + repr(answer.headers)


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_a_method_is_what_the_request_line_says(service: Kit, name: str) -> None:
    """A GET that claims to be a POST changes nothing; a POST that claims to be a DELETE is a POST."""
    _, token = await signed_in(Role.COUNTER)
    async with browser(token, **{name: "POST"}) as counter:
        asked = await counter.get("/blangko/penerimaan")
        assert asked.status_code == 405
    async with browser(token, **{name: "DELETE"}) as counter:
        form = {"serial": "", "last": "", "delivery_note": "", "_method": "DELETE"}
        posted = await counter.post("/blangko/penerimaan", data=form)
        assert posted.status_code == 422


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND"])
async def test_methods_we_do_not_have_are_refused(service: Kit, method: str) -> None:
    """TRACE in particular would show a script the cookie it may not read."""
    cookie, _ = await _everyone()
    for path in ("/masuk", "/verifikasi", "/tidak-ada"):
        for site in ("same-origin", "cross-site"):
            answer = await ask(bare_app(), method, path, [HOST, cookie, ("Sec-Fetch-Site", site)], b"")
            assert answer.status in (403, 404, 405), path
            assert cookie[1] not in answer.text


def test_reading_never_changes() -> None:
    """What changes something is asked by POST (or the upload's own methods), never by GET."""
    assert {way.method for way in UNSAFE} <= {"POST", "PUT", "PATCH", "DELETE"}


async def test_the_key_of_a_form_counts_at_its_own_address_alone(service: Kit) -> None:
    """The same key and words sent elsewhere are another act: neither passed over, nor answered with what it opens."""
    actor, token = await signed_in(Role.OPERATOR)
    ids = [line.id for line in await devices.overview(actor.office_id or 0) if line.in_service]
    assert len(ids) > 1
    async with browser(token) as operator:
        for one in (*ids, ids[0]):
            typed = {"_kunci": "k" * 16, "reason": "Tinta habis sejak pagi."}
            assert (await operator.post(f"/kendala/alat/{one}/gangguan", data=typed)).status_code == 303
    assert not any(line.in_service for line in await devices.overview(actor.office_id or 0))
