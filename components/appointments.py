"""Appointments for photo and signature: given at once, moved freely, missed and rebooked [P8, P9]."""

from datetime import datetime, timedelta
from typing import Any

from components import bookings, casework, holds, notifications, promises, stock, timetable
from components.actors import SYSTEM, Actor
from components.bookings import Booking as Booking
from components.bookings import current as current
from components.jobs import each
from components.refusals import Refused
from components.timetable import FreeDay as FreeDay
from components.timetable import FreeSlot as FreeSlot
from components.timetable import ensure_slots as ensure_slots
from components.words import jam
from models.application import Application
from models.appointment import Appointment
from models.db import transaction
from models.office import Office
from models.rules import deadlines
from models.rules import slots as rules
from models.rules.calendar import wib_day
from models.rules.messages import Kind
from models.rules.workflow import Act, State

MISSES_ALLOWED = 3
WAITS_FOR_APPLICANT = timedelta(days=30)
_REMINDED_AHEAD = timedelta(days=2)
_FULL = "Belum ada jadwal kosong. Coba lagi besok, permohonan Anda tetap tersimpan."
_TAKEN = "Jam itu sudah terisi. Pilih jam lain."
_NO_BLANKS = (
    "Blangko KTP-el sedang habis, jadi jadwal baru belum bisa diberikan. Coba lagi beberapa hari lagi. "
    "Mohon maaf, ini bukan kesalahan Anda."
)


def may_move(booking: Booking, now: datetime) -> bool:
    """Whether the applicant may still move it: until 2 hours before it begins [P8]."""
    return rules.may_move(booking.starts_at, now)


def movable_until(booking: Booking) -> datetime:
    """The last moment at which the applicant may move it."""
    return booking.starts_at - rules.MOVABLE_UNTIL


async def free_days(application: Application, now: datetime) -> tuple[FreeDay, ...]:
    """Days with free times for this application, in order; none to begin with while card blanks are out."""
    if application.state == State.ACCEPTED and await stock.blanks_are_out(application.office):
        return ()
    await ensure_slots(application.office, now)
    return timetable.by_day(await timetable.free_slots(application.office, now))


async def give_earliest(application: Application, by: Actor, now: datetime) -> Application:
    """Give an accepted application the earliest free time, at least 2 office hours ahead [P8].

    While every time is taken, or card blanks are out, it stays accepted and is told which of the two [M2];
    schedule_waiting() serves it later.
    """
    async with transaction():
        after = await bookings.book_earliest(application, by, now)
        if after is None:
            out = await stock.blanks_are_out(application.office)
            await notifications.tell(Kind.BLANKS_OUT if out else Kind.ACCEPTED_WAITING, application, now)
    return after or application


async def rebook(application: Application, by: Actor, now: datetime) -> Application:
    """The one tap after a missed appointment: the earliest free time again. Raises Refused without one."""
    if await stock.blanks_are_out(application.office):
        raise Refused(_NO_BLANKS)
    after = await bookings.book_earliest(application, by, now)
    if after is None:
        raise Refused(_FULL)
    return after


async def move(application: Application, slot_id: int, by: Actor, now: datetime) -> Application:
    """Take another free time within 14 days, or the first one by choice [P8]. The same time changes nothing.

    Raises Refused less than 2 hours before the present appointment (staff may), for a time that is taken, too
    near or too far, and for a first one while card blanks are out; Overtaken when somebody was quicker.
    """
    async with transaction():
        await bookings.locked(application.id)
        held = await current(application.id)
        if held is not None and held.slot_id == slot_id:
            return application
        own = await holds.of(application.id)
        kept = own is not None and own.slot_id == slot_id and now < own.starts_at
        if not kept:
            # What was kept in time is given, also when the limit passed meanwhile.
            await refuse_when_fixed(application, held, by, now)
        await timetable.hold(slot_id, *(one.slot_id for one in (held, own) if one is not None))
        if own is not None and kept and await holds.use_up(own):
            slot = FreeSlot(own.slot_id, own.starts_at, own.ends_at, 0)
        else:
            if own is not None:
                await holds.let_go(own)
            slot = await take_free(application, slot_id, now)
        return await bookings.write(application, slot, held, by, now)


async def take_free(application: Application, slot_id: int, now: datetime) -> FreeSlot:
    """Take one place of a time that this application may choose. Raises Refused for any other."""
    free = await timetable.free_slots(application.office, now)
    slot = next((slot for slot in free if slot.id == slot_id), None)
    if slot is None or not await timetable.take(slot.id):
        raise Refused(_TAKEN, {"jadwal": _TAKEN})
    return slot


async def refuse_when_fixed(application: Application, held: Booking | None, by: Actor, now: datetime) -> None:
    """Raises Refused when the present time cannot be given up any more (staff may), or no first one can be had."""
    if held is None:
        if await stock.blanks_are_out(application.office):
            raise Refused(_NO_BLANKS)
    elif not by.is_staff and not may_move(held, now):
        raise Refused(
            f"Jadwal bisa diganti sampai 2 jam sebelumnya, yaitu {jam(movable_until(held))}. "
            "Tidak sempat datang? Setelah kantor tutup Anda bisa memilih jadwal baru."
        )


