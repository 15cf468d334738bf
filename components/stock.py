"""Card blanks by serial number: received, used for one application, spoiled [M2, S1]."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from components.actors import Actor
from components.refusals import Refused
from components.words import WIB
from models.application import Application
from models.card_stock import Blank
from models.db import Prepared, UniqueViolation, transaction
from models.office import Office

LARGEST_DELIVERY = 2_000
LOW_DAYS = 5
_AVERAGE_OVER = timedelta(days=28)
_SERIAL = re.compile(r"[A-Z0-9][A-Z0-9-]{2,30}[0-9]")


@dataclass(frozen=True)
class Level:
    """How many blanks there are. kept: whether this office records its stock at all (else the rest is 0)."""

    kept: bool
    in_stock: int
    used_today: int
    spoiled_today: int
    days_left: int | None
    """Working days the stock lasts at the average use of the last four weeks; None while nothing was used."""

    @property
    def low(self) -> bool:
        return self.kept and (
            self.in_stock == 0 or (self.days_left is not None and self.days_left < LOW_DAYS)
        )


def parse_serial(text: str) -> str:
    """A blank's serial number, upper case, without spaces. Raises Refused with the field `serial`."""
    serial = re.sub(r"\s+", "", text).upper()
    if not _SERIAL.fullmatch(serial):
        words = "Nomor seri blangko ada di belakang kartu. Ketik huruf dan angkanya saja."
        raise Refused(words, {"serial": words})
    return serial


def serials(first: str, last: str) -> list[str]:
    """All serial numbers from first to last. Raises Refused for ends that do not fit together or too many."""
    start, end = parse_serial(first), parse_serial(last or first)
    head, tail = re.fullmatch(r"(.*?)(\d+)", start), re.fullmatch(r"(.*?)(\d+)", end)
    if head is None or tail is None or head[1] != tail[1] or len(head[2]) != len(tail[2]):
        raise Refused(
            "Nomor seri awal dan akhir tidak sejenis.", {"last": "Harus sama panjang dengan nomor awal."}
        )
    low, high = int(head[2]), int(tail[2])
    if not low <= high < low + LARGEST_DELIVERY:
        raise Refused(
            "Periksa nomor seri akhir.",
            {"last": f"Paling sedikit nomor awal, paling banyak {LARGEST_DELIVERY} keping."},
        )
    return [f"{head[1]}{number:0{len(head[2])}d}" for number in range(low, high + 1)]


async def receive(first: str, last: str, delivery_note: str, by: Actor, now: datetime) -> int:
    """Enter a delivery of blanks by its range of serial numbers; returns how many.

    From the first delivery on the stock is kept, so that zero means none left. Raises Refused when one of the
    numbers was entered before.
    """
    numbers = serials(first, last)
    try:
        async with transaction():
            for begin in range(0, len(numbers), 500):
                await Blank.insert(
                    *[
                        Blank(
                            office=by.office_id,
                            serial=serial,
                            received_at=now,
                            delivery_note=delivery_note[:60],
                        )
                        for serial in numbers[begin : begin + 500]
                    ]
                )
            await Office.update({Office.stock_kept: True}).where(Office.id == by.office_id)
    except UniqueViolation:
        raise Refused("Sebagian nomor seri ini sudah tercatat. Periksa surat pengirimannya.") from None
    return len(numbers)


async def take(application: Application, text: str, now: datetime) -> str:
    """Use a blank for this application; returns its serial. Joins the caller's transaction.

    One blank is never used twice, whoever asks at the same time. An office that keeps no stock yet may type
    any serial that was not used. Raises Refused with the field `serial`.
    """
    serial = parse_serial(text)
    used = (
        await Blank.update({Blank.state: "used", Blank.application: application.id, Blank.used_at: now})
        .where((Blank.office == application.office) & (Blank.serial == serial) & (Blank.state == "in_stock"))
        .returning(Blank.id)
    )
    if used:
        return serial
    known = (
        await Blank.select(Blank.state)
        .where((Blank.office == application.office) & (Blank.serial == serial))
        .first()
    )
    if known or await _is_kept(application.office):
        words = {
            "used": "Blangko ini sudah dipakai untuk KTP-el lain.",
            "spoiled": "Blangko ini tercatat rusak.",
        }
        word = words.get(
            known["state"] if known else "", "Nomor seri ini tidak ada di stok. Periksa lagi kartunya."
        )
        raise Refused(word, {"serial": word})
    await Blank(
        office=application.office,
        serial=serial,
        state="used",
        application=application.id,
        received_at=now,
        used_at=now,
    ).save()
    return serial


async def spoil(application: Application, reason: str, now: datetime) -> str:
    """The blank in use for this application is spoiled; returns its serial. Joins the caller's transaction."""
    spoiled = (
        await Blank.update(
            {Blank.state: "spoiled", Blank.spoiled_at: now, Blank.spoiled_reason: reason[:200]}
        )
        .where((Blank.application == application.id) & (Blank.state == "used"))
        .returning(Blank.serial)
    )
    return str(spoiled[0]["serial"]) if spoiled else ""


async def serial_of(application: Application) -> str:
    """The serial of the card that stands for this application; empty while there is none [O1, S1]."""
    row = (
        await Blank.select(Blank.serial)
        .where((Blank.application == application.id) & (Blank.state == "used"))
        .first()
    )
    return str(row["serial"]) if row else ""


_KEPT = Prepared(lambda office: Office.select(Office.stock_kept).where(Office.id == office))


async def blanks_are_out(office_id: int) -> bool:
    """Whether the office keeps its stock and has none left: then nobody new is given an appointment."""
    if not await _is_kept(office_id):
        return False
    return not await Blank.exists().where((Blank.office == office_id) & (Blank.state == "in_stock"))


async def level(office_id: int, now: datetime) -> Level:
    """How many blanks there are and how long they last."""
    today = datetime.combine(now.astimezone(WIB).date(), time(0), WIB)
    of_office = Blank.office == office_id
    in_stock = await Blank.count().where(of_office & (Blank.state == "in_stock"))
    used_today = await Blank.count().where(of_office & (Blank.used_at >= today))
    spoiled_today = await Blank.count().where(of_office & (Blank.spoiled_at >= today))
    used = await Blank.count().where(of_office & (Blank.used_at >= now - _AVERAGE_OVER))
    a_day = used / _working_days(now.astimezone(WIB).date())
    return Level(
        kept=await _is_kept(office_id),
        in_stock=in_stock,
        used_today=used_today,
        spoiled_today=spoiled_today,
        days_left=int(in_stock / a_day) if a_day else None,
    )


def _working_days(until: date) -> int:
    """Weekdays of the last four weeks, near enough for a warning."""
    days = (until - timedelta(days=n) for n in range(_AVERAGE_OVER.days))
    return sum(day.weekday() < 5 for day in days)


async def _is_kept(office_id: int) -> bool:
    row = await _KEPT.first(office_id)
    return bool(row and row["stock_kept"])
