"""At the counter, from the recording to the receipt: /loket/<number>/... [P3, P10, P13, S1]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import card_making, hand_over
from components.card_making import Recorded
from components.refusals import Missing, Refused
from models.application import Application
from models.rules.catalogue import DocumentKind
from routes.counter import ROOM, WORKING, moment, person_page, step
from routes.documents import Body, take_files
from routes.forms import Form
from routes.guards import public
from routes.visit import Html, Visit


@post(f"{ROOM}/{{number:str}}/perekaman", guards=[WORKING])
async def capture(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Papers compared, photo and/or signature recorded, and approved by the applicant."""

    async def do(application: Application, form: Form) -> None:
        recorded = Recorded(
            photo=form.ticked("photo"),
            signature=form.ticked("signature"),
            approved=form.ticked("approved"),
            matched=form.ticked("matched"),
            device=form.text("device")[:60],
        )
        at, reason = moment(form, visit), form.text("alasan_urutan")
        await card_making.capture(application, recorded, visit.actor, visit.now, at, reason=reason)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/perekaman-ulang", guards=[WORKING])
async def retake(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Record once more before printing."""

    async def do(application: Application, form: Form) -> None:
        await card_making.retake(application, form.text("reason"), visit.actor, visit.now)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/pencetakan", guards=[WORKING])
async def print_card(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Printed on the closed network; the blank's serial is entered here."""

    async def do(application: Application, form: Form) -> None:
        serial, at = form.text("serial"), moment(form, visit)
        await card_making.print_card(application, serial, visit.actor, visit.now, at)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/blangko-rusak", guards=[WORKING])
async def spoil(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The print failed; the blank is spoiled and the card is printed again."""

    async def do(application: Application, form: Form) -> None:
        await card_making.spoil(application, form.text("reason"), visit.actor, visit.now)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/siap-diambil", guards=[WORKING])
async def make_ready(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The holder is not at the counter: tell them to come [G4]."""

    async def do(application: Application, _form: Form) -> None:
        await card_making.make_ready(application, visit.actor, visit.now)

    return await step(visit, number, do)


@post(f"{ROOM}/{{number:str}}/surat-kuasa", guards=[WORKING], request_max_body_size=None)
async def authority(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """A photo of the written authority by which somebody else collects the card [P13]."""
    body = Body(visit.request)
    try:
        application = await visit.application(number)
        await take_files(visit, application, DocumentKind.PICKUP_AUTHORITY, body, replace=True)
    except Missing:
        raise
    except Refused as no:
        fault = Refused("Foto belum diterima.", {"authority": no.message})
        return await person_page(visit, await visit.application(number), refused=fault)
    finally:
        # A browser that is still sending does not read the answer.
        await body.drain()
    return visit.go(f"{ROOM}/{application.number}#surat-kuasa")


@post(f"{ROOM}/{{number:str}}/penyerahan", guards=[WORKING])
async def give(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The card is given out; the receipt can be printed."""

    async def do(application: Application, form: Form) -> None:
        receiver = hand_over.Receiver(
            form.text("receiver"),
            form.text("receiver_name"),
            form.text("receiver_nik"),
            form.text("relation"),
        )
        await hand_over.hand_over(
            application,
            receiver,
            hand_over.OldCard(form.ticked("old_card_taken"), form.text("old_reason")),
            visit.actor,
            visit.now,
            moment(form, visit),
            checked=form.ticked("checked"),
            survey_offered=form.ticked("survey_offered"),
        )

    return await step(visit, number, do)


@get("/r/{code:str}", guards=[public])
async def check_receipt(visit: NamedDependency[Visit], code: FromPath[str]) -> Html:
    """Genuine, number, day: all that a receipt's QR tells anybody."""
    checked = await hand_over.receipt(code)
    return visit.page("receipts/check.html", status=200 if checked else 404, checked=checked)


HANDLERS = (capture, retake, print_card, spoil, make_ready, authority, give, check_receipt)
