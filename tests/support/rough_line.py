"""A line on loopback that breaks: a TCP relay that cuts connections where it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar


@dataclass
class RoughLine:
    """The relay. sent: bytes that went to the service in all; cuts: connections that were cut."""

    to: int
    cut_after: Callable[[], int | None]
    """Asked for each new connection: after how many bytes from the client to reset it; None: never."""
    port: int = 0
    sent: int = 0
    cuts: int = 0
    _marks: list[tuple[int, asyncio.Event]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:  # the service is down just now
            writer.transport.abort()
            return
        ways = {
            asyncio.create_task(self._forward(reader, far_writer)),
            asyncio.create_task(_copy(far_reader, writer)),
        }
        self._tasks |= ways
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        far_writer.transport.abort()
        writer.transport.abort()
        await asyncio.wait(ways)
        self._tasks -= ways

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self.cut_after()
        with suppress(OSError):
            while data := await reader.read(16_384):
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                writer.write(data)
                await writer.drain()
                self.sent += len(data)
                for mark, event in self._marks:
                    if self.sent >= mark:
                        event.set()
                if left == 0:
                    self.cuts += 1
                    return

    async def reached(self, sent: int) -> None:
        """Return when so many bytes went to the service in all."""
        event = asyncio.Event()
        self._marks.append((sent, event))
        if self.sent < sent:
            await event.wait()

    async def stop(self) -> None:
        """Cut whatever is still connected."""
        ways = list(self._tasks)
        for way in ways:
            way.cancel()
        if ways:
            await asyncio.wait(ways)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


Line = TypeVar("Line", bound=RoughLine)


@asynccontextmanager
async def relaying(line: Line) -> AsyncIterator[Line]:
    """This relay, listening on a free port until the end."""
    server = await asyncio.start_server(line._relay, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await line.stop()


@asynccontextmanager
async def rough_line(to: int, cut_after: Callable[[], int | None]) -> AsyncIterator[RoughLine]:
    """A relay on a free port to the service on port `to`."""
    async with relaying(RoughLine(to, cut_after)) as line:
        yield line
