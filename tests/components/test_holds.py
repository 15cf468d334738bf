"""A time kept while it is chosen, freed times offered to who waits: never one place for two [P8, G2]."""

import asyncio
from datetime import datetime, timedelta

import pytest

from components import appointments, choosing, earlier, holds, promises, timetable
from components.actors import SYSTEM
from components.holds import Hold
from components.kit import Kit
from components.refusals import Overtaken, Refused
from models.application import Application
from models.appointment import Appointment, EarlierWish, Slot, SlotHold, SlotOffer
from models.office import ClosedDay
from models.rules.calendar import wib_moment
from models.rules.workflow import State
from tests.support.cases import an_application, holder
from tests.support.outbox import messages, text
from tests.support.rivals import gather_rivals, leave_one_place
from tests.support.service import MONDAY

SQLITE = pytest.mark.parametrize("kind", ["sqlite"])
"""Where the database makes no difference."""
TEN = timedelta(minutes=10)
MOMENT = timedelta(microseconds=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return wib_moment(MONDAY.date().replace(day=day), MONDAY.time().replace(hour=hour, minute=minute))


async def booked() -> Application:
    return await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)


async def start_of(application: Application) -> datetime:
    booking = await appointments.current(application.id)
    assert booking is not None
    return booking.starts_at


async def free_at(application: Application, moment: datetime, now: datetime = MONDAY) -> int:
    """The id of the free time that begins then."""
    free = await timetable.free_slots(application.office, now)
    return next(slot.id for slot in free if slot.starts_at == moment)


async def kept(application: Application, now: datetime = MONDAY) -> Hold:
    hold = await holds.standing(application.id, now)
    assert hold is not None
    return hold


async def exact() -> None:
    """Each slot counts just the appointments and the kept places on it, and never more than it has."""
    for slot in await Slot.objects():
        standing = await Appointment.count().where(
            (Appointment.slot == slot.id) & Appointment.state.is_in(["booked", "kept", "missed"])
        )
        assert slot.booked == standing + await SlotHold.count().where(SlotHold.slot == slot.id)
        assert slot.booked <= slot.capacity


# --- while choosing ---


async def test_a_time_is_kept_for_ten_minutes_and_then_free_again(service: Kit) -> None:
    """[P8] Nobody else finds it; choosing it again makes it no longer; the end of the ten minutes gives it back."""
    _, one, other = await booked(), await booked(), await booked()
    wanted = await free_at(one, at(24, 9))
    await choosing.hold(one, wanted, holder(one), MONDAY)
    assert (await kept(one)).until == MONDAY + TEN
    await choosing.hold(one, wanted, holder(one), MONDAY + TEN / 2)
    assert (await kept(one)).until == MONDAY + TEN
    with pytest.raises(Refused, match="terisi"):
        await choosing.hold(other, wanted, holder(other), MONDAY)
    assert await choosing.sweep(MONDAY + TEN - MOMENT) == 0
    assert await choosing.sweep(MONDAY + TEN) == 1
    assert await choosing.sweep(MONDAY + TEN) == 0
    await choosing.hold(other, wanted, holder(other), MONDAY + TEN)
    await exact()


@SQLITE
async def test_one_at_a_time_and_given_back_on_leaving(service: Kit) -> None:
    """[P8] No hoarding: another choice gives the first one back, and so does leaving."""
    one = await booked()
    first, second = await free_at(one, at(24, 9)), await free_at(one, at(24, 10))
    for slot in (first, second):
        await choosing.hold(one, slot, holder(one), MONDAY)
    assert await free_at(one, at(24, 9)) == first
    assert await SlotHold.count() == 1
    await choosing.leave(one)
    await choosing.leave(one)
    assert await free_at(one, at(24, 10)) == second
    await exact()


async def test_what_is_kept_is_taken_and_everything_else_lets_it_go(service: Kit) -> None:
    """[P8] Taken: the place stays, also when the limit for moving passed meanwhile. Else: it is free again."""
    one = await booked()
    await choosing.hold(one, wanted := await free_at(one, at(24, 9)), holder(one), MONDAY)
    one = await appointments.move(one, wanted, holder(one), MONDAY + TEN / 2)
    assert await start_of(one) == at(24, 9)
    assert await SlotHold.count() == 0
    await choosing.hold(one, await free_at(one, at(25, 9)), holder(one), MONDAY)
    one = await appointments.move(one, await free_at(one, at(25, 10)), holder(one), MONDAY)
    assert await SlotHold.count() == 0
    await choosing.hold(one, await free_at(one, at(25, 9)), holder(one), MONDAY)
    await appointments.release(one.id, "cancelled", MONDAY)
    assert await SlotHold.count() == 0
    await exact()


