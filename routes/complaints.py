"""Complaints as whoever complains meets them: /pengaduan [C1, S2]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import access, complaint_filing, complaint_register, complaints, evidence, misses, multipart
from components.actors import complainant
from components.refusals import Missing, Overtaken, Refused
from components.wording import COMPLAINT_KIND_WORDS, NAMING_WORDS
from models.complaint import Complaint
from models.rules.complaints import ComplaintAct, ComplaintKind, Naming
from routes.access import SIGNED_IN
from routes.complaint_access import let_in
from routes.documents import LIMITS, Body
from routes.forms import Form
from routes.guards import public
from routes.public import SHOW_AND_ASK, Raw, published_answer
from routes.visit import Html, Visit, complaint_cookie_name

HOME = "/pengaduan"
AT_MOST = 10
"""Complaints from one address within a quarter of an hour: a family and its neighbours, not a machine."""
_NO_FILE = "Belum ada foto. Ambil foto atau pilih dari galeri, lalu tekan Kirim."
_FORMS = {f"{HOME}/baru": "complaints/new.html", f"{HOME}/pungutan": "complaints/levy.html"}
_ACTS = {
    "jawaban": ComplaintAct.REPLY,
    "penutupan": ComplaintAct.CLOSE,
    "pembukaan-kembali": ComplaintAct.REOPEN,
}


@get(HOME, guards=[public])
async def overview(visit: NamedDependency[Visit]) -> Raw:
    """Every channel, and the ways on from here [C1]."""
    return published_answer(visit, "complaints/overview.html", SHOW_AND_ASK)


@get(list(_FORMS), guards=[public])
async def form_page(visit: NamedDependency[Visit]) -> Html:
    """The form; for a report of a levy a short one, anonymous unless the person wishes otherwise [S2]."""
    return _form_page(visit)


def _form_page(visit: Visit, no: Refused | None = None, form: Form | None = None) -> Html:
    path = visit.request.url.path
    levy = path.endswith("/pungutan")
    preset = {"jenis": str(ComplaintKind.LEVY), "identitas": str(Naming.ANONYMOUS)} if levy else {}
    return visit.page(
        _FORMS[path],
        status=422 if no else 200,
        action=path,
        kinds=list(COMPLAINT_KIND_WORDS.items()),
        namings=list(NAMING_WORDS.items()),
        refused=no,
        values=form.values if form else preset,
    )


@post(list(_FORMS), guards=[public])
async def file(visit: NamedDependency[Visit]) -> Html:
    """Keep it, and show number and PIN. What a machine filled in is thanked for and forgotten."""
    form = await visit.form()
    if form.text("website"):
        return visit.page("applications/thanks.html")
    client = visit.request.client
    sender = f"complaint:{client.host if client else ''}"

    async def work() -> str:
        if visit.actor.is_staff:
            raise Refused(SIGNED_IN)
        filing = complaint_filing.read(form.values, visit.now)
        await misses.count(sender, visit.now, AT_MOST)
        return f"{HOME}/{(await complaint_filing.file(filing, visit.actor, visit.now)).number}"

    try:
        answer = await visit.once(form, work)
    except Refused as no:
        return _form_page(visit, no, form)
    # The same number for a form sent twice; who sent it has proved to hold its key.
    number = answer.headers["Location"].rpartition("/")[2]
    complaint = await Complaint.objects().get(Complaint.number == number)
    if complaint is None:
        raise Missing
    return let_in(complaint, answer)


# --- following it ---


async def _held(visit: Visit, number: str) -> Complaint | None:
    """The complaint at this address, if this browser was let in."""
    found = await complaints.held_by(visit.request.cookies.get(complaint_cookie_name(), ""))
    return found if found is not None and found.number == number else None


def _ask_for_pin(visit: Visit, number: str) -> Html:
    """The same whether there is such a complaint or not, and for officers, too."""
    return visit.page("complaints/open.html", status=403, number=number[:40], refused=None)


@get(f"{HOME}/{{complaint:str}}", guards=[public])
async def follow(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """Where it stands, what was said, what may be done now."""
    row = await _held(visit, complaint)
    return _ask_for_pin(visit, complaint) if row is None else await _page(visit, row)


async def _page(
    visit: Visit, row: Complaint, no: Refused | None = None, form: Form | None = None, part: str = ""
) -> Html:
    return visit.page(
        "complaints/follow.html",
        status=422 if no else 200,
        complaint=row,
        sheet=await complaint_register.sheet(row, complainant(row.id), visit.now),
        pin=access.keys_of(row).pin,
        refused=no,
        part=part,
        values=form.values if form else {},
    )


@post([f"{HOME}/{{complaint:str}}/{noun}" for noun in _ACTS], guards=[public])
async def act(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """An answer to what we asked; it is right; it is not right yet."""
    row = await _held(visit, complaint)
    if row is None:
        return _ask_for_pin(visit, complaint)
    noun = visit.request.url.path.rsplit("/", 1)[-1]
    form = await visit.form()

    async def work() -> str:
        await complaints.advance(row, _ACTS[noun], complainant(row.id), visit.now, text=form.text("teks"))
        return f"{HOME}/{row.number}"

    try:
        return await visit.once(form, work)
    except Overtaken:
        raise
    except Refused as no:
        return await _page(visit, row, no, form, noun)


@post(f"{HOME}/{{complaint:str}}/bukti", guards=[public], request_max_body_size=None)
async def add_evidence(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """Photos of what happened, once the complaint itself is safe with us."""
    body = Body(visit.request)
    try:
        row = await _held(visit, complaint)
        if row is None:
            return _ask_for_pin(visit, complaint)
        try:
            await take_photos(visit, row, body)
        except Overtaken:
            raise
        except Refused as no:
            return await _page(
                visit, row, Refused("Foto belum diterima.", {"foto": no.message}), part="bukti"
            )
    finally:
        # A browser that is still sending does not read the answer.
        await body.drain()
    return visit.go(f"{HOME}/{row.number}#bukti")


async def take_photos(visit: Visit, row: Complaint, body: Body) -> None:
    """The photos of a multipart form become evidence. Raises Refused when there is none."""
    headers = visit.request.headers
    length = headers.get("content-length", "")
    form = await multipart.read_form(
        body.pieces(),
        headers.get("content-type", ""),
        int(length) if length.isascii() and length.isdecimal() else None,
        lambda _field, _filename: evidence.open_upload(row),
        LIMITS,
    )
    if not form.files:
        raise Refused(_NO_FILE)
    by = visit.actor if visit.actor.is_staff else complainant(row.id)
    try:
        for upload in form.files:
            await evidence.receive(row, upload.sink, by, visit.now)
    finally:
        for upload in form.files:
            await upload.sink.abort()


HANDLERS = (overview, form_page, file, follow, act, add_evidence)
