"""The day book (Buku Harian): /pengawasan/buku-harian; on the screen, on paper, as a file [M4, E1]."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream

from components import day_book, day_book_paper, exports, promises, stock_book
from components.day_book import Entry
from components.in_full import Numbered
from components.papers import listing
from components.particulars import ShownNik, full_nik, masked_nik
from components.refusals import Missing, Refused
from components.spreadsheets import Sheet
from models.rules.calendar import wib_day
from routes.papers import PDF, file_answer, paper_of
from routes.supervision import SUPERVISORS
from routes.taking import both_forms, file_in_full, file_of
from routes.visit import Html, Visit

ROOM = "/pengawasan/buku-harian"


def _days(visit: Visit, dari: str, sampai: str) -> tuple[date, date]:
    """The days asked for; today where none is. Raises Refused for what cannot be read, and for more than a year."""
    today = wib_day(visit.now).isoformat()
    return stock_book.period(
        dari or sampai or today, sampai or dari or today, visit.now, longest=day_book.LONGEST
    )


@get(ROOM, guards=[SUPERVISORS])
async def book(
    visit: NamedDependency[Visit],
    dari: FromQuery[str] = "",
    sampai: FromQuery[str] = "",
    sesudah: FromQuery[str] = "",
) -> Html:
    """The lines of a day or of several, fifty at a time."""
    return await _page(visit, dari, sampai, sesudah)


async def _page(
    visit: Visit,
    dari: str,
    sampai: str,
    sesudah: str = "",
    *,
    refused: Refused | None = None,
    values: Mapping[str, str] = MappingProxyType({}),
) -> Html:
    """refused: why the list was not taken along, for which values were typed."""
    since, until = _days(visit, "", "")
    try:
        since, until = _days(visit, dari, sampai)
    except Refused as no:
        refused = no
    by = visit.actor
    entries, last = await day_book.listed(since, until, by, sesudah)
    return visit.page(
        "supervision/day_book.html",
        status=422 if refused else 200,
        entries=entries,
        last=last,
        since=since,
        until=until,
        totals=await day_book.totals(since, until, by),
        near=await _near(visit, since),
        typed={
            "dari": dari if refused else since.isoformat(),
            "sampai": sampai if refused else until.isoformat(),
        },
        refused=refused,
        values=values,
        words=day_book_paper,
    )


async def _near(visit: Visit, since: date) -> list[tuple[str, date, date]]:
    """(words, first day, last day) of periods that are often wanted."""
    today = wib_day(visit.now)
    calendar = await promises.office_calendar(visit.actor.office_id or 0)
    earlier = (since - timedelta(days=n) for n in range(1, 15))
    before = next((day for day in earlier if calendar.is_working_day(day)), since - timedelta(days=1))
    return [
        ("Hari kerja sebelumnya", before, before),
        ("Hari ini", today, today),
        ("Bulan ini", today.replace(day=1), today),
        ("Tahun ini", today.replace(month=1, day=1), today),
    ]


@get(f"{ROOM}.pdf", guards=[SUPERVISORS])
async def book_pdf(
    visit: NamedDependency[Visit],
    dari: FromQuery[str] = "",
    sampai: FromQuery[str] = "",
    kertas: FromQuery[str] = "",
) -> Response[bytes]:
    """The same on A4 or F4, lying on its long side, to be signed."""
    since, until = _known_days(visit, dari, sampai)
    most = day_book_paper.MOST_ON_PAPER
    entries, _ = await day_book.listed(since, until, visit.actor, limit=most)
    found = await day_book.totals(since, until, visit.actor)
    await exports.record("buku-harian", len(entries), visit.actor, visit.now)
    paper = day_book_paper.paper(entries, found, since, until, visit.actor.name, visit.now)
    content = await asyncio.to_thread(listing.pdf, paper, paper_of(kertas))
    return file_answer(content, PDF, f"buku-harian-{since}-{until}.pdf")


@both_forms(ROOM, SUPERVISORS)
async def book_file(
    visit: NamedDependency[Visit], dari: FromQuery[str] = "", sampai: FromQuery[str] = ""
) -> Stream:
    """The same for a spreadsheet, with the NIK masked; that it was taken is recorded."""
    pages = _pages(visit, *_known_days(visit, dari, sampai), masked_nik)
    rows = exports.page_by_page(pages, "", lambda entry: [day_book_paper.cells(entry)])
    return await file_of(visit, Sheet("buku-harian", day_book_paper.SHEET_HEAD, rows))


@post(f"{ROOM}/nik-lengkap", guards=[SUPERVISORS])
async def book_in_full(visit: NamedDependency[Visit]) -> Html | Stream:
    """The same with whole NIKs, for a reason, which is recorded."""
    form = await visit.form()
    dari, sampai = form.text("dari"), form.text("sampai")
    try:
        pages = _pages(visit, *_days(visit, dari, sampai), full_nik)
        rows = exports.page_by_page(
            pages, "", lambda entry: [(entry.id if entry.nik else 0, day_book_paper.cells(entry))]
        )
        return await file_in_full(
            visit, Numbered("buku-harian", day_book_paper.SHEET_HEAD_IN_FULL, rows), form
        )
    except Refused as no:
        return await _page(visit, dari, sampai, refused=no, values=form.values)


def _pages(
    visit: Visit, since: date, until: date, nik: ShownNik
) -> Callable[[str], Awaitable[tuple[list[Entry], str]]]:
    async def ask(after: str) -> tuple[list[Entry], str]:
        return await day_book.listed(since, until, visit.actor, after, exports.AT_ONCE, nik)

    return ask


def _known_days(visit: Visit, dari: str, sampai: str) -> tuple[date, date]:
    """Of a paper or file. Raises Missing for days that there are not."""
    try:
        return _days(visit, dari, sampai)
    except Refused:
        raise Missing from None


HANDLERS = (book, book_pdf, book_file, book_in_full)
