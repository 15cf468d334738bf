"""The one Piccolo engine of the process, and what a transaction is here.

Tables name no engine of their own: Piccolo finds this object through piccolo_conf.DB and keeps it for ever,
so it must exist before a database is connected, and a test can connect it to another database. It holds no
connection itself; a backend does (models.engines.sqlite, models.engines.postgres).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime
from types import TracebackType
from typing import Any, Literal

from piccolo.apps.migrations.tables import Migration
from piccolo.engine.base import BaseBatch, BaseTransaction, Engine
from piccolo.engine.postgres import Atomic
from piccolo.querystring import QueryString

from models.engines.backend import Backend, Row, Session
from models.engines.faults import BadValue, TaskInsideTransaction, TransactionDoomed
from models.engines.waiting import to_the_end

logger = logging.getLogger(__name__)


class Transaction(BaseTransaction):
    """Everything inside is written whole or not at all.

    Re-entrant: inside another transaction of the same task it joins that one. When a statement fails or an
    inner block raises, the whole transaction is doomed, also when the error is caught: later statements are
    refused and the outermost block raises TransactionDoomed. (PostgreSQL behaves so by itself; SQLite is held
    to the same.) A COMMIT or ROLLBACK runs to its end when the task is cancelled, and whatever fails, the
    connection and the lock are given back.
    """

    __slots__ = ("_after", "_doom", "_engine", "_migrating", "_outer", "_session", "_task")

    def __init__(self, engine: "LoketEngine", migrating: bool = False) -> None:
        self._engine = engine
        self._migrating = migrating
        self._outer: Transaction | None = None
        self._session: Session | None = None
        self._task: asyncio.Task[Any] | None = None
        self._doom: BaseException | None = None
        self._after: list[Callable[[], None]] = []

    async def __aenter__(self) -> "Transaction":  # noqa: PYI034 - inside another, that one
        self._outer = self._engine.current()
        if self._outer is not None:
            self._outer._refuse_when_doomed()
            return self._outer
        self._session = await self._engine.backend.begin(self._migrating)
        self._task = asyncio.current_task()
        self._engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        if self._outer is not None:
            self._outer._doom = self._outer._doom or exception
            return False
        commit = exception is None and self._doom is None
        cancelled = await self._end(commit)
        if commit:
            for callback in self._after:
                _call(callback)
        if cancelled is not None:
            raise cancelled
        if exception is None:
            self._refuse_when_doomed()
        return False

    async def _end(self, commit: bool) -> asyncio.CancelledError | None:
        session, self._session = self._session, None
        assert session is not None, "a transaction ends once"  # noqa: S101
        try:
            _, cancelled = await to_the_end(session.end(commit))
        finally:
            self._engine.current_transaction.set(None)
        return cancelled

    def is_open(self) -> bool:
        return self._session is not None

    def belongs_to_this_task(self) -> bool:
        return self._task is asyncio.current_task()

    def after(self, callback: Callable[[], None]) -> None:
        self._after.append(callback)

    def _refuse_when_doomed(self) -> None:
        if self._doom is not None:
            raise TransactionDoomed(
                f"{type(self._doom).__name__} inside this transaction was swallowed; nothing was written"
            ) from self._doom

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]:
        return await self._dooming(self._open_session().run(sql, arguments))

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """One short SELECT."""
        return await self._dooming(self._open_session().read(sql, arguments))

    def _open_session(self) -> Session:
        self._refuse_when_doomed()
        assert self._session is not None, "is_open() was asked first"  # noqa: S101
        return self._session

    async def _dooming(self, statement: Awaitable[list[Row]]) -> list[Row]:
        try:
            return await statement
        except BaseException as error:
            self._doom = error
            raise


def _call(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception:
        logger.exception("a callback after the commit failed; the commit stands")


class LoketEngine(Engine[Transaction]):
    """Piccolo's engine, connected late and as often as needed."""

    __slots__ = ("_backend", "on_first_use")

    def __init__(self) -> None:
        # Not super().__init__(): it asks the server for its version, and there is no server yet.
        self.query_id = 0
        self.log_queries = self.log_responses = False  # they would print personal data
        self.min_version_number = 0
        self.current_transaction = ContextVar("current_transaction", default=None)
        self._backend: Backend | None = None
        self.on_first_use: Callable[[], Backend] | None = None

    @property
    def backend(self) -> Backend:
        """The connected database; RuntimeError when there is none."""
        if self._backend is None:
            if self.on_first_use is None:
                raise RuntimeError("no database is connected: await models.db.connect(url) first")
            self.bind(self.on_first_use())
            return self.backend
        return self._backend

    @property
    def connected(self) -> bool:
        return self._backend is not None

    def bind(self, backend: Backend | None) -> None:
        self._backend = backend

    @property
    def engine_type(self) -> str:  # type: ignore[override]
        return self.backend.dialect

    async def get_version(self) -> float:
        return self.backend.version

    def get_version_sync(self) -> float:
        return self.backend.version

    async def prep_database(self) -> None:
        """Nothing: no extensions are used."""

    def current(self) -> Transaction | None:
        """The open transaction of this task, if any.

        A task inherits the context of the one that started it. It must not run inside that one's transaction
        (statements of two tasks would mix), and it must not silently run outside either (on SQLite it would
        wait for a lock its own parent holds): TaskInsideTransaction. Once the transaction is over, the task
        is free.
        """
        found = self.current_transaction.get()
        if found is None or not found.is_open():
            return None
        if not found.belongs_to_this_task():
            raise TaskInsideTransaction(
                "this task was started inside a transaction that is still open; start it after the commit"
            )
        return found

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Row]:  # noqa: ARG002
        sql, arguments = querystring.compile_string(engine_type=self.engine_type)
        if querystring.table is not Migration:
            _refuse_naive(arguments)
        return await self.run(sql, arguments)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:  # noqa: ARG002
        return await self.run(ddl, [])

    async def run(self, sql: str, arguments: list[Any]) -> list[Row]:
        found = self.current()
        if found is None:
            return await self.backend.run(sql, arguments)
        return await found.run(sql, arguments)

    async def read(self, sql: str, arguments: list[Any]) -> list[Row]:
        """One short SELECT (models.engines.prepared); inside a transaction it sees what that one wrote."""
        _refuse_naive(arguments)
        found = self.current()
        if found is None:
            return await self.backend.read(sql, arguments)
        return await found.read(sql, arguments)

    def transaction(self, *args: Any, **kwargs: Any) -> Transaction:  # noqa: ARG002
        """Piccolo's options (transaction_type, allow_nested) have no meaning here and are ignored."""
        return Transaction(self)

    def atomic(self) -> Atomic:
        return Atomic(engine=self)  # type: ignore[arg-type]  # it only uses engine.transaction()

    async def batch(self, *args: Any, **kwargs: Any) -> BaseBatch:
        """Refused: an open cursor would hold a reader (and SQLite's log) for as long as the caller likes."""
        raise NotImplementedError("read page by page: WHERE id > last ORDER BY id LIMIT n")


def _refuse_naive(arguments: list[Any]) -> None:
    """A time without a zone would be stored as if it were UTC, seven hours off."""
    for argument in arguments:
        if type(argument) is datetime and argument.tzinfo is None:
            raise BadValue("a datetime without a time zone")


engine = LoketEngine()
