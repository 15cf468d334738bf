"""What an administrator sets in the browser: /pengaturan."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import administration
from components.refusals import Refused
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

ADMIN = only(Role.ADMIN)


@get("/pengaturan", guards=[ADMIN])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """Days off; who works here is a page of its own."""
    return await _page(visit)


async def _page(visit: Visit, *, refused: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "administration/overview.html",
        status=422 if refused else 200,
        days=await administration.closed_days(visit.actor, visit.now),
        kinds=administration.KIND_WORDS,
        lacks=await administration.lacks_joint_leave(visit.actor, visit.now),
        refused=refused,
        values=form.values if form else {},
    )


@post("/pengaturan/hari-tutup", guards=[ADMIN])
async def close_day(visit: NamedDependency[Visit]) -> Html:
    """The office is closed on a day."""
    form = await visit.form()

    async def work() -> str:
        await administration.close_day(
            form.text("day"), form.text("kind"), form.text("name"), visit.actor, visit.now
        )
        return "/pengaturan"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, refused=no, form=form)


@post("/pengaturan/hari-tutup/{closed_day_id:int}/penghapusan", guards=[ADMIN])
async def open_day(visit: NamedDependency[Visit], closed_day_id: FromPath[int]) -> Html:
    """The office works on that day after all."""
    form = await visit.form()

    async def work() -> str:
        await administration.open_day(closed_day_id, visit.actor, visit.now)
        return "/pengaturan"

    return await visit.once(form, work)


HANDLERS = (overview, close_day, open_day)
