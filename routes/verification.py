"""The operator's screen: /verifikasi [P2, P6, P7, G1, G2].

One form holds all an officer says about a file: reasons per document, marks of the comparison, the message. Its
buttons decide, skip or only keep it; so it works with JavaScript failed, and each button has a key.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import (
    comparison,
    corrections,
    decisions,
    documents,
    office_words,
    questions,
    verification,
    worklist,
    workplace,
)
from components.comparison import Found
from components.decisions import Outcome
from components.refusals import Missing, Overtaken, Refused
from components.verification import Verdict
from components.worklist import OutOfOrder, Place
from components.workplace import Workplace
from models.application import Application
from models.rules.catalogue import Channel, DocumentKind, RejectReason
from models.rules.fields import Field, Match
from models.rules.workflow import Role, State
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

DECIDING = only(Role.OPERATOR)
LOOKING = only(Role.OPERATOR, Role.SUPERVISOR)
ROOM = "/verifikasi"

_PEEKED_AT = 2
"""How many of the officer's next files may be fetched ahead: the one on the desk, and the one after it."""

_REASONS = tuple(f"alasan_{kind}" for kind in DocumentKind)
_OUTCOMES = {"terima": Outcome.ACCEPT, "kembalikan": Outcome.RETURN, "tolak": Outcome.REFUSE}


# --- the queue ---


@get(ROOM, guards=[LOOKING])
async def queue(visit: NamedDependency[Visit]) -> Html:
    """The officer's list, in the order of the promise."""
    listed = await worklist.places(visit.actor, visit.now)
    lines = await workplace.queue(visit.actor, visit.now, listed)
    return visit.page("verification/queue.html", fragment="verification/_queue.html", queue=lines, current="")


@post(f"{ROOM}/berikutnya", guards=[DECIDING])
async def take_next(visit: NamedDependency[Visit]) -> Html:
    """Open the file whose turn it is."""
    await visit.form()
    return visit.go(await _next_path(visit))


@post(f"{ROOM}/urutan", guards=[DECIDING])
async def sort_anew(visit: NamedDependency[Visit]) -> Html:
    """Take in what has arrived, and bring back what was skipped."""
    await visit.form()
    await worklist.sort_anew(visit.actor, visit.now)
    return visit.go(ROOM)


async def _next_path(visit: Visit) -> str:
    number = await worklist.next_number(visit.actor, visit.now)
    return f"{ROOM}/{number}" if number else ROOM


# --- one file ---


