"""tus 1.0.0 as a client sees it [P5, P7]: every rule of the protocol, and what is answered when it is broken."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx
import pytest

from components import clock, documents, pictures, receiving, sessions
from components.inflow import ALGORITHMS
from components.kit import Kit, kit
from components.storage import NoRoom, Store
from models.application import Application, Page
from models.db import DatabaseBusy
from models.rules.workflow import Role, State
from routes.tus import PIECE_TYPE
from tests.support.databases import Kind
from tests.support.drafts import begun, photo
from tests.support.service import bare_app, member_of_staff

PHOTO = photo("nuraini-ktp.jpg")
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": PIECE_TYPE}


@pytest.fixture
def kind() -> Kind:
    """The protocol is the same on every database; components/test_uploads.py looks at both."""
    return "sqlite"


@pytest.fixture
async def draft(service: Kit) -> Application:
    return await begun(now=clock.now())


@pytest.fixture
async def phone(client: httpx.AsyncClient, draft: Application) -> httpx.AsyncClient:
    """A browser that was let into the draft."""
    client.cookies.set("sesi", await sessions.let_in(draft.id, clock.now()), domain="loket.test")
    return client


@pytest.fixture
async def stranger(service: Kit) -> AsyncIterator[httpx.AsyncClient]:
    """Another browser, let into another draft."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast(Any, bare_app())),
        base_url="http://loket.test",
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as browser:
        token = await sessions.let_in((await begun(now=clock.now())).id, clock.now())
        browser.cookies.set("sesi", token, domain="loket.test")
        yield browser


def metadata(number: str, kind: str = "old_card") -> str:
    pairs = {"number": number, "kind": kind, "filename": "KTP süß.jpg"}
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items())


def announcing(
    draft: Application, length: int = len(PHOTO), *, number: str = "", kind: str = "old_card"
) -> dict[str, str]:
    return {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(number or draft.number, kind)}


async def begin(phone: httpx.AsyncClient, draft: Application, length: int = len(PHOTO)) -> str:
    answer = await phone.post("/unggah", headers=announcing(draft, length))
    assert answer.status_code == 201, answer.text
    assert answer.headers["upload-offset"] == "0"
    return answer.headers["location"]


