"""Coming to the office, and leaving it unserved: checked in, sent home, not come [P9]."""

from datetime import datetime

from components import appointments, bookings, casework, history, timetable
from components.actors import Actor
from components.counter import reason as checked_reason
from components.refusals import Overtaken, Refused
from components.words import jam
from models.application import Application
from models.appointment import Appointment, Slot
from models.arrival import Arrival
from models.db import transaction
from models.rules.calendar import wib_day
from models.rules.slots import Queue
from models.rules.turns import Turn
from models.rules.workflow import Act, State


async def arrive(application: Application, by: Actor, now: datetime, at: datetime) -> Application:
    """The applicant is here [P9]: the appointment is kept, and the person waits for the turn [G2].

    at: when they came. Who has no appointment today draws a number of the walk-ins. Raises what advance() does.
    """
    async with transaction():
        after = await casework.advance(
            application, Act.ARRIVE, by, now, changes={Application.arrived_at: at}, happened_at=at
        )
        kept = await appointments.keep(application.id, now)
        if kept is not None and wib_day(kept.starts_at) == wib_day(now):
            number = kept.queue_number
        else:
            number = await timetable.queue_number(application.office, wib_day(now), Queue.WALK_IN)
        await stand_in_line(after, number, at)
    return after


async def stand_in_line(application: Application, number: str, at: datetime) -> None:
    """The person waits for the turn with this number, since `at`. Joins the caller's transaction."""
    row = Arrival(
        application=application.id,
        office=application.office,
        queue_number=number,
        state=Turn.WAITING,
        arrived_at=at,
    )
    await Arrival.insert(row).on_conflict(
        target=Arrival.application,
        action="DO UPDATE",
        values=[
            Arrival.queue_number,
            Arrival.state,
            Arrival.arrived_at,
            Arrival.behind,
            Arrival.called_at,
            Arrival.called_by,
            Arrival.window_label,
            Arrival.calls,
        ],
    )


async def leave(application: Application, reason: str, by: Actor, now: datetime) -> Application:
    """Who is here goes home unserved: the file waits for another appointment, which the system gives [P8].

    Raises Refused without a reason.
    """
    words = checked_reason(reason)
    async with transaction():
        after = await casework.advance(
            application, Act.LEAVE, by, now, reason=words, changes={Application.arrived_at: None}
        )
        await gone(application)
    return after


async def gone(application: Application) -> None:
    """The person is no longer in the line. Joins the caller's transaction."""
    await Arrival.update({Arrival.state: Turn.GONE}).where(Arrival.application == application.id)


async def no_show(application: Application, by: Actor, now: datetime) -> Application:
    """Who has an appointment did not come: told, and chooses anew [P8]. Raises Refused before its time is over."""
    if application.state != State.SCHEDULED:
        raise Overtaken("Permohonan ini tidak sedang terjadwal. Muat ulang halaman untuk melihatnya.")
    held = await bookings.current(application.id)
    if held is not None and held.ends_at > now:
        raise Refused(f"Jamnya belum lewat. Tunggu sampai {jam(held.ends_at)}.")
    return await appointments.miss(application, by, now)


async def take_back(application: Application, by: Actor, now: datetime) -> Application:
    """Undo an arrival: the file stands where it stood before, with its appointment. Joins the caller's transaction.

    A walk-in's place in the slot that is running is free again; its file waits for another time.
    """
    after = await casework.advance(
        application, Act.UNDO, by, now, changes={Application.arrived_at: None}, details={"step": Act.ARRIVE}
    )
    await gone(application)
    last = (
        await Appointment.objects()
        .where(Appointment.application == application.id)
        .order_by(Appointment.id, ascending=False)
        .first()
    )
    if last is None or last.state != "kept":
        return after
    if last.queue_number.startswith(Queue.WALK_IN):
        await Appointment.update({Appointment.state: "cancelled", Appointment.ended_at: now}).where(
            Appointment.id == last.id
        )
        await timetable.give_back(last.slot)
        return after
    await Appointment.update({Appointment.state: "booked", Appointment.ended_at: None}).where(
        Appointment.id == last.id
    )
    slot = await Slot.select(Slot.starts_at).where(Slot.id == last.slot).first()
    assert slot is not None  # noqa: S101 - a foreign key
    details: dict[str, history.Detail] = {"slot": slot["starts_at"].isoformat()}
    return await casework.advance(after, Act.SCHEDULE, by, now, details=details, silent=True)
