"""What a browser loaded, as its protocol (CDP, Network domain) tells it: bytes on the wire, headers included."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

_SECRETS = re.compile(r"/[A-Z]{3}-[0-9A-Z]{6}|(?<=/unggah)/[^/]+")
_OF_PHOTOS = re.compile(r"^/unggah|/lembar/")
"""Uploads, and small pictures of what was sent, on whichever page they show."""
Event = dict[str, Any]


@dataclass
class Load:
    """One answer. size: bytes of head and body as they came. sent: bytes of the request's body.

    fragment: htmx asked. whole: for a form that the script sends in the browser's place; when it is not led on to
    another address, the answer is a page and stands in place of the one before.
    """

    path: str
    method: str
    kind: str
    phase: str
    fragment: bool = False
    whole: bool = False
    size: int = 0
    sent: int = 0
    status: int = 0
    cached: bool = False


@dataclass
class Ledger:
    """Loads in the order they were asked for. phase: what new ones are counted under."""

    phase: str = "journey"
    loads: dict[str, Load] = field(default_factory=dict)
    announced: int = 0
    """Bytes of all uploads that were begun."""
    pieces: int = 0
    first_upload: float = 0.0
    """monotonic() when the first upload was begun; 0 before."""
    _lengths: dict[str, int] = field(default_factory=dict)

    @property
    def events(self) -> dict[str, Callable[[Event], None]]:
        """Handlers by the names of the domain's events."""
        return {
            "requestWillBeSent": self._asked,
            "requestWillBeSentExtraInfo": self._asked_with,
            "responseReceived": self._answered,
            "dataReceived": self._came,
            "loadingFinished": self._finished,
            "requestServedFromCache": self._from_cache,
        }

    def _asked(self, event: Event) -> None:
        key, request = event["requestId"], event["request"]
        if request["url"].startswith(("data:", "blob:")):
            return
        if "redirectResponse" in event and key in self.loads:
            before = self.loads.pop(key)
            before.size = int(event["redirectResponse"].get("encodedDataLength", 0))
            before.status, before.kind = event["redirectResponse"]["status"], "Redirect"
            self.loads[f"{key}/{len(self.loads)}"] = before
        headers = {name.lower(): value for name, value in request.get("headers", {}).items()}
        path = _SECRETS.sub("/-", urlsplit(request["url"]).path)
        phase = "documents" if _OF_PHOTOS.search(path) else self.phase
        self.loads[key] = Load(
            path, request["method"], event.get("type", "Other"), phase, fragment="hx-request" in headers,
            whole=headers.get("hx-target") == "body", sent=self._lengths.pop(key, 0),
        )  # fmt: skip
        self._upload(request["method"], headers)

    def _upload(self, method: str, headers: dict[str, str]) -> None:
        if method == "POST" and "upload-length" in headers:
            self.announced += int(headers["upload-length"])
            self.first_upload = self.first_upload or monotonic()
        elif method == "PATCH" and "upload-offset" in headers:
            self.pieces += 1

    def _asked_with(self, event: Event) -> None:
        """Either event may come first."""
        load = self.loads.get(event["requestId"])
        headers = {name.lower(): value for name, value in event["headers"].items()}
        length = int(headers.get("content-length", 0))
        if load is not None:
            load.sent = length
        else:
            self._lengths[event["requestId"]] = length

    def _answered(self, event: Event) -> None:
        load, answer = self.loads.get(event["requestId"]), event["response"]
        if load is None:
            return
        load.status, load.kind = answer["status"], event["type"]
        load.size = max(load.size, int(answer.get("encodedDataLength", 0)))
        load.cached = load.cached or bool(
            answer.get("fromDiskCache") or answer.get("fromPrefetchCache") or answer.get("fromServiceWorker")
        )

    def _came(self, event: Event) -> None:
        if event["requestId"] in self.loads:
            self.loads[event["requestId"]].size += int(event["encodedDataLength"])

    def _finished(self, event: Event) -> None:
        if event["requestId"] in self.loads:
            self.loads[event["requestId"]].size = int(event["encodedDataLength"])

    def _from_cache(self, event: Event) -> None:
        if event["requestId"] in self.loads:
            self.loads[event["requestId"]].cached = True

    def of_worker(self, url: str, method: str, size: int) -> None:
        """Something the service worker loaded by itself."""
        path = _SECRETS.sub("/-", urlsplit(url).path)
        self.loads[f"worker/{len(self.loads)}"] = Load(path, method, "ServiceWorker", self.phase, size=size)

    @property
    def travelled(self) -> list[Load]:
        """What went over the line. What a worker finds in the cache is asked for without an answer."""
        return [
            load
            for load in self.loads.values()
            if not load.cached and (load.size or load.status or load.kind not in ("Script", "ServiceWorker"))
        ]

    def summary(self) -> dict[str, Any]:
        """Bytes and requests by phase, by page, by fragment."""
        return {
            "phases": {phase: self._phase(phase) for phase in ("journey", "documents")},
            "pages": pages(self.travelled),
            "fragments": [_short(load) for load in self.travelled if load.fragment and not _is_page(load)],
            "loads": [asdict(load) for load in self.travelled],
        }

    def _phase(self, phase: str) -> dict[str, Any]:
        mine = [load for load in self.travelled if load.phase == phase]
        kinds: dict[str, int] = defaultdict(int)
        for load in mine:
            kinds[load.kind] += load.size
        return {
            "bytes": sum(load.size for load in mine),
            "requests": len(mine),
            "sent": sum(load.sent for load in mine),
            "by_kind": dict(kinds),
        }


def _is_page(load: Load) -> bool:
    return load.kind == "Document" or (load.whole and load.status != 204)


def _short(load: Load) -> dict[str, Any]:
    return {"path": load.path, "method": load.method, "bytes": load.size, "status": load.status}


def pages(loads: list[Load]) -> list[dict[str, Any]]:
    """Each page with what came along with it, redirects on the way to it included.

    A fragment ends it: what comes later belongs to steps shown in its place. What the service worker loads behind
    it counts with the journey alone.
    """
    found: list[dict[str, Any]] = []
    redirected, whole = 0, False
    for load in loads:
        if load.kind == "Redirect":
            redirected += load.size
        elif _is_page(load):
            found.append({"path": load.path, "bytes": load.size + redirected, "requests": 1})
            redirected, whole = 0, False
        elif load.fragment:
            whole = True
        elif found and not whole and load.phase == "journey" and load.kind != "ServiceWorker":
            found[-1]["bytes"] += load.size
            found[-1]["requests"] += 1
    return found