async def patch(
    phone: httpx.AsyncClient, place: str, offset: int, content: bytes, **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await phone.patch(place, content=content, headers={**PIECE, "Upload-Offset": str(offset), **named})


async def head(phone: httpx.AsyncClient, place: str) -> httpx.Response:
    return await phone.head(place, headers=TUS)


def sound(answer: httpx.Response) -> None:
    """What every answer carries."""
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


# --- the way it is meant ---


async def test_a_photo_arrives_in_pieces(phone: httpx.AsyncClient, draft: Application) -> None:
    """R2, P5: begun, asked for, continued, finished; the page holds the very bytes that were sent."""
    place = await begin(phone, draft)
    assert place.startswith("/unggah/")
    first = await patch(phone, place, 0, PHOTO[:1_000])
    assert (first.status_code, first.headers["upload-offset"], first.content) == (204, "1000", b"")
    sound(first)
    left = parsedate_to_datetime(first.headers["upload-expires"]) - clock.now()
    assert timedelta(hours=47) < left <= timedelta(hours=48)
    found = await head(phone, place)
    assert (found.status_code, found.headers["upload-offset"]) == (200, "1000")
    assert found.headers["upload-length"] == str(len(PHOTO))
    assert found.headers["upload-metadata"] == metadata(draft.number)
    sound(found)
    last = await patch(phone, place, 1_000, PHOTO[1_000:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(PHOTO)))
    assert "upload-expires" not in last.headers
    (page,) = await Page.objects()
    assert (page.sha256, page.original_name) == (hashlib.sha256(PHOTO).hexdigest(), "KTP süß.jpg")
    lost = await head(phone, place)
    assert lost.headers["upload-offset"] == lost.headers["upload-length"] == str(len(PHOTO))
    words = await phone.get(place, headers=TUS)
    assert (words.status_code, words.text) == (200, "Sudah kami terima.")


@pytest.mark.parametrize(
    ("told", "flags", "confirmed"),
    [
        (None, (), False),
        ("", (), True),
        ("glare blurred", ("blurred", "glare"), True),
        ("<b> dark dark nik=3515180000000000", ("dark",), True),
    ],
)
async def test_what_the_phone_noticed_reaches_the_officer(
    phone: httpx.AsyncClient, draft: Application, told: str | None, flags: tuple[str, ...], confirmed: bool
) -> None:
    """R2, P6: codes of a closed list; what is not known is passed over, and nothing of it is kept in the page."""
    headers = announcing(draft)
    if told is not None:
        headers["Upload-Metadata"] += f",noticed {base64.b64encode(told.encode()).decode()}"
    place = (await phone.post("/unggah", headers=headers)).headers["location"]
    assert (await patch(phone, place, 0, PHOTO)).status_code == 204
    (page,) = (await documents.slots(draft))[0].pages
    assert (page.flags, page.confirmed, page.sent) == (flags, confirmed, len(PHOTO))
    # The slots alone: beside them the page keeps the words that its script may need.
    shown = (await phone.get(f"/permohonan/{draft.number}/berkas", headers={"HX-Request": "true"})).text
    assert ("Apakah NIK bisa dibaca?" in shown or "Apakah tulisannya bisa dibaca?" in shown) is not confirmed


async def test_what_is_spoken_here(client: httpx.AsyncClient) -> None:
    for path in ("/unggah", "/unggah/" + "0" * 32):
        answer = await client.options(path)
        assert answer.status_code == 204
        assert answer.headers["tus-version"] == "1.0.0"
        assert answer.headers["tus-max-size"] == "20000000"
        assert answer.headers["tus-checksum-algorithm"].split(",") == ["sha1", "sha256"]
        assert set(answer.headers["tus-extension"].split(",")) == {
            "creation",
            "creation-with-upload",
            "termination",
            "expiration",
            "checksum",
        }


async def test_the_first_bytes_may_come_with_the_beginning(
    phone: httpx.AsyncClient, draft: Application
) -> None:
    headers = {**announcing(draft), **PIECE}
    some = await phone.post("/unggah", content=PHOTO[:500], headers=headers)
    assert (some.status_code, some.headers["upload-offset"]) == (201, "500")
    assert (await patch(phone, some.headers["location"], 500, PHOTO[500:])).status_code == 204
    whole = await phone.post(
        "/unggah", content=PHOTO, headers={**announcing(draft, kind="family_card"), **PIECE}
    )
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, str(len(PHOTO)))
    assert await Page.count() == 2
    refused = await phone.post("/unggah", content=b"text", headers={**announcing(draft, 4), **PIECE})
    assert (refused.status_code, refused.text) == (422, pictures.MESSAGES[pictures.Reason.KIND])
    too_much = await phone.post("/unggah", content=b"texts", headers={**announcing(draft, 4), **PIECE})
    assert too_much.status_code == 413
    # Taken, taken and refused are remembered; whose address was never told is gone.
    assert len(_files()) == 3


def _files() -> list[str]:
    return [path.name for path in (kit().settings.store_folder / "uploads").glob("*/*")]


async def test_who_cannot_send_patch_may_say_what_is_meant(
    phone: httpx.AsyncClient, draft: Application
) -> None:
    """Old proxies know GET and POST only."""
    place = await begin(phone, draft)
    for method, status in (("PATCH", 204), ("HEAD", 200), ("delete", 204)):
        headers = {**PIECE, "Upload-Offset": "0", "X-HTTP-Method-Override": method}
        answer = await phone.post(place, content=b"x" if method == "PATCH" else b"", headers=headers)
        assert answer.status_code == status
        if method == "HEAD":
            assert answer.headers["upload-offset"] == "1"
    assert (await head(phone, place)).status_code == 404
    assert (await phone.post(place, headers=TUS)).status_code == 400
    # A link or a picture address must never change anything.
    place = await begin(phone, draft)
    answer = await phone.get(place, headers={**TUS, "X-HTTP-Method-Override": "DELETE"})
    assert (answer.status_code, answer.text) == (200, "Sedang dikirim.")
    assert (await head(phone, place)).status_code == 200


