"""The walk-in channel: /loket/baru takes a file in, /loket/<number>/berkas decides it on the spot [R1, P1, P2]."""

from contextlib import suppress
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import (
    card_making,
    decisions,
    documents,
    intake,
    intake_drafts,
    places,
    rendering,
    services,
    verification,
    walkin,
)
from components.decisions import Outcome
from components.intake import Doubtful
from components.refusals import Missing, Overtaken, Refused
from components.walkin import FromNik
from components.wishes import overruled, requirements
from models.application import Application
from models.office import Village
from models.rules.catalogue import has_old_card
from models.rules.workflow import Role, State
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

WORKING = only(Role.COUNTER)
ROOM = "/loket/baru"


# --- taking in ---


@get(ROOM, guards=[WORKING])
async def new(
    visit: NamedDependency[Visit],
    lanjut: FromQuery[str] = "",
    dari: FromQuery[str] = "",
    layanan: FromQuery[str] = "",
) -> Html:
    """An empty form; lanjut goes on with what was begun, dari with a file whose time ran out, layanan changes the
    service."""
    if layanan:
        key, values = await walkin.change_service(layanan, lanjut, visit.actor)
        return await _intake(visit, key or rendering.fresh_key(), values)
    if lanjut:
        return await _intake(visit, lanjut, await intake_drafts.resume(lanjut, visit.actor))
    values = await walkin.continued(dari, visit.actor, visit.now) if dari else {}
    return await _intake(visit, rendering.fresh_key(), values)


async def _intake(
    visit: Visit, key: str, values: dict[str, str], no: Refused | None = None, status: int = 200
) -> Html:
    doubts = no.doubts if isinstance(no, Doubtful) else ()
    # What the NIK says is an offer to compare, and no fault of who typed.
    offered = no if isinstance(no, FromNik) else None
    no = None if offered else no
    office = visit.actor.office_id or 0
    service = walkin.chosen(values)
    return visit.page(
        "walkin/new.html",
        status=status,
        key=key,
        values=values,
        refused=no,
        offered=offered,
        doubts=doubts,
        codes=no.codes if isinstance(no, Doubtful) else "",
        said=no.fields if no and not doubts else {},
        villages=[(row["id"], row["name"]) for row in await intake.villages_of(office)],
        service=service,
        has_card=has_old_card(service),
        others=[offer.entry.service for offer in await services.others_on(office)],
        papers=walkin.blank_checklist(service),
        begun=[one for one in await intake_drafts.begun(visit.actor) if one.key != key],
        returned=await walkin.waiting_to_come_back(visit.actor),
    )


@post(ROOM, guards=[WORKING])
async def take_in(visit: NamedDependency[Visit]) -> Html:
    """Save the form as an application, once; then its decision. What is refused comes back as typed."""
    form = await visit.form()
    key = form.text("_draf")

    async def work() -> str:
        row = await walkin.take_in(form.values, key, visit.actor, visit.now)
        return f"/loket/{row.number}/berkas"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        values = {**form.values, **(no.suggested if isinstance(no, FromNik) else {})}
        # Also without scripts, what was typed is there again after the browser dies. What is too long to be kept
        # still stands on the page that comes back.
        with suppress(Refused):
            await intake_drafts.keep(key, values, visit.actor, visit.now)
        return await _intake(visit, key, values, no, 422)


@post(f"{ROOM}/simpanan", guards=[WORKING])
async def keep(visit: NamedDependency[Visit]) -> Html:
    """Keep what is being typed; a short line says so."""
    form = await visit.form()
    await intake_drafts.keep(form.text("_draf"), form.values, visit.actor, visit.now)
    return visit.page("walkin/_kept.html")


@post(f"{ROOM}/{{key:str}}/penghapusan", guards=[WORKING])
async def forget(visit: NamedDependency[Visit], key: FromPath[str]) -> Html:
    """Throw away what was begun."""
    form = await visit.form()

    async def work() -> str:
        await intake_drafts.forget(key, visit.actor)
        return ROOM

    return await visit.once(form, work)


# --- deciding ---


@get("/loket/{number:str}/berkas", guards=[WORKING])
async def file(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The papers of one walk-in: to be decided, or what was decided."""
    return await _file_page(visit, walkin.of_counter(await visit.application(number)))


async def _file_page(
    visit: Visit, application: Application, no: Refused | None = None, form: Form | None = None
) -> Html:
    village = await Village.objects().get(Village.id == application.village) if application.village else None
    open_ = application.state in walkin.NOT_DECIDED
    papers = await walkin.checklist(application)
    values: dict[str, Any] = {
        **{f"berkas_{paper.kind}": paper.found for paper in papers},
        **{f"ket_{paper.kind}": paper.remark for paper in papers},
        "alasan_tertulis": application.account if overruled(application) else "",
    }
    return visit.page(
        "walkin/file.html",
        status=422 if no else 200,
        application=application,
        identity=await verification.look(application, visit.actor, visit.now),
        village=village.name if village else "",
        papers=papers,
        service=application.service,
        wanted=card_making.wanted(application),
        slots=await documents.slots(application),
        complete=all(paper.found == walkin.THERE for paper in papers),
        open=open_,
        offer=await places.offered(application.office, visit.now) if open_ else None,
        queue_number=await places.queue_number(application),
        made=await decisions.just_made(visit.actor, visit.now),
        refused=no,
        said=no.fields if no else {},
        values=form.values if form else values,
    )


_OUTCOMES = {"kembalikan": Outcome.RETURN, "tolak": Outcome.REFUSE}


@post("/loket/{number:str}/putusan", guards=[WORKING])
async def decide(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Complete and valid goes on, with a place; what is not goes back with a slip [P2]."""
    application = walkin.of_counter(await visit.application(number))
    form = await visit.form()
    place = form.whole("waktu")
    wanted = form.text("putusan")

    async def work() -> str:
        outcome = _OUTCOMES.get(wanted, Outcome.ACCEPT)
        found = {}
        if outcome is not Outcome.REFUSE:
            found = walkin.findings(form.values, requirements(application))
        await walkin.decide(
            application,
            outcome,
            found,
            form.whole("versi"),
            visit.actor,
            visit.now,
            reason=form.text("alasan_tolak" if outcome is Outcome.REFUSE else "alasan_tertulis"),
            place=place if place >= 0 else None,
        )
        return f"/loket/{application.number}/berkas"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        fresh = await visit.application(number)
        # Somebody else decided: what is typed here is about a file that is no longer so.
        typed = None if isinstance(no, Overtaken) and fresh.version != application.version else form
        return await _file_page(visit, fresh, no, typed)


@post("/loket/{number:str}/putusan/pembatalan", guards=[WORKING])
async def take_back(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Within the minute: the papers are open again, and nobody hears of it."""
    application = walkin.of_counter(await visit.application(number))
    form = await visit.form()

    async def work() -> str:
        await decisions.take_back(application, visit.actor, visit.now)
        return f"/loket/{application.number}/berkas"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _file_page(visit, await visit.application(number), no)


def goes_here(application: Application, visit: Visit) -> bool:
    """Whether the counter's next step with this application is to look at its papers."""
    return (
        application.channel == "counter"
        and application.state in walkin.NOT_DECIDED | {State.LAPSED, State.REFUSED}
        and visit.actor.holds(Role.COUNTER)
    )


HANDLERS = (new, take_in, keep, forget, file, decide, take_back)
