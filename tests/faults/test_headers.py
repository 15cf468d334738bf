"""Every address, for everybody, in every state: the headers that protect a page are on all of them, and no
question of anybody ends in a fault of ours."""

import re

import httpx
import pytest

from components import casework
from components.kit import Kit
from models.application import Application
from models.db import DatabaseBusy
from models.rules.workflow import Role
from tests.faults.people import browser, everybody, let_in, signed_in
from tests.faults.raw import ask
from tests.faults.site import SAFE, ways
from tests.faults.states import one_in_each_state
from tests.support.service import bare_app

SEALED_SHUT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
PUBLISHED = frozenset(
    {
        "/",
        "/pengajuan",
        "/pengajuan/ktp",
        "/standar",
        "/standar/cetak",
        "/bantuan",
        "/luring",
        "/sw.js",
        "/data-anda",
        "/aksesibilitas",
        "/pengaduan",
        "/robots.txt",
        "/favicon.ico",
    }
)
"""What a browser may keep: the same for everybody, and about nobody. Everything else is no-store."""


def faults(answer: httpx.Response, path: str) -> list[str]:
    """What is wrong with an answer, whatever it answers."""
    headers = answer.headers
    # Only our own script can ask for a fragment; it becomes part of a page that has these headers.
    is_file = path.startswith("/static/") and answer.status_code == 200
    fragment = answer.request.headers.get("hx-request")
    found = [] if fragment else _of_a_file(headers) if is_file else _of_a_document(headers)
    if answer.status_code >= 500:
        found.append(f"status {answer.status_code}")
    if headers.get("x-content-type-options") != "nosniff":
        found.append("no nosniff")
    published = path in PUBLISHED or path.startswith("/static/")
    if "no-store" not in headers.get("cache-control", "") and not published:
        found.append("may be kept")
    if "unsafe-" in headers.get("content-security-policy", ""):
        found.append("unsafe policy")
    if "server" in headers or "x-powered-by" in headers:
        found.append("says what it runs on")
    return [f"{path} {answer.status_code}: {one}" for one in found]


def _of_a_file(headers: httpx.Headers) -> list[str]:
    """Opened by itself it loads nothing and runs nothing."""
    same = headers.get("cross-origin-resource-policy") == "same-origin"
    return [] if same and headers.get("content-security-policy") == "default-src 'none'" else ["file"]


def _of_a_document(headers: httpx.Headers) -> list[str]:
    found = []
    policy = _directives(headers.get("content-security-policy", ""))
    # One style sheet may stand in the page: the one whose fingerprint the policy names.
    policy["style-src"] = re.sub(r"^'self' 'sha256-[\w+/]{43}='$", "'self'", policy.get("style-src", ""))
    if "sandbox" not in policy:
        found += [f"policy {name}" for name, value in SEALED_SHUT.items() if policy.get(name) != value]
    if headers.get("referrer-policy") not in ("no-referrer", "same-origin"):
        found.append("referrer")
    if headers.get("cross-origin-resource-policy") != "same-origin":
        found.append("resource policy")
    if headers.get("cross-origin-opener-policy") != "same-origin":
        found.append("opener policy")
    return found


def _directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: value for name, _, value in parts}


READING = [way for way in ways() if way.method == "GET"]
WRITING = [way for way in ways() if way.method not in SAFE]
JUNK = {
    "versi": "-1", "alasan": "' OR 1=1", "nik": "\x7f\u202e", "desa": "99999999999999999999", "jadwal": "1e9",
    "perubahan": "DROP", "kode": "../../etc", "day": "31/31/9999", "serial": "\U0001f600", "roles": "root",
    "village": "-1", "jam": "25:61", "putusan": "?", "receiver": "x", "login": "a" * 5000, "password": "b" * 5000,
}  # fmt: skip


