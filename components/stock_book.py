"""The ledger of blanks as it is read: a period with its balances, what is in the safe, what is unaccounted for [M2]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from piccolo.query.functions import Sum

from components.actors import Actor
from components.refusals import Refused
from models.account import Staff
from models.application import Application
from models.card_stock import Blank, StockEntry
from models.rules import blanks
from models.rules.blanks import INCOMING, OUTGOING, BlankState, EntryKind, Run
from models.rules.calendar import wib_day, wib_moment

LONGEST_PERIOD = timedelta(days=92)
RECENT = 15
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
"""Days that somebody could mean."""


@dataclass(frozen=True)
class Line:
    """One line of the ledger, with the balance after it. number: of the application it was used for."""

    id: int
    kind: str
    happened_at: datetime
    entered_at: datetime
    quantity: int
    change: int
    balance: int
    first: str
    last: str
    number: str
    note: str
    party: str
    reason: str
    expected: int | None
    found: int | None
    officer: str

    @property
    def late(self) -> bool:
        """Whether it was entered on a later day than it happened."""
        return wib_day(self.happened_at) != wib_day(self.entered_at)


@dataclass(frozen=True)
class Book:
    """The lines of a period, both days included, and what they come to. totals: blanks by kind of line."""

    since: date
    until: date
    opening: int
    closing: int
    lines: tuple[Line, ...]
    totals: Mapping[EntryKind, int]

    @property
    def came(self) -> int:
        return sum(line.change for line in self.lines if line.change > 0)

    @property
    def went(self) -> int:
        return -sum(line.change for line in self.lines if line.change < 0)


@dataclass(frozen=True)
class Loan:
    """What is still open with another office; count: lent to it, or, when borrowed, to be given back."""

    party: str
    count: int
    borrowed: bool


@dataclass(frozen=True)
class Shelf:
    """What should be there, run by run, and what is not accounted for.

    gaps: numbers between deliveries that nobody ever entered. missing: entered, and then not there.
    """

    in_stock: tuple[Run, ...]
    gaps: tuple[Run, ...]
    missing: tuple[Run, ...]
    loans: tuple[Loan, ...]
    last_count: Line | None
    counted_today: bool


def period(
    since: str, until: str, now: datetime, oldest: date | None = None, longest: timedelta = LONGEST_PERIOD
) -> tuple[date, date]:
    """The days typed; where nothing was, from the oldest, or the first of the month, until today.

    Raises Refused for what cannot be read and for more days than the longest period.
    """
    today = wib_day(now)
    last = _day(until, "sampai") if until.strip() else today
    first = _day(since, "dari") if since.strip() else oldest or min(last, today).replace(day=1)
    if first > last:
        raise Refused("Periksa tanggalnya.", {"dari": "Tanggal awal harus sebelum tanggal akhir."})
    if last - first > longest:
        raise Refused("Periksa tanggalnya.", {"dari": f"Pilih paling lama {longest.days} hari sekaligus."})
    return first, last


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.min
    if not _FIRST <= day <= _LAST:
        raise Refused("Periksa tanggalnya.", {name: "Tulis tanggal seperti 2026-11-23."})
    return day


async def book(by: Actor, since: date, until: date) -> Book:
    """The ledger of the actor's office by the days on which lines were entered."""
    office_id = by.office_id or 0
    start = wib_moment(since, time(0))
    end = wib_moment(until + timedelta(days=1), time(0))
    opening = await _sum((StockEntry.office == office_id) & (StockEntry.entered_at < start))
    rows = (
        await StockEntry.select(*StockEntry.all_columns())
        .where(
            (StockEntry.office == office_id)
            & (StockEntry.entered_at >= start)
            & (StockEntry.entered_at < end)
        )
        .order_by(StockEntry.id)
    )
    lines = await _lines(rows, opening)
    totals = {
        kind: sum(line.quantity for line in lines if line.kind == kind) for kind in (*INCOMING, *OUTGOING)
    }
    closing = lines[-1].balance if lines else opening
    return Book(since, until, opening, closing, lines, {kind: n for kind, n in totals.items() if n})


@dataclass(frozen=True)
class Balance:
    """What a period comes to, without its lines. totals: blanks by kind of line."""

    opening: int
    closing: int
    totals: Mapping[EntryKind, int]


async def balance(by: Actor, since: date, until: date) -> Balance:
    """The sums of the ledger of a period, both days included, however many lines it has."""
    office_id = by.office_id or 0
    start, end = wib_moment(since, time(0)), wib_moment(until + timedelta(days=1), time(0))
    of_office = StockEntry.office == office_id
    opening = await _sum(of_office & (StockEntry.entered_at < start))
    rows = (
        await StockEntry.select(
            StockEntry.kind,
            Sum(StockEntry.quantity, alias="quantity"),
            Sum(StockEntry.change, alias="change"),
        )
        .where(of_office & (StockEntry.entered_at >= start) & (StockEntry.entered_at < end))
        .group_by(StockEntry.kind)
    )
    sums = {row["kind"]: row for row in rows}
    totals = {kind: int(sums[kind]["quantity"]) for kind in (*INCOMING, *OUTGOING) if kind in sums}
    return Balance(opening, opening + sum(int(row["change"]) for row in rows), totals)


