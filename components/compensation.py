"""A broken promise is made good: apology, notice, help with the family's documents, each until done [G3, G4, G5]."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from components import bookings, casework, notifications, promises, recount
from components.actors import SYSTEM, Actor
from components.jobs import each
from components.logs import redact
from components.promises import Count
from components.refusals import Missing, Overtaken, Refused
from components.wording import LATE_CAUSE_WORDS, obstacle_words
from models.application import Application
from models.compensation import Compensation, CompensationTask, FamilyDocument
from models.db import transaction
from models.notification import Message
from models.rules.calendar import wib_day
from models.rules.compensation import FamilyPaper, LateCause, Outcome, Task, facilitated
from models.rules.identity import Invalid, parse_note
from models.rules.messages import Kind, MessageState
from models.rules.promises import PauseCause
from models.rules.workflow import Role, State

MOST_DOCUMENTS = 12
LONGEST_NOTE = 300
LONGEST_CAUSE = 120
_SHORTEST_NOTE = 5
_LOOKED_BACK = timedelta(days=7)
_MADE = (State.PRINTED, State.READY, State.HANDED_OVER)
_FILERS = frozenset({Role.APPLICANT, Role.REGISTRAR, Role.COUNTER})


@dataclass(frozen=True)
class Case:
    """One broken promise with its tasks and the documents its family lacks, for both sides alike."""

    row: Compensation
    number: str
    state: str
    tasks: tuple[CompensationTask, ...]
    documents: tuple[FamilyDocument, ...]
    owner: str = ""

    def done(self, kind: str) -> bool:
        """Whether one of the three is done."""
        return any(task.kind == kind and task.done_at is not None for task in self.tasks)


# --- what the scheduler does ---


async def notice_broken(now: datetime) -> int:
    """Once per application, when its promise has passed without a card [G3]; how many.

    A promise that something moved meanwhile is only put down anew. What was printed late while nobody looked is
    found as well.
    """
    rows: list[Application] = await Application.objects().where(
        (recount.running() & (Application.promise_at < now))
        | (
            Application.state.is_in([str(state) for state in _MADE])
            & (Application.printed_at > now - _LOOKED_BACK)
            & (Application.printed_at > Application.promise_at)
        )
    )
    ids = [row.id for row in rows]
    known = (
        await Compensation.select(Compensation.application).where(Compensation.application.is_in(ids))
        if ids
        else []
    )
    done = {one["application"] for one in known}
    broken: dict[int, Count] = {}

    async def count(office_id: int) -> bool:
        of_office = {row.id: row for row in rows if row.office == office_id and row.id not in done}
        for id_, counted in (await promises.count_all(office_id, list(of_office.values()), now)).items():
            made = cast(datetime | None, of_office[id_].printed_at) or now
            if counted.clock.held_by is PauseCause.MISSED or made <= counted.clock.due_at:
                await recount.put_down(of_office[id_], counted)
            else:
                broken[id_] = counted
        return False

    await each(dict.fromkeys(row.office for row in rows), count, "promises of an office")
    return await each(broken, lambda id_: _open(id_, broken[id_], now), "broken promise")


async def _open(application_id: int, counted: Count, now: datetime) -> bool:
    async with transaction():
        row = await bookings.locked(application_id)
        if row.state not in (*recount.COUNTED, *_MADE):
            return False
        expected = await _expected_on(row, now)
        made = (
            await Compensation.insert(
                Compensation(
                    application=row.id,
                    office=row.office,
                    promised_at=counted.clock.due_at,
                    broken_at=now,
                    cause=obstacle_words(counted.moved_by),
                    expected_on=expected,
                )
            )
            .on_conflict(target=Compensation.application, action="DO NOTHING")
            .returning(Compensation.id)
        )
        if not made:
            return False
        await CompensationTask.insert(
            *[CompensationTask(compensation=made[0]["id"], kind=str(kind)) for kind in Task]
        )
        details = {"promised_at": counted.clock.due_at.isoformat(), "expected_on": expected.isoformat()}
        await casework.note(row, "promise_broken", SYSTEM, now, details=details)
        values = {
            "promised_at": counted.clock.due_at,
            "expected_on": expected,
            "causes": list(counted.moved_by),
            "made": row.printed_at is not None,
        }
        await notifications.tell(Kind.APOLOGY, row, now, values=values)
    return True


async def _expected_on(row: Application, now: datetime) -> date:
    """The day of the appointment that is still to come, else the next working day."""
    booking = await bookings.current(row.id)
    calendar = await promises.office_calendar(row.office)
    following = calendar.add_working_days(wib_day(now), 1)
    return max(wib_day(booking.starts_at), wib_day(now)) if booking and booking.starts_at > now else following


async def follow(now: datetime) -> int:
    """Mark what was done meanwhile, and close what is made good; how many were closed."""
    rows = await Compensation.select(Compensation.id).where(Compensation.closed_at.is_null())
    return await each([row["id"] for row in rows], lambda id_: _follow(id_, now), "compensation")


async def _follow(compensation_id: int, now: datetime) -> bool:
    async with transaction():
        case = await _case(compensation_id)
        application_id = case.row.application
        reached = {
            row["kind"]
            for row in await Message.select(Message.kind).where(
                (Message.application == application_id)
                & Message.kind.is_in([str(Kind.APOLOGY), str(Kind.READY)])
                & (Message.state == str(MessageState.SENT))
            )
        }
        helped = facilitated(
            case.row.answered_at is not None, [Outcome(document.state) for document in case.documents]
        )
        # Who has the card in hand needs no notice that it can be collected.
        true = {
            Task.APOLOGY: str(Kind.APOLOGY) in reached,
            Task.READY_NOTICE: str(Kind.READY) in reached or case.state == State.HANDED_OVER,
            Task.FACILITATION: helped,
        }
        for kind, is_done in true.items():
            if is_done and not case.done(kind):
                await _mark(compensation_id, kind, None, "", now)
        return await _close(compensation_id, now)


async def _mark(compensation_id: int, kind: Task, by: int | None, note: str, now: datetime) -> None:
    await CompensationTask.update(
        {CompensationTask.done_at: now, CompensationTask.done_by: by, CompensationTask.note: note}
    ).where(
        (CompensationTask.compensation == compensation_id)
        & (CompensationTask.kind == str(kind))
        & CompensationTask.done_at.is_null()
    )


async def _close(compensation_id: int, now: datetime) -> bool:
    """Close the case when all three are done."""
    left = await CompensationTask.exists().where(
        (CompensationTask.compensation == compensation_id) & CompensationTask.done_at.is_null()
    )
    if left:
        return False
    closed = (
        await Compensation.update({Compensation.closed_at: now})
        .where((Compensation.id == compensation_id) & Compensation.closed_at.is_null())
        .returning(Compensation.id)
    )
    return bool(closed)


# --- what the applicant says ---


async def of(application: Application) -> Case | None:
    """The broken promise of an application; None when it was kept so far."""
    row = await Compensation.select(Compensation.id).where(Compensation.application == application.id).first()
    return await _case(row["id"]) if row else None


async def ask(application: Application, kind: str, person: str, by: Actor, now: datetime) -> None:
    """The applicant lists one document that a member of the same KK lacks [G5].

    Raises Refused with fields without a kind or for whom, and once the case is closed; Missing for whoever may not
    act for this application, or when no promise was broken.
    """
    case = await _own(application, by)
    fields: dict[str, str] = {}
    if kind not in FamilyPaper._value2member_map_:
        fields["kind"] = "Pilih dokumennya."
    words = _note(person, 60, "person", fields)
    if not words:
        fields.setdefault("person", "Tulis untuk siapa, misalnya anak kedua.")
    if len(case.documents) >= MOST_DOCUMENTS:
        fields["kind"] = "Sudah banyak dokumen yang diminta. Sebutkan sisanya kepada petugas."
    if fields:
        raise Refused("Belum tersimpan.", fields)
    async with transaction():
        await FamilyDocument(compensation=case.row.id, kind=kind, person=words, asked_at=now).save()
        await Compensation.update({Compensation.answered_at: now}).where(
            (Compensation.id == case.row.id) & Compensation.answered_at.is_null()
        )
        await CompensationTask.update({CompensationTask.done_at: None, CompensationTask.done_by: None}).where(
            (CompensationTask.compensation == case.row.id) & (CompensationTask.kind == str(Task.FACILITATION))
        )


async def lacks_nothing(application: Application, by: Actor, now: datetime) -> None:
    """The applicant says that the family lacks no document. Raises as ask() does."""
    case = await _own(application, by)
    async with transaction():
        await Compensation.update({Compensation.answered_at: now}).where(
            (Compensation.id == case.row.id) & Compensation.answered_at.is_null()
        )
        await _follow(case.row.id, now)


async def _own(application: Application, by: Actor) -> Case:
    case = await of(application)
    if case is None or casework.roles_towards(application, by).isdisjoint(_FILERS):
        raise Missing
    if case.row.closed_at is not None:
        raise Refused(
            "Bantuan untuk permohonan ini sudah selesai. Hubungi kantor bila masih ada yang kurang."
        )
    return case


# --- what officers do ---


async def open_cases(by: Actor) -> list[Case]:
    """Every broken promise of the office that is not made good yet, the oldest first."""
    rows = (
        await Compensation.select(Compensation.id)
        .where((Compensation.office == by.office_id) & Compensation.closed_at.is_null())
        .order_by(Compensation.broken_at)
    )
    return [await _case(row["id"]) for row in rows]


async def take(compensation_id: int, by: Actor) -> None:
    """This officer takes the case in hand. Raises Missing for a foreign one."""
    case = await _of_office(compensation_id, by)
    await CompensationTask.update({CompensationTask.owner: by.staff_id}).where(
        (CompensationTask.compensation == case.row.id) & CompensationTask.done_at.is_null()
    )


async def explain(compensation_id: int, cause: str, words: str, by: Actor, now: datetime) -> None:
    """Say why this promise was broken, where no obstacle says it, or better than it does [G3, M4].

    cause: a LateCause; words: for any other one, within a sentence, read by the applicant. What stood there before
    stays in the history. Raises Refused with the fields `cause`, `words`, Missing for a foreign case.
    """
    case = await _of_office(compensation_id, by)
    fields: dict[str, str] = {}
    written = _note(words, LONGEST_CAUSE, "words", fields).rstrip(" .")
    if cause not in LateCause._value2member_map_:
        fields["cause"] = "Pilih sebabnya."
    elif cause == LateCause.OTHER and len(written) < _SHORTEST_NOTE:
        fields.setdefault("words", "Tulis sebabnya. Pemohon membacanya.")
    if fields:
        raise Refused("Belum tersimpan.", fields)
    said = written if cause == LateCause.OTHER else LATE_CAUSE_WORDS[LateCause(cause)]
    application = await Application.objects().get(Application.id == case.row.application)
    if application is None:
        raise Missing
    async with transaction():
        await Compensation.update({Compensation.cause: said}).where(Compensation.id == case.row.id)
        details = {"before": case.row.cause}
        await casework.note(application, "cause_given", by, now, reason=said, details=details)


async def settle(document_id: int, outcome: str, note: str, by: Actor, now: datetime) -> None:
    """One document of the family is done, or it is explained why not [G5].

    Raises Refused with fields without an outcome or words for the applicant; Overtaken when it is settled already.
    """
    document = await FamilyDocument.objects().get(FamilyDocument.id == document_id)
    if document is None:
        raise Missing
    case = await _of_office(document.compensation, by)
    fields: dict[str, str] = {}
    if outcome not in (Outcome.DONE, Outcome.EXPLAINED):
        fields["outcome"] = "Pilih selesai atau dijelaskan."
    words = _note(note, LONGEST_NOTE, "note", fields, required=True)
    if fields:
        raise Refused("Belum tersimpan.", fields)
    async with transaction():
        settled = (
            await FamilyDocument.update(
                {
                    FamilyDocument.state: outcome,
                    FamilyDocument.outcome: words,
                    FamilyDocument.settled_at: now,
                    FamilyDocument.settled_by: by.staff_id,
                }
            )
            .where((FamilyDocument.id == document_id) & (FamilyDocument.state == str(Outcome.OPEN)))
            .returning(FamilyDocument.id)
        )
        if not settled:
            raise Overtaken("Dokumen ini sudah diselesaikan. Muat ulang halaman.")
        await _follow(case.row.id, now)


async def finish(compensation_id: int, kind: str, note: str, by: Actor, now: datetime) -> None:
    """A task was done by hand: the apology said in person, the family without a wish [G3-G5].

    Raises Refused with fields without words, and for the help while a document is open; Missing for a foreign case.
    """
    case = await _of_office(compensation_id, by)
    if kind not in Task._value2member_map_:
        raise Refused("Pilih dulu apa yang selesai.")
    fields: dict[str, str] = {}
    words = _note(note, LONGEST_NOTE, "note", fields, required=True)
    if kind == Task.FACILITATION and any(one.state == Outcome.OPEN for one in case.documents):
        fields["note"] = "Selesaikan dulu dokumen yang diminta."
    if fields:
        raise Refused("Belum tersimpan.", fields)
    async with transaction():
        await _mark(case.row.id, Task(kind), by.staff_id, words, now)
        await _close(case.row.id, now)


def _note(text: str, limit: int, field: str, fields: dict[str, str], *, required: bool = False) -> str:
    try:
        words = parse_note(text, limit)
    except Invalid as invalid:
        fields[field] = invalid.message
        return ""
    if redact(words) != words:
        fields[field] = "Jangan tulis NIK, nomor KK, nomor telepon, atau alamat email di sini."
    elif required and len(words) < _SHORTEST_NOTE:
        fields[field] = "Tulis satu kalimat. Pemohon membacanya."
    return words


async def _of_office(compensation_id: int, by: Actor) -> Case:
    row = await Compensation.select(Compensation.id).where(
        (Compensation.id == compensation_id) & (Compensation.office == by.office_id)
    )
    if not row:
        raise Missing
    return await _case(compensation_id)


async def _case(compensation_id: int) -> Case:
    row: Any = await Compensation.objects().get(Compensation.id == compensation_id)
    (application,) = await Application.select(Application.number, Application.state).where(
        Application.id == row.application
    )
    tasks = await CompensationTask.objects().where(CompensationTask.compensation == compensation_id)
    owner = (
        await CompensationTask.select(CompensationTask.owner.name.as_alias("name"))
        .where((CompensationTask.compensation == compensation_id) & CompensationTask.owner.is_not_null())
        .first()
    )
    documents = (
        await FamilyDocument.objects()
        .where(FamilyDocument.compensation == compensation_id)
        .order_by(FamilyDocument.id)
    )
    return Case(
        row,
        application["number"],
        application["state"],
        tuple(sorted(tasks, key=lambda task: list(Task).index(Task(task.kind)))),
        tuple(documents),
        owner["name"] if owner else "",
    )
