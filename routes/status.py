"""The applicant's page: where the application stands, what to mend, and the ways out [P7, P8, T1]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import applications, appointments, casework, corrections, status
from components.actors import Actor
from components.refusals import Overtaken, Refused
from components.wording import FAMILY_PAPER_WORDS
from models.application import Application
from models.rules.workflow import Act, State, may
from routes.access import let_in
from routes.applications import resume
from routes.documents import documents_page
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

_PAPERS = [(str(kind), words) for kind, words in FAMILY_PAPER_WORDS.items()]


@get("/permohonan/{number:str}", guards=[public])
async def show(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The status; a draft goes on where it was left."""
    application = await visit.application(number)
    if application.state == State.DRAFT:
        return await resume(visit, application)
    return await status_page(visit, application)


async def status_page(
    visit: Visit, application: Application, *, refused: Refused | None = None, form: Form | None = None
) -> Html:
    """Where it stands; refused, form: of the list of the family's documents, shown again beside its faults."""
    return visit.page(
        "applications/status.html",
        status=422 if refused else 200,
        sheet=await status.sheet(application, visit.actor, visit.now),
        papers=_PAPERS,
        refused=refused,
        values=form.values if form else {},
    )


@get("/permohonan/{number:str}/perbaikan", guards=[public])
async def correction(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """What has to be mended, with its reasons; what was found right is locked and not asked for again [P7]."""
    application = await visit.application(number)
    if application.state != State.RETURNED:
        return visit.go(f"/permohonan/{application.number}")
    return await documents_page(visit, application)


@get("/permohonan/{number:str}/pembatalan", guards=[public])
async def withdrawal_form(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Asked once before an application is ended."""
    application = await visit.application(number)
    if not _may_withdraw(application, visit.actor):
        return visit.go(f"/permohonan/{application.number}")
    return await _withdrawal_page(visit, application, None)


def _may_withdraw(application: Application, by: Actor) -> bool:
    return may(Act.WITHDRAW, State(application.state), casework.roles_towards(application, by))


async def _withdrawal_page(visit: Visit, application: Application, no: Refused | None) -> Html:
    return visit.page(
        "applications/withdrawal.html",
        status=422 if no else 200,
        number=application.number,
        what=status.what(application),
        has_appointment=await appointments.current(application.id) is not None,
        refused=no,
    )


@post("/permohonan/{number:str}/pembatalan", guards=[public])
async def withdraw(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """End the application at the applicant's wish; its appointment becomes free. Too late leads to the status."""
    application = await visit.application(number)
    form = await visit.form()
    if not _may_withdraw(application, visit.actor):
        return visit.go(f"/permohonan/{application.number}")

    async def work() -> str:
        await applications.withdraw(application, visit.actor, visit.now)
        return f"/permohonan/{application.number}"

    try:
        return await visit.once(form, work)
    except Overtaken:
        raise
    except Refused as no:
        return await _withdrawal_page(visit, application, no)


@post("/permohonan/{number:str}/pembukaan-kembali", guards=[public])
async def reopen(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """After a lapse: a fresh draft with all that was right [P7]. A second tap leads to the same draft."""
    draft = await corrections.reopen(await visit.application(number), visit.actor, visit.now)
    return await let_in(visit, draft, visit.go(f"/permohonan/{draft.number}"))


HANDLERS = [show, correction, withdrawal_form, withdraw, reopen]
