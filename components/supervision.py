"""The figures of the supervisor's screen, all of them counted by indexes [M4, G2, T1, M2].

Several short statements rather than one long one: between them others are served.
"""

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw
from piccolo.query.functions import Count, Min

from components import attention, case_lists, rejections, scheduler
from components.actors import Actor
from components.case_lists import OPEN, STATES, Cuts, How, Where
from components.counter import day_began
from components.kit import kit
from models import db
from models.account import Staff
from models.application import Application
from models.appointment import Appointment
from models.arrival import Arrival
from models.compensation import Compensation, CompensationTask
from models.history import Event
from models.notification import Message
from models.office import Village
from models.rules.calendar import wib_day, wib_moment
from models.rules.catalogue import Channel
from models.rules.compensation import Task
from models.rules.workflow import State

GOAL = 95
"""Per cent of cards that shall be ready within the promise."""
CASES_SHOWN = 5


@dataclass(frozen=True)
class Promises:
    """How many files under way stand how. kept, printed: of each of the last working days, oldest first."""

    on_time: int
    today: int
    late: int
    paused: int
    days: tuple[date, ...]
    kept: tuple[int, ...]
    printed: tuple[int, ...]

    @property
    def share(self) -> float | None:
        """Per cent kept of all cards of these days; None without a card."""
        return _share(sum(self.kept), sum(self.printed))

    @property
    def share_today(self) -> float | None:
        return _share(self.kept[-1], self.printed[-1])

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Per cent kept of each day."""
        return tuple(_share(*day) for day in zip(self.kept, self.printed, strict=True))

    def addresses(self, standing: str) -> tuple[str, ...]:
        """Where the cards of each day are listed. standing: a How, as it stands in the address."""
        return tuple(f"/pengawasan/berkas?keadaan={standing}&hari={day}" for day in self.days)

    @property
    def broken(self) -> int:
        return sum(self.printed) - sum(self.kept)


def _share(kept: int, printed: int) -> float | None:
    return 100 * kept / printed if printed else None


async def promises_of(cut: Cuts) -> Promises:
    """On time, late and paused now, and how many promises were kept of late [T1]."""
    printed, kept = Counter[date](), Counter[date]()
    rows = await Application.select(Application.printed_at, Application.promise_at).where(
        (Application.office == cut.office) & (Application.printed_at >= wib_moment(cut.days[0], time(0)))
    )
    for row in rows:
        day = _working_day(wib_day(row["printed_at"]), cut.days)
        printed[day] += 1
        kept[day] += row["promise_at"] is None or row["printed_at"] <= row["promise_at"]
    return Promises(
        await _count(case_lists.how(How.ON_TIME, cut)),
        await _count(case_lists.how(How.TODAY, cut)),
        await _count(case_lists.how(How.LATE, cut)),
        await _count(case_lists.how(How.PAUSED, cut)),
        cut.days,
        tuple(kept[day] for day in cut.days),
        tuple(printed[day] for day in cut.days),
    )


def _working_day(day: date, days: Sequence[date]) -> date:
    """What happened on a day off counts to the working day before it."""
    return max((one for one in days if one <= day), default=days[0])


async def _count(condition: Any) -> int:
    count: int = await Application.count().where(condition)
    return count


@dataclass(frozen=True)
class AtDesk:
    """Files at one desk by age: below one working day, below two, more."""

    where: Where
    ages: tuple[int, int, int]

    @property
    def all(self) -> int:
        return sum(self.ages)


@dataclass(frozen=True)
class Backlog:
    """What is not done. trend: files open at the end of each of the days, the last one now."""

    desks: tuple[AtDesk, ...]
    to_collect: int
    oldest: tuple[Where, datetime] | None
    channels: tuple[tuple[Channel, int], ...]
    villages: tuple[tuple[int, str, int], ...]
    """(id, name, files), most first."""
    trend: tuple[int, ...]

    @property
    def open(self) -> int:
        return sum(desk.all for desk in self.desks)


async def backlog(cut: Cuts) -> Backlog:
    """Backlog by age and desk, per channel and village [M4]."""
    here = case_lists.under_way(cut)
    rows = (
        await Application.select(
            Application.state, Application.channel, Application.village, Count(alias="n")
        )
        .where(here)
        .group_by(Application.state, Application.channel, Application.village)
    )
    ages = [await _by_state(here & case_lists.aged(band, cut)) for band in range(3)]
    desks = tuple(
        AtDesk(where, tuple(sum(age[state] for state in STATES[where]) for age in ages))  # type: ignore[arg-type]
        for where in OPEN
    )
    channels, villages = Counter[str](), Counter[int]()
    for row in rows:
        channels[row["channel"]] += row["n"]
        if row["village"] is not None:
            villages[row["village"]] += row["n"]
    return Backlog(
        desks,
        await _count(case_lists.at(Where.TO_COLLECT, cut)),
        await _oldest(cut),
        tuple((channel, channels[channel]) for channel in Channel if channels[channel]),
        await _named(villages),
        await _trend(cut, sum(desk.all for desk in desks)),
    )


async def _by_state(condition: Any) -> Counter[str]:
    rows = (
        await Application.select(Application.state, Count(alias="n"))
        .where(condition)
        .group_by(Application.state)
    )
    return Counter({row["state"]: row["n"] for row in rows})


async def _oldest(cut: Cuts) -> tuple[Where, datetime] | None:
    rows = (
        await Application.select(Application.state, Min(Application.received_at, alias="first"))
        .where(case_lists.under_way(cut) & (Application.state != str(State.RETURNED)))
        .group_by(Application.state)
    )
    found = [(row["first"], row["state"]) for row in rows if row["first"] is not None]
    if not found:
        return None
    first, state = min(found)
    moment = datetime.fromisoformat(first) if isinstance(first, str) else first
    return next(where for where in OPEN if State(state) in STATES[where]), moment


async def _named(villages: Counter[int]) -> tuple[tuple[int, str, int], ...]:
    if not villages:
        return ()
    rows = await Village.select(Village.id, Village.name).where(Village.id.is_in(list(villages)))
    names = {row["id"]: row["name"] for row in rows}
    return tuple((id_, names.get(id_, ""), count) for id_, count in villages.most_common())


async def _trend(cut: Cuts, open_now: int) -> tuple[int, ...]:
    """Counted back from now: what came in since is taken off, what was done since was still there."""
    since = wib_moment(cut.days[0] + timedelta(days=1), time(0))
    ours = Application.office == cut.office
    came = await Application.select(Application.submitted_at).where(
        ours & (Application.submitted_at >= since)
    )
    made = await Application.select(Application.printed_at).where(ours & (Application.printed_at >= since))
    closed = await Application.select(Application.finished_at).where(
        ours & (Application.finished_at >= since) & Application.printed_at.is_null()
    )
    moves = [(row["submitted_at"], -1) for row in came]
    moves += [(row["printed_at"], 1) for row in made] + [(row["finished_at"], 1) for row in closed]
    ends = [wib_moment(day + timedelta(days=1), time(0)) for day in cut.days]
    return tuple(max(open_now + sum(step for at, step in moves if at >= end), 0) for end in ends)


# --- the day ---


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


# --- compensation owed ---


@dataclass(frozen=True)
class Owed:
    """One broken promise that is not made good. tasks: which of the three are done."""

    id: int
    number: str
    name: str
    late_since: datetime
    cause: str
    tasks: dict[str, bool]


@dataclass(frozen=True)
class Debt:
    """cases: the oldest of all that are open. without_apology: how many of all."""

    open: int
    without_apology: int
    cases: tuple[Owed, ...]


async def debt(cut: Cuts) -> Debt:
    """Compensation owed: every broken promise needs three things [G3-G5]."""
    ours = (Compensation.office == cut.office) & Compensation.closed_at.is_null()
    rows = (
        await Compensation.select(
            *(Compensation.id, Compensation.promised_at, Compensation.cause),
            Compensation.application.number.as_alias("number"),
            Compensation.application.name.as_alias("name"),
        )
        .where(ours)
        .order_by(Compensation.broken_at)
        .limit(CASES_SHOWN)
    )
    ids = [row["id"] for row in rows]
    tasks = await _tasks(ids)
    count: int = await Compensation.count().where(ours)
    silent: int = await CompensationTask.count().where(
        (CompensationTask.compensation.office == cut.office)
        & CompensationTask.compensation.closed_at.is_null()
        & (CompensationTask.kind == str(Task.APOLOGY))
        & CompensationTask.done_at.is_null()
    )
    return Debt(
        count,
        silent,
        tuple(
            Owed(row["id"], row["number"], row["name"], row["promised_at"], row["cause"], tasks[row["id"]])
            for row in rows
        ),
    )


async def _tasks(ids: list[int]) -> dict[int, dict[str, bool]]:
    found: dict[int, dict[str, bool]] = {id_: dict.fromkeys(map(str, Task), False) for id_ in ids}
    if ids:
        for row in await CompensationTask.select(
            CompensationTask.compensation, CompensationTask.kind, CompensationTask.done_at
        ).where(CompensationTask.compensation.is_in(ids)):
            found[row["compensation"]][row["kind"]] = row["done_at"] is not None
    return found


# --- who looks at what ---


@dataclass(frozen=True)
class Looking:
    """How many files' scans one officer saw today, and how many full identity numbers. alert: more than usual."""

    staff: int
    name: str
    files: int
    numbers: int
    alert: bool


