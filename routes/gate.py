"""What stands before every handler: host, origin, session, security headers, and a log line without secrets.

Outermost on purpose, so that pages for 404 and 500 carry the same headers, and so that a forged request is
turned away before its body is read.
"""

import logging
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from secrets import token_hex

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from components import clock, sessions
from components.kit import kit
from components.rendering import render
from components.sessions import NOBODY
from models.db import DatabaseProblem
from routes.origins import Headers, may_change
from routes.visit import cookie_name

log = logging.getLogger("loket.access")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    # same-origin, not no-referrer: the latter makes older browsers send "Origin: null" with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
]
_OUR_FAULT = "Ada gangguan di sistem kami. Yang sudah tersimpan tetap aman. Coba lagi 5 menit lagi."
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge, then hand on; whatever happens, one line is logged."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = clock.steady()
        request: HTTPScope = scope
        request_id = token_hex(6)
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message.get("headers", ()), request_id)
            await send(message)

        scope.setdefault("state", {})
        scope["state"]["request_id"] = request_id
        try:
            turned_away, receive = await self._judge(request, receive)
            if turned_away:
                await _turn_away(send_guarded, *turned_away)
            else:
                await self._app(scope, receive, send_guarded)
        except Exception:
            # Even the page for faults can have a fault; what is sent half cannot be taken back.
            log.exception("%s could not be answered", request_id)
            if status:
                raise
            await _turn_away(send_guarded, 500, _OUR_FAULT)
        finally:
            path = request.get("path_template") or "-"
            spent = (clock.steady() - started) * 1000
            log.info("%s %s %s %d %.0fms", request_id, request["method"], path, status, spent)

    async def _judge(self, scope: HTTPScope, receive: Receive) -> tuple[tuple[int, str] | None, Receive]:
        """Why this request goes no further, or None; and where its body is read from."""
        headers = Headers(scope)
        if not _known_host(headers.one(b"host")):
            return (400, "Alamat ini bukan alamat layanan kami."), receive
        token = _session_token(headers.all(b"cookie"))
        visitor = NOBODY
        if token and not scope["path"].startswith("/static/"):
            try:
                visitor = await sessions.recognise(token, clock.now())
            except DatabaseProblem:
                return (
                    503,
                    "Sistem sedang sibuk. Yang tersimpan tetap aman. Coba lagi satu menit lagi.",
                ), receive
        scope["state"]["visitor"] = visitor
        scope["state"]["session_token"] = token if visitor is not NOBODY else ""
        allowed, receive = await may_change(scope["method"], headers, visitor, receive)
        if not allowed:
            return (403, "Formulir ini tidak dikirim dari halaman kami. Buka lagi halamannya."), receive
        return None, receive


def _with_headers(given: Iterable[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    headers = list(given)
    present = {name.lower() for name, _ in headers}
    headers += [(name, value) for name, value in _HEADERS if name not in present]
    if b"content-security-policy" not in present:
        headers.append((b"content-security-policy", POLICY.encode()))
    if kit().settings.secure:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    headers.append((b"x-request-id", request_id.encode()))
    return headers


def _known_host(host: str) -> bool:
    settings = kit().settings
    return (
        host == settings.host
        or (not settings.secure and host.rpartition(":")[0] in _LOOPBACK)
        or host in _LOOPBACK
    )


def _session_token(cookies: list[str]) -> str:
    """The session cookie's value; a name that comes twice (tossed in by a sibling site) counts as none."""
    name = cookie_name()
    pieces = [piece.strip() for line in cookies for piece in line.split(";")]
    if sum(piece.startswith(f"{name}=") for piece in pieces) != 1:
        return ""
    try:
        return SimpleCookie("; ".join(pieces))[name].value
    except (CookieError, KeyError):
        return ""


async def _turn_away(send: Send, status: int, words: str) -> None:
    """A short page without touching the application; the connection closes, for its body was not read."""
    page = render("failures/turned_away.html", {"message": words}).encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/html; charset=utf-8"),
                (b"content-length", str(len(page)).encode()),
                (b"connection", b"close"),
                (b"cache-control", b"no-store"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": page, "more_body": False})
