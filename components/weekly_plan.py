"""When photos and signatures are taken, set by the administrator: every week, and on some days [P8, M2].

A plan is typed and kept as a whole. It yields times only within the opening hours (components.hours), and as many
places as devices allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from piccolo.custom_types import Combinable

from components import office_history, opening, promises, timetable
from components.actors import Actor
from components.ahead import Ahead, WouldChange
from components.refusals import Missing, Refused
from components.words import tanggal_pendek
from models.db import transaction
from models.office import SlotTemplate
from models.rules import slots as rules
from models.rules.calendar import OfficeCalendar, wib_day
from models.rules.hours import overlaps, parse_spans, typed_spans
from models.rules.identity import Invalid
from models.rules.office_acts import OfficeAct

MOST_LINES = 20
_MINUTES, _PLACES = range(5, 241), range(1, 21)
_FURTHEST = timedelta(days=800)
_DAY = timedelta(days=1)
_UNSAVED = "Jadwal perekaman belum disimpan."


@dataclass(frozen=True)
class TypedLine:
    """One line as typed. weekday: 0 = Monday, empty for a line that is not there. span: "08.00-12.00"."""

    weekday: str = ""
    span: str = ""
    minutes: str = ""
    places: str = ""


@dataclass(frozen=True)
class Plan:
    """Lines that hold together. id: of one of its lines. first, last: its days; None: the normal plan."""

    id: int
    first: date | None
    last: date | None
    lines: tuple[TypedLine, ...]


async def plans(office_id: int, now: datetime) -> list[Plan]:
    """The normal plan first, then those for some days that are not over."""
    rows = (
        await SlotTemplate.objects()
        .where(SlotTemplate.office == office_id)
        .order_by(SlotTemplate.weekday, SlotTemplate.opens, SlotTemplate.id)
    )
    found: dict[tuple[date | None, date | None], list[SlotTemplate]] = {(None, None): []}
    for row in rows:
        found.setdefault((row.first_on, row.last_on), []).append(row)
    return [
        Plan(min((row.id for row in of_plan), default=0), first, last, tuple(map(_typed, of_plan)))
        for (first, last), of_plan in sorted(found.items(), key=lambda item: item[0][0] or date.min)
        if last is None or last >= wib_day(now)
    ]


def _typed(row: SlotTemplate) -> TypedLine:
    span = typed_spans(((row.opens, row.closes),))
    return TypedLine(str(row.weekday), span, str(row.minutes), str(row.capacity))


async def dated(plan_id: int, by: Actor, now: datetime) -> Plan:
    """A plan for some days. Raises Missing for the normal one, one that is over, and one of another office."""
    found = [plan for plan in await plans(by.office_id or 0, now) if plan.first and plan.id == plan_id]
    if not found:
        raise Missing
    return found[0]


async def read_typed(
    typed: Sequence[TypedLine], days: tuple[str, str] | None, office_id: int, now: datetime
) -> list[rules.SlotTemplate]:
    """A plan as typed; days: yyyy-mm-dd, None for the normal one. Raises Refused with fields baris-0 and on, mulai,
    sampai."""
    fields: dict[str, str] = {}
    first, last = _days(days, now, fields) if days else (None, None)
    calendar = replace(await opening.read(office_id), closed_days={}, closures=())
    lines: list[rules.SlotTemplate] = []
    for at, one in enumerate(typed):
        if one.weekday:
            try:
                line = _line(one, first, last)
                _refuse_outside(line, calendar, now)
                lines.append(line)
            except Invalid as invalid:
                fields[f"baris-{at}"] = invalid.message
    if not lines and not fields:
        fields["baris-0"] = "Isi paling sedikit satu baris."
    if fields:
        raise Refused(_UNSAVED, fields)
    return lines


def _days(days: tuple[str, str], now: datetime, fields: dict[str, str]) -> tuple[date | None, date | None]:
    try:
        first, last = map(date.fromisoformat, days)
    except ValueError:
        fields["mulai"] = "Pilih tanggal mulai dan tanggal terakhir."
        return None, None
    if not max(first, wib_day(now)) <= last <= wib_day(now) + _FURTHEST:
        fields["sampai"] = "Pilih tanggal sesudah tanggal mulai, paling jauh dua tahun dari sekarang."
        return None, None
    return first, last


def _line(typed: TypedLine, first: date | None, last: date | None) -> rules.SlotTemplate:
    spans = parse_spans(typed.span)
    if len(spans) != 1 or typed.weekday not in map(str, range(7)):
        raise Invalid("line", "span", "Tulis satu rentang jam, seperti 08.00-12.00.")
    minutes = _number(typed.minutes, _MINUTES, "Lama tiap orang 5 sampai 240 menit.")
    places = _number(typed.places, _PLACES, "Tempat 1 sampai 20.")
    return rules.SlotTemplate(int(typed.weekday), *spans[0], minutes, places, first, last)


def _number(text: str, allowed: range, words: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) in allowed):
        raise Invalid("line", "number", words)
    return int(text)


def _refuse_outside(line: rules.SlotTemplate, calendar: OfficeCalendar, now: datetime) -> None:
    """A line that never yields a time is a mistake: the office is closed then, or the line is too short."""
    if line.first is None:
        calendar = replace(calendar, seasons=())
    begin = line.first or wib_day(now)
    days = [begin + n * _DAY for n in range(7)]
    if not any(rules.slots_on(day, [line], calendar) for day in days):
        raise Invalid("line", "closed", "Baris ini tidak memberi jadwal. Periksa jam buka dan lamanya.")


async def _after(
    lines: Sequence[rules.SlotTemplate], replaced: Plan | None, office_id: int
) -> list[rules.SlotTemplate]:
    """All lines of the office as they would be. replaced: the plan whose place these lines take."""
    gone = (replaced.first, replaced.last) if replaced else ("", "")
    kept = [line for line in await timetable.lines_of(office_id) if (line.first, line.last) != gone]
    if any(_share_days(line, new) for line in kept for new in lines[:1]):
        raise Refused(_UNSAVED, {"mulai": "Tanggalnya bertumpuk dengan jadwal khusus lain."})
    return [*kept, *lines]


def _share_days(one: rules.SlotTemplate, other: rules.SlotTemplate) -> bool:
    """Of two lines with days of their own; the plan of every week gives way to them."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return overlaps(one.first, one.last, other.first, other.last)


