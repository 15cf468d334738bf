"""Declared technical obstacles: who, when, why; never edited without a trace [T1, M2].

A change only marks the office's promises as stale; the scheduler counts them anew (promises.recount), so that
declaring stays quick inside whatever transaction it happens, such as the one that uses the last blank.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from components.actors import Actor
from components.logs import redact
from components.refusals import Missing, Overtaken, Refused
from components.words import tanggal_jam
from models.application import Application
from models.db import Prepared, transaction
from models.obstacle import Device, Obstacle
from models.office import Office
from models.rules import obstacles as rules
from models.rules.calendar import OfficeCalendar
from models.rules.catalogue import Capture, Service, captures_stored
from models.rules.identity import Invalid, parse_note
from models.rules.obstacles import DeviceLife, ObstacleKind, Outage, Reach, Work

LONGEST_REASON = 200
_SHORTEST_REASON = 5
_LONGEST_EXPECTED = timedelta(days=90)
_SHOWN_FOR = timedelta(days=90)
_COLUMNS = tuple(column._meta.name for column in Obstacle._meta.columns)


@dataclass(frozen=True)
class Entry:
    """What an officer types about an obstacle. began_at: None for now. late_reason: why it is entered late."""

    kind: ObstacleKind
    reason: str
    device_id: int | None = None
    began_at: datetime | None = None
    expected_at: datetime | None = None
    late_reason: str = ""


# --- writing ---


async def declare(entry: Entry, by: Actor, now: datetime) -> Obstacle:
    """Declare an obstacle of the actor's office, or of one of its devices; the promises it stops pause [T1].

    Raises Refused with fields without a reason, for the future, and for what began long ago without saying why
    it is entered late; Refused when it is declared already; Missing for a device of another office.
    """
    row = await _checked(entry, by, now)
    async with transaction():
        if not await _insert(row):
            raise Refused("Kendala ini sudah dicatat. Lihat daftar kendala yang masih berlangsung.")
        await mark_stale(row.office, now)
    return row


async def end(
    obstacle_id: int,
    by: Actor,
    now: datetime,
    *,
    ended_at: datetime | None = None,
    note: str = "",
    late_reason: str = "",
) -> Obstacle:
    """Say that an obstacle is over, since now or since an earlier moment [T1].

    Raises Refused for a moment in the future, before it began, or long ago without saying why it comes late;
    Overtaken when it is over already; Missing for one of another office.
    """
    row = await of_office(obstacle_id, by)
    over = (ended_at or now).astimezone(UTC)
    fields: dict[str, str] = {}
    if over > now:
        fields["ended_at"] = "Waktu ini belum tiba. Tulis waktu yang sudah lewat."
    elif over < row.began_at:
        fields["ended_at"] = f"Kendala baru mulai {tanggal_jam(row.began_at)}."
    late = _late_reason(late_reason, over, now, fields)
    words = _words(note, "note", fields, required=False)
    if fields:
        raise Refused("Kendala belum ditutup.", fields)
    async with transaction():
        changes: dict[Any, Any] = {
            Obstacle.ended_at: over,
            Obstacle.ended_entered_at: now,
            Obstacle.ended_by: by.staff_id,
            Obstacle.ended_note: words,
        }
        if late:
            changes[Obstacle.late_reason] = "; ".join(filter(None, (row.late_reason, late)))
        ended = (
            await Obstacle.update(changes)
            .where((Obstacle.id == row.id) & Obstacle.ended_at.is_null() & Obstacle.corrected_at.is_null())
            .returning(Obstacle.id)
        )
        if not ended:
            raise Overtaken("Kendala ini sudah ditutup atau diperbaiki. Muat ulang halaman.")
        await mark_stale(row.office, now)
    return await of_office(obstacle_id, by)


async def correct(
    obstacle_id: int, entry: Entry, ended_at: datetime | None, by: Actor, now: datetime
) -> Obstacle:
    """Put a new line in the place of a wrong one, which stays to be read [T1]; ended_at: None while it lasts.

    entry.late_reason says why it is corrected, and is required. An obstacle that never was is corrected to end
    when it began. Raises Refused with fields, Overtaken when it was corrected already, Missing for a foreign one.
    """
    old = await of_office(obstacle_id, by)
    fields: dict[str, str] = {}
    why = _words(entry.late_reason, "late_reason", fields)
    row = await _checked(entry, by, now, fields, correcting=True)
    if ended_at is not None:
        over = ended_at.astimezone(UTC)
        if not row.began_at <= over <= now:
            raise Refused(
                "Kendala belum diperbaiki.",
                {"ended_at": "Tulis waktu selesai sesudah mulai dan tidak di masa depan."},
            )
        row.ended_at, row.ended_entered_at, row.ended_by = over, now, by.staff_id
    row.corrects, row.late_reason, row.automatic = old.id, why, old.automatic
    async with transaction():
        gone = (
            await Obstacle.update({Obstacle.corrected_at: now})
            .where((Obstacle.id == old.id) & Obstacle.corrected_at.is_null())
            .returning(Obstacle.id)
        )
        if not gone:
            raise Overtaken("Kendala ini sudah diperbaiki petugas lain. Muat ulang halaman.")
        if not await _insert(row):
            raise Refused("Kendala yang sama masih berlangsung. Tutup dulu yang lain.")
        await mark_stale(row.office, now)
    return row


async def declare_automatic(office_id: int, kind: ObstacleKind, reason: str, now: datetime) -> bool:
    """Declare by the system itself, such as at the last blank [M2]; whether it was not declared already.

    Repeatable, also by several at once. Joins the caller's transaction.
    """
    async with transaction():
        made = await _insert(
            Obstacle(
                office=office_id,
                kind=str(kind),
                reason=reason[:LONGEST_REASON],
                began_at=now,
                declared_at=now,
                automatic=True,
            )
        )
        if made:
            await mark_stale(office_id, now)
    return made


async def end_automatic(office_id: int, kind: ObstacleKind, now: datetime) -> bool:
    """End what the system declared itself, such as at a delivery [M2]; whether there was anything to end.

    What an officer declared is left to officers. Repeatable. Joins the caller's transaction.
    """
    async with transaction():
        ended = (
            await Obstacle.update({Obstacle.ended_at: now, Obstacle.ended_entered_at: now})
            .where(
                (Obstacle.office == office_id)
                & (Obstacle.kind == str(kind))
                & (Obstacle.automatic.eq(True))
                & Obstacle.ended_at.is_null()
                & Obstacle.corrected_at.is_null()
            )
            .returning(Obstacle.id)
        )
        if ended:
            await mark_stale(office_id, now)
    return bool(ended)


async def mark_stale(office_id: int, now: datetime) -> None:
    """A cause of this office's promises changed: they are counted anew at the next tick [T1]."""
    await Office.update({Office.promises_stale_at: now}).where(Office.id == office_id)


