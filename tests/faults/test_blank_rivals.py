"""Many officers at the same blanks, in random histories: the books and the rows never part [M2, S1]."""

import asyncio
import random
from collections.abc import Awaitable
from itertools import accumulate

import pytest

from components import destruction, obstacles, stock, stock_moves, stock_watch
from components.actors import Actor
from components.destruction import Typed
from components.kit import Kit
from components.refusals import Refused
from models.application import Application
from models.card_stock import Blank, StockEntry
from models.db import transaction
from models.office import Office
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role, State
from tests.support.cases import an_application
from tests.support.databases import KINDS, Kind
from tests.support.service import MONDAY, member_of_staff

SERIALS = [f"AB-{number:04d}" for number in range(1, 25)]
RIVALS, ROUNDS = 10, 14
TODAY = MONDAY.date()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Here the database does make a difference."""
    chosen: Kind = request.param
    return chosen


async def _print(row: Application, serial: str, by: Actor) -> None:
    async with transaction():
        if await stock.serial_of(row) == "":
            await stock.take(row, serial, by, MONDAY)


async def _fail(row: Application, by: Actor) -> None:
    async with transaction():
        await stock.spoil(row, "tinta luntur", by, MONDAY)


async def _burn(by: Actor, name: str) -> None:
    items = await destruction.pending(by, TODAY, TODAY)
    typed = Typed(name, "Kantor Kecamatan", "", "", "Rini Loket", "Dewi Operator", str(len(items)))
    await destruction.destroy(typed, TODAY, TODAY, by, MONDAY)


def _something(dice: random.Random, row: Application, by: Actor, name: str) -> Awaitable[object]:
    """What one officer does next. The rows of numbers overlap those of the others, in any order."""
    place = dice.randrange(len(SERIALS))
    first, last = SERIALS[place], SERIALS[min(place + dice.randrange(4), len(SERIALS) - 1)]
    act = dice.choice(
        ("print", "print", "print", "fail", "receive", "damage", "loan", "correct", "count", "burn")
    )
    if act == "print":
        return _print(row, first, by)
    if act == "fail":
        return _fail(row, by)
    if act == "receive":
        return stock.receive(first, last, name, by, MONDAY)
    if act == "damage":
        return stock_moves.damage(first, last, "", "patah di dos", by, MONDAY)
    if act == "loan":
        which = str(dice.choice(stock_moves.LOANS))
        return stock_moves.lend(which, first, last, "", "Kecamatan Taman", name, by, MONDAY)
    if act == "correct":
        which = str(dice.choice(stock_moves.CORRECTIONS))
        return stock_moves.correct(which, first, last, "", "terselip di lemari", by, MONDAY)
    if act == "count":
        return stock_moves.count("7", "dihitung sambil melayani", by, MONDAY)
    return _burn(by, name)


async def _sound(by: Actor) -> None:
    """What must hold after every round."""
    rows = await Blank.select(Blank.serial, Blank.state, Blank.application)
    entries = await StockEntry.select(StockEntry.change).order_by(StockEntry.id)
    balances = list(accumulate(entry["change"] for entry in entries))
    in_stock = sum(row["state"] == "in_stock" for row in rows)
    assert balances[-1] == in_stock == (await stock.level(by.office_id or 0, MONDAY)).in_stock
    assert min(balances) >= 0
    assert len({row["serial"] for row in rows}) == len(rows)
    cards = [row["application"] for row in rows if row["state"] == "used"]
    assert len(cards) == len(set(cards))


@pytest.mark.parametrize("seed", range(3))
async def test_the_books_and_the_rows_never_part(service: Kit, seed: int) -> None:
    """Never below zero, never two cards on one serial, the balance equals the rows, after any history [M2, S1].

    Ten at once, printing, spoiling, lending, receiving, correcting and destroying the same two dozen blanks; whoever
    comes second is refused in words.
    """
    dice = random.Random(seed)
    by = await member_of_staff(Role.COUNTER)
    files = [await an_application(State.CAPTURED) for _ in range(RIVALS)]
    await stock.receive(SERIALS[0], SERIALS[11], "SJ 1", by, MONDAY)
    for turn in range(ROUNDS):
        acts = [_something(dice, row, by, f"{turn}/{place}") for place, row in enumerate(files)]
        outcomes = await asyncio.gather(*acts, return_exceptions=True)
        odd = [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, Refused)]
        assert odd == []
        await _sound(by)
    await stock_watch.watch(MONDAY)
    out = await stock.blanks_are_out(by.office_id or 0)
    declared = [row.kind for row in await obstacles.open_now(by.office_id or 0)]
    assert declared == ([ObstacleKind.BLANKS] if out else [])


async def test_two_offices_never_print_on_one_serial(service: Kit) -> None:
    """A blank that was borrowed is in two books, and becomes one card [S1]."""
    by = await member_of_staff(Role.COUNTER)
    other = Office(
        prefix="TMN", name="Taman", short_name="Taman", regency="S", area_code="351512", address="T"
    )
    await other.save()
    theirs = Actor(roles=by.roles, staff_id=by.staff_id, office_id=other.id)
    for one in (by, theirs):
        await stock.receive("AB-0001", "", "SJ 1", one, MONDAY)
    ours, foreign = (
        await an_application(State.CAPTURED),
        await an_application(State.CAPTURED, office=other.id),
    )
    outcomes = await asyncio.gather(
        _print(ours, "AB-0001", by), _print(foreign, "AB-0001", theirs), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "Refused"]
