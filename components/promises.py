"""The promise of two working days, told and kept, on the calendar of its own office [T1, G3]."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, cast
from weakref import WeakKeyDictionary

from components import clock
from components.kit import Kit, kit
from components.words import tanggal_jam
from models.application import Application
from models.office import ClosedDay, SlotTemplate
from models.rules.calendar import DEFAULT_HOURS, Hours, OfficeCalendar
from models.rules.promises import promise_due
from models.rules.workflow import FINISHED, State

_KEPT_FOR = timedelta(seconds=60)
"""For which a calendar is not read again: another process may have changed it."""

_calendars: "WeakKeyDictionary[Kit, dict[int, tuple[float, OfficeCalendar]]]" = WeakKeyDictionary()

_CONDITION = "jika tidak ada kendala teknis"


async def office_calendar(office_id: int) -> OfficeCalendar:
    """The days and hours of an office, as its administrator keeps them; the usual hours where it keeps none.

    Remembered for a minute; call forget_calendars() after a change.
    """
    known = _calendars.setdefault(kit(), {})
    read_at, calendar = known.get(office_id, (None, None))
    if calendar is None or read_at is None or clock.steady() - read_at > _KEPT_FOR.total_seconds():
        calendar = await _read(office_id)
        known[office_id] = (clock.steady(), calendar)
    return calendar


def forget_calendars() -> None:
    """Read calendars anew from now on: hours, holidays or closures of an office were changed."""
    _calendars.clear()


async def _read(office_id: int) -> OfficeCalendar:
    closed = await ClosedDay.select(ClosedDay.closed_on, ClosedDay.name).where(ClosedDay.office == office_id)
    lines = await SlotTemplate.select(SlotTemplate.weekday, SlotTemplate.opens, SlotTemplate.closes).where(
        SlotTemplate.office == office_id
    )
    spans: dict[int, list[tuple[time, time]]] = {}
    for line in lines:
        spans.setdefault(line["weekday"], []).append((line["opens"], line["closes"]))
    hours: Hours = {day: _merged(of_day) for day, of_day in spans.items()} or DEFAULT_HOURS
    return OfficeCalendar(hours, {row["closed_on"]: row["name"] for row in closed})


def _merged(spans: list[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    """Two devices with hours of their own keep one office open: overlapping and touching spans become one."""
    merged: list[tuple[time, time]] = []
    for opens, closes in sorted(spans):
        if opens >= closes:
            continue
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)


async def changes_on_receipt(application: Application, now: datetime) -> dict[Any, Any]:
    """The columns to write when a complete file comes in, at submission and at each resubmission [T1].

    The clock starts anew with every receipt: time in the applicant's hands does not count.
    """
    calendar = await office_calendar(application.office)
    return {
        Application.submitted_at: cast(datetime | None, application.submitted_at) or now,
        Application.received_at: now,
        Application.promise_at: promise_due(now, calendar),
    }


@dataclass(frozen=True)
class Standing:
    """How the promise for one application stands, for the applicant's and the officers' screens alike.

    due_at: None while no clock runs. done_at: when the card was printed. words: one sentence, shown as it is.
    """

    due_at: datetime | None
    done_at: datetime | None
    late: bool
    words: str


def standing(application: Application, now: datetime) -> Standing:
    """The promise as it stands now; kept when the card is printed by then, collected or not [T1]."""
    due = cast(datetime | None, application.promise_at)
    done = cast(datetime | None, application.printed_at)
    if due is None:
        return Standing(
            None, done, late=False, words="Janji 2 hari kerja dihitung sejak berkas lengkap kami terima."
        )
    if done is not None:
        late = done > due
        kept = "terlambat dari janji kami. Mohon maaf." if late else "sesuai janji kami."
        return Standing(due, done, late=late, words=f"KTP-el jadi {tanggal_jam(done)}, {kept}")
    if application.state in FINISHED:
        return Standing(None, None, late=False, words="Permohonan ini sudah ditutup.")
    if application.state == State.RETURNED:
        return Standing(
            None, None, late=False, words="Janji dihitung lagi setelah perbaikan Anda kami terima."
        )
    if now > due:
        words = f"Mohon maaf, kami terlambat. Janji kami {tanggal_jam(due)}. Ini bukan kesalahan Anda."
        return Standing(due, None, late=True, words=words)
    return Standing(due, None, late=False, words=f"Jadi paling lambat {tanggal_jam(due)}, {_CONDITION}.")