async def _insert(row: Obstacle) -> bool:
    """Write the line unless the same is open already; then False, and the transaction goes on."""
    made = await Obstacle.insert(row).on_conflict(action="DO NOTHING").returning(Obstacle.id)
    if made:
        row.id = made[0]["id"]
    return bool(made)


async def _checked(
    entry: Entry,
    by: Actor,
    now: datetime,
    fields: dict[str, str] | None = None,
    *,
    correcting: bool = False,
) -> Obstacle:
    fields = {} if fields is None else fields
    began = (entry.began_at or now).astimezone(UTC)
    if began > now:
        fields["began_at"] = "Waktu ini belum tiba. Tulis waktu yang sudah lewat."
    elif now - began > rules.OLDEST_ENTRY and not correcting:
        fields["began_at"] = "Paling lama tujuh hari yang lalu."
    late = "" if correcting else _late_reason(entry.late_reason, began, now, fields)
    reason = _words(entry.reason, "reason", fields)
    if entry.expected_at is not None and not now < entry.expected_at <= now + _LONGEST_EXPECTED:
        fields["expected_at"] = "Perkiraan pulih harus sesudah sekarang."
    if entry.device_id is not None:
        device = await Device.objects().get(
            (Device.id == entry.device_id) & (Device.office == by.office_id) & Device.retired_at.is_null()
        )
        if device is None or device.kind != entry.kind:
            raise Missing
    if fields:
        raise Refused("Kendala belum dicatat.", fields)
    return Obstacle(
        office=by.office_id,
        kind=str(entry.kind),
        device=entry.device_id,
        reason=reason,
        began_at=began,
        expected_at=entry.expected_at,
        declared_at=now,
        declared_by=by.staff_id,
        late_reason=late,
    )


