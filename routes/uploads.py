"""Resumable uploads for pages and programs: tus 1.0.0 under /unggah [P5, P7]. See docs/uploads.md.

Core, creation, creation-with-upload, termination, expiration and checksum. Bodies are read as they come, never
parsed and never held; answers are one plain sentence.
"""

import base64
import binascii
from asyncio import timeout
from collections.abc import Awaitable, Callable, Mapping
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any

from litestar import Response, delete, get, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod, MediaType
from litestar.params import FromPath
from litestar.types import Receive

from components import clock, uploads
from components.refusals import Missing, Overtaken, Refused
from components.storage import NoRoom
from components.turns import MadeWay
from components.uploads import (
    ALGORITHMS,
    LARGEST,
    Checksum,
    Conflict,
    LineCut,
    NotNow,
    Rejected,
    Stalled,
    Ticket,
    TooLong,
    Upload,
    WrongSum,
)
from components.words import ukuran
from models.db import DatabaseFull, DatabaseProblem
from models.rules.catalogue import DocumentKind
from routes.guards import public
from routes.origins import Headers
from routes.visit import Visit

Answer = Response[Any]

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
PIECE_TYPE = "application/offset+octet-stream"
_RESUMABLE = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
_DRAINED = 64 * 1024
_DRAIN_SECONDS = 2.0

_BUSY = "Sistem sedang sibuk. Yang sudah terkirim tetap aman. Coba lagi sebentar lagi."


class Unreadable(Exception):
    """A header is missing or does not make sense. status: 400 or 415."""

    def __init__(self, what: str, status: int = 400) -> None:
        super().__init__(what)
        self.status = status


class _Request:
    """A request as tus sees it: its headers strictly, its body as it comes."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self._headers = Headers(visit.request.scope)
        self._receive: Receive = visit.request.receive
        self._over = False

    def header(self, name: str) -> str:
        """Its only value; empty when it is missing or came twice."""
        return self._headers.one(name.lower().encode()).strip()

    def number(self, name: str) -> int | None:
        """A header that is a count of bytes; None without it. Raises Unreadable."""
        if not self._headers.all(name.lower().encode()):
            return None
        text = self.header(name)
        if not (text.isascii() and text.isdecimal() and len(text) <= 15):
            raise Unreadable(name)
        return int(text)

    @property
    def brings_a_piece(self) -> bool:
        return self.header("Content-Type") == PIECE_TYPE

    def checksum(self) -> Checksum | None:
        """What the piece shall amount to; None when nothing is said of it. Raises Unreadable."""
        if not self._headers.all(b"upload-checksum"):
            return None
        algorithm, _, digest = self.header("Upload-Checksum").partition(" ")
        if algorithm not in ALGORITHMS:
            raise Unreadable("Upload-Checksum")
        return Checksum(algorithm, _from_base64(digest, "Upload-Checksum"))

    async def next_piece(self) -> bytes | None:
        """uploads.Source. Not Litestar's stream(): that one ends for good when it is cancelled once."""
        if self._over:
            return None
        message = await self._receive()
        if message["type"] != "http.request":
            self._over = True
            raise LineCut
        self._over = not message.get("more_body", False)
        return message.get("body", b"")

    async def ran_out(self) -> bool:
        """Whether the whole body was read. A small rest is read now: who still sends does not hear the answer."""
        left = _DRAINED
        try:
            async with timeout(_DRAIN_SECONDS):
                while left > 0 and (piece := await self.next_piece()) is not None:
                    left -= len(piece)
        except (TimeoutError, LineCut):
            return False
        return self._over


def _from_base64(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable(name) from None


def _metadata(raw: str) -> dict[str, str]:
    """Upload-Metadata: pairs of a name and a value in base64; names once, values text. Raises Unreadable."""
    found: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in raw.split(","))):
        name, _, value = pair.partition(" ")
        if name in found:
            raise Unreadable("Upload-Metadata")
        try:
            found[name] = _from_base64(value.strip(), "Upload-Metadata").decode()
        except UnicodeDecodeError:
            raise Unreadable("Upload-Metadata") from None
    return found


