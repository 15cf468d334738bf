"""The history of the whole office, searched by its supervisor, and whether it is still whole [M4, G1].

Once a day every signature is checked, in small steps between which others are served. A line at the end of a chain
could be taken away unnoticed: so each night one digest over all lines of the day, and over the digest before it, is
written down, mailed to the supervisors and printed on the day sheet. What is on paper cannot be changed later.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw

from components import history, notifications, paging
from components.actors import Actor
from components.wording import event_word
from components.words import tanggal_surat
from models.account import Staff
from models.application import Application
from models.db import Prepared
from models.history import Event
from models.office import Office
from models.oversight import ChainCheck, DailyHead
from models.rules.account_acts import AccountAct
from models.rules.calendar import wib_day, wib_moment
from models.rules.identity import Invalid, parse_number
from models.rules.messages import StaffNews

PER_PAGE = 50
LONGEST_TEXT = 300
_TAKING = (AccountAct.EXPORTED, AccountAct.EXPORTED_IN_FULL)
_BEGINS, _TOLD_AT = time(0, 10), time(6)
"""Ten past midnight every line of the day before is written; the mail waits for the morning."""
_LINES, _STEPS = 200, 5
"""Lines checked in one go, and how often in one round of the scheduler: a million lines in some six hours, without
holding up an officer."""
_MOST_BROKEN = 100
"""Streams that are named: with more of them the whole table is in question."""
_HEADS = "~"
"""After the last stream, which sorts before it, the heads of all days are computed anew."""


# --- searching ---


@dataclass(frozen=True)
class Wanted:
    """What is searched for; what is empty or None does not narrow it. since, until: days in WIB, both included."""

    number: str = ""
    actor: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """One line of the history. number, account: what it is about; both empty for the office itself.

    late: entered afterwards.
    """

    id: int
    at: datetime
    happened_at: datetime
    act: str
    who: str
    role: str
    number: str
    account: str
    reason: str
    what: str = ""
    """Of a list that was taken along: which, and how many lines."""

    @property
    def late(self) -> bool:
        return self.at - self.happened_at >= timedelta(minutes=1)


async def officers(by: Actor) -> list[tuple[str, str]]:
    """(actor as the history writes it, name) of everybody who acts in the own office."""
    rows = await Staff.select(Staff.id, Staff.name).where(Staff.office == by.office_id).order_by(Staff.name)
    return [(f"staff:{row['id']}", row["name"]) for row in rows] + [
        ("applicant", "Pemohon"),
        ("system", "Sistem"),
    ]


async def search(
    wanted: Wanted, by: Actor, before: str = "", limit: int = PER_PAGE
) -> tuple[list[Line], str]:
    """(lines of the own office, newest first, where to go on or "").

    before: where the page before ended. An unknown or foreign number finds nothing.
    """
    names = dict(await officers(by))
    where = _of_office(by, names)
    if wanted.number:
        where = where & (Event.application.number == _canonical(wanted.number))
    if wanted.actor:
        where = where & (Event.actor == wanted.actor)
    if wanted.act:
        where = where & (Event.act == wanted.act)
    if wanted.since:
        where = where & (Event.entered_at >= wib_moment(wanted.since, time(0)))
    if wanted.until:
        where = where & (Event.entered_at < wib_moment(wanted.until + timedelta(days=1), time(0)))
    if (place := paging.read_place(before)) is not None:
        at, id_ = place
        where = where & ((Event.entered_at < at) | ((Event.entered_at == at) & (Event.id < id_)))
    rows = (
        await Event.select(
            *(Event.id, Event.stream, Event.act, Event.actor, Event.role, Event.reason, Event.details),
            *(Event.entered_at, Event.happened_at),
            Event.application.number.as_alias("number"),
        )
        .where(where)
        .order_by(Event.entered_at, Event.id, ascending=False)
        .limit(limit + 1)
    )
    found = [_line(row, names) for row in rows[:limit]]
    return found, paging.place(found[-1].at, found[-1].id) if len(rows) > limit else ""


def _of_office(by: Actor, names: Mapping[str, str]) -> Any:
    """Lines about applications and accounts of the own office, and about what was set for it."""
    own = [actor for actor in names if actor.startswith("staff:")] + [f"office:{by.office_id}"]
    return (Event.application.office == by.office_id) | Event.stream.is_in(own)


def _canonical(number: str) -> str:
    try:
        return parse_number(number)
    except Invalid:
        return "?"


def _line(row: Mapping[str, Any], names: Mapping[str, str]) -> Line:
    actor = row["actor"]
    return Line(
        id=row["id"],
        at=row["entered_at"],
        happened_at=row["happened_at"],
        act=event_word(row["act"]),
        who=names.get(actor, "Petugas lain" if actor.startswith("staff:") else actor),
        role=row["role"],
        number=row["number"] or "",
        account=names.get(row["stream"], "") if not row["number"] else "",
        reason=row["reason"][:LONGEST_TEXT],
        what=_taken(row["details"]) if row["act"] in _TAKING else "",
    )


def _taken(details: str) -> str:
    told = json.loads(details)
    return f"{told['list'].replace('-', ' ').replace('nik', 'NIK')}, {told['rows']} baris"


# --- the day's head ---


@dataclass(frozen=True)
class Head:
    """The digest over everything until the end of this day. words: in groups, as it is compared with paper."""

    day: date
    digest: str

    @property
    def words(self) -> str:
        return " ".join(self.digest[at : at + 4] for at in range(0, 32, 4))

    @property
    def line(self) -> str:
        """As it stands on the day sheet."""
        return f"Sidik riwayat sampai {tanggal_surat(self.day)}: {self.words}"


async def head() -> Head | None:
    """The last day's head; None before the first night."""
    row = await DailyHead.select().order_by(DailyHead.day, ascending=False).first()
    return Head(row["day"], row["digest"]) if row else None