async def test_an_upload_may_be_given_up(phone: httpx.AsyncClient, draft: Application) -> None:
    place = await begin(phone, draft)
    answer = await phone.delete(place, headers=TUS)
    assert answer.status_code == 204
    sound(answer)
    assert (await head(phone, place)).status_code == 404
    assert (await phone.delete(place, headers=TUS)).status_code == 404
    assert (await patch(phone, place, 0, b"x")).status_code == 404


# --- what is refused, and how ---


@pytest.mark.parametrize("version", ["", "0.2.2", "1.0.1", "1.0.0, 0.2.2"])
async def test_another_version_is_not_spoken(
    phone: httpx.AsyncClient, draft: Application, version: str
) -> None:
    place = await begin(phone, draft)
    headers = {**announcing(draft), **PIECE, "Upload-Offset": "0", "Tus-Resumable": version}
    for method, path in (("POST", "/unggah"), ("HEAD", place), ("PATCH", place), ("DELETE", place)):
        answer = await phone.request(method, path, headers=headers)
        assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")
        sound(answer)
    assert (await head(phone, place)).headers["upload-offset"] == "0"


BEGINNINGS = {
    "no length": ({"Upload-Length": None}, 400),
    "length later": ({"Upload-Length": None, "Upload-Defer-Length": "1"}, 400),
    "length is a word": ({"Upload-Length": "many"}, 400),
    "length is negative": ({"Upload-Length": "-1"}, 400),
    "length in other digits": ({"Upload-Length": "1_000"}, 400),
    "length without end": ({"Upload-Length": "9" * 400}, 400),
    "empty": ({"Upload-Length": "0"}, 422),
    "too large": ({"Upload-Length": "20000001"}, 413),
    "nothing said of it": ({"Upload-Metadata": None}, 404),
    "no base64": ({"Upload-Metadata": "number !!!"}, 400),
    "no text": ({"Upload-Metadata": "number /w=="}, 400),
    "said twice": ({"Upload-Metadata": "number QQ==,number QQ=="}, 400),
    "a body of no kind": ({"Content-Length": "4"}, 415),
    "a checksum of no kind": ({"Upload-Checksum": "md4 AAAA"}, 400),
    "a checksum of no sense": ({"Upload-Checksum": "sha1 ?"}, 400),
}


@pytest.mark.parametrize(("change", "status"), BEGINNINGS.values(), ids=BEGINNINGS)
async def test_beginnings_that_are_refused(
    phone: httpx.AsyncClient, draft: Application, change: dict[str, str | None], status: int
) -> None:
    changed: dict[str, str | None] = {**announcing(draft), **change}
    headers = {name: value for name, value in changed.items() if value is not None}
    content = b"text" if "Content-Length" in change else b""
    answer = await phone.post("/unggah", headers=headers, content=content)
    assert answer.status_code == status
    assert answer.text.endswith(".")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    sound(answer)
    assert _files() == []


@pytest.mark.parametrize(
    ("number", "document"),
    [
        ("", "passport"),
        ("", "police_letter"),
        ("KRN-AAAAAA", "old_card"),
        (" ", "old_card"),
        ("x", "old_card"),
    ],
)
async def test_what_does_not_exist_is_not_begun(
    phone: httpx.AsyncClient, draft: Application, number: str, document: str
) -> None:
    answer = await phone.post("/unggah", headers=announcing(draft, number=number, kind=document))
    assert answer.status_code == 404


PIECES = {
    "of no kind": ({"Content-Type": "image/jpeg"}, b"x", 415),
    "from nowhere": ({"Upload-Offset": ""}, b"x", 400),
    "too early": ({"Upload-Offset": "3"}, b"x", 409),
    "too late": ({"Upload-Offset": "5"}, b"x", 409),
    "too much": ({}, b"x" * 7, 413),
    "broken on its way": ({"Upload-Checksum": "sha1 " + base64.b64encode(b"0" * 20).decode()}, b"x", 460),
    "with a checksum of no kind": ({"Upload-Checksum": "crc32 AAAA"}, b"x", 400),
}


