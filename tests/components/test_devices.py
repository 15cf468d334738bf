"""Devices: out of service with a reason, places that follow them, people moved and told, and back [M2, P8, T1]."""

from datetime import timedelta

import pytest

from components import appointments, devices, founding, obstacles, promises, timetable
from components.actors import SYSTEM, Actor
from components.kit import Kit
from components.obstacles import Entry
from components.refusals import Missing, Overtaken, Refused
from models.appointment import Slot
from models.notification import Message
from models.office import SlotTemplate
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)


async def the(kind: ObstacleKind) -> devices.DeviceLine:
    return next(line for line in await devices.overview(founding.office_card().id) if line.kind == kind)


async def test_out_of_service_is_an_obstacle_and_back_ends_it(service: Kit) -> None:
    """[M2] One truth: the obstacle says whether a device works."""
    officer = await member_of_staff(Role.COUNTER)
    camera = await the(ObstacleKind.CAMERA)
    assert camera.in_service
    row = await devices.stop(camera.id, "Lensa pecah", officer, MONDAY)
    stopped = await the(ObstacleKind.CAMERA)
    assert stopped.obstacle is not None
    assert (stopped.obstacle.id, stopped.obstacle.reason) == (row.id, "Lensa pecah")
    await devices.start(camera.id, officer, MONDAY + HOUR)
    assert (await the(ObstacleKind.CAMERA)).in_service
    with pytest.raises(Overtaken):
        await devices.start(camera.id, officer, MONDAY + HOUR)


async def test_an_obstacle_of_the_whole_office_takes_its_devices_along(service: Kit) -> None:
    officer = await member_of_staff(Role.OPERATOR)
    await obstacles.declare(Entry(ObstacleKind.POWER, "Listrik padam"), officer, MONDAY)
    assert not (await the(ObstacleKind.POWER)).in_service
    assert (await the(ObstacleKind.CAMERA)).in_service


async def test_devices_are_added_and_taken_off_the_list(service: Kit) -> None:
    """[M2] With a device goes what was open about it."""
    officer = await member_of_staff(Role.COUNTER)
    with pytest.raises(Refused) as no:
        await devices.add("blanks", " ", officer, MONDAY)
    assert set(no.value.fields) == {"kind", "name"}
    await devices.add("camera", "Kamera 2", officer, MONDAY)
    camera = await the(ObstacleKind.CAMERA)
    await devices.stop(camera.id, "Lensa pecah", officer, MONDAY)
    await devices.retire(camera.id, officer, MONDAY + HOUR)
    assert await obstacles.open_now(founding.office_card().id) == []
    assert (await the(ObstacleKind.CAMERA)).name == "Kamera 2"
    stranger = Actor(roles=frozenset({Role.COUNTER}), staff_id=1, office_id=99)
    for act in (devices.retire, devices.start):
        with pytest.raises(Missing):
            await act(camera.id, stranger, MONDAY)


async def capacities(now: object = None) -> set[int]:
    office = founding.office_card().id
    await timetable.ensure_slots(office, MONDAY)
    today = await Slot.select(Slot.capacity).where(
        (Slot.starts_at > MONDAY) & (Slot.starts_at < MONDAY + 6 * HOUR)
    )
    return {row["capacity"] for row in today}


async def test_places_follow_the_cameras_in_service(service: Kit) -> None:
    """[M2, P8] Two cameras, one out: one place; a spare one costs no place; a later day keeps its places."""
    officer = await member_of_staff(Role.COUNTER)
    office = founding.office_card().id
    await devices.add("camera", "Kamera 2", officer, MONDAY - HOUR)
    camera = await the(ObstacleKind.CAMERA)
    await devices.stop(camera.id, "Lensa pecah", officer, MONDAY)
    assert await capacities() == {1}, "the plan needs one, and one works"
    await SlotTemplate.update({SlotTemplate.capacity: 2}).where(SlotTemplate.office == office)
    assert await capacities() == {1}
    later = await Slot.select(Slot.capacity).where(Slot.starts_at > MONDAY + timedelta(days=1))
    assert {row["capacity"] for row in later} == {2}
    await devices.start(camera.id, officer, MONDAY)
    assert await capacities() == {2}


async def test_the_network_takes_places_only_when_somebody_says_until_when(service: Kit) -> None:
    """It mostly comes back within the hour; nobody is moved for that [M2]."""
    officer = await member_of_staff(Role.COUNTER)
    row = await obstacles.declare(Entry(ObstacleKind.SIAK_NETWORK, "Kabel putus"), officer, MONDAY)
    assert await capacities() == {1}
    await obstacles.end(row.id, officer, MONDAY)
    until = Entry(ObstacleKind.SIAK_NETWORK, "Kabel putus", expected_at=MONDAY + timedelta(days=1))
    await obstacles.declare(until, officer, MONDAY)
    assert await capacities() == {0}


async def test_people_are_moved_told_why_and_served_again_afterwards(service: Kit) -> None:
    """[M2, P8] The camera breaks: who stood in a lost place gets the nearest other one, with the reason."""
    officer = await member_of_staff(Role.COUNTER)
    application = await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    before = await appointments.current(application.id)
    await devices.stop((await the(ObstacleKind.CAMERA)).id, "Lensa pecah", officer, MONDAY)
    assert await appointments.schedule_waiting(MONDAY) == 1
    moved = await appointments.current(application.id)
    calendar = await promises.office_calendar(application.office)
    assert before is not None
    assert moved is not None
    assert (
        moved.starts_at >= calendar.opening_spans(MONDAY.date() + timedelta(days=1))[0][0] > before.starts_at
    )
    kinds = [row["kind"] for row in await Message.select(Message.kind).where(Message.state == "waiting")]
    assert kinds == ["moved"]
    assert await appointments.schedule_waiting(MONDAY) == 0, "moved once"
    await devices.start((await the(ObstacleKind.CAMERA)).id, officer, MONDAY + HOUR)
    assert await capacities() == {1}
