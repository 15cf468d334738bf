"""Dates, times, amounts and names as Indonesian readers write them.

Every moment is shown in WIB, whatever zone it is stored in; a moment without a zone is refused rather than
guessed at.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")

FILTERS = (
    "hari",
    "tanggal",
    "tanggal_surat",
    "tanggal_pendek",
    "jam",
    "jam_saja",
    "jam_detik",
    "tanggal_jam",
    "angka",
    "rupiah",
    "lama",
    "ukuran",
    "nama_samar",
    "kecil",
    "dari_sampai",
)
"""The functions that templates use as filters, under the same names."""

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def _in_wib(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    return moment.astimezone(WIB)


def _day(when: date) -> date:
    """The calendar day in WIB: 23:30 UTC already belongs to the next day in Krian."""
    return _in_wib(when).date() if isinstance(when, datetime) else when


def hari(when: date) -> str:
    """Name of the weekday in WIB: "Selasa". Takes a date or an aware datetime."""
    return _DAYS[_day(when).weekday()]


def tanggal(when: date) -> str:
    """Full date in WIB: "Selasa, 3 Februari 2026". Takes a date or an aware datetime."""
    return f"{hari(when)}, {tanggal_surat(when)}"


def tanggal_surat(when: date) -> str:
    """Date as under a letter, without the weekday: "3 Februari 2026". Takes a date or an aware datetime."""
    day = _day(when)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def tanggal_pendek(when: date) -> str:
    """Short date in WIB for tables: "3 Feb 2026". Takes a date or an aware datetime."""
    day = _day(when)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def jam(moment: datetime) -> str:
    """Time of day in WIB: "12.00 WIB". Refuses a moment without a zone."""
    local = _in_wib(moment)
    return f"{local.hour:02d}.{local.minute:02d} WIB"


def jam_saja(moment: datetime) -> str:
    """Time of day in WIB without its zone, for tables and ranges: "12.00". Refuses a moment without a zone."""
    return jam(moment).removesuffix(" WIB")


def jam_detik(moment: datetime) -> str:
    """Time of day in WIB with its seconds: "12.00.05 WIB". Refuses a moment without a zone."""
    local = _in_wib(moment)
    return f"{local.hour:02d}.{local.minute:02d}.{local.second:02d} WIB"


def tanggal_jam(moment: datetime) -> str:
    """Date and time in WIB: "Selasa, 3 Februari 2026, 12.00 WIB". Refuses a moment without a zone."""
    return f"{tanggal(moment)}, {jam(moment)}"


def angka(value: float | Decimal, decimals: int = 0) -> str:
    """Number with decimal comma and dotted thousands, halves rounded up: angka(1234.565, 2) is "1.234,57"."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{exact:,f}".translate({ord(","): ".", ord("."): ","})


def rupiah(amount: int) -> str:
    """Money in whole rupiah: "Rp0", "Rp15.000" [F1]."""
    return f"Rp{angka(amount)}"


def lama(length: timedelta) -> str:
    """A length of time in its two largest units, rounded down to minutes: "1 jam 13 menit".

    Refuses a negative length: what is over should be said in other words than what is left.
    """
    if length < timedelta(0):
        raise ValueError("a length of time cannot be negative")
    minutes = length // timedelta(minutes=1)
    if minutes == 0:
        return "kurang dari 1 menit"
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "hari"), (rest // 60, "jam"), (rest % 60, "menit")]
    first = next(place for place, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count)


def ukuran(size: int) -> str:
    """Size of a file, given in bytes, in thousands as phones show it: "286 KB", "3,4 MB"."""
    if size < 1_000:
        return f"{size} byte"
    if size < 999_500:
        return f"{angka(Decimal(size) / 1_000)} KB"
    return f"{angka(Decimal(size) / 1_000_000, 1)} MB"


def joined(things: Sequence[str]) -> str:
    """A list in a sentence: "KTP-el lama, KK asli, dan F-1.02"."""
    if len(things) < 3:
        return " dan ".join(things)
    return f"{', '.join(things[:-1])}, dan {things[-1]}"


def nama_samar(name: str) -> str:
    """A name its owner recognises and a stranger does not learn: "Siti A*****"; one word alone: "S*****".

    The stars are always five, so that they do not tell how long the name is.
    """
    words = name.split()
    if not words:
        return ""
    if len(words) == 1:
        return f"{words[0][0]}*****"
    return f"{words[0]} {words[1][0]}*****"


def kecil(words: str) -> str:
    """Words as they go on within a sentence: their first letter small, but KTP-el stays KTP-el."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def dari_sampai(first: date, last: date) -> str:
    """A day, or the days from one to another: "1 November 2026 sampai 3 November 2026"."""
    return tanggal_surat(first) if first == last else f"{tanggal_surat(first)} sampai {tanggal_surat(last)}"
