"""The day: appointments and arrivals [P9]."""

from collections import Counter
from dataclasses import dataclass

from piccolo.query.functions import Count

from components.case_lists import Cuts
from components.counter import day_began
from models.appointment import Appointment
from models.arrival import Arrival


@dataclass(frozen=True)
class Day:
    """Today's appointments by what became of them, and who is here by turn."""

    booked: int
    kept: int
    missed: int
    arrived: int
    waiting: int


async def day(cut: Cuts) -> Day:
    """Today's appointments and arrivals [P9]."""
    morning = day_began(cut.now)
    slots = (
        await Appointment.select(Appointment.state, Count(alias="n"))
        .where(
            (Appointment.slot.office == cut.office)
            & (Appointment.slot.starts_at >= morning)
            & (Appointment.slot.starts_at < cut.tonight)
        )
        .group_by(Appointment.state)
    )
    here = (
        await Arrival.select(Arrival.state, Count(alias="n"))
        .where((Arrival.office == cut.office) & (Arrival.arrived_at >= morning))
        .group_by(Arrival.state)
    )
    appointments = Counter({row["state"]: row["n"] for row in slots})
    arrivals = Counter({row["state"]: row["n"] for row in here})
    return Day(
        appointments["booked"],
        appointments["kept"],
        appointments["missed"],
        sum(arrivals.values()),
        arrivals["waiting"],
    )