@pytest.mark.parametrize(("change", "content", "status"), PIECES.values(), ids=PIECES)
async def test_pieces_that_are_refused(
    phone: httpx.AsyncClient, draft: Application, change: dict[str, str], content: bytes, status: int
) -> None:
    """Nothing of them is kept, and the connection goes on."""
    place = await begin(phone, draft, 10)
    await patch(phone, place, 0, b"good")
    answer = await phone.patch(place, content=content, headers={**PIECE, "Upload-Offset": "4", **change})
    assert answer.status_code == status
    assert answer.text.endswith(".")
    assert answer.headers.get("upload-offset") == ("4" if status == 409 else None)
    assert "connection" not in answer.headers
    sound(answer)
    assert (await head(phone, place)).headers["upload-offset"] == "4"


async def test_a_body_that_is_not_wanted_is_not_read(phone: httpx.AsyncClient, draft: Application) -> None:
    """On a village line megabytes cost money: after the answer the connection closes."""
    place = await begin(phone, draft)
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(300):
            read += 10_000
            yield bytes(10_000)

    headers = {**PIECE, "Upload-Offset": "7", "Content-Length": "3000000"}
    answer = await phone.patch(place, content=body(), headers=headers)
    assert (answer.status_code, answer.headers["connection"]) == (409, "close")
    assert read <= 10_000


async def test_a_piece_that_comes_again_by_itself_does_not_cross(
    phone: httpx.AsyncClient, draft: Application
) -> None:
    """[P5] Browsers repeat what a reset cut off, with the offset it had; without a body nothing is to be closed."""
    place = await begin(phone, draft)
    await patch(phone, place, 0, PHOTO[:1_000])
    again = await patch(phone, place, 0, PHOTO[:16_000])
    assert (again.status_code, again.headers["upload-offset"]) == (409, "1000")
    assert again.headers["connection"] == "close"
    empty = await patch(phone, place, 0, b"")
    assert empty.status_code == 409
    assert "connection" not in empty.headers
    assert "connection" not in (await head(phone, place)).headers


async def test_a_right_checksum_is_taken(phone: httpx.AsyncClient, draft: Application) -> None:
    place = await begin(phone, draft)
    for algorithm in ALGORITHMS:
        offset = int((await head(phone, place)).headers["upload-offset"])
        piece = PHOTO[offset : offset + 1_000]
        digest = base64.b64encode(hashlib.new(algorithm, piece).digest()).decode()
        answer = await patch(phone, place, offset, piece, Upload_Checksum=f"{algorithm} {digest}")
        assert answer.status_code == 204


async def test_chunked_bodies_are_counted_too(phone: httpx.AsyncClient, draft: Application) -> None:
    """Nobody says beforehand how much comes; more than was announced at the beginning is not kept."""
    place = await begin(phone, draft, 10)

    async def body(length: int) -> AsyncIterator[bytes]:
        for _ in range(length):
            yield b"x"

    headers = {**PIECE, "Upload-Offset": "0"}
    assert (await phone.patch(place, content=body(11), headers=headers)).status_code == 413
    assert (await head(phone, place)).headers["upload-offset"] == "0"
    assert (await phone.patch(place, content=body(4), headers=headers)).headers["upload-offset"] == "4"


async def test_a_refused_picture_says_so_even_when_the_answer_was_lost(
    phone: httpx.AsyncClient, draft: Application
) -> None:
    place = await begin(phone, draft, 4)
    words = pictures.MESSAGES[pictures.Reason.KIND]
    answer = await patch(phone, place, 0, b"text")
    assert (answer.status_code, answer.text) == (422, words)
    again = await head(phone, place)
    assert again.status_code == 410
    assert "upload-offset" not in again.headers
    asked = await phone.get(place, headers=TUS)
    assert (asked.status_code, asked.text) == (410, words)
    assert (await patch(phone, place, 4, b"")).status_code == 422


