"""Who would rather come earlier: a freed time is offered to one after the other, each once [P8, G2].

The order is the queue's: by promise, then by arrival. An offer keeps the place for two office hours. Who does not
answer keeps the old time and is offered nothing more until asking again, so that nobody holds up who waits behind.
"""

from dataclasses import dataclass
from datetime import datetime

from components import appointments, bookings, holds, notifications, promises, timetable
from components.actors import Actor
from components.holds import Hold
from components.jobs import each
from components.refusals import Overtaken
from components.timetable import FreeSlot
from models.application import Application
from models.appointment import EarlierWish, SlotOffer
from models.db import transaction
from models.rules.calendar import OfficeCalendar, wib_day
from models.rules.messages import Kind
from models.rules.slots import offer_until
from models.rules.workflow import State

_GONE = "Tawaran ini sudah tidak berlaku. Jadwal Anda tetap seperti semula."


@dataclass(frozen=True)
class Wish:
    """How it stands with coming earlier. offer: a freed time that is kept for this application now."""

    asked: bool
    offer: Hold | None


async def wish(application_id: int, now: datetime) -> Wish:
    """Whether this application asked for an earlier time, and what it is offered now."""
    asked = await EarlierWish.exists().where(EarlierWish.application == application_id)
    hold = await holds.standing(application_id, now)
    return Wish(bool(asked), hold if hold is not None and hold.offered else None)


async def ask(application: Application, now: datetime) -> None:
    """Ask to be told of an earlier day. Twice is once. Raises Overtaken without an appointment that can be moved."""
    async with transaction():
        row = await bookings.locked(application.id)
        booked = await bookings.current(row.id)
        if row.state != State.SCHEDULED or booked is None or not appointments.may_move(booked, now):
            raise Overtaken("Jadwal ini sudah tidak bisa diganti. Muat ulang halaman.")
        wanted = EarlierWish(office=row.office, application=row.id, asked_at=now)
        await EarlierWish.insert(wanted).on_conflict(target=EarlierWish.application, action="DO NOTHING")


async def stop(application: Application) -> None:
    """No longer wanted: an open offer goes back, too."""
    async with transaction():
        await bookings.locked(application.id)
        await holds.let_go_of(application.id)
        await forget(application.id)


async def forget(application_id: int) -> None:
    """The wish is over. Joins the caller's transaction."""
    await EarlierWish.delete().where(EarlierWish.application == application_id)


async def accept(application: Application, by: Actor, now: datetime) -> Application:
    """Take the time that is offered: the one tap. Raises Overtaken once it is over; the old time then stands."""
    async with transaction():
        await bookings.locked(application.id)
        offer = (await wish(application.id, now)).offer
        if offer is None:
            raise Overtaken(_GONE)
        after = await appointments.move(application, offer.slot_id, by, now)
        await forget(application.id)
    return after


async def decline(application: Application, now: datetime) -> None:
    """Not this one: it goes to the next, and this application goes on waiting. Raises Overtaken once it is over."""
    async with transaction():
        await bookings.locked(application.id)
        offer = (await wish(application.id, now)).offer
        if offer is None:
            raise Overtaken(_GONE)
        await holds.let_go(offer)


async def offer_freed(now: datetime) -> int:
    """Offer every free time to the first who would come earlier by it; how many offers were made [P8, G2]."""
    offices = await EarlierWish.select(EarlierWish.office).group_by(EarlierWish.office)
    ids = [row["office"] for row in offices]
    return await each(ids, lambda id_: _offer_in(id_, now), "earlier times of an office")


async def _offer_in(office_id: int, now: datetime) -> int:
    calendar = await promises.office_calendar(office_id)
    free = {slot.id: slot for slot in await timetable.free_slots(office_id, now)}
    wishes = (
        await EarlierWish.select(EarlierWish.application, EarlierWish.application.state.as_alias("state"))
        .where(EarlierWish.office == office_id)
        .order_by(
            EarlierWish.application.promise_at,
            EarlierWish.application.received_at,
            EarlierWish.application,
        )
    )
    # Who came, withdrew or missed it asked about an appointment that is no more.
    over = [row["application"] for row in wishes if row["state"] != State.SCHEDULED]
    if over:
        await EarlierWish.delete().where(EarlierWish.application.is_in(over))
    waiting = [row["application"] for row in wishes if row["state"] == State.SCHEDULED]
    left = {id_: slot.free for id_, slot in free.items()}

    async def offer(application_id: int) -> bool:
        for slot in free.values():
            if left[slot.id] and await _offer(application_id, slot, calendar, now):
                left[slot.id] -= 1
                return True
        return False

    return await each(waiting, offer, "offer of an earlier time")


async def _offer(application_id: int, slot: FreeSlot, calendar: OfficeCalendar, now: datetime) -> bool:
    """Keep the place for one application and tell; False when it is nothing for it, or it was offered before."""
    until = offer_until(now, slot.starts_at, calendar)
    if until is None:
        return False
    async with transaction():
        row = await bookings.locked(application_id)
        booked = await bookings.current(row.id)
        if row.state != State.SCHEDULED or booked is None or await holds.of(row.id) is not None:
            return False
        if wib_day(slot.starts_at) >= wib_day(booked.starts_at) or await _was_offered(row.id, slot.id):
            return False
        if not await timetable.take(slot.id):
            return False
        await holds.keep(row.id, row.office, slot.id, until, now, offered=True)
        await SlotOffer(application=row.id, slot=slot.id, offered_at=now, until=until).save()
        values = {"offer": {"starts_at": slot.starts_at, "until": until}}
        await notifications.tell(Kind.EARLIER_OFFERED, row, now, f"slot-{slot.id}", values)
    return True


async def _was_offered(application_id: int, slot_id: int) -> bool:
    return bool(
        await SlotOffer.exists().where(
            (SlotOffer.application == application_id) & (SlotOffer.slot == slot_id)
        )
    )
