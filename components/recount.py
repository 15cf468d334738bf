"""Promises counted anew when a cause of them changed, and who is concerned told of it [T1, M2].

An obstacle may begin, end or be put right, the calendar may change: what follows for each application is found by
the scheduler, a few seconds later. People hear of it once per change and at most once a day, for their page always
says it anyway.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from components import bookings, notifications, obstacles, promises
from components.jobs import each
from components.promises import Count
from components.words import WIB
from models.application import Application
from models.db import transaction
from models.notification import Message
from models.obstacle import Obstacle
from models.office import Office
from models.rules.calendar import wib_day
from models.rules.messages import Kind
from models.rules.promises import PauseCause
from models.rules.workflow import State

COUNTED = (State.SUBMITTED, State.ACCEPTED, State.SCHEDULED, State.ARRIVED, State.CAPTURED)
"""States in which a promise runs: received, and no card yet."""
_AT_ONCE = 500
_WORTH_TELLING = timedelta(hours=1)
"""Office time that an obstacle lasts before people are told of it: most are over sooner."""
_OF_PROMISES = (Kind.OBSTACLE, Kind.PROMISE_MOVED)


async def recount(now: datetime) -> int:
    """Count the promises of every office in which a cause changed; how many came to another moment."""
    stale = await Office.select(Office.id, Office.promises_stale_at).where(
        Office.promises_stale_at.is_not_null()
    )
    since = {office["id"]: office["promises_stale_at"] for office in stale}

    async def count(office_id: int) -> int:
        moved = await _recount(office_id, now)
        # What changed while this was counted is counted at the next tick.
        await Office.update({Office.promises_stale_at: None}).where(
            (Office.id == office_id) & (Office.promises_stale_at == since[office_id])
        )
        return moved

    return await each(since, count, "promises of an office")


async def _recount(office_id: int, now: datetime) -> int:
    moved = 0
    last = 0
    while True:
        rows = (
            await Application.objects()
            .where((Application.office == office_id) & (Application.id > last) & running())
            .order_by(Application.id)
            .limit(_AT_ONCE)
        )
        if not rows:
            return moved
        last = rows[-1].id
        counted = await promises.count_all(office_id, rows, now)
        for row in rows:
            moved += await put_down(row, counted[row.id])


def running() -> Any:
    """Of which applications a promise is counted."""
    return Application.state.is_in([str(state) for state in COUNTED]) & Application.received_at.is_not_null()


async def put_down(row: Application, counted: Count) -> bool:
    """Keep the queue's column in step with what was counted, unless the application moved on meanwhile.

    Whether it changed. While the applicant has to choose a time there is nothing to promise.
    """
    due = None if counted.clock.held_by is PauseCause.MISSED else counted.clock.due_at
    if due == row.promise_at:
        return False
    changed = (
        await Application.update({Application.promise_at: due})
        .where((Application.id == row.id) & (Application.version == row.version))
        .returning(Application.id)
    )
    return bool(changed)


# --- who is told ---


async def tell(now: datetime) -> int:
    """Tell of obstacles that last, and of promises that came to another day; how many messages' worth."""

    async def one(office_id: int) -> int:
        return await _tell_of_obstacles(office_id, now) + await _tell_of_moved(office_id, now)

    offices = [office["id"] for office in await Office.select(Office.id)]
    return await each(offices, one, "obstacles of an office")


async def _tell_of_obstacles(office_id: int, now: datetime) -> int:
    """Whom an obstacle stops that has lasted an hour of office time, once for each; the stock tells of blanks."""
    calendar = await promises.office_calendar(office_id)
    lasting = [
        row
        for row in await obstacles.open_now(office_id)
        if not row.automatic and calendar.working_time_between(row.began_at, now) >= _WORTH_TELLING
    ]
    if not lasting:
        return 0
    rows = await Application.objects().where((Application.office == office_id) & running())
    said = await _said(row.id for row in rows)
    told = 0
    for obstacle in lasting:
        occasion = f"o{obstacle.id}"
        due = [row for row in rows if _may_be_told(said.get(row.id, []), occasion, now)]
        told += await each([row.id for row in due], _of(obstacle, occasion, now), "obstacle told")
    return told


def _of(obstacle: Obstacle, occasion: str, now: datetime) -> Any:
    async def one(application_id: int) -> bool:
        async with transaction():
            row = await bookings.locked(application_id)
            if row.state not in COUNTED:
                return False
            concerned = await obstacles.concerning(row, now)
            if obstacle.id not in {one.id for one in concerned}:
                return False
            causes = list(dict.fromkeys(one.kind for one in concerned))
            return await notifications.tell(Kind.OBSTACLE, row, now, occasion, {"causes": causes})

    return one


async def _tell_of_moved(office_id: int, now: datetime) -> int:
    """Whose promise is another day than the one last heard of, once nothing holds it any more."""
    rows = await Application.objects().where(
        (Application.office == office_id)
        & running()
        & (Application.promise_at != Application.promise_told_at)
    )
    if not rows:
        return 0
    counted = await promises.count_all(office_id, rows, now)
    said = await _said(row.id for row in rows)

    def is_due(row: Application) -> bool:
        clock = counted[row.id].clock
        waits = clock.held_by is not None or clock.due_at != row.promise_at or clock.due_at < now
        return not waits and _may_be_told(said.get(row.id, []), "", now)

    async def one(application_id: int) -> bool:
        async with transaction():
            row = await bookings.locked(application_id)
            if row.state not in COUNTED or row.promise_at == row.promise_told_at:
                return False
            same_day = wib_day(row.promise_at) == wib_day(row.promise_told_at)
            await Application.update({Application.promise_told_at: row.promise_at}).where(
                Application.id == row.id
            )
            if same_day:
                return False
            occasion = f"{row.promise_at:%Y%m%dT%H%M}"
            causes = list(counted[row.id].moved_by)
            return await notifications.tell(Kind.PROMISE_MOVED, row, now, occasion, {"causes": causes})

    return await each([row.id for row in rows if is_due(row)], one, "moved promise told")


async def _said(ids: Iterable[int]) -> Mapping[int, list[tuple[str, datetime]]]:
    """What each was told of its promise so far: (occasion, when)."""
    found: dict[int, list[tuple[str, datetime]]] = {}
    rows = await Message.select(Message.application, Message.key, Message.created_at).where(
        Message.application.is_in(list(ids)) & Message.kind.is_in([str(kind) for kind in _OF_PROMISES])
    )
    for row in rows:
        occasion = row["key"].split(":")[3].partition(".")[2]
        found.setdefault(row["application"], []).append((occasion, row["created_at"]))
    return found


def _may_be_told(said: list[tuple[str, datetime]], occasion: str, now: datetime) -> bool:
    """Never twice of the same obstacle, and of promises at most once on a day."""
    today = datetime.combine(wib_day(now), time(0), WIB)
    return all(known != occasion and at < today for known, at in said)