async def missed_at(application: Application) -> datetime | None:
    """When the appointment began that was missed last; None when another way ended it, or there was none."""
    row = (
        await Appointment.select(Appointment.state, Appointment.slot.starts_at.as_alias("starts_at"))
        .where(Appointment.application == application.id)
        .order_by(Appointment.id, ascending=False)
        .first()
    )
    return row["starts_at"] if row and row["state"] == "missed" else None


async def release(application_id: int, state: str, now: datetime) -> None:
    """End the appointment, if there is one, and give its place back. state: cancelled or missed."""
    async with transaction():
        await bookings.locked(application_id)
        held, own = await current(application_id), await holds.of(application_id)
        await timetable.hold(*(one.slot_id for one in (held, own) if one is not None))
        if own is not None:
            await holds.let_go(own)
        if held is not None and await bookings.end(held, state, now):
            await timetable.give_back(held.slot_id)


async def keep(application_id: int, now: datetime) -> Booking | None:
    """The applicant came [P9]: the appointment, which now counts as kept; None when there was none."""
    async with transaction():
        await bookings.locked(application_id)
        await holds.let_go_of(application_id)
        held = await current(application_id)
        if held is not None:
            await bookings.end(held, "kept", now)
    return held


# --- what the scheduler does: each returns how many applications it moved or told ---


async def miss_overdue(now: datetime) -> int:
    """Once the office has closed, who did not come is told, and chooses anew by one tap [P8].

    After three misses, or 30 days without choosing, the application is withdrawn. A day on which the office
    turned out to be closed is nobody's miss.
    """
    rows = (
        await Appointment.select(
            Appointment.application.id.as_alias("id"),
            Appointment.application.office.as_alias("office"),
            Appointment.slot.ends_at.as_alias("ends_at"),
        )
        .where((Appointment.state == "booked") & (Appointment.slot.ends_at <= now))
        .order_by(Appointment.id)
    )
    due = [row["id"] for row in rows if now >= await _closing(row["office"], row["ends_at"])]
    return await each(due, lambda id_: _miss(id_, now), "missed appointment") + await _withdraw_forgotten(now)


async def _closing(office_id: int, ends_at: datetime) -> datetime:
    calendar = await promises.office_calendar(office_id)
    spans = calendar.opening_spans(wib_day(ends_at))
    return max(spans[-1][1], ends_at) if spans else ends_at


async def _miss(application_id: int, now: datetime) -> bool:
    async with transaction():
        application = await bookings.locked(application_id)
        held = await current(application_id)
        if held is None or application.state != State.SCHEDULED:
            return False
        calendar = await promises.office_calendar(application.office)
        if not calendar.is_working_day(wib_day(held.starts_at)):
            await _excuse(application, held, now)
            return True
        await miss(application, SYSTEM, now)
    return True


async def miss(application: Application, by: Actor, now: datetime) -> Application:
    """The applicant did not come: told, and chooses anew; withdrawn after three times [P8]."""
    async with transaction():
        await bookings.locked(application.id)
        held = await current(application.id)
        if held is not None:
            await bookings.end(held, "missed", now)
        count = application.misses + 1
        # Until a new time is chosen the clock stands still: there is no day to promise.
        changes = {Application.misses: count, Application.promise_at: None}
        after = await casework.advance(application, Act.MISS, by, now, changes=changes)
        if count >= MISSES_ALLOWED:
            await _withdraw(after, f"Jadwal terlewat {MISSES_ALLOWED} kali.", now)
        return await casework.reread(after)


async def _excuse(application: Application, held: Booking, now: datetime) -> None:
    """The office itself was closed, and no earlier time was free when that became known."""
    await bookings.end(held, "cancelled", now)
    reason = "Kantor tutup pada hari itu."
    after = await casework.advance(application, Act.MISS, SYSTEM, now, reason=reason, silent=True)
    await give_earliest(after, SYSTEM, now)


async def _withdraw_forgotten(now: datetime) -> int:
    """Who missed an appointment and chose no other within 30 days."""
    longest = now - WAITS_FOR_APPLICANT
    forgotten = [
        application_id
        for application_id, row in (await _last_of_accepted()).items()
        if row["state"] == "missed" and row["ended_at"] <= longest
    ]

    async def withdraw(application_id: int) -> bool:
        async with transaction():
            application = await bookings.locked(application_id)
            if application.state != State.ACCEPTED:
                return False
            await _withdraw(
                application, f"Tidak ada jadwal baru selama {WAITS_FOR_APPLICANT.days} hari.", now
            )
        return True

    return await each(forgotten, withdraw, "appointment never chosen")


async def _withdraw(application: Application, reason: str, now: datetime) -> None:
    changes = {Application.finished_at: now, Application.decided_reason: reason}
    await casework.advance(application, Act.WITHDRAW, SYSTEM, now, reason=reason, changes=changes)


