"""How the office can be reached, as its administrator keeps it; public pages show it at once [C1, M4]."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from components import founding, office_history
from components.actors import Actor
from components.contacts import parse_email, parse_phone
from components.refusals import Refused
from models.db import transaction
from models.office import Office
from models.rules.identity import Invalid
from models.rules.office_acts import OfficeAct
from models.rules.text import one_line

LABELS = {
    "phone": "Telepon",
    "fax": "Faksimile",
    "whatsapp": "WhatsApp",
    "email": "Email",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "address": "Alamat surat",
}
"""The fields, in the order of the form."""
_LONGEST = {
    "phone": 30,
    "fax": 30,
    "whatsapp": 30,
    "email": 120,
    "instagram": 40,
    "facebook": 120,
    "address": 200,
}
_ACCOUNT = re.compile(r"[A-Za-z0-9._]*")


async def stands(by: Actor) -> dict[str, str]:
    """The contacts as they stand."""
    row = await Office.objects().get(Office.id == by.office_id)
    return {name: getattr(row, name) for name in LABELS}


async def save(typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """Change the contacts; what changed is in the office's record. Raises Refused with fields."""
    faults: dict[str, str] = {}
    wanted: dict[Any, str] = {}
    for name in LABELS:
        try:
            wanted[name] = _read(name, typed.get(name, ""))
        except Invalid as invalid:
            faults[name] = invalid.message
    if faults:
        raise Refused("Kontak belum disimpan.", faults)
    before = await stands(by)
    changed = [name for name in LABELS if wanted[name] != before[name]]
    if not changed:
        return
    async with transaction():
        await Office.update(wanted).where(Office.id == by.office_id)
        what = ", ".join(f"{LABELS[name]}: {wanted[name] or 'dihapus'}" for name in changed)
        await office_history.record(OfficeAct.CONTACTS_SET, what, by, now)
    await founding.load()


def _read(name: str, text: str) -> str:
    """One contact in the form that is shown. Only the address is needed; a number must be one that can be dialled."""
    words = one_line(text, name)[: _LONGEST[name]]
    if name in ("phone", "fax", "whatsapp") and words:
        mobile = parse_phone(words, name).mobile
        if name == "whatsapp" and not mobile:
            raise Invalid(name, "landline", "Nomor ini bukan nomor HP. WhatsApp perlu nomor HP.")
    if name == "email":
        return parse_email(words, name)
    if name == "instagram":
        words = words.removeprefix("@")
        if not _ACCOUNT.fullmatch(words):
            raise Invalid(name, "unclear", "Tulis nama akunnya saja, misalnya kecamatankrian.")
    if name == "address" and not words:
        raise Invalid(name, "empty", "Isi alamat. Warga mengirim surat ke sana.")
    return words
