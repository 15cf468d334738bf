"""The wizard: what changes, why, contact, identity, check, send; every step is saved [P4, P5, R2-R4]."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import applications, casework, details, documents, intake, review, unfinished, village
from components.actors import Actor
from components.applications import Checklist, Step
from components.intake import Doubtful
from components.refusals import Missing, Overtaken, Refused
from components.unfinished import Newer
from components.wishes import DRAFTS, eligible, refuse_unless_open
from models.application import Application
from models.rules.catalogue import Channel, Eligibility
from models.rules.workflow import Role, State
from routes import access, typed
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit

START = "/pengajuan/ktp/perubahan-biometrik"
AT_THE_VILLAGE = "/desa/warga-baru"
"""Where a registrar begins, with the notice that is read aloud."""

_Save = Callable[[Application, Mapping[str, str], Actor, datetime], Awaitable[Application]]

_SAVES: dict[str, _Save] = {
    "perubahan": applications.save_change,
    "alasan": applications.save_reason,
    "keterangan": applications.save_account,
    "rincian": applications.save_details,
    "kontak": applications.save_contact,
    "identitas": applications.save_identity,
}
_TEMPLATES = {
    "perubahan": "applications/change.html",
    "alasan": "applications/reason.html",
    "keterangan": "applications/account.html",
    "pilihan-lain": "applications/instead.html",
    "rincian": "applications/details.html",
    "kontak": "applications/contact.html",
    "identitas": "applications/identity.html",
    "periksa": "applications/check.html",
}
_PART_OF = {"keterangan": Step.REASON, "pilihan-lain": Step.REASON}


# --- beginning ---


@get(START, guards=[public])
async def begin_form(visit: NamedDependency[Visit]) -> Html:
    """Step 1; nothing is stored before it is sent."""
    if visit.actor.holds(Role.REGISTRAR):
        return visit.go(AT_THE_VILLAGE)
    return _begin_page(visit)


def _begin_page(visit: Visit, no: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "applications/change.html",
        status=422 if no else 200,
        action=START,
        application=None,
        refused=no,
        **typed.first(form),
    )


@post(START, guards=[public])
async def begin(visit: NamedDependency[Visit]) -> Html:
    """A new draft, and on to its next step. What a machine filled in is thanked for and forgotten."""
    form = await visit.form()
    if form.text("website"):
        return visit.page("applications/thanks.html")

    async def work() -> str:
        if visit.actor.is_staff:
            raise Refused("Anda masuk sebagai petugas. Keluar dulu untuk mengajukan sebagai warga.")
        started = await applications.start(intake.read_change(form.values), visit.actor, visit.now)
        return await next_path(started.application)

    try:
        answer = await visit.once(form, work)
    except Refused as no:
        return _begin_page(visit, no, form)
    return await access.let_in(visit, await named_in(answer), answer)


async def named_in(answer: Html) -> Application:
    """The application whose address a form was answered with: the same one for a form sent twice."""
    number = answer.headers["Location"].split("/")[2]
    application = await Application.objects().where(Application.number == number).first()
    if application is None:
        raise Missing
    return application


# --- step by step ---


async def next_path(application: Application) -> str:
    """The first page that still wants something."""
    step = (await applications.checklist(application)).next
    path = f"/permohonan/{application.number}"
    if step is not Step.REASON or not application.reason:
        return f"{path}/{step}"
    answer = eligible(application)
    possible = answer is None or answer.kind is not Eligibility.NOT_POSSIBLE
    return f"{path}/{'keterangan' if possible else 'pilihan-lain'}"


async def resume(visit: Visit, application: Application) -> Html:
    """Go on where the draft was left."""
    return visit.go(await next_path(application))


@get([f"/permohonan/{{number:str}}/{page}" for page in _TEMPLATES], guards=[public])
async def step(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """One page of the wizard, with what was answered before."""
    page = visit.request.url.path.rsplit("/", 1)[-1]
    application = await visit.application(number)
    listing = await applications.checklist(application)
    if not _open(application, page):
        return visit.go(f"/permohonan/{application.number}")
    if _PART_OF.get(page, page) not in listing.steps or not _fits(application, page):
        return await resume(visit, application)
    return await wizard_page(visit, application, listing, page)


def _open(application: Application, page: str) -> bool:
    return application.state in (unfinished.allowed(page) if page in _SAVES else DRAFTS)


def _fits(application: Application, page: str) -> bool:
    """The two side pages of the reason are for the reasons that lead to them."""
    answer = eligible(application)
    if page == "pilihan-lain":
        return answer is not None and answer.kind is Eligibility.NOT_POSSIBLE
    return page != "keterangan" or (answer is not None and answer.needs_account)


@post([f"/permohonan/{{number:str}}/{page}" for page in _SAVES], guards=[public])
async def save(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Save one step and go to the next unfinished one; nothing typed is lost when it is refused."""
    page = visit.request.url.path.rsplit("/", 1)[-1]
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        # Before what was typed is looked at: whoever is too late hears that, and not what to mend.
        refuse_unless_open(application, visit.actor, unfinished.allowed(page))
        await unfinished.settle(application, page, form.values, typed.made_from(form), visit.now)
        saved = await _SAVES[page](application, form.values, visit.actor, visit.now)
        return (
            await next_path(saved) if saved.state == State.DRAFT else f"/permohonan/{saved.number}/perbaikan"
        )

    try:
        return await visit.once(form, work)
    except Overtaken:
        raise
    except Refused as no:
        await typed.keep_refused(visit, application, page, form, no)
        listing = await applications.checklist(application)
        return await wizard_page(visit, application, listing, page, no, form)


