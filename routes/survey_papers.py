"""Surveys that were filled in on paper, typed in by officers: /survei/kertas [E2]."""

import asyncio

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from components import letterhead, survey
from components.papers import questionnaire
from components.papers.questionnaire import Questionnaire
from components.refusals import Refused
from components.survey_words import ANSWER_WORDS, ELEMENT_WORDS, QUESTION_WORDS
from models.rules.calendar import wib_day
from models.rules.satisfaction import QUESTIONS
from routes.forms import Form
from routes.guards import only
from routes.papers import PDF, file_answer
from routes.survey import ABOUT_CHOICES
from routes.visit import Html, Visit

TYPING = only(*survey.TYPING)
_QUESTIONS = [(str(one), ELEMENT_WORDS[one], ANSWER_WORDS[one]) for one in QUESTIONS]


@get("/survei/kertas", guards=[TYPING])
async def paper_form(visit: NamedDependency[Visit], dicatat: FromQuery[str] = "") -> Html:
    """One page, in the order of the usual paper; each field is named by its element."""
    return _page(visit, done=bool(dicatat))


def _page(visit: Visit, *, done: bool = False, no: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "survey/paper.html",
        status=422 if no else 200,
        questions=_QUESTIONS,
        about=ABOUT_CHOICES,
        done=done,
        limit=survey.REMARK_LIMIT,
        values=form.values if form else {"day": wib_day(visit.now).isoformat()},
        refused=no,
    )


@post("/survei/kertas", guards=[TYPING])
async def enter_paper(visit: NamedDependency[Visit]) -> Html:
    """Lay down what stands on the paper, and offer the next."""
    form = await visit.form()

    async def work() -> str:
        await survey.enter_paper(form.values, visit.actor, visit.now)
        return "/survei/kertas?dicatat=ya"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return _page(visit, no=no, form=form)


@get("/survei/kertas/kosong.pdf", guards=[TYPING])
async def blank() -> Response[bytes]:
    """The questionnaire to be printed: the same questions, answers and order as on the page above."""
    sheet = Questionnaire(
        letterhead.of_office(),
        tuple((label, tuple(words for _, words in options)) for label, options in ABOUT_CHOICES.values()),
        tuple((ELEMENT_WORDS[one], QUESTION_WORDS[one], ANSWER_WORDS[one]) for one in QUESTIONS),
    )
    return file_answer(await asyncio.to_thread(questionnaire.pdf, sheet), PDF, "survei-kertas.pdf")


HANDLERS = (paper_form, enter_paper, blank)
