"""An application from its first saved step to its submission, and the ways out of it [P4, P5, R2-R4].

A draft is saved at every step; nothing typed is lost by leaving. Its state is changed by casework alone.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from components import access, appointments, casework, documents, founding, history, intake, promises
from components.access import Keys, keys_of
from components.actors import SYSTEM, Actor, applicant
from components.intake import CONTACT_CODES
from components.kit import kit
from components.refusals import Overtaken, Refused
from components.sealing import seal, unseal
from components.wishes import DRAFTS, EDITABLE, eligible, refuse_unless_open, wish
from components.wishes import requirements as requirements
from components.wording import WARNING_WORDS, berempat
from models.application import Application
from models.db import lock, transaction
from models.office import Office
from models.rules.catalogue import Change, Channel, DocumentKind, Eligibility, Service
from models.rules.deadlines import DRAFT_KEPT
from models.rules.identity import FieldWarning, fold, new_number
from models.rules.workflow import OPEN, Act, Role, State

log = logging.getLogger("loket.applications")

SEALED = ("nik", "kk", "phone", "email")
DUPLICATE = "duplicate_nik"
_TRIES = 5
_ON_ITS_WAY = [str(state) for state in State if state in OPEN and state is not State.DRAFT]


class Step(StrEnum):
    """A page of the wizard, by the last part of its address."""

    CHANGE = "perubahan"
    REASON = "alasan"
    CONTACT = "kontak"
    IDENTITY = "identitas"
    DOCUMENTS = "berkas"
    CHECK = "periksa"


@dataclass(frozen=True)
class Started:
    """A new draft, with what lets its holder in again."""

    application: Application
    pin: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, repr=False)
class Identity:
    """What is sealed: in clear for the holder, and for officers who decide on it."""

    nik: str = ""
    kk: str = ""
    phone: str = ""
    email: str = ""
    warnings: tuple[str, ...] = ()
    """What was odd and confirmed by the applicant, in words for the operator."""


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


# --- beginning ---


async def start(change: Change, by: Actor, now: datetime, channel: Channel = Channel.ONLINE) -> Started:
    """A new draft with number, PIN and link [P4]. In the village channel it belongs to the registrar's village."""
    values: dict[str, Any] = {
        "channel": str(channel),
        "service": str(Service.BIOMETRIC),
        "change": str(change),
    }
    if channel is Channel.VILLAGE:
        values["village"] = by.village_id
    return await create(values, by, now)


async def create(values: Mapping[str, Any], by: Actor, now: datetime) -> Started:
    """A new draft with these columns; number, keys and the first line of history are made here.

    values: without sealed columns, which are bound to the number: add them afterwards with sealed().
    """
    office_id = by.office_id or founding.office_card().id
    async with transaction():
        office = await Office.objects().get(Office.id == office_id)
        if office is None:
            raise LookupError("an actor's office must exist")
        keys = access.new_keys()
        application = await _insert(office, {**values, "created_at": now, "touched_at": now}, keys)
        role = Role.APPLICANT
        if by.is_staff:
            role = by.role_for(frozenset({Role.REGISTRAR, Role.COUNTER, Role.OPERATOR}))
        who = by if by.is_staff else applicant(application.id)
        await history.record(application.id, "start", who, role, now, target=State.DRAFT)
    return Started(application, keys.pin, keys.link)


async def _insert(office: Office, values: Mapping[str, Any], keys: Keys) -> Application:
    """The row under a number that is free: a taken one changes nothing, and another one is tried."""
    for _ in range(_TRIES):
        number = new_number(office.prefix, secrets.choice)
        row = Application(
            office=office.id,
            number=number,
            state=State.DRAFT,
            **{**values, **access.columns(number, keys)},
        )
        made = (
            await Application.insert(row)
            .on_conflict(target=Application.number, action="DO NOTHING")
            .returning(Application.id)
        )
        if made:
            return await _fresh(made[0]["id"])
    raise LookupError("no free application number was found")


# --- what is known about it ---


async def identity(application: Application) -> Identity:
    """NIK, KK number and contacts in clear. Whoever shows them to staff records that (note "show_identity")."""
    return _opened(application)


def _opened(application: Application) -> Identity:
    warnings = tuple(WARNING_WORDS.get(code, code) for code in sorted(_known_codes(application)))
    return Identity(**{name: unseal(application, name) for name in SEALED}, warnings=warnings)


def sealed(number: str, known: Identity) -> dict[str, str]:
    """The columns that hold an identity, for the application with this number and no other."""
    columns = {f"{name}_sealed": seal(number, name, getattr(known, name)) for name in SEALED}
    return {**columns, "nik_index": nik_index(known.nik)}


