"""Taking back the last step at the counter: safe ones for five minutes, the others explained [G1, P9, P10]."""

from datetime import timedelta

import pytest

from components import appointments, arrivals, calling, card_making, grace, hand_over, history, mail, undoing
from components.kit import Kit
from components.refusals import Overtaken, Refused
from models.application import Application
from models.notification import Message
from models.rules.messages import Kind
from models.rules.turns import Turn
from models.rules.workflow import Act, Role, State
from tests.components.test_counter import arrived, captured, printed
from tests.support.cases import an_application, fresh, holder
from tests.support.service import MONDAY, member_of_staff

A_SECOND = timedelta(seconds=1)


async def test_an_arrival_taken_back_leaves_the_appointment(service: Kit) -> None:
    """The wrong person was ticked: the right one still has time and number, and nobody is told anything [P9]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await an_application(State.ACCEPTED, change="signature", reason="")
    application = await appointments.give_earliest(application, holder(application), MONDAY)
    before = await appointments.current(application.id)
    told = await Message.count()
    here = await arrivals.arrive(application, officer, MONDAY, MONDAY)
    assert await undoing.possible(here, MONDAY) is Act.ARRIVE
    after = await undoing.undo(here, officer, MONDAY + A_SECOND)
    assert after.state == State.SCHEDULED
    assert after.arrived_at is None
    assert await appointments.current(application.id) == before
    assert await Message.count() == told
    arrival = await calling.of(application)
    assert arrival is not None
    assert arrival.state == Turn.GONE
    assert [event.act for event in await history.lines(application.id)][-3:] == ["arrive", "undo", "schedule"]
    assert await history.broken_at(application.id) is None


async def test_a_recording_taken_back_counts_no_more(service: Kit) -> None:
    """What was recorded by mistake stays written, but nothing is printed from it [P3, P10]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await captured()
    after = await undoing.undo(application, officer, MONDAY + undoing.UNDONE_WITHIN - A_SECOND)
    assert after.state == State.ARRIVED
    assert after.captured_at is None
    assert await card_making.last_capture(application) is None
    with pytest.raises(Overtaken):
        await card_making.print_card(after, "AB-000001", officer, MONDAY, MONDAY)


@pytest.mark.parametrize("late", [False, True])
async def test_ready_is_taken_back_before_anybody_was_told(service: Kit, late: bool) -> None:
    """Within the minute the message is recalled; once it has left, the applicant may be on the way [G4]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await an_application(
        State.PRINTED, change="signature", reason="", printed_at=MONDAY, captured_at=MONDAY
    )
    ready = await card_making.make_ready(application, officer, MONDAY)
    assert await mail.deliver_due(MONDAY + grace.GRACE - A_SECOND) == 0
    if late:
        await mail.deliver_due(MONDAY + grace.GRACE)
        with pytest.raises(Refused, match="sudah dikabari"):
            await undoing.undo(ready, officer, MONDAY + grace.GRACE + A_SECOND)
        assert (await fresh(ready)).state == State.READY
        return
    after = await undoing.undo(ready, officer, MONDAY + grace.GRACE - A_SECOND)
    assert after.state == State.PRINTED
    assert after.ready_at is None
    message = await Message.objects().get(Message.kind == str(Kind.READY))
    assert message is not None
    assert message.state == "recalled"


async def test_what_cannot_be_taken_back_is_explained(service: Kit) -> None:
    """A blank is used, a card is gone: what to do instead; too late is too late [S1, P13]."""
    officer = await member_of_staff(Role.COUNTER)
    card = await printed()
    with pytest.raises(Refused, match="Pakai Gagal"):
        await undoing.undo(card, officer, MONDAY)
    receiver, old_card = hand_over.Receiver("holder"), hand_over.OldCard(taken=True)
    await hand_over.hand_over(card, receiver, old_card, officer, MONDAY, MONDAY, checked=True)
    with pytest.raises(Refused, match="sudah diserahkan"):
        await undoing.undo(await fresh(card), officer, MONDAY)
    with pytest.raises(Refused, match="Tidak ada langkah"):
        await undoing.undo(await arrived("KRN-AAAAAB"), officer, MONDAY)
    other = await captured("KRN-AAAAAC")
    with pytest.raises(Refused, match="5 menit"):
        await undoing.undo(other, officer, MONDAY + undoing.UNDONE_WITHIN)
    assert await undoing.possible(other, MONDAY + undoing.UNDONE_WITHIN) is None


async def test_a_colleagues_step_is_not_taken_back(service: Kit) -> None:
    """Undo means the step that the page showed, not the one a colleague did meanwhile [M5]."""
    officer = await member_of_staff(Role.COUNTER)
    seen = await captured()
    await Application.update({Application.version: Application.version + 1}).where(Application.id == seen.id)
    with pytest.raises(Overtaken):
        await undoing.undo(seen, officer, MONDAY)
