"""Who walks in: the file is taken in at the counter and decided on the spot [R1, P1, P2].

Paper is not photographed: each document is there and valid, missing, or not valid, and the officer says which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from components import (
    applications,
    casework,
    corrections,
    decisions,
    details,
    documents,
    intake,
    intake_drafts,
    pages,
    services,
    verification,
)
from components.actors import Actor
from components.decisions import Outcome
from components.intake import Doubtful
from components.particulars import nik_index
from components.refusals import Missing, Overtaken, Refused
from components.steps import DUPLICATE
from components.verification import Verdict
from components.words import WIB
from models.application import Application
from models.db import transaction
from models.rules.catalogue import (
    Channel,
    DocumentKind,
    Eligibility,
    Eligible,
    RejectReason,
    Service,
    Sex,
    eligibility,
    has_old_card,
    reject_reasons,
    requirements,
)
from models.rules.identity import FieldWarning, Invalid, nik_facts, parse_birth_date, parse_nik
from models.rules.workflow import OPEN, Role, State

THERE = "ada"
"""The form's word for a document that was handed in and is valid."""
NOT_DECIDED = frozenset({State.SUBMITTED, State.RETURNED})
"""States in which the papers of a walk-in are looked at."""

_MEND = "Ada yang perlu diperbaiki."
_PAPERS = (
    DocumentKind.OLD_CARD,
    DocumentKind.FAMILY_CARD,
    DocumentKind.FORM_F102,
    DocumentKind.DATA_EVIDENCE,
)
"""What the biometric list may ask for; the last only together with changed data [R1, R4]."""


class NotGranted(Refused):
    """The rule does not grant this wish [R3, R4]; the officer chooses another, or writes why it is looked at."""

    def __init__(self, answer: Eligible) -> None:
        words = {
            "alasan": "Pilih alasan lain, jika ada yang sesuai.",
            "catatan": "Tetap perlu diperiksa petugas? Tulis alasannya.",
        }
        super().__init__(answer.explanation, words)
        self.answer = answer


class FromNik(Refused):
    """Birth date or sex were left out: what the NIK says is offered, and can be changed before it is saved."""

    def __init__(self, suggested: dict[str, str], service: Service = Service.BIOMETRIC) -> None:
        paper = "KTP-el" if has_old_card(service) else "KK"
        words = dict.fromkeys(suggested, f"Kami isi dari NIK. Samakan dengan {paper}.")
        super().__init__("Cocokkan isian dari NIK, lalu simpan lagi.", words)
        self.suggested = suggested


@dataclass(frozen=True)
class Paper:
    """One line of the checklist. found: THERE, a reason, or empty while nobody said."""

    kind: DocumentKind
    choices: tuple[RejectReason, ...]
    found: str = ""
    remark: str = ""


def chosen(typed: Mapping[str, str]) -> Service:
    """The service this form is for; one that says none is the biometric one's."""
    said = typed.get("layanan", "")
    return Service(said) if said in set(Service) else Service.BIOMETRIC


async def change_service(service: str, key: str, by: Actor) -> tuple[str, dict[str, str]]:
    """The form of another service, with what was kept of this form so far: its key and its values.

    A form that is not kept, or became an application, is left alone and a new one begun. Raises Missing for a service
    that is off.
    """
    if service not in await _on(by):
        raise Missing
    try:
        kept = await intake_drafts.resume(key, by)
    except Missing:
        key, kept = "", {}
    return key, {**kept, "layanan": service}


async def _on(by: Actor) -> set[str]:
    others = await services.others_on(by.office_id or 0)
    return {str(Service.BIOMETRIC), *(str(offer.entry.service) for offer in others)}


def blank_checklist(service: Service = Service.BIOMETRIC) -> tuple[Paper, ...]:
    """What is asked for at the counter, with the ready reasons of each document [R1]; own words come later."""
    kinds = _PAPERS if service is Service.BIOMETRIC else requirements(service, Channel.COUNTER)
    return tuple(Paper(kind, reject_reasons(kind, Channel.COUNTER)[:-1]) for kind in kinds)


async def checklist(application: Application) -> tuple[Paper, ...]:
    """What was found last, document by document."""
    return tuple(
        Paper(
            slot.kind,
            reject_reasons(slot.kind, Channel.COUNTER),
            THERE if slot.verdict == "accepted" else next(iter(slot.reasons), ""),
            slot.note,
        )
        for slot in await documents.slots(application)
    )


def findings(typed: Mapping[str, str], kinds: tuple[DocumentKind, ...]) -> dict[DocumentKind, Verdict]:
    """What the officer said of each paper. Raises Refused, beside each that nothing, or nonsense, was said of."""
    found: dict[DocumentKind, Verdict] = {}
    faults: dict[str, str] = {}
    for kind in kinds:
        said, remark = typed.get(f"berkas_{kind}", ""), typed.get(f"ket_{kind}", "").strip()
        if said == THERE:
            found[kind] = Verdict()
        elif said in reject_reasons(kind, Channel.COUNTER):
            if said == RejectReason.OTHER and not remark:
                faults[f"ket_{kind}"] = "Tulis apa yang tidak sah."
            found[kind] = Verdict((RejectReason(said),), remark)
        else:
            faults[f"berkas_{kind}"] = "Pilih: ada, belum dibawa, atau sebab tidak sah."
    if faults:
        raise Refused(_MEND, faults)
    return found


