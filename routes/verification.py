"""The operator's screen: /verifikasi [P2, P6, P7]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import corrections, documents, history, verification
from components.refusals import Missing, Refused
from models.application import Application
from models.office import Village
from models.rules.catalogue import DocumentKind, RejectReason, reject_reasons
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

DECIDING = only(Role.OPERATOR)
LOOKING = only(Role.OPERATOR, Role.SUPERVISOR)


@get("/verifikasi", guards=[LOOKING])
async def queue(visit: NamedDependency[Visit]) -> Html:
    """The queue, by promise date."""
    lines = await verification.queue(visit.actor, visit.now)
    return visit.page("verification/queue.html", fragment="verification/_queue.html", lines=lines, current="")


@get("/verifikasi/{number:str}", guards=[LOOKING])
async def file(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """One file: scans beside what was typed, a verdict per document, the decision."""
    return await _file_page(visit, await visit.application(number))


async def _file_page(
    visit: Visit, application: Application, *, refused: Refused | None = None, form: Form | None = None
) -> Html:
    identity = await verification.look(application, visit.actor, visit.now)
    village = await Village.objects().get(Village.id == application.village) if application.village else None
    return visit.page(
        "verification/file.html",
        fragment="verification/_file.html",
        status=422 if refused else 200,
        application=application,
        village=village.name if village else "",
        identity=identity,
        hints=verification.hints(application),
        slots=await documents.slots(application),
        choices={str(kind): reject_reasons(kind) for kind in DocumentKind},
        others=await verification.same_person(application),
        events=await history.lines(application.id),
        lines=await verification.queue(visit.actor, visit.now),
        refused=refused,
        values=form.values if form else {},
        ticked=form.all("alasan") if form else (),
    )


def _version(form: Form) -> int:
    text = form.text("versi")
    return int(text) if text.isdecimal() else -1


@post("/verifikasi/{number:str}/pegangan", guards=[DECIDING])
async def claim(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Hold the file for ten minutes."""
    application = await visit.application(number)
    await verification.claim(application, visit.actor, visit.now)
    return visit.go(f"/verifikasi/{application.number}")


@post("/verifikasi/{number:str}/pelepasan", guards=[DECIDING])
async def release(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Put the file back and return to the queue."""
    application = await visit.application(number)
    await verification.release(application, visit.actor)
    return visit.go("/verifikasi")


@post("/verifikasi/{number:str}/berkas/{kind:str}/penilaian", guards=[DECIDING])
async def judge(visit: NamedDependency[Visit], number: FromPath[str], kind: FromPath[str]) -> Html:
    """It fits, or it does not for the ticked reasons."""
    application = await visit.application(number)
    form = await visit.form(many=("alasan",))
    try:
        document = DocumentKind(kind)
        reasons = [RejectReason(reason) for reason in form.all("alasan")]
    except ValueError:
        raise Missing from None
    fits = form.text("putusan") == "cocok"

    async def work() -> str:
        await verification.judge(
            application, document, reasons, form.text("catatan"), visit.actor, visit.now, fits=fits
        )
        return f"/verifikasi/{application.number}"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _file_page(visit, application, refused=no, form=form)


@post("/verifikasi/{number:str}/penerimaan", guards=[DECIDING])
async def accept(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Complete and valid: the applicant gets an appointment."""
    return await _decide(visit, number, "terima")


@post("/verifikasi/{number:str}/penolakan", guards=[DECIDING])
async def refuse(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Cannot be served, with the reason and what to do instead."""
    return await _decide(visit, number, "tolak")


@post("/verifikasi/{number:str}/permintaan-perbaikan", guards=[DECIDING])
async def ask_correction(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Back to the applicant, until noon of the next day."""
    return await _decide(visit, number, "kembalikan")


async def _decide(visit: Visit, number: str, decision: str) -> Html:
    application = await visit.application(number)
    form = await visit.form()
    reason = form.text("alasan_tertulis")

    async def work() -> str:
        if decision == "terima":
            await verification.accept(application, _version(form), reason, visit.actor, visit.now)
        elif decision == "tolak":
            await verification.refuse(application, _version(form), reason, visit.actor, visit.now)
        else:
            verification.undecided(application, _version(form))
            await corrections.ask(application, visit.actor, visit.now)
        return f"/verifikasi/{application.number}"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _file_page(visit, await visit.application(number), refused=no, form=form)


@post("/cari", guards=[only(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)])
async def search(visit: NamedDependency[Visit]) -> Html:
    """From a typed or scanned number to the place where work on it goes on. A POST, for it may hold a NIK."""
    wanted = (await visit.form()).text("kode")
    try:
        application = await visit.application(await verification.number_of(wanted, visit.actor, visit.now))
    except Missing:
        raise Refused("Tidak ditemukan. Ketik nomor seperti KRN-7K4M2Q atau NIK, atau pindai lagi.") from None
    room = "verifikasi" if visit.actor.holds(Role.OPERATOR) and application.state == "submitted" else "loket"
    return visit.go(f"/{room}/{application.number}")


HANDLERS = (queue, file, claim, release, judge, accept, refuse, ask_correction, search)
