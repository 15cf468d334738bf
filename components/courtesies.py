"""When the office tells people, and how often: quiet hours and messages a day, set by an administrator [G4]."""

from datetime import datetime, time

from components import office_history
from components.actors import Actor
from components.refusals import Missing, Refused
from models.db import transaction
from models.office import Office
from models.rules.courtesy import Courtesy
from models.rules.office_acts import OfficeAct

MOST = 50


async def of_office(by: Actor) -> Courtesy:
    """The office's measure as it is set. Raises Missing for who has no office."""
    row = await Office.objects().where(Office.id == by.office_id).first()
    if row is None:
        raise Missing
    return Courtesy(row.quiet_from, row.quiet_until, row.daily_messages)


async def set_for_office(quiet_from: str, quiet_until: str, a_day: str, by: Actor, now: datetime) -> None:
    """For messages queued from now on: times as hh:mm, the same twice for none; 1 to 50 a day for one person.

    Raises Refused with quiet_from, quiet_until and a_day.
    """
    faults: dict[str, str] = {}
    begins, ends = _time(quiet_from, "quiet_from", faults), _time(quiet_until, "quiet_until", faults)
    count = int(a_day) if a_day.isascii() and a_day.isdecimal() and len(a_day) < 4 else 0
    if not 1 <= count <= MOST:
        faults["a_day"] = f"Tulis angka 1 sampai {MOST}."
    if faults:
        raise Refused("Jam tenang belum disimpan.", faults)
    said = f"{begins:%H.%M} sampai {ends:%H.%M}, paling banyak {count} pesan sehari"
    async with transaction():
        await Office.update(
            {Office.quiet_from: begins, Office.quiet_until: ends, Office.daily_messages: count}
        ).where(Office.id == by.office_id)
        await office_history.record(OfficeAct.MESSAGE_TIMES_SET, said, by, now)


def _time(text: str, field: str, faults: dict[str, str]) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        faults[field] = "Tulis jam seperti 20:00."
        return time()
