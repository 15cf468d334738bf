"""Forms with files, as browsers without JavaScript send them, read while they arrive [P5].

python-multipart finds the parts; everything it leaves to its user is done here: counting bytes, parts and names,
noticing a body that stopped before its end (its parser says nothing then), and one plain message per fault.
Its `max_size` is never used: it cuts what is too long and calls the rest a success.

Only `python_multipart` may be imported: the package also installs a `multipart` that belongs to somebody else.
"""

import asyncio
import unicodedata
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from components.refusals import Refused

MEGABYTE = 1024 * 1024
MAX_NAME_BYTES = 100
MAX_HEADER_BYTES = 16 * 1024  # a file name may be silly and long; it is cut when shown
MAX_HEADERS = 8
SLICE = 64 * 1024
SHOWN_NAME = 120
_LONGEST_ENDING = 10
_AS_IT_IS = {b"", b"7bit", b"8bit", b"binary"}


class BadForm(Refused):
    """What was sent cannot be taken as a form. Nothing of it was kept."""


class CutShort(BadForm):
    """The body ended before its own end, or before the length it announced."""

    def __init__(self) -> None:
        super().__init__("Kiriman terputus sebelum selesai. Kirim lagi.")


class TooLarge(BadForm):
    """The body, a file or the text is over its limit."""


class Malformed(BadForm):
    """Not a form that our pages send."""

    def __init__(self) -> None:
        super().__init__("Kiriman ini tidak dapat kami baca. Muat ulang halaman, lalu kirim lagi.")


class UnreadableText(BadForm):
    """A field holds what is not text: broken UTF-8 or NUL."""


class Sink(Protocol):
    """Where a file goes while it arrives; storage.Incoming is one."""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes."""

    async def abort(self) -> None:
        """Forget what was taken."""


S = TypeVar("S", bound=Sink)


@dataclass(frozen=True)
class Limits:
    """What one form may hold. Bytes, except parts: fields and files together.

    text: all field names and values together.
    """

    body: int = 40 * MEGABYTE
    file: int = 20 * MEGABYTE
    text: int = 32 * 1024
    parts: int = 40


@dataclass(frozen=True)
class Upload(Generic[S]):
    """A file that arrived whole. `sink` is not finished yet, that is for the caller to do.

    field: the form field. filename: cleaned, only to be shown. size: bytes.
    """

    field: str
    filename: str
    size: int
    sink: S


@dataclass(frozen=True)
class Form(Generic[S]):
    """A form that arrived whole: each text field once, and the files in their order."""

    fields: dict[str, str]
    files: list[Upload[S]]


@dataclass
class _Part:
    """The part being read."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    name: str = ""
    filename: str | None = None  # None: a text field
    text: bytearray = field(default_factory=bytearray)
    size: int = 0


async def read_form(
    body: AsyncIterable[bytes],
    content_type: str,
    content_length: int | None,
    open_sink: Callable[[str, str], S],
    limits: Limits | None = None,
) -> Form[S]:
    """Read a multipart/form-data body; files go chunk by chunk to what `open_sink(field, filename)` returns.

    Text must be UTF-8, whatever a part's header says, without NUL, and no field may come twice (files may).
    A file field left empty is no file. On any error, also one raised by `body`, `open_sink` or a sink, all sinks
    are aborted first. Raises CutShort, TooLarge, Malformed or UnreadableText, all of them Refused.
    """
    return await _Reader(content_type, content_length, open_sink, limits or Limits()).read(body)


