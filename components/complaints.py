"""The one writer of a complaint's state, and of what is said about it [C1, S2, M4].

Every step is one guarded UPDATE, its words (sealed), its line of history and the news it causes, in one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from components import access, history, notifications, promises
from components.actors import Actor
from components.kit import kit
from components.refusals import Missing, Overtaken, Refused
from components.wording import COMPLAINT_STATE_WORDS
from models.complaint import Complaint, ComplaintLine
from models.db import transaction
from models.rules import complaints as rules
from models.rules.complaints import (
    CLASS_DAYS,
    FIRST_ANSWER_DAYS,
    OFFICERS,
    PRESUMED,
    ComplaintAct,
    ComplaintClass,
    ComplaintKind,
    ComplaintState,
)
from models.rules.identity import Invalid, parse_note
from models.rules.messages import ComplaintNews
from models.rules.workflow import Role

LONGEST = 3000
"""Letters of what is said at once."""
_SHORTEST = 5
_CAUSES = {
    ComplaintAct.TAKE_UP: ComplaintNews.TAKEN_UP,
    ComplaintAct.ASK: ComplaintNews.ASKED,
    ComplaintAct.ANSWER: ComplaintNews.ANSWERED,
    ComplaintAct.CLOSE: ComplaintNews.CLOSED,
}
_ANSWERS = frozenset({ComplaintAct.TAKE_UP, ComplaintAct.ASK, ComplaintAct.ANSWER})
"""What the complainant hears from a person: the first of these ends the first clock."""
_NEEDS_WORDS = {
    ComplaintAct.TAKE_UP: "Tulis apa yang akan dikerjakan. Pelapor membacanya.",
    ComplaintAct.ASK: "Tulis pertanyaan untuk pelapor.",
    ComplaintAct.REPLY: "Tulis jawabannya.",
    ComplaintAct.ANSWER: "Tulis jawaban untuk pelapor.",
    ComplaintAct.REOPEN: "Tulis apa yang belum benar.",
}
_CLOSED = "Pengaduan belum bisa dibuka."
_NOT_DONE = "Belum disimpan."


@dataclass(frozen=True)
class Said:
    """One thing that was said. by_office: by the office, not by who complained."""

    act: str
    by_office: bool
    text: str = field(repr=False)
    at: datetime


# --- who may know of it ---


def roles_towards(complaint: Complaint, by: Actor) -> frozenset[Role]:
    """The roles this actor holds for this very complaint; empty when it must not be known to exist [S2]."""
    if complaint.id in by.complaints:
        return frozenset({Role.APPLICANT})
    if Role.SYSTEM in by.roles:
        return frozenset({Role.SYSTEM})
    if not by.is_staff or complaint.office != by.office_id:
        return frozenset()
    return by.roles & OFFICERS if rules.seen_by(secret=complaint.secret, roles=by.roles) else frozenset()


def visible(by: Actor) -> Any:
    """The condition for the complaints that this member of staff may know of, numbers included."""
    if by.office_id is None or not by.holds(*OFFICERS):
        raise Missing
    mine: Any = Complaint.office == by.office_id
    return mine if by.holds(Role.SUPERVISOR) else mine & (Complaint.secret == False)  # noqa: E712 (SQL)


async def find(number: str, by: Actor) -> Complaint:
    """The complaint with this number. Raises Missing, the same for unknown, foreign and hidden."""
    row = await Complaint.objects().where(Complaint.number == rules.parse_number(number)).first()
    if row is None or not roles_towards(row, by):
        raise Missing
    return row


async def open_by_pin(number: str, pin: str, now: datetime) -> Complaint:
    """The complaint with this number and PIN, both as typed. Raises Refused as access.open_by_pin() does."""
    digits = access.readable_pin(pin, _CLOSED)
    canonical = rules.parse_number(number)
    row = await Complaint.objects().where(Complaint.number == canonical).first()
    await access.prove(canonical or "P-", digits, row.pin_hash if row else "", now, _CLOSED)
    if row is None:
        raise Missing
    return row


async def held_by(token: str) -> Complaint | None:
    """The complaint whose token a browser brings, if any."""
    if not token:
        return None
    return await Complaint.objects().where(Complaint.link_hash == kit().vault.token_hash(token)).first()


# --- its steps ---


async def advance(
    complaint: Complaint,
    act: ComplaintAct,
    by: Actor,
    now: datetime,
    *,
    text: str = "",
    grade: str = "",
) -> Complaint:
    """Do one step of the table, whole or not at all [C1].

    text: what is said with it, as typed. grade: the class, to classify. Raises Missing for what this actor must not
    know of, Overtaken when the table holds no such step or somebody was quicker, Refused with fields.
    """
    source = ComplaintState(complaint.state)
    roles = roles_towards(complaint, by)
    if not roles:
        raise Missing
    line = rules.step(act, source)
    if line is None:
        raise Overtaken(f"Tidak bisa dilakukan: sekarang {COMPLAINT_STATE_WORDS[source].lower()}.")
    if line.by.isdisjoint(roles):
        raise Refused("Anda tidak berwenang melakukan langkah ini.")
    words = "" if act is ComplaintAct.CLASSIFY else spoken(text, _NEEDS_WORDS.get(act, ""))
    changes = await _changes(complaint, act, grade, now)
    async with transaction():
        moved = (
            await Complaint.update(
                {**changes, Complaint.state: str(line.target), Complaint.version: Complaint.version + 1}
            )
            .where((Complaint.id == complaint.id) & (Complaint.version == complaint.version))
            .returning(Complaint.id)
        )
        if not moved:
            raise Overtaken("Pengaduan ini baru saja diubah orang lain. Muat ulang halaman.")
        role = next(role for role in Role if role in line.by and role in roles)
        details = {"class": grade} if act is ComplaintAct.CLASSIFY else None
        await history.record_of_complaint(
            complaint.id, act, by, role, now, source=source, target=line.target, details=details
        )
        if words:
            await _say(complaint, act, by, words, now)
        after = await reread(complaint)
        if act in _CAUSES:
            await notifications.tell_complainant(_CAUSES[act], after, now)
    return after


async def _changes(complaint: Complaint, act: ComplaintAct, grade: str, now: datetime) -> dict[Any, Any]:
    """The columns that a step changes beside the state."""
    calendar = await promises.office_calendar(complaint.office)
    changes: dict[Any, Any] = {}
    if act in _ANSWERS and complaint.first_answered_at is None:
        changes[Complaint.first_answered_at] = now
    if act is ComplaintAct.CLASSIFY:
        if grade not in ComplaintClass._value2member_map_:
            raise Refused("Belum dipilah.", {"kelas": "Pilih satu dulu, lalu tekan Simpan."})
        changes[Complaint.grade] = grade
        changes[Complaint.due_at] = rules.due_after(
            complaint.clock_at, CLASS_DAYS[ComplaintClass(grade)], calendar
        )
    elif act is ComplaintAct.ASK:
        changes[Complaint.asked_at] = now
    elif act is ComplaintAct.REPLY:
        changes[Complaint.asked_at] = None
        changes[Complaint.due_at] = rules.due_after_waiting(
            complaint.due_at, complaint.asked_at, now, calendar
        )
    elif act is ComplaintAct.ANSWER:
        changes[Complaint.answered_at] = now
    elif act is ComplaintAct.CLOSE:
        changes[Complaint.closed_at] = now
    elif act is ComplaintAct.REOPEN:
        ended = complaint.answered_at if complaint.closed_at is None else complaint.closed_at
        if not rules.may_reopen(ComplaintState(complaint.state), ended, now):
            raise Refused("Waktu 10 hari sudah lewat. Sampaikan sebagai pengaduan baru.")
        changes |= {Complaint.clock_at: now, Complaint.answered_at: None, Complaint.closed_at: None}
        changes[Complaint.due_at] = rules.due_after(now, CLASS_DAYS[class_of(complaint)], calendar)
    return changes


def class_of(complaint: Complaint) -> ComplaintClass:
    """By which clock it counts: its class, or the one presumed for its kind."""
    return ComplaintClass(complaint.grade) if complaint.grade else PRESUMED[ComplaintKind(complaint.kind)]


async def first_clocks(
    kind: ComplaintKind, office_id: int, received_at: datetime
) -> tuple[datetime, datetime]:
    """Until when the first answer, and the answer, are owed to what was received then [C1]."""
    calendar = await promises.office_calendar(office_id)
    return (
        rules.due_after(received_at, FIRST_ANSWER_DAYS, calendar),
        rules.due_after(received_at, CLASS_DAYS[PRESUMED[kind]], calendar),
    )


def spoken(text: str, needed: str, name: str = "teks") -> str:
    """What was typed as it is kept. needed: the words for an empty field; empty when it may be left so."""
    try:
        words = parse_note(text, LONGEST, name)
    except Invalid as invalid:
        raise Refused(_NOT_DONE, {name: invalid.message}) from None
    if needed and len(words) < _SHORTEST:
        raise Refused(_NOT_DONE, {name: needed})
    return words


async def _say(complaint: Complaint, act: ComplaintAct, by: Actor, words: str, now: datetime) -> None:
    """Keep what was said. The step has locked the complaint, so that no other line takes the number."""
    n = await ComplaintLine.count().where(ComplaintLine.complaint == complaint.id) + 1
    sealed = kit().vault.seal(words, _context(complaint, n))
    await ComplaintLine(
        complaint=complaint.id, n=n, act=str(act), staff=by.staff_id, text_sealed=sealed, said_at=now
    ).save()


async def dialogue(complaint: Complaint) -> list[Said]:
    """All that was said since, oldest first. What an officer typed in for the complainant is the complainant's."""
    rows = (
        await ComplaintLine.objects().where(ComplaintLine.complaint == complaint.id).order_by(ComplaintLine.n)
    )
    office_says = {str(act) for act in _ANSWERS | {ComplaintAct.CLOSE}}
    return [
        Said(
            row.act,
            row.act in office_says,
            kit().vault.open(row.text_sealed, _context(complaint, row.n)) if row.text_sealed else "",
            row.said_at,
        )
        for row in rows
    ]


def _context(complaint: Complaint, n: int) -> str:
    return f"complaint:{complaint.number}:line:{n}"


async def note(
    complaint: Complaint,
    act: str,
    by: Actor,
    now: datetime,
    details: Mapping[str, history.Detail] | None = None,
) -> None:
    """A line of history without a step. Raises Missing if this actor must not know of it."""
    roles = roles_towards(complaint, by)
    if not roles:
        raise Missing
    role = next(role for role in Role if role in roles)
    await history.record_of_complaint(complaint.id, act, by, role, now, details=details)


async def reread(complaint: Complaint) -> Complaint:
    """The complaint as it now stands."""
    row = await Complaint.objects().get(Complaint.id == complaint.id)
    if row is None:
        raise Missing
    return row


async def hide(complaint: Complaint, by: Actor, now: datetime) -> None:
    """Say that it is about an officer: from now on it is the supervisor's alone [S2]. Never undone."""
    if Role.SUPERVISOR not in roles_towards(complaint, by):
        raise Missing
    async with transaction():
        await Complaint.update({Complaint.secret: True}).where(Complaint.id == complaint.id)
        await note(complaint, "hide", by, now)
