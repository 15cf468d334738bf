"""Answering the satisfaction survey: once for each finished case, by its holder, or on paper [E2].

While somebody answers, what was said so far lies sealed with the case, so that a broken line loses nothing. Handed
in, the answers lie for themselves: no table says whose they are, and only the day is kept.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from components import casework, notifications
from components.actors import Actor
from components.kit import kit
from components.refusals import Missing, Overtaken, Refused
from models.application import Application
from models.db import lock, transaction
from models.rules.calendar import wib_day, wib_moment
from models.rules.catalogue import Sex
from models.rules.identity import Invalid, parse_number
from models.rules.messages import Kind
from models.rules.satisfaction import (
    HIGHEST,
    LOWEST,
    QUESTIONS,
    AgeGroup,
    Education,
    Element,
    Occupation,
    Way,
)
from models.rules.workflow import Role, State
from models.survey import SurveyAnswer, SurveySheet

REMARK_LIMIT = 500
DRAFTS_KEPT = timedelta(days=30)
ABOUT: Mapping[str, type[Sex | AgeGroup | Education | Occupation]] = {
    "sex": Sex,
    "age_group": AgeGroup,
    "education": Education,
    "occupation": Occupation,
}
"""What is asked about the respondent; all of it may be left out."""

TYPING = frozenset({Role.COUNTER, Role.OPERATOR})
"""Who types papers in."""

_NUMBERS = 2**31 - 1
_ALREADY = "Survei untuk permohonan ini sudah diisi. Terima kasih, satu permohonan cukup satu jawaban."


class Answered(Refused):
    """This case was answered for already."""


@dataclass(frozen=True)
class Sheet:
    """What was answered so far for one application. answered_on: when it was handed in, else None."""

    number: str
    answers: Mapping[Element, int] = field(repr=False)
    about: Mapping[str, str] = field(repr=False)
    answered_on: date | None

    @property
    def next(self) -> Element | None:
        """The first question without an answer, in the order they are asked; None when all have one."""
        return next((one for one in QUESTIONS if one not in self.answers), None)


async def invite(application: Application, now: datetime) -> None:
    """Ask the applicant, once, in the transaction of the hand-over. Nobody else is asked in their place."""
    await notifications.tell(Kind.SURVEY, application, now)


def may_answer(application: Application, by: Actor) -> bool:
    """Only the holder, by PIN or link; an officer never, whatever else they may do. And only when it is over."""
    return application.state == State.HANDED_OVER and not by.is_staff and application.id in by.applications


async def is_open(application: Application) -> bool:
    """Whether the survey of this finished case still waits for its answer."""
    if application.state != State.HANDED_OVER:
        return False
    row = await SurveySheet.objects().where(SurveySheet.application == application.id).first()
    return row is None or row.answered_on is None


async def sheet(application: Application, by: Actor) -> Sheet:
    """What this applicant answered so far. Raises Missing for everybody else, and before the hand-over."""
    if not may_answer(application, by):
        raise Missing
    row = await SurveySheet.objects().where(SurveySheet.application == application.id).first()
    return _sheet(application, row)


async def answer(application: Application, element: Element, value: str, by: Actor, now: datetime) -> Sheet:
    """Keep one answer at once. Raises Refused for what is not on the scale, Answered when it was handed in."""
    if value not in _SCALE:
        raise Refused("Belum ada jawaban.", {"jawaban": "Pilih satu jawaban, atau lewati pertanyaan ini."})
    return await _keep(application, {element: int(value)}, {}, by, now)


async def hand_in(application: Application, typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """The end: what is said about the respondent, a remark, and all answers laid down without the application.

    Raises Refused when no question was answered (what was typed is kept), Answered when it was handed in before.
    """
    async with transaction():
        kept = await _keep(application, {}, _about(typed), by, now)
        if kept.answers:
            await _lay_down(application, kept.answers, kept.about, Way.ONLINE, None, now)
            return
    raise Refused("Belum ada pertanyaan yang dijawab. Kembali, lalu jawab paling sedikit satu.")


async def enter_paper(typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """A paper that a respondent filled in, typed in by an officer and marked so.

    typed: number (of the finished case it was given out with), day, an answer for each element, and about the
    respondent. Raises Refused with fields for what cannot be read, for a case that is not finished, and for one
    that was answered for already: papers, too, count once for each case.
    """
    if not by.holds(*TYPING) or by.staff_id is None:
        raise Refused("Survei kertas dicatat oleh petugas loket atau operator.")
    fields: dict[str, str] = {}
    answers = _read(typed, fields)
    day = _day(typed.get("day", ""), wib_day(now), fields)
    application = await _finished_case(typed.get("number", ""), by, fields)
    if fields or application is None or day is None:
        raise Refused("Survei kertas belum dicatat.", fields)
    try:
        async with transaction():
            await _held(application, now)
            await _lay_down(application, answers, _about(typed), Way.PAPER, by.staff_id, now, day)
            await casework.note(application, "survey_paper", by, now)
    except Answered:
        raise Refused(
            "Survei kertas belum dicatat.", {"number": "Permohonan ini sudah punya jawaban survei."}
        ) from None


_SCALE = frozenset(str(value) for value in range(LOWEST, HIGHEST + 1))


def _read(typed: Mapping[str, str], fields: dict[str, str]) -> dict[Element, int]:
    answers = {}
    for element in Element:
        text = typed.get(element, "").strip()
        if text in _SCALE:
            answers[element] = int(text)
        elif text:
            fields[element] = "Tulis 1, 2, 3, atau 4. Kosongkan jika tidak dijawab."
    if not answers and not fields:
        fields[QUESTIONS[0]] = "Isi paling sedikit satu jawaban."
    return answers


def _day(text: str, today: date, fields: dict[str, str]) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        fields["day"] = "Pilih tanggal kertas ini diisi."
        return None
    if day > today or (today - day).days > 366:
        fields["day"] = "Pilih tanggal dalam setahun terakhir, paling lambat hari ini."
    return day


async def _finished_case(number: str, by: Actor, fields: dict[str, str]) -> Application | None:
    try:
        found = await casework.find(parse_number(number), by)
    except Invalid as invalid:
        fields["number"] = invalid.message
    except Missing:
        fields["number"] = "Nomor ini tidak ditemukan. Lihat nomor di tanda terima."
    else:
        if found.state == State.HANDED_OVER:
            return found
        fields["number"] = "KTP-el permohonan ini belum diserahkan."
    return None


def _about(typed: Mapping[str, str]) -> dict[str, str]:
    """What was said about the respondent; a group we do not know counts as not said, for nobody must say anything."""
    about = {name: typed[name] for name, known in ABOUT.items() if typed.get(name, "") in set(known)}
    remark = notifications.without_numbers(typed.get("remark", "").strip())[:REMARK_LIMIT]
    return {**about, "remark": remark}


async def _held(application: Application, now: datetime) -> SurveySheet:
    """The sheet of a case, made when there is none, and held until the transaction ends. Raises Answered."""
    fresh = SurveySheet(application=application.id, touched_at=now)
    await SurveySheet.insert(fresh).on_conflict(target=SurveySheet.application, action="DO NOTHING")
    row = await lock(SurveySheet.objects().where(SurveySheet.application == application.id).first())
    if row is None:
        raise Overtaken("Halaman ini sudah berubah. Muat ulang, lalu coba lagi.")
    if row.answered_on is not None:
        raise Answered(_ALREADY)
    return row


async def _keep(
    application: Application,
    answers: Mapping[Element, int],
    about: Mapping[str, str],
    by: Actor,
    now: datetime,
) -> Sheet:
    if not may_answer(application, by):
        raise Missing
    async with transaction():
        row = await _held(application, now)
        before = _sheet(application, row)
        kept = Sheet(application.number, {**before.answers, **answers}, {**before.about, **about}, None)
        draft = json.dumps({"answers": kept.answers, "about": kept.about})
        row.draft_sealed = kit().vault.seal(draft, _purpose(application))
        row.touched_at = now
        await row.save()
    return kept


async def _lay_down(
    application: Application,
    answers: Mapping[Element, int],
    about: Mapping[str, str],
    way: Way,
    entered_by: int | None,
    now: datetime,
    day: date | None = None,
) -> None:
    columns: dict[str, Any] = {
        "office": application.office,
        "way": str(way),
        "answered_on": day or wib_day(now),
        "entered_by": entered_by,
        **{str(element): value for element, value in answers.items()},
        **about,
    }
    # Numbers in the order of coming, or a moment beside the case, would say whose answer it is.
    await SurveyAnswer(id=1 + secrets.randbelow(_NUMBERS), **columns).save()
    midnight = wib_moment(wib_day(now), time())
    await SurveySheet.update(
        {
            SurveySheet.draft_sealed: "",
            SurveySheet.touched_at: midnight,
            SurveySheet.answered_on: wib_day(now),
        }
    ).where(SurveySheet.application == application.id)


def _sheet(application: Application, row: SurveySheet | None) -> Sheet:
    draft: dict[str, Any] = {"answers": {}, "about": {}}
    if row is not None and row.draft_sealed:
        draft = json.loads(kit().vault.open(row.draft_sealed, _purpose(application)))
    return Sheet(
        application.number,
        {Element(name): value for name, value in draft["answers"].items()},
        draft["about"],
        row.answered_on if row else None,
    )


def _purpose(application: Application) -> str:
    return f"application:{application.number}:survey"


def place(element: Element) -> int:
    """The place of a question among the nine, 1 to 9."""
    return QUESTIONS.index(element) + 1


def after(element: Element) -> Element | None:
    """The question that is asked next; None after the last."""
    return QUESTIONS[place(element)] if place(element) < len(QUESTIONS) else None


def before(element: Element) -> Element | None:
    """The question that was asked before; None for the first."""
    return QUESTIONS[place(element) - 2] if place(element) > 1 else None


async def forget_drafts(now: datetime) -> int:
    """Remove what was begun and left lying for 30 days; of how many cases."""
    left = (SurveySheet.draft_sealed != "") & (SurveySheet.touched_at <= now - DRAFTS_KEPT)
    gone = await SurveySheet.delete().where(left).returning(SurveySheet.id)
    return len(gone)
