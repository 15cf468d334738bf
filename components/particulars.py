"""What is known of the applicant: sealed in the database, in clear for the holder and who decides [P5, R3]."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from components import sealing
from components.kit import kit
from components.sealing import seal, unseal
from components.vault import SealBroken
from components.wording import WARNING_WORDS, berempat
from models.application import Application
from models.rules.identity import mask_nik

SEALED = ("nik", "kk", "phone", "email")

ShownNik = Callable[[str, str], str]
"""How a list shows a NIK, from the application's number and the sealed NIK: masked_nik or full_nik."""


@dataclass(frozen=True, repr=False)
class Identity:
    """What is sealed: in clear for the holder, and for officers who decide on it."""

    nik: str = ""
    kk: str = ""
    phone: str = ""
    email: str = ""
    warnings: tuple[str, ...] = ()
    """What was odd and confirmed by the applicant, in words for the operator."""


async def identity(application: Application) -> Identity:
    """NIK, KK number and contacts in clear. Whoever shows them to staff records that (note "show_identity")."""
    return opened(application)


def opened(application: Application) -> Identity:
    """The same, where nothing has to be waited for."""
    warnings = tuple(WARNING_WORDS.get(code, code) for code in sorted(known_codes(application)))
    return Identity(**{name: unseal(application, name) for name in SEALED}, warnings=warnings)


def masked_nik(number: str, nik_sealed: str) -> str:
    """As it may stand in a list; empty where it was removed."""
    nik = full_nik(number, nik_sealed)
    return mask_nik(nik) if nik.isdecimal() else nik


def full_nik(number: str, nik_sealed: str) -> str:
    """The same in clear, for in_full; one damaged seal must not take the whole list away."""
    try:
        return sealing.opened(number, "nik", nik_sealed)
    except SealBroken:
        return "tidak terbaca"


def sealed(number: str, known: Identity) -> dict[str, str]:
    """The columns that hold an identity, for the application with this number and no other."""
    columns = {f"{name}_sealed": seal(number, name, getattr(known, name)) for name in SEALED}
    return {**columns, "nik_index": nik_index(known.nik)}


def nik_index(nik: str) -> str:
    """The keyed fingerprint by which applications of one NIK are found."""
    return kit().vault.index(nik, "nik") if nik else ""


def answered(application: Application) -> dict[str, str]:
    """What was typed, by the names of the form's fields, as a person would type it again."""
    known = opened(application)
    born: date | None = application.birth_date
    return {
        "perubahan": application.change,
        "alasan": application.reason,
        "catatan": application.account,
        # Nobody's answer is ready before it was given: "none" and "tidak" are answers too.
        "ikut": application.change or ("none" if application.details_answered else ""),
        "kawin": ("ya" if application.ever_married else "tidak") if application.details_answered else "",
        "no_hp": berempat(f"0{known.phone.removeprefix('+62')}") if known.phone else "",
        "whatsapp": "ya" if application.phone_whatsapp or not known.phone else "",
        "email": known.email,
        "desa": str(application.village or ""),
        "nik": berempat(known.nik),
        "no_kk": berempat(known.kk),
        "nama": application.name,
        "tempat_lahir": application.birth_place,
        "tgl_lahir": "" if born is None else f"{born:%d-%m-%Y}",
        "jenis_kelamin": application.sex,
        "alamat": application.address,
        "rt_rw": f"{application.rt}/{application.rw}" if application.rt else "",
    }


def known_codes(application: Application) -> set[str]:
    """The codes of what was odd and confirmed."""
    return set(json.loads(application.confirmed_warnings))


def as_codes(codes: set[str]) -> str:
    """The same for the column."""
    return json.dumps(sorted(codes))
