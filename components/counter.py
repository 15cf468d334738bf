"""The counter on the day: arrived, captured, printed, ready, handed over [P3, P9, P10, P13, S1]."""

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from components import appointments, casework, stock
from components.actors import Actor
from components.refusals import Overtaken, Refused
from components.sealing import seal
from components.words import WIB
from models.account import Staff
from models.application import Application
from models.appointment import Appointment
from models.card_stock import Capture, Handover
from models.db import transaction
from models.rules import catalogue
from models.rules.catalogue import Change, Service
from models.rules.identity import Invalid, parse_name, parse_nik, parse_note
from models.rules.workflow import Act, State

OLDEST_ENTRY = timedelta(days=7)
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_ON_THE_WAY = (State.ARRIVED, State.CAPTURED, State.PRINTED, State.READY)


@dataclass(frozen=True)
class DayLine:
    """One person on the day's list."""

    number: str
    name: str
    state: str
    change: str
    queue_number: str
    starts_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class Receiver:
    """Who takes the card: the holder, a member of the same KK, or somebody with a written authority [P13]."""

    kind: str
    name: str = ""
    nik: str = ""
    relation: str = ""


@dataclass(frozen=True)
class OldCard:
    """What became of the old card."""

    taken: bool
    reason: str = ""


@dataclass(frozen=True)
class Checked:
    """What anybody may read from a receipt's QR: that it is genuine, the number, the day [S1]."""

    number: str
    handed_over_at: datetime


async def today(by: Actor, now: datetime) -> list[DayLine]:
    """Everybody with an appointment today, and everybody whose card is under way; by time, then arrival."""
    day = datetime.combine(now.astimezone(WIB).date(), time(0), WIB)
    booked = await Appointment.select(
        Appointment.application.number.as_alias("number"),
        Appointment.queue_number,
        Appointment.slot.starts_at.as_alias("starts_at"),
    ).where(
        (Appointment.application.office == by.office_id)
        & (Appointment.slot.starts_at >= day)
        & (Appointment.slot.starts_at < day + timedelta(days=1))
        & Appointment.state.is_in(["booked", "kept", "missed"])
    )
    slots = {row["number"]: row for row in booked}
    of_office = Application.office == by.office_id
    under_way = of_office & Application.state.is_in([str(state) for state in _ON_THE_WAY])
    finished_today = of_office & (Application.state == State.HANDED_OVER) & (Application.finished_at >= day)
    waiting = of_office & Application.number.is_in(list(slots)) if slots else under_way
    rows = await Application.select(
        Application.number,
        Application.name,
        Application.state,
        Application.change,
        Application.arrived_at,
        Application.finished_at,
    ).where(under_way | finished_today | waiting)
    lines = [_day_line(row, slots.get(row["number"])) for row in rows]
    far = day + timedelta(days=1)
    return sorted(lines, key=lambda line: (line.starts_at or line.arrived_at or far, line.number))


def _day_line(row: dict[str, object], slot: dict[str, object] | None) -> DayLine:
    starts = slot["starts_at"] if slot else None
    arrived, finished = row["arrived_at"], row["finished_at"]
    return DayLine(
        number=str(row["number"]),
        name=str(row["name"]),
        state=str(row["state"]),
        change=str(row["change"]),
        queue_number=str(slot["queue_number"]) if slot else "",
        starts_at=starts if isinstance(starts, datetime) else None,
        arrived_at=arrived if isinstance(arrived, datetime) else None,
        finished_at=finished if isinstance(finished, datetime) else None,
    )


def happened(text: str, now: datetime) -> datetime:
    """When a step truly happened, typed as HH.MM of today; empty means now. Raises Refused for the future."""
    if not text:
        return now
    try:
        clock = datetime.strptime(text.replace(".", ":"), "%H:%M").time()  # noqa: DTZ007 (a time of day)
    except ValueError:
        raise Refused("Jam tidak terbaca.", {"jam": "Tulis jam seperti 09.15."}) from None
    moment = datetime.combine(now.astimezone(WIB).date(), clock, WIB)
    if moment > now:
        raise Refused("Jam ini belum tiba.", {"jam": "Tulis jam yang sudah lewat."})
    return moment.astimezone(now.tzinfo)


def as_seen(application: Application, version: int) -> None:
    """Raise Overtaken unless the application still is what the officer's page showed."""
    if application.version != version:
        raise Overtaken(
            "Permohonan ini sudah berubah sejak halaman dibuka. Muat ulang, lalu lihat langkahnya."
        )


async def arrive(application: Application, by: Actor, now: datetime, at: datetime) -> Application:
    """The applicant is here [P9]: the appointment is kept."""
    async with transaction():
        after = await casework.advance(
            application, Act.ARRIVE, by, now, changes={Application.arrived_at: at}, happened_at=at
        )
        await appointments.keep(application.id, now)
    return after


