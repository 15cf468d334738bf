"""An officer's decision on a whole file: stored at once, told a minute later, so it can be taken back [P6, P7].

Within the minute nobody has heard of it: taking it back recalls its messages, or is refused as a whole. Later it
is mended with a written reason, and the applicant is told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from components import appointments, arrivals, bookings, casework, corrections, notifications, verification
from components.actors import Actor
from components.grace import GRACE, hold_messages, recall_messages
from components.refusals import Missing, Overtaken, Refused
from components.verification import Verdict
from components.words import jam
from models.account import Staff
from models.application import Application
from models.db import Prepared, transaction
from models.desk import Decision
from models.rules.catalogue import DocumentKind
from models.rules.messages import Kind
from models.rules.workflow import Act, Role, State

_KEPT = (
    Application.correction_due_at,
    Application.returned_at,
    Application.upload_begun_at,
    Application.decided_reason,
    Application.finished_at,
    Application.accepted_at,
    Application.promise_at,
)
"""What a decision writes over, and taking it back restores."""

_SECOND_LOOK = "Atasan petugas memeriksa berkas ini sekali lagi. Anda tidak perlu berbuat apa-apa."
_TOO_LATE = "Pesannya sudah dikirim ke pemohon. Pakai Perbaiki keputusan dan tulis alasannya."


class Outcome(StrEnum):
    """What becomes of a file."""

    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"


_WORDS = {
    Outcome.ACCEPT: "diterima",
    Outcome.RETURN: "dikembalikan untuk diperbaiki",
    Outcome.REFUSE: "ditolak",
}


@dataclass(frozen=True)
class Made:
    """A decision of one's own that can still be taken back: shown with the time that is left."""

    id: int
    number: str
    outcome: Outcome
    until: datetime

    @property
    def words(self) -> str:
        return _WORDS[self.outcome]


async def decide(
    application: Application,
    outcome: Outcome,
    verdicts: Mapping[DocumentKind, Verdict],
    seen_version: int,
    by: Actor,
    now: datetime,
    *,
    reason: str = "",
    message: str = "",
    place: int | None = None,
) -> Application:
    """Judge every document and decide the file, in one step [P6, P7, P8]; returns it as it now stands.

    verdicts: per document sent. seen_version: of the page that was looked at. reason: written, for accepting
    what needs an officer's judgement and for refusing. message: what the officer made of the composed message
    to the applicant; empty leaves the composed one. place: of a walk-in, as accept says. Messages leave after GRACE.
    Raises Overtaken, saying who decided what, when the file is no longer open; Refused as accept, refuse and
    ask do.
    """
    if application.state != State.SUBMITTED:
        raise Overtaken(await _decided_already(application))
    verification.undecided(application, seen_version)
    async with transaction():
        if outcome is Outcome.ACCEPT:
            await verification.refuse_second(application)
        held = await verification.claim(application, by, now)
        if held.state != State.SUBMITTED:
            # A colleague's decision became whole while this one waited for the file.
            raise Overtaken(await _decided_already(held))
        await verification.write_verdicts(application, verdicts, by, now)
        if outcome is Outcome.ACCEPT:
            after = await verification.accept(application, reason, by, now, place)
        elif outcome is Outcome.REFUSE:
            after = await verification.refuse(application, reason, by, now)
        else:
            after = await corrections.ask(application, by, now, message)
        await Decision(
            application=application.id,
            outcome=str(outcome),
            decided_by=by.staff_id,
            decided_at=now,
            version=after.version,
            before=json.dumps(_before(application)),
        ).save()
        await hold_messages(application, now)
    return after


def _before(application: Application) -> dict[str, str | None]:
    values = {column._meta.name: getattr(application, column._meta.name) for column in _KEPT}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _restored(before: str) -> dict[Any, Any]:
    """The columns as they were. Text stays text; everything else that is written down is a time."""
    values = json.loads(before)
    columns: dict[Any, Any] = {}
    for column in _KEPT:
        value = values[column._meta.name]
        is_time = value is not None and column is not Application.decided_reason
        columns[column] = datetime.fromisoformat(value) if is_time else value
    return columns


async def _decided_already(application: Application) -> str:
    """Who decided what, for the colleague who came second."""
    row = await _latest(application.id)
    if row is None or row.taken_back_at is not None:
        return "Berkas ini sudah tidak menunggu keputusan. Pilih berkas lain."
    person = await Staff.select(Staff.name).where(Staff.id == row.decided_by).first()
    name = person["name"] if person else "petugas lain"
    return f"Berkas ini sudah {_WORDS[Outcome(row.outcome)]} oleh {name} pukul {jam(row.decided_at)}."


async def _latest(application_id: int) -> Decision | None:
    row: Decision | None = await (
        Decision.objects()
        .where(Decision.application == application_id)
        .order_by(Decision.id, ascending=False)
        .first()
    )
    return row


