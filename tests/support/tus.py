"""Bodies that come in pieces and stop when the test says so; pictures of any size; applications to send them to."""

import os
from collections.abc import Iterable

from components.uploads import LineCut, Source, Ticket
from models.application import Application
from models.rules.catalogue import DocumentKind
from tests.support.drafts import photo


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
