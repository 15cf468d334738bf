"""PostgreSQL on an asyncpg pool.

Differs from Piccolo's own engine where that leaks: a connection always goes back to the pool, also when
COMMIT or ROLLBACK fails, and going back costs no round trip (so nothing may leave session state behind: no
SET, no LISTEN, no session-wide advisory locks).
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import asyncpg

from models.engines.backend import Health, Row
from models.engines.faults import TransactionDoomed, translated
from models.engines.waiting import to_the_end

logger = logging.getLogger(__name__)

POOL_MIN, POOL_MAX = 2, 10
PATIENCE = 10.0  # seconds to wait for a free connection
COMMAND_TIMEOUT = 30.0  # seconds
MIGRATION_LOCK = 0x4C4F4B45  # "LOKE"; the same number in every release
SETTINGS = {
    "application_name": "loket",
    "timezone": "UTC",
    "synchronous_commit": "on",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


async def _nothing_to_reset(_: object) -> None:
    """Stands for asyncpg's reset query, which is one more round trip for each statement."""


def _raise_translated(error: Exception) -> None:
    problem = translated(error)
    if problem is not error:
        raise problem from None


class PostgresSession:
    """The open transaction and its connection."""

    def __init__(self, backend: "PostgresBackend", connection: Any) -> None:
        self._backend = backend
        self._connection = connection

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]:
        try:
            return [dict(row) for row in await self._connection.fetch(sql, *arguments)]
        except Exception as error:
            _raise_translated(error)
            raise

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """No different from any other statement here."""
        return await self.run(sql, arguments)

    async def begin(self, migrating: bool) -> None:
        try:
            await self._connection.execute("BEGIN")
            if migrating:
                await self._connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        except Exception as error:
            _raise_translated(error)
            raise

    async def end(self, commit: bool) -> None:
        try:
            if commit:
                await self._commit()
            else:
                await self._roll_back()
        finally:
            await self._backend.give_back(self._connection)

    async def _commit(self) -> None:
        try:
            tag = await self._connection.execute("COMMIT")
        except Exception as error:
            await self._roll_back()
            _raise_translated(error)
            raise
        if tag != "COMMIT":
            raise TransactionDoomed("PostgreSQL rolled the transaction back")

    async def _roll_back(self) -> None:
        """Ends the transaction, or the connection when that fails. Outside a transaction it only warns."""
        try:
            await self._connection.execute("ROLLBACK")
        except Exception as error:
            logger.warning("PostgreSQL connection replaced: %s", type(error).__name__)
            with suppress(asyncpg.InterfaceError):  # the server cut it, and the pool already knows
                self._connection.terminate()


class PostgresBackend:
    """One PostgreSQL database.

    pooled=False opens a connection for each statement and each transaction; Piccolo's command line needs
    that, because it runs several event loops one after the other.
    """

    dialect = "postgres"

    def __init__(self, url: str, pooled: bool = True) -> None:
        self.url = url
        self.pooled = pooled
        self.pool: Any = None
        self.version = 0.0

    async def open(self) -> None:
        if self.pooled:
            try:
                self.pool = await asyncpg.create_pool(
                    self.url,
                    min_size=POOL_MIN,
                    max_size=POOL_MAX,
                    command_timeout=COMMAND_TIMEOUT,
                    timeout=PATIENCE,
                    server_settings=SETTINGS,
                    reset=_nothing_to_reset,
                )
            except Exception as error:
                _raise_translated(error)
                raise
        number = (await self.run("SHOW server_version_num", []))[0]["server_version_num"]
        self.version = float(int(number) // 10_000)

    async def take(self) -> Any:
        """A connection nobody else uses; DatabaseBusy when none becomes free in time."""
        try:
            if self.pool is not None:
                return await self.pool.acquire(timeout=PATIENCE)
            return await asyncpg.connect(
                self.url, command_timeout=COMMAND_TIMEOUT, timeout=PATIENCE, server_settings=SETTINGS
            )
        except Exception as error:
            _raise_translated(error)
            raise

    async def give_back(self, connection: Any) -> None:
        """Does not raise for a broken connection: that one is cut, and the pool opens another."""
        try:
            if self.pool is not None:
                await self.pool.release(connection)
            else:
                await connection.close()
        except Exception as error:
            logger.warning("PostgreSQL connection cut: %s", type(error).__name__)

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]:
        connection = await self.take()
        try:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]
        except Exception as error:
            _raise_translated(error)
            raise
        finally:
            await self.give_back(connection)

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """No different from any other statement here."""
        return await self.run(sql, arguments)

    async def begin(self, migrating: bool = False) -> PostgresSession:
        session = PostgresSession(self, await self.take())
        try:
            await session.begin(migrating)
        except BaseException:
            await to_the_end(session.end(commit=False))
            raise
        return session

    async def empty_log(self) -> bool:
        """The server recycles its log by itself, and its autovacuum takes rows away that were overwritten."""
        return True

    async def health(self) -> Health:
        """Reads what the server promises; fsync or full_page_writes off means acknowledged may be lost."""
        names = ("fsync", "full_page_writes", "synchronous_commit", "server_version")
        found = (
            await self.run(
                "SELECT " + ", ".join(f"current_setting('{name}') AS {name}" for name in names), []
            )
        )[0]
        return Health(
            engine=self.dialect,
            version=found["server_version"],
            journal_mode="wal",
            synchronous=found["synchronous_commit"],
            wal_safe=True,
            durable=found["fsync"] == found["full_page_writes"] == "on"
            and found["synchronous_commit"] != "off",
        )

    async def close(self) -> None:
        """Lets open transactions finish (for PATIENCE), then closes the connections."""
        if self.pool is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self.pool.close()
        except Exception as error:
            logger.warning("PostgreSQL connections cut at the end: %s", type(error).__name__)
            self.pool.terminate()
