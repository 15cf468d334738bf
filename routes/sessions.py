"""Staff signing in and out, and the one-time link by which an account gets its password [M3, M5]."""

from urllib.parse import urlencode

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import accounts, passwords, sessions, signing_in
from components.kit import kit
from components.refusals import Refused
from components.sessions import Stage
from models.account import Staff
from routes import desk
from routes.goals import known_goal
from routes.guards import public
from routes.second_step import CODE, ENROLMENT
from routes.visit import Html, Visit, no_cookie, session_cookie


@get("/masuk", guards=[public])
async def sign_in_form(visit: NamedDependency[Visit], tujuan: FromQuery[str] = "") -> Html:
    """The sign-in page; who is signed in already is led to the own first room."""
    goal = known_goal(visit.request.app, tujuan)
    if visit.actor.is_staff:
        return visit.go(goal or desk.home(visit.actor))
    return sign_in_page(visit, goal)


def sign_in_page(
    visit: Visit, goal: str, *, status: int = 200, login: str = "", no: Refused | None = None
) -> Html:
    """Name and password; and where there is no second step, that it is so."""
    return visit.page(
        "sessions/sign_in.html",
        status=status,
        goal=goal,
        login=login,
        refused=no,
        password_alone=not kit().settings.second_factor,
    )


@post("/masuk", guards=[public])
async def sign_in(visit: NamedDependency[Visit]) -> Html:
    """Name and password; a wrong one of either gets the same answer, and what was typed as name stays."""
    form = await visit.form()
    login, goal = form.text("login"), known_goal(visit.request.app, form.text("tujuan"))
    try:
        staff = await accounts.sign_in(login, form.values.get("password", ""), visit.now)
    except Refused as no:
        return sign_in_page(visit, goal, status=422, login=login, no=no)
    return await _begin(visit, staff, goal)


async def _begin(visit: Visit, staff: Staff, goal: str = "") -> Html:
    """Always a new cookie: the one that came along, whoever planted it, is worth nothing afterwards."""
    token, stage = await signing_in.after_password(staff, visit.device, visit.now, visit.token)
    onward = goal or desk.home(accounts.actor_of(staff))
    place = {Stage.CODE: CODE, Stage.ENROL: ENROLMENT}.get(stage)
    asked = f"?{urlencode({'tujuan': goal}, safe='/')}" if goal else ""
    return visit.go(f"{place}{asked}" if place else onward, session_cookie(token))


@post("/keluar", guards=[public])
async def sign_out(visit: NamedDependency[Visit]) -> Html:
    """End the session and have the browser forget what it kept of it."""
    if visit.token:
        await sessions.end(visit.token)
    answer = visit.go("/masuk", no_cookie())
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@get("/undangan/{token:str}", guards=[public])
async def invitation_form(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """Where an invited person chooses a password. Raises Refused when the link has ended."""
    staff = await accounts.invited(token, visit.now)
    return _invitation_page(visit, staff, token, None)


@post("/undangan/{token:str}", guards=[public])
async def accept_invitation(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """Set the password and go to work at once."""
    form = await visit.form()
    typed = form.values.get("password", ""), form.values.get("repeated", "")
    try:
        staff = await accounts.accept_invitation(token, *typed, visit.now)
    except Refused as no:
        if not no.fields:
            raise
        return _invitation_page(visit, await accounts.invited(token, visit.now), token, no)
    return await _begin(visit, staff)


def _invitation_page(visit: Visit, staff: Staff, token: str, no: Refused | None) -> Html:
    return visit.page(
        "sessions/invitation.html",
        status=422 if no else 200,
        person=staff.name,
        login=staff.login,
        address=f"/undangan/{token}",
        shortest=passwords.SHORTEST,
        advised=passwords.ADVISED,
        renews=staff.password_hash != "",
        refused=no,
    )


HANDLERS = [sign_in_form, sign_in, sign_out, invitation_form, accept_invitation]