def _ticket(request: _Request) -> Ticket:
    length = request.number("Upload-Length")
    if length is None:
        raise Unreadable("Upload-Length")
    raw = request.header("Upload-Metadata")
    said = _metadata(raw)
    try:
        kind = DocumentKind(said.get("kind", ""))
    except ValueError:
        raise Missing from None
    return Ticket(
        said.get("number", ""), kind, length, said.get("filename", ""), "replace" in said, metadata=raw
    )


# --- answering ---


def _answer(status: int, words: str = "", headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
    return Response(
        content=words or None,
        status_code=status,
        media_type=MediaType.TEXT,
        headers={**_RESUMABLE, **headers},
    )


def _standing(upload: Upload) -> dict[str, str]:
    """Where an upload stands, as headers; until when, while it is under way."""
    headers = {"Upload-Offset": str(upload.offset)}
    if upload.ticket.outcome is None:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return headers


_LATER = {"Retry-After": "10"}
_STATUSES: tuple[tuple[type[Exception], int, str], ...] = (
    (Missing, 404, "Unggahan ini tidak ada lagi. Kirim fotonya lagi dari awal."),
    (Conflict, 409, "Yang sudah kami terima berbeda dari dugaan Anda. Lanjutkan dari Upload-Offset."),
    (MadeWay, 409, "Unggahan ini dilanjutkan lewat sambungan yang lebih baru."),
    (TooLong, 413, f"Terlalu besar. Satu fail paling besar {ukuran(LARGEST)}."),
    (WrongSum, 460, "Potongan ini rusak di jalan. Kirim lagi potongan ini."),
    (LineCut, 400, "Terputus. Yang sudah terkirim tetap aman."),
    # Not 408: clients give up on it, and a stalled line is what they are to try again on.
    (Stalled, 503, "Tidak ada kiriman selama satu menit. Yang sudah terkirim tetap aman."),
    (NoRoom, 507, ""),
    (DatabaseFull, 507, _BUSY),
    (DatabaseProblem, 503, _BUSY),
    (NotNow, 503, ""),
    (Rejected, 422, ""),
    (Overtaken, 422, ""),
    (Refused, 403, ""),
)
"""What tus has for each way to fail; the first that fits. Without words the failure brings its own."""


def _refusal(error: Exception) -> Answer:
    """Raises the error again when it is not one that was foreseen."""
    if isinstance(error, Unreadable):
        return _answer(error.status, f"Permintaan ini tidak terbaca: {error}.")
    for kind, status, words in _STATUSES:
        if isinstance(error, kind):
            headers = _LATER if status > 500 else {}
            if isinstance(error, Conflict):
                headers = {"Upload-Offset": str(error.offset)}
            return _answer(status, words or getattr(error, "message", ""), headers)
    raise error


async def _answered(visit: Visit, work: Callable[[_Request], Awaitable[Answer]]) -> Answer:
    """Do the work of a request in the one version that is spoken here, and say how it ended."""
    request = _Request(visit)
    if request.header("Tus-Resumable") != VERSION:
        answer = _answer(412, "Versi tus ini tidak kami kenal.", {"Tus-Version": VERSION})
    else:
        try:
            answer = await work(request)
        except Exception as error:
            answer = _refusal(error)
    if not await request.ran_out():
        answer.headers["Connection"] = "close"
    return answer


# --- the addresses ---


@route(["/unggah", "/unggah/{upload_id:str}"], http_method=[HttpMethod.OPTIONS], guards=[public])
async def capabilities() -> Answer:
    """What is spoken here."""
    return _answer(
        204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(LARGEST),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@post("/unggah", guards=[public], request_max_body_size=None)
async def begin(visit: NamedDependency[Visit]) -> Answer:
    """Begin an upload for one document of an application, with its first bytes if they come along."""
    return await _answered(visit, _begun)


async def _begun(request: _Request) -> Answer:
    if request.number("Content-Length") and not request.brings_a_piece:
        raise Unreadable("Content-Type", 415)
    checksum = request.checksum()
    by, now = request.visit.actor, request.visit.now
    upload = await uploads.begin(_ticket(request), by, now)
    place = f"/unggah/{upload.id}"
    if request.brings_a_piece:
        try:
            upload = await _sent(request, upload.id, 0, checksum)
        except Rejected:
            raise
        except BaseException:
            # Its address was never told, so nobody could go on with it.
            await uploads.remove(upload.id, by, now)
            raise
    return _answer(201, headers={"Location": place, **_standing(upload)})


@patch("/unggah/{upload_id:str}", guards=[public], request_max_body_size=None)
async def send(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """The next bytes. After the last one the answer says whether the document was taken."""
    return await _answered(visit, lambda request: _continued(request, upload_id))


async def _continued(request: _Request, upload_id: str) -> Answer:
    if not request.brings_a_piece:
        raise Unreadable("Content-Type", 415)
    offset = request.number("Upload-Offset")
    if offset is None:
        raise Unreadable("Upload-Offset")
    upload = await _sent(request, upload_id, offset, request.checksum())
    return _answer(204, headers=_standing(upload))


async def _sent(request: _Request, upload_id: str, offset: int, checksum: Checksum | None) -> Upload:
    by = request.visit.actor
    upload = await uploads.send(
        upload_id,
        offset,
        request.next_piece,
        by,
        request.visit.now,
        announced=request.number("Content-Length"),
        checksum=checksum,
    )
    # The clock again: the bytes may have been an hour under way.
    return await uploads.finish(upload_id, by, clock.now()) if upload.full else upload


@head("/unggah/{upload_id:str}", guards=[public])
async def look(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Response[None]:
    """From where to go on. As many bytes as the file has means: the document was taken."""
    return await _answered(visit, lambda request: _looked(request, upload_id))


@get("/unggah/{upload_id:str}", guards=[public])
async def outcome(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """The same in words, for who missed the answer to the last byte."""
    return await _answered(visit, lambda request: _looked(request, upload_id))


async def _looked(request: _Request, upload_id: str) -> Answer:
    by, now = request.visit.actor, request.visit.now
    try:
        upload = await uploads.look(upload_id, by, now)
        if upload.full:
            # All bytes are here, but who was to make a document of them was interrupted.
            upload = await uploads.finish(upload_id, by, now)
    except Rejected as no:
        return _answer(410, no.message)
    except (NotNow, NoRoom, DatabaseProblem):
        # Clients begin anew after any other failure of HEAD; what is here must not be sent twice.
        return _answer(423, _BUSY, _LATER)
    ticket = upload.ticket
    if ticket.outcome:
        return _answer(410, ticket.outcome)
    words = "Sedang dikirim." if ticket.outcome is None else "Sudah kami terima."
    headers = {"Upload-Length": str(ticket.length), **_standing(upload)}
    if ticket.metadata:
        headers["Upload-Metadata"] = ticket.metadata
    return _answer(200, words, headers)


@delete("/unggah/{upload_id:str}", status_code=200, guards=[public])
async def end(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """Give an upload up. What was made of a finished one stays; it is taken out on its own page."""
    return await _answered(visit, lambda request: _ended(request, upload_id))


async def _ended(request: _Request, upload_id: str) -> Answer:
    await uploads.remove(upload_id, request.visit.actor, request.visit.now)
    return _answer(204)


_OVERRIDES: dict[str, Callable[[_Request, str], Awaitable[Answer]]] = {
    "PATCH": _continued,
    "HEAD": _looked,
    "DELETE": _ended,
}


@post("/unggah/{upload_id:str}", guards=[public], status_code=200, request_max_body_size=None)
async def overridden(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """For who cannot send PATCH or DELETE: X-HTTP-Method-Override names what is meant."""

    async def work(request: _Request) -> Answer:
        meant = _OVERRIDES.get(request.header("X-HTTP-Method-Override").upper())
        if meant is None:
            raise Unreadable("X-HTTP-Method-Override")
        return await meant(request, upload_id)

    return await _answered(visit, work)


HANDLERS = [capabilities, begin, send, look, outcome, end, overridden]
