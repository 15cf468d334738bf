"""Two officers on one file, and taking back against the sender: `python -m tests.load.desk_rivals [--rounds 1000]`.

One JSON line per kind of race and database; exits 1 when a round did not come out as it must.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from components import answers, comparison, decisions, history, mail, passing_on, questions
from components.actors import Actor
from components.comparison import Found
from components.decisions import Outcome
from components.grace import GRACE
from components.kit import kit
from components.refusals import Missing, Overtaken, Refused
from components.sealing import seal
from components.verification import Verdict
from models.application import Application, Document
from models.appointment import Appointment, Slot
from models.desk import Decision
from models.notification import Message
from models.rules.catalogue import DocumentKind
from models.rules.fields import Field, Match
from models.rules.messages import MessageChannel, MessageState
from models.rules.workflow import Role, State
from tests.load.installation import installed
from tests.support.cases import fresh
from tests.support.databases import KINDS, Kind
from tests.support.desk import CUT_CARD, FITTING, a_file
from tests.support.service import MONDAY, member_of_staff

PHONE = "+6285736349953"
A_MOMENT = timedelta(milliseconds=100)
_LUCK = random.Random(4)


@dataclass
class Tally:
    """What came of some rounds. outcomes: how often who was quicker; wrong: one line per fault."""

    rounds: int
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list, repr=False)

    @property
    def exact(self) -> bool:
        return not self.wrong and sum(self.outcomes.values()) == self.rounds

    def line(self) -> dict[str, object]:
        return {
            "rounds": self.rounds,
            "outcomes": dict(self.outcomes),
            "wrong": self.wrong,
            "median_ms": round(median(self.times), 1),
            "slowest_ms": round(max(self.times), 1),
        }

    def expect(self, round_: int, **facts: bool) -> None:
        """Write down whichever of these is not so."""
        self.wrong += [f"round {round_}: not {name}" for name, so in facts.items() if not so]

    async def timed(self, *acts: Awaitable[object]) -> list[object]:
        """All at once; how long until the last one is through."""
        started = perf_counter()
        results = list(await asyncio.gather(*map(_soon, acts), return_exceptions=True))
        self.times.append((perf_counter() - started) * 1000)
        return results


async def _soon(act: Awaitable[object]) -> object:
    """A few milliseconds earlier or later, so that the two meet at many different places."""
    await asyncio.sleep(_LUCK.random() * 0.006)
    return await act


# --- two officers decide one file ---


async def deciding(rounds: int) -> Tally:
    """Accept against return, while two colleagues write a note on the same file."""
    tally = Tally(rounds)
    one, two = [await member_of_staff(Role.OPERATOR) for _ in range(2)]
    writers = [await member_of_staff(Role.COUNTER), await member_of_staff(Role.SUPERVISOR)]
    for n in range(rounds):
        file = await a_file(MONDAY)
        notes = [questions.note(file, f"Catatan {who.staff_id}.", who, MONDAY) for who in writers]
        accepted, returned, *written = await tally.timed(
            _decide(file, Outcome.ACCEPT, FITTING, one), _decide(file, Outcome.RETURN, CUT_CARD, two), *notes
        )
        tally.expect(n, **{"notes written": written == [None, None]})
        await _one_winner(tally, n, file, accepted, returned)
        await _clear_the_plan()
    return tally


async def _decide(
    file: Application, outcome: Outcome, verdicts: Mapping[DocumentKind, Verdict], by: Actor
) -> str:
    """As the desk does it: with its marks, in the one transaction of a form."""

    async def work() -> str:
        await decisions.decide(file, outcome, verdicts, file.version, by, MONDAY)
        await comparison.save(file, Found({Field.NIK: Match.MATCH}), by, MONDAY)
        return str(by.staff_id)

    return await answers.once(f"{file.id}-{by.staff_id}", "", MONDAY, work)


async def _one_winner(tally: Tally, n: int, file: Application, accepted: object, returned: object) -> None:
    """Exactly one decision, whole, with the verdicts and the appointment of the winner and nothing of the loser."""
    won = [not isinstance(result, BaseException) for result in (accepted, returned)]
    told = [result for result in (accepted, returned) if isinstance(result, Overtaken)]
    tally.expect(n, **{"one winner": sum(won) == 1, "the other told": len(told) == 1})
    if sum(won) == 1:
        tally.outcomes["accepted" if won[0] else "returned"] += 1
    stands = await fresh(file)
    here = Decision.application == file.id
    rejected = (Document.application == file.id) & (Document.verdict == "rejected")
    booked = (Appointment.application == file.id) & (Appointment.state == "booked")
    acts = Counter(event.act for event in await history.lines(file.id))
    tally.expect(
        n,
        **{
            "state of the winner": stands.state == (State.SCHEDULED if won[0] else State.RETURNED),
            "one decision": await Decision.count().where(here) == 1,
            "verdicts of the winner": await Document.count().where(rejected) == won[1],
            "appointment of the winner": await Appointment.count().where(booked) == won[0],
            "one step": (acts["accept"], acts["return"], acts["judge"]) == (won[0], won[1], 1),
            "both notes": acts[questions.NOTE] == 2,
            "history whole": await history.broken_at(file.id) is None,
            "one thing told": await Message.count().where(Message.application == file.id) == 1,
        },
    )


async def _clear_the_plan() -> None:
    """A thousand appointments have no room in it."""
    await Appointment.update({Appointment.state: "cancelled"}).where(Appointment.state == "booked")
    await Slot.update({Slot.booked: 0}).where(Slot.booked > 0)


# --- taking back, against whoever sends ---


async def taking_back(rounds: int) -> Tally:
    """At the end of the minute: the officer takes back, the sender sends, a colleague passes on by WhatsApp."""
    tally = Tally(rounds)
    officer, colleague = [await member_of_staff(Role.OPERATOR) for _ in range(2)]
    for n in range(rounds):
        now = MONDAY + timedelta(seconds=n)
        file = await _reachable(now)
        await decisions.decide(file, Outcome.RETURN, CUT_CARD, file.version, officer, now)
        by_hand = await Message.objects().get(
            (Message.application == file.id) & (Message.channel == str(MessageChannel.WHATSAPP))
        )
        acts: list[Awaitable[object]] = [
            decisions.take_back(await fresh(file), officer, now + GRACE - A_MOMENT),
            mail.deliver_due(now + GRACE) if n % 3 else _nothing(),
            passing_on.open_by_hand(by_hand.id if by_hand else 0, colleague, now + GRACE) if n % 3 != 1 else _nothing(),
        ]  # fmt: skip
        taken, _, opened = await tally.timed(*acts)
        await _told_or_taken_back(tally, n, file, taken, opened)
        await mail.deliver_due(now + 2 * GRACE)
        await _told_or_taken_back(tally, n, file, taken, opened)
        tally.outcomes["taken back" if isinstance(taken, Application) else "told"] += 1
    return tally


async def _nothing() -> int:
    return 0


async def _reachable(now: datetime) -> Application:
    file = await a_file(now)
    phone: dict[Any, Any] = {
        Application.phone_sealed: seal(file.number, "phone", PHONE),
        Application.phone_whatsapp: True,
    }
    await Application.update(phone).where(Application.id == file.id)
    return await fresh(file)


async def _told_or_taken_back(tally: Tally, n: int, file: Application, taken: object, opened: object) -> None:
    """Either everything was recalled and nothing left the house, or the decision stands."""
    messages = await Message.objects().where(Message.application == file.id)
    letters = {path.name for path in mail.written_files()}
    left = [one for one in messages if f"{one.created_at:%Y%m%dT%H%M%S}-{one.id}.eml" in letters]
    recalled = [one for one in messages if one.state == MessageState.RECALLED]
    passed_on = isinstance(opened, str)
    stands = await fresh(file)
    tally.expect(n, **{"opened or told so": isinstance(opened, str | int | Refused | Missing)})
    if isinstance(taken, Application):
        tally.expect(
            n,
            **{
                "all recalled": len(recalled) == len(messages) == 2,
                "nothing left": not left and not passed_on,
                "open again": stands.state == State.SUBMITTED,
            },
        )
    else:
        tally.expect(
            n,
            **{
                "refused in words": isinstance(taken, Refused),
                "nothing recalled": not recalled,
                "still returned": stands.state == State.RETURNED,
            },
        )
    tally.expect(n, **{"history whole": await history.broken_at(file.id) is None})


RACES = {"two officers decide one file": deciding, "taking back against the sender": taking_back}


async def on(kind: Kind, race: Callable[[int], Awaitable[Tally]], rounds: int) -> Tally:
    """One of the races on a database of its own."""
    async with installed(kind):
        assert not kit().settings.smtp_url
        return await race(rounds)


def main() -> int:
    """Both databases; the exit code says whether every round was exact."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--database", choices=KINDS, action="append")
    given = parser.parse_args()
    exact = True
    for kind in given.database or KINDS:
        for name, race in RACES.items():
            tally = asyncio.run(on(kind, race, given.rounds))
            print(
                json.dumps({"name": name, "database": kind, "exact": tally.exact, **tally.line()}), flush=True
            )
            exact = exact and tally.exact
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
