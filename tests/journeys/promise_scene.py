"""Two people whose cards are due on the same evening: one waits for the camera, one only for the printer.

python -m tests.journeys.promise_scene      prints the two numbers
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

from app import close_service, open_service
from components import promises
from components.settings import from_environment
from models.application import Application
from models.rules.workflow import State
from tests.support.cases import an_application, photographed

RECEIVED = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def arrive() -> None:
    """Have both be received on Monday morning in the data of LOKET_DATA."""
    await open_service(from_environment(os.environ, int(os.environ["PORT"])))
    try:
        for state, moments in ((State.ARRIVED, ()), (State.CAPTURED, ("captured_at",))):
            done: dict[str, Any] = dict.fromkeys(("accepted_at", "arrived_at", *moments), RECEIVED)
            row = await an_application(state, RECEIVED, **done)
            due = (await promises.count(row, RECEIVED)).clock.due_at
            await Application.update({Application.promise_at: due, Application.promise_told_at: due}).where(
                Application.id == row.id
            )
            if state is State.CAPTURED:
                await photographed(row, RECEIVED)
            sys.stdout.write(f"{row.number}\n")
    finally:
        await close_service()


if __name__ == "__main__":
    asyncio.run(arrive())
