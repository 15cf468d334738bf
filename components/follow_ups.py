"""What was agreed on in a meeting: by whom, until when, and what came of it [E1].

A follow-up is carried to every later meeting until it is done, or dropped with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from components import meetings, office_history
from components.actors import Actor
from components.refusals import Missing, Overtaken, Refused
from components.words import tanggal_surat
from models.account import Staff
from models.db import transaction
from models.meeting import FollowUp, Meeting
from models.rules.calendar import wib_day, wib_moment
from models.rules.office_acts import OfficeAct
from models.rules.workflow import Role

LONGEST = 300
_SHORTEST = 5
_FARTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True)
class Task:
    """One follow-up as it is read. carried: it was agreed on in an earlier meeting. own: the reader is to do it."""

    id: int
    text: str
    owner: str
    owner_id: int
    due_on: date
    state: str
    note: str
    settled_at: datetime | None
    settled_by: str
    agreed_on: date
    meeting: int
    own: bool
    late: bool

    @property
    def open(self) -> bool:
        return self.state == "open"


async def owners(by: Actor) -> list[tuple[str, str]]:
    """Whom something can be given to do: everybody who works in the own office now. (id, name) for a choice."""
    rows = (
        await Staff.select(Staff.id, Staff.name)
        .where((Staff.office == by.office_id) & Staff.disabled_at.is_null() & Staff.village.is_null())
        .order_by(Staff.name)
    )
    return [(str(row["id"]), row["name"]) for row in rows]


# --- changing ---


async def add(meeting: Meeting, typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """Agree on something: text, owner, due_on. Raises Refused with fields for what is missing or cannot be read."""
    text = _needed(typed, "text", "Tulis apa yang akan dikerjakan.")
    owner, name = await _owner(typed, by)
    due_on = _due_on(typed, wib_day(now))
    async with transaction():
        row = FollowUp(
            meeting=meeting.id,
            office=by.office_id,
            text=text,
            owner=owner,
            due_on=due_on,
            made_by=by.staff_id,
            made_at=now,
        )
        await row.save()
        what = f"{name}, paling lambat {tanggal_surat(due_on)}: {text}"
        await office_history.record(OfficeAct.FOLLOW_UP_ADDED, what[:200], by, now, {"follow_up": row.id})


async def change(follow_up_id: int, typed: Mapping[str, str], by: Actor, now: datetime) -> int:
    """Give an open one to somebody else, or until another day; the id of its meeting.

    Raises Missing for a foreign one, Overtaken for one that is settled, Refused with fields.
    """
    row = await _own(follow_up_id, by)
    owner, name = await _owner(typed, by)
    due_on = _due_on(typed, wib_day(now))
    what = f"{name}, paling lambat {tanggal_surat(due_on)}: {row.text}"
    await _write(
        row, {FollowUp.owner: owner, FollowUp.due_on: due_on}, OfficeAct.FOLLOW_UP_CHANGED, what, by, now
    )
    return int(row.meeting)


async def finish(follow_up_id: int, typed: Mapping[str, str], by: Actor, now: datetime) -> int:
    """It is done, says who was to do it, or the supervisor; the id of its meeting. note: what came of it, if anything.

    Raises Missing for a foreign one, Overtaken for one that is settled, Refused for somebody else's.
    """
    row = await _own(follow_up_id, by)
    if row.owner != by.staff_id and not by.holds(Role.SUPERVISOR):
        raise Refused("Ini tugas rekan Anda. Yang menandai selesai hanya dia atau atasan.")
    note = meetings.text_of(typed, "note", LONGEST)
    await _settle(row, "done", note, OfficeAct.FOLLOW_UP_DONE, by, now)
    return int(row.meeting)


async def drop(follow_up_id: int, typed: Mapping[str, str], by: Actor, now: datetime) -> int:
    """It will not be done, for a reason; the id of its meeting. Raises as finish() does, Refused without a reason."""
    row = await _own(follow_up_id, by)
    reason = _needed(typed, "reason", "Tulis mengapa tidak dikerjakan.")
    await _settle(row, "dropped", reason, OfficeAct.FOLLOW_UP_DROPPED, by, now)
    return int(row.meeting)


async def _settle(row: FollowUp, state: str, note: str, act: OfficeAct, by: Actor, now: datetime) -> None:
    columns = {
        FollowUp.state: state,
        FollowUp.note: note,
        FollowUp.settled_at: now,
        FollowUp.settled_by: by.staff_id,
    }
    await _write(row, columns, act, f"{row.text}. {note}" if note else row.text, by, now)


async def _write(
    row: FollowUp, columns: Mapping[Any, Any], act: OfficeAct, what: str, by: Actor, now: datetime
) -> None:
    async with transaction():
        changed = (
            await FollowUp.update(dict(columns))
            .where((FollowUp.id == row.id) & (FollowUp.state == "open"))
            .returning(FollowUp.id)
        )
        if not changed:
            raise Overtaken("Tindak lanjut ini sudah selesai atau dihentikan. Muat ulang halaman.")
        await office_history.record(act, what[:200], by, now, {"follow_up": row.id})


async def _own(follow_up_id: int, by: Actor) -> FollowUp:
    row = await FollowUp.objects().get((FollowUp.id == follow_up_id) & (FollowUp.office == by.office_id))
    if row is None:
        raise Missing
    return row


async def meeting_of(follow_up_id: int, by: Actor) -> Meeting:
    """The meeting in which it was agreed on. Raises Missing for a foreign one."""
    return await meetings.find((await _own(follow_up_id, by)).meeting, by)


def _needed(typed: Mapping[str, str], name: str, lacking: str) -> str:
    words = meetings.text_of(typed, name, LONGEST)
    if len(words) < _SHORTEST:
        raise Refused("Belum disimpan.", {name: lacking})
    return words


async def _owner(typed: Mapping[str, str], by: Actor) -> tuple[int, str]:
    known = dict(await owners(by))
    owner = typed.get("owner", "")
    if owner not in known:
        raise Refused("Belum disimpan.", {"owner": "Pilih siapa yang mengerjakan."})
    return int(owner), known[owner]


def _due_on(typed: Mapping[str, str], today: date) -> date:
    try:
        day = date.fromisoformat(typed.get("due_on", "").strip())
    except ValueError:
        raise Refused("Belum disimpan.", {"due_on": "Pilih tanggal selesainya."}) from None
    if not today <= day <= today + _FARTHEST:
        raise Refused("Belum disimpan.", {"due_on": "Pilih hari ini atau sesudahnya, paling lama dua tahun."})
    return day


# --- reading ---


async def of_meeting(meeting: Meeting, by: Actor, now: datetime) -> list[Task]:
    """What was agreed on in this meeting, and what of earlier ones was still open on its day; the soonest due first."""
    morning = wib_moment(meeting.held_on, time(0))
    still_open = FollowUp.settled_at.is_null() | (FollowUp.settled_at >= morning)
    earlier = (FollowUp.meeting.held_on < meeting.held_on) | (
        (FollowUp.meeting.held_on == meeting.held_on) & (FollowUp.meeting.id < meeting.id)
    )
    return await _tasks((FollowUp.meeting == meeting.id) | (earlier & still_open), by, now)


async def open_ones(by: Actor, now: datetime) -> list[Task]:
    """All that is not settled yet in the own office, the soonest due first."""
    return await _tasks(FollowUp.state == "open", by, now)


async def every(by: Actor, now: datetime) -> list[Task]:
    """All that was ever agreed on in the own office, the soonest due first."""
    return await _tasks(FollowUp.id > 0, by, now)


async def standing(by: Actor, now: datetime) -> tuple[int, int, date | None, str]:
    """(how many are open in the own office, how many of them are late, the oldest late one's day, who is to do it)."""
    rows = (
        await FollowUp.select(FollowUp.due_on, FollowUp.owner.name.as_alias("owner_name"))
        .where((FollowUp.state == "open") & (FollowUp.office == by.office_id))
        .order_by(FollowUp.due_on)
    )
    late = [row for row in rows if row["due_on"] < wib_day(now)]
    if not late:
        return len(rows), 0, None, ""
    return len(rows), len(late), late[0]["due_on"], late[0]["owner_name"]


async def own(by: Actor, now: datetime) -> list[Task]:
    """What this member of staff is still to do, the soonest due first."""
    if by.staff_id is None:
        return []
    return await _tasks((FollowUp.state == "open") & (FollowUp.owner == by.staff_id), by, now)


async def _tasks(where: Any, by: Actor, now: datetime) -> list[Task]:
    rows = (
        await FollowUp.select(
            *(FollowUp.id, FollowUp.text, FollowUp.owner, FollowUp.due_on, FollowUp.state, FollowUp.note),
            *(FollowUp.settled_at, FollowUp.meeting),
            FollowUp.owner.name.as_alias("owner_name"),
            FollowUp.settled_by.name.as_alias("settled_name"),
            FollowUp.meeting.held_on.as_alias("agreed_on"),
        )
        .where(where & (FollowUp.office == by.office_id))
        .order_by(FollowUp.due_on)
        .order_by(FollowUp.id)
    )
    today = wib_day(now)
    return [
        Task(
            id=row["id"],
            text=row["text"],
            owner=row["owner_name"],
            owner_id=row["owner"],
            due_on=row["due_on"],
            state=row["state"],
            note=row["note"],
            settled_at=row["settled_at"],
            settled_by=row["settled_name"] or "",
            agreed_on=_date(row["agreed_on"]),
            meeting=row["meeting"],
            own=row["owner"] == by.staff_id,
            late=row["state"] == "open" and row["due_on"] < today,
        )
        for row in rows
    ]


def _date(value: Any) -> date:
    """SQLite hands a day over as text where it comes from a joined table."""
    return date.fromisoformat(value) if isinstance(value, str) else value
