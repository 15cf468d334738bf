"""Blanks that come and go otherwise than by printing: lent, borrowed, damaged, missing, counted; and asked for [M2].

Nothing in the ledger is edited: what was entered wrongly is put right by an entry of its own.
"""

import re
from datetime import datetime

from components import notifications, stock, stock_rows, thresholds
from components.actors import Actor
from components.blank_serials import serials
from components.refusals import Refused
from components.words import tanggal_jam
from models.card_stock import Blank
from models.db import transaction
from models.rules.blanks import BlankState, EntryKind
from models.rules.messages import StaffNews

LOANS = (EntryKind.LENT, EntryKind.TAKEN_BACK, EntryKind.BORROWED, EntryKind.GIVEN_BACK)
CORRECTIONS = (EntryKind.MISSING, EntryKind.FOUND)
_LONGEST_COUNT = 6


async def lend(
    kind: str, first: str, last: str, count: str, party: str, note: str, by: Actor, now: datetime
) -> int:
    """Blanks lent to, borrowed from, or given back between this office and another one; returns how many.

    Raises Refused without the other office's name and the number of the letter.
    """
    if kind not in LOANS:
        raise Refused("Pilih jenis pinjaman.", {"kind": "Pilih salah satu."})
    fields = {}
    if len(party.strip()) < 3:
        fields["party"] = "Tulis nama kantornya."
    if not note.strip():
        fields["note"] = "Tulis nomor suratnya."
    if fields:
        raise Refused("Pinjaman belum lengkap.", fields)
    numbers = serials(first, last, count)
    return await stock_rows.move(
        EntryKind(kind), numbers, by, now, party=" ".join(party.split())[:80], note=note.strip()[:60]
    )


async def damage(first: str, last: str, count: str, reason: str, by: Actor, now: datetime) -> int:
    """Blanks that are of no use, straight from the stock, with the reason; returns how many [S1]."""
    reason = _reason(reason, "Tulis apa yang rusak.")
    return await stock_rows.move(EntryKind.SPOILED, serials(first, last, count), by, now, reason=reason)


async def correct(kind: str, first: str, last: str, count: str, reason: str, by: Actor, now: datetime) -> int:
    """Blanks that are in the books and not there, or there and not in the books; returns how many."""
    if kind not in CORRECTIONS:
        raise Refused("Pilih jenis koreksi.", {"kind": "Pilih salah satu."})
    reason = _reason(reason, "Tulis mengapa dikoreksi.")
    return await stock_rows.move(EntryKind(kind), serials(first, last, count), by, now, reason=reason)


async def count(found: str, reason: str, by: Actor, now: datetime) -> int:
    """The blanks were counted; returns by how many they differ from the books.

    What was expected and what was found both stay. A difference is explained in words, else Refused; it changes no
    balance, for only a serial number can be put right: see correct().
    """
    there = _number(found)
    if there is None:
        raise Refused("Tulis hasil hitungan.", {"found": "Tulis jumlah keping dengan angka."})
    async with transaction():
        in_stock = (Blank.office == by.office_id) & (Blank.state == str(BlankState.IN_STOCK))
        expected: int = await Blank.count().where(in_stock)
        why = " ".join(reason.split())[:200]
        if there != expected and len(why) < 5:
            words = f"Di buku ada {expected} keping, terhitung {there}. Tulis sebab selisihnya."
            raise Refused("Hitungan berbeda dengan buku.", {"reason": words})
        await stock_rows.write(
            EntryKind.COUNTED,
            by.office_id or 0,
            by,
            now,
            change=0,
            quantity=there,
            expected=expected,
            found=there,
            reason=why if there != expected else "",
        )
    return there - expected


async def ask(quantity: str, note: str, by: Actor, now: datetime) -> int:
    """Blanks are asked for: a line of the ledger that changes no balance, and word to the supervisors; how many.

    Raises Refused for no number, or none at all.
    """
    wanted = _number(quantity)
    if not wanted:
        raise Refused("Tulis jumlah yang diminta.", {"quantity": "Tulis jumlah keping dengan angka."})
    office_id, words = by.office_id or 0, " ".join(note.split())[:60]
    async with transaction():
        await stock_rows.write(EntryKind.REQUESTED, office_id, by, now, change=0, quantity=wanted, note=words)
        values = {
            "quantity": wanted,
            "note": words,
            "officer": by.name,
            "asked_at": tanggal_jam(now),
            "level": await stock.level(office_id, now),
        }
        occasion = f"{now:%Y%m%dT%H%M%S}"
        await notifications.tell_supervisors(
            StaffNews.BLANKS_ASKED, office_id, occasion, "/blangko", values, now
        )
    return wanted


async def set_threshold(days: str, by: Actor, now: datetime) -> None:
    """From how few working days of cover on this office is warned: 1 to 60. Raises Refused for other numbers."""
    text = days.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 60):
        raise Refused("Periksa batas peringatan.", {"days": "Tulis angka 1 sampai 60."})
    await thresholds.set_low_stock(int(text), by, now)


def _number(text: str) -> int | None:
    """A count as it is typed, "1.000" too; None for what is none."""
    digits = re.sub(r"[\s.]+", "", text)
    fits = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_COUNT
    return int(digits) if fits else None


def _reason(text: str, words: str) -> str:
    reason = " ".join(text.split())[:200]
    if len(reason) < 5:
        raise Refused("Sebabnya belum ditulis.", {"reason": words})
    return reason
