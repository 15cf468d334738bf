"""Whose turn it is, and calling them: first come, first served; two counters never call the same person [G2, P9]."""

from dataclasses import dataclass
from datetime import datetime

from components import bookings, casework, history
from components.actors import Actor
from components.counter import day_began
from components.counter import reason as checked_reason
from components.refusals import Missing, Overtaken, Refused
from components.worklist import OUT_OF_ORDER, REASON_AT_LEAST, OutOfOrder
from models.application import Application
from models.arrival import Arrival
from models.db import lock, transaction
from models.office import Sequence
from models.rules.turns import SKIPPED_BEHIND, Turn, Waiting, in_order
from models.rules.workflow import Role, State

SHOWN_NOW, SHOWN_NEXT = 4, 6
"""How many numbers stand on the wall screen."""
_HERE = (Turn.CALLED, Turn.PRESENT)


@dataclass(frozen=True)
class Called:
    """A number on the wall screen: which, to which counter ("Loket 2", or empty), since when."""

    queue_number: str
    window: str
    at: datetime


@dataclass(frozen=True)
class Board:
    """What anybody may see of the queue: numbers, no names."""

    now: tuple[Called, ...]
    next: tuple[str, ...]
    waiting: int


async def waiting(office_id: int, now: datetime) -> list[Waiting]:
    """Who waits today, in the order of service."""
    rows = await Arrival.select(
        Arrival.id, Arrival.application.promise_at.as_alias("promise_at"), Arrival.arrived_at, Arrival.behind
    ).where(
        (Arrival.office == office_id)
        & (Arrival.state == Turn.WAITING)
        & (Arrival.arrived_at >= day_began(now))
        & (Arrival.application.state == State.ARRIVED)
    )
    return in_order(Waiting(**row) for row in rows)


async def of(application: Application) -> Arrival | None:
    """How far this person is in the line; None for who never stood in it."""
    row: Arrival | None = await Arrival.objects().where(Arrival.application == application.id).first()
    return row


async def call_next(by: Actor, now: datetime, window: str) -> Application:
    """Call the person whose turn it is to this counter. Raises Refused when nobody waits.

    window: what the wall screen shows beside the number. Two officers who call at once get two people.
    """
    async with transaction():
        await _one_at_a_time(by)
        line = await waiting(by.office_id or 0, now)
        if not line:
            raise Refused("Belum ada yang menunggu.")
        row = await Arrival.select(Arrival.application).where(Arrival.id == line[0].id).first()
        assert row is not None  # noqa: S101 - read just now
        application = await bookings.locked(row["application"])
        await _call(application, by, now, window)
    return application


async def _one_at_a_time(by: Actor) -> None:
    """Held until the transaction ends: whoever calls at the same time in this office waits here."""
    name = f"calls:{by.office_id}"
    await Sequence.insert(Sequence(name=name)).on_conflict(target=Sequence.name, action="DO NOTHING")
    await lock(Sequence.select(Sequence.id).where(Sequence.name == name))


async def _call(application: Application, by: Actor, now: datetime, window: str) -> None:
    await Arrival.update(
        {
            Arrival.state: Turn.CALLED,
            Arrival.called_at: now,
            Arrival.called_by: by.staff_id,
            Arrival.window_label: window[:20],
            Arrival.calls: Arrival.calls + 1,
            Arrival.behind: 0,
        }
    ).where(Arrival.application == application.id)
    await Arrival.update({Arrival.behind: Arrival.behind - 1}).where(
        (Arrival.office == by.office_id) & (Arrival.behind > 0) & (Arrival.application != application.id)
    )
    await casework.note(application, "called", by, now, details={"window": window[:20]})


async def call(application: Application, by: Actor, now: datetime, window: str, reason: str = "") -> None:
    """Call this person: again, back from aside, or before others with a written reason [G2].

    Raises OutOfOrder while others stand before and no reason is given; Overtaken for who is not in the line.
    """
    async with transaction():
        await _one_at_a_time(by)
        row = await _in_line(application, Turn.WAITING, Turn.ASIDE, *_HERE)
        if row.state == Turn.WAITING:
            await _in_turn(application, row, by, now, reason)
        await _call(application, by, now, window)


async def serve(application: Application, by: Actor, now: datetime, reason: str = "") -> None:
    """This person is at the counter now. Joins the caller's transaction; who never stood in a line is just served.

    Raises OutOfOrder, as call() does, for who was not called and is not next.
    """
    row = await of(application)
    if row is None or row.state == Turn.PRESENT:
        return
    if row.state == Turn.WAITING:
        await _in_turn(application, row, by, now, reason)
    await Arrival.update(
        {
            Arrival.state: Turn.PRESENT,
            Arrival.called_at: now if row.state == Turn.WAITING else row.called_at,
            Arrival.called_by: by.staff_id,
        }
    ).where(Arrival.id == row.id)


