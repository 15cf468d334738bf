"""Serial numbers of blanks as people type them: the whole first one, then the last one, its end, or how many [M2]."""

import re

from components.refusals import Refused
from models.rules import blanks

LARGEST_DELIVERY = 2_000
_SERIAL = re.compile(r"[A-Z0-9][A-Z0-9-]{2,30}[0-9]")
_COUNT = re.compile(r"[0-9]{1,4}")


def parse_serial(text: str) -> str:
    """A blank's serial number, upper case, without spaces. Raises Refused with the field `serial`."""
    serial = re.sub(r"\s+", "", text).upper()
    if not _SERIAL.fullmatch(serial):
        words = "Nomor seri blangko ada di belakang kartu. Ketik huruf dan angkanya saja."
        raise Refused(words, {"serial": words})
    return serial


def serials(first: str, last: str, count: str = "") -> list[str]:
    """All serial numbers from first to last.

    last: a whole number, or only its last digits: from "AB-000101" to "600". count: instead of the last one, or
    beside it, as a check of the delivery note. With neither it is one blank. Raises Refused for ends that do not
    fit together, for too many, and for a count that the numbers do not make.
    """
    start = parse_serial(first)
    head, digits = blanks.split(start)
    quantity = _quantity(count)
    end = _end(start, last, quantity)
    other, last_digits = blanks.split(end)
    if head != other or len(digits) != len(last_digits):
        words = "Harus sama panjang dengan nomor awal."
        raise Refused("Nomor seri awal dan akhir tidak sejenis.", {"last": words})
    made = int(last_digits) - int(digits) + 1
    if not 1 <= made <= LARGEST_DELIVERY:
        words = f"Paling sedikit nomor awal, paling banyak {LARGEST_DELIVERY} keping."
        raise Refused("Periksa nomor seri akhir.", {"last": words})
    if quantity is not None and quantity != made:
        words = f"Dari nomor awal sampai akhir ada {made} keping, bukan {quantity}."
        raise Refused("Jumlah dan nomor seri tidak cocok.", {"count": words})
    return list(blanks.row(start, end))


def _quantity(text: str) -> int | None:
    text = re.sub(r"[\s.]+", "", text)
    if not text:
        return None
    if not _COUNT.fullmatch(text) or not 1 <= int(text) <= LARGEST_DELIVERY:
        words = f"Tulis angka 1 sampai {LARGEST_DELIVERY}."
        raise Refused("Periksa jumlah keping.", {"count": words})
    return int(text)


def _end(start: str, last: str, quantity: int | None) -> str:
    head, digits = blanks.split(start)
    typed = re.sub(r"\s+", "", last).upper()
    if not typed:
        number = int(digits) + (quantity or 1) - 1
        return f"{head}{number:0{len(digits)}d}"
    if typed.isascii() and typed.isdigit() and len(typed) <= len(digits):
        return f"{head}{digits[: -len(typed)]}{typed}"
    try:
        return parse_serial(last)
    except Refused as no:
        raise Refused(no.message, {"last": no.message}) from None
