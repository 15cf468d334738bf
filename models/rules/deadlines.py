"""Moments at which something falls due, and what comes before and after them [P7, P8, G4].

Moments come in aware and go out in UTC; hours of the day are WIB. Days are calendar days, because applicants
have no office hours, unless a function says otherwise.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

from models.rules.calendar import OfficeCalendar, Span, wib_day, wib_moment

NOON = time(12)
GRACE = timedelta(minutes=60)
LAST_HOUR = timedelta(hours=1)
OUTAGE_BORNE = timedelta(minutes=10)
WALK_IN_DAYS = 7
DRAFT_KEPT = timedelta(days=7)

_DAY = timedelta(days=1)
_CORRECTION_REMINDERS = (time(7), time(11))
_DAY_BEFORE_APPOINTMENT, _DAY_OF_APPOINTMENT = time(16), time(6, 30)
READY_REMINDERS = (7, 21, 45)
"""Days; an office may choose others."""


class DayReading(StrEnum):
    """How the office reads "keesokan harinya": the standard does not say."""

    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"


def correction_due(
    returned_at: datetime, calendar: OfficeCalendar, reading: DayReading = DayReading.CALENDAR_DAY
) -> datetime:
    """12:00 WIB of the day after the file was returned [P7]; or of the next working day, if so read."""
    next_day = wib_day(returned_at) + _DAY
    if reading is DayReading.WORKING_DAY:
        next_day = calendar.add_working_days(next_day, 0)
    return wib_moment(next_day, NOON)


def correction_reminders(returned_at: datetime, due: datetime) -> tuple[datetime, ...]:
    """07:00 and 11:00 WIB of the deadline's day, as far as they lie between return and deadline [P7].

    The message at the moment of return is not among them. After an extension call it with the new deadline.
    """
    moments = (wib_moment(wib_day(due), at) for at in _CORRECTION_REMINDERS)
    return tuple(moment for moment in moments if returned_at < moment < due)


def in_time(due: datetime, resubmitted_at: datetime, first_upload_begun_at: datetime | None) -> bool:
    """Whether a correction counts: handed in by the deadline, that very moment included [P7].

    A slow line costs nobody the deadline: a replacement begun before it has 60 minutes more, the last moment
    included. first_upload_begun_at: of a replacement since the file was returned; None when there was none.
    """
    return resubmitted_at <= lapse_at(due, first_upload_begun_at)


def lapse_at(due: datetime, upload_begun_at: datetime | None) -> datetime:
    """The last moment in time; the application lapses when it is over [P7]. upload_begun_at: see in_time."""
    begun_in_time = upload_begun_at is not None and upload_begun_at < due
    return due + GRACE if begun_in_time else due


def outage_extension(
    due: datetime,
    outages: Iterable[Span],
    calendar: OfficeCalendar,
    reading: DayReading = DayReading.CALENDAR_DAY,
) -> datetime | None:
    """The new deadline, noon of the following day, when the service was away too long before this one [P7].

    Too long: more than 10 minutes in all within the last hour before the deadline. outages: (from, to); they
    may overlap and lie anywhere. None when the deadline stands.
    """
    away, counted_to = timedelta(), due - LAST_HOUR
    for since, to in sorted(outages):
        since, to = max(since, counted_to), min(to, due)
        if since < to:
            away += to - since
            counted_to = to
    return correction_due(due, calendar, reading) if away > OUTAGE_BORNE else None


def true_due(
    due: datetime,
    outages: Collection[Span],
    calendar: OfficeCalendar,
    reading: DayReading = DayReading.CALENDAR_DAY,
) -> datetime:
    """The deadline itself, or the first noon after it that no outage of ours spoilt [P7]."""
    while (later := outage_extension(due, outages, calendar, reading)) is not None:
        due = later
    return due


def walk_in_due(returned_at: datetime, calendar: OfficeCalendar) -> datetime:
    """Until when a returned walk-in file waits [P2]: close of office on the 7th (or next working) day."""
    seventh = wib_day(returned_at) + WALK_IN_DAYS * _DAY
    return calendar.close_of(calendar.add_working_days(seventh, 0))


def draft_purge_at(touched_at: datetime) -> datetime:
    """When an untouched draft is removed: 7 days after the applicant's last act."""
    return touched_at + DRAFT_KEPT


def appointment_reminders(starts_at: datetime, booked_at: datetime) -> tuple[datetime, ...]:
    """16:00 WIB the day before and 06:30 on the day, as far as they lie between booking and start [P8]."""
    day = wib_day(starts_at)
    moments = (wib_moment(day - _DAY, _DAY_BEFORE_APPOINTMENT), wib_moment(day, _DAY_OF_APPOINTMENT))
    return tuple(moment for moment in moments if booked_at < moment < starts_at)


def ready_reminders(ready_at: datetime, days: Iterable[int] = READY_REMINDERS) -> tuple[datetime, ...]:
    """When a card not yet collected is reminded of: 7, 21 and 45 days after it was ready, or as the office set [G4]."""
    return tuple(ready_at + timedelta(days=wait) for wait in days)
