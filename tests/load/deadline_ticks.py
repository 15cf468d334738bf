"""The same random histories as in deadline_model, through the real scheduler on both databases [P7].

    python -m tests.load.deadline_ticks [how many timelines, 10] [seed, 0]

The files of a timeline are kept by one machine. Prints one JSON object per database; ends with 1 when any differed.
"""

import asyncio
import json
import random
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from components import corrections, promises, scheduler
from components.pace import Pace
from components.refusals import Overtaken, Refused
from models.application import Application, Document, Page
from models.history import Event
from models.notification import Message
from models.office import ClosedDay, Office
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.messages import Kind as Told
from models.rules.workflow import Act, Role, State
from models.system import Heartbeat, Outage
from tests.load.deadline_model import Case, Outcome, Timeline, a_case, a_timeline, minutes, moment, slow
from tests.load.installation import installed
from tests.support.cases import fresh, holder, with_documents
from tests.support.databases import KINDS, Kind
from tests.support.outbox import reachable
from tests.support.service import member_of_staff

FILES = 25
_LOOKS = 60
_ENDED = {State.LAPSED: Act.LAPSE, State.SUBMITTED: Act.RESUBMIT}


async def differing(timelines: int, seed: int = 0) -> list[tuple[Timeline, Case, Outcome]]:
    """So many timelines with 25 files each through the service that is installed; what ended otherwise than counted."""
    chance, found = random.Random(seed), []
    for _ in range(timelines):
        usual = a_timeline(chance)
        timeline = replace(usual, looks=frozenset(chance.sample(usual.minutes, _LOOKS)))
        cases = [a_case(timeline, chance) for _ in range(FILES)]
        outcomes = await through(timeline, cases)
        found += [
            (timeline, case, outcome)
            for case, outcome in zip(cases, outcomes, strict=True)
            if outcome != slow(timeline, case)
        ]
    return found


async def through(timeline: Timeline, cases: list[Case]) -> list[Outcome]:
    """Minute by minute, as the scheduler goes on in its loop; a new process knows of no jump."""
    await _begin(timeline)
    operator = await member_of_staff(Role.OPERATOR)
    rows: dict[Case, Application] = {}
    for minute, shown, is_new, quiet in timeline.up:
        now = moment(shown)
        if is_new:
            scheduler._pace = Pace()
        believed = scheduler._runs_evenly(now, minute * 60.0)
        for case in cases:
            if minute == case.returned:
                row = await reachable(whatsapp=False, now=now)
                await with_documents(row, {DocumentKind.FAMILY_CARD: [RejectReason.CUT]})
                await _with_pages(row, now)
                rows[case] = await corrections.ask(row, operator, now)
            elif case in rows:
                await _requests(rows[case], case, minute, now)
        if not believed:
            continue
        if quiet:  # It beat all the time.
            await Heartbeat.update({Heartbeat.beat_at: now}).where(Heartbeat.name == scheduler.NAME)
        await scheduler.beat(now)
        if minute in timeline.looks:
            await scheduler.tick(now)
    return [await _outcome(rows[case]) for case in cases]


async def _begin(timeline: Timeline) -> None:
    """Nobody was ever away, and the office reads and closes as this timeline says."""
    await Heartbeat.delete(force=True)
    await Outage.delete(force=True)
    await ClosedDay.delete(force=True)
    office = await Office.objects().first()
    assert office is not None
    for day in timeline.calendar.closed_days:
        await ClosedDay(office=office.id, closed_on=day, kind="local", name="Libur").save()
    await Office.update({Office.settings: json.dumps({"correction_day": timeline.reading})}, force=True)
    promises.forget_calendars()


async def _with_pages(row: Application, now: datetime) -> None:
    for document in await Document.select(Document.id).where(Document.application == row.id):
        await Page(
            document=document["id"], blob="0" * 32, blob_key=b"", thumbnail="0" * 32, thumbnail_key=b"",
            sha256=str(document["id"]), received_at=now,
        ).save()  # fmt: skip


async def _requests(row: Application, case: Case, minute: int, now: datetime) -> None:
    if minute in case.begun:
        await corrections.begin_upload(row, now)
    if minute == case.handed_in:
        await Document.update({Document.verdict: "waiting"}).where(Document.application == row.id)
        with suppress(Refused, Overtaken):
            await corrections.resubmit(row, holder(row), now)


async def _outcome(row: Application) -> Outcome:
    row = await fresh(row)
    lines = await Event.objects().where(Event.application == row.id).order_by(Event.n)
    told = [
        json.loads(line.details)["due_at" if line.act == Act.RETURN else "to"]
        for line in lines
        if line.act in (Act.RETURN, "deadline_moved")
    ]
    dues = [minutes(datetime.fromisoformat(at)) for at in told]
    ended = [minutes(line.happened_at) for line in lines if line.act == _ENDED.get(State(row.state))]
    assert len(ended) <= 1, "an effect happened twice"
    keys = await Message.select(Message.key, Message.kind).where(Message.application == row.id)
    assert sum(key["kind"] == Told.DEADLINE_MOVED for key in keys) == len(dues) - 1
    assert sum(key["kind"] == Told.LAPSED for key in keys) == (row.state == State.LAPSED)
    stamps = [
        key["key"].split(":")[3].partition(".")[2] for key in keys if key["kind"] == Told.CORRECTION_REMINDER
    ]
    reminded = [datetime.strptime(stamp, "%Y%m%dT%H%M").replace(tzinfo=UTC) for stamp in stamps]
    assert len(set(reminded)) == len(reminded)
    return Outcome(
        row.state, ended[0] if ended else None, dues[-1], tuple(dues[1:]), frozenset(map(minutes, reminded))
    )


async def _on(kind: Kind, timelines: int, seed: int) -> int:
    async with installed(kind):
        wrong = await differing(timelines, seed)
    compared = timelines * FILES
    print(
        json.dumps(
            {
                "name": "deadline_ticks",
                "database": kind,
                "value": len(wrong),
                "unit": "files that differ",
                "compared": compared,
                "seed": seed,
            }
        ),
        flush=True,
    )
    for timeline, case, outcome in wrong[:3]:
        print(f"{timeline}\n{case}\n{outcome}\n{slow(timeline, case)}")
    return len(wrong)


if __name__ == "__main__":
    timelines, seed = [*sys.argv[1:], *("10", "0")[len(sys.argv) - 1 :]]
    wrong = [asyncio.run(_on(kind, int(timelines), int(seed))) for kind in KINDS]
    sys.exit(int(any(wrong)))
