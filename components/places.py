"""A place at the capture desk for who stands at the counter: now, if one is free, or at a time of choice [P2, P8].

Walk-ins use the free places of the same slots as appointments, so that nobody with an appointment loses one [G2].
"""

from dataclasses import dataclass
from datetime import datetime

from components import arrivals, bookings, casework, notifications, stock, timetable
from components.actors import Actor
from components.refusals import Refused
from components.timetable import FreeSlot
from models.application import Application
from models.appointment import Appointment
from models.db import transaction
from models.rules import slots as rules
from models.rules.calendar import wib_day
from models.rules.messages import Kind
from models.rules.workflow import Act

OFFERED = 12
"""Times shown to choose from: the first of them is a tap away, the others fold out."""

_TAKEN = "Tempat itu baru saja terisi. Pilih waktu lain."


@dataclass(frozen=True)
class Offer:
    """What can be offered at this moment. now: a place is free at once, and is the first of the times."""

    now: bool
    times: tuple[FreeSlot, ...]


async def offered(office_id: int, now: datetime) -> Offer:
    """The free places from this moment on, in order; none while card blanks are out."""
    if await stock.blanks_are_out(office_id):
        return Offer(now=False, times=())
    times = await timetable.free_from_now(office_id, now)
    return Offer(bool(times) and times[0].starts_at <= now, times[:OFFERED])


async def place(application: Application, slot_id: int | None, by: Actor, now: datetime) -> Application:
    """Give an accepted walk-in this place; joins the caller's transaction.

    In the slot that is running the applicant counts as arrived and gets a number C-n; in a later one it is an
    appointment like any other. slot_id: None where no place can be given: the applicant waits for a time and
    is told so. Raises Refused when the place was taken meanwhile; then nothing is written.
    """
    if slot_id is None:
        await notifications.tell(Kind.ACCEPTED_WAITING, application, now)
        return application
    free = {slot.id: slot for slot in await timetable.free_from_now(application.office, now)}
    if slot_id not in free or not await timetable.take(slot_id):
        raise Refused(_TAKEN, {"waktu": _TAKEN})
    slot = free[slot_id]
    if slot.starts_at > now:
        return await bookings.write(application, slot, None, by, now)
    async with transaction():
        number = await timetable.queue_number(application.office, wib_day(now), rules.Queue.WALK_IN)
        await Appointment(
            application=application.id,
            slot=slot.id,
            state="kept",
            queue_number=number,
            booked_at=now,
            ended_at=now,
        ).save()
        after = await casework.advance(
            application,
            Act.ARRIVE,
            by,
            now,
            changes={Application.arrived_at: now},
            details={"queue": number},
        )
        await arrivals.stand_in_line(after, number, now)
        return after


async def queue_number(application: Application) -> str:
    """The number that is called: of the latest appointment or place; empty without one."""
    row = (
        await Appointment.select(Appointment.queue_number)
        .where((Appointment.application == application.id) & Appointment.state.is_in(["booked", "kept"]))
        .order_by(Appointment.id, ascending=False)
        .first()
    )
    return str(row["queue_number"]) if row else ""
