"""Connections that keep nobody waiting: who says nothing, or reads nothing, is let go; who is only slow never is.

uvicorn with h11 waits for ever for a head that never ends, a body that never comes and an answer that nobody
reads. The limits here are on lack of progress, never on total time: an upload may take the whole day as long as a
byte comes now and then. Only when the house is full must those go who hold a place for nothing, and never a whole
village for sharing one address.
"""

import asyncio
import fcntl
import logging
import os
import resource
import socket
import struct
import termios
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from html import escape
from typing import Any

import h11
from litestar.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from components.inflow import STALLED

log = logging.getLogger("loket.connections")

_FULL = "Sistem sedang penuh. Yang sudah tersimpan tetap aman. Coba lagi satu menit lagi."
_STOPPED = "Kiriman ini berhenti di tengah jalan. Periksa internet Anda, lalu kirim lagi."
_RETRY_SECONDS = 60
_OWN_FILES = 200
"""File descriptors left to the database, the scans and the processes that open pictures."""
_SPILL = 200
"""Connections above the most that still hear that the house is full; beyond them they are closed unheard."""


@dataclass(frozen=True)
class Limits:
    """Seconds, where nothing else is said.

    silent: until the first byte of a request. head: until the end of its headers, and one more for each
    `head_bytes` of them, but never more than `head_most`. body: without one byte of a body; longer than uploads
    wait themselves, so that their own words are heard. answer: without one byte of an answer being taken.
    most: connections at once. patience: when there are that many, a connection that brought fewer than
    `slowest` bytes a second may have to go, but only after this long. look: how often each is looked at.
    """

    silent: float = 30.0
    head: float = 20.0
    head_bytes: int = 500
    head_most: float = 40.0
    body: float = STALLED + 5.0
    answer: float = STALLED
    most: int = 2000
    patience: float = 5.0
    slowest: float = 50.0
    look: float = 2.5


class Phase(Enum):
    """What a connection waits for."""

    SILENT = "the first byte of a request"
    HEAD = "the rest of the headers"
    BODY = "the rest of the body"
    US = "us"
    ANSWER = "the other end to take the answer"


