"""The outbox: /pesan. What goes to whom, how far it got, and what an officer passes on by hand [G4]."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import outbox, passing_on, preferences
from components.actors import Actor
from components.refusals import Missing, Refused
from models.rules.keys import MESSAGES
from models.rules.workflow import Role
from routes.guards import only
from routes.policy import POLICY
from routes.visit import Html, Visit

Act = Callable[[int, Actor, datetime], Awaitable[None]]

SENDING = only(Role.OPERATOR, Role.COUNTER)
WITH_WHATSAPP = POLICY.replace(
    "form-action 'self'", "form-action 'self' https://wa.me https://api.whatsapp.com https://web.whatsapp.com"
)
"""Browsers hold form-action against every redirect of a form as well, and wa.me is one."""


@get("/pesan", guards=[only(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)])
async def overview(visit: NamedDependency[Visit], setelah: FromQuery[int] = 0) -> Html:
    """The next one to send by hand, then the lists; setelah: the one that was put off."""
    return await _page(visit, after=setelah)


@post("/pesan/{message_id:int}/pembukaan", guards=[SENDING])
async def open_message(visit: NamedDependency[Visit], message_id: FromPath[int]) -> Html:
    """Record that it was opened, and lead to the WhatsApp draft; or show the number to call."""
    await visit.form()
    try:
        where = await passing_on.open_by_hand(message_id, visit.actor, visit.now)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no)
    if where.startswith("tel:"):
        return await _page(visit, call=(message_id, where))
    return Response("", status_code=303, headers={"Location": where, "Cache-Control": "no-store"})


@post("/pesan/{message_id:int}/pengiriman", guards=[SENDING])
async def mark_sent(visit: NamedDependency[Visit], message_id: FromPath[int]) -> Html:
    """The officer says that it was passed on."""
    return await _answer(visit, message_id, passing_on.mark_sent, "/pesan")


@post("/pesan/{message_id:int}/penundaan", guards=[SENDING])
async def not_sent(visit: NamedDependency[Visit], message_id: FromPath[int]) -> Html:
    """Opened, but not sent: it waits on, and the next one comes."""
    return await _answer(visit, message_id, passing_on.not_sent, f"/pesan?setelah={message_id}")


@post("/pesan/{message_id:int}/kegagalan", guards=[SENDING])
async def not_reached(visit: NamedDependency[Visit], message_id: FromPath[int]) -> Html:
    """The number cannot be reached this way: the next way is tried."""
    return await _answer(visit, message_id, passing_on.not_reached, "/pesan")


async def _answer(visit: Visit, message_id: int, act: Act, then: str) -> Html:
    form = await visit.form()

    async def work() -> str:
        await act(message_id, visit.actor, visit.now)
        return then

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no)


async def _page(
    visit: Visit, *, after: int = 0, refused: Refused | None = None, call: tuple[int, str] | None = None
) -> Html:
    may_send = visit.actor.holds(*outbox.MAY_SEND)
    page = visit.page(
        "messages/outbox.html",
        status=422 if refused else 200,
        box=await outbox.overview(visit.actor, visit.now),
        turn=await outbox.turn(visit.actor, visit.now, after) if may_send else None,
        keys=await preferences.of(visit.actor, MESSAGES),
        may_send=may_send,
        refused=refused,
        call=call,
    )
    page.headers["Content-Security-Policy"] = WITH_WHATSAPP
    return page


HANDLERS = (overview, open_message, mark_sent, not_sent, not_reached)
