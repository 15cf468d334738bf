"""The database: connecting, transactions, migrations. Everything else of models/engines is inner working.

    async with transaction():
        slot = await lock(Slot.objects().get(Slot.id == 7))
        await Booking.insert(Booking(slot=slot))
        after_commit(outbox.wake)

Outside a transaction each statement stands alone. Statements of a transaction belong to the task that opened
it. What is read often, by an index and in few rows, is a Prepared SELECT.
"""

from pathlib import Path
from typing import Any, TypeVar

from models.engines.backend import Backend, Health
from models.engines.engine import Transaction, engine
from models.engines.faults import (
    BadValue,
    DatabaseBusy,
    DatabaseFull,
    DatabaseLost,
    DatabaseProblem,
    TaskInsideTransaction,
    TransactionDoomed,
    UniqueViolation,
)
from models.engines.migrating import MigrationMismatch, run_pending
from models.engines.postgres import PostgresBackend
from models.engines.prepared import Prepared
from models.engines.sqlite import SQLiteBackend

__all__ = [
    "BadValue",
    "DatabaseBusy",
    "DatabaseFull",
    "DatabaseLost",
    "DatabaseProblem",
    "Health",
    "MigrationMismatch",
    "Prepared",
    "TaskInsideTransaction",
    "Transaction",
    "TransactionDoomed",
    "UniqueViolation",
    "UnsafeDatabase",
    "after_commit",
    "check",
    "close",
    "connect",
    "connect_on_first_use",
    "dialect",
    "empty_log",
    "engine",
    "lock",
    "migrate",
    "run_sql",
    "transaction",
]

MIGRATIONS = Path(__file__).parent / "migrations"
APP_NAME = "loket"

Query = TypeVar("Query")


class UnsafeDatabase(Exception):
    """The database may lose what it acknowledged (fsync, full_page_writes or synchronous_commit is off)."""


def _backend(url: str, pooled: bool) -> SQLiteBackend | PostgresBackend:
    """The URL is never quoted in errors: it may hold a password."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest != "/":
        return SQLiteBackend(Path(rest[1:]))
    if scheme in {"postgres", "postgresql"}:
        return PostgresBackend(url, pooled)
    raise ValueError("database URL: sqlite:///path/to/file (four slashes for /absolute) or postgres://...")


async def connect(url: str) -> None:
    """Opens the database for this process: sqlite:///relative, sqlite:////absolute or
    postgres://user@host/name.

    Refuses a second connection (RuntimeError), an unknown URL (ValueError), a server that may lose what it
    acknowledged (UnsafeDatabase); raises DatabaseLost when it cannot be reached.
    """
    if engine.connected:
        raise RuntimeError("a database is connected already: close() it first")
    backend = _backend(url, pooled=True)
    try:
        await backend.open()
        if not (await backend.health()).durable:
            raise UnsafeDatabase("fsync, full_page_writes and synchronous_commit must be on")
    except BaseException:
        await backend.close()
        raise
    engine.bind(backend)


def connect_on_first_use(url: str) -> None:
    """For Piccolo's command line, not for the service: the first statement connects, without a pool."""

    def backend() -> Backend:
        return _backend(url, pooled=False)

    engine.on_first_use = backend


async def close() -> None:
    """Closes the database, if any; waits for an open transaction as long as any writer would."""
    if engine.connected:
        backend = engine.backend
        engine.bind(None)
        await backend.close()


async def migrate(folder: Path = MIGRATIONS) -> list[str]:
    """Runs the migrations that have not run yet, each in one transaction with its "has run" row.

    A crash therefore leaves a migration done and noted, or neither. Starters that race wait for each other
    and run each migration once. Returns the IDs that ran. Raises MigrationMismatch when the database was
    migrated by a newer release, and whatever a migration itself raises; then that migration is undone.
    """
    return await run_pending(engine, folder, APP_NAME)


async def check() -> Health:
    """How the connected database keeps what it acknowledged; for the status page and `app.py check`."""
    return await engine.backend.health()


async def empty_log() -> bool:
    """Leaves nothing behind in the database's log of what was removed; whether that could be done just now.

    SQLite in WAL mode keeps pages as they were until its log is begun anew. Waits for no reader.
    """
    return await engine.backend.empty_log()


def transaction() -> Transaction:
    """`async with transaction():` everything inside is written whole or not at all.

    SQLite: BEGIN IMMEDIATE behind one lock of the process, so what is read inside cannot change; DatabaseBusy
    after 10 s. PostgreSQL: READ COMMITTED, so lock() the rows a decision hangs on, or decide in the UPDATE's
    WHERE. Inside another transaction of the same task it joins that one; see Transaction for what dooms it.
    """
    return engine.transaction()


def after_commit(callback: Any) -> None:
    """Calls callback() once after the outermost commit, never after a rollback; at once outside a
    transaction.

    An error in it is logged and changes nothing: the commit stands. For what must happen after a crash too,
    write a row in the transaction instead.
    """
    current = engine.current()
    if current is None:
        callback()
    else:
        current.after(callback)


def lock(query: Query) -> Query:
    """The select() or objects() query with FOR UPDATE on PostgreSQL; unchanged on SQLite, which needs none.

    Refused outside a transaction (RuntimeError): the lock would be gone before the next line. PostgreSQL
    cannot lock a query that joins through a nullable foreign key: select the table's own columns.
    """
    if engine.current() is None:
        raise RuntimeError("lock() only holds inside a transaction")
    if dialect() == "postgres":
        query.lock_rows("UPDATE")  # type: ignore[attr-defined]
    return query


def dialect() -> str:
    """ "sqlite" or "postgres"."""
    return engine.backend.dialect


async def run_sql(statement: str, *, postgres: str | None = None) -> None:
    """Runs one statement without parameters, in the open transaction if there is one; for migrations.

    postgres: the wording for PostgreSQL where it differs.
    """
    await engine.run_ddl(postgres if postgres is not None and dialect() == "postgres" else statement)
