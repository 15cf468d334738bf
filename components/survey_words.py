"""The survey in Indonesian: questions and answers of the usual questionnaire word for word, and its groups [E2]."""

from collections.abc import Mapping
from typing import Any

from models.rules.satisfaction import AgeGroup, Education, Element, Grade, Occupation, Semester, Way

ELEMENT_WORDS: dict[Element, str] = {
    Element.REQUIREMENTS: "Persyaratan",
    Element.PROCEDURE: "Sistem, mekanisme, dan prosedur",
    Element.TIME: "Waktu penyelesaian",
    Element.COST: "Biaya atau tarif",
    Element.PRODUCT: "Produk spesifikasi jenis pelayanan",
    Element.COMPETENCE: "Kompetensi pelaksana",
    Element.CONDUCT: "Perilaku pelaksana",
    Element.COMPLAINTS: "Penanganan pengaduan, saran, dan masukan",
    Element.FACILITIES: "Sarana dan prasarana",
}

_OPINION = "Bagaimana pendapat Saudara tentang"
QUESTION_WORDS: dict[Element, str] = {
    Element.REQUIREMENTS: f"{_OPINION} kesesuaian persyaratan pelayanan dengan jenis pelayanannya?",
    Element.PROCEDURE: "Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?",
    Element.TIME: f"{_OPINION} kecepatan waktu dalam memberikan pelayanan?",
    Element.COST: f"{_OPINION} kewajaran biaya/tarif dalam pelayanan?",
    Element.PRODUCT: (
        f"{_OPINION} kesesuaian produk pelayanan antara yang tercantum dalam standar pelayanan "
        "dengan hasil yang diberikan?"
    ),
    Element.COMPETENCE: f"{_OPINION} kompetensi/kemampuan petugas dalam pelayanan?",
    Element.CONDUCT: f"{_OPINION} perilaku petugas dalam pelayanan terkait kesopanan dan keramahan?",
    Element.COMPLAINTS: f"{_OPINION} penanganan pengaduan pengguna layanan?",
    Element.FACILITIES: f"{_OPINION} kualitas sarana dan prasarana?",
}

_FITTING = ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai")
ANSWER_WORDS: dict[Element, tuple[str, str, str, str]] = {
    Element.REQUIREMENTS: _FITTING,
    Element.PROCEDURE: ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    Element.TIME: ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    Element.COST: ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    Element.PRODUCT: _FITTING,
    Element.COMPETENCE: ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    Element.CONDUCT: (
        "Tidak sopan dan ramah",
        "Kurang sopan dan ramah",
        "Sopan dan ramah",
        "Sangat sopan dan ramah",
    ),
    Element.COMPLAINTS: (
        "Tidak ada",
        "Ada tetapi tidak berfungsi",
        "Berfungsi kurang maksimal",
        "Dikelola dengan baik",
    ),
    Element.FACILITIES: ("Buruk", "Cukup", "Baik", "Sangat baik"),
}
"""For the values 1 to 4."""

AGE_WORDS: dict[AgeGroup, str] = {
    AgeGroup.UNDER_20: "Di bawah 20 tahun",
    AgeGroup.TWENTIES: "20–29 tahun",
    AgeGroup.THIRTIES: "30–39 tahun",
    AgeGroup.FORTIES: "40–49 tahun",
    AgeGroup.FIFTIES: "50–59 tahun",
    AgeGroup.FROM_60: "60 tahun ke atas",
}

EDUCATION_WORDS: dict[Education, str] = {
    Education.PRIMARY: "SD ke bawah",
    Education.JUNIOR: "SMP",
    Education.SENIOR: "SMA",
    Education.DIPLOMA: "D1–D3",
    Education.BACHELOR: "S1",
    Education.MASTER: "S2 ke atas",
}

OCCUPATION_WORDS: dict[Occupation, str] = {
    Occupation.CIVIL_SERVANT: "PNS",
    Occupation.MILITARY: "TNI",
    Occupation.POLICE: "Polri",
    Occupation.EMPLOYEE: "Swasta",
    Occupation.BUSINESS: "Wirausaha",
    Occupation.OTHER: "Lainnya",
}

WAY_WORDS: dict[Way, str] = {Way.ONLINE: "Daring", Way.PAPER: "Kertas"}

GRADE_WORDS: dict[Grade, str] = {
    Grade.A: "Sangat Baik",
    Grade.B: "Baik",
    Grade.C: "Kurang Baik",
    Grade.D: "Tidak Baik",
}

UNSAID = "Tidak diisi"


def semester_words(semester: Semester) -> str:
    """As the office names it: "Semester I Tahun 2026"."""
    return f"Semester {'I' if semester.half == 1 else 'II'} Tahun {semester.year}"


def element_words(elements: tuple[Element, ...]) -> str:
    """One or several elements in a line, with their keys: "U3 Waktu penyelesaian"."""
    return ", ".join(f"{element.upper()} {ELEMENT_WORDS[element]}" for element in elements)


def element_choices() -> list[tuple[str, str]]:
    """The nine elements with their keys, for a choice on a page."""
    return [(str(element), element_words((element,))) for element in Element]


def choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """The members of an enum with their words, for a choice on a page."""
    return [(str(member), word) for member, word in words.items()]


FILTERS = {"element_words": element_words}
"""Functions that templates use as filters, under the same names."""
