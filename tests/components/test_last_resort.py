"""What does not arrive goes on: by another channel, by a call, at last by the village; nights and days of rest [G4]."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from components import mail, neighbours, notifications, outbox, passing_on
from components.actors import Actor
from components.delivery_words import kabar_pesan
from components.kit import Kit, install, kit
from components.refusals import Missing
from models.application import Application
from models.history import Event
from models.notification import Message
from models.office import Office, Village
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.support.cases import fresh
from tests.support.outbox import PHONE, messages, reachable, text, to, told
from tests.support.relay import relay
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)


async def refused_by_the_server(row: Application) -> None:
    """The mail server answers that there is no such address."""
    await notifications.tell(Kind.READY, row, MONDAY)
    async with relay() as server:
        server.fates.append("rcpt 550 no such user")
        install(replace(kit(), settings=replace(kit().settings, smtp_url=server.url)))
        assert await mail.deliver_due(MONDAY) == 0


async def a_village() -> tuple[int, Actor]:
    village = await Village.objects().first()
    assert village is not None
    return village.id, await member_of_staff(Role.REGISTRAR, village_id=village.id, login="tanpa-email")


async def test_a_mail_that_bounced_is_passed_on_where_whatsapp_brings_the_same(service: Kit) -> None:
    """Nobody has to mend what reaches its reader anyway; without that it stays on the screen with its way out."""
    row, other = await reachable(), await reachable(whatsapp=False)
    await refused_by_the_server(row)
    assert [message.passed_on for message in await messages(row)] == [True, False]
    await refused_by_the_server(other)
    operator = await member_of_staff(Role.OPERATOR)
    (line,) = (await outbox.overview(operator, MONDAY)).failed
    assert line.by_hand.whatsapp
    assert kabar_pesan(line, MONDAY) == "Email tidak sampai"


async def test_without_any_number_the_village_brings_the_news(service: Kit) -> None:
    """A bounce, no phone: the registrar of the village finds it on the list, though the case came without it [P11]."""
    village, registrar = await a_village()
    row = await reachable(State.READY, phone="", whatsapp=False, village=village, ready_at=MONDAY)
    await refused_by_the_server(row)
    assert await told(row) == [("ready", "email", "failed"), ("ready", "village", "waiting")]
    news = (await messages(row))[1]
    assert "/t/" not in text(news)
    (section,) = await neighbours.overview(registrar, MONDAY + HOUR)
    assert section.part == neighbours.Part.NEWS
    assert (section.lines[0].number, section.lines[0].ours) == (row.number, False)
    stranger = await member_of_staff(Role.REGISTRAR, village_id=village + 1)
    with pytest.raises(Missing):
        await passing_on.told_by_village(news.id, stranger, MONDAY + HOUR)
    await passing_on.told_by_village(news.id, registrar, MONDAY + HOUR)
    assert (await told(row))[1] == ("ready", "village", "sent")
    assert await Event.count().where(Event.act == "message_sent") == 1


async def test_a_number_without_whatsapp_is_called_and_then_the_village_goes(service: Kit) -> None:
    """Each way is tried once, in turn, and the number is not written to again [G4]."""
    village, _ = await a_village()
    operator = await member_of_staff(Role.OPERATOR)
    row = await reachable(State.READY, email="", village=village)
    await notifications.tell(Kind.READY, row, MONDAY)
    (draft,) = await messages(row)
    await passing_on.open_by_hand(draft.id, operator, MONDAY)
    for _ in range(2):
        await passing_on.not_reached(draft.id, operator, MONDAY)
    assert await told(row) == [("ready", "whatsapp", "failed"), ("ready", "phone", "waiting")]
    assert kabar_pesan((await messages(row))[0], MONDAY) == "Nomor WA tidak menerima"
    call = (await messages(row))[1]
    assert to(call) == PHONE
    assert [line.id for line in (await outbox.overview(operator, MONDAY)).calls] == [call.id]
    await passing_on.not_reached(call.id, operator, MONDAY)
    assert (await told(row))[2] == ("ready", "village", "waiting")
    assert (await outbox.overview(operator, MONDAY)).failed == ()
    await notifications.tell(Kind.READY_REMINDER, await fresh(row), MONDAY)
    assert [channel for _, channel, _ in await told(row)][3:] == []


async def test_where_there_is_no_other_way_it_stays_on_the_screen(service: Kit) -> None:
    row = await reachable(State.READY, phone="", whatsapp=False)
    await refused_by_the_server(row)
    assert await told(row) == [("ready", "email", "failed")]
    operator = await member_of_staff(Role.OPERATOR)
    assert len((await outbox.overview(operator, MONDAY)).failed) == 1


async def test_the_night_is_quiet_but_for_what_cannot_wait(service: Kit) -> None:
    """An office's quiet hours hold what can wait until the morning, never a deadline [G4, P7]."""
    await Office.update({Office.quiet_from: time(20), Office.quiet_until: time(6)}, force=True)
    night = MONDAY + timedelta(hours=12)
    row = await reachable(State.RETURNED, whatsapp=False, correction_due_at=MONDAY, ready_at=MONDAY)
    await notifications.tell(Kind.READY_REMINDER, row, night)
    await notifications.tell(Kind.CORRECTION_REMINDER, row, night)
    morning = MONDAY + timedelta(hours=21)
    assert [message.due_at for message in await messages()] == [morning, night]
    assert kabar_pesan((await messages())[0], night) == "Email menunggu dikirim Selasa 06.00"


async def test_one_person_is_told_so_much_a_day_and_the_rest_next_morning(service: Kit) -> None:
    """Counted by a keyed fingerprint, for a family that shares a number; nothing is dropped, no deadline waits [G4]."""
    await Office.update({Office.daily_messages: 6}, force=True)
    rows = [await reachable(State.READY, email="", ready_at=MONDAY) for _ in range(8)]
    for row in rows:
        await notifications.tell(Kind.READY_REMINDER, row, MONDAY)
    await notifications.tell(Kind.READY, rows[0], MONDAY)
    queued = await messages()
    tomorrow = MONDAY + timedelta(hours=21)
    assert [message.due_at for message in queued] == [MONDAY] * 6 + [tomorrow] * 2 + [MONDAY]
    assert {message.state for message in queued} == {"waiting"}
    (key,) = {message.recipient_key for message in queued}
    assert key == kit().vault.index(PHONE, "message-recipient")
    assert await Message.count().where(Message.recipient_key == PHONE) == 0
