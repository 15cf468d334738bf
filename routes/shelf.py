"""Answers that are the same for everybody, kept ready: nothing is computed for them per request.

A handler says so by share(); the gate puts the finished answer here, headers and all, and from then on answers by
itself, after the host was checked and with a line in the log. What such a page says (are there blanks?) may be some
seconds old, in every process; what was changed through this process is seen at once.
"""

from dataclasses import dataclass
from math import inf

from litestar.types import HTTPScope

from components import clock
from routes.origins import Headers, led_by

_MOST = 256
"""Answers kept. Browsers have few ways to say what they accept; whoever invents more shall not fill the memory."""
_OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})

Pairs = tuple[tuple[bytes, bytes], ...]
Key = tuple[str, str, bool, bool]


def share(scope: HTTPScope, seconds: float = inf) -> None:
    """Say that this request's answer is the same for everybody, for so long. It must hold nothing of the visitor."""
    scope["state"]["shared_for"] = seconds


def key_of(scope: HTTPScope, headers: Headers) -> Key | None:
    """All that such an answer may depend on; None for a request that is answered anew each time."""
    if scope["method"] != "GET" or scope["query_string"] or headers.all(b"hx-request"):
        return None
    return scope["path"], ",".join(headers.all(b"accept-encoding")), lands(headers), saves_data(headers)


def lands(headers: Headers) -> bool:
    """Whether none of our pages led here, so that the browser may have nothing of ours yet."""
    return led_by(headers) != "same-origin"


def saves_data(headers: Headers) -> bool:
    """Whether the person told the phone to use little data: nothing is fetched ahead then."""
    return headers.one(b"save-data").lower() == "on"


@dataclass(frozen=True)
class Ready:
    """One whole answer. until: in seconds of clock.steady()."""

    headers: Pairs
    body: bytes
    etag: str
    template: str
    until: float

    def for_browser(self, has: str) -> tuple[int, Pairs, bytes]:
        """Status, headers and body for a browser with this If-None-Match: one that has it is only told so."""
        if self.etag and (self.etag in has or has == "*"):
            return 304, tuple(pair for pair in self.headers if pair[0] not in _OF_THE_BODY), b""
        return 200, self.headers, self.body


class Shelf:
    """The answers of one process."""

    def __init__(self) -> None:
        self._kept: dict[Key, Ready] = {}

    def find(self, key: Key | None) -> Ready | None:
        """The answer, unless its time is over."""
        ready = self._kept.get(key) if key else None
        return ready if ready is not None and clock.steady() < ready.until else None

    def keep(self, key: Key | None, ready: Ready) -> None:
        """Put an answer where the next one asks for it."""
        if key is None:
            return
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = ready

    def forget(self) -> None:
        """Something may have changed: what has an end is made anew when it is asked for."""
        self._kept = {key: ready for key, ready in self._kept.items() if ready.until == inf}
