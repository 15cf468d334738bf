# ruff: noqa: PT012 - how a block of several statements ends is what these tests are about
"""What only SQLite does: PRAGMAs of every connection, the choice of journal, a lock held by another process."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from piccolo.columns import Varchar
from piccolo.table import Table

from models import db
from models.engines import sqlite
from models.engines.sqlite import SQLiteBackend, moment, wal_is_safe


class Note(Table, tablename="t_note"):
    """Something to write."""

    text = Varchar(default=None)


@pytest.fixture
async def backend(sqlite_database: str) -> SQLiteBackend:
    await Note.create_table()
    found = db.engine.backend
    assert isinstance(found, SQLiteBackend)
    return found


def test_the_bundled_library_serves() -> None:
    """Not the system's, which may be one that loses commits in WAL mode."""
    assert sqlite3.__name__ == "pysqlite3"
    assert wal_is_safe(sqlite3.sqlite_version_info)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_the_version_gate(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


async def test_every_connection_has_the_pragmas(backend: SQLiteBackend) -> None:
    for connection in (backend.writer, *backend.readers):
        for name, wanted in {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 10_000,
            "trusted_schema": 0,
            "secure_delete": 1,
            "query_only": int(connection.read_only),
        }.items():
            found = await connection.do(lambda raw, name=name: raw.execute(f"PRAGMA {name}").fetchone()[0])
            assert (name, found) == (name, wanted)


async def test_readers_cannot_write(backend: SQLiteBackend) -> None:
    for reader in backend.readers:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await reader.do(lambda raw: raw.execute("DELETE FROM t_note"))


async def test_an_old_library_keeps_away_from_wal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: SQLiteBackend
) -> None:
    """The same tests of rivals and cancellation hold for DELETE; here: it is chosen, durable, and it works."""
    await db.close()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    await db.connect(f"sqlite:///{backend.path}")  # it was WAL before
    health = await db.check()
    assert (health.journal_mode, health.wal_safe, health.durable) == ("delete", False, True)
    await asyncio.gather(
        *(Note.insert(Note(text=str(n))) for n in range(30)), *(Note.count() for _ in range(30))
    )
    assert await Note.count() == 30


async def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    """Also the log beside it: it holds the same rows."""
    path = tmp_path / "new" / "loket.sqlite3"
    await db.connect(f"sqlite:///{path}")
    try:
        await Note.create_table()
        files = [path.parent, path, Path(f"{path}-wal")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o700, 0o600, 0o600]
    finally:
        await db.close()


async def test_a_lock_of_another_process_is_busy_not_broken(
    backend: SQLiteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backend.writer.do(lambda raw: raw.execute("PRAGMA busy_timeout = 50"))
    other = sqlite3.connect(backend.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(db.DatabaseBusy):
        async with db.transaction():
            pytest.fail("it cannot begin")
    with pytest.raises(db.DatabaseBusy):
        await Note.insert(Note(text="x"))
    assert await Note.count() == 0
    other.execute("ROLLBACK")
    other.close()
    await Note.insert(Note(text="x"))
    assert await Note.count() == 1


async def test_a_transaction_that_takes_too_long_makes_others_busy(
    backend: SQLiteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 50)
    holding = asyncio.Event()
    done = asyncio.Event()

    async def holder() -> None:
        async with db.transaction():
            holding.set()
            await done.wait()

    task = asyncio.create_task(holder())
    await holding.wait()
    with pytest.raises(db.DatabaseBusy):
        await Note.insert(Note(text="x"))
    done.set()
    await task
    await Note.insert(Note(text="x"))


async def test_a_full_disk_undoes_the_whole_transaction(backend: SQLiteBackend) -> None:
    """SQLite rolls back by itself; what would follow may not stand alone, and the next transaction works."""
    await backend.writer.do(lambda raw: raw.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(db.TransactionDoomed):
        async with db.transaction():
            await Note.insert(Note(text="first"))
            with pytest.raises(db.DatabaseFull):
                for _ in range(200):
                    await Note.insert(Note(text="x" * 200_000))
            with pytest.raises(db.TransactionDoomed):
                await Note.insert(Note(text="alone"))
    assert await Note.count() == 0
    await backend.writer.do(lambda raw: raw.execute("PRAGMA max_page_count = 1000000"))
    await Note.insert(Note(text="after"))
    assert await Note.count() == 1


async def test_a_folder_that_cannot_be_made_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(db.DatabaseLost, match="cannot create"):
        await db.connect(f"sqlite:///{tmp_path}/file/loket.sqlite3")
    await db.close()


def test_moments_written_by_other_hands() -> None:
    """SQLite's own CURRENT_TIMESTAMP has no zone and means UTC; an offset is turned into UTC."""
    assert moment(b"2026-11-23 05:00:00").isoformat() == "2026-11-23T05:00:00+00:00"
    assert moment(b"2026-11-23 12:00:00.000001+07:00").isoformat() == "2026-11-23T05:00:00.000001+00:00"