async def test_our_own_trouble_never_makes_a_client_begin_anew(
    phone: httpx.AsyncClient, draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients take 423 of HEAD for "later" and anything else for "gone"."""
    place = await begin(phone, draft)
    with monkeypatch.context() as patched:

        async def busy(_: bytes) -> pictures.Reading:
            raise pictures.ReaderBusy

        patched.setattr(pictures, "read_document", busy)
        answer = await patch(phone, place, 0, PHOTO)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert (await head(phone, place)).status_code == 423
    with monkeypatch.context() as patched:

        async def locked(*_: object) -> None:
            raise DatabaseBusy

        patched.setattr("components.casework.find", locked)
        assert (await head(phone, place)).status_code == 423
        assert (await patch(phone, place, len(PHOTO), b"")).status_code == 503
    assert (await head(phone, place)).headers["upload-offset"] == str(len(PHOTO))
    assert await Page.count() == 1


async def test_a_full_disk_is_said_in_words(
    phone: httpx.AsyncClient, draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await begin(phone, draft)

    def full(*_: object) -> None:
        raise NoRoom

    monkeypatch.setattr(Store, "ensure_room", full)
    for answer in (
        await patch(phone, place, 0, b"x"),
        await phone.post("/unggah", headers=announcing(draft)),
    ):
        assert answer.status_code == 507
        assert "penuh" in answer.text


# --- whose it is ---


async def test_foreign_and_unknown_look_the_same(
    phone: httpx.AsyncClient, stranger: httpx.AsyncClient, draft: Application
) -> None:
    """P5: the address alone opens nothing, and does not tell whether there is anything."""
    place = await begin(phone, draft)
    unknown = "/unggah/" + "0" * 32
    for method in ("HEAD", "GET", "PATCH", "DELETE"):
        answers = [
            await stranger.request(method, path, headers={**PIECE, "Upload-Offset": "0"})
            for path in (place, unknown, "/unggah/..%5c..%5cetc", "/unggah/x")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
    foreign = await stranger.post("/unggah", headers=announcing(draft))
    nothing = await stranger.post("/unggah", headers=announcing(draft, number="KRN-ZZZZZZ"))
    assert (foreign.status_code, foreign.text) == (nothing.status_code, nothing.text) == (404, nothing.text)
    assert (await head(phone, place)).status_code == 200


async def test_after_submission_nothing_more_is_taken(phone: httpx.AsyncClient, draft: Application) -> None:
    place = await begin(phone, draft)
    await Application.update({Application.state: State.SUBMITTED}).where(Application.id == draft.id)
    for answer in (
        await patch(phone, place, 0, b"x"),
        await phone.post("/unggah", headers=announcing(draft)),
    ):
        assert answer.status_code == 422
        assert "sudah dikirim" in answer.text


async def test_an_officer_who_only_reads_may_not_write(client: httpx.AsyncClient, draft: Application) -> None:
    await Application.update({Application.state: State.RETURNED}).where(Application.id == draft.id)
    clerk = await member_of_staff(Role.OPERATOR)
    assert clerk.staff_id is not None
    client.cookies.set(
        "sesi", await sessions.begin_for_staff(clerk.staff_id, clock.now()), domain="loket.test"
    )
    answer = await client.post("/unggah", headers=announcing(draft))
    assert answer.status_code == 403


async def test_a_program_shows_its_token(phone: httpx.AsyncClient, draft: Application) -> None:
    """A program sends neither Sec-Fetch-Site nor Origin; the form's token in X-Token stands for both."""
    place = await begin(phone, draft)
    del phone.headers["Sec-Fetch-Site"]
    assert (await patch(phone, place, 0, b"x")).status_code == 403
    assert (await patch(phone, place, 0, b"x", X_Token="0" * 32)).status_code == 403
    token = kit().vault.index(phone.cookies["sesi"], "form")[:32]
    assert (await patch(phone, place, 0, PHOTO[:1], X_Token=token)).status_code == 204
    assert (await patch(phone, place, 1, b"x", Origin="http://jahat.test", X_Token=token)).status_code == 403


async def test_nothing_of_it_stands_in_the_log(
    phone: httpx.AsyncClient, draft: Application, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "loket")
    place = await begin(phone, draft)
    await patch(phone, place, 0, PHOTO)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("loket"))
    assert "/unggah/{upload_id}" in ours
    assert place.rpartition("/")[2] not in ours
    assert draft.number not in ours
    assert "süß" not in ours


async def test_an_unforeseen_fault_is_a_fault(
    phone: httpx.AsyncClient, draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged and answered as everywhere, and what was sent stays."""
    place = await begin(phone, draft)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setattr(receiving, "receive", broken)
        assert (await patch(phone, place, 0, PHOTO)).status_code == 500
    assert (await head(phone, place)).headers["upload-offset"] == str(len(PHOTO))
    assert await Page.count() == 1
