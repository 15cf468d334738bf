"""Who is here and whose turn it is: order, calling, skipping, leaving, and the board of numbers [P9, G2]."""

import asyncio
from datetime import datetime, timedelta

import pytest

from components import arrivals, attention, calling, card_making, day_list, history
from components.actors import Actor
from components.card_making import Recorded
from components.kit import Kit
from components.refusals import Overtaken, Refused
from components.worklist import OutOfOrder
from models.application import Application
from models.appointment import Appointment
from models.rules.turns import Turn
from models.rules.workflow import Role, State
from tests.support.cases import an_application, fresh, holder
from tests.support.service import MONDAY, member_of_staff

A_MINUTE = timedelta(minutes=1)
SIGNED = Recorded(signature=True, matched=True)


async def here(
    by: Actor, minute: int = 0, promised: int = 1, number: str = "", now: datetime = MONDAY
) -> Application:
    """Somebody who came so many minutes before nine, and whose card is promised in so many days."""
    application = await an_application(
        State.ACCEPTED, change="signature", reason="", promise_at=now + timedelta(days=promised)
    )
    return await arrivals.arrive(application, by, now, now - minute * A_MINUTE)


async def numbers(by: Actor) -> list[str]:
    return [line.queue_number for line in await day_list.today(by, MONDAY) if line.waits]


async def test_first_come_first_served_by_promise(service: Kit) -> None:
    """An earlier promise goes first, then an earlier arrival; walk-ins draw C-1, C-2, ... [G2, P9]."""
    officer = await member_of_staff(Role.COUNTER)
    late, early, urgent = await here(officer, 1), await here(officer, 5), await here(officer, promised=0)
    assert await numbers(officer) == ["C-3", "C-2", "C-1"]
    called = [(await calling.call_next(officer, MONDAY, "Loket 1")).id for _ in range(3)]
    assert called == [urgent.id, early.id, late.id]
    with pytest.raises(Refused, match="Belum ada yang menunggu"):
        await calling.call_next(officer, MONDAY, "")


async def test_two_desks_never_call_the_same_person(service: Kit) -> None:
    """Six calls at once from three counters: six people, in the order of the queue [G2]."""
    officers = [await member_of_staff(Role.COUNTER) for _ in range(3)]
    people = [await here(officers[0], 9 - n) for n in range(6)]
    called = await asyncio.gather(*[calling.call_next(officers[n % 3], MONDAY, "") for n in range(6)])
    assert {one.id for one in called} == {one.id for one in people}


async def test_who_does_not_answer_goes_behind_the_next_ones(service: Kit) -> None:
    """Skipped, with a line of history; called again after two others, and then served [G2, G1]."""
    officer = await member_of_staff(Role.COUNTER)
    absent = await here(officer, 9)
    others = [await here(officer, 8 - n) for n in range(3)]
    assert (await calling.call_next(officer, MONDAY, "")).id == absent.id
    await calling.skip(absent, officer, MONDAY)
    with pytest.raises(Overtaken):
        await calling.skip(absent, officer, MONDAY)
    order = [(await calling.call_next(officer, MONDAY, "")).id for _ in range(4)]
    assert order == [others[0].id, others[1].id, absent.id, others[2].id]
    acts = [event.act for event in await history.lines(absent.id)]
    assert acts[-3:] == ["called", "skipped", "called"]


async def test_out_of_turn_needs_a_reason_that_the_supervisor_sees(service: Kit) -> None:
    """Neither called nor served before others without words; with them the supervisor reads why [G2, M4]."""
    officer, chief = await member_of_staff(Role.COUNTER), await member_of_staff(Role.SUPERVISOR)
    await here(officer, 9)
    later = await here(officer, 1)
    with pytest.raises(OutOfOrder):
        await calling.call(later, officer, MONDAY, "")
    with pytest.raises(OutOfOrder):
        await card_making.capture(later, SIGNED, officer, MONDAY, MONDAY)
    assert (await fresh(later)).state == State.ARRIVED
    await card_making.capture(later, SIGNED, officer, MONDAY, MONDAY, reason="ibu hamil, tidak kuat berdiri")
    notices = await attention.today(chief, MONDAY)
    assert [(one.number, one.reason) for one in notices] == [(later.number, "ibu hamil, tidak kuat berdiri")]


async def test_who_is_called_is_served_without_a_reason(service: Kit) -> None:
    """Two counters work side by side: whoever was called is nobody's queue jump [G2]."""
    officer = await member_of_staff(Role.COUNTER)
    first, second, _third = [await here(officer, 9 - n) for n in range(3)]
    for _ in range(2):
        await calling.call_next(officer, MONDAY, "")
    await calling.present(second, officer, MONDAY)
    await card_making.capture(second, SIGNED, officer, MONDAY, MONDAY)
    await card_making.capture(first, SIGNED, officer, MONDAY, MONDAY)


