"""What people type about themselves: read kindly, kept in one form, refused only when it cannot be right."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from models.rules.catalogue import Sex
from models.rules.text import FieldWarning as FieldWarning
from models.rules.text import Invalid as Invalid
from models.rules.text import ascii_digits, one_line, straight, without_separators
from models.rules.text import fold as fold
from models.rules.text import parse_note as parse_note

NIK_LENGTH = 16
NAME_LIMIT = 100
NAME_LIMIT_TODAY = 60
PLACE_LIMIT = 60
ADDRESS_LIMIT = 200
EARLIEST_BIRTH_YEAR = 1900

NUMBER_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
NUMBER_UNKNOWN = "Kode tidak ditemukan. Contoh yang benar: KRN-7K4M2Q. Lupa kode? Tanya lewat WA."
"""The same sentence for a number that cannot exist and one that does not: it tells a stranger nothing."""


# --- names, places, addresses ---


def _is_latin(char: str) -> bool:
    """A letter of the Latin blocks in use. Phonetic look-alikes and styled letters from elsewhere are not."""
    known_block = ord(char) <= 0x24F or 0x1E00 <= ord(char) <= 0x1EFF
    return known_block and unicodedata.name(char, "").startswith("LATIN ")


def _refuse_letters(text: str, field: str, label: str) -> None:
    """Refuse letters of other scripts: the card uses Latin letters only."""
    foreign = [char for char in text if char.isalpha() and not _is_latin(char)]
    if not foreign:
        return
    if any(_is_latin(char) for char in text):
        raise Invalid(
            field, "look_alike", f"Ada huruf yang hanya mirip huruf Latin. Hapus {label}, lalu ketik ulang."
        )
    raise Invalid(field, "script", f"Tulis {label} dengan huruf Latin, seperti di KTP-el atau KK.")


def _words(text: str, field: str, label: str, limit: int) -> str:
    words = one_line(straight(text), field)
    if not words:
        raise Invalid(field, "empty", f"Tulis {label} seperti di KTP-el atau KK.")
    _refuse_letters(words, field, label)
    if any(char.isdigit() for char in words):
        raise Invalid(field, "digit", f"Hapus angka dari {label}. Tulis seperti di KTP-el atau KK.")
    for char in words:
        if not (char.isalpha() or char in " '-.,()/" or unicodedata.combining(char)):
            raise Invalid(
                field,
                "sign",
                f"Hapus tanda {char} dari {label}. Pakai huruf, titik, koma, petik, atau tanda hubung.",
            )
    if (
        "//" in words
        or not (words[0].isalpha() or words[0] in "'(")
        or not any(char.isalpha() for char in words)
    ):
        raise Invalid(field, "no_letters", f"Tulis {label} dengan huruf, seperti di KTP-el atau KK.")
    if len(words) > limit:
        raise Invalid(
            field,
            "too_long",
            f"Isian ini {len(words)} huruf, paling banyak {limit}. Hubungi kantor kecamatan.",
        )
    return words


def parse_name(text: str, field: str = "nama") -> str:
    """A name of 1-100 characters, NFC, shown as typed: one word is a name, degrees and brackets are allowed.

    Backticks and curly apostrophes become straight ones. Refused with a reason: no letter, digits, other
    scripts and look-alike letters, markup, invisible marks.
    """
    return _words(text, field, "nama", NAME_LIMIT)


def name_warnings(name: str, field: str = "nama") -> tuple[FieldWarning, ...]:
    """For the operator: a name over today's 60 characters, which older records may have."""
    if len(name) <= NAME_LIMIT_TODAY:
        return ()
    message = f"Nama {len(name)} huruf, aturan sekarang {NAME_LIMIT_TODAY}. Cocokkan dengan KTP-el."
    return (FieldWarning(field, "long_name", message, confirm=False),)


def parse_place(text: str, field: str = "tempat_lahir") -> str:
    """A place of birth, 1-60 characters, by the same signs as a name."""
    return _words(text, field, "tempat lahir", PLACE_LIMIT)


def parse_address(text: str, field: str = "alamat") -> str:
    """An address on one line, 1-200 characters: Latin letters, digits, keyboard signs, as F-1.02 prints."""
    address = one_line(straight(text), field)
    if not any(char.isalnum() for char in address):
        raise Invalid(field, "empty", "Tulis alamat seperti di KTP-el atau KK.")
    _refuse_letters(address, field, "alamat")
    for char in address:
        if not (char.isascii() or char.isalpha() or unicodedata.combining(char)):
            raise Invalid(field, "sign", f"Hapus tanda {char} dari alamat, lalu coba lagi.")
    if len(address) > ADDRESS_LIMIT:
        raise Invalid(
            field,
            "too_long",
            f"Alamat ini {len(address)} huruf. Ringkas menjadi paling banyak {ADDRESS_LIMIT} huruf.",
        )
    return address


