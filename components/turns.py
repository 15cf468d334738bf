"""One request at a time per thing, and the newest goes first: an older one is asked to make way.

A phone that lost its line comes back on a new one while the old request still waits here for bytes that will
never come. It must not keep the phone out.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

T = TypeVar("T")


_AT_HAND = 0.05
"""Seconds in which comes what had arrived before: a request that is asked to make way takes that along."""
_LONGEST = 1.0
"""Seconds after which it makes way even if more keeps coming."""


class MadeWay(Exception):
    """A newer request is waiting, so this one ends."""


class Turn:
    """The time in which a request has the thing for itself."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ends_at: float | None = None
        """None until somebody asks for the turn."""
        self._waiting: asyncio.Timeout | None = None

    def make_way(self) -> None:
        """Ask who has this turn to end it, as soon as it waits for what is not here yet."""
        if self._ends_at is None:
            self._ends_at = self._loop.time() + _LONGEST
        if self._waiting is not None:
            self._waiting.reschedule(self._loop.time() + _AT_HAND)

    async def wait(self, what: Callable[[], Awaitable[T]], seconds: float) -> T:
        """The result of `what`, which is cancelled when it takes longer (TimeoutError) or a newer request came.

        Raises MadeWay for the latter. Other work of the turn is never interrupted.
        """
        if self._ends_at is not None:
            seconds = min(seconds, _AT_HAND)
            if self._loop.time() >= self._ends_at:
                raise MadeWay
        try:
            async with asyncio.timeout(seconds) as self._waiting:
                return await what()
        except TimeoutError:
            if self._ends_at is not None:
                raise MadeWay from None
            raise
        finally:
            self._waiting = None


class _Line:
    """Who has the turn, and how many are here, that one included."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.people = 0
        self.at_work: Turn | None = None


_lines: dict[str, _Line] = {}


@asynccontextmanager
async def turn(key: str) -> AsyncIterator[Turn]:
    """Have the thing of this name for oneself, in this process, as soon as who has it has made way."""
    line = _lines.setdefault(key, _Line())
    line.people += 1
    if line.at_work is not None:
        line.at_work.make_way()
    try:
        async with line.lock:
            line.at_work = mine = Turn()
            if line.people > 1:  # whoever came while we waited is newer
                mine.make_way()
            try:
                yield mine
            finally:
                line.at_work = None
    finally:
        line.people -= 1
        if not line.people:
            del _lines[key]
