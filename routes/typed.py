"""Typing that goes to the server as it is typed: the requests a page sends by itself, and what it shows of it [P5]."""

from contextlib import suppress
from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import applications, rendering, unfinished
from components.refusals import Missing, Refused
from components.unfinished import Edition, Kept, Newer
from models.application import Application
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

_EDITION = "_versi"
"""The hidden field that says what a page was rendered from."""


def made_from(form: Form) -> Edition | None:
    """What the page of this form was rendered from; None for a form without it."""
    return unfinished.edition(form.text(_EDITION))


@post([f"/permohonan/{{number:str}}/{page}/simpanan" for page in unfinished.FIELDS], guards=[public])
async def keep(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Keep what is being typed; a short line says so, or what stands in the way [P5]."""
    page = visit.request.url.path.split("/")[-2]
    application = await visit.application(number)
    form = await visit.form()
    edition = made_from(form)
    shown: dict[str, Any] = {"action": f"/permohonan/{application.number}/{page}", "edition": "", "said": ""}
    try:
        await unfinished.keep(application, page, form.values, edition, visit.actor, visit.now)
    except Missing:
        raise
    except Refused as no:
        if isinstance(no, Newer) and edition:
            shown["edition"] = no.kept.edition(application, edition.page)
        return visit.page("applications/_kept.html", status=409, **shown | {"said": no.message})
    return visit.page("applications/_kept.html", at=unfinished.moment(visit.now, visit.now), **shown)


async def keep_refused(visit: Visit, application: Application, page: str, form: Form, no: Refused) -> None:
    """Keep a page that could not be saved, so that it is there again also without scripts.

    Not over what another device wrote; and what is too long to be kept still stands on the page that comes back.
    """
    edition = made_from(form)
    if edition and not isinstance(no, Newer):
        with suppress(Refused):
            await unfinished.keep(application, page, form.values, edition, visit.actor, visit.now)


async def shown(
    visit: Visit, application: Application, page: str, no: Refused | None, form: Form | None
) -> dict[str, Any]:
    """What a page of the wizard shows in its fields and says of it; form: what comes back from a refusal."""
    kept = await unfinished.look(application, page) if page in unfinished.FIELDS else Kept({})
    own: dict[str, Any] = {
        "edition": kept.edition(application, rendering.fresh_key()),
        "rivals": isinstance(no, Newer),
    }
    if form is None:
        own["values"] = _fields(application, page, kept)
        if kept.values and kept.at:
            own["kept_at"] = unfinished.moment(kept.at, visit.now, "pukul ")
    return first(form) | own


def first(form: Form | None) -> dict[str, Any]:
    """The same for the first page, before there is a draft to keep anything of."""
    values = form.values if form else {}
    return {"values": values, "kept_at": "", "rivals": False, "returned_form": form is not None}


def _fields(application: Application, page: str, kept: Kept) -> dict[str, str]:
    """What was answered; where something unfinished stands, that alone, for an empty field was emptied."""
    answered = applications.answered(application)
    gone = unfinished.FIELDS[page] if kept.values else ()
    return {**{name: value for name, value in answered.items() if name not in gone}, **kept.values}


HANDLERS = [keep]
