"""How long the office keeps what: read by the jobs that remove it, set by an administrator, shown to everybody.

The terms lie in the office's settings; what it never set has the usual term (models.rules.keeping).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from piccolo.query.functions import Sum

from components import office_history
from components.actors import Actor
from components.refusals import Missing, Refused
from components.wording import TERM_WORDS
from models.db import Prepared, lock, transaction
from models.keeping import Removal
from models.office import Office
from models.rules.calendar import wib_day
from models.rules.keeping import BOUNDS, Term, fits
from models.rules.office_acts import OfficeAct

_KEY = "kept_days"
_SETTINGS = Prepared(lambda office: Office.select(Office.settings).where(Office.id == office))


async def of_office(office_id: int) -> dict[Term, int]:
    """Days by term, each within its bounds whatever stands in the settings."""
    row = await _SETTINGS.first(office_id)
    return _read(row["settings"] if row else "{}")


def _read(settings: str) -> dict[Term, int]:
    own: Mapping[str, Any] = json.loads(settings).get(_KEY, {})
    return {
        term: own[term] if isinstance(own.get(term), int) and fits(term, own[term]) else bounds.usual
        for term, bounds in BOUNDS.items()
    }


async def set_for_office(typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """From now on: whole days within the bounds of each term; what is older than that goes with the next run.

    typed: by the terms' names. Raises Refused with a fault for each term that does not fit, Missing without office.
    """
    days: dict[Term, int] = {}
    faults: dict[str, str] = {}
    for term, bounds in BOUNDS.items():
        text = typed.get(term, "").strip()
        days[term] = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
        if not fits(term, days[term]):
            faults[term] = f"Tulis angka {bounds.least} sampai {bounds.most}."
    if faults:
        raise Refused("Lama penyimpanan belum disimpan.", faults)
    async with transaction():
        office = await lock(Office.objects().where(Office.id == by.office_id)).first()
        if office is None:
            raise Missing
        before = _read(office.settings)
        changed = [f"{TERM_WORDS[term]}: {days[term]} hari" for term in Term if days[term] != before[term]]
        if changed:
            settings = {**json.loads(office.settings), _KEY: {str(term): n for term, n in days.items()}}
            await Office.update({Office.settings: json.dumps(settings)}).where(Office.id == office.id)
            await office_history.record(OfficeAct.TERMS_SET, "; ".join(changed), by, now)


# --- what was removed ---


@dataclass(frozen=True)
class Removed:
    """How much of one kind was removed in the last 30 days, and ever since this is counted."""

    term: Term
    lately: int
    ever: int


async def count(office_id: int, term: Term, number: int, now: datetime) -> None:
    """Add to the day's figure, in the caller's transaction if there is one."""
    day = wib_day(now)
    row = Removal(office=office_id, term=str(term), day=day)
    await Removal.insert(row).on_conflict(
        target=(Removal.office, Removal.term, Removal.day), action="DO NOTHING"
    )
    await Removal.update({Removal.number: Removal.number + number}).where(
        (Removal.office == office_id) & (Removal.term == str(term)) & (Removal.day == day)
    )


async def removed(office_id: int, now: datetime) -> tuple[Removed, ...]:
    """The figures of an office, one per term."""
    lately = await _sums(office_id, wib_day(now) - timedelta(days=30))
    ever = await _sums(office_id, date(2000, 1, 1))
    return tuple(Removed(term, lately.get(term, 0), ever.get(term, 0)) for term in Term)


async def _sums(office_id: int, since: date) -> dict[str, int]:
    rows = (
        await Removal.select(Removal.term, Sum(Removal.number, alias="n"))
        .where((Removal.office == office_id) & (Removal.day >= since))
        .group_by(Removal.term)
    )
    return {row["term"]: int(row["n"]) for row in rows}
