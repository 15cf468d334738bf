"""From the recording to the card: captured, recorded again, printed on one blank, spoiled, ready [P3, P10, S1]."""

from dataclasses import dataclass
from datetime import datetime

from components import bookings, calling, casework, counter, grace, stock
from components.actors import Actor
from components.refusals import Refused
from models.application import Application
from models.card_stock import Capture
from models.db import transaction
from models.rules import catalogue
from models.rules.catalogue import Service
from models.rules.workflow import Act


@dataclass(frozen=True)
class Recorded:
    """What the officer says of a recording; the biometric itself never comes here [P3].

    matched: face, old card and KK were compared. approved: the applicant saw the photo and agrees. device: on
    which it was recorded.
    """

    photo: bool = False
    signature: bool = False
    approved: bool = False
    matched: bool = False
    device: str = ""
    fingerprints: bool = False
    iris: bool = False


def wanted(application: Application) -> frozenset[catalogue.Capture]:
    """What must be recorded before this card is printed; empty where the service asks for nothing."""
    return catalogue.captures_stored(application.service, application.change)


async def capture(
    application: Application,
    recorded: Recorded,
    by: Actor,
    now: datetime,
    at: datetime,
    *,
    reason: str = "",
) -> Application:
    """Photo and/or signature were recorded on the office's device [P3].

    at: when. reason: why this person is served before others, where it is not their turn [G2]. Raises Refused
    when what was asked for was not recorded, when nobody compared the papers, or when the applicant did not
    approve the photo; OutOfOrder without a reason that is needed.
    """
    fields = _lacking(application, recorded)
    if fields:
        raise Refused("Perekaman belum lengkap.", fields)
    counter.after(application.arrived_at, at, now)
    async with transaction():
        await bookings.locked(application.id)
        await calling.serve(application, by, now, reason)
        details = {"photo": recorded.photo, "signature": recorded.signature, "approved": recorded.approved}
        if recorded.fingerprints or recorded.iris:
            details |= {"fingerprints": recorded.fingerprints, "iris": recorded.iris}
        after = await casework.advance(
            application,
            Act.CAPTURE,
            by,
            now,
            changes={Application.captured_at: at},
            details={**details, "matched": recorded.matched, "device": recorded.device},
            happened_at=at,
        )
        await Capture(
            application=application.id,
            photo=recorded.photo,
            signature=recorded.signature,
            fingerprints=recorded.fingerprints,
            iris=recorded.iris,
            approved_by_applicant=recorded.approved,
            matched=recorded.matched,
            device=recorded.device[:60],
            captured_by=by.staff_id,
            happened_at=at,
            entered_at=now,
        ).save()
    return after


def _lacking(application: Application, recorded: Recorded) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not recorded.matched:
        card = "KTP-el lama" if catalogue.has_old_card(Service(application.service)) else "data"
        fields["matched"] = f"Cocokkan dulu wajah, {card}, dan KK asli."
    needed = wanted(application)
    if catalogue.Capture.PHOTO in needed and not recorded.photo:
        fields["photo"] = "Foto diminta pemohon, jadi harus direkam."
    if catalogue.Capture.SIGNATURE in needed and not recorded.signature:
        fields["signature"] = "Tanda tangan diminta pemohon, jadi harus direkam."
    if catalogue.Capture.FINGERPRINTS in needed and not recorded.fingerprints:
        fields["fingerprints"] = "KTP-el pertama perlu sidik jari."
    if catalogue.Capture.IRIS in needed and not recorded.iris:
        fields["iris"] = "KTP-el pertama perlu iris mata."
    if recorded.photo and not recorded.approved:
        fields["approved"] = "Tunjukkan fotonya. Pemohon boleh minta diulang sebelum disetujui."
    return fields


async def last_capture(application: Application) -> Capture | None:
    """The recording that this application's card is made from; None while there is none that counts."""
    row: Capture | None = await (
        Capture.objects()
        .where((Capture.application == application.id) & Capture.undone_at.is_null())
        .order_by(Capture.id, ascending=False)
        .first()
    )
    return row


async def void_captures(application: Application, now: datetime) -> None:
    """The recordings so far count no more; they stay written. Joins the caller's transaction."""
    await Capture.update({Capture.undone_at: now}).where(
        (Capture.application == application.id) & Capture.undone_at.is_null()
    )


async def retake(application: Application, reason: str, by: Actor, now: datetime) -> Application:
    """The recording is done again; the earlier record stays in the history."""
    words = counter.reason(reason)
    async with transaction():
        after = await casework.advance(
            application, Act.RETAKE, by, now, reason=words, changes={Application.captured_at: None}
        )
        await void_captures(application, now)
    return after


async def print_card(
    application: Application, serial: str, by: Actor, now: datetime, at: datetime
) -> Application:
    """The card exists [P10]: it takes one blank by its serial. The promise is kept or broken at this moment [T1].

    Raises Refused while what was asked for was not recorded [P3], whatever the state says.
    """
    counter.after(application.captured_at, at, now)
    async with transaction():
        taken = await stock.take(application, serial, by, now, at)
        after = await casework.advance(
            application,
            Act.PRINT,
            by,
            now,
            changes={Application.printed_at: at},
            details={"serial": taken},
            happened_at=at,
        )
        await _refuse_unrecorded(application)
    return after


async def _refuse_unrecorded(application: Application) -> None:
    row = await last_capture(application)
    kept = set() if row is None else {kind for kind, done in _kinds(row) if done}
    if row is None or not wanted(application) <= kept:
        raise Refused("Belum direkam, jadi belum boleh dicetak. Rekam dulu, lalu catat di sini.")


def _kinds(row: Capture) -> tuple[tuple[catalogue.Capture, bool], ...]:
    return (
        (catalogue.Capture.PHOTO, row.photo),
        (catalogue.Capture.SIGNATURE, row.signature),
        (catalogue.Capture.FINGERPRINTS, row.fingerprints),
        (catalogue.Capture.IRIS, row.iris),
    )


async def spoil(application: Application, reason: str, by: Actor, now: datetime) -> Application:
    """The print failed: the blank is spoiled, with the reason, and the card is printed again [S1]."""
    words = counter.reason(reason)
    async with transaction():
        serial = await stock.spoil(application, words, by, now)
        return await casework.advance(
            application,
            Act.SPOIL,
            by,
            now,
            reason=words,
            changes={Application.printed_at: None, Application.ready_at: None},
            details={"serial": serial},
        )


async def make_ready(application: Application, by: Actor, now: datetime) -> Application:
    """Printed while the holder is not at the counter: told a minute later that it can be collected [G4].

    Within that minute it can be undone, and nobody hears of it.
    """
    async with transaction():
        after = await casework.advance(
            application, Act.MAKE_READY, by, now, changes={Application.ready_at: now}
        )
        await grace.hold_messages(application, now)
    return after
