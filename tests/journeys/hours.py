"""Hours of a running service within seconds: its scheduler ticks minute by minute through a stretch of time.

    python -m tests.journeys.hours 2026-11-25T10:58+07:00 2026-11-25T12:01+07:00

The same tick as in the service, on the data of LOKET_DATA. Between two ticks lies a minute, so that for the
scheduler the service was never away.
"""

import asyncio
import os
import sys
from datetime import datetime, timedelta

from app import close_service, open_service
from components import scheduler
from components.settings import from_environment

MINUTE = timedelta(minutes=1)


async def pass_by(since: datetime, until: datetime) -> None:
    """Tick at every full minute from `since` to `until`, both included."""
    await open_service(from_environment(os.environ, int(os.environ["PORT"])))
    try:
        moment = since
        while moment <= until:
            await scheduler.tick(moment)
            moment += MINUTE
    finally:
        await close_service()


if __name__ == "__main__":
    asyncio.run(pass_by(*map(datetime.fromisoformat, sys.argv[1:])))
