"""What stands before every handler: host, origin, session, security headers, and a log line without secrets.

Outermost on purpose, so that pages for 404 and 500 carry the same headers, and so that a forged request is
turned away before its body is read.
"""

import logging
from http.cookies import CookieError, SimpleCookie
from secrets import compare_digest, token_hex
from urllib.parse import urlsplit

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from components import clock, sessions
from components.kit import kit
from components.rendering import render
from components.sessions import NOBODY, Visitor
from routes import forms
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
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = clock.steady()
        request_id = token_hex(6)
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message.get("headers", ()), request_id)
            await send(message)

        headers = _Headers(scope)
        scope.setdefault("state", {})
        scope["state"]["request_id"] = request_id
        try:
            if not _known_host(headers.one(b"host")):
                await _turn_away(send_guarded, 400, "Alamat ini bukan alamat layanan kami.")
                return
            token = _session_token(headers.all(b"cookie"))
            visitor = NOBODY
            if token and not scope["path"].startswith("/static/"):
                visitor = await sessions.recognise(token, clock.now())
            scope["state"]["visitor"] = visitor
            scope["state"]["session_token"] = token if visitor is not NOBODY else ""
            allowed, receive = await _may_change(scope["method"], headers, visitor, receive)
            if not allowed:
                await _turn_away(send_guarded, 403, "Formulir ini tidak dikirim dari halaman kami. Buka lagi halamannya.")
                return
            await self._app(scope, receive, send_guarded)
        finally:
            log.info(
                "%s %s %s %d %.0fms",
                request_id,
                scope["method"],
                scope.get("path_template") or "-",
                status,
                (clock.steady() - started) * 1000,
            )


class _Headers:
    def __init__(self, scope: Scope) -> None:
        self._raw: list[tuple[bytes, bytes]] = list(scope["headers"])

    def all(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for key, value in self._raw if key == name]

    def one(self, name: bytes) -> str:
        """The header's only value; empty when it is missing or came twice."""
        values = self.all(name)
        return values[0] if len(values) == 1 else ""


def _with_headers(given: "list[tuple[bytes, bytes]] | tuple[tuple[bytes, bytes], ...]", request_id: str) -> list[tuple[bytes, bytes]]:
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
    return host == settings.host or (not settings.secure and host.rpartition(":")[0] in _LOOPBACK) or host in _LOOPBACK


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


async def _may_change(method: str, headers: _Headers, visitor: Visitor, receive: Receive) -> tuple[bool, Receive]:
    """Whether a request that changes something comes from our own pages."""
    if method in _SAFE:
        return True, receive
    site = headers.one(b"sec-fetch-site")
    if site:
        return site == "same-origin", receive
    origin = headers.one(b"origin")
    if origin:
        return urlsplit(origin).netloc == headers.one(b"host") != "", receive
    return await _token_fits(headers, visitor, receive)


async def _token_fits(headers: _Headers, visitor: Visitor, receive: Receive) -> tuple[bool, Receive]:
    """Browsers too old for both headers prove themselves by the token of their session."""
    if not visitor.form_token:
        return False, receive
    given = headers.one(b"x-token")
    if given:
        return compare_digest(given.encode(), visitor.form_token.encode()), receive
    length = headers.one(b"content-length")
    if not headers.one(b"content-type").startswith("application/x-www-form-urlencoded"):
        return False, receive
    if not length.isdecimal() or int(length) > forms.LARGEST:
        return False, receive
    body = b""
    more = True
    while more and len(body) <= forms.LARGEST:
        message = await receive()
        if message["type"] != "http.request":
            return False, receive
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        given = forms.parse(body).text(forms.TOKEN_FIELD)
    except forms.Unreadable:
        return False, receive
    return compare_digest(given.encode(), visitor.form_token.encode()), _replay(body, receive)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


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
