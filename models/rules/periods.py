"""The stretches of time that an office looks back on: a week, a month, a quarter, a semester, or any days [E1, E2]."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.rules.satisfaction import semester_of


class Span(StrEnum):
    """How long a period is, as it stands in forms and addresses. DATES: from one day to another."""

    WEEK = "minggu"
    MONTH = "bulan"
    QUARTER = "triwulan"
    SEMESTER = "semester"
    DATES = "tanggal"


@dataclass(frozen=True)
class Period:
    """Days in WIB, both included."""

    first: date
    last: date


def around(span: Span, day: date) -> Period:
    """The whole week (from Monday), month, quarter or semester that a day lies in; the day alone for DATES."""
    if span is Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if span is Span.MONTH:
        return _months(day.year, day.month, 1)
    if span is Span.QUARTER:
        return _months(day.year, day.month - (day.month - 1) % 3, 3)
    if span is Span.SEMESTER:
        semester = semester_of(day)
        return Period(semester.first, semester.last)
    return Period(day, day)


def _months(year: int, month: int, count: int) -> Period:
    after = year * 12 + month - 1 + count
    return Period(date(year, month, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1))


def span_of(period: Period) -> Span:
    """The whole that a period is; DATES for any other days."""
    return next(
        (span for span in Span if span is not Span.DATES and around(span, period.first) == period), Span.DATES
    )
