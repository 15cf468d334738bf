"""Another number or address, when the one we have takes no messages: /permohonan/<number>/kontak-baru [G4]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import new_contact
from components.intake import Doubtful
from components.refusals import Missing, Refused
from models.application import Application
from models.rules.workflow import FINISHED, State
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

PATH = "/permohonan/{number:str}/kontak-baru"


@get(PATH, guards=[public])
async def form_page(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Telephone and e-mail; what is left empty stays."""
    application = await visit.application(number)
    if application.state in FINISHED | {State.DRAFT}:
        return visit.go(f"/permohonan/{application.number}")
    return await _page(visit, application)


async def _page(
    visit: Visit, application: Application, no: Refused | None = None, form: Form | None = None
) -> Html:
    if not new_contact.may_change(application, visit.actor):
        raise Missing
    doubts = no.doubts if isinstance(no, Doubtful) else ()
    return visit.page(
        "applications/new_contact.html",
        status=422 if no else 200,
        application=application,
        reach=await new_contact.reach(application),
        refused=no,
        doubts=doubts,
        codes=no.codes if isinstance(no, Doubtful) else "",
        said={**{doubt.field: doubt.message for doubt in doubts}, **(no.fields if no else {})},
        values=form.values if form else {},
    )


@post(PATH, guards=[public])
async def change(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Keep it; what did not arrive is queued again, and the status says so no more."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await new_contact.change(application, form.values, visit.actor, visit.now)
        return f"/permohonan/{application.number}"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, application, no, form)


HANDLERS = (form_page, change)
