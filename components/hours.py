"""When the office is open, as its administrator sets it: the normal week, and seasons of other hours [T1].

Opening hours are what the promise counts. When photos are taken is the weekly plan (components.weekly_plan), which
only yields times within these hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from components import ahead, office_history, opening, promises
from components.actors import Actor
from components.ahead import NOBODY, Ahead
from components.refusals import Missing, Refused
from components.words import tanggal_pendek
from models.db import transaction
from models.office import OpeningHours, Season
from models.rules import calendar as rules
from models.rules.calendar import DaySpans, Hours
from models.rules.hours import overlaps, parse_spans, typed_week
from models.rules.identity import Invalid, parse_note
from models.rules.office_acts import OfficeAct

LONGEST_NAME = 60
_FURTHEST = timedelta(days=800)


@dataclass(frozen=True)
class SeasonLine:
    """A stretch of days with other hours. week: as typed, Monday first."""

    id: int
    name: str
    first_on: date
    last_on: date
    week: list[str]


@dataclass(frozen=True)
class TypedSeason:
    """A season as it was typed: days as yyyy-mm-dd."""

    name: str
    first: str
    last: str


async def normal_week(office_id: int) -> list[str]:
    """The normal hours as typed, Monday first."""
    return typed_week((await opening.read(office_id)).hours)


async def seasons(office_id: int, now: datetime) -> list[SeasonLine]:
    """Seasons that are not over, in order."""
    rows = [row for row in await _seasons(office_id) if row.last_on >= rules.wib_day(now)]
    lines = await OpeningHours.select(
        OpeningHours.season, OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes
    ).where((OpeningHours.office == office_id) & OpeningHours.season.is_not_null())
    return [
        SeasonLine(
            row.id,
            row.name,
            row.first_on,
            row.last_on,
            typed_week(opening.hours_of(line for line in lines if line["season"] == row.id)),
        )
        for row in rows
    ]


async def _seasons(office_id: int) -> list[Season]:
    rows: list[Season] = await Season.objects().where(Season.office == office_id).order_by(Season.first_on)
    return rows


async def season(season_id: int, by: Actor, now: datetime) -> SeasonLine:
    """One season that is not over. Raises Missing for one of another office."""
    found = [line for line in await seasons(by.office_id or 0, now) if line.id == season_id]
    if not found:
        raise Missing
    return found[0]


async def set_normal(week: Sequence[str], agreed: Ahead, by: Actor, now: datetime) -> None:
    """Set the normal hours, seven typed days from Monday on; the calendar is counted by them from now on.

    agreed: what the administrator agreed to have changed. Raises Refused with fields hari-0 to hari-6, and
    WouldChange for more people and promises than that; nothing is saved then.
    """
    office = by.office_id or 0
    hours = _week(week, {})
    calendar = replace(await opening.read(office), hours=hours)
    async with transaction():
        moved = await ahead.agreed_to(office, calendar, agreed, now)
        await _keep(office, None, hours)
        await _noted(OfficeAct.HOURS_SET, "", moved, hours, by, now)
    promises.forget_calendars()


async def set_season(
    season_id: int | None, typed: TypedSeason, week: Sequence[str], agreed: Ahead, by: Actor, now: datetime
) -> None:
    """Enter a season of other hours, or change one (season_id). Raises what set_normal() raises, Refused with fields
    nama, mulai and sampai, and Missing for a season of another office or one that is over."""
    office = by.office_id or 0
    if season_id is not None:
        await season(season_id, by, now)
    name, first, last, fields = _days_of(typed, now)
    others = [row for row in await _seasons(office) if row.id != season_id]
    clash = next((row for row in others if overlaps(first, last, row.first_on, row.last_on)), None)
    if clash and not fields:
        fields["mulai"] = f"Tanggalnya bertumpuk dengan {clash.name}. Ubah salah satunya."
    hours = _week(week, fields)
    calendar = await opening.read(office)
    kept = [
        one for one in calendar.seasons if (one.first, one.last) in {(r.first_on, r.last_on) for r in others}
    ]
    after = replace(calendar, seasons=(*kept, rules.Season(name, first, last, hours)))
    async with transaction():
        moved = await ahead.agreed_to(office, after, agreed, now)
        if season_id is None:
            row = Season(office=office, name=name, first_on=first, last_on=last)
            await row.save()
            season_id = row.id
        else:
            await Season.update({Season.name: name, Season.first_on: first, Season.last_on: last}).where(
                Season.id == season_id
            )
        await _keep(office, season_id, hours)
        what = f"{name}, {tanggal_pendek(first)} sampai {tanggal_pendek(last)}"
        await _noted(OfficeAct.SEASON_SET, what, moved, hours, by, now)
    promises.forget_calendars()


async def remove_season(season_id: int, by: Actor, now: datetime, agreed: Ahead = NOBODY) -> None:
    """The normal hours hold on those days after all; who is moved by it is told.

    Raises WouldChange for more people and promises than were agreed to, Missing for a foreign season.
    """
    line = await season(season_id, by, now)
    office = by.office_id or 0
    calendar = await opening.read(office)
    kept = [one for one in calendar.seasons if (one.first, one.last) != (line.first_on, line.last_on)]
    async with transaction():
        moved = await ahead.agreed_to(office, replace(calendar, seasons=tuple(kept)), agreed, now)
        await OpeningHours.delete().where(OpeningHours.season == season_id)
        await Season.delete().where(Season.id == season_id)
        await _noted(OfficeAct.SEASON_REMOVED, line.name, moved, {}, by, now)
    promises.forget_calendars()


def _days_of(typed: TypedSeason, now: datetime) -> tuple[str, date, date, dict[str, str]]:
    """(name, first, last, what is wrong by field)."""
    fields: dict[str, str] = {}
    today = rules.wib_day(now)
    first = last = today
    try:
        name = parse_note(typed.name, LONGEST_NAME)
    except Invalid as invalid:
        name, fields["nama"] = "", invalid.message
    if not name:
        fields.setdefault("nama", "Tulis namanya, misalnya Ramadan.")
    try:
        first = date.fromisoformat(typed.first)
    except ValueError:
        fields["mulai"] = "Pilih tanggal mulai."
    try:
        last = date.fromisoformat(typed.last)
    except ValueError:
        fields["sampai"] = "Pilih tanggal terakhir."
    if not fields and not max(first, today) <= last <= today + _FURTHEST:
        fields["sampai"] = "Pilih tanggal sesudah tanggal mulai, paling jauh dua tahun dari sekarang."
    return name, first, last, fields


def _week(week: Sequence[str], fields: dict[str, str]) -> Hours:
    """Seven typed days as hours. Raises Refused with what is wrong of them, beside what was wrong before."""
    hours: dict[int, DaySpans] = {}
    for weekday, text in enumerate(week):
        try:
            spans = parse_spans(text)
        except Invalid as invalid:
            fields[f"hari-{weekday}"] = invalid.message
        else:
            if spans:
                hours[weekday] = spans
    if not hours and not fields:
        fields["hari-0"] = "Isi jam buka paling sedikit satu hari."
    if fields:
        raise Refused("Jam buka belum disimpan.", fields)
    return hours


async def _keep(office_id: int, season_id: int | None, hours: Hours) -> None:
    of_season = OpeningHours.season.is_null() if season_id is None else OpeningHours.season == season_id
    await OpeningHours.delete().where((OpeningHours.office == office_id) & of_season)
    await OpeningHours.insert(
        *[
            OpeningHours(office=office_id, season=season_id, weekday=day, opens=opens, closes=closes)
            for day, spans in hours.items()
            for opens, closes in spans
        ]
    )


async def _noted(act: OfficeAct, what: str, moved: int, hours: Hours, by: Actor, now: datetime) -> None:
    details: Mapping[str, int | list[str]] = {"moved": moved, "week": typed_week(hours)}
    await office_history.record(act, what, by, now, details)
    await promises.calendar_changed(by.office_id or 0, now)
