"""The card given out: to whom, what became of the old one, and the receipt anybody can check [P13, S1]."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from components import arrivals, casework, counter, survey, thresholds
from components.actors import Actor
from components.refusals import Refused
from components.sealing import seal
from models.account import Staff
from models.application import Application, Page
from models.card_stock import Handover
from models.db import transaction
from models.rules.catalogue import DocumentKind, Service
from models.rules.identity import Invalid, parse_name, parse_nik
from models.rules.workflow import Act

_WITHOUT_OLD_CARD = {
    Service.LOST: "Hilang, ada surat kehilangan dari polisi.",
    Service.FIRST: "Ini KTP-el pertama.",
}
"""Why there is no old card to take in, of the services that are about just that; nobody has to write it."""
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Receiver:
    """Who takes the card: the holder, a member of the same KK, or somebody with a written authority [P13]."""

    kind: str
    name: str = field(default="", repr=False)
    nik: str = field(default="", repr=False)
    relation: str = ""


@dataclass(frozen=True)
class OldCard:
    """What became of the old card. taken: also of a lost one that turned up again; a first card has none."""

    taken: bool
    reason: str = ""


@dataclass(frozen=True)
class Checked:
    """What anybody may read from a receipt's QR: that it is genuine, the number, the day [S1]."""

    number: str
    handed_over_at: datetime


async def hand_over(
    application: Application,
    receiver: Receiver,
    old_card: OldCard,
    by: Actor,
    now: datetime,
    at: datetime,
    *,
    checked: bool,
    survey_offered: bool = False,
) -> str:
    """Give the card out and return the code of the receipt [P13].

    checked: who takes it compared name, NIK and photo. Raises Refused without that, without the name, NIK and
    relation of a receiver who is not the holder, for family where the office does not allow it, without a photo of the
    written authority, and without a reason for an old card that was not taken in, where there is one.
    """
    if application.service == Service.FIRST or not (old_card.taken or old_card.reason.strip()):
        old_card = OldCard(taken=False, reason=_WITHOUT_OLD_CARD.get(Service(application.service), ""))
    receiver = await _fitting(application, receiver, old_card, checked=checked)
    counter.after(application.printed_at, at, now)
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    async with transaction():
        finished = await casework.advance(
            application,
            Act.HAND_OVER,
            by,
            now,
            changes={Application.finished_at: at},
            details={"receiver": receiver.kind, "old_card_taken": old_card.taken, "survey": survey_offered},
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
            checked=checked,
            survey_offered=survey_offered,
            code=code,
            given_by=by.staff_id,
            happened_at=at,
            entered_at=now,
        ).save()
        await arrivals.gone(application)
        await survey.invite(finished, now)
    return code


async def _fitting(
    application: Application, receiver: Receiver, old_card: OldCard, *, checked: bool
) -> Receiver:
    fields: dict[str, str] = {}
    kept = Receiver("holder")
    if receiver.kind == "family" and not (await thresholds.of(application.office)).family_may_collect:
        fields["receiver"] = "Kantor hanya menyerahkan kepada pemohon atau pembawa surat kuasa."
    if receiver.kind in ("family", "authorised"):
        kept = _other_receiver(receiver, fields)
        if receiver.kind == "authorised" and not await authority_page(application):
            fields["authority"] = "Pilih foto surat kuasanya."
    elif receiver.kind != "holder":
        fields["receiver"] = "Pilih siapa yang menerima."
    if not checked:
        fields["checked"] = "Minta penerima memeriksa nama, NIK, dan foto."
    if not old_card.taken and len(old_card.reason.strip()) < counter.REASON_AT_LEAST:
        fields["old_reason"] = "Tulis mengapa KTP-el lama tidak ditarik."
    if fields:
        raise Refused("Penyerahan belum lengkap.", fields)
    return kept


def _other_receiver(receiver: Receiver, fields: dict[str, str]) -> Receiver:
    name = nik = ""
    try:
        name = parse_name(receiver.name)
    except Invalid as invalid:
        fields["receiver_name"] = invalid.message
    try:
        nik = parse_nik(receiver.nik)
    except Invalid as invalid:
        fields["receiver_nik"] = invalid.message
    if len(receiver.relation.strip()) < counter.REASON_AT_LEAST:
        fields["relation"] = "Tulis hubungannya, misalnya istri, anak, atau tetangga."
    return Receiver(receiver.kind, name, nik, receiver.relation.strip()[:60])


async def authority_page(application: Application) -> int:
    """Id of the photo of a written authority, while it is kept; 0 when there is none. It goes as scans go."""
    row = (
        await Page.select(Page.id)
        .where(
            (Page.document.application == application.id)
            & (Page.document.kind == str(DocumentKind.PICKUP_AUTHORITY))
            & Page.replaced_at.is_null()
            & (Page.blob != "")
        )
        .first()
    )
    return int(row["id"]) if row else 0


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
