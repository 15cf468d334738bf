"""A time is kept while its applicant looks at it: ten minutes, one at a time, released on leaving or when over [P8]."""

from datetime import datetime

from components import appointments, bookings, earlier, holds, timetable
from components.actors import Actor
from components.holds import Hold
from components.jobs import each
from components.refusals import Overtaken, Refused
from models.application import Application
from models.db import transaction
from models.rules.slots import HELD_FOR
from models.rules.workflow import State

_CHOOSING = frozenset({State.ACCEPTED, State.SCHEDULED})


async def hold(application: Application, slot_id: int, by: Actor, now: datetime) -> None:
    """Keep one free time for this application for ten minutes; what it held before is given back.

    Choosing the same time again does not make it longer. Raises what appointments.move() raises.
    """
    async with transaction():
        row = await bookings.locked(application.id)
        if row.state not in _CHOOSING:
            raise Overtaken("Jadwal permohonan ini sudah tidak bisa dipilih. Muat ulang halaman.")
        booked = await bookings.current(row.id)
        await appointments.refuse_when_fixed(row, booked, by, now)
        own = await holds.of(row.id)
        if own is not None and own.slot_id == slot_id and now < own.until:
            return
        if booked is not None and booked.slot_id == slot_id:
            raise Refused("Itu jadwal Anda sekarang. Pilih jam lain.", {"jadwal": "Pilih jam lain."})
        await timetable.hold(slot_id, *([own.slot_id] if own else []))
        if own is not None:
            await _drop(row.id, own)
        await appointments.take_free(row, slot_id, now)
        await holds.keep(row.id, row.office, slot_id, now + HELD_FOR, now)


async def leave(application: Application) -> None:
    """Give back what was kept for this application; nothing happens when there is nothing."""
    async with transaction():
        await bookings.locked(application.id)
        own = await holds.of(application.id)
        if own is not None:
            await holds.let_go(own)


async def _drop(application_id: int, own: Hold) -> None:
    """Another time is chosen: what was kept goes back, and an offer with it."""
    await holds.let_go(own)
    if own.offered:
        await earlier.forget(application_id)


async def sweep(now: datetime) -> int:
    """Give back every place whose time is over. Who did not answer an offer is offered no other unless asked again."""

    async def release(application_id: int) -> bool:
        async with transaction():
            await bookings.locked(application_id)
            own = await holds.of(application_id)
            if own is None or now < own.until:
                return False
            await _drop(application_id, own)
        return True

    return await each(await holds.overdue(now), release, "place kept too long")
