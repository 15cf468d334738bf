"""Sending an application or its correction, what is answered then, and throwing a draft away [P6, P7]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import applications, casework, corrections, promises, village
from components.refusals import Overtaken, Refused
from models.rules.workflow import Role, State
from routes import access
from routes.applications import named_in, resume, wizard_page
from routes.documents import documents_page
from routes.guards import public
from routes.visit import Html, Visit


@post("/permohonan/{number:str}/pengajuan", guards=[public])
async def submit(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Send the draft, or the correction of a returned file [P6, P7]."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        ticked = frozenset(name for name in form.values if form.ticked(name))
        if application.state == State.RETURNED:
            if visit.assisting:
                await village.resubmit(application, ticked, visit.actor, visit.now)
            else:
                await corrections.resubmit(application, visit.actor, visit.now)
            return f"/permohonan/{application.number}"
        if visit.assisting:
            sent = await village.submit(application, ticked, visit.actor, visit.now)
        else:
            sent = await applications.submit(application, visit.actor, visit.now)
        return f"/permohonan/{sent.number}/{'tanda-terima' if sent.id == application.id else 'sudah-ada'}"

    try:
        answer = await visit.once(form, work)
    except Overtaken:
        return visit.go(f"/permohonan/{application.number}")
    except Refused as no:
        if application.state == State.RETURNED:
            return await documents_page(visit, application, no, form)
        listing = await applications.checklist(application)
        typed = form if isinstance(no, village.NotChecked) else None
        return await wizard_page(visit, application, listing, "periksa", no, typed)
    return await access.let_in(visit, await named_in(answer), answer)


@get("/permohonan/{number:str}/pengajuan", guards=[public])
async def after_submitting(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Reloading the answer of a form that was refused."""
    return visit.go(f"/permohonan/{(await visit.application(number)).number}")


@get("/permohonan/{number:str}/tanda-terima", guards=[public])
async def confirmation(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Sent: number, PIN, QR, what happens next and when [T1]."""
    application = await visit.application(number)
    if application.state == State.DRAFT:
        return await resume(visit, application)
    mine = Role.APPLICANT in casework.roles_towards(application, visit.actor)
    return visit.page(
        "applications/confirmation.html",
        application=application,
        pin=applications.pin_of(application) if mine else "",
        link=applications.address_for(application, visit.actor),
        standing=await promises.standing(application, visit.now),
    )


@get("/permohonan/{number:str}/sudah-ada", guards=[public])
async def existing(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The same person applied before: this is the application that counts."""
    return visit.page("applications/existing.html", application=await visit.application(number))


@get("/permohonan/{number:str}/penghapusan", guards=[public])
async def discard_form(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Asked once before a draft is thrown away."""
    application = await visit.application(number)
    if application.state != State.DRAFT:
        return visit.go(f"/permohonan/{application.number}")
    return visit.page("applications/discard.html", application=application)


@post("/permohonan/{number:str}/penghapusan", guards=[public])
async def discard(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Throw the draft away: what was typed and sent is gone at once."""
    application = await visit.application(number)

    async def work() -> str:
        await applications.discard(application, visit.actor, visit.now)
        return f"/permohonan/{application.number}"

    return await visit.once(await visit.form(), work)


HANDLERS = [submit, after_submitting, confirmation, existing, discard_form, discard]
