"""What stands in the place of a placeholder, from what a message is about; and invented people to try it on [G4]."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from types import SimpleNamespace
from typing import Any

from components.wording import obstacle_words
from components.words import jam, tanggal, tanggal_jam
from models.rules.calendar import wib_day, wib_moment
from models.rules.messages import ComplaintNews, Kind, News, StaffNews
from models.rules.workflow import State

_PATHS: Mapping[object, str] = {
    ComplaintNews: "/pengaduan/t/contoh-tautan-pelapor-22",
    StaffNews: "/blangko",
    Kind.SURVEY: "/survei/undangan/contoh-tautan-pemohon-22",
}


def words_of(about: Mapping[str, Any]) -> dict[str, str | None]:
    """Every placeholder in words, as notifications found it; None where there is nothing to say."""
    office, visit = about["office"], about.get("appointment")
    due, promised = about.get("due_at"), about.get("promised_at") or about.get("promise_at")
    cause, state = _cause(about), about.get("state")
    offer, answer_due = about.get("offer"), about.get("answer_due_at")
    ready, finished = about.get("ready_at"), about.get("finished_at")
    expected = None if about.get("made") else about.get("expected_on")
    by_hand, corrected = bool(about.get("by_hand")), bool(about.get("corrected"))
    return {
        "nomor": about.get("number"),
        "kantor": office.name,
        "alamat": office.address,
        "telepon": office.phone,
        "batas": due and tanggal_jam(due),
        "jam_batas": due and jam(due),
        "alasan": about.get("reasons") or None,
        "sudah_benar": ", ".join(about.get("fitting") or ()) or None,
        "jadwal": visit and tanggal_jam(visit["starts_at"]),
        "tawaran": offer and tanggal_jam(offer["starts_at"]),
        "tawaran_sampai": offer and tanggal_jam(offer["until"]),
        "antrean": visit and visit["queue_number"],
        "bawa": ", ".join(about.get("bring") or ()) or None,
        "janji": promised and tanggal_jam(promised),
        "karena": f" karena {cause}" if cause else "",
        "sebab": cause or None,
        "perkiraan": expected and tanggal(expected),
        "siap_sejak": ready and tanggal(ready),
        "batas_jawaban": answer_due and tanggal(answer_due),
        "diserahkan": f" pada {tanggal_jam(finished)}" if finished else "",
        **_of_stock(about),
        **_only_if(
            bila_baru=not corrected,
            bila_perbaikan=corrected,
            bila_di_loket=by_hand,
            bila_daring=not by_hand,
            bila_terjadwal=state == State.SCHEDULED,
            bila_direkam=state == State.CAPTURED,
            bila_menunggu=state not in (State.SCHEDULED, State.CAPTURED),
            bila_kartu_lama=bool(about.get("old_card")),
            bila_tanpa_sebab=not cause,
        ),
    }


def _of_stock(about: Mapping[str, Any]) -> dict[str, str | None]:
    """What the news about blanks speak of. about: level (stock.Level), and what was asked for."""
    level = about.get("level")
    days = level.days_left if level else None
    return {
        "stok": str(level.in_stock) if level else None,
        "cukup": None if days is None else f"{days} hari kerja",
        "perkiraan_habis": about.get("ends_on") or None,
        "jumlah": str(about.get("quantity") or "") or None,
        "petugas": about.get("officer") or None,
        "waktu": about.get("asked_at") or None,
        "catatan": about.get("note") or None,
        **_only_if(bila_habis=bool(level and level.out), bila_menipis=bool(level and not level.out)),
    }


def _only_if(**conditions: bool) -> dict[str, str | None]:
    return {name: "" if holds else None for name, holds in conditions.items()}


def _cause(about: Mapping[str, Any]) -> str:
    """Why, within a sentence: the office is closed, what broke, or what the system wrote down."""
    if about.get("closed"):
        return f"kantor tutup ({about['closed']})"
    kinds: Iterable[str] = about.get("causes") or ()
    return obstacle_words(kinds) or str(about.get("cause") or "")


def invented(kind: News, office: Any, at: datetime) -> dict[str, Any]:
    """A case that never was, for previews: nobody's number, a visit, a promise, reasons for a correction.

    path: the page it leads to, with a token that opens nothing.
    """
    day = wib_day(at)
    visit = wib_moment(day, time(9, 20))
    return {
        "office": office,
        "number": "P-7K4M2Q" if isinstance(kind, ComplaintNews) else f"{office.prefix}-7K4M2Q",
        "path": _PATHS.get(kind) or _PATHS.get(type(kind), "/t/contoh-tautan-pemohon-22"),
        "answer_due_at": wib_moment(day, time(15)),
        "level": SimpleNamespace(in_stock=40, days_left=4, out=False),
        "ends_on": tanggal(day),
        "quantity": 500,
        "officer": "Petugas Loket",
        "asked_at": tanggal_jam(visit),
        "note": "Antrean Senin panjang.",
        "due_at": wib_moment(day, time(12)),
        "promise_at": wib_moment(day, time(15)),
        "ready_at": visit,
        "finished_at": visit,
        "expected_on": day,
        "reasons": "- Kartu Keluarga (KK): Bagian bawah terpotong. Foto lagi seluruh lembar KK.\n"
        "- KTP-el lama: Foto terlalu gelap. Coba di dekat jendela.",
        "fitting": ["Formulir F-1.02"],
        "appointment": {"starts_at": visit, "queue_number": "B-14"},
        "bring": ["KTP-el lama", "Kartu Keluarga (KK)", "Formulir F-1.02"],
        "offer": {"starts_at": wib_moment(day, time(8)), "until": visit},
        "causes": [] if kind is Kind.RECEIVED else ["siak_network"],
        "state": State.SCHEDULED,
        "old_card": True,
        "village": "Tropodo",
    }
