"""A text that the office may change: words and placeholders in braces, filled in by plain substitution [G4].

A line is left out when one of its placeholders has nothing to say, so `{bila_...}` at its beginning says when a line is
for this reader. No placeholder for a name, a NIK, a KK number or a PIN exists.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.rules.messages import ComplaintNews, Kind, News, StaffNews

LONGEST = 640
"""Characters that a telephone shows without scrolling, as a WhatsApp message."""

PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "nomor": "nomor permohonan atau pengaduan",
        "kantor": "nama kantor",
        "alamat": "alamat kantor",
        "telepon": "telepon kantor",
        "batas": "hari dan jam batas perbaikan",
        "jam_batas": "jam batas perbaikan",
        "alasan": "yang ditulis petugas",
        "sudah_benar": "dokumen yang sudah benar",
        "jadwal": "hari dan jam datang",
        "antrean": "nomor antrean",
        "tawaran": "hari dan jam yang ditawarkan",
        "tawaran_sampai": "sampai kapan tawaran disimpan",
        "bawa": "dokumen asli yang dibawa",
        "janji": "kapan KTP-el dijanjikan jadi",
        "karena": "kata karena dan sebabnya, boleh kosong",
        "sebab": "sebab, bila ada",
        "perkiraan": "perkiraan hari jadi",
        "siap_sejak": "sejak kapan KTP-el siap",
        "diserahkan": "kata pada dan waktu penyerahan",
        "batas_jawaban": "hari paling lambat kami menjawab",
        "stok": "banyaknya blangko di lemari",
        "cukup": "berapa hari kerja stok cukup",
        "perkiraan_habis": "perkiraan hari blangko habis",
        "jumlah": "banyaknya yang diminta",
        "petugas": "nama petugas yang meminta",
        "waktu": "kapan diminta",
        "catatan": "catatan petugas, boleh kosong",
        "bila_habis": "baris bila blangko habis",
        "bila_menipis": "baris bila blangko menipis",
        "bila_baru": "baris untuk permohonan baru",
        "bila_perbaikan": "baris untuk perbaikan",
        "bila_di_loket": "baris untuk berkas dari loket",
        "bila_daring": "baris untuk permohonan dari HP",
        "bila_terjadwal": "baris untuk yang sudah punya jadwal",
        "bila_direkam": "baris untuk yang sudah direkam",
        "bila_menunggu": "baris untuk yang belum punya jadwal",
        "bila_kartu_lama": "baris untuk yang masih punya KTP-el lama",
        "bila_tanpa_sebab": "baris bila tidak ada sebabnya",
    }
)
"""Every placeholder there is, and what stands in its place."""

_EVERYWHERE = frozenset({"nomor", "kantor", "alamat", "telepon"})
_OF_STAFF = _EVERYWHERE - {"nomor"}
_STOCK = frozenset({"stok", "cukup"})
_VISIT = frozenset({"jadwal", "antrean", "bawa"})
_BLANKS = frozenset({"jadwal", "bila_terjadwal", "bila_direkam", "bila_menunggu"})
_OWN: Mapping[News, frozenset[str]] = {
    Kind.RECEIVED: frozenset({"janji", "sebab", "bila_baru", "bila_perbaikan"}),
    Kind.CORRECTION_ASKED: frozenset(
        {"batas", "jam_batas", "alasan", "sudah_benar", "bila_di_loket", "bila_daring"}
    ),
    Kind.CORRECTION_REMINDER: frozenset({"batas", "jam_batas", "alasan"}),
    Kind.DEADLINE_MOVED: frozenset({"batas", "jam_batas"}),
    Kind.LAPSED: frozenset({"batas"}),
    Kind.REFUSED: frozenset({"alasan"}),
    Kind.LOOKED_AT_AGAIN: frozenset({"alasan"}),
    Kind.SCHEDULED: _VISIT,
    Kind.MOVED: _VISIT | {"sebab"},
    Kind.EARLIER_OFFERED: frozenset({"tawaran", "tawaran_sampai", "jadwal"}),
    Kind.MISSED: frozenset({"jadwal"}),
    Kind.REMINDER_EVE: _VISIT,
    Kind.REMINDER_DAY: _VISIT,
    Kind.OBSTACLE: frozenset({"sebab"}),
    Kind.PROMISE_MOVED: frozenset({"janji", "sebab", "bila_tanpa_sebab"}),
    Kind.APOLOGY: frozenset({"janji", "karena", "perkiraan"}),
    Kind.READY: frozenset({"bila_kartu_lama"}),
    Kind.READY_REMINDER: frozenset({"siap_sejak", "bila_kartu_lama"}),
    Kind.HANDED_OVER: frozenset({"diserahkan"}),
    Kind.WITHDRAWN: frozenset({"sebab", "bila_tanpa_sebab"}),
    Kind.BLANKS_OUT: _BLANKS,
    Kind.BLANKS_BACK: _BLANKS,
    ComplaintNews.RECEIVED: frozenset({"batas_jawaban"}),
    StaffNews.BLANKS_LOW: _STOCK | {"perkiraan_habis", "bila_habis", "bila_menipis"},
    StaffNews.BLANKS_ASKED: _STOCK | {"jumlah", "petugas", "waktu", "catatan"},
}
_NEEDED: Mapping[News, frozenset[str]] = {
    Kind.CORRECTION_ASKED: frozenset({"batas", "alasan"}),
    Kind.CORRECTION_REMINDER: frozenset({"batas", "alasan"}),
    Kind.DEADLINE_MOVED: frozenset({"batas"}),
    Kind.REFUSED: frozenset({"alasan"}),
    Kind.SCHEDULED: _VISIT | {"alamat"},
    Kind.MOVED: _VISIT | {"alamat"},
    Kind.EARLIER_OFFERED: frozenset({"tawaran", "tawaran_sampai"}),
    Kind.REMINDER_EVE: frozenset({"jadwal"}),
    Kind.REMINDER_DAY: frozenset({"jadwal"}),
    Kind.MISSED: frozenset({"jadwal"}),
    Kind.PROMISE_MOVED: frozenset({"janji"}),
    Kind.OBSTACLE: frozenset({"sebab"}),
    Kind.APOLOGY: frozenset({"janji"}),
    Kind.READY: frozenset({"alamat"}),
    StaffNews.BLANKS_LOW: frozenset({"stok"}),
    StaffNews.BLANKS_ASKED: frozenset({"jumlah"}),
}
"""Without these a message would not say what it is for."""

_PLACE = re.compile(r"\{([a-z_]+)\}")
_TOO_LONG = "Terlalu panjang. Paling banyak {} huruf."
_LONG_NUMBER = re.compile(r"\d[\d .-]{10,}\d")


@dataclass(frozen=True)
class MessageWords:
    """subject and button: what is left of their lines is one line. body: its first line is read on a locked screen."""

    subject: str
    body: str
    button: str


def parse(source: str) -> MessageWords:
    """A text as it lies in templates/mail: subject, body and button, a line of three dashes between them."""
    subject, body, button = (part.strip() for part in source.split("\n---\n"))
    return MessageWords(subject, body, button)


def allowed(kind: News) -> frozenset[str]:
    """The placeholders that texts of this kind may use."""
    return (_OF_STAFF if isinstance(kind, StaffNews) else _EVERYWHERE) | _OWN.get(kind, frozenset())


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with its placeholders replaced; a line with one that is None is left out. Raises KeyError."""
    kept = [
        _PLACE.sub(lambda found: values[found[1]] or "", line)
        for line in text.splitlines()
        if all(values[name] is not None for name in _PLACE.findall(line))
    ]
    return "\n".join(kept)


