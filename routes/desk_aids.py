"""Beside the operator's screen: own keys, questions to the supervisor, the day sheet [G1, M4, P9]."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import attention, audit, day_sheet, preferences, questions, stock, wording
from components.refusals import Refused
from models.rules.keys import COUNTER, DESK, FIXED, MESSAGES, KeySet
from models.rules.workflow import Role
from routes import desk
from routes.forms import Form
from routes.goals import known_goal
from routes.guards import only
from routes.visit import Html, Visit

AT_THE_DESK = only(Role.OPERATOR, Role.SUPERVISOR)
AT_THE_COUNTER = only(Role.COUNTER, Role.SUPERVISOR)
SENDING = only(Role.OPERATOR, Role.COUNTER)
_SCREENS = {
    DESK.name: ("/pintasan", "desk_act_word"),
    COUNTER.name: ("/pintasan/loket", "counter_act_word"),
    MESSAGES.name: ("/pintasan/pesan", "message_act_word"),
}
"""Where the keys of a screen are changed, and the filter that knows its acts in words."""


# --- keys ---


@get("/pintasan", guards=[AT_THE_DESK])
async def keys(visit: NamedDependency[Visit]) -> Html:
    """The keys of the desk, to be changed or switched off (WCAG 2.1.4)."""
    return await _keys_page(visit, DESK)


@get("/pintasan/loket", guards=[AT_THE_COUNTER])
async def counter_keys(visit: NamedDependency[Visit]) -> Html:
    """The keys of the counter."""
    return await _keys_page(visit, COUNTER)


@get("/pintasan/pesan", guards=[SENDING])
async def message_keys(visit: NamedDependency[Visit]) -> Html:
    """The keys by which messages are sent by hand."""
    return await _keys_page(visit, MESSAGES)


async def _keys_page(
    visit: Visit, screen: KeySet, *, refused: Refused | None = None, form: Form | None = None
) -> Html:
    path, words = _SCREENS[screen.name]
    return visit.page(
        "verification/keys.html",
        status=422 if refused else 200,
        path=path,
        word=wording.FILTERS[words],
        keys=await preferences.of(visit.actor, screen),
        acts=[act for act in screen.usual if act not in FIXED],
        at_counter=screen is COUNTER,
        refused=refused,
        values=form.values if form else {},
    )


@post("/pintasan", guards=[AT_THE_DESK])
async def save_keys(visit: NamedDependency[Visit]) -> Html:
    """A person's own keys; "Spasi" stands for the space bar, an empty field for no key."""
    return await _save_keys(visit, DESK)


@post("/pintasan/loket", guards=[AT_THE_COUNTER])
async def save_counter_keys(visit: NamedDependency[Visit]) -> Html:
    """The same for the counter."""
    return await _save_keys(visit, COUNTER)


@post("/pintasan/pesan", guards=[SENDING])
async def save_message_keys(visit: NamedDependency[Visit]) -> Html:
    """The same for the messages."""
    return await _save_keys(visit, MESSAGES)


async def _save_keys(visit: Visit, screen: KeySet) -> Html:
    form = await visit.form()
    typed = {act: form.text(act) for act in screen.usual if act not in FIXED}
    wanted = {act: " " if key.casefold() == "spasi" else key for act, key in typed.items()}

    async def work() -> str:
        await preferences.save_keys(wanted, visit.actor, on=form.ticked("nyala"), screen=screen)
        return screen.room

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _keys_page(visit, screen, refused=no, form=form)


@post("/pintasan/saklar", guards=[only(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)])
async def switch(visit: NamedDependency[Visit]) -> Html:
    """All keys off, or on again."""
    form = await visit.form()
    await preferences.switch(visit.actor, on=form.ticked("nyala"))
    return visit.go(known_goal(visit.request.app, form.text("kembali")) or desk.home(visit.actor))


# --- questions to the supervisor ---


@get("/pertanyaan", guards=[only(Role.SUPERVISOR)])
async def asked(visit: NamedDependency[Visit]) -> Html:
    """What officers asked and wait for, and what of the day deserves a look."""
    return await _questions_page(visit)


async def _questions_page(
    visit: Visit, *, refused: Refused | None = None, about: int = 0, typed: str = ""
) -> Html:
    return visit.page(
        "verification/questions.html",
        status=422 if refused else 200,
        questions=await questions.to_answer(visit.actor),
        notices=await attention.today(visit.actor, visit.now),
        level=await stock.level(visit.actor.office_id or 0, visit.now),
        refused=refused,
        about=about,
        typed=typed,
    )


@post("/pertanyaan/{question_id:int}/jawaban", guards=[only(Role.SUPERVISOR)])
async def answer(visit: NamedDependency[Visit], question_id: FromPath[int]) -> Html:
    """The answer; the file is back in the officers' lists."""
    form = await visit.form()

    async def work() -> str:
        await questions.answer(question_id, form.text("jawaban"), visit.actor, visit.now)
        return "/pertanyaan"

    try:
        return await visit.once(form, work)
    except Refused as no:
        if not no.fields:
            raise
        return await _questions_page(visit, refused=no, about=question_id, typed=form.text("jawaban"))


# --- the day sheet ---


@get("/lembar-harian", guards=[only(*day_sheet.ROLES)])
async def sheet(visit: NamedDependency[Visit]) -> Html:
    """Today's cases on paper, each with the QR that opens it."""
    return visit.page(
        "print/day_sheet.html",
        cases=await day_sheet.cases(visit.actor, visit.now),
        head=await audit.head(),
    )


@get("/lembar-harian.pdf", guards=[only(*day_sheet.ROLES)])
async def sheet_pdf(visit: NamedDependency[Visit]) -> Response[bytes]:
    """The same as a PDF on A4; like every paper with a NIK it is kept nowhere."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="Lembar-harian.pdf"'}
    content = await day_sheet.paper(visit.actor, visit.now)
    return Response(content, media_type="application/pdf", headers=headers)


HANDLERS = (
    keys,
    save_keys,
    counter_keys,
    save_counter_keys,
    message_keys,
    save_message_keys,
    switch,
    asked,
    answer,
    sheet,
    sheet_pdf,
)