_NO_TITLE = re.compile(r"\([^)]*\)?|,.*$")


def short_name(name: str) -> str:
    """The name for a screen others may see: first word, then initials: "SITI AMINAH" -> "SITI A.".

    Degrees, titles and aliases are left out; a single word stays.
    """
    words = _NO_TITLE.sub(" ", name).split()
    without_titles = [word for word in words if not word.endswith(".")] or words or name.split()
    return " ".join([*without_titles[:1], *(f"{word[0]}." for word in without_titles[1:])])


# --- digits ---


_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,3}")


def _sixteen(text: str, field: str, label: str, where: str) -> str:
    typed = ascii_digits(text).strip()
    if _SCIENTIFIC.fullmatch(typed):
        raise Invalid(
            field,
            "scientific",
            f"Excel mengubah {label} menjadi bentuk E+15. Ketik 16 angkanya dari {where}.",
        )
    digits = without_separators(typed.removeprefix("'"))
    if not digits:
        raise Invalid(field, "empty", f"Isi {label}. Ada 16 angka di {where}.")
    if not (digits.isascii() and digits.isdecimal()):
        raise Invalid(
            field,
            "not_digits",
            f"{label} hanya berisi angka. Periksa huruf yang mirip angka, misalnya O dan l.",
        )
    if len(digits) != NIK_LENGTH:
        amount = "baru" if len(digits) < NIK_LENGTH else "berisi"
        raise Invalid(field, "length", f"{label} {amount} {len(digits)} angka. Periksa lagi, harus 16 angka.")
    if len(set(digits)) == 1:
        raise Invalid(
            field, "same_digits", f"{label} tidak mungkin 16 angka yang sama. Lihat lagi di {where}."
        )
    return digits


def parse_nik(text: str, field: str = "nik") -> str:
    """16 ASCII digits. Spaces, dots, dashes between them are dropped, digits of other scripts are read.

    Refused only what can never be a NIK: not 16 digits, or all the same. Excel's 3.51501E+15 is named.
    """
    return _sixteen(text, field, "NIK", "KTP-el atau KK")


def parse_kk(text: str, field: str = "no_kk") -> str:
    """The number of the Kartu Keluarga: 16 digits, read as parse_nik reads."""
    return _sixteen(text, field, "Nomor KK", "bagian atas KK")


def mask_nik(number: str) -> str:
    """A NIK or KK number with its middle hidden: "351511******0001". Anything else is hidden whole."""
    if len(number) != NIK_LENGTH:
        return "*" * NIK_LENGTH
    return f"{number[:6]}******{number[-4:]}"


_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 20),
        (21,),
        range(31, 37),
        range(51, 54),
        range(61, 66),
        range(71, 77),
        (81, 82),
        range(91, 97),
    )
    for code in codes
)
"""Provinces of 2025. A NIK may begin with one that no longer exists: that is worth a look, no more."""


@dataclass(frozen=True)
class NikFacts:
    """What a NIK says, which is not always so: it keeps old errors and never changes.

    year: two digits, the century is not in the NIK. sex is None when the day fits neither.
    """

    region: str
    day: int
    month: int
    year: int
    sex: Sex | None
    serial: str

    def can_be_born(self, birth_date: date) -> bool:
        """Whether this date has the day, month and two digits of the year in the NIK."""
        return (self.day, self.month, self.year) == (birth_date.day, birth_date.month, birth_date.year % 100)

    def birth_date(self, today: date) -> date | None:
        """The latest date not after today that fits, as a guess to be confirmed; None when there is none."""
        latest = today.year - (today.year - self.year) % 100
        for year in (latest, latest - 100):
            guess = _date_or_none(year, self.month, self.day)
            if guess is not None and guess.year >= EARLIEST_BIRTH_YEAR and guess <= today:
                return guess
        return None


def nik_facts(nik: str) -> NikFacts:
    """Take a parsed NIK apart: women have 40 added to the day of birth."""
    coded = int(nik[6:8])
    sex = Sex.MALE if 1 <= coded <= 31 else Sex.FEMALE if 41 <= coded <= 71 else None
    day = coded - 40 if sex is Sex.FEMALE else coded
    return NikFacts(nik[:6], day, int(nik[8:10]), int(nik[10:12]), sex, nik[12:])


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _known_region(region: str) -> bool:
    return region[:2] in _PROVINCES and region[2:4] != "00" and region[4:] != "00"