class _Reader(Generic[S]):
    """Reads one form. The parser's callbacks only note events; what takes time is done between its steps."""

    def __init__(
        self,
        content_type: str,
        content_length: int | None,
        open_sink: Callable[[str, str], S],
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._announced = content_length
        self._open_sink = open_sink
        self._events: list[tuple[str, bytes]] = []
        self._parser = _parser(content_type, self._events)
        self._part = _Part()
        self._header_name = b""
        self._header_value = b""
        self._parts = 0
        self._text_size = 0
        self._ended = False
        self._fields: dict[str, str] = {}
        self._files: list[Upload[S]] = []
        self._sinks: list[S] = []

    async def read(self, body: AsyncIterable[bytes]) -> Form[S]:
        try:
            if self._announced is not None and self._announced > self._limits.body:
                raise self._body_too_large()
            await self._read_all(body)
        except BaseException:
            await asyncio.shield(
                asyncio.gather(*(sink.abort() for sink in self._sinks), return_exceptions=True)
            )
            raise
        return Form(self._fields, self._files)

    async def _read_all(self, body: AsyncIterable[bytes]) -> None:
        total = 0
        async for piece in _slices(body):
            total += len(piece)
            if total > self._limits.body:
                raise self._body_too_large()
            if self._announced is not None and total > self._announced:
                raise Malformed
            try:
                self._parser.write(piece)
            except FormParserError as error:
                raise Malformed from error
            for name, content in self._events:
                await self._handle(name, content)
            self._events.clear()
        if not self._ended or (self._announced is not None and total < self._announced):
            raise CutShort

    async def _handle(self, event: str, content: bytes) -> None:
        match event:
            case "begin":
                self._parts += 1
                if self._parts > self._limits.parts:
                    raise Malformed
                self._part = _Part()
            case "header_name":
                self._header_name += content
            case "header_value":
                self._header_value += content
            case "header_end":
                self._take_header()
            case "headers_finished":
                self._name_part()
            case "data":
                await self._take(content)
            case "part_end":
                self._finish_part()
            case "end":
                self._ended = True

    def _take_header(self) -> None:
        name = self._header_name.lower()
        if name in self._part.headers:
            raise Malformed
        self._part.headers[name] = self._header_value
        self._header_name = self._header_value = b""

    def _name_part(self) -> None:
        """Know from its headers what this part is. A declared type or character set changes nothing."""
        headers = self._part.headers
        disposition, options = parse_options_header(headers.get(b"content-disposition"))
        encoding = headers.get(b"content-transfer-encoding", b"").strip().lower()
        name = options.get(b"name", b"")
        if disposition != b"form-data" or not 0 < len(name) <= MAX_NAME_BYTES or encoding not in _AS_IT_IS:
            raise Malformed
        try:
            self._part.name = name.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed from error
        if not self._part.name.isprintable() or self._part.name in self._fields:
            raise Malformed
        filename = options.get(b"filename")
        kind = parse_options_header(headers.get(b"content-type"))[0]
        if filename is None and kind and not kind.startswith(b"text/"):
            filename = b""  # only the extended form of the name was sent, which no browser does
        if filename is not None:
            self._part.filename = clean_filename(filename.decode("utf-8", "replace"))
        elif self._part.name in {upload.field for upload in self._files}:
            raise Malformed

    async def _take(self, content: bytes) -> None:
        part = self._part
        part.size += len(content)
        if part.filename is None:
            part.text += content
            if self._text_size + len(part.name) + part.size > self._limits.text:
                raise TooLarge(
                    "Isian terlalu panjang. Persingkat, lalu kirim lagi.",
                    {part.name: "Isian ini terlalu panjang. Persingkat."},
                )
            return
        if part.size > self._limits.file:
            message = f"Fail ini lebih dari {self._limits.file // MEGABYTE} MB. Pilih foto yang lebih kecil."
            raise TooLarge(message, {part.name: message})
        if part.size == len(content):
            self._sinks.append(self._open_sink(part.name, part.filename))
        await self._sinks[-1].write(content)

    def _finish_part(self) -> None:
        part = self._part
        if part.filename is None:
            self._text_size += len(part.name) + part.size
            self._fields[part.name] = _text(part)
        elif part.size or part.filename:
            if not part.size:
                self._sinks.append(self._open_sink(part.name, part.filename))
            self._files.append(Upload(part.name, part.filename, part.size, self._sinks[-1]))

    def _body_too_large(self) -> TooLarge:
        return TooLarge(
            f"Kiriman ini lebih dari {self._limits.body // MEGABYTE} MB. Kirim fail satu per satu."
        )


def clean_filename(name: str) -> str:
    """Return the name as it may be shown: at most 120 characters, NFC, no folders, nothing invisible.

    Only for showing, escaped as any text. It is never part of a path, a header or a decision.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    tidy = " ".join(unicodedata.normalize("NFC", visible).split())
    if len(tidy) <= SHOWN_NAME:
        return tidy
    stem, dot, ending = tidy.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return tidy[:SHOWN_NAME].rstrip()
    return f"{stem[: SHOWN_NAME - len(ending) - 1]}.{ending}"


def _parser(content_type: str, events: list[tuple[str, bytes]]) -> MultipartParser:
    """Return a parser for this Content-Type that notes what it finds in `events`."""
    kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Malformed

    def note(event: str) -> Callable[[], None]:
        return lambda: events.append((event, b""))

    def note_data(event: str) -> Callable[[bytes, int, int], None]:
        return lambda data, start, end: events.append((event, data[start:end]))

    try:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": note("begin"),
                "on_header_field": note_data("header_name"),
                "on_header_value": note_data("header_value"),
                "on_header_end": note("header_end"),
                "on_headers_finished": note("headers_finished"),
                "on_part_data": note_data("data"),
                "on_part_end": note("part_end"),
                "on_end": note("end"),
            },
            max_header_count=MAX_HEADERS,
            max_header_size=MAX_HEADER_BYTES,
        )
    except FormParserError as error:
        raise Malformed from error


async def _slices(body: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Cut what the server hands over into pieces of bounded size."""
    async for chunk in body:
        for at in range(0, len(chunk), SLICE):
            yield chunk[at : at + SLICE]


def _text(part: _Part) -> str:
    try:
        text = part.text.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        message = "Isian ini memuat huruf yang tidak dapat dibaca. Ketik ulang."
        raise UnreadableText(message, {part.name: message})
    return text