# --- taking in ---


async def take_in(typed: Mapping[str, str], key: str, by: Actor, now: datetime) -> Application:
    """Take in the file of who stands here: an application that waits for its decision [R1, P1].

    typed: the intake form. key: of the form (components.intake_drafts): the same form again gives the same
    application. Raises Refused with all fields at fault, also for a service that is off, NotGranted and FromNik, and
    Doubtful while odd things are not confirmed. Then nothing is written.
    """
    async with transaction():
        number = await intake_drafts.hold(key, by, now)
        if number:
            return await casework.find(number, by)
        papers = await _read(typed, by, now)
        row = await _write(await _start(typed, by, now), typed, by, now)
        for kind in papers:
            await pages.document(row, kind)
        await verification.write_verdicts(row, papers, by, now)
        await intake_drafts.finish(key, row.number)
        return row


async def _start(typed: Mapping[str, str], by: Actor, now: datetime) -> Application:
    service = chosen(typed)
    if service is Service.BIOMETRIC:
        started = await applications.start(intake.read_change(typed), by, now, Channel.COUNTER)
    else:
        started = await applications.start_of(service, typed, by, now, Channel.COUNTER)
    return started.application


async def _write(row: Application, typed: Mapping[str, str], by: Actor, now: datetime) -> Application:
    """Save what was read, step by step as the wizard does, and hand it in."""
    if row.service == Service.BIOMETRIC and intake.read_change(typed).has_photo:
        row = await applications.save_reason(row, typed, by, now)
        answer = eligibility(intake.read_change(typed), intake.read_reason(typed), _sex(typed))
        if answer.needs_account or answer.kind is Eligibility.NOT_POSSIBLE:
            row = await applications.save_account(row, typed, by, now)
    row = await applications.save_contact(row, typed, by, now)
    row = await applications.save_identity(row, typed, by, now)
    earlier = typed.get("lanjutan", "")
    if earlier and (await casework.find(earlier, by)).state == State.LAPSED:
        await Application.update({Application.reopened_from: earlier}).where(Application.id == row.id)
    return await applications.submit(await casework.reread(row), by, now)


def _sex(typed: Mapping[str, str]) -> Sex | None:
    value = typed.get("jenis_kelamin", "")
    return Sex(value) if value in Sex._value2member_map_ else None


async def _read(typed: Mapping[str, str], by: Actor, now: datetime) -> dict[DocumentKind, Verdict]:
    """Read the whole form at once, so that everything at fault is told at once; the papers come back."""
    suggested = _from_nik(typed, now)
    if suggested:
        raise FromNik(suggested, chosen(typed))
    faults: dict[str, str] = {}
    doubts: list[FieldWarning] = []
    found: dict[DocumentKind, Verdict] = {}
    kinds = requirements(chosen(typed), Channel.COUNTER)
    try:
        kinds = _asked_for(typed, now)
    except NotGranted:
        raise
    except Refused as no:
        faults |= no.fields
    office_id = by.office_id or 0
    for reading in (
        _refuse_off(typed, by),
        intake.read_person(typed, office_id, now),
        intake.read_contact(typed, office_id, optional=True),
    ):
        try:
            await reading
        except Doubtful as no:
            doubts += no.doubts
        except Refused as no:
            faults |= no.fields
    try:
        found = findings(typed, kinds)
    except Refused as no:
        faults |= no.fields
    if faults:
        raise Refused(_MEND, faults)
    doubts += await _others(typed, by)
    if not {doubt.code for doubt in doubts} <= set(typed.get(intake.CONFIRMED, "").split(",")):
        raise Doubtful(doubts)
    return found


async def _refuse_off(typed: Mapping[str, str], by: Actor) -> None:
    """Raise Refused for a service that is off, also when it went off while its form was typed [P4]."""
    if (typed.get("layanan") or str(Service.BIOMETRIC)) not in await _on(by):
        raise Refused(_MEND, {"layanan": "Layanan ini sedang tidak aktif. Pilih layanan lain."})


def _asked_for(typed: Mapping[str, str], now: datetime) -> tuple[DocumentKind, ...]:
    """The papers that this wish takes. Raises Refused for no wish, NotGranted, or a missing account [R3, R4]."""
    service = chosen(typed)
    if service is not Service.BIOMETRIC:
        _read_details(service, typed, now)
        return requirements(service, Channel.COUNTER)
    change = intake.read_change(typed)
    if not change.has_photo:
        return requirements(Service.BIOMETRIC, Channel.COUNTER, change)
    reason = intake.read_reason(typed)
    answer = eligibility(change, reason, _sex(typed))
    written = bool(typed.get("catatan", "").strip())
    if answer.kind is Eligibility.NOT_POSSIBLE and not written:
        raise NotGranted(answer)
    if answer.needs_account or answer.kind is Eligibility.NOT_POSSIBLE:
        intake.read_account(typed)
    return requirements(Service.BIOMETRIC, Channel.COUNTER, change, reason)


