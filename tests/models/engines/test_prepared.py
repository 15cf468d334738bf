# ruff: noqa: PT012 - how a block of several statements ends is what one of these tests is about
"""Prepared SELECTs on both databases: built once for each, and never a value of an earlier run."""

import asyncio
from contextlib import suppress
from datetime import datetime

import pytest
from piccolo.columns import Integer, Timestamptz, Varchar
from piccolo.table import Table

from models import db
from models.db import BadValue, Prepared, TransactionDoomed, transaction
from models.engines.sqlite import SQLiteBackend
from tests.support.databases import Databases

AT = datetime.fromisoformat("2026-11-23T09:00:00+07:00")


class Card(Table, tablename="t_card"):
    """Something to find."""

    name = Varchar(default=None)
    worth = Integer(default=0)
    made_at = Timestamptz(default=None)


class Gone(Table, tablename="t_gone"):
    """A table that nobody made."""

    name = Varchar(default=None)


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


async def test_rows_as_objects_can_be_saved(database: str) -> None:
    await fill()
    whole = Prepared(lambda name: Card.select(*Card.all_columns()).where(Card.name == name))
    (card,) = await whole.objects(Card, "d")
    assert vars(card) == vars(await Card.objects().get(Card.name == "d"))
    card.worth = 7
    await card.save()
    assert await Card.count() == 4
    assert (await RICHER.rows(6, "x"))[0]["name"] == "d"


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


async def test_locked_rows_are_held_and_asked_for_in_a_transaction_only(database: str) -> None:
    await fill()
    held = Prepared(lambda name: Card.select(Card.worth).where(Card.name == name), locks=True)
    order: list[str] = []

    async def rival(who: str) -> None:
        async with transaction():
            await held.rows("a")
            order.append(who)
            await asyncio.sleep(0.05)
            order.append(who)

    await asyncio.gather(rival("one"), rival("two"))
    assert order in (["one", "one", "two", "two"], ["two", "two", "one", "one"])
    with pytest.raises(RuntimeError, match="inside a transaction"):
        await held.rows("a")


async def test_a_read_that_fails_dooms_its_transaction(database: str) -> None:
    await fill()
    with pytest.raises(TransactionDoomed):
        async with transaction():
            await Card.insert(Card(name="e", worth=9, made_at=AT))
            with suppress(Exception):
                await Prepared(lambda: Gone.select(Gone.name)).rows()
    assert await Card.count() == 4


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
