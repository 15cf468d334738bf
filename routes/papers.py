"""What is printed or kept: form F-1.02, the slip, the calendar file, receipts of files and cards [R2, P8, P11, P13]."""

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import calendars, printing
from components.papers import f102, ics, receipt, slip, strip
from components.papers.f102 import Paper
from components.papers.strip import Strip, Width
from models.rules.workflow import Role
from routes.guards import only, public
from routes.visit import Html, Visit

PDF = "application/pdf"
TAKING_IN = only(Role.REGISTRAR, Role.COUNTER)
AT_THE_COUNTER = only(Role.COUNTER, Role.OPERATOR, Role.SUPERVISOR)


def file_answer(content: bytes, content_type: str, name: str) -> Response[bytes]:
    """A file that the browser shows or saves under this name, and keeps nowhere else."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type=content_type, headers=headers)


def paper_of(kertas: str) -> Paper:
    return "F4" if kertas.upper() == "F4" else "A4"


def _width(kertas: str) -> Width:
    return "80mm" if kertas == "80mm" else "A6"


def _strip_page(visit: Visit, template: str, content: Strip, path: str, name: str, width: Width) -> Html:
    """A slip or receipt on the screen; its PDF lies beside it under the same name."""
    pdf_url = f"{path}/{name}.pdf?kertas={width}"
    return visit.page(template, strip=content, width=width, pdf_url=pdf_url, back_url=path)


@get("/permohonan/{number:str}/f-1.02", guards=[public])
async def form_page(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Html:
    """The form on the screen, pre-filled, to be printed and signed in ink."""
    application = await visit.application(number)
    paper = paper_of(kertas)
    path = f"/permohonan/{application.number}"
    return visit.page(
        "print/f102.html",
        form=await printing.form_of(application, visit.actor, visit.now),
        paper=paper,
        pdf_url=f"{path}/f-1.02.pdf?kertas={paper}",
        back_url=path,
    )


@get("/permohonan/{number:str}/f-1.02.pdf", guards=[public])
async def form_pdf(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Response[bytes]:
    """The same form as a PDF on A4, or F4 as village offices load it."""
    application = await visit.application(number)
    form = await printing.form_of(application, visit.actor, visit.now)
    content = await asyncio.to_thread(f102.pdf, form, paper_of(kertas))
    return file_answer(content, PDF, f"F-1.02-{application.number}.pdf")


@get("/permohonan/{number:str}/slip", guards=[public])
async def slip_page(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Html:
    """The slip on the screen: of the appointment, or of the application."""
    application = await visit.application(number)
    paper = await printing.slip_of(application, visit.actor)
    path = f"/permohonan/{application.number}"
    return _strip_page(visit, "print/slip.html", paper.strip, path, "slip", _width(kertas))


@get("/permohonan/{number:str}/slip.pdf", guards=[public])
async def slip_pdf(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Response[bytes]:
    """The slip as a PDF for A6 or a roll of 80 mm."""
    application = await visit.application(number)
    paper = await printing.slip_of(application, visit.actor)
    content = await asyncio.to_thread(slip.pdf, paper, _width(kertas))
    return file_answer(content, PDF, f"Slip-{application.number}.pdf")


@get("/permohonan/{number:str}/jadwal.ics", guards=[public])
async def calendar(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[bytes]:
    """The appointment for the phone's calendar; a later file moves the same entry."""
    application = await visit.application(number)
    entry = await calendars.entry_of(application)
    content = ics.calendar_file(entry)
    return file_answer(content, entry.content_type, f"Jadwal-{application.number}.ics")


@get("/permohonan/{number:str}/bukti", guards=[TAKING_IN])
async def intake_page(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Html:
    """The receipt of a file taken in at a village or at the counter: number, PIN, QR, and that it is free [P1, P11]."""
    application = await visit.application(number)
    paper = await printing.intake_of(application, visit.actor, visit.now)
    path = f"/permohonan/{application.number}"
    return _strip_page(visit, "print/intake.html", paper.strip, path, "bukti", _width(kertas))


@get("/permohonan/{number:str}/bukti.pdf", guards=[TAKING_IN])
async def intake_pdf(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Response[bytes]:
    """The same receipt as a PDF for A6 or a roll of 80 mm."""
    application = await visit.application(number)
    paper = await printing.intake_of(application, visit.actor, visit.now)
    content = await asyncio.to_thread(receipt.pdf, paper, _width(kertas))
    return file_answer(content, PDF, f"Bukti-{application.number}.pdf")


@get("/loket/{number:str}/tanda-terima", guards=[AT_THE_COUNTER])
async def receipt_page(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Html:
    """The receipt of a card that was handed over, with the QR by which anybody can check it [P13, S1]."""
    application = await visit.application(number)
    paper = await printing.receipt_of(application)
    path = f"/loket/{application.number}"
    return _strip_page(visit, "print/receipt.html", paper.strip, path, "tanda-terima", _width(kertas))


@get("/loket/{number:str}/tanda-terima.pdf", guards=[AT_THE_COUNTER])
async def receipt_pdf(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Response[bytes]:
    """The receipt as a PDF for A6 or a roll of 80 mm."""
    application = await visit.application(number)
    paper = await printing.receipt_of(application)
    content = await asyncio.to_thread(receipt.pdf, paper, _width(kertas))
    return file_answer(content, PDF, f"Tanda-terima-{application.number}.pdf")


@get("/loket/{number:str}/slip", guards=[only(Role.COUNTER)])
async def walk_in_page(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Html:
    """What a walk-in takes home: receipt, or what is missing and until when to come back [P1, P2]."""
    application = await visit.application(number)
    paper = await printing.walk_in_paper(application, visit.actor, visit.now)
    path = f"/loket/{application.number}"
    width = _width(kertas)
    pdf_url = f"{path}/slip.pdf?kertas={width}"
    return visit.page(
        "print/walk_in.html", strip=paper.strip, width=width, pdf_url=pdf_url, back_url=f"{path}/berkas"
    )


@get("/loket/{number:str}/slip.pdf", guards=[only(Role.COUNTER)])
async def walk_in_pdf(
    visit: NamedDependency[Visit], number: FromPath[str], kertas: FromQuery[str] = ""
) -> Response[bytes]:
    """The same as a PDF for A6 or a roll of 80 mm."""
    application = await visit.application(number)
    paper = await printing.walk_in_paper(application, visit.actor, visit.now)
    content = await asyncio.to_thread(strip.pdf, paper.strip, _width(kertas))
    return file_answer(content, PDF, f"Slip-{application.number}.pdf")


HANDLERS = [
    form_page,
    form_pdf,
    slip_page,
    slip_pdf,
    intake_page,
    intake_pdf,
    calendar,
    receipt_page,
    receipt_pdf,
    walk_in_page,
    walk_in_pdf,
]
