"""Card blanks at the counter: a delivery, one blank for one card, and how long the stock lasts [M2, S1].

Other movements are in stock_moves, the ledger itself in stock_book.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from piccolo.query.functions import Sum

from components import promises, stock_rows
from components.actors import Actor
from components.blank_outage import blanks_are_out as blanks_are_out
from components.blank_outage import is_kept
from components.blank_serials import parse_serial
from components.blank_serials import serials as serials
from components.refusals import Refused
from models.application import Application
from models.card_stock import Blank, StockEntry
from models.db import UniqueViolation
from models.office import Office
from models.rules import blanks
from models.rules.blanks import LOW_DAYS, EntryKind
from models.rules.calendar import wib_day, wib_moment

_USED_ALREADY = "Blangko ini sudah dipakai untuk KTP-el lain."


@dataclass(frozen=True)
class Asked:
    """Blanks that were asked for, and of which no delivery was entered since."""

    quantity: int
    at: datetime


@dataclass(frozen=True)
class Level:
    """How many blanks there are. kept: whether this office records its stock at all (else the rest is 0)."""

    kept: bool
    in_stock: int
    used_today: int
    spoiled_today: int
    days_left: int | None
    """Working days the stock lasts at the average use of the last 20; None while nothing was used."""
    threshold: int = LOW_DAYS
    """Working days below which the stock is low."""
    ends_on: date | None = None
    """The working day on which the stock will end; None when that is far off, or nothing was used."""
    out_since: datetime | None = None
    """When it was noticed that blanks are out, and people were told."""

    asked: Asked | None = None
    """The latest request that is still open."""

    @property
    def out(self) -> bool:
        return self.kept and self.in_stock == 0

    @property
    def low(self) -> bool:
        return self.out or (self.kept and self.days_left is not None and self.days_left < self.threshold)


async def receive(
    first: str, last: str, delivery_note: str, by: Actor, now: datetime, count: str = ""
) -> int:
    """Enter a delivery of blanks by its range of serial numbers; returns how many.

    From the first delivery on the stock is kept, so that zero means none left. Raises Refused when one of the
    numbers was entered before.
    """
    numbers = serials(first, last, count)
    return await stock_rows.move(EntryKind.RECEIVED, numbers, by, now, note=delivery_note.strip()[:60])


async def take(
    application: Application, text: str, by: Actor, now: datetime, at: datetime | None = None
) -> str:
    """Use a blank for this application; returns its serial. Joins the caller's transaction.

    One blank is never used twice, whoever asks at the same time. An office that keeps no stock yet may type
    any serial that was not used. at: when it was printed, if entered later. Raises Refused with the field `serial`.
    """
    serial = parse_serial(text)
    try:
        change = await _use(application, serial, now)
    except UniqueViolation:
        raise Refused(_USED_ALREADY, {"serial": _USED_ALREADY}) from None
    await stock_rows.write(
        EntryKind.USED,
        application.office,
        by,
        now,
        change=change,
        quantity=1,
        serials=[serial],
        happened_at=at,
        application=application.id,
    )
    return serial


async def _use(application: Application, serial: str, now: datetime) -> int:
    """By how many the stock has changed: 0 in an office that keeps none."""
    this = (Blank.office == application.office) & (Blank.serial == serial)
    used = (
        await Blank.update({Blank.state: "used", Blank.application: application.id, Blank.used_at: now})
        .where(this & (Blank.state == "in_stock"))
        .returning(Blank.id)
    )
    if used:
        return -1
    known = await Blank.select(Blank.state).where(this).first()
    if known or await is_kept(application.office):
        words = {"used": _USED_ALREADY, "spoiled": "Blangko ini tercatat rusak."}
        unknown = "Nomor seri ini tidak ada di stok. Periksa lagi kartunya."
        word = words.get(known["state"] if known else "", unknown)
        raise Refused(word, {"serial": word})
    await Blank(
        office=application.office,
        serial=serial,
        state="used",
        application=application.id,
        received_at=now,
        used_at=now,
    ).save()
    return 0


async def spoil(application: Application, reason: str, by: Actor, now: datetime) -> str:
    """The blank in use for this application is spoiled; returns its serial. Joins the caller's transaction."""
    spoiled = (
        await Blank.update(
            {Blank.state: "spoiled", Blank.spoiled_at: now, Blank.spoiled_reason: reason[:200]}
        )
        .where((Blank.application == application.id) & (Blank.state == "used"))
        .returning(Blank.serial)
    )
    if not spoiled:
        return ""
    serial = str(spoiled[0]["serial"])
    # It left the stock when it was printed.
    await stock_rows.write(
        EntryKind.SPOILED,
        application.office,
        by,
        now,
        change=0,
        quantity=1,
        serials=[serial],
        application=application.id,
        reason=reason[:200],
    )
    return serial


