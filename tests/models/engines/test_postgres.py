# ruff: noqa: PT012 - how a block of several statements ends is what these tests are about
"""What only PostgreSQL does: limits of every connection, and a server that may lose what it acknowledged."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from piccolo.columns import Integer, Serial, Varchar
from piccolo.table import Table

from models import db
from models.engines.postgres import PostgresBackend
from tests.support.databases import Databases


class Note(Table, tablename="t_note"):
    """Something to write."""

    id: Serial
    text = Varchar(length=10, default=None)
    number = Integer(default=0)


@pytest.fixture
async def backend(databases: Databases) -> AsyncIterator[PostgresBackend]:
    async with databases.fresh("postgres"):
        await Note.create_table()
        found = db.engine.backend
        assert isinstance(found, PostgresBackend)
        yield found


async def test_every_connection_has_its_limits(backend: PostgresBackend) -> None:
    """Also those opened later, and those that came back: nothing is reset on the way."""
    for _ in range(2):
        connections = [await backend.take() for _ in range(10)]
        for connection in connections:
            for name, wanted in {
                "statement_timeout": "30s",
                "lock_timeout": "5s",
                "idle_in_transaction_session_timeout": "1min",
                "synchronous_commit": "on",
                "TimeZone": "UTC",
            }.items():
                assert await connection.fetchval(f"SHOW {name}") == wanted
        for connection in connections:
            await backend.give_back(connection)
    assert backend.pool.get_size() == 10


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_may_lose_commits_is_refused(
    backend: PostgresBackend, databases: Databases, setting: str
) -> None:
    await db.close()
    try:
        await databases.server.run(f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
        await _until(databases, setting, "off")
        with pytest.raises(db.UnsafeDatabase):
            await db.connect(backend.url)
        with pytest.raises(RuntimeError, match="no database"):
            await Note.count()
    finally:
        await databases.server.run(f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()")
        await _until(databases, setting, "on")
    await db.connect(backend.url)


async def _until(databases: Databases, setting: str, wanted: str) -> None:
    for _ in range(500):
        if await databases.server.value(f"SHOW {setting}") == wanted:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the server did not take the setting")


async def test_an_unreachable_server_is_lost() -> None:
    with pytest.raises(db.DatabaseLost):
        await db.connect("postgres://loket@127.0.0.1:1/none")


async def test_a_row_locked_by_another_is_busy_not_broken(backend: PostgresBackend) -> None:
    await Note.insert(Note(text="x"))
    other = await backend.take()
    await other.execute("BEGIN; UPDATE t_note SET number = 1")
    with pytest.raises(db.DatabaseBusy):
        async with db.transaction():
            await db.run_sql("SET LOCAL lock_timeout = '50ms'")
            await db.lock(Note.select(Note.id))
    await other.execute("ROLLBACK")
    await backend.give_back(other)
    async with db.transaction():
        assert len(await db.lock(Note.select(Note.id))) == 1


async def test_refused_values_are_not_repeated(backend: PostgresBackend) -> None:
    """asyncpg and PostgreSQL both quote what they refuse; it may be somebody's number."""
    for statement in (
        Note.insert(Note(text="9999010101900001")),  # longer than the column
        Note.insert(Note(text="9999\x00")),
        Note.insert(Note(text="\ud800")),
        Note.select().where(Note.number == "9999010101900001"),
        Note.select().where(Note.number == 9999010101900001),
    ):
        with pytest.raises(db.BadValue) as caught:
            await statement
        assert "9999" not in str(caught.value)
        assert caught.value.__suppress_context__


async def test_all_connections_taken_is_busy(
    backend: PostgresBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = [await backend.take() for _ in range(10)]
    monkeypatch.setattr("models.engines.postgres.PATIENCE", 0.05)
    with pytest.raises(db.DatabaseBusy):
        await Note.count()
    for connection in taken:
        await backend.give_back(connection)
    assert await Note.count() == 0


async def test_connections_cut_by_the_server_are_replaced(
    backend: PostgresBackend, databases: Databases
) -> None:
    """After a restart of the server the pool heals by itself; at most the statements under way are lost."""
    await asyncio.gather(*(Note.count() for _ in range(10)))
    await databases.server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'loket%' AND pid <> pg_backend_pid()"
    )
    await asyncio.sleep(0.05)
    results = await asyncio.gather(*(Note.count() for _ in range(20)), return_exceptions=True)
    assert {type(result) for result in results} <= {int, db.DatabaseLost}
    assert await Note.count() == 0
