"""The satisfaction survey as its respondents meet it: /survei, and a finished case's nine questions [E2]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import access, casework, survey
from components.refusals import Missing, Refused
from components.survey import Answered, Sheet
from components.survey_words import (
    AGE_WORDS,
    ANSWER_WORDS,
    EDUCATION_WORDS,
    OCCUPATION_WORDS,
    QUESTION_WORDS,
    choices,
)
from components.wording import SEX_WORDS
from models.application import Application
from models.rules.satisfaction import QUESTIONS, Element
from models.rules.workflow import State
from routes.access import let_in
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

_ABOUT = "tentang-anda"
ABOUT_CHOICES = {
    "sex": ("Jenis kelamin", choices(SEX_WORDS)),
    "age_group": ("Umur", choices(AGE_WORDS)),
    "education": ("Pendidikan terakhir", choices(EDUCATION_WORDS)),
    "occupation": ("Pekerjaan", choices(OCCUPATION_WORDS)),
}
_NO_LINK = Refused("Tautan ini tidak berlaku lagi. Isi dengan nomor dan PIN.")


@get("/survei", guards=[public])
async def begin_form(visit: NamedDependency[Visit]) -> Html:
    """What the survey is, and the way in by number and PIN."""
    return visit.page("survey/open.html", number="", refused=None)


@post("/survei", guards=[public])
async def begin(visit: NamedDependency[Visit]) -> Html:
    """In by number and PIN; every wrong pair gets the same answer."""
    form = await visit.form()
    try:
        application = await access.open_by_pin(form.text("nomor"), form.text("pin"), visit.now)
    except Refused as no:
        return visit.page("survey/open.html", status=422, number=form.text("nomor"), refused=no)
    return await let_in(visit, application, visit.go(_home(application)))


@get("/survei/undangan/{token:str}", guards=[public])
async def invitation(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """The link of an invitation. WhatsApp fetches it for its preview: only a press of the button begins."""
    try:
        application = await access.open_by_link(token)
    except Missing:
        return _unknown_link(visit)
    if casework.may_see(application, visit.actor):
        return visit.go(_home(application))
    return visit.page("survey/invitation.html", token=token)


@post("/survei/undangan/{token:str}", guards=[public])
async def accept_invitation(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """In by the link."""
    await visit.form()
    try:
        application = await access.open_by_link(token)
    except Missing:
        return _unknown_link(visit)
    return await let_in(visit, application, visit.go(_home(application)))


def _unknown_link(visit: Visit) -> Html:
    return visit.page("survey/open.html", status=404, number="", refused=_NO_LINK)


def _home(application: Application) -> str:
    return f"/survei/{application.number}"


@get("/survei/{number:str}", guards=[public])
async def start(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Where a respondent begins or goes on; thanks, once it was handed in. Officers read that it is not theirs."""
    application = await visit.application(number)
    if application.state != State.HANDED_OVER:
        return visit.go(f"/permohonan/{application.number}")
    if not survey.may_answer(application, visit.actor):
        return visit.page("survey/officer.html", number=application.number)
    sheet = await survey.sheet(application, visit.actor)
    template = "survey/thanks.html" if sheet.answered_on else "survey/start.html"
    return visit.page(template, sheet=sheet, next=_next(sheet))


def _next(sheet: Sheet) -> str:
    """The address of the first question without an answer, or of the last page."""
    return f"/survei/{sheet.number}/{sheet.next or _ABOUT}"


async def _respondent(visit: Visit, number: str) -> tuple[Application, Sheet | None]:
    """The case and what was answered; None where this visitor has nothing to answer (any more)."""
    application = await visit.application(number)
    if not survey.may_answer(application, visit.actor):
        return application, None
    sheet = await survey.sheet(application, visit.actor)
    return application, None if sheet.answered_on else sheet


@get([f"/survei/{{number:str}}/{element}" for element in QUESTIONS], guards=[public])
async def question(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """One question."""
    application, sheet = await _respondent(visit, number)
    return _question_page(visit, sheet) if sheet else visit.go(_home(application))


def _asked(visit: Visit) -> Element:
    return Element(visit.request.url.path.rsplit("/", 1)[-1])


def _question_page(visit: Visit, sheet: Sheet, no: Refused | None = None) -> Html:
    element = _asked(visit)
    home = f"/survei/{sheet.number}"
    before, after = survey.before(element), survey.after(element)
    return visit.page(
        "survey/question.html",
        status=422 if no else 200,
        action=f"{home}/{element}",
        question=QUESTION_WORDS[element],
        choices=list(enumerate(ANSWER_WORDS[element], 1)),
        chosen=sheet.answers.get(element),
        place=(survey.place(element), len(QUESTIONS)),
        back_to=f"{home}/{before}" if before else home,
        skip_to=f"{home}/{after or _ABOUT}",
        refused=no,
    )


@post([f"/survei/{{number:str}}/{element}" for element in QUESTIONS], guards=[public])
async def answer(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Keep the answer at once and ask the next. The same answer twice is the same answer."""
    application, sheet = await _respondent(visit, number)
    form = await visit.form()
    if sheet is None:
        return visit.go(_home(application))
    element = _asked(visit)
    try:
        await survey.answer(application, element, form.text("jawaban"), visit.actor, visit.now)
    except Answered:
        return visit.go(_home(application))
    except Refused as no:
        return _question_page(visit, sheet, no)
    return visit.go(f"{_home(application)}/{survey.after(element) or _ABOUT}")


@get(f"/survei/{{number:str}}/{_ABOUT}", guards=[public])
async def about(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Who answers, as far as they say so, and a remark."""
    application, sheet = await _respondent(visit, number)
    return _about_page(visit, sheet) if sheet else visit.go(_home(application))


def _about_page(visit: Visit, sheet: Sheet, no: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "survey/about.html",
        status=422 if no else 200,
        action=f"/survei/{sheet.number}/{_ABOUT}",
        back_to=f"/survei/{sheet.number}/{QUESTIONS[-1]}",
        choices=ABOUT_CHOICES,
        open=len(QUESTIONS) - len(sheet.answers),
        limit=survey.REMARK_LIMIT,
        values=form.values if form else sheet.about,
        refused=no,
    )


@post(f"/survei/{{number:str}}/{_ABOUT}", guards=[public])
async def hand_in(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The end of the survey: once for each case."""
    application, sheet = await _respondent(visit, number)
    form = await visit.form()
    if sheet is None:
        return visit.go(_home(application))

    async def work() -> str:
        await survey.hand_in(application, form.values, visit.actor, visit.now)
        return _home(application)

    try:
        return await visit.once(form, work)
    except Answered:
        return visit.go(_home(application))
    except Refused as no:
        return _about_page(visit, sheet, no, form)


HANDLERS = [begin_form, begin, invitation, accept_invitation, start, question, answer, about, hand_in]