async def serial_of(application: Application) -> str:
    """The serial of the card that stands for this application; empty while there is none [O1, S1]."""
    row = (
        await Blank.select(Blank.serial)
        .where((Blank.application == application.id) & (Blank.state == "used"))
        .first()
    )
    return str(row["serial"]) if row else ""


async def level(office_id: int, now: datetime) -> Level:
    """How many blanks there are, how long they last at the average use of this office's last 20 working days."""
    office = (
        await Office.select(Office.stock_kept, Office.low_stock_days, Office.blanks_out_since)
        .where(Office.id == office_id)
        .first()
    )
    today = wib_day(now)
    morning = wib_moment(today, time(0))
    of_office = Blank.office == office_id
    in_stock: int = await Blank.count().where(of_office & (Blank.state == "in_stock"))
    calendar = await promises.office_calendar(office_id)
    used, days = await _use_of_late(office_id, today)
    days_left = blanks.days_of_cover(in_stock, used, days)
    return Level(
        kept=bool(office and office["stock_kept"]),
        in_stock=in_stock,
        used_today=await Blank.count().where(of_office & (Blank.used_at >= morning)),
        spoiled_today=await Blank.count().where(of_office & (Blank.spoiled_at >= morning)),
        days_left=days_left,
        threshold=office["low_stock_days"] if office else LOW_DAYS,
        ends_on=blanks.ends_on(calendar, today, days_left),
        out_since=office["blanks_out_since"] if office else None,
        asked=await _asked(office_id),
    )


async def _asked(office_id: int) -> Asked | None:
    row = (
        await StockEntry.select(StockEntry.kind, StockEntry.quantity, StockEntry.entered_at)
        .where(
            (StockEntry.office == office_id)
            & StockEntry.kind.is_in([str(EntryKind.RECEIVED), str(EntryKind.REQUESTED)])
        )
        .order_by(StockEntry.id, ascending=False)
        .first()
    )
    open_ = row is not None and row["kind"] == EntryKind.REQUESTED
    return Asked(row["quantity"], row["entered_at"]) if row and open_ else None


async def _use_of_late(office_id: int, today: date) -> tuple[int, int]:
    """(blanks printed or spoiled, in so many working days): what the average is made of."""
    oldest = (
        await StockEntry.select(StockEntry.happened_at)
        .where(StockEntry.office == office_id)
        .order_by(StockEntry.id)
        .first()
    )
    if oldest is None:
        return 0, 1
    calendar = await promises.office_calendar(office_id)
    first, days = blanks.averaged_days(calendar, today, wib_day(oldest["happened_at"]))
    # What was spoiled in the printer was used before, and is not counted twice.
    gone = (StockEntry.kind == str(EntryKind.USED)) | (
        (StockEntry.kind == str(EntryKind.SPOILED)) & (StockEntry.change < 0)
    )
    row = (
        await StockEntry.select(Sum(StockEntry.quantity))
        .where(
            (StockEntry.office == office_id) & gone & (StockEntry.happened_at >= wib_moment(first, time(0)))
        )
        .first()
    )
    return (row["sum"] or 0) if row else 0, days
