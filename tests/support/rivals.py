"""Many applicants for one place, round after round: for the tests and for the load measurements."""

import asyncio
from datetime import datetime

from components import appointments, founding, timetable
from components.timetable import FreeSlot
from models.application import Application
from models.appointment import Appointment, Slot
from models.rules.workflow import State
from tests.support.cases import an_application, holder


async def gather_rivals(count: int, now: datetime) -> list[Application]:
    """So many accepted applications without an appointment."""
    return [await an_application(now=now) for _ in range(count)]


async def leave_one_place(now: datetime) -> FreeSlot:
    """Fill the whole plan of the first office but for its last place, and return that one."""
    office = founding.office_card().id
    await timetable.ensure_slots(office, now)
    last = (await timetable.free_slots(office, now))[-1]
    await Slot.update({Slot.booked: Slot.capacity}).where(Slot.id != last.id)
    return last


async def race(rivals: list[Application], place: FreeSlot, now: datetime) -> list[object]:
    """All at once: what came out for each, an Application for who got it or the exception."""
    return list(
        await asyncio.gather(
            *(appointments.move(rival, place.id, holder(rival), now) for rival in rivals),
            return_exceptions=True,
        )
    )


async def holders_of(place: FreeSlot) -> tuple[int, int]:
    """(appointments that stand in this place, what the place itself says is booked)."""
    standing = await Appointment.count().where(
        (Appointment.slot == place.id) & (Appointment.state == "booked")
    )
    row = await Slot.objects().get(Slot.id == place.id)
    return standing, row.booked if row else -1


async def begin_again(rivals: list[Application], place: FreeSlot) -> list[Application]:
    """Take the place away from who got it; the rivals as they then stand."""
    await Appointment.update({Appointment.state: "cancelled"}).where(Appointment.slot == place.id)
    await Slot.update({Slot.booked: 0}).where(Slot.id == place.id)
    ids = [rival.id for rival in rivals]
    await Application.update({Application.state: State.ACCEPTED}).where(Application.id.is_in(ids))
    return await Application.objects().where(Application.id.is_in(ids)).order_by(Application.id)
