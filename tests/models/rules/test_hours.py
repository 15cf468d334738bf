"""Opening hours as they are typed [T1]."""

from datetime import time

import pytest

from models.rules.calendar import DEFAULT_HOURS
from models.rules.hours import parse_spans, typed_spans, typed_week
from models.rules.identity import Invalid

MORNING, AFTERNOON = (time(8), time(12)), (time(13), time(15, 30))


@pytest.mark.parametrize(
    "text",
    [
        "08.00-12.00, 13.00-15.30",
        "8:00 – 12:00; 13:00 s/d 15:30",
        " 8.00 sampai 12.00 dan 13.00—15.30 ",
    ],
)
def test_hours_are_read_however_they_are_written(text: str) -> None:
    assert parse_spans(text) == (MORNING, AFTERNOON)


def test_nothing_is_a_closed_day() -> None:
    assert parse_spans(" ") == ()


@pytest.mark.parametrize(
    "text",
    [
        "8-12",
        "08.00",
        "25.00-26.00",
        "08.60-09.00",
        "12.00-08.00",
        "08.00-12.00, 11.00-15.00",
        "08.00-12.00, 12.00-15.00",
        "pagi",
    ],
)
def test_what_cannot_be_hours_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_spans(text)


def test_a_week_reads_back_as_it_was_typed() -> None:
    week = typed_week(DEFAULT_HOURS)
    assert week[0] == "08.00-12.00, 13.00-15.00"
    assert week[4:] == ["08.00-10.30, 13.00-14.00", "", ""]
    assert [typed_spans(parse_spans(text)) for text in week] == week
