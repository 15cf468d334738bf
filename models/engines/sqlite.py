"""SQLite on kept connections: one that writes, two that read, each on a thread of its own; and one for short reads.

Piccolo's own engine opens a connection and a thread for each statement, and leaks both when BEGIN or COMMIT
fails. Here writers queue in the process on one asyncio lock (fair, no polling) and then take SQLite's write
lock at once (BEGIN IMMEDIATE), so "database is locked" can only come from another process, after BUSY_MS.
"""

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from piccolo.engine import sqlite as stock

from models.engines.backend import Health, Row
from models.engines.faults import DatabaseBusy, DatabaseLost, translated
from models.engines.waiting import to_the_end

logger = logging.getLogger(__name__)
T = TypeVar("T")

BUSY_MS = 10_000
READERS = 2
CACHED_STATEMENTS = 512


def moment(stored: bytes) -> datetime:
    """A TIMESTAMPTZ as SQLite stores it (ISO 8601, written in UTC), aware in UTC."""
    value = datetime.fromisoformat(stored.decode())
    if value.tzinfo is UTC:
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def register_types() -> None:
    """Teaches the SQLite library in use Piccolo's types.

    Piccolo registers them with the library it imported first, which is the system's when its command line
    starts us. INTEGER and TIMESTAMPTZ, the most frequent, get faster converters.
    """
    for kind, adapt in stock.ADAPTERS.items():
        sqlite3.register_adapter(kind, adapt)
    for name, convert in stock.CONVERTERS.items():
        sqlite3.register_converter(name, convert)
    sqlite3.register_converter("ARRAY", stock.convert_array_out)
    for name in ("TIMESTAMP", "TIMESTAMPTZ", "DATE", "TIME", "NUMERIC"):
        of = partial(stock.convert_complex_array_out, converter=stock.CONVERTERS[name])
        sqlite3.register_converter(f"ARRAY_{name}", of)
    sqlite3.register_converter("INTEGER", int)
    sqlite3.register_converter("TIMESTAMPTZ", moment)


register_types()


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite may run WAL with several connections.

    3.7.0 to 3.51.2 can lose commits when a checkpoint races with a writer (the WAL-reset bug); fixed in
    3.51.3, 3.50.7 and 3.44.6.
    """
    return version >= (3, 51, 3) or version in {(3, 44, 6), (3, 50, 7)}


class Connection:
    """One SQLite connection that lives on one thread; statements run in the order they were asked for."""

    def __init__(self, path: Path, journal_mode: str, read_only: bool, busy_ms: int = BUSY_MS) -> None:
        self.path = path
        self.journal_mode = journal_mode
        self.read_only = read_only
        self.busy_ms = busy_ms
        self.waiting = 0
        self._raw: sqlite3.Connection | None = None
        name = "sqlite-read" if read_only else "sqlite-write"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    def do(self, work: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        """Runs work(raw connection, *arguments) on the thread; opens the connection when there is none."""
        self.waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._work, work, *arguments)
        future.add_done_callback(self._finished)
        return future

    def here(self, work: Callable[..., T], *arguments: Any) -> T:
        """The same on the thread that asks, while nothing is under way by do()."""
        return self._work(work, *arguments)

    def _finished(self, _: asyncio.Future[Any]) -> None:
        self.waiting -= 1

    def _work(self, work: Callable[..., T], *arguments: Any) -> T:
        try:
            if self._raw is None:
                self._raw = self._open()
            return work(self._raw, *arguments)
        except Exception as error:
            problem = translated(error)
            if problem is error:
                raise
            raise problem from None

    def _open(self) -> sqlite3.Connection:
        _create(self.path)
        raw = sqlite3.connect(
            self.path,
            timeout=self.busy_ms / 1000,
            isolation_level=None,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            cached_statements=CACHED_STATEMENTS,
            check_same_thread=False,
        )
        try:
            raw.execute(f"PRAGMA busy_timeout = {self.busy_ms}")
            _set_pragmas(raw, self.journal_mode, self.read_only)
        except BaseException:
            raw.close()
            raise
        return raw

    def drop(self) -> None:
        """Closes the raw connection, on its thread; the next statement opens another."""
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()

    async def close(self) -> None:
        future = asyncio.get_running_loop().run_in_executor(self._thread, self.drop)
        try:
            await to_the_end(future)
        finally:
            self._thread.shutdown()


def _set_pragmas(raw: sqlite3.Connection, journal_mode: str, read_only: bool) -> None:
    raw.execute("PRAGMA trusted_schema = OFF")
    if not read_only:
        _set_journal_mode(raw, journal_mode)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA secure_delete = ON")
    raw.execute("PRAGMA cache_size = -16384")
    if read_only:
        raw.execute("PRAGMA query_only = ON")


def _set_journal_mode(raw: sqlite3.Connection, wanted: str) -> None:
    """Changing the mode needs the file alone and does not wait by itself, so this does, for BUSY_MS."""
    for _ in range(BUSY_MS // 100):
        try:
            if raw.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0] == wanted:
                return
        except sqlite3.OperationalError as error:
            if not isinstance(translated(error), DatabaseBusy):
                raise
        time.sleep(0.1)
    raise DatabaseBusy(f"journal_mode {wanted} not reached")


def _execute(raw: sqlite3.Connection, sql: str, arguments: list[Any]) -> list[Row]:
    cursor = raw.execute(sql, arguments)
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _execute_inside(raw: sqlite3.Connection, sql: str, arguments: list[Any]) -> list[Row]:
    _require_transaction(raw)
    return _execute(raw, sql, arguments)


def _require_transaction(raw: sqlite3.Connection) -> None:
    """SQLite rolls back by itself when the disk is full or fails; what follows may not stand alone."""
    if not raw.in_transaction:
        raise DatabaseLost("the transaction is gone")


def _begin(raw: sqlite3.Connection, migrating: bool) -> None:
    if migrating:
        raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("BEGIN IMMEDIATE")


def _commit(raw: sqlite3.Connection, migrating: bool) -> None:
    _require_transaction(raw)
    if migrating and (broken := raw.execute("PRAGMA foreign_key_check").fetchall()):
        tables = sorted({row[0] for row in broken})
        raise sqlite3.IntegrityError(f"rows without their parent after the migration: {', '.join(tables)}")
    raw.execute("COMMIT")


def _clear(connection: Connection, raw: sqlite3.Connection, migrating: bool) -> None:
    """Leaves the connection without an open transaction, or no connection when that cannot be had."""
    try:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        if migrating:
            raw.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        logger.warning("SQLite connection replaced: %s", type(error).__name__)
        connection.drop()


def _end(connection: Connection, commit: bool, migrating: bool, raw: sqlite3.Connection) -> None:
    """A connection whose commit failed is not trusted again."""
    if not commit:
        _clear(connection, raw, migrating)
        return
    try:
        _commit(raw, migrating)
    except BaseException:
        _clear(connection, raw, migrating)
        connection.drop()
        raise
    _clear(connection, raw, migrating)


def _empty_log(raw: sqlite3.Connection) -> bool:
    """Asks once and waits for nobody: a backup may be reading for a while, and others want to write."""
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


class SQLiteSession:
    """The open transaction: the writer connection and the write lock."""

    def __init__(self, backend: "SQLiteBackend", migrating: bool) -> None:
        self._backend = backend
        self._migrating = migrating

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]:
        return await self._backend.writer.do(_execute_inside, sql, arguments)

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """Who may write waits for nobody, and between its statements the writer's thread is idle."""
        return self._backend.writer.here(_execute_inside, sql, arguments)

    async def end(self, commit: bool) -> None:
        writer = self._backend.writer
        try:
            await writer.do(partial(_end, writer, commit, self._migrating))
        except Exception as error:
            if commit:
                raise
            logger.warning("SQLite rollback: %s", type(error).__name__)
        finally:
            self._backend.lock.release()


