"""Thresholds and terms of the office: /pengaturan/ambang [M2, M4, P7, P13, G4]."""

from litestar import get, post
from litestar.di import NamedDependency

from components import thresholds
from components.refusals import Refused
from components.threshold_words import READING_WORDS, WORDS, said
from components.thresholds import PeopleConcerned
from models.rules.thresholds import LIMITS, Thresholds
from models.rules.workflow import Role
from routes.forms import Form, Typed
from routes.guards import only
from routes.visit import Html, Visit

ROOM = "/pengaturan/ambang"
ADMIN = only(Role.ADMIN)


@get(ROOM, guards=[ADMIN])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """Each with its range, the usual value, and what it does."""
    return await _page(visit)


async def _page(
    visit: Visit, refused: Refused | None = None, form: Form | None = None, *, looked: bool = False
) -> Html:
    chosen = await thresholds.of(visit.actor.office_id or 0)
    concerned = refused if isinstance(refused, PeopleConcerned) else None
    return visit.page(
        "administration/thresholds.html",
        status=422 if refused and not looked else 200,
        chosen=chosen,
        usual=Thresholds(),
        values=form.values if form else Typed({name: str(getattr(chosen, name)) for name in LIMITS}),
        limits=LIMITS,
        words=WORDS,
        readings=READING_WORDS,
        said=said,
        changes=thresholds.changes(chosen, thresholds.typed(form.values)) if form and looked else (),
        refused=refused,
        concerned=concerned,
        looked=looked,
    )


def _agreed(form: Form) -> int:
    """How many reminders at once were agreed to; none for what can never be that."""
    typed = form.text("setuju")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0


@post(ROOM, guards=[ADMIN])
async def save(visit: NamedDependency[Visit]) -> Html:
    """Look at what would change, or keep it; what acts on people at once is agreed to first."""
    form = await visit.form()

    async def work() -> str:
        await thresholds.set_for_office(thresholds.typed(form.values), _agreed(form), visit.actor, visit.now)
        return ROOM

    try:
        if form.text("aksi") == "lihat":
            thresholds.typed(form.values)
            return await _page(visit, form=form, looked=True)
        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, no, form)


HANDLERS = (overview, save)
