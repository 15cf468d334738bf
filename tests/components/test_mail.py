"""Mail out of the outbox: at least once, never to two, never in clear, never dropped [G4]."""

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import pairwise

import pytest

from components import delivery, mail, notifications
from components import relay as relays
from components.kit import Kit, install, kit
from components.relay import Server, server
from components.settings import BadSettings
from models.application import Application
from models.notification import Message
from models.rules.messages import Kind
from tests.support.outbox import EMAIL, messages, plain, reachable
from tests.support.relay import Relay, relay
from tests.support.service import MONDAY

HOUR = timedelta(hours=1)
BAD_RECIPIENTS = (
    "siti@contoh.test, jahat@x.test",
    "siti@contoh.test\nX",
    "siti@contoh.test\r\nRCPT TO:<jahat@x.test>",
    "siti@contoh.test\r\nBcc: jahat@x.test",
    "<siti@contoh.test>",
    "siti@contoh.test>\r\nDATA",
    "siti@contoh.test\x00",
    "siti contoh@contoh.test",
    '"siti\r\n"@contoh.test',
    "síti@contoh.test",
    "siti",
    "@contoh.test",
    "",
)


@pytest.fixture
async def smtp(service: Kit) -> AsyncIterator[Relay]:
    """A mail server, and the service set up to use it."""
    async with relay() as running:
        use(running.url)
        yield running


def use(url: str) -> None:
    """Set LOKET_SMTP_URL."""
    install(replace(kit(), settings=replace(kit().settings, smtp_url=url)))


async def queue(count: int = 1) -> list[Message]:
    """So many e-mails due on Monday at nine, one per application."""
    for _ in range(count):
        await notifications.tell(Kind.READY, await reachable(whatsapp=False), MONDAY)
    return await messages()


async def only() -> Message:
    (message,) = await messages()
    return message


# --- what goes out ---


async def test_a_message_leaves_for_one_person(smtp: Relay) -> None:
    """Headers as mail programs want them, one recipient, UTF-8, recognisable when repeated [G4]."""
    await queue()
    assert await mail.deliver_due(MONDAY) == 1
    (delivery,) = smtp.deliveries
    assert delivery.sender == "loket@localhost"
    assert delivery.recipients == [EMAIL]
    sent, message = await only(), delivery.message
    assert message["To"] == EMAIL
    assert message["From"] == "Kecamatan Krian <loket@localhost>"
    assert message["Reply-To"] == "Kecamatan Krian <kec.krian@gmail.com>"
    assert message["Subject"] == sent.subject
    assert message["Message-ID"] == sent.message_id
    assert message["X-Entity-Ref-ID"] in sent.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == MONDAY
    assert message.get_content_type() == "multipart/alternative"
    assert plain(message).splitlines() == notifications.body_of(sent).splitlines()
    assert (sent.state, sent.attempts, sent.trouble) == ("sent", 1, "")
    assert await Message.count().where(Message.claimed_until.is_not_null()) == 0
    assert timedelta() <= sent.sent_at - MONDAY < timedelta(seconds=10)


async def test_many_leave_over_one_connection_in_order(smtp: Relay) -> None:
    rows = await queue(10)
    assert await mail.deliver_due(MONDAY) == 10
    assert smtp.greetings == 1
    assert smtp.ids == [row.message_id for row in rows]
    assert await mail.deliver_due(MONDAY + HOUR) == 0


async def test_only_what_is_due_and_meant_for_mail_is_sent(smtp: Relay) -> None:
    """WhatsApp is for officers; what was recalled and what is for later stays."""
    await notifications.tell(Kind.READY, await reachable(), MONDAY)
    await Message.update({Message.state: "recalled"}).where(Message.channel == "email")
    await notifications.tell(Kind.READY, await reachable(whatsapp=False), MONDAY + HOUR)
    assert await mail.deliver_due(MONDAY) == 0
    assert await mail.deliver_due(MONDAY + HOUR) == 1
    assert [row.state for row in await messages()] == ["recalled", "waiting", "sent"]


