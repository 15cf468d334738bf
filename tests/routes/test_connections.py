"""Connections that wait for nothing end; slow ones never do. On real sockets, with limits of fractions of a second."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
import uvicorn
from litestar.types import Receive, Scope, Send

from routes.connections import Limits, most_connections, protocol, raise_file_limit
from tests.journeys.browser import free_port

pytestmark = pytest.mark.timeout(60)

SHORT = Limits(
    silent=0.3, head=0.3, head_bytes=50, head_most=0.9, body=0.3, answer=0.3, patience=0.1, look=0.05
)
LARGE = 30_000_000
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


@dataclass
class House:
    """A server with an application that notes what it got."""

    port: int
    bodies: list[bytes] = field(default_factory=list)
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    full: asyncio.Event = field(default_factory=asyncio.Event)
    """Four people wait for /wait."""
    slow: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers to /wait are given once it is set."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                self.bodies.append(body)
                self.cut.set()
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        path = cast(dict[str, Any], scope)["path"]
        if path == "/wait":
            if len(self.bodies) == 4:
                self.full.set()
            await self.slow.wait()
        content = b"x" * LARGE if path == "/large" else b"hello"
        headers = [(b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": False})

    async def opened(self, *sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which this was said."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"".join(sent))
        await writer.drain()
        return reader, writer

    async def ask(self, path: str = "/") -> bytes:
        """One ordinary request; all that came back."""
        reader, writer = await self.opened(
            GET.replace(b"/ ", path.encode() + b" ", 1), b"Connection: close\r\n\r\n"
        )
        answer = await reader.read()
        writer.close()
        return answer


@asynccontextmanager
async def house(limits: Limits = SHORT) -> AsyncIterator[House]:
    one = House(free_port())
    server = uvicorn.Server(
        uvicorn.Config(
            cast(Any, one), port=one.port, http=cast(Any, protocol(limits)), lifespan="off", log_config=None,
            timeout_graceful_shutdown=1,
        )
    )  # fmt: skip
    running = asyncio.create_task(server.serve())
    for _ in range(1000):
        if await _listening(one.port):
            break
        await asyncio.sleep(0.02)
    try:
        yield one
    finally:
        server.should_exit = True
        await running


async def _listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.close()
    return True


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """All that still comes until the server closes; nothing when it closes without ceremony."""
    with suppress(ConnectionError):
        return await reader.read()
    return b""


@pytest.mark.parametrize("said", [b"", GET + b"\r\n"], ids=["nothing yet", "one request"])
async def test_silence_ends(said: bytes) -> None:
    """Who says nothing, or nothing more, is let go without a word."""
    async with house() as one:
        reader, writer = await one.opened(said)
        answer = await end_of(reader)
        assert answer.endswith(b"hello" if said else b"")
        writer.close()


@pytest.mark.parametrize("pause", [None, 0.04], ids=["silent", "dripping"])
async def test_headers_that_never_end(pause: float | None) -> None:
    """Half a head, also one that grows by a byte at a time for ever: told so, and closed."""
    async with house() as one:
        reader, writer = await one.opened(GET + b"X-Slow: ")

        async def drip() -> None:
            while pause is not None:
                writer.write(b"a")
                await asyncio.sleep(pause)

        dripping = asyncio.create_task(drip())
        answer = await end_of(reader)
        dripping.cancel()
        assert (
            answer.startswith(b"HTTP/1.1 408 ") or answer == b""
        )  # a drop on its way may cost it its answer
        if pause is None:
            assert b"Periksa internet Anda" in answer
        assert one.bodies == []
        writer.close()


async def test_a_body_that_never_comes() -> None:
    """The application is told as when the line is cut, and keeps what it got; the phone hears what happened."""
    async with house() as one:
        reader, writer = await one.opened(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", b"begun"
        )
        answer = await end_of(reader)
        await one.cut.wait()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"content-security-policy" in answer
        assert one.bodies == [b"begun"]
        writer.close()


async def test_a_slow_body_takes_as_long_as_it_likes() -> None:
    """No limit on the whole, only on standing still: four times every limit there is."""
    async with house() as one:
        reader, writer = await one.opened(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 24\r\n\r\n")
        for _ in range(24):
            writer.write(b"b")
            await asyncio.sleep(0.05)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        assert one.bodies == [b"b" * 24]
        writer.close()


async def test_who_waits_for_us_is_never_ended() -> None:
    async with house() as one:
        waiting = asyncio.create_task(one.ask("/wait"))
        await asyncio.sleep(4 * SHORT.body)
        one.slow.set()
        assert (await waiting).endswith(b"hello")


@pytest.mark.parametrize("dripping", [False, True], ids=["silent", "asking for more"])
async def test_an_answer_nobody_reads(dripping: bool) -> None:
    """It must not lie in memory for ever, whatever else is said meanwhile."""
    async with house() as one:
        line = socket.create_connection(("127.0.0.1", one.port))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(GET.replace(b"/ ", b"/large ", 1) + b"\r\n")
        for _ in range(16):
            await asyncio.sleep(SHORT.answer / 4)
            with suppress(ConnectionError):
                line.send(b"G" if dripping else b"")
        # What lies in between may still be read; then the line turns out to be gone.
        received = await asyncio.to_thread(_drained, line)
        assert received < LARGE
        line.close()


def _drained(line: socket.socket) -> int:
    size = 0
    with suppress(ConnectionError):
        while some := line.recv(1_000_000):
            size += len(some)
    return size


async def test_an_answer_read_slowly_arrives() -> None:
    """Megabytes lie in the kernel, where the server does not see them go: each one taken counts."""
    async with house(replace(SHORT, answer=0.5)) as one:
        reader, writer = await one.opened(GET.replace(b"/ ", b"/large ", 1) + b"\r\n")
        received = len(await reader.readuntil(b"\r\n\r\n"))
        head = received
        while received < LARGE + head:
            received += len(await reader.read(400_000))
            await asyncio.sleep(0.02)
        assert received == LARGE + head
        writer.close()


async def test_a_full_house_lets_the_idle_go_first() -> None:
    """Those who brought nothing make room; who sends, however slowly, stays."""
    async with house(replace(SHORT, most=20, silent=30, head=30, head_most=30, body=30)) as one:
        sender, pen = await one.opened(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n")
        sending = asyncio.create_task(_little_by_little(pen, 500))
        idle = [await one.opened(b"GET / HT") for _ in range(19)]
        await asyncio.sleep(2 * SHORT.patience)
        for _ in range(3):
            assert (await one.ask()).endswith(b"hello")
        await sending
        assert (await sender.readline()).startswith(b"HTTP/1.1 200 ")
        assert b"b" * 500 in one.bodies
        for _, writer in [*idle, (sender, pen)]:
            writer.close()


async def _little_by_little(pen: asyncio.StreamWriter, size: int) -> None:
    for _ in range(size // 20):
        pen.write(b"b" * 20)
        await asyncio.sleep(0.03)


async def test_a_house_full_of_served_people_says_so() -> None:
    """503 in words with Retry-After; who was there before is not disturbed, and later there is room again."""
    async with house(replace(SHORT, most=4)) as one:
        waiting = [asyncio.create_task(one.ask("/wait")) for _ in range(4)]
        await one.full.wait()
        answer = await one.ask()
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 60" in answer
        assert b"Sistem sedang penuh" in answer
        one.slow.set()
        assert all(told.endswith(b"hello") for told in await asyncio.gather(*waiting))
        assert (await one.ask()).endswith(b"hello")


async def test_a_reset_leaves_nothing_behind() -> None:
    """A phone that lost its line in the middle, many times over: the next one is served, none is remembered."""
    async with house(replace(SHORT, most=30)) as one:
        for _ in range(60):
            _, writer = await one.opened(
                b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n", b"half"
            )
            writer.transport.abort()
        assert (await one.ask()).endswith(b"hello")


def test_as_many_files_as_the_system_allows() -> None:
    """Both ends of every connection find place below the limit."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        raise_file_limit()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert soft == hard
        assert 50 <= most_connections() <= Limits.most
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
