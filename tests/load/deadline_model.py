"""The deadline of a correction against a slow model that counts minutes, on random histories [P7].

    python -m tests.load.deadline_model [how many, 100000] [seed, 0]

A history has a return and replacements that are begun and handed in; a machine that is away, also for days and
across noon; a clock that is set by an hour or a day, forth and back; ticks now often, now seldom; days off and both
readings of "the next day". Prints one JSON object with how many were compared and how many differed; ends with 1 when
any did.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain, pairwise
from math import inf

from components.pace import Pace
from models.rules import deadlines
from models.rules.calendar import OfficeCalendar, Span, wib_moment
from models.rules.deadlines import NOON, DayReading

FEW = 300
"""Compared in the suite."""
FIRST = date(2026, 11, 26)
"""A Thursday: a weekend is never far."""
HOUR, DAY = 60, 24 * 60
MINUTE = timedelta(minutes=1)
BEAT = timedelta(seconds=90)
"""More than this between two beats of the scheduler is a time without service."""
_START = wib_moment(FIRST, NOON.replace(0))
_DAYS = 8
_MORNINGS = tuple(h * HOUR + m for h in (6, 7, 8) for m in (-1, 0, 1))
_NOONS = (range(10 * HOUR + 58, 13 * HOUR + 3), range(9 * HOUR + 58, 14 * HOUR + 3))
"""Minutes of the day that are worth a look, with a clock that is right, and with one that is an hour wrong."""
_LENGTHS = (1, 2, 9, 10, 11, 12, 45, 60, 70, 200, DAY, 3 * DAY)
_WRONG_BY = (1, HOUR, -HOUR, DAY, -DAY)


@dataclass(frozen=True)
class Timeline:
    """What happens to the machine, in minutes of true time. away: from, to.

    set_at: from when on the clock is wrong by how much. minutes: those that are worth a look; in what is left out
    between two of them nothing happens.
    """

    minutes: tuple[int, ...] = field(repr=False)
    away: tuple[tuple[int, int], ...]
    set_at: tuple[tuple[int, int], ...]
    looks: frozenset[int] = field(repr=False)
    closed: frozenset[int]
    reading: DayReading

    @cached_property
    def calendar(self) -> OfficeCalendar:
        return OfficeCalendar(closed_days={FIRST + timedelta(days=day): "Libur" for day in self.closed})

    def is_up(self, minute: int) -> bool:
        return not any(since <= minute < to for since, to in self.away)

    def shown(self, minute: int) -> int:
        """What the clock on the wall shows, in minutes."""
        return minute + next((by for at, by in reversed(self.set_at) if at <= minute), 0)

    @cached_property
    def up(self) -> tuple[tuple[int, int, bool, bool], ...]:
        """(minute, shown, whether the process is a new one, whether nothing happened since the one before)."""
        found, before, fresh = [], -1, True
        for minute in self.minutes:
            if self.is_up(minute):
                fresh = fresh or any(before < to <= minute for _, to in self.away)
                found.append((minute, self.shown(minute), fresh, not fresh and minute - before > 1))
                before, fresh = minute, False
        return tuple(found)


@dataclass(frozen=True)
class Case:
    """One file: when it was returned, when replacements began to arrive, when it was handed in; true minutes."""

    returned: int
    begun: frozenset[int]
    handed_in: int


@dataclass(frozen=True)
class Outcome:
    """All in minutes as shown. ended: when it lapsed by the deadline, or was handed in; None: still open."""

    state: str
    ended: int | None
    due: int
    moved_to: tuple[int, ...]
    reminded: frozenset[int]


# --- random histories ---


def a_timeline(chance: random.Random) -> Timeline:
    """Troubles crowd around noon, so that edges meet."""

    def near_noon() -> int:
        return chance.randrange(5) * DAY + chance.choice((9, 10, 11, 11, 11, 12)) * HOUR + chance.choice(
            (0, 1, 29, 48, 49, 50, 51, 59)
        )  # fmt: skip

    away = tuple(
        (at, at + chance.choice(_LENGTHS)) for at in (near_noon() for _ in range(chance.randint(0, 3)))
    )
    set_at: list[tuple[int, int]] = []
    if chance.random() < 0.5:
        at = near_noon()
        for by in (chance.choice(_WRONG_BY), chance.choice((0, 0, *_WRONG_BY)))[: chance.randint(1, 2)]:
            set_at.append((at, by))
            at += chance.choice((1, 3, 9, 10, 11, 45, 3 * HOUR))
    worth_seeing = (*_MORNINGS, *_NOONS[any(abs(by) == HOUR for _, by in set_at)])
    seen = {0} | {day * DAY + minute for day in range(_DAYS) for minute in worth_seeing}
    for since, to in away:
        seen |= {since - 1, since, *range(to - 1, to + 3)}
    for at, _ in set_at:
        seen |= set(range(at - 1, at + 15))
    minutes = tuple(sorted(minute for minute in seen if minute >= 0))
    share = chance.choice((0.02, 0.3, 1.0))
    return Timeline(
        minutes, away, tuple(set_at), frozenset(minute for minute in minutes if chance.random() < share),
        frozenset(chance.sample(range(1, 7), chance.randint(0, 2))), chance.choice(tuple(DayReading)),
    )  # fmt: skip


def a_case(timeline: Timeline, chance: random.Random) -> Case:
    moments = [minute for minute, _, _, _ in timeline.up]
    returned = chance.choice([minute for minute in moments if minute < 2 * DAY])
    later = [minute for minute in moments if returned < minute < returned + 3 * DAY] or [moments[-1]]
    noons = [
        minute for minute in later if timeline.shown(minute) % DAY in range(12 * HOUR - 2, 13 * HOUR + 3)
    ]
    begun = frozenset(
        chance.choice(later if chance.random() < 0.6 else noons or later) for _ in range(chance.randint(0, 2))
    )
    edges = [minute for minute in noons if timeline.shown(minute) % HOUR in (58, 59, 0, 1, 2)]
    return Case(returned, begun, chance.choice(edges or later) if chance.random() < 0.5 else -1)


# --- as the service does it ---


def fast(timeline: Timeline, case: Case) -> Outcome:
    """By the rules of the house, told the time at every minute."""
    file: _File | None = None
    pace, beat, outages = Pace(), None, list[Span]()
    for minute, shown, is_new, quiet in timeline.up:
        now = moment(shown)
        pace = Pace() if is_new else pace
        believed = pace.keeps(now, minute * 60.0)
        if minute == case.returned:
            file = _File(timeline, now)
        if file and file.requests(minute, now, case, outages):
            break
        if not believed:
            continue
        if beat is not None and not quiet and now - beat > BEAT:
            outages.append((beat, now))
        beat = now
        if file and minute in timeline.looks and file.look(now, outages):
            break
    assert file is not None
    return file.outcome()


class _File:
    """One application between return and end, as components.corrections treats it."""

    def __init__(self, timeline: Timeline, now: datetime) -> None:
        self.returned_at, self.office = now, timeline
        self.due = deadlines.correction_due(now, timeline.calendar, timeline.reading)
        self.begun_at: datetime | None = None
        self.state = "returned"
        self.ended: int | None = None
        self.moved_to: list[int] = []
        self.reminded: set[int] = set()

    def requests(self, minute: int, now: datetime, case: Case, outages: list[Span]) -> bool:
        if minute in case.begun and minute > case.returned and now < self.due:
            self.begun_at = self.begun_at or now
        if minute == case.handed_in and deadlines.in_time(self._true(outages), now, self.begun_at):
            self.state, self.ended = "submitted", minutes(now)
        return self.state != "returned"

    def look(self, now: datetime, outages: list[Span]) -> bool:
        due = self._true(outages) if self.due <= now + deadlines.LAST_HOUR else self.due
        if due != self.due:
            self.due = due
            self.moved_to.append(minutes(due))
        elif now > deadlines.lapse_at(due, self.begun_at):
            self.state, self.ended = "lapsed", minutes(deadlines.lapse_at(due, self.begun_at))
            return True
        reminders = deadlines.correction_reminders(self.returned_at, self.due)
        if now < self.due and (reached := [at for at in reminders if at <= now]):
            self.reminded.add(minutes(reached[-1]))
        return False

    def _true(self, outages: list[Span]) -> datetime:
        return deadlines.true_due(self.due, outages, self.office.calendar, self.office.reading)

    def outcome(self) -> Outcome:
        return Outcome(
            self.state, self.ended, minutes(self.due), tuple(self.moved_to), frozenset(self.reminded)
        )


def moment(shown: int) -> datetime:
    return _START + shown * MINUTE


def minutes(at: datetime) -> int:
    return (at - _START) // MINUTE


# --- the slow way ---


def slow(timeline: Timeline, case: Case) -> Outcome:
    """By counting: of each minute whether the clock was believed in it, whether anybody was there, what was due."""
    believed = _believed(timeline)
    gone = _gone(timeline, believed)
    at_return = timeline.shown(case.returned)
    due = next(_noons(timeline, at_return // DAY))
    begun, moved_to, reminded = False, list[int](), set[int]()
    for minute, shown, _, _ in timeline.up:
        if minute < case.returned:
            continue
        begun = begun or (minute in case.begun and minute > case.returned and shown < due)
        if minute == case.handed_in and shown <= _unspoilt(due, timeline, gone, minute - 1) + HOUR * begun:
            return Outcome("submitted", shown, due, tuple(moved_to), frozenset(reminded))
        if not believed[minute] or minute not in timeline.looks:
            continue
        if shown >= due - HOUR and (later := _unspoilt(due, timeline, gone, minute)) != due:
            due = later
            moved_to.append(due)
        elif shown > due + HOUR * begun:
            return Outcome("lapsed", due + HOUR * begun, due, tuple(moved_to), frozenset(reminded))
        if shown < due:
            hours = (due - 5 * HOUR, due - HOUR)
            reminded |= set([hour for hour in hours if at_return < hour <= shown][-1:])
    return Outcome("returned", None, due, tuple(moved_to), frozenset(reminded))


def _noons(timeline: Timeline, day: int) -> Iterator[int]:
    """The noons by which a correction may be due, after this day."""
    while True:
        day += 1
        works = (FIRST + timedelta(days=day)).weekday() < 5 and day not in timeline.closed
        if works or timeline.reading is DayReading.CALENDAR_DAY:
            yield day * DAY + 12 * HOUR


def _believed(timeline: Timeline) -> Mapping[int, bool]:
    """Ten minutes after the last jump, or while it shows what it showed before the jumps; a new process asks nobody."""
    found, trusted, before = {}, 0, 0
    jumped = -inf
    for minute, shown, is_new, _ in timeline.up:
        wrong_by = shown - minute
        if is_new:
            jumped = -inf
        elif abs(wrong_by - before) > 1:
            jumped = minute
        if minute - jumped >= 10:
            trusted = wrong_by
        found[minute] = abs(wrong_by - trusted) <= 1
        before = wrong_by
    return found


def _gone(timeline: Timeline, believed: Mapping[int, bool]) -> Mapping[int, int]:
    """Minutes on the wall in which nobody was at work, and the true minute at which that was first known."""
    found: dict[int, int] = {}
    at_work = [(minute, shown, quiet) for minute, shown, _, quiet in timeline.up if believed[minute]]
    for (_, last, _), (minute, shown, quiet) in pairwise(at_work):
        if shown - last > 1 and not quiet:
            for gone in range(last, shown):
                found.setdefault(gone, minute)
    return found


def _unspoilt(due: int, timeline: Timeline, gone: Mapping[int, int], known_at: int) -> int:
    """This noon, or the first one after it, with at most ten minutes without service in the hour before."""
    for noon in chain((due,), _noons(timeline, due // DAY)):
        if sum(gone.get(minute, inf) <= known_at for minute in range(noon - HOUR, noon)) <= 10:
            break
    return noon


# --- both ---


def differing(count: int, seed: int = 0) -> tuple[list[tuple[Timeline, Case]], Counter[str]]:
    """Compare so many random histories; those in which the two disagree, and how the histories ended."""
    chance = random.Random(seed)
    found, ends = [], Counter[str]()
    for _ in range(count):
        timeline = a_timeline(chance)
        case = a_case(timeline, chance)
        outcome = fast(timeline, case)
        ends[outcome.state] += 1
        ends["moved"] += bool(outcome.moved_to)
        ends["clock set"] += bool(timeline.set_at)
        ends["machine away"] += bool(timeline.away)
        if outcome != slow(timeline, case):
            found.append((timeline, case))
    return found, ends


def main(count: int, seed: int) -> int:
    wrong, ends = differing(count, seed)
    line = {"name": "deadline_model", "value": len(wrong), "unit": "histories that differ", "compared": count}
    sys.stdout.write(json.dumps(line | {"seed": seed, **ends}) + "\n")
    for history in wrong[:3]:
        sys.stdout.write(f"{history}\n{fast(*history)}\n{slow(*history)}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    count, seed = [*sys.argv[1:], *("100000", "0")[len(sys.argv) - 1 :]]
    sys.exit(main(int(count), int(seed)))