def nik_warnings(
    nik: str, birth_date: date | None, sex: Sex | None, kk_number: str | None, district: str = "351511"
) -> tuple[FieldWarning, ...]:
    """What is odd about a parsed NIK beside the other answers (None = not yet given).

    Never a reason to refuse: wrong NIKs exist on real cards, and people keep theirs when they move or are
    corrected [R3]. district: the office's own six digits; another one is normal, only the
    operator is told. Empty: not compared.
    """
    facts = nik_facts(nik)
    # 2000 was a leap year, 1900 was not: as the century is unknown, the kinder one counts.
    possible = facts.sex is not None and _date_or_none(2000 + facts.year, facts.month, facts.day) is not None
    region_known = _known_region(facts.region)
    found = (
        (not possible, "impossible_date", "Tanggal lahir di NIK ini tidak ada di kalender."),
        (
            possible and birth_date is not None and not facts.can_be_born(birth_date),
            "birth_date_differs",
            "Tanggal lahir yang Anda tulis berbeda dengan angka di NIK.",
        ),
        (
            facts.sex is not None and sex is not None and facts.sex is not sex,
            "sex_differs",
            "Jenis kelamin yang Anda pilih berbeda dengan angka di NIK.",
        ),
        (facts.serial == "0000", "serial_zero", "Empat angka terakhir NIK ini 0000, biasanya bukan."),
        (nik == kk_number, "same_as_kk", "NIK dan nomor KK sama. Mungkin yang satu tertempel dua kali."),
        (not region_known, "unknown_region", "Kode wilayah di awal NIK ini tidak kami kenal."),
    )
    check = "Periksa lagi. Jika sama dengan KTP-el atau KK, centang di bawah."
    warnings = [FieldWarning("nik", code, f"{message} {check}") for odd, code, message in found if odd]
    if region_known and district and facts.region != district:
        message = "NIK terdaftar pertama di kecamatan lain. Ini biasa pada warga pindahan."
        warnings.append(FieldWarning("nik", "other_district", message, confirm=False))
    return tuple(warnings)


# --- dates, RT/RW ---

_MONTHS: dict[str, int] = {
    name: month
    for month, names in enumerate(
        (
            "januari jan january",
            "februari feb pebruari peb february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt ags agst aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov nopember nop",
            "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH_WORDS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_YEAR_FIRST = re.compile(r"(?P<y>\d{4}) ?[-/.] ?(?P<m>\d{1,2}) ?[-/.] ?(?P<d>\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2}) ?[-/. ] ?(?P<m>\d{1,2}) ?[-/. ] ?(?P<y>\d{4}|\d{2})", re.ASCII)
_MONTH_NAMED = re.compile(r"(?P<d>\d{1,2})[-/. ]*(?P<m>[a-z]{3,9})[-/., ]*(?P<y>\d{4}|\d{2})", re.ASCII)
_DIGITS_ONLY = re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})", re.ASCII)


def parse_birth_date(text: str, today: date, field: str = "tgl_lahir") -> date:
    """A birth date from 1900 to today (WIB): 12/08/1990, 12-8-1990, 1990-08-12, 12081990 or 12 Agustus 1990.

    A year of two digits is answered with the question which year is meant. Refused too: dates that do not
    exist and everything that is not a date.
    """
    typed = ascii_digits(one_line(text, field)).lower()
    if not typed:
        raise Invalid(field, "empty", "Isi tanggal lahir, misalnya 12/08/1990.")
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _MONTH_NAMED, _DIGITS_ONLY):
        found = pattern.fullmatch(typed)
        if found:
            break
    else:
        _refuse_date(field)
    word = found["m"]
    month = int(word) if word.isdecimal() else _MONTHS.get(word, 0)
    if month == 0 and not word.isdecimal():
        _refuse_date(field)
    if len(found["y"]) == 2:
        raise _ask_century(field, int(found["y"]), today)
    return _real_date(field, int(found["y"]), month, int(found["d"]), today)


def _refuse_date(field: str) -> NoReturn:
    raise Invalid(
        field, "unclear", "Tanggal belum terbaca. Tulis tanggal, bulan, tahun, misalnya 12/08/1990."
    )


def _ask_century(field: str, digits: int, today: date) -> Invalid:
    years = [str(year) for year in (1900 + digits, 2000 + digits) if year <= today.year]
    return Invalid(
        field, "two_digit_year", f"Apakah tahunnya {' atau '.join(years)}? Tulis tahun dengan empat angka."
    )


