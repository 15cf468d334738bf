"""Fifty applicants for the last place, again and again: `python -m tests.load.rivals [--rounds 200]`.

One JSON line per database; exits 1 when a round had no winner, or more than one.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter

from components.refusals import Refused
from models.application import Application
from tests.load.installation import installed
from tests.support.databases import KINDS, Kind
from tests.support.rivals import begin_again, gather_rivals, holders_of, leave_one_place, race
from tests.support.service import MONDAY

RIVALS = 50


@dataclass(frozen=True)
class Tally:
    """What came of some rounds. faults: answers that were neither the place nor a refusal in words."""

    rounds: int
    one_winner: int
    overbooked: int
    unsold: int
    faults: int
    median_ms: float
    slowest_ms: float

    @property
    def exact(self) -> bool:
        return self.one_winner == self.rounds and not (self.overbooked or self.unsold or self.faults)


async def compete(rounds: int, rivals: int = RIVALS) -> Tally:
    """So many rounds for the last place, on the service that is installed."""
    everybody = await gather_rivals(rivals, MONDAY)
    place = await leave_one_place(MONDAY)
    times: list[float] = []
    exact = over = unsold = faults = 0
    for _ in range(rounds):
        started = perf_counter()
        outcomes = await race(everybody, place, MONDAY)
        times.append((perf_counter() - started) * 1000)
        winners = sum(isinstance(outcome, Application) for outcome in outcomes)
        standing, booked = await holders_of(place)
        exact += winners == standing == booked == 1
        over += winners > 1 or standing > 1 or booked > 1
        unsold += standing == 0
        faults += sum(not isinstance(outcome, Application | Refused) for outcome in outcomes)
        everybody = await begin_again(everybody, place)
    return Tally(rounds, exact, over, unsold, faults, round(median(times), 1), round(max(times), 1))


async def on(kind: Kind, rounds: int) -> Tally:
    """The same on a database of its own."""
    async with installed(kind):
        return await compete(rounds)


def main() -> int:
    """Both databases; the exit code says whether every round was exact."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    tallies = {kind: asyncio.run(on(kind, rounds)) for kind in KINDS}
    for kind, tally in tallies.items():
        print(json.dumps({"name": "rivals", "database": kind, "rivals": RIVALS, **asdict(tally)}))
    return 0 if all(tally.exact for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
