"""A broken promise: noticed once, apologised for, made good by three things, and only then closed [G3, G4, G5]."""

from datetime import UTC, datetime
from typing import Any

import pytest

from components import case_lists, compensation, history, notifications, obstacles, recount
from components.actors import Actor
from components.case_lists import How, Wanted
from components.kit import Kit
from components.obstacles import Entry
from components.refusals import Missing, Overtaken, Refused
from components.words import WIB
from models.application import Application
from models.compensation import Compensation
from models.notification import Message
from models.rules.messages import Kind
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role, State
from tests.support.cases import an_application, fresh, holder
from tests.support.outbox import messages, text
from tests.support.service import member_of_staff


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB).astimezone(UTC)


DUE = at(25, 15)
LATE = at(25, 15, 1)


async def promised(state: State = State.SUBMITTED, **columns: Any) -> Application:
    return await an_application(state, **{"promise_at": DUE, "promise_told_at": DUE, **columns})


async def broken() -> tuple[Application, compensation.Case]:
    row = await promised()
    assert await compensation.notice_broken(LATE) == 1
    case = await compensation.of(row)
    assert case is not None
    return row, case


async def test_noticed_once_at_that_moment_with_an_apology(service: Kit) -> None:
    """[G3] Not at the last minute of the promise; the apology names the promise and the new expected day."""
    row = await promised()
    assert await compensation.notice_broken(DUE) == 0
    assert await compensation.notice_broken(LATE) == 1
    assert await compensation.notice_broken(at(26, 9)) == 0
    told = [one for one in await messages(row) if one.kind == Kind.APOLOGY]
    assert len(told) == 1
    words = text(told[0])
    assert "Kami berjanji KTP-el jadi paling lambat Rabu, 25 November 2026, 15.00 WIB." in words
    assert "Perkiraan baru: Kamis, 26 November 2026." in words
    assert len(words) < 900, "one screen of a phone"


async def test_what_a_declared_obstacle_moved_is_not_broken(service: Kit) -> None:
    """[T1, G3] The column lags behind the obstacle; nobody apologises for a promise that still holds."""
    row = await promised()
    officer = await member_of_staff(Role.COUNTER)
    power = await obstacles.declare(Entry(ObstacleKind.POWER, "Listrik padam"), officer, at(25, 8))
    assert await compensation.notice_broken(LATE) == 0
    assert (await fresh(row)).promise_at == at(26, 15), "it moves on as long as the obstacle lasts"
    await obstacles.end(power.id, officer, at(25, 10))
    assert await recount.recount(at(25, 16)) == 1
    assert (await fresh(row)).promise_at == at(26, 10)
    assert await compensation.notice_broken(at(26, 10, 1)) == 1
    case = await compensation.of(row)
    assert case is not None
    assert case.row.cause == "listrik padam"
    assert case.row.promised_at == at(26, 10)


@pytest.mark.parametrize(
    "columns",
    [{"state": State.RETURNED}, {"state": State.WITHDRAWN}, {"state": State.PRINTED, "printed_at": DUE}],
)
async def test_who_is_not_owed_anything(service: Kit, columns: dict[str, Any]) -> None:
    """[G3] The applicant's turn, an ended application, a card made in time."""
    await promised(**columns)
    assert await compensation.notice_broken(at(26, 9)) == 0


async def test_printed_late_while_nobody_looked_is_owed_all_the_same(service: Kit) -> None:
    row = await promised(State.PRINTED, printed_at=at(26, 9))
    assert await compensation.notice_broken(at(26, 10)) == 1
    assert "Perkiraan baru" not in text((await messages(row))[-1])


