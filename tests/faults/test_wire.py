"""What can go wrong between two machines, byte by byte, against the real server.

Every case ends in an answer of ours or in a closed line, never in a fault, and the service goes on serving.
"""

import asyncio
import contextlib

import httpx
import pytest

from tests.faults.citizen import Citizen, photo, somebody
from tests.faults.conftest import Served
from tests.faults.raw import Answer, over_socket
from tests.faults.site import SAFE, ways
from tests.faults.visitor import Visitor

FORM = "application/x-www-form-urlencoded"
OWN = "Sec-Fetch-Site: same-origin"
NOTHING = Answer(status=0)
"""The line was closed without a word."""


async def sent(served: Served, head: str, body: bytes = b"", *, end: bool = False) -> Answer:
    """As over_socket(); a line that is closed without an answer is an answer of its own kind."""
    try:
        return await over_socket(served.port, head.replace("HOST", f"127.0.0.1:{served.port}"), body, end=end)
    except (asyncio.IncompleteReadError, ConnectionError):
        return NOTHING


async def alive(served: Served) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{served.url}/sehat/siap")).status_code == 200


async def a_draft(served: Served, n: int) -> tuple[Citizen, str]:
    """A citizen's new draft, and the cookie that opens it."""
    async with httpx.AsyncClient(
        base_url=served.url, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False
    ) as client:
        citizen = Citizen(Visitor(client), somebody(n))
        assert (await citizen.begin()).status_code == 303
        return citizen, f"sesi={client.cookies['sesi']}"


async def test_one_byte_of_six_megabytes_is_enough_to_refuse(served: Served) -> None:
    """A forged form is answered 403 at once: nobody waits for its body, at any address."""
    wrong = []
    for way in ways():
        if way.method in SAFE:
            continue
        for site in ("Sec-Fetch-Site: cross-site", "Origin: http://jahat.test", "X-Nothing: at-all"):
            head = (
                f"{way.method} {way.path()} HTTP/1.1\nHost: HOST\n{site}\nContent-Type: {FORM}\n"
                "Content-Length: 6291456"
            )
            answer = await sent(served, head, b"x")
            if answer.status != 403 or answer.headers.get("connection") != ["close"]:
                wrong.append(f"{way} {site}: {answer.status}")
    assert wrong == []


MALFORMED = {
    "no host": "GET / HTTP/1.1",
    "two hosts": "GET / HTTP/1.1\nHost: HOST\nHost: jahat.test",
    "two lengths": "POST /masuk HTTP/1.1\nHost: HOST\nContent-Length: 3\nContent-Length: 5",
    "length and chunks": "POST /masuk HTTP/1.1\nHost: HOST\nContent-Length: 3\nTransfer-Encoding: chunked",
    "negative length": "POST /masuk HTTP/1.1\nHost: HOST\nContent-Length: -1",
    "length in words": "POST /masuk HTTP/1.1\nHost: HOST\nContent-Length: tiga",
    "unknown encoding": "POST /masuk HTTP/1.1\nHost: HOST\nTransfer-Encoding: gzip, chunked",
    "no version": "GET /",
    "another protocol": "GET / SSH/2.0\nHost: HOST",
    "a space in a name": "GET / HTTP/1.1\nHost: HOST\nX Y: 1",
    "NUL in a value": "GET / HTTP/1.1\nHost: HOST\nX-Y: a\0b",
    "headers without end": "GET / HTTP/1.1\nHost: HOST\n" + "X-Y: " + "a" * 200_000,
    "an address without end": "GET /" + "a" * 100_000 + " HTTP/1.1\nHost: HOST",
    "a proxy's address": "CONNECT jahat.test:443 HTTP/1.1\nHost: HOST",
}


