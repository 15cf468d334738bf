"""The registrar's own list: what to do today for whom in the village, the most pressing first [P11, P7, P8, G4]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from textwrap import shorten
from typing import Any

from components import status
from components.actors import Actor
from components.refusals import Missing
from components.wording import MESSAGE_WORDS, STATE_WORDS
from components.words import tanggal_jam, tanggal_pendek
from models.application import Application
from models.appointment import Appointment
from models.notification import Message
from models.rules.catalogue import Channel
from models.rules.deadlines import DRAFT_KEPT
from models.rules.identity import fold
from models.rules.messages import Kind, MessageChannel, MessageState
from models.rules.workflow import State

FEW, MANY = 6, 100
"""Lines of a part beside the others, and by itself."""
_WORDS = 90
"""Letters of a reason that are enough to know what it is about."""


class Part(StrEnum):
    """A part of the list, by the word in its address; in the order of their urgency."""

    RETURNED = "perbaikan"
    NEWS = "kabar"
    READY = "siap-diambil"
    SCHEDULED = "jadwal"
    DRAFTS = "draf"
    WAITING = "menunggu"


PART_WORDS: Mapping[Part, str] = {
    Part.RETURNED: "Perlu diperbaiki",
    Part.NEWS: "Sampaikan kepada warga",
    Part.READY: "KTP-el belum diambil",
    Part.SCHEDULED: "Jadwal datang",
    Part.DRAFTS: "Draf belum dikirim",
    Part.WAITING: "Menunggu kecamatan",
}

_STATES: Mapping[Part, frozenset[State]] = {
    Part.RETURNED: frozenset({State.RETURNED}),
    Part.READY: frozenset({State.READY}),
    Part.SCHEDULED: frozenset({State.SCHEDULED}),
    Part.DRAFTS: frozenset({State.DRAFT}),
    Part.WAITING: frozenset({State.SUBMITTED, State.ACCEPTED, State.ARRIVED, State.CAPTURED, State.PRINTED}),
}


@dataclass(frozen=True)
class Line:
    """One case. words: what to do, or how it stands. message: to be told by the registrar; 0 where there is none.

    ours: whether the village helps with the case, so that its registrar may open it.
    """

    number: str
    name: str
    words: str
    message: int = 0
    ours: bool = True


@dataclass(frozen=True)
class Section:
    """One part of the list. count: all of it; lines: the most pressing ones."""

    part: Part
    count: int
    lines: tuple[Line, ...]


async def overview(by: Actor, now: datetime, only: Part | None = None) -> list[Section]:
    """Every part that is not empty with its FEW first lines; only: this part alone, with MANY."""
    counts = await _counts(by, now)
    parts = [part for part in Part if counts[part] and only in (None, part)]
    return [Section(part, counts[part], await _lines(part, by, now, MANY if only else FEW)) for part in parts]


def _mine(by: Actor) -> Any:
    """Cases of the registrar's village that came in through the village. Raises Missing without a village."""
    if by.village_id is None:
        raise Missing
    return (
        (Application.village == by.village_id)
        & (Application.channel == str(Channel.VILLAGE))
        & (Application.office == by.office_id)
    )


def _to_tell(by: Actor, now: datetime) -> Any:
    """Due messages that nobody but the village can bring to the applicant; a decision just taken is not due yet."""
    return (
        (Message.channel == str(MessageChannel.VILLAGE))
        & (Message.state == str(MessageState.WAITING))
        & (Message.due_at <= now)
        & (Message.office == by.office_id)
        & (Message.application.village == by.village_id)
    )


async def _counts(by: Actor, now: datetime) -> dict[Part, int]:
    mine = _mine(by)
    counts = {
        part: await Application.count().where(mine & Application.state.is_in([str(one) for one in states]))
        for part, states in _STATES.items()
    }
    counts[Part.NEWS] = len(await Message.select(Message.id).where(_to_tell(by, now)))
    return counts


async def _lines(part: Part, by: Actor, now: datetime, limit: int) -> tuple[Line, ...]:
    if part is Part.NEWS:
        return await _news(by, now, limit)
    if part is Part.SCHEDULED:
        return await _appointments(by, limit)
    order = {
        Part.RETURNED: Application.correction_due_at,
        Part.READY: Application.ready_at,
        Part.DRAFTS: Application.touched_at,
        Part.WAITING: Application.received_at,
    }[part]
    states = [str(one) for one in _STATES[part]]
    rows = (
        await Application.objects()
        .where(_mine(by) & Application.state.is_in(states))
        .order_by(order)
        .limit(limit)
    )
    return tuple(_line(row, now) for row in rows)


