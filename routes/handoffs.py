"""Handing a case to the citizen's own phone: the registrar shows a code, the phone opens it once [P11]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import assisting, handoffs
from components.refusals import Missing, Refused
from models.application import Application
from models.rules.workflow import Role
from routes.access import SIGNED_IN, let_in
from routes.guards import only, public
from routes.visit import Html, Visit

HELPING = only(Role.REGISTRAR)
_GONE = Refused(
    "Tautan ini tidak berlaku lagi. Minta yang baru di kantor desa, atau buka dengan nomor dan PIN."
)


@get("/permohonan/{number:str}/alih-hp", guards=[HELPING])
async def handoff_form(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """What it does, and one button."""
    application = await visit.application(number)
    if not assisting.assists(application, visit.actor):
        raise Missing
    return _handoff_page(visit, application)


def _handoff_page(visit: Visit, application: Application, link: str = "", no: Refused | None = None) -> Html:
    return visit.page(
        "village/handoff.html",
        status=422 if no else 200,
        application=application,
        link=link,
        hours=handoffs.LASTS.seconds // 3600 + handoffs.LASTS.days * 24,
        refused=no,
    )


@post("/permohonan/{number:str}/alih-hp", guards=[HELPING])
async def make(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The code, shown this once: of its token only a hash is kept. Sent again, the form makes another one."""
    application = await visit.application(number)
    await visit.form()
    try:
        return _handoff_page(visit, application, await handoffs.make(application, visit.actor, visit.now))
    except Missing:
        raise
    except Refused as no:
        return _handoff_page(visit, application, no=no)


@get("/alih/{token:str}", guards=[public])
async def take_over_form(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """One button; whoever only looks, such as a preview, changes nothing."""
    try:
        await handoffs.find(token, visit.now)
    except Missing:
        return _gone(visit, _GONE)
    return visit.page("village/take_over.html", token=token)


@post("/alih/{token:str}", guards=[public])
async def take_over(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """In, once. The same press sent again on a weak line is still that once: its answer may have been lost."""
    form = await visit.form()
    if visit.actor.is_staff:
        raise Refused(SIGNED_IN)

    async def work() -> str:
        return f"/permohonan/{(await handoffs.use(token, visit.now)).number}"

    try:
        application = await handoffs.find(token, visit.now)
        answer = await visit.once(form, work)
    except Missing:
        return _gone(visit, _GONE)
    except Refused as no:
        return _gone(visit, no)
    if answer.headers["Location"] != f"/permohonan/{application.number}":
        # The key of another form of this browser opens nothing.
        return _gone(visit, _GONE)
    return await let_in(visit, application, answer)


def _gone(visit: Visit, no: Refused) -> Html:
    return visit.page("applications/open.html", status=404, number="", refused=no)


HANDLERS = (handoff_form, make, take_over_form, take_over)