class SQLiteBackend:
    """One SQLite file. Reads outside a transaction go to the readers, everything else to the writer."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        numbers = sqlite3.sqlite_version_info
        self.wal_safe = wal_is_safe(numbers)
        self.version = float(f"{numbers[0]}.{numbers[1]}")
        self.path = path
        mode = "wal" if self.wal_safe else "delete"
        self.writer = Connection(path, mode, read_only=False)
        self.readers = [Connection(path, mode, read_only=True) for _ in range(READERS)]
        self.at_once = Connection(path, mode, read_only=True, busy_ms=0)
        self.lock = asyncio.Lock()

    async def open(self) -> None:
        """Opens the writer, which creates the file when there is none and sets the journal mode."""
        await self.writer.do(_execute, "SELECT 1", [])

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]:
        if sql.lstrip()[:6].upper() == "SELECT":
            reader = min(self.readers, key=lambda connection: connection.waiting)
            return await reader.do(_execute, sql, arguments)
        await self._take_lock()
        try:
            rows, cancelled = await to_the_end(self.writer.do(_execute, sql, arguments))
        finally:
            self.lock.release()
        if cancelled:
            raise cancelled
        return rows

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """In WAL a reader waits for nobody, so a short SELECT need not go to a thread. Elsewhere, or while the log is
        being mended, it may have to wait, and does so on a thread."""
        if self.wal_safe:
            try:
                return self.at_once.here(_execute, sql, arguments)
            except DatabaseBusy:
                logger.info("SQLite: a short read waits on a thread")
        return await self.run(sql, arguments)

    async def _take_lock(self) -> None:
        try:
            async with asyncio.timeout(BUSY_MS / 1000):
                await self.lock.acquire()
        except TimeoutError:
            raise DatabaseBusy("another transaction holds the write lock") from None

    async def begin(self, migrating: bool = False) -> SQLiteSession:
        await self._take_lock()
        session = SQLiteSession(self, migrating)
        try:
            _, cancelled = await to_the_end(self.writer.do(_begin, migrating))
            if cancelled:
                raise cancelled
        except BaseException:
            await to_the_end(session.end(commit=False))
            raise
        return session

    async def empty_log(self) -> bool:
        """In WAL the log keeps pages as they were until it is begun anew. False while somebody reads an old state."""
        await self._take_lock()
        try:
            done, cancelled = await to_the_end(self.writer.do(_empty_log))
        finally:
            self.lock.release()
        if cancelled:
            raise cancelled
        return done

    async def health(self) -> Health:
        names = {0: "off", 1: "normal", 2: "full", 3: "extra"}
        journal = (await self.run("PRAGMA journal_mode", []))[0]["journal_mode"]
        synchronous = names[(await self.run("PRAGMA synchronous", []))[0]["synchronous"]]
        return Health(
            engine=self.dialect,
            version=sqlite3.sqlite_version,
            journal_mode=journal,
            synchronous=synchronous,
            wal_safe=self.wal_safe,
            durable=synchronous in {"full", "extra"} and (journal != "wal" or self.wal_safe),
        )

    async def close(self) -> None:
        """Lets an open transaction finish (as long as any other writer would wait), then closes the file."""
        try:
            await self._take_lock()
        except DatabaseBusy:
            logger.warning("SQLite closed in spite of an open transaction, which is rolled back")
        for connection in (self.at_once, *self.readers, self.writer):
            await connection.close()


def _create(path: Path) -> None:
    """Creates an empty database file only its owner may read, and makes its name durable."""
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise DatabaseLost(f"cannot create {path.name}: {error.strerror}") from None
