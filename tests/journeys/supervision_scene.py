"""Two files to decide: one received a week ago and long late, one of today.

python -m tests.journeys.supervision_scene      prints the two numbers
"""

import asyncio
import os
import sys
from datetime import timedelta

from app import close_service, open_service
from components import clock, promises
from components.settings import from_environment
from models.application import Application
from models.rules.workflow import State
from tests.support.cases import an_application


async def arrive() -> None:
    """Have both lie in the queue of the office whose data is in LOKET_DATA."""
    await open_service(from_environment(os.environ, int(os.environ["PORT"])))
    try:
        for name, at in (
            ("SULASTRI", clock.now() - timedelta(days=7)),
            ("BUDI SANTOSO", clock.now()),
        ):
            row = await an_application(State.SUBMITTED, at, email="", name=name, folded_name=name.casefold())
            due = (await promises.count(row, at)).clock.due_at
            await Application.update({Application.promise_at: due, Application.promise_told_at: due}).where(
                Application.id == row.id
            )
            sys.stdout.write(f"{row.number}\n")
    finally:
        await close_service()


if __name__ == "__main__":
    asyncio.run(arrive())
