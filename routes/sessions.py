"""Staff signing in and out, and the one-time link by which an account gets its password [M3, M5]."""

import re

from litestar import Litestar, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.routes import BaseRoute, HTTPRoute

from components import accounts, sessions
from components.refusals import Refused
from models.account import Staff
from routes import desk
from routes.guards import public
from routes.visit import Html, Visit, no_cookie, session_cookie

_PLAIN = re.compile(r"(?:/[A-Za-z0-9._-]+)+")


def known_goal(app: Litestar, goal: str) -> str:
    """The address to go on to after signing in; empty unless it is a page of ours that only staff may open."""
    words = goal.split("/")[1:]
    if not _PLAIN.fullmatch(goal):
        return ""
    return goal if any(_is_staff_page(route, words) for route in app.routes) else ""


def _is_staff_page(route: BaseRoute, words: list[str]) -> bool:
    pattern = route.path_components
    return (
        isinstance(route, HTTPRoute)
        and len(pattern) == len(words)
        and all(not isinstance(part, str) or part == word for part, word in zip(pattern, words, strict=True))
        and any(
            "GET" in handler.http_methods and public not in (handler.guards or ())
            for handler in route.route_handlers
        )
    )


@get("/masuk", guards=[public])
async def sign_in_form(visit: NamedDependency[Visit], tujuan: FromQuery[str] = "") -> Html:
    """The sign-in page; who is signed in already is led to the own first room."""
    if visit.actor.is_staff:
        return visit.go(known_goal(visit.request.app, tujuan) or desk.home(visit.actor))
    return visit.page(
        "sessions/sign_in.html", goal=known_goal(visit.request.app, tujuan), login="", refused=None
    )


@post("/masuk", guards=[public])
async def sign_in(visit: NamedDependency[Visit]) -> Html:
    """Name and password; a wrong one of either gets the same answer, and what was typed as name stays."""
    form = await visit.form()
    login, goal = form.text("login"), known_goal(visit.request.app, form.text("tujuan"))
    try:
        staff = await accounts.sign_in(login, form.values.get("password", ""), visit.now)
    except Refused as no:
        return visit.page("sessions/sign_in.html", status=422, goal=goal, login=login, refused=no)
    return await _begin(visit, staff, goal)


async def _begin(visit: Visit, staff: Staff, goal: str = "") -> Html:
    """Always a new cookie: the one that came along, whoever planted it, is worth nothing afterwards."""
    token = await sessions.begin_for_staff(staff.id, visit.now, visit.token)
    return visit.go(goal or desk.home(accounts.actor_of(staff)), session_cookie(token))


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
        shortest=accounts.SHORTEST_PASSWORD,
        refused=no,
    )


HANDLERS = [sign_in_form, sign_in, sign_out, invitation_form, accept_invitation]
