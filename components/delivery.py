"""Out of the outbox, by whatever way a message travels: at least once, claimed by one sender at a time [G4].

A message is claimed by a conditional UPDATE, so that several senders never take the same one. What cannot be sent
now is tried again for 48 hours; what cannot be sent at all is shown to the officers. Nothing is dropped.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from piccolo.columns.combination import WhereRaw

from components import clock, last_resort
from components.relay import Never, NotNow
from models.db import transaction
from models.notification import Message
from models.rules.messages import MessageChannel, MessageState

log = logging.getLogger("loket.delivery")

LEASE = timedelta(seconds=60)
TRIED_FOR = timedelta(hours=48)
TRIES = 40
"""Fewer than 48 hours hold, with the longest pauses: who has tried less was away, or told to wait until the morning."""
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
FAILURES_IN_A_RUN = 5
_RUN_LASTS = timedelta(minutes=5)
AT_MOST = 45.0
"""Seconds for one message, well within its lease."""
_NEVER_SO_LONG = timedelta(minutes=15)
"""No claim lasts so long, also by the clock of another machine: the clock that made it was wrong."""

_WAITING = WhereRaw("state = 'waiting'")
"""Written out, because only so can the database use its index of waiting messages."""

Ready = TypeVar("Ready", contravariant=True)
Written = TypeVar("Written")


class Way(Protocol[Ready]):
    """How a message leaves this house, in the form that this way takes."""

    async def send(self, ready: Ready, /) -> None:
        """Returns when the message is accepted. Raises NotNow or Never."""


@dataclass(frozen=True)
class Sender(Generic[Written]):
    """A channel, its way out, and how a message is written for it. too_slow: in words, for the officers' screen.

    write raises Never for what nobody could take.
    """

    channel: MessageChannel
    way: Way[Written]
    write: Callable[[Message], Awaitable[Written]]
    too_slow: str


@dataclass
class _Run:
    """One run of the sender. The time goes on while it waits for servers."""

    began: datetime
    steady: float = field(default_factory=clock.steady)
    sent: int = 0
    unreachable: int = 0

    def now(self) -> datetime:
        return self.began + timedelta(seconds=clock.steady() - self.steady)

    def goes_on(self) -> bool:
        """A server that does not answer is left alone until the next run; a queue without end waits for it too."""
        return self.unreachable < FAILURES_IN_A_RUN and self.now() - self.began < _RUN_LASTS


async def deliver(sender: Sender[Written], now: datetime) -> int:
    """Send what is due on this channel, oldest first; how many went out."""
    run = _Run(now)
    while run.goes_on() and (message := await _claim(sender.channel, run.now())) is not None:
        await _send(message, sender, run)
    return run.sent


async def _claim(channel: MessageChannel, now: datetime) -> Message | None:
    """Take the message that has waited longest, for a minute; None when nothing is due."""
    free = (
        Message.claimed_until.is_null()
        | (Message.claimed_until <= now)
        | (Message.claimed_until > now + _NEVER_SO_LONG)
    )
    due = _WAITING & (Message.channel == str(channel)) & (Message.due_at <= now) & free
    while (
        row := await Message.select(Message.id).where(due).order_by(Message.due_at, Message.id).first()
    ) is not None:
        taken = (
            await Message.update({Message.claimed_until: now + LEASE, Message.attempts: Message.attempts + 1})
            .where(due & (Message.id == row["id"]))
            .returning(Message.id)
        )
        if taken:
            return await Message.objects().get(Message.id == row["id"])
    return None


async def _send(message: Message, sender: Sender[Written], run: _Run) -> None:
    """Send one claimed message and write down what became of it."""
    try:
        async with asyncio.timeout(AT_MOST):
            await sender.way.send(await sender.write(message))
    except NotNow as trouble:
        run.unreachable += trouble.unreachable
        await _try_again(message, trouble.words, run.now())
    except TimeoutError:
        run.unreachable += 1
        await _try_again(message, sender.too_slow, run.now())
    except Never as refused:
        await _give_up(message, refused.words, run.now())
    except Exception:
        log.exception("message %d could not be sent", message.id)
        await _try_again(message, "Ada gangguan di sistem kami.", run.now())
    else:
        run.sent += 1
        run.unreachable = 0
        await _note(
            message, {Message.state: str(MessageState.SENT), Message.sent_at: run.now(), Message.trouble: ""}
        )


async def _try_again(message: Message, words: str, now: datetime) -> None:
    """After 1, 5, 15 and then every 60 minutes, give or take a fifth, for 48 hours of trying.

    What waited while the service stood still, or the clock jumped over, has its tries still before it.
    """
    if now - message.created_at >= TRIED_FOR and message.attempts >= TRIES:
        await _give_up(message, f"{words} Sudah dicoba 48 jam.", now)
        return
    wait = RETRIES[min(message.attempts, len(RETRIES)) - 1]
    jitter = 0.8 + secrets.randbelow(401) / 1000
    await _note(message, {Message.due_at: now + wait * jitter, Message.trouble: words[:200]})


async def _give_up(message: Message, words: str, now: datetime) -> None:
    log.warning("message %d failed for good", message.id)
    failed = {Message.state: str(MessageState.FAILED), Message.trouble: words[:200]}
    try:
        async with transaction():
            if await _note(message, failed):
                await last_resort.when_sending_failed(message, now)
    except Exception:
        # Without another way it stands on the officers' screen; left as it was it would be first in every run.
        log.exception("no other way was found for message %d", message.id)
        await _note(message, failed)


async def _note(message: Message, values: dict[Any, Any]) -> bool:
    """What became of a try. A failed one says nothing about a message that was recalled or claimed anew since.

    Whether it was written down.
    """
    row = Message.id == message.id
    if values.get(Message.state) == str(MessageState.SENT):
        await Message.update({**values, Message.claimed_until: None}).where(row)
        return True
    mine = (Message.attempts == message.attempts) & (Message.state == str(MessageState.WAITING))
    return bool(
        await Message.update({**values, Message.claimed_until: None}).where(row & mine).returning(Message.id)
    )
