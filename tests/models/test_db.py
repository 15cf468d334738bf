# ruff: noqa: PT012 - how a block of several statements ends is what these tests are about
"""models.db on both databases: transactions, rivals, cancellation, and what happens when the database fails."""

import asyncio
import random
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table

from models import db
from models.engines.postgres import PostgresBackend, PostgresSession
from models.engines.sqlite import SQLiteBackend, SQLiteSession
from tests.support.databases import Databases, Kind

PLACES = 20
NIK = "9999010101900001"


class Slot(Table, tablename="t_slot"):
    """Places that rivals take."""

    id: Serial
    capacity = Integer(default=PLACES)
    used = Integer(default=0)


class Booking(Table, tablename="t_booking"):
    """One taken place."""

    id: Serial
    slot = ForeignKey(references=Slot, default=None, null=False)
    person = Varchar(length=20, unique=True, default=None)


class Event(Table, tablename="t_event"):
    """Something with a moment."""

    id: Serial
    at = Timestamptz(default=None)
    seen = Boolean(default=False)


@pytest.fixture
async def slot(database: str) -> AsyncIterator[int]:
    """Tables of these tests, and one empty slot; afterwards nothing may be left open."""
    for table in (Slot, Booking, Event):
        await table.create_table()
    found = Slot()
    await found.save()
    yield found.id
    await assert_all_given_back()


async def assert_all_given_back() -> None:
    """No lock is held, no transaction is open, every connection is back, and writing works."""
    backend = db.engine.backend
    if isinstance(backend, SQLiteBackend):
        assert not backend.lock.locked()
        assert not await backend.writer.do(lambda raw: raw.in_transaction)
        assert len(sqlite_threads()) <= 3
    else:
        assert isinstance(backend, PostgresBackend)
        await asyncio.sleep(0)
        assert backend.pool.get_idle_size() == backend.pool.get_size() <= 10
        open_now = await db.engine.run(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%'",
            [],
        )
        assert open_now[0]["n"] == 0
    await Event.insert(Event(at=datetime.now(UTC)))


def sqlite_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("sqlite-")]


async def take_by_condition(slot: int, person: str) -> bool:
    async with db.transaction():
        taken = (
            await Slot.update({Slot.used: Slot.used + 1})
            .where((Slot.id == slot) & (Slot.used < Slot.capacity))
            .returning(Slot.id)
        )
        if taken:
            await Booking.insert(Booking(slot=slot, person=person))
    return bool(taken)


async def take_by_lock(slot: int, person: str) -> bool:
    async with db.transaction():
        row = await db.lock(Slot.objects().where(Slot.id == slot)).first()
        assert row is not None
        if await Booking.count().where(Booking.slot == slot) >= row.capacity:
            return False
        await Booking.insert(Booking(slot=slot, person=person))
    return True


@pytest.mark.parametrize("take", [take_by_condition, take_by_lock])
async def test_rivals_get_exactly_the_places_there_are(
    slot: int, take: Callable[[int, str], Awaitable[bool]]
) -> None:
    """[P8] 50 rivals for 20 places: 20 booked, 30 refused politely, none in error."""
    results = await asyncio.gather(*(take(slot, f"p{n}") for n in range(50)))
    assert sum(results) == PLACES
    assert await Booking.count() == PLACES


async def test_all_or_nothing(slot: int) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            await Booking.insert(Booking(slot=slot, person="a"))
            raise ZeroDivisionError
    assert await Booking.count() == 0


async def test_statements_see_their_own_transaction_and_others_do_not(slot: int) -> None:
    inside, seen = asyncio.Event(), asyncio.Event()

    async def watcher() -> bool:
        await inside.wait()
        found = await Booking.exists()
        seen.set()
        return found

    watching = asyncio.create_task(watcher())
    async with db.transaction():
        await Booking.insert(Booking(slot=slot, person="a"))
        assert await Booking.count() == 1
        inside.set()
        await seen.wait()
    assert await watching is False
    assert await Booking.count() == 1