async def test_of_many_who_want_the_last_place_one_keeps_it(service: Kit) -> None:
    """[P8] At the same moment, on both databases; and the sweep beside who takes it gives nothing away twice."""
    rivals = await gather_rivals(8, MONDAY)
    place = await leave_one_place(MONDAY)
    results = await asyncio.gather(
        *(choosing.hold(rival, place.id, holder(rival), MONDAY) for rival in rivals), return_exceptions=True
    )
    assert results.count(None) == 1
    assert sum(isinstance(result, Refused) for result in results) == 7
    winner = rivals[results.index(None)]
    late = MONDAY + TEN
    outcome = await asyncio.gather(
        choosing.sweep(late),
        appointments.move(winner, place.id, holder(winner), late),
        choosing.sweep(late),
        return_exceptions=True,
    )
    assert not isinstance(outcome[1], BaseException), "swept or not, the place was still free for its holder"
    row = await Slot.objects().get(Slot.id == place.id)
    assert row is not None
    assert row.booked == 1
    assert await SlotHold.count() == 0


async def test_two_who_swap_what_they_keep_do_not_block_each_other(service: Kit) -> None:
    one, other = await booked(), await booked()
    nine, ten = await free_at(one, at(24, 9)), await free_at(one, at(24, 10))
    for _ in range(3):
        await choosing.hold(one, nine, holder(one), MONDAY)
        await choosing.hold(other, ten, holder(other), MONDAY)
        await asyncio.gather(
            choosing.hold(one, ten, holder(one), MONDAY),
            choosing.hold(other, nine, holder(other), MONDAY),
            return_exceptions=True,
        )
        await exact()
        await choosing.leave(one)
        await choosing.leave(other)


@SQLITE
async def test_a_closure_takes_what_is_kept_before_what_is_booked(service: Kit) -> None:
    """[P8] Who was only choosing has to choose again; the place is gone for everybody."""
    one = await booked()
    await choosing.hold(one, await free_at(one, at(24, 9)), holder(one), MONDAY)
    await ClosedDay(office=one.office, closed_on=at(24, 9).date(), kind="local", name="Rapat").save()

    promises.forget_calendars()
    await appointments.schedule_waiting(MONDAY)
    assert await SlotHold.count() == 0
    assert await start_of(one) == at(23, 11)
    await exact()


@SQLITE
async def test_who_is_choosing_is_not_given_a_time_meanwhile(service: Kit) -> None:
    """Accepted without a time, because all were taken: the scheduler waits for the choice, not for ever."""
    one = await an_application()
    await timetable.ensure_slots(one.office, MONDAY)
    await choosing.hold(one, await free_at(one, at(24, 9)), holder(one), MONDAY)
    await appointments.schedule_waiting(MONDAY)
    assert await appointments.current(one.id) is None
    await choosing.sweep(MONDAY + TEN)
    await appointments.schedule_waiting(MONDAY + TEN)
    assert await start_of(one) == at(23, 11, 30)
    await exact()


# --- who would come earlier ---


async def crowd(count: int) -> list[Application]:
    """So many on Tuesday morning, one after the other, in an office whose Monday is full."""
    filler = await booked()
    await Slot.update({Slot.booked: Slot.capacity}).where(Slot.starts_at < at(24, 0))
    await appointments.release(filler.id, "cancelled", MONDAY)
    await Slot.update({Slot.booked: Slot.capacity}).where(Slot.starts_at < at(24, 0))
    people = [await booked() for _ in range(count)]
    for person in people:
        await earlier.ask(person, MONDAY)
    return people


async def free_one(moment: datetime) -> None:
    await Slot.update({Slot.booked: 0}).where(Slot.starts_at == moment)


