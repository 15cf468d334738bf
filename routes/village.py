"""The registrar's room: /desa. Whose turn it is today, neighbours one after the other, the day on paper [P11, P12]."""

import asyncio
from datetime import date, timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import neighbours, passing_on, recap, services, village
from components.founding import office_card
from components.neighbours import Part
from components.papers import recap as paper
from components.refusals import Missing, Refused
from models.office import Village
from models.rules.calendar import wib_day
from models.rules.workflow import Role
from routes.applications import AT_THE_VILLAGE, next_path
from routes.forms import Form
from routes.guards import only
from routes.papers import PDF, file_answer
from routes.visit import Html, Visit

_FIRST_DAY = date(2020, 1, 1)
"""No office has worked with this service before."""
IN_THE_VILLAGE = only(Role.REGISTRAR)


@get("/desa", guards=[IN_THE_VILLAGE])
async def today(visit: NamedDependency[Visit], bagian: FromQuery[str] = "") -> Html:
    """What to do today, the most pressing first; one part of it alone."""
    part = Part(bagian) if bagian in list(Part) else None
    return await _list(visit, await neighbours.overview(visit.actor, visit.now, part), part)


@post("/desa/pencarian", guards=[IN_THE_VILLAGE])
async def search(visit: NamedDependency[Visit]) -> Html:
    """By number or name. Answered in place: a name has no business in an address."""
    form = await visit.form()
    found = await neighbours.search(form.text("cari"), visit.actor, visit.now)
    return await _list(visit, [], found=found, sought=form.text("cari")[:100])


async def _list(
    visit: Visit,
    sections: list[neighbours.Section],
    part: Part | None = None,
    found: tuple[neighbours.Line, ...] | None = None,
    sought: str = "",
) -> Html:
    row = await Village.objects().get(Village.id == visit.actor.village_id)
    if row is None:
        raise Missing
    return visit.page(
        "village/today.html",
        sections=sections,
        part_words=neighbours.PART_WORDS,
        only=part,
        found=found,
        sought=sought,
        village=f"{row.kind.capitalize()} {row.name}",
    )


@get(AT_THE_VILLAGE, guards=[IN_THE_VILLAGE])
async def intake_form(visit: NamedDependency[Visit]) -> Html:
    """The next neighbour: nothing of the one before is on it."""
    return await _intake_page(visit)


async def _intake_page(visit: Visit, no: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "village/intake.html",
        status=422 if no else 200,
        others=await services.others_on(visit.actor.office_id or 0),
        values=form.values if form else {},
        refused=no,
    )


@post(AT_THE_VILLAGE, guards=[IN_THE_VILLAGE])
async def begin(visit: NamedDependency[Visit]) -> Html:
    """A draft for the neighbour, and on to its first question."""
    form = await visit.form()

    async def work() -> str:
        started = await village.begin(form.values, visit.actor, visit.now)
        return await next_path(started.application)

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _intake_page(visit, no, form)


@post("/desa/kabar/{message_id:int}/penyampaian", guards=[IN_THE_VILLAGE])
async def told(visit: NamedDependency[Visit], message_id: FromPath[int]) -> Html:
    """The neighbour was told by word of mouth [G4]."""

    async def work() -> str:
        await passing_on.told_by_village(message_id, visit.actor, visit.now)
        return "/desa"

    return await visit.once(await visit.form(), work)


def _day(text: str, today: date) -> date:
    """The day asked for; today for what is none, and for what has not come yet or was before our time."""
    try:
        return min(max(date.fromisoformat(text), _FIRST_DAY), today)
    except ValueError:
        return today


def _path(day: date) -> str:
    return f"/desa/rekap?tanggal={day}"


@get("/desa/rekap", guards=[IN_THE_VILLAGE])
async def recap_page(visit: NamedDependency[Visit], tanggal: FromQuery[str] = "") -> Html:
    """The day on the screen, and as a print page."""
    day = _day(tanggal, wib_day(visit.now))
    next_day = day + timedelta(days=1)
    return visit.page(
        "print/recap.html",
        recap=await recap.of_day(day, visit.actor),
        pdf_url=f"/desa/rekap.pdf?tanggal={day}",
        earlier=_path(day - timedelta(days=1)),
        later=_path(next_day) if next_day <= wib_day(visit.now) else "",
    )


@get("/desa/rekap.pdf", guards=[IN_THE_VILLAGE])
async def recap_pdf(visit: NamedDependency[Visit], tanggal: FromQuery[str] = "") -> Response[bytes]:
    """The same as a PDF on A4."""
    found = await recap.of_day(_day(tanggal, wib_day(visit.now)), visit.actor)
    content = await asyncio.to_thread(paper.pdf, found, office_card().name, visit.actor.name, visit.now)
    return file_answer(content, PDF, f"Rekap-{found.day}.pdf")


HANDLERS = (today, search, intake_form, begin, told, recap_page, recap_pdf)
