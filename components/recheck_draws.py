"""Which accepted files are judged again: drawn once a day by the scheduler, and when a sample lapses [M4, E2].

The draw sorts by a signature that only the installation's key can make: nobody knows before which files will be drawn,
and everybody who asks again gets the same ones.
"""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw

from components import thresholds
from components.jobs import each
from components.kit import kit
from models.account import Staff
from models.application import Page
from models.db import UniqueViolation, transaction
from models.desk import Decision
from models.office import Office
from models.recheck import Recheck, RecheckDraw
from models.rules.calendar import wib_day, wib_moment
from models.rules.sampling import to_draw
from models.rules.workflow import Role

DAYS_BACK = 7
"""After a stop the days that were missed are drawn too, so many of them."""
_PURPOSE = "second look"
_ACCEPTED = WhereRaw("decision.outcome = 'accept'")
"""Written out, because only so can the database use its index of them."""
SCANS_REMOVED, DECIDED_AGAIN = "scans_removed", "decided_again"


async def keep(now: datetime) -> int:
    """Draw what is due, and let lapse what can no longer be judged; of how many offices something changed."""
    offices = await Office.select(Office.id)
    return await each([row["id"] for row in offices], lambda id_: _keep(id_, now), "second looks")


async def _keep(office: int, now: datetime) -> bool:
    today = wib_day(now)
    days = [today - timedelta(days=n) for n in range(DAYS_BACK, 0, -1)]
    rows = await RecheckDraw.select(RecheckDraw.day).where(
        (RecheckDraw.office == office) & (RecheckDraw.day >= days[0])
    )
    done = {row["day"] for row in rows}
    drawn = [await _draw(office, day, now) for day in days if day not in done]
    return bool(await _lapse(office)) or any(drawn)


async def _draw(office: int, day: date, now: datetime) -> int:
    """How many files of this day were drawn; 0 when another scheduler was quicker."""
    files = await _candidates(office, day)
    files.sort(key=lambda row: kit().vault.mac(f"{office}:{day}:{row['id']}".encode(), _PURPOSE))
    chosen = files[: to_draw(len(files), (await thresholds.of(office)).recheck_share)]
    try:
        async with transaction():
            await RecheckDraw(
                office=office, day=day, files=len(files), drawn=len(chosen), drawn_at=now
            ).save()
            for row in chosen:
                await Recheck(
                    office=office, application=row["application"], decision=row["id"], day=day
                ).save()
    except UniqueViolation:
        return 0
    return len(chosen)


async def _candidates(office: int, day: date) -> list[dict[str, Any]]:
    """What was accepted on this day, has scans, and was not decided by the only one who could judge it again."""
    # Asked by the day alone and told apart here: else a database begins with every application of the office.
    rows = await Decision.select(
        *(Decision.id, Decision.application, Decision.decided_by),
        Decision.application.office.as_alias("office"),
        Decision.application.scans_removed_at.as_alias("removed"),
    ).where(
        _ACCEPTED
        & (Decision.decided_at >= wib_moment(day, time(0)))
        & (Decision.decided_at < wib_moment(day + timedelta(days=1), time(0)))
        & Decision.taken_back_at.is_null()
    )
    judges = await _supervisors(office)
    ours = [row for row in rows if row["office"] == office and not row["removed"]]
    fit = [row for row in ours if judges - {row["decided_by"]}]
    seen = await _with_scans([row["application"] for row in fit])
    return [row for row in fit if row["application"] in seen]


async def _supervisors(office: int) -> set[int]:
    rows = await Staff.select(Staff.id, Staff.roles).where(
        (Staff.office == office) & Staff.disabled_at.is_null()
    )
    return {row["id"] for row in rows if Role.SUPERVISOR in json.loads(row["roles"])}


async def _with_scans(applications: list[int]) -> set[int]:
    """A walk-in's papers were never photographed: there is nothing to look at again."""
    if not applications:
        return set()
    rows: list[dict[str, Any]] = await Page.select(Page.document.application.as_alias("file")).where(
        Page.document.application.is_in(applications) & Page.replaced_at.is_null() & (Page.blob != "")
    )
    return {int(row["file"]) for row in rows}


async def _lapse(office: int) -> int:
    """Let go of samples whose scans were removed, and of those whose decision was taken back meanwhile."""
    waiting = (Recheck.office == office) & (Recheck.state == "waiting")
    rows = await Recheck.select(
        Recheck.id,
        Recheck.application.scans_removed_at.as_alias("removed"),
        Recheck.decision.taken_back_at.as_alias("again"),
    ).where(waiting)
    over = {
        row["id"]: SCANS_REMOVED if row["removed"] else DECIDED_AGAIN
        for row in rows
        if row["removed"] or row["again"]
    }
    for id_, why in over.items():
        await Recheck.update({Recheck.state: "lapsed", Recheck.lapsed_why: why}).where(
            waiting & (Recheck.id == id_)
        )
    return len(over)
