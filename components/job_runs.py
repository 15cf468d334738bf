"""When each job of the scheduler last ran, and how it last failed [M4]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.db import transaction
from models.system import JobRun


@dataclass(frozen=True)
class Run:
    """What became of one job. ran_at: None for one that never ran. trouble: the kind of its last failure, or ""."""

    name: str
    ran_at: datetime | None
    failed_at: datetime | None
    trouble: str

    @property
    def fails(self) -> bool:
        """Whether it failed the last time it ran."""
        return self.failed_at is not None and self.failed_at == self.ran_at


async def keep(ended: Mapping[str, str], now: datetime) -> None:
    """Write down a round: name of each job -> the kind of its failure, or "" where it went well.

    An earlier failure stays written beside the time of the last run.
    """
    rows = [
        JobRun(name=name, ran_at=now, failed_at=now if trouble else None, trouble=trouble[:80])
        for name, trouble in ended.items()
    ]
    well, ill = [row for row in rows if not row.trouble], [row for row in rows if row.trouble]
    async with transaction():
        for some, columns in (
            (well, [JobRun.ran_at]),
            (ill, [JobRun.ran_at, JobRun.failed_at, JobRun.trouble]),
        ):
            if some:
                await JobRun.insert(*some).on_conflict(JobRun.name, "DO UPDATE", columns)


async def of(names: tuple[str, ...]) -> tuple[Run, ...]:
    """These jobs in this order, each with its last run."""
    rows = {row["name"]: row for row in await JobRun.select()}
    return tuple(
        Run(name, row["ran_at"], row["failed_at"], row["trouble"])
        if (row := rows.get(name))
        else Run(name, None, None, "")
        for name in names
    )


async def failing() -> int:
    """How many jobs failed when they last ran."""
    count: int = await JobRun.count().where(JobRun.failed_at == JobRun.ran_at)
    return count
