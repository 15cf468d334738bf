"""Which files stand behind a figure of the supervisor's screen: the same conditions count them and list them [M4, T1].

Every condition is answered by an index (models/migrations/m0018): what is under way is little, however much is done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from piccolo.columns.combination import WhereRaw

from components import obstacles, promises
from components.actors import Actor
from components.particulars import ShownNik
from models.application import Application
from models.compensation import Compensation
from models.rules.calendar import OfficeCalendar, wib_day, wib_moment
from models.rules.catalogue import Change, Channel, Service
from models.rules.obstacles import ObstacleKind, Stage, stops
from models.rules.workflow import State

PER_PAGE = 50
DAYS_SHOWN = 10
"""Working days that the charts and the lists of printed cards reach back, today included."""

_UNDER_WAY = WhereRaw("state IN ('submitted', 'returned', 'accepted', 'scheduled', 'arrived', 'captured')")
"""Written out, because only so can the database use its index of them."""
_STOPPED_AT: Mapping[State, Stage] = MappingProxyType(
    {
        State.SUBMITTED: Stage.VERIFY,
        State.ACCEPTED: Stage.CAPTURE,
        State.SCHEDULED: Stage.CAPTURE,
        State.ARRIVED: Stage.CAPTURE,
        State.CAPTURED: Stage.PRINT,
    }
)
_CHANGES = ("", *map(str, Change))


class Where(StrEnum):
    """At which desk a file lies, as the supervisor counts and as it stands in the address."""

    VERIFICATION = "verifikasi"
    CORRECTION = "perbaikan"
    BEFORE_TIME = "jadwal"
    WITH_TIME = "terjadwal"
    COUNTER = "loket"
    TO_COLLECT = "siap-diambil"


STATES: Mapping[Where, tuple[State, ...]] = MappingProxyType(
    {
        Where.VERIFICATION: (State.SUBMITTED,),
        Where.CORRECTION: (State.RETURNED,),
        Where.BEFORE_TIME: (State.ACCEPTED,),
        Where.WITH_TIME: (State.SCHEDULED,),
        Where.COUNTER: (State.ARRIVED, State.CAPTURED),
        Where.TO_COLLECT: (State.PRINTED, State.READY),
    }
)
OPEN = tuple(where for where in Where if where is not Where.TO_COLLECT)


class How(StrEnum):
    """How the promise of a file stands. Of those under way each is late, paused or on time."""

    LATE = "lewat"
    PAUSED = "dijeda"
    ON_TIME = "tepat"
    TODAY = "hari-ini"
    KEPT = "jadi-tepat"
    BROKEN = "jadi-lewat"


WHERE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Where.VERIFICATION: "Verifikasi",
        Where.CORRECTION: "Perbaikan pemohon",
        Where.BEFORE_TIME: "Menunggu jadwal",
        Where.WITH_TIME: "Terjadwal",
        Where.COUNTER: "Rekam dan cetak",
        Where.TO_COLLECT: "Siap diambil",
    }
)
HOW_WORDS: Mapping[str, str] = MappingProxyType(
    {
        How.LATE: "Lewat janji",
        How.PAUSED: "Dijeda",
        How.ON_TIME: "Dalam janji",
        How.TODAY: "Jatuh tempo hari ini",
        How.KEPT: "Jadi tepat waktu",
        How.BROKEN: "Jadi terlambat",
    }
)
AGE_WORDS = ("Kurang dari 1 hari", "1 sampai 2 hari", "Lewat 2 hari")
"""Working days since the file was received."""


@dataclass(frozen=True)
class Cuts:
    """The moments and obstacles by which an office's files are told apart now.

    day_ago, two_days_ago: the same time of day one and two working days before.
    """

    office: int
    now: datetime
    day_ago: datetime
    two_days_ago: datetime
    tonight: datetime
    days: tuple[date, ...]
    """The last DAYS_SHOWN working days, oldest first; the last one is today, or the last working day."""
    stopped: tuple[ObstacleKind, ...]


async def cuts(office_id: int, now: datetime) -> Cuts:
    """How to tell the files of this office apart at this moment."""
    calendar = await promises.office_calendar(office_id)
    today = wib_day(now)
    days = _last_days(calendar, today, DAYS_SHOWN + 1)
    before = [day for day in days if day < today]
    notices = await obstacles.published(office_id, now)
    return Cuts(
        office_id,
        now,
        now - (today - before[-1]),
        now - (today - before[-2]),
        wib_moment(today + timedelta(days=1), time(0)),
        tuple(days[-DAYS_SHOWN:]),
        tuple(notice.kind for notice in notices),
    )


def _last_days(calendar: OfficeCalendar, today: date, count: int) -> list[date]:
    """The last working days up to today, oldest first; calendar days where an office is closed for long."""
    found = [day for day in (today - timedelta(days=n) for n in range(60)) if calendar.is_working_day(day)]
    found += [today - timedelta(days=n) for n in range(60, 60 + count)]
    return sorted(found[:count])


# --- conditions ---


def under_way(cut: Cuts) -> Any:
    """Everything received that has no card yet and was not closed, corrections included."""
    return _UNDER_WAY & (Application.office == cut.office)


def at(where: Where, cut: Cuts) -> Any:
    """What lies at this desk."""
    states = Application.state.is_in([str(state) for state in STATES[where]])
    ours = states & (Application.office == cut.office)
    return ours if where is Where.TO_COLLECT else _UNDER_WAY & ours


def how(standing: How, cut: Cuts) -> Any:
    """Whose promise stands so [T1]. What is stopped now and not late yet is paused, not on time."""
    here = under_way(cut)
    returned = Application.state == str(State.RETURNED)
    running = Application.state != str(State.RETURNED)
    if standing is How.LATE:
        return here & running & (Application.promise_at < cut.now)
    in_time = Application.promise_at >= cut.now
    stopped = _stopped(cut)
    if standing is How.PAUSED:
        paused = returned | Application.promise_at.is_null()
        return here & (paused if stopped is None else paused | (in_time & stopped))
    if standing is How.ON_TIME:
        return here & running & in_time & _not_stopped(cut)
    if standing is How.TODAY:
        return here & running & in_time & (Application.promise_at < cut.tonight) & _not_stopped(cut)
    made = (Application.office == cut.office) & (Application.printed_at >= wib_moment(cut.days[0], time(0)))
    if standing is How.KEPT:
        return made & (Application.promise_at.is_null() | (Application.printed_at <= Application.promise_at))
    return made & (Application.printed_at > Application.promise_at)


def _stops(state: State, service: Service, change: str, cut: Cuts) -> bool:
    need = obstacles.need(service, change)
    return any(stops(kind, _STOPPED_AT[state], need) for kind in cut.stopped)


def _of_state(state: State, cut: Cuts, *, stopped: bool) -> Any:
    """What lies in this state and is stopped, or is not; None where nothing can be.

    Only devices that record tell services and changes apart; then a condition for each service, else one for all.
    """
    here = Application.state == str(state)
    found = {
        service: [change for change in _CHANGES if _stops(state, service, change, cut) is stopped]
        for service in Service
    }
    if all(len(changes) == len(_CHANGES) for changes in found.values()):
        return here
    parts = [
        (Application.service == str(service)) & Application.change.is_in(changes)
        for service, changes in found.items()
        if changes
    ]
    return here & reduce(or_, parts) if parts else None


def _stopped(cut: Cuts) -> Any:
    """What an obstacle stops now; None without one."""
    return _any(_of_state(state, cut, stopped=True) for state in _STOPPED_AT)


def _not_stopped(cut: Cuts) -> Any:
    free = _any(_of_state(state, cut, stopped=False) for state in _STOPPED_AT)
    return WhereRaw("1 = 0") if free is None else free


def _any(conditions: Iterable[Any]) -> Any:
    """Whatever meets one of these; None for none."""
    found = [one for one in conditions if one is not None]
    return reduce(or_, found) if found else None


def aged(band: int, cut: Cuts) -> Any:
    """By working days since the file was last received: 0 below one, 1 below two, 2 more."""
    if band == 0:
        return Application.received_at > cut.day_ago
    if band == 1:
        return (Application.received_at <= cut.day_ago) & (Application.received_at > cut.two_days_ago)
    return Application.received_at <= cut.two_days_ago


# --- lists ---


@dataclass(frozen=True)
class Wanted:
    """Which files a list shows; what is empty or None does not narrow it."""

    how: How | None = None
    where: Where | None = None
    age: int | None = None
    channel: Channel | None = None
    village: int | None = None
    day: date | None = None
    """The working day on which the card was printed, days off after it included; only with How.KEPT and How.BROKEN."""
    service: Service | None = None


def read_wanted(typed: Mapping[str, str]) -> Wanted:
    """What an address asks for; anything it cannot be is left out."""
    on = typed.get("hari", "")
    age, village = typed.get("umur", ""), typed.get("desa", "")
    return Wanted(
        _member(How, typed.get("keadaan", "")),
        _member(Where, typed.get("tahap", "")),
        int(age) if age in ("0", "1", "2") else None,
        _member(Channel, typed.get("saluran", "")),
        int(village) if village.isdecimal() and len(village) < 10 else None,
        date.fromisoformat(on) if _is_date(on) else None,
        _member(Service, typed.get("layanan", "")),
    )


def _member(kind: Any, text: str) -> Any:
    return kind(text) if text in kind._value2member_map_ else None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class CaseRow:
    """One file in a list. nik: as it was asked for, and empty where it was not."""

    id: int
    number: str
    name: str
    nik: str
    village: str
    channel: str
    state: str
    service: str
    change: str
    received_at: datetime | None
    promise_at: datetime | None
    printed_at: datetime | None
    cause: str = ""
    """Why its promise was broken, where somebody or an obstacle says so."""


def _condition(wanted: Wanted, cut: Cuts) -> Any:
    made = wanted.how in (How.KEPT, How.BROKEN)
    found = at(wanted.where, cut) if wanted.where and not wanted.how else under_way(cut)
    if wanted.how:
        found = how(wanted.how, cut)
    if wanted.how and wanted.where:
        found = found & Application.state.is_in([str(state) for state in STATES[wanted.where]])
    if wanted.age is not None:
        found = found & aged(wanted.age, cut)
    if wanted.channel:
        found = found & (Application.channel == str(wanted.channel))
    if wanted.service:
        found = found & (Application.service == str(wanted.service))
    if wanted.village is not None:
        found = found & (Application.village == wanted.village)
    if wanted.day and made:
        # What was made on days off is counted with the working day before.
        later = [day for day in cut.days if day > wanted.day]
        morning = wib_moment(wanted.day, time(0))
        evening = wib_moment(later[0], time(0)) if later else cut.tonight
        found = found & (Application.printed_at >= morning) & (Application.printed_at < evening)
    return found


async def listed(
    wanted: Wanted,
    by: Actor,
    now: datetime,
    after: int = 0,
    limit: int = PER_PAGE,
    nik: ShownNik | None = None,
) -> tuple[list[CaseRow], int]:
    """(files of the supervisor's own office, oldest first, the id to go on after or 0).

    after: the id of the last file already seen. nik: how NIKs are shown, where they are.
    """
    cut = await cuts(by.office_id or 0, now)
    rows = (
        await Application.select(
            *(Application.id, Application.number, Application.name, Application.nik_sealed),
            Application.village.name.as_alias("village_name"),
            *(Application.channel, Application.state, Application.service, Application.change),
            *(Application.received_at, Application.promise_at, Application.printed_at),
        )
        .where(_condition(wanted, cut) & (Application.id > after))
        .order_by(Application.id)
        .limit(limit + 1)
    )
    causes = await _causes([row["id"] for row in rows[:limit]])
    return list(_rows(rows[:limit], causes, nik)), rows[limit - 1]["id"] if len(rows) > limit else 0


async def _causes(ids: list[int]) -> dict[int, str]:
    """Of the files among these whose promise was broken: why, as far as it is known."""
    if not ids:
        return {}
    rows = await Compensation.select(Compensation.application, Compensation.cause).where(
        Compensation.application.is_in(ids)
    )
    return {row["application"]: row["cause"] for row in rows}


def _rows(
    rows: Iterable[Mapping[str, Any]], causes: Mapping[int, str], nik: ShownNik | None
) -> Iterable[CaseRow]:
    for row in rows:
        yield CaseRow(
            id=row["id"],
            number=row["number"],
            name=row["name"],
            nik=nik(row["number"], row["nik_sealed"]) if nik else "",
            village=row["village_name"] or "",
            channel=row["channel"],
            state=row["state"],
            service=row["service"],
            change=row["change"],
            received_at=row["received_at"],
            promise_at=row["promise_at"],
            printed_at=row["printed_at"],
            cause=causes.get(row["id"], ""),
        )
