"""Which technical obstacle stops which work, and when a kind of device stood still altogether [T1, M2]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from models.rules.calendar import Span

ENTERED_LATE = timedelta(minutes=30)
"""From which an entry needs a reason why it comes later than what it tells of."""
OLDEST_ENTRY = timedelta(days=7)


class ObstacleKind(StrEnum):
    """What can stand in the way."""

    BLANKS = "blanks"
    SIAK_NETWORK = "siak_network"
    POWER = "power"
    CAMERA = "camera"
    SIGNATURE_PAD = "signature_pad"
    PRINTER = "printer"
    OTHER = "other"


class Stage(StrEnum):
    """What the office still has to do for a card. A card that is printed waits for nothing."""

    VERIFY = "verify"
    CAPTURE = "capture"
    PRINT = "print"


OF_DEVICES = frozenset(
    {
        ObstacleKind.SIAK_NETWORK,
        ObstacleKind.POWER,
        ObstacleKind.CAMERA,
        ObstacleKind.SIGNATURE_PAD,
        ObstacleKind.PRINTER,
    }
)
"""Kinds of which an office may have several, each with its own name."""

_ALL = frozenset(Stage)

STOPS: Mapping[ObstacleKind, frozenset[Stage]] = MappingProxyType(
    {
        # Without blanks nobody new is given an appointment, so the recording waits as well.
        ObstacleKind.BLANKS: frozenset({Stage.CAPTURE, Stage.PRINT}),
        ObstacleKind.SIAK_NETWORK: _ALL,
        ObstacleKind.POWER: _ALL,
        ObstacleKind.CAMERA: frozenset({Stage.CAPTURE}),
        ObstacleKind.SIGNATURE_PAD: frozenset({Stage.CAPTURE}),
        ObstacleKind.PRINTER: frozenset({Stage.PRINT}),
        ObstacleKind.OTHER: _ALL,
    }
)
"""Only work that the obstacle truly stops is excused by it: a broken printer is no reason to verify late."""


@dataclass(frozen=True)
class Work:
    """What one card needs of the devices."""

    photo: bool = True
    signature: bool = True


def stops(kind: ObstacleKind, stage: Stage, work: Work) -> bool:
    """Whether an obstacle of this kind stops a card at this stage [T1]."""
    if kind is ObstacleKind.CAMERA and not work.photo:
        return False
    if kind is ObstacleKind.SIGNATURE_PAD and not work.signature:
        return False
    return stage in STOPS[kind]


@dataclass(frozen=True)
class DeviceLife:
    """A device of the office from the day it was entered to the day it was taken off the list, if ever."""

    id: int
    kind: ObstacleKind
    added_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True)
class Outage:
    """A declared obstacle as the clock sees it. device: None for the whole office. end: excluded."""

    kind: ObstacleKind
    device: int | None
    start: datetime
    end: datetime


def standstill(kind: ObstacleKind, outages: Iterable[Outage], devices: Iterable[DeviceLife]) -> list[Span]:
    """When all of a kind stood still, in order and apart: the whole office, or every device it then had [M2].

    One camera of two is out: the other one works, so nothing is excused. Outages may overlap and may be empty.
    """
    ours = [outage for outage in outages if outage.kind is kind and outage.start < outage.end]
    lives = [device for device in devices if device.kind is kind]
    edges = {moment for outage in ours for moment in (outage.start, outage.end)}
    edges |= {moment for life in lives for moment in (life.added_at, life.retired_at) if moment is not None}
    found: list[Span] = []
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        if not _still(start, ours, lives):
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _still(at: datetime, outages: list[Outage], lives: list[DeviceLife]) -> bool:
    down = {outage.device for outage in outages if outage.start <= at < outage.end}
    # A device that is off the list no longer works, whatever was left open about it.
    there = {
        life.id for life in lives if life.added_at <= at and (life.retired_at is None or at < life.retired_at)
    }
    return bool(down) and (None in down or (bool(there) and there <= down))


@dataclass(frozen=True)
class Reach:
    """How far one application had come: from when it was at each stage. Moments of stages not reached: None."""

    received_at: datetime
    accepted_at: datetime | None = None
    captured_at: datetime | None = None
    printed_at: datetime | None = None

    def spans(self, until: datetime) -> dict[Stage, Span]:
        """The stretch of each stage, as far as it began before `until`; the present one ends there."""
        last = min(self.printed_at or until, until)
        captured = max(self.captured_at or last, self.received_at)
        accepted = max(self.accepted_at or captured, self.received_at)
        cut = {
            Stage.VERIFY: (self.received_at, min(accepted, last)),
            Stage.CAPTURE: (accepted, min(captured, last)),
            Stage.PRINT: (captured, last),
        }
        return {stage: span for stage, span in cut.items() if span[0] < span[1]}

    @property
    def stage(self) -> Stage | None:
        """What the office has to do now; None once the card is printed."""
        if self.printed_at is not None:
            return None
        if self.captured_at is not None:
            return Stage.PRINT
        return Stage.VERIFY if self.accepted_at is None else Stage.CAPTURE


def excused(
    reach: Reach,
    work: Work,
    outages: Iterable[Outage],
    devices: Iterable[DeviceLife],
    until: datetime,
) -> list[tuple[ObstacleKind, Span]]:
    """The stretches in which declared obstacles stopped this card at the stage it was in [T1]. They may overlap."""
    ours, lives = list(outages), list(devices)
    found: list[tuple[ObstacleKind, Span]] = []
    for kind in dict.fromkeys(outage.kind for outage in ours):
        for start, end in standstill(kind, ours, lives):
            for stage, (since, to) in reach.spans(until).items():
                first, last = max(start, since), min(end, to)
                if first < last and stops(kind, stage, work):
                    found.append((kind, (first, last)))
    return found
