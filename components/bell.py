"""Rung when something was put into the outbox, so that mail leaves within a second, not at the next tick."""

import asyncio
from contextlib import suppress

_listening: set[asyncio.Event] = set()


def ring() -> None:
    """Wake whoever listens in this process. Call it after the commit: models.db.after_commit(bell.ring)."""
    for event in _listening:
        event.set()


async def wait(seconds: float) -> None:
    """Return when the bell is rung, or when the seconds are over."""
    event = asyncio.Event()
    _listening.add(event)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
    finally:
        _listening.discard(event)
