"""How a citizen gets in: number and PIN, the link from a message; and out again on a shared device."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import access, casework, sessions
from components.refusals import Missing, Refused
from models.application import Application
from routes.guards import public
from routes.visit import Html, Visit, no_complaint_cookie, no_cookie, session_cookie

_NO_LINK = Refused("Tautan ini tidak berlaku lagi. Buka dengan nomor dan PIN.")
SIGNED_IN = "Anda sedang masuk sebagai petugas. Keluar dulu, atau cari permohonan dari meja kerja Anda."


async def let_in(visit: Visit, application: Application, answer: Html) -> Html:
    """Send the browser a cookie that opens this application as well as all it could open before.

    Staff keep their own session: one browser is either a citizen's or a desk.
    """
    if not casework.may_see(application, visit.actor):
        if visit.actor.is_staff:
            raise Refused(SIGNED_IN)
        answer.set_cookie(session_cookie(await sessions.let_in(application.id, visit.now, visit.token)))
    return answer


@get("/permohonan", guards=[public])
async def open_form(visit: NamedDependency[Visit], nomor: FromQuery[str] = "") -> Html:
    """Number and PIN."""
    return visit.page("applications/open.html", number=nomor[:40], refused=None)


@post("/permohonan", guards=[public])
async def open_by_pin(visit: NamedDependency[Visit]) -> Html:
    """In by number and PIN; every wrong pair gets the same answer."""
    form = await visit.form()
    try:
        application = await access.open_by_pin(form.text("nomor"), form.text("pin"), visit.now)
    except Refused as no:
        return visit.page("applications/open.html", status=422, number=form.text("nomor"), refused=no)
    return await let_in(visit, application, visit.go(f"/permohonan/{application.number}"))


@get("/t/{token:str}", guards=[public])
async def link_page(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """A link from a message. WhatsApp fetches it for its preview, so only a press of the button lets in."""
    try:
        application = await access.open_by_link(token)
    except Missing:
        return _unknown_link(visit)
    if casework.may_see(application, visit.actor):
        return visit.go(f"/permohonan/{application.number}")
    return visit.page("applications/link.html", token=token)


@post("/t/{token:str}", guards=[public])
async def open_by_link(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """In by the link."""
    await visit.form()
    try:
        application = await access.open_by_link(token)
    except Missing:
        return _unknown_link(visit)
    return await let_in(visit, application, visit.go(f"/permohonan/{application.number}"))


def _unknown_link(visit: Visit) -> Html:
    return visit.page("applications/open.html", status=404, number="", refused=_NO_LINK)


@get("/selesai-di-perangkat-ini", guards=[public])
async def leave_form(visit: NamedDependency[Visit]) -> Html:
    """For borrowed phones; says so when nothing is open here any more."""
    return visit.page("applications/leave.html", done=not visit.token)


@post("/selesai-di-perangkat-ini", guards=[public])
async def leave(visit: NamedDependency[Visit]) -> Html:
    """Nothing stays open on this device."""
    await visit.form()
    if visit.token:
        await sessions.end(visit.token)
    answer = visit.go("/selesai-di-perangkat-ini", no_cookie(), no_complaint_cookie())
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


HANDLERS = [open_form, open_by_pin, link_page, open_by_link, leave_form, leave]
