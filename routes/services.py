"""The services of the catalogue: /pengaturan/layanan, and where each one that is on begins [R1, R2, P4]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import applications, services
from components.founding import office_card
from components.refusals import Missing, Refused
from components.services import Offer
from models.rules.catalogue import Service
from models.rules.workflow import Role
from routes import access, typed
from routes.administration import ADMIN
from routes.applications import AT_THE_VILLAGE, named_in, next_path
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

HOME = "/pengaturan/layanan"
BEGIN = "/pengajuan/ktp/{slug:str}"


@get(HOME, guards=[ADMIN])
async def show(visit: NamedDependency[Visit]) -> Html:
    """Every entry of the catalogue, with what citizens will read of it."""
    return await _page(visit)


async def _page(visit: Visit, no: Refused | None = None, form: Form | None = None, service: str = "") -> Html:
    return visit.page(
        "administration/services.html",
        status=422 if no else 200,
        offers=await services.offers(visit.actor.office_id or 0),
        requirements=services.requirements,
        limit=services.NOTE_LIMIT,
        typed={service: form.values} if form else {},
        refused=no,
    )


@post(f"{HOME}/{{service:str}}", guards=[ADMIN])
async def put(visit: NamedDependency[Visit], service: FromPath[str]) -> Html:
    """Switch one on or off; what was applied for already goes on."""
    if service not in set(Service):
        raise Missing
    form = await visit.form()

    async def work() -> str:
        await services.put(Service(service), form.values, visit.actor, visit.now)
        return HOME

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, no, form, service)


@get(BEGIN, guards=[public])
async def begin_form(visit: NamedDependency[Visit], slug: FromPath[str]) -> Html:
    """The first questions of a service other than the biometric one; nothing is stored before they are sent."""
    offer = await services.offered_at(slug, office_card().id)
    if visit.actor.holds(Role.REGISTRAR):
        return visit.go(AT_THE_VILLAGE)
    return _begin_page(visit, offer)


def _begin_page(visit: Visit, offer: Offer, no: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "applications/details.html",
        status=422 if no else 200,
        action=f"/pengajuan/ktp/{offer.entry.slug}",
        application=None,
        service=offer.entry.service,
        offer=offer,
        limit=services.NOTE_LIMIT,
        refused=no,
        **typed.first(form),
    )


@post(BEGIN, guards=[public])
async def begin(visit: NamedDependency[Visit], slug: FromPath[str]) -> Html:
    """A new draft, and on to its next step. What a machine filled in is thanked for and forgotten."""
    offer = await services.offered_at(slug, office_card().id)
    form = await visit.form()
    if form.text("website"):
        return visit.page("applications/thanks.html")

    async def work() -> str:
        if visit.actor.is_staff:
            raise Refused("Anda masuk sebagai petugas. Keluar dulu untuk mengajukan sebagai warga.")
        started = await applications.start_of(offer.entry.service, form.values, visit.actor, visit.now)
        return await next_path(started.application)

    try:
        answer = await visit.once(form, work)
    except Refused as no:
        return _begin_page(visit, offer, no, form)
    return await access.let_in(visit, await named_in(answer), answer)


HANDLERS = [show, put, begin_form, begin]
