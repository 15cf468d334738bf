"""How long the office keeps what, and what was removed: /pengaturan/penyimpanan (rules of the service, 12)."""

from litestar import get, post
from litestar.di import NamedDependency

from components import terms
from components.refusals import Refused
from models.rules.keeping import BACKUPS_KEPT_DAYS, BOUNDS
from models.rules.workflow import Role
from routes.administration import ADMIN
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

HOME = "/pengaturan/penyimpanan"


@get(HOME, guards=[only(Role.ADMIN, Role.SUPERVISOR)])
async def show(visit: NamedDependency[Visit]) -> Html:
    """The terms as they stand, and the figures; the supervisor reads, the administrator sets."""
    return await _page(visit)


async def _page(visit: Visit, no: Refused | None = None, form: Form | None = None) -> Html:
    office = visit.actor.office_id or 0
    return visit.page(
        "administration/keeping.html",
        status=422 if no else 200,
        bounds=BOUNDS,
        values=form.values if form else await terms.of_office(office),
        removed=await terms.removed(office, visit.now),
        backups_kept=BACKUPS_KEPT_DAYS,
        may_set=visit.actor.holds(Role.ADMIN),
        refused=no,
    )


@post(HOME, guards=[ADMIN])
async def save(visit: NamedDependency[Visit]) -> Html:
    """New terms; what is older by now goes within minutes."""
    form = await visit.form()

    async def work() -> str:
        await terms.set_for_office(form.values, visit.actor, visit.now)
        return HOME

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, no, form)


HANDLERS = (show, save)
