"""How this office puts the reasons against a document, and what it says beside each document [P7, R2].

The reasons and the documents are the catalogue's; an office only words them, orders them, and leaves some out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from components import office_history
from components.actors import Actor
from components.refusals import Missing, Refused
from components.wording import DOCUMENT_WORDS, REJECT_ADVICE, REJECT_WORDS
from models.db import Prepared, transaction
from models.office import DocumentNote, RejectionText
from models.rules.catalogue import Channel, DocumentKind, RejectReason, reject_reasons
from models.rules.identity import Invalid, parse_note
from models.rules.office_acts import OfficeAct

LONGEST_ADVICE, LONGEST_NOTE = 200, 300
_LAST = 99

_TEXTS = Prepared(
    lambda office: RejectionText.select(*RejectionText.all_columns()).where(RejectionText.office == office)
)
_NOTES = Prepared(
    lambda office: DocumentNote.select(DocumentNote.kind, DocumentNote.text).where(
        DocumentNote.office == office
    )
)


@dataclass(frozen=True)
class ReasonWords:
    """One reason as the office has it. own: its words are the office's. position: 0 where it usually stands."""

    reason: RejectReason
    advice: str
    own: bool = False
    position: int = 0
    switched_off: bool = False


@dataclass(frozen=True)
class Reasons:
    """All reasons of an office."""

    words: dict[RejectReason, ReasonWords] = field(default_factory=dict)

    def advice(self, reason: str) -> str:
        """What the citizen reads of a reason."""
        return self.words[RejectReason(reason)].advice

    def choices(self, kind: DocumentKind, channel: Channel = Channel.ONLINE) -> tuple[RejectReason, ...]:
        """What an officer can tick for this document, in the office's order; "other" always stays, and last."""
        usual = reject_reasons(kind, channel)
        left = [one for one in usual if not self.words[one].switched_off and one is not RejectReason.OTHER]
        left.sort(key=lambda one: self.words[one].position or _LAST)
        return (*left, RejectReason.OTHER)


async def reasons(office_id: int) -> Reasons:
    """The office's wording of every reason."""
    rows = {row["reason"]: row for row in await _TEXTS.rows(office_id)}
    found: dict[RejectReason, ReasonWords] = {}
    for reason in RejectReason:
        row = rows.get(str(reason))
        usual = REJECT_ADVICE[reason]
        found[reason] = (
            ReasonWords(
                reason,
                row["advice"] or usual,
                bool(row["advice"]),
                row["position"],
                bool(row["switched_off"]),
            )
            if row
            else ReasonWords(reason, usual)
        )
    return Reasons(found)


async def set_reason(
    reason: str, advice: str, position: str, by: Actor, now: datetime, *, switched_off: bool
) -> None:
    """Word, place and switch one reason; empty words and place are the usual ones.

    Raises Missing for what is no reason, Refused for words too long, a place beyond 1 to 99, and switching off "other".
    """
    if reason not in RejectReason._value2member_map_:
        raise Missing
    member = RejectReason(reason)
    fields: dict[str, str] = {}
    words = _note(advice, LONGEST_ADVICE, "kalimat", fields)
    place = position.strip() or "0"
    if not (place.isascii() and place.isdecimal() and len(place) < 3):
        fields["urutan"] = f"Tulis angka 1 sampai {_LAST}, atau kosongkan."
    if switched_off and member is RejectReason.OTHER:
        fields["mati"] = "Alasan lainnya selalu ada."
    if fields:
        raise Refused("Alasan belum disimpan.", fields)
    if words == REJECT_ADVICE[member]:
        words = ""
    said = f"{REJECT_WORDS[member]}: {'tidak dipakai' if switched_off else words or 'kalimat bawaan'}"
    row = RejectionText(
        office=by.office_id,
        reason=str(member),
        advice=words,
        position=int(place),
        switched_off=switched_off,
    )
    async with transaction():
        await RejectionText.delete().where(
            (RejectionText.office == by.office_id) & (RejectionText.reason == str(member))
        )
        await row.save()
        await office_history.record(OfficeAct.REJECTION_TEXT_SET, said, by, now)


async def notes(office_id: int) -> dict[str, str]:
    """What the office says beside a document, by its kind; nothing of most."""
    return {row["kind"]: row["text"] for row in await _NOTES.rows(office_id)}


async def set_note(kind: str, text: str, by: Actor, now: datetime) -> None:
    """What stands beside one document; empty takes it away. Raises Missing for no document, Refused when too long."""
    if kind not in DocumentKind._value2member_map_:
        raise Missing
    fields: dict[str, str] = {}
    words = _note(text, LONGEST_NOTE, "petunjuk", fields)
    if fields:
        raise Refused("Petunjuk belum disimpan.", fields)
    said = f"{DOCUMENT_WORDS[DocumentKind(kind)]}: {words or 'tanpa petunjuk'}"
    async with transaction():
        await DocumentNote.delete().where((DocumentNote.office == by.office_id) & (DocumentNote.kind == kind))
        if words:
            await DocumentNote(office=by.office_id, kind=kind, text=words).save()
        await office_history.record(OfficeAct.DOCUMENT_NOTE_SET, said, by, now)


def _note(text: str, longest: int, name: str, fields: dict[str, str]) -> str:
    try:
        return parse_note(text, longest)
    except Invalid as invalid:
        fields[name] = invalid.message
        return ""


def in_order(found: Reasons) -> Sequence[ReasonWords]:
    """Every reason for the administrator's list: the office's order, then the usual one."""
    return sorted(found.words.values(), key=lambda one: one.position or _LAST)