async def test_an_inner_transaction_joins(slot: int) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            async with db.transaction():
                await Booking.insert(Booking(slot=slot, person="a"))
            assert await Booking.count() == 1
            raise ZeroDivisionError
    assert await Booking.count() == 0


async def test_a_swallowed_inner_failure_dooms_the_whole(slot: int) -> None:
    with pytest.raises(db.TransactionDoomed, match="ZeroDivisionError"):
        async with db.transaction():
            await Booking.insert(Booking(slot=slot, person="a"))
            try:
                async with db.transaction():
                    await Booking.insert(Booking(slot=slot, person="b"))
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass
    assert await Booking.count() == 0


async def test_a_swallowed_failing_statement_dooms_the_whole(slot: int) -> None:
    """PostgreSQL would turn the COMMIT into a ROLLBACK without a word; SQLite would write the half."""
    await Booking.insert(Booking(slot=slot, person="a"))
    with pytest.raises(db.TransactionDoomed, match="UniqueViolation"):
        async with db.transaction():
            await Booking.insert(Booking(slot=slot, person="b"))
            with pytest.raises(db.UniqueViolation):
                await Booking.insert(Booking(slot=slot, person="a"))
            with pytest.raises(db.TransactionDoomed):
                await Booking.count()
            with pytest.raises(db.TransactionDoomed):
                async with db.transaction():
                    pytest.fail("a doomed transaction cannot be joined")
    assert await Booking.select(Booking.person) == [{"person": "a"}]


async def test_a_failing_commit_gives_everything_back(slot: int) -> None:
    """More often than there are connections, each time with a real failure at COMMIT [T1: nothing half done]."""
    await db.run_sql(
        "CREATE TABLE t_late (slot INTEGER REFERENCES t_slot(id) DEFERRABLE INITIALLY DEFERRED NOT NULL)"
    )
    for _ in range(15):
        called: list[int] = []
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            async with db.transaction():
                await db.run_sql("INSERT INTO t_late (slot) VALUES (999)")
                db.after_commit(lambda called=called: called.append(1))
        assert called == []
        assert not db.engine.transaction_exists()
    async with db.transaction():
        await Booking.insert(Booking(slot=slot, person="after"))
    assert await Booking.count() == 1
    assert await db.engine.run("SELECT * FROM t_late", []) == []


async def test_a_commit_that_never_arrives_gives_everything_back(slot: int) -> None:
    """The connection is cut inside the transaction: ROLLBACK fails as well, the next transaction works."""
    backend = db.engine.backend
    for again in (False, True, False):
        with pytest.raises((db.DatabaseLost, db.TransactionDoomed)):
            async with db.transaction():
                await Booking.insert(Booking(slot=slot, person="gone"))
                if isinstance(backend, SQLiteBackend):
                    await backend.writer.do(lambda _: backend.writer.drop())
                    if again:
                        await Booking.insert(Booking(slot=slot, person="alone"))
                else:
                    with pytest.raises(db.DatabaseLost):
                        await db.engine.run("SELECT pg_terminate_backend(pg_backend_pid())", [])
    async with db.transaction():
        await Booking.insert(Booking(slot=slot, person="after"))
    assert await Booking.select(Booking.person) == [{"person": "after"}]


async def write_pair(slot: int, n: int) -> None:
    async with db.transaction():
        await Booking.insert(Booking(slot=slot, person=f"{n}-a"))
        await asyncio.sleep(0)
        await Slot.update({Slot.used: Slot.used + 1}).where(Slot.id == slot)
        await Booking.insert(Booking(slot=slot, person=f"{n}-b"))