_MACS = Prepared(
    lambda at, id_, until: (
        Event.select(Event.id, Event.entered_at, Event.mac)
        .where(WhereRaw("(entered_at, id) > ({}, {})", at, id_) & (Event.entered_at < until))
        .order_by(Event.entered_at, Event.id)
        .limit(_LINES)
    )
)
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


async def _digest(previous: Mapping[str, Any] | None, until: date) -> tuple[str, int]:
    """(digest over the head before and every line since, how many lines) up to the end of a day."""
    sum_ = hashlib.sha256((previous["digest"] if previous else "").encode())
    end = _end(until)
    at, id_, lines = _end(previous["day"]) if previous else _BEGINNING, -1, 0
    while rows := await _MACS.rows(at, id_, end):
        for row in rows:
            sum_.update(row["mac"].encode())
        at, id_, lines = rows[-1]["entered_at"], rows[-1]["id"], lines + len(rows)
        await asyncio.sleep(0)
    return sum_.hexdigest(), lines


def _end(day: date) -> datetime:
    return wib_moment(day + timedelta(days=1), time(0))


async def _write_head(day: date, now: datetime) -> None:
    last = await DailyHead.select().order_by(DailyHead.day, ascending=False).first()
    if last is not None and last["day"] >= day:
        return
    digest, lines = await _digest(last, day)
    await DailyHead.insert(DailyHead(day=day, lines=lines, digest=digest, made_at=now)).on_conflict(
        target=DailyHead.day, action="DO NOTHING"
    )


# --- the daily check ---


@dataclass(frozen=True)
class Checked:
    """The last check that is done. broken: what does not fit and concerns the own office, in words."""

    day: date
    ended_at: datetime
    lines: int
    broken: tuple[str, ...]


async def checked(by: Actor) -> Checked | None:
    """What the last whole check found in the own office; None before the first one."""
    row = (
        await ChainCheck.select()
        .where(ChainCheck.ended_at.is_not_null())
        .order_by(ChainCheck.day, ascending=False)
        .first()
    )
    if row is None:
        return None
    return Checked(row["day"], row["ended_at"], row["lines"], await _concerning(row["broken"], by.office_id))


async def _concerning(broken: str, office_id: int | None) -> tuple[str, ...]:
    """Which of these streams are the office's, in words; a head is everybody's."""
    words = []
    for stream in json.loads(broken):
        kind, _, which = stream.partition(":")
        if kind == _HEADS:
            words.append(f"sidik {tanggal_surat(date.fromisoformat(which))}")
            continue
        table: Any = Application if kind == "application" else Staff
        column = Application.number if kind == "application" else Staff.name
        row = await table.select(column.as_alias("word")).where(
            (table.id == int(which)) & (table.office == office_id)
        )
        words += [one["word"] for one in row]
    return tuple(words)