async def looks(cut: Cuts) -> tuple[Looking, ...]:
    """Scans and full numbers that each officer saw today, most first [G2, M4]."""
    people = await Staff.select(Staff.id, Staff.name).where(Staff.office == cut.office)
    names = {f"staff:{row['id']}": row for row in people}
    rows = (
        await Event.select(Event.actor, Event.act, Count(distinct=[Event.application], alias="n"))
        .where(
            Event.act.is_in([attention.LOOK, "show_identity", attention.MANY_LOOKS])
            & (Event.entered_at >= day_began(cut.now))
        )
        .group_by(Event.actor, Event.act)
    )
    seen: dict[str, Counter[str]] = {}
    for row in rows:
        if row["actor"] in names:
            seen.setdefault(row["actor"], Counter())[row["act"]] = row["n"]
    found = [
        Looking(
            names[actor]["id"],
            names[actor]["name"],
            acts[attention.LOOK],
            acts["show_identity"],
            acts[attention.MANY_LOOKS] > 0,
        )
        for actor, acts in seen.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.files, -one.numbers, one.name)))


# --- the machine ---


@dataclass(frozen=True)
class Machine:
    """How the installation is. free: per cent of the disk. waits_since: of the oldest message that is due."""

    troubles: tuple[str, ...]
    beat_at: datetime | None
    waiting: int
    waits_since: datetime | None
    failed: int
    free: int
    database: str


