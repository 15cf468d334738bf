"""What models.engines.engine needs of a database: SQLite and PostgreSQL each fulfil it in their own
module."""

from dataclasses import dataclass
from typing import Any, Protocol

Row = dict[str, Any]


@dataclass(frozen=True)
class Health:
    """How the database in use keeps what it acknowledged; for the status page and `app.py check`.

    engine: "sqlite" or "postgres"; version: of the library (SQLite) or the server; journal_mode: "wal" or
    "delete" (PostgreSQL always "wal"); synchronous: "full" means acknowledged is on the disk, PostgreSQL
    gives the value of synchronous_commit; wal_safe: whether this version may run WAL with several
    connections; durable: whether an acknowledged commit survives a power cut.
    """

    engine: str
    version: str
    journal_mode: str
    synchronous: str
    wal_safe: bool
    durable: bool


class Session(Protocol):
    """One open transaction on one connection."""

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]: ...

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """Runs one short SELECT where that is quickest."""

    async def end(self, commit: bool) -> None:
        """Commits or rolls back, and gives the connection back whatever happens.

        Raises only when a commit failed. The caller awaits this to its end (to_the_end)."""


class Backend(Protocol):
    """One database. Errors come out translated (models.engines.faults)."""

    dialect: str
    version: float

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]:
        """Runs one statement outside a transaction."""

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """Runs one short SELECT outside a transaction, where that is quickest."""

    async def begin(self, migrating: bool = False) -> Session:
        """Opens a transaction that may write. Nothing stays open or locked when it fails or is cancelled.

        migrating: the transaction also holds the migration lock, and SQLite leaves foreign keys unchecked
        until the commit (rebuilding a table needs that)."""

    async def empty_log(self) -> bool:
        """Leaves nothing in the log of what was overwritten or removed, if that is possible just now.

        Outside a transaction. Whether it is done."""

    async def health(self) -> Health: ...

    async def close(self) -> None: ...
