"""Who works here: /pengaturan/petugas. The administrator changes it, the supervisor reads it [M3, M4]."""

from collections.abc import Awaitable, Callable

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import second_factor, staffing
from components.kit import kit
from components.refusals import Missing, Refused
from components.wording import ROLE_WORDS
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

CHANGING = only(Role.ADMIN)
READING = only(Role.ADMIN, Role.SUPERVISOR)
ROOM = "/pengaturan/petugas"
_ROLES = [(str(role), ROLE_WORDS[role]) for role in staffing.STAFF_ROLES]


# --- everybody ---


@get(ROOM, guards=[READING])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """Everybody of the office, and the form that invites somebody."""
    return await _page(visit)


async def _page(
    visit: Visit, *, refused: Refused | None = None, form: Form | None = None, link: str = ""
) -> Html:
    return visit.page(
        "staffing/overview.html",
        status=422 if refused else 200,
        staff=await staffing.everybody(visit.actor),
        changes=visit.actor.holds(Role.ADMIN),
        roles=_ROLES,
        villages=await staffing.villages(visit.actor),
        registrars=await second_factor.registrars_need_it(visit.actor.office_id or 0),
        refused=refused,
        link=link,
        values=form.values if form else {},
        ticked=form.all("roles") if form else (),
    )


@post(ROOM, guards=[CHANGING])
async def invite(visit: NamedDependency[Visit]) -> Html:
    """A new account; its one-time link is shown on the answer and nowhere else."""
    form = await visit.form(many=("roles",))
    typed = form.text("name"), form.text("login"), form.all("roles"), form.text("village")
    try:
        token = await staffing.invite(*typed, visit.actor, visit.now)
    except Refused as no:
        return await _page(visit, refused=no, form=form)
    return await _page(visit, link=_address(token))


def _address(token: str) -> str:
    return f"{kit().settings.base_url}/undangan/{token}"


@post(f"{ROOM}/kode-registrasi", guards=[CHANGING])
async def require_of_registrars(visit: NamedDependency[Visit]) -> Html:
    """Whether registrars give a code, too."""
    form = await visit.form()

    async def work() -> str:
        office = visit.actor.office_id or 0
        await second_factor.require_of_registrars(office, required=form.ticked("wajib"))
        return ROOM

    return await visit.once(form, work)


# --- one person ---


@get(f"{ROOM}/{{staff_id:int}}", guards=[READING])
async def person(visit: NamedDependency[Visit], staff_id: FromPath[int]) -> Html:
    """What one person may do, since when and by whom; sessions, and everything that happened to the account."""
    return await _person_page(visit, staff_id)


async def _person_page(
    visit: Visit, staff_id: int, *, refused: Refused | None = None, form: Form | None = None, link: str = ""
) -> Html:
    found = await staffing.person(staff_id, visit.actor, visit.now)
    return visit.page(
        "staffing/person.html",
        status=422 if refused else 200,
        person=found,
        address=f"{ROOM}/{staff_id}",
        changes=visit.actor.holds(Role.ADMIN),
        oneself=staff_id == visit.actor.staff_id,
        roles=_ROLES,
        villages=await staffing.villages(visit.actor),
        refused=refused,
        link=link,
        ticked=form.all("roles") if form else [str(role) for role in found.roles],
        village=form.text("village") if form else found.row.village.id if found.row.village else "",
    )


async def _acted(visit: Visit, staff_id: int, form: Form, do: Callable[[], Awaitable[None]]) -> Html:
    """Act once and show the person again; refused, with what was typed."""

    async def work() -> str:
        await do()
        return f"{ROOM}/{staff_id}"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _person_page(visit, staff_id, refused=no, form=form if form.all("roles") else None)


@post(f"{ROOM}/{{staff_id:int}}/tugas", guards=[CHANGING])
async def change_duties(visit: NamedDependency[Visit], staff_id: FromPath[int]) -> Html:
    """Other roles, another village."""
    form = await visit.form(many=("roles",))
    typed = form.all("roles"), form.text("village")
    return await _acted(
        visit, staff_id, form, lambda: staffing.change_duties(staff_id, *typed, visit.actor, visit.now)
    )


@post(f"{ROOM}/{{staff_id:int}}/penonaktifan", guards=[CHANGING])
async def disable(visit: NamedDependency[Visit], staff_id: FromPath[int]) -> Html:
    """An account ends at once."""
    form = await visit.form()
    return await _acted(visit, staff_id, form, lambda: staffing.disable(staff_id, visit.actor, visit.now))


@post(f"{ROOM}/{{staff_id:int}}/pengaktifan", guards=[CHANGING])
async def enable(visit: NamedDependency[Visit], staff_id: FromPath[int]) -> Html:
    """It works again."""
    form = await visit.form()
    return await _acted(visit, staff_id, form, lambda: staffing.enable(staff_id, visit.actor, visit.now))


@post(f"{ROOM}/{{staff_id:int}}/tautan", guards=[CHANGING])
async def new_link(visit: NamedDependency[Visit], staff_id: FromPath[int]) -> Html:
    """A one-time link for a forgotten password, or another invitation; shown on the answer alone."""
    await visit.form()
    try:
        token = await staffing.new_link(staff_id, visit.actor, visit.now)
    except Missing:
        raise
    except Refused as no:
        return await _person_page(visit, staff_id, refused=no)
    return await _person_page(visit, staff_id, link=_address(token))


@post(f"{ROOM}/{{staff_id:int}}/kode-masuk/penghapusan", guards=[CHANGING])
async def reset_second_factor(visit: NamedDependency[Visit], staff_id: FromPath[int]) -> Html:
    """The phone is lost."""
    form = await visit.form()
    return await _acted(
        visit, staff_id, form, lambda: staffing.reset_second_factor(staff_id, visit.actor, visit.now)
    )


@post(f"{ROOM}/{{staff_id:int}}/sesi/{{session_id:int}}/pengakhiran", guards=[CHANGING])
async def end_session(
    visit: NamedDependency[Visit], staff_id: FromPath[int], session_id: FromPath[int]
) -> Html:
    """Sign somebody out on one device."""
    form = await visit.form()
    return await _acted(
        visit, staff_id, form, lambda: staffing.end_session(staff_id, session_id, visit.actor, visit.now)
    )


HANDLERS = (
    overview, invite, require_of_registrars, person, change_duties, disable, enable, new_link, reset_second_factor,
    end_session,
)  # fmt: skip
