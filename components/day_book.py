"""The day book (Buku Harian): every application that reached the office, numbered through the year [M4, E1].

One line for each application, on the day on which it first came in, with what became of it up to now: one line can be
followed from the desk to the cupboard, however often the file went back and forth. What never came in has no line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from components import paging
from components.actors import Actor
from components.particulars import ShownNik, masked_nik
from models.application import Application
from models.rules.calendar import wib_day, wib_moment
from models.rules.workflow import State

PER_PAGE = 50
LONGEST = timedelta(days=366)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """One line. n: its number in the year of its day. nik: masked as a rule; empty once it was removed."""

    n: int
    id: int
    number: str
    name: str
    nik: str
    village: str
    channel: str
    service: str
    change: str
    state: str
    submitted_at: datetime
    printed_at: datetime | None
    finished_at: datetime | None

    @property
    def handed_over(self) -> bool:
        return self.state == State.HANDED_OVER


@dataclass(frozen=True)
class Totals:
    """What happened in a period, whenever it had come in. closed: lapsed, refused or withdrawn."""

    received: int
    printed: int
    handed_over: int
    closed: int


async def listed(
    since: date, until: date, by: Actor, after: str = "", limit: int = PER_PAGE, nik: ShownNik = masked_nik
) -> tuple[list[Entry], str]:
    """(lines of the own office from day to day, oldest first, where to go on or "").

    after: where the page before ended; anything else begins at the beginning.
    """
    office = by.office_id or 0
    where = _within(Application.submitted_at, office, _span(since, until))
    if (place := paging.read_place(after)) is not None:
        at, id_ = place
        where = where & (
            (Application.submitted_at > at) | ((Application.submitted_at == at) & (Application.id > id_))
        )
    rows = (
        await Application.select(
            *(Application.id, Application.number, Application.name, Application.nik_sealed),
            Application.village.name.as_alias("village_name"),
            *(Application.channel, Application.service, Application.change, Application.state),
            *(Application.submitted_at, Application.printed_at, Application.finished_at),
        )
        .where(where)
        .order_by(Application.submitted_at, Application.id)
        .limit(limit + 1)
    )
    found: list[Entry] = []
    for row in rows[:limit]:
        year = wib_day(row["submitted_at"]).year
        same_year = bool(found) and wib_day(found[-1].submitted_at).year == year
        n = found[-1].n + 1 if same_year else await _number(office, year, row)
        found.append(_entry(n, row, nik))
    return found, paging.place(found[-1].submitted_at, found[-1].id) if len(rows) > limit else ""


async def totals(since: date, until: date, by: Actor) -> Totals:
    """What came in, was printed, handed over and closed otherwise from day to day."""
    office, span = by.office_id or 0, _span(since, until)
    finished = _within(Application.finished_at, office, span)
    handed_over = await Application.count().where(finished & (Application.state == str(State.HANDED_OVER)))
    return Totals(
        received=await Application.count().where(_within(Application.submitted_at, office, span)),
        printed=await Application.count().where(_within(Application.printed_at, office, span)),
        handed_over=handed_over,
        closed=await Application.count().where(finished) - handed_over,
    )


def _span(since: date, until: date) -> tuple[datetime, datetime]:
    return wib_moment(since, time(0)), wib_moment(until + _DAY, time(0))


def _within(column: Any, office: int, span: tuple[datetime, datetime]) -> Any:
    return (Application.office == office) & (column >= span[0]) & (column < span[1])


async def _number(office: int, year: int, row: Mapping[str, Any]) -> int:
    """The how-manieth of its year this one is."""
    at, ours = row["submitted_at"], Application.office == office
    first = wib_moment(date(year, 1, 1), time(0))
    # Apart, because then an index alone counts the earlier ones.
    earlier = await Application.count().where(
        ours & (Application.submitted_at >= first) & (Application.submitted_at < at)
    )
    at_once = await Application.count().where(
        ours & (Application.submitted_at == at) & (Application.id <= row["id"])
    )
    return int(earlier + at_once)


def _entry(n: int, row: Mapping[str, Any], nik: ShownNik) -> Entry:
    return Entry(
        n=n,
        id=row["id"],
        number=row["number"],
        name=row["name"],
        nik=nik(row["number"], row["nik_sealed"]),
        village=row["village_name"] or "",
        channel=row["channel"],
        service=row["service"],
        change=row["change"],
        state=row["state"],
        submitted_at=row["submitted_at"],
        printed_at=row["printed_at"],
        finished_at=row["finished_at"],
    )
