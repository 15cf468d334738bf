"""The documents step: sending photos without JavaScript, looking at them, taking them out [R2, P5, P7]."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery

from components import (
    applications,
    casework,
    corrections,
    documents,
    looks,
    multipart,
    office_words,
    receiving,
    village,
)
from components.actors import Actor
from components.applications import Step
from components.multipart import CutShort, Limits, Upload
from components.refusals import Missing, Overtaken, Refused
from components.storage import Incoming
from components.wishes import EDITABLE, on_paper
from models.application import Application
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role, State
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

LIMITS = Limits()
_DRAINED = 2 * LIMITS.body

_DRAWINGS = {
    DocumentKind.OLD_CARD: "c-ktp",
    DocumentKind.FAMILY_CARD: "c-kk",
    DocumentKind.FORM_F102: "c-f",
    DocumentKind.DATA_EVIDENCE: "c-f",
    DocumentKind.POLICE_LETTER: "c-f",
    DocumentKind.AUTHORITY: "c-f",
    DocumentKind.PICKUP_AUTHORITY: "c-f",
}
_NO_FILE = "Belum ada foto. Ambil foto atau pilih dari galeri, lalu tekan Kirim."


async def documents_page(
    visit: Visit, application: Application, no: Refused | None = None, form: Form | None = None
) -> Html:
    """The slots with what was sent; a fault stands in the slot of its document, and everything else stays.

    Of a returned file what has to be mended comes first [P7]; a registrar compares what is new once more [P12].
    """
    listing = await applications.checklist(application)
    returned = application.state == State.RETURNED
    path = f"/permohonan/{application.number}"
    slots = await documents.slots(application)
    again = await village.checks_again(application) if returned and visit.assisting else ()
    mine = Role.APPLICANT in casework.roles_towards(application, visit.actor)
    return visit.page(
        "documents/page.html",
        fragment="documents/_slots.html",
        status=422 if no else 200,
        application=application,
        place=None if returned else listing.place(Step.DOCUMENTS),
        pin=applications.pin_of(application) if mine and not returned else "",
        fresh=False,
        back_to=path if returned else f"{path}/identitas",
        slots=sorted(slots, key=lambda slot: not slot.wanted) if returned else slots,
        # A page that asks after one document has the others.
        only=visit.request.headers.get("HX-Target") if visit.wants_fragment else None,
        returned=returned,
        complete=not listing.documents,
        pictures=_DRAWINGS,
        examples=(DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD),
        reasons=await office_words.reasons(application.office),
        notes=await office_words.notes(application.office),
        checks=[(check, village.CHECK_WORDS[check]) for check in again],
        unticked=no.checks if isinstance(no, village.NotChecked) else frozenset(),
        values=form.values if form else {},
        refused=no,
    )


@get("/permohonan/{number:str}/berkas", guards=[public])
async def show(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Every document on one page, each with its own form."""
    application = await visit.application(number)
    if application.state == State.RETURNED:
        return visit.go(f"/permohonan/{application.number}/perbaikan")
    if application.state not in EDITABLE:
        return visit.go(f"/permohonan/{application.number}")
    return await documents_page(visit, application)


@get(
    ["/permohonan/{number:str}/berkas/{kind:str}", "/permohonan/{number:str}/berkas/{kind:str}/penggantian"],
    guards=[public],
)
async def back_to_slots(visit: NamedDependency[Visit], number: FromPath[str], kind: FromPath[str]) -> Html:
    """A phone that dropped the page while its camera was open asks for the form's address again."""
    application = await visit.application(number)
    return visit.go(f"/permohonan/{application.number}/berkas#{_kind(kind)}")


@post("/permohonan/{number:str}/berkas/{kind:str}", guards=[public], request_max_body_size=None)
async def add(visit: NamedDependency[Visit], number: FromPath[str], kind: FromPath[str]) -> Html:
    """One more page, or several."""
    return await _take(visit, number, kind, replace=False)


@post("/permohonan/{number:str}/berkas/{kind:str}/penggantian", guards=[public], request_max_body_size=None)
async def replace(visit: NamedDependency[Visit], number: FromPath[str], kind: FromPath[str]) -> Html:
    """A new photo instead of what was sent before."""
    return await _take(visit, number, kind, replace=True)


async def _take(visit: Visit, number: str, kind: str, *, replace: bool) -> Html:
    body = Body(visit.request)
    try:
        application = await visit.application(number)
        document = _kind(kind)
        try:
            await take_files(visit, application, document, body, replace=replace)
        except Overtaken:
            raise
        except Refused as no:
            fault = Refused("Foto belum diterima.", {str(document): no.message})
            return await documents_page(visit, application, fault)
    finally:
        # A browser that is still sending does not read the answer.
        await body.drain()
    return visit.go(_back(visit, application, document))


def _back(visit: Visit, application: Application, kind: DocumentKind) -> str:
    """The page that the photo was sent from."""
    if on_paper(application, visit.actor):
        return f"/loket/{application.number}/berkas"
    page = "perbaikan" if application.state == State.RETURNED else "berkas"
    return f"/permohonan/{application.number}/{page}#{kind}"


