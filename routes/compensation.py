"""What is done about broken promises: /kompensasi, and the applicant's list of documents [G3, G4, G5]."""

from collections.abc import Awaitable, Callable

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import compensation
from components.refusals import Missing, Refused
from components.wording import LATE_CAUSE_WORDS
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only, public
from routes.status import status_page
from routes.visit import Html, Visit

OFFICERS = only(Role.COUNTER, Role.OPERATOR, Role.SUPERVISOR)
_PATH = "/kompensasi"
_CAUSES = [(str(cause), words.capitalize()) for cause, words in LATE_CAUSE_WORDS.items()]


@get(_PATH, guards=[OFFICERS])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """Every broken promise that is not made good yet; the supervisor sees the same list."""
    return await _page(visit)


async def _page(
    visit: Visit, *, refused: Refused | None = None, form: Form | None = None, part: str = ""
) -> Html:
    return visit.page(
        "compensation/overview.html",
        status=422 if refused else 200,
        cases=await compensation.open_cases(visit.actor),
        causes=_CAUSES,
        refused=refused,
        part=part,
        values=form.values if form else {},
    )


async def _act(visit: Visit, part: str, act: Callable[[Form], Awaitable[None]]) -> Html:
    form = await visit.form()

    async def work() -> str:
        await act(form)
        return _PATH

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no, form=form, part=part.format(kind=form.text("kind")))


@post(_PATH + "/{compensation_id:int}/pengurus", guards=[OFFICERS])
async def take(visit: NamedDependency[Visit], compensation_id: FromPath[int]) -> Html:
    """This officer takes the case in hand."""
    return await _act(visit, "", lambda _form: compensation.take(compensation_id, visit.actor))


@post(_PATH + "/{compensation_id:int}/sebab", guards=[OFFICERS])
async def explain(visit: NamedDependency[Visit], compensation_id: FromPath[int]) -> Html:
    """Why it was late, chosen or in the officer's words; the applicant reads it too."""
    return await _act(
        visit,
        f"cause-{compensation_id}",
        lambda form: compensation.explain(
            compensation_id, form.text("cause"), form.text("words"), visit.actor, visit.now
        ),
    )


@post(_PATH + "/{compensation_id:int}/tugas", guards=[OFFICERS])
async def finish(visit: NamedDependency[Visit], compensation_id: FromPath[int]) -> Html:
    """One of the three was done by hand, with words how."""
    return await _act(
        visit,
        f"task-{compensation_id}-{{kind}}",
        lambda form: compensation.finish(
            compensation_id, form.text("kind"), form.text("note"), visit.actor, visit.now
        ),
    )


@post(_PATH + "/dokumen/{family_document_id:int}/penyelesaian", guards=[OFFICERS])
async def settle(visit: NamedDependency[Visit], family_document_id: FromPath[int]) -> Html:
    """A document of the family is done, or it is explained why not."""
    return await _act(
        visit,
        f"document-{family_document_id}",
        lambda form: compensation.settle(
            family_document_id, form.text("outcome"), form.text("note"), visit.actor, visit.now
        ),
    )


@post("/permohonan/{number:str}/dokumen-keluarga", guards=[public])
async def ask(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The applicant lists a document that the family lacks [G5]."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await compensation.ask(application, form.text("kind"), form.text("person"), visit.actor, visit.now)
        return f"/permohonan/{application.number}"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await status_page(visit, application, refused=no, form=form)


@post("/permohonan/{number:str}/dokumen-keluarga/lengkap", guards=[public])
async def lacks_nothing(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The applicant says that the family has all its documents."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await compensation.lacks_nothing(application, visit.actor, visit.now)
        return f"/permohonan/{application.number}"

    return await visit.once(form, work)


HANDLERS = (overview, take, explain, finish, settle, ask, lacks_nothing)
