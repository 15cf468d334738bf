"""The documents of an application: taking pages in, showing them, removing them [R2, P5, P7, P12].

A document is one or more pages. Every page is a picture made anew and its thumbnail, sealed in the store. While
a draft, what is taken out is gone; after that, replaced pages stay for the officer to compare.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from piccolo.columns.combination import And

from components import casework, pictures
from components.actors import SYSTEM, Actor
from components.founding import office_card
from components.kit import kit
from components.logs import redact
from components.multipart import SHOWN_NAME, clean_filename
from components.refusals import Missing, Refused
from components.storage import Damaged, FileGone, Incoming, NoRoom, StoredFile
from components.wishes import refuse_unless_open, requirements
from components.words import tanggal_surat, ukuran
from models.application import Application, Document, Page
from models.db import after_commit, lock, transaction
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import State

log = logging.getLogger("loket.documents")

MOST_PAGES = 6
"""Of one document."""
MOST_BYTES = 25 * 1000 * 1000
"""Of all pages of an application as stored, and of one file as sent."""


@dataclass(frozen=True)
class PageView:
    """One page that counts.

    size: bytes as stored; sent: of the file as it came, 0 when unknown. flags: of blurred, dark, glare, small.
    confirmed: the sender saw it large and said that it can be read.
    """

    id: int
    width: int
    height: int
    size: int
    flags: tuple[str, ...]
    received_at: datetime
    sent: int = 0
    confirmed: bool = False


@dataclass(frozen=True)
class Slot:
    """The place of one required document. verdict: waiting, accepted or rejected; reasons and note: why."""

    kind: DocumentKind
    verdict: str = "waiting"
    reasons: tuple[RejectReason, ...] = ()
    note: str = ""
    pages: tuple[PageView, ...] = ()
    received_at: datetime | None = None

    @property
    def wanted(self) -> bool:
        """Whether something is still to be sent here."""
        return not self.pages or self.verdict == "rejected"

    @property
    def flags(self) -> tuple[str, ...]:
        """What the measurement says of any page, each once; a hint, never a verdict."""
        return tuple(dict.fromkeys(flag for page in self.pages for flag in page.flags))

    @property
    def confirmed(self) -> bool:
        """Whether the sender said of every page that it can be read."""
        return all(page.confirmed for page in self.pages)


# --- looking ---


async def slots(application: Application) -> tuple[Slot, ...]:
    """One slot per required document, in the order of asking, with the pages that count."""
    rows = await Document.objects().where(Document.application == application.id)
    by_kind = {DocumentKind(row.kind): row for row in rows}
    pages = await _live_pages([row.id for row in rows])
    return tuple(_slot(kind, by_kind.get(kind), pages) for kind in requirements(application))


def _slot(kind: DocumentKind, row: Document | None, pages: dict[int, list[Page]]) -> Slot:
    if row is None:
        return Slot(kind)
    rejected = row.verdict == "rejected"
    return Slot(
        kind,
        row.verdict,
        tuple(RejectReason(reason) for reason in json.loads(row.reasons)) if rejected else (),
        row.note if rejected else "",
        tuple(
            PageView(
                page.id,
                page.width,
                page.height,
                page.size,
                tuple(json.loads(page.flags)),
                page.received_at,
                page.sent,
                page.confirmed,
            )
            for page in pages.get(row.id, [])
        ),
        row.received_at,
    )


async def _live_pages(document_ids: list[int]) -> dict[int, list[Page]]:
    """Pages that were neither replaced nor removed, by document, in order."""
    found: dict[int, list[Page]] = {}
    if document_ids:
        live = Page.document.is_in(document_ids) & Page.replaced_at.is_null() & (Page.blob != "")
        for page in await Page.objects().where(live).order_by(Page.position, Page.id):
            found.setdefault(page.document, []).append(page)
    return found


async def picture(
    application: Application, page_id: int, by: Actor, now: datetime, *, thumbnail: bool = False
) -> bytes:
    """The JPEG of one page, replaced ones included. Raises Missing for a page of another application.

    A look by staff is recorded before the bytes go out, and the picture they get is watermarked [P6]; a
    thumbnail is too small to read and is neither.
    """
    if not casework.may_see(application, by):
        raise Missing
    page = (
        await Page.objects()
        .where((Page.id == page_id) & (Page.document.application == application.id) & (Page.blob != ""))
        .first()
    )
    if page is None:
        raise Missing
    if thumbnail:
        return await _read(application, page.thumbnail, page.thumbnail_key)
    if not by.is_staff:
        return await _read(application, page.blob, page.blob_key)
    await casework.note(application, "look", by, now, details={"page": page.id})
    mark = f"Hanya untuk permohonan KTP-el {office_card().name} {application.number} {tanggal_surat(now)}"
    return await pictures.watermark(await _read(application, page.blob, page.blob_key), mark)


async def _read(application: Application, blob: str, key: bytes) -> bytes:
    try:
        return await kit().store.get(blob, key, _owner(application))
    except (FileGone, Damaged):
        log.exception("a page of application %d cannot be read", application.id)
        raise Refused("Foto ini rusak di penyimpanan kami. Mohon dikirim lagi.") from None


def _owner(application: Application) -> str:
    return f"application:{application.number}"


# --- taking in ---


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
    6 pages, more than 25 MB in all, no room, or a document that needs no other.
    """
    refuse_unless_open(application, by)
    if kind not in requirements(application):
        raise Missing
    try:
        if await _is_there(application, kind, hashlib.sha256(data).hexdigest()):
            return await _document(application, kind)
        kit().store.ensure_room(len(data))
        reading = await pictures.read_document(data)
        if len(reading.pages) > MOST_PAGES:
            raise Refused(f"Paling banyak {MOST_PAGES} halaman. Kirim hanya halaman yang diminta.")
        made = await _store(application, reading)
    except NoRoom as full:
        raise Refused(full.message, {str(kind): full.message}) from full
    except pictures.ReaderDown:
        log.exception("the picture reader is down")
        words = "Ada gangguan di sistem kami, bukan di HP Anda. Coba kirim lagi 5 menit lagi."
        raise Refused(words, {str(kind): words}) from None
    except Refused as no:
        raise Refused(no.message, {str(kind): no.message}) from no
    try:
        came = _Came(_kept_name(filename), reading.sha256, len(data), noticed)
        document, unused = await _take(application, kind, made, came, by, now, replace=replace)
    except BaseException:
        await _remove_files(_files(made))
        raise
    _remove_after_commit(unused)
    return document


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
    """As receive(), for a file that came through open_upload(): few are in memory at once, however many arrive."""
    try:
        stored = await upload.finish()
    except NoRoom as full:
        raise Refused(full.message, {str(kind): full.message}) from full
    try:
        async with few_at_once():
            data = await kit().store.get(stored.id, stored.wrapped_key, _upload_owner(application))
            return await receive(application, kind, data, filename, by, now, replace=replace)
    finally:
        await _remove_files([stored.id])


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
    store, owner = kit().store, _owner(application)
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
        await _remove_files(_files(made))
        raise
    return made


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
        refuse_unless_open(fresh, by)
        if await _is_there(fresh, kind, made[0].sha256):
            return await _document(fresh, kind), _files(made)
        document = await _document(fresh, kind)
        _refuse_settled(fresh, document)
        old = (await _live_pages([document.id])).get(document.id, [])
        unused: list[str] = []
        if replace or document.verdict == "rejected":
            unused = await _put_aside(fresh, old, now)
            old = []
        await _refuse_too_much(fresh, kind, len(old), made)
        last = max((page.position for page in old), default=0)
        await Page.insert(
            *[_row(document, last + n, item, came, now) for n, item in enumerate(made, start=1)]
        )
        await Document.update(
            {
                Document.verdict: "waiting",
                Document.reasons: "[]",
                Document.note: "",
                Document.judged_by: None,
                Document.judged_at: None,
                Document.received_at: now,
            }
        ).where(Document.id == document.id)
        await Application.update({Application.touched_at: now}).where(Application.id == fresh.id)
        await casework.note(fresh, "upload", by, now, details={"document": str(kind), "pages": len(made)})
        return await _document(fresh, kind), unused


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
    row = await Document.objects().where(_of(application, kind)).first()
    if row is None:
        return False
    pages = (await _live_pages([row.id])).get(row.id, [])
    if not any(page.sha256 == sha256 for page in pages):
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


