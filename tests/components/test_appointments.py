"""Appointments: given, moved, missed, reminded; and never one place for two people [P8, P9, T1, G2]."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from components import appointments, bookings, promises, timetable
from components.actors import SYSTEM
from components.kit import Kit
from components.refusals import Overtaken, Refused
from models.application import Application
from models.appointment import Appointment, Slot
from models.history import Event
from models.notification import Message
from models.office import ClosedDay, Office, SlotTemplate
from models.rules.calendar import wib_day, wib_moment
from models.rules.slots import Queue
from models.rules.workflow import Role, State
from tests.support.cases import an_application, fresh, holder
from tests.support.rivals import begin_again, gather_rivals, holders_of, leave_one_place, race
from tests.support.service import MONDAY, member_of_staff

MONDAY_AT_NINE = MONDAY
FRIDAY_NOON = MONDAY + timedelta(days=4, hours=3)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026 by clocks in Krian; Monday is the 23rd."""
    return wib_moment(MONDAY.date().replace(day=day), MONDAY.time().replace(hour=hour, minute=minute))


async def booked(now: datetime = MONDAY) -> Application:
    """An application with the earliest appointment."""
    return await appointments.give_earliest(await an_application(now=now), SYSTEM, now)


async def start_of(application: Application) -> datetime:
    booking = await appointments.current(application.id)
    assert booking is not None
    return booking.starts_at


async def kinds_told(application: Application) -> list[str]:
    rows = (
        await Message.select(Message.kind)
        .where((Message.application == application.id) & (Message.state != "recalled"))
        .order_by(Message.id)
    )
    return [row["kind"] for row in rows]


async def never_over_booked() -> None:
    """Each slot says exactly how many appointments it holds, and never more than it has places."""
    for slot in await Slot.objects():
        held = await Appointment.count().where(
            (Appointment.slot == slot.id) & Appointment.state.is_in(["booked", "kept", "missed"])
        )
        assert slot.booked == held
        assert slot.booked <= slot.capacity


# --- the plan ---


async def test_days_are_laid_out_from_the_weekly_plan_without_days_off(service: Kit) -> None:
    """Monday to Thursday 12 half hours, Friday 7, none on Saturday, Sunday and a closed day [P8]."""
    office = await an_office()
    await ClosedDay(office=office, closed_on=wib_day(at(26, 9)), kind="local", name="Rapat").save()
    promises.forget_calendars()
    await appointments.ensure_slots(office, MONDAY)
    days: dict[int, int] = {}
    for slot in await Slot.objects():
        days[wib_day(slot.starts_at).day] = days.get(wib_day(slot.starts_at).day, 0) + 1
    assert days[24] == 12
    assert days[27] == 7
    assert 25 in days
    assert {26, 28, 29}.isdisjoint(days)


async def an_office() -> int:
    office = await Office.objects().first()
    assert office is not None
    return int(office.id)


async def test_laying_out_twice_or_at_once_changes_nothing(service: Kit) -> None:
    """Repeatable, also by two processes at the same moment."""
    office = await an_office()
    await asyncio.gather(*(appointments.ensure_slots(office, MONDAY) for _ in range(5)))
    count = await Slot.count()
    await appointments.ensure_slots(office, MONDAY)
    assert await Slot.count() == count > 80


async def test_a_second_device_opens_more_places_and_its_loss_takes_free_ones(service: Kit) -> None:
    """Slots to come follow the plan [P8, M2]."""
    office = await an_office()
    await appointments.ensure_slots(office, MONDAY)
    await SlotTemplate.update({SlotTemplate.capacity: 2}).where(SlotTemplate.office == office)
    await appointments.ensure_slots(office, MONDAY)
    assert {slot.capacity for slot in await Slot.objects()} == {2}
    await SlotTemplate.update({SlotTemplate.capacity: 1}).where(SlotTemplate.office == office)
    await appointments.ensure_slots(office, MONDAY)
    assert {slot.capacity for slot in await Slot.objects()} == {1}


# --- giving ---


