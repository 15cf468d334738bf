"""The fourteen components of the published standard, and what their texts may say [M1, T1, F1, P7].

What the software enforces is never typed into a text: it stands there as a placeholder, so that the two cannot
contradict each other. A text is checked for both when it is saved.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

PUBLISHED_ON = date(2025, 1, 17)
"""When the office published the standard that came with this software."""
LONGEST = 4000
"""Characters of one component's text: a page stays within what a weak line carries at once."""


class Component(StrEnum):
    """One component, by its place in an address. In the order of the standard."""

    REQUIREMENTS = "persyaratan"
    PROCEDURE = "prosedur"
    TIME = "jangka-waktu"
    COST = "biaya"
    PRODUCT = "produk"
    COMPLAINTS = "pengaduan"
    LEGAL_BASIS = "dasar-hukum"
    FACILITIES = "sarana"
    COMPETENCE = "kompetensi"
    SUPERVISION = "pengawasan"
    OFFICERS = "jumlah-pelaksana"
    GUARANTEES = "jaminan-pelayanan"
    SAFETY = "jaminan-keamanan"
    EVALUATION = "evaluasi"


class Part(StrEnum):
    """The two halves of a standard by UU 25/2009: what the public meets, and how the office is run."""

    DELIVERY = "A"
    MANAGEMENT = "B"


_DELIVERY = 6
"""Components of the first half."""


@dataclass(frozen=True)
class Place:
    """Where a component stands in the standard: half and number within it, as printed."""

    part: Part
    number: int


PLACES: Mapping[Component, Place] = MappingProxyType(
    {
        component: Place(Part.DELIVERY, n) if n <= _DELIVERY else Place(Part.MANAGEMENT, n - _DELIVERY)
        for n, component in enumerate(Component, 1)
    }
)

PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "janji": "jangka waktu yang dijanjikan",
        "biaya": "biaya layanan",
        "batas_perbaikan": "jam batas perbaikan berkas",
        "kantor": "nama kantor",
        "kecamatan": "nama kecamatan",
        "kabupaten": "nama kabupaten",
        "alamat": "alamat kantor",
        "telepon": "telepon kantor",
    }
)
"""Every placeholder there is, and what stands in its place."""

_NEEDED: Mapping[Component, str] = MappingProxyType(
    {Component.TIME: "janji", Component.COST: "biaya", Component.PROCEDURE: "batas_perbaikan"}
)
"""What a component is about, and the software enforces."""

_PLACE = re.compile(r"\{([a-z_]+)\}")
_COUNT = r"(?:\d+|se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)"
_MONEY = re.compile(r"\brp\.?\s*\d|\d\s*(?:ribu\s+)?rupiah\b|\bribu\s+rupiah\b", re.IGNORECASE)
_DAYS = re.compile(rf"\b{_COUNT}\s*(?:\(\s*\w+\s*\)\s*)?(?:hari\b|x\s*24\s*jam\b)", re.IGNORECASE)
_HOUR = re.compile(r"\b(?:pukul|jam)\s*\d{1,2}\b|\b\d{1,2}[.:]\d{2}\s*WIB\b", re.IGNORECASE)
_OF_THE_PROMISE = frozenset({Component.REQUIREMENTS, Component.PROCEDURE, Component.TIME, Component.PRODUCT})
"""Components in which a number of days, or an hour, can only be one that the software keeps."""


def places_in(text: str) -> set[str]:
    """The names of the placeholders in a text, known or not."""
    return set(_PLACE.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced. Raises KeyError for an unknown one."""
    return _PLACE.sub(lambda found: values[found[1]], text)


def fault(component: Component, body: str) -> str:
    """What is wrong with the words of a text, in words for who typed it; empty when nothing is.

    Refused: nothing, too much, an unknown placeholder or a brace alone, a component without the fact it is about,
    and facts typed out that the software enforces: money anywhere [F1], days and hours where they would promise
    something else than is kept [T1, P7].
    """
    if not body.strip():
        return "Tulis isinya dulu. Untuk teks semula, tekan Kembali ke teks bawaan."
    if len(body) > LONGEST:
        return f"Terlalu panjang: {len(body)} huruf, paling banyak {LONGEST}."
    return _fault_of_places(component, body) or _contradiction(component, _PLACE.sub("", body))


def _fault_of_places(component: Component, body: str) -> str:
    unknown = places_in(body) - PLACEHOLDERS.keys()
    if unknown:
        return f"Isian {_listed(unknown)} tidak dikenal. Pakai isian dari daftar."
    if re.search(r"[{}]", _PLACE.sub("", body)):
        return "Ada kurung kurawal yang tidak berpasangan. Contoh yang benar: {kantor}."
    needed = _NEEDED.get(component)
    if needed and needed not in places_in(body):
        return f"Teks ini harus memuat {{{needed}}}, supaya sama dengan yang dijalankan sistem."
    return ""


def _contradiction(component: Component, words: str) -> str:
    if _MONEY.search(words):
        return "Jangan tulis jumlah uang. Layanan ini gratis, pakai {biaya}."
    if component in _OF_THE_PROMISE and _DAYS.search(words):
        return "Jangan tulis jumlah hari. Pakai {janji}, supaya sama dengan yang dijalankan sistem."
    if component in _OF_THE_PROMISE and _HOUR.search(words):
        return "Jangan tulis jam. Pakai {batas_perbaikan}, supaya sama dengan yang dijalankan sistem."
    return ""


def _listed(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
