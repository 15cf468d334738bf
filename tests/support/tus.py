"""For tests of uploads: bodies that stop in the middle, pictures of any size, and services to send them to."""

import base64
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app import close_service, open_service
from components import clock, sessions
from components.inflow import LineCut, Source
from components.kit import kit
from components.settings import from_environment
from components.uploads import Ticket
from models.application import Application, Page
from models.rules.catalogue import DocumentKind
from tests.support.drafts import begun, filled, photo, with_documents


def body(pieces: Iterable[bytes], *, cut: bool = False) -> Source:
    """A request's body: these pieces, then its end, or the end of the line."""
    waiting = iter(pieces)

    async def next_piece() -> bytes | None:
        piece = next(waiting, None)
        if piece is None and cut:
            raise LineCut
        return piece

    return next_piece


def ticket(application: Application, length: int, kind: DocumentKind = DocumentKind.OLD_CARD) -> Ticket:
    """What a client announces."""
    return Ticket(application.number, kind, length, "kartu.jpg")


def picture(size: int, specimen: str = "nuraini-ktp.jpg") -> bytes:
    """A good photo of exactly this many bytes that is like no other: the rest is random, in its comments."""
    original = photo(specimen)
    missing = size - len(original)
    filler = b""
    while missing:
        # A comment has 4 bytes of its own and at most 65,533 of content; no rest may be smaller than that.
        part = missing if missing <= 65_537 else min(65_537, missing - 4)
        filler += b"\xff\xfe" + (part - 2).to_bytes(2, "big") + os.urandom(part - 4)
        missing -= part
    return original[:2] + filler + original[2:]


@dataclass(frozen=True)
class Sender:
    """Somebody who was let into a draft, with what a program has to send to be believed."""

    number: str
    cookie: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """On every request."""
        return {"Tus-Resumable": "1.0.0", "Cookie": f"sesi={self.cookie}", "X-Token": self.token}

    def announcing(self, length: int, kind: str = "old_card") -> dict[str, str]:
        """On the request that begins an upload."""
        said = {"number": self.number, "kind": kind, "filename": "kartu.jpg"}
        pairs = [f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items()]
        return {**self.headers, "Upload-Length": str(length), "Upload-Metadata": ",".join(pairs)}


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[None]:
    """The service of this data folder, in the test's own process: to prepare it, and to look at what became of it."""
    await open_service(from_environment({"LOKET_DATA": str(data), "LOKET_MODE": "test"}))
    try:
        yield
    finally:
        await close_service()


async def prepared(data: Path, drafts: int, *, complete: bool = False) -> list[Sender]:
    """So many drafts in a fresh data folder, each with somebody who was let in; complete: ready to be sent."""
    senders = []
    async with opened(data):
        for _ in range(drafts):
            now = clock.now()
            draft = await with_documents(await filled(now=now), now) if complete else await begun(now=now)
            cookie = await sessions.let_in(draft.id, now)
            senders.append(Sender(draft.number, cookie, kit().vault.index(cookie, "form")[:32]))
    return senders


async def arrived(data: Path) -> list[tuple[str, str, str]]:
    """(number, kind of document, SHA-256 of the file as sent) of every page, in order of arrival."""
    async with opened(data):
        pages = await Page.select(
            Page.sha256,
            Page.document.kind.as_alias("kind"),
            Page.document.application.number.as_alias("number"),  # type: ignore[union-attr]
        ).order_by(Page.id)
    return [(page["number"], page["kind"], page["sha256"]) for page in pages]
