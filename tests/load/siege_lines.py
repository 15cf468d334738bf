"""Connections that hold a place for nothing, in the ways known: each comes back when the server lets it go."""

import asyncio
import itertools
import socket
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from routes.tus import PIECE_TYPE
from tests.support.tus import Sender

_GET = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\n\r\n"
_FORM = (
    "POST /masuk HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 300\r\n\r\n"
)
_PIPELINED = 4
_DRIP_SECONDS = 3.0

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Besieger:
    """One who opens a connection, holds it as long as it lasts, and opens the next.

    upload: (its address, whose it is) for the one that announces a piece and never sends it. file: the address of
    the largest static file.
    """

    port: int
    file: str
    upload: tuple[str, Sender]
    answered: Counter[str] = field(default_factory=Counter)
    """How the server ended the connections, by status; "closed" without one."""
    open_now: int = 0

    async def hold(self, way: "Way") -> None:
        """Until cancelled."""
        while True:
            with suppress(OSError):
                await self._hold_one(way)
            await asyncio.sleep(0.2)

    async def _hold_one(self, way: "Way") -> None:
        reader, writer = await self._open(narrow=way is unread)
        self.open_now = 1
        saying = asyncio.create_task(way(self, writer))
        try:
            if way is unread:
                await saying
                self.answered["reset"] += 1
            else:
                told = await reader.read(65_536)
                self.answered[told[9:12].decode() or "closed"] += 1
        except ConnectionError:
            self.answered["reset"] += 1
        finally:
            self.open_now = 0
            saying.cancel()
            await asyncio.wait({saying})
            writer.transport.abort()

    async def _open(self, *, narrow: bool) -> Line:
        if not narrow:
            return await asyncio.open_connection("127.0.0.1", self.port)
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.setblocking(False)
        await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=one, limit=1024)
        cast(asyncio.ReadTransport, writer.transport).pause_reading()
        return reader, writer


async def nothing(_: Besieger, _writer: asyncio.StreamWriter) -> None:
    """Connects and says nothing."""


async def half_a_line(_: Besieger, writer: asyncio.StreamWriter) -> None:
    """Begins and stops."""
    writer.write(b"GET /permoh")


async def dripping(self: Besieger, writer: asyncio.StreamWriter) -> None:
    """A head that grows by one byte every few seconds and never ends."""
    head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nX-Slow: ".encode()
    for byte in itertools.chain(head, itertools.repeat(ord("a"))):
        writer.write(bytes([byte]))
        await asyncio.sleep(_DRIP_SECONDS)


async def form_without_body(self: Besieger, writer: asyncio.StreamWriter) -> None:
    """Announces a form and never sends it."""
    writer.write(_FORM.format(port=self.port).encode())


async def piece_without_body(self: Besieger, writer: asyncio.StreamWriter) -> None:
    """Announces a piece of an upload and never sends it."""
    place, sender = self.upload
    headers = {
        **sender.headers,
        "Host": f"127.0.0.1:{self.port}",
        "Content-Type": PIECE_TYPE,
        "Content-Length": "50000",
        "Upload-Offset": "0",
    }
    lines = [f"PATCH {place} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode())


async def unread(self: Besieger, writer: asyncio.StreamWriter) -> None:
    """Asks for a large file a few times and reads nothing; only writing shows that the line was torn."""
    asked = _GET.format(path=self.file, port=self.port).encode()
    writer.write(asked * _PIPELINED)
    with suppress(OSError):
        while True:
            await asyncio.sleep(_DRIP_SECONDS)
            writer.write(asked[:1])
            await writer.drain()


Way = Callable[[Besieger, asyncio.StreamWriter], Coroutine[Any, Any, None]]
WAYS: tuple[Way, ...] = (nothing, half_a_line, dripping, form_without_body, piece_without_body, unread)
