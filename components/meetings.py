"""Coordination meetings: prepared with the figures of a period, and written down: who was there, what was said [E1].

The supervisor makes and edits; whoever works in the office reads. Each change is a line in the office's history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from components import office_history, stock_book
from components.actors import Actor
from components.logs import redact
from components.refusals import Missing, Overtaken, Refused
from components.survey_words import semester_words
from components.words import MONTHS, dari_sampai, tanggal_surat
from models.db import transaction
from models.meeting import FollowUp, Meeting
from models.rules.calendar import wib_day
from models.rules.identity import Invalid, parse_note
from models.rules.office_acts import OfficeAct
from models.rules.periods import Period, Span, around, span_of
from models.rules.satisfaction import semester_of

LISTED = 50
LONGEST_TEXT = 6_000
LONGEST_PERIOD = timedelta(days=366)
_LATEST = timedelta(days=366)
"""A meeting is prepared at most a year ahead, and entered at most so long after it was held."""
_PARTS = {"present": "daftar hadir", "minutes": "pembahasan", "decisions": "keputusan", "place": "tempat"}
SPAN_WORDS = {
    Span.WEEK: "Satu minggu",
    Span.MONTH: "Satu bulan",
    Span.QUARTER: "Satu triwulan",
    Span.SEMESTER: "Satu semester",
    Span.DATES: "Dari tanggal sampai tanggal",
}
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Line:
    """One meeting in the list. open: how many of its own follow-ups are not done."""

    id: int
    held_on: date
    period: str
    place: str
    written: bool
    open: int


def period_words(first: date, last: date) -> str:
    """A period as the office names it: "November 2026", "Triwulan IV 2026", "1 November 2026 sampai ..."."""
    span = span_of(Period(first, last))
    if span is Span.MONTH:
        return f"{MONTHS[first.month - 1]} {first.year}"
    if span is Span.QUARTER:
        return f"Triwulan {_ROMAN[(first.month - 1) // 3]} {first.year}"
    if span is Span.SEMESTER:
        return semester_words(semester_of(first))
    words = dari_sampai(first, last)
    return f"Minggu {words}" if span is Span.WEEK else words


def read_period(typed: Mapping[str, str], now: datetime) -> Period:
    """The period that a form asks for: `masa` (a Span) around `hari`, or `dari` and `sampai`.

    Raises Refused with fields for what cannot be read, and for more than a year.
    """
    span, today = typed.get("masa", ""), wib_day(now)
    if span not in Span._value2member_map_:
        raise Refused("Masa belum dipilih.", {"masa": "Pilih satu dulu."})
    if span == Span.DATES:
        missing = {name: "Pilih tanggalnya." for name in ("dari", "sampai") if not typed.get(name)}
        if missing:
            raise Refused("Periksa tanggalnya.", missing)
        first, last = stock_book.period(typed["dari"], typed["sampai"], now, longest=LONGEST_PERIOD)
        return Period(first, last)
    day = _day(typed, "hari", today, "Pilih satu hari di dalam masa itu.")
    return around(Span(span), day)


def _day(typed: Mapping[str, str], name: str, usual: date, words: str) -> date:
    text = typed.get(name, "").strip()
    try:
        day = date.fromisoformat(text) if text else usual
    except ValueError:
        raise Refused("Periksa tanggalnya.", {name: words}) from None
    if not 2000 <= day.year < 2100:
        raise Refused("Periksa tanggalnya.", {name: words})
    return day


# --- making and writing ---


async def make(typed: Mapping[str, str], by: Actor, now: datetime) -> int:
    """Prepare a meeting; its id. `tanggal`: when it is held, today for nothing; the rest as read_period() takes it.

    Raises Refused with fields.
    """
    today = wib_day(now)
    held_on = _day(typed, "tanggal", today, "Pilih tanggal rapat.")
    if abs(held_on - today) > _LATEST:
        raise Refused("Periksa tanggalnya.", {"tanggal": "Pilih tanggal dalam setahun ini."})
    period = read_period(typed, now)
    place = text_of(typed, "place", 120)
    async with transaction():
        row = Meeting(
            office=by.office_id,
            held_on=held_on,
            since=period.first,
            until=period.last,
            place=place,
            made_by=by.staff_id,
            made_at=now,
        )
        await row.save()
        words = f"{named(row)}, masa {period_words(period.first, period.last)}"
        await office_history.record(OfficeAct.MEETING_MADE, words, by, now, {"meeting": row.id})
    return int(row.id)


async def write(row: Meeting, typed: Mapping[str, str], version: int, by: Actor, now: datetime) -> None:
    """Write down who was there, what was said and what was decided. version: the one that the form was made on.

    Raises Refused with fields for what is too long or holds numbers of people, Overtaken when somebody else wrote
    meanwhile.
    """
    limits = {"present": 1_000, "minutes": LONGEST_TEXT, "decisions": LONGEST_TEXT, "place": 120}
    new = {name: text_of(typed, name, limit) for name, limit in limits.items()}
    changed = [words for name, words in _PARTS.items() if new[name] != getattr(row, name)]
    if not changed:
        return
    async with transaction():
        columns: dict[Any, Any] = {**new, "version": version + 1}
        written = (
            await Meeting.update(columns)
            .where((Meeting.id == row.id) & (Meeting.version == version))
            .returning(Meeting.id)
        )
        if not written:
            raise Overtaken("Notulen ini baru saja diubah orang lain. Salin tulisan Anda, lalu muat ulang.")
        what = f"{named(row)}: {', '.join(changed)}"
        await office_history.record(OfficeAct.MINUTES_WRITTEN, what, by, now, {"meeting": row.id})


def text_of(typed: Mapping[str, str], name: str, limit: int) -> str:
    """What was typed into a field, as it is kept.

    Raises Refused with the field for what is too long, and for numbers of people, which minutes never hold.
    """
    try:
        words = parse_note(typed.get(name, ""), limit, name)
    except Invalid as invalid:
        raise Refused("Belum disimpan.", {name: invalid.message}) from None
    if redact(words) != words:
        plain = "Jangan tulis NIK, nomor KK, nomor telepon, atau alamat email di sini."
        raise Refused("Belum disimpan.", {name: plain})
    return words


def named(row: Meeting) -> str:
    """How the history and the papers name a meeting."""
    return f"Rapat {tanggal_surat(row.held_on)}"


# --- reading ---


async def find(meeting_id: int, by: Actor) -> Meeting:
    """A meeting of the own office. Raises Missing, the same for unknown and for foreign."""
    row = await Meeting.objects().get((Meeting.id == meeting_id) & (Meeting.office == by.office_id))
    if row is None:
        raise Missing
    return row


async def listing(by: Actor, limit: int = LISTED) -> list[Line]:
    """The meetings of the own office, the latest first."""
    rows = (
        await Meeting.objects()
        .where(Meeting.office == by.office_id)
        .order_by(Meeting.held_on, Meeting.id, ascending=False)
        .limit(limit)
    )
    open_ = await FollowUp.select(FollowUp.meeting).where(
        (FollowUp.office == by.office_id) & (FollowUp.state == "open")
    )
    counts = [row["meeting"] for row in open_]
    return [
        Line(
            row.id,
            row.held_on,
            period_words(row.since, row.until),
            row.place,
            bool(row.minutes or row.decisions),
            counts.count(row.id),
        )
        for row in rows
    ]
