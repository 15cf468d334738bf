"""The office words its standard: /pengaturan/standar; the supervisor reads it [M1, M4]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import standard
from components.founding import office_card
from components.refusals import Missing, Refused
from models.rules.calendar import wib_day
from models.rules.standard import PLACEHOLDERS, PUBLISHED_ON
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.standard import component_of
from routes.visit import LARGEST_ID, Html, Visit

ADMIN = only(Role.ADMIN)
READERS = only(Role.ADMIN, Role.SUPERVISOR)
HOME = "/pengaturan/standar"


@get(HOME, guards=[READERS])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """All fourteen texts, and which are the office's own."""
    texts = await standard.texts(visit.actor.office_id or 0, wib_day(visit.now))
    return visit.page("administration/standard.html", texts=texts)


@get(f"{HOME}/{{component:str}}", guards=[READERS])
async def edit(visit: NamedDependency[Visit], component: FromPath[str], versi: FromQuery[int] = 0) -> Html:
    """One text as it holds, or as one of its earlier versions said; what it may hold, and who changed it."""
    chosen = component_of(component)
    if versi:
        body = await standard.version(chosen, min(versi, LARGEST_ID), visit.actor)
    else:
        body = (await standard.text(visit.actor.office_id or 0, chosen, wib_day(visit.now))).body
    return await _editor(visit, component, body)


async def _editor(
    visit: Visit, component: str, body: str, refused: Refused | None = None, form: Form | None = None
) -> Html:
    chosen, today = component_of(component), wib_day(visit.now)
    return visit.page(
        "administration/standard_text.html",
        status=422 if refused else 200,
        held=await standard.text(visit.actor.office_id or 0, chosen, today),
        today=today,
        body=body,
        preview=None if refused else standard.html(body, office_card(), below=2),
        places=PLACEHOLDERS.items(),
        versions=await standard.versions(chosen, visit.actor),
        first_on=PUBLISHED_ON,
        may_change=visit.actor.holds(Role.ADMIN),
        refused=refused,
        values=form.values if form else {},
    )


@post(f"{HOME}/{{component:str}}", guards=[ADMIN])
async def save(visit: NamedDependency[Visit], component: FromPath[str]) -> Html:
    """Look at it first, or publish it."""
    chosen, form = component_of(component), await visit.form()
    body = "\n".join(line.rstrip() for line in form.text("body").splitlines()).strip()

    async def work() -> str:
        await standard.publish(chosen, body, form.text("effective_on"), visit.actor, visit.now)
        return f"{HOME}/{chosen}"

    try:
        if form.text("aksi") == "lihat":
            standard.check(chosen, body)
            return await _editor(visit, component, body, form=form)
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _editor(visit, component, body, no, form)


@post(f"{HOME}/{{component:str}}/bawaan", guards=[ADMIN])
async def restore(visit: NamedDependency[Visit], component: FromPath[str]) -> Html:
    """Back to the text that came with Loket."""
    chosen = component_of(component)

    async def work() -> str:
        await standard.restore(chosen, visit.actor, visit.now)
        return f"{HOME}/{chosen}"

    return await visit.once(await visit.form(), work)


HANDLERS = (overview, edit, save, restore)