_LAST_OF = Prepared(
    lambda officer, since: (
        Decision.select(
            Decision.id,
            Decision.application.number.as_alias("number"),
            Decision.outcome,
            Decision.decided_at,
            Decision.taken_back_at,
        )
        .where((Decision.decided_by == officer) & (Decision.decided_at > since))
        .order_by(Decision.id, ascending=False)
        .limit(1)
    )
)


async def just_made(by: Actor, now: datetime) -> Made | None:
    """The officer's own last decision, while its minute runs; None without one."""
    row = await _LAST_OF.first(by.staff_id, now - GRACE)
    if row is None or row["taken_back_at"] is not None:
        return None
    return Made(row["id"], row["number"], Outcome(row["outcome"]), row["decided_at"] + GRACE)


async def take_back(application: Application, by: Actor, now: datetime) -> Application:
    """Within the minute: the file is as it was before one's own decision, and nobody hears of it [P6].

    Its messages are recalled; when one of them is already on its way, nothing is taken back. The officer holds
    the file again. Raises Refused when the minute is over or somebody else decided, Overtaken when the
    application has moved on since.
    """
    async with transaction():
        row, decision = await _open_decision(application)
        if decision.decided_by != by.staff_id:
            raise Refused("Keputusan ini dibuat petugas lain. Pakai Perbaiki keputusan dan tulis alasannya.")
        if now - decision.decided_at >= GRACE:
            raise Refused(_TOO_LATE)
        if row.version != decision.version:
            raise Overtaken("Permohonan ini sudah berubah lagi. Muat ulang untuk melihatnya.")
        if not await recall_messages(decision.application, decision.decided_at):
            raise Refused(_TOO_LATE)
        if row.state == State.ARRIVED:
            # A walk-in that was accepted straight into the line leaves it first, and its place is free again.
            row = await arrivals.take_back(row, by, now)
        return await _put_back(row, decision, by, now, held=True)


async def mend(application: Application, reason: str, by: Actor, now: datetime) -> Application:
    """After the minute: decide again, with a written reason; the applicant is told that it is looked at again.

    Possible until the applicant came, and while the scans are kept. Raises Refused without a reason, or once
    that is over.
    """
    reason = verification.remark(reason)
    if len(reason) < verification.REASON_AT_LEAST:
        raise Refused(
            "Tulis alasan keputusan diperbaiki.", {"alasan_ulang": "Tulis paling sedikit satu kalimat."}
        )
    async with transaction():
        row, decision = await _open_decision(application)
        if not by.holds(Role.OPERATOR, Role.COUNTER):
            raise Missing
        return await _look_again(row, decision, by, now, reason, held=True)


async def hand_back(application: Application, by: Actor, now: datetime) -> Application:
    """After a second look in which something did not fit: the accepted file waits for an operator again [M4].

    The applicant is told, and the appointment is free for others. Raises Missing for who is no supervisor, Refused once
    the applicant came or the scans are gone, Overtaken when somebody was quicker.
    """
    if not by.holds(Role.SUPERVISOR):
        raise Missing
    async with transaction():
        row, decision = await _open_decision(application)
        return await _look_again(row, decision, by, now, _SECOND_LOOK, held=False)


async def _look_again(
    row: Application, decision: Decision, by: Actor, now: datetime, reason: str, *, held: bool
) -> Application:
    """Put back a decision that its applicant has heard of, and tell them. held: by who puts it back."""
    if row.scans_removed_at is not None:
        raise Refused("Dokumennya sudah dihapus, jadi keputusan ini tidak bisa diperiksa ulang.")
    await recall_messages(decision.application, decision.decided_at)
    after = await _put_back(row, decision, by, now, reason, held=held)
    told = await casework.reread(after)
    told.decided_reason = reason  # for the words of the message alone
    await notifications.tell(Kind.LOOKED_AT_AGAIN, told, now)
    return after


async def _open_decision(application: Application) -> tuple[Application, Decision]:
    """The application, locked, and the decision it stands on. Raises Refused when there is none to take back."""
    row = await bookings.locked(application.id)
    decision = await _latest(application.id)
    if decision is None or decision.taken_back_at is not None:
        raise Refused("Tidak ada keputusan yang bisa dibatalkan pada permohonan ini.")
    return row, decision


async def _put_back(
    row: Application, decision: Decision, by: Actor, now: datetime, reason: str = "", *, held: bool
) -> Application:
    await appointments.release(row.id, "cancelled", now)
    taken = (
        await Decision.update({Decision.taken_back_by: by.staff_id, Decision.taken_back_at: now})
        .where((Decision.id == decision.id) & Decision.taken_back_at.is_null())
        .returning(Decision.id)
    )
    if not taken:
        raise Overtaken("Keputusan ini sudah dibatalkan.")
    return await casework.advance(
        row,
        Act.TAKE_BACK,
        by,
        now,
        reason=reason,
        changes={**_restored(decision.before), **(verification.held_by(by, now) if held else {})},
        details={"outcome": decision.outcome},
    )
