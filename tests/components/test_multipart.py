"""Forms with files, read while they arrive: whole or refused, never half, never more than allowed [P5]."""

import ast
import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import multipart
from components.multipart import (
    CutShort,
    Form,
    Limits,
    Malformed,
    TooLarge,
    UnreadableText,
    clean_filename,
    read_form,
)
from components.storage import Store
from components.vault import Vault

ROOT = Path(__file__).resolve().parents[2]
NAMES = json.loads((ROOT / "tests" / "corpus" / "filenames.json").read_text("utf-8"))
RAW = json.loads((ROOT / "tests" / "corpus" / "bad_forms.json").read_text("utf-8"))["raw_requests"]
TYPE = "multipart/form-data; boundary=batas"
PHOTO = os.urandom(150_000)


class Memory:
    """A sink that remembers."""

    def __init__(self, field: str, filename: str) -> None:
        self.field, self.filename = field, filename
        self.content = b""
        self.aborted = False
        opened.append(self)

    async def write(self, chunk: bytes) -> None:
        assert 0 < len(chunk) <= multipart.SLICE
        self.content += chunk

    async def abort(self) -> None:
        self.aborted = True


opened: list[Memory] = []


@pytest.fixture(autouse=True)
def nothing_opened() -> None:
    opened.clear()


def part(disposition: str | bytes, content: bytes, *headers: str) -> bytes:
    if isinstance(disposition, str):
        disposition = disposition.encode()
    lines = [b"Content-Disposition: form-data; " + disposition, *(header.encode() for header in headers)]
    return b"--batas\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + content + b"\r\n"


def field(name: str, value: str | bytes, *headers: str) -> bytes:
    return part(f'name="{name}"', value.encode() if isinstance(value, str) else value, *headers)


def file(name: str, filename: str | bytes, content: bytes) -> bytes:
    if isinstance(filename, str):
        filename = filename.encode("utf-8", "surrogatepass")
    return part(b'name="%s"; filename="%s"' % (name.encode(), filename), content, "Content-Type: image/jpeg")


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--batas--\r\n"


async def arriving(data: bytes, piece: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), piece):
        yield data[at : at + piece]


async def read(
    data: bytes,
    *,
    piece: int = 4096,
    content_type: str = TYPE,
    length: int | None = -1,
    limits: Limits | None = None,
) -> Form[Memory]:
    """Read `data`; the announced length is the true one unless told otherwise."""
    announced = len(data) if length == -1 else length
    return await read_form(arriving(data, piece), content_type, announced, Memory, limits)


def contents(form: Form[Memory]) -> list[tuple[str, str, bytes]]:
    return [(upload.field, upload.filename, upload.sink.content) for upload in form.files]


GOOD = body(
    field("nama", "Nur'aini"),
    field("catatan", "Terima kasih 🙏🏽\r\nbaris dua"),
    file("old_card", "KTP Siti.jpg", PHOTO),
)


# --- what is taken -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", [1, 7, 4096, 65_537, 10_000_000])
async def test_a_form_is_the_same_in_whatever_pieces_it_arrives(piece: int) -> None:
    data = (
        GOOD if piece > 1 else body(field("nama", "Nur'aini"), file("old_card", "x.jpg", b"\r\n--bata\r\n--"))
    )
    form = await read(data, piece=piece)
    assert form.fields["nama"] == "Nur'aini"
    if piece > 1:
        assert form.fields["catatan"] == "Terima kasih 🙏🏽\r\nbaris dua"
        assert contents(form) == [("old_card", "KTP Siti.jpg", PHOTO)]
        assert form.files[0].size == len(PHOTO)
    else:
        assert contents(form) == [("old_card", "x.jpg", b"\r\n--bata\r\n--")]
    assert not any(sink.aborted for sink in opened)


