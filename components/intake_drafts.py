"""Intake that was begun at the counter and not finished: kept as typed, sealed, so that no dead browser loses it [P1].

It is no application yet: nothing of it is judged, and it has no number. One form becomes one application, however
often it is sent.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from components.actors import Actor
from components.kit import kit
from components.refusals import Missing, Refused
from models.db import lock
from models.rules.catalogue import DocumentKind
from models.rules.deadlines import DRAFT_KEPT
from models.walk_in import IntakeDraft

FIELDS = (
    "nik", "nama", "tempat_lahir", "tgl_lahir", "jenis_kelamin", "alamat", "rt_rw", "desa", "no_kk",
    "no_hp", "whatsapp", "email", "perubahan", "alasan", "catatan", "lanjutan",
    "layanan", "ikut", "kawin",
    *(f"{part}_{kind}" for kind in DocumentKind for part in ("berkas", "ket")),
)  # fmt: skip
"""What is kept of the form; whatever else it holds is not."""

LARGEST = 8 * 1024
"""Bytes that are kept of one form at most."""

_SHOWN = 12
_KEY = re.compile(r"[A-Za-z0-9_-]{8,24}", re.ASCII)
_WORN = "Isian ini tidak bisa disimpan. Muat ulang halaman, lalu isi lagi."


@dataclass(frozen=True)
class Begun:
    """One form that waits to be finished, in the counter's list."""

    key: str
    name: str = field(repr=False)
    typed_at: datetime
    mine: bool


async def keep(key: str, typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """Keep what is typed; the latest typing counts. Refused for what is no form of ours, or too long.

    What became an application meanwhile, in another tab, stays as it is.
    """
    if not _KEY.fullmatch(key):
        raise Refused(_WORN)
    values = {name: typed[name] for name in FIELDS if typed.get(name)}
    text = json.dumps(values, ensure_ascii=False)
    if len(text.encode()) > LARGEST:
        raise Refused("Tulisan terlalu panjang untuk disimpan. Ringkas dulu.")
    row = IntakeDraft(
        key=key,
        office=by.office_id,
        staff=by.staff_id,
        typing_sealed=kit().vault.seal(text, _context(key)),
        typed_at=now,
    )
    await IntakeDraft.insert(row).on_conflict(target=IntakeDraft.key, action="DO NOTHING")
    await IntakeDraft.update(
        {
            IntakeDraft.typing_sealed: row.typing_sealed,
            IntakeDraft.staff: by.staff_id,
            IntakeDraft.typed_at: now,
        }
    ).where((IntakeDraft.key == key) & (IntakeDraft.office == by.office_id) & (IntakeDraft.number == ""))


def _context(key: str) -> str:
    return f"intake:{key}"


def _typing(row: IntakeDraft) -> dict[str, str]:
    values: dict[str, str] = json.loads(kit().vault.open(row.typing_sealed, _context(row.key)))
    return values


async def begun(by: Actor) -> list[Begun]:
    """What the office's counter has not finished, newest first: a colleague can go on, too."""
    rows = (
        await IntakeDraft.objects()
        .where((IntakeDraft.office == by.office_id) & (IntakeDraft.typing_sealed != ""))
        .order_by(IntakeDraft.typed_at, ascending=False)
        .limit(_SHOWN)
    )
    return [
        Begun(row.key, _typing(row).get("nama", "").strip(), row.typed_at, row.staff == by.staff_id)
        for row in rows
    ]


async def resume(key: str, by: Actor) -> dict[str, str]:
    """What was typed. Raises Missing when there is nothing to go on with, or it is not this office's."""
    row = (
        await IntakeDraft.objects()
        .where(
            (IntakeDraft.key == key)
            & (IntakeDraft.office == by.office_id)
            & (IntakeDraft.typing_sealed != "")
        )
        .first()
    )
    if row is None:
        raise Missing
    return _typing(row)


async def forget(key: str, by: Actor) -> None:
    """Throw the typing away. Raises Missing when there is none, or it is not this office's."""
    gone = (
        await IntakeDraft.delete()
        .where((IntakeDraft.key == key) & (IntakeDraft.office == by.office_id) & (IntakeDraft.number == ""))
        .returning(IntakeDraft.id)
    )
    if not gone:
        raise Missing


async def hold(key: str, by: Actor, now: datetime) -> str:
    """Hold this form for the rest of the transaction: the number it became already, or empty: it is ours to use."""
    if not _KEY.fullmatch(key):
        raise Refused(_WORN)
    row = IntakeDraft(key=key, office=by.office_id, staff=by.staff_id, typed_at=now)
    await IntakeDraft.insert(row).on_conflict(target=IntakeDraft.key, action="DO NOTHING")
    held = await lock(IntakeDraft.objects().where(IntakeDraft.key == key)).first()
    if held is None or held.office != by.office_id:
        raise Missing
    return str(held.number)


async def finish(key: str, number: str) -> None:
    """It is an application now; joins the transaction that made it."""
    await IntakeDraft.update({IntakeDraft.number: number, IntakeDraft.typing_sealed: ""}).where(
        IntakeDraft.key == key
    )


async def purge(now: datetime) -> None:
    """Remove what nobody went on with for 7 days."""
    await IntakeDraft.delete().where(IntakeDraft.typed_at <= now - DRAFT_KEPT)
