"""The papers of an application, filled in from its row: form F-1.02, slip, receipts [R2, P8, P11, P13]."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from components import appointments, assisting, casework, documents, hand_over, places, status
from components.actors import Actor
from components.applications import address_for, identity, pin_of
from components.founding import office_card
from components.kit import kit
from components.papers import f102
from components.papers.f102 import F102
from components.papers.receipt import Intake, Receipt, Receiver, ReturnSlip
from components.papers.receipt import Missing as MissingPaper
from components.papers.slip import Slip, Visit
from components.papers.strip import Letterhead
from components.refusals import Missing
from components.wording import CHANNEL_WORDS, DOCUMENT_SHORT, DOCUMENT_WORDS, paper_advice, service_word
from components.words import WIB
from models.application import Application
from models.office import Village
from models.rules.catalogue import Channel, Reason, Service
from models.rules.workflow import OPEN, Role, State


async def form_of(application: Application, by: Actor, now: datetime) -> F102:
    """Form F-1.02 with what is known so far; the rest is left for handwriting. It shows NIK and KK number in
    full, so that a look by staff is recorded first. Raises Missing when it is not this actor's to see.
    """
    if not casework.may_see(application, by):
        raise Missing
    if by.is_staff:
        await casework.note(application, "show_identity", by, now)
    known = await identity(application)
    return f102.for_services(
        _applied_for(application),
        name=application.name,
        nik=known.nik,
        kk_number=known.kk,
        place=office_card().short_name,
        number=application.number,
        village=await _village(application),
    )


def _applied_for(application: Application) -> list[str]:
    """The entries of the catalogue that this wish amounts to: what rides with what, from either end [R4]."""
    entries = [str(application.service)]
    if application.change:
        entries.append(str(Service.BIOMETRIC))
    if application.reason in (Reason.DAMAGED, Reason.DATA_CHANGE):
        entries.append(str(application.reason))
    return entries


async def _village(application: Application) -> str:
    row = (
        await Village.objects().where(Village.id == application.village).first()
        if application.village
        else None
    )
    return f"{row.kind.capitalize()} {row.name}" if row else ""


async def slip_of(application: Application, by: Actor) -> Slip:
    """The slip to take home: of the appointment where there is one, else of the application [P8].

    The PIN is on it only for its holder, and only while there is no appointment: that slip gets shown around.
    Raises Missing for a draft and for what is over: there is nothing to come with.
    """
    if application.state not in OPEN or application.state == State.DRAFT:
        raise Missing
    holds = Role.APPLICANT in casework.roles_towards(application, by)
    slip = Slip(
        head=_letterhead(),
        service=_service(application),
        number=application.number,
        name=application.name,
        tracking_url=address_for(application, by),
        bring=status.bring(application),
    )
    booking = await appointments.current(application.id)
    if booking is not None:
        return replace(slip, visit=Visit(booking.starts_at, office_card().address, booking.queue_number))
    return replace(slip, pin=pin_of(application) if holds else None, advice="Kami kabari hasil pemeriksaan.")


async def walk_in_paper(application: Application, by: Actor, now: datetime) -> Slip | ReturnSlip | Intake:
    """What a walk-in takes home: the return slip, or the receipt with number, PIN and place in the queue [P1, P2].

    The PIN is on it on the day the file came in: that paper goes straight into the applicant's hand; printing it is
    recorded. Raises Missing for any other channel, and for what is over.
    """
    if application.channel != Channel.COUNTER or not by.holds(Role.COUNTER):
        raise Missing
    came_today = application.created_at.astimezone(WIB).date() == now.astimezone(WIB).date()
    booking = await appointments.current(application.id)
    if came_today and booking is None and application.state != State.RETURNED:
        # Short, so that the type stays large enough on A6 beside the queue number.
        slots = await documents.slots(application)
        short = tuple(DOCUMENT_SHORT[slot.kind] for slot in slots if slot.verdict == "accepted")
        receipt = replace(await intake_of(application, by, now), place="", papers=short)
        called = await places.queue_number(application)
        if called:
            return replace(receipt, queue=called, advice="Tunggu nomor Anda dipanggil.")
        if application.state == State.ACCEPTED:
            return replace(receipt, advice="Berkas lengkap. Kami kabari jadwal Anda.")
        return receipt
    pin = ""
    if came_today:
        await casework.note(application, "show_pin", by, now)
        pin = pin_of(application)
    if application.state == State.RETURNED:
        return replace(await _return_slip(application, by), pin=pin)
    return replace(await slip_of(application, by), pin=pin or None)


async def _return_slip(application: Application, by: Actor) -> ReturnSlip:
    lines = await documents.slots(application)
    return ReturnSlip(
        head=_letterhead(),
        number=application.number,
        at=application.returned_at,
        name=application.name,
        officer=by.name,
        missing=tuple(
            MissingPaper(DOCUMENT_WORDS[line.kind], paper_advice(line.kind, line.reasons, line.note))
            for line in lines
            if line.verdict == "rejected"
        ),
        tracking_url=address_for(application, by),
        fine=tuple(DOCUMENT_WORDS[line.kind] for line in lines if line.verdict == "accepted"),
        until=application.correction_due_at,
        service=_other_service(application),
    )


def _letterhead() -> Letterhead:
    office = office_card()
    return Letterhead(
        f"Loket {office.short_name}",
        f"{office.name}, {office.regency}",
        f"WA {office.whatsapp}" if office.whatsapp else f"Telepon {office.phone}",
        f"{kit().settings.host}/pengaduan",
    )


def _service(application: Application) -> str:
    if application.service != Service.BIOMETRIC:
        return status.what(application)
    return f"{status.what(application)} KTP-el" if application.change else "KTP-el"


def _other_service(application: Application) -> str:
    """Named on papers where it is not the biometric one, for which the office has this room and these papers."""
    return "" if application.service == Service.BIOMETRIC else service_word(application.service)


async def intake_of(application: Application, by: Actor, now: datetime) -> Intake:
    """The receipt of a file that this officer's table took in [P1, P11]. It shows the PIN, so that is recorded first.

    Raises Missing for a draft, for what is over, and for a file that came in another way.
    """
    at_counter = application.channel == Channel.COUNTER and by.holds(Role.COUNTER)
    taken_in = at_counter or assisting.assists(application, by)
    if not taken_in or application.state not in OPEN or application.state == State.DRAFT:
        raise Missing
    await casework.note(application, "show_pin", by, now)
    slots = await documents.slots(application)
    village = await _village(application)
    return Intake(
        head=_letterhead(),
        number=application.number,
        pin=pin_of(application),
        at=application.submitted_at,
        name=application.name,
        officer=by.name,
        place=CHANNEL_WORDS[Channel.COUNTER] if at_counter else f"Kantor {village}",
        papers=tuple(
            DOCUMENT_WORDS[slot.kind]
            for slot in slots
            if (slot.verdict == "accepted" if at_counter else slot.pages)
        ),
        tracking_url=address_for(application, by),
        advice="Lihat status dengan nomor dan PIN, atau tanya petugas.",
        service=_other_service(application),
    )


async def receipt_of(application: Application) -> Receipt:
    """The receipt of a card that was handed over [P13, S1]. Raises Missing while it was not."""
    handover = await hand_over.handover_of(application)
    if handover is None:
        raise Missing
    return Receipt(
        head=_letterhead(),
        number=application.number,
        at=handover.happened_at,
        holder=application.name,
        receiver=Receiver(handover.receiver),
        officer=await hand_over.officer_name(handover.given_by),
        old_card_taken=handover.old_card_taken,
        check_url=f"{kit().settings.base_url}/r/{handover.code}",
        receiver_name=handover.receiver_name,
        relation=handover.relation,
        old_card_reason=handover.old_card_reason,
        survey=f"{urlsplit(kit().settings.base_url).netloc}/survei",
        service=_other_service(application),
    )
