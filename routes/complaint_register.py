"""The register of complaints: /pengaduan/register [C1, S2, M4]."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import complaint_filing, complaint_messages, complaint_register, complaints, evidence
from components.refusals import Missing, Overtaken, Refused
from components.wording import (
    COMPLAINT_CHANNEL_WORDS,
    COMPLAINT_CLASS_WORDS,
    COMPLAINT_KIND_WORDS,
    NAMING_WORDS,
)
from models.complaint import Complaint
from models.rules.complaints import OFFICERS, ComplaintAct, ComplaintChannel
from models.rules.workflow import Role
from routes.complaints import take_photos
from routes.documents import Body
from routes.forms import Form
from routes.guards import only
from routes.messages import WITH_WHATSAPP
from routes.visit import Html, Visit

HOME = "/pengaduan/register"
ONE = f"{HOME}/{{complaint:str}}"
HANDLING = only(*sorted(OFFICERS))
_ACTS = {
    "klasifikasi": ComplaintAct.CLASSIFY,
    "pengerjaan": ComplaintAct.TAKE_UP,
    "pertanyaan": ComplaintAct.ASK,
    "jawaban-pelapor": ComplaintAct.REPLY,
    "jawaban": ComplaintAct.ANSWER,
    "penutupan": ComplaintAct.CLOSE,
    "pembukaan-kembali": ComplaintAct.REOPEN,
}
_LISTS = {
    "terbuka": "Terbuka",
    "lewat": "Lewat waktu",
    "lewat-pertama": "Jawaban pertama terlambat",
    "lewat-jawaban": "Jawaban terlambat",
    "semua": "Semua",
}
_TYPED_IN = [
    (str(one), words) for one, words in COMPLAINT_CHANNEL_WORDS.items() if one != ComplaintChannel.ONLINE
]


@get(HOME, guards=[HANDLING])
async def register(
    visit: NamedDependency[Visit],
    daftar: FromQuery[str] = "terbuka",
    saluran: FromQuery[str] = "",
    halaman: FromQuery[int] = 1,
) -> Html:
    """Those that are owed soonest first; what a reader must not know of is neither listed nor counted."""
    return await _register(visit, daftar, saluran, max(1, min(halaman, 10_000)))


def asked(which: str, channel: str) -> tuple[str, str]:
    """What an address asks for; the open ones, by every channel, for anything it cannot be."""
    return (
        which if which in _LISTS else "terbuka",
        channel if channel in ComplaintChannel._value2member_map_ else "",
    )


async def _register(visit: Visit, which: str, channel: str, page: int = 1, sought: str = "") -> Html:
    which, channel = asked(which, channel)
    return visit.page(
        "complaints/register.html",
        register=await complaint_register.listing(
            visit.actor, visit.now, which=which, channel=channel, sought=sought, page=page
        ),
        lists=_LISTS,
        which=which,
        channels=[(str(one), words) for one, words in COMPLAINT_CHANNEL_WORDS.items()],
        channel=channel,
        page=page,
        sought=sought,
    )


@post(f"{HOME}/pencarian", guards=[HANDLING])
async def search(visit: NamedDependency[Visit]) -> Html:
    """By a number of ours, of SP4N-LAPOR or of an application; numbers stay out of addresses."""
    form = await visit.form()
    return await _register(visit, "semua", "", sought=form.text("nomor"))


@get(f"{HOME}/baru", guards=[HANDLING])
async def new_form(visit: NamedDependency[Visit]) -> Html:
    """What came by letter, telephone or any other way is typed in here."""
    return _new_page(visit)


def _new_page(visit: Visit, no: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "complaints/typed_in.html",
        status=422 if no else 200,
        kinds=[(str(kind), words) for kind, words in COMPLAINT_KIND_WORDS.items()],
        namings=[(str(naming), words) for naming, words in NAMING_WORDS.items()],
        channels=_TYPED_IN,
        refused=no,
        values=form.values if form else {},
    )


@post(f"{HOME}/baru", guards=[HANDLING])
async def type_in(visit: NamedDependency[Visit]) -> Html:
    """Into the register; what is the supervisor's alone is gone from the officer's eyes at once."""
    form = await visit.form()

    async def work() -> str:
        filing = complaint_filing.read(form.values, visit.now, by_officer=True)
        made = await complaint_filing.file(filing, visit.actor, visit.now)
        seen = complaints.roles_towards(made, visit.actor)
        return f"{HOME}/{made.number}" if seen else f"{HOME}/diteruskan"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return _new_page(visit, no, form)


@get(f"{HOME}/diteruskan", guards=[HANDLING])
async def passed_on(visit: NamedDependency[Visit]) -> Html:
    """What was typed in went to the supervisor; nothing of it is told here."""
    return visit.page("complaints/passed_on.html")


@get(ONE, guards=[HANDLING])
async def one(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """One complaint with its dialogue, clocks, photos, messages and history."""
    return await _page(visit, await complaints.find(complaint, visit.actor))


async def _page(
    visit: Visit, row: Complaint, no: Refused | None = None, form: Form | None = None, part: str = ""
) -> Html:
    page = visit.page(
        "complaints/one.html",
        status=422 if no else 200,
        complaint=row,
        sheet=await complaint_register.sheet(row, visit.actor, visit.now),
        pin=complaint_register.pin_for(row, visit.actor),
        letters=await complaint_messages.of(row),
        classes=[(str(grade), words) for grade, words in COMPLAINT_CLASS_WORDS.items()],
        refused=no,
        part=part,
        values=form.values if form else {},
    )
    page.headers["Content-Security-Policy"] = WITH_WHATSAPP
    return page


_Do = Callable[[Complaint, Form], Awaitable[Any]]


async def _step(visit: Visit, number: str, part: str, do: _Do) -> Html:
    """Find it, do this, and back to its page; to the register when it is no longer this reader's to see."""
    row = await complaints.find(number, visit.actor)
    form = await visit.form()

    async def work() -> str:
        await do(row, form)
        return f"{HOME}/{row.number}"

    try:
        return await visit.once(form, work)
    except (Missing, Overtaken):
        raise
    except Refused as no:
        return await _page(visit, row, no, form, part)


