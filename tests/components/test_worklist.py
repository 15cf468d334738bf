"""The order of work: by promise, frozen while working, with a reason for every jump."""

from datetime import timedelta

import pytest

from components import decisions, history, questions, worklist
from components.actors import Actor
from components.decisions import Outcome
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from components.verification import Verdict
from components.worklist import SITTING_LASTS, OutOfOrder
from models.application import Application
from models.rules.workflow import Role
from tests.components.test_verification import KINDS, a_file
from tests.support.cases import fresh
from tests.support.desk import opened
from tests.support.service import MONDAY, member_of_staff

A_MINUTE = timedelta(minutes=1)
EARLY, LATE = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


async def three_files() -> tuple[Application, Application, Application]:
    """In the order of the queue: an early promise; a late one, corrected; a late one that arrived before it."""
    return (
        await a_file("KRN-AAAAAA", {"promise_at": EARLY}),
        await a_file("KRN-BBBBBB", {"promise_at": LATE, "returned_at": MONDAY - A_MINUTE}),
        await a_file("KRN-CCCCCC", {"promise_at": LATE, "received_at": MONDAY - timedelta(days=1)}),
    )


async def numbers(by: Actor, minutes: int = 0) -> list[str]:
    return [place.line.number for place in await worklist.places(by, MONDAY + minutes * A_MINUTE)]


async def test_the_queue_is_in_the_order_of_the_promise(service: Kit) -> None:
    """By promise, corrected files first among equals, then by arrival; without a promise last [G2]."""
    await a_file("KRN-DDDDDD", {"promise_at": None})
    await three_files()
    operator = await member_of_staff(Role.OPERATOR)
    assert await numbers(operator) == ["KRN-AAAAAA", "KRN-BBBBBB", "KRN-CCCCCC", "KRN-DDDDDD"]
    listed = await worklist.places(operator, MONDAY)
    assert await worklist.waiting(operator, listed) == 4


async def test_the_order_stands_still_while_working(service: Kit) -> None:
    """What arrives later stands below, however urgent; after a pause, or on wish, it is sorted in [G2]."""
    first, second, _ = await three_files()
    operator = await member_of_staff(Role.OPERATOR)
    await opened(first, operator, MONDAY)
    await a_file("KRN-DDDDDD", {"promise_at": MONDAY})
    frozen = ["KRN-AAAAAA", "KRN-BBBBBB", "KRN-CCCCCC", "KRN-DDDDDD"]
    assert await numbers(operator, 29) == frozen
    assert (await numbers(operator, int(SITTING_LASTS / A_MINUTE)))[0] == "KRN-DDDDDD"
    await opened(second, operator, MONDAY + 29 * A_MINUTE, "pemohon sakit")
    assert await numbers(operator, 31) == frozen
    await worklist.sort_anew(operator, MONDAY + 31 * A_MINUTE)
    assert (await numbers(operator, 32))[0] == "KRN-DDDDDD"


async def test_a_jump_needs_a_written_reason(service: Kit) -> None:
    """Nobody is served before others without a reason that the supervisor can read [G2]."""
    first, second, third = await three_files()
    operator = await member_of_staff(Role.OPERATOR)
    with pytest.raises(OutOfOrder, match="Ada 2 berkas"):
        await opened(third, operator, MONDAY)
    assert (await fresh(third)).claimed_by is None
    held = await opened(third, operator, MONDAY, "Pemohon akan operasi besok")
    assert held.claimed_by == operator.staff_id
    (event,) = [event for event in await history.lines(third.id) if event.act == worklist.OUT_OF_ORDER]
    assert event.reason == "Pemohon akan operasi besok"
    await opened(await fresh(third), operator, MONDAY + A_MINUTE)
    await opened(first, operator, MONDAY)
    await opened(second, operator, MONDAY, "yang pertama sedang saya buka juga")


async def test_what_a_colleague_holds_is_not_passed_over(service: Kit) -> None:
    """The next file is the first one that is free [G2, M5]."""
    first, second, _ = await three_files()
    operator = await member_of_staff(Role.OPERATOR, login="satu")
    colleague = await member_of_staff(Role.OPERATOR, login="dua")
    await opened(first, colleague, MONDAY)
    assert await worklist.next_number(operator, MONDAY) == second.number
    await opened(second, operator, MONDAY)
    with pytest.raises(Overtaken, match=colleague.name):
        await opened(first, operator, MONDAY)


async def test_a_skipped_file_goes_back_and_comes_last(service: Kit) -> None:
    """Skipping releases it for colleagues and is recorded [G1]."""
    first, second, _ = await three_files()
    operator = await member_of_staff(Role.OPERATOR, login="satu")
    colleague = await member_of_staff(Role.OPERATOR, login="dua")
    held = await opened(first, operator, MONDAY)
    await worklist.skip(held, operator, MONDAY)
    assert await worklist.next_number(operator, MONDAY) == second.number
    assert await worklist.next_number(colleague, MONDAY) == first.number
    assert [event.act for event in await history.lines(first.id)][-1] == "skip"


async def test_the_next_file_follows_a_decision(service: Kit) -> None:
    """A decided file leaves the list; at its end there is nothing, calmly [P6]."""
    files = await three_files()
    operator = await member_of_staff(Role.OPERATOR)
    for application in files:
        assert await worklist.next_number(operator, MONDAY) == application.number
        held = await opened(application, operator, MONDAY)
        await decisions.decide(
            held, Outcome.ACCEPT, {kind: Verdict() for kind in KINDS}, held.version, operator, MONDAY
        )
    assert await worklist.next_number(operator, MONDAY) is None


async def test_a_question_waits_for_the_supervisor_alone(service: Kit) -> None:
    """Asked about, a file leaves the operators' lists until the supervisor of the office answered [M4]."""
    first, second, _ = await three_files()
    operator = await member_of_staff(Role.OPERATOR)
    supervisor = await member_of_staff(Role.SUPERVISOR)
    await questions.ask(first, "Nama di KK beda satu huruf, boleh?", operator, MONDAY)
    assert await worklist.next_number(operator, MONDAY) == second.number
    with pytest.raises(Overtaken):
        await questions.ask(first, "Sekali lagi.", operator, MONDAY)
    (asked,) = await questions.to_answer(supervisor)
    assert (asked.number, asked.asked_by, asked.answered_at) == (first.number, operator.name, None)
    with pytest.raises(Missing):
        await questions.answer(asked.id, "Boleh.", operator, MONDAY)
    await questions.answer(asked.id, "Boleh, catat di riwayat.", supervisor, MONDAY + A_MINUTE)
    with pytest.raises(Overtaken):
        await questions.answer(asked.id, "Tidak.", supervisor, MONDAY + A_MINUTE)
    assert await questions.to_answer(supervisor) == []
    assert await worklist.next_number(operator, MONDAY) == first.number
    (told,) = await questions.of_file(first)
    assert (told.answer, told.answered_by) == ("Boleh, catat di riwayat.", supervisor.name)


async def test_a_note_is_for_the_colleague_who_opens_it_next(service: Kit) -> None:
    """Notes are kept in order, with who and when; an empty one is refused [G1]."""
    first, _, _ = await three_files()
    operator = await member_of_staff(Role.OPERATOR)
    with pytest.raises(Refused):
        await questions.note(first, "  ", operator, MONDAY)
    await questions.note(first, "Sudah ditelepon, akan kirim ulang.", operator, MONDAY)
    (kept,) = await questions.notes(await history.lines(first.id))
    assert (kept.text, kept.by, kept.at) == ("Sudah ditelepon, akan kirim ulang.", operator.name, MONDAY)
