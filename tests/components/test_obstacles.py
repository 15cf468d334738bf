"""Obstacles: declared with who, when and why; ended, entered late, corrected; by hand and by themselves [T1, M2]."""

import asyncio
from datetime import timedelta

import pytest

from components import founding, obstacles
from components.actors import Actor
from components.kit import Kit
from components.obstacles import Entry
from components.refusals import Missing, Overtaken, Refused
from models.obstacle import Device, Obstacle
from models.office import Office
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role, State
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)
NETWORK = Entry(ObstacleKind.SIAK_NETWORK, "Jaringan pusat terputus")


async def an_officer() -> Actor:
    return await member_of_staff(Role.COUNTER)


async def a_device(kind: ObstacleKind, name: str) -> int:
    device = Device(office=founding.office_card().id, kind=str(kind), name=name, added_at=MONDAY - 30 * HOUR)
    await device.save()
    return int(device.id)


async def the_camera() -> int:
    device = await Device.objects().get(Device.kind == "camera")
    assert device is not None
    return int(device.id)


async def kinds_open() -> list[str]:
    return [row.kind for row in await obstacles.open_now(founding.office_card().id)]


async def test_an_obstacle_has_who_when_and_why(service: Kit) -> None:
    """[T1] And its beginning marks the office's promises as stale."""
    officer = await an_officer()
    row = await obstacles.declare(NETWORK, officer, MONDAY)
    assert (row.declared_by, row.began_at, row.reason) == (officer.staff_id, MONDAY, NETWORK.reason)
    office = await Office.objects().get(Office.id == row.office)
    assert office is not None
    assert office.promises_stale_at == MONDAY
    over = await obstacles.end(row.id, officer, MONDAY + HOUR, note="Sudah pulih")
    assert (over.ended_at, over.ended_by) == (MONDAY + HOUR, officer.staff_id)
    assert await kinds_open() == []


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (Entry(ObstacleKind.POWER, " "), "reason"),
        (Entry(ObstacleKind.POWER, "Listrik padam", began_at=MONDAY + HOUR), "began_at"),
        (Entry(ObstacleKind.POWER, "Listrik padam", began_at=MONDAY - 8 * 24 * HOUR), "began_at"),
        (Entry(ObstacleKind.POWER, "Listrik padam", began_at=MONDAY - HOUR), "late_reason"),
        (Entry(ObstacleKind.POWER, "Listrik padam", expected_at=MONDAY - HOUR), "expected_at"),
    ],
)
async def test_what_cannot_be_declared(service: Kit, entry: Entry, field: str) -> None:
    """[T1] No obstacle without why; none ahead of time; a late one says why it is late."""
    with pytest.raises(Refused) as no:
        await obstacles.declare(entry, await an_officer(), MONDAY)
    assert field in no.value.fields
    assert await Obstacle.count() == 0


async def test_entered_late_both_times_are_kept(service: Kit) -> None:
    """[T1]"""
    entry = Entry(
        ObstacleKind.POWER, "Listrik padam", began_at=MONDAY - HOUR, late_reason="Komputer ikut mati"
    )
    row = await obstacles.declare(entry, await an_officer(), MONDAY)
    assert (row.began_at, row.declared_at, row.late_reason) == (MONDAY - HOUR, MONDAY, "Komputer ikut mati")


async def test_a_correction_is_a_new_line_and_the_old_one_stays(service: Kit) -> None:
    """[T1] One correction per line; what was corrected counts no more."""
    officer = await an_officer()
    old = await obstacles.declare(NETWORK, officer, MONDAY)
    mended = Entry(ObstacleKind.POWER, "Listrik padam", began_at=MONDAY, late_reason="Salah pilih jenis")
    await obstacles.correct(old.id, mended, MONDAY + HOUR, officer, MONDAY + 2 * HOUR)
    assert await kinds_open() == []
    course = await obstacles.course(founding.office_card().id, MONDAY, MONDAY + 2 * HOUR)
    assert [(one.kind, one.end) for one in course.outages] == [(ObstacleKind.POWER, MONDAY + HOUR)]
    with pytest.raises(Overtaken):
        await obstacles.correct(old.id, mended, None, officer, MONDAY + 2 * HOUR)
    assert await Obstacle.count() == 2


async def test_another_office_sees_and_ends_nothing(service: Kit) -> None:
    row = await obstacles.declare(NETWORK, await an_officer(), MONDAY)
    stranger = Actor(roles=frozenset({Role.COUNTER}), staff_id=1, office_id=row.office + 1)
    with pytest.raises(Missing):
        await obstacles.end(row.id, stranger, MONDAY + HOUR)


async def test_the_same_is_declared_once_whoever_is_at_it(service: Kit) -> None:
    """Two officers and the system at once: one line of an officer, one of the system [M2]."""
    officer, office = await an_officer(), founding.office_card().id
    entry = Entry(ObstacleKind.BLANKS, "Kiriman belum datang")
    made = await asyncio.gather(
        *(obstacles.declare(entry, officer, MONDAY) for _ in range(3)),
        *(
            obstacles.declare_automatic(office, ObstacleKind.BLANKS, "Blangko habis", MONDAY)
            for _ in range(3)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in made) == 2
    assert made.count(True) == 1
    assert await kinds_open() == ["blanks", "blanks"]
    assert await obstacles.end_automatic(office, ObstacleKind.BLANKS, MONDAY + HOUR)
    assert not await obstacles.end_automatic(office, ObstacleKind.BLANKS, MONDAY + HOUR)
    assert await kinds_open() == ["blanks"], "what an officer declared is left to officers"


async def test_an_obstacle_concerns_whom_it_stops(service: Kit) -> None:
    """[T1] A camera stops a photo, not a signature, and not while another camera works."""
    officer = await an_officer()
    first, second = await the_camera(), await a_device(ObstacleKind.CAMERA, "Kamera 2")
    photo = await an_application(State.ACCEPTED, accepted_at=MONDAY)
    signature = await an_application(State.ACCEPTED, accepted_at=MONDAY, change="signature", reason="")
    waiting = await an_application(State.SUBMITTED)
    now = MONDAY + HOUR

    async def concerned() -> list[bool]:
        return [bool(await obstacles.concerning(one, now)) for one in (photo, signature, waiting)]

    await obstacles.declare(Entry(ObstacleKind.CAMERA, "Lensa pecah", first), officer, MONDAY)
    assert await concerned() == [False, False, False]
    await obstacles.declare(Entry(ObstacleKind.CAMERA, "Kabel putus", second), officer, MONDAY)
    assert await concerned() == [True, False, False]
    await obstacles.declare(NETWORK, officer, MONDAY)
    assert await concerned() == [True, True, True]
