"""Old cards taken in and spoiled blanks: listed, destroyed before two officers, and recorded as done [S1, M2]."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from piccolo.query.functions import Min

from components import stock_rows
from components.actors import Actor
from components.refusals import Missing, Overtaken, Refused
from components.sealing import unseal
from models.application import Application
from models.card_stock import Blank, Destruction, Handover
from models.db import UniqueViolation, lock, transaction
from models.rules.blanks import EntryKind
from models.rules.calendar import wib_day, wib_moment
from models.rules.identity import mask_nik

_BLANK, _CARD = "blank", "card"
_OLD_CARD = "Ditarik saat KTP-el baru diserahkan"


@dataclass(frozen=True)
class Item:
    """One thing to be destroyed. kind: `blank` or `card`. mark: the serial of a blank, the masked NIK of a card."""

    kind: str
    mark: str
    number: str
    """Of the application it belongs to; empty for a blank that was never used."""
    reason: str
    on: str
    """The day it was spoiled or taken in, as 2026-11-23."""

    @property
    def day(self) -> date:
        return date.fromisoformat(self.on)


@dataclass(frozen=True)
class Record:
    """A berita acara as it was signed."""

    id: int
    number: str
    held_on: date
    place: str
    manner: str
    since: date
    until: date
    first_officer: str
    second_officer: str
    items: tuple[Item, ...]

    @property
    def blanks(self) -> int:
        return sum(item.kind == _BLANK for item in self.items)

    @property
    def cards(self) -> int:
        return sum(item.kind == _CARD for item in self.items)


@dataclass(frozen=True)
class Typed:
    """What is typed about a destruction. seen: how many things the list showed to who signs it."""

    number: str
    place: str
    manner: str
    held_on: str
    first_officer: str
    second_officer: str
    seen: str


async def oldest(by: Actor) -> date | None:
    """The day of what has waited longest; None when nothing waits."""
    blank = (
        await Blank.select(Min(Blank.spoiled_at))
        .where((Blank.office == by.office_id) & (Blank.state == "spoiled") & Blank.destruction.is_null())
        .first()
    )
    card = (
        await Handover.select(Min(Handover.happened_at))
        .where(
            (Handover.application.office == by.office_id)
            & Handover.old_card_taken.eq(True)
            & Handover.destruction.is_null()
        )
        .first()
    )
    moments = [_moment(row["min"]) for row in (blank, card) if row and row["min"]]
    return min(map(wib_day, moments), default=None)


def _moment(value: datetime | str) -> datetime:
    """SQLite gives the result of a function as it is stored."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


async def pending(by: Actor, since: date, until: date) -> tuple[Item, ...]:
    """What was spoiled or taken in within these days, both included, and is not destroyed yet."""
    return tuple(item for _, _, item in await _pending(by, since, until))


async def _pending(by: Actor, since: date, until: date) -> list[tuple[str, int, Item]]:
    start, end = wib_moment(since, time(0)), wib_moment(until + timedelta(days=1), time(0))
    blanks = (
        await Blank.select(
            Blank.id,
            Blank.serial,
            Blank.spoiled_at,
            Blank.spoiled_reason,
            Blank.application.number.as_alias("number"),
        )
        .where(
            (Blank.office == by.office_id)
            & (Blank.state == "spoiled")
            & Blank.destruction.is_null()
            & (Blank.spoiled_at >= start)
            & (Blank.spoiled_at < end)
        )
        .order_by(Blank.serial)
    )
    cards = (
        await Handover.objects(Handover.application)
        .where(
            (Handover.application.office == by.office_id)
            & Handover.old_card_taken.eq(True)
            & Handover.destruction.is_null()
            & (Handover.happened_at >= start)
            & (Handover.happened_at < end)
        )
        .order_by(Handover.happened_at)
    )
    return [
        *((_BLANK, row["id"], _blank(row)) for row in blanks),
        *((_CARD, row.id, _card(row, row.application)) for row in cards),
    ]


def _blank(row: dict[str, Any]) -> Item:
    on = wib_day(row["spoiled_at"]).isoformat()
    return Item(_BLANK, row["serial"], row["number"] or "", row["spoiled_reason"], on)


def _card(row: Handover, application: Application) -> Item:
    on = wib_day(row.happened_at).isoformat()
    return Item(_CARD, mask_nik(unseal(application, "nik")), application.number, _OLD_CARD, on)


