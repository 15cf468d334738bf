"""The promise clock against a slow model that walks minute by minute, on random histories [T1].

    python -m tests.load.promise_model [how many, 100000] [seed, 0]

A history has receipts and corrections, an appointment that is moved, missed or moved by the office, and obstacles of
the whole office and of single devices that overlap, in whole minutes of a tiny calendar with closed days and a season.
Prints one JSON object with how many were compared and how many differed; ends with 1 when any did.
"""

import json
import random
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.calendar import wib_day
from models.rules.obstacles import DeviceLife, ObstacleKind, Outage, Reach, Stage, Work, excused, stops
from models.rules.promises import Clock, Pause, Stay, applicants_pauses, read_clock
from tests.models.rules.test_promises import FIRST, MINUTE, OPEN_MINUTES, TINY

FEW = 400
"""Compared in the suite."""
_START = OPEN_MINUTES[0] - 30 * MINUTE
_LAST_RECEIPT = 4 * 24 * 60
_DEVICES = ((1, ObstacleKind.CAMERA), (2, ObstacleKind.CAMERA), (3, ObstacleKind.PRINTER))


@dataclass(frozen=True)
class History:
    """All that may happen to one file. until: the moment it is looked at."""

    submitted_at: datetime
    reach: Reach
    work: Work
    stays: tuple[Stay, ...]
    came_at: datetime | None
    outages: tuple[Outage, ...]
    devices: tuple[DeviceLife, ...]
    until: datetime


def a_history(chance: random.Random) -> History:
    """A random one; moments crowd around opening hours, so that edges meet."""

    def near(earliest: datetime, within_days: int) -> datetime:
        minute = chance.choice(OPEN_MINUTES) + chance.choice((-1, 0, 0, 1, 7)) * MINUTE
        span = timedelta(days=within_days)
        return minute if earliest <= minute <= earliest + span else earliest + chance.randint(0, 90) * MINUTE

    submitted = near(_START, 3)
    received = submitted
    for _ in range(chance.randint(0, 3)):  # corrections: each receipt starts the clock anew
        received = near(received, 4)
    accepted = near(received, 4) if chance.random() < 0.8 else None
    captured = near(accepted, 6) if accepted and chance.random() < 0.6 else None
    printed = near(captured, 4) if captured and chance.random() < 0.5 else None
    until = printed or near(max(filter(None, (received, accepted, captured))), 9)
    stays = []
    at = near(accepted or received, 3)
    for ended in [chance.choice(("moved", "missed", "cancelled")) for _ in range(chance.randint(0, 3))]:
        stays.append(Stay(at, ended))
        at = near(at - 60 * MINUTE, 6)
    stays.append(Stay(at, chance.choice(("", "kept", "missed"))))
    outages = tuple(
        Outage(kind, device, start, min(near(start, 5), until))
        for kind, device, start in (
            (
                *chance.choice(
                    [(kind, id_) for id_, kind in _DEVICES] + [(one, None) for one in ObstacleKind]
                ),
                near(_START, 14),
            )
            for _ in range(chance.randint(0, 5))
        )
    )
    devices = tuple(
        DeviceLife(id_, kind, _START, near(received, 9) if chance.random() < 0.2 else None)
        for id_, kind in _DEVICES
    )
    reach = Reach(received, accepted, captured, printed)
    work = Work(chance.random() < 0.7, chance.random() < 0.7)
    return History(submitted, reach, work, tuple(stays), captured, outages, devices, until)


def fast(history: History) -> Clock:
    """As the service counts."""
    pauses = [
        *applicants_pauses(history.stays, history.until, history.came_at),
        *(
            Pause(*span)
            for _, span in excused(
                history.reach, history.work, history.outages, history.devices, history.until
            )
        ),
    ]
    return read_clock(history.submitted_at, history.reach.received_at, pauses, history.until, TINY)


def slow(history: History) -> tuple[datetime, int, int, int]:
    """Due, net, raw and paused minutes, by asking of each open minute who was to blame for it."""
    received = next(minute for minute in OPEN_MINUTES if minute >= history.reach.received_at)
    first = next(minute for minute in OPEN_MINUTES if minute >= history.submitted_at)
    days = sorted({wib_day(minute) for minute in OPEN_MINUTES if minute >= received})
    owed = sum(minute >= received and wib_day(minute) <= days[2] for minute in OPEN_MINUTES)
    ours = [minute for minute in OPEN_MINUTES if minute >= received]
    counted = [minute for minute in ours if not _excused(minute, history) and not _theirs(minute, history)]
    return (
        counted[owed - 1] + MINUTE,
        sum(minute < history.until for minute in counted),
        sum(first <= minute < history.until for minute in OPEN_MINUTES),
        sum(minute < history.until for minute in ours) - sum(minute < history.until for minute in counted),
    )


def _excused(minute: datetime, history: History) -> bool:
    if minute >= history.until:
        return False
    reach = history.reach
    if reach.captured_at and minute >= reach.captured_at:
        stage = Stage.PRINT
    elif reach.accepted_at and minute >= reach.accepted_at:
        stage = Stage.CAPTURE
    else:
        stage = Stage.VERIFY
    down = {(one.kind, one.device) for one in history.outages if one.start <= minute < one.end}
    for kind in ObstacleKind:
        there = [
            one.id
            for one in history.devices
            if one.kind is kind and (one.retired_at is None or minute < one.retired_at)
        ]
        each_down = bool(there) and all((kind, id_) in down for id_ in there)
        if ((kind, None) in down or each_down) and stops(kind, stage, history.work):
            return True
    return False


def _theirs(minute: datetime, history: History) -> bool:
    """Whether this minute lies between the time that the office gave and the later one that the applicant caused."""
    given = history.stays[0].starts_at
    for place, stay in enumerate(history.stays):
        is_last = place == len(history.stays) - 1
        if not is_last and stay.ended != "cancelled":
            continue
        to = stay.starts_at
        if is_last:
            to = history.came_at or history.until if stay.ended == "missed" else to
            to = min(to, history.came_at or to)
        if given <= minute < to:
            return True
        if not is_last:
            given = history.stays[place + 1].starts_at
    return False


def differing(count: int, seed: int = 0) -> list[History]:
    """Compare so many random histories; those in which the two disagree."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        history = a_history(chance)
        clock = fast(history)
        as_minutes = tuple(length // MINUTE for length in (clock.net, clock.raw, clock.paused))
        if (clock.due_at, *as_minutes) != slow(history):
            found.append(history)
    return found


def main(count: int, seed: int) -> int:
    wrong = differing(count, seed)
    line = {"name": "promise_model", "value": len(wrong), "unit": "histories that differ", "compared": count}
    sys.stdout.write(json.dumps(line | {"seed": seed, "first day": FIRST.isoformat()}) + "\n")
    for history in wrong[:3]:
        sys.stdout.write(f"{history}\n{fast(history)}\n{slow(history)}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    count, seed = [*sys.argv[1:], *("100000", "0")[len(sys.argv) - 1 :]]
    sys.exit(main(int(count), int(seed)))
