"""The calendar file of an application's appointment: for the phone, and beside the message that tells of it [P8]."""

from dataclasses import replace
from urllib.parse import urlsplit

from components import bookings, status
from components.founding import office_card
from components.kit import kit
from components.papers.ics import CalendarEntry
from components.refusals import Missing
from models.application import Application
from models.appointment import Appointment
from models.notification import Message
from models.rules.messages import Kind

_TELLS_OF_ONE = frozenset({Kind.SCHEDULED, Kind.MOVED})
_ENDS_ONE = frozenset({Kind.WITHDRAWN, Kind.LOOKED_AT_AGAIN})


async def entry_of(application: Application) -> CalendarEntry:
    """The appointment that stands. Raises Missing when there is none."""
    booking = await bookings.current(application.id)
    if booking is None:
        raise Missing
    return _entry(application, booking)


async def entry_for(message: Message) -> CalendarEntry | None:
    """What goes with a message: the appointment it tells of, or the end of the one that it took away.

    None for other news, for colleagues, and once the appointment is another one than when this was written.
    """
    if message.application is None or ":staff:" in message.key:
        return None
    application = await Application.objects().get(Application.id == message.application)
    if application is None:
        return None
    booking = await bookings.current(application.id)
    if message.kind in _TELLS_OF_ONE and booking is not None:
        return _entry(application, booking)
    if message.kind in _ENDS_ONE and booking is None:
        return await _ended(application)
    return None


async def _ended(application: Application) -> CalendarEntry | None:
    """The cancellation of the last appointment, if it was taken away before it began."""
    row = await (
        Appointment.objects(Appointment.slot)
        .where((Appointment.application == application.id) & Appointment.state.is_in(["moved", "cancelled"]))
        .order_by(Appointment.id, ascending=False)
        .first()
    )
    if row is None or row.ended_at is None or row.ended_at >= row.slot.starts_at:
        return None
    booking = bookings.Booking(
        row.id,
        row.slot.id,
        row.slot.starts_at,
        row.slot.ends_at,
        row.queue_number,
        row.sequence + 1,
        row.ended_at,
    )
    return replace(_entry(application, booking), cancelled=True)


def _entry(application: Application, booking: bookings.Booking) -> CalendarEntry:
    office, base_url = office_card(), kit().settings.base_url
    return CalendarEntry(
        number=application.number,
        host=urlsplit(base_url).hostname or "loket",
        sequence=booking.sequence,
        service=f"{status.what(application)} KTP-el" if application.change else "KTP-el",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        made_at=booking.booked_at,
        place=f"Kantor {office.name}, {office.address}",
        queue=booking.queue_number,
        office=office.name,
        office_email=office.email,
        url=f"{base_url}/permohonan/{application.number}",
        bring=status.bring(application),
    )
