"""One complaint as a paper for the office's file: /pengaduan/register/{complaint}/berkas.pdf [C1, S2]."""

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import complaint_papers, complaint_register, complaints
from components.papers import report
from routes.complaint_register import HANDLING, ONE
from routes.papers import PDF, file_answer
from routes.visit import Visit


@get(f"{ONE}/berkas.pdf", guards=[HANDLING])
async def paper(visit: NamedDependency[Visit], complaint: FromPath[str]) -> Response[bytes]:
    """For who may see the complaint itself; for others it is not there."""
    row = await complaints.find(complaint, visit.actor)
    sheet = await complaint_register.sheet(row, visit.actor, visit.now)
    sheet_of_paper = complaint_papers.report(sheet, visit.actor.name, visit.now)
    return file_answer(await asyncio.to_thread(report.pdf, sheet_of_paper), PDF, f"berkas-{row.number}.pdf")


HANDLERS = (paper,)
