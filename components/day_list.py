"""The day at the counter: who is here, who is expected, who is done, and the figures beside it [P9, G2, T1, M5]."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from components import calling
from components.actors import Actor
from components.counter import day_began
from models.application import Application
from models.appointment import Appointment
from models.arrival import Arrival
from models.rules.catalogue import captures_stored
from models.rules.turns import Turn
from models.rules.workflow import State

_ON_THE_WAY = (State.ARRIVED, State.CAPTURED, State.PRINTED, State.READY)
_EXPECTED = (State.ACCEPTED, State.SCHEDULED)
_PROMISED = (State.SUBMITTED, State.ACCEPTED, State.SCHEDULED, State.ARRIVED, State.CAPTURED)


@dataclass(frozen=True)
class DayLine:
    """One person on the day's list. turn: a Turn, empty for who is not here. missed: the appointment of today was."""

    number: str
    name: str
    state: str
    service: str
    recorded: bool
    """Whether anything is recorded for this card."""
    change: str
    queue_number: str
    starts_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    turn: str = ""
    missed: bool = False

    @property
    def waits(self) -> bool:
        """Whether the person is here and not yet called."""
        return self.state == State.ARRIVED and self.turn == Turn.WAITING


@dataclass(frozen=True)
class Figures:
    """What stands beside the list. waited, served: average minutes of today, None while nobody was served."""

    safe: int
    due_today: int
    late: int
    waited: int | None
    served: int | None


async def today(by: Actor, now: datetime) -> list[DayLine]:
    """Everybody of the day in the order of service [G2].

    Who is being served, then who waits (by promise, then arrival), then who is expected by time, then cards
    that wait to be collected, and at the end who is done or did not come.
    """
    office_id = by.office_id or 0
    slots = await _appointments(office_id, now)
    here = await _arrivals(office_id, now)
    waiting = {one.id: place for place, one in enumerate(await calling.waiting(office_id, now))}
    rows = await _applications(office_id, [*slots, *here], now)
    lines = [_line(row, slots.get(str(row["number"])), here.get(str(row["number"]))) for row in rows]
    places = {number: waiting[place] for number, row in here.items() if (place := row["id"]) in waiting}
    return sorted(lines, key=lambda line: _rank(line, places, now))


async def _appointments(office_id: int, now: datetime) -> dict[str, dict[str, object]]:
    day = day_began(now)
    rows = (
        await Appointment.select(
            Appointment.application.number.as_alias("number"),
            Appointment.queue_number,
            Appointment.state,
            Appointment.slot.starts_at.as_alias("starts_at"),
        )
        .where(
            (Appointment.application.office == office_id)
            & (Appointment.slot.starts_at >= day)
            & (Appointment.slot.starts_at < day + timedelta(days=1))
            & Appointment.state.is_in(["booked", "kept", "missed"])
        )
        .order_by(Appointment.id)
    )
    return {row["number"]: row for row in rows}


async def _arrivals(office_id: int, now: datetime) -> dict[str, dict[str, object]]:
    rows = await Arrival.select(
        Arrival.id, Arrival.application.number.as_alias("number"), Arrival.queue_number, Arrival.state
    ).where((Arrival.office == office_id) & (Arrival.arrived_at >= day_began(now)))
    return {row["number"]: row for row in rows}


async def _applications(office_id: int, numbers: list[str], now: datetime) -> list[dict[str, object]]:
    wanted = Application.state.is_in([str(state) for state in _ON_THE_WAY]) | (
        (Application.state == State.HANDED_OVER) & (Application.finished_at >= day_began(now))
    )
    if numbers:
        wanted = wanted | Application.number.is_in(sorted(set(numbers)))
    rows: list[dict[str, object]] = await Application.select(
        Application.number,
        Application.name,
        Application.state,
        Application.service,
        Application.change,
        Application.arrived_at,
        Application.finished_at,
    ).where((Application.office == office_id) & wanted)
    return rows


def _line(row: dict[str, object], slot: dict[str, object] | None, here: dict[str, object] | None) -> DayLine:
    starts = slot["starts_at"] if slot else None
    arrived, finished = row["arrived_at"], row["finished_at"]
    number = here["queue_number"] if here else slot["queue_number"] if slot else ""
    return DayLine(
        number=str(row["number"]),
        name=str(row["name"]),
        state=str(row["state"]),
        service=str(row["service"]),
        recorded=bool(captures_stored(str(row["service"]), str(row["change"]))),
        change=str(row["change"]),
        queue_number=str(number),
        starts_at=starts if isinstance(starts, datetime) else None,
        arrived_at=arrived if isinstance(arrived, datetime) else None,
        finished_at=finished if isinstance(finished, datetime) else None,
        turn=str(here["state"]) if here else "",
        missed=slot is not None and slot["state"] == "missed",
    )


def _rank(line: DayLine, places: dict[str, int], now: datetime) -> tuple[int, int, datetime, str]:
    """Where a line stands: its part of the list, its place in the queue, its time."""
    if line.number in places:
        part = 1
    elif line.state in _EXPECTED:
        part = 5 if line.missed else 3
    elif line.state == State.READY:
        part = 4
    elif line.state in _ON_THE_WAY:
        part = 2 if line.turn == Turn.ASIDE else 0
    else:
        part = 6
    moment = line.starts_at if part in (3, 5) else line.finished_at if part == 6 else line.arrived_at
    return part, places.get(line.number, 0), moment or now, line.number


async def figures(office_id: int, now: datetime) -> Figures:
    """How the promises of cards not yet printed stand [T1], and how long people waited and were served today."""
    rows = await Application.select(Application.promise_at).where(
        (Application.office == office_id)
        & Application.state.is_in([str(state) for state in _PROMISED])
        & Application.promise_at.is_not_null()
    )
    promised = [row["promise_at"] for row in rows]
    tomorrow = day_began(now) + timedelta(days=1)
    late = sum(at < now for at in promised)
    due_today = sum(now <= at < tomorrow for at in promised)
    visits = await Arrival.select(
        Arrival.arrived_at, Arrival.called_at, Arrival.application.finished_at.as_alias("finished_at")
    ).where(
        (Arrival.office == office_id)
        & (Arrival.arrived_at >= day_began(now))
        & Arrival.called_at.is_not_null()
    )
    return Figures(
        safe=len(promised) - late - due_today,
        due_today=due_today,
        late=late,
        waited=_minutes([row["called_at"] - row["arrived_at"] for row in visits]),
        served=_minutes([row["finished_at"] - row["called_at"] for row in visits if row["finished_at"]]),
    )


def _minutes(spans: list[timedelta]) -> int | None:
    found = [max(span, timedelta()).total_seconds() / 60 for span in spans]
    return round(fmean(found)) if found else None
