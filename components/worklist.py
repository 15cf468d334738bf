"""The order in which one officer works: by the promise, frozen while working, with a reason for every jump [G2].

The list is the office's queue as it was when the officer began. What arrives later stands below it, until the
officer sorts anew, or stays away for a while.
"""

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw
from piccolo.query import OrderByRaw

from components import answers, casework, questions, verification
from components.actors import Actor
from components.refusals import Overtaken, Refused
from models.application import Application
from models.db import Prepared, transaction
from models.desk import WorkList
from models.rules.catalogue import Channel
from models.rules.workflow import State

SITTING_LASTS = timedelta(minutes=30)
"""Without an act; who then comes back finds the queue sorted anew."""

OUT_OF_ORDER = "out_of_order"
REASON_AT_LEAST = 5


QUEUE_SHOWN = 100
_WAITING = WhereRaw("state = 'submitted'")
_IN_ORDER = OrderByRaw("(promise_at IS NULL), promise_at, (returned_at IS NULL), received_at")
"""Both written out, because only so can the database use its index of the queue."""


class OutOfOrder(Refused):
    """A file was picked while an earlier one waits: it needs a written reason, which the supervisor sees [G2]."""


@dataclass(frozen=True)
class QueueLine:
    """One file waiting for an operator, as the queue shows it."""

    number: str
    name: str
    village: str
    service: str
    change: str
    channel: str
    promise_at: datetime | None
    received_at: datetime
    corrected: bool
    held_by: str
    """Name of the colleague who has it open now; empty when it is free or one's own."""
    mine: bool
    """Whether the officer who asks has it open."""


@dataclass(frozen=True)
class Place:
    """One file in the officer's list."""

    line: QueueLine
    skipped: bool = False
    asked: bool = False
    """The supervisor was asked and has not answered yet."""

    @property
    def free(self) -> bool:
        """Whether it is this officer's to take next."""
        return not (self.line.held_by or self.skipped or self.asked)


_COLUMNS = (
    Application.number,
    Application.name,
    Application.village.name.as_alias("village"),
    Application.service,
    Application.change,
    Application.channel,
    Application.promise_at,
    Application.received_at,
    Application.returned_at,
    Application.claimed_by.id.as_alias("holder"),
    Application.claimed_by.name.as_alias("holder_name"),
    Application.claimed_until,
)
_QUEUE = Prepared(
    lambda office: (
        Application.select(*_COLUMNS)
        .where(_WAITING & (Application.office == office))
        .order_by(_IN_ORDER)
        .limit(QUEUE_SHOWN)
    )
)


async def waiting(by: Actor, listed: Sequence[Place]) -> int:
    """How many files of the office wait for a decision. listed: the officer's list; short of its limit it is all."""
    if len(listed) < QUEUE_SHOWN:
        return len(listed)
    count: int = await Application.count().where(_WAITING & (Application.office == by.office_id))
    return max(count, len(listed))


async def queue(by: Actor, now: datetime) -> list[QueueLine]:
    """The first QUEUE_SHOWN files of the office that wait for a decision [G2].

    By promise, corrected ones first among equals, then by arrival; what was promised nothing comes last.
    """
    return [_line(row, by, now) for row in await _QUEUE.rows(by.office_id)]


async def whole_queue(by: Actor, now: datetime, most: int, at_once: int) -> AsyncIterator[QueueLine]:
    """The same to its end, at most so many files, read so many at once; what is decided meanwhile is left out."""
    here = _WAITING & (Application.office == by.office_id)
    ids = [
        row["id"]
        for row in await Application.select(Application.id).where(here).order_by(_IN_ORDER).limit(most)
    ]
    for begin in range(0, len(ids), at_once):
        wanted = ids[begin : begin + at_once]
        rows = await Application.select(Application.id, *_COLUMNS).where(here & Application.id.is_in(wanted))
        found = {row["id"]: row for row in rows}
        for id_ in wanted:
            if id_ in found:
                yield _line(found[id_], by, now)


def _line(row: dict[str, object], by: Actor, now: datetime) -> QueueLine:
    until = row["claimed_until"]
    held = isinstance(until, datetime) and until > now
    mine = held and row["holder"] == by.staff_id
    return QueueLine(
        number=str(row["number"]),
        name=str(row["name"]),
        village=str(row["village"] or ""),
        service=str(row["service"]),
        change=str(row["change"]),
        channel=str(row["channel"]),
        promise_at=row["promise_at"] if isinstance(row["promise_at"], datetime) else None,
        received_at=row["received_at"] if isinstance(row["received_at"], datetime) else now,
        corrected=row["returned_at"] is not None,
        held_by=str(row["holder_name"]) if held and not mine else "",
        mine=mine,
    )


