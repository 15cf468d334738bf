"""Promises counted anew when a cause changed, and people told of it once, with measure [T1, M2, G4]."""

from datetime import UTC, date, datetime
from typing import Any

from components import administration, obstacles, recount
from components.actors import Actor
from components.administration import TypedClosure
from components.ahead import Ahead
from components.kit import Kit
from components.obstacles import Entry
from components.words import WIB
from models.application import Application
from models.notification import Message
from models.office import Office
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role, State
from tests.support.cases import an_application, fresh
from tests.support.outbox import messages, text
from tests.support.service import member_of_staff

DUE = datetime(2026, 11, 25, 15, tzinfo=WIB).astimezone(UTC)
POWER = Entry(ObstacleKind.POWER, "Listrik padam")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB).astimezone(UTC)


async def received(state: State = State.SUBMITTED, **columns: Any) -> Application:
    values: dict[str, Any] = {"promise_at": DUE, "promise_told_at": DUE, **columns}
    return await an_application(state, **values)


async def officer() -> Actor:
    return await member_of_staff(Role.COUNTER)


async def kinds(row: Application) -> list[str]:
    found = await Message.select(Message.kind).where(Message.application == row.id).order_by(Message.id)
    return [one["kind"] for one in found]


async def test_the_column_follows_every_cause(service: Kit) -> None:
    """[T1] Begun, ended, put right, a day closed and opened; a printed card stays as it is."""
    row, printed = await received(), await received(State.PRINTED, printed_at=at(24, 9))
    by = await officer()
    assert await recount.recount(at(24, 8)) == 0, "nothing changed"

    async def due(now: datetime) -> datetime:
        await recount.recount(now)
        assert (await fresh(printed)).promise_at == DUE
        office = await Office.objects().get(Office.id == row.office)
        assert office is not None
        assert office.promises_stale_at is None
        return (await fresh(row)).promise_at

    power = await obstacles.declare(POWER, by, at(24, 8))
    await obstacles.end(power.id, by, at(24, 10))
    assert await due(at(24, 10)) == at(26, 10)
    mended = Entry(ObstacleKind.POWER, "Listrik padam", began_at=at(24, 9), late_reason="Salah jam")
    await obstacles.correct(power.id, mended, at(24, 10), by, at(24, 11))
    assert await due(at(24, 11)) == at(26, 9)
    admin = await member_of_staff(Role.ADMIN)
    await administration.close_day(
        TypedClosure("2026-11-25", "local", "Pilkades"), admin, at(24, 11), Ahead(later=1)
    )
    assert await due(at(24, 11)) == at(27, 9)
    (closed,) = [day for day in await administration.closed_days(by, at(24, 11)) if day.kind == "local"]
    assert closed.closed_on == date(2026, 11, 25)
    await administration.open_day(closed.id, admin, at(24, 12), Ahead(earlier=1))
    assert await due(at(24, 12)) == at(26, 9)


async def test_people_hear_of_an_obstacle_that_lasts_and_of_the_new_day_once(service: Kit) -> None:
    """[T1, G4] After an hour; the new day when it is known; not twice, and not twice on one day."""
    row, by = await received(), await officer()
    power = await obstacles.declare(POWER, by, at(24, 8))
    await recount.recount(at(24, 8))
    assert await recount.tell(at(24, 8, 59)) == 0
    assert await recount.tell(at(24, 9)) == 1
    assert await recount.tell(at(24, 9)) == 0
    await obstacles.end(power.id, by, at(24, 10))
    await recount.recount(at(24, 10))
    assert await recount.tell(at(24, 10)) == 0, "told of the obstacle today"
    assert await recount.tell(at(25, 8)) == 1
    assert await recount.tell(at(25, 8)) == 0
    assert await kinds(row) == ["obstacle", "promise_moved"]
    told = text((await messages(row))[-1])
    assert "paling lambat Kamis, 26 November 2026, 10.00 WIB" in told
    assert "karena listrik padam" in told


async def test_whom_it_does_not_stop_hears_nothing(service: Kit) -> None:
    """[T1] A broken printer says nothing to whom it does not hold up, nor to whose card is printed."""
    waiting, printed = await received(), await received(State.PRINTED, printed_at=at(23, 10))
    await obstacles.declare(Entry(ObstacleKind.PRINTER, "Kepala cetak rusak"), await officer(), at(24, 8))
    await recount.recount(at(24, 10))
    assert await recount.tell(at(24, 10)) == 0
    assert await kinds(waiting) == await kinds(printed) == []


async def test_a_failure_within_the_same_day_moves_and_tells_nothing(service: Kit) -> None:
    """[T1] Outside office hours an obstacle takes no time; a promise moved within its day is no news."""
    row = await received(promise_at=at(26, 10), promise_told_at=at(26, 10), received_at=at(23, 8))
    by = await officer()
    for begin, end in ((at(24, 8), at(24, 10)), (at(24, 10), at(24, 11)), (at(24, 16), at(24, 20))):
        power = await obstacles.declare(POWER, by, begin)
        await obstacles.end(power.id, by, end)
    await recount.recount(at(24, 20))
    assert (await fresh(row)).promise_at == at(26, 11)
    assert await recount.tell(at(24, 20)) == 0
    assert (await fresh(row)).promise_told_at == at(26, 11)
