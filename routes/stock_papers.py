"""The ledger of blanks by period, and the destruction of old cards and spoiled blanks: /blangko/... [M2, S1]."""

import asyncio
from datetime import timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import destruction, stock_book, stock_papers
from components.papers import listing
from components.papers.listing import Listing
from components.refusals import Missing, Refused
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.papers import PDF, file_answer, paper_of
from routes.visit import Html, Visit

ANY_LENGTH = timedelta(days=20 * 366)
"""What waits to be destroyed has often waited for long."""
WITH_BLANKS = only(Role.COUNTER, Role.SUPERVISOR)


async def _pdf(paper: Listing, kertas: str, name: str) -> Response[bytes]:
    return file_answer(await asyncio.to_thread(listing.pdf, paper, paper_of(kertas)), PDF, name)


# --- the ledger ---


@get("/blangko/buku", guards=[WITH_BLANKS])
async def ledger(
    visit: NamedDependency[Visit], dari: FromQuery[str] = "", sampai: FromQuery[str] = ""
) -> Html:
    """The lines of a period, to be read or printed."""
    refused, (since, until) = None, stock_book.period("", "", visit.now)
    try:
        since, until = stock_book.period(dari, sampai, visit.now)
    except Refused as no:
        refused = no
    return visit.page(
        "stock/ledger.html",
        status=422 if refused else 200,
        book=await stock_book.book(visit.actor, since, until),
        typed={
            "dari": dari if refused else since.isoformat(),
            "sampai": sampai if refused else until.isoformat(),
        },
        refused=refused,
        papers=stock_papers,
    )


@get("/blangko/buku.pdf", guards=[WITH_BLANKS])
async def ledger_pdf(
    visit: NamedDependency[Visit],
    dari: FromQuery[str] = "",
    sampai: FromQuery[str] = "",
    kertas: FromQuery[str] = "",
) -> Response[bytes]:
    """The same as a PDF on A4 or F4."""
    try:
        since, until = stock_book.period(dari, sampai, visit.now)
    except Refused:
        raise Missing from None
    book = await stock_book.book(visit.actor, since, until)
    paper = stock_papers.ledger(book, visit.actor.name, visit.now)
    return await _pdf(paper, kertas, f"buku-blangko-{since}-{until}.pdf")


# --- destruction ---


@get("/blangko/pemusnahan", guards=[WITH_BLANKS])
async def destructions(
    visit: NamedDependency[Visit], dari: FromQuery[str] = "", sampai: FromQuery[str] = ""
) -> Html:
    """What waits to be destroyed, and the records of what was."""
    return await _destructions(visit, dari, sampai)


async def _destructions(
    visit: Visit, dari: str, sampai: str, *, refused: Refused | None = None, form: Form | None = None
) -> Html:
    oldest = await destruction.oldest(visit.actor)
    since, until = stock_book.period("", "", visit.now, oldest, ANY_LENGTH)
    try:
        since, until = stock_book.period(dari, sampai, visit.now, oldest, ANY_LENGTH)
    except Refused as no:
        refused = refused or no
    return visit.page(
        "stock/destruction.html",
        status=422 if refused else 200,
        items=await destruction.pending(visit.actor, since, until),
        records=await destruction.records(visit.actor),
        since=since,
        until=until,
        kinds=stock_papers.KIND_WORDS,
        refused=refused,
        values=form.values if form else {},
    )


@post("/blangko/pemusnahan", guards=[WITH_BLANKS])
async def destroy(visit: NamedDependency[Visit]) -> Html:
    """Two officers have destroyed what the list shows."""
    form = await visit.form()
    dari, sampai = form.text("dari"), form.text("sampai")
    names = destruction.Typed.__dataclass_fields__

    async def work() -> str:
        since, until = stock_book.period(dari, sampai, visit.now, longest=ANY_LENGTH)
        typed = destruction.Typed(**{name: form.text(name) for name in names})
        done = await destruction.destroy(typed, since, until, visit.actor, visit.now)
        return f"/blangko/pemusnahan/{done}"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _destructions(visit, dari, sampai, refused=no, form=form)


@get("/blangko/pemusnahan/{destruction_id:int}", guards=[WITH_BLANKS])
async def minutes(visit: NamedDependency[Visit], destruction_id: FromPath[int]) -> Html:
    """The berita acara, to be printed and signed."""
    record = await destruction.record(destruction_id, visit.actor)
    return visit.page("stock/minutes.html", record=record, papers=stock_papers)


@get("/blangko/pemusnahan/{destruction_id:int}/berita-acara.pdf", guards=[WITH_BLANKS])
async def minutes_pdf(
    visit: NamedDependency[Visit], destruction_id: FromPath[int], kertas: FromQuery[str] = ""
) -> Response[bytes]:
    """The same as a PDF on A4 or F4."""
    record = await destruction.record(destruction_id, visit.actor)
    return await _pdf(stock_papers.minutes(record), kertas, f"berita-acara-{destruction_id}.pdf")


HANDLERS = (ledger, ledger_pdf, destructions, destroy, minutes, minutes_pdf)