async def test_closed_only_when_all_three_are_done(service: Kit) -> None:
    """[G3, G4, G5] Sent apology, sent notice, and each document of the family done or explained."""
    row, case = await broken()
    officer = await member_of_staff(Role.OPERATOR)
    await Message.update({Message.state: "sent"}).where(Message.kind == "apology")
    for kind, person in (("birth_certificate", "anak kedua"), ("child_card", "anak pertama")):
        await compensation.ask(row, kind, person, holder(row), at(26, 8))
    await compensation.take(case.row.id, officer)
    assert await compensation.follow(at(26, 8)) == 0
    (shown,) = await compensation.open_cases(officer)
    assert [shown.done(kind) for kind in ("apology", "ready_notice", "facilitation")] == [True, False, False]
    assert shown.owner
    first, second = (document.id for document in shown.documents)
    await compensation.settle(first, "done", "Akta sudah jadi, bisa diambil.", officer, at(26, 9))
    with pytest.raises(Overtaken):
        await compensation.settle(first, "done", "Akta sudah jadi.", officer, at(26, 9))
    with pytest.raises(Refused):
        await compensation.finish(case.row.id, "facilitation", "Sudah dibantu.", officer, at(26, 9))
    await compensation.settle(second, "explained", "Dilayani di Dispendukcapil.", officer, at(26, 10))
    assert await Compensation.exists().where(Compensation.closed_at.is_null())
    await notifications.tell(Kind.READY, row, at(26, 11))
    await Message.update({Message.state: "sent"}).where(Message.kind == "ready")
    assert await compensation.follow(at(26, 11)) == 1
    assert await compensation.open_cases(officer) == []
    with pytest.raises(Refused):
        await compensation.ask(row, "other", "saya", holder(row), at(26, 12))


async def test_a_family_that_lacks_nothing_and_an_applicant_nobody_can_write_to(service: Kit) -> None:
    """[G3, G5] Said by one press; what cannot be sent is said in person, with words how."""
    row, case = await broken()
    officer = await member_of_staff(Role.COUNTER)
    await compensation.lacks_nothing(row, holder(row), at(26, 8))
    with pytest.raises(Refused) as no:
        await compensation.finish(case.row.id, "apology", "", officer, at(26, 9))
    assert "note" in no.value.fields
    for kind in ("apology", "ready_notice"):
        await compensation.finish(case.row.id, kind, "Disampaikan langsung di loket.", officer, at(26, 9))
    assert await compensation.open_cases(officer) == []


async def test_nobody_elses_case(service: Kit) -> None:
    """[G1] Another office, another applicant, an application whose promise was kept."""
    row, case = await broken()
    kept = await promised(State.PRINTED, printed_at=at(24, 9))
    stranger = Actor(roles=frozenset({Role.OPERATOR}), staff_id=1, office_id=99)
    for act in (
        compensation.take(case.row.id, stranger),
        compensation.finish(case.row.id, "apology", "Sudah", stranger, LATE),
        compensation.ask(row, "other", "saya", holder(kept), LATE),
        compensation.ask(kept, "other", "saya", holder(kept), LATE),
    ):
        with pytest.raises(Missing):
            await act


@pytest.mark.parametrize(
    ("paper", "person", "field"),
    [("", "anak", "kind"), ("other", "", "person"), ("other", "NIK 3515115208900000", "person")],
)
async def test_what_is_asked_for_needs_a_kind_and_for_whom(
    service: Kit, paper: str, person: str, field: str
) -> None:
    row, _ = await broken()
    with pytest.raises(Refused) as no:
        await compensation.ask(row, paper, person, holder(row), LATE)
    assert field in no.value.fields


async def test_why_it_was_late_is_chosen_or_written_and_kept(service: Kit) -> None:
    """[G3, M4] By an officer of the office, for the applicant to read; every change is in the history."""
    row, case = await broken()
    officer = await member_of_staff(Role.COUNTER)
    for cause, words, field in (
        ("", "", "cause"),
        ("other", " ", "words"),
        ("other", "KK 3515081234567890", "words"),
    ):
        with pytest.raises(Refused) as no:
            await compensation.explain(case.row.id, cause, words, officer, LATE)
        assert set(no.value.fields) == {field}
    await compensation.explain(case.row.id, "crowd", "", officer, LATE)
    await compensation.explain(case.row.id, "other", "berkas tertinggal di map lain.", officer, LATE)
    after = await compensation.of(row)
    assert after is not None
    assert after.row.cause == "berkas tertinggal di map lain"
    lines = [line for line in await history.lines(row.id) if line.act == "cause_given"]
    assert [line.reason for line in lines] == ["antrean sedang panjang", "berkas tertinggal di map lain"]
    assert "antrean sedang panjang" in lines[1].details
    boss = await member_of_staff(Role.SUPERVISOR)
    (shown,), _ = await case_lists.listed(Wanted(How.LATE), boss, at(26, 9))
    assert shown.cause == "berkas tertinggal di map lain"
    stranger = Actor(frozenset({Role.COUNTER}), officer.staff_id, 999)
    with pytest.raises(Missing):
        await compensation.explain(case.row.id, "crowd", "", stranger, LATE)
