"""Awaiting what must not be left half done."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Awaitable[T]) -> tuple[T, asyncio.CancelledError | None]:
    """The result of work, which runs to its end even when the caller is cancelled meanwhile.

    The cancellation is handed back for the caller to raise when its own clearing up is done. An error of the
    work itself is raised. (`asyncio.shield` alone would let the caller go on, and release a lock, too early.)
    """
    future = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    return future.result(), cancelled
