"""A WhatsApp gateway in this process, on a real port, that does what it is told: takes, puts off, refuses, hangs."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

_OK = b'{"messages":[{"id":"wamid.test"}]}'


@dataclass
class Gateway:
    """fates: what to do with the next messages, in order; when they are used up, take them.

    A number answers with that code; "silence" never answers; "lost" takes the message and hangs up without an answer.
    """

    fates: deque[int | str] = field(default_factory=deque)
    taken: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v23.0/1234/messages"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as many messages as it brings."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                body = await reader.readexactly(int(headers["content-length"]))
                if not await self._judge(lines[0], headers, body, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _judge(
        self, line: str, headers: dict[str, str], body: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        assert line == "POST /v23.0/1234/messages HTTP/1.1"
        self.headers.append(headers)
        fate = self.fates.popleft() if self.fates else 200
        if fate == "silence":
            await asyncio.sleep(60)
        if fate in (200, "lost"):
            self.taken.append(json.loads(body))
            self.keys.append(headers["idempotency-key"])
        if fate == "lost":
            return False
        writer.write(f"HTTP/1.1 {fate} X\r\nContent-Length: {len(_OK)}\r\n\r\n".encode() + _OK)
        await writer.drain()
        return True


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    """A gateway on a free port of loopback, in this event loop, until the end of the block."""
    one = Gateway()
    handlers: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(one.answer(reader, writer))
        handlers.add(task)
        task.add_done_callback(handlers.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        for task in list(handlers):
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
