"""What tus 1.0.0 makes of HTTP: requests read strictly, bodies as they come, refusals with the protocol's codes."""

import base64
import binascii
from asyncio import timeout
from collections.abc import Awaitable, Callable, Mapping
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any

from litestar import Response
from litestar.enums import MediaType
from litestar.types import Receive

from components.inflow import ALGORITHMS, Checksum, LineCut, Stalled, TooLong, WrongSum
from components.refusals import Missing, Overtaken, Refused
from components.storage import NoRoom
from components.turns import MadeWay
from components.uploads import LARGEST, Conflict, NotNow, Rejected, Upload
from components.words import ukuran
from models.db import DatabaseFull, DatabaseProblem
from routes.origins import Headers
from routes.visit import Visit

Answer = Response[Any]

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
_RESUMABLE = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
_DRAINED = 64 * 1024
_DRAINED_AGAIN = 2 * 1024
_DRAIN_SECONDS = 2.0

BUSY = "Sistem sedang sibuk. Yang sudah terkirim tetap aman. Coba lagi sebentar lagi."
LATER = MappingProxyType({"Retry-After": "10"})


class Unreadable(Exception):
    """A header is missing or does not make sense. status: 400 or 415."""

    def __init__(self, what: str, status: int = 400) -> None:
        super().__init__(what)
        self.status = status


class Request:
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
        """inflow.Source. Not Litestar's stream(): that one ends for good when it is cancelled once."""
        if self._over:
            return None
        message = await self._receive()
        if message["type"] != "http.request":
            self._over = True
            raise LineCut
        self._over = not message.get("more_body", False)
        return message.get("body", b"")

    async def ran_out(self, most: int) -> bool:
        """Whether the whole body was read. One of at most so many bytes is read now: who still sends does not hear
        the answer. Of one announced as longer, nothing more is."""
        length = self.header("Content-Length")
        announced = int(length) if length.isascii() and length.isdecimal() else 0
        if not (announced or self.header("Transfer-Encoding")):
            return True
        if announced > most:
            return self._over
        left = most
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


def metadata(raw: str) -> dict[str, str]:
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


def answer(status: int, words: str = "", headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
    """One plain sentence, and the headers every answer carries."""
    return Response(
        content=words or None,
        status_code=status,
        media_type=MediaType.TEXT,
        headers={**_RESUMABLE, **headers},
    )


def standing(upload: Upload) -> dict[str, str]:
    """Where an upload stands, as headers; until when, while it is under way."""
    headers = {"Upload-Offset": str(upload.offset)}
    if upload.ticket.outcome is None:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return headers


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
    (DatabaseFull, 507, BUSY),
    (DatabaseProblem, 503, BUSY),
    (NotNow, 503, ""),
    (Rejected, 422, ""),
    (Overtaken, 422, ""),
    (Refused, 403, ""),
)
"""What tus has for each way to fail; the first that fits. Without words the failure brings its own."""


def _refusal(error: Exception) -> Answer:
    """Raises the error again when it is not one that was foreseen."""
    if isinstance(error, Unreadable):
        return answer(error.status, f"Permintaan ini tidak terbaca: {error}.")
    for kind, status, words in _STATUSES:
        if isinstance(error, kind):
            headers = LATER if status > 500 else {}
            if isinstance(error, Conflict):
                headers = {"Upload-Offset": str(error.offset)}
            return answer(status, words or getattr(error, "message", ""), headers)
    raise error


async def answered(visit: Visit, work: Callable[[Request], Awaitable[Answer]]) -> Answer:
    """Do the work of a request in the one version that is spoken here, and say how it ended."""
    request = Request(visit)
    if request.header("Tus-Resumable") != VERSION:
        reply = answer(412, "Versi tus ini tidak kami kenal.", {"Tus-Version": VERSION})
    else:
        try:
            reply = await work(request)
        except Exception as error:
            reply = _refusal(error)
    # A browser repeats by itself what a reset cut off, with its old offset: that piece must not cross again.
    if not await request.ran_out(_DRAINED_AGAIN if reply.status_code == 409 else _DRAINED):
        reply.headers["Connection"] = "close"
    return reply
