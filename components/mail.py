"""E-mail out of the outbox: at least once, with a Message-ID that stays, so that a repeat is recognisable [G4].

A message is claimed by a conditional UPDATE, so that several senders never take the same one. What cannot be sent
now is tried again for 48 hours; what cannot be sent at all is shown to the officers. Nothing is dropped.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from piccolo.columns.combination import WhereRaw

from components import calendars, clock, last_resort, letter, relay
from components.kit import kit
from components.notifications import body_of, recipient_of
from components.papers.ics import calendar_file
from components.relay import Envelope, Line, Never, NotNow
from components.vault import SealBroken
from models.db import transaction
from models.notification import Message
from models.office import Office
from models.rules.messages import MessageChannel, MessageState

log = logging.getLogger("loket.mail")

LEASE = timedelta(seconds=60)
TRIED_FOR = timedelta(hours=48)
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
FAILURES_IN_A_RUN = 5
_RUN_LASTS = timedelta(minutes=5)
AT_MOST = 45.0
"""Seconds for one message, well within its lease."""

_NO_ADDRESS = frozenset(map(chr, range(33))) | frozenset('<>,;()[]\\"\x7f')

_WAITING = WhereRaw("state = 'waiting'")
"""Written out, because only so can the database use its index of waiting messages."""


class Way(Protocol):
    """How a message leaves this house."""

    async def send(self, envelope: Envelope) -> None:
        """Returns when the message is accepted. Raises NotNow or Never."""


class Folder:
    """Where mail goes while no server is configured: one file each, which any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, envelope: Envelope) -> None:
        """Write the file whole; the same message again replaces its own file. Raises NotNow when it cannot."""
        try:
            await asyncio.to_thread(self._write, envelope)
        except OSError:
            log.exception("a message cannot be written as a file")
            raise NotNow("Email tidak bisa ditulis ke penyimpanan.", unreachable=True) from None

    def _write(self, envelope: Envelope) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f".{envelope.name}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(envelope.message)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / f"{envelope.name}.eml")


def written_files() -> list[Path]:
    """The .eml files written while no SMTP server was configured, newest first."""
    folder = kit().settings.data / "mail"
    return sorted(folder.glob("*.eml"), reverse=True) if folder.is_dir() else []


@asynccontextmanager
async def _way() -> AsyncIterator[Way]:
    settings = kit().settings
    if not settings.smtp_url:
        yield Folder(settings.data / "mail")
        return
    line = Line(relay.server(settings.smtp_url), urlsplit(settings.base_url).hostname or "localhost")
    try:
        yield line
    finally:
        await line.close()


@dataclass
class _Run:
    """One run of the sender. The time goes on while it waits for servers."""

    began: datetime
    way: Way
    steady: float = field(default_factory=clock.steady)
    sent: int = 0
    unreachable: int = 0

    def now(self) -> datetime:
        return self.began + timedelta(seconds=clock.steady() - self.steady)

    def goes_on(self) -> bool:
        """A server that does not answer is left alone until the next run; a queue without end waits for it too."""
        return self.unreachable < FAILURES_IN_A_RUN and self.now() - self.began < _RUN_LASTS


async def deliver_due(now: datetime) -> int:
    """Send what is due, oldest first; how many went out. With no SMTP server they are written as .eml files."""
    async with _way() as way:
        run = _Run(now, way)
        while run.goes_on() and (message := await _claim(run.now())) is not None:
            await _deliver(message, run)
    return run.sent


async def _claim(now: datetime) -> Message | None:
    """Take the message that has waited longest, for a minute; None when nothing is due."""
    free = Message.claimed_until.is_null() | (Message.claimed_until <= now)
    due = _WAITING & (Message.channel == str(MessageChannel.EMAIL)) & (Message.due_at <= now) & free
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


async def _deliver(message: Message, run: _Run) -> None:
    """Send one claimed message and write down what became of it."""
    try:
        async with asyncio.timeout(AT_MOST):
            await run.way.send(await _written(message))
    except NotNow as trouble:
        run.unreachable += trouble.unreachable
        await _try_again(message, trouble.words, run.now())
    except TimeoutError:
        run.unreachable += 1
        await _try_again(message, "Server email terlalu lambat.", run.now())
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


async def _written(message: Message) -> Envelope:
    """The message as it goes out. Raises Never for what no server could take."""
    office = await Office.select(Office.name, Office.email).where(Office.id == message.office).first()
    sender = parseaddr(kit().settings.mail_from)[1]
    try:
        recipient, body = recipient_of(message), body_of(message)
    except SealBroken:
        log.exception("message %d does not open", message.id)
        raise Never("Pesan ini rusak di penyimpanan kami.") from None
    mail = EmailMessage(policy=policy.SMTP)
    try:
        mail["To"] = Address(addr_spec=_plain(recipient))
    except (ValueError, IndexError, HeaderParseError):
        raise Never("Alamat email ini tidak bisa dipakai.") from None
    mail["From"] = Address(office["name"] if office else "", addr_spec=_plain(sender))
    if office and office["email"]:
        mail["Reply-To"] = Address(office["name"], addr_spec=_plain(office["email"]))
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at.astimezone(UTC))
    mail["Message-ID"] = message.message_id
    # The same on every try, so that a repeat is recognised; no holiday replies, please.
    mail["X-Entity-Ref-ID"] = message.message_id.strip("<>").partition("@")[0]
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "id"
    mail.set_content(body, charset="utf-8", cte="7bit" if body.isascii() else "quoted-printable")
    mail.add_alternative(letter.html(message.subject, body), subtype="html", cte="quoted-printable")
    entry = await calendars.entry_for(message)
    if entry is not None:
        mail.add_attachment(
            calendar_file(entry).decode(),
            subtype="calendar",
            filename="jadwal.ics",
            params={"method": entry.method},
            cte="quoted-printable",
        )
    for at, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"={mail['X-Entity-Ref-ID']}={at}")
    return Envelope(sender, recipient, mail.as_bytes(), f"{message.created_at:%Y%m%dT%H%M%S}-{message.id}")


def _plain(address: str) -> str:
    """The address, if it is one and nothing more: what could end a line or a list is no part of one."""
    name, _, domain = address.rpartition("@")
    if not address.isascii() or not name or not domain or any(char in _NO_ADDRESS for char in address):
        raise ValueError("not a single plain address")
    return address


async def _try_again(message: Message, words: str, now: datetime) -> None:
    """After 1, 5, 15 and then every 60 minutes, give or take a fifth, for 48 hours."""
    if now - message.created_at >= TRIED_FOR:
        await _give_up(message, f"{words} Sudah dicoba 48 jam.", now)
        return
    wait = RETRIES[min(message.attempts, len(RETRIES)) - 1]
    jitter = 0.8 + secrets.randbelow(401) / 1000
    await _note(message, {Message.due_at: now + wait * jitter, Message.trouble: words[:200]})


async def _give_up(message: Message, words: str, now: datetime) -> None:
    log.warning("message %d failed for good", message.id)
    async with transaction():
        if await _note(message, {Message.state: str(MessageState.FAILED), Message.trouble: words[:200]}):
            await last_resort.when_sending_failed(message, now)


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
