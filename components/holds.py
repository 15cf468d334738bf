"""A place kept for one application for a while: being chosen, or offered. It counts as booked meanwhile [P8].

Whoever changes the hold of an application has locked that application first (bookings.locked), and slots after it.
"""

from dataclasses import dataclass
from datetime import datetime

from components import timetable
from models.appointment import SlotHold
from models.db import Prepared


@dataclass(frozen=True)
class Hold:
    """A place that is kept. offered: not chosen by the applicant, but freed and offered to who would come earlier."""

    id: int
    slot_id: int
    starts_at: datetime
    ends_at: datetime
    until: datetime
    offered: bool


_OF = Prepared(
    lambda application: SlotHold.select(
        SlotHold.id,
        SlotHold.slot.id.as_alias("slot_id"),
        SlotHold.slot.starts_at.as_alias("starts_at"),
        SlotHold.slot.ends_at.as_alias("ends_at"),
        SlotHold.until,
        SlotHold.offered,
    ).where(SlotHold.application == application)
)


async def of(application_id: int) -> Hold | None:
    """The place kept for an application, also when its time is over and it was not given back yet."""
    row = await _OF.first(application_id)
    return Hold(**row) if row else None


async def standing(application_id: int, now: datetime) -> Hold | None:
    """The place kept for an application now; None when there is none, or its time is over."""
    hold = await of(application_id)
    return hold if hold is not None and now < hold.until else None


async def keep(
    application_id: int,
    office_id: int,
    slot_id: int,
    until: datetime,
    now: datetime,
    *,
    offered: bool = False,
) -> None:
    """Write down a place that was taken (timetable.take). An application has one hold at most."""
    await SlotHold(
        office=office_id, application=application_id, slot=slot_id, held_at=now, until=until, offered=offered
    ).save()


async def use_up(hold: Hold) -> bool:
    """End a hold without giving its place back: it becomes an appointment. False when it had ended."""
    gone = await SlotHold.delete().where(SlotHold.id == hold.id).returning(SlotHold.id)
    return bool(gone)


async def let_go(hold: Hold) -> bool:
    """End a hold and give its place back. False when it had ended."""
    gone = await use_up(hold)
    if gone:
        await timetable.give_back(hold.slot_id)
    return gone


async def let_go_of(application_id: int) -> None:
    """The same for whatever place is kept for an application."""
    hold = await of(application_id)
    if hold is not None:
        await let_go(hold)


async def overdue(now: datetime) -> list[int]:
    """Applications whose hold is over and was not given back yet."""
    rows = await SlotHold.select(SlotHold.application).where(SlotHold.until <= now).order_by(SlotHold.id)
    return [row["application"] for row in rows]


async def take_away(slot_id: int, count: int) -> int:
    """End up to so many holds on a slot that is to hold fewer people, and close their places; how many ended."""
    rows = (
        await SlotHold.select(SlotHold.id)
        .where(SlotHold.slot == slot_id)
        .order_by(SlotHold.id, ascending=False)
        .limit(count)
    )
    ended = 0
    for row in rows:
        gone = await SlotHold.delete().where(SlotHold.id == row["id"]).returning(SlotHold.id)
        if gone:
            await timetable.give_back(slot_id)
            await timetable.close_place(slot_id)
            ended += 1
    return ended