def nik_index(nik: str) -> str:
    """The keyed fingerprint by which applications of one NIK are found."""
    return kit().vault.index(nik, "nik") if nik else ""


def answered(application: Application) -> dict[str, str]:
    """What was typed, by the names of the form's fields, as a person would type it again."""
    known = _opened(application)
    born: date | None = application.birth_date
    return {
        "perubahan": application.change,
        "alasan": application.reason,
        "catatan": application.account,
        "no_hp": berempat(f"0{known.phone.removeprefix('+62')}") if known.phone else "",
        "whatsapp": "ya" if application.phone_whatsapp or not known.phone else "",
        "email": known.email,
        "desa": str(application.village or ""),
        "nik": berempat(known.nik),
        "no_kk": berempat(known.kk),
        "nama": application.name,
        "tempat_lahir": application.birth_place,
        "tgl_lahir": "" if born is None else f"{born:%d-%m-%Y}",
        "jenis_kelamin": application.sex,
        "alamat": application.address,
        "rt_rw": f"{application.rt}/{application.rw}" if application.rt else "",
    }


def pin_of(application: Application) -> str:
    """The PIN, for its holder."""
    return keys_of(application).pin


def address_for(application: Application, by: Actor) -> str:
    """Where a QR on paper leads: the holder's own link; from an officer's hand the address that asks for the PIN."""
    if Role.APPLICANT in casework.roles_towards(application, by):
        return link_of(application)
    return f"{kit().settings.base_url}/permohonan/{application.number}"


def link_of(application: Application) -> str:
    """The full address that lets its holder in."""
    return founding.tracking_address(keys_of(application).link)


async def checklist(application: Application) -> Checklist:
    """Which steps there are and what is still missing: at a weak line people come back days later [P5]."""
    slots = await documents.slots(application)
    lacking = tuple(slot.kind for slot in slots if slot.wanted)
    change, _ = wish(application)
    complete = {
        Step.CHANGE: change is not None,
        Step.REASON: _reason_settled(application),
        Step.CONTACT: bool(application.phone_sealed and application.village),
        Step.IDENTITY: bool(application.nik_sealed),
        Step.DOCUMENTS: not lacking,
        Step.CHECK: True,
    }
    asked = [step for step in Step if step is not Step.REASON or (change is not None and change.has_photo)]
    return Checklist(tuple(asked), tuple(step for step in asked if not complete[step]), lacking)


def _reason_settled(application: Application) -> bool:
    answer = eligible(application)
    if answer is None or answer.kind is Eligibility.NOT_POSSIBLE:
        return False
    return bool(application.account) or not answer.needs_account


# --- saving step by step ---


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


async def save_contact(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """How the applicant is reached, and the village. Raises Refused with fields, Doubtful for a likely typo."""
    contact = await intake.read_contact(typed, application.office)
    values = {
        "phone_sealed": seal(application.number, "phone", contact.phone),
        "email_sealed": seal(application.number, "email", contact.email),
        "phone_whatsapp": contact.whatsapp,
        "village": contact.village_id,
        "confirmed_warnings": _codes(
            {code for code in _known_codes(application) if code not in CONTACT_CODES}, contact.doubts
        ),
    }
    return await _save(application, values, by, now, EDITABLE)


async def save_identity(
    application: Application, typed: Mapping[str, str], by: Actor, now: datetime
) -> Application:
    """Who applies. Raises Refused with fields, Doubtful while odd ones are not confirmed [R3]."""
    person = await intake.read_person(typed, application.office, now)
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
        "confirmed_warnings": _codes(
            _known_codes(application) & (CONTACT_CODES | {DUPLICATE}), person.doubts
        ),
    }
    return await _save(application, values, by, now, EDITABLE)


def _known_codes(application: Application) -> set[str]:
    return set(json.loads(application.confirmed_warnings))


def _codes(kept: set[str], doubts: tuple[FieldWarning, ...]) -> str:
    return json.dumps(sorted(kept | {doubt.code for doubt in doubts}))


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
    return await _fresh(application.id)


async def _fresh(application_id: int) -> Application:
    row = await Application.objects().get(Application.id == application_id)
    if row is None:
        raise LookupError("an application is never deleted")
    return row


# --- submitting ---