async def take_files(
    visit: Visit, application: Application, kind: DocumentKind, body: "Body", *, replace: bool
) -> None:
    """The photos of a multipart form become pages of this document. Raises Refused when there is none."""
    await corrections.begin_upload(application, visit.now)
    form = await read_files(visit, application, body)
    if not form.files:
        raise Refused(_NO_FILE)
    await keep_files(visit, application, kind, form, replace=replace)


async def read_files(visit: Visit, application: Application, body: "Body") -> multipart.Form[Incoming]:
    """A multipart form that arrived whole: its fields, and its files for keep_files()."""
    headers = visit.request.headers
    length = headers.get("content-length", "")
    return await multipart.read_form(
        body.pieces(),
        headers.get("content-type", ""),
        int(length) if length.isascii() and length.isdecimal() else None,
        lambda _field, _filename: receiving.open_upload(application),
        LIMITS,
    )


async def keep_files(
    visit: Visit,
    application: Application,
    kind: DocumentKind,
    form: multipart.Form[Incoming],
    *,
    replace: bool,
) -> None:
    """The files of this form become pages of this document; whatever happens, none of them is left lying about."""
    try:
        for n, upload in enumerate(form.files):
            await _keep(visit, application, kind, upload, replace=replace and n == 0)
    finally:
        await forget_files(form)


async def forget_files(form: multipart.Form[Incoming]) -> None:
    """Let go of files that nobody asked for."""
    for upload in form.files:
        await upload.sink.abort()


async def _keep(
    visit: Visit, application: Application, kind: DocumentKind, upload: Upload[Incoming], *, replace: bool
) -> None:
    await receiving.receive_upload(
        application, kind, upload.sink, upload.filename, visit.actor, visit.now, replace=replace
    )


def _kind(text: str) -> DocumentKind:
    try:
        return DocumentKind(text)
    except ValueError:
        raise Missing from None


class Body:
    """The request's body, which may be left half-way and then let run out."""

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        self._stream = request.stream()

    async def pieces(self) -> AsyncIterator[bytes]:
        """What arrives. Raises CutShort when the sender is gone."""
        try:
            async for piece in self._stream:
                yield piece
        except HTTPException:
            raise CutShort from None

    async def drain(self) -> None:
        """Let what is still coming pass by, within reason."""
        passed = 0
        with suppress(HTTPException, RuntimeError):
            async for piece in self._stream:
                passed += len(piece)
                if passed > _DRAINED:
                    return


@route(
    "/permohonan/{number:str}/lembar/{page_id:int}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    guards=[public],
)
async def picture(
    visit: NamedDependency[Visit],
    number: FromPath[str],
    page_id: FromPath[int],
    ukuran: FromQuery[str] = "",
    oleh: FromQuery[str] = "",
) -> Response[bytes]:
    """One page: `?ukuran=kecil` its thumbnail, `layar` (the usual) for the screen, `penuh` as stored.

    Staff get it watermarked, and recorded [P6]. To HEAD nothing is shown, so nothing is recorded. oleh: the officer
    it is for; only with one's own may the browser keep it, or it would show it to the next who signs in.
    """
    application = await visit.application(number)
    seen = await looks.find(application, page_id, _size(ukuran), visit.actor, visit.now)
    content, status = b"", 200
    if seen.etag in _known_tags(visit.request):
        await looks.record(seen, visit.actor, visit.now)
        status = 304
    elif visit.request.method == "GET":
        content = await looks.show(seen, visit.actor, visit.now)
    headers = _picture_headers(seen, f"{application.number}-{page_id}", visit.actor, oleh)
    return Response(content, status_code=status, media_type=seen.media_type, headers=headers)


def _size(text: str) -> looks.Size:
    try:
        return looks.Size(text or looks.Size.SCREEN)
    except ValueError:
        raise Missing from None


def _known_tags(request: Request[Any, Any, Any]) -> set[str]:
    """What the browser says it has; a proxy that compresses weakens a tag."""
    tags = request.headers.get("if-none-match", "").split(",")
    return {tag.strip().removeprefix("W/") for tag in tags}


def _picture_headers(seen: looks.Seen, name: str, by: Actor, named: str) -> dict[str, str]:
    """See docs/decisions/005: how long which picture may stay in whose browser."""
    kept = named == str(by.staff_id) if by.is_staff else seen.size is looks.Size.SMALL
    return {
        "Cache-Control": "private, max-age=300" if kept else "no-store",
        "Vary": "Cookie",
        "ETag": seen.etag,
        "Content-Disposition": f'inline; filename="{name}.{seen.media_type.rpartition("/")[2]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


@post("/permohonan/{number:str}/lembar/{page_id:int}/penghapusan", guards=[public])
async def remove(visit: NamedDependency[Visit], number: FromPath[str], page_id: FromPath[int]) -> Html:
    """Take one page out again."""
    application = await visit.application(number)

    async def work() -> str:
        kind = await documents.remove_page(application, page_id, visit.actor, visit.now)
        return _back(visit, application, kind)

    form = await visit.form()
    try:
        return await visit.once(form, work)
    except (Overtaken, Missing):
        raise
    except Refused as no:
        return await documents_page(visit, application, no)


HANDLERS = [show, back_to_slots, add, replace, picture, remove]
