"""Applications that are on their way, without their journeys: each line says number, PIN and link of one.

python -m tests.journeys.applicants 2026-11-24T09:00+07:00 2
"""

import asyncio
import os
import sys
from datetime import datetime

from app import close_service, open_service
from components import access
from components.settings import from_environment
from models.rules.workflow import State
from tests.support.cases import an_application


async def arrive(now: datetime, count: int) -> None:
    """Have so many be received in the data of LOKET_DATA."""
    await open_service(from_environment(os.environ, int(os.environ["PORT"])))
    try:
        for _ in range(count):
            application = await an_application(State.SUBMITTED, now)
            keys = access.keys_of(application)
            sys.stdout.write(f"{application.number} {keys.pin} /t/{keys.link}\n")
    finally:
        await close_service()


if __name__ == "__main__":
    asyncio.run(arrive(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])))
