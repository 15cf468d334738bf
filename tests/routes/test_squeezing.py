"""Pages for one person are sent small, but their length tells strangers nothing."""

from typing import Any, cast

import httpx
import pytest
import zstandard
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from components.actors import ANYBODY
from components.kit import Kit
from components.sessions import NOBODY, Visitor
from models.rules.workflow import Role
from routes.squeezing import Squeezing
from tests.faults.people import browser, signed_in

PAGE = b"<p>Kartu Keluarga, KTP-el lama, formulir F-1.02.</p>" * 20
HTML = (b"Content-Type", b"text/html; charset=utf-8")
SIGNED_IN = Visitor(ANYBODY, "token")


def answering(
    *headers: tuple[bytes, bytes],
    status: int = 200,
    pieces: tuple[bytes, ...] = (PAGE,),
    visitor: Visitor = NOBODY,
) -> ASGIApp:
    """An application with one answer, sent in these pieces, behind the middleware."""

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for n, piece in enumerate(pieces, 1):
            await send({"type": "http.response.body", "body": piece, "more_body": n < len(pieces)})

    squeezing = Squeezing(application)

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        cast(HTTPScope, scope)["state"] = {"visitor": visitor}
        await squeezing(scope, receive, send)

    return with_state


async def asked(app: ASGIApp, **headers: str) -> httpx.Response:
    """What a browser that takes brotli, unless told otherwise, gets."""
    transport = httpx.ASGITransport(app=cast(Any, app))
    async with httpx.AsyncClient(transport=transport, base_url="http://loket.test") as client:
        return await client.get("/", headers={"Accept-Encoding": "br", **headers})


@pytest.mark.parametrize("coding", ["br", "gzip", "zstd"])
async def test_pages_come_as_the_browser_likes_best(coding: str) -> None:
    answer = await asked(answering(HTML), **{"Accept-Encoding": f"{coding}, br;q=0.1"})
    assert answer.headers["content-encoding"] == coding
    sent = answer.content
    if coding == "zstd" and sent != PAGE:  # the client knows it only when built with it
        sent = zstandard.ZstdDecompressor().decompressobj().decompress(sent)
    assert sent == PAGE
    assert int(answer.headers["content-length"]) < 200
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_other_reasons_to_differ_are_kept() -> None:
    answer = await asked(answering(HTML, (b"Vary", b"HX-Request")))
    assert answer.headers["vary"] == "HX-Request, Accept-Encoding"


async def test_who_takes_nothing_gets_the_page_as_it_is() -> None:
    answer = await asked(answering(HTML), **{"Accept-Encoding": "br;q=0"})
    assert "content-encoding" not in answer.headers
    assert (answer.content, answer.headers["vary"]) == (PAGE, "Accept-Encoding")


@pytest.mark.parametrize(
    "app",
    [
        answering((b"Content-Type", b"image/jpeg")),
        answering((b"Content-Type", b"application/pdf")),
        answering(HTML, (b"Content-Encoding", b"identity")),
        answering(HTML, (b"ETag", b'"strong"')),
        answering(HTML, (b"Cache-Control", b"no-store, no-transform")),
        answering(HTML, status=206),
        answering(HTML, status=304, pieces=(b"",)),
        answering(HTML, status=204, pieces=(b"",)),
        answering(HTML, pieces=(PAGE, PAGE)),
        answering(HTML, pieces=(PAGE[:299],)),
    ],
    ids=["picture", "pdf", "coded", "strong", "as it is", "part", "304", "204", "streamed", "small"],
)
async def test_nothing_else_is_touched(app: ASGIApp) -> None:
    """A strong ETag names these very bytes; what is streamed is not held back until its end."""
    answer = await asked(app)
    assert answer.headers.get("content-encoding", "identity") == "identity"
    assert answer.content in (PAGE, PAGE * 2, PAGE[:299], b"")


async def test_a_weak_etag_allows_it() -> None:
    answer = await asked(answering(HTML, (b"ETag", b'W/"weak"')))
    assert (answer.headers["content-encoding"], answer.headers["etag"]) == ("br", 'W/"weak"')


@pytest.mark.parametrize(
    ("headers", "coding"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, "br"),
        ({"Sec-Fetch-Site": "none"}, "br"),
        ({"Sec-Fetch-Site": "cross-site"}, ""),
        ({"Sec-Fetch-Site": "same-site"}, ""),
        ({"Sec-Fetch-Site": "cross-site", "Referer": "http://loket.test/"}, ""),
        ({"Referer": "http://loket.test/permohonan"}, "br"),
        ({"Referer": "http://evil.test/http://loket.test/"}, ""),
        ({}, ""),
    ],
)
async def test_strangers_learn_nothing_from_the_length(headers: dict[str, str], coding: str) -> None:
    """BREACH: what a session may see is compressed only when our own page or the person asked."""
    mine = await asked(answering(HTML, visitor=SIGNED_IN), **headers)
    assert mine.headers.get("content-encoding", "") == coding
    public = await asked(answering(HTML), **headers)
    assert public.headers["content-encoding"] == "br"


async def test_pages_of_the_service_are_sent_small(service: Kit) -> None:
    """Not only in theory: a desk page, asked for by our page, and by a link elsewhere."""
    _, token = await signed_in(Role.OPERATOR)
    async with browser(token, **{"Accept-Encoding": "br"}) as one:
        page = await one.get("/verifikasi")
        assert page.headers["content-encoding"] == "br"
        assert "Accept-Encoding" in page.headers["vary"]
        assert "HX-Request" in page.headers["vary"]
        assert page.headers["cache-control"] == "no-store"
        led_astray = await one.get("/verifikasi", headers={"Sec-Fetch-Site": "cross-site"})
        assert "content-encoding" not in led_astray.headers
        refused = await one.get("/tidak/ada")
        assert (refused.status_code, refused.headers["content-encoding"]) == (404, "br")