@pytest.mark.parametrize("head", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_request_is_refused(served: Served, head: str) -> None:
    answer = await sent(served, head)
    assert answer.status == 0 or 400 <= answer.status < 500
    assert await alive(served)


LAWFUL = {
    "an absolute address": "GET http://HOST/masuk HTTP/1.1\nHost: HOST",
    "HTTP/1.0": "GET /masuk HTTP/1.0\nHost: HOST",
    "an empty query": "GET /masuk? HTTP/1.1\nHost: HOST",
    "many small headers": "GET /masuk HTTP/1.1\nHost: HOST\n" + "\n".join(f"X-{n}: {n}" for n in range(90)),
    "cookies of others": "GET /masuk HTTP/1.1\nHost: HOST\nCookie: a=b; \x01=; sesi; ==; x=" + "y" * 4000,
}


@pytest.mark.parametrize("head", LAWFUL.values(), ids=LAWFUL)
async def test_unusual_but_lawful_requests_are_served(served: Served, head: str) -> None:
    assert (await sent(served, f"{head}\nConnection: close")).status in (200, 404)


ODD_PATHS = [
    "//jahat.test/", "/%2e%2e/%2e%2e/etc/passwd", "/static/../app.py", "/static/%2e%2e/app.py",
    "/static/..%2fapp.py", "/static/%00", "/static/" + "a" * 300, "/%00", "/%ff%fe", "/permohonan/%00",
    "/permohonan/KRN-%ED%A0%80", "/permohonan/..%2f..%2f", "/t/%0d%0aSet-Cookie:a=b", "/r/" + "A" * 5000,
    "/undangan/%F0%9F%99%8F", "/masuk?tujuan=%0d%0aLocation:x", "/masuk?tujuan=%ED%A0%80&tujuan=x",
    "/permohonan?nomor=%ff%00", "/permohonan?nomor[]=x&nomor=y", "/permohonan?" + "a=b&" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("path", ODD_PATHS, ids=range(len(ODD_PATHS)))
async def test_odd_addresses_lead_nowhere(served: Served, path: str) -> None:
    """Out of no folder, into no header, and into no fault."""
    answer = await sent(served, f"GET {path} HTTP/1.1\nHost: HOST\nConnection: close")
    assert 200 <= answer.status < 500
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers
    assert b"import " not in answer.body
    assert b"root:" not in answer.body


async def test_a_form_cut_short_is_not_acted_on(served: Served) -> None:
    """The phone lost its line in the middle: nothing is done, nothing is logged as our fault."""
    for end in (True, False):
        head = f"POST /masuk HTTP/1.1\nHost: HOST\n{OWN}\nContent-Type: {FORM}\nContent-Length: 1000"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                answer = await sent(served, head, b"login=operator&pass", end=end)
                assert answer.status == 0 or 400 <= answer.status < 500
    assert await alive(served)


async def test_a_longer_body_than_announced_is_not_read(served: Served) -> None:
    """What comes after the announced length is no part of the form (and no second request either)."""
    head = f"POST /permohonan HTTP/1.1\nHost: HOST\n{OWN}\nContent-Type: {FORM}\nContent-Length: 17"
    answer = await sent(served, head, b"nomor=x&pin=12345&nomor=KRN-AAAAAA")
    assert answer.status == 422
    assert await alive(served)


async def test_a_form_over_the_limit_says_so_and_leads_back(served: Served) -> None:
    """413 in Indonesian, with the way back to the form; announced or in chunks without end."""
    citizen, cookie = await a_draft(served, 11)
    to = (
        f"POST {citizen.path}/kontak HTTP/1.1\nHost: HOST\n{OWN}\nCookie: {cookie}\nContent-Type: {FORM}\n"
        f"Referer: {served.url}{citizen.path}/kontak\n"
    )
    body = b"email=" + b"a" * 40_000
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    for head, content in (
        (f"{to}Content-Length: {len(body)}", body),
        (f"{to}Transfer-Encoding: chunked", chunked),
        (f"{to}Content-Length: 200100", b"n" * 200_000 + b"=" + b"1" * 99),
    ):
        answer = await sent(served, head, content)
        assert answer.status == 413
        assert "Kiriman terlalu besar" in answer.text
        assert f'href="{citizen.path}/kontak"' in answer.text


async def test_an_upload_over_the_limit_says_so_in_its_place(served: Served) -> None:
    """The slot of the document tells it; what was sent before is still there."""
    citizen, cookie = await a_draft(served, 12)
    head = (
        f"POST {citizen.path}/berkas/old_card HTTP/1.1\nHost: HOST\n{OWN}\nCookie: {cookie}\n"
        "Content-Type: multipart/form-data; boundary=x\nContent-Length: {}"
    )
    start = b'--x\r\nContent-Disposition: form-data; name="old_card"; filename="a.jpg"\r\n\r\n'
    body = start + b"\xff\xd8" + b"\0" * (21 * 1024 * 1024) + b"\r\n--x--\r\n"
    answer = await sent(served, head.format(len(body)), body)
    assert answer.status == 422
    assert "Fail ini lebih dari 20 MB" in answer.text


async def test_an_upload_cut_short_is_not_kept(served: Served) -> None:
    """Half a picture under a whole length, half a length under a whole picture: neither becomes a page."""
    citizen, cookie = await a_draft(served, 13)
    start = b'--x\r\nContent-Disposition: form-data; name="old_card"; filename="a.jpg"\r\n\r\n'
    whole = start + photo("jpeg_plain.jpg") + b"\r\n--x--\r\n"
    head = (
        f"POST {citizen.path}/berkas/old_card HTTP/1.1\nHost: HOST\n{OWN}\nCookie: {cookie}\n"
        "Content-Type: multipart/form-data; boundary=x\nContent-Length: {}"
    )
    for length, body in (
        (len(whole), whole[:9000]),
        (9000, whole[:9000]),
        (len(whole) - 2, whole[:-4]),
        (len(start), start),
    ):
        answer = await sent(served, head.format(length), body, end=True)
        assert answer.status == 0 or 400 <= answer.status < 500, length
    # What follows the last boundary is no part of the picture.
    async with httpx.AsyncClient(base_url=served.url, headers={"Cookie": cookie}, trust_env=False) as client:
        page = await client.get(f"{citizen.path}/berkas")
    assert "/lembar/" not in page.text
    assert [file for file in (served.data / "scans").rglob("*") if file.is_file()] == []


async def test_half_open_lines_do_not_stop_others(served: Served) -> None:
    """A hundred lines that begin and say no more; everybody else is served as before."""
    lines = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(100)]
    try:
        for _, writer in lines:
            writer.write(b"POST /masuk HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            await writer.drain()
        for _ in range(5):
            assert await alive(served)
    finally:
        for _, writer in lines:
            writer.close()


async def test_trace_shows_nothing(served: Served) -> None:
    answer = await sent(
        served, f"TRACE / HTTP/1.1\nHost: HOST\n{OWN}\nCookie: sesi=rahasia\nConnection: close"
    )
    assert 400 <= answer.status < 500
    assert b"rahasia" not in answer.body


@pytest.mark.parametrize(
    "referer",
    ["http://jahat.test/x", "http://HOST//jahat.test/", "javascript:alert(1)", "http://[", "HOST/x"],
)
async def test_the_way_back_leads_nowhere_else(served: Served, referer: str) -> None:
    """What the browser says of where it came from becomes a link only when it is a page of ours."""
    referer = referer.replace("HOST", f"127.0.0.1:{served.port}")
    head = (
        f"POST /masuk HTTP/1.1\nHost: HOST\n{OWN}\nContent-Type: {FORM}\nContent-Length: 40000\n"
        f"Referer: {referer}\nConnection: close"
    )
    answer = await sent(served, head, b"a" * 40_000)
    assert answer.status == 413
    assert "Kembali ke formulir" not in answer.text
