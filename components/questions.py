"""Words between colleagues about one file: a note for whoever opens it next, a question to the supervisor [G1, M4]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.custom_types import Combinable
from piccolo.query import Select

from components import casework
from components.actors import Actor
from components.refusals import Missing, Overtaken, Refused
from models.account import Staff
from models.application import Application
from models.db import Prepared, transaction
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


async def notes(events: Iterable[Event]) -> list[ColleagueNote]:
    """What colleagues wrote about a file, oldest first. events: the lines of its history."""
    written = [(event, int(event.actor.partition(":")[2])) for event in events if event.act == NOTE]
    names = await _names({writer for _, writer in written})
    return [ColleagueNote(event.reason, names[writer], event.entered_at) for event, writer in written]


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


_UNANSWERED = Prepared(
    lambda office: Question.select(Question.application.number.as_alias("number")).where(_open_at(office))
)


async def unanswered(by: Actor) -> frozenset[str]:
    """Numbers of the office's files about which a question is open."""
    return frozenset([row["number"] for row in await _UNANSWERED.rows(by.office_id)])


async def of_file(application: Application) -> list[Asked]:
    """What was asked about this file, oldest first."""
    return [_asked(row) for row in await _OF_FILE.rows(application.id)]


async def to_answer(by: Actor) -> list[Asked]:
    """What waits for a supervisor of this office, oldest first."""
    return [_asked(row) for row in await _TO_ANSWER.rows(by.office_id)]


def _open_at(office: int | None) -> Combinable:
    return (Question.office == office) & Question.answered_at.is_null()


def _with_names(which: Combinable) -> Select[Question]:
    return (
        Question.select(
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


_OF_FILE = Prepared(lambda application: _with_names(Question.application == application))
_TO_ANSWER = Prepared(lambda office: _with_names(_open_at(office)))


def _asked(row: Mapping[str, Any]) -> Asked:
    return Asked(**{**row, "answered_by": row["answered_by"] or ""})