async def wizard_page(
    visit: Visit,
    application: Application,
    listing: Checklist,
    page: str,
    no: Refused | None = None,
    form: Form | None = None,
) -> Html:
    of_wizard = Step(_PART_OF.get(page, page))
    draft = application.state == State.DRAFT
    doubts = no.doubts if isinstance(no, Doubtful) else ()
    if isinstance(no, Newer):
        no.fields = await review.differences(application, no.theirs)
    return visit.page(
        _TEMPLATES[page],
        status=422 if no else 200,
        application=application,
        action=f"/permohonan/{application.number}/{page}",
        place=listing.place(of_wizard) if draft and of_wizard in listing.steps else None,
        pin=_pin(visit, application),
        fresh=draft and not application.phone_sealed and not application.reason,
        back_to=_before(application, listing, of_wizard),
        refused=no,
        doubts=doubts,
        said={**{doubt.field: doubt.message for doubt in doubts}, **(no.fields if no else {})},
        codes=no.codes if isinstance(no, Doubtful) else "",
        **await _shown(visit, application, page, no, form),
        **await _own_values(application, listing, page, no),
    )


async def _shown(
    visit: Visit, application: Application, page: str, no: Refused | None, form: Form | None
) -> dict[str, Any]:
    """What stands in the fields; at the village the street of the neighbour before, where none was typed yet."""
    shown = await typed.shown(visit, application, page, no, form)
    if visit.assisting and page == "identitas" and form is None and not shown["values"].get("rt_rw"):
        shown["values"] = {**shown["values"], "rt_rw": await village.usual_rt_rw(visit.actor, visit.now)}
    return shown


def _pin(visit: Visit, application: Application) -> str:
    """Shown to the applicant alone, while there is a draft to come back to."""
    mine = Role.APPLICANT in casework.roles_towards(application, visit.actor)
    return applications.pin_of(application) if mine and application.state == State.DRAFT else ""


def _before(application: Application, listing: Checklist, of_wizard: Step) -> str:
    path = f"/permohonan/{application.number}"
    if application.state != State.DRAFT:
        return f"{path}/perbaikan"
    at = listing.steps.index(of_wizard) if of_wizard in listing.steps else 0
    return f"{path}/{listing.steps[at - 1]}" if at else "/"


async def _own_values(
    application: Application, listing: Checklist, page: str, no: Refused | None
) -> dict[str, Any]:
    """What only one page needs."""
    if page == "kontak":
        if application.channel == Channel.VILLAGE:
            return {"villages": None}
        rows = await intake.villages_of(application.office)
        return {"villages": [(row["id"], f"{row['name']} ({row['kind']})") for row in rows]}
    if page == "rincian":
        return {"limit": details.LIMIT, "service": application.service, "offer": None}
    if page == "keterangan":
        return {"limit": intake.ACCOUNT_LIMIT}
    if page == "pilihan-lain":
        return {"eligible": eligible(application)}
    if page == "periksa":
        lacking = (
            no.fields
            if no and no.fields
            else {str(step): applications.LACKING[step] for step in listing.missing}
        )
        return {
            "unfinished": [(name, review.PAGE_WORDS[name]) for name in await unfinished.pages(application)],
            "answers": await review.answers(application),
            "checks": [(check, village.CHECK_WORDS[check]) for check in village.checks(application)],
            "unticked": no.checks if isinstance(no, village.NotChecked) else frozenset(),
            "slots": await documents.slots(application),
            "eligible": eligible(application),
            "lacking": list(lacking.items()),
        }
    return {}


HANDLERS = [begin_form, begin, step, save, *typed.HANDLERS]
