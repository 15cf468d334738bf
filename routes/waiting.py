"""The applicant would rather come earlier: /permohonan/<number>/jadwal/penantian and .../tawaran [P8]."""

from collections.abc import Awaitable, Callable

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import earlier
from components.refusals import Refused
from models.application import Application
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

_ANSWER = "Pilih ambil atau tidak."
_Act = Callable[[Application, Form], Awaitable[None]]


async def _acted(visit: Visit, number: str, act: _Act) -> Html:
    """Do it once, and show the status again."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await act(application, form)
        return f"/permohonan/{application.number}"

    return await visit.once(form, work)


@post("/permohonan/{number:str}/jadwal/penantian", guards=[public])
async def ask(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Tell me when there is an earlier day."""
    return await _acted(visit, number, lambda row, _: earlier.ask(row, visit.now))


@post("/permohonan/{number:str}/jadwal/penantian/penghentian", guards=[public])
async def stop(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """No longer."""
    return await _acted(visit, number, lambda row, _: earlier.stop(row))


@post("/permohonan/{number:str}/jadwal/tawaran", guards=[public])
async def answer(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The one tap: take the time that is offered, or let the next one have it."""

    async def act(row: Application, form: Form) -> None:
        if form.text("jawaban") == "ambil":
            await earlier.accept(row, visit.actor, visit.now)
        elif form.text("jawaban") == "tidak":
            await earlier.decline(row, visit.now)
        else:
            raise Refused(_ANSWER)

    return await _acted(visit, number, act)


HANDLERS = (ask, stop, answer)
