"""The second look: a supervisor judges an accepted file again, and sees the first verdict only then [M4, E2].

What was found never changes the file by itself; before it is printed it may be handed back to the operators.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from components import (
    casework,
    comparison,
    decisions,
    documents,
    history,
    office_words,
    preferences,
    questions,
    verification,
)
from components.actors import Actor
from components.particulars import Identity
from components.preferences import Preferences
from components.refusals import Missing, Overtaken, Refused
from components.verification import Verdict
from components.workplace import KEYS_OF_DOCUMENTS, Line, Sheet, lines_of
from models.account import Staff
from models.application import Application
from models.db import transaction
from models.desk import Decision
from models.recheck import Recheck, RecheckDocument
from models.rules.catalogue import DocumentKind, RejectReason, reject_reasons
from models.rules.fields import ASPECT, Field, Match
from models.rules.workflow import Act, Role, State

SECOND_LOOK = "second_look"
_JUDGED = ("judged", "closed")
_BACK_FROM = (State.ACCEPTED, State.SCHEDULED)
_AT_COUNTER = (State.ARRIVED, State.CAPTURED)


@dataclass(frozen=True)
class Found:
    """The second verdict on one document."""

    kind: DocumentKind
    reasons: tuple[RejectReason, ...]
    remark: str

    @property
    def differs(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True)
class First:
    """The first verdict, shown once the second one is kept. marks: what the officer found of typed values."""

    by: str
    at: datetime
    reason: str
    marks: Mapping[Field, Match]


@dataclass(frozen=True)
class Blind:
    """What the supervisor judges from: the file without anything that anybody found of it."""

    application: Application
    identity: Identity = field(repr=False)
    sheets: tuple[Sheet, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Both:
    """A sample that was judged. at_counter: the applicant is here, so that the counter must be told by word."""

    row: Recheck
    application: Application
    judge: str
    found: tuple[Found, ...]
    first: First

    @property
    def may_hand_back(self) -> bool:
        """Whether something did not fit, and the file can still go back to the operators."""
        fresh = self.row.handed_back_at is None
        return bool(self.row.differs) and fresh and self.application.state in _BACK_FROM

    @property
    def at_counter(self) -> bool:
        return bool(self.row.differs) and self.application.state in _AT_COUNTER


async def sample(application: Application, by: Actor) -> Recheck:
    """The file's last sample. Raises Missing without one, for who is no supervisor, and for who accepted the file."""
    if not by.holds(Role.SUPERVISOR):
        raise Missing
    row: Recheck | None = await (
        Recheck.objects(Recheck.decision)
        .where((Recheck.application == application.id) & (Recheck.office == by.office_id))
        .order_by(Recheck.id, ascending=False)
        .first()
    )
    if row is None or row.decision.decided_by == by.staff_id:
        raise Missing
    return row


async def keys(by: Actor) -> Preferences:
    """The supervisor's own keys, as at the verification desk."""
    return await preferences.of(by)


async def blind(application: Application, by: Actor, now: datetime) -> Blind:
    """The file to be judged; that the full NIK is seen is recorded before it is shown [G1]."""
    identity = await verification.look(application, by, now)
    slots = await documents.slots(application)
    office = await office_words.reasons(application.office)
    sheets = tuple(
        Sheet(
            replace(slot, verdict="waiting", reasons=(), note=""),
            office.choices(slot.kind),
            (),
            ASPECT.get(slot.kind, 0),
            act,
            Verdict(),
        )
        for slot, act in zip(slots, KEYS_OF_DOCUMENTS, strict=False)
        if slot.pages
    )
    return Blind(application, identity, sheets, lines_of(application, identity, {}))


