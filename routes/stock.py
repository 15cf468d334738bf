"""Blank cards at a glance, and all that is entered about them: /blangko [M2]."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from components import stock, stock_book, stock_moves
from components.actors import Actor
from components.refusals import Missing, Refused
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

WITH_BLANKS = only(Role.COUNTER, Role.SUPERVISOR)
ENTERING = only(Role.COUNTER)

Entering = Callable[[Form, Actor, datetime], Awaitable[object]]


@get("/blangko", guards=[WITH_BLANKS])
async def overview(
    visit: NamedDependency[Visit], tercatat: FromQuery[str] = "", minta: FromQuery[str] = ""
) -> Html:
    """How many blanks there are, how long they last, and what was entered last; minta: to ask for more."""
    return await _page(visit, done=bool(tercatat), asking=bool(minta))


async def _page(
    visit: Visit,
    *,
    refused: Refused | None = None,
    form: Form | None = None,
    about: str = "",
    done: bool = False,
    asking: bool = False,
) -> Html:
    return visit.page(
        "stock/overview.html",
        status=422 if refused else 200,
        level=await stock.level(visit.actor.office_id or 0, visit.now),
        shelf=await stock_book.shelf(visit.actor, visit.now),
        lines=await stock_book.recent(visit.actor),
        may_enter=visit.actor.holds(Role.COUNTER),
        may_set=visit.actor.holds(Role.SUPERVISOR),
        refused=refused,
        about=about,
        done=done,
        asking=asking,
        values=form.values if form else {},
    )


async def _enter(visit: Visit, about: str, entering: Entering) -> Html:
    """Do it and show what was entered; what was refused comes back in its own form. about: the form's name."""
    form = await visit.form()

    async def work() -> str:
        await entering(form, visit.actor, visit.now)
        return "/blangko?tercatat=ya"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no, form=form, about=about)


@post("/blangko/penerimaan", guards=[ENTERING])
async def receive(visit: NamedDependency[Visit]) -> Html:
    """A delivery of blanks: first number, then last number or how many."""

    async def entering(form: Form, by: Actor, now: datetime) -> None:
        last, count = form.text("last"), form.text("count")
        if not last and not count:
            # A scanner presses Enter after the first number, which must not pass for a delivery of one.
            words = "Isi nomor seri terakhir atau jumlah keping."
            raise Refused(words, {"count": words})
        await stock.receive(form.text("serial"), last, form.text("delivery_note"), by, now, count)

    return await _enter(visit, "penerimaan", entering)


@post("/blangko/penghitungan", guards=[ENTERING])
async def count(visit: NamedDependency[Visit]) -> Html:
    """The daily count: expected and found, with words where they differ."""

    async def entering(form: Form, by: Actor, now: datetime) -> None:
        await stock_moves.count(form.text("found"), form.text("reason"), by, now)

    return await _enter(visit, "penghitungan", entering)


@post("/blangko/permintaan", guards=[ENTERING])
async def ask(visit: NamedDependency[Visit]) -> Html:
    """Blanks are asked for: the supervisor hears of it."""

    async def entering(form: Form, by: Actor, now: datetime) -> None:
        await stock_moves.ask(form.text("quantity"), form.text("note"), by, now)

    return await _enter(visit, "permintaan", entering)


@post("/blangko/kerusakan", guards=[ENTERING])
async def damage(visit: NamedDependency[Visit]) -> Html:
    """Blanks found to be of no use before printing."""

    async def entering(form: Form, by: Actor, now: datetime) -> None:
        await stock_moves.damage(*_range(form), form.text("reason"), by, now)

    return await _enter(visit, "kerusakan", entering)


@post("/blangko/pinjaman", guards=[ENTERING])
async def lend(visit: NamedDependency[Visit]) -> Html:
    """Blanks lent, borrowed and given back."""

    async def entering(form: Form, by: Actor, now: datetime) -> None:
        kind, party, note = form.text("kind"), form.text("party"), form.text("note")
        await stock_moves.lend(kind, *_range(form), party, note, by, now)

    return await _enter(visit, "pinjaman", entering)


@post("/blangko/koreksi", guards=[ENTERING])
async def correct(visit: NamedDependency[Visit]) -> Html:
    """A correction is an entry of its own; nothing that was entered is changed."""

    async def entering(form: Form, by: Actor, now: datetime) -> None:
        await stock_moves.correct(form.text("kind"), *_range(form), form.text("reason"), by, now)

    return await _enter(visit, "koreksi", entering)


@post("/blangko/ambang", guards=[only(Role.SUPERVISOR)])
async def set_threshold(visit: NamedDependency[Visit]) -> Html:
    """From how few working days of cover on there is a warning."""

    async def entering(form: Form, by: Actor, now: datetime) -> None:
        await stock_moves.set_threshold(form.text("days"), by, now)

    return await _enter(visit, "ambang", entering)


def _range(form: Form) -> tuple[str, str, str]:
    return form.text("serial"), form.text("last"), form.text("count")


HANDLERS = (overview, receive, count, ask, damage, lend, correct, set_threshold)