@given(
    fields=st.dictionaries(
        st.text("abcdefghij_-0123456789", min_size=1, max_size=20),
        st.text().filter(lambda t: "\0" not in t),
        max_size=8,
    ),
    files=st.lists(st.binary(min_size=1, max_size=300), max_size=4),
    piece=st.integers(1, 200),
)
async def test_any_form_comes_through_whole(fields: dict[str, str], files: list[bytes], piece: int) -> None:
    parts = [field(name, value) for name, value in fields.items()]
    parts += [file(f"file {number}", "x.jpg", content) for number, content in enumerate(files)]
    form = await read(body(*parts), piece=piece)
    assert form.fields == fields
    assert [content for _, _, content in contents(form)] == files


async def test_a_file_field_left_empty_is_no_file_but_an_empty_file_is_one() -> None:
    form = await read(
        body(file("old_card", "", b""), file("family_card", "kk.jpg", b""), file("form", "", b"x"))
    )
    assert contents(form) == [("family_card", "kk.jpg", b""), ("form", "", b"x")]


async def test_several_photos_may_come_in_one_field() -> None:
    form = await read(body(file("family_card", "1.jpg", b"a"), file("family_card", "2.jpg", b"b")))
    assert [upload.filename for upload in form.files] == ["1.jpg", "2.jpg"]


async def test_a_body_of_unannounced_length_is_taken_when_it_ends() -> None:
    assert (await read(GOOD, length=None)).fields["nama"] == "Nur'aini"
    assert (await read(body())).fields == {}


async def test_a_file_goes_sealed_to_the_store_while_it_arrives(tmp_path: Path) -> None:
    store = Store(tmp_path / "scans", Vault(bytes(range(32))))
    form = await read_form(
        arriving(GOOD, 10_000),
        TYPE,
        len(GOOD),
        lambda field, _: store.open_incoming(f"application:7/{field}"),
    )
    stored = await form.files[0].sink.finish()
    assert await store.get(stored.id, stored.wrapped_key, "application:7/old_card") == PHOTO


async def test_a_cut_upload_leaves_nothing_in_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "scans", Vault(bytes(range(32))))
    data = body(file("old_card", "x.jpg", PHOTO * 4))
    with pytest.raises(CutShort):
        await read_form(arriving(data[:-500], 50_000), TYPE, len(data), lambda *_: store.open_incoming("x"))
    assert [path for path in (tmp_path / "scans").rglob("*") if path.is_file()] == []


# --- what is cut ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [None, -1, len(GOOD)])
@pytest.mark.parametrize("missing", [1, 2, 3, 5, 8, 9, 11, 13, 60, 50_000, len(GOOD) - 1, len(GOOD)])
async def test_a_body_without_its_end_is_refused(missing: int, length: int | None) -> None:
    """python-multipart says nothing when the body stops; half a KTP would pass for a whole one."""
    data = GOOD[: len(GOOD) - missing]
    if missing <= 2 and length != len(GOOD):
        assert (await read(data, length=length)).files  # only the last line break is missing
        return
    with pytest.raises(CutShort) as caught:
        await read(data, length=length)
    assert "Kirim lagi" in caught.value.message
    assert all(sink.aborted for sink in opened)


async def test_a_body_longer_than_announced_is_refused() -> None:
    with pytest.raises(Malformed):
        await read(GOOD + b"more", length=len(GOOD))
    assert all(sink.aborted for sink in opened)


