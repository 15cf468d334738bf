"""Prepared SELECTs on both databases: built once for each, and never a value of an earlier run."""

from datetime import datetime

import pytest
from piccolo.columns import Integer, Timestamptz, Varchar
from piccolo.table import Table

from models import db
from models.db import BadValue, Prepared, transaction
from models.engines.sqlite import SQLiteBackend
from tests.support.databases import Databases

AT = datetime.fromisoformat("2026-11-23T09:00:00+07:00")


class Card(Table, tablename="t_card"):
    """Something to find."""

    name = Varchar(default=None)
    worth = Integer(default=0)
    made_at = Timestamptz(default=None)


RICHER = Prepared(
    lambda worth, name: (
        Card.select(Card.name, Card.made_at)
        .where((Card.worth > worth) & (Card.name != name) & (Card.name != "none"))
        .order_by(Card.worth)
    )
)
LATER = Prepared(lambda at: Card.select(Card.name).where(Card.made_at > at))


async def fill() -> None:
    await Card.create_table()
    await Card.insert(*[Card(name=name, worth=worth, made_at=AT) for worth, name in enumerate("abcd")])


async def test_values_are_those_of_this_run(database: str) -> None:
    await fill()
    assert [row["name"] for row in await RICHER.rows(0, "c")] == ["b", "d"]
    assert [row["name"] for row in await RICHER.rows(1, "x")] == ["c", "d"]
    assert await RICHER.first(2, "x") == {"name": "d", "made_at": AT}
    assert await RICHER.first(3, "x") is None


async def test_the_same_select_serves_one_database_after_the_other(databases: Databases) -> None:
    for kind in ("sqlite", "postgres", "sqlite"):
        async with databases.fresh(kind):
            await fill()
            assert len(await RICHER.rows(1, "x")) == 2


async def test_it_sees_what_its_own_transaction_wrote_and_what_others_committed(database: str) -> None:
    await fill()
    async with transaction():
        await Card.insert(Card(name="e", worth=9, made_at=AT))
        assert len(await RICHER.rows(3, "x")) == 1
    assert len(await RICHER.rows(3, "x")) == 1


async def test_too_few_values_and_a_time_without_a_zone_are_refused(database: str) -> None:
    await fill()
    with pytest.raises(TypeError, match="2 values wanted"):
        await RICHER.rows(1)
    with pytest.raises(BadValue):
        await LATER.rows(AT.replace(tzinfo=None))


async def test_a_short_read_that_would_have_to_wait_goes_to_a_thread(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while another process mends the log: the event loop does not wait."""
    await fill()
    backend = db.engine.backend
    assert isinstance(backend, SQLiteBackend)

    def busy(*_: object) -> None:
        raise db.DatabaseBusy("database is locked")

    monkeypatch.setattr(backend.at_once, "here", busy)
    assert len(await RICHER.rows(1, "x")) == 2
