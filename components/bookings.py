"""One application in one slot: written, ended, and what it does to the promise [P8, T1].

Every act locks the application first and slots after it, in order of id, so that no two wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime

from components import casework, holds, promises, stock, timetable
from components.actors import Actor
from components.refusals import Overtaken
from components.timetable import FreeSlot
from models.application import Application
from models.appointment import Appointment
from models.db import Prepared, transaction
from models.rules import slots as rules
from models.rules.calendar import wib_day
from models.rules.workflow import Act, Role

_LIKELY = 3
"""Free times locked together with the one that is given back, of which one will be taken."""


@dataclass(frozen=True)
class Booking:
    """An appointment that stands. sequence: of its calendar file, raised each time it is moved."""

    id: int
    slot_id: int
    starts_at: datetime
    ends_at: datetime
    queue_number: str
    sequence: int
    booked_at: datetime


_STANDING = Prepared(
    lambda application: Appointment.select(
        Appointment.id,
        Appointment.slot.id.as_alias("slot_id"),
        Appointment.slot.starts_at.as_alias("starts_at"),
        Appointment.slot.ends_at.as_alias("ends_at"),
        Appointment.queue_number,
        Appointment.sequence,
        Appointment.booked_at,
    ).where((Appointment.application == application) & (Appointment.state == "booked"))
)


async def current(application_id: int) -> Booking | None:
    """The appointment that an application has now; None without one, or once its applicant came."""
    row = await _STANDING.first(application_id)
    return Booking(**row) if row else None


_LOCKED = Prepared(
    lambda id_: Application.select(*Application.all_columns()).where(Application.id == id_), locks=True
)


async def locked(application_id: int) -> Application:
    """The application as it stands, held for the rest of the transaction."""
    (application,) = await _LOCKED.objects(Application, application_id)
    return application


async def book_earliest(application: Application, by: Actor, now: datetime) -> Application | None:
    """Book the earliest free time, 2 office hours ahead or more; None while all are taken or blanks are out.

    Raises Overtaken when the application has an appointment already.
    """
    if await stock.blanks_are_out(application.office):
        return None
    async with transaction():
        await locked(application.id)
        if await current(application.id) is not None:
            raise Overtaken("Permohonan ini sudah punya jadwal. Muat ulang halaman untuk melihatnya.")
        await timetable.ensure_slots(application.office, now)
        free = await timetable.free_slots(application.office, now)
        own = await holds.of(application.id)
        if own is not None:
            await timetable.hold(own.slot_id, *(slot.id for slot in free[:_LIKELY]))
            await holds.let_go(own)
        for slot in free:
            if await timetable.take(slot.id):
                return await write(application, slot, None, by, now)
    return None


async def write(
    application: Application, slot: FreeSlot, held: Booking | None, by: Actor, now: datetime
) -> Application:
    """Write the appointment in a place already taken, end the one held before, and do the step.

    Joins the caller's transaction. Raises what casework.advance() raises; then nothing is written.
    """
    number = None
    if held is not None:
        await end(held, "cancelled" if by.holds(Role.SYSTEM) else "moved", now)
        await timetable.give_back(held.slot_id)
        number = held.queue_number if wib_day(held.starts_at) == wib_day(slot.starts_at) else None
    await Appointment(
        application=application.id,
        slot=slot.id,
        queue_number=number
        or await timetable.queue_number(application.office, wib_day(slot.starts_at), rules.Queue.APPOINTMENT),
        sequence=held.sequence + 1 if held else 0,
        booked_at=now,
    ).save()
    due = (await promises.count(application, now)).clock.due_at
    changes = {Application.promise_at: due}
    if not by.holds(Role.SYSTEM):
        # Who chose the time, or was asked, sees what it does to the promise.
        changes[Application.promise_told_at] = due
    return await casework.advance(
        application,
        Act.RESCHEDULE if held else Act.SCHEDULE,
        by,
        now,
        changes=changes,
        details={"slot": slot.starts_at.isoformat()},
    )


async def end(held: Booking, state: str, now: datetime) -> bool:
    """End an appointment: moved, kept, missed or cancelled. False when it had ended already."""
    ended = (
        await Appointment.update({Appointment.state: state, Appointment.ended_at: now})
        .where((Appointment.id == held.id) & (Appointment.state == "booked"))
        .returning(Appointment.id)
    )
    return bool(ended)
