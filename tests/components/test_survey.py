"""Answering the survey: once for each finished case, by its holder alone, kept apart from the case [E2]."""

import json
from datetime import timedelta
from typing import Any

import pytest

from components import hand_over, history, printing, survey
from components.actors import Actor, applicant
from components.kit import Kit
from components.notifications import body_of
from components.refusals import Missing, Refused
from components.survey import Answered
from models.application import Application
from models.notification import Message
from models.rules.messages import Kind
from models.rules.satisfaction import QUESTIONS, Element
from models.rules.workflow import Role, State
from models.survey import SurveyAnswer, SurveySheet
from tests.support.cases import NIK, an_application, holder
from tests.support.service import MONDAY, member_of_staff


async def finished(**columns: Any) -> Application:
    return await an_application(State.HANDED_OVER, MONDAY, finished_at=MONDAY, **columns)


async def test_one_invitation_with_the_hand_over(service: Kit) -> None:
    """In its transaction, to the applicant alone, on its way two hours later; the link leads to the survey [E2, G4]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await an_application(State.PRINTED, MONDAY, printed_at=MONDAY, channel="village")
    card = (hand_over.Receiver("holder"), hand_over.OldCard(taken=True))
    await hand_over.hand_over(application, *card, officer, MONDAY, MONDAY, checked=True)
    rows = await Message.objects().where(Message.kind == str(Kind.SURVEY))
    assert [(row.channel, row.due_at) for row in rows] == [("email", MONDAY + timedelta(hours=2))]
    assert "/survei/undangan/" in body_of(rows[0])
    # The paper says it to those who cannot be reached.
    assert (await printing.receipt_of(application)).survey == "loket.test/survei"


async def test_an_answer_lies_apart_from_its_case(service: Kit) -> None:
    """Each answer is kept at once; handed in, nothing says whose it is, and the case only that it was answered."""
    application = await finished()
    by = holder(application)
    for element in QUESTIONS[:8]:
        await survey.answer(application, element, "3", by, MONDAY)
    await survey.answer(application, Element.TIME, "2", by, MONDAY)
    row = await SurveySheet.objects().first()
    assert row is not None
    assert '"u3"' not in row.draft_sealed  # no cipher text holds quotes
    kept = await survey.sheet(application, by)
    assert (kept.answers[Element.TIME], kept.next) == (2, Element.COMPLAINTS)
    typed = {"sex": "female", "age_group": "nonsense", "remark": f"Cepat. NIK {NIK}"}
    await survey.hand_in(application, typed, by, MONDAY)
    (answer,) = await SurveyAnswer.select()
    assert "application" not in answer
    assert (answer["u3"], answer["u8"], answer["u9"], answer["sex"], answer["way"]) == (
        2,
        None,
        3,
        "female",
        "online",
    )
    assert answer["age_group"] == ""
    assert NIK not in answer["remark"]
    row = await SurveySheet.objects().first()
    assert row is not None
    assert (row.draft_sealed, row.answered_on) == ("", MONDAY.date())
    assert not await survey.is_open(application)


async def test_a_second_answer_is_refused(service: Kit) -> None:
    """Kindly, and whatever way it comes; a paper, too, is one for its case."""
    application = await finished()
    by = holder(application)
    await survey.answer(application, Element.COST, "4", by, MONDAY)
    await survey.hand_in(application, {}, by, MONDAY)
    with pytest.raises(Answered, match="Terima kasih"):
        await survey.answer(application, Element.COST, "1", by, MONDAY)
    with pytest.raises(Answered):
        await survey.hand_in(application, {}, by, MONDAY)
    officer = await member_of_staff(Role.COUNTER)
    paper = {"number": application.number, "day": MONDAY.date().isoformat(), "u1": "4"}
    with pytest.raises(Refused) as told:
        await survey.enter_paper(paper, officer, MONDAY)
    assert "number" in told.value.fields
    assert await SurveyAnswer.count() == 1


async def test_nobody_answers_for_others(service: Kit) -> None:
    """Not an officer, not another citizen, and not before the card was handed over."""
    application = await finished()
    open_case = await an_application(State.READY, MONDAY)
    officer = await member_of_staff(Role.COUNTER, Role.SUPERVISOR)
    both = Actor(officer.roles, officer.staff_id, officer.office_id, applications=frozenset({application.id}))
    for case, by in (
        (application, officer),
        (application, both),
        (application, applicant(open_case.id)),
        (open_case, holder(open_case)),
    ):
        with pytest.raises(Missing):
            await survey.answer(case, Element.COST, "4", by, MONDAY)
    assert await SurveySheet.count() == 0


async def test_nothing_answered_is_no_answer(service: Kit) -> None:
    """What was said about the respondent stays for the next try."""
    application = await finished()
    with pytest.raises(Refused, match="jawab paling sedikit satu"):
        await survey.hand_in(application, {"sex": "male"}, holder(application), MONDAY)
    with pytest.raises(Refused):
        await survey.answer(application, Element.COST, "5", holder(application), MONDAY)
    assert await SurveyAnswer.count() == 0
    assert await survey.is_open(application)


async def test_a_paper_is_marked_with_who_typed_it(service: Kit) -> None:
    """Way, officer and day; and the history of the case says that there was a paper, without its answers."""
    application = await finished()
    officer = await member_of_staff(Role.COUNTER)
    day = (MONDAY - timedelta(days=3)).date()
    paper = {
        "number": application.number.lower(),
        "day": day.isoformat(),
        "u1": "4",
        "u8": "1",
        "occupation": "other",
    }
    await survey.enter_paper(paper, officer, MONDAY)
    (answer,) = await SurveyAnswer.objects()
    assert (answer.way, answer.entered_by, answer.answered_on) == ("paper", officer.staff_id, day)
    assert [answer.u1, answer.u8, answer.u2] == [4, 1, None]
    last = (await history.lines(application.id))[-1]
    assert (last.act, json.loads(last.details)) == ("survey_paper", {})


async def test_a_wrong_paper_says_what_to_mend(service: Kit) -> None:
    officer = await member_of_staff(Role.OPERATOR)
    running = await an_application(State.READY, MONDAY)
    typed = {"number": running.number, "day": "2026-12-01", "u1": "5"}
    with pytest.raises(Refused) as told:
        await survey.enter_paper(typed, officer, MONDAY)
    assert set(told.value.fields) == {"number", "day", "u1"}
    with pytest.raises(Refused, match="petugas loket"):
        await survey.enter_paper(typed, await member_of_staff(Role.SUPERVISOR), MONDAY)


async def test_what_was_left_lying_goes(service: Kit) -> None:
    """A begun survey is kept for 30 days; one that was handed in stays answered."""
    begun, done = await finished(), await finished()
    for application in (begun, done):
        await survey.answer(application, Element.COST, "4", holder(application), MONDAY)
    await survey.hand_in(done, {}, holder(done), MONDAY)
    assert await survey.forget_drafts(MONDAY + timedelta(days=29)) == 0
    assert await survey.forget_drafts(MONDAY + timedelta(days=30)) == 1
    assert await survey.is_open(begun)
    assert not await survey.is_open(done)
