"""WhatsApp through the office's gateway: each once, whatever the gateway does; without one officers send [G4]."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from components import gateway as sender
from components import notifications, outbox
from components.kit import Kit, install, kit
from components.settings import BadSettings, from_environment
from models.notification import Message
from models.rules.messages import Kind
from models.rules.workflow import Role
from tests.support.gateway import Gateway, gateway
from tests.support.outbox import PHONE, messages, reachable, text
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)


@pytest.fixture
async def taker(service: Kit) -> AsyncIterator[Gateway]:
    """A gateway, and the service set up to use it."""
    async with gateway() as running:
        settings = replace(kit().settings, whatsapp_url=running.url, whatsapp_token="rahasia")
        install(replace(kit(), settings=settings))
        yield running


async def queue(count: int = 1) -> list[Message]:
    for _ in range(count):
        await notifications.tell(Kind.READY, await reachable(email=""), MONDAY)
    return await messages()


async def test_a_message_leaves_in_the_shape_of_the_cloud_api(taker: Gateway) -> None:
    """Digits only, the same words, the token, and a key of its own."""
    (message,) = await queue()
    assert await sender.deliver_due(MONDAY) == 1
    assert taker.taken == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": PHONE[1:],
            "type": "text",
            "text": {"preview_url": False, "body": text(message)},
        }
    ]
    assert taker.headers[0]["authorization"] == "bearer rahasia"
    assert taker.keys == [message.message_id.strip("<>").partition("@")[0]]
    sent = (await messages())[0]
    assert (sent.state, sent.attempts, sent.trouble) == ("sent", 1, "")


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        (429, "Gerbang WA meminta dicoba lagi nanti (kode 429)."),
        (500, "Gerbang WA meminta dicoba lagi nanti (kode 500)."),
        (302, "Gerbang WA meminta dicoba lagi nanti (kode 302)."),
        (401, "Gerbang WA menolak kantor ini (kode 401). Minta admin memeriksa."),
        ("silence", "Gerbang WA tidak menjawab pada waktunya."),
        ("lost", "Sambungan ke gerbang WA terputus sebelum ada jawaban."),
    ],
)
async def test_what_did_not_succeed_is_tried_again(
    taker: Gateway, monkeypatch: pytest.MonkeyPatch, fate: int | str, words: str
) -> None:
    """Later, with the same key, by which a lost answer's repeat is recognised."""
    monkeypatch.setattr(sender, "SECONDS", 0.3)
    (message,) = await queue()
    taker.fates.append(fate)
    assert await sender.deliver_due(MONDAY) == 0
    waiting = (await messages())[0]
    assert (waiting.state, waiting.attempts, waiting.trouble) == ("waiting", 1, words)
    assert MONDAY < waiting.due_at < MONDAY + timedelta(minutes=2)
    assert await sender.deliver_due(MONDAY + HOUR) == 1
    assert len(taker.taken) == (2 if fate == "lost" else 1)
    assert set(taker.keys) == {message.message_id.strip("<>").partition("@")[0]}


async def test_a_refused_number_is_shown_with_its_way_out(taker: Gateway) -> None:
    """4xx is final: the officer sends by hand, or calls."""
    await queue()
    taker.fates.append(400)
    assert await sender.deliver_due(MONDAY) == 0
    operator = await member_of_staff(Role.OPERATOR)
    (line,) = (await outbox.overview(operator, MONDAY)).failed
    assert (line.trouble, line.by_hand.whatsapp) == ("Gerbang WA menolak pesan ini (kode 400).", True)
    assert await sender.deliver_due(MONDAY + 48 * HOUR) == 0


async def test_two_senders_send_each_once_and_officers_none(taker: Gateway) -> None:
    """Claimed by one at a time; what the gateway sends is on nobody's list by hand."""
    rows = await queue(12)
    operator = await member_of_staff(Role.OPERATOR)
    assert await outbox.turn(operator, MONDAY) is None
    assert (await outbox.overview(operator, MONDAY)).by_hand == ()
    sent = await asyncio.gather(*(sender.deliver_due(MONDAY) for _ in range(2)))
    assert sum(sent) == len(taker.keys) == len(set(taker.keys)) == len(rows)


async def test_without_a_gateway_officers_send(service: Kit) -> None:
    await queue()
    assert await sender.deliver_due(MONDAY) == 0
    operator = await member_of_staff(Role.OPERATOR)
    assert await outbox.turn(operator, MONDAY) is not None


def test_a_gateway_needs_https_and_a_token() -> None:
    """Numbers and texts of people go there; the token is in no error and no log."""
    url = "https://graph.example/v23.0/1/messages"
    settings = from_environment({"LOKET_WHATSAPP_URL": url, "LOKET_WHATSAPP_TOKEN": "rahasia"})
    assert settings.whatsapp_url == url
    assert "rahasia" not in repr(settings)
    for wrong in ({"LOKET_WHATSAPP_URL": url}, {"LOKET_WHATSAPP_URL": "http://graph.example/"}):
        with pytest.raises(BadSettings, match="LOKET_WHATSAPP"):
            from_environment(wrong)