def faults(kind: News, words: MessageWords) -> dict[str, str]:
    """What is wrong with a text as it was typed, by field, in words; empty when nothing is."""
    found: dict[str, str] = {}
    typed = (("subject", words.subject, 200), ("body", words.body, 2000), ("button", words.button, 60))
    for field, text, most in typed:
        fault = _fault_of(text, allowed(kind)) or (_TOO_LONG.format(most) if len(text) > most else "")
        if fault:
            found[field] = fault
    missing = _NEEDED.get(kind, frozenset()) - set(_PLACE.findall(words.body))
    if missing and "body" not in found:
        found["body"] = f"Isi pesan harus memuat {_listed(missing)}."
    return found


def _fault_of(text: str, known: Collection[str]) -> str:
    if not text.strip():
        return "Bagian ini tidak boleh kosong."
    unknown = set(_PLACE.findall(text)).difference(known)
    if unknown:
        return f"Isian {_listed(unknown)} tidak dikenal untuk pesan ini."
    if re.search(r"[{}]", _PLACE.sub("", text)):
        return "Ada kurung kurawal yang tidak berpasangan. Contoh yang benar: {nomor}."
    if "://" in text or "www." in text:
        return "Jangan tulis tautan. Tautan ditambahkan sendiri di bawah pesan."
    if _LONG_NUMBER.search(text):
        return "Jangan tulis nomor panjang. Pakai {telepon} untuk telepon kantor."
    return ""


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
