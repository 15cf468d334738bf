"""The history of the office is searched and checked whole every day, and its head is told by mail [M4]."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from components import account_history, audit, history, notifications
from components.actors import SYSTEM, Actor
from components.audit import Wanted
from components.kit import Kit
from models.application import Application
from models.db import run_sql
from models.history import Event
from models.notification import Message
from models.office import Office
from models.oversight import ChainCheck
from models.rules.account_acts import AccountAct
from models.rules.calendar import wib_day
from models.rules.workflow import Act, Role, State
from tests.support.cases import an_application, tell_history
from tests.support.service import MONDAY, member_of_staff

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def supervisor(service: Kit) -> Actor:
    return await member_of_staff(Role.SUPERVISOR, login="camat@krian.test")


async def of_another_office() -> Application:
    other = Office(
        prefix="WNY",
        name="Wonoayu",
        short_name="Wonoayu",
        regency="Sidoarjo",
        area_code="351516",
        address="Jl",
    )
    await other.save()
    return await an_application(State.SUBMITTED, office=other.id)


async def found(wanted: Wanted, by: Actor) -> list[tuple[str, str]]:
    rows, _ = await audit.search(wanted, by)
    return [(row.number or row.account, row.act) for row in rows]


async def test_it_is_searched_by_number_officer_act_and_period(supervisor: Actor) -> None:
    """M4: newest first, page by page; of the own office alone, accounts included."""
    row, foreign = await an_application(State.SUBMITTED), await of_another_office()
    await history.record(
        row.id, Act.RETURN, supervisor, Role.SUPERVISOR, MONDAY - DAY, reason="Foto terpotong"
    )
    staff = supervisor.staff_id or 0
    await account_history.record(
        staff, AccountAct.EXPORTED, supervisor, MONDAY, {"list": "berkas", "rows": 1}
    )
    today = wib_day(MONDAY)
    whole, end = await audit.search(Wanted(), supervisor)
    assert [(line.number or line.account) for line in whole] == [supervisor.name, row.number, row.number]
    assert end == ""
    exported, submitted, returned = [(line.number or line.account, line.act) for line in whole]
    assert exported == (supervisor.name, "Daftar diunduh")
    for wanted, expected in (
        (Wanted(number=row.number.lower()), [submitted, returned]),
        (Wanted(number=foreign.number), []),
        (Wanted(number="bukan nomor"), []),
        (Wanted(actor=supervisor.label), [exported, returned]),
        (Wanted(act=Act.RETURN), [returned]),
        (Wanted(since=today), [exported, submitted]),
        (Wanted(until=today - DAY), [returned]),
    ):
        assert await found(wanted, supervisor) == expected, wanted
    first, place = await audit.search(Wanted(), supervisor, limit=2)
    second, end = await audit.search(Wanted(), supervisor, place, limit=2)
    assert ([line.id for line in (*first, *second)], end) == ([line.id for line in whole], "")
    assert whole[2].reason == "Foto terpotong"


async def test_a_whole_history_is_told_every_morning(supervisor: Actor) -> None:
    """M4: the head and that all fits, once a day, in the morning; each day's head holds the one before."""
    await an_application(State.SUBMITTED, MONDAY - DAY)
    await audit.keep(MONDAY - 4 * HOUR)
    assert await Message.count() == 0
    for _ in range(3):
        await audit.keep(MONDAY)
    (message,) = await Message.objects()
    assert message.subject == "Riwayat utuh sampai 22 November 2026"
    head = await audit.head()
    assert head is not None
    assert head.words in notifications.body_of(message)
    checked = await audit.checked(supervisor)
    assert checked is not None
    assert (checked.lines, checked.broken) == (1, ())
    await audit.keep(MONDAY + DAY)
    later = await audit.head()
    assert later is not None
    assert later.digest != head.digest
    assert (await audit.checked(supervisor) or checked).day == wib_day(MONDAY + DAY)


async def _altered(row: Application) -> None:
    await Event.update({Event.reason: "lain"}).where((Event.application == row.id) & (Event.n == 2))


async def _removed(row: Application) -> None:
    await Event.delete().where((Event.application == row.id) & (Event.n == 1))


async def _cut_off(row: Application) -> None:
    await Event.delete().where((Event.application == row.id) & (Event.n == 3))


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (_altered, ["{number}"]),
        (_removed, ["{number}", "sidik 22 November 2026"]),
        (_cut_off, ["sidik 22 November 2026"]),
    ],
)
async def test_harm_is_found(
    supervisor: Actor, harm: Callable[[Application], Awaitable[None]], expected: list[str]
) -> None:
    """M4 G1: a line altered, one taken from the middle, and the last one, which only the head of its day knows."""
    rows = [await an_application(State.SUBMITTED, MONDAY - DAY) for _ in range(3)]
    for row in rows:
        for act in (Act.RETURN, Act.RESUBMIT):
            await tell_history(row, act, MONDAY - DAY)
    await audit.keep(MONDAY)
    await harm(rows[1])
    await audit.keep(MONDAY + DAY)
    checked = await audit.checked(supervisor)
    assert checked is not None
    assert list(checked.broken) == [words.format(number=rows[1].number) for words in expected]
    stranger = Actor(frozenset({Role.SUPERVISOR}), office_id=(supervisor.office_id or 0) + 1)
    of_others = await audit.checked(stranger)
    assert of_others is not None
    assert rows[1].number not in of_others.broken
    last = (await Message.objects().order_by(Message.id))[-1]
    assert last.subject.startswith("Perlu tindakan")


async def test_the_check_goes_on_where_it_stopped(supervisor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round of the scheduler does a part of it; a chain longer than a part is checked as one."""
    monkeypatch.setattr(audit, "_LINES", 2)
    monkeypatch.setattr(audit, "_STEPS", 1)
    for prepared in ("_AFTER", "_MACS"):
        monkeypatch.setattr(audit, prepared, type(audit._AFTER)(getattr(audit, prepared)._build))
    row = await an_application(State.SUBMITTED, MONDAY - DAY)
    for _ in range(4):
        await history.record(row.id, "look", SYSTEM, Role.SYSTEM, MONDAY - DAY)
    await run_sql("UPDATE event SET reason = 'lain' WHERE n = 4")
    rounds = 0
    while (await ChainCheck.select().where(ChainCheck.ended_at.is_not_null())) == []:
        await audit.keep(MONDAY)
        rounds += 1
    assert rounds > 3
    (check,) = await ChainCheck.select()
    assert (check["lines"], json.loads(check["broken"])) == (5, [f"application:{row.id}"])
