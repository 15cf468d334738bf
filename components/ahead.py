"""What another calendar would do before it is saved: whose time moves, and which promises change [T1, P8]."""

from dataclasses import dataclass
from datetime import datetime

from components import promises, recount, timetable
from components.refusals import Refused
from models.application import Application
from models.rules.calendar import OfficeCalendar, wib_day

_MOST_DIGITS = 6


@dataclass(frozen=True)
class Ahead:
    """people: have a time and would be moved. earlier, later: promises that would come to another day."""

    people: int = 0
    earlier: int = 0
    later: int = 0

    def within(self, agreed: "Ahead") -> bool:
        """Whether nobody more is concerned than was agreed to."""
        return self.people <= agreed.people and self.earlier <= agreed.earlier and self.later <= agreed.later

    @property
    def words(self) -> str:
        """One sentence each for what would happen; empty when nothing would."""
        said = (
            (self.people, f"{self.people} orang yang sudah punya jadwal akan dipindahkan dan dikabari."),
            (self.earlier, f"{self.earlier} janji menjadi lebih awal."),
            (self.later, f"{self.later} janji menjadi lebih lambat, pemohonnya dikabari."),
        )
        return " ".join(words for count, words in said if count)

    def __str__(self) -> str:
        """As it lies in the form that agrees to it."""
        return f"{self.people}-{self.earlier}-{self.later}"


NOBODY = Ahead()
"""Nothing is agreed to yet."""


class WouldChange(Refused):
    """Nothing was done yet: what would change has to be agreed to first."""

    def __init__(self, ahead: Ahead) -> None:
        super().__init__(f"{ahead.words} Tekan sekali lagi jika setuju.")
        self.ahead = ahead


def read(text: str) -> Ahead:
    """What a form agrees to; nothing for what can never be that."""
    parts = text.split("-")
    if len(parts) != 3 or not all(
        part.isascii() and part.isdecimal() and len(part) <= _MOST_DIGITS for part in parts
    ):
        return NOBODY
    return Ahead(*map(int, parts))


async def agreed_to(office_id: int, calendar: OfficeCalendar, agreed: Ahead, now: datetime) -> int:
    """How many people this calendar moves. Raises WouldChange for more than was agreed to, promises included."""
    found = await of(office_id, calendar, now)
    if not found.within(agreed):
        raise WouldChange(found)
    return found.people


async def of(office_id: int, calendar: OfficeCalendar, now: datetime) -> Ahead:
    """What this calendar would do to appointments and promises of the office."""
    people = await timetable.would_move(office_id, now, calendar=calendar)
    rows = await Application.objects().where((Application.office == office_id) & recount.running())
    before = await promises.count_all(office_id, rows, now)
    after = await promises.count_all(office_id, rows, now, calendar)
    days = [(wib_day(before[id_].clock.due_at), wib_day(after[id_].clock.due_at)) for id_ in before]
    return Ahead(people, sum(new < old for old, new in days), sum(new > old for old, new in days))