class Crowd:
    """All connections of a server, and who has to go when there are too many."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._members: set[Connection] = set()
        self._sought = float("-inf")

    def enter(self, one: "Connection", now: float) -> bool:
        """Take it in. False when the house is full of people who are served: this one can only be told so."""
        self._members.add(one)
        over = len(self._members) - self.limits.most
        if over <= 0:
            return True
        if now >= self._sought + self.limits.patience / 5:
            self._sought = now
            over -= self._make_room(now, over + self.limits.most // 20)
        if over > _SPILL:
            one.transport.abort()
        return over <= 0

    def leave(self, one: "Connection") -> None:
        """It is closed."""
        self._members.discard(one)

    def _make_room(self, now: float, wanted: int) -> int:
        """Let go who holds a place for nothing; first of the address that has most such, there the longest first.

        A village behind one address loses nobody who sends or is being answered.
        """
        idle = [(one, since) for one in self._members if (since := one.idle_for(now)) >= self.limits.patience]
        held = Counter(one.address for one, _ in idle)
        idle.sort(key=lambda pair: (held[pair[0].address], pair[1]), reverse=True)
        for one, _ in idle[:wanted]:
            one.end()
        if idle:
            log.warning("full: %d connections that waited for nothing were closed", len(idle[:wanted]))
        return len(idle[:wanted])


class Connection(H11Protocol):
    """One connection, looked at now and then; ended cleanly when the other end made no progress."""

    def __init__(self, *given: Any, crowd: Crowd, **named: Any) -> None:
        super().__init__(*given, **named)
        self._crowd = crowd
        self._limits = crowd.limits
        self._timer: asyncio.TimerHandle | None = None
        self._came = 0
        """Bytes that came in all."""
        self._phase, self._cycle = Phase.SILENT, self.cycle
        self._since = self._moved = self.loop.time()
        """When the phase began, and when something last moved in it."""
        self._came_before = self._pending_before = self._bytes = 0

    # --- what uvicorn calls ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._crowd.enter(self, self.loop.time()):
            self.app = _full
        self._timer = self.loop.call_later(self._limits.look, self._look)

    def data_received(self, data: bytes) -> None:
        self._came += len(data)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.leave(self)
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)
        # After a reset uvicorn leaves this to run out, and everything of the connection stays in memory meanwhile.
        self._unset_keepalive_if_required()

    # --- looking ---

    @property
    def address(self) -> str:
        """Of the other end, which may be a proxy."""
        return self.client[0] if self.client else ""

    def idle_for(self, now: float) -> float:
        """Seconds for which it moved less than the slowest line would; 0 while it waits for us."""
        self._note(now)
        if self._phase is Phase.US:
            return 0.0
        return now - self._since - self._bytes / self._limits.slowest

    def _look(self) -> None:
        now = self.loop.time()
        self._note(now)
        if self._is_over(now):
            log.info("closed after waiting for %s", self._phase.value)
            self.end()
        self._timer = self.loop.call_later(self._limits.look, self._look)

    def _is_over(self, now: float) -> bool:
        limits = self._limits
        match self._phase:
            case Phase.SILENT:
                return now > self._since + limits.silent
            case Phase.HEAD:
                return now > self._since + min(
                    limits.head + self._bytes / limits.head_bytes, limits.head_most
                )
            case Phase.BODY:
                return now > self._moved + limits.body
            case Phase.ANSWER:
                return now > self._moved + limits.answer
            case Phase.US:
                return False

    def _note(self, now: float) -> None:
        """What moved since the last look."""
        pending = self._pending()
        phase = self._waits_for(pending)
        # Who reads nothing must not seem alive by sending, nor the other way round.
        taken, came = self._pending_before - pending, self._came - self._came_before
        moved = taken if phase is Phase.ANSWER else came
        if (phase, self.cycle) != (self._phase, self._cycle):
            self._phase, self._cycle, self._since, self._bytes = phase, self.cycle, now, 0
            self._moved = now
        elif moved:
            self._bytes += max(0, moved)
            self._moved = now
        self._came_before, self._pending_before = self._came, pending

    def _waits_for(self, pending: int) -> Phase:
        if self.transport.is_closing():
            return Phase.ANSWER
        if self.cycle is not None and not self.cycle.response_complete:
            if self.conn.their_state is h11.SEND_BODY and not self.flow.read_paused:
                return Phase.BODY
            return Phase.ANSWER if self.flow.write_paused else Phase.US
        if pending:
            return Phase.ANSWER
        if self.conn.their_state is h11.SEND_BODY:
            return Phase.BODY
        return Phase.HEAD if self.conn.trailing_data[0] else Phase.SILENT

    def _pending(self) -> int:
        """Bytes of answers that the other end has not taken yet, here and in the kernel.

        Without the kernel's share a slow reader would seem to stand still: it may hold megabytes.
        """
        size = self.transport.get_write_buffer_size()
        line = self.transport.get_extra_info("socket")
        with suppress(OSError, ValueError):
            size += struct.unpack("i", fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0]
        return size

    # --- ending ---

    def end(self) -> None:
        """Close it: with words when a request was under way, at once when it does not read anyway."""
        if self._phase is Phase.ANSWER:
            self._tear()
            return
        if self._phase is Phase.BODY and not self.cycle.response_complete:
            # The application is told what it is told when the line is cut: uploads keep what came.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self._phase in (Phase.HEAD, Phase.BODY) and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._say_stopped()
        self.transport.close()

    def _tear(self) -> None:
        """At once, with what the kernel holds of the answer, which may be megabytes."""
        with suppress(OSError, ValueError), self._duplicate() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _duplicate(self) -> socket.socket:
        """The same line once more: uvloop lends its own only to be looked at."""
        return socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno()))

    def _say_stopped(self) -> None:
        headers, page = _page(_STOPPED)
        for event in (
            h11.Response(status_code=408, headers=headers, reason=b"Request Timeout"),
            h11.Data(data=page),
            h11.EndOfMessage(),
        ):
            with suppress(h11.LocalProtocolError):
                self.transport.write(self.conn.send(event) or b"")


def _page(words: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and HTML of a page that asks nothing more of the server, not even a style sheet."""
    page = (
        '<!doctype html><html lang="id"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Loket KTP-el</title><h1>Belum berhasil</h1><p>{escape(words)}</p>"
    ).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(page)),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    return headers, page


async def _full(_scope: Scope, _receive: Receive, send: Send) -> None:
    """What everybody hears who came in when the house was full of people being served."""
    headers, page = _page(_FULL)
    headers.append((b"retry-after", b"%d" % _RETRY_SECONDS))
    start: Message = {"type": "http.response.start", "status": 503, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": page, "more_body": False})


def protocol(limits: Limits | None = None) -> Callable[..., Connection]:
    """What uvicorn makes its connections of (its `http`), for one server."""
    return partial(Connection, crowd=Crowd(limits or Limits()))


def most_connections() -> int:
    """How many connections this process may hold: every one may have a file of its own open."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(50, min(Limits.most, (allowed - _OWN_FILES) // 2))


def raise_file_limit() -> None:
    """As many open files as the system lets this process have; by default it is few."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems call it unlimited and then refuse
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
