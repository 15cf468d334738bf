"""The second step of signing in: a code of the app or a recovery code; and setting the app up [M3]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from components import accounts, second_factor, signing_in
from components.refusals import Refused
from components.sessions import HalfWay, Stage
from routes import desk
from routes.goals import known_goal
from routes.guards import public
from routes.visit import Html, Visit, session_cookie

CODE = "/masuk/kode"
ENROLMENT = "/masuk/pemasangan"


def _half_way(visit: Visit, stage: Stage) -> HalfWay | None:
    found = visit.visitor.half_way
    return found if found is not None and found.stage is stage else None


@get(CODE, guards=[public])
async def code_form(visit: NamedDependency[Visit], tujuan: FromQuery[str] = "") -> Html:
    """Six digits of the app, or a recovery code; whoever did not give a password just now begins with that."""
    if _half_way(visit, Stage.CODE) is None:
        return visit.go("/masuk")
    return visit.page("sessions/code.html", goal=known_goal(visit.request.app, tujuan), refused=None)


@post(CODE, guards=[public])
async def give_code(visit: NamedDependency[Visit]) -> Html:
    """The second step of signing in."""
    form = await visit.form()
    goal = known_goal(visit.request.app, form.text("tujuan"))
    half_way = _half_way(visit, Stage.CODE)
    if half_way is None:
        return visit.go("/masuk")
    try:
        staff, token = await signing_in.after_code(
            half_way, form.text("kode"), visit.device, visit.now, visit.token
        )
    except Refused as no:
        return visit.page("sessions/code.html", status=422, goal=goal, refused=no)
    return visit.go(goal or desk.home(accounts.actor_of(staff)), session_cookie(token))


@get(ENROLMENT, guards=[public])
async def enrolment_form(visit: NamedDependency[Visit], tujuan: FromQuery[str] = "") -> Html:
    """Set the app up: a QR code and the same for typing."""
    half_way = _half_way(visit, Stage.ENROL)
    if half_way is None:
        return visit.go("/masuk")
    return await _enrolment_page(visit, half_way, known_goal(visit.request.app, tujuan))


async def _enrolment_page(visit: Visit, half_way: HalfWay, goal: str, no: Refused | None = None) -> Html:
    return visit.page(
        "sessions/enrolment.html",
        status=422 if no else 200,
        enrolment=second_factor.enrolment(await signing_in.person(half_way)),
        goal=goal,
        refused=no,
    )


@post(ENROLMENT, guards=[public])
async def enrol(visit: NamedDependency[Visit]) -> Html:
    """The app's first code. The answer shows the recovery codes, and nothing else ever does."""
    form = await visit.form()
    goal = known_goal(visit.request.app, form.text("tujuan"))
    half_way = _half_way(visit, Stage.ENROL)
    if half_way is None:
        return visit.go("/masuk")
    try:
        staff, token, codes = await signing_in.after_enrolment(
            half_way, form.text("kode"), visit.device, visit.now, visit.token
        )
    except Refused as no:
        return await _enrolment_page(visit, half_way, goal, no)
    onward = goal or desk.home(accounts.actor_of(staff))
    return visit.page(
        "sessions/recovery.html", codes=codes, onward=onward, person=staff, cookies=(session_cookie(token),)
    )


HANDLERS = [code_form, give_code, enrolment_form, enrol]
