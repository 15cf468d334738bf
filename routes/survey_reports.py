"""The survey as the supervisor works with it: /pengawasan/skm; figures, plan, publication, export [E2]."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream

from components import stock_book, survey_reports, survey_results
from components.refusals import Refused
from components.survey_words import element_choices, semester_words
from models.rules.calendar import wib_day
from models.rules.satisfaction import Semester, parse_semester, semester_of
from routes.forms import Form
from routes.supervision import SUPERVISORS
from routes.taking import file_of, form_named
from routes.visit import Html, Visit

_ROOM = "/pengawasan/skm"
_LONGEST = timedelta(days=3 * 366)


@get(_ROOM, guards=[SUPERVISORS])
async def overview(
    visit: NamedDependency[Visit],
    semester: FromQuery[str] = "",
    dari: FromQuery[str] = "",
    sampai: FromQuery[str] = "",
) -> Html:
    """A semester, the present one unless another is asked for; or the figures of any period."""
    return await _page(visit, _semester(visit, semester), dari=dari, sampai=sampai)


def _semester(visit: Visit, code: str) -> Semester:
    return parse_semester(code) or semester_of(wib_day(visit.now))


async def _page(
    visit: Visit,
    semester: Semester,
    *,
    dari: str = "",
    sampai: str = "",
    refused: Refused | None = None,
    form: Form | None = None,
    part: str = "",
) -> Html:
    """part: which form was refused: plan, users, publish or export."""
    office_id, today = visit.actor.office_id or 0, wib_day(visit.now)
    report = await survey_reports.report(office_id, semester)
    since, until = semester.first, semester.last
    try:
        if dari or sampai:
            since, until = stock_book.period(dari, sampai, visit.now, longest=_LONGEST)
    except Refused as no:
        refused = refused or no
    whole = (since, until) == (semester.first, semester.last)
    return visit.page(
        "survey/overview.html",
        status=422 if refused else 200,
        report=report,
        figures=report.figures if whole else await survey_results.figures(office_id, since, until),
        whole=whole,
        choices=_choices(semester, survey_reports.semesters(today)),
        elements=element_choices(),
        remarks=await survey_results.remarks(office_id, since, until),
        typed={"dari": dari or since.isoformat(), "sampai": sampai or until.isoformat()},
        today=today,
        refused=refused,
        part=part,
        values=form.values if form else {},
    )


def _choices(shown: Semester, known: list[Semester]) -> list[tuple[str, str]]:
    return [(one.code, semester_words(one)) for one in sorted({shown, *known}, reverse=True)]


async def _step(visit: Visit, part: str, work: Callable[[Semester, Form], Awaitable[None]]) -> Html:
    """Do what a form of the page asks for, and show the page again."""
    form = await visit.form()
    semester = _semester(visit, form.text("semester"))

    async def and_back() -> str:
        await work(semester, form)
        return f"{_ROOM}?semester={semester.code}"

    try:
        return await visit.once(form, and_back)
    except Refused as no:
        return await _page(visit, semester, refused=no, form=form, part=part)


@post(f"{_ROOM}/rencana", guards=[SUPERVISORS])
async def write_plan(visit: NamedDependency[Visit]) -> Html:
    """What is done about the lowest element, by whom and until when; and that it was done."""
    return await _step(
        visit,
        "plan",
        lambda semester, form: survey_reports.write_plan(semester, form.values, visit.actor, visit.now),
    )


@post(f"{_ROOM}/pengguna", guards=[SUPERVISORS])
async def set_users(visit: NamedDependency[Visit]) -> Html:
    """How many were served in the year before, where the service does not know them all."""
    return await _step(
        visit,
        "users",
        lambda semester, form: survey_reports.set_users(
            semester.year - 1, form.text("users"), visit.actor, visit.now
        ),
    )


@post(f"{_ROOM}/penerbitan", guards=[SUPERVISORS])
async def publish(visit: NamedDependency[Visit]) -> Html:
    """Show the semester to everybody, with the figures as they are now."""
    return await _step(
        visit, "publish", lambda semester, _form: survey_reports.publish(semester, visit.actor, visit.now)
    )


@post(f"{_ROOM}/unduhan", guards=[SUPERVISORS])
async def export(visit: NamedDependency[Visit]) -> Html | Stream:
    """The answers of a period as a file, without case, day or traits; recorded."""
    form = await visit.form()
    semester = _semester(visit, form.text("semester"))
    dari = form.text("dari") or semester.first.isoformat()
    sampai = form.text("sampai") or semester.last.isoformat()
    try:
        since, until = stock_book.period(dari, sampai, visit.now, longest=_LONGEST)
        sheet = await survey_reports.export(since, until, visit.actor)
    except Refused as no:
        return await _page(visit, semester, refused=no, form=form, part="export")
    return await file_of(visit, sheet, form_named(form.text("bentuk")))


HANDLERS = (overview, write_plan, set_users, publish, export)