def _read_details(service: Service, typed: Mapping[str, str], now: datetime) -> None:
    """Raise Refused for answers that are not complete, and for who is too young for a first card [R1]."""
    values = details.read(service, typed)
    try:
        born = parse_birth_date(typed.get("tgl_lahir", ""), now.astimezone(WIB).date())
    except Invalid:
        return  # told beside the date, with the other fields of the person
    details.refuse_too_young(service, born, now, ever_married=values.get("ever_married", False))


def _from_nik(typed: Mapping[str, str], now: datetime) -> dict[str, str]:
    """What the NIK says of a birth date and a sex that were left out; never instead of what was typed [R3]."""
    try:
        facts = nik_facts(parse_nik(typed.get("nik", "")))
    except Invalid:
        return {}
    born: date | None = facts.birth_date(now.astimezone(WIB).date())
    said = {
        "tgl_lahir": f"{born:%d-%m-%Y}" if born else "",
        "jenis_kelamin": str(facts.sex) if facts.sex else "",
    }
    return {name: value for name, value in said.items() if value and not typed.get(name, "").strip()}


async def _others(typed: Mapping[str, str], by: Actor) -> list[FieldWarning]:
    """An application of the same NIK that is on its way in this office: the officer looks at that one first."""
    rows = (
        await Application.objects()
        .where(
            (Application.nik_index == nik_index(parse_nik(typed["nik"])))
            & (Application.office == by.office_id)
            & Application.state.is_in([str(state) for state in OPEN - {State.DRAFT}])
        )
        .order_by(Application.id, ascending=False)
    )
    row = next((row for row in rows if casework.may_see(row, by)), None)
    if row is None:
        return []
    words = f"NIK ini sudah punya permohonan {row.number} yang masih berjalan. Lanjutkan yang itu dulu."
    return [FieldWarning("nik", DUPLICATE, words)]


# --- deciding ---


def of_counter(application: Application) -> Application:
    """The same application. Raises Missing when its papers are not the counter's to decide."""
    if application.channel != Channel.COUNTER or application.state == State.DRAFT:
        raise Missing
    return application


async def decide(
    application: Application,
    outcome: Outcome,
    found: Mapping[DocumentKind, Verdict],
    seen_version: int,
    by: Actor,
    now: datetime,
    *,
    reason: str = "",
    place: int | None = None,
) -> Application:
    """Decide a walk-in's file on the spot [P2]; one that was returned is taken in again first.

    found: what the officer says of each paper now. place: the slot, for an accepted file. reason: written, where
    the wish needs an officer's judgement, and for a refusal. Raises what decisions.decide raises.
    """
    application = of_counter(application)
    if not by.holds(Role.COUNTER):
        raise Missing
    if application.version != seen_version:
        raise Overtaken("Berkas ini berubah sejak Anda membukanya. Muat ulang, lalu periksa lagi.")
    before = {paper.kind: paper for paper in await checklist(application)}
    changed = {
        kind: verdict
        for kind, verdict in found.items()
        if (before[kind].found, before[kind].remark)
        != (next(iter(verdict.reasons), "") if verdict.reasons else THERE, verdict.remark)
    }
    async with transaction():
        if application.state == State.RETURNED:
            if outcome is Outcome.ACCEPT:
                # As decide() does it: all applications of a person are locked before any one of them.
                await verification.refuse_second(application)
            application = await corrections.resubmit(application, by, now)
        return await decisions.decide(
            application, outcome, changed, application.version, by, now, reason=reason, place=place
        )


@dataclass(frozen=True)
class Waiting:
    """A returned file whose applicant is expected to come back."""

    number: str
    name: str
    until: datetime


async def waiting_to_come_back(by: Actor) -> list[Waiting]:
    """Returned walk-in files of the office, the most urgent first."""
    rows: list[dict[str, Any]] = await (
        Application.select(Application.number, Application.name, Application.correction_due_at)
        .where(
            (Application.office == by.office_id)
            & (Application.channel == Channel.COUNTER)
            & (Application.state == State.RETURNED)
        )
        .order_by(Application.correction_due_at)
        .limit(30)
    )
    return [Waiting(row["number"], row["name"], row["correction_due_at"]) for row in rows]


async def continued(number: str, by: Actor, now: datetime) -> dict[str, str]:
    """What was typed for a walk-in whose time to come back ran out, to begin anew with [P2]; the look is recorded."""
    row = of_counter(await casework.find(number, by))
    if row.state != State.LAPSED:
        raise Missing
    await casework.note(row, "show_identity", by, now)
    return {**applications.answered(row), "layanan": row.service, "lanjutan": row.number}
