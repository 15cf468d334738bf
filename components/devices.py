"""The office's devices and lines, and whether they are in service: said by officers, once, as an obstacle [M2].

A device is out of service exactly while an obstacle on it (or on all of its kind) is open; there is no second
truth to forget. While a camera is out, fewer people can be recorded at a time: see capture_places().
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from components import obstacles
from components.actors import Actor
from components.obstacles import Entry
from components.refusals import Missing, Overtaken, Refused
from models.db import Prepared, transaction
from models.obstacle import Device, Obstacle
from models.rules.calendar import OfficeCalendar
from models.rules.identity import Invalid, parse_note
from models.rules.obstacles import OF_DEVICES, ObstacleKind, Outage, standstill
from models.rules.slots import given_up_until

LONGEST_NAME = 60
_CAMERA = ObstacleKind.CAMERA
_ORDER = (
    ObstacleKind.CAMERA,
    ObstacleKind.SIGNATURE_PAD,
    ObstacleKind.PRINTER,
    ObstacleKind.SIAK_NETWORK,
    ObstacleKind.POWER,
)
"""As they are used, one after the other; the lines they all hang on come last."""
_STOP_RECORDING = (ObstacleKind.SIAK_NETWORK, ObstacleKind.POWER, ObstacleKind.OTHER)


@dataclass(frozen=True)
class DeviceLine:
    """One device as officers see it. obstacle: why it is out of service; None while it works."""

    id: int
    kind: str
    name: str
    obstacle: Obstacle | None

    @property
    def in_service(self) -> bool:
        return self.obstacle is None


_LISTED = Prepared(
    lambda office: (
        Device.select(Device.id, Device.kind, Device.name)
        .where((Device.office == office) & Device.retired_at.is_null())
        .order_by(Device.id)
    )
)


async def overview(office_id: int) -> tuple[DeviceLine, ...]:
    """The devices of an office in the order of their kinds, each with what is wrong with it."""
    rows = await _LISTED.rows(office_id)
    open_ = await obstacles.open_now(office_id)

    def trouble(id_: int, kind: str) -> Obstacle | None:
        own = [row for row in open_ if row.device == id_]
        of_all = [row for row in open_ if row.device is None and row.kind == kind]
        return next(iter(own + of_all), None)

    lines = [DeviceLine(row["id"], row["kind"], row["name"], trouble(row["id"], row["kind"])) for row in rows]
    return tuple(sorted(lines, key=lambda line: (_ORDER.index(ObstacleKind(line.kind)), line.id)))


async def add(kind: str, name: str, by: Actor, now: datetime) -> None:
    """Enter a device of the actor's office. Raises Refused with fields for an unknown kind or without a name."""
    fields: dict[str, str] = {}
    if kind not in OF_DEVICES:
        fields["kind"] = "Pilih jenis alatnya."
    try:
        words = parse_note(name, LONGEST_NAME)
    except Invalid as invalid:
        words, fields["name"] = "", invalid.message
    if not words:
        fields.setdefault("name", "Tulis nama alat, misalnya Kamera 2.")
    if fields:
        raise Refused("Alat belum ditambahkan.", fields)
    async with transaction():
        await Device(office=by.office_id, kind=kind, name=words, added_at=now, added_by=by.staff_id).save()
        await obstacles.mark_stale(by.office_id or 0, now)


async def retire(device_id: int, by: Actor, now: datetime) -> None:
    """Take a device off the list; what is open about it ends. Raises Missing for a foreign or retired one."""
    async with transaction():
        await _own(device_id, by)
        for row in await obstacles.open_now(by.office_id or 0):
            if row.device == device_id:
                await obstacles.end(row.id, by, now, note="Alat tidak dipakai lagi.")
        await Device.update({Device.retired_at: now, Device.retired_by: by.staff_id}).where(
            Device.id == device_id
        )
        await obstacles.mark_stale(by.office_id or 0, now)


async def stop(
    device_id: int, reason: str, by: Actor, now: datetime, expected_at: datetime | None = None
) -> Obstacle:
    """Out of service, with a reason [M2, T1]: an obstacle is declared. Raises what obstacles.declare() raises."""
    device = await _own(device_id, by)
    entry = Entry(ObstacleKind(device.kind), reason, device.id, expected_at=expected_at)
    return await obstacles.declare(entry, by, now)


async def start(device_id: int, by: Actor, now: datetime) -> None:
    """Back in service: its obstacle ends. Raises Overtaken when it works already, Missing for a foreign one."""
    device = await _own(device_id, by)
    line = next(line for line in await overview(device.office) if line.id == device_id)
    if line.obstacle is None:
        raise Overtaken("Alat ini sudah tercatat siap. Muat ulang halaman.")
    await obstacles.end(line.obstacle.id, by, now)


async def _own(device_id: int, by: Actor) -> Device:
    device = await Device.objects().get(
        (Device.id == device_id) & (Device.office == by.office_id) & Device.retired_at.is_null()
    )
    if device is None:
        raise Missing
    return device


Places = Callable[[datetime, int], int]
"""(when a slot begins, places that the weekly plan foresees) -> places that the devices leave of them."""


async def capture_places(office_id: int, now: datetime, calendar: OfficeCalendar) -> Places:
    """How many people can be recorded at once in slots to come, while some devices are out [M2, P8].

    An office may list fewer cameras than its plan counts on, or have one to spare: what is out is taken from
    whichever is more.
    """
    outages = [
        Outage(
            ObstacleKind(row.kind),
            row.device,
            row.began_at,
            given_up_until(now, row.expected_at, calendar),
        )
        for row in await obstacles.open_now(office_id)
        if _takes_places(row)
    ]
    if not outages:
        return lambda _at, planned: planned
    lives = await obstacles.device_lives(office_id)
    nobody = [span for kind in (*_STOP_RECORDING, _CAMERA) for span in standstill(kind, outages, lives)]
    listed = sum(life.kind is _CAMERA and life.retired_at is None for life in lives)

    def left(at: datetime, planned: int) -> int:
        if any(start <= at < end for start, end in nobody):
            return 0
        out = {one.device for one in outages if one.kind is _CAMERA and at < one.end}
        return min(planned, max(max(listed, planned) - len(out), 0))

    return left


async def why_moved(office_id: int) -> list[str]:
    """The kinds of open obstacles that take places away, for the words to whoever was moved."""
    return list(dict.fromkeys(row.kind for row in await obstacles.open_now(office_id) if _takes_places(row)))


def _takes_places(row: Obstacle) -> bool:
    """A camera is missed at once; the network or the power mostly comes back soon, unless an officer says when."""
    kind = ObstacleKind(row.kind)
    return kind is _CAMERA or (kind in _STOP_RECORDING and row.expected_at is not None)
