"""Everything one officer needs at the counter, gathered for the screen [P9, P10, P13, M5]."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from components import (
    appointments,
    calling,
    card_making,
    day_list,
    devices,
    hand_over,
    history,
    preferences,
    promises,
    stock,
    thresholds,
    told,
    undoing,
    verification,
)
from components.actors import Actor
from components.appointments import Booking
from components.calling import ASIDE_WORDS
from components.day_list import DayLine, Figures
from components.devices import DeviceLine
from components.particulars import Identity
from components.preferences import Preferences
from components.promises import Standing
from components.stock import Level
from models.application import Application
from models.arrival import Arrival
from models.card_stock import Capture, Handover
from models.history import Event
from models.notification import Message
from models.office import Village
from models.rules.catalogue import Capture as Kind
from models.rules.keys import COUNTER
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Act

_RECORDERS = (ObstacleKind.CAMERA, ObstacleKind.SIGNATURE_PAD)


@dataclass(frozen=True)
class Day:
    """What stands beside every person: the list, the figures, blanks and devices, and the officer's own keys."""

    lines: tuple[DayLine, ...]
    figures: Figures
    level: Level
    devices: tuple[DeviceLine, ...]
    keys: Preferences

    @property
    def recorders(self) -> tuple[DeviceLine, ...]:
        """What photos and signatures are recorded on; what is out of service is not among it."""
        return tuple(one for one in self.devices if one.kind in _RECORDERS and one.in_service)

    @property
    def done(self) -> int:
        """How many have their card."""
        return sum(line.state == "handed_over" for line in self.lines)

    @property
    def waiting(self) -> tuple[DayLine, ...]:
        """Who is here and not called yet, in order."""
        return tuple(line for line in self.lines if line.waits)


@dataclass(frozen=True)
class Held:
    """What held a case up at the counter, in words."""

    what: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Person:
    """One case at the counter. device: which this officer recorded with last. authority: page of its photo, or 0.

    undo: the step that could be taken back now.
    """

    application: Application
    identity: Identity = field(repr=False)
    village: str
    booking: Booking | None
    wanted: frozenset[Kind]
    serial: str
    handover: Handover | None
    arrival: Arrival | None
    device: str
    authority: int
    undo: Act | None
    standing: Standing
    held: tuple[Held, ...]
    events: tuple[Event, ...]
    told: tuple[Message, ...]
    family_may_collect: bool

    @property
    def aside_kinds(self) -> tuple[tuple[str, str], ...]:
        """What may hold a case up, for the officer to choose from."""
        return tuple(ASIDE_WORDS.items())

    @property
    def turn(self) -> str:
        """How far this person is in the line; empty for who does not stand in it."""
        return str(self.arrival.state) if self.arrival is not None else ""

    @property
    def queue_number(self) -> str:
        """What is called out, once the person is here or has an appointment."""
        if self.arrival is not None:
            return str(self.arrival.queue_number)
        return self.booking.queue_number if self.booking else ""


async def day(by: Actor, now: datetime) -> Day:
    """The day of the officer's office."""
    office_id = by.office_id or 0
    return Day(
        tuple(await day_list.today(by, now)),
        await day_list.figures(office_id, now),
        await stock.level(office_id, now),
        await devices.overview(office_id),
        await preferences.of(by, COUNTER),
    )


async def person(application: Application, by: Actor, now: datetime) -> Person:
    """The case as the officer sees it; that the full NIK is seen is recorded before it is shown [G1]."""
    identity = await verification.look(application, by, now)
    village = await Village.objects().get(Village.id == application.village) if application.village else None
    events = tuple(await history.lines(application.id))
    return Person(
        application=application,
        identity=identity,
        village=village.name if village else "",
        booking=await appointments.current(application.id),
        wanted=card_making.wanted(application),
        serial=await stock.serial_of(application),
        handover=await hand_over.handover_of(application),
        arrival=await calling.of(application),
        device=await _last_device(by),
        authority=await hand_over.authority_page(application),
        undo=await undoing.possible(application, now),
        standing=await promises.standing(application, now),
        held=tuple(_held(event) for event in events if event.act == "put_aside"),
        events=events,
        told=await told.of_case(application.id),
        family_may_collect=(await thresholds.of(application.office)).family_may_collect,
    )


async def _last_device(by: Actor) -> str:
    row = (
        await Capture.select(Capture.device)
        .where((Capture.captured_by == by.staff_id) & (Capture.device != ""))
        .order_by(Capture.id, ascending=False)
        .first()
    )
    return str(row["device"]) if row else ""


def _held(event: Event) -> Held:
    return Held(ASIDE_WORDS[json.loads(event.details)["kind"]], event.reason, event.happened_at)
