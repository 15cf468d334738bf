"""Fixtures for all tests. Each test that asks for `database` runs twice: on SQLite and on PostgreSQL.

Engines live in the event loop of the test, so a database is connected for one test and closed after it.
"""

import gc
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.databases import KINDS, Databases, Kind
from tests.support.service import client, service

__all__ = ["client", "database", "databases", "kind", "service", "sqlite_database"]

# A developer's own database must not be touched, whatever the shell says.
os.environ.pop("LOKET_DATABASE_URL", None)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases; for tests that need several, or one per Hypothesis example."""
    maker = Databases(tmp_path_factory.mktemp("databases"))
    yield maker
    maker.stop()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Which database this run of the test is about."""
    chosen: Kind = request.param
    return chosen


@pytest.fixture
async def database(databases: Databases, kind: Kind) -> AsyncIterator[str]:
    """A fresh, migrated database, connected; its URL."""
    async with databases.fresh(kind) as url:
        yield url


@pytest.fixture
async def sqlite_database(databases: Databases) -> AsyncIterator[str]:
    """The same on SQLite alone, for tests in which the database makes no difference."""
    async with databases.fresh("sqlite") as url:
        yield url