@pytest.mark.parametrize("address", BAD_RECIPIENTS)
async def test_an_address_that_is_more_than_one_reaches_nobody(smtp: Relay, address: str) -> None:
    """No second recipient, no header and no command of a stranger's, whatever got into the outbox [G4]."""
    (message,) = await queue()
    sealed = kit().vault.seal(address, f"message:{message.key}:recipient")
    await Message.update({Message.recipient_sealed: sealed}).where(Message.id == message.id)
    await mail.deliver_due(MONDAY)
    assert (smtp.attempts, smtp.deliveries) == (0, [])
    failed = await only()
    assert (failed.state, failed.trouble) == ("failed", "Alamat email ini tidak bisa dipakai.")


async def test_a_subject_cannot_add_a_header(smtp: Relay) -> None:
    (message,) = await queue()
    await Message.update({Message.subject: "Siap\r\nBcc: jahat@x.test"}).where(Message.id == message.id)
    await mail.deliver_due(MONDAY)
    assert smtp.deliveries == []
    assert (await only()).state == "waiting"


# --- what goes wrong ---


async def test_what_is_put_off_is_tried_again_after_1_5_15_and_60_minutes(smtp: Relay) -> None:
    """Growing pauses, give or take a fifth, and the same Message-ID at last [G4]."""
    (first,) = await queue()
    smtp.fates.extend(["rcpt 451 4.7.1 later", "data 452 full", "rcpt 421 busy", *["rcpt 450 no"] * 2])
    now, waits = MONDAY, []
    for _ in range(5):
        assert await mail.deliver_due(now) == 0
        message = await only()
        assert message.state == "waiting"
        assert message.trouble.startswith("Server email meminta dicoba lagi nanti (kode 4")
        waits.append(message.due_at - now)
        assert await mail.deliver_due(message.due_at - timedelta(seconds=5)) == 0
        now = message.due_at
    for wait, minutes in zip(waits, (1, 5, 15, 60, 60), strict=True):
        assert 0.8 <= wait / timedelta(minutes=minutes) <= 1.4
    assert await mail.deliver_due(now) == 1
    assert smtp.ids == [first.message_id]
    assert ((await only()).attempts, smtp.attempts) == (6, 6)


async def test_after_48_hours_it_is_given_up_in_sight_of_all(smtp: Relay) -> None:
    """Two days of a server that puts everything off; then failed, with words, and not tried again [G4]."""
    await queue()
    smtp.fates.extend(["rcpt 451 later"] * 200)
    now, times = MONDAY, [MONDAY]
    while (message := await only()).state == "waiting":
        now = max(now, message.due_at)
        times.append(now)
        await mail.deliver_due(now)
    assert message.state == "failed"
    assert message.trouble.endswith("Sudah dicoba 48 jam.")
    assert timedelta(hours=48) <= times[-1] - MONDAY <= timedelta(hours=50)
    assert max(later - earlier for earlier, later in pairwise(times)) <= timedelta(minutes=75)
    assert await mail.deliver_due(now + 48 * HOUR) == 0


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ("rcpt 550 5.1.1 <siti@contoh.test> unknown", "Alamat email ini tidak menerima pesan (kode 550)."),
        ("data 554 5.7.1 siti@contoh.test spam", "Server email menolak pesan ini (kode 554)."),
    ],
)
async def test_a_refusal_for_good_is_shown_at_once(smtp: Relay, fate: str, words: str) -> None:
    """Failed after one try, in human words, without what the server wrote; the next one goes out [G4]."""
    await queue(2)
    smtp.fates.append(fate)
    assert await mail.deliver_due(MONDAY) == 1
    refused, sent = await messages()
    assert (refused.state, refused.trouble, refused.attempts) == ("failed", words, 1)
    assert sent.state == "sent"
    assert await mail.deliver_due(MONDAY + 24 * HOUR) == 0


