"""What a supervisor should know of the day: who saw unusually many files, who took one before its turn [G2, M4].

Officers who work much see many files, too. So nothing is refused: the supervisor is told, once a day for each
officer, on the own page and by e-mail.
"""

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from components import casework, history, notifications, thresholds
from components.actors import Actor
from components.refusals import Missing
from components.worklist import OUT_OF_ORDER
from models.account import Staff
from models.application import Application
from models.db import lock, transaction
from models.history import Event
from models.rules.calendar import wib_day, wib_moment
from models.rules.messages import StaffNews
from models.rules.workflow import Role

LOOK = "look"
MANY_LOOKS = "many_looks"


@dataclass(frozen=True)
class Notice:
    """One line for the supervisor. number: of the file it happened at. files: seen, 0 for a jump in the queue."""

    officer: str
    number: str
    at: datetime
    reason: str = ""
    files: int = 0
    within: str = ""
    """`hour` or `day`."""


async def watch(application: Application, by: Actor, now: datetime) -> None:
    """After a look: tell the supervisor when this officer has now seen more files than is usual.

    How many are usual an office may set (thresholds); nothing is refused, for it may well be honest work.
    """
    usual = await thresholds.of(application.office)
    for within, since, budget in (
        ("hour", now - timedelta(hours=1), usual.looks_an_hour),
        ("day", _morning(now), usual.looks_a_day),
    ):
        files = await _files_seen(by, since)
        if files > budget:
            await _tell(application, by, now, files, within)
            return


async def _files_seen(by: Actor, since: datetime) -> int:
    """The history is indexed by who did what when: this counts the officer's own lines and no others."""
    mine = (Event.actor == by.label) & (Event.act == LOOK) & (Event.entered_at > since)
    count: int = await Event.count(distinct=[Event.application]).where(mine)
    return count


async def _tell(application: Application, by: Actor, now: datetime, files: int, within: str) -> None:
    async with transaction():
        # Locked in the order in which a decision does: first the file, then the person.
        await lock(Application.select(Application.id).where(Application.id == application.id))
        await lock(Staff.select(Staff.id).where(Staff.id == by.staff_id))
        told = (Event.actor == by.label) & (Event.act == MANY_LOOKS) & (Event.entered_at >= _morning(now))
        if not await Event.exists().where(told):
            details: dict[str, history.Detail] = {"files": files, "within": within}
            await casework.note(application, MANY_LOOKS, by, now, details=details)
            await notifications.tell_supervisors(
                StaffNews.MANY_LOOKS,
                application.office,
                f"{wib_day(now)}.{by.staff_id}",
                "/pertanyaan",
                {"files": files, "within": within},
                now,
            )


async def today(by: Actor, now: datetime) -> list[Notice]:
    """What happened today in the supervisor's office, newest first. Raises Missing for anybody else."""
    if not by.holds(Role.SUPERVISOR):
        raise Missing
    staff = await Staff.select(Staff.id, Staff.name).where(Staff.office == by.office_id)
    names = {f"staff:{row['id']}": row["name"] for row in staff}
    events = (
        await Event.select(
            Event.actor,
            Event.reason,
            Event.details,
            Event.entered_at,
            Event.application.number.as_alias("number"),
        )
        .where(
            Event.actor.is_in(sorted(names))
            & Event.act.is_in([MANY_LOOKS, OUT_OF_ORDER])
            & (Event.entered_at >= _morning(now))
        )
        .order_by(Event.entered_at, Event.id, ascending=False)
    )
    return [_notice(event, names[event["actor"]]) for event in events]


def _notice(event: dict[str, str | datetime], officer: str) -> Notice:
    details = json.loads(str(event["details"]))
    at = event["entered_at"]
    assert isinstance(at, datetime)  # noqa: S101 - the column's type
    return Notice(
        officer,
        str(event["number"]),
        at,
        str(event["reason"]),
        details.get("files", 0),
        details.get("within", ""),
    )


def _morning(now: datetime) -> datetime:
    return wib_moment(wib_day(now), time(0))
