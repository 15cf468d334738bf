"""What each service other than the biometric one asks beside contact, identity and documents [R1, R2, R4]."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from components import intake
from components.refusals import Refused
from components.words import tanggal_surat
from models.rules.calendar import wib_day
from models.rules.catalogue import (
    CATALOGUE,
    Change,
    Reason,
    Service,
    first_card_from,
    old_enough_for_first_card,
)
from models.rules.identity import Invalid, parse_note

LIMIT = 300
"""Characters of an answer in own words."""

TOLD: Mapping[Service, str] = {
    Service.LOST: "Tulis kapan dan di mana KTP-el hilang.",
    Service.DATA_CHANGE: "Tulis data yang berubah.",
}
"""Services that ask for some own words, and what is said while there are none."""

_RIDES_WITH = {Service.DAMAGED: Reason.DAMAGED, Service.DATA_CHANGE: Reason.DATA_CHANGE}


def read(service: Service, typed: Mapping[str, str]) -> dict[str, Any]:
    """The columns for these answers, all of them given. Raises Refused with every field at fault."""
    faults: dict[str, str] = {}
    values: dict[str, Any] = {"account": "", "change": "", "reason": "", "details_answered": True}
    if service in TOLD:
        try:
            values["account"] = parse_note(typed.get("catatan", ""), LIMIT)
        except Invalid as invalid:
            faults["catatan"] = invalid.message
        if not values["account"]:
            faults.setdefault("catatan", TOLD[service])
    if CATALOGUE[service].takes_change:
        _read_change(service, typed.get("ikut", ""), values, faults)
    if service is Service.FIRST:
        if typed.get("kawin") not in ("ya", "tidak"):
            faults["kawin"] = "Pilih salah satu."
        values["ever_married"] = typed.get("kawin") == "ya"
    if faults:
        raise Refused(intake.MEND, faults)
    return values


def _read_change(service: Service, chosen: str, values: dict[str, Any], faults: dict[str, str]) -> None:
    """A photo that rides along has its reason in the service itself [R4]; a signature needs none."""
    if chosen == "none":
        return
    if chosen not in set(Change):
        faults["ikut"] = "Pilih salah satu."
        return
    change = Change(chosen)
    values["change"] = str(change)
    values["reason"] = str(_RIDES_WITH[service]) if change.has_photo else ""


def refuse_too_young(service: str, birth_date: date | None, now: datetime, *, ever_married: bool) -> None:
    """Raise Refused for a first card of who is under 17 and never married, with the day from which it is possible."""
    if service != Service.FIRST or birth_date is None:
        return
    if not old_enough_for_first_card(birth_date, wib_day(now), ever_married=ever_married):
        words = (
            f"KTP-el pertama bisa diajukan mulai {tanggal_surat(first_card_from(birth_date))}, saat berumur "
            "17 tahun. Sudah atau pernah kawin? Ubah jawaban Status kawin."
        )
        raise Refused("Belum bisa diajukan sekarang.", {"tgl_lahir": words})