async def recent(by: Actor) -> tuple[Line, ...]:
    """The last lines, newest first."""
    office_id = by.office_id or 0
    rows = (
        await StockEntry.select(*StockEntry.all_columns())
        .where(StockEntry.office == office_id)
        .order_by(StockEntry.id, ascending=False)
        .limit(RECENT)
    )
    if not rows:
        return ()
    before = await _sum((StockEntry.office == office_id) & (StockEntry.id < rows[-1]["id"]))
    return tuple(reversed(await _lines(list(reversed(rows)), before)))


async def shelf(by: Actor, now: datetime) -> Shelf:
    """What should lie in the safe of the actor's office, and what is known of the rest."""
    office_id = by.office_id or 0
    of_office = StockEntry.office == office_id
    deliveries = await StockEntry.select(StockEntry.first_serial, StockEntry.last_serial).where(
        of_office & StockEntry.kind.is_in([str(kind) for kind in INCOMING])
    )
    counted = (
        await StockEntry.select(*StockEntry.all_columns())
        .where(of_office & (StockEntry.kind == str(EntryKind.COUNTED)))
        .order_by(StockEntry.id, ascending=False)
        .limit(1)
    )
    count = (await _lines(counted, 0))[0] if counted else None
    return Shelf(
        in_stock=await _runs(office_id, BlankState.IN_STOCK),
        gaps=blanks.gaps((row["first_serial"], row["last_serial"]) for row in deliveries),
        missing=await _runs(office_id, BlankState.MISSING),
        loans=await _loans(office_id),
        last_count=count,
        counted_today=count is not None and wib_day(count.entered_at) == wib_day(now),
    )


async def _runs(office_id: int, state: BlankState) -> tuple[Run, ...]:
    rows = await Blank.select(Blank.serial).where((Blank.office == office_id) & (Blank.state == str(state)))
    return blanks.runs(row["serial"] for row in rows)


async def _loans(office_id: int) -> tuple[Loan, ...]:
    """By the name of the other office, however it was spelt in capitals."""
    signs = {
        EntryKind.LENT: (False, 1),
        EntryKind.TAKEN_BACK: (False, -1),
        EntryKind.BORROWED: (True, 1),
        EntryKind.GIVEN_BACK: (True, -1),
    }
    rows = (
        await StockEntry.select(StockEntry.kind, StockEntry.party, StockEntry.quantity)
        .where((StockEntry.office == office_id) & StockEntry.kind.is_in([str(kind) for kind in signs]))
        .order_by(StockEntry.id)
    )
    names: dict[tuple[str, bool], str] = {}
    open_: dict[tuple[str, bool], int] = {}
    for row in rows:
        borrowed, sign = signs[EntryKind(row["kind"])]
        key = (row["party"].casefold(), borrowed)
        names[key] = row["party"]
        open_[key] = open_.get(key, 0) + sign * row["quantity"]
    return tuple(Loan(names[key], count, key[1]) for key, count in open_.items() if count)


async def _sum(where: Any) -> int:
    row = await StockEntry.select(Sum(StockEntry.change)).where(where).first()
    return int(row["sum"] or 0) if row else 0


async def _lines(rows: Iterable[dict[str, Any]], opening: int) -> tuple[Line, ...]:
    rows = list(rows)
    numbers = await _named(Application, Application.number, (row["application"] for row in rows))
    officers = await _named(Staff, Staff.name, (row["entered_by"] for row in rows))
    found: list[Line] = []
    balance = opening
    for row in rows:
        balance += row["change"]
        found.append(
            Line(
                id=row["id"],
                kind=row["kind"],
                happened_at=row["happened_at"],
                entered_at=row["entered_at"],
                quantity=row["quantity"],
                change=row["change"],
                balance=balance,
                first=row["first_serial"],
                last=row["last_serial"],
                number=numbers.get(row["application"], ""),
                note=row["note"],
                party=row["party"],
                reason=row["reason"],
                expected=row["expected"],
                found=row["found"],
                officer=officers.get(row["entered_by"], "Sistem"),
            )
        )
    return tuple(found)


async def _named(table: Any, column: Any, ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = sorted({id_ for id_ in ids if id_ is not None})
    if not wanted:
        return {}
    rows = await table.select(table.id, column.as_alias("word")).where(table.id.is_in(wanted))
    return {row["id"]: row["word"] for row in rows}
