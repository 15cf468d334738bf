"""What anybody may read of the survey: the published results and their poster: /survei/hasil [E2]."""

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from components import survey_poster, survey_reports
from components.founding import office_card
from components.papers import poster
from components.survey_words import semester_words
from routes.guards import public
from routes.papers import PDF, file_answer
from routes.visit import Html, Visit

_RESULTS = "/survei/hasil"


@get(_RESULTS, guards=[public])
async def results(visit: NamedDependency[Visit], semester: FromQuery[str] = "") -> Html:
    """The latest published semester, or the one asked for."""
    office_id = office_card().id
    report = await survey_reports.published_report(office_id, semester)
    others = [
        (one.code, semester_words(one))
        for one in await survey_reports.published(office_id)
        if report is None or one != report.semester
    ]
    return visit.page("survey/results.html", report=report, others=others)


@get("/survei/poster", guards=[public])
async def poster_page(visit: NamedDependency[Visit], semester: FromQuery[str] = "") -> Html:
    """The poster of a published semester on the screen."""
    report = await survey_reports.published_report(office_card().id, semester)
    if report is None:
        return visit.go(_RESULTS)
    code = report.semester.code
    return visit.page(
        "survey/poster.html",
        poster=survey_poster.poster(report),
        pdf_url=f"/survei/poster.pdf?semester={code}",
        back_url=f"{_RESULTS}?semester={code}",
    )


@get("/survei/poster.pdf", guards=[public])
async def poster_pdf(
    visit: NamedDependency[Visit], semester: FromQuery[str] = "", kertas: FromQuery[str] = ""
) -> Html | Response[bytes]:
    """The same as a PDF on A4 or A3."""
    report = await survey_reports.published_report(office_card().id, semester)
    if report is None:
        return visit.go(_RESULTS)
    size: poster.Size = "A3" if kertas.upper() == "A3" else "A4"
    content = await asyncio.to_thread(poster.pdf, survey_poster.poster(report), size)
    return file_answer(content, PDF, f"poster-skm-{report.semester.code}-{size}.pdf")


HANDLERS = (results, poster_page, poster_pdf)
