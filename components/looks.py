"""Looking at pages: as light as the place where they are shown; for officers marked and recorded [P6, G1, M4].

Nothing of this is kept: a picture for the screen is made anew from the sealed one, which takes about 0.1 s of a child
process, and the browser that has it asks only whether it still holds (the tag answers without making it).
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from components import attention, casework, history, pages, pictures
from components.actors import Actor
from components.founding import office_card
from components.pictures import View
from components.refusals import Missing
from components.words import tanggal_surat
from models.application import Application, Page
from models.db import Prepared
from models.history import Event
from models.rules.catalogue import DocumentKind

ONE_LOOK = timedelta(minutes=10)
"""As long as a file is held: within it the same officer with the same page at the same size is one look."""

_UNREADABLE = View(80, 40, 6_000)
"""From 96 pixels on, the NIK of a card that fills its picture can be guessed."""
_CARD = View(1120, 46, 85_000)
_FAMILY_CARD = View(1600, 40, 150_000)
_SHEET = View(1280, 44, 85_000)
"""Chosen by eye: print of 8 points stays legible, and three documents together have at most 320 KB. Each page of
several has half as much: those are mostly scans, which need less, and a KK of two pages would else weigh as two."""

_PAGES = Prepared(
    lambda document: Page.select(Page.id).where(
        (Page.document == document) & Page.replaced_at.is_null() & (Page.blob != "")
    )
)


class Size(StrEnum):
    """How large a page is asked for."""

    SMALL = "kecil"
    SCREEN = "layar"
    FULL = "penuh"


@dataclass(frozen=True)
class Seen:
    """A page as this reader may see it. etag: changes with anything that changes its bytes. mark: drawn on it."""

    application: Application
    page: Page
    size: Size
    view: View | None
    mark: str
    etag: str

    @property
    def media_type(self) -> str:
        return "image/webp" if self.view else "image/jpeg"

    @property
    def as_stored(self) -> bool:
        """Whether no child process is needed to show it."""
        return not (self.view or self.mark)


async def find(application: Application, page_id: int, size: Size, by: Actor, now: datetime) -> Seen:
    """What show() would show, without looking. Replaced pages included.

    Raises Missing for a page of another application and for whoever must not see this one.
    """
    if not casework.may_see(application, by):
        raise Missing
    wanted = (Page.id == page_id) & (Page.document.application == application.id) & (Page.blob != "")
    page = await Page.objects(Page.document).where(wanted).first()
    if page is None:
        raise Missing
    view = _view(DocumentKind(page.document.kind), size, by)
    if size is Size.SCREEN and view is not None and len(await _PAGES.rows(page.document.id)) > 1:
        view = replace(view, most=view.most // 2)
    mark = ""
    if by.is_staff and size is not Size.SMALL:
        what = f"{office_card().name} {application.number} {tanggal_surat(now)}"
        mark = f"Hanya untuk permohonan KTP-el {what} {by.name}"
    reader = by.label if by.is_staff else ""
    recipe = json.dumps([page.blob, size, str(view), mark, reader]).encode()
    return Seen(application, page, size, view, mark, f'"{hashlib.sha256(recipe).hexdigest()[:32]}"')


def _view(kind: DocumentKind, size: Size, by: Actor) -> View | None:
    """How the page is made for this reader; None as it is stored, at full size or as its thumbnail."""
    if size is Size.SMALL:
        return _UNREADABLE if by.is_staff else None
    if size is Size.FULL:
        return None
    return {DocumentKind.OLD_CARD: _CARD, DocumentKind.FAMILY_CARD: _FAMILY_CARD}.get(kind, _SHEET)


async def show(seen: Seen, by: Actor, now: datetime) -> bytes:
    """The picture. A look by an officer is recorded before this returns; if it cannot be, there is no picture.

    Raises Refused when its file is damaged, ReaderBusy, ReaderDown.
    """
    await record(seen, by, now)
    page = seen.page
    small = seen.size is Size.SMALL
    blob, key = (page.thumbnail, page.thumbnail_key) if small else (page.blob, page.blob_key)
    content = await pages.read(seen.application, blob, key)
    return content if seen.as_stored else await pictures.show(content, seen.view, seen.mark)


async def record(seen: Seen, by: Actor, now: datetime) -> None:
    """Write down that an officer looks, once within ONE_LOOK; also of what the browser still has.

    An officer's thumbnail cannot be read, which is why it is no look. Full size is a look of its own.
    """
    if not by.is_staff or seen.size is Size.SMALL:
        return
    details: dict[str, history.Detail] = {"page": seen.page.id, "size": str(seen.size)}
    looked = await Event.select(Event.details).where(
        (Event.application == seen.application.id)
        & (Event.act == attention.LOOK)
        & (Event.actor == by.label)
        & (Event.entered_at > now - ONE_LOOK)
        & (Event.entered_at <= now)
    )
    if not any(json.loads(line["details"]) == details for line in looked):
        await casework.note(seen.application, attention.LOOK, by, now, details=details)
        await attention.watch(seen.application, by, now)
