"""The database's errors in words of our own, the same for SQLite and PostgreSQL.

Only what a caller can act on has a class here; everything else stays the driver's error. Messages never hold
values of a row: PostgreSQL writes them into DETAIL and asyncpg quotes refused arguments, and a traceback ends
in the log. Raise translations `from None` for the same reason.
"""

import asyncio
import sqlite3

import asyncpg


class DatabaseProblem(Exception):
    """Base of all problems a caller may want to answer rather than report as a defect."""


class UniqueViolation(DatabaseProblem):
    """A row with the same unique value exists. The message names index or columns, never the value."""


class DatabaseBusy(DatabaseProblem):
    """A lock was held for too long, or all connections were taken. Nothing was written; try again."""


class DatabaseFull(DatabaseProblem):
    """The disk (or the quota) of the database is full. Nothing was written."""


class DatabaseLost(DatabaseProblem):
    """The connection or the disk failed. At COMMIT that leaves open whether the commit counts."""


class BadValue(DatabaseProblem):
    """A value the column cannot hold (too long, wrong type, naive time) reached the database."""


class TransactionDoomed(RuntimeError):
    """Something failed inside this transaction and was swallowed: it can only be rolled back."""


class TaskInsideTransaction(RuntimeError):
    """A task started inside a transaction used the database while that transaction was still open."""


_SQLITE: dict[int, type[DatabaseProblem]] = {
    5: DatabaseBusy,  # SQLITE_BUSY
    6: DatabaseBusy,  # SQLITE_LOCKED
    10: DatabaseLost,  # SQLITE_IOERR
    11: DatabaseLost,  # SQLITE_CORRUPT
    13: DatabaseFull,  # SQLITE_FULL
    14: DatabaseLost,  # SQLITE_CANTOPEN
    18: BadValue,  # SQLITE_TOOBIG
    26: DatabaseLost,  # SQLITE_NOTADB
}

_POSTGRES: tuple[tuple[tuple[type[BaseException], ...], type[DatabaseProblem]], ...] = (
    ((asyncpg.UniqueViolationError,), UniqueViolation),
    ((asyncpg.DataError,), BadValue),
    ((asyncpg.DiskFullError,), DatabaseFull),
    (
        (
            asyncpg.LockNotAvailableError,
            asyncpg.DeadlockDetectedError,
            asyncpg.SerializationError,
            asyncpg.QueryCanceledError,
            asyncpg.TooManyConnectionsError,
            asyncio.TimeoutError,
        ),
        DatabaseBusy,
    ),
    (
        (
            asyncpg.PostgresConnectionError,
            asyncpg.IdleInTransactionSessionTimeoutError,
            asyncpg.AdminShutdownError,
            asyncpg.CrashShutdownError,
            asyncpg.CannotConnectNowError,
            asyncpg.PostgresIOError,
            asyncpg.InterfaceError,
            OSError,
        ),
        DatabaseLost,
    ),
)


def translated(error: BaseException) -> BaseException:
    """The problem that stands for a driver's error, or the error itself when no caller can act on it."""
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error)
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return BadValue(type(error).__name__)
    for kinds, problem in _POSTGRES:
        if isinstance(error, kinds):
            return problem(_name(error))
    if isinstance(error, asyncpg.PostgresError):
        error.detail = None
    return error


def _from_sqlite(error: sqlite3.Error) -> BaseException:
    text = str(error)
    if text.startswith("UNIQUE constraint failed"):
        return UniqueViolation(text.partition(": ")[2])
    problem = _SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    return error if problem is None else problem(text)


def _name(error: BaseException) -> str:
    """A name that holds no value of the row: the constraint where there is one, else the kind of error."""
    return getattr(error, "constraint_name", None) or type(error).__name__
