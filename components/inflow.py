"""One request's body on its way to the disk: saved as it comes, however slowly it does [P5]."""

import asyncio
import errno
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from components.kit import kit
from components.partials import Partial, TakenOver
from components.storage import NoRoom
from components.turns import MadeWay, Turn
from models.engines.waiting import to_the_end

T = TypeVar("T")

PIECE = 256 * 1024
EAGER = 32 * 1024
"""Bytes that are saved at once when the disk is free: what a crash may cost. A busy disk gets them in larger lots."""
SAVE_WITHIN = 1.0
"""No more than PIECE bytes, and none for more than this many seconds, wait in memory to be saved."""
STALLED = 60.0
"""Seconds without a byte after which a request ends. There is no limit on how long one may take."""
ALGORITHMS = ("sha1", "sha256")
"""Of checksums."""
_SLOW = 16 * 1024

Source = Callable[[], Awaitable[bytes | None]]
"""Gives the next bytes of a request's body, None after the last. Raises LineCut. May be cancelled and asked again."""


class LineCut(Exception):
    """The client went away before the end of the body. What it sent is kept."""


class Stalled(Exception):
    """No byte came for STALLED seconds. What came before is kept."""


class TooLong(Exception):
    """More than may come, or than was announced. Nothing of it was kept."""


class WrongSum(Exception):
    """The piece is not what its checksum says. Nothing of it was kept."""


@dataclass(frozen=True)
class Checksum:
    """What one piece shall amount to. algorithm: of ALGORITHMS."""

    algorithm: str
    digest: bytes


class Inflow:
    """One request's body on its way to the disk.

    While one buffer is being saved the other fills: what waits in the server's own buffers is lost when the line
    breaks, so they are emptied at once, however long the disk takes.
    """

    def __init__(
        self,
        file: Partial,
        turn: Turn,
        source: Source,
        now: datetime,
        room: int,
        checksum: Checksum | None,
    ) -> None:
        self._file = file
        self._turn = turn
        self._source = source
        self._now = now
        self._room = room
        self._checksum = checksum
        self._sum = hashlib.new(checksum.algorithm) if checksum else None
        self._mark = file.mark
        # The same two buffers for the whole request: memory asked for anew for each piece costs more than the
        # sealing. On a slow line, of which there may be hundreds, small ones are enough.
        self._buffer = memoryview(bytearray(_SLOW))
        self._spare = memoryview(b"")
        self._size = 0
        self._saving: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._oldest = 0.0
        """When the first of the bytes in the buffer came."""

    async def run(self, on_first_byte: Callable[[], Awaitable[None]]) -> None:
        """Take in the whole body. Whatever ends it, what may be kept is on the disk afterwards."""
        begun = False
        try:
            while (piece := await self._next()) is not None:
                if not piece:
                    continue
                await self._take(piece)
                if not begun:
                    begun = True
                    await on_first_byte()
            await self._close()
            await self._settle()
        except (TooLong, WrongSum):
            await self._drop()
            raise
        except TakenOver:  # another process has a newer request for this upload
            raise MadeWay from None
        except (NoRoom, OSError):
            raise
        except BaseException:
            await self._leave()
            raise

    async def _next(self) -> bytes | None:
        """The next bytes. While none come, those that wait are saved when their second is over."""
        silent_since = self._loop.time()
        while True:
            now = self._loop.time()
            stalled = silent_since + STALLED - now
            due = self._oldest + SAVE_WITHIN - now if self._size else stalled
            try:
                return await self._turn.wait(self._source, max(0.0, min(stalled, due)))
            except TimeoutError:
                if self._size:
                    await self._save(closes=self._checksum is None)
                elif self._loop.time() >= silent_since + STALLED:
                    raise Stalled from None

    async def _take(self, piece: bytes) -> None:
        if len(piece) > self._room:
            raise TooLong
        self._room -= len(piece)
        if self._sum is not None:
            self._sum.update(piece)
        rest = memoryview(piece)
        while rest:
            if not self._size:
                self._oldest = self._loop.time()
            if self._size + len(rest) > len(self._buffer) < PIECE:
                self._grow()
            some = rest[: len(self._buffer) - self._size]
            self._buffer[self._size : self._size + len(some)] = some
            self._size += len(some)
            rest = rest[len(some) :]
            if self._is_due():
                await self._save(closes=self._checksum is None)

    def _is_due(self) -> bool:
        """Whether what waits is to be saved before more is taken in."""
        idle = self._saving is None or self._saving.done()
        late = self._loop.time() >= self._oldest + SAVE_WITHIN
        return self._size == PIECE or late or (idle and self._size >= EAGER)

    def _grow(self) -> None:
        larger = memoryview(bytearray(PIECE))
        larger[: self._size] = self._buffer[: self._size]
        self._buffer = larger

    async def _close(self) -> None:
        if self._checksum is not None and self._sum is not None:
            if not secrets.compare_digest(self._sum.digest(), self._checksum.digest):
                raise WrongSum
            # Even an empty record closes those that stand open before it.
            await self._save(closes=True)
        elif self._size:
            await self._save(closes=True)

    async def _leave(self) -> None:
        """The request ends before its body: keep what came, unless only the whole of it would count."""
        if self._checksum is not None:
            await self._drop()
        else:
            with suppress(TakenOver):
                if self._size:
                    await self._save(closes=True)
                await self._settle()

    async def _drop(self) -> None:
        with suppress(TakenOver):
            await self._settle()
        if self._file.mark != self._mark:
            with suppress(TakenOver):
                await on_disk(lambda: self._file.cut_back(self._mark))

    async def _save(self, *, closes: bool) -> None:
        """Begin to save what the buffer holds, as soon as the save before is done. Raises what that one met."""
        await self._settle()
        content, self._size = self._buffer[: self._size], 0
        if len(self._spare) < len(self._buffer):
            self._spare = memoryview(bytearray(len(self._buffer)))
        self._buffer, self._spare = self._spare, self._buffer
        # A request may take long: what it brings last is as young as it is.
        at = self._now + timedelta(seconds=self._loop.time() - self._begun)

        def append() -> None:
            kit().store.ensure_room(len(content))
            self._file.append(content, at, closes=closes)

        self._saving = asyncio.create_task(on_disk(append))

    async def _settle(self) -> None:
        """Wait until what is being saved lies on the disk; nobody else may have the file before."""
        saving, self._saving = self._saving, None
        if saving is not None:
            _, cancelled = await to_the_end(saving)
            if cancelled is not None:
                raise cancelled


async def on_disk(work: Callable[[], T]) -> T:
    """Do it in a thread, to its end even when the request is cancelled: nobody else may have the file meanwhile."""
    try:
        done, cancelled = await to_the_end(asyncio.to_thread(work))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom from error
        raise
    if cancelled is not None:
        raise cancelled
    return done
