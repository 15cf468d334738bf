"""The documents of an application as they stand, taking them out, and handing them on [R2, P5, P7, P12].

A document is one or more pages. Every page is a picture made anew and its thumbnail, sealed in the store. While
a draft, what is taken out is gone; after that, replaced pages stay for the officer to compare. How they come in is
in receiving.py, how they are looked at in looks.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from components import casework, pages
from components.actors import SYSTEM, Actor
from components.kit import kit
from components.refusals import Missing, Refused
from components.wishes import on_paper, refuse_unless_takes_photos, requirements
from models.application import Application, Document, Page
from models.db import Prepared, lock, transaction
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import Role

Corners = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class PageView:
    """One page that counts.

    size: bytes as stored; sent: of the file as it came, 0 when unknown. flags: of blurred, dark, glare, small.
    confirmed: the sender saw it large and said that it can be read. turn: degrees clockwise an officer turned it;
    corners: where an officer marked the document, "x y" four times from the top left, in parts of width and height.
    """

    id: int
    width: int
    height: int
    size: int
    flags: tuple[str, ...]
    received_at: datetime
    sent: int = 0
    confirmed: bool = False
    turn: int = 0
    corners: str = ""


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


_OF_APPLICATION = Prepared(
    lambda application: Document.select(*Document.all_columns()).where(Document.application == application)
)


async def slots(application: Application) -> tuple[Slot, ...]:
    """One slot per required document, in the order of asking, with the pages that count."""
    rows = await _OF_APPLICATION.objects(Document, application.id)
    by_kind = {DocumentKind(row.kind): row for row in rows}
    live = await pages.live_of(application)
    return tuple(_slot(kind, by_kind.get(kind), live) for kind in requirements(application))


def _slot(kind: DocumentKind, row: Document | None, live: dict[int, list[Page]]) -> Slot:
    if row is None:
        return Slot(kind)
    rejected = row.verdict == "rejected"
    return Slot(
        kind,
        row.verdict,
        tuple(RejectReason(reason) for reason in json.loads(row.reasons)) if rejected else (),
        row.note if rejected else "",
        tuple(_view(page) for page in live.get(row.id, [])),
        row.received_at,
    )


def _view(page: Page) -> PageView:
    return PageView(
        page.id,
        page.width,
        page.height,
        page.size,
        tuple(json.loads(page.flags)),
        page.received_at,
        page.sent,
        page.confirmed,
        page.turn,
        page.corners,
    )


_REPLACED = Prepared(
    lambda application: (
        Page.select(*Page.all_columns(), Page.document.kind.as_alias("kind"))
        .where(
            (Page.document.application == application) & Page.replaced_at.is_not_null() & (Page.blob != "")
        )
        .order_by(Page.id, ascending=False)
    )
)


async def replaced(application: Application) -> dict[DocumentKind, tuple[PageView, ...]]:
    """Per document the pages that were replaced and are still kept, newest first: for the officer to compare [P7]."""
    found: dict[DocumentKind, tuple[PageView, ...]] = {}
    for row in await _REPLACED.rows(application.id):
        kind = DocumentKind(row.pop("kind"))
        found[kind] = (*found.get(kind, ()), _view(Page(**row)))
    return found


async def lay(application: Application, page_id: int, turn: int, corners: Corners, by: Actor) -> None:
    """Remember how a page lies for reading; the picture itself is never touched.

    turn: degrees clockwise, a multiple of 90. corners: none, or four from the top left clockwise, in parts of
    width and height. Raises Refused for anything else, Missing for a page of another application.
    """
    if not by.holds(Role.OPERATOR, Role.COUNTER) or not casework.may_see(application, by):
        raise Missing
    if (
        turn % 90
        or len(corners) not in (0, 4)
        or any(not 0 <= part <= 1 for point in corners for part in point)
    ):
        raise Refused("Tandai keempat sudut dokumen, lalu simpan lagi.")
    known = await Page.exists().where((Page.id == page_id) & (Page.document.application == application.id))
    if not known:
        raise Missing
    marks = " ".join(f"{part:.4f}" for point in corners for part in point)
    await Page.update({Page.turn: turn % 360, Page.corners: marks}).where(Page.id == page_id)


async def remove_page(application: Application, page_id: int, by: Actor, now: datetime) -> DocumentKind:
    """Take one page out again; of which document, is returned. Raises Missing, or Refused once it was judged."""
    refuse_unless_takes_photos(application, by)
    async with transaction():
        fresh = await lock(Application.objects()).where(Application.id == application.id).first()
        if fresh is None:
            raise Missing
        refuse_unless_takes_photos(fresh, by)
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
        if document.verdict != "waiting" and not on_paper(fresh, by):
            words = "Foto ini sudah dinilai petugas. Kirim foto baru jika perlu diganti."
            raise Refused(words, {str(kind): words})
        files = [page.blob, page.thumbnail]
        await Page.delete().where(Page.id == page.id)
        await Application.update({Application.touched_at: now}).where(Application.id == fresh.id)
        await casework.note(fresh, "remove_page", by, now, details={"document": str(kind)})
        pages.remove_after_commit(files)
    return kind


async def remove_scans(application: Application, now: datetime, *, for_good: bool = True) -> int:
    """Remove every scan of an application for good, replaced ones too; how many pages. Repeatable.

    The rows stay, so that it is known what was there. The caller sees to it that the time has come. for_good: no scan
    can come any more, so nobody need look here again.
    """
    async with transaction():
        scans = await Page.objects().where((Page.document.application == application.id) & (Page.blob != ""))
        files = [file for page in scans for file in (page.blob, page.thumbnail)]
        if scans:
            gone: dict[Any, Any] = {
                **dict.fromkeys((Page.blob, Page.thumbnail, Page.original_name), ""),
                **dict.fromkeys((Page.blob_key, Page.thumbnail_key), b""),
            }
            await Page.update(gone).where(Page.id.is_in([page.id for page in scans]))
            await casework.note(application, "scans_removed", SYSTEM, now, details={"pages": len(scans)})
        if for_good:
            await Application.update({Application.scans_removed_at: now}).where(
                Application.id == application.id
            )
        pages.remove_after_commit(files)
    return len(scans)


async def copy_fitting(source: Application, target: Application, now: datetime) -> None:
    """Give a fresh draft the documents of a lapsed application that were found right or not looked at [P7].

    The scans are sealed anew, for they open only for the application they belong to.
    """
    for row in await Document.objects().where(Document.application == source.id):
        if row.verdict == "rejected":
            continue
        live = (await pages.live([row.id])).get(row.id, [])
        async with transaction():
            document = await pages.document(target, DocumentKind(row.kind))
            await Document.update({Document.received_at: now}).where(Document.id == document.id)
            for page in live:
                await Page.insert(await _copied(page, document, source, target, now))


async def _copied(
    page: Page, document: Document, source: Application, target: Application, now: datetime
) -> Page:
    store = kit().store
    blob = await store.put(await pages.read(source, page.blob, page.blob_key), pages.owner(target))
    thumbnail = await store.put(
        await pages.read(source, page.thumbnail, page.thumbnail_key), pages.owner(target)
    )
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
