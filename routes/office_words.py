"""How the office words the reasons against a document, and what it says beside each: /pengaturan/alasan [P7, R2]."""

from collections.abc import Awaitable, Callable

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import office_words
from components.refusals import Missing, Refused
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role
from routes.forms import Form, Typed
from routes.guards import only
from routes.visit import Html, Visit

ROOM = "/pengaturan/alasan"
ADMIN = only(Role.ADMIN)


@get(ROOM, guards=[ADMIN])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """Every reason with its words, and every document with its note."""
    return await _page(visit)


async def _page(
    visit: Visit, refused: Refused | None = None, form: Form | None = None, about: str = ""
) -> Html:
    office = visit.actor.office_id or 0
    return visit.page(
        "administration/office_words.html",
        status=422 if refused else 200,
        reasons=office_words.in_order(await office_words.reasons(office)),
        notes=await office_words.notes(office),
        kinds=list(DocumentKind),
        refused=refused,
        about=about,
        values=form.values if form else Typed(),
    )


@post(f"{ROOM}/{{reason:str}}", guards=[ADMIN])
async def set_reason(visit: NamedDependency[Visit], reason: FromPath[str]) -> Html:
    """One reason's words, its place, and whether it is offered."""
    form = await visit.form()

    async def work() -> None:
        await office_words.set_reason(
            reason,
            form.text("kalimat"),
            form.text("urutan"),
            visit.actor,
            visit.now,
            switched_off=form.ticked("mati"),
        )

    return await _acted(visit, form, work, reason)


@post("/pengaturan/petunjuk/{kind:str}", guards=[ADMIN])
async def set_note(visit: NamedDependency[Visit], kind: FromPath[str]) -> Html:
    """What the office says beside one document."""
    form = await visit.form()

    async def work() -> None:
        await office_words.set_note(kind, form.text("petunjuk"), visit.actor, visit.now)

    return await _acted(visit, form, work, kind)


async def _acted(visit: Visit, form: Form, work: Callable[[], Awaitable[None]], about: str) -> Html:
    """Act once; refused, the page comes back with what was typed, beside what it is about."""

    async def whole() -> str:
        await work()
        return ROOM

    try:
        return await visit.once(form, whole, about)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, no, form, about)


HANDLERS = (overview, set_reason, set_note)
