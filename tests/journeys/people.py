"""The specimen people, and what they do on their phones: applying, sending photos, opening a message.

The numbers of the documents belong to nobody; see tests/specimen/README.md.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SPECIMEN = Path(__file__).resolve().parent.parent / "specimen"
_SEX = {"PEREMPUAN": "Perempuan", "LAKI-LAKI": "Laki-laki"}
_VILLAGES = {"TROPODO": "Tropodo (desa)", "BARENGKRAJAN": "Barengkrajan (desa)"}
_PHONES = {
    "siti": "0812 0000 0011",
    "nuraini": "0812-0000-0022",
    "agus": "+62 812 0000 0033",
    "slamet": "0812 0000 0044",
}


@dataclass(frozen=True)
class Citizen:
    """What somebody reads off the own documents and types."""

    key: str
    nik: str = field(repr=False)
    kk: str = field(repr=False)
    name: str
    birth_place: str
    birth_date: str
    """As typed: 27-11-1998."""
    sex: str
    address: str
    rt_rw: str
    village: str
    phone: str
    email: str

    def is_told_by(self, text: str) -> bool:
        """Whether this text gives away who it is about: a number, a contact, or a word of the name."""
        digits = re.sub(r"[ .-]", "", text)
        numbers = (self.nik, self.kk, re.sub(r"\D", "", self.phone)[-10:])
        words = [re.escape(word) for word in self.name.split()]
        return (
            any(number in digits for number in numbers)
            or self.email in text
            or re.search(rf"\b(?:{'|'.join(words)})\b", text, re.IGNORECASE) is not None
        )


@cache
def everybody() -> tuple[Citizen, ...]:
    """The specimen people."""
    known = json.loads((SPECIMEN / "people.json").read_text(encoding="utf-8"))["people"]
    return tuple(
        Citizen(
            key=key,
            nik=one["nik"],
            kk=one["kk_number"],
            name=one["name"],
            birth_place=one["birth_place"],
            birth_date="-".join(reversed(one["birth_date"].split("-"))),
            sex=_SEX[one["sex"]],
            address=one["address"],
            rt_rw=f"{one['rt']}/{one['rw']}",
            village=_VILLAGES[one["village"]],
            phone=_PHONES[key],
            email=f"{key}@contoh.test",
        )
        for key, one in known.items()
    )


def the(key: str) -> Citizen:
    """One of them: siti, slamet, nuraini or agus."""
    return next(person for person in everybody() if person.key == key)