async def submit(application: Application, by: Actor, now: datetime) -> Application:
    """Send the draft to the operators [P5, P6]. Raises Refused, naming the steps that still miss something.

    When the same person has an application on its way already, the draft is discarded and that other one is
    returned (rules of the service, section 3); somebody else with the same NIK only gets a flag.
    """
    async with transaction():
        draft = await lock(Application.objects()).where(Application.id == application.id).first()
        if draft is None or draft.state != State.DRAFT:
            raise Overtaken("Permohonan ini sudah dikirim. Muat ulang halaman untuk melihat statusnya.")
        missing = (await checklist(draft)).missing
        if missing:
            raise Refused(
                "Belum lengkap. Lengkapi dulu yang bertanda.", {str(step): LACKING[step] for step in missing}
            )
        others = await _same_nik(draft)
        first = None if by.is_staff else next((other for other in others if _same_person(draft, other)), None)
        if first is not None:
            why = f"Permohonan {first.number} dari pemohon yang sama masih berjalan."
            await _discard(draft, by, now, reason=why)
            return first
        answer = eligible(draft)
        changes = {
            Application.touched_at: now,
            Application.officer_check: answer is not None and answer.kind is Eligibility.OFFICER_CHECK,
            Application.confirmed_warnings: _codes(
                _known_codes(draft) | ({DUPLICATE} if others else set()), ()
            ),
            **await promises.changes_on_receipt(draft, now),
        }
        return await casework.advance(draft, Act.SUBMIT, by, now, changes=changes)


LACKING = {
    Step.CHANGE: "Pilih apa yang diganti.",
    Step.REASON: "Pilih alasan ganti foto.",
    Step.CONTACT: "Isi nomor telepon dan desa Anda.",
    Step.IDENTITY: "Isi data diri.",
    Step.DOCUMENTS: "Kirim dokumen yang belum ada.",
    Step.CHECK: "",
}


async def _same_nik(draft: Application) -> list[Application]:
    """Other applications of this NIK for this service that are on their way, oldest first."""
    if not draft.nik_index:
        return []
    found: list[Application] = await (
        lock(Application.objects())
        .where(
            (Application.nik_index == draft.nik_index)
            & (Application.service == draft.service)
            & (Application.id != draft.id)
            & Application.state.is_in(_ON_ITS_WAY)
        )
        .order_by(Application.id)
    )
    return found


def _same_person(one: Application, other: Application) -> bool:
    """Whether two applications of one NIK come from one person: KK number, birth date, and phone or e-mail agree."""
    a, b = _opened(one), _opened(other)
    reached_alike = (a.phone == b.phone != "") or (a.email == b.email != "")
    return a.kk == b.kk and one.birth_date == other.birth_date and reached_alike


# --- ways out ---

_WIPED: dict[Any, Any] = {
    **dict.fromkeys(
        ("name", "folded_name", "birth_place", "sex", "address", "rt", "rw", "account", "nik_index"), ""
    ),
    **{f"{name}_sealed": "" for name in SEALED},
    "birth_date": None,
    "confirmed_warnings": "[]",
}


async def withdraw(application: Application, by: Actor, now: datetime) -> Application:
    """End the application at the applicant's wish; its appointment becomes free. A draft is discarded."""
    if application.state == State.DRAFT:
        return await discard(application, by, now)
    async with transaction():
        await lock(Application.select(Application.id).where(Application.id == application.id))
        if application.state == State.SCHEDULED:
            await appointments.release(application.id, "cancelled", now)
        # An earlier reason to send something again is not why it ended.
        changes = {Application.finished_at: now, Application.decided_reason: ""}
        return await casework.advance(application, Act.WITHDRAW, by, now, changes=changes)


async def discard(application: Application, by: Actor, now: datetime) -> Application:
    """Throw a draft away: what was typed and its scans are gone at once, for nobody has asked for them."""
    return await _discard(application, by, now)


async def _discard(application: Application, by: Actor, now: datetime, reason: str = "") -> Application:
    async with transaction():
        gone = await casework.advance(
            application,
            Act.DISCARD,
            by,
            now,
            reason=reason,
            changes={**_WIPED, "finished_at": now},
            silent=True,
        )
        await documents.remove_scans(gone, now)
    return gone


async def purge_drafts(now: datetime) -> int:
    """Discard drafts that nobody touched for 7 days; how many. One that fails does not stop the others."""
    rows = await Application.select(Application.id).where(
        (Application.state == State.DRAFT) & (Application.touched_at <= now - DRAFT_KEPT)
    )
    count = 0
    for row in rows:
        try:
            await discard(await _fresh(row["id"]), SYSTEM, now)
            count += 1
        except Overtaken:
            continue
        except Exception:
            log.exception("draft %d could not be discarded", row["id"])
    return count
