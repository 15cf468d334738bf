"""The counter's screen: /loket [P3, P9, P10, P13], and the check of a receipt that anybody may make [S1]."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import appointments, counter, history, promises, stock, verification
from components.refusals import Refused
from models.application import Application
from models.office import Village
from models.rules.catalogue import Change, Service, captures
from models.rules.workflow import Role
from routes import walkin
from routes.forms import Form
from routes.guards import only, public
from routes.visit import Html, Visit

WORKING = only(Role.COUNTER)
LOOKING = only(Role.COUNTER, Role.OPERATOR, Role.SUPERVISOR)

Step = Callable[[Application, Form], Awaitable[object]]


@get("/loket", guards=[LOOKING])
async def today(visit: NamedDependency[Visit]) -> Html:
    """Everybody expected or under way today."""
    return visit.page("counter/today.html", **await _desk(visit))


async def _desk(visit: Visit) -> dict[str, Any]:
    office_id = visit.actor.office_id or 0
    return {
        "lines": await counter.today(visit.actor, visit.now),
        "level": await stock.level(office_id, visit.now),
    }


@get("/loket/{number:str}", guards=[LOOKING])
async def person(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """One person at the counter: the step that comes next; of a walk-in whose papers are open, those."""
    application = await visit.application(number)
    if walkin.goes_here(application, visit):
        return visit.go(f"/loket/{application.number}/berkas")
    return await _person_page(visit, application)


async def _person_page(
    visit: Visit, application: Application, *, refused: Refused | None = None, form: Form | None = None
) -> Html:
    village = await Village.objects().get(Village.id == application.village) if application.village else None
    change = Change(application.change) if application.change else None
    return visit.page(
        "counter/person.html",
        status=422 if refused else 200,
        application=application,
        identity=await verification.look(application, visit.actor, visit.now),
        village=village.name if village else "",
        booking=await appointments.current(application.id),
        wanted={str(item) for item in captures(Service(application.service), change)},
        serial=await stock.serial_of(application),
        handover=await counter.handover_of(application),
        standing=await promises.standing(application, visit.now),
        events=await history.lines(application.id),
        refused=refused,
        values=form.values if form else {},
        **await _desk(visit),
    )


async def _step(visit: Visit, number: str, do: Step) -> Html:
    """One step at the counter: on the version the page showed, at most once, back to the person's page."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        text = form.text("versi")
        counter.as_seen(application, int(text) if text.isdecimal() else -1)
        await do(application, form)
        return f"/loket/{application.number}"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _person_page(visit, await visit.application(number), refused=no, form=form)


@post("/loket/{number:str}/kehadiran", guards=[WORKING])
async def arrive(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The applicant is here."""

    async def do(application: Application, form: Form) -> None:
        at = counter.happened(form.text("jam"), visit.now)
        await counter.arrive(application, visit.actor, visit.now, at)

    return await _step(visit, number, do)


@post("/loket/{number:str}/perekaman", guards=[WORKING])
async def capture(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Photo and/or signature recorded, and approved by the applicant."""

    async def do(application: Application, form: Form) -> None:
        await counter.capture(
            application,
            photo=form.ticked("photo"),
            signature=form.ticked("signature"),
            approved=form.ticked("approved"),
            by=visit.actor,
            now=visit.now,
            at=counter.happened(form.text("jam"), visit.now),
        )

    return await _step(visit, number, do)


@post("/loket/{number:str}/perekaman-ulang", guards=[WORKING])
async def retake(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Record once more before printing."""

    async def do(application: Application, form: Form) -> None:
        await counter.retake(application, form.text("reason"), visit.actor, visit.now)

    return await _step(visit, number, do)


@post("/loket/{number:str}/pencetakan", guards=[WORKING])
async def print_card(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Printed on the closed network; the blank's serial is entered here."""

    async def do(application: Application, form: Form) -> None:
        at = counter.happened(form.text("jam"), visit.now)
        await counter.print_card(application, form.text("serial"), visit.actor, visit.now, at)

    return await _step(visit, number, do)


@post("/loket/{number:str}/blangko-rusak", guards=[WORKING])
async def spoil(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The print failed; the blank is spoiled and the card is printed again."""

    async def do(application: Application, form: Form) -> None:
        await counter.spoil(application, form.text("reason"), visit.actor, visit.now)

    return await _step(visit, number, do)


@post("/loket/{number:str}/siap-diambil", guards=[WORKING])
async def make_ready(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The holder is not at the counter: tell them to come [G4]."""

    async def do(application: Application, _form: Form) -> None:
        await counter.make_ready(application, visit.actor, visit.now)

    return await _step(visit, number, do)


@post("/loket/{number:str}/penyerahan", guards=[WORKING])
async def hand_over(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The card is given out; the receipt can be printed."""

    async def do(application: Application, form: Form) -> None:
        receiver = counter.Receiver(
            form.text("receiver"),
            form.text("receiver_name"),
            form.text("receiver_nik"),
            form.text("relation"),
        )
        old_card = counter.OldCard(form.ticked("old_card_taken"), form.text("old_reason"))
        at = counter.happened(form.text("jam"), visit.now)
        await counter.hand_over(application, receiver, old_card, visit.actor, visit.now, at)

    return await _step(visit, number, do)


@get("/r/{code:str}", guards=[public])
async def check_receipt(visit: NamedDependency[Visit], code: FromPath[str]) -> Html:
    """Genuine, number, day: all that a receipt's QR tells anybody."""
    checked = await counter.receipt(code)
    return visit.page("receipts/check.html", status=200 if checked else 404, checked=checked)


HANDLERS = (
    today,
    person,
    arrive,
    capture,
    retake,
    print_card,
    spoil,
    make_ready,
    hand_over,
    check_receipt,
)
