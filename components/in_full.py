"""A list with whole NIKs, for a supervisor's written reason: each file says that its NIK was read [G1, M4].

The reason, the list and how many lines stand in the account's record, where nobody can change them.
"""

from collections.abc import AsyncIterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from components import exports, history
from components.actors import Actor
from components.exports import Taken
from components.figures.looking import IDENTITY
from components.logs import redact
from components.refusals import Missing, Refused
from components.spreadsheets import Form, Row, Sheet
from models.db import transaction
from models.rules.identity import Invalid, parse_note
from models.rules.workflow import Role

MOST = 2_000
"""Lines: whoever needs more numbers takes them period by period, each with its reason."""
REASON_AT_LEAST = 10
LONGEST_REASON = 200
_LINES_AT_ONCE = 25
"""Lines of history in one transaction, so that nobody at a desk waits for a long list."""


@dataclass(frozen=True)
class Numbered:
    """A sheet whose lines show whole NIKs. rows: (id of the application, or 0 where its NIK was removed, line)."""

    name: str
    head: tuple[str, ...]
    rows: AsyncIterable[tuple[int, Row]]


async def take(sheet: Numbered, reason: str, form: Form, by: Actor, now: datetime, data: Path) -> Taken:
    """The file, once all is on record. reason: as typed in the field `alasan`.

    Raises Refused without a reason and for more than MOST lines, when nothing is recorded; Missing for who is no
    supervisor. The caller lists what this supervisor may see, and nothing else.
    """
    if not by.holds(Role.SUPERVISOR):
        raise Missing
    words = _reason(reason)
    found: list[tuple[int, Row]] = []
    async for one in sheet.rows:
        found.append(one)
        if len(found) > MOST:
            most = f"{MOST:,}".replace(",", ".")
            raise Refused(f"Daftar ini lebih dari {most} baris. Persempit daftarnya, lalu unduh lagi.")
    await _note([id_ for id_, _ in found if id_], words, sheet.name, by, now)
    lines = Sheet(f"{sheet.name}-nik-lengkap", sheet.head, [line for _, line in found])
    return await exports.take(lines, form, by, now, data, reason=words)


def _reason(text: str) -> str:
    try:
        words = parse_note(text, LONGEST_REASON)
    except Invalid as invalid:
        raise Refused("Belum diunduh.", {"alasan": invalid.message}) from None
    if redact(words) != words:
        told = "Jangan tulis NIK, nomor KK, nomor telepon, atau alamat email di sini."
        raise Refused("Belum diunduh.", {"alasan": told})
    if len(words) < REASON_AT_LEAST:
        raise Refused(
            "Belum diunduh.",
            {"alasan": f"Tulis untuk apa NIK lengkap diperlukan, paling sedikit {REASON_AT_LEAST} huruf."},
        )
    return words


async def _note(ids: list[int], reason: str, name: str, by: Actor, now: datetime) -> None:
    """As a look at one NIK is noted. Before the file: what breaks off in between was noted for nothing, no more."""
    for begin in range(0, len(ids), _LINES_AT_ONCE):
        async with transaction():
            for id_ in ids[begin : begin + _LINES_AT_ONCE]:
                await history.record(
                    id_, IDENTITY, by, Role.SUPERVISOR, now, reason=reason, details={"on": name}
                )
