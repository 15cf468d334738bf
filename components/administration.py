"""What an administrator changes in the browser: days off of the office. Who works there: components.staffing."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from components import ahead, office_history, opening, promises
from components.actors import Actor
from components.ahead import NOBODY, Ahead
from components.refusals import Missing, Refused
from components.words import WIB, tanggal_pendek
from models.db import UniqueViolation, lock, transaction
from models.office import ClosedDay
from models.rules.calendar import OfficeCalendar, wib_day
from models.rules.identity import Invalid, parse_note
from models.rules.obstacles import ENTERED_LATE
from models.rules.office_acts import OfficeAct

KIND_WORDS = {"public": "Libur nasional", "government": "Cuti bersama", "local": "Tutup setempat"}
_FURTHEST = timedelta(days=800)


async def closed_days(by: Actor, now: datetime) -> list[ClosedDay]:
    """Days without service from today on, in order."""
    today = now.astimezone(WIB).date()
    rows: list[ClosedDay] = await (
        ClosedDay.objects()
        .where((ClosedDay.office == by.office_id) & (ClosedDay.closed_on >= today))
        .order_by(ClosedDay.closed_on, ClosedDay.shut_from)
    )
    return rows


async def lacks_joint_leave(by: Actor, now: datetime) -> int | None:
    """Next year, when its cuti bersama are not in the table yet: the promise would then count too few days."""
    year = now.astimezone(WIB).year + 1
    known = await ClosedDay.exists().where(
        (ClosedDay.office == by.office_id)
        & (ClosedDay.kind == "government")
        & (ClosedDay.closed_on >= date(year, 1, 1))
        & (ClosedDay.closed_on <= date(year, 12, 31))
    )
    return None if known else year


@dataclass(frozen=True)
class TypedClosure:
    """A closure as it was typed. day: yyyy-mm-dd. since, to: hh:mm of a part of that day, empty for its ends."""

    day: str
    kind: str
    name: str
    since: str = ""
    to: str = ""


async def close_day(typed: TypedClosure, by: Actor, now: datetime, agreed: Ahead = NOBODY) -> None:
    """Close the office on a day, or for a part of it; appointments within are moved by the scheduler and told.

    agreed: what the administrator agreed to have changed. Raises WouldChange for more, and Refused
    with fields for a day or time gone by, one too far away, and a day that is closed already.
    """
    row = _closure(typed, by, now)
    office = by.office_id or 0
    calendar = await opening.read(office)
    if row.closed_on in calendar.closed_days:
        raise Refused("Hari itu sudah tercatat tutup.", {"day": "Sudah tercatat tutup."})
    if opening.is_whole(row):
        after = replace(calendar, closed_days={**calendar.closed_days, row.closed_on: row.name})
    else:
        after = replace(calendar, closures=(*calendar.closures, opening.span_of(row)))
    try:
        async with transaction():
            moved = await ahead.agreed_to(office, after, agreed, now)
            await row.save()
            await office_history.record(OfficeAct.DAY_CLOSED, _said(row), by, now, {"moved": moved})
            await promises.calendar_changed(office, now)
    except UniqueViolation:
        raise Refused("Hari itu sudah tercatat tutup.", {"day": "Sudah tercatat tutup."}) from None
    promises.forget_calendars()


def _closure(typed: TypedClosure, by: Actor, now: datetime) -> ClosedDay:
    fields: dict[str, str] = {}
    today = wib_day(now)
    closed_on = today
    try:
        closed_on = date.fromisoformat(typed.day)
    except ValueError:
        fields["day"] = "Pilih tanggalnya."
    if not today <= closed_on <= today + _FURTHEST:
        fields["day"] = "Pilih hari ini atau sesudahnya, paling jauh dua tahun."
    if typed.kind not in KIND_WORDS:
        fields["kind"] = "Pilih jenisnya."
    try:
        words = parse_note(typed.name, 120)
    except Invalid as invalid:
        words, fields["name"] = "", invalid.message
    if not words:
        fields.setdefault("name", "Tulis sebabnya, warga akan membacanya.")
    since, to = _times(typed, fields)
    if not fields and (since or to):
        begins, ends = opening.shut(closed_on, since, to)
        if ends <= now or (since and begins < now - ENTERED_LATE):
            fields["since"] = "Jam itu sudah lewat. Tulis jam sekarang atau sesudahnya."
    if fields:
        raise Refused("Hari tutup belum disimpan.", fields)
    return ClosedDay(
        office=by.office_id,
        closed_on=closed_on,
        kind=typed.kind,
        name=words,
        source=by.label,
        shut_from=since,
        shut_to=to,
    )


def _times(typed: TypedClosure, fields: dict[str, str]) -> tuple[time | None, time | None]:
    found: list[time | None] = []
    for name, text in (("since", typed.since), ("to", typed.to)):
        try:
            found.append(time.fromisoformat(text.replace(".", ":")) if text else None)
        except ValueError:
            fields[name] = "Tulis jam seperti 13.00."
            found.append(None)
    since, to = found
    if since is not None and to is not None and since >= to:
        fields["to"] = "Jam buka lagi harus sesudah jam tutup."
    return since, to


def _said(row: ClosedDay) -> str:
    return f"{tanggal_pendek(row.closed_on)}{part_words(row)}: {row.name}"


def part_words(row: ClosedDay) -> str:
    """Which part of the day is closed, in words; empty for the whole of it."""
    since = f" mulai {row.shut_from:%H.%M}" if row.shut_from is not None else ""
    to = f" sampai {row.shut_to:%H.%M}" if row.shut_to is not None else ""
    return f"{since}{to}"


async def open_day(closed_day_id: int, by: Actor, now: datetime, agreed: Ahead = NOBODY) -> None:
    """The office works on that day, or that part of it, after all.

    Raises WouldChange for more people and promises than were agreed to, Missing for a line of another office.
    """
    office = by.office_id or 0
    of_office = (ClosedDay.id == closed_day_id) & (ClosedDay.office == by.office_id)
    async with transaction():
        row = await lock(ClosedDay.objects().where(of_office)).first()
        if row is None:
            raise Missing
        moved = await ahead.agreed_to(office, _without(await opening.read(office), row), agreed, now)
        await ClosedDay.delete().where(of_office)
        await office_history.record(OfficeAct.DAY_OPENED, _said(row), by, now, {"moved": moved})
        await promises.calendar_changed(office, now)
    promises.forget_calendars()


def _without(calendar: OfficeCalendar, row: ClosedDay) -> OfficeCalendar:
    """The calendar without this closure."""
    if opening.is_whole(row):
        days = {day: name for day, name in calendar.closed_days.items() if day != row.closed_on}
        return replace(calendar, closed_days=days)
    span = opening.span_of(row)
    return replace(calendar, closures=tuple(one for one in calendar.closures if one != span))