async def _document(application: Application, kind: DocumentKind) -> Document:
    """The document's row, made when there is none yet. The application must be locked by who may make one."""
    row = await Document.objects().where(_of(application, kind)).first()
    if row is None:
        row = Document(application=application.id, kind=str(kind))
        await row.save()
    return row


def _of(application: Application, kind: DocumentKind) -> And:
    return (Document.application == application.id) & (Document.kind == str(kind))


# --- taking out ---


async def remove_page(application: Application, page_id: int, by: Actor, now: datetime) -> DocumentKind:
    """Take one page out again; of which document, is returned. Raises Missing, or Refused once it was judged."""
    refuse_unless_open(application, by)
    async with transaction():
        fresh = await lock(Application.objects()).where(Application.id == application.id).first()
        if fresh is None:
            raise Missing
        refuse_unless_open(fresh, by)
        page = (
            await Page.objects(Page.document)
            .where(
                (Page.id == page_id)
                & (Page.document.application == fresh.id)
                & Page.replaced_at.is_null()
                & (Page.blob != "")
            )
            .first()
        )
        if page is None:
            raise Missing
        document: Document = page.document
        kind = DocumentKind(document.kind)
        if document.verdict != "waiting":
            words = "Foto ini sudah dinilai petugas. Kirim foto baru jika perlu diganti."
            raise Refused(words, {str(kind): words})
        files = [page.blob, page.thumbnail]
        await Page.delete().where(Page.id == page.id)
        await Application.update({Application.touched_at: now}).where(Application.id == fresh.id)
        await casework.note(fresh, "remove_page", by, now, details={"document": str(kind)})
        _remove_after_commit(files)
    return kind


