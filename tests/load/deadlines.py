"""10,000 due things, two schedulers that are killed at random: `python -m tests.load.deadlines [--jobs 10000]`.

Half are corrections whose noon has passed, half appointments of tomorrow that want their reminder. One JSON line per
database; exits 1 when an effect is missing or happened twice.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from components import access, appointments, scheduler
from components.kit import kit
from components.sealing import seal
from components.words import WIB
from models.application import Application
from models.appointment import Appointment, Slot
from models.history import Event
from models.notification import Message
from models.office import SlotTemplate
from models.rules.messages import Kind as Told
from models.rules.workflow import Act, State
from tests.load.installation import installed
from tests.load.mortal import Mortals
from tests.support.cases import an_application
from tests.support.databases import KINDS, Kind

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=WIB)
NOW = datetime(2026, 11, 24, 16, 5, tzinfo=WIB)
"""Reminders of the next day are due from 16:00 on."""
AT_A_TIME = 500


async def due(jobs: int) -> None:
    """So many applications, each with one thing to be done by itself at NOW."""
    await scheduler.beat(NOW - timedelta(minutes=1))
    returned = await an_application(
        State.RETURNED, NOON - timedelta(days=1), returned_at=NOON - timedelta(days=1), correction_due_at=NOON
    )
    scheduled = await an_application(
        State.SCHEDULED, NOON - timedelta(days=1), promise_at=NOW + timedelta(days=2)
    )
    await _copies(returned, jobs // 2 - 1, "R")
    await _copies(scheduled, jobs - jobs // 2 - 1, "S")
    await _appointments()


async def _copies(row: Application, count: int, letter: str) -> None:
    columns = {name: value for name, value in row.to_dict().items() if name != "id"}
    for first in range(0, count, AT_A_TIME):
        rows = []
        for number in (f"KR{letter}-{n:06}" for n in range(first, min(first + AT_A_TIME, count))):
            own: dict[str, Any] = {
                "number": number,
                "email_sealed": seal(number, "email", "siti@contoh.test"),
            }
            rows.append(Application(**{**columns, **own, **access.columns(number, access.new_keys())}))
        await Application.insert(*rows)


async def _appointments() -> None:
    """All of them tomorrow at ten, at an office with a device for each."""
    rows = await Application.select(Application.id, Application.office).where(
        Application.state == State.SCHEDULED
    )
    office, yesterday = rows[0]["office"], NOON - timedelta(days=1)
    await SlotTemplate.update({SlotTemplate.capacity: len(rows)}).where(SlotTemplate.office == office)
    await appointments.ensure_slots(office, yesterday)
    slot = (
        await Slot.update({Slot.booked: len(rows)})
        .where((Slot.office == office) & (Slot.starts_at == datetime(2026, 11, 25, 10, 0, tzinfo=WIB)))
        .returning(Slot.id)
    )
    made = [
        Appointment(application=row["id"], slot=slot[0]["id"], queue_number=f"B-{n}", booked_at=yesterday)
        for n, row in enumerate(rows, 1)
    ]
    for first in range(0, len(made), AT_A_TIME):
        await Appointment.insert(*made[first : first + AT_A_TIME])


async def effects(jobs: int) -> dict[str, Any]:
    """How many things happened once, and which did not happen, or twice."""
    lapses = Counter(
        row["application"] for row in await Event.select(Event.application).where(Event.act == str(Act.LAPSE))
    )
    told: Counter[tuple[int, str]] = Counter()
    for row in await Message.select(Message.application, Message.kind):
        told[row["application"], row["kind"]] += 1
    once = twice = missing = 0
    for row in await Application.select(Application.id, Application.state):
        if row["state"] in (State.RETURNED, State.LAPSED):
            seen = (lapses[row["id"]], told[row["id"], str(Told.LAPSED)], int(row["state"] == State.LAPSED))
        else:
            seen = (told[row["id"], str(Told.REMINDER_EVE)],) * 3
        once += seen == (1, 1, 1)
        twice += max(seen) > 1
        missing += min(seen) == 0
    return {"jobs": jobs, "once": once, "twice": twice, "missing": missing}


async def on(kind: Kind, jobs: int, kills: int, seed: int) -> dict[str, Any]:
    """Kills for as long as there is work, then one tick that is left alone."""
    async with installed(kind) as parts:
        await due(jobs)
        settings = {
            "LOKET_DATA": str(parts.settings.data),
            "LOKET_DATABASE_URL": parts.settings.database_url,
            "LOKET_BASE_URL": parts.settings.base_url,
        }
        mortals = Mortals(settings, NOW, random.Random(seed))
        began = time.monotonic()
        while len(mortals.killed_at) < kills:
            await mortals.work(side_by_side=2, seconds=40, kills=min(20, kills - len(mortals.killed_at)))
        said = [await mortals.finish() for _ in range(2)]
        return {
            "database": kind,
            **await effects(jobs),
            "kills": len(mortals.killed_at),
            "starts": mortals.starts,
            "last_ticks": said,
            "troubles": mortals.troubles,
            "seconds": round(time.monotonic() - began),
            "letters": len(list((kit().settings.data / "mail").glob("*.eml"))),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=KINDS, action="append")
    given = parser.parse_args()
    exact = True
    for kind in given.database or KINDS:
        told = asyncio.run(on(kind, given.jobs, given.kills, given.seed))
        print(json.dumps({"name": "10,000 jobs, two schedulers, kills", **told}), flush=True)
        exact = exact and told["once"] == given.jobs and not told["troubles"]
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