def _line(row: Application, now: datetime) -> Line:
    return Line(row.number, row.name, _words(row, now))


def _words(row: Application, now: datetime) -> str:
    """How a case stands, in a few words."""
    state = State(row.state)
    if state is State.RETURNED:
        reasons = shorten(row.decided_reason.removeprefix("- "), _WORDS, placeholder=" ...")
        return f"Paling lambat {status.deadline(row, now).words}. {reasons}"
    if state is State.READY:
        return f"Siap sejak {tanggal_pendek(row.ready_at)}"
    if state is State.DRAFT:
        return f"Dihapus {tanggal_pendek(row.touched_at + DRAFT_KEPT)} jika tidak dilanjutkan"
    if row.promise_at is not None and row.finished_at is None:
        return f"{STATE_WORDS[state]}. Janji {tanggal_jam(row.promise_at)}"
    return STATE_WORDS[state]


async def _news(by: Actor, now: datetime, limit: int) -> tuple[Line, ...]:
    """What is to be told by word of mouth, the oldest first; an appointment with its time, a return with its end."""
    rows = (
        await Message.objects(Message.application).where(_to_tell(by, now)).order_by(Message.id).limit(limit)
    )
    times = await _times([row.application.id for row in rows])

    def line(row: Message) -> Line:
        case: Application = row.application
        words = MESSAGE_WORDS[Kind(row.kind)]
        if case.id in times:
            words = f"{words}: {times[case.id]}"
        elif case.state in (State.RETURNED, State.READY):
            words = f"{words}. {_words(case, now)}"
        if case.channel != Channel.VILLAGE:
            place = f", RT {case.rt} RW {case.rw}" if case.rt else ""
            return Line(
                case.number, case.name, f"{words}. Tidak bisa dihubungi lewat HP{place}", row.id, False
            )
        return Line(case.number, case.name, words, row.id)

    return tuple(line(row) for row in rows)


async def _times(ids: list[int]) -> dict[int, str]:
    """The appointments of these cases, in words."""
    rows = await _booked(Appointment.application.is_in(ids or [0]), len(ids))
    return {row["application"]: tanggal_jam(row["starts_at"]) for row in rows}


async def _appointments(by: Actor, limit: int) -> tuple[Line, ...]:
    of_village = (
        (Appointment.application.village == by.village_id)
        & (Appointment.application.channel == str(Channel.VILLAGE))
        & (Appointment.application.office == by.office_id)
        & (Appointment.application.state == State.SCHEDULED)
    )
    rows = await _booked(of_village, limit)
    return tuple(
        Line(row["number"], row["name"], f"{tanggal_jam(row['starts_at'])}, antrean {row['queue_number']}")
        for row in rows
    )


async def _booked(where: Any, limit: int) -> list[dict[str, Any]]:
    """Appointments that stand, soonest first."""
    rows: list[dict[str, Any]] = (
        await Appointment.select(
            Appointment.application.id.as_alias("application"),
            Appointment.application.number.as_alias("number"),
            Appointment.application.name.as_alias("name"),
            Appointment.slot.starts_at.as_alias("starts_at"),
            Appointment.queue_number,
        )
        .where(where & (Appointment.state == "booked"))
        .order_by(Appointment.slot.starts_at)
        .limit(limit)
    )
    return rows


async def search(text: str, by: Actor, now: datetime) -> tuple[Line, ...]:
    """Cases of the village whose number or name holds this, newest first; closed ones, too. Empty finds nothing."""
    wanted = fold(text).replace("%", "").replace("_", "")
    if not wanted:
        return ()
    number = wanted.upper().rpartition("/")[2].removeprefix("LOKET-")
    found = Application.folded_name.like(f"%{wanted}%") | Application.number.like(f"%{number}%")
    rows = (
        await Application.objects()
        .where(_mine(by) & found)
        .order_by(Application.id, ascending=False)
        .limit(20)
    )
    return tuple(_line(row, now) for row in rows)
