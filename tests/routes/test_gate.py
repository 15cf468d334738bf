"""What stands before every handler, where no other test meets it."""

import httpx
import pytest

from components import sessions
from models.db import DatabaseBusy
from tests.faults.test_headers import faults
from tests.support.databases import on_sqlite

pytestmark = on_sqlite

COOKIE = {"Cookie": "sesi=siapa"}


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database does not say in time who this is."""

    async def too_busy(*_: object) -> None:
        raise DatabaseBusy("penuh")

    monkeypatch.setattr(sessions, "recognise", too_busy)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/permohonan/KRN-7K4M2Q", 503),
        ("POST", "/unggah", 503),
        ("PATCH", "/unggah/abc", 503),
        ("GET", "/unggah/abc", 423),
        ("HEAD", "/unggah/abc", 423),
    ],
)
async def test_who_cannot_be_recognised_now_may_try_again(
    client: httpx.AsyncClient, busy: None, method: str, path: str, status: int
) -> None:
    """Programs that upload begin anew after a 503 to HEAD; 423 tells them that what is here stays here."""
    answer = await client.request(method, path, headers=COOKIE)
    assert answer.status_code == status
    assert int(answer.headers["retry-after"]) in (10, 30)


async def test_pages_for_everybody_need_no_database(client: httpx.AsyncClient, busy: None) -> None:
    """Once asked for, they stay readable while the database is busy, with a session or without."""
    assert (await client.get("/standar")).status_code == 200
    assert (await client.get("/standar", headers=COOKIE)).status_code == 200


async def test_a_fragment_carries_no_headers_of_documents(client: httpx.AsyncClient) -> None:
    """They would cost half a kilobyte each time, and govern nothing: a fragment becomes part of a page."""
    answer = await client.get("/masuk", headers={"HX-Request": "true"})
    assert "content-security-policy" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert faults(await client.get("/masuk"), "/masuk") == []
    # What came first as a fragment's neighbour is not handed out to others without its headers.
    assert "referrer-policy" not in (await client.get("/", headers={"HX-Request": "true"})).headers
    assert "referrer-policy" in (await client.get("/")).headers


async def test_a_static_file_carries_no_headers_of_pages(client: httpx.AsyncClient) -> None:
    """nginx sends every header anew with each file: 450 bytes that govern nothing there. What is no file has them."""
    for path in ("/static/app.css", "/static/icons.svg"):
        for _ in ("made", "handed out again"):
            answer = await client.get(path)
            assert answer.headers["content-security-policy"] == "default-src 'none'"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "permissions-policy" not in answer.headers
    assert faults(await client.get("/static/nope.css"), "/static/nope.css") == []