async def _last_of_accepted() -> dict[int, dict[str, Any]]:
    """Of every accepted application that ever had an appointment: how the last one ended."""
    rows = (
        await Appointment.select(Appointment.application, Appointment.state, Appointment.ended_at)
        .where(Appointment.application.state == State.ACCEPTED)
        .order_by(Appointment.id)
    )
    return {row["application"]: row for row in rows}


async def schedule_waiting(now: datetime) -> int:
    """Lay out coming days; move who stands in a time that no longer is; serve who waits for a time [P8, G2].

    Who missed an appointment is not served: choosing again is theirs.
    """

    async def lay_out(office_id: int) -> int:
        await ensure_slots(office_id, now)
        return await _move_displaced(office_id, now)

    offices = [office["id"] for office in await Office.select(Office.id)]
    moved = await each(offices, lay_out, "appointments of an office")
    accepted = (
        await Application.select(Application.id)
        .where(Application.state == State.ACCEPTED)
        .order_by(Application.promise_at, Application.accepted_at)
    )
    last = await _last_of_accepted()
    waiting = [row["id"] for row in accepted if last.get(row["id"], {}).get("state") != "missed"]

    async def serve(application_id: int) -> bool:
        async with transaction():
            application = await bookings.locked(application_id)
            if application.state != State.ACCEPTED or await holds.standing(application_id, now) is not None:
                return False
            return await bookings.book_earliest(application, SYSTEM, now) is not None

    return moved + await each(waiting, serve, "appointment for who waits")


async def _move_displaced(office_id: int, now: datetime) -> int:
    """Who booked last in a time that a closure or a broken device took away gets the nearest free one."""
    moved = 0
    for slot_id, too_many in (await timetable.displaced(office_id, now)).items():
        # Who is only choosing gives way before anybody who has a time.
        count = too_many - await holds.take_away(slot_id, too_many)
        if not count:
            continue
        rows = (
            await Appointment.select(Appointment.application)
            .where((Appointment.slot == slot_id) & (Appointment.state == "booked"))
            .order_by(Appointment.id, ascending=False)
            .limit(count)
        )
        moved += await each(
            [row["application"] for row in rows],
            lambda id_: _move_to_nearest(id_, now),
            "displaced appointment",
        )
    if moved:
        await ensure_slots(office_id, now)
    return moved


async def _move_to_nearest(application_id: int, now: datetime) -> bool:
    async with transaction():
        application = await bookings.locked(application_id)
        held = await current(application_id)
        if held is None:
            return False
        wanted = held.starts_at
        free = await timetable.free_slots(application.office, now)
        others = [slot for slot in free if slot.id != held.slot_id]
        for slot in sorted(others, key=lambda slot: abs(slot.starts_at - wanted)):
            if await timetable.take(slot.id):
                await bookings.write(application, slot, held, SYSTEM, now)
                await timetable.close_place(held.slot_id)
                return True
    return False


async def remind_due(now: datetime) -> int:
    """At 16:00 the day before and at 06:30 on the day, each once [P8]; not if booked after that moment."""
    rows = (
        await Appointment.select(
            Appointment.id,
            Appointment.application,
            Appointment.booked_at,
            Appointment.reminded_eve_at,
            Appointment.slot.starts_at.as_alias("starts_at"),
        )
        .where(
            (Appointment.state == "booked")
            & (Appointment.slot.starts_at > now)
            & (Appointment.slot.starts_at < now + _REMINDED_AHEAD)
            & Appointment.reminded_day_at.is_null()
        )
        .order_by(Appointment.slot.starts_at)
    )
    due = {row["id"]: (row["application"], kind) for row in rows if (kind := _reminder(row, now)) is not None}
    return await each(due, lambda id_: _remind(id_, *due[id_], now), "reminder of an appointment")


def _reminder(row: dict[str, Any], now: datetime) -> Kind | None:
    """Which reminder is due. On the day itself the one of the evening before is no longer sent."""
    last_due = [
        at for at in deadlines.appointment_reminders(row["starts_at"], row["booked_at"]) if at <= now
    ][-1:]
    on_the_day = wib_day(now) == wib_day(row["starts_at"])
    if not last_due or (wib_day(last_due[0]) == wib_day(row["starts_at"])) != on_the_day:
        return None
    if on_the_day:
        return Kind.REMINDER_DAY
    return Kind.REMINDER_EVE if row["reminded_eve_at"] is None else None


async def _remind(appointment_id: int, application_id: int, kind: Kind, now: datetime) -> bool:
    column = Appointment.reminded_day_at if kind is Kind.REMINDER_DAY else Appointment.reminded_eve_at
    async with transaction():
        application = await bookings.locked(application_id)
        claimed = (
            await Appointment.update({column: now})
            .where((Appointment.id == appointment_id) & (Appointment.state == "booked") & column.is_null())
            .returning(Appointment.id)
        )
        if claimed:
            await notifications.tell(kind, application, now)
    return bool(claimed)
