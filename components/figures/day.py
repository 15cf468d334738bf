"""The day: appointments and arrivals [P9]."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

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
    here = (
        await Arrival.select(Arrival.state, Count(alias="n"))
        .where((Arrival.office == cut.office) & (Arrival.arrived_at >= morning))
        .group_by(Arrival.state)
    )
    appointments = await appointments_between(cut.office, morning, cut.tonight)
    arrivals = Counter({row["state"]: row["n"] for row in here})
    return Day(
        appointments["booked"],
        appointments["kept"],
        appointments["missed"],
        sum(arrivals.values()),
        arrivals["waiting"],
    )


async def appointments_between(office_id: int, start: datetime, end: datetime) -> Counter[str]:
    """The appointments of an office in this time by what became of them: booked, kept, missed, moved, cancelled."""
    rows = (
        await Appointment.select(Appointment.state, Count(alias="n"))
        .where(
            (Appointment.slot.office == office_id)
            & (Appointment.slot.starts_at >= start)
            & (Appointment.slot.starts_at < end)
        )
        .group_by(Appointment.state)
    )
    return Counter({row["state"]: row["n"] for row in rows})


class Kind(StrEnum):
    """Which of the day's figures, as it stands in the address."""

    BOOKED = "dijadwalkan"
    KEPT = "ditepati"
    MISSED = "tidak-datang"
    ARRIVED = "datang"
    WAITING = "menunggu"


KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Kind.BOOKED: "Masih dijadwalkan",
        Kind.KEPT: "Jadwal ditepati",
        Kind.MISSED: "Tidak datang",
        Kind.ARRIVED: "Datang hari ini",
        Kind.WAITING: "Menunggu dipanggil",
    }
)
_STATES: Mapping[Kind, str] = MappingProxyType(
    {Kind.BOOKED: "booked", Kind.KEPT: "kept", Kind.MISSED: "missed"}
)


@dataclass(frozen=True)
class Visit:
    """One appointment or arrival of today. at: when it begins, or when the person came."""

    number: str
    name: str
    queue_number: str
    at: datetime


async def listed(kind: Kind, cut: Cuts) -> list[Visit]:
    """What stands behind one figure of the day, by time."""
    if kind in _STATES:
        return await _appointments(_STATES[kind], cut)
    here = (Arrival.office == cut.office) & (Arrival.arrived_at >= day_began(cut.now))
    if kind is Kind.WAITING:
        here = here & (Arrival.state == "waiting")
    rows = (
        await Arrival.select(
            *(Arrival.queue_number, Arrival.arrived_at),
            Arrival.application.number.as_alias("number"),
            Arrival.application.name.as_alias("name"),
        )
        .where(here)
        .order_by(Arrival.arrived_at)
    )
    return [Visit(row["number"], row["name"], row["queue_number"], row["arrived_at"]) for row in rows]


async def _appointments(state: str, cut: Cuts) -> list[Visit]:
    rows = (
        await Appointment.select(
            Appointment.queue_number,
            Appointment.slot.starts_at.as_alias("at"),
            Appointment.application.number.as_alias("number"),
            Appointment.application.name.as_alias("name"),
        )
        .where(
            (Appointment.slot.office == cut.office)
            & (Appointment.slot.starts_at >= day_began(cut.now))
            & (Appointment.slot.starts_at < cut.tonight)
            & (Appointment.state == state)
        )
        .order_by(Appointment.slot.starts_at, Appointment.id)
    )
    return [Visit(row["number"], row["name"], row["queue_number"], row["at"]) for row in rows]
