"""The steps of the wizard: which there are, which still want something, and saving each of them [P5, R2-R4]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from components import casework, details, documents, intake
from components.actors import Actor
from components.intake import CONTACT_CODES
from components.particulars import as_codes, known_codes, nik_index
from components.refusals import Overtaken
from components.sealing import seal
from components.wishes import DRAFTS, EDITABLE, eligible, overruled, refuse_unless_open, wish
from models.application import Application
from models.db import transaction
from models.rules.catalogue import Channel, DocumentKind, Eligibility, Service
from models.rules.identity import fold
from models.rules.workflow import State

DUPLICATE = "duplicate_nik"


class Step(StrEnum):
    """A page of the wizard, by the last part of its address."""

    CHANGE = "perubahan"
    REASON = "alasan"
    DETAILS = "rincian"
    CONTACT = "kontak"
    IDENTITY = "identitas"
    DOCUMENTS = "berkas"
    CHECK = "periksa"


@dataclass(frozen=True)
class Checklist:
    """The steps of an application in order, and those that still want something. CHECK is never missing."""

    steps: tuple[Step, ...]
    missing: tuple[Step, ...]
    documents: tuple[DocumentKind, ...]
    """Required documents that are still to be sent (or to be sent again)."""

    @property
    def next(self) -> Step:
        return self.missing[0] if self.missing else Step.CHECK

    def place(self, step: Step) -> tuple[int, int]:
        """(this step, of so many)."""
        return self.steps.index(step) + 1, len(self.steps)


LACKING = {
    Step.CHANGE: "Pilih apa yang diganti.",
    Step.REASON: "Pilih alasan ganti foto.",
    Step.DETAILS: "Jawab pertanyaan layanan ini.",
    Step.CONTACT: "Isi nomor telepon dan desa Anda.",
    Step.IDENTITY: "Isi data diri.",
    Step.DOCUMENTS: "Kirim dokumen yang belum ada.",
    Step.CHECK: "",
}


async def checklist(application: Application) -> Checklist:
    """Which steps there are and what is still missing: at a weak line people come back days later [P5]."""
    on_paper = application.channel == Channel.COUNTER
    slots = await documents.slots(application)
    lacking = () if on_paper else tuple(slot.kind for slot in slots if slot.wanted)
    change, _ = wish(application)
    complete = {
        Step.CHANGE: change is not None,
        Step.REASON: _reason_settled(application),
        Step.DETAILS: application.details_answered,
        Step.CONTACT: _contact_settled(application),
        Step.IDENTITY: bool(application.nik_sealed),
        Step.DOCUMENTS: not lacking,
        Step.CHECK: True,
    }
    asked = [step for step in Step if _is_asked(step, application)]
    return Checklist(tuple(asked), tuple(step for step in asked if not complete[step]), lacking)


def _is_asked(step: Step, application: Application) -> bool:
    """Whether this service has that step: the biometric entry asks what changes and why, each other its own [R3]."""
    biometric = application.service == Service.BIOMETRIC
    if step is Step.REASON:
        change, _ = wish(application)
        return biometric and change is not None and change.has_photo
    return {Step.CHANGE: biometric, Step.DETAILS: not biometric}.get(step, True)


def _contact_settled(application: Application) -> bool:
    """A phone and a village; who stands at a table of ours need not have a phone, in a village it is asked for."""
    if application.channel == Channel.VILLAGE:
        asked = intake.NO_CONTACT in known_codes(application)
        return bool(application.phone_sealed or application.email_sealed or asked)
    at_counter = application.channel == Channel.COUNTER
    return bool((application.phone_sealed or at_counter) and application.village)


def _reason_settled(application: Application) -> bool:
    answer = eligible(application)
    if answer is None:
        return False
    if answer.kind is Eligibility.NOT_POSSIBLE:
        return overruled(application)
    return bool(application.account) or not answer.needs_account


async def save_change(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """What shall change. A reason that no longer applies is forgotten. Drafts only."""
    change = intake.read_change(typed)
    forget = {} if change.has_photo else {"reason": "", "account": ""}
    return await _save(application, {"change": str(change), **forget}, by, now, DRAFTS)


async def save_reason(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """Why the photo shall change, also a reason that does not suffice: the page then shows what is possible."""
    reason = intake.read_reason(typed)
    return await _save(application, {"reason": str(reason)}, by, now, DRAFTS)


async def save_account(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """The applicant's own words on a lasting physical change, for the officer who decides."""
    return await _save(application, {"account": intake.read_account(typed)}, by, now, DRAFTS)


async def save_details(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """The answers to what this service alone asks. Raises Refused with fields, also for who is too young [R1]."""
    values = details.read(Service(application.service), typed)
    details.refuse_too_young(
        application.service, application.birth_date, now, ever_married=values.get("ever_married", False)
    )
    return await _save(application, values, by, now, DRAFTS)


async def save_contact(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """How the applicant is reached, and the village. Raises Refused with fields, Doubtful for a likely typo."""
    contact = await intake.read_contact(
        typed,
        application.office,
        optional=application.channel == Channel.COUNTER,
        helped_by=application.village if application.channel == Channel.VILLAGE else None,
    )
    values = {
        "phone_sealed": seal(application.number, "phone", contact.phone),
        "email_sealed": seal(application.number, "email", contact.email),
        "phone_whatsapp": contact.whatsapp,
        "village": contact.village_id,
        "confirmed_warnings": as_codes(
            (known_codes(application) - CONTACT_CODES) | {doubt.code for doubt in contact.doubts}
        ),
    }
    return await _save(application, values, by, now, EDITABLE)


async def save_identity(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """Who applies. Raises Refused with fields, Doubtful while odd ones are not confirmed [R3]."""
    person = await intake.read_person(typed, application.office, now)
    details.refuse_too_young(
        application.service, person.birth_date, now, ever_married=application.ever_married
    )
    values = {
        "nik_sealed": seal(application.number, "nik", person.nik),
        "nik_index": nik_index(person.nik),
        "kk_sealed": seal(application.number, "kk", person.kk),
        "name": person.name,
        "folded_name": fold(person.name),
        "birth_place": person.birth_place,
        "birth_date": person.birth_date,
        "sex": str(person.sex),
        "address": person.address,
        "rt": person.rt,
        "rw": person.rw,
        "confirmed_warnings": as_codes(
            known_codes(application) & (CONTACT_CODES | {DUPLICATE}) | {doubt.code for doubt in person.doubts}
        ),
    }
    return await _save(application, values, by, now, EDITABLE)


async def _save(
    application: Application, values: Mapping[str, Any], by: Actor, now: datetime, allowed: frozenset[State]
) -> Application:
    """Write columns of what the applicant may still change. Raises Overtaken when it has moved on meanwhile."""
    refuse_unless_open(application, by, allowed)
    columns: dict[Any, Any] = {**values, "touched_at": now}
    async with transaction():
        written = (
            await Application.update(columns)
            .where(
                (Application.id == application.id)
                & (Application.state == application.state)
                & (Application.version == application.version)
            )
            .returning(Application.id)
        )
        if not written:
            raise Overtaken("Permohonan ini baru saja berubah. Muat ulang halaman, lalu lihat hasilnya.")
        if application.state == State.RETURNED:
            await casework.note(application, "edit", by, now, details={"fields": sorted(values)})
    return await casework.reread(application)