async def judge(
    application: Application, verdicts: Mapping[DocumentKind, Verdict], by: Actor, now: datetime
) -> None:
    """Keep the second verdict, once and for all.

    verdicts: of every document that was sent. Raises Refused for a document without one, for a reason that its kind
    cannot have and for "other" without words; Overtaken when it was judged already or its scans are gone.
    """
    row = await sample(application, by)
    sent = [slot.kind for slot in await documents.slots(application) if slot.pages]
    found = [_found(kind, verdicts.get(kind)) for kind in sent]
    if not found:
        raise Overtaken("Dokumennya sudah dihapus, jadi tidak bisa dinilai lagi.")
    async with transaction():
        taken = (
            await Recheck.update(
                {
                    Recheck.state: "judged",
                    Recheck.judged_by: by.staff_id,
                    Recheck.judged_at: now,
                    Recheck.differs: any(one.differs for one in found),
                }
            )
            .where((Recheck.id == row.id) & (Recheck.state == "waiting"))
            .returning(Recheck.id)
        )
        if not taken:
            raise Overtaken("Uji petik ini sudah selesai dinilai. Muat ulang untuk melihatnya.")
        for one in found:
            await RecheckDocument(
                recheck=row.id,
                kind=str(one.kind),
                differs=one.differs,
                reasons=json.dumps([str(reason) for reason in one.reasons]),
                remark=one.remark,
            ).save()
        details = {str(one.kind): [str(reason) for reason in one.reasons] for one in found}
        await casework.note(application, SECOND_LOOK, by, now, details=details)


def _found(kind: DocumentKind, verdict: Verdict | None) -> Found:
    if verdict is None:
        raise Refused("Nilai dulu setiap dokumen.", {str(kind): "Pilih cocok, atau alasannya."})
    words = verification.remark(verdict.remark)
    if any(reason not in reject_reasons(kind) for reason in verdict.reasons):
        raise Refused("Alasan ini tidak cocok untuk dokumen ini.", {str(kind): "Pilih alasan dari daftar."})
    if RejectReason.OTHER in verdict.reasons and not words:
        raise Refused("Tulis alasannya.", {str(kind): "Alasan lainnya perlu ditulis."})
    return Found(kind, verdict.reasons, words if verdict.reasons else "")


async def both(row: Recheck, application: Application) -> Both:
    """Both verdicts side by side; only once the second one is kept."""
    if row.state not in _JUDGED:
        raise Missing
    lines = (
        await RecheckDocument.objects().where(RecheckDocument.recheck == row.id).order_by(RecheckDocument.id)
    )
    people: list[dict[str, Any]] = await Staff.select(Staff.id, Staff.name).where(
        Staff.id.is_in([row.judged_by, row.decision.decided_by])
    )
    names = {one["id"]: one["name"] for one in people}
    decision: Decision = row.decision
    return Both(
        row,
        application,
        names.get(row.judged_by, ""),
        tuple(
            Found(DocumentKind(one.kind), tuple(map(RejectReason, json.loads(one.reasons))), one.remark)
            for one in lines
        ),
        First(
            names.get(decision.decided_by, ""),
            decision.decided_at,
            await _reason_of(application, decision),
            (await comparison.of(application)).marks,
        ),
    )


async def _reason_of(application: Application, decision: Decision) -> str:
    """What the officer wrote on accepting, where the wish asked for it."""
    accepted = [line for line in await history.lines(application.id) if line.act == Act.ACCEPT]
    return next((line.reason for line in accepted if line.entered_at == decision.decided_at), "")


async def close(application: Application, note: str, by: Actor, now: datetime) -> None:
    """The supervisor's reason, once both verdicts were seen. Raises Refused for a difference without one."""
    row = await sample(application, by)
    words = verification.remark(note)
    if row.differs and len(words) < verification.REASON_AT_LEAST:
        raise Refused("Tulis sebab perbedaannya.", {"alasan": "Tulis paling sedikit satu kalimat."})
    closed = (
        await Recheck.update({Recheck.state: "closed", Recheck.note: words, Recheck.closed_at: now})
        .where((Recheck.id == row.id) & (Recheck.state == "judged"))
        .returning(Recheck.id)
    )
    if not closed:
        raise Overtaken("Uji petik ini belum dinilai, atau sudah ditutup.")


async def hand_back(application: Application, note: str, by: Actor, now: datetime) -> None:
    """Give a file in which something did not fit back to the operators, with a note to them.

    Raises Refused without a note, and Overtaken when it cannot go back any more.
    """
    row = await sample(application, by)
    if row.state not in _JUDGED or not (await both(row, application)).may_hand_back:
        raise Overtaken("Berkas ini tidak bisa dikembalikan lagi. Muat ulang untuk melihatnya.")
    if len(note.strip()) < verification.REASON_AT_LEAST:
        raise Refused("Tulis catatan untuk operator.", {"catatan": "Tulis paling sedikit satu kalimat."})
    async with transaction():
        await decisions.hand_back(application, by, now)
        await questions.note(application, note, by, now)
        await Recheck.update({Recheck.handed_back_at: now}).where(Recheck.id == row.id)
