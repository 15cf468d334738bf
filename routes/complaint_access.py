"""How who complained gets back to it: by number and PIN, or by the link from a message [C1, S2]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import access, complaints
from components.refusals import Refused
from models.complaint import Complaint
from routes.access import SIGNED_IN
from routes.guards import public
from routes.visit import Html, Visit, complaint_cookie

_NO_LINK = Refused("Tautan ini tidak berlaku lagi. Buka dengan nomor dan PIN.")


def let_in(complaint: Complaint, answer: Html) -> Html:
    """Its token in a cookie of its own: nothing in the database ties it to the person's application."""
    answer.set_cookie(complaint_cookie(access.keys_of(complaint).link))
    return answer


@get("/pengaduan/lihat", guards=[public])
async def open_form(visit: NamedDependency[Visit], nomor: FromQuery[str] = "") -> Html:
    """Number and PIN."""
    return visit.page("complaints/open.html", number=nomor[:40], refused=None)


@post("/pengaduan/lihat", guards=[public])
async def open_by_pin(visit: NamedDependency[Visit]) -> Html:
    """In by number and PIN; every wrong pair gets the same answer."""
    form = await visit.form()
    try:
        complaint = await complaints.open_by_pin(form.text("nomor"), form.text("pin"), visit.now)
    except Refused as no:
        return visit.page("complaints/open.html", status=422, number=form.text("nomor"), refused=no)
    return let_in(complaint, visit.go(f"/pengaduan/{complaint.number}"))


@get("/pengaduan/t/{token:str}", guards=[public])
async def link_page(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """A link from a message. WhatsApp fetches it for its preview, so only a press of the button lets in."""
    if await complaints.held_by(token) is None:
        return _unknown_link(visit)
    return visit.page("complaints/link.html", token=token)


@post("/pengaduan/t/{token:str}", guards=[public])
async def open_by_link(visit: NamedDependency[Visit], token: FromPath[str]) -> Html:
    """In by the link, to number and PIN. An officer who passes the message on does not read it as its author."""
    await visit.form()
    complaint = await complaints.held_by(token)
    if complaint is None:
        return _unknown_link(visit)
    if visit.actor.is_staff:
        raise Refused(SIGNED_IN)
    return let_in(complaint, visit.go(f"/pengaduan/{complaint.number}"))


def _unknown_link(visit: Visit) -> Html:
    return visit.page("complaints/open.html", status=404, number="", refused=_NO_LINK)


HANDLERS = (open_form, open_by_pin, link_page, open_by_link)
