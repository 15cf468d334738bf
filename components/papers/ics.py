"""The appointment as a calendar file [P8]: one event that later files move or cancel."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from components.words import joined

if TYPE_CHECKING:
    from icalendar import Alarm

REMIND_BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class CalendarEntry:
    """One appointment.

    number: of the application; with host it makes the UID, so that a moved appointment replaces the old entry.
    sequence: raised by one each time the appointment is moved or cancelled. starts_at, ends_at, made_at: aware;
    made_at is when this state of the appointment came about. No name and no NIK, and url is the status page that
    asks for the PIN, never a link that signs in: calendars are shared and synchronised. Raises ValueError for
    moments without a zone, or an end that is not after the start.
    """

    number: str
    host: str
    sequence: int
    service: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    place: str
    queue: str
    office: str
    office_email: str
    url: str = field(repr=False)
    bring: tuple[str, ...] = ()
    cancelled: bool = False

    def __post_init__(self) -> None:
        if any(moment.tzinfo is None for moment in (self.starts_at, self.ends_at, self.made_at)):
            raise ValueError("an appointment needs moments with a time zone")
        if self.ends_at <= self.starts_at:
            raise ValueError("an appointment ends after it starts")

    @property
    def method(self) -> str:
        """What the file asks a calendar to do (RFC 5546)."""
        return "CANCEL" if self.cancelled else "PUBLISH"

    @property
    def content_type(self) -> str:
        """Of the file, with what it asks for."""
        return f"text/calendar; charset=utf-8; method={self.method}"


def calendar_file(entry: CalendarEntry) -> bytes:
    """The event as an iCalendar file (RFC 5545, methods PUBLISH and CANCEL of RFC 5546) in UTC.

    It reminds a day before. A cancelled appointment keeps its UID with STATUS:CANCELLED and reminds of nothing.
    """
    # Loaded by the first download, not by every process at start.
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"jadwal-{entry.number}@{entry.host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.made_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", _summary(entry))
    event.add("location", entry.place)
    event.add("description", _description(entry))
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.office_email:
        organizer = icalendar.vCalAddress(f"mailto:{entry.office_email}")
        organizer.params["CN"] = entry.office
        event.add("organizer", organizer)
    if not entry.cancelled:
        event.add_component(_alarm(entry))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Loket//Jadwal KTP-el//ID")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", entry.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _summary(entry: CalendarEntry) -> str:
    what = f"{entry.service[:1].upper()}{entry.service[1:]}, nomor antrean {entry.queue}"
    return f"Dibatalkan: {what}" if entry.cancelled else what


def _description(entry: CalendarEntry) -> str:
    lines = [f"Nomor permohonan {entry.number}."]
    if entry.cancelled:
        lines.append("Jadwal ini dibatalkan. Pilih jadwal lain di halaman status.")
    elif entry.bring:
        lines.append(f"Bawa {joined(entry.bring)}.")
    lines.append("Gratis, Rp0. Jangan beri uang.")
    return "\n".join(lines)


def _alarm(entry: CalendarEntry) -> "Alarm":
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMIND_BEFORE)
    alarm.add("description", _summary(entry))
    return alarm
