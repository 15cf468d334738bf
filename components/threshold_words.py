"""What each threshold means, in plain words: its label, its unit, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.rules.deadlines import DayReading


@dataclass(frozen=True)
class Words:
    """Of one threshold. unit: after the number. effect: what it does, and for whom."""

    label: str
    effect: str
    unit: str = ""


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "recheck_share": Words(
            "Berkas diterima yang diuji petik",
            "Dipilih acak setiap hari, paling sedikit satu. Atasan menilainya lagi tanpa melihat putusan pertama.",
            "persen",
        ),
        "low_stock_days": Words(
            "Blangko hampir habis",
            "Di bawah ini atasan dan loket diperingatkan.",
            "hari kerja pemakaian",
        ),
        "looks_an_hour": Words(
            "Berkas dilihat satu petugas, sejam",
            "Lebih dari ini atasan diberi tahu. Petugas tidak dihentikan.",
            "berkas",
        ),
        "looks_a_day": Words(
            "Berkas dilihat satu petugas, sehari",
            "Lebih dari ini atasan diberi tahu. Petugas tidak dihentikan.",
            "berkas",
        ),
        "first_reminder": Words(
            "Pengingat pertama kartu belum diambil", "Dihitung sejak KTP-el siap diambil.", "hari"
        ),
        "second_reminder": Words("Pengingat kedua", "Dihitung sejak KTP-el siap diambil.", "hari"),
        "third_reminder": Words("Pengingat ketiga", "Dihitung sejak KTP-el siap diambil.", "hari"),
        "correction_day": Words(
            "Batas perbaikan berkas",
            "Berlaku untuk berkas yang dikembalikan sesudah ini. Batas yang sudah diberitahukan tetap.",
        ),
        "family_may_collect": Words(
            "Keluarga satu KK boleh mengambil",
            "Jika tidak, kartu hanya diberikan kepada pemohon atau pembawa surat kuasa.",
        ),
    }
)
READING_WORDS: Mapping[DayReading, str] = MappingProxyType(
    {
        DayReading.CALENDAR_DAY: "Pukul 12.00 hari berikutnya",
        DayReading.WORKING_DAY: "Pukul 12.00 hari kerja berikutnya",
    }
)


def said(name: str, value: int | str) -> str:
    """A value as it is read: "5 persen", "Ya"."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, DayReading):
        return READING_WORDS[value].lower()
    return f"{value} {WORDS[name].unit}"