async def test_put_aside_the_counter_is_free(service: Kit) -> None:
    """Waiting for the centre stands on the case with its time; later the person is called back [P10, T1]."""
    officer = await member_of_staff(Role.COUNTER)
    one = await here(officer, 9)
    await calling.call_next(officer, MONDAY, "")
    with pytest.raises(Refused):
        await calling.put_aside(one, "weather", "hujan", officer, MONDAY, MONDAY)
    await calling.put_aside(one, "centre", "", officer, MONDAY, MONDAY - 5 * A_MINUTE)
    line = (await history.lines(one.id))[-1]
    assert (line.act, line.happened_at, line.entered_at) == ("put_aside", MONDAY - 5 * A_MINUTE, MONDAY)
    assert (await calling.board(officer.office_id or 0, MONDAY)).now == ()
    await calling.call(one, officer, MONDAY, "Loket 2")
    arrival = await calling.of(one)
    assert arrival is not None
    assert (arrival.state, arrival.calls, arrival.window_label) == (Turn.CALLED, 2, "Loket 2")


async def test_the_board_shows_numbers_alone(service: Kit) -> None:
    """The newest call first, where to go, who is next; only of today [P9]."""
    officer = await member_of_staff(Role.COUNTER)
    await here(officer, 9, now=MONDAY - timedelta(days=1))
    for minute in (8, 7, 6):
        await here(officer, minute)
    await calling.call_next(officer, MONDAY, "Loket 1")
    await calling.call_next(officer, MONDAY + A_MINUTE, "Loket 2")
    board = await calling.board(officer.office_id or 0, MONDAY + A_MINUTE)
    assert [(called.queue_number, called.window) for called in board.now] == [
        ("C-2", "Loket 2"),
        ("C-1", "Loket 1"),
    ]
    assert (board.next, board.waiting) == (("C-3",), 1)


async def test_who_leaves_unserved_waits_for_another_day(service: Kit) -> None:
    """Home again with a reason: the file is accepted and waits for an appointment, the line goes on [P8, P9]."""
    officer = await member_of_staff(Role.COUNTER)
    one, two = await here(officer, 9), await here(officer, 8)
    with pytest.raises(Refused):
        await arrivals.leave(one, "", officer, MONDAY)
    after = await arrivals.leave(one, "harus menjemput anak", officer, MONDAY)
    assert after.state == State.ACCEPTED
    assert after.arrived_at is None
    assert (await calling.call_next(officer, MONDAY, "")).id == two.id


async def test_an_appointment_keeps_its_number_and_is_missed_only_after_its_time(service: Kit) -> None:
    """Who has an appointment today is called by it [P9]; not come is said once the time is over [P8]."""
    from components import appointments

    officer = await member_of_staff(Role.COUNTER)
    application = await an_application(State.ACCEPTED, change="signature", reason="")
    application = await appointments.give_earliest(application, holder(application), MONDAY)
    booked = await appointments.current(application.id)
    assert booked is not None
    with pytest.raises(Refused, match="Jamnya belum lewat"):
        await arrivals.no_show(application, officer, booked.ends_at - A_MINUTE)
    other = await an_application(State.ACCEPTED, change="signature", reason="")
    other = await appointments.give_earliest(other, holder(other), MONDAY)
    held = await appointments.current(other.id)
    assert held is not None
    await arrivals.arrive(other, officer, held.starts_at, held.starts_at)
    arrival = await calling.of(other)
    assert arrival is not None
    assert arrival.queue_number == held.queue_number
    after = await arrivals.no_show(application, officer, booked.ends_at)
    assert (after.state, after.misses) == (State.ACCEPTED, 1)
    assert after.promise_at is None
    assert await Appointment.exists().where(Appointment.state == "missed")


async def test_the_day_in_figures(service: Kit) -> None:
    """Promises by how they stand, and what people waited on average [T1, M5]."""
    officer = await member_of_staff(Role.COUNTER)
    for minute, promised in ((20, 1), (10, -1)):
        await here(officer, minute, promised)
    for _ in range(2):
        await calling.call_next(officer, MONDAY, "")
    figures = await day_list.figures(officer.office_id or 0, MONDAY)
    assert (figures.safe, figures.due_today, figures.late) == (1, 0, 1)
    assert (figures.waited, figures.served) == (15, None)
