"""Behind the figures of the machine: /pengawasan/mesin [M4]."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from components import case_lists
from components.figures import machine
from components.job_words import JOB_WORDS
from routes.supervision import SUPERVISORS
from routes.visit import LARGEST_ID, Html, Visit

ROOM = "/pengawasan/mesin"


@get(ROOM, guards=[SUPERVISORS])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """The scheduler's jobs, times without service, room, backup."""
    cut = await case_lists.cuts(visit.actor.office_id or 0, visit.now)
    return visit.page(
        "supervision/machine.html",
        machine=await machine.machine(cut),
        behind=await machine.behind(cut),
        job_words=JOB_WORDS,
        outages_shown=machine.OUTAGES_SHOWN.days,
    )


@get(f"{ROOM}/pesan", guards=[SUPERVISORS])
async def messages(
    visit: NamedDependency[Visit], daftar: FromQuery[str] = "", sesudah: FromQuery[int] = 0
) -> Html:
    """The office's messages that wait or failed, fifty at a time; what they say is not shown."""
    kind = machine.Kind(daftar) if daftar in machine.KIND_WORDS else machine.Kind.WAITING
    cut = await case_lists.cuts(visit.actor.office_id or 0, visit.now)
    rows, last = await machine.messages(kind, cut, min(max(sesudah, 0), LARGEST_ID))
    return visit.page(
        "supervision/machine_messages.html", rows=rows, last=last, kind=kind, kinds=machine.KIND_WORDS
    )


HANDLERS = (overview, messages)