@post([f"{ONE}/{noun}" for noun in _ACTS], guards=[HANDLING])
async def act(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """One step of the table."""
    noun = visit.request.url.path.rsplit("/", 1)[-1]

    async def do(row: Complaint, form: Form) -> None:
        text, grade = form.text("teks"), form.text("kelas")
        await complaints.advance(row, _ACTS[noun], visit.actor, visit.now, text=text, grade=grade)

    return await _step(visit, complaint, noun, do)


@post(f"{ONE}/kerahasiaan", guards=[only(Role.SUPERVISOR)])
async def hide(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """It is about an officer: the supervisor's alone from now on [S2]."""

    async def do(row: Complaint, _form: Form) -> None:
        await complaints.hide(row, visit.actor, visit.now)

    return await _step(visit, complaint, "kerahasiaan", do)


@post(f"{ONE}/permohonan", guards=[HANDLING])
async def link(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """Which application it is about."""

    async def do(row: Complaint, form: Form) -> None:
        await complaint_filing.link(row, form.text("nomor_permohonan"), visit.actor, visit.now)

    return await _step(visit, complaint, "permohonan", do)


@post(f"{ONE}/bukti", guards=[HANDLING], request_max_body_size=None)
async def add_evidence(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Html:
    """Photos that came with the letter, or of the letter itself."""
    body = Body(visit.request)
    try:
        row = await complaints.find(complaint, visit.actor)
        try:
            await take_photos(visit, row, body)
        except Overtaken:
            raise
        except Refused as no:
            return await _page(
                visit, row, Refused("Foto belum diterima.", {"foto": no.message}), part="bukti"
            )
    finally:
        await body.drain()
    return visit.go(f"{HOME}/{row.number}#bukti")


@get(f"{ONE}/bukti/{{evidence_id:int}}", guards=[HANDLING])
async def picture(
    visit: NamedDependency[Visit], complaint: FromPath[str], evidence_id: FromPath[int]
) -> Response[bytes]:
    """One photo; that it is looked at is recorded."""
    row = await complaints.find(complaint, visit.actor)
    content = await evidence.show(row, evidence_id, visit.actor, visit.now)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(content, media_type="image/jpeg", headers=headers)


@post(f"{ONE}/pesan/{{message_id:int}}/pembukaan", guards=[HANDLING])
async def open_message(
    visit: NamedDependency[Visit], complaint: FromPath[str], message_id: FromPath[int]
) -> Html:
    """To the WhatsApp draft."""
    row = await complaints.find(complaint, visit.actor)
    await visit.form()
    try:
        where = await complaint_messages.open_by_hand(row, message_id, visit.actor, visit.now)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, row, no, part="pesan")
    return Response("", status_code=303, headers={"Location": where, "Cache-Control": "no-store"})


@post(f"{ONE}/pesan/{{message_id:int}}/pengiriman", guards=[HANDLING])
async def mark_sent(
    visit: NamedDependency[Visit], complaint: FromPath[str], message_id: FromPath[int]
) -> Html:
    """The officer says that it was passed on."""

    async def do(row: Complaint, _form: Form) -> None:
        await complaint_messages.mark_sent(row, message_id, visit.actor, visit.now)

    return await _step(visit, complaint, "pesan", do)


HANDLERS = (
    register,
    search,
    new_form,
    type_in,
    passed_on,
    one,
    act,
    hide,
    link,
    add_evidence,
    picture,
    open_message,
    mark_sent,
)
