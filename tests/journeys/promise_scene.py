"""Two people whose cards are due on the same evening: one waits for a blank, the other one only for the office.

python -m tests.journeys.promise_scene             both are received; prints the two numbers
python -m tests.journeys.promise_scene NUMBER      the office takes up the second one at last, and records it
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

from app import close_service, open_service
from components import clock, promises
from components.settings import from_environment
from models.application import Application
from models.rules.workflow import State
from tests.support.cases import an_application, photographed

RECEIVED = datetime(2026, 11, 23, 2, tzinfo=UTC)
_RECORDED = ("accepted_at", "arrived_at", "captured_at")


async def play(number: str = "") -> None:
    """Without a number, have both be received on Monday morning in the data of LOKET_DATA."""
    await open_service(from_environment(os.environ, int(os.environ["PORT"])))
    try:
        if number:
            await record(number)
        else:
            for state, moments in ((State.CAPTURED, _RECORDED), (State.SUBMITTED, ())):
                sys.stdout.write(f"{await arrive(state, moments)}\n")
    finally:
        await close_service()


async def arrive(state: State, moments: tuple[str, ...]) -> str:
    reached: dict[str, Any] = dict.fromkeys(moments, RECEIVED)
    row = await an_application(state, RECEIVED, **reached)
    due = (await promises.count(row, RECEIVED)).clock.due_at
    await Application.update({Application.promise_at: due, Application.promise_told_at: due}).where(
        Application.id == row.id
    )
    if state is State.CAPTURED:
        await photographed(row, RECEIVED)
    return str(row.number)


async def record(number: str) -> None:
    now = clock.now()
    await Application.update({Application.state: str(State.CAPTURED), **dict.fromkeys(_RECORDED, now)}).where(
        Application.number == number
    )
    row = await Application.objects().where(Application.number == number).first()
    assert row is not None
    await photographed(row, now)


if __name__ == "__main__":
    asyncio.run(play(*sys.argv[1:]))