async def test_the_earliest_time_is_two_office_hours_ahead(service: Kit) -> None:
    """At 09.00: 11.00 the same day. Friday 12.00 in the break: Monday, for Friday has one more hour [P8]."""
    assert await start_of(await booked()) == at(23, 11)
    assert await start_of(await booked(FRIDAY_NOON)) == at(30, 9)


async def test_it_is_told_and_recorded_with_its_queue_number(service: Kit) -> None:
    """State, message and number of the day in one step [P8, P9]."""
    first, second = await booked(), await booked()
    assert first.state == second.state == State.SCHEDULED
    one, two = await appointments.current(first.id), await appointments.current(second.id)
    assert one is not None
    assert two is not None
    assert (one.queue_number, two.queue_number) == ("B-1", "B-2")
    assert (two.starts_at, two.ends_at) == (at(23, 11, 30), at(23, 12))
    assert await kinds_told(first) == ["scheduled"]


async def test_walk_ins_have_numbers_of_their_own(service: Kit) -> None:
    """Two rows of numbers that cannot be mixed up when they are called out [P9]."""
    office = await an_office()
    numbers = [await timetable.queue_number(office, MONDAY.date(), Queue.WALK_IN) for _ in range(2)]
    assert [*numbers, await timetable.queue_number(office, MONDAY.date(), Queue.APPOINTMENT)] == [
        "C-1",
        "C-2",
        "B-1",
    ]


async def test_nothing_is_given_while_blanks_are_out_and_then_by_itself(service: Kit) -> None:
    """Booking stops while blanks are out; who waits is told once and served first come first served [P8, M2, G2]."""
    await Office.update({Office.stock_kept: True}).where(Office.id == await an_office())
    waiting = [await booked(MONDAY), await booked(MONDAY)]
    assert [application.state for application in waiting] == [State.ACCEPTED] * 2
    assert await kinds_told(waiting[0]) == ["blanks_out"]
    assert await appointments.free_days(waiting[0], MONDAY) == ()
    with pytest.raises(Refused, match="Blangko"):
        await appointments.rebook(waiting[0], holder(waiting[0]), MONDAY)
    assert await appointments.schedule_waiting(MONDAY) == 0

    await Office.update({Office.stock_kept: False}).where(Office.id == await an_office())
    assert await appointments.schedule_waiting(MONDAY) == 2
    assert [await start_of(application) for application in waiting] == [at(23, 11), at(23, 11, 30)]
    assert await kinds_told(waiting[0]) == ["scheduled"]
    assert await appointments.schedule_waiting(MONDAY) == 0


async def test_who_finds_everything_taken_waits(service: Kit) -> None:
    """No room within 14 days: accepted and told so; rebooking says so in words [P8]."""
    await appointments.ensure_slots(await an_office(), MONDAY)
    await Slot.update({Slot.booked: Slot.capacity}).where(Slot.id > 0)
    application = await booked()
    assert application.state == State.ACCEPTED
    assert await kinds_told(application) == ["accepted_waiting"]
    with pytest.raises(Refused, match="Belum ada jadwal kosong"):
        await appointments.rebook(application, holder(application), MONDAY)


# --- moving ---


async def choices(application: Application, now: datetime = MONDAY) -> list[timetable.FreeSlot]:
    return [slot for day in await appointments.free_days(application, now) for slot in day.slots]


async def test_the_applicant_moves_it_and_the_old_place_is_free_again(service: Kit) -> None:
    """Within 14 days, told, with a new number on another day and the same one on the same day [P8]."""
    application = await booked()
    free = await choices(application)
    assert wib_day(free[-1].starts_at) == wib_day(MONDAY + timedelta(days=14))
    target = next(slot for slot in free if slot.starts_at == at(24, 8))
    after = await appointments.move(application, target.id, holder(application), MONDAY)
    assert after.state == State.SCHEDULED
    booking = await appointments.current(after.id)
    assert booking is not None
    assert (booking.starts_at, booking.queue_number, booking.sequence) == (at(24, 8), "B-1", 1)
    assert at(23, 11) in [slot.starts_at for slot in await choices(after)]
    assert await kinds_told(after) == ["moved"]
    await never_over_booked()
    later = next(slot for slot in await choices(after) if slot.starts_at == at(24, 9))
    await appointments.move(after, later.id, holder(after), MONDAY)
    again = await appointments.current(after.id)
    assert again is not None
    assert (again.queue_number, again.sequence) == ("B-1", 2)


