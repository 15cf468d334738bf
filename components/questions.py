"""Words between colleagues about one file: a note for whoever opens it next, a question to the supervisor [G1, M4]."""

from dataclasses import dataclass
from datetime import datetime

from piccolo.custom_types import Combinable

from components import casework
from components.actors import Actor
from components.refusals import Missing, Overtaken, Refused
from models.account import Staff
from models.application import Application
from models.db import transaction
from models.desk import Question
from models.history import Event
from models.rules.identity import Invalid, parse_note
from models.rules.workflow import Role

LIMIT = 300
NOTE = "colleague_note"


@dataclass(frozen=True)
class Asked:
    """A question with its answer, if there is one yet. Names are those of officers."""

    id: int
    number: str
    text: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class ColleagueNote:
    """What an officer wrote for colleagues."""

    text: str
    by: str
    at: datetime


def _words(text: str, field: str) -> str:
    try:
        words = parse_note(text, LIMIT)
    except Invalid as invalid:
        raise Refused(invalid.message, {field: invalid.message}) from None
    if not words:
        raise Refused("Tulisannya masih kosong.", {field: "Tulis dulu, lalu simpan."})
    return words


async def note(application: Application, text: str, by: Actor, now: datetime) -> None:
    """A line for colleagues in the file's history; the applicant never sees it. Raises Refused when it is empty."""
    if not by.holds(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR):
        raise Missing
    await casework.note(application, NOTE, by, now, reason=_words(text, "catatan_rekan"))


async def notes(application: Application) -> list[ColleagueNote]:
    """What colleagues wrote about this file, oldest first."""
    events = (
        await Event.select(Event.reason, Event.actor, Event.entered_at)
        .where((Event.application == application.id) & (Event.act == NOTE))
        .order_by(Event.n)
    )
    names = await _names({int(event["actor"].partition(":")[2]) for event in events})
    return [
        ColleagueNote(event["reason"], names[int(event["actor"].partition(":")[2])], event["entered_at"])
        for event in events
    ]


async def _names(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = await Staff.select(Staff.id, Staff.name).where(Staff.id.is_in(sorted(ids)))
    return {row["id"]: row["name"] for row in rows}


async def ask(application: Application, text: str, by: Actor, now: datetime) -> None:
    """Ask the supervisor about a file. It leaves the lists of the operators until it is answered.

    The promise goes on counting: a question is no obstacle [T1]. Raises Refused when it is empty, Overtaken
    while an earlier one is open.
    """
    if not by.holds(Role.OPERATOR, Role.COUNTER):
        raise Missing
    words = _words(text, "pertanyaan")
    async with transaction():
        # Its line comes first: it locks the application, so that of two who ask at once one finds the other's.
        await casework.note(application, "ask_supervisor", by, now, reason=words)
        if await Question.exists().where(
            (Question.application == application.id) & Question.answered_at.is_null()
        ):
            raise Overtaken("Atasan sudah ditanya soal berkas ini dan belum menjawab.")
        await Question(
            application=application.id,
            office=application.office,
            asked_by=by.staff_id,
            asked_at=now,
            text=words,
        ).save()


async def answer(question_id: int, text: str, by: Actor, now: datetime) -> None:
    """The supervisor's answer; the file is back in the queue. Raises Missing for another office's question."""
    words = _words(text, "jawaban")
    async with transaction():
        row = await Question.objects(Question.application).get(Question.id == question_id)
        if row is None or row.office != by.office_id or not by.holds(Role.SUPERVISOR):
            raise Missing
        answered = (
            await Question.update(
                {Question.answer: words, Question.answered_by: by.staff_id, Question.answered_at: now}
            )
            .where((Question.id == question_id) & Question.answered_at.is_null())
            .returning(Question.id)
        )
        if not answered:
            raise Overtaken("Pertanyaan ini sudah dijawab.")
        await casework.note(row.application, "supervisor_answer", by, now, reason=words)


async def unanswered(by: Actor) -> frozenset[str]:
    """Numbers of the office's files about which a question is open."""
    rows = await Question.select(Question.application.number.as_alias("number")).where(
        (Question.office == by.office_id) & Question.answered_at.is_null()
    )
    return frozenset(row["number"] for row in rows)


async def of_file(application: Application) -> list[Asked]:
    """What was asked about this file, oldest first."""
    return await _asked(Question.application == application.id)


async def to_answer(by: Actor) -> list[Asked]:
    """What waits for a supervisor of this office, oldest first."""
    return await _asked((Question.office == by.office_id) & Question.answered_at.is_null())


async def _asked(which: Combinable) -> list[Asked]:
    rows = (
        await Question.select(
            Question.id,
            Question.application.number.as_alias("number"),
            Question.text,
            Question.asked_by.name.as_alias("asked_by"),
            Question.asked_at,
            Question.answer,
            Question.answered_by.name.as_alias("answered_by"),
            Question.answered_at,
        )
        .where(which)
        .order_by(Question.id)
    )
    return [Asked(**{**row, "answered_by": row["answered_by"] or ""}) for row in rows]
