"""When the office is open: /pengaturan/jam, the normal week and seasons of other hours [T1]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import hours, timetable
from components.ahead import WouldChange
from components.hours import TypedSeason
from components.refusals import Missing, Refused
from models.rules.workflow import Role
from routes.administration import agreed, changed_by
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

ROOM = "/pengaturan/jam"
ADMIN = only(Role.ADMIN)


@get(ROOM, guards=[ADMIN])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """The normal week, the seasons, and what the next two weeks are like."""
    return await _page(visit)


async def _page(visit: Visit, *, refused: Refused | None = None, form: Form | None = None) -> Html:
    office = visit.actor.office_id or 0
    return visit.page(
        "hours/overview.html",
        status=422 if refused else 200,
        week=_typed_week(form) if form else await hours.normal_week(office),
        seasons=await hours.seasons(office, visit.now),
        days=await timetable.preview(office, visit.now),
        refused=refused,
        ahead=changed_by(refused),
    )


def _typed_week(form: Form) -> list[str]:
    return [form.text(f"hari-{weekday}") for weekday in range(7)]


@post(ROOM, guards=[ADMIN])
async def set_normal(visit: NamedDependency[Visit]) -> Html:
    """Other normal hours."""
    form = await visit.form()

    async def work() -> str:
        await hours.set_normal(_typed_week(form), agreed(form), visit.actor, visit.now)
        return ROOM

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, refused=no, form=form)


@get(f"{ROOM}/musim", guards=[ADMIN])
async def new_season(visit: NamedDependency[Visit]) -> Html:
    """An empty season, with the normal hours to begin from."""
    week = await hours.normal_week(visit.actor.office_id or 0)
    return _season_page(visit, f"{ROOM}/musim", TypedSeason("", "", ""), week)


@get(f"{ROOM}/musim/{{season_id:int}}", guards=[ADMIN])
async def season(visit: NamedDependency[Visit], season_id: FromPath[int]) -> Html:
    """One season, to be changed or removed."""
    return await _kept_season(visit, season_id)


async def _kept_season(visit: Visit, season_id: int, refused: WouldChange | None = None) -> Html:
    line = await hours.season(season_id, visit.actor, visit.now)
    typed = TypedSeason(line.name, line.first_on.isoformat(), line.last_on.isoformat())
    return _season_page(visit, f"{ROOM}/musim/{season_id}", typed, line.week, refused, removing=True)


def _season_page(
    visit: Visit,
    address: str,
    typed: TypedSeason,
    week: list[str],
    refused: Refused | None = None,
    *,
    removing: bool = False,
) -> Html:
    return visit.page(
        "hours/season.html",
        status=422 if refused else 200,
        address=address,
        kept=address != f"{ROOM}/musim",
        typed=typed,
        week=week,
        refused=refused,
        removing=removing,
        ahead=changed_by(refused),
    )


async def _keep_season(visit: Visit, address: str, season_id: int | None) -> Html:
    form = await visit.form()
    typed = TypedSeason(form.text("nama"), form.text("mulai"), form.text("sampai"))

    async def work() -> str:
        await hours.set_season(season_id, typed, _typed_week(form), agreed(form), visit.actor, visit.now)
        return ROOM

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return _season_page(visit, address, typed, _typed_week(form), no)


@post(f"{ROOM}/musim", guards=[ADMIN])
async def enter_season(visit: NamedDependency[Visit]) -> Html:
    """A season of other hours."""
    return await _keep_season(visit, f"{ROOM}/musim", None)


@post(f"{ROOM}/musim/{{season_id:int}}", guards=[ADMIN])
async def change_season(visit: NamedDependency[Visit], season_id: FromPath[int]) -> Html:
    """Other days or hours of a season."""
    return await _keep_season(visit, f"{ROOM}/musim/{season_id}", season_id)


@post(f"{ROOM}/musim/{{season_id:int}}/penghapusan", guards=[ADMIN])
async def remove_season(visit: NamedDependency[Visit], season_id: FromPath[int]) -> Html:
    """The normal hours hold on those days after all."""
    form = await visit.form()

    async def work() -> str:
        await hours.remove_season(season_id, visit.actor, visit.now, agreed(form))
        return ROOM

    try:
        return await visit.once(form, work)
    except WouldChange as no:
        return await _kept_season(visit, season_id, no)


HANDLERS = (overview, set_normal, new_season, season, enter_season, change_season, remove_season)
