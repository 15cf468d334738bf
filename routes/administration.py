"""What an administrator sets in the browser: /pengaturan."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import administration, ahead, office_history
from components.administration import TypedClosure
from components.ahead import Ahead, WouldChange
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


def changed_by(refused: Refused | None) -> Ahead | None:
    """What an act would change that was not agreed to yet; None for any other refusal."""
    return refused.ahead if isinstance(refused, WouldChange) else None


def agreed(form: Form) -> Ahead:
    """What the administrator agreed to have changed."""
    return ahead.read(form.text("setuju"))


async def _page(
    visit: Visit, *, refused: Refused | None = None, form: Form | None = None, opening: int = 0
) -> Html:
    return visit.page(
        "administration/overview.html",
        status=422 if refused else 200,
        days=await administration.closed_days(visit.actor, visit.now),
        kinds=administration.KIND_WORDS,
        part_words=administration.part_words,
        lacks=await administration.lacks_joint_leave(visit.actor, visit.now),
        changes=await office_history.latest(visit.actor.office_id or 0),
        refused=refused,
        opening=opening,
        ahead=changed_by(refused),
        values=form.values if form else {},
    )


@post("/pengaturan/hari-tutup", guards=[ADMIN])
async def close_day(visit: NamedDependency[Visit]) -> Html:
    """The office is closed on a day."""
    form = await visit.form()

    typed = TypedClosure(*(form.text(name) for name in ("day", "kind", "name", "since", "to")))

    async def work() -> str:
        await administration.close_day(typed, visit.actor, visit.now, agreed(form))
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
        await administration.open_day(closed_day_id, visit.actor, visit.now, agreed(form))
        return "/pengaturan"

    try:
        return await visit.once(form, work)
    except WouldChange as no:
        return await _page(visit, refused=no, opening=closed_day_id)


HANDLERS = (overview, close_day, open_day)
