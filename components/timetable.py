"""The places of the capture desk: the weekly plan laid out day by day, places taken and given back [P8].

A place is taken by one conditional UPDATE, so a slot is never over-booked, whoever asks at the same time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from components import devices, promises
from components.words import WIB
from models.appointment import Slot
from models.db import Prepared, lock, transaction
from models.office import Sequence, SlotTemplate
from models.rules import slots as rules
from models.rules.calendar import OfficeCalendar, Span, wib_day


@dataclass(frozen=True)
class FreeSlot:
    """A time that can still be chosen, with the number of free places."""

    id: int
    starts_at: datetime
    ends_at: datetime
    free: int


@dataclass(frozen=True)
class FreeDay:
    """The free times of one day (WIB), in order."""

    day: date
    slots: tuple[FreeSlot, ...]

    @property
    def free(self) -> int:
        """How many free places the day has."""
        return sum(slot.free for slot in self.slots)


async def ensure_slots(office_id: int, now: datetime) -> None:
    """Lay out the weekly plan from today to the last day that can be booked (14 days) [P8]. Repeatable.

    Slots still to come follow the plan when it changes; places already promised stay (see displaced()).
    """
    plan = await _plan(office_id, now)
    known = await _coming(office_id, now)
    fresh = [
        Slot(office=office_id, starts_at=slot.start, ends_at=slot.end, capacity=slot.capacity)
        for start, slot in plan.items()
        if start not in known
    ]
    if fresh:
        await Slot.insert(*fresh).on_conflict(target=(Slot.office, Slot.starts_at), action="DO NOTHING")
    for start, slot in known.items():
        planned = plan[start].capacity if start in plan else 0
        if slot.capacity != max(planned, slot.booked):
            await _set_capacity(slot, planned)


_LINES = Prepared(
    lambda office: SlotTemplate.select(*SlotTemplate.all_columns()).where(SlotTemplate.office == office)
)


async def _plan(office_id: int, now: datetime, *, running: bool = False) -> dict[datetime, rules.Slot]:
    """What the weekly plan foresees from now to the last bookable day, by start; running: with the slot that has
    begun. Of two lines that begin together with different lengths the longer one counts: one device takes one photo
    at a time. Devices that are out of service take their places along [M2]."""
    calendar, lines = await promises.office_calendar(office_id), await lines_of(office_id)
    return await _laid_out(office_id, lines, calendar, now, running=running)


async def lines_of(office_id: int) -> list[rules.SlotTemplate]:
    """The lines of the weekly plan as they are kept."""
    return [
        rules.SlotTemplate(
            row.weekday, row.opens, row.closes, row.minutes, row.capacity, row.first_on, row.last_on
        )
        for row in await _LINES.objects(SlotTemplate, office_id)
    ]


async def _laid_out(
    office_id: int,
    lines: Iterable[rules.SlotTemplate],
    calendar: OfficeCalendar,
    now: datetime,
    *,
    running: bool = False,
) -> dict[datetime, rules.Slot]:
    lines = tuple(lines)
    left = await devices.capture_places(office_id, now, calendar)
    today, last = wib_day(now), rules.horizon(now)
    days = (today + timedelta(days=n) for n in range((last - today).days + 1))
    return {
        slot.start: replace(slot, capacity=left(slot.start, slot.capacity))
        for day in days
        for slot in rules.slots_on(day, lines, calendar)
        if (slot.end if running else slot.start) > now
    }


_COMING = Prepared(
    lambda office, now: Slot.select(*Slot.all_columns()).where(
        (Slot.office == office) & (Slot.starts_at > now)
    )
)


async def _coming(office_id: int, now: datetime) -> dict[datetime, Slot]:
    return {row.starts_at: row for row in await _COMING.objects(Slot, office_id, now)}


async def _set_capacity(slot: Slot, planned: int) -> None:
    """Follow the plan as far as places are not promised already: down to `booked` and no further."""
    await Slot.update({Slot.capacity: planned}).where((Slot.id == slot.id) & (Slot.booked <= planned))
    await Slot.update({Slot.capacity: Slot.booked}).where((Slot.id == slot.id) & (Slot.booked > planned))


async def displaced(office_id: int, now: datetime) -> dict[int, int]:
    """Slots that hold more people than the plan now foresees (a closure, a broken device): id -> how many too
    many."""
    return _too_many(await _plan(office_id, now), await _coming(office_id, now))


def _too_many(plan: Mapping[datetime, rules.Slot], coming: Mapping[datetime, Slot]) -> dict[int, int]:
    too_many = {
        slot.id: slot.booked - (plan[start].capacity if start in plan else 0)
        for start, slot in coming.items()
    }
    return {slot_id: count for slot_id, count in too_many.items() if count > 0}


async def would_move(
    office_id: int,
    now: datetime,
    *,
    lines: Iterable[rules.SlotTemplate] | None = None,
    calendar: OfficeCalendar | None = None,
) -> int:
    """How many people who have a time would have to be moved by other lines, or by another calendar [P8]."""
    plan = await _laid_out(
        office_id,
        await lines_of(office_id) if lines is None else lines,
        calendar or await promises.office_calendar(office_id),
        now,
    )
    return sum(_too_many(plan, await _coming(office_id, now)).values())


@dataclass(frozen=True)
class PlannedDay:
    """A day of the coming two weeks as it would be: when the office is open, and how many can be recorded.

    closed: why it is closed all day; empty when it is not, or on a usual day off.
    """

    day: date
    spans: tuple[Span, ...]
    places: int
    closed: str


async def preview(
    office_id: int, now: datetime, *, lines: Iterable[rules.SlotTemplate] | None = None
) -> list[PlannedDay]:
    """The next two weeks as they are planned, or would be by other lines, as if nothing broke."""
    lines = await lines_of(office_id) if lines is None else tuple(lines)
    calendar = await promises.office_calendar(office_id)
    days = (wib_day(now) + timedelta(days=n) for n in range(rules.HORIZON_DAYS))
    return [
        PlannedDay(
            day,
            calendar.opening_spans(day),
            sum(slot.capacity for slot in rules.slots_on(day, lines, calendar)),
            calendar.closed_days.get(day, ""),
        )
        for day in days
    ]


_FREE = Prepared(
    lambda office, first, end: (
        Slot.select(Slot.id, Slot.starts_at, Slot.ends_at, Slot.capacity, Slot.booked)
        .where(
            (Slot.office == office)
            & (Slot.starts_at >= first)
            & (Slot.starts_at < end)
            & (Slot.booked < Slot.capacity)
        )
        .order_by(Slot.starts_at)
    )
)


async def free_slots(office_id: int, now: datetime) -> tuple[FreeSlot, ...]:
    """Free times in order, from 2 office hours ahead to 14 days ahead [P8]."""
    calendar = await promises.office_calendar(office_id)
    last = datetime.combine(rules.horizon(now) + timedelta(days=1), datetime.min.time(), WIB)
    rows = await _FREE.rows(office_id, rules.earliest_allowed(now, calendar), last)
    return tuple(
        FreeSlot(row["id"], row["starts_at"], row["ends_at"], row["capacity"] - row["booked"]) for row in rows
    )


async def free_from_now(office_id: int, now: datetime) -> tuple[FreeSlot, ...]:
    """Free times in order for who is here already [P2]: the slot that is running, then those to come, up to 14 days."""
    await ensure_slots(office_id, now)
    begun = [
        slot for slot in (await _plan(office_id, now, running=True)).values() if slot.start <= now < slot.end
    ]
    for slot in begun:
        row = Slot(office=office_id, starts_at=slot.start, ends_at=slot.end, capacity=slot.capacity)
        await Slot.insert(row).on_conflict(target=(Slot.office, Slot.starts_at), action="DO NOTHING")
        for known in await Slot.objects().where(
            (Slot.office == office_id) & (Slot.starts_at == slot.start) & (Slot.capacity != slot.capacity)
        ):
            # A device broke, or came back, in the middle of it.
            await _set_capacity(known, slot.capacity)
    first = min((slot.start for slot in begun), default=now)
    last = datetime.combine(rules.horizon(now) + timedelta(days=1), datetime.min.time(), WIB)
    return tuple(
        FreeSlot(row["id"], row["starts_at"], row["ends_at"], row["capacity"] - row["booked"])
        for row in await _FREE.rows(office_id, first, last)
        if row["ends_at"] > now
    )


def by_day(slots: tuple[FreeSlot, ...]) -> tuple[FreeDay, ...]:
    """Free times grouped by the day in WIB on which they are."""
    days: dict[date, list[FreeSlot]] = {}
    for slot in slots:
        days.setdefault(wib_day(slot.starts_at), []).append(slot)
    return tuple(FreeDay(day, tuple(times)) for day, times in days.items())


async def take(slot_id: int) -> bool:
    """Take one place, if there is one left."""
    taken = (
        await Slot.update({Slot.booked: Slot.booked + 1})
        .where((Slot.id == slot_id) & (Slot.booked < Slot.capacity))
        .returning(Slot.id)
    )
    return bool(taken)


async def give_back(slot_id: int) -> None:
    """Give one place back."""
    await Slot.update({Slot.booked: Slot.booked - 1}).where((Slot.id == slot_id) & (Slot.booked > 0))


async def close_place(slot_id: int) -> None:
    """Take away a place that was given back because there is no room for it any more: nobody may find it free."""
    await Slot.update({Slot.capacity: Slot.capacity - 1}).where(
        (Slot.id == slot_id) & (Slot.capacity > Slot.booked)
    )


async def hold(*slot_ids: int) -> None:
    """Lock slots in one order for the rest of the transaction, so that two who swap places cannot block each
    other."""
    if slot_ids:
        await lock(Slot.select(Slot.id).where(Slot.id.is_in(sorted(slot_ids))).order_by(Slot.id))


async def queue_number(office_id: int, day: date, queue: rules.Queue) -> str:
    """The next queue number of an office's day: "B-14" for appointments, "C-3" for walk-ins [P9]."""
    name = f"queue:{office_id}:{day.isoformat()}:{queue}"
    async with transaction():
        await Sequence.insert(Sequence(name=name)).on_conflict(target=Sequence.name, action="DO NOTHING")
        drawn = (
            await Sequence.update({Sequence.value: Sequence.value + 1})
            .where(Sequence.name == name)
            .returning(Sequence.value)
        )
    return rules.queue_number(queue, drawn[0]["value"])
