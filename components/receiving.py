"""Taking in what people send as documents: a photo, a PDF, by whichever way it came [R2, P5, P7]."""

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from components import casework, pages, pictures
from components.actors import Actor
from components.kit import kit
from components.logs import redact
from components.multipart import SHOWN_NAME, clean_filename
from components.refusals import Missing, Overtaken, Refused
from components.storage import Incoming, StoredFile
from components.wishes import on_paper, refuse_unless_takes_photos, requirements
from components.words import ukuran
from models.application import Application, Document, Page
from models.db import lock, transaction
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role, State

log = logging.getLogger("loket.documents")

MOST_PAGES = 6
"""Of one document."""
MOST_BYTES = 25 * 1000 * 1000
"""Of all pages of an application as stored, and of one file as sent."""


@dataclass(frozen=True)
class _Came:
    """How a file came: under which name, its digest and bytes, and what its sender knew (see receive())."""

    name: str
    sha256: str
    size: int
    noticed: tuple[str, ...] | None


@dataclass(frozen=True)
class _Made:
    """A page on its way: measured, and stored twice."""

    page: pictures.Page
    sha256: str
    blob: StoredFile
    thumbnail: StoredFile


async def receive(
    application: Application,
    kind: DocumentKind,
    data: bytes,
    filename: str,
    by: Actor,
    now: datetime,
    *,
    replace: bool = False,
    noticed: tuple[str, ...] | None = None,
) -> Document:
    """Add what was sent to a document: a photo is one page, a PDF yields all of its pages [R2, P5].

    The same photo again changes nothing. replace: instead of the pages there are; so is the first page after a
    document was found not to fit [P7]. noticed: flags that the sender was told of, who then said that it can be
    read; None when nobody was asked. Raises Refused with the document's kind as field: unreadable, more than
    6 pages, more than 25 MB in all, or a document that needs no other; as NoRoom, ReaderBusy and ReaderDown when
    the fault is ours and passes.
    """
    _refuse_unless_wanted(application, kind, by)
    try:
        if await _is_there(application, kind, hashlib.sha256(data).hexdigest()):
            return await pages.document(application, kind)
        kit().store.ensure_room(len(data))
        reading = await pictures.read_document(data)
        if len(reading.pages) > MOST_PAGES:
            raise Refused(f"Paling banyak {MOST_PAGES} halaman. Kirim hanya halaman yang diminta.")
        made = await _store(application, reading)
    except Refused as no:
        if isinstance(no, pictures.ReaderDown):
            log.exception("the picture reader is down")
        no.fields = {str(kind): no.message}
        raise
    try:
        came = _Came(_kept_name(filename), reading.sha256, len(data), noticed)
        document, unused = await _take(application, kind, made, came, by, now, replace=replace)
    except BaseException:
        await pages.remove_files(_files(made))
        raise
    pages.remove_after_commit(unused)
    return document


def _refuse_unless_wanted(application: Application, kind: DocumentKind, by: Actor) -> None:
    """Of the applicant while the file is open; a written authority at the counter, once there is a card."""
    if kind is not DocumentKind.PICKUP_AUTHORITY:
        refuse_unless_takes_photos(application, by)
        if kind not in requirements(application):
            raise Missing
    elif Role.COUNTER not in casework.roles_towards(application, by):
        raise Missing
    elif application.state not in (State.PRINTED, State.READY):
        raise Overtaken("Surat kuasa difoto setelah KTP-el tercetak. Muat ulang, lalu lihat langkahnya.")


def open_upload(application: Application) -> Incoming:
    """Where a file is kept, sealed, while it arrives; receive_upload() takes it over."""
    return kit().store.open_incoming(_upload_owner(application))


async def receive_upload(
    application: Application,
    kind: DocumentKind,
    upload: Incoming,
    filename: str,
    by: Actor,
    now: datetime,
    *,
    replace: bool = False,
) -> Document:
    """As receive(), for a file that came through open_upload(): few are in memory at once, however many arrive.

    Raises NoRoom when its last bytes found none.
    """
    stored = await upload.finish()
    try:
        async with few_at_once():
            data = await kit().store.get(stored.id, stored.wrapped_key, _upload_owner(application))
            return await receive(application, kind, data, filename, by, now, replace=replace)
    finally:
        await pages.remove_files([stored.id])


def _upload_owner(application: Application) -> str:
    return f"upload:{application.number}"


_opened_at_once: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def few_at_once() -> asyncio.Semaphore:
    """As many whole files in memory as there are processes that open them, by whichever way they came."""
    loop = asyncio.get_running_loop()
    return _opened_at_once.setdefault(loop, asyncio.Semaphore(pictures.CHILDREN))


def _kept_name(filename: str) -> str:
    """What a file is remembered by: people name photos after themselves, with NIK or phone number in it."""
    return redact(clean_filename(filename))[:SHOWN_NAME]


