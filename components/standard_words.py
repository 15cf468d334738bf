"""The published standard in Indonesian: its components, what each is about, and the facts the software enforces."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from components.words import rupiah
from models.rules.deadlines import NOON
from models.rules.promises import WORKING_DAYS_PROMISED
from models.rules.standard import Component, Part

if TYPE_CHECKING:
    from components.founding import OfficeCard

PART_WORDS: dict[Part, str] = {
    Part.DELIVERY: "Penyampaian pelayanan",
    Part.MANAGEMENT: "Pengelolaan pelayanan",
}
COMPONENT_WORDS: dict[Component, str] = {
    Component.REQUIREMENTS: "Persyaratan",
    Component.PROCEDURE: "Sistem, mekanisme, dan prosedur",
    Component.TIME: "Jangka waktu",
    Component.COST: "Biaya",
    Component.PRODUCT: "Produk",
    Component.COMPLAINTS: "Pengaduan, saran, dan masukan",
    Component.LEGAL_BASIS: "Dasar hukum",
    Component.FACILITIES: "Sarana dan prasarana",
    Component.COMPETENCE: "Kompetensi pelaksana",
    Component.SUPERVISION: "Pengawasan internal",
    Component.OFFICERS: "Jumlah pelaksana",
    Component.GUARANTEES: "Jaminan pelayanan",
    Component.SAFETY: "Jaminan keamanan dan keselamatan",
    Component.EVALUATION: "Evaluasi kinerja",
}
ABOUT_WORDS: dict[Component, str] = {
    Component.REQUIREMENTS: "Dokumen yang dibawa atau difoto, dan syarat ganti foto",
    Component.PROCEDURE: "Datang langsung, daring, lewat desa",
    Component.TIME: "Janji kami, dan waktu yang biasa",
    Component.COST: "Rp0, gratis",
    Component.PRODUCT: "KTP-el",
    Component.COMPLAINTS: "Semua saluran kami",
    Component.LEGAL_BASIS: "Peraturan yang kami ikuti",
    Component.FACILITIES: "Alat, blangko, kendala",
    Component.COMPETENCE: "Yang harus dikuasai petugas",
    Component.SUPERVISION: "Siapa yang mengawasi",
    Component.OFFICERS: "Berapa petugas",
    Component.GUARANTEES: "Yang Anda dapat bila kami terlambat",
    Component.SAFETY: "Keaslian KTP-el, bebas pungli",
    Component.EVALUATION: "Rapat dan survei kepuasan",
}
"""What a component is about: not what it says, for that the office may word anew."""

_NUMBERS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")


def facts(office: "OfficeCard") -> Mapping[str, str]:
    """What stands for each placeholder: the promise, the fee and the deadline from the rules [T1, F1, P7]."""
    return {
        "janji": f"{WORKING_DAYS_PROMISED} ({_NUMBERS[WORKING_DAYS_PROMISED]}) hari kerja",
        "biaya": rupiah(0),
        "batas_perbaikan": f"{NOON:%H.%M} WIB keesokan harinya",
        "kantor": office.name,
        "kecamatan": office.short_name,
        "kabupaten": office.regency,
        "alamat": office.address,
        "telepon": office.phone,
    }


def part_word(part: str) -> str:
    return PART_WORDS[Part(part)]


def about_word(component: str) -> str:
    return ABOUT_WORDS[Component(component)]


FILTERS = {f.__name__: f for f in (part_word, about_word)}