async def test_a_freed_time_goes_to_one_after_the_other_each_once(service: Kit) -> None:
    """[P8, G2] In the queue's order, for two office hours; who does not answer is asked no more."""
    first, second = await crowd(2)
    assert await earlier.offer_freed(MONDAY) == 0, "nothing is free"
    await free_one(at(23, 14, 30))
    assert await earlier.offer_freed(MONDAY) == 1
    offer = (await earlier.wish(first.id, MONDAY)).offer
    assert offer is not None
    assert (offer.starts_at, offer.until) == (at(23, 14, 30), at(23, 11))
    assert (await earlier.wish(second.id, MONDAY)).offer is None
    told = text((await messages(first))[-1])
    assert "Senin, 23 November 2026, 14.30 WIB" in told
    assert "sampai Senin, 23 November 2026, 11.00 WIB" in told
    assert await earlier.offer_freed(MONDAY) == 0, "once"
    later = at(23, 11)
    await choosing.sweep(later)
    assert await earlier.offer_freed(later) == 1
    assert (await earlier.wish(first.id, later)).asked is False
    assert (await earlier.wish(second.id, later)).offer is not None
    with pytest.raises(Overtaken):
        await earlier.accept(first, holder(first), later)
    await earlier.accept(second, holder(second), later)
    assert await start_of(second) == at(23, 14, 30)
    assert await EarlierWish.count() == await SlotHold.count() == 0


@SQLITE
async def test_saying_no_passes_it_on_and_waiting_goes_on(service: Kit) -> None:
    """[P8] Not this one, but perhaps the next; the same one is not offered again."""
    first, second = await crowd(2)
    await free_one(at(23, 14, 30))
    await earlier.offer_freed(MONDAY)
    await earlier.decline(first, MONDAY)
    assert await earlier.offer_freed(MONDAY) == 1
    assert (await earlier.wish(second.id, MONDAY)).offer is not None
    await earlier.stop(second)
    assert await earlier.offer_freed(MONDAY) == 0
    await free_one(at(23, 14))
    assert await earlier.offer_freed(MONDAY) == 1
    assert (await earlier.wish(first.id, MONDAY)).offer is not None
    assert await SlotOffer.count() == 3


@SQLITE
async def test_nothing_is_offered_that_is_no_gain_or_comes_too_late(service: Kit) -> None:
    """[P8] The same day is no gain; two hours before it begins nobody is asked any more."""
    (person,) = await crowd(1)
    await free_one(at(23, 14, 30))
    assert await earlier.offer_freed(at(23, 11, 45)) == 0
    assert await earlier.offer_freed(at(23, 11, 30)) == 1
    await earlier.decline(person, at(23, 11, 30))
    await appointments.move(person, await free_at(person, at(24, 14)), holder(person), MONDAY)
    await Slot.update({Slot.booked: Slot.capacity}).where(Slot.starts_at < at(24, 0))
    assert await earlier.offer_freed(MONDAY) == 0, "free, but on the same Tuesday"
    with pytest.raises(Overtaken):
        await earlier.ask(await an_application(State.SUBMITTED), MONDAY)


async def test_two_schedulers_offer_once_and_the_tap_beside_the_end_is_one_thing(service: Kit) -> None:
    """[P8] Whoever is quicker: the place has one owner afterwards, and the offer was told once."""
    first, second = await crowd(2)
    await free_one(at(23, 14, 30))
    await asyncio.gather(earlier.offer_freed(MONDAY), earlier.offer_freed(MONDAY))
    assert await SlotOffer.count() == 1
    end = at(23, 11)
    await asyncio.gather(
        choosing.sweep(end),
        earlier.accept(first, holder(first), end - MOMENT),
        earlier.offer_freed(end),
        return_exceptions=True,
    )
    slot = await Slot.objects().get(Slot.starts_at == at(23, 14, 30))
    assert slot is not None
    on_it = await Appointment.count().where((Appointment.slot == slot.id) & (Appointment.state == "booked"))
    assert slot.booked == 1 == on_it + await SlotHold.count().where(SlotHold.slot == slot.id)
    assert (
        await Appointment.count().where(
            Appointment.application.is_in([first.id, second.id]) & (Appointment.state == "booked")
        )
        == 2
    )


@SQLITE
async def test_who_came_or_left_no_longer_waits(service: Kit) -> None:
    (person,) = await crowd(1)
    await appointments.release(person.id, "cancelled", MONDAY)
    await Application.update({Application.state: State.WITHDRAWN}).where(Application.id == person.id)
    await earlier.offer_freed(MONDAY)
    assert await EarlierWish.count() == 0
