"""What time brings when the work is done: cards that wait to be collected, files that nothing refers to [G4]."""

from datetime import datetime, timedelta

from components import clock, notifications, thresholds
from components.kit import kit
from models.application import Application, Page
from models.complaint import Evidence
from models.office import Office
from models.rules import deadlines
from models.rules.messages import Kind
from models.rules.workflow import State
from models.system import Heartbeat

SWEPT_EVERY = timedelta(minutes=5)
"""One of 256 parts of the store at a time, so that all of it is swept within a day."""
LEFT_ALONE = timedelta(hours=24)
_SWEEPER = "store sweep"


async def remind_to_collect(now: datetime) -> int:
    """Remind of a card that waits to be collected, 7, 21 and 45 days after it was ready or as set, each once [G4].

    After a stop only the latest that was reached is sent.
    """
    due: dict[int, tuple[Application, str]] = {}
    for office in await Office.select(Office.id):
        days = (await thresholds.of(office["id"])).reminders
        ready = (Application.office == office["id"]) & (Application.state == State.READY)
        for row in await Application.objects().where(ready & Application.ready_at.is_not_null()):
            reached = sum(at <= now for at in deadlines.ready_reminders(row.ready_at, days))
            if reached:
                due[row.id] = (row, str(reached))
    return await notifications.remind(Kind.READY_REMINDER, due, now)


async def sweep_store(now: datetime) -> int:
    """Remove scans that nothing refers to: what a crash left between storing and writing down; how many.

    Nothing that was written within the last 24 hours is touched. Each call does the next part of the store, and
    every five minutes at most.
    """
    part = await turn(_SWEEPER, now, SWEPT_EVERY)
    if part is None:
        return 0
    beginning = f"{part % 256:02x}"
    known: set[str] = set()
    for table, column in ((Page, Page.blob), (Page, Page.thumbnail), (Evidence, Evidence.blob)):
        rows = await table.select(column.as_alias("file")).where(column.like(f"{beginning}%"))
        known |= {row["file"] for row in rows}
    removed = await kit().store.sweep(known, clock.on_disk(now - LEFT_ALONE), beginning)
    return len(removed)


async def turn(name: str, now: datetime, every: timedelta) -> int | None:
    """The number of this turn; None when the last was less than `every` ago, or another scheduler took it."""
    if not await Heartbeat.exists().where(Heartbeat.name == name):
        first = Heartbeat(name=name, beat_at=now - every)
        await Heartbeat.insert(first).on_conflict(target=Heartbeat.name, action="DO NOTHING")
    taken = (
        await Heartbeat.update({Heartbeat.beat_at: now, Heartbeat.fence: Heartbeat.fence + 1})
        .where((Heartbeat.name == name) & (Heartbeat.beat_at <= now - every))
        .returning(Heartbeat.fence)
    )
    return int(taken[0]["fence"]) if taken else None
