"""What all steps at the counter share: when it happened, on which version it was seen, and a reason in words."""

from datetime import datetime, time, timedelta

from components.refusals import Overtaken, Refused
from components.words import WIB, tanggal_jam
from models.application import Application
from models.rules.calendar import wib_day, wib_moment
from models.rules.identity import Invalid, parse_note

OLDEST_ENTRY = timedelta(days=7)
"""How long afterwards a step may still be entered: a day without power, a line that was down."""
REASON_AT_LEAST = 3


def happened(text: str, now: datetime, days_ago: str = "") -> datetime:
    """When a step truly happened, typed as HH.MM; empty means now. days_ago: "0" (the usual) to "7".

    Both times are kept: this one, and when it was entered. Raises Refused for the future and for long ago.
    """
    if not text and days_ago in ("", "0"):
        return now
    try:
        clock = datetime.strptime(text.replace(".", ":"), "%H:%M").time()  # noqa: DTZ007 (a time of day)
        back = timedelta(days=int(days_ago or "0"))
    except (ValueError, OverflowError):
        raise Refused("Jam tidak terbaca.", {"jam": "Tulis jam seperti 09.15."}) from None
    if not timedelta(0) <= back <= OLDEST_ENTRY:
        raise Refused("Sudah terlalu lama.", {"jam": f"Paling lama {OLDEST_ENTRY.days} hari yang lalu."})
    moment = wib_moment(wib_day(now) - back, clock)
    if moment > now:
        raise Refused("Jam ini belum tiba.", {"jam": "Tulis jam yang sudah lewat."})
    return moment


def after(earlier: datetime | None, at: datetime, now: datetime) -> None:
    """Raise Refused for a step entered as earlier than the step before it; what is entered as now always fits."""
    if at < now and earlier is not None and at < earlier.replace(second=0, microsecond=0):
        words = f"Langkah sebelumnya tercatat {tanggal_jam(earlier)}. Tulis jam sesudahnya."
        raise Refused(words, {"jam": words})


def day_began(now: datetime) -> datetime:
    """Midnight of today in WIB."""
    return datetime.combine(wib_day(now), time(0), WIB)


def as_seen(application: Application, version: int) -> None:
    """Raise Overtaken unless the application still is what the officer's page showed."""
    if application.version != version:
        raise Overtaken(
            "Permohonan ini sudah berubah sejak halaman dibuka. Muat ulang, lalu lihat langkahnya."
        )


def reason(text: str, field: str = "reason") -> str:
    """An officer's reason as it is kept, at most 200 letters. Raises Refused beside this field without one."""
    try:
        words = parse_note(text, 200)
    except Invalid as invalid:
        raise Refused(invalid.message, {field: invalid.message}) from None
    if len(words) < REASON_AT_LEAST:
        raise Refused("Tulis alasannya.", {field: "Tulis alasannya, singkat saja."})
    return words