async def test_the_same_time_again_changes_nothing(service: Kit) -> None:
    """A double tap is not a step."""
    application = await booked()
    booking = await appointments.current(application.id)
    assert booking is not None
    same = await appointments.move(application, booking.slot_id, holder(application), MONDAY)
    assert same.version == application.version
    assert await Appointment.count() == 1


@pytest.mark.parametrize(("minutes", "allowed"), [(0, True), (1, False)])
async def test_it_can_be_moved_until_two_hours_before(service: Kit, minutes: int, allowed: bool) -> None:
    """At two hours before: yes. A minute later: no, in words; an officer still may [P8]."""
    application = await booked()
    now = at(23, 9) + timedelta(minutes=minutes)
    target = (await choices(application, now))[-1]
    if allowed:
        await appointments.move(application, target.id, holder(application), now)
        return
    with pytest.raises(Refused, match=r"2 jam sebelumnya, yaitu 09\.00 WIB"):
        await appointments.move(application, target.id, holder(application), now)
    assert await start_of(application) == at(23, 11)
    operator = await member_of_staff(Role.OPERATOR)
    await appointments.move(application, target.id, operator, now)
    assert await start_of(application) == target.starts_at


async def test_a_time_that_is_taken_too_near_or_unknown_is_refused_kindly(service: Kit) -> None:
    """Each with words, and nothing changes [P8]."""
    other, application = await booked(), await booked()
    taken = await appointments.current(other.id)
    assert taken is not None
    near = await Slot.objects().where(Slot.starts_at == at(23, 10)).first()
    assert near is not None
    for slot_id in (taken.slot_id, near.id, 999_999, 0, -1):
        with pytest.raises(Refused, match="sudah terisi"):
            await appointments.move(application, slot_id, holder(application), MONDAY)
    assert await start_of(application) == at(23, 11, 30)
    await never_over_booked()


async def test_only_the_holder_and_the_office_move_it(service: Kit) -> None:
    """Somebody else's browser is refused before anything is written [G1]."""
    application, stranger = await booked(), await booked()
    target = (await choices(application))[-1]
    with pytest.raises(Refused):
        await appointments.move(application, target.id, holder(stranger), MONDAY)
    assert await start_of(application) == at(23, 11)
    await never_over_booked()


async def test_two_tabs_move_once_each_or_are_told(service: Kit) -> None:
    """Two tabs at the same moment: one appointment in the end, the slower tab is told, no place is lost [P8]."""
    application = await booked()
    free = await choices(application)
    outcomes = await asyncio.gather(
        *(
            appointments.move(application, slot.id, holder(application), MONDAY)
            for slot in (free[5], free[9], free[20])
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Application) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Overtaken) for outcome in outcomes) == 2
    assert await Appointment.count().where(Appointment.state == "booked") == 1
    await never_over_booked()


async def test_two_who_swap_places_do_not_block_each_other(service: Kit) -> None:
    """Each wants the other's time: both are refused, both keep theirs, nobody waits for ever."""
    one, two = await booked(), await booked()
    mine, yours = await appointments.current(one.id), await appointments.current(two.id)
    assert mine is not None
    assert yours is not None
    outcomes = await asyncio.gather(
        appointments.move(one, yours.slot_id, holder(one), MONDAY),
        appointments.move(two, mine.slot_id, holder(two), MONDAY),
        return_exceptions=True,
    )
    assert all(isinstance(outcome, Refused) for outcome in outcomes)
    await never_over_booked()


