"""An SMTP server in this process that does what it is told: accepts, puts off, refuses, falls silent, hangs up."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Delivery:
    """What the server took: from whom, for whom, the message."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class Relay:
    """fates: what to do with the next messages, in order; when they are used up, accept.

    "ok"; "rcpt 451 ..." or "data 554 ..." answer so; "silence" never answers; "late" takes
    half a second to take the recipient; "cut" hangs up in the middle of the
    message; "lost" takes the message and hangs up before saying so.
    """

    fates: deque[str] = field(default_factory=deque)
    deliveries: list[Delivery] = field(default_factory=list)
    greetings: int = 0
    attempts: int = 0
    port: int = 0
    fate: str = "ok"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [str(delivery.message["Message-ID"]) for delivery in self.deliveries]

    # Called by the server, by these names.

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.attempts += 1
        self.fate = self.fates.popleft() if self.fates else "ok"
        stage, _, answer = self.fate.partition(" ")
        if stage == "rcpt":
            return answer
        if stage == "late":
            await asyncio.sleep(0.5)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        stage, _, answer = self.fate.partition(" ")
        if stage == "silence":
            await asyncio.sleep(60)
        if stage == "data":
            return answer
        message = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        self.deliveries.append(Delivery(str(envelope.mail_from), list(envelope.rcpt_tos), message))
        if stage == "lost":
            cast(asyncio.Transport, server.transport).abort()
        return "250 OK"


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if cast(Relay, self.event_handler).fate == "cut":
            await self.push("354 Go ahead")
            cast(asyncio.Transport, self.transport).abort()
            return
        await super().smtp_DATA(arg)


@asynccontextmanager
async def relay() -> AsyncIterator[Relay]:
    """A server on a free port of loopback, in this event loop, until the end of the block."""
    handler = Relay()
    loop = asyncio.get_running_loop()
    started: list[_Server] = []

    def protocol() -> _Server:
        started.append(_Server(handler, hostname="relay.test", loop=loop))
        return started[-1]

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    try:
        handler.port = server.sockets[0].getsockname()[1]
        yield handler
    finally:
        server.close()
        for one in started:
            if one.transport is not None:
                cast(asyncio.Transport, one.transport).abort()
        await server.wait_closed()
        await asyncio.sleep(0)
