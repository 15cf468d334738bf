"""A Monday that is full, and two people who have Tuesday: for the journey of the freed time.

    python -m tests.journeys.freed_slot_scene

On the data of LOKET_DATA, at the moment of LOKET_CLOCK; prints a link for the last one of Monday, Nur'aini and Siti.
"""

import asyncio
import os
import sys

from app import close_service, open_service
from components import access, appointments, clock
from components.actors import SYSTEM
from components.settings import from_environment
from models.application import Application
from tests.journeys.people import the
from tests.support.cases import an_application

_FREE_ON_MONDAY = 5
"""From half past eleven on: two office hours after nine, and a little."""


async def furnish() -> None:
    """Everybody is given the earliest time, one after the other."""
    await open_service(from_environment(os.environ, int(os.environ["PORT"])))
    try:
        emails = [""] * _FREE_ON_MONDAY + [the("nuraini").email, the("siti").email]
        rows = [await _booked(email) for email in emails]
        sys.stdout.write(" ".join(f"/t/{access.keys_of(row).link}" for row in rows[-3:]))
    finally:
        await close_service()


async def _booked(email: str) -> Application:
    now = clock.now()
    return await appointments.give_earliest(await an_application(now=now, email=email), SYSTEM, now)


if __name__ == "__main__":
    asyncio.run(furnish())
