"""Requests that no browser would send: below httpx, straight to the application, or over a socket."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Pairs = Sequence[tuple[str, str]]


class BodyWasRead(AssertionError):
    """The application asked for the body of a request that it should have judged by its headers."""


@dataclass
class Answer:
    """What came back. headers: lower-case names; of a name that came twice, all values."""

    status: int = 0
    headers: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()


async def ask(
    app: Callable[..., Any], method: str, path: str, headers: Pairs, body: bytes | None = None
) -> Answer:
    """One request to an ASGI application. body None: its body must not be read (BodyWasRead)."""
    answer = Answer()
    parts = [] if body is None else [body]

    async def receive() -> dict[str, Any]:
        if body is None:
            raise BodyWasRead(f"{method} {path}")
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            for name, value in message["headers"]:
                answer.headers.setdefault(name.decode().lower(), []).append(value.decode("latin-1"))
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    bare, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("loket.test", 80),
    }
    await app(scope, receive, send)
    return answer


async def over_socket(
    port: int, head: str, body: bytes = b"", *, end: bool = False, within: float = 10
) -> Answer:
    """One request written byte by byte as given, and what the server answers until it closes.

    head: request line and headers with LF ends. end: half-close after the body, as a phone out of reach.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head.strip().replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
        await writer.drain()
        if end:
            writer.write_eof()
        async with asyncio.timeout(within):
            return await _answer(reader)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    answer = Answer(int(head[0].split()[1]))
    for line in head[1:]:
        name, separator, value = line.partition(":")
        if separator:
            answer.headers.setdefault(name.strip().lower(), []).append(value.strip())
    length = answer.headers.get("content-length")
    answer.body = await (reader.readexactly(int(length[0])) if length else reader.read())
    return answer