async def test_nobody_moves_what_is_no_longer_scheduled(service: Kit) -> None:
    """A page left open overnight says what became of it [G1]."""
    application = await booked()
    target = (await choices(application))[3]
    await Application.update({Application.state: State.ARRIVED}).where(Application.id == application.id)
    await appointments.keep(application.id, MONDAY)
    with pytest.raises(Overtaken, match="hadir"):
        await appointments.move(await fresh(application), target.id, holder(application), MONDAY)
    await never_over_booked()


# --- rivals ---


async def test_fifty_rivals_for_the_last_place_have_one_winner(service: Kit) -> None:
    """Twenty rounds of fifty: exactly one gets it, 49 read that it is taken, never two and never none [P8]."""
    rivals = await gather_rivals(50, MONDAY)
    place = await leave_one_place(MONDAY)
    for _ in range(20):
        outcomes = await race(rivals, place, MONDAY)
        assert await holders_of(place) == (1, 1)
        assert sum(isinstance(outcome, Application) for outcome in outcomes) == 1
        refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert len(refusals) == 49
        assert {refusal.message for refusal in refusals} == {"Jam itu sudah terisi. Pilih jam lain."}
        rivals = await begin_again(rivals, place)


async def test_twenty_accepted_at_once_get_twenty_different_times(service: Kit) -> None:
    """The earliest times in a row, none twice, and queue numbers without gaps [P8, G2]."""
    applications = [await an_application() for _ in range(20)]
    outcomes = await asyncio.gather(
        *(appointments.give_earliest(application, SYSTEM, MONDAY) for application in applications)
    )
    assert {outcome.state for outcome in outcomes} == {State.SCHEDULED}
    starts = sorted([await start_of(application) for application in applications])
    assert len(set(starts)) == 20
    assert starts[0] == at(23, 11)
    await never_over_booked()


# --- coming, not coming ---


async def test_who_comes_keeps_the_place_and_is_never_missed(service: Kit) -> None:
    """Kept at check-in; in the evening nothing happens [P9]."""
    application = await booked()
    kept = await appointments.keep(application.id, at(23, 10, 50))
    assert kept is not None
    assert kept.queue_number == "B-1"
    await Application.update({Application.state: State.ARRIVED}).where(Application.id == application.id)
    assert await appointments.miss_overdue(at(23, 20)) == 0
    assert await appointments.keep(application.id, at(23, 11)) is None
    await never_over_booked()


async def test_a_missed_one_is_told_when_the_office_has_closed(service: Kit) -> None:
    """At 14.59 not yet, at 15.00 once; the clock of the promise stands still until a new time is chosen [P8, T1]."""
    application = await booked()
    assert await appointments.miss_overdue(at(23, 14, 59)) == 0
    assert await appointments.miss_overdue(at(23, 15)) == 1
    assert await appointments.miss_overdue(at(23, 15)) == 0
    after = await fresh(application)
    assert (after.state, after.misses) == (State.ACCEPTED, 1)
    assert (await promises.standing(after, at(23, 15))).due_at is None
    assert await appointments.missed_at(after) == at(23, 11)
    assert await kinds_told(after) == ["missed"]
    assert await appointments.schedule_waiting(at(23, 16)) == 0, "choosing again is theirs"


async def test_after_a_miss_one_tap_gives_the_next_time(service: Kit) -> None:
    """Rebooked, and the time between does not count against the office [P8, T1]."""
    application = await booked()
    await appointments.miss_overdue(at(23, 15))
    missed = await fresh(application)
    after = await appointments.rebook(missed, holder(missed), at(24, 8))
    assert await start_of(after) == at(24, 10)
    assert await appointments.missed_at(after) is None
    assert after.promise_at == at(26, 14), "moved by what the applicant took: Monday 11.00 to Tuesday 10.00"


async def test_two_taps_on_the_one_tap_book_once(service: Kit) -> None:
    """The slower tap is told that there is an appointment already [P8]."""
    application = await booked()
    await appointments.miss_overdue(at(23, 15))
    missed = await fresh(application)
    outcomes = await asyncio.gather(
        *(appointments.rebook(missed, holder(missed), at(24, 8)) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Application) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Overtaken) for outcome in outcomes) == 2
    await never_over_booked()


