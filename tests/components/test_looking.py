"""Behind the figures of the day and of who looks at what: each list is as long as its figure [M4, G2, P9]."""

from datetime import timedelta

import pytest

from components import appointments, arrivals, attention, case_lists, history, supervision
from components.actors import SYSTEM, Actor
from components.figures import day, looking
from components.kit import Kit
from components.refusals import Missing
from models.account import Staff
from models.office import Office
from models.rules.calendar import wib_day
from models.rules.workflow import Role, State
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def supervisor(service: Kit) -> Actor:
    return await member_of_staff(Role.SUPERVISOR)


async def test_the_days_figures_are_as_long_as_their_lists(supervisor: Actor) -> None:
    """P9 M4: appointments by what became of them, arrivals by turn."""
    await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    counter = await member_of_staff(Role.COUNTER)
    here = await arrivals.arrive(await an_application(State.ACCEPTED), counter, MONDAY, MONDAY)
    cut = await case_lists.cuts(supervisor.office_id or 0, MONDAY)
    found = await day.day(cut)
    counts = {
        day.Kind.BOOKED: found.booked,
        day.Kind.KEPT: found.kept,
        day.Kind.MISSED: found.missed,
        day.Kind.ARRIVED: found.arrived,
        day.Kind.WAITING: found.waiting,
    }
    assert {kind: len(await day.listed(kind, cut)) for kind in day.Kind} == counts
    assert (found.booked, found.arrived) == (1, 1)
    assert [row.number for row in await day.listed(day.Kind.ARRIVED, cut)] == [here.number]


async def test_who_looked_is_listed_by_file(supervisor: Actor) -> None:
    """G2 M4: files, not looks, as the figure counts them; of the own office alone; alerts stay for a month."""
    operator = await member_of_staff(Role.OPERATOR)
    first, second = await an_application(), await an_application()
    for row, act in (
        (first, attention.LOOK),
        (first, attention.LOOK),
        (second, attention.LOOK),
        (first, looking.IDENTITY),
    ):
        await history.record(row.id, act, operator, Role.OPERATOR, MONDAY)
    details: dict[str, history.Detail] = {"files": 61, "within": "hour"}
    await history.record(second.id, attention.MANY_LOOKS, operator, Role.OPERATOR, MONDAY, details=details)
    (figure,) = (await supervision.screen(supervisor, MONDAY + A_MINUTE)).looks
    today, staff = wib_day(MONDAY), operator.staff_id or 0
    files = await looking.seen(staff, today, attention.LOOK, supervisor)
    assert (len(files), sorted(one.looks for one in files)) == (figure.files, [1, 2]) == (2, [1, 2])
    assert len(await looking.seen(staff, today, looking.IDENTITY, supervisor)) == figure.numbers == 1
    assert await looking.seen(staff, today - timedelta(days=1), attention.LOOK, supervisor) == []
    (alert,) = await looking.alerts(supervisor, MONDAY + timedelta(days=29))
    assert (alert.officer, alert.files, alert.day) == (operator.name, 61, today)
    assert await looking.alerts(supervisor, MONDAY + timedelta(days=31)) == []
    office = Office(prefix="WNY", name="W", short_name="W", regency="S", area_code="351516", address="J")
    await office.save()
    await Staff.update({Staff.office: office.id}).where(Staff.id == staff)
    with pytest.raises(Missing):
        await looking.seen(staff, today, attention.LOOK, supervisor)
