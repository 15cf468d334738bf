"""What time brings when the work is done: cards that wait to be collected, scans nobody needs any more [G4]."""

from datetime import datetime

from components import documents, notifications
from components.jobs import each
from models.application import Application
from models.office import Office
from models.rules import deadlines
from models.rules.messages import Kind
from models.rules.workflow import FINISHED, State


async def remind_to_collect(now: datetime) -> int:
    """Remind of a card that waits to be collected, 7, 21 and 45 days after it was ready, each once [G4].

    After a stop only the latest that was reached is sent.
    """
    due: dict[int, tuple[Application, str]] = {}
    for office in await Office.select(Office.id):
        ready = (Application.office == office["id"]) & (Application.state == State.READY)
        for row in await Application.objects().where(ready & Application.ready_at.is_not_null()):
            reached = sum(at <= now for at in deadlines.ready_reminders(row.ready_at))
            if reached:
                due[row.id] = (row, str(reached))
    return await notifications.remind(Kind.READY_REMINDER, due, now)


async def remove_old_scans(now: datetime) -> int:
    """Remove the scans of what was handed over 30 days ago, or closed otherwise 14 days ago; of how many."""
    due: dict[int, Application] = {}
    for office in await Office.select(Office.id):
        for state in sorted(FINISHED):
            handed_over = state is State.HANDED_OVER
            kept = deadlines.SCANS_KEPT_AFTER_HANDOVER if handed_over else deadlines.SCANS_KEPT_AFTER_CLOSING
            rows = await Application.objects().where(
                (Application.office == office["id"])
                & (Application.state == state)
                & (Application.finished_at <= now - kept)
                & Application.scans_removed_at.is_null()
            )
            due |= {row.id: row for row in rows}

    async def remove(application_id: int) -> bool:
        await documents.remove_scans(due[application_id], now)
        return True

    return await each(due, remove, "removal of scans")