async def test_three_misses_end_it(service: Kit) -> None:
    """Told that it is over and why; another application is free to begin [P8]."""
    application = await booked()
    for day in (23, 24, 25):
        assert await appointments.miss_overdue(at(day, 15)) == 1
        missed = await fresh(application)
        if missed.state == State.ACCEPTED:
            await appointments.rebook(missed, holder(missed), at(day, 15))
    after = await fresh(application)
    assert (after.state, after.misses, after.decided_reason) == (
        State.WITHDRAWN,
        3,
        "Jadwal terlewat 3 kali.",
    )
    assert after.finished_at is not None
    assert (await kinds_told(after))[-1] == "withdrawn"
    with pytest.raises(Overtaken):
        await appointments.rebook(after, holder(after), at(25, 16))


async def test_thirty_days_without_choosing_end_it_too(service: Kit) -> None:
    """Not at 29 days, and never for who waits because of the office [P8]."""
    application = await booked()
    await appointments.miss_overdue(at(23, 15))
    blameless = await an_application(accepted_at=MONDAY)
    assert await appointments.miss_overdue(at(23, 15) + timedelta(days=29)) == 0
    assert await appointments.miss_overdue(at(23, 15) + timedelta(days=30)) == 1
    assert (await fresh(application)).state == State.WITHDRAWN
    assert (await fresh(blameless)).state == State.ACCEPTED


async def test_leaving_frees_the_place(service: Kit) -> None:
    """Released once, and a second time changes nothing."""
    application = await booked()
    for _ in range(2):
        await appointments.release(application.id, "cancelled", MONDAY)
    assert await appointments.current(application.id) is None
    assert at(23, 11) in [slot.starts_at for slot in await choices(application)]
    await never_over_booked()


# --- the promise ---


async def test_moving_later_by_choice_moves_the_promise_and_moving_back_restores_it(service: Kit) -> None:
    """Received Monday 08.00: Wednesday 15.00. What the applicant adds does not count [T1]."""
    application = await booked()
    assert application.promise_at == at(25, 15)
    later = next(slot for slot in await choices(application) if slot.starts_at == at(24, 11))
    moved = await appointments.move(application, later.id, holder(application), MONDAY)
    assert moved.promise_at == at(26, 15), "six office hours later"
    back = next(slot for slot in await choices(moved) if slot.starts_at == at(23, 11))
    restored = await appointments.move(moved, back.id, holder(moved), MONDAY)
    assert restored.promise_at == at(25, 15)


async def test_a_closure_moves_the_appointment_not_the_promise(service: Kit) -> None:
    """The nearest free time, told; the office's own doing counts against the office [P8, T1, M2]."""
    application = await booked()
    office = await an_office()
    await ClosedDay(office=office, closed_on=wib_day(MONDAY), kind="local", name="Listrik padam").save()
    promises.forget_calendars()
    assert await appointments.schedule_waiting(MONDAY) == 1
    after = await fresh(application)
    assert await start_of(after) == at(24, 10), "two office hours from now, on the next open day"
    assert after.promise_at == at(26, 15), "two open days, and nothing for the office's own moving"
    assert await kinds_told(after) == ["moved"]
    assert await appointments.schedule_waiting(MONDAY) == 0
    assert {slot.capacity for slot in await Slot.objects() if wib_day(slot.starts_at) == wib_day(MONDAY)} == {
        0
    }
    await never_over_booked()


async def test_a_closed_day_is_nobodys_miss(service: Kit) -> None:
    """Where no other time was found before, the day that fell out is excused and a new time given [P8]."""
    application = await booked()
    await ClosedDay(office=await an_office(), closed_on=wib_day(MONDAY), kind="local", name="Banjir").save()
    promises.forget_calendars()
    assert await appointments.miss_overdue(at(23, 15)) == 1
    after = await fresh(application)
    assert (after.state, after.misses) == (State.SCHEDULED, 0)
    assert "missed" not in await kinds_told(after)