def _real_date(field: str, year: int, month: int, day: int, today: date) -> date:
    if not 1 <= month <= 12:
        raise Invalid(field, "month", "Bulan hanya 1 sampai 12. Tulis tanggal dulu, lalu bulan dan tahun.")
    if year < EARLIEST_BIRTH_YEAR:
        raise Invalid(field, "too_early", "Tahun lahir sebelum 1900. Periksa lagi tahunnya.")
    if year > today.year:
        raise Invalid(field, "future", "Tanggal lahir ini belum terjadi. Periksa lagi tahunnya.")
    born = _date_or_none(year, month, day)
    if born is None:
        raise Invalid(
            field,
            "no_such_day",
            f"Tanggal {day} {_MONTH_WORDS[month - 1]} {year} tidak ada. Periksa lagi tanggalnya.",
        )
    if born > today:
        raise Invalid(field, "future", "Tanggal lahir ini belum terjadi. Periksa lagi tanggalnya.")
    return born


_RT_FIRST = re.compile(
    r"(?:rt[ .:]*)?(?P<rt>\d{1,3})[ .,]*(?:[-/ ]|(?=rw))[ ]*(?:rw[ .:]*)?(?P<rw>\d{1,3})", re.ASCII
)
_RW_FIRST = re.compile(r"rw[ .:]*(?P<rw>\d{1,3})[ .,]*[-/ ]?[ ]*rt[ .:]*(?P<rt>\d{1,3})", re.ASCII)


def parse_rt_rw(text: str, field: str = "rt_rw") -> tuple[str, str]:
    """RT and RW, three digits each: "RT 3 RW 1", "3/1", "003/001" -> ("003", "001"); 000/000 exists."""
    typed = ascii_digits(one_line(text, field)).lower()
    found = _RT_FIRST.fullmatch(typed) or _RW_FIRST.fullmatch(typed)
    if not found:
        code = "unclear" if typed else "empty"
        raise Invalid(field, code, "Tulis RT dan RW seperti di KTP-el atau KK, misalnya 003/001.")
    return found["rt"].zfill(3), found["rw"].zfill(3)


# --- application number and PIN ---

PREFIX_LENGTH = 3
TAIL_LENGTH = 6
PIN_LENGTH = 6

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def parse_number(text: str, field: str = "nomor") -> str:
    """An application number in its one form, "KRN-7K4M2Q": office prefix and 6 characters of NUMBER_ALPHABET.

    Case, spaces, dashes and dots do not matter; "LOKET-" before it (the short QR text) is dropped. A zero in
    the prefix is read as O, the only slip with one possible meaning: in the rest, 0 O 1 I L never occur and
    could stand for several signs. Everything else raises Invalid with NUMBER_UNKNOWN, the answer that an
    unknown number gets.
    """
    signs = without_separators(ascii_digits(text)).upper()
    signs = signs.removeprefix("LOKET") if len(signs) > PREFIX_LENGTH + TAIL_LENGTH else signs
    prefix, tail = signs[:PREFIX_LENGTH].replace("0", "O"), signs[PREFIX_LENGTH:]
    if len(tail) != TAIL_LENGTH or not set(prefix) <= _LETTERS or not set(tail) <= set(NUMBER_ALPHABET):
        raise Invalid(field, "unknown", NUMBER_UNKNOWN)
    return f"{prefix}-{tail}"


def new_number(prefix: str, choose: Callable[[str], str]) -> str:
    """A fresh application number. choose picks one character of a string, as secrets.choice does.

    prefix: three capital letters of the office, otherwise ValueError. A number already taken is the caller's
    to notice and to replace.
    """
    if len(prefix) != PREFIX_LENGTH or not set(prefix) <= _LETTERS:
        raise ValueError("an office prefix has three capital letters")
    return f"{prefix}-{''.join(choose(NUMBER_ALPHABET) for _ in range(TAIL_LENGTH))}"


def parse_pin(text: str, field: str = "pin") -> str:
    """The six digits of a PIN; spaces, dots and dashes between them are dropped."""
    digits = without_separators(ascii_digits(text))
    if not digits:
        raise Invalid(field, "empty", "Isi PIN, 6 angka di slip atau pesan WA Anda.")
    if not (digits.isascii() and digits.isdecimal()):
        raise Invalid(field, "not_digits", "PIN hanya berisi angka. Ketik 6 angka di slip Anda.")
    if len(digits) != PIN_LENGTH:
        amount = "baru" if len(digits) < PIN_LENGTH else "berisi"
        raise Invalid(field, "length", f"PIN {amount} {len(digits)} angka. Periksa lagi, harus 6 angka.")
    return digits