async def test_cancellation_storms_leave_nothing_half_done(slot: int) -> None:
    """Clients that hang up at any moment: pairs stay pairs, no lock, thread or connection is left behind."""
    chance = random.Random(7)
    for storm in range(4):
        tasks = [asyncio.create_task(write_pair(slot, storm * 100 + n)) for n in range(60)]
        for task in chance.sample(tasks, 40):
            await asyncio.sleep(chance.choice((0, 0, 0.0005, 0.002)))
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(result) for result in results} <= {type(None), asyncio.CancelledError}
        await assert_all_given_back()
    persons = {row["person"] for row in await Booking.select(Booking.person)}
    assert {p[:-1] for p in persons if p.endswith("a")} == {p[:-1] for p in persons if p.endswith("b")}
    used = await Slot.select(Slot.used).first()
    assert used is not None
    assert used["used"] == len(persons) // 2 > 0


async def test_a_cancelled_commit_still_counts_and_tells(slot: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while COMMIT runs: the commit is finished, its callbacks run, then the cancellation arrives."""
    told: list[str] = []
    committing = asyncio.Event()
    session_type = SQLiteSession if db.dialect() == "sqlite" else PostgresSession
    finish: Any = session_type.end

    async def slow_end(self: object, commit: bool) -> None:
        committing.set()
        await asyncio.sleep(0.05)
        await finish(self, commit)

    monkeypatch.setattr(session_type, "end", slow_end)

    async def work() -> None:
        async with db.transaction():
            await Booking.insert(Booking(slot=slot, person="a"))
            db.after_commit(lambda: told.append("committed"))

    task = asyncio.create_task(work())
    await committing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ["committed"]
    assert await Booking.count() == 1


async def test_a_child_task_does_not_share_the_transaction(slot: int) -> None:
    """It is refused while the transaction is open, and free afterwards."""
    over = asyncio.Event()

    async def early() -> None:
        await Booking.insert(Booking(slot=slot, person="early"))

    async def late() -> None:
        await over.wait()
        async with db.transaction():
            await Booking.insert(Booking(slot=slot, person="late"))

    async with db.transaction():
        await Booking.insert(Booking(slot=slot, person="parent"))
        waiting = asyncio.create_task(late())
        refused = await asyncio.gather(early(), early(), return_exceptions=True)
        assert [type(error) for error in refused] == [db.TaskInsideTransaction] * 2
    over.set()
    await waiting
    persons = await Booking.select(Booking.person).order_by(Booking.id)
    assert [row["person"] for row in persons] == ["parent", "late"]


async def test_after_commit_runs_once_and_never_after_a_rollback(
    slot: int, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    async with db.transaction():
        async with db.transaction():
            await Booking.insert(Booking(slot=slot, person="a"))
            db.after_commit(lambda: told.append("inner"))
        db.after_commit(lambda: 1 / 0)
        db.after_commit(lambda: told.append("outer"))
        assert told == []
    assert told == ["inner", "outer"]
    assert "the commit stands" in caplog.text

    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            db.after_commit(lambda: told.append("rolled back"))
            raise ZeroDivisionError
    db.after_commit(lambda: told.append("at once"))
    assert told == ["inner", "outer", "at once"]


async def test_unique_violations_are_one_error_without_values(slot: int) -> None:
    """The message names columns or index; a NIK that clashes must not reach a log."""
    await Booking.insert(Booking(slot=slot, person=NIK))
    with pytest.raises(db.UniqueViolation) as caught:
        await Booking.insert(Booking(slot=slot, person=NIK))
    assert "person" in str(caught.value)
    assert NIK not in "".join(traceback.format_exception(caught.value))


async def test_other_errors_hold_no_values_either(slot: int) -> None:
    with pytest.raises(Exception, match=r"(?i)null") as caught:
        await Booking.raw("INSERT INTO t_booking (person, slot) VALUES ({}, NULL)", NIK)
    assert NIK not in "".join(traceback.format_exception(caught.value))


async def test_moments_come_back_aware_in_utc_to_the_microsecond(slot: int) -> None:
    """Whatever zone they were given in; they compare and sort as moments."""
    given = [
        datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Jakarta")),
        datetime(2026, 11, 23, 5, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 22, 23, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=-6))),
        datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    ]
    for at in given:
        await Event.insert(Event(at=at))
    rows = await Event.select().order_by(Event.at).order_by(Event.id)
    assert [row["at"] for row in rows] == sorted(given)
    assert all(row["at"].tzinfo is UTC for row in rows)
    assert all(row["seen"] is False for row in rows)
    assert await Event.count().where(Event.at <= given[0]) == 2
    returned = (
        await Event.update({Event.seen: True}).where(Event.at == given[1]).returning(Event.at, Event.seen)
    )
    assert returned == [{"at": given[1], "seen": True}]


async def test_a_naive_moment_is_refused(slot: int) -> None:
    """It would be stored seven hours off."""
    with pytest.raises(db.BadValue):
        await Event.insert(Event(at=datetime(2026, 11, 23, 12, 0)))  # noqa: DTZ001
    with pytest.raises(db.BadValue):
        await Event.select().where(Event.at < datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001


async def test_lock_is_refused_outside_a_transaction(slot: int) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        db.lock(Slot.objects())


async def test_reading_row_by_row_is_refused(slot: int) -> None:
    with pytest.raises(NotImplementedError, match="page by page"):
        await Slot.select().batch()


async def test_threads_end_with_the_database(databases: Databases) -> None:
    async with databases.fresh("sqlite"):
        await asyncio.gather(*(db.engine.run("SELECT 1", []) for _ in range(20)))
        assert len(sqlite_threads()) == 3
    assert sqlite_threads() == []


async def test_closing_waits_for_an_open_transaction_but_not_for_ever(
    databases: Databases, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that ends in time is committed; one that does not is rolled back, and told so."""
    monkeypatch.setattr("models.engines.sqlite.BUSY_MS", 500)
    monkeypatch.setattr("models.engines.postgres.PATIENCE", 0.5)
    url = await databases.create(kind, migrated=False)
    for person, hold in (("quick", 0.05), ("slow", 1.5)):
        await db.connect(url)
        await Slot.create_table(if_not_exists=True)
        begun = asyncio.Event()
        writing = asyncio.create_task(_write_slowly(begun, hold))
        await begun.wait()
        await db.close()
        result = (await asyncio.gather(writing, return_exceptions=True))[0]
        assert (person, isinstance(result, Exception)) == (person, person == "slow")
        assert sqlite_threads() == []
    await db.connect(url)
    assert await Slot.count() == 1
    await db.close()
    await databases.drop(url)


async def _write_slowly(begun: asyncio.Event, hold: float) -> None:
    async with db.transaction():
        begun.set()
        await Slot.insert(Slot())
        await asyncio.sleep(hold)


async def test_the_same_tables_follow_to_another_database(databases: Databases) -> None:
    """Tables keep one engine for ever; it is connected anew."""
    for kind in ("sqlite", "postgres", "sqlite"):
        async with databases.fresh(kind, migrated=False):
            assert db.dialect() == kind
            await Slot.create_table()
            await Slot.insert(Slot())
            assert await Slot.count() == 1


async def test_one_database_at_a_time(database: str) -> None:
    with pytest.raises(RuntimeError, match="close"):
        await db.connect(database)


async def test_without_a_database_the_error_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"models\.db\.connect"):
        await Slot.count()


@pytest.mark.parametrize("url", ["", "sqlite:", "sqlite:///", "mysql://u:geheim@h/d", "/tmp/x"])
async def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(ValueError, match="database URL") as caught:
        await db.connect(url)
    assert "geheim" not in str(caught.value)


async def test_check_says_how_safe_it_is(database: str, kind: Kind) -> None:
    """[M2] What the status page and `app.py check` show."""
    health = await db.check()
    assert health.engine == kind
    assert health.durable
    assert health.wal_safe == (health.journal_mode == "wal")
