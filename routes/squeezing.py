"""Pages and fragments go over the line compressed, unless their length could tell a stranger what is in them.

A stranger who reads along on the line, and can have a signed-in browser ask for a page of ours with words of his
choice in it, learns from the length of the compressed page whether his words stand in it a second time (BREACH). So
what a session may see is compressed only for questions of our own pages and of the person: docs/decisions/004.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from components.codings import squeezed_now
from components.sessions import NOBODY
from routes.origins import Headers, led_by

_LEAST = 300
"""Bytes below which a page fits the packet it would have had anyway."""
_TEXT = (b"text/", b"application/json", b"image/svg+xml")
_EMPTY = frozenset({204, 205, 206, 304})

Pairs = list[tuple[bytes, bytes]]


class Squeezing:
    """ASGI middleware; what is streamed, compressed already or no text passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer, smaller where that is possible and safe."""
        if scope["type"] == ScopeType.HTTP:
            send = _Answer(scope, send)
        await self._app(scope, receive, send)


class _Answer:
    def __init__(self, scope: HTTPScope, send: Send) -> None:
        self._send = send
        asked = Headers(scope)
        self._accepted = ",".join(asked.all(b"accept-encoding"))
        known = scope["state"].get("visitor", NOBODY) is not NOBODY
        self._safe = not known or led_by(asked) in ("same-origin", "none")
        self._held: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name.lower(), value) for name, value in message.get("headers", ())]
            if _may_shrink(message["status"], dict(headers)):
                self._held = {**message, "headers": _varying(headers)}
                return
        elif self._held is not None and message["type"] == "http.response.body":
            start, self._held = self._held, None
            if self._safe and not message.get("more_body", False) and len(message["body"]) >= _LEAST:
                message["body"] = self._shrunk(start, message["body"])
            await self._send(start)
        await self._send(message)

    def _shrunk(self, start: Message, body: bytes) -> bytes:
        smaller, coding = squeezed_now(body, self._accepted)
        if coding and start["type"] == "http.response.start":
            kept = [pair for pair in start["headers"] if pair[0] != b"content-length"]
            length = (b"content-length", str(len(smaller)).encode())
            start["headers"] = [*kept, length, (b"content-encoding", coding.encode())]
        return smaller


def _may_shrink(status: int, headers: dict[bytes, bytes]) -> bool:
    """A strong ETag names these very bytes; no-transform says what it says."""
    return (
        status not in _EMPTY
        and headers.get(b"content-type", b"").startswith(_TEXT)
        and b"content-encoding" not in headers
        and not headers.get(b"etag", b"").startswith(b'"')
        and b"no-transform" not in headers.get(b"cache-control", b"")
    )


def _varying(headers: Pairs) -> Pairs:
    """The same, saying that it depends on Accept-Encoding too."""
    told = [value for name, value in headers if name == b"vary"]
    if any(b"accept-encoding" in value.lower() for value in told):
        return headers
    rest = [pair for pair in headers if pair[0] != b"vary"]
    return [*rest, (b"vary", b", ".join([*told, b"Accept-Encoding"]))]