def _late_reason(text: str, happened: datetime, now: datetime, fields: dict[str, str]) -> str:
    return _words(text, "late_reason", fields, required=now - happened > rules.ENTERED_LATE)


def _words(text: str, field: str, fields: dict[str, str], *, required: bool = True) -> str:
    try:
        words = parse_note(text, LONGEST_REASON)
    except Invalid as invalid:
        fields[field] = invalid.message
        return ""
    if redact(words) != words:
        # The reason is read by everybody, on the public pages and in messages.
        fields[field] = "Jangan tulis NIK, nomor KK, nomor telepon, atau alamat email di sini."
    elif required and len(words) < _SHORTEST_REASON:
        fields[field] = "Tulis sebabnya dengan satu kalimat. Warga akan membacanya."
    return words


# --- reading ---


async def of_office(obstacle_id: int, by: Actor) -> Obstacle:
    """A line of the actor's own office. Raises Missing, the same for unknown and for foreign."""
    row = await Obstacle.objects().get((Obstacle.id == obstacle_id) & (Obstacle.office == by.office_id))
    if row is None:
        raise Missing
    return row


_OPEN = Prepared(
    lambda office: (
        Obstacle.select(*Obstacle.all_columns())
        .where((Obstacle.office == office) & Obstacle.ended_at.is_null() & Obstacle.corrected_at.is_null())
        .order_by(Obstacle.began_at)
    )
)
_SINCE = Prepared(
    lambda office, since: (
        Obstacle.select(
            Obstacle.id, Obstacle.kind, Obstacle.device, Obstacle.reason, Obstacle.began_at, Obstacle.ended_at
        )
        .where(
            (Obstacle.office == office)
            & Obstacle.corrected_at.is_null()
            & (Obstacle.ended_at.is_null() | (Obstacle.ended_at > since))
        )
        .order_by(Obstacle.began_at)
    )
)
_LIVES = Prepared(
    lambda office: Device.select(Device.id, Device.kind, Device.added_at, Device.retired_at).where(
        Device.office == office
    )
)


async def open_now(office_id: int) -> list[Obstacle]:
    """The obstacles of an office that last now, oldest first."""
    return await _OPEN.objects(Obstacle, office_id)


@dataclass(frozen=True)
class Line:
    """One entry as officers read it: who, when, why. began_late, ended_late: it was entered later than it happened."""

    row: Obstacle
    device: str
    declared_by: str
    ended_by: str

    @property
    def began_late(self) -> bool:
        return bool(self.row.declared_at - self.row.began_at >= timedelta(minutes=1))

    @property
    def ended_late(self) -> bool:
        row = self.row
        return row.ended_at is not None and row.ended_entered_at - row.ended_at >= timedelta(minutes=1)

    @property
    def lasts(self) -> bool:
        return self.row.ended_at is None and self.row.corrected_at is None