WHOLE_OR_PART = pytest.mark.parametrize("asked", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
"""htmx gets only a part of the page from the same address."""


@WHOLE_OR_PART
async def test_every_page_for_everybody(service: Kit, asked: dict[str, str]) -> None:
    """Address x (nobody, each role): headers whole, nothing kept, no fault."""
    wrong, count = [], 0
    await one_in_each_state()
    for token in (await everybody()).values():
        async with browser(token, **asked) as one:
            for way in READING:
                answer = await one.get(way.path())
                wrong += faults(answer, way.path())
                count += 1
    assert wrong == []
    assert count == 6 * len(READING)


async def _who_may_see(application: Application) -> dict[str, str]:
    """Session tokens of those for whom an application is there at all."""
    roles = (Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)
    staff = {str(role): (await signed_in(role))[1] for role in roles}
    return {"holder": await let_in(application), **staff}


@WHOLE_OR_PART
async def test_every_page_of_an_application_in_every_state(service: Kit, asked: dict[str, str]) -> None:
    """State x address x (holder, office roles): what may be looked at is shown, and nothing breaks [G1]."""
    wrong = []
    for application in (await one_in_each_state()).values():
        for who, token in (await _who_may_see(application)).items():
            async with browser(token, **asked) as one:
                for way in READING:
                    # Making a PDF takes long, and is the same for all who may have it.
                    wanted = not way.pattern.endswith(".pdf") or (who == "holder" and not asked)
                    if "{number" in way.pattern and wanted:
                        answer = await one.get(way.path(number=application.number))
                        wrong += faults(answer, way.path(number=f"<{application.state}>"))
    assert wrong == []


@pytest.mark.parametrize("form", [{}, JUNK], ids=["empty", "nonsense"])
async def test_no_form_breaks_anything(service: Kit, form: dict[str, str]) -> None:
    """State x address x (holder, office roles): a form is answered in words, never by a fault."""
    wrong = []
    for application in (await one_in_each_state()).values():
        for token in (await _who_may_see(application)).values():
            async with browser(token, **({"HX-Request": "true"} if form else {})) as one:
                for way in WRITING:
                    if "{number" in way.pattern:
                        answer = await one.post(way.path(number=application.number), data=form)
                        wrong += faults(answer, f"{way.pattern} <{application.state}>")
    assert wrong == []


@pytest.mark.parametrize("form", [{}, JUNK], ids=["empty", "nonsense"])
async def test_no_form_about_no_application_breaks_anything(service: Kit, form: dict[str, str]) -> None:
    wrong = []
    for who in (await everybody()).values():
        async with browser(who) as one:
            for way in WRITING:
                if "{number" not in way.pattern and way.pattern != "/keluar":
                    wrong += faults(await one.post(way.path(), data=form), way.pattern)
    assert wrong == []


async def test_every_kind_of_refusal_carries_the_headers(
    service: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """400, 403, 404, 405, 413, 422, 500 and 503 are pages like all others."""
    _, token = await signed_in(Role.COUNTER)
    seen = set()
    async with browser(token) as counter:
        answers = [
            await counter.get("/masuk", headers={"Host": "jahat.test"}),
            await counter.post("/blangko/penerimaan", headers={"Sec-Fetch-Site": "cross-site"}),
            await counter.get("/pengaturan"),
            await counter.get("/tidak-ada"),
            await counter.get("/" + "a" * 3000),
            await counter.get("/%00/%2e%2e/%ff"),
            await counter.get("/blangko/penerimaan"),
            await counter.post("/blangko/penerimaan", data={"x": "y" * 40_000}),
            await counter.post("/blangko/penerimaan", data={"serial": ""}),
            await counter.post("/blangko/penerimaan", json={"serial": ""}),
        ]
        for failure in (RuntimeError("rusak"), DatabaseBusy("penuh")):
            monkeypatch.setattr(casework, "find", _raising(failure))
            answers.append(await counter.get("/loket/KRN-AAAAAA"))
    for answer in answers:
        seen.add(answer.status_code)
        found = faults(answer, answer.request.url.path)
        assert [one for one in found if "status 50" not in one] == []
        assert '<html lang="id"' in answer.text
    assert seen == {400, 403, 404, 405, 413, 422, 500, 503}


def _raising(failure: Exception) -> object:
    async def fail(*_args: object) -> None:
        raise failure

    return fail


async def test_a_busy_answer_says_when_to_come_again(service: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casework, "find", _raising(DatabaseBusy("penuh")))
    _, token = await signed_in(Role.COUNTER)
    async with browser(token) as counter:
        answer = await counter.get("/loket/KRN-AAAAAA")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


async def test_a_fault_in_the_page_for_faults_is_answered_too(
    service: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody breaks the template of the failure page: still a page of ours, with all its headers."""
    monkeypatch.setattr("routes.visit.render", _broken)
    answer = await ask(bare_app(), "GET", "/tidak-ada", [("Host", "loket.test")])
    assert answer.status == 500
    assert "Ada gangguan di sistem kami" in answer.text
    assert answer.headers["x-content-type-options"] == ["nosniff"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"][0]


def _broken(*_args: object) -> str:
    raise LookupError("no such template")