async def test_a_broken_device_moves_only_who_no_longer_fits(service: Kit) -> None:
    """Two places become one: who booked last is moved, the other stays [P8, M2, G2]."""
    office = await an_office()
    await SlotTemplate.update({SlotTemplate.capacity: 2}).where(SlotTemplate.office == office)
    first, second = await booked(), await booked()
    assert await start_of(first) == await start_of(second) == at(23, 11)
    await SlotTemplate.update({SlotTemplate.capacity: 1}).where(SlotTemplate.office == office)
    assert await appointments.schedule_waiting(MONDAY) == 1
    assert await start_of(first) == at(23, 11)
    assert await start_of(second) == at(23, 11, 30)
    await never_over_booked()


async def test_who_no_longer_fits_is_moved_once_and_elsewhere(service: Kit) -> None:
    """A place that one left is no nearest free time for the next: nobody is moved to where they stood [P8, M2]."""
    office = await an_office()
    of_office = SlotTemplate.office == office
    await SlotTemplate.update({SlotTemplate.capacity: 4}).where(of_office)
    people = [await booked() for _ in range(4)]
    assert {await start_of(one) for one in people} == {at(23, 11)}
    await SlotTemplate.update({SlotTemplate.capacity: 1}).where(of_office)
    assert await appointments.schedule_waiting(MONDAY) == 3
    starts = [await start_of(one) for one in people]
    assert sorted(starts) == [at(23, 11), at(23, 11, 30), at(23, 13), at(23, 13, 30)]
    told = [(await kinds_told(one)).count("moved") for one in people]
    assert sorted(told) == [0, 1, 1, 1]
    assert told[starts.index(at(23, 11))] == 0
    assert await appointments.schedule_waiting(MONDAY) == 0
    await never_over_booked()


# --- reminders ---


async def test_reminders_the_day_before_at_four_and_on_the_day_at_half_past_six(service: Kit) -> None:
    """Each once, however often the scheduler looks [P8]."""
    application = await booked(at(23, 15))
    assert await start_of(application) == at(24, 10)
    looks = (at(23, 15, 59), at(23, 16), at(23, 16), at(23, 23), at(24, 6, 29), at(24, 6, 30), at(24, 9, 59))
    told = [await appointments.remind_due(now) for now in looks]
    assert told == [0, 1, 0, 0, 0, 1, 0]
    assert await kinds_told(application) == ["scheduled", "reminder_eve", "reminder_day"]


async def test_no_reminder_for_what_was_booked_after_its_moment_or_has_begun(service: Kit) -> None:
    """Booked at 16.30 for tomorrow: only the morning. A server that was down sends no stale ones [P8]."""
    application = await booked(at(23, 16, 30))
    assert await appointments.remind_due(at(23, 17)) == 0
    assert await appointments.remind_due(at(24, 10)) == 0
    assert await appointments.remind_due(at(24, 9)) == 1
    assert await kinds_told(application) == ["scheduled", "reminder_day"]


async def test_a_moved_appointment_is_reminded_of_anew(service: Kit) -> None:
    """The reminder belongs to the time, not to the application [P8]."""
    application = await booked(at(23, 15))
    await appointments.remind_due(at(23, 16))
    target = next(slot for slot in await choices(application, at(23, 16)) if slot.starts_at == at(25, 10))
    await appointments.move(application, target.id, holder(application), at(23, 16, 5))
    assert await appointments.remind_due(at(24, 6, 30)) == 0
    assert await appointments.remind_due(at(24, 16)) == 1


async def test_one_row_that_fails_does_not_stop_the_others(
    service: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged application keeps nobody else waiting."""
    broken, sound = await booked(), await booked()
    whole: Callable[[int], Awaitable[Application]] = bookings.locked

    async def locked(application_id: int) -> Application:
        if application_id == broken.id:
            raise RuntimeError("damaged")
        return await whole(application_id)

    monkeypatch.setattr(bookings, "locked", locked)
    assert await appointments.miss_overdue(at(23, 15)) == 1
    assert (await fresh(sound)).state == State.ACCEPTED
    assert (await fresh(broken)).state == State.SCHEDULED
    assert await Event.count().where(Event.application == broken.id) == 2
