"""Reading what an applicant typed: every field at once, each message beside its field [P5, R3].

Nothing is stored here. What cannot be right raises Refused with all fields at fault; what is merely odd raises
Doubtful, once, and is let through when the applicant confirms it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from components import contacts
from components.refusals import Refused
from components.words import WIB
from models.office import Office, Village
from models.rules.catalogue import Change, Reason, Sex
from models.rules.identity import (
    FieldWarning,
    Invalid,
    name_warnings,
    nik_warnings,
    parse_address,
    parse_birth_date,
    parse_kk,
    parse_name,
    parse_nik,
    parse_note,
    parse_place,
    parse_rt_rw,
)

CONFIRMED = "yakin"
"""The check box "memang begitu": its value names the doubts that were shown, joined by commas."""

ACCOUNT_LIMIT = 1000
NO_CONTACT = "no_contact"
CONTACT_CODES = frozenset({"landline", "email_typo", NO_CONTACT})
"""The doubts that reading a contact can give; all others come from reading a person."""

_LANDLINE = FieldWarning(
    "no_hp", "landline", "Telepon rumah: tidak bisa dihubungi lewat WhatsApp.", confirm=False
)
_NO_PHONE = contacts.Phone("", mobile=False)
_UNREACHABLE = FieldWarning(
    "no_hp", NO_CONTACT, "Tanpa HP dan email: kabar disampaikan petugas desa.", confirm=False
)
_T = TypeVar("_T")
MEND = "Ada yang perlu diperbaiki."


class Doubtful(Refused):
    """Readable, but odd: shown to the applicant, who confirms or corrects. Nothing was stored."""

    def __init__(self, doubts: Iterable[FieldWarning]) -> None:
        super().__init__("Periksa lagi isian yang bertanda. Jika memang begitu, centang lalu tekan Lanjut.")
        self.doubts = tuple(doubts)

    @property
    def codes(self) -> str:
        """What the check box confirms."""
        return ",".join(sorted({doubt.code for doubt in self.doubts}))


@dataclass(frozen=True)
class Contact:
    """How the applicant is reached. phone: "+62..."; it (at the counter, in a village) and email may be empty."""

    phone: str = field(repr=False)
    whatsapp: bool
    email: str = field(repr=False)
    village_id: int
    doubts: tuple[FieldWarning, ...] = ()


@dataclass(frozen=True, repr=False)
class Person:
    """Who applies, as on the card."""

    nik: str
    kk: str
    name: str
    birth_place: str
    birth_date: date
    sex: Sex
    address: str
    rt: str
    rw: str
    doubts: tuple[FieldWarning, ...] = ()


class _Reader:
    """Takes field after field; one that cannot be read is noted with its message, and `otherwise` stands in."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.faults: dict[str, str] = {}

    def take(self, name: str, parse: Callable[[str], _T], otherwise: _T) -> _T:
        try:
            return parse(self._typed.get(name, ""))
        except Invalid as invalid:
            self.faults[name] = invalid.message
            return otherwise

    def finish(self) -> None:
        """Raise Refused when a field was at fault."""
        if self.faults:
            raise Refused(MEND, self.faults)


def read_change(typed: Mapping[str, str]) -> Change:
    """What shall be recorded anew, from the field `perubahan`."""
    try:
        return Change(typed.get("perubahan", ""))
    except ValueError:
        raise Refused(MEND, {"perubahan": "Pilih satu dulu, lalu tekan Lanjut."}) from None


def read_reason(typed: Mapping[str, str]) -> Reason:
    """Why the photo shall change, from the field `alasan`."""
    try:
        return Reason(typed.get("alasan", ""))
    except ValueError:
        raise Refused(MEND, {"alasan": "Pilih satu dulu, lalu tekan Lanjut."}) from None


def read_account(typed: Mapping[str, str]) -> str:
    """What changed, in the applicant's own words, from the field `catatan`; never empty."""

    def parse(text: str) -> str:
        account = parse_note(text, ACCOUNT_LIMIT)
        if not any(char.isalnum() for char in account):
            raise Invalid("catatan", "empty", "Ceritakan singkat apa yang berubah pada wajah Anda.")
        return account

    reader = _Reader(typed)
    account = reader.take("catatan", parse, "")
    reader.finish()
    return account


