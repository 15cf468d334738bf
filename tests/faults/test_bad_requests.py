"""Bodies that no page of ours sends, to a citizen's and to a desk's forms: refused in words, nothing is done."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from components.kit import Kit
from models.application import Application
from models.card_stock import Blank
from models.rules.workflow import Role
from tests.faults.citizen import Citizen, photo, somebody
from tests.faults.people import browser, signed_in
from tests.faults.visitor import Visitor
from tests.support.cases import fresh

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


@dataclass(frozen=True)
class Body:
    """A body and what it claims to be."""

    content: bytes
    kind: str = URLENCODED


BODIES = {
    "a field twice": Body(b"no_hp=081&no_hp=082"),
    "a surrogate": Body(b"no_hp=%ED%A0%80"),
    "broken UTF-8": Body(b"no_hp=%ff%fe"),
    "raw bytes": Body("no_hp=\u00e9".encode("latin-1")),
    "NUL in a name": Body(b"no%00hp=1"),
    "a field name of 200 KB": Body(b"n" * 200_000 + b"=1"),
    "a value of 40 KB": Body(b"no_hp=" + b"1" * 40_000),
    "a thousand fields": Body(b"&".join(b"f%d=1" % n for n in range(1000))),
    "no equals sign": Body(b"no_hp"),
    "plain text": Body(b"no_hp=0812", "text/plain"),
    "no kind": Body(b"no_hp=0812", ""),
    "JSON": Body(b'{"no_hp": "0812"}', "application/json"),
    "XML with an entity": Body(
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"
    ),
    "multipart where none is": Body(
        b'--x\r\nContent-Disposition: form-data; name="no_hp"\r\n\r\n1\r\n--x--', MULTIPART
    ),
    "another charset": Body(b"no_hp=%FF", f"{URLENCODED}; charset=utf-16"),
}


def part(headers: str, content: bytes, *, end: bytes = b"--x--\r\n") -> bytes:
    return (
        b"--x\r\n" + headers.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + content + b"\r\n" + end
    )


FILE = 'Content-Disposition: form-data; name="old_card"; filename="a.jpg"'
TEXT = 'Content-Disposition: form-data; name="_kunci"'
UPLOADS = {
    "UTF-7 in a part": Body(
        part(f"{TEXT}\nContent-Type: text/plain; charset=utf-7", b"+ADw-script+AD4-"), MULTIPART
    ),
    "a field twice": Body(part(TEXT, b"a", end=b"") + part(TEXT, b"b"), MULTIPART),
    "a surrogate": Body(part(TEXT, b"\xed\xa0\x80"), MULTIPART),
    "NUL in a field": Body(part(TEXT, b"\0"), MULTIPART),
    "a field name of 200 KB": Body(
        part(f'Content-Disposition: form-data; name="{"n" * 200_000}"', b"1"), MULTIPART
    ),
    "a header of 1 MB": Body(part(f"{TEXT}\nX-Y: {'a' * 1_000_000}", b"1"), MULTIPART),
    "a hundred parts": Body(
        b"".join(part(f'{TEXT[:-1]}{n}"', b"", end=b"") for n in range(100)) + b"--x--\r\n", MULTIPART
    ),
    "a thousand headers": Body(part(TEXT + "".join(f"\nX-{n}: 1" for n in range(1000)), b"1"), MULTIPART),
    "no name": Body(part("Content-Disposition: form-data", b"1"), MULTIPART),
    "two dispositions": Body(part(f"{TEXT}\n{FILE}", b"1"), MULTIPART),
    "base64": Body(part(f"{FILE}\nContent-Transfer-Encoding: base64", b"/9j/"), MULTIPART),
    "an extended file name": Body(
        part("Content-Disposition: form-data; name=\"old_card\"; filename*=utf-8''a.jpg", b"x"), MULTIPART
    ),
    "no end": Body(part(FILE, b"\xff\xd8", end=b""), MULTIPART),
    "no boundary": Body(part(FILE, b"\xff\xd8"), "multipart/form-data"),
    "an empty boundary": Body(part(FILE, b"\xff\xd8"), "multipart/form-data; boundary="),
    "a boundary of 10 KB": Body(part(FILE, b"\xff\xd8"), f"multipart/form-data; boundary={'x' * 10_000}"),
    "a mixed body": Body(part(FILE, b"\xff\xd8"), "multipart/mixed; boundary=x"),
    "a form where a file is": Body(b"old_card=%FF%D8"),
    "plain text": Body(b"old_card=1", "text/plain"),
    "nothing": Body(b"", MULTIPART),
    "only the end": Body(b"--x--\r\n", MULTIPART),
    "a body in the body": Body(
        part(f"{FILE}\nContent-Type: multipart/mixed; boundary=y", b"--y\r\n\r\nx\r\n--y--"), MULTIPART
    ),
}


@pytest.fixture
async def citizen(service: Kit) -> AsyncIterator[Citizen]:
    async with browser() as client:
        one = Citizen(Visitor(client), somebody(5))
        assert (await one.begin()).status_code == 303
        yield one


def in_words(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500
    assert '<html lang="id"' in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_citizen_s_form_is_read_strictly(citizen: Citizen, body: Body) -> None:
    before = await Application.objects().first()
    assert before is not None
    answer = await citizen.visitor.client.post(
        f"{citizen.path}/kontak", content=body.content, headers={"Content-Type": body.kind}
    )
    in_words(answer)
    assert (await fresh(before)).phone_sealed == ""


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_desk_s_form_is_read_strictly(service: Kit, body: Body) -> None:
    _, token = await signed_in(Role.COUNTER)
    async with browser(token) as counter:
        answer = await counter.post(
            "/blangko/penerimaan", content=body.content, headers={"Content-Type": body.kind}
        )
    in_words(answer)
    assert await Blank.count() == 0


@pytest.mark.parametrize("body", UPLOADS.values(), ids=UPLOADS)
async def test_an_upload_is_read_strictly(citizen: Citizen, service: Kit, body: Body) -> None:
    """Neither a page nor a file is left behind, and the answer stands in the document's own place."""
    answer = await citizen.visitor.client.post(
        f"{citizen.path}/berkas/old_card", content=body.content, headers={"Content-Type": body.kind}
    )
    in_words(answer)
    assert 'id="old_card"' in answer.text
    assert [file for file in service.settings.store_folder.rglob("*") if file.is_file()] == []


async def test_what_a_part_says_of_its_letters_changes_nothing(citizen: Citizen) -> None:
    """A field in "UTF-7" beside a good photo is read as UTF-8, so nothing in it turns into markup."""
    body = part(f"{TEXT}\nContent-Type: text/plain; charset=utf-7", b"+ADw-script+AD4-", end=b"") + part(
        FILE, photo("jpeg_plain.jpg")
    )
    headers = {"Content-Type": MULTIPART}
    path = f"{citizen.path}/berkas/old_card"
    answer = await citizen.visitor.client.post(path, content=body, headers=headers)
    assert answer.status_code == 303
    page = await citizen.visitor.open(f"{citizen.path}/berkas")
    assert "<script>" not in page.text
    assert "ADw-" not in page.text