async def effect(
    lines: Sequence[rules.SlotTemplate], replaced: Plan | None, office_id: int, now: datetime
) -> tuple[Ahead, list[timetable.PlannedDay]]:
    """What a plan would do before it is saved: people it moves, and the next two weeks. Raises Refused."""
    after = await _after(lines, replaced, office_id)
    moved = await timetable.would_move(office_id, now, lines=after)
    return Ahead(moved), await timetable.preview(office_id, now, lines=after)


async def save(
    lines: Sequence[rules.SlotTemplate], replaced: Plan | None, agreed: Ahead, by: Actor, now: datetime
) -> None:
    """Keep a plan as a whole; without lines the one it replaces is removed. The scheduler moves and tells people.

    agreed: what the administrator agreed to; a plan moves people, no promise. Raises WouldChange for more, Refused for
    days that another plan has.
    """
    office = by.office_id or 0
    async with transaction():
        found, _ = await effect(lines, replaced, office, now)
        if not found.within(agreed):
            raise WouldChange(found)
        if replaced is not None:
            await SlotTemplate.delete().where((SlotTemplate.office == office) & _of(replaced))
        if lines:
            await SlotTemplate.insert(*[_row(line, office) for line in lines])
        await office_history.record(
            OfficeAct.PLAN_SET, _said(lines, replaced), by, now, {"moved": found.people}
        )
        await promises.calendar_changed(office, now)
    promises.forget_calendars()


def _of(plan: Plan) -> Combinable:
    if plan.first is None:
        return SlotTemplate.first_on.is_null()
    return (SlotTemplate.first_on == plan.first) & (SlotTemplate.last_on == plan.last)


def _row(line: rules.SlotTemplate, office_id: int) -> SlotTemplate:
    return SlotTemplate(
        office=office_id,
        weekday=line.weekday,
        opens=line.opens,
        closes=line.closes,
        minutes=line.minutes,
        capacity=line.capacity,
        first_on=line.first,
        last_on=line.last,
    )


def _said(lines: Sequence[rules.SlotTemplate], replaced: Plan | None) -> str:
    first = lines[0].first if lines else replaced.first if replaced else None
    last = lines[0].last if lines else replaced.last if replaced else None
    which = f"{tanggal_pendek(first)} sampai {tanggal_pendek(last)}" if first and last else "Setiap pekan"
    return f"{which}: {len(lines)} baris" if lines else f"{which}: dihapus"
