"""What the scheduler does about blanks: tells who waits that they are out or back, supervisors of low stock [M2]."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from components import blank_outage, bookings, notifications, promises, stock
from components.jobs import each
from components.words import tanggal
from models.application import Application
from models.appointment import Appointment
from models.db import transaction
from models.notification import Message
from models.obstacle import Obstacle
from models.office import Office
from models.rules.calendar import wib_day
from models.rules.messages import Kind, MessageState, StaffNews
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import State

CONCERNED = (State.ACCEPTED, State.SCHEDULED, State.CAPTURED)
"""Who waits for a card and is not at the counter just now."""
_LOOKED_BACK = timedelta(days=2)
"""For so long after a delivery people are told that blanks are back."""


async def watch(now: datetime) -> int:
    """Notice what the counter could not, tell who waits, warn supervisors; how many were told.

    Comes after the job that gives appointments, for who just got one needs no other message.
    """
    rows = await Office.select(Office.id, Office.blanks_out_since).where(Office.stock_kept.eq(True))
    out_since = {row["id"]: row["blanks_out_since"] for row in rows}

    async def one(office_id: int) -> int:
        told, since = 0, out_since[office_id]
        if await blank_outage.look(office_id, now):
            since = now if await stock.blanks_are_out(office_id) else None
        if since is not None:
            told = await _tell_out(office_id, since, now)
        elif await _came_back(office_id, now):
            told = await _tell_back(office_id, now)
        return told + await _warn(office_id, now)

    return await each(out_since, one, "blanks of an office")


async def _tell_out(office_id: int, since: datetime, now: datetime) -> int:
    """Everybody concerned is told once in each outage; who missed an appointment has to choose anew anyway."""
    known = {row["application"] for row in await _said(office_id, (Kind.BLANKS_OUT,), since)}
    missed = await _who_missed(office_id)
    rows = await _concerned(office_id)
    due = [id_ for id_ in rows if id_ not in known and id_ not in missed]

    async def one(application_id: int) -> bool:
        async with transaction():
            application = await bookings.locked(application_id)
            if application.state not in CONCERNED:
                return False
            return await notifications.tell(Kind.BLANKS_OUT, application, now, _occasion(since))

    return await each(due, one, "blanks are out")


async def _tell_back(office_id: int, now: datetime) -> int:
    """Who was told that blanks are out, and has heard nothing better since."""
    kinds = (Kind.BLANKS_OUT, Kind.BLANKS_BACK, Kind.SCHEDULED, Kind.MOVED)
    last: dict[int, dict[str, Any]] = {
        row["application"]: row for row in await _said(office_id, kinds, now - timedelta(days=90))
    }
    concerned = set(await _concerned(office_id))
    due = [id_ for id_, row in last.items() if row["kind"] == Kind.BLANKS_OUT and id_ in concerned]

    async def one(application_id: int) -> bool:
        async with transaction():
            application = await bookings.locked(application_id)
            if application.state not in CONCERNED:
                return False
            reached = await _was_reached(application_id)
            await notifications.recall(application, frozenset({Kind.BLANKS_OUT}))
            # Who never got the bad news needs no good news, except for the word that the file is complete.
            if not reached and application.state != State.ACCEPTED:
                return False
            return await notifications.tell(Kind.BLANKS_BACK, application, now, _occasion(now))

    return await each(due, one, "blanks are back")


def _occasion(at: datetime) -> str:
    return str(int(at.timestamp()))


async def _concerned(office_id: int) -> list[int]:
    rows = (
        await Application.select(Application.id)
        .where((Application.office == office_id) & Application.state.is_in([str(one) for one in CONCERNED]))
        .order_by(Application.promise_at, Application.id)
    )
    return [row["id"] for row in rows]


async def _said(office_id: int, kinds: Iterable[Kind], since: datetime) -> list[dict[str, Any]]:
    """What those concerned were told of this, oldest first."""
    concerned = await _concerned(office_id)
    if not concerned:
        return []
    return (
        await Message.select(Message.application, Message.kind)
        .where(
            Message.application.is_in(concerned)
            & Message.kind.is_in([str(kind) for kind in kinds])
            & (Message.state != str(MessageState.RECALLED))
            & (Message.created_at >= since)
        )
        .order_by(Message.id)
    )


async def _was_reached(application_id: int) -> bool:
    return await Message.exists().where(
        (Message.application == application_id)
        & (Message.kind == str(Kind.BLANKS_OUT))
        & ((Message.state == str(MessageState.SENT)) | Message.opened_at.is_not_null())
    )


async def _who_missed(office_id: int) -> set[int]:
    rows = (
        await Appointment.select(Appointment.application, Appointment.state)
        .where(
            (Appointment.application.office == office_id) & (Appointment.application.state == State.ACCEPTED)
        )
        .order_by(Appointment.id)
    )
    last = {row["application"]: row["state"] for row in rows}
    return {application for application, state in last.items() if state == "missed"}


async def _came_back(office_id: int, now: datetime) -> bool:
    return await Obstacle.exists().where(
        (Obstacle.office == office_id)
        & (Obstacle.kind == str(ObstacleKind.BLANKS))
        & (Obstacle.ended_at >= now - _LOOKED_BACK)
    )


async def _warn(office_id: int, now: datetime) -> int:
    """Once on each working day, from opening time on, while the stock is low."""
    calendar = await promises.office_calendar(office_id)
    today = wib_day(now)
    spans = calendar.opening_spans(today)
    if not spans or now < spans[0][0]:
        return 0
    level = await stock.level(office_id, now)
    if not level.low:
        return 0
    values = {"level": level, "ends_on": tanggal(level.ends_on) if level.ends_on else ""}
    return await notifications.tell_supervisors(
        StaffNews.BLANKS_LOW, office_id, str(today), "/blangko", values, now
    )
