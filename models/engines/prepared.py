"""SELECTs that are built once and run often.

Building a query with Piccolo takes several times as long as SQLite takes to answer it. What it builds depends on
the database, so nothing is built when a module is imported, but when it is first run on either database.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from piccolo.query.base import Query
from piccolo.table import Table

from models.engines.backend import Row
from models.engines.engine import engine

Found = TypeVar("Found", bound=Table)


class Gap:
    """Stands in a query for a value that is given when it is run."""

    def __init__(self, place: int) -> None:
        self.place = place


class Prepared:
    """One SELECT with room for so many values.

    Only for what an index finds and what gives few rows: on SQLite it is answered on the event loop itself, for the
    way to another thread and back takes longer than the answer.
    """

    def __init__(self, build: Callable[..., Query[Any, Any]], *, locks: bool = False) -> None:
        """locks: the rows are held for the rest of the transaction, as by models.db.lock(), which only that allows."""
        self._build = build
        self._locks = locks
        self._values = build.__code__.co_argcount
        self._built: dict[str, tuple[str, tuple[Any, ...]]] = {}

    async def rows(self, *values: Any) -> list[Row]:
        """All rows, as dictionaries; JSON columns are text. Values are plain: str, int, aware datetime."""
        sql, wanted = self._built.get(engine.engine_type) or self._compile()
        if len(values) != self._values:
            raise TypeError(f"{self._values} values wanted, not {len(values)}")
        if self._locks and engine.current() is None:
            raise RuntimeError("rows are only locked inside a transaction")
        arguments = [values[one.place] if type(one) is Gap else one for one in wanted]
        return await engine.read(sql, arguments)

    async def first(self, *values: Any) -> Row | None:
        """The first row, or None."""
        rows = await self.rows(*values)
        return rows[0] if rows else None

    async def objects(self, table: type[Found], *values: Any) -> list[Found]:
        """All rows as objects of the table, of which the SELECT must give every column."""
        return [_saved(table, row) for row in await self.rows(*values)]

    def _compile(self) -> tuple[str, tuple[Any, ...]]:
        query = self._build(*[Gap(place) for place in range(self._values)])
        if self._locks and engine.engine_type == "postgres":
            query.lock_rows("UPDATE")  # type: ignore[attr-defined]
        (one,) = query.querystrings
        sql, arguments = one.compile_string(engine_type=engine.engine_type)
        built = self._built[engine.engine_type] = (sql, tuple(arguments))
        return built


def _saved(table: type[Found], row: Row) -> Found:
    """What table(**row, _exists_in_db=True) makes, which asks after the default of every column first."""
    one = table.__new__(table)
    vars(one).update(row, _exists_in_db=True, _was_created=None)
    return one
