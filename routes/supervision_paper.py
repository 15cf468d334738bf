"""The supervisor's screen to be printed: /pengawasan/laporan.pdf [M4]."""

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from components import queue_jumps, summaries, supervision, supervision_paper
from components.papers import report
from models.rules.calendar import wib_day
from routes.papers import PDF, file_answer, paper_of
from routes.supervision import SUPERVISORS
from routes.visit import Visit


@get("/pengawasan/laporan.pdf", guards=[SUPERVISORS])
async def paper(visit: NamedDependency[Visit], kertas: FromQuery[str] = "") -> Response[bytes]:
    """All figures as they are now, on A4 or F4."""
    by, now = visit.actor, visit.now
    found = supervision_paper.report(
        await supervision.screen(by, now),
        await queue_jumps.of_week(by, queue_jumps.monday_of(wib_day(now))),
        await queue_jumps.unseen(by),
        await summaries.blocks(by, now),
        by.name,
        now,
    )
    content = await asyncio.to_thread(report.pdf, found, paper_of(kertas))
    return file_answer(content, PDF, f"pengawasan-{wib_day(now)}.pdf")


HANDLERS = (paper,)