async def test_a_silent_server_is_given_up_on(smtp: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stall costs one time-out per message, and five end the run: the rest is not touched."""
    monkeypatch.setattr(relays, "SECONDS", 0.2)
    await queue(7)
    smtp.fates.extend(["silence"] * 5)
    assert await mail.deliver_due(MONDAY) == 0
    assert sorted(message.attempts for message in await messages()) == [0, 0, 1, 1, 1, 1, 1]
    assert await mail.deliver_due(MONDAY + HOUR) == 7


async def test_a_drip_feeding_server_is_cut_off(smtp: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the time is spent, a message has less than its lease."""
    monkeypatch.setattr(delivery, "AT_MOST", 0.2)
    await queue()
    smtp.fates.append("silence")
    await mail.deliver_due(MONDAY)
    assert (await only()).trouble == "Server email terlalu lambat."


async def test_a_late_answer_is_not_taken_for_the_next_message_s(
    smtp: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once we cut a conversation short its line is given up: else the next person would be refused for good [G4]."""
    monkeypatch.setattr(delivery, "AT_MOST", 0.3)
    await queue(2)
    smtp.fates.append("late")
    assert await mail.deliver_due(MONDAY) == 1
    assert smtp.greetings == 2
    assert [row.state for row in await messages()] == ["waiting", "sent"]


async def test_what_has_no_other_way_holds_up_nobody(smtp: Relay, caplog: pytest.LogCaptureFixture) -> None:
    """A refused message whose number does not open either: failed in sight of all, the next one leaves [G4]."""
    (first, _) = await queue(2)
    await Application.update({Application.phone_sealed: "1.AAAA"}).where(Application.id == first.application)
    smtp.fates.append("rcpt 550 unknown")
    assert await mail.deliver_due(MONDAY) == 1
    assert [row.state for row in await messages()] == ["failed", "sent"]
    assert "no other way was found" in caplog.text


async def test_what_waited_out_a_standstill_has_its_tries_before_it(smtp: Relay) -> None:
    """Three days without service, and a mail server that wakes up later: not given up at the first try [G4]."""
    await queue()
    smtp.fates.append("rcpt 451 later")
    assert await mail.deliver_due(MONDAY + 72 * HOUR) == 0
    assert (await only()).state == "waiting"
    assert await mail.deliver_due(MONDAY + 73 * HOUR) == 1


async def test_a_claim_by_a_clock_that_was_a_day_ahead_does_not_last_a_day(smtp: Relay) -> None:
    await queue()
    await Message.update({Message.claimed_until: MONDAY + 24 * HOUR}, force=True)
    assert await mail.deliver_due(MONDAY) == 1


async def test_a_cut_in_the_message_is_tried_again(smtp: Relay) -> None:
    """The others of the run go on over a new connection."""
    rows = await queue(3)
    smtp.fates.append("cut")
    assert await mail.deliver_due(MONDAY) == 2
    assert smtp.greetings == 2
    assert await mail.deliver_due(MONDAY + HOUR) == 1
    assert sorted(smtp.ids) == sorted(row.message_id for row in rows)


async def test_only_a_lost_answer_doubles_and_the_double_is_recognisable(smtp: Relay) -> None:
    """The one window nobody can close: taken, but the answer lost. Same Message-ID, same text [G4]."""
    rows = await queue(3)
    smtp.fates.extend(["ok", "lost", "ok"])
    assert await mail.deliver_due(MONDAY) == 2
    assert await mail.deliver_due(MONDAY + HOUR) == 1
    assert await mail.deliver_due(MONDAY + 2 * HOUR) == 0
    ids = [row.message_id for row in rows]
    assert smtp.ids == [*ids, ids[1]]
    first, second = (d.message for d in smtp.deliveries if d.message["Message-ID"] == ids[1])
    assert first.as_bytes() == second.as_bytes()


async def test_nobody_at_the_other_end_is_asked_five_times_only(service: Kit) -> None:
    """The circuit breaker: five connections refused, and the run is over."""
    async with relay() as gone:
        url = gone.url
    use(url)
    await queue(8)
    assert await mail.deliver_due(MONDAY) == 0
    rows = await messages()
    assert sum(message.attempts for message in rows) == 5
    assert rows[0].trouble == "Server email tidak bisa dihubungi."
    assert all(message.state == "waiting" for message in rows)


async def test_a_refused_sender_is_a_matter_of_settings_not_of_the_recipient(smtp: Relay) -> None:
    """A wrong password or sender must not fail everybody's messages for good."""
    use(smtp.url.replace("//", "//loket:salah@"))
    await queue()
    await mail.deliver_due(MONDAY)
    waiting = await only()
    assert waiting.state == "waiting"
    assert "salah" not in waiting.trouble
    assert smtp.attempts == 0


async def test_without_starttls_nothing_leaves_this_machine(smtp: Relay) -> None:
    """A server elsewhere that has no STARTTLS gets no recipient and no text; mail waits, with words [G4]."""
    use(f"smtp://0.0.0.0:{smtp.port}")
    await queue()
    assert await mail.deliver_due(MONDAY) == 0
    assert (smtp.attempts, smtp.deliveries) == (0, [])
    waiting = await only()
    assert waiting.state == "waiting"
    assert "STARTTLS" in waiting.trouble


async def test_a_text_that_does_not_open_is_shown_as_failed(smtp: Relay) -> None:
    await queue(2)
    broken = (await messages())[0]
    await Message.update({Message.body_sealed: "1.AAAA"}).where(Message.id == broken.id)
    assert await mail.deliver_due(MONDAY) == 1
    assert [row.state for row in await messages()] == ["failed", "sent"]


# --- several senders ---


async def test_several_senders_never_take_the_same_one(smtp: Relay) -> None:
    """Three at once over thirty messages: thirty deliveries, thirty different ones [G4]."""
    rows = await queue(30)
    sent = await asyncio.gather(*(mail.deliver_due(MONDAY) for _ in range(3)))
    assert sum(sent) == 30
    assert sorted(smtp.ids) == sorted(row.message_id for row in rows)


async def test_what_a_dead_sender_held_is_free_after_a_minute(smtp: Relay) -> None:
    """A sender that was killed in the middle holds its message for as long as its lease."""
    await queue()
    await Message.update({Message.claimed_until: MONDAY + delivery.LEASE, Message.attempts: 1}).where(
        Message.id > 0
    )
    assert await mail.deliver_due(MONDAY + delivery.LEASE - timedelta(seconds=10)) == 0
    assert await mail.deliver_due(MONDAY + delivery.LEASE) == 1


async def test_a_failed_try_says_nothing_about_what_was_recalled_meanwhile(smtp: Relay) -> None:
    (message,) = await queue()
    await Message.update({Message.state: "recalled"}).where(Message.id == message.id)
    await delivery._try_again(message, "Server email terlalu lambat.", MONDAY)
    await delivery._give_up(message, "Server email menolak.", MONDAY)
    assert (await only()).state == "recalled"


# --- no server ---


async def test_without_a_server_mail_is_written_as_files(service: Kit) -> None:
    """Each a file only the service may read, which a mail program opens; listed, never lost [G4]."""
    rows = await queue(2)
    assert await mail.deliver_due(MONDAY) == 2
    files = mail.written_files()
    assert [file.name for file in files] == [f"20261123T020000-{row.id}.eml" for row in reversed(rows)]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert message_from_bytes(file.read_bytes(), policy=policy.default)["To"] == EMAIL
    assert {row.state for row in await messages()} == {"sent"}


async def test_the_same_message_again_replaces_its_own_file(service: Kit) -> None:
    await queue()
    await mail.deliver_due(MONDAY)
    await Message.update({Message.state: "waiting"}).where(Message.id > 0)
    await mail.deliver_due(MONDAY)
    assert len(list((kit().settings.data / "mail").iterdir())) == 1


async def test_a_folder_that_cannot_be_written_is_tried_again(service: Kit) -> None:
    (kit().settings.data / "mail").write_text("in the way")
    await queue()
    assert await mail.deliver_due(MONDAY) == 0
    assert (await only()).state == "waiting"


# --- the address of the server ---


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost:25", Server("localhost", 25)),
        ("smtp://[::1]:25", Server("::1", 25)),
        ("smtp://127.9.9.9", Server("127.9.9.9", 587)),
        ("smtp://mail.go.id", Server("mail.go.id", 587, start_tls=True)),
        ("smtp://u%40x:p%3A%2F@mail.go.id:25", Server("mail.go.id", 25, "u@x", "p:/", start_tls=True)),
        ("smtps://u:p@mail.go.id", Server("mail.go.id", 465, "u", "p", tls=True)),
    ],
)
def test_the_server_is_read_from_one_address(url: str, expected: Server) -> None:
    """Encrypted everywhere but on this very machine."""
    assert server(url) == expected


@pytest.mark.parametrize(
    "url", ["http://mail.go.id", "smtp://", "smtp://x:99999", "rahasia", "smtp://x:kata"]
)
def test_a_wrong_address_is_not_quoted(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(BadSettings) as bad:
        server(url)
    assert "rahasia" not in str(bad.value)


def test_a_password_is_in_no_representation() -> None:
    assert "rahasia" not in repr(server("smtps://u:rahasia@mail.go.id"))
