"""The applicant chooses and changes the appointment: /permohonan/<number>/jadwal [P8]."""

from collections.abc import Awaitable, Callable

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import appointments, choosing, holds
from components.refusals import Overtaken, Refused
from models.application import Application
from models.rules.workflow import Role, State
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

EARLIEST = "terdekat"
_OPEN = frozenset({State.ACCEPTED, State.SCHEDULED})
_CHOOSE = "Pilih satu jam dulu, lalu tekan tombol di bawah."


@get("/permohonan/{number:str}/jadwal", guards=[public])
async def choose(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Days with free times, the first one open; or the time that is kept, to be taken."""
    application = await visit.application(number)
    if application.state not in _OPEN:
        return visit.go(f"/permohonan/{application.number}")
    return await _page(visit, application)


async def _page(visit: Visit, application: Application, no: Refused | None = None, chosen: str = "") -> Html:
    booking = await appointments.current(application.id)
    held = await holds.standing(application.id, visit.now)
    if held is not None and no is None:
        return visit.page(
            "appointments/held.html",
            number=application.number,
            back_to=_back(visit, application),
            booking=booking,
            held=held,
        )
    days = await appointments.free_days(application, visit.now)
    return visit.page(
        "appointments/choose.html",
        status=200 if no is None else 409 if isinstance(no, Overtaken) else 422,
        number=application.number,
        back_to=_back(visit, application),
        booking=booking,
        movable=booking is not None and (visit.actor.is_staff or appointments.may_move(booking, visit.now)),
        days=days,
        # The earliest time is offered by itself.
        chosen=chosen or (str(days[0].slots[0].id) if days and no is None else ""),
        refused=no,
    )


@post("/permohonan/{number:str}/jadwal", guards=[public])
async def move(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Take the chosen time, or the earliest one; a refusal shows what is free now."""
    application = await visit.application(number)
    form = await visit.form()
    chosen = form.text("jadwal")

    async def work() -> str:
        if chosen == EARLIEST:
            await appointments.rebook(application, visit.actor, visit.now)
        else:
            await appointments.move(application, _slot_id(chosen), visit.actor, visit.now)
        return _back(visit, application)

    return await _answer(visit, form, work, number)


async def _answer(visit: Visit, form: Form, work: Callable[[], Awaitable[str]], number: str) -> Html:
    """Act once; a refusal shows what is free now."""
    try:
        return await visit.once(form, work)
    except Refused as no:
        current = await visit.application(number)
        if current.state not in _OPEN:
            raise
        return await _page(visit, current, no, form.text("jadwal"))


@post("/permohonan/{number:str}/jadwal/pilihan", guards=[public])
async def hold(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Keep the chosen time for ten minutes, to be looked at and taken."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await choosing.hold(application, _slot_id(form.text("jadwal")), visit.actor, visit.now)
        return f"/permohonan/{application.number}/jadwal"

    return await _answer(visit, form, work, number)


@post("/permohonan/{number:str}/jadwal/pilihan/pelepasan", guards=[public])
async def leave(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Give the kept time back and choose another one."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await choosing.leave(application)
        return f"/permohonan/{application.number}/jadwal"

    return await visit.once(form, work)


def _back(visit: Visit, application: Application) -> str:
    """Where who chooses came from: the counter's officer from the case at the counter [P9]."""
    at_counter = visit.actor.holds(Role.COUNTER) and not visit.assisting
    return f"{'/loket' if at_counter else '/permohonan'}/{application.number}"


def _slot_id(chosen: str) -> int:
    """The number of a time. Raises Refused when nothing was chosen; what cannot be one is no time at all."""
    if not chosen:
        raise Refused(_CHOOSE, {"jadwal": _CHOOSE})
    return int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else 0


HANDLERS = [choose, move, hold, leave]