async def _put_aside(application: Application, pages: list[Page], now: datetime) -> list[str]:
    """Let pages count no more. Of a draft they go altogether; their files are returned, to be removed."""
    ids = [page.id for page in pages]
    if not ids:
        return []
    if application.state == State.DRAFT:
        await Page.delete().where(Page.id.is_in(ids))
        return [file for page in pages for file in (page.blob, page.thumbnail)]
    await Page.update({Page.replaced_at: now}).where(Page.id.is_in(ids))
    return []


async def remove_scans(application: Application, now: datetime) -> int:
    """Remove every scan of an application for good, replaced ones too; how many pages. Repeatable.

    The rows stay, so that it is known what was there. The caller sees to it that the time has come.
    """
    async with transaction():
        pages = await Page.objects().where((Page.document.application == application.id) & (Page.blob != ""))
        files = [file for page in pages for file in (page.blob, page.thumbnail)]
        if pages:
            gone: dict[Any, Any] = {
                **dict.fromkeys((Page.blob, Page.thumbnail, Page.original_name), ""),
                **dict.fromkeys((Page.blob_key, Page.thumbnail_key), b""),
            }
            await Page.update(gone).where(Page.id.is_in([page.id for page in pages]))
            await casework.note(application, "scans_removed", SYSTEM, now, details={"pages": len(pages)})
        await Application.update({Application.scans_removed_at: now}).where(Application.id == application.id)
        _remove_after_commit(files)
    return len(pages)


async def copy_fitting(source: Application, target: Application, now: datetime) -> None:
    """Give a fresh draft the documents of a lapsed application that were found right or not looked at [P7].

    The scans are sealed anew, for they open only for the application they belong to.
    """
    for row in await Document.objects().where(Document.application == source.id):
        if row.verdict == "rejected":
            continue
        pages = (await _live_pages([row.id])).get(row.id, [])
        async with transaction():
            document = await _document(target, DocumentKind(row.kind))
            await Document.update({Document.received_at: now}).where(Document.id == document.id)
            for page in pages:
                await Page.insert(await _copied(page, document, source, target, now))


async def _copied(
    page: Page, document: Document, source: Application, target: Application, now: datetime
) -> Page:
    store = kit().store
    blob = await store.put(await _read(source, page.blob, page.blob_key), _owner(target))
    thumbnail = await store.put(await _read(source, page.thumbnail, page.thumbnail_key), _owner(target))
    return Page(
        document=document.id,
        position=page.position,
        blob=blob.id,
        blob_key=blob.wrapped_key,
        thumbnail=thumbnail.id,
        thumbnail_key=thumbnail.wrapped_key,
        sha256=page.sha256,
        width=page.width,
        height=page.height,
        size=page.size,
        sent=page.sent,
        original_name=page.original_name,
        flags=page.flags,
        confirmed=page.confirmed,
        received_at=now,
    )


def _files(made: list[_Made]) -> list[str]:
    return [file.id for item in made for file in (item.blob, item.thumbnail)]


_removals: set[asyncio.Task[None]] = set()


def _remove_after_commit(files: Iterable[str]) -> None:
    """Remove files once no row refers to them for good; a transaction that is undone keeps them."""
    wanted = list(files)

    def begin() -> None:
        task = asyncio.get_running_loop().create_task(_remove_files(wanted))
        _removals.add(task)
        task.add_done_callback(_removals.discard)

    if wanted:
        after_commit(begin)


async def settled() -> None:
    """Wait until every removal that has begun is done."""
    await asyncio.gather(*_removals)


async def _remove_files(files: Iterable[str]) -> None:
    """What cannot be removed now is found by the sweep, for no row refers to it."""
    for file in files:
        try:
            await kit().store.delete(file)
        except (OSError, FileGone):
            log.exception("a file of the store could not be removed")