async def listing(office_id: int, now: datetime) -> list[Line]:
    """What lasts, and the entries of the last 90 days, corrected ones among them; the latest beginning first."""
    rows = (
        await Obstacle.select(
            *Obstacle.all_columns(),
            Obstacle.device.name.as_alias("device_name"),
            Obstacle.declared_by.name.as_alias("who"),
            Obstacle.ended_by.name.as_alias("who_ended"),
        )
        .where(
            (Obstacle.office == office_id)
            & (Obstacle.ended_at.is_null() | (Obstacle.declared_at > now - _SHOWN_FOR))
        )
        .order_by(Obstacle.began_at, ascending=False)
        .order_by(Obstacle.id, ascending=False)
    )
    return [
        Line(
            Obstacle(_ignore_missing=True, **{name: row[name] for name in _COLUMNS}),
            row["device_name"] or "",
            row["who"] or "Sistem",
            row["who_ended"] or "Sistem",
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Passed:
    """What stood in the way in a period. device: its name, or empty. took: office time of it within the period."""

    kind: ObstacleKind
    device: str
    reason: str
    began_at: datetime
    ended_at: datetime | None
    took: timedelta


async def of_period(
    office_id: int, span: tuple[datetime, datetime], calendar: OfficeCalendar, now: datetime
) -> list[Passed]:
    """The obstacles of an office that lasted at some time within a span, oldest first [T1].

    What is not over yet took the time until now.
    """
    start, end = span
    rows = [row for row in await _SINCE.rows(office_id, start) if row["began_at"] < end]
    if not rows:
        return []
    devices = await Device.select(Device.id, Device.name).where(Device.office == office_id)
    names = {row["id"]: row["name"] for row in devices}
    return [
        Passed(
            ObstacleKind(row["kind"]),
            names.get(row["device"], ""),
            row["reason"],
            row["began_at"],
            row["ended_at"],
            calendar.working_time_between(max(row["began_at"], start), min(row["ended_at"] or now, end, now)),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Course:
    """All that stood in an office's way since a moment, with the devices it had: for counting promises."""

    outages: tuple[Outage, ...]
    devices: tuple[DeviceLife, ...]
    lasting: frozenset[ObstacleKind] = frozenset()
    """Kinds of which something is not over yet."""


async def course(office_id: int, since: datetime, now: datetime) -> Course:
    """What stood in the way since a moment; what still lasts ends now."""
    rows = await _SINCE.rows(office_id, since)
    outages = tuple(
        Outage(ObstacleKind(row["kind"]), row["device"], row["began_at"], row["ended_at"] or now)
        for row in rows
    )
    if not outages:
        return Course((), ())
    lasting = frozenset(ObstacleKind(row["kind"]) for row in rows if row["ended_at"] is None)
    return Course(outages, await device_lives(office_id), lasting)


async def device_lives(office_id: int) -> tuple[DeviceLife, ...]:
    """Every device an office ever listed, with the time it was there."""
    rows = await _LIVES.rows(office_id)
    return tuple(
        DeviceLife(row["id"], ObstacleKind(row["kind"]), row["added_at"], row["retired_at"]) for row in rows
    )


def reach(application: Application) -> Reach:
    """How far an application has come since its file was last received."""
    received = application.received_at
    accepted: datetime | None = application.accepted_at
    if accepted is not None and accepted < received:
        accepted = None  # of a decision before the correction
    return Reach(received, accepted, application.captured_at, application.printed_at)


def work(application: Application) -> Work:
    """What this card needs of the devices."""
    return need(Service(application.service), application.change)


def need(service: Service, change: str) -> Work:
    """What a card of this service and change needs of the devices [P3, T1]; everything where they do not fit.

    change: empty where neither photo nor signature was chosen.
    """
    try:
        wanted = captures_stored(service, change)
    except ValueError:
        return Work()
    return Work(Capture.PHOTO in wanted, Capture.SIGNATURE in wanted)


async def concerning(application: Application, now: datetime) -> list[Obstacle]:
    """The open obstacles that stop this application at its present stage; none once its card is printed [T1]."""
    if application.received_at is None:
        return []
    stage = reach(application).stage
    if stage is None:
        return []
    return await stopping(application.office, stage, work(application), now)


async def stopping(office_id: int, stage: rules.Stage, need: Work, now: datetime) -> list[Obstacle]:
    """The open obstacles of an office that stop work of this stage: of a device only while no other one works."""
    rows = await open_now(office_id)
    if not rows:
        return []
    still = await _standing_still(office_id, rows, now)
    return [
        row
        for row in rows
        if ObstacleKind(row.kind) in still and rules.stops(ObstacleKind(row.kind), stage, need)
    ]


async def _standing_still(office_id: int, rows: list[Obstacle], now: datetime) -> set[ObstacleKind]:
    """The kinds of which nothing works now."""
    after = now + timedelta(seconds=1)
    outages = [Outage(ObstacleKind(row.kind), row.device, row.began_at, after) for row in rows]
    devices = await device_lives(office_id)
    return {
        kind
        for kind in ObstacleKind
        if any(start <= now < end for start, end in rules.standstill(kind, outages, devices))
    }


@dataclass(frozen=True)
class Notice:
    """What anybody may know of an obstacle: what, why, and since when."""

    kind: ObstacleKind
    reason: str
    since: datetime


async def published(office_id: int, now: datetime) -> tuple[Notice, ...]:
    """The obstacles that stop work of an office now, one for each kind, oldest first [T1, M2]."""
    rows = await open_now(office_id)
    if not rows:
        return ()
    still = await _standing_still(office_id, rows, now)
    first = {row.kind: row for row in reversed(rows) if row.kind in still}
    return tuple(
        Notice(ObstacleKind(row.kind), row.reason, row.began_at)
        for row in sorted(first.values(), key=lambda row: row.began_at)
    )