async def test_a_lost_connection_aborts_what_was_begun() -> None:
    async def breaking_off() -> AsyncIterator[bytes]:
        yield GOOD[: len(GOOD) // 2]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await read_form(breaking_off(), TYPE, len(GOOD), Memory)
    assert [sink.aborted for sink in opened] == [True]


async def test_a_cancelled_request_aborts_what_was_begun() -> None:
    begun = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield GOOD[: len(GOOD) // 2]
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(read_form(stalling(), TYPE, len(GOOD), Memory))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [sink.aborted for sink in opened] == [True]


async def test_a_sink_that_refuses_aborts_all() -> None:
    class Full(Memory):
        async def write(self, chunk: bytes) -> None:
            await super().write(chunk)
            if self.field == "b":
                raise ConnectionAbortedError

    data = body(file("a", "a.jpg", b"a"), file("b", "b.jpg", b"b"), file("c", "c.jpg", b"c"))
    with pytest.raises(ConnectionAbortedError):
        await read_form(arriving(data, 50), TYPE, len(data), Full)
    assert [(sink.field, sink.aborted) for sink in opened] == [("a", True), ("b", True)]


# --- what is too much ----------------------------------------------------------------------------------------

SMALL = Limits(body=5_000, file=1_000, text=500, parts=5)


async def test_a_file_over_its_limit_is_refused_beside_its_field() -> None:
    assert (await read(body(file("old_card", "x.jpg", bytes(1_000))), limits=SMALL)).files
    with pytest.raises(TooLarge) as caught:
        await read(body(file("old_card", "x.jpg", bytes(1_001))), limits=SMALL)
    assert set(caught.value.fields) == {"old_card"}
    assert all(sink.aborted for sink in opened[1:])


async def test_limits_are_said_in_megabytes() -> None:
    with pytest.raises(TooLarge, match="lebih dari 20 MB"):
        await read(body(file("old_card", "x.jpg", bytes(20 * 2**20 + 1))), piece=1_000_000)
    with pytest.raises(TooLarge, match="lebih dari 40 MB"):
        await read(b"", length=40 * 2**20 + 1)


async def test_a_body_over_its_limit_is_refused_before_it_is_read() -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    with pytest.raises(TooLarge):
        await read_form(never(), TYPE, SMALL.body + 1, Memory, SMALL)


async def test_a_body_over_its_limit_is_refused_however_it_is_announced() -> None:
    many = body(*(file("a", "x.jpg", bytes(999)) for _ in range(5)))
    assert len(many) > SMALL.body
    for length in (None, 100, len(many)):
        with pytest.raises((TooLarge, Malformed)):
            await read(many, length=length, limits=SMALL)
    epilogue = body(field("a", "b")) + b" " * SMALL.body
    with pytest.raises(TooLarge):
        await read(epilogue, length=None, limits=SMALL)


@pytest.mark.parametrize(
    "parts", [[("a", 501)], [("a", 250), ("b", 260)], [("n" * 100, 100), ("m" * 100, 100), ("o" * 100, 100)]]
)
async def test_text_over_its_limit_in_sum_is_refused(parts: list[tuple[str, int]]) -> None:
    with pytest.raises(TooLarge, match="terlalu panjang"):
        await read(body(*(field(name, "x" * size) for name, size in parts)), limits=SMALL)


async def test_too_many_parts_are_refused() -> None:
    assert len((await read(body(*(field(f"f{n}", "") for n in range(40))))).fields) == 40
    with pytest.raises(Malformed):
        await read(body(*(field(f"f{n}", "") for n in range(41))))


async def test_headers_have_limits() -> None:
    long_name = next(raw["field_name_bytes"] for raw in RAW if "field_name_bytes" in raw)
    for data in (
        body(field("x" * long_name, "y")),
        body(field("x" * 101, "y")),
        body(field("x", "y", *(f"X-{n}: z" for n in range(8)))),
    ):
        with pytest.raises(Malformed):
            await read(data)
    assert (await read(body(field("x" * 100, "y")))).fields == {"x" * 100: "y"}


# --- what is not a form --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 300,
        "multipart/mixed; boundary=batas",
        "multipart/form-data; boundary=lain",
        "multipart/form-data; boundary=\u20ac",
    ],
)
async def test_other_content_types_are_refused(content_type: str) -> None:
    with pytest.raises(Malformed):
        await read(GOOD, content_type=content_type)