async def places(by: Actor, now: datetime) -> list[Place]:
    """The officer's list: the frozen order first, then what has arrived since."""
    lines = {line.number: line for line in await queue(by, now)}
    sitting = await _sitting(by, now)
    frozen: dict[str, None] = dict.fromkeys(json.loads(sitting["numbers"])) if sitting else {}
    skipped = set(json.loads(sitting["skipped"])) if sitting else set()
    asked = await questions.unanswered(by)
    order = [number for number in frozen if number in lines]
    order += [number for number in lines if number not in frozen]
    return [Place(lines[number], number in skipped, number in asked) for number in order]


_OF_OFFICER = Prepared(
    lambda staff: WorkList.select(WorkList.numbers, WorkList.skipped, WorkList.touched_at).where(
        WorkList.staff == staff
    )
)


async def _sitting(by: Actor, now: datetime) -> Mapping[str, Any] | None:
    """The officer's list, unless it was left for too long."""
    row = await _OF_OFFICER.first(by.staff_id)
    return row if row is not None and now - row["touched_at"] < SITTING_LASTS else None


def next_of(listed: Sequence[Place], besides: Collection[str] = ()) -> str | None:
    """The file to take next; None when nothing is left but what others hold, was skipped, or waits for an answer.

    besides: numbers of the files that are on the desk, or will be when this is asked.
    """
    free = (place.line.number for place in listed if place.free)
    return next((number for number in free if number not in besides), None)


async def next_number(by: Actor, now: datetime) -> str | None:
    """The file whose turn it is for this officer now."""
    return next_of(await places(by, now))


async def open_file(
    application: Application,
    listed: Sequence[Place],
    by: Actor,
    now: datetime,
    reason: str = "",
    page: str = "",
) -> Application:
    """Take a file to work on it; it is held for the officer from then on [G1, G2].

    listed: the officer's list. reason: why this one and not the first of it. page: key of the form that asks.
    Raises OutOfOrder when a reason is needed; Overtaken when a colleague has it open, or the page was left before.
    A walk-in stands at the counter and is served as it comes.
    """
    if application.state != State.SUBMITTED:
        return application
    mine = verification.holds(application, by, now)
    jumped = [] if mine or application.channel == Channel.COUNTER else _before(application, listed)
    words = verification.remark(reason)
    if jumped and len(words) < REASON_AT_LEAST:
        raise OutOfOrder(
            f"Ada {len(jumped)} berkas dengan janji lebih dulu. Tulis alasan mengambil yang ini.",
            {"alasan_urutan": "Tulis alasannya. Atasan Anda melihatnya."},
        )
    async with transaction():
        held = await verification.claim(application, by, now)
        # Asked with the row in hand: the word of leaving is in before, or puts the file back after this.
        if await answers.page_is_closed(page):
            raise Overtaken("Halaman ini sudah ditutup. Buka berkasnya lagi.")
        if jumped:
            await casework.note(
                application, OUT_OF_ORDER, by, now, reason=words, details={"passed_over": len(jumped)}
            )
        await _touch(by, now)
    return held


def _before(application: Application, listed: Sequence[Place]) -> list[str]:
    """The free files that stand before this one in the officer's list."""
    before: list[str] = []
    for place in listed:
        if place.line.number == application.number:
            return before
        if place.free:
            before.append(place.line.number)
    return before


async def _touch(by: Actor, now: datetime) -> None:
    """The sitting goes on; a new one begins with the queue as it now is."""
    gone_on = (
        await WorkList.update({WorkList.touched_at: now})
        .where((WorkList.staff == by.staff_id) & (WorkList.touched_at > now - SITTING_LASTS))
        .returning(WorkList.id)
    )
    if not gone_on:
        await sort_anew(by, now)


async def sort_anew(by: Actor, now: datetime) -> None:
    """Freeze the queue as it now is; what was skipped comes back."""
    numbers = json.dumps([line.number for line in await queue(by, now)])
    await WorkList.insert(
        WorkList(staff=by.staff_id, numbers=numbers, skipped="[]", frozen_at=now, touched_at=now)
    ).on_conflict(
        target=WorkList.staff,
        action="DO UPDATE",
        values=[WorkList.numbers, WorkList.skipped, WorkList.frozen_at, WorkList.touched_at],
    )


async def skip(application: Application, by: Actor, now: datetime) -> None:
    """Put a file off in this sitting and back into the queue: a colleague, or a later look, may decide it.

    It is recorded, for a file that everybody skips waits longest.
    """
    async with transaction():
        await _touch(by, now)
        row = await _OF_OFFICER.first(by.staff_id)
        assert row is not None  # noqa: S101 - touched just now
        skipped = [*json.loads(row["skipped"]), application.number]
        await WorkList.update({WorkList.skipped: json.dumps(skipped)}).where(WorkList.staff == by.staff_id)
        await casework.note(application, "skip", by, now)
        await verification.release(application, by)
