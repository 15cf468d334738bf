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

from components import clock, metrics, sessions
from components.kit import kit
from components.rendering import render, style_text
from components.sessions import NOBODY
from models.db import DatabaseProblem
from routes.origins import SAFE, Headers, may_change
from routes.policy import POLICY, landing_policy
from routes.shelf import Ready, Shelf, key_of, lands
from routes.squeezing import Squeezing
from routes.visit import cookie_name

log = logging.getLogger("loket.access")

_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_HEADERS = [
    _NO_SNIFFING,
    # same-origin, not no-referrer: the latter makes older browsers send "Origin: null" with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
]
_OF_A_FILE = [
    _NO_SNIFFING,
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'"),
]
"""For static files: what governs pages governs none of them, and the proxy sends every header anew with each file.
A picture that somebody opens by itself still loads and runs nothing."""
_OUR_FAULT = "Ada gangguan di sistem kami. Yang sudah tersimpan tetap aman. Coba lagi 5 menit lagi."
_BUSY = "Sistem sedang sibuk. Yang tersimpan tetap aman. Coba lagi satu menit lagi."
_RETRY = {423: b"10", 503: b"30"}
_LONGEST_PATH = 300
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = Squeezing(app)
        self._shelf = Shelf()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge, then hand on; whatever happens, one line is logged."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = clock.steady()
        request: HTTPScope = scope
        headers = Headers(request)
        answer = _Answer(request, headers, send, self._shelf)
        ready = self._shelf.find(answer.key)
        try:
            if ready is not None and _known_host(headers.one(b"host")):
                request["path_template"] = ready.template
                await answer.hand_out(ready)
            else:
                await self._ask(request, headers, receive, answer)
        finally:
            path = request.get("path_template") or "-"
            spent = clock.steady() - started
            metrics.count_request(request["method"], path, answer.status, spent)
            log.info(
                "%s %s %s %d %.0fms", answer.request_id, request["method"], path, answer.status, spent * 1000
            )

    async def _ask(self, scope: HTTPScope, headers: Headers, receive: Receive, answer: "_Answer") -> None:
        """Have the application answer, if the request may come before it."""
        scope.setdefault("state", {})
        scope["state"]["request_id"] = answer.request_id
        try:
            turned_away, receive = await self._judge(scope, headers, receive)
            if turned_away:
                await _turn_away(answer, *turned_away)
            else:
                await self._app(scope, receive, answer)
        except Exception:
            # Even the page for faults can have a fault; what is sent half cannot be taken back.
            log.exception("%s could not be answered", answer.request_id)
            if answer.status:
                raise
            await _turn_away(answer, 500, _OUR_FAULT)
        finally:
            if scope["method"] not in SAFE:
                self._shelf.forget()

    async def _judge(
        self, scope: HTTPScope, headers: Headers, receive: Receive
    ) -> tuple[tuple[int, str] | None, Receive]:
        """Why this request goes no further, or None; and where its body is read from."""
        if not _known_host(headers.one(b"host")):
            return (400, "Alamat ini bukan alamat layanan kami."), receive
        if not _readable(scope):
            return (404, "Alamat ini tidak ada. Mulai lagi dari halaman depan."), receive
        token = _session_token(headers.all(b"cookie"))
        visitor = NOBODY
        if token and not scope["path"].startswith("/static/"):
            try:
                visitor = await sessions.recognise(token, clock.now())
            except DatabaseProblem:
                return (_busy_status(scope), _BUSY), receive
        scope["state"]["visitor"] = visitor
        scope["state"]["session_token"] = token if visitor is not NOBODY else ""
        allowed, receive = await may_change(scope["method"], headers, visitor, receive)
        if not allowed:
            return (403, "Formulir ini tidak dikirim dari halaman kami. Buka lagi halamannya."), receive
        return None, receive


class _Answer:
    """Where the application sends its answer: adds our headers, and keeps what is the same for everybody."""

    def __init__(self, scope: HTTPScope, headers: Headers, send: Send, shelf: Shelf) -> None:
        self.request_id = token_hex(6)
        self.status = 0
        self.key = key_of(scope, headers)
        self._scope, self._headers, self._send, self._shelf = scope, headers, send, shelf
        self._shared: list[tuple[bytes, bytes]] = []

    async def __call__(self, message: Message) -> None:
        """One message of the application."""
        if message["type"] == "http.response.start":
            is_file = self._scope["path"].startswith("/static/") and message["status"] == 200
            headers = _with_headers(message.get("headers", ()), self._headers, is_file)
            if message["status"] == 200 and "shared_for" in self._scope["state"]:
                self._shared = headers
            else:
                await self._begin(message["status"], headers)
        elif self._shared and message["type"] == "http.response.body":
            await self.hand_out(self._keep(message["body"]))
        else:
            await self._send(message)

    async def hand_out(self, ready: Ready) -> None:
        """The whole of an answer that is ready."""
        status, headers, body = ready.for_browser(self._headers.one(b"if-none-match"))
        await self._begin(status, headers)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self.status = status
        named = [*headers, (b"x-request-id", self.request_id.encode())]
        await self._send({"type": "http.response.start", "status": status, "headers": named})

    def _keep(self, body: bytes) -> Ready:
        etag = dict(self._shared).get(b"etag", b"").decode()
        template = self._scope.get("path_template") or "-"
        until = clock.steady() + self._scope["state"]["shared_for"]
        ready = Ready(tuple(self._shared), body, etag, template, until)
        self._shelf.keep(self.key, ready)
        return ready


def _with_headers(
    given: Iterable[tuple[bytes, bytes]], asked: Headers, is_file: bool
) -> list[tuple[bytes, bytes]]:
    headers = [(name.lower(), value) for name, value in given]
    if is_file:
        return [*headers, *_OF_A_FILE]
    if asked.one(b"hx-request") == "true":
        # A fragment becomes part of a page that brought its headers, and only our own script can ask for one:
        # no link, form or foreign page can add this header. What governs documents would cost it 500 bytes.
        return [*headers, _NO_SNIFFING]
    present = {name for name, _ in headers}
    headers += [(name, value) for name, value in _HEADERS if name not in present]
    if b"content-security-policy" not in present:
        policy = landing_policy(style_text()) if lands(asked) else POLICY
        headers.append((b"content-security-policy", policy.encode()))
    if kit().settings.secure:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    return headers


def _busy_status(scope: HTTPScope) -> int:
    """503; for who asks how far an upload is 423, for after any other failure its client would begin anew."""
    return 423 if scope["path"].startswith("/unggah/") and scope["method"] in SAFE else 503


def _known_host(host: str) -> bool:
    settings = kit().settings
    return (
        host == settings.host
        or (not settings.secure and host.rpartition(":")[0] in _LOOPBACK)
        or host in _LOOPBACK
    )


def _readable(scope: HTTPScope) -> bool:
    """Whether an address can be one of ours: none is this long, and no database looks for a NUL."""
    return (
        len(scope["path"]) <= _LONGEST_PATH
        and "\0" not in scope["path"]
        and b"%00" not in scope["query_string"]
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
                *([(b"retry-after", _RETRY[status])] if status in _RETRY else []),
            ],
        }
    )
    await send({"type": "http.response.body", "body": page, "more_body": False})
