"""Whether the installation itself is well, and what stands behind each of its figures [M4]."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from piccolo.columns.combination import WhereRaw

from components import backups, job_runs, scheduler
from components.case_lists import Cuts
from components.job_runs import Run
from components.kit import kit
from models import db
from models.notification import Message
from models.system import Outage

PER_PAGE = 50
OUTAGES_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class Machine:
    """How the installation is. free: per cent of the disk. waits_since: of the oldest message that is due.

    failing: jobs of the scheduler that failed when they last ran.
    """

    troubles: tuple[str, ...]
    beat_at: datetime | None
    failing: int
    waiting: int
    waits_since: datetime | None
    failed: int
    free: int
    database: str
    backup_at: datetime | None


async def machine(cut: Cuts) -> Machine:
    """Whether the scheduler is at work, mail goes out, and there is room [M4]."""
    due, failed = _messages_that(Kind.WAITING, cut), _messages_that(Kind.FAILED, cut)
    oldest = await Message.select(Message.due_at).where(due).order_by(Message.due_at).limit(1)
    health = await db.check()
    disk = shutil.disk_usage(kit().settings.data)
    return Machine(
        tuple(await scheduler.self_check(cut.now)),
        await scheduler.last_beat(),
        await job_runs.failing(),
        int(await Message.count().where(due)),
        oldest[0]["due_at"] if oldest else None,
        int(await Message.count().where(failed)),
        disk.free * 100 // disk.total,
        f"{health.engine} {health.version}",
        await backups.last(),
    )


async def jobs() -> tuple[Run, ...]:
    """What became of each job of the scheduler, in the order in which they run."""
    return await job_runs.of(tuple(name for name, _ in scheduler.JOBS))


@dataclass(frozen=True)
class Behind:
    """What stands behind the figures. outages: (from, to) of the last 30 days, newest first. Room in bytes."""

    jobs: tuple[Run, ...]
    outages: tuple[tuple[datetime, datetime], ...]
    room: int
    room_free: int


async def behind(cut: Cuts) -> Behind:
    """The scheduler's jobs, the times without service, and the room on the disk."""
    rows = (
        await Outage.select(Outage.began_at, Outage.ended_at)
        .where(Outage.ended_at >= cut.now - OUTAGES_SHOWN)
        .order_by(Outage.ended_at, ascending=False)
    )
    disk = shutil.disk_usage(kit().settings.data)
    return Behind(
        await jobs(), tuple((row["began_at"], row["ended_at"]) for row in rows), disk.total, disk.free
    )


# --- messages ---


class Kind(StrEnum):
    """Which messages, as it stands in the address."""

    WAITING = "menunggu"
    FAILED = "gagal"


KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {Kind.WAITING: "Pesan yang menunggu dikirim", Kind.FAILED: "Pesan yang gagal terkirim"}
)


@dataclass(frozen=True)
class Sent:
    """One message that is under way, without its text and its recipient. number: "" where it is about no file."""

    id: int
    kind: str
    channel: str
    number: str
    due_at: datetime
    attempts: int
    trouble: str


def _messages_that(kind: Kind, cut: Cuts) -> Any:
    """Written out, because only so can the database use its indexes of them."""
    ours = Message.office == cut.office
    if kind is Kind.WAITING:
        return WhereRaw("message.state = 'waiting'") & (Message.due_at <= cut.now) & ours
    return WhereRaw("message.state = 'failed'") & Message.passed_on.eq(False) & ours


async def messages(kind: Kind, cut: Cuts, after: int = 0) -> tuple[list[Sent], int]:
    """(the office's messages of this kind, oldest first, the id to go on after or 0)."""
    found = await Message.objects(Message.application).where(
        _messages_that(kind, cut) & (Message.id > after)
    ).order_by(Message.id).limit(PER_PAGE + 1)  # fmt: skip
    rows = [
        Sent(
            *(row.id, row.kind, row.channel, row.application.number if row.application else ""),
            *(row.due_at, row.attempts, row.trouble),
        )
        for row in found[:PER_PAGE]
    ]
    return rows, rows[-1].id if len(found) > PER_PAGE else 0
