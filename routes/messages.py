"""The outbox: /pesan. What goes to whom, how far it got, and what an officer passes on by hand [G4]."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import outbox
from components.refusals import Missing, Refused
from models.rules.workflow import Role
from routes.guards import only
from routes.policy import POLICY
from routes.visit import Html, Visit

SENDING = only(Role.OPERATOR, Role.COUNTER)
_WITH_WHATSAPP = POLICY.replace(
    "form-action 'self'", "form-action 'self' https://wa.me https://api.whatsapp.com https://web.whatsapp.com"
)
"""Browsers hold form-action against every redirect of a form as well, and wa.me is one."""


@get("/pesan", guards=[only(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """Failed ones first, then those to be passed on by hand."""
    return await _page(visit)


@post("/pesan/{message_id:int}/pembukaan", guards=[SENDING])
async def open_message(visit: NamedDependency[Visit], message_id: FromPath[int]) -> Html:
    """Record that it was opened, and lead to the WhatsApp draft; or show the number to call."""
    await visit.form()
    try:
        where = await outbox.open_by_hand(message_id, visit.actor, visit.now)
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
    form = await visit.form()

    async def work() -> str:
        await outbox.mark_sent(message_id, visit.actor, visit.now)
        return "/pesan"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no)


async def _page(visit: Visit, *, refused: Refused | None = None, call: tuple[int, str] | None = None) -> Html:
    page = visit.page(
        "messages/outbox.html",
        status=422 if refused else 200,
        box=await outbox.overview(visit.actor, visit.now),
        may_send=visit.actor.holds(*outbox.MAY_SEND),
        refused=refused,
        call=call,
    )
    page.headers["Content-Security-Policy"] = _WITH_WHATSAPP
    return page


HANDLERS = (overview, open_message, mark_sent)
