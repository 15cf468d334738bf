"""The day book: one line for each application that came in, numbered through the year [M4, E1]."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import httpx
import pypdfium2
import pytest
from openpyxl import load_workbook

from components import clock, day_book, day_book_paper
from components.actors import Actor
from components.kit import Kit
from components.papers import listing
from models.history import Event
from models.office import Office
from models.rules.workflow import Act, Role, State
from tests.faults.people import browser, signed_in
from tests.support.cases import NAME, NIK, an_application, tell_history
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROOM = "/pengawasan/buku-harian"


@pytest.fixture
async def by(service: Kit) -> Actor:
    return await member_of_staff(Role.SUPERVISOR, login="camat@krian.test")


async def numbers(since: date, until: date, by: Actor) -> list[tuple[int, str]]:
    entries, _ = await day_book.listed(since, until, by)
    return [(entry.n, entry.number) for entry in entries]


async def test_a_line_for_each_that_came_in(by: Actor) -> None:
    """A draft is none, another office's is none, and one that went back and forth is one, on its first day."""
    foreign = Office(prefix="WNY", name="W", short_name="W", regency="S", area_code="351516", address="Jl")
    await foreign.save()
    last_year = await an_application(State.HANDED_OVER, submitted_at=MONDAY.replace(year=2025))
    friday = await an_application(State.SUBMITTED, submitted_at=MONDAY - 3 * DAY, received_at=MONDAY)
    await tell_history(friday, Act.RETURN, MONDAY - 2 * HOUR)
    await tell_history(friday, Act.RESUBMIT, MONDAY)
    monday = await an_application(State.SUBMITTED, submitted_at=MONDAY + HOUR)
    early = await an_application(State.SUBMITTED, submitted_at=MONDAY)
    await an_application(State.DRAFT, submitted_at=None, received_at=None)
    await an_application(State.SUBMITTED, submitted_at=MONDAY, office=foreign.id)
    on = MONDAY.date()
    assert await numbers(on, on, by) == [(2, early.number), (3, monday.number)]
    assert await numbers(on - 3 * DAY, on - 3 * DAY, by) == [(1, friday.number)]
    assert await numbers(on - 366 * DAY, on, by) == [
        *((1, last_year.number), (1, friday.number), (2, early.number), (3, monday.number))
    ]


async def test_pages_go_on_where_the_one_before_ended(by: Actor) -> None:
    """Also among those of one second, and numbered on."""
    made = [(await an_application(State.SUBMITTED, submitted_at=MONDAY)).number for _ in range(5)]
    on, after, found = MONDAY.date(), "", list[tuple[int, str]]()
    while True:
        entries, after = await day_book.listed(on, on, by, after, limit=2)
        found += [(entry.n, entry.number) for entry in entries]
        if not after:
            break
    assert found == list(enumerate(made, 1))


async def test_what_became_of_it_is_told(by: Actor) -> None:
    """On the line of the day it came in; the totals are those of the days asked for."""
    then: dict[str, Any] = {"submitted_at": MONDAY - DAY, "received_at": MONDAY - DAY}
    await an_application(State.HANDED_OVER, printed_at=MONDAY, finished_at=MONDAY + HOUR, **then)
    await an_application(State.READY, printed_at=MONDAY, **then)
    await an_application(State.REFUSED, finished_at=MONDAY, **then)
    await an_application(State.CAPTURED, **then)
    day = MONDAY.date()
    entries, _ = await day_book.listed(day - DAY, day - DAY, by)
    assert [day_book_paper.course(entry) for entry in entries] == [
        "Dicetak 23 Nov 2026; Diserahkan 23 Nov 2026",
        "Dicetak 23 Nov 2026",
        "Ditolak 23 Nov 2026",
        "Sudah direkam",
    ]
    assert await day_book.totals(day, day, by) == day_book.Totals(0, 2, 1, 1)
    assert {entry.nik for entry in entries} == {"351511******0000"}


@on_sqlite
async def test_the_paper_is_as_wide_as_it_is_long(by: Actor) -> None:
    """A4 on its long side; it says when there is more than it holds."""
    await an_application(State.SUBMITTED, submitted_at=MONDAY)
    on = MONDAY.date()
    entries, _ = await day_book.listed(on, on, by)
    found = await day_book.totals(on, on, by)
    paper = day_book_paper.paper(entries, found, on, on, by.name, MONDAY)
    document = pypdfium2.PdfDocument(listing.pdf(paper))
    try:
        page = document[0]
        assert page.get_width() > page.get_height()
        text = page.get_textpage().get_text_bounded()
    finally:
        document.close()
    assert NAME in text
    assert NIK not in text
    assert "351511******0000" in text
    more = day_book_paper.paper([], found, on, on, by.name, MONDAY)
    assert "1 baris lagi" in more.below[0]


# --- as the supervisor gets it ---


@pytest.fixture
async def supervisor(service: Kit, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    _, token = await signed_in(Role.SUPERVISOR)
    async with browser(token) as one:
        yield one


async def test_today_is_shown_until_another_day_is_asked_for(supervisor: httpx.AsyncClient) -> None:
    today = await an_application(State.SUBMITTED, submitted_at=MONDAY)
    friday = await an_application(State.SUBMITTED, submitted_at=MONDAY - 3 * DAY)
    page = (await supervisor.get(ROOM)).text
    assert today.number in page
    assert friday.number not in page
    assert NIK not in page
    assert f"{ROOM}?dari=2026-11-20&amp;sampai=2026-11-20" in page
    assert friday.number in (await supervisor.get(f"{ROOM}?dari=2026-11-20")).text


@on_sqlite
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("dari=2026-02-31", "Tulis tanggal seperti"),
        ("dari=0001-01-01&sampai=9999-12-31", "Tulis tanggal seperti"),
        ("dari=2026-11-24&sampai=2026-11-23", "Tanggal awal harus sebelum"),
        ("dari=2024-01-01&sampai=2026-11-23", "paling lama 366 hari"),
    ],
)
async def test_days_that_cannot_be_read_are_told(
    supervisor: httpx.AsyncClient, asked: str, told: str
) -> None:
    """What was typed stays; there is no paper and no file of such days."""
    answer = await supervisor.get(f"{ROOM}?{asked}")
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{asked.partition("=")[2].partition("&")[0]}"' in answer.text
    for ending in ("pdf", "csv", "xlsx"):
        assert (await supervisor.get(f"{ROOM}.{ending}?{asked}")).status_code == 404


@on_sqlite
async def test_it_is_taken_along_as_a_file_and_on_paper(supervisor: httpx.AsyncClient) -> None:
    """G1: masked, and that it was taken is on record."""
    await an_application(State.SUBMITTED, submitted_at=MONDAY)
    answer = await supervisor.get(f"{ROOM}.xlsx")
    page = load_workbook(BytesIO(answer.content)).active
    head, line = page.iter_rows(values_only=True)
    assert head == day_book_paper.SHEET_HEAD
    assert (line[0], line[3], line[4]) == (1, NAME, "351511******0000")
    assert 'filename="buku-harian-2026-11-23.xlsx"' in answer.headers["content-disposition"]
    assert await Event.count().where(Event.act == "exported") == 1
    paper = await supervisor.get(f"{ROOM}.pdf")
    assert paper.content.startswith(b"%PDF-")
    assert await Event.count().where(Event.act == "exported") == 2