@get(f"{ROOM}/{{number:str}}", guards=[LOOKING])
async def file(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """One file; an operator who opens it holds it. Out of turn it asks for a reason first."""
    application = await visit.application(number)
    if not visit.actor.holds(Role.OPERATOR):
        return await _file_page(visit, application, status=200)
    listed = await worklist.places(visit.actor, visit.now)
    try:
        desk = await workplace.open_file(application, listed, visit.actor, visit.now)
    except OutOfOrder as no:
        return await _ask_for_reason(visit, application, no)
    except Overtaken as no:
        return await _file_page(visit, application, refused=no, status=200)
    return await _desk_page(visit, desk, listed, status=200)


@get(f"{ROOM}/{{number:str}}/intip", guards=[DECIDING])
async def peek(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The officer's next file, fetched while the present one is read; it is held only once it is opened."""
    application = await visit.application(number)
    listed = await worklist.places(visit.actor, visit.now)
    free = [place.line for place in listed if place.free]
    if application.number not in [line.number for line in free[:_PEEKED_AT]]:
        raise Missing
    desk = await workplace.file(application, visit.actor, visit.now, ahead=True)
    # Once it is looked at, what is on the desk now is decided.
    return await _desk_page(visit, desk, listed, [line.number for line in free if line.mine], status=200)


async def _file_page(
    visit: Visit,
    application: Application,
    *,
    refused: Refused | None = None,
    form: Form | None = None,
    status: int = 422,
    message: str = "",
) -> Html:
    """The file as it stands, not opened anew."""
    desk = await workplace.file(application, visit.actor, visit.now)
    listed = await worklist.places(visit.actor, visit.now)
    return await _desk_page(visit, desk, listed, refused=refused, form=form, status=status, message=message)


async def _desk_page(
    visit: Visit,
    desk: Workplace,
    listed: Sequence[Place],
    besides: Sequence[str] = (),
    *,
    status: int,
    refused: Refused | None = None,
    form: Form | None = None,
    message: str = "",
) -> Html:
    number = desk.application.number
    return visit.page(
        "verification/file.html",
        fragment="verification/_desk.html",
        status=status,
        desk=desk,
        queue=await workplace.queue(visit.actor, visit.now, listed, (number, *besides)),
        current=number,
        refused=refused,
        values=form.values if form else {},
        ticked={str(kind): form.all(f"alasan_{kind}") for kind in DocumentKind} if form else {},
        message=message,
    )


async def _ask_for_reason(
    visit: Visit, application: Application, no: OutOfOrder, form: Form | None = None
) -> Html:
    return visit.page(
        "verification/out_of_turn.html",
        status=409 if form is None else 422,
        application=application,
        queue=await workplace.queue(visit.actor, visit.now, await worklist.places(visit.actor, visit.now)),
        current=application.number,
        refused=no if form else None,
        why=no.message,
        values=form.values if form else {},
    )


@post(f"{ROOM}/{{number:str}}/pegangan", guards=[DECIDING])
async def claim(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Open a file, out of turn with a reason; from an open one, the sign that the officer is still there."""
    application = await visit.application(number)
    form = await visit.form()
    try:
        listed = await worklist.places(visit.actor, visit.now)
        reason = form.text("alasan_urutan")
        await worklist.open_file(application, listed, visit.actor, visit.now, reason, form.key)
    except OutOfOrder as no:
        return await _ask_for_reason(visit, application, no, form)
    return visit.go(f"{ROOM}/{application.number}")


@post(f"{ROOM}/{{number:str}}/pelepasan", guards=[DECIDING])
async def release(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Put the file back and return to the queue."""
    application = await visit.application(number)
    form = await visit.form()
    await verification.leave(application, form.key, visit.actor, visit.now)
    return visit.go(ROOM)


# --- deciding ---


@post(f"{ROOM}/{{number:str}}/putusan", guards=[DECIDING])
async def decide(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """What the officer found, and what becomes of the file; then the next one."""
    application = await visit.application(number)
    form = await visit.form(many=_REASONS)
    wanted = form.text("putusan")
    if wanted == "kembalikan" and not form.text("pesan"):
        return await _show_message(visit, application, form)

    async def work() -> str:
        found = _found(form)
        if wanted in _OUTCOMES:
            found = replace(found, verdicts={})
            # A refusal is about the wish, whatever the documents are like.
            judged = {} if wanted == "tolak" else _verdicts(form, await documents.slots(application))
            await decisions.decide(
                application,
                _OUTCOMES[wanted],
                judged,
                form.whole("versi"),
                visit.actor,
                visit.now,
                reason=form.text("alasan_tertulis"),
                message=form.text("pesan"),
            )
        elif wanted == "lewati":
            await worklist.skip(application, visit.actor, visit.now)
        else:
            raise Missing
        if found:
            # Last, for its row points to the application: before, it would meet a colleague's lock half-way.
            await comparison.save(application, found, visit.actor, visit.now)
        return await _next_path(visit)

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _file_page(visit, await visit.application(number), refused=no, form=form)


async def _show_message(visit: Visit, application: Application, form: Form) -> Html:
    """The composed message is read before it goes; the second press sends it, as it then stands."""
    try:
        verdicts = _verdicts(form, await documents.slots(application))
        rejected = {
            kind: (verdict.reasons, verdict.remark) for kind, verdict in verdicts.items() if not verdict.fits
        }
        if not rejected:
            raise Refused("Belum bisa dikembalikan. Pilih dulu berkas yang tidak cocok, dengan alasannya.")
    except Refused as no:
        return await _file_page(visit, application, refused=no, form=form)
    message = corrections.composed(rejected, await office_words.reasons(application.office))
    return await _file_page(visit, application, form=form, status=200, message=message)


def _verdicts(form: Form, slots: tuple[documents.Slot, ...]) -> dict[DocumentKind, Verdict]:
    try:
        return {
            slot.kind: Verdict(
                tuple(RejectReason(reason) for reason in form.all(f"alasan_{slot.kind}")),
                form.text(f"catatan_{slot.kind}"),
            )
            for slot in slots
            if slot.pages
        }
    except ValueError:
        raise Missing from None


def _found(form: Form) -> Found:
    """What was marked and ticked, whether it is sent or only kept."""
    marks = {field: form.text(f"banding_{field}") for field in Field}
    ticks = {kind: (form.all(f"alasan_{kind}"), form.text(f"catatan_{kind}")) for kind in DocumentKind}
    try:
        return Found(
            {field: Match(mark) for field, mark in marks.items() if mark},
            {
                kind: Verdict(tuple(RejectReason(reason) for reason in reasons), verification.remark(remark))
                for kind, (reasons, remark) in ticks.items()
                if reasons or remark
            },
        )
    except ValueError:
        raise Missing from None


@post(f"{ROOM}/{{number:str}}/pembatalan", guards=[DECIDING])
async def take_back(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Within the minute: back to the file as it was."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await decisions.take_back(application, visit.actor, visit.now)
        return f"{ROOM}/{application.number}"

    return await visit.once(form, work)


@post(f"{ROOM}/{{number:str}}/perbaikan-keputusan", guards=[DECIDING])
async def mend(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """After the minute: decide again, with a written reason; the applicant is told."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await decisions.mend(application, form.text("alasan_ulang"), visit.actor, visit.now)
        return f"{ROOM}/{application.number}"

    return await _acted(visit, application, form, work)


async def _acted(
    visit: Visit, application: Application, form: Form, work: Callable[[], Awaitable[str]], act: str = ""
) -> Html:
    """Act once; refused, the same file comes back as it then stands, with what was typed."""
    try:
        return await visit.once(form, work, act)
    except Refused as no:
        return await _file_page(visit, await visit.application(application.number), refused=no, form=form)


# --- beside the decision ---


@post(f"{ROOM}/{{number:str}}/catatan", guards=[LOOKING])
async def note(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """A line for colleagues."""
    application = await visit.application(number)
    form = await visit.form(many=_REASONS)

    async def work() -> str:
        await questions.note(application, form.text("catatan_rekan"), visit.actor, visit.now)
        await _keep(application, form, visit)
        return f"{ROOM}/{application.number}"

    return await _acted(visit, application, form, work, "catatan")


async def _keep(application: Application, form: Form, visit: Visit) -> None:
    """Nothing that was ticked is lost when a file is put aside; only who holds it ticks anything."""
    found = _found(form)
    if found and verification.holds(application, visit.actor, visit.now):
        await comparison.save(application, found, visit.actor, visit.now)


@post(f"{ROOM}/{{number:str}}/pertanyaan", guards=[DECIDING])
async def ask(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """To the supervisor; the officer goes on with the next file. What was found of this one stays with it."""
    application = await visit.application(number)
    form = await visit.form(many=_REASONS)

    async def work() -> str:
        await questions.ask(application, form.text("pertanyaan"), visit.actor, visit.now)
        await _keep(application, form, visit)
        await verification.release(application, visit.actor)
        return await _next_path(visit)

    return await _acted(visit, application, form, work, "pertanyaan")


@post(f"{ROOM}/{{number:str}}/lembar/{{page_id:int}}/letak", guards=[DECIDING])
async def lay(visit: NamedDependency[Visit], number: FromPath[str], page_id: FromPath[int]) -> Html:
    """How a page lies for reading: turned, and where its corners are."""
    application = await visit.application(number)
    form = await visit.form()
    try:
        turn = int(form.text("putar") or "0")
        parts = [float(part) for part in form.text("sudut").split()]
    except ValueError:
        raise Missing from None
    corners = list(zip(parts[::2], parts[1::2], strict=True)) if len(parts) % 2 == 0 else [(-1.0, -1.0)]
    await documents.lay(application, page_id, turn, corners, visit.actor)
    return visit.go(f"{ROOM}/{application.number}")


@post("/cari", guards=[only(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)])
async def search(visit: NamedDependency[Visit]) -> Html:
    """From a typed or scanned number to the place where work on it goes on. A POST, for it may hold a NIK."""
    wanted = (await visit.form()).text("kode")
    try:
        application = await visit.application(await verification.number_of(wanted, visit.actor, visit.now))
    except Missing:
        raise Refused("Tidak ditemukan. Ketik nomor seperti KRN-7K4M2Q atau NIK, atau pindai lagi.") from None
    at_counter = application.channel == Channel.COUNTER and visit.actor.holds(Role.COUNTER)
    to_decide = visit.actor.holds(Role.OPERATOR) and application.state == State.SUBMITTED and not at_counter
    return visit.go(f"{ROOM if to_decide else '/loket'}/{application.number}")


HANDLERS = (
    queue, take_next, sort_anew, file, peek, claim, release, decide, take_back, mend, note, ask, lay, search,
)  # fmt: skip
