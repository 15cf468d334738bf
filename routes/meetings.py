"""Coordination meetings: figures of a period, minutes, decisions and follow-ups: /pengawasan/rapat [E1]."""

import asyncio
from collections.abc import Awaitable, Callable

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import follow_ups, meeting_pack, meeting_papers, meetings
from components.papers import report
from components.refusals import Missing, Refused
from models.meeting import Meeting
from models.rules.workflow import Role
from routes.forms import Form, Typed
from routes.guards import only
from routes.papers import PDF, file_answer
from routes.visit import Html, Visit

ROOM = "/pengawasan/rapat"
TASK = f"{ROOM}/tindak-lanjut/{{follow_up_id:int}}"
READERS = only(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)
MAKER = only(Role.SUPERVISOR)
_SPANS = [(str(span), words) for span, words in meetings.SPAN_WORDS.items()]


@get(ROOM, guards=[READERS])
async def overview(visit: NamedDependency[Visit], daftar: FromQuery[str] = "") -> Html:
    """The meetings, and what of them is still to be done; daftar: "lewat" for what is late alone."""
    return await _overview(visit, only_late=daftar == "lewat")


async def _overview(
    visit: Visit, refused: Refused | None = None, form: Form | None = None, *, only_late: bool = False
) -> Html:
    tasks = await follow_ups.open_ones(visit.actor, visit.now)
    return visit.page(
        "meetings/overview.html",
        status=422 if refused else 200,
        lines=await meetings.listing(visit.actor),
        tasks=tasks,
        shown=[task for task in tasks if task.late] if only_late else tasks,
        only_late=only_late,
        task_state=meeting_papers.task_state,
        spans=_SPANS,
        makes=visit.actor.holds(Role.SUPERVISOR),
        refused=refused,
        values=form.values if form else Typed(),
    )


@post(ROOM, guards=[MAKER])
async def make(visit: NamedDependency[Visit]) -> Html:
    """Prepare a meeting."""
    form = await visit.form()

    async def work() -> str:
        return f"{ROOM}/{await meetings.make(form.values, visit.actor, visit.now)}"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _overview(visit, no, form)


@get(f"{ROOM}/{{meeting_id:int}}", guards=[READERS])
async def one(visit: NamedDependency[Visit], meeting_id: FromPath[int]) -> Html:
    """One meeting: its figures, what was said, and what was agreed on."""
    return await _page(visit, await meetings.find(meeting_id, visit.actor))


async def _page(
    visit: Visit, meeting: Meeting, refused: Refused | None = None, form: Form | None = None, part: str = ""
) -> Html:
    makes = visit.actor.holds(Role.SUPERVISOR)
    found = await meeting_pack.pack(meeting, visit.actor, visit.now, whole=makes)
    return visit.page(
        "meetings/meeting.html",
        status=422 if refused else 200,
        meeting=meeting,
        title=meetings.named(meeting),
        period=meetings.period_words(meeting.since, meeting.until),
        sections=meeting_papers.sections(found),
        tasks=await follow_ups.of_meeting(meeting, visit.actor, visit.now),
        task_state=meeting_papers.task_state,
        owners=await follow_ups.owners(visit.actor) if makes else [],
        makes=makes,
        refused=refused,
        part=part,
        nothing=Typed(),
        values=form.values if form else Typed(),
    )


async def _act(visit: Visit, meeting: Meeting, part: str, act: Callable[[Form], Awaitable[object]]) -> Html:
    """Do one thing in a meeting; a refusal keeps what was typed, beside the form it was typed into."""
    form = await visit.form()

    async def work() -> str:
        await act(form)
        return f"{ROOM}/{meeting.id}"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, meeting, no, form, part)


@post(f"{ROOM}/{{meeting_id:int}}/notulen", guards=[MAKER])
async def write(visit: NamedDependency[Visit], meeting_id: FromPath[int]) -> Html:
    """Who was there, what was said, what was decided."""
    meeting = await meetings.find(meeting_id, visit.actor)

    async def act(form: Form) -> None:
        version = form.text("versi")
        known = int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else -1
        await meetings.write(meeting, form.values, known, visit.actor, visit.now)

    return await _act(visit, meeting, "notulen", act)


@post(f"{ROOM}/{{meeting_id:int}}/tindak-lanjut", guards=[MAKER])
async def add(visit: NamedDependency[Visit], meeting_id: FromPath[int]) -> Html:
    """Agree on something, by whom and until when."""
    meeting = await meetings.find(meeting_id, visit.actor)
    return await _act(
        visit,
        meeting,
        "baru",
        lambda form: follow_ups.add(meeting, form.values, visit.actor, visit.now),
    )


Change = Callable[..., Awaitable[int]]


async def _task(visit: Visit, follow_up_id: int, change: Change) -> Html:
    meeting = await follow_ups.meeting_of(follow_up_id, visit.actor)
    return await _act(
        visit,
        meeting,
        f"tugas-{follow_up_id}",
        lambda form: change(follow_up_id, form.values, visit.actor, visit.now),
    )


@post(f"{TASK}/perubahan", guards=[MAKER])
async def change(visit: NamedDependency[Visit], follow_up_id: FromPath[int]) -> Html:
    """Somebody else, or another day."""
    return await _task(visit, follow_up_id, follow_ups.change)


@post(f"{TASK}/penyelesaian", guards=[READERS])
async def finish(visit: NamedDependency[Visit], follow_up_id: FromPath[int]) -> Html:
    """It is done."""
    return await _task(visit, follow_up_id, follow_ups.finish)


@post(f"{TASK}/penghentian", guards=[MAKER])
async def drop(visit: NamedDependency[Visit], follow_up_id: FromPath[int]) -> Html:
    """It will not be done, for a reason."""
    return await _task(visit, follow_up_id, follow_ups.drop)


@get(f"{ROOM}/{{meeting_id:int}}/paket.pdf", guards=[READERS])
async def paper(visit: NamedDependency[Visit], meeting_id: FromPath[int]) -> Response[bytes]:
    """The pack on paper. It lies on everybody's table, so it never holds what only a supervisor may know."""
    meeting = await meetings.find(meeting_id, visit.actor)
    found = await meeting_pack.pack(meeting, visit.actor, visit.now, whole=False)
    tasks = await follow_ups.of_meeting(meeting, visit.actor, visit.now)
    sheet = meeting_papers.report(meeting, found, tasks)
    return file_answer(await asyncio.to_thread(report.pdf, sheet), PDF, f"rapat-{meeting.held_on}.pdf")


HANDLERS = (overview, make, one, write, add, change, finish, drop, paper)