async def destroy(typed: Typed, since: date, until: date, by: Actor, now: datetime) -> int:
    """Record that all that is pending in this period was destroyed; returns the id of the record.

    Raises Refused with fields for what is missing, for a day that has not come, for a number given before and when
    nothing is pending; Overtaken when the list is no longer the one that was seen.
    """
    held_on = _checked(typed, until, now)
    try:
        async with transaction():
            found = await _pending(by, since, until)
            if not found:
                raise Refused("Tidak ada yang menunggu dimusnahkan dalam masa ini.")
            if typed.seen != str(len(found)):
                raise Overtaken("Daftar berubah sejak dibuka. Periksa lagi, lalu simpan.")
            row = Destruction(
                office=by.office_id,
                number=typed.number.strip()[:60],
                held_on=held_on,
                place=typed.place.strip()[:120],
                manner=typed.manner.strip()[:120],
                since=since,
                until=until,
                first_officer=" ".join(typed.first_officer.split())[:100],
                second_officer=" ".join(typed.second_officer.split())[:100],
                items=json.dumps([asdict(item) for _, _, item in found], ensure_ascii=False),
                entered_by=by.staff_id,
                entered_at=now,
            )
            await row.save()
            await _take_off(found, row.id)
            blanks = sum(kind == _BLANK for kind, _, _ in found)
            await stock_rows.write(
                EntryKind.DESTROYED,
                by.office_id or 0,
                by,
                now,
                change=0,
                quantity=blanks,
                note=row.number,
                destruction=row.id,
            )
    except UniqueViolation:
        words = "Nomor berita acara ini sudah dipakai."
        raise Refused(words, {"number": words}) from None
    return int(row.id)


async def _take_off(found: list[tuple[str, int, Item]], destruction_id: int) -> None:
    """Of two that sign the same list one does; the other one's things are gone."""
    for kind, table in ((_BLANK, Blank), (_CARD, Handover)):
        ids = [id_ for one, id_, _ in found if one == kind]
        if not ids:
            continue
        await lock(table.select(table.id).where(table.id.is_in(ids)).order_by(table.id))
        done = (
            await table.update({table.destruction: destruction_id})
            .where(table.id.is_in(ids) & table.destruction.is_null())
            .returning(table.id)
        )
        if len(done) != len(ids):
            raise Overtaken("Rekan Anda baru saja mencatat pemusnahan ini. Muat ulang halaman.")


def _checked(typed: Typed, until: date, now: datetime) -> date:
    required = (
        ("number", 1, "Tulis nomor berita acara."),
        ("place", 3, "Tulis tempat pemusnahan."),
        ("first_officer", 3, "Tulis nama petugas pertama."),
        ("second_officer", 3, "Tulis nama petugas atau saksi kedua."),
    )
    fields = {name: words for name, least, words in required if len(getattr(typed, name).strip()) < least}
    first, second = typed.first_officer.casefold().split(), typed.second_officer.casefold().split()
    if first and first == second:
        fields["second_officer"] = "Harus orang lain."
    held_on = wib_day(now)
    if typed.held_on.strip():
        try:
            held_on = date.fromisoformat(typed.held_on.strip())
        except ValueError:
            fields["held_on"] = "Tulis tanggal seperti 2026-11-23."
    if held_on > wib_day(now):
        fields["held_on"] = "Tanggal ini belum tiba."
    elif held_on < until:
        fields["held_on"] = "Harus pada atau sesudah hari terakhir daftar."
    if fields:
        raise Refused("Berita acara belum lengkap.", fields)
    return held_on


async def records(by: Actor) -> tuple[Record, ...]:
    """The berita acara of the actor's office, newest first."""
    rows = (
        await Destruction.objects()
        .where(Destruction.office == by.office_id)
        .order_by(Destruction.id, ascending=False)
    )
    return tuple(_record(row) for row in rows)


async def record(record_id: int, by: Actor) -> Record:
    """One of them. Raises Missing, the same for unknown and for foreign."""
    row = await Destruction.objects().get(
        (Destruction.id == record_id) & (Destruction.office == by.office_id)
    )
    if row is None:
        raise Missing
    return _record(row)


def _record(row: Destruction) -> Record:
    return Record(
        id=row.id,
        number=row.number,
        held_on=row.held_on,
        place=row.place,
        manner=row.manner,
        since=row.since,
        until=row.until,
        first_officer=row.first_officer,
        second_officer=row.second_officer,
        items=tuple(Item(**item) for item in json.loads(row.items)),
    )
