"""Requests as fast as they are answered, over kept connections: wrk's way, in a few lines of asyncio."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Pressure:
    """What came of it. times: seconds per answer. statuses: how often each."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of all was answered."""
        return sorted(self.times)[int(share * (len(self.times) - 1))] * 1000


class _Line(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends again."""

    def __init__(self, request: bytes, seen: Pressure, until: float, over: asyncio.Future[None]) -> None:
        self._request, self._seen, self._until, self._over = request, seen, until, over
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass of it
        self._send()

    def _send(self) -> None:
        self._sent = perf_counter()
        if self._sent > self._until:
            self._transport.close()
            return
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        status = int(self._buffer[9:12])
        length = _LENGTH.search(self._buffer, 0, end + 2)
        whole = end + 4 + (int(length[1]) if length and status != 304 else 0)
        if len(self._buffer) < whole:
            return
        self._buffer = self._buffer[whole:]
        self._seen.times.append(perf_counter() - self._sent)
        self._seen.statuses[status] += 1
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._over.done():
            self._over.set_result(None)


def _itself(line: _Line) -> _Line:
    return line


async def press(
    port: int, path: str, seconds: float, connections: int = 32, headers: dict[str, str] | None = None
) -> Pressure:
    """GET this page over and over for so long."""
    lines = {"Host": f"127.0.0.1:{port}", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    request = f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()
    loop = asyncio.get_running_loop()
    seen, started = Pressure(), perf_counter()
    ends = [loop.create_future() for _ in range(connections)]
    for over in ends:
        line = _Line(request, seen, started + seconds, over)
        await loop.create_connection(partial(_itself, line), "127.0.0.1", port)
    await asyncio.gather(*ends)
    seen.seconds = perf_counter() - started
    return seen
