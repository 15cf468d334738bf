"""The service as a process that is killed and comes back, and a phone whose line breaks at a chosen byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import httpx

from routes.tus import PIECE_TYPE
from tests.journeys.browser import Server, free_port, running_server
from tests.support.tus import Sender

_PIECE = 16_384


class Service:
    """One service on one port and one data folder, whatever happens to its process."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.kills = 0
        self._process = AsyncExitStack()
        self._server: Server | None = None

    @property
    def process_id(self) -> int:
        assert self._server is not None
        return self._server.process.pid

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """From ready to ended. In between it may be killed and started again."""
        await self.start()
        try:
            yield
        finally:
            await self._process.aclose()

    async def start(self) -> None:
        """Start it, after a kill or for the first time; ready when this returns."""
        await self._process.aclose()
        self._server = await self._process.enter_async_context(running_server(self.data, port=self.port))

    async def kill(self) -> None:
        """SIGKILL, at once."""
        assert self._server is not None
        await self._server.kill()
        self.kills += 1


class Phone:
    """Uploads as slowly as it is told, and counts what it sends."""

    def __init__(self, port: int, sender: Sender) -> None:
        self.port = port
        self.sent = 0
        self._sender = sender
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)

    async def begin(self, length: int, kind: str = "old_card") -> str:
        """The address of a new upload."""
        answer = await self._client.post("/unggah", headers=self._sender.announcing(length, kind))
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    async def offset(self, place: str) -> int:
        """How far the service says it got."""
        answer = await self._client.head(place, headers=self._sender.headers)
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["upload-offset"])

    async def send(
        self,
        place: str,
        offset: int,
        content: bytes,
        *,
        until: int | None = None,
        then: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None,
        pause: float = 0.0,
    ) -> int:
        """PATCH all of `content` from `offset` on; the status of the answer.

        until: stop at this byte of the file, do `then` with the open connection (nothing: it is torn away), and
        return 0. pause: seconds between two writes of 16 KB.
        """
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self._head(place, offset, len(content)))
            end = len(content) if until is None else until
            for at in range(offset, end, _PIECE):
                writer.write(content[at : min(end, at + _PIECE)])
                await writer.drain()
                self.sent += min(end, at + _PIECE) - at
                await asyncio.sleep(pause)
            if until is not None:
                if then is not None:
                    await then(writer)
                return 0
            return int((await reader.readline()).split()[1])
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    async def trickle(self, place: str, content: bytes, *, bytes_per_second: int, seconds: float) -> None:
        """PATCH from the beginning, a little every quarter of a second, and tear the line after so many seconds."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self._head(place, 0, len(content)))
        loop = asyncio.get_running_loop()
        began, at = loop.time(), 0
        while (spent := loop.time() - began) < seconds:
            due = min(len(content), int(bytes_per_second * spent))
            writer.write(content[at:due])
            await writer.drain()
            at = due
            await asyncio.sleep(0.25)
        self.sent += at
        writer.transport.abort()

    def _head(self, place: str, offset: int, length: int) -> bytes:
        headers = {
            **self._sender.headers,
            "Host": f"127.0.0.1:{self.port}",
            "Content-Type": PIECE_TYPE,
            "Content-Length": str(length - offset),
            "Upload-Offset": str(offset),
        }
        lines = [f"PATCH {place} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode()

    async def close(self) -> None:
        """Let the kept connections go."""
        await self._client.aclose()
