"""The blank-card ledger: /blangko [M2]."""

from litestar import get, post
from litestar.di import NamedDependency

from components import stock
from components.refusals import Refused
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit


@get("/blangko", guards=[only(Role.COUNTER, Role.SUPERVISOR)])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """How many blanks there are and how long they last."""
    return await _page(visit)


async def _page(visit: Visit, *, refused: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "stock/overview.html",
        status=422 if refused else 200,
        level=await stock.level(visit.actor.office_id or 0, visit.now),
        refused=refused,
        values=form.values if form else {},
    )


@post("/blangko/penerimaan", guards=[only(Role.COUNTER)])
async def receive(visit: NamedDependency[Visit]) -> Html:
    """A delivery of blanks, by its range of serial numbers."""
    form = await visit.form()

    async def work() -> str:
        await stock.receive(
            form.text("serial"), form.text("last"), form.text("delivery_note"), visit.actor, visit.now
        )
        return "/blangko"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, refused=no, form=form)


HANDLERS = (overview, receive)