async def keep(now: datetime) -> int:
    """Once a day: yesterday's head, then some steps of the check of every line, then the mail; lines checked now."""
    today = wib_day(now)
    if now < wib_moment(today, _BEGINS):
        return 0
    await _write_head(today - timedelta(days=1), now)
    await ChainCheck.insert(ChainCheck(day=today, begun_at=now)).on_conflict(
        target=ChainCheck.day, action="DO NOTHING"
    )
    lines = 0
    for _ in range(_STEPS):
        row = await ChainCheck.objects().get(ChainCheck.day == today)
        assert row is not None  # noqa: S101 - made above, never removed
        if row.ended_at is not None:
            if row.told_at is None and now >= wib_moment(today, _TOLD_AT):
                await _tell(row, now)
            break
        lines += await (_check_head(row, now) if row.stream.startswith(_HEADS) else _check_lines(row))
        await asyncio.sleep(0)
    return lines


_AFTER = Prepared(
    lambda stream, n: (
        Event.select(*Event.all_columns())
        .where(WhereRaw("(stream, n) > ({}, {})", stream, n))
        .order_by(Event.stream, Event.n)
        .limit(_LINES)
    )
)


async def _check_lines(check: ChainCheck) -> int:
    events = await _AFTER.objects(Event, check.stream, check.n)
    broken = json.loads(check.broken)
    stream, n, mac = _judge(events, (check.stream, check.n, check.mac), broken)
    if len(events) < _LINES:
        stream, n, mac = _HEADS, 0, ""
    await _write(
        check,
        {
            ChainCheck.stream: stream,
            ChainCheck.n: n,
            ChainCheck.mac: mac,
            ChainCheck.lines: check.lines + len(events),
            ChainCheck.broken: json.dumps(broken),
        },
    )
    return len(events)


_Place = tuple[str, int, str]
"""Stream, number and signature of the last line that was checked."""


def _judge(events: list[Event], place: _Place, broken: list[str]) -> _Place:
    """Check these lines, in order, behind the place; streams that do not fit are added to broken. Where it ended."""
    stream, n, mac = place
    for event in events:
        if event.stream != stream:
            stream, n, mac = event.stream, 0, ""
        if not history.fits(event, n + 1, mac) and stream not in broken and len(broken) < _MOST_BROKEN:
            broken.append(stream)
        n, mac = event.n, event.mac
    return stream, n, mac


async def check_all() -> tuple[int, list[str]]:
    """(lines, streams that do not fit) of the whole history at once: after a backup was laid down, by hand."""
    place: _Place = ("", 0, "")
    lines, broken = 0, list[str]()
    while events := await _AFTER.objects(Event, place[0], place[1]):
        place = _judge(events, place, broken)
        lines += len(events)
    return lines, broken


async def _check_head(check: ChainCheck, now: datetime) -> int:
    """The next day's head, computed anew from all lines that it covers."""
    after = check.stream.partition(":")[2]
    days = DailyHead.select().order_by(DailyHead.day)
    row = await (days.where(DailyHead.day > date.fromisoformat(after)) if after else days).first()
    if row is None:
        await _write(check, {ChainCheck.ended_at: now})
        return 0
    before = DailyHead.select().where(DailyHead.day < row["day"]).order_by(DailyHead.day, ascending=False)
    digest, lines = await _digest(await before.first(), row["day"])
    stream = f"{_HEADS}:{row['day']}"
    broken = json.loads(check.broken)
    if (digest, lines) != (row["digest"], row["lines"]):
        broken.append(stream)
    await _write(check, {ChainCheck.stream: stream, ChainCheck.broken: json.dumps(broken)})
    return 0


async def _write(check: ChainCheck, values: Mapping[Any, Any]) -> None:
    """Unless another scheduler was quicker with this very step."""
    await ChainCheck.update(dict(values)).where(
        (ChainCheck.id == check.id)
        & (ChainCheck.stream == check.stream)
        & (ChainCheck.n == check.n)
        & ChainCheck.ended_at.is_null()
    )


async def _tell(check: ChainCheck, now: datetime) -> None:
    """The head and what the check found, to the supervisors of every office."""
    last = await head()
    for office in await Office.select(Office.id):
        broken = await _concerning(check.broken, office["id"])
        values = {"head": last, "broken": len(broken)}
        await notifications.tell_supervisors(
            StaffNews.DAILY_HEAD, office["id"], str(check.day), "/pengawasan/jejak", values, now
        )
    await ChainCheck.update({ChainCheck.told_at: now}).where(ChainCheck.id == check.id)
