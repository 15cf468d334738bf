"""Thresholds and terms that an office sets for itself, and whom a change concerns [M2, M4, P7, P13, G4]."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from components import office_history
from components.actors import Actor
from components.refusals import Refused
from components.threshold_words import WORDS, said
from models.application import Application
from models.db import Prepared, lock, transaction
from models.office import Office
from models.rules.deadlines import DayReading
from models.rules.office_acts import OfficeAct
from models.rules.thresholds import LIMITS, NAMES, Thresholds, faults
from models.rules.workflow import State

_KEPT = Prepared(
    lambda office: Office.select(Office.settings, Office.low_stock_days).where(Office.id == office)
)
_STOCK = "low_stock_days"
"""Kept in a column of its own, which the ledger of blanks sets too."""


class PeopleConcerned(Refused):
    """A change that reminds people at once, not agreed to yet. count: of the reminders."""

    def __init__(self, count: int) -> None:
        super().__init__("Periksa dulu akibatnya, lalu simpan sekali lagi.")
        self.count = count


@dataclass(frozen=True)
class Change:
    """One value that differs from what was set. words: from what to what."""

    name: str
    words: str


async def of(office_id: int) -> Thresholds:
    """What the office chose; the usual value for what it did not choose, or what no longer fits."""
    row = await _KEPT.first(office_id)
    return _read(row["settings"], row[_STOCK]) if row else Thresholds()


def _read(settings: str, stock: int) -> Thresholds:
    kept: dict[str, Any] = {name: value for name, value in json.loads(settings).items() if name in NAMES}
    kept["correction_day"] = DayReading(kept.get("correction_day", DayReading.CALENDAR_DAY))
    return Thresholds(**{**kept, _STOCK: stock})


def typed(values: Mapping[str, str]) -> Thresholds:
    """The form as it was typed. Raises Refused with the fields that are no numbers or lie outside their limits."""
    numbers = {name: _number(values.get(name, "")) for name in LIMITS}
    wrong = {name for name, number in numbers.items() if number is None}
    reading = values.get("correction_day", "")
    fits = reading in DayReading._value2member_map_
    wanted = Thresholds(
        **{name: number or 0 for name, number in numbers.items()},
        correction_day=DayReading(reading) if fits else DayReading.CALENDAR_DAY,
        family_may_collect=values.get("family_may_collect") == "ya",
    )
    found = faults(wanted)
    if not fits:
        found["correction_day"] = "Pilih salah satu."
    if wrong or found:
        raise Refused("Ambang belum disimpan.", found)
    return wanted


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None


def changes(before: Thresholds, after: Thresholds) -> tuple[Change, ...]:
    """What would be changed, in words."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in NAMES)
    return tuple(
        Change(name, f"{WORDS[name].label}: {said(name, old)} menjadi {said(name, new)}")
        for name, old, new in pairs
        if old != new
    )


async def set_for_office(wanted: Thresholds, agreed: int, by: Actor, now: datetime) -> None:
    """Keep the office's choices, each change a line of the record.

    agreed: how many reminders at once the administrator agreed to. Raises PeopleConcerned for more, and then
    nothing is kept.
    """
    office = by.office_id or 0
    async with transaction():
        row = await lock(
            Office.select(Office.settings, Office.low_stock_days).where(Office.id == office)
        ).first()
        before = _read(row["settings"], row[_STOCK]) if row else Thresholds()
        count = await _concerned(office, before, wanted, now)
        if count > agreed:
            raise PeopleConcerned(count)
        made = changes(before, wanted)
        if not made or row is None:
            return
        chosen = {name: getattr(wanted, name) for name in NAMES if name != _STOCK}
        settings = json.dumps({**json.loads(row["settings"]), **chosen})
        await Office.update({Office.settings: settings, Office.low_stock_days: wanted.low_stock_days}).where(
            Office.id == office
        )
        for change in made:
            await office_history.record(OfficeAct.THRESHOLD_SET, change.words, by, now)


async def set_low_stock(days: int, by: Actor, now: datetime) -> None:
    """The one that the ledger of blanks sets by itself: 1 to 60, which the caller checked."""
    await set_for_office(replace(await of(by.office_id or 0), low_stock_days=days), 0, by, now)


async def _concerned(office: int, before: Thresholds, after: Thresholds, now: datetime) -> int:
    """How many reminders the scheduler would send at once because of the change."""
    return max(await _reminders(office, after, now) - await _reminders(office, before, now), 0)


async def _reminders(office: int, terms: Thresholds, now: datetime) -> int:
    """How many reminders of cards to collect were due so far."""
    count = 0
    for days in terms.reminders:
        count += await Application.count().where(
            (Application.office == office)
            & (Application.state == State.READY)
            & (Application.ready_at <= now - timedelta(days=days))
        )
    return count