async def _store(application: Application, reading: pictures.Reading) -> list[_Made]:
    """Both pictures of each page sealed on disk; on failure none is left."""
    store, owner = kit().store, pages.owner(application)
    made: list[_Made] = []
    try:
        for number, page in enumerate(reading.pages):
            # Each page of a PDF gets a fingerprint of its own; of a photo it is that of the file.
            own = (
                hashlib.sha256(f"{reading.sha256}:{number}".encode()).hexdigest()
                if number
                else reading.sha256
            )
            blob = await store.put(page.jpeg, owner)
            made.append(_Made(page, own, blob, blob))
            made[-1] = _Made(page, own, blob, await store.put(page.thumbnail, owner))
    except BaseException:
        await pages.remove_files(_files(made))
        raise
    return made


_NOT_JUDGED: dict[Any, Any] = {
    Document.verdict: "waiting",
    Document.reasons: "[]",
    Document.note: "",
    Document.judged_by: None,
    Document.judged_at: None,
}


async def _take(
    application: Application,
    kind: DocumentKind,
    made: list[_Made],
    came: _Came,
    by: Actor,
    now: datetime,
    *,
    replace: bool,
) -> tuple[Document, list[str]]:
    """Write the rows. Returns the document and the files that nothing refers to any more."""
    async with transaction():
        fresh = await lock(Application.objects()).where(Application.id == application.id).first()
        if fresh is None:
            raise Missing
        _refuse_unless_wanted(fresh, kind, by)
        if await _is_there(fresh, kind, made[0].sha256):
            return await pages.document(fresh, kind), _files(made)
        document = await pages.document(fresh, kind)
        paper = on_paper(fresh, by)
        if not paper:
            _refuse_settled(fresh, document)
        old = (await pages.live([document.id])).get(document.id, [])
        unused: list[str] = []
        if replace or (document.verdict == "rejected" and not paper):
            unused = await _put_aside(fresh, old, now)
            old = []
        await _refuse_too_much(fresh, kind, len(old), made)
        last = max((page.position for page in old), default=0)
        await Page.insert(
            *[_row(document, last + n, item, came, now) for n, item in enumerate(made, start=1)]
        )
        # What was found of the paper itself stays; a photo sent instead of one has not been looked at yet.
        anew: dict[Any, Any] = {} if paper else _NOT_JUDGED
        await Document.update({**anew, Document.received_at: now}).where(Document.id == document.id)
        await Application.update({Application.touched_at: now}).where(Application.id == fresh.id)
        await casework.note(fresh, "upload", by, now, details={"document": str(kind), "pages": len(made)})
        return await pages.document(fresh, kind), unused


def _row(document: Document, position: int, item: _Made, came: _Came, now: datetime) -> Page:
    return Page(
        document=document.id,
        position=position,
        blob=item.blob.id,
        blob_key=item.blob.wrapped_key,
        thumbnail=item.thumbnail.id,
        thumbnail_key=item.thumbnail.wrapped_key,
        sha256=item.sha256,
        width=item.page.width,
        height=item.page.height,
        size=item.blob.size,
        sent=came.size if item.sha256 == came.sha256 else 0,
        original_name=came.name,
        flags=json.dumps(list(dict.fromkeys([*item.page.flags, *(came.noticed or ())]))),
        confirmed=came.noticed is not None,
        received_at=now,
    )


async def _is_there(application: Application, kind: DocumentKind, sha256: str) -> bool:
    """Whether this very file is among the pages that count.

    Raises Refused when it is one of those that were found not to fit: sending it again would not help [P7].
    """
    row = await Document.objects().where(pages.of(application, kind)).first()
    if row is None:
        return False
    live = (await pages.live([row.id])).get(row.id, [])
    if not any(page.sha256 == sha256 for page in live):
        return False
    if row.verdict == "rejected":
        words = "Ini foto yang sama dengan yang perlu diganti. Foto ulang dulu, lalu kirim."
        raise Refused(words, {str(kind): words})
    return True


def _refuse_settled(application: Application, document: Document) -> None:
    if application.state == State.RETURNED and document.verdict == "accepted":
        words = "Dokumen ini sudah benar. Tidak perlu dikirim lagi."
        raise Refused(words, {str(document.kind): words})


async def _refuse_too_much(
    application: Application, kind: DocumentKind, there: int, made: list[_Made]
) -> None:
    if there + len(made) > MOST_PAGES:
        words = f"Paling banyak {MOST_PAGES} halaman untuk satu dokumen. Hapus dulu yang tidak perlu."
        raise Refused(words, {str(kind): words})
    rows = await Page.select(Page.size).where(
        (Page.document.application == application.id) & Page.replaced_at.is_null() & (Page.blob != "")
    )
    if sum(row["size"] for row in rows) + sum(item.blob.size for item in made) > MOST_BYTES:
        words = f"Semua foto bersama-sama lebih dari {ukuran(MOST_BYTES)}. Hapus dulu yang tidak perlu."
        raise Refused(words, {str(kind): words})


async def _put_aside(application: Application, old: list[Page], now: datetime) -> list[str]:
    """Let pages count no more. Of a draft they go altogether; their files are returned, to be removed."""
    ids = [page.id for page in old]
    if not ids:
        return []
    if application.state == State.DRAFT:
        await Page.delete().where(Page.id.is_in(ids))
        return [file for page in old for file in (page.blob, page.thumbnail)]
    await Page.update({Page.replaced_at: now}).where(Page.id.is_in(ids))
    return []


def _files(made: list[_Made]) -> list[str]:
    return [file.id for item in made for file in (item.blob, item.thumbnail)]
