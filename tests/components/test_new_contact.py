"""A number or an address that takes no messages: its owner is told, gives another, and what was held goes out [G4]."""

from dataclasses import replace
from datetime import timedelta

import pytest

from components import mail, new_contact, notifications, passing_on
from components.actors import Actor, applicant
from components.intake import Doubtful
from components.kit import Kit, install, kit
from components.refusals import Missing, Refused
from models.application import Application
from models.history import Event
from models.rules.messages import Kind, MessageChannel
from models.rules.workflow import Act, Role, State
from tests.support.cases import fresh, tell_history
from tests.support.outbox import EMAIL, PHONE, messages, reachable, text, to
from tests.support.relay import relay
from tests.support.service import MONDAY, member_of_staff

OTHER = "+6281234567890"
NEW = {"no_hp": "0812 3456 7890", "whatsapp": "ya"}
LATER = MONDAY + timedelta(hours=1)


async def marked_as_silent(row: Application, *kinds: Kind) -> Application:
    """Told these by WhatsApp, and an officer says that the number takes none: the first waits for a call."""
    operator = await member_of_staff(Role.OPERATOR)
    for kind in kinds:
        await notifications.tell(kind, await fresh(row), MONDAY)
    for message in await messages(row):
        if message.channel == MessageChannel.WHATSAPP:
            await passing_on.not_reached(message.id, operator, MONDAY)
    return await fresh(row)


async def states(row: Application) -> list[tuple[str, str, str]]:
    return [(message.kind, message.channel, message.state) for message in await messages(row)]


async def test_what_was_held_goes_to_the_new_number_once(service: Kit) -> None:
    """Marked by an officer: the call that waits is taken back, the same words go to the new number, twice is once."""
    row = await marked_as_silent(await reachable(State.READY, email="", ready_at=MONDAY), Kind.READY)
    before = await new_contact.reach(row)
    assert before.silent == {MessageChannel.WHATSAPP}
    assert (before.phone, before.email) == ("0857****953", "")
    holder = applicant(row.id)
    assert await new_contact.change(row, NEW, holder, LATER) == 1
    assert await new_contact.change(await fresh(row), NEW, holder, LATER) == 0
    assert await states(row) == [
        ("ready", "whatsapp", "failed"),
        ("ready", "phone", "recalled"),
        ("ready", "whatsapp", "waiting"),
    ]
    old, _, again = await messages(row)
    assert (to(again), text(again)) == (OTHER, text(old))
    assert old.passed_on
    assert (await new_contact.reach(await fresh(row))).silent == frozenset()
    assert await Event.count().where(Event.act == "contact_changed") == 2


async def test_news_that_came_by_a_call_are_not_told_again(service: Kit) -> None:
    """The number takes no messages, but its owner was called: the page does not say that nothing arrived."""
    row = await marked_as_silent(await reachable(State.READY, email="", ready_at=MONDAY), Kind.READY)
    assert not (await new_contact.reach(row)).heard
    (call,) = [one for one in await messages(row) if one.channel == MessageChannel.PHONE]
    await passing_on.mark_sent(call.id, await member_of_staff(Role.OPERATOR), MONDAY)
    known = await new_contact.reach(row)
    assert known.heard
    assert known.silent == {MessageChannel.WHATSAPP}
    assert await new_contact.change(row, NEW, applicant(row.id), LATER) == 0


async def test_a_second_number_that_is_silent_as_well(service: Kit) -> None:
    """The new one takes no messages either: it is called, and a third number gets the news, once again."""
    row = await marked_as_silent(await reachable(State.READY, email="", ready_at=MONDAY), Kind.READY)
    holder, operator = applicant(row.id), await member_of_staff(Role.OPERATOR)
    await new_contact.change(row, NEW, holder, LATER)
    (again,) = [one for one in await messages(row) if one.state == "waiting"]
    await passing_on.not_reached(again.id, operator, LATER)
    row = await fresh(row)
    assert (await new_contact.reach(row)).silent == {MessageChannel.WHATSAPP}
    assert [to(one) for one in await messages(row) if one.state == "waiting"] == [OTHER]
    third = {"no_hp": "0813 1111 2222", "whatsapp": "ya"}
    assert await new_contact.change(row, third, holder, LATER) == 1
    assert [to(one) for one in await messages(row) if one.state == "waiting"] == ["+6281311112222"]


async def test_a_bounced_address_is_mended_by_another(service: Kit) -> None:
    """A mail server answers 5xx for good: said by its address; a likely typo is asked about before it is kept."""
    row = await reachable(State.READY, phone="", whatsapp=False, ready_at=MONDAY)
    await notifications.tell(Kind.READY, row, MONDAY)
    async with relay() as server:
        server.fates.append("rcpt 550 no such user")
        install(replace(kit(), settings=replace(kit().settings, smtp_url=server.url)))
        await mail.deliver_due(MONDAY)
        assert (await new_contact.reach(row)).silent == {MessageChannel.EMAIL}
        with pytest.raises(Doubtful):
            await new_contact.change(row, {"email": "siti@gmial.com"}, applicant(row.id), LATER)
        assert await new_contact.change(row, {"email": "siti@baru.test"}, applicant(row.id), LATER) == 1
        await mail.deliver_due(LATER)
        assert [delivery.recipients for delivery in server.deliveries] == [["siti@baru.test"]]
    assert (await new_contact.reach(await fresh(row))).silent == frozenset()


async def test_only_what_nobody_heard_and_is_still_true_is_told_again(service: Kit) -> None:
    """What came by e-mail is not repeated, what a later step made pointless neither; what waits moves along."""
    row = await marked_as_silent(await reachable(State.RETURNED), Kind.CORRECTION_ASKED)
    for message in await messages(row):
        if message.channel == MessageChannel.EMAIL:
            message.state = "sent"
            await message.save()
    await marked_as_silent(row, Kind.REFUSED)
    await tell_history(row, Act.TAKE_BACK, MONDAY + timedelta(minutes=5))
    await Application.update({Application.state: "accepted", Application.phone_whatsapp: True}).where(
        Application.id == row.id
    )
    await notifications.tell(Kind.LOOKED_AT_AGAIN, await fresh(row), MONDAY + timedelta(minutes=6))
    assert await new_contact.change(await fresh(row), NEW, applicant(row.id), LATER) == 1
    (again,) = [one for one in await messages(row) if one.channel == "whatsapp" and one.state == "waiting"]
    assert (again.kind, to(again)) == ("looked_at_again", OTHER)
    assert [to(one) for one in await messages(row) if one.kind == "looked_at_again"] == [EMAIL, PHONE, OTHER]


async def test_whose_it_is_to_change(service: Kit) -> None:
    """The holder alone (or the village that helps); something must be written; five changes, then a pause."""
    row = await reachable(State.SUBMITTED)
    for stranger in (Actor(), await member_of_staff(Role.OPERATOR), applicant(row.id + 1)):
        with pytest.raises(Missing):
            await new_contact.change(row, NEW, stranger, MONDAY)
    holder = applicant(row.id)
    with pytest.raises(Refused) as no:
        await new_contact.change(row, {"no_hp": " ", "email": ""}, holder, MONDAY)
    assert set(no.value.fields) == {"no_hp"}
    for _ in range(5):
        await new_contact.change(row, NEW, holder, MONDAY)
    with pytest.raises(Refused, match="Terlalu banyak"):
        await new_contact.change(row, NEW, holder, MONDAY)
    done = await reachable(State.HANDED_OVER, finished_at=MONDAY)
    with pytest.raises(Missing):
        await new_contact.change(done, NEW, applicant(done.id), MONDAY)
