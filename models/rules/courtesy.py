"""When people may be told: not at night, and not too often on one day; a deadline waits for neither [G4, P7]."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from models.rules.calendar import wib_day, wib_moment
from models.rules.messages import Kind

BY_DAY_AND_NIGHT = frozenset(
    {
        Kind.CORRECTION_REMINDER,
        Kind.DEADLINE_MOVED,
        Kind.REMINDER_DAY,
        Kind.RECEIVED,
        Kind.WITHDRAWN,
    }
)
"""Reminders of a deadline and of the same day, and the answer to what somebody did just now."""

HOWEVER_MANY = frozenset(
    {
        Kind.CORRECTION_ASKED,
        Kind.CORRECTION_REMINDER,
        Kind.DEADLINE_MOVED,
        Kind.SCHEDULED,
        Kind.MOVED,
        Kind.EARLIER_OFFERED,
        Kind.REMINDER_EVE,
        Kind.REMINDER_DAY,
        Kind.REPRINT,
        Kind.READY,
    }
)
"""What has a date or a way to the office in it, and would be wrong or useless on the next morning."""


@dataclass(frozen=True)
class Courtesy:
    """The office's own measure. The same time twice: no quiet hours. a_day: messages for one person, at least 1."""

    quiet_from: time = time(20)
    quiet_until: time = time(6)
    a_day: int = 6

    def awake(self, at: datetime) -> datetime:
        """This moment, or the end of the quiet hours that it lies in."""
        day, clock = wib_day(at), at - wib_moment(wib_day(at), time())
        begins, ends = _since_midnight(self.quiet_from), _since_midnight(self.quiet_until)
        if begins < ends:
            return wib_moment(day, self.quiet_until) if begins <= clock < ends else at
        if begins > ends and clock >= begins:
            return wib_moment(day + timedelta(days=1), self.quiet_until)
        return wib_moment(day, self.quiet_until) if begins > ends and clock < ends else at

    def next_morning(self, at: datetime) -> datetime:
        """The end of the quiet hours of the next day; 06.00 where there are none."""
        morning = self.quiet_until if self.quiet_from != self.quiet_until else time(6)
        return wib_moment(wib_day(at) + timedelta(days=1), morning)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)
