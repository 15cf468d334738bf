"""The rows of blanks and the lines of the ledger, written together: what all movements of blanks share [M2, S1].

A blank's row says where it is. Each change of rows appends one line whose `change` is by how many the stock grew or
shrank, in the same transaction: so the sum of all lines always is the number of rows in stock, and, because a blank
comes in before it goes out, no balance along the way can be below zero.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from components import blank_outage
from components.actors import Actor
from components.refusals import Refused
from models.card_stock import Blank, StockEntry
from models.db import UniqueViolation, lock, transaction
from models.office import Office
from models.rules.blanks import INCOMING, BlankState, EntryKind

_WHERE = {
    BlankState.IN_STOCK: "sudah ada di stok",
    BlankState.USED: "sudah dipakai untuk KTP-el",
    BlankState.SPOILED: "tercatat rusak",
    BlankState.LENT: "sedang dipinjamkan",
    BlankState.RETURNED: "sudah dikembalikan ke pemiliknya",
    BlankState.MISSING: "tercatat tidak ada",
}
_MAY_COME_IN = {
    EntryKind.RECEIVED: (BlankState.RETURNED, BlankState.MISSING),
    EntryKind.BORROWED: (BlankState.RETURNED, BlankState.MISSING),
    EntryKind.TAKEN_BACK: (BlankState.LENT,),
    EntryKind.FOUND: (BlankState.MISSING,),
}
_GOES_TO = {
    EntryKind.SPOILED: BlankState.SPOILED,
    EntryKind.LENT: BlankState.LENT,
    EntryKind.GIVEN_BACK: BlankState.RETURNED,
    EntryKind.MISSING: BlankState.MISSING,
}
_AT_ONCE = 500
"""Rows in one statement; the databases take some ten thousand values in each."""


async def write(
    kind: EntryKind,
    office_id: int,
    by: Actor,
    now: datetime,
    *,
    change: int,
    quantity: int,
    serials: Sequence[str] = (),
    happened_at: datetime | None = None,
    **columns: Any,
) -> None:
    """Append a line to the ledger, and see whether blanks are out or back by it.

    Joins the transaction in which the rows it tells of are changed.
    """
    await StockEntry(
        office=office_id,
        kind=str(kind),
        change=change,
        quantity=quantity,
        first_serial=serials[0] if serials else "",
        last_serial=serials[-1] if serials else "",
        entered_by=by.staff_id,
        happened_at=happened_at or now,
        entered_at=now,
        **columns,
    ).save()
    if change:
        await blank_outage.look(office_id, now)


async def move(kind: EntryKind, serials: Sequence[str], by: Actor, now: datetime, **columns: Any) -> int:
    """Bring these blanks in, or take them out, all or none; returns how many.

    columns: note, party, reason of the ledger's line. Raises Refused when one of them is not where it would have to
    be, naming it.
    """
    office_id = by.office_id or 0
    try:
        async with transaction():
            if kind in INCOMING:
                await _bring_in(kind, office_id, serials, now, str(columns.get("note", "")))
            else:
                await _take_out(kind, office_id, serials, now, str(columns.get("reason", "")))
            change = len(serials) if kind in INCOMING else -len(serials)
            await write(
                kind, office_id, by, now, change=change, quantity=len(serials), serials=serials, **columns
            )
    except UniqueViolation:
        raise Refused("Sebagian nomor seri ini baru saja dicatat rekan Anda. Muat ulang halaman.") from None
    return len(serials)


async def _bring_in(
    kind: EntryKind, office_id: int, serials: Sequence[str], now: datetime, note: str
) -> None:
    known = await _held(office_id, serials)
    _refuse_others(known, _MAY_COME_IN[kind])
    if known:
        await Blank.update({Blank.state: str(BlankState.IN_STOCK), Blank.received_at: now}).where(
            Blank.id.is_in([row["id"] for row in known.values()])
        )
    new = [serial for serial in serials if serial not in known]
    for begin in range(0, len(new), _AT_ONCE):
        await Blank.insert(
            *[
                Blank(office=office_id, serial=serial, received_at=now, delivery_note=note)
                for serial in new[begin : begin + _AT_ONCE]
            ]
        )
    # From the first blank on the stock is kept, so that zero means none left.
    await Office.update({Office.stock_kept: True}).where(
        (Office.id == office_id) & Office.stock_kept.eq(False)
    )


async def _take_out(
    kind: EntryKind, office_id: int, serials: Sequence[str], now: datetime, reason: str
) -> None:
    known = await _held(office_id, serials)
    unknown = [serial for serial in serials if serial not in known]
    if unknown:
        raise Refused("Sebagian nomor seri tidak tercatat.", {"serial": f"{unknown[0]} tidak ada di stok."})
    _refuse_others(known, (BlankState.IN_STOCK,))
    changes: dict[Any, Any] = {Blank.state: str(_GOES_TO[kind])}
    if kind is EntryKind.SPOILED:
        changes |= {Blank.spoiled_at: now, Blank.spoiled_reason: reason}
    await Blank.update(changes).where(Blank.id.is_in([row["id"] for row in known.values()]))


async def _held(office_id: int, serials: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The rows of these numbers by number, held in order, so that no two movements wait for each other."""
    rows = await lock(
        Blank.select(Blank.id, Blank.serial, Blank.state)
        .where((Blank.office == office_id) & Blank.serial.is_in(list(serials)))
        .order_by(Blank.serial)
    )
    return {row["serial"]: row for row in rows}


def _refuse_others(known: dict[str, dict[str, Any]], allowed: Collection[BlankState]) -> None:
    for serial, row in known.items():
        if row["state"] not in allowed:
            words = f"{serial} {_WHERE[BlankState(row['state'])]}."
            raise Refused("Nomor seri ini tidak bisa dicatat begitu.", {"serial": words})
