"""E-mail out of the outbox: at least once, with a Message-ID that stays, so that a repeat is recognisable [G4].

How it is claimed, tried again and given up: components.delivery.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from components import calendars, letter, relay
from components.delivery import Sender, Way, deliver
from components.kit import kit
from components.notifications import body_of, recipient_of
from components.papers.ics import calendar_file
from components.relay import Envelope, Line, Never, NotNow
from components.vault import SealBroken
from models.notification import Message
from models.office import Office
from models.rules.messages import MessageChannel

log = logging.getLogger("loket.mail")

_NO_ADDRESS = frozenset(map(chr, range(33))) | frozenset('<>,;()[]\\"\x7f')


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
async def _way() -> AsyncIterator[Way[Envelope]]:
    settings = kit().settings
    if not settings.smtp_url:
        yield Folder(settings.data / "mail")
        return
    line = Line(relay.server(settings.smtp_url), urlsplit(settings.base_url).hostname or "localhost")
    try:
        yield line
    finally:
        await line.close()


async def deliver_due(now: datetime) -> int:
    """Send what is due, oldest first; how many went out. With no SMTP server they are written as .eml files."""
    async with _way() as way:
        return await deliver(Sender(MessageChannel.EMAIL, way, _written, "Server email terlalu lambat."), now)


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
