"""The villages of the office as its administrator keeps them, and who registers there [P11]."""

from dataclasses import dataclass
from datetime import datetime

from components import office_history
from components.actors import Actor
from components.founding import folded
from components.refusals import Missing, Refused
from models.account import Staff
from models.db import UniqueViolation, lock, transaction
from models.office import Village
from models.rules.identity import Invalid, parse_note
from models.rules.office_acts import OfficeAct

KIND_WORDS = {"desa": "Desa", "kelurahan": "Kelurahan"}
_LONGEST = 60
_CODE = 10
"""Digits of a village's code, as the Ministry gives it."""


@dataclass(frozen=True)
class VillageLine:
    """One village. registrars: (account, name) of who works there and is not disabled."""

    id: int
    name: str
    kind: str
    code: str
    retired_at: datetime | None
    registrars: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class TypedVillage:
    """A village as it was typed."""

    name: str
    kind: str
    code: str


async def listed(by: Actor, search: str = "") -> list[VillageLine]:
    """The office's villages by name, those that retired last. search: part of a name, however it is spaced."""
    rows: list[Village] = await Village.objects().where(Village.office == by.office_id).order_by(Village.name)
    people = await Staff.select(Staff.id, Staff.name, Staff.village).where(
        (Staff.office == by.office_id) & Staff.village.is_not_null() & Staff.disabled_at.is_null()
    )
    wanted = folded(search)
    found = [
        VillageLine(
            row.id,
            row.name,
            row.kind,
            row.code,
            row.retired_at,
            tuple((one["id"], one["name"]) for one in people if one["village"] == row.id),
        )
        for row in rows
        if wanted in row.folded
    ]
    return sorted(found, key=lambda line: line.retired_at is not None)


async def add(typed: TypedVillage, by: Actor, now: datetime) -> None:
    """A new village. Raises Refused with the fields at fault, and for a name that is there already."""
    row = _checked(typed, by)
    try:
        async with transaction():
            await row.save()
            await office_history.record(OfficeAct.VILLAGE_SET, f"{row.name} ditambahkan", by, now)
    except UniqueViolation:
        raise Refused("Desa belum disimpan.", {"nama": "Nama ini sudah ada."}) from None


async def change(village_id: int, typed: TypedVillage, by: Actor, now: datetime) -> None:
    """Another name, kind or code; every application and account keeps pointing to it. Raises what add() raises."""
    try:
        async with transaction():
            before = await _found(village_id, by)
            after = _checked(typed, by)
            await Village.update(
                {
                    Village.name: after.name,
                    Village.folded: after.folded,
                    Village.kind: after.kind,
                    Village.code: after.code,
                }
            ).where(Village.id == village_id)
            said = before.name if before.name == after.name else f"{before.name} menjadi {after.name}"
            await office_history.record(OfficeAct.VILLAGE_SET, said, by, now)
    except UniqueViolation:
        raise Refused("Desa belum disimpan.", {"nama": "Nama ini sudah ada."}) from None


async def retire(village_id: int, by: Actor, now: datetime) -> None:
    """Nobody chooses it any more; what has it keeps it. Raises Refused while somebody registers there."""
    async with transaction():
        row = await _found(village_id, by)
        there = (Staff.village == village_id) & Staff.disabled_at.is_null()
        if await Staff.exists().where(there):
            raise Refused(f"{row.name} masih punya petugas registrasi. Pindahkan dulu di halaman Petugas.")
        if row.retired_at is None:
            await Village.update({Village.retired_at: now}).where(Village.id == village_id)
            await office_history.record(OfficeAct.VILLAGE_RETIRED, row.name, by, now)


async def resume(village_id: int, by: Actor, now: datetime) -> None:
    """It can be chosen again."""
    async with transaction():
        row = await _found(village_id, by)
        if row.retired_at is not None:
            await Village.update({Village.retired_at: None}).where(Village.id == village_id)
            await office_history.record(OfficeAct.VILLAGE_RESUMED, row.name, by, now)


async def _found(village_id: int, by: Actor) -> Village:
    row: Village | None = await lock(
        Village.objects().where((Village.id == village_id) & (Village.office == by.office_id))
    ).first()
    if row is None:
        raise Missing
    return row


def _checked(typed: TypedVillage, by: Actor) -> Village:
    fields: dict[str, str] = {}
    try:
        name = parse_note(typed.name, _LONGEST)
    except Invalid as invalid:
        name, fields["nama"] = "", invalid.message
    if not name:
        fields.setdefault("nama", "Tulis nama desa atau kelurahan.")
    if typed.kind not in KIND_WORDS:
        fields["jenis"] = "Pilih desa atau kelurahan."
    code = "".join(typed.code.replace(".", " ").split())
    if not (code.isascii() and code.isdecimal() and len(code) == _CODE):
        fields["kode"] = "Tulis kode wilayah, 10 angka."
    if fields:
        raise Refused("Desa belum disimpan.", fields)
    return Village(office=by.office_id, name=name, kind=typed.kind, code=code, folded=folded(name))
