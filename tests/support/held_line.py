"""A line on loopback that understands uploads: it stops at a chosen byte of one, and remembers what crossed."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.support.rough_line import RoughLine, relaying


@dataclass
class Piece:
    """One PATCH: to which upload, where it begins, how many bytes it announces, and how many of them crossed."""

    upload: str
    offset: int
    announced: int
    crossed: int = 0


@dataclass
class HeldLine(RoughLine):
    """A relay for a browser. Between take_down() and put_up() it is dead."""

    uploads: list[int] = field(default_factory=list)
    """Bytes announced, of each upload that was begun."""
    pieces: list[Piece] = field(default_factory=list)
    content: dict[str, bytearray] = field(default_factory=dict)
    """Of each upload, in the order of their first bytes: what crossed, each byte in its place."""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when exactly `mark` bytes of the upload crossed and the rest of that piece waits."""
    _share: float | None = None
    _everything: bool = False
    _going: asyncio.Event = field(default_factory=asyncio.Event)
    _down: bool = False

    @property
    def mark(self) -> int:
        """The byte of the upload at which it is held."""
        assert self._share is not None
        return int(self.uploads[0] * self._share)

    @property
    def cut_piece(self) -> Piece:
        """The piece in which that byte is."""
        return next(one for one in self.pieces if one.offset <= self.mark < one.offset + one.announced)

    @property
    def crossed(self) -> int:
        """Bytes of pieces that crossed, each as often as it did."""
        return sum(piece.crossed for piece in self.pieces)

    def digests(self) -> list[str]:
        """SHA-256 of each upload, as far as it crossed."""
        return [hashlib.sha256(content).hexdigest() for content in self.content.values()]

    def hold_at(self, share: float | None, *, everything: bool = False) -> None:
        """Forget what crossed, and stop the next upload after this share of it; None: never.

        everything: no other piece gets beyond that byte either, until let_go().
        """
        self._share = share
        self._everything = everything
        self.uploads, self.pieces, self.content = [], [], {}
        self.held.clear()
        self._going.clear()

    def let_go(self) -> None:
        """What waits goes on."""
        self._going.set()

    async def cut(self) -> None:
        """End all connections; what was on its way is lost."""
        self.let_go()
        await self.stop()

    async def take_down(self) -> None:
        """The same, and what comes is turned away."""
        self._down = True
        await self.cut()

    def put_up(self) -> None:
        """The line is there again."""
        self._down = False

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while not self._down:
                head = await reader.readuntil(b"\r\n\r\n")
                piece = self._note(head)
                writer.write(head)
                await writer.drain()
                await self._body(reader, writer, _number(head, b"content-length"), piece)

    def _note(self, head: bytes) -> Piece | None:
        if head.startswith(b"POST /unggah "):
            self.uploads.append(_number(head, b"upload-length"))
        patch = re.match(rb"PATCH /unggah/([0-9a-f]+) ", head)
        if patch is None:
            return None
        offset, announced = _number(head, b"upload-offset"), _number(head, b"content-length")
        self.pieces.append(Piece(patch[1].decode(), offset, announced))
        return self.pieces[-1]

    async def _body(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int, piece: Piece | None
    ) -> None:
        while left:
            room = left if piece is None else await self._room(piece, left)
            data = await reader.read(min(room, 16_384))
            if not data:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(data)
            writer.write(data)
            await writer.drain()
            self.sent += len(data)
            if piece is not None:
                at = piece.offset + piece.crossed
                self.content.setdefault(piece.upload, bytearray())[at : at + len(data)] = data
                piece.crossed += len(data)

    async def _room(self, piece: Piece, left: int) -> int:
        """How many bytes may cross now, of so many that are left of this piece."""
        if self._share is None or self._going.is_set() or (self.held.is_set() and not self._everything):
            return left
        room = self.mark - piece.offset - piece.crossed
        if room <= 0:
            self.held.set()
            await self._going.wait()
            return left
        return min(left, room)


def _number(head: bytes, name: bytes) -> int:
    """The number in this header, 0 without one."""
    found = re.search(rb"(?i)\r\n" + name + rb": *([0-9]+)\r\n", head)
    return int(found[1]) if found else 0


@asynccontextmanager
async def held_line(to: int) -> AsyncIterator[HeldLine]:
    """A relay on a free port to the service on port `to`."""
    async with relaying(HeldLine(to, lambda: None)) as line:
        yield line