@pytest.mark.parametrize(
    "data",
    [
        b"preamble" + GOOD,
        body(field("nik", "1"), field("nik", "2")),
        body(field("a", "1"), file("a", "x.jpg", b"x")),
        body(file("a", "x.jpg", b"x"), field("a", "1")),
        body(part("", b"nameless")),
        body(part('name=""', b"x")),
        body(part('name="a\\\x07"', b"x")),
        body(part(b'name="\xff\xfe"', b"x")),
        b"--batas\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--batas--\r\n",
        b"--batas\r\nX-Other: y\r\n\r\nx\r\n--batas--\r\n",
        body(field("a", "x", 'Content-Disposition: form-data; name="b"')),
        body(field("a", "eA==", "Content-Transfer-Encoding: base64")),
        b"--batas\r\nContent Disposition: form-data\r\n\r\nx\r\n--batas--\r\n",
        b"--batas\n" + GOOD,
    ],
)
async def test_odd_forms_are_refused(data: bytes) -> None:
    """Doubled fields, names that cannot be read, parts that say two things."""
    with pytest.raises(Malformed):
        await read(data)
    assert all(sink.aborted for sink in opened)


@pytest.mark.parametrize("value", [b"x\0y", b"\xed\xa0\x80", b"\xff", b"caf\xe9", b"\xc0\xaf"])
async def test_text_that_is_no_text_is_refused_beside_its_field(value: bytes) -> None:
    """PostgreSQL refuses NUL, SQLite stores it; lone surrogates break later. Both stop at the door."""
    with pytest.raises(UnreadableText) as caught:
        await read(body(field("nama", value)))
    assert set(caught.value.fields) == {"nama"}


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "nonsense", "\u00e9"])
async def test_a_declared_charset_changes_nothing(charset: str) -> None:
    value = next(raw["value"] for raw in RAW if "multipart_part_header" in raw)
    form = await read(body(field("catatan", value, f"Content-Type: text/plain; charset={charset}")))
    assert form.fields == {"catatan": value}


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [entry["name"] for entry in NAMES["hostile"]] + NAMES["must_accept"])
async def test_every_file_name_leads_to_the_same_content(name: str) -> None:
    """Quoted as browsers do it; a name is only ever shown."""
    quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    form = await read(body(file("old_card", quoted, PHOTO)))
    assert [upload.sink.content for upload in form.files] == [PHOTO]
    assert len(form.files[0].filename) <= 120


@pytest.mark.parametrize(
    "disposition",
    [
        b'name="a"; filename="x.jpg"; filename="../../etc/passwd"',
        b'name="a"; filename="x.jpg"; filename*=utf-8\'\'..%2f..%2fx.jpg',
        b'name="a"; filename="x.jpg\r\nX-Set: cookie"',
        b'name="a"; filename="\xff\xfe.jpg"',
        b'name="a"; filename=C:\\fakepath\\x.jpg',
        b"name=a; filename*=utf-8''x.jpg",
        b'name="b"; name="a"; filename="x"',
    ],
)
async def test_doubled_and_broken_names_are_harmless(disposition: bytes) -> None:
    data = body(part(disposition, PHOTO, "Content-Type: image/jpeg"))
    form = await read(data)
    assert [(upload.field, upload.sink.content) for upload in form.files] == [("a", PHOTO)]
    assert not set(form.files[0].filename) & set("/\\\r\n")


def test_shown_names_are_short_visible_and_keep_their_ending() -> None:
    assert clean_filename("a" * 5_000 + ".jpg") == "a" * 116 + ".jpg"
    assert clean_filename("a" * 5_000) == "a" * 120
    assert clean_filename("x." + "b" * 200) == "x." + "b" * 118
    assert clean_filename("ktp\u202egpj.exe\u200b\u0000\u2028 x\u007f") == "ktpgpj.exe x"
    assert clean_filename("Cafe\u0301.jpg") == "Caf\u00e9.jpg"
    assert clean_filename("\ud800..\\..//") == ""


@given(st.text())
def test_any_name_can_be_shown(name: str) -> None:
    shown = clean_filename(name)
    assert len(shown) <= 120
    assert shown.isprintable()


# --- packaging -----------------------------------------------------------------------------------------------


def test_the_package_that_runs_strangers_files_is_not_imported() -> None:
    """`multipart` is a shim that executes the first multipart.py on sys.path, the working directory included."""
    for path in [*ROOT.glob("components/**/*.py"), *ROOT.glob("routes/**/*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert "multipart" not in {name.split(".")[0] for name in names}, path
