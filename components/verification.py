"""The operator's desk: who holds a file, a verdict per document, and the decision [P2, P6, G1, G2]."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from components import access, answers, applications, appointments, casework, documents, history, places
from components.actors import Actor
from components.applications import Identity
from components.kit import kit
from components.refusals import Missing, Overtaken, Refused
from components.wording import DOCUMENT_WORDS, STATE_WORDS
from components.words import joined
from models.account import Staff
from models.application import Application, Document
from models.db import lock, transaction
from models.rules.catalogue import Channel, DocumentKind, RejectReason, reject_reasons
from models.rules.identity import Invalid, parse_nik, parse_note, parse_number
from models.rules.workflow import Act, Role, State

CLAIM_LASTS = timedelta(minutes=5)
"""Without a sign of life from the officer; every act at the desk holds the file anew."""
REASON_AT_LEAST = 10
"""Letters of a reason that an applicant is to understand."""
_ACCEPTED_ON = (State.ACCEPTED, State.SCHEDULED, State.ARRIVED, State.CAPTURED, State.PRINTED, State.READY)


@dataclass(frozen=True)
class Verdict:
    """On one document: it fits when there are no reasons against it. remark: own words to the applicant."""

    reasons: tuple[RejectReason, ...] = ()
    remark: str = ""

    @property
    def fits(self) -> bool:
        return not self.reasons


async def claim(application: Application, by: Actor, now: datetime) -> Application:
    """Hold the file for CLAIM_LASTS, so that two never decide the same one. Raises Overtaken when it is held."""
    if by.staff_id is None or not by.holds(Role.OPERATOR, Role.COUNTER):
        raise Missing
    free = (
        Application.claimed_by.is_null()
        | Application.claimed_until.is_null()
        | (Application.claimed_until <= now)
    )
    held = (
        await Application.update(held_by(by, now))
        .where((Application.id == application.id) & (free | (Application.claimed_by == by.staff_id)))
        .returning(Application.id)
    )
    after = await casework.reread(application)
    if not held:
        holder = await Staff.objects().get(Staff.id == after.claimed_by)
        name = holder.name if holder is not None else "petugas lain"
        raise Overtaken(f"Berkas ini sedang dibuka {name}. Pilih berkas lain.")
    return after


def held_by(by: Actor, now: datetime) -> dict[Any, Any]:
    """The columns of a file that this officer has open."""
    return {Application.claimed_by: by.staff_id, Application.claimed_until: now + CLAIM_LASTS}


def holds(application: Application, by: Actor, now: datetime) -> bool:
    """Whether this officer has the file open."""
    until: datetime | None = application.claimed_until
    return application.claimed_by == by.staff_id and until is not None and until > now


async def release(application: Application, by: Actor) -> None:
    """Put the file back into the queue."""
    await Application.update({Application.claimed_by: None, Application.claimed_until: None}).where(
        (Application.id == application.id) & (Application.claimed_by == by.staff_id)
    )


async def leave(application: Application, page: str, by: Actor, now: datetime) -> None:
    """Put back a file whose page was left. Its last sign of life may come after this word, and then holds nothing.

    page: the key of its form.
    """
    async with transaction():
        await answers.close_page(page, now)
        await release(application, by)


def undecided(application: Application, seen_version: int) -> None:
    """Raise Overtaken unless the file still is what the operator's page showed."""
    if application.state != State.SUBMITTED:
        word = STATE_WORDS[State(application.state)].lower()
        raise Overtaken(f"Berkas ini sudah diputus: sekarang {word}.")
    if application.version != seen_version:
        raise Overtaken("Berkas ini berubah sejak Anda membukanya. Muat ulang, lalu periksa lagi.")


async def write_verdicts(
    application: Application, verdicts: Mapping[DocumentKind, Verdict], by: Actor, now: datetime
) -> None:
    """Write what the officer found on these documents, as one line of history [P7].

    Raises Refused for a reason that this kind of document cannot have, for OTHER without words, and for a
    document that was not sent.
    """
    channel = Channel(application.channel)
    found = {kind: _checked(kind, channel, verdict) for kind, verdict in verdicts.items()}
    if not found:
        return
    async with transaction():
        for verdict in dict.fromkeys(found.values()):
            # Most documents of most files simply fit: what is written of them is written at once.
            kinds = [kind for kind, of_kind in found.items() if of_kind == verdict]
            judged = (
                await Document.update(
                    {
                        Document.verdict: "accepted" if verdict.fits else "rejected",
                        Document.reasons: json.dumps([str(reason) for reason in verdict.reasons]),
                        Document.note: verdict.remark,
                        Document.judged_by: by.staff_id,
                        Document.judged_at: now,
                    }
                )
                .where((Document.application == application.id) & Document.kind.is_in(kinds))
                .returning(Document.kind)
            )
            sent = {row["kind"] for row in judged}
            if missing := [DOCUMENT_WORDS[kind] for kind in kinds if kind not in sent]:
                raise Refused(f"{joined(missing)} belum dikirim.")
        remarks = "\n".join(verdict.remark for verdict in found.values() if verdict.remark)
        details: dict[str, history.Detail] = {
            str(kind): [str(reason) for reason in verdict.reasons] for kind, verdict in found.items()
        }
        await casework.note(application, "judge", by, now, reason=remarks, details=details)


