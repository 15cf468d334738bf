"""The calendar file: one event that follows the appointment, in any calendar program [P8]."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from components.papers.ics import CalendarEntry, calendar_file

START = datetime(2026, 2, 5, 2, 20, tzinfo=UTC)
ENTRY = CalendarEntry(
    number="KRN-7K4M2",
    host="loket.krian.example",
    sequence=0,
    service="ganti foto KTP-el",
    starts_at=START,
    ends_at=START + timedelta(minutes=30),
    made_at=START - timedelta(days=2),
    place="Kantor Kecamatan Krian, Jl. Gubernur Soenandar Priyo Sudarmo No. 1, Krian",
    queue="B-14",
    office="Kecamatan Krian",
    office_email="kantor@krian.example",
    url="https://loket.krian.example/permohonan/KRN-7K4M2",
    bring=("KTP-el lama", "KK asli"),
)


def event(entry: CalendarEntry) -> Any:
    calendar: Any = icalendar.Calendar.from_ical(calendar_file(entry))
    assert calendar["METHOD"] == entry.method
    assert calendar["VERSION"] == "2.0"
    [only] = calendar.walk("VEVENT")
    return only


def test_event_holds_the_appointment() -> None:
    """[P8] Time, place, queue number and what to bring, read back by a parser."""
    read = event(ENTRY)
    assert read.decoded("DTSTART") == START
    assert read.decoded("DTEND") == START + timedelta(minutes=30)
    assert read.decoded("DTSTART").astimezone(ZoneInfo("Asia/Jakarta")).strftime("%H.%M") == "09.20"
    assert str(read["SUMMARY"]) == "Ganti foto KTP-el, nomor antrean B-14"
    assert str(read["LOCATION"]) == ENTRY.place
    assert str(read["DESCRIPTION"]).split("\n") == [
        "Nomor permohonan KRN-7K4M2.",
        "Bawa KTP-el lama dan KK asli.",
        "Gratis, Rp0. Jangan beri uang.",
    ]
    assert str(read["STATUS"]) == "CONFIRMED"
    [alarm] = read.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(days=-1)
    assert str(alarm["ACTION"]) == "DISPLAY"


def test_moved_appointment_replaces_the_old_one() -> None:
    later = replace(
        ENTRY, sequence=1, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, minutes=30)
    )
    assert event(later)["UID"] == event(ENTRY)["UID"] == "jadwal-KRN-7K4M2@loket.krian.example"
    assert (event(ENTRY)["SEQUENCE"], event(later)["SEQUENCE"]) == (0, 1)


def test_cancelled_appointment_keeps_its_uid_and_reminds_of_nothing() -> None:
    """RFC 5546: a calendar takes the entry out only when the method says so [P8]."""
    cancelled = replace(ENTRY, sequence=2, cancelled=True)
    assert (ENTRY.method, cancelled.method) == ("PUBLISH", "CANCEL")
    assert cancelled.content_type == "text/calendar; charset=utf-8; method=CANCEL"
    read = event(cancelled)
    assert str(read["STATUS"]) == "CANCELLED"
    assert read["UID"] == event(ENTRY)["UID"]
    assert str(read["SUMMARY"]).startswith("Dibatalkan: ")
    assert "dibatalkan" in str(read["DESCRIPTION"])
    assert read.walk("VALARM") == []


def test_special_characters_survive() -> None:
    place = 'Ruang 1; lantai 2, "Loket" \\ barat\nPendopo é'
    data = calendar_file(replace(ENTRY, place=place))
    assert str(event(replace(ENTRY, place=place))["LOCATION"]) == place
    assert rb"Ruang 1\; lantai 2\, " in data.replace(b"\r\n ", b"")


def test_lines_are_folded_and_end_as_the_format_asks() -> None:
    """RFC 5545: CRLF, at most 75 octets a line, times in UTC."""
    data = calendar_file(replace(ENTRY, place="é" * 200))
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert b"DTSTART:20260205T022000Z" in data


def test_any_zone_gives_the_same_file() -> None:
    """Moments are compared, not clocks: WIB in, UTC out."""
    wib = ZoneInfo("Asia/Jakarta")
    local = replace(
        ENTRY,
        starts_at=ENTRY.starts_at.astimezone(wib),
        ends_at=ENTRY.ends_at.astimezone(wib),
        made_at=ENTRY.made_at.astimezone(wib),
    )
    assert calendar_file(local) == calendar_file(ENTRY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": START.replace(tzinfo=None)},
        {"made_at": START.replace(tzinfo=None)},
        {"ends_at": START},
    ],
)
def test_impossible_appointments_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="appointment"):
        replace(ENTRY, **wrong)
