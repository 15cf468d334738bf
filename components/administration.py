"""What an administrator changes in the browser: days off of the office. Who works there: components.staffing."""

from datetime import date, datetime, timedelta

from components import promises
from components.actors import Actor
from components.refusals import Missing, Refused
from components.words import WIB
from models.db import UniqueViolation, transaction
from models.office import ClosedDay
from models.rules.identity import Invalid, parse_note

KIND_WORDS = {"public": "Libur nasional", "government": "Cuti bersama", "local": "Tutup setempat"}
_FURTHEST = timedelta(days=800)


async def closed_days(by: Actor, now: datetime) -> list[ClosedDay]:
    """Days without service from today on, in order."""
    today = now.astimezone(WIB).date()
    rows: list[ClosedDay] = await (
        ClosedDay.objects()
        .where((ClosedDay.office == by.office_id) & (ClosedDay.closed_on >= today))
        .order_by(ClosedDay.closed_on)
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


async def close_day(day: str, kind: str, name: str, by: Actor, now: datetime) -> None:
    """Close the office on a day (yyyy-mm-dd). Appointments of that day are moved by the scheduler and told.

    Raises Refused with fields for a day gone by, one too far away, or one that is closed already.
    """
    fields: dict[str, str] = {}
    today = now.astimezone(WIB).date()
    closed_on = today
    try:
        closed_on = date.fromisoformat(day)
    except ValueError:
        fields["day"] = "Pilih tanggalnya."
    if not today <= closed_on <= today + _FURTHEST:
        fields["day"] = "Pilih hari ini atau sesudahnya, paling jauh dua tahun."
    if kind not in KIND_WORDS:
        fields["kind"] = "Pilih jenisnya."
    try:
        words = parse_note(name, 120)
    except Invalid as invalid:
        words, fields["name"] = "", invalid.message
    if not words:
        fields.setdefault("name", "Tulis sebabnya, warga akan membacanya.")
    if fields:
        raise Refused("Hari tutup belum disimpan.", fields)
    try:
        async with transaction():
            await ClosedDay(
                office=by.office_id, closed_on=closed_on, kind=kind, name=words, source=by.label
            ).save()
    except UniqueViolation:
        raise Refused("Hari itu sudah tercatat tutup.", {"day": "Sudah tercatat tutup."}) from None
    await promises.calendar_changed(by.office_id or 0, now)


async def open_day(closed_day_id: int, by: Actor, now: datetime) -> None:
    """The office works on that day after all. Raises Missing for a line of another office."""
    gone = (
        await ClosedDay.delete()
        .where((ClosedDay.id == closed_day_id) & (ClosedDay.office == by.office_id))
        .returning(ClosedDay.id)
    )
    if not gone:
        raise Missing
    await promises.calendar_changed(by.office_id or 0, now)
