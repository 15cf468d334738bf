"""Opening hours as an administrator types them, and the days of seasons [T1]."""

import re
from datetime import date, time
from itertools import pairwise

from models.rules.calendar import DaySpans, Hours
from models.rules.text import Invalid

_SPAN = re.compile(r"(\d{1,2})[.:](\d{2})\s*(?:-|–|—|s/d|sampai)\s*(\d{1,2})[.:](\d{2})")
_HOW = "Tulis seperti 08.00-12.00, 13.00-15.00. Kosongkan jika tutup."
_ORDER = "Jam harus berurutan dan tidak bertumpuk."


def parse_spans(text: str) -> DaySpans:
    """Opening spans of one day, in order: "08.00-12.00, 13.00-15.00"; nothing typed is a closed day.

    Raises Invalid with words for what is no time of day, and for spans that overlap, touch or run backwards.
    """
    pieces = [piece.strip() for piece in re.split(r"[,;]|\bdan\b", text) if piece.strip()]
    spans = tuple(_span(piece) for piece in pieces)
    borders = [moment for span in spans for moment in span]
    if any(earlier >= later for earlier, later in pairwise(borders)):
        raise Invalid("hours", "order", _ORDER)
    return spans


def _span(piece: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(piece)
    if found is None:
        raise Invalid("hours", "shape", _HOW)
    hour, minute, last_hour, last_minute = (int(number) for number in found.groups())
    try:
        return time(hour, minute), time(last_hour, last_minute)
    except ValueError:
        raise Invalid("hours", "shape", _HOW) from None


def typed_spans(spans: DaySpans) -> str:
    """The same spans as they would be typed."""
    return ", ".join(f"{opens:%H.%M}-{closes:%H.%M}" for opens, closes in spans)


def typed_week(hours: Hours) -> list[str]:
    """A whole week, Monday first, as it would be typed; empty for a closed day."""
    return [typed_spans(hours.get(weekday, ())) for weekday in range(7)]


def overlaps(first: date, last: date, other_first: date, other_last: date) -> bool:
    """Whether two stretches of days, both ends included, share a day."""
    return first <= other_last and other_first <= last
