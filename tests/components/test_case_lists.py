"""What an obstacle stops of each service, in the lists, the promise and the notices alike [T1, M2, M4, P3]."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from components import case_lists, obstacles, promises
from components.case_lists import How, Wanted
from components.kit import Kit
from models.application import Application
from models.db import engine
from models.rules.catalogue import CATALOGUE, Change
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role, State
from tests.support.cases import an_application
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)
WISHES = tuple(
    (str(service), str(change))
    for service, entry in CATALOGUE.items()
    for change in ("", *Change)
    if (entry.takes_change if change else not entry.change_required)
)
"""Every service, with all that may be recorded anew in it."""
REACHED: Mapping[State, dict[str, Any]] = {
    State.SUBMITTED: {},
    State.ARRIVED: {"accepted_at": MONDAY - HOUR, "arrived_at": MONDAY - HOUR},
    State.CAPTURED: {"accepted_at": MONDAY - HOUR, "captured_at": MONDAY - HOUR},
}
STOPPED: Mapping[ObstacleKind, tuple[set[State], set[State]]] = {
    ObstacleKind.BLANKS: ({State.ARRIVED, State.CAPTURED}, {State.ARRIVED, State.CAPTURED}),
    ObstacleKind.SIAK_NETWORK: (set(REACHED), set(REACHED)),
    ObstacleKind.POWER: (set(REACHED), set(REACHED)),
    ObstacleKind.CAMERA: (set(), {State.ARRIVED}),
    ObstacleKind.SIGNATURE_PAD: (set(), {State.ARRIVED}),
    ObstacleKind.PRINTER: ({State.CAPTURED}, {State.CAPTURED}),
    ObstacleKind.OTHER: (set(REACHED), set(REACHED)),
}
"""In which states an obstacle stops a card of which nothing is recorded, and a first card."""


async def looked_up(how: How, office: int, now: datetime) -> list[str]:
    """How SQLite counts this list; PostgreSQL reads a handful of files one by one, whatever index there is."""
    cut = await case_lists.cuts(office, now)
    (query,) = Application.count().where(case_lists.how(how, cut)).querystrings
    sql, values = query.compile_string(engine_type="sqlite")
    return [row["detail"] for row in await engine.run(f"EXPLAIN QUERY PLAN {sql}", values)]


@on_sqlite
@pytest.mark.parametrize("obstacle", ObstacleKind)
async def test_lists_promise_and_notices_agree_on_what_is_stopped(
    service: Kit, obstacle: ObstacleKind
) -> None:
    """Of every service and wish at every desk; and no list is looked up row by row, its index holds all it asks."""
    officer = await member_of_staff(Role.SUPERVISOR)
    made = [
        await an_application(state, promise_at=MONDAY + 24 * HOUR, service=name, change=change, **reached)
        for state, reached in REACHED.items()
        for name, change in WISHES
    ]
    office = (await obstacles.declare(obstacles.Entry(obstacle, "Sedang dicari"), officer, MONDAY)).office
    now = MONDAY + timedelta(minutes=1)
    lists = {}
    for how in (How.PAUSED, How.ON_TIME):
        rows, _ = await case_lists.listed(Wanted(how), officer, now, limit=len(made))
        lists[how] = {row.number for row in rows}
        for step in await looked_up(how, office, now):
            assert "USING COVERING INDEX application_under_way (office=?" in step
    counted = await promises.count_all(office, made, now)
    held = {row.number for row in made if counted[row.id].clock.held_by}
    assert lists == {How.PAUSED: held, How.ON_TIME: {row.number for row in made} - held}
    assert held == {row.number for row in made if await obstacles.concerning(row, now)}
    states = {
        name: {row.state for row in made if row.number in held and (row.service, row.change) == (name, "")}
        for name in ("damaged", "data_change", "lost", "first")
    }
    bare, first = STOPPED[obstacle]
    assert states == {"damaged": bare, "data_change": bare, "lost": bare, "first": first}
