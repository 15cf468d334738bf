"""Whether the installation itself is well [M4]."""

import shutil
from dataclasses import dataclass
from datetime import datetime

from piccolo.columns.combination import WhereRaw

from components import backups, scheduler
from components.case_lists import Cuts
from components.kit import kit
from models import db
from models.notification import Message


@dataclass(frozen=True)
class Machine:
    """How the installation is. free: per cent of the disk. waits_since: of the oldest message that is due."""

    troubles: tuple[str, ...]
    beat_at: datetime | None
    waiting: int
    waits_since: datetime | None
    failed: int
    free: int
    database: str
    backup_at: datetime | None


async def machine(cut: Cuts) -> Machine:
    """Whether the scheduler is at work, mail goes out, and there is room [M4]."""
    due = WhereRaw("state = 'waiting'") & (Message.due_at <= cut.now) & (Message.office == cut.office)
    oldest = await Message.select(Message.due_at).where(due).order_by(Message.due_at).limit(1)
    waiting: int = await Message.count().where(due)
    failed: int = await Message.count().where(WhereRaw("state = 'failed'") & (Message.office == cut.office))
    health = await db.check()
    disk = shutil.disk_usage(kit().settings.data)
    return Machine(
        tuple(await scheduler.self_check(cut.now)),
        await scheduler.last_beat(),
        waiting,
        oldest[0]["due_at"] if oldest else None,
        failed,
        disk.free * 100 // disk.total,
        f"{health.engine} {health.version}",
        await backups.last(),
    )