async def capture(
    application: Application,
    *,
    photo: bool,
    signature: bool,
    approved: bool,
    by: Actor,
    now: datetime,
    at: datetime,
) -> Application:
    """Photo and/or signature were recorded on the office's device; the biometric itself never comes here [P3].

    Raises Refused when what was asked for was not recorded, or when the applicant did not approve the photo.
    """
    wanted = catalogue.captures(
        Service(application.service), Change(application.change) if application.change else None
    )
    fields: dict[str, str] = {}
    if catalogue.Capture.PHOTO in wanted and not photo:
        fields["photo"] = "Foto diminta pemohon, jadi harus direkam."
    if catalogue.Capture.SIGNATURE in wanted and not signature:
        fields["signature"] = "Tanda tangan diminta pemohon, jadi harus direkam."
    if photo and not approved:
        fields["approved"] = "Tunjukkan fotonya. Pemohon boleh minta diulang sebelum disetujui."
    if fields:
        raise Refused("Perekaman belum lengkap.", fields)
    async with transaction():
        after = await casework.advance(
            application,
            Act.CAPTURE,
            by,
            now,
            changes={Application.captured_at: at},
            details={"photo": photo, "signature": signature, "approved": approved},
            happened_at=at,
        )
        await Capture(
            application=application.id,
            photo=photo,
            signature=signature,
            approved_by_applicant=approved,
            captured_by=by.staff_id,
            happened_at=at,
            entered_at=now,
        ).save()
    return after


async def retake(application: Application, reason: str, by: Actor, now: datetime) -> Application:
    """The recording is done again; the earlier record stays in the history."""
    return await casework.advance(
        application, Act.RETAKE, by, now, reason=_sentence(reason), changes={Application.captured_at: None}
    )


async def print_card(
    application: Application, serial: str, by: Actor, now: datetime, at: datetime
) -> Application:
    """The card exists [P10]: it takes one blank by its serial. The promise is kept or broken at this moment [T1]."""
    async with transaction():
        taken = await stock.take(application, serial, by, now, at)
        return await casework.advance(
            application,
            Act.PRINT,
            by,
            now,
            changes={Application.printed_at: at},
            details={"serial": taken},
            happened_at=at,
        )


async def spoil(application: Application, reason: str, by: Actor, now: datetime) -> Application:
    """The print failed: the blank is spoiled, with the reason, and the card is printed again [S1]."""
    reason = _sentence(reason)
    async with transaction():
        serial = await stock.spoil(application, reason, by, now)
        return await casework.advance(
            application,
            Act.SPOIL,
            by,
            now,
            reason=reason,
            changes={Application.printed_at: None, Application.ready_at: None},
            details={"serial": serial},
        )


async def make_ready(application: Application, by: Actor, now: datetime) -> Application:
    """Printed while the holder is not at the counter: they are told that it can be collected [G4]."""
    return await casework.advance(application, Act.MAKE_READY, by, now, changes={Application.ready_at: now})


async def hand_over(
    application: Application, receiver: Receiver, old_card: OldCard, by: Actor, now: datetime, at: datetime
) -> str:
    """Give the card out and return the code of the receipt [P13].

    Raises Refused without the name, NIK and relation of a receiver who is not the holder, and without a reason
    for an old card that was not taken in.
    """
    receiver = _checked(receiver)
    if not old_card.taken and len(old_card.reason.strip()) < 3:
        words = "Tulis mengapa KTP-el lama tidak ditarik."
        raise Refused(words, {"old_reason": words})
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    async with transaction():
        await casework.advance(
            application,
            Act.HAND_OVER,
            by,
            now,
            changes={Application.finished_at: at},
            details={"receiver": receiver.kind, "old_card_taken": old_card.taken},
            happened_at=at,
        )
        await Handover(
            application=application.id,
            receiver=receiver.kind,
            receiver_name=receiver.name,
            receiver_nik_sealed=seal(application.number, "receiver_nik", receiver.nik),
            relation=receiver.relation,
            old_card_taken=old_card.taken,
            old_card_reason=old_card.reason.strip()[:200],
            code=code,
            given_by=by.staff_id,
            happened_at=at,
            entered_at=now,
        ).save()
    return code


def _checked(receiver: Receiver) -> Receiver:
    if receiver.kind == "holder":
        return Receiver("holder")
    if receiver.kind not in ("family", "authorised"):
        raise Refused("Pilih siapa yang menerima.", {"receiver": "Pilih salah satu."})
    fields: dict[str, str] = {}
    name = nik = ""
    try:
        name = parse_name(receiver.name)
    except Invalid as invalid:
        fields["receiver_name"] = invalid.message
    try:
        nik = parse_nik(receiver.nik)
    except Invalid as invalid:
        fields["receiver_nik"] = invalid.message
    if len(receiver.relation.strip()) < 3:
        fields["relation"] = "Tulis hubungannya, misalnya istri, anak, atau surat kuasa."
    if fields:
        raise Refused("Data penerima belum lengkap.", fields)
    return Receiver(receiver.kind, name, nik, receiver.relation.strip()[:60])


def _sentence(text: str) -> str:
    try:
        reason = parse_note(text, 200)
    except Invalid as invalid:
        raise Refused(invalid.message, {"reason": invalid.message}) from None
    if len(reason) < 3:
        raise Refused("Tulis alasannya.", {"reason": "Tulis alasannya, singkat saja."})
    return reason


async def handover_of(application: Application) -> Handover | None:
    """The record of the hand-over, if there was one."""
    return await Handover.objects().where(Handover.application == application.id).first()


async def officer_name(staff_id: int) -> str:
    """The name of a colleague, for a receipt."""
    row = await Staff.select(Staff.name).where(Staff.id == staff_id).first()
    return str(row["name"]) if row else ""


async def receipt(code: str) -> Checked | None:
    """What a receipt's code stands for; None for a code that was never given [S1]."""
    row = (
        await Handover.select(Handover.happened_at, Handover.application.number.as_alias("number"))
        .where(Handover.code == code.strip().upper().replace("-", ""))
        .first()
    )
    return Checked(str(row["number"]), row["happened_at"]) if row else None
