"""At the counter, from the recording to the receipt: /loket/<number>/... [P3, P10, P13, S1]."""

from contextlib import suppress

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import card_making, hand_over
from components.card_making import Recorded
from components.refusals import Missing, Overtaken, Refused
from models.application import Application
from models.rules.catalogue import DocumentKind
from routes import forms
from routes.counter import ROOM, WORKING, moment, person_page, step
from routes.documents import Body, forget_files, keep_files, read_files
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
            fingerprints=form.ticked("fingerprints"),
            iris=form.ticked("iris"),
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


@post(f"{ROOM}/{{number:str}}/penyerahan", guards=[WORKING], request_max_body_size=None)
async def give(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The card is given out, with the photo of a written authority in the same form; the receipt can be printed.

    A photo that arrived whole stays, also when something else of the form has to be mended [P13].
    """
    application = await visit.application(number)
    form, no = await _form_with_authority(visit, application)
    if no is not None:
        return await person_page(visit, await visit.application(number), refused=no, form=form)

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

    return await step(visit, number, do, form)


async def _form_with_authority(visit: Visit, application: Application) -> tuple[Form, Refused | None]:
    """What was typed; and why the photo that came along was not taken, if it was not."""
    if not visit.request.headers.get("content-type", "").startswith("multipart/"):
        return await visit.form(), None
    form = forms.of_fields({})
    body = Body(visit.request)
    try:
        sent = await read_files(visit, application, body)
        form = forms.of_fields(sent.fields)
        if form.text("receiver") != "authorised":
            await forget_files(sent)
            return form, None
        # A form that comes again after the card is gone is answered as it was the first time.
        with suppress(Overtaken):
            await keep_files(visit, application, DocumentKind.PICKUP_AUTHORITY, sent, replace=True)
    except Missing:
        raise
    except Refused as no:
        return form, Refused("Foto surat kuasa belum diterima.", {"authority": no.message})
    finally:
        # A browser that is still sending does not read the answer.
        await body.drain()
    return form, None


@get("/r/{code:str}", guards=[public])
async def check_receipt(visit: NamedDependency[Visit], code: FromPath[str]) -> Html:
    """Genuine, number, day: all that a receipt's QR tells anybody."""
    checked = await hand_over.receipt(code)
    return visit.page("receipts/check.html", status=200 if checked else 404, checked=checked)


HANDLERS = (capture, retake, print_card, spoil, make_ready, give, check_receipt)