async def _in_turn(application: Application, row: Arrival, by: Actor, now: datetime, reason: str) -> None:
    """Whether it is this person's turn; if not, the reason is written down for the supervisor."""
    before = 0
    for one in await waiting(application.office, now):
        if one.id == row.id:
            break
        before += 1
    if not before:
        return
    words = checked_reason(reason, "alasan_urutan") if reason else ""
    if len(words) < REASON_AT_LEAST:
        raise OutOfOrder(
            f"Ada {before} orang yang datang atau dijanjikan lebih dulu. Tulis alasan mendahulukan.",
            {"alasan_urutan": "Tulis alasannya. Atasan Anda melihatnya."},
        )
    details: dict[str, history.Detail] = {"passed_over": before, "at": "counter"}
    await casework.note(application, OUT_OF_ORDER, by, now, reason=words, details=details)


async def present(application: Application, by: Actor, now: datetime) -> None:
    """The person who was called is at the counter."""
    async with transaction():
        await _in_line(application, *_HERE)
        await serve(application, by, now)


async def skip(application: Application, by: Actor, now: datetime) -> None:
    """Called and not there: behind the next ones, and called again then [G2]."""
    async with transaction():
        await _one_at_a_time(by)
        row = await _in_line(application, Turn.CALLED)
        await Arrival.update({Arrival.state: Turn.WAITING, Arrival.behind: SKIPPED_BEHIND}).where(
            Arrival.id == row.id
        )
        await casework.note(application, "skipped", by, now)


async def put_aside(
    application: Application, kind: str, text: str, by: Actor, now: datetime, at: datetime
) -> None:
    """What holds the work up, with its time, on the case; the counter is free for the next one meanwhile.

    kind: one of ASIDE_WORDS. Raises Refused for another one, and without words.
    """
    if kind not in ASIDE_WORDS:
        raise Refused("Pilih apa yang menghambat.", {"kind": "Pilih salah satu."})
    words = checked_reason(text, "aside_reason") if text or kind == "other" else ""
    if not casework.roles_towards(application, by) & {Role.COUNTER}:
        raise Missing
    async with transaction():
        await casework.note(
            application, "put_aside", by, now, reason=words, details={"kind": kind}, happened_at=at
        )
        await Arrival.update({Arrival.state: Turn.ASIDE}).where(
            (Arrival.application == application.id) & Arrival.state.is_in([Turn.WAITING, *_HERE])
        )


ASIDE_WORDS = {
    "centre": "Menunggu pusat",
    "device": "Alat bermasalah",
    "network": "Jaringan bermasalah",
    "applicant": "Pemohon sedang keluar",
    "other": "Lainnya",
}
"""Why a case is put aside, on the officer's buttons and in its history."""


async def _in_line(application: Application, *turns: Turn) -> Arrival:
    """The place in the line, which stays as it is until the transaction ends: the application is held before it."""
    await bookings.locked(application.id)
    row = await of(application)
    if row is None or row.state not in turns:
        raise Overtaken("Giliran orang ini sudah berubah. Muat ulang, lalu lihat daftarnya.")
    return row


async def board(office_id: int, now: datetime) -> Board:
    """The wall screen [P9, G2]: who is called or being served, newest call first, and who comes next."""
    here = (
        await Arrival.select(Arrival.queue_number, Arrival.window_label, Arrival.called_at)
        .where(
            (Arrival.office == office_id)
            & Arrival.state.is_in(list(_HERE))
            & (Arrival.called_at >= day_began(now))
            & Arrival.application.state.is_in([State.ARRIVED, State.CAPTURED, State.PRINTED])
        )
        .order_by(Arrival.called_at, ascending=False)
        .limit(SHOWN_NOW)
    )
    line = await waiting(office_id, now)
    ids = [one.id for one in line[:SHOWN_NEXT]]
    rows = await Arrival.select(Arrival.id, Arrival.queue_number).where(Arrival.id.is_in(ids)) if ids else []
    numbers = {row["id"]: row["queue_number"] for row in rows}
    return Board(
        tuple(Called(row["queue_number"], row["window_label"], row["called_at"]) for row in here),
        tuple(numbers[one] for one in ids if one in numbers),
        len(line),
    )