async def machine(cut: Cuts) -> Machine:
    """Whether the scheduler is at work, mail goes out, and there is room [M4]."""
    due = WhereRaw("state = 'waiting'") & (Message.due_at <= cut.now) & (Message.office == cut.office)
    oldest = await Message.select(Message.due_at).where(due).order_by(Message.due_at).limit(1)
    waiting: int = await Message.count().where(due)
    failed: int = await Message.count().where(WhereRaw("state = 'failed'") & (Message.office == cut.office))
    health = await db.check()
    disk = shutil.disk_usage(kit().settings.data)
    return Machine(
        tuple(await scheduler.self_check(cut.now)),
        await scheduler.last_beat(),
        waiting,
        oldest[0]["due_at"] if oldest else None,
        failed,
        disk.free * 100 // disk.total,
        f"{health.engine} {health.version}",
    )


# --- the whole ---


@dataclass(frozen=True)
class Screen:
    """Everything on the supervisor's screen that is counted here."""

    today: date
    promises: Promises
    backlog: Backlog
    day: Day
    reasons: tuple[tuple[str, int], ...]
    debt: Debt
    looks: tuple[Looking, ...]
    machine: Machine


async def screen(by: Actor, now: datetime) -> Screen:
    """The figures of the supervisor's own office at this moment."""
    cut = await case_lists.cuts(by.office_id or 0, now)
    return Screen(
        wib_day(now),
        await promises_of(cut),
        await backlog(cut),
        await day(cut),
        await rejections.counted(cut.office, cut.now),
        await debt(cut),
        await looks(cut),
        await machine(cut),
    )