async def read_contact(
    typed: Mapping[str, str], office_id: int, *, optional: bool = False, helped_by: int | None = None
) -> Contact:
    """Phone, e-mail and village. A landline has no WhatsApp, whatever was ticked.

    optional: the telephone may be left out, where the applicant stands before us. helped_by: the village whose
    registrar helps; it stays, and nobody has to own a phone [P11]. Raises Refused with `no_hp`, `email`, `desa`;
    Doubtful for a likely typo that was not confirmed.
    """
    reader = _Reader(typed)
    without = (optional or helped_by is not None) and not typed.get("no_hp", "").strip()
    phone = _NO_PHONE if without else reader.take("no_hp", contacts.parse_phone, _NO_PHONE)
    email = reader.take("email", contacts.parse_email, "")
    villages = {str(row["id"]): row["id"] for row in await villages_of(office_id)}
    village_id = helped_by or villages.get(typed.get("desa", ""), 0)
    if not village_id:
        reader.faults["desa"] = "Pilih desa atau kelurahan sesuai KTP-el."
    reader.finish()
    unreachable = (_UNREACHABLE,) if helped_by is not None and without and not email else ()
    landline = () if phone.mobile or without else (_LANDLINE,)
    doubts = (*unreachable, *landline, *contacts.email_warnings(email))
    _ask(doubts, typed)
    return Contact(phone.number, phone.mobile and bool(typed.get("whatsapp")), email, village_id, doubts)


def read_new_contact(typed: Mapping[str, str]) -> Contact:
    """Another telephone, e-mail or both, in place of what takes no messages; the village stays what it is.

    Raises Refused with `no_hp`, `email`; Doubtful for a likely typo that was not confirmed.
    """
    reader = _Reader(typed)
    without = not typed.get("no_hp", "").strip()
    phone = _NO_PHONE if without else reader.take("no_hp", contacts.parse_phone, _NO_PHONE)
    email = reader.take("email", contacts.parse_email, "")
    reader.finish()
    doubts = contacts.email_warnings(email)
    _ask(doubts, typed)
    return Contact(phone.number, phone.mobile and bool(typed.get("whatsapp")), email, 0, doubts)


async def villages_of(office_id: int) -> list[dict[str, Any]]:
    """The villages of an office by name, without those that retired: id, name, kind."""
    rows: list[dict[str, Any]] = await (
        Village.select(Village.id, Village.name, Village.kind)
        .where((Village.office == office_id) & Village.retired_at.is_null())
        .order_by(Village.name)
    )
    return rows


async def read_person(typed: Mapping[str, str], office_id: int, now: datetime) -> Person:
    """Who applies. Raises Refused with the fields at fault; Doubtful while odd ones are not confirmed."""
    today = now.astimezone(WIB).date()
    reader = _Reader(typed)
    nik = reader.take("nik", parse_nik, "")
    name = reader.take("nama", parse_name, "")
    kk = reader.take("no_kk", parse_kk, "")
    place = reader.take("tempat_lahir", parse_place, "")
    born = reader.take("tgl_lahir", lambda text: parse_birth_date(text, today), date.min)
    sex = reader.take("jenis_kelamin", _parse_sex, Sex.FEMALE)
    address = reader.take("alamat", parse_address, "")
    rt, rw = reader.take("rt_rw", parse_rt_rw, ("", ""))
    reader.finish()
    office = await Office.select(Office.area_code).where(Office.id == office_id).first()
    district = office["area_code"] if office else ""
    doubts = (*nik_warnings(nik, born, sex, kk, district), *name_warnings(name))
    _ask(doubts, typed)
    return Person(nik, kk, name, place, born, sex, address, rt, rw, doubts)


def _parse_sex(text: str) -> Sex:
    try:
        return Sex(text)
    except ValueError:
        raise Invalid("jenis_kelamin", "empty", "Pilih jenis kelamin sesuai KTP-el.") from None


def _ask(doubts: Iterable[FieldWarning], typed: Mapping[str, str]) -> None:
    """Raise Doubtful unless every doubt for the applicant is among those confirmed."""
    asked = [doubt for doubt in doubts if doubt.confirm]
    confirmed = set(typed.get(CONFIRMED, "").split(","))
    if not {doubt.code for doubt in asked} <= confirmed:
        raise Doubtful(asked)
