"""When photos and signatures are taken: /pengaturan/jadwal, every week and on days of their own [P8]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import timetable, weekly_plan
from components.ahead import Ahead
from components.refusals import Missing, Refused
from components.weekly_plan import MOST_LINES, Plan, TypedLine
from models.rules.workflow import Role
from routes.administration import agreed, changed_by
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

ROOM = "/pengaturan/jadwal"
ADMIN = only(Role.ADMIN)
_FREE_LINES = 4
_PARTS = ("hari", "jam", "menit", "tempat")


@get(ROOM, guards=[ADMIN])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """The plan of every week."""
    normal = (await weekly_plan.plans(visit.actor.office_id or 0, visit.now))[0]
    return await _page(visit, ROOM, normal.lines)


@get(f"{ROOM}/khusus", guards=[ADMIN])
async def new_plan(visit: NamedDependency[Visit]) -> Html:
    """A plan for some days, with the normal one to begin from."""
    normal = (await weekly_plan.plans(visit.actor.office_id or 0, visit.now))[0]
    return await _page(visit, f"{ROOM}/khusus", normal.lines, ("", ""))


@get(f"{ROOM}/khusus/{{plan_id:int}}", guards=[ADMIN])
async def plan(visit: NamedDependency[Visit], plan_id: FromPath[int]) -> Html:
    """A plan for some days, to be changed or removed."""
    found = await weekly_plan.dated(plan_id, visit.actor, visit.now)
    return await _page(visit, f"{ROOM}/khusus/{plan_id}", found.lines, (str(found.first), str(found.last)))


async def _page(
    visit: Visit,
    address: str,
    lines: tuple[TypedLine, ...],
    days: tuple[str, str] | None = None,
    *,
    refused: Refused | None = None,
    effect: tuple[Ahead, list[timetable.PlannedDay]] | None = None,
) -> Html:
    office = visit.actor.office_id or 0
    free = min(_FREE_LINES, MOST_LINES - len(lines)) if refused is None and effect is None else 0
    return visit.page(
        "hours/plan.html",
        status=422 if refused else 200,
        address=address,
        plan_days=days,
        lines=(*lines, *[TypedLine() for _ in range(free)]),
        plans=[one for one in await weekly_plan.plans(office, visit.now) if one.first],
        days=effect[1] if effect else await timetable.preview(office, visit.now),
        effect=effect,
        refused=refused,
        ahead=effect[0] if effect else changed_by(refused),
    )


def _typed(form: Form) -> tuple[TypedLine, ...]:
    return tuple(
        TypedLine(*(form.text(f"{part}-{at}") for part in _PARTS))
        for at in range(MOST_LINES)
        if f"jam-{at}" in form.values
    )


async def _set(visit: Visit, address: str, replaced: Plan | None, *, has_days: bool) -> Html:
    """Look at what a plan would do, or keep it as a whole; a refusal keeps what was typed."""
    form = await visit.form()
    typed, office = _typed(form), visit.actor.office_id or 0
    days = (form.text("mulai"), form.text("sampai")) if has_days else None
    try:
        lines = await weekly_plan.read_typed(typed, days, office, visit.now)
        if form.text("tindakan") == "lihat":
            effect = await weekly_plan.effect(lines, replaced, office, visit.now)
            return await _page(visit, address, typed, days, effect=effect)

        async def work() -> str:
            await weekly_plan.save(lines, replaced, agreed(form), visit.actor, visit.now)
            return ROOM

        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, address, typed, days, refused=no)


@post(ROOM, guards=[ADMIN])
async def set_normal(visit: NamedDependency[Visit]) -> Html:
    """Another plan for every week."""
    normal = (await weekly_plan.plans(visit.actor.office_id or 0, visit.now))[0]
    return await _set(visit, ROOM, normal, has_days=False)


@post(f"{ROOM}/khusus", guards=[ADMIN])
async def enter_plan(visit: NamedDependency[Visit]) -> Html:
    """A plan for some days."""
    return await _set(visit, f"{ROOM}/khusus", None, has_days=True)


@post(f"{ROOM}/khusus/{{plan_id:int}}", guards=[ADMIN])
async def change_plan(visit: NamedDependency[Visit], plan_id: FromPath[int]) -> Html:
    """Other days or lines of such a plan."""
    found = await weekly_plan.dated(plan_id, visit.actor, visit.now)
    return await _set(visit, f"{ROOM}/khusus/{plan_id}", found, has_days=True)


@post(f"{ROOM}/khusus/{{plan_id:int}}/penghapusan", guards=[ADMIN])
async def remove_plan(visit: NamedDependency[Visit], plan_id: FromPath[int]) -> Html:
    """The plan of every week holds on those days after all."""
    form = await visit.form()
    found = await weekly_plan.dated(plan_id, visit.actor, visit.now)

    async def work() -> str:
        await weekly_plan.save((), found, agreed(form), visit.actor, visit.now)
        return ROOM

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        days = (str(found.first), str(found.last))
        return await _page(visit, f"{ROOM}/khusus/{plan_id}", found.lines, days, refused=no)


HANDLERS = (overview, new_plan, plan, set_normal, enter_plan, change_plan, remove_plan)
