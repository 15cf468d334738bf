"""Resumable uploads for pages and programs: tus 1.0.0 under /unggah [P5, P7]. See docs/uploads.md.

Core, creation, creation-with-upload, termination, expiration and checksum. Bodies are read as they come, never
parsed and never held; answers are one plain sentence.
"""

from collections.abc import Awaitable, Callable

from litestar import Response, delete, get, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath

from components import clock, uploads
from components.inflow import ALGORITHMS, Checksum
from components.refusals import Missing
from components.storage import NoRoom
from components.uploads import LARGEST, NOTICEABLE, NotNow, Rejected, Ticket, Upload
from models.db import DatabaseProblem
from models.rules.catalogue import DocumentKind
from routes.guards import public
from routes.tus import (
    BUSY,
    LATER,
    VERSION,
    Answer,
    Request,
    Unreadable,
    answer,
    answered,
    metadata,
    standing,
)
from routes.visit import Visit

EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"


@route(["/unggah", "/unggah/{upload_id:str}"], http_method=[HttpMethod.OPTIONS], guards=[public])
async def capabilities() -> Answer:
    """What is spoken here."""
    return answer(
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
    return await answered(visit, _begun)


def _ticket(request: Request) -> Ticket:
    length = request.number("Upload-Length")
    if length is None:
        raise Unreadable("Upload-Length")
    raw = request.header("Upload-Metadata")
    said = metadata(raw)
    try:
        kind = DocumentKind(said.get("kind", ""))
    except ValueError:
        raise Missing from None
    return Ticket(
        said.get("number", ""),
        kind,
        length,
        said.get("filename", ""),
        "replace" in said,
        metadata=raw,
        noticed=_noticed(said.get("noticed")),
    )


def _noticed(told: str | None) -> tuple[str, ...] | None:
    """The codes that are known, each once; what else is said there is for another release."""
    return None if told is None else tuple(code for code in NOTICEABLE if code in told.split())


async def _begun(request: Request) -> Answer:
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
    return answer(201, headers={"Location": place, **standing(upload)})


@patch("/unggah/{upload_id:str}", guards=[public], request_max_body_size=None)
async def send(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """The next bytes. After the last one the answer says whether the document was taken."""
    return await answered(visit, lambda request: _continued(request, upload_id))


async def _continued(request: Request, upload_id: str) -> Answer:
    if not request.brings_a_piece:
        raise Unreadable("Content-Type", 415)
    offset = request.number("Upload-Offset")
    if offset is None:
        raise Unreadable("Upload-Offset")
    upload = await _sent(request, upload_id, offset, request.checksum())
    return answer(204, headers=standing(upload))


async def _sent(request: Request, upload_id: str, offset: int, checksum: Checksum | None) -> Upload:
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
    return await answered(visit, lambda request: _looked(request, upload_id))


@get("/unggah/{upload_id:str}", guards=[public])
async def outcome(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """The same in words, for who missed the answer to the last byte."""
    return await answered(visit, lambda request: _looked(request, upload_id))


async def _looked(request: Request, upload_id: str) -> Answer:
    by, now = request.visit.actor, request.visit.now
    try:
        upload = await uploads.look(upload_id, by, now)
        if upload.full:
            # All bytes are here, but who was to make a document of them was interrupted.
            upload = await uploads.finish(upload_id, by, now)
    except Rejected as no:
        return answer(410, no.message)
    except (NotNow, NoRoom, DatabaseProblem):
        # Clients begin anew after any other failure of HEAD; what is here must not be sent twice.
        return answer(423, BUSY, LATER)
    ticket = upload.ticket
    if ticket.outcome:
        return answer(410, ticket.outcome)
    words = "Sedang dikirim." if ticket.outcome is None else "Sudah kami terima."
    headers = {"Upload-Length": str(ticket.length), **standing(upload)}
    if ticket.metadata:
        headers["Upload-Metadata"] = ticket.metadata
    return answer(200, words, headers)


@delete("/unggah/{upload_id:str}", status_code=200, guards=[public])
async def end(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """Give an upload up; what came of it meanwhile is taken out again."""
    return await answered(visit, lambda request: _ended(request, upload_id))


async def _ended(request: Request, upload_id: str) -> Answer:
    await uploads.remove(upload_id, request.visit.actor, request.visit.now)
    return answer(204)


_OVERRIDES: dict[str, Callable[[Request, str], Awaitable[Answer]]] = {
    "PATCH": _continued,
    "HEAD": _looked,
    "DELETE": _ended,
}


@post("/unggah/{upload_id:str}", guards=[public], status_code=200, request_max_body_size=None)
async def overridden(visit: NamedDependency[Visit], upload_id: FromPath[str]) -> Answer:
    """For who cannot send PATCH or DELETE: X-HTTP-Method-Override names what is meant."""

    async def work(request: Request) -> Answer:
        meant = _OVERRIDES.get(request.header("X-HTTP-Method-Override").upper())
        if meant is None:
            raise Unreadable("X-HTTP-Method-Override")
        return await meant(request, upload_id)

    return await answered(visit, work)


HANDLERS = [capabilities, begin, send, look, outcome, end, overridden]
