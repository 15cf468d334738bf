"""The counter's screen: /loket. Who is here, whose turn it is, who left [P9, G2, M5]."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import arrivals, calling, counter, counter_desk, preferences, undoing
from components.refusals import Missing, Refused
from models.application import Application
from models.rules.workflow import Role
from routes import walkin
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

WORKING = only(Role.COUNTER)
LOOKING = only(Role.COUNTER, Role.OPERATOR, Role.SUPERVISOR)
ROOM = "/loket"

Step = Callable[[Application, Form], Awaitable[object]]


# --- the screen ---


@get(ROOM, guards=[LOOKING])
async def today(visit: NamedDependency[Visit]) -> Html:
    """Everybody expected or under way today."""
    return await _today_page(visit)


async def _today_page(visit: Visit, refused: Refused | None = None) -> Html:
    return visit.page(
        "counter/today.html",
        fragment="counter/_changed.html",
        status=422 if refused else 200,
        swapped=visit.wants_fragment,
        day=await counter_desk.day(visit.actor, visit.now),
        person=None,
        refused=refused,
        values={},
    )


@get(f"{ROOM}/{{number:str}}", guards=[LOOKING])
async def person(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """One person at the counter: the step that comes next; of a walk-in whose papers are open, those."""
    application = await visit.application(number)
    if walkin.goes_here(application, visit):
        return visit.go(f"{ROOM}/{application.number}/berkas")
    return await person_page(visit, application)


async def person_page(
    visit: Visit, application: Application, *, refused: Refused | None = None, form: Form | None = None
) -> Html:
    """The person's steps between the list and the figures; htmx gets the parts that a step changes."""
    return visit.page(
        "counter/person.html",
        fragment="counter/_changed.html",
        status=422 if refused else 200,
        swapped=visit.wants_fragment,
        person=await counter_desk.person(application, visit.actor, visit.now),
        day=await counter_desk.day(visit.actor, visit.now),
        refused=refused,
        values=form.values if form else {},
    )


async def step(visit: Visit, number: str, do: Step, read: Form | None = None) -> Html:
    """One step at the counter: on the version the page showed, at most once, back to the person's page.

    read: the form, where it was read already.
    """
    application = await visit.application(number)
    form = read or await visit.form()

    async def work() -> str:
        counter.as_seen(application, form.whole("versi"))
        await do(application, form)
        return f"{ROOM}/{application.number}"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await person_page(visit, await visit.application(number), refused=no, form=form)


def moment(form: Form, visit: Visit) -> datetime:
    """When the step truly happened, as typed; now where nothing was."""
    return counter.happened(form.text("jam"), visit.now, form.text("hari"))


# --- here, called, gone ---


@post(f"{ROOM}/panggilan", guards=[WORKING])
async def call_next(visit: NamedDependency[Visit]) -> Html:
    """Call whose turn it is to this officer's counter."""
    form = await visit.form()
    keys = await preferences.of(visit.actor)

    async def work() -> str:
        called = await calling.call_next(visit.actor, visit.now, keys.window)
        return f"{ROOM}/{called.number}"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _today_page(visit, no)


@post(f"{ROOM}/meja", guards=[WORKING])
async def sit_at(visit: NamedDependency[Visit]) -> Html:
    """At which counter this officer works today."""
    await preferences.sit_at((await visit.form()).text("meja"), visit.actor)
    return visit.go(ROOM)


@post(f"{ROOM}/{{number:str}}/kehadiran", guards=[WORKING])
async def arrive(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The applicant is here."""

    async def do(application: Application, form: Form) -> None:
        at = moment(form, visit)
        await arrivals.arrive(application, visit.actor, visit.now, at)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/panggilan", guards=[WORKING])
async def call(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Call this person: again, or before others with a reason."""

    async def do(application: Application, form: Form) -> None:
        window = (await preferences.of(visit.actor)).window
        await calling.call(application, visit.actor, visit.now, window, form.text("alasan_urutan"))

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/giliran", guards=[WORKING])
async def present(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Who was called is at the counter."""

    async def do(application: Application, _form: Form) -> None:
        await calling.present(application, visit.actor, visit.now)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/lewatan", guards=[WORKING])
async def skip(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Called and not there: behind the next ones."""

    async def do(application: Application, _form: Form) -> None:
        await calling.skip(application, visit.actor, visit.now)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/penundaan", guards=[WORKING])
async def put_aside(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """What holds the case up; the next one can be called."""

    async def do(application: Application, form: Form) -> None:
        at = moment(form, visit)
        kind, text = form.text("kind"), form.text("aside_reason")
        await calling.put_aside(application, kind, text, visit.actor, visit.now, at)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/kepulangan", guards=[WORKING])
async def leave(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Who is here goes home unserved, to come again another time."""

    async def do(application: Application, form: Form) -> None:
        await arrivals.leave(application, form.text("leave_reason"), visit.actor, visit.now)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/ketidakhadiran", guards=[WORKING])
async def no_show(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Who has an appointment did not come."""

    async def do(application: Application, _form: Form) -> None:
        await arrivals.no_show(application, visit.actor, visit.now)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/pembatalan", guards=[WORKING])
async def undo(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Take the last step back, where that is safe."""

    async def do(application: Application, _form: Form) -> None:
        await undoing.undo(application, visit.actor, visit.now)

    return await step(visit, number, do)


HANDLERS = (
    today, person, call_next, sit_at, arrive, call, present, skip, put_aside, leave, no_show, undo,
)  # fmt: skip