def _checked(kind: DocumentKind, channel: Channel, verdict: Verdict) -> Verdict:
    words = remark(verdict.remark)
    if any(reason not in reject_reasons(kind, channel) for reason in verdict.reasons):
        raise Refused("Alasan ini tidak cocok untuk dokumen ini.", {str(kind): "Pilih alasan dari daftar."})
    if RejectReason.OTHER in verdict.reasons and not words:
        raise Refused("Tulis alasannya.", {str(kind): "Alasan lainnya perlu ditulis."})
    return Verdict(verdict.reasons, "" if verdict.fits else words)


def remark(text: str) -> str:
    """An officer's words as they are kept. Raises Refused, in words, when they are too long."""
    try:
        return parse_note(text, 300)
    except Invalid as invalid:
        raise Refused(invalid.message, {"note": invalid.message}) from None


async def accept(
    application: Application, reason: str, by: Actor, now: datetime, place: int | None = None
) -> Application:
    """The file is complete and valid; the applicant gets the earliest appointment at once [P8].

    place: the slot that a walk-in gets at the counter, the running one for who stays [P2].
    The officer holds it already. reason: written, where the wish needs an officer's judgement. Raises Refused
    while a document is not accepted. Whether another application of this person is on its way was asked
    before: refuse_second.
    """
    reason = remark(reason)
    if application.officer_check and not reason:
        raise Refused(
            "Tulis dulu alasan Anda menerima permohonan ini.", {"reason": "Alasan tertulis diperlukan."}
        )
    missing = [slot for slot in await documents.slots(application) if slot.verdict != "accepted"]
    if missing:
        names = ", ".join(DOCUMENT_WORDS[slot.kind] for slot in missing)
        raise Refused(
            f"Belum bisa diterima. Masih kurang atau tidak sah: {names}."
            if application.channel == Channel.COUNTER
            else f"Belum bisa diterima. Nilai dulu: {names}."
        )
    async with transaction():
        changes = {
            Application.accepted_at: now,
            Application.claimed_by: None,
            Application.claimed_until: None,
        }
        accepted = await casework.advance(
            application, Act.ACCEPT, by, now, reason=reason, changes=changes, silent=True
        )
        if accepted.channel == Channel.COUNTER and by.holds(Role.COUNTER):
            return await places.place(accepted, place, by, now)
        return await appointments.give_earliest(accepted, by, now)


async def refuse_second(application: Application) -> None:
    """One card at a time for a person: the first accepted application is the one that counts.

    Before anything else is locked in the transaction. Raises Refused when another one is on its way to a card.
    """
    if not application.nik_index:
        return
    # All of them are locked in one order: two officers may be accepting two of them at this moment.
    same_nik = (Application.nik_index == application.nik_index) & (Application.service == application.service)
    rows = await lock(Application.objects().where(same_nik).order_by(Application.id))
    other = next((row for row in rows if row.id != application.id and row.state in _ACCEPTED_ON), None)
    if other:
        raise Refused(
            f"Pemohon ini sudah punya permohonan {other.number} yang diterima. Tolak salah satunya."
        )


async def refuse(application: Application, reason: str, by: Actor, now: datetime) -> Application:
    """Cannot be served at all; the reason and what to do instead go to the applicant. Raises Refused without one.

    The officer holds the file already.
    """
    reason = remark(reason)
    if len(reason) < REASON_AT_LEAST:
        raise Refused(
            "Tulis alasan penolakan dan apa yang bisa dilakukan pemohon.",
            {"reason": "Tulis paling sedikit satu kalimat."},
        )
    changes = {
        Application.decided_reason: reason,
        Application.finished_at: now,
        Application.claimed_by: None,
        Application.claimed_until: None,
    }
    return await casework.advance(application, Act.REFUSE, by, now, reason=reason, changes=changes)


async def look(application: Application, by: Actor, now: datetime) -> Identity:
    """The full identity for the desk; that it was seen is recorded before it is shown."""
    await casework.note(application, "show_identity", by, now)
    return await applications.identity(application)


async def number_of(wanted: str, by: Actor, now: datetime) -> str:
    """The number of the application meant by a scanned code, a typed number or a NIK (which is recorded).

    Raises Missing when nothing fits, the same as for what is not this officer's to see.
    """
    address, _, wanted = wanted.strip().rpartition("/")
    if address.endswith("/t"):
        # The slip's QR is the applicant's own link: at the desk it only says which application is meant.
        return str((await access.open_by_link(wanted)).number)
    try:
        return parse_number(wanted.upper().removeprefix("LOKET-"))
    except Invalid:
        pass
    try:
        nik = parse_nik(wanted)
    except Invalid:
        raise Missing from None
    rows = (
        await Application.objects()
        .where(
            (Application.nik_index == kit().vault.index(nik, "nik")) & (Application.office == by.office_id)
        )
        .order_by(Application.id, ascending=False)
    )
    # A draft that somebody has begun with this NIK hides nothing that was handed in.
    row = next((row for row in rows if casework.may_see(row, by)), None)
    if row is None:
        raise Missing
    await casework.note(row, "search_by_nik", by, now)
    return str(row.number)
