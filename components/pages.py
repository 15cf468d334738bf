"""What the parts of the documents share: rows of documents and pages, and their sealed files."""

import asyncio
import logging
from collections.abc import Iterable

from piccolo.columns.combination import And

from components.kit import kit
from components.refusals import Refused
from components.storage import Damaged, FileGone
from models.application import Application, Document, Page
from models.db import Prepared, after_commit
from models.rules.catalogue import DocumentKind

log = logging.getLogger("loket.documents")


async def live(document_ids: list[int]) -> dict[int, list[Page]]:
    """Pages that were neither replaced nor removed, by document, in order."""
    found: dict[int, list[Page]] = {}
    if document_ids:
        live = Page.document.is_in(document_ids) & Page.replaced_at.is_null() & (Page.blob != "")
        for page in await Page.objects().where(live).order_by(Page.position, Page.id):
            found.setdefault(page.document, []).append(page)
    return found


_LIVE = Prepared(
    lambda application: (
        Page.select(*Page.all_columns())
        .where((Page.document.application == application) & Page.replaced_at.is_null() & (Page.blob != ""))
        .order_by(Page.position, Page.id)
    )
)


async def live_of(application: Application) -> dict[int, list[Page]]:
    """The same for all documents of an application."""
    found: dict[int, list[Page]] = {}
    for page in await _LIVE.objects(Page, application.id):
        found.setdefault(page.document, []).append(page)
    return found


async def document(application: Application, kind: DocumentKind) -> Document:
    """The document's row, made when there is none yet. The application must be locked by who may make one."""
    row = await Document.objects().where(of(application, kind)).first()
    if row is None:
        row = Document(application=application.id, kind=str(kind))
        await row.save()
    return row


def of(application: Application, kind: DocumentKind) -> And:
    """The condition for one document of an application."""
    return (Document.application == application.id) & (Document.kind == str(kind))


async def read(application: Application, blob: str, key: bytes) -> bytes:
    """The content of a page's file. Raises Refused when it is damaged or gone."""
    try:
        return await kit().store.get(blob, key, owner(application))
    except (FileGone, Damaged):
        log.exception("a page of application %d cannot be read", application.id)
        raise Refused("Foto ini rusak di penyimpanan kami. Mohon dikirim lagi.") from None


def owner(application: Application) -> str:
    """Whose the files are, as the store binds it to each of them."""
    return f"application:{application.number}"


_removals: set[asyncio.Task[None]] = set()


def remove_after_commit(files: Iterable[str]) -> None:
    """Remove files once no row refers to them for good; a transaction that is undone keeps them."""
    wanted = list(files)

    def begin() -> None:
        task = asyncio.get_running_loop().create_task(remove_files(wanted))
        _removals.add(task)
        task.add_done_callback(_removals.discard)

    if wanted:
        after_commit(begin)


async def settled() -> None:
    """Wait until every removal that has begun is done."""
    await asyncio.gather(*_removals)


async def remove_files(files: Iterable[str]) -> None:
    """What cannot be removed now is found by the sweep, for no row refers to it."""
    for file in files:
        try:
            await kit().store.delete(file)
        except (OSError, FileGone):
            log.exception("a file of the store could not be removed")
