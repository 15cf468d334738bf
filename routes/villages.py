"""The villages of the office: /pengaturan/desa [P11]."""

from collections.abc import Awaitable, Callable

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import villages
from components.refusals import Missing, Refused
from components.villages import TypedVillage
from models.rules.workflow import Role
from routes.forms import Form, Typed
from routes.guards import only
from routes.visit import Html, Visit

ROOM = "/pengaturan/desa"
ADMIN = only(Role.ADMIN)


@get(ROOM, guards=[ADMIN])
async def overview(visit: NamedDependency[Visit], cari: FromQuery[str] = "") -> Html:
    """All of them, or those with this in their name; who registers there."""
    return await _page(visit, cari)


async def _page(
    visit: Visit, search: str = "", refused: Refused | None = None, form: Form | None = None, about: int = 0
) -> Html:
    return visit.page(
        "administration/villages.html",
        status=422 if refused else 200,
        villages=await villages.listed(visit.actor, search),
        search=search,
        kinds=villages.KIND_WORDS,
        refused=refused,
        about=about,
        values=form.values if form else Typed(),
    )


def _typed(form: Form) -> TypedVillage:
    return TypedVillage(*(form.text(name) for name in ("nama", "jenis", "kode")))


@post(ROOM, guards=[ADMIN])
async def add(visit: NamedDependency[Visit]) -> Html:
    """A new one."""
    form = await visit.form()

    async def work() -> None:
        await villages.add(_typed(form), visit.actor, visit.now)

    return await _acted(visit, form, work)


@post(f"{ROOM}/{{village_id:int}}", guards=[ADMIN])
async def change(visit: NamedDependency[Visit], village_id: FromPath[int]) -> Html:
    """Another name, kind or code."""
    form = await visit.form()

    async def work() -> None:
        await villages.change(village_id, _typed(form), visit.actor, visit.now)

    return await _acted(visit, form, work, village_id)


@post(f"{ROOM}/{{village_id:int}}/penonaktifan", guards=[ADMIN])
async def retire(visit: NamedDependency[Visit], village_id: FromPath[int]) -> Html:
    """Nobody chooses it any more."""
    form = await visit.form()

    async def work() -> None:
        await villages.retire(village_id, visit.actor, visit.now)

    return await _acted(visit, form, work, village_id)


@post(f"{ROOM}/{{village_id:int}}/pengaktifan", guards=[ADMIN])
async def resume(visit: NamedDependency[Visit], village_id: FromPath[int]) -> Html:
    """It can be chosen again."""
    form = await visit.form()

    async def work() -> None:
        await villages.resume(village_id, visit.actor, visit.now)

    return await _acted(visit, form, work, village_id)


async def _acted(visit: Visit, form: Form, work: Callable[[], Awaitable[None]], about: int = 0) -> Html:
    """Act once; refused, the page comes back with what was typed, beside the village it is about."""

    async def whole() -> str:
        await work()
        return ROOM

    try:
        return await visit.once(form, whole)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, "", no, form, about)


HANDLERS = (overview, add, change, retire, resume)
