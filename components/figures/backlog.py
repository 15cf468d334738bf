"""What is not done: by age and desk, per channel and village, and how that changed [M4]."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from piccolo.query.functions import Count, Min

from components import case_lists
from components.case_lists import OPEN, STATES, Cuts, Where
from components.figures.counting import counted, since
from models.application import Application
from models.office import Village
from models.rules.calendar import wib_moment
from models.rules.catalogue import Channel
from models.rules.workflow import State


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
        await counted(case_lists.at(Where.TO_COLLECT, cut)),
        await _oldest(cut),
        tuple((channel, channels[channel]) for channel in Channel if channels[channel]),
        await named_villages(villages),
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


async def named_villages(villages: Counter[int]) -> tuple[tuple[int, str, int], ...]:
    """(id, name, how many) of villages that were counted by id, most first."""
    if not villages:
        return ()
    rows = await Village.select(Village.id, Village.name).where(Village.id.is_in(list(villages)))
    names = {row["id"]: row["name"] for row in rows}
    return tuple((id_, names.get(id_, ""), count) for id_, count in villages.most_common())


async def _trend(cut: Cuts, open_now: int) -> tuple[int, ...]:
    """Counted back from now: what came in since is taken off, what was done since was still there."""
    ends = [wib_moment(day + timedelta(days=1), time(0)) for day in cut.days]
    ((_, came),) = await since("submitted_at", ends, cut.office)
    ((_, made),) = await since("printed_at", ends, cut.office)
    ((_, closed),) = await since("finished_at", ends, cut.office, " AND printed_at IS NULL")
    return tuple(
        max(open_now - later + done + ended, 0) for later, done, ended in zip(came, made, closed, strict=True)
    )
