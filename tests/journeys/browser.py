"""A real browser, the real service as a process of its own, and a post office, for the journeys of this folder.

Nothing here knows a page: journeys bring the addresses and the words. A page fails its test when the browser
complains about anything, so that a journey also proves that nothing was refused by the content security policy.
"""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

import httpx
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.async_api import Browser, ConsoleMessage, Page, Playwright, Response

from tests.support.forked import Forked

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = "/usr/bin/chromium"
WITHOUT_WINDOWS = "/usr/bin/chromium-headless-shell"
"""The same Chromium of the same version without its windows and menus: a page costs a quarter of the work."""
_JOURNEYS = WITHOUT_WINDOWS if Path(WITHOUT_WINDOWS).exists() else CHROMIUM
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A renderer kept ready for another site costs as much as a page; all pages here are of one site.
    "--process-per-site",
    "--renderer-process-limit=1",
)
_KRIAN: dict[str, Any] = {"locale": "id-ID", "timezone_id": "Asia/Jakarta"}
PHONE: dict[str, Any] = {
    **_KRIAN,
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
PHONE_ALONE: dict[str, Any] = {**PHONE, "service_workers": "block"}
"""The same without a service worker: what goes through one cannot be held up by a test, and may come at any moment."""
DESK: dict[str, Any] = {**_KRIAN, "viewport": {"width": 1366, "height": 768}, "service_workers": "block"}
"""Without a service worker, which does nothing for officers."""

PATIENCE = 30_000
"""Milliseconds for anything to come: two cores serve the browser, the service and a second worker."""

# A person's mistake is answered by 4xx, which Chromium also writes to the console.
_CLIENT_ERROR = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")
_PARTS = frozenset({"stylesheet", "script", "image", "font"})


@dataclass
class Watch:
    """What the browser complained about during one test."""

    faults: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect complaints that match this, in a test that breaks something on purpose."""
        self.allowed.append(re.compile(pattern))

    def over(self, page: Page) -> None:
        """Listen to everything that goes wrong in this page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._say(f"page error: {error}"))
        page.on("response", self._response)

    def settle(self) -> None:
        """Fail when there were complaints nobody expected."""
        unexpected = [one for one in self.faults if not any(known.search(one) for known in self.allowed)]
        assert not unexpected, "\n".join(["the browser complained:", *unexpected])

    def _console(self, message: ConsoleMessage) -> None:
        loud = message.type == "error" or (message.type == "warning" and message.text.startswith("htmx"))
        if loud and not _CLIENT_ERROR.match(message.text):
            self._say(f"console: {message.text}")

    def _response(self, answer: Response) -> None:
        broken_part = answer.status >= 400 and answer.request.resource_type in _PARTS
        if answer.status >= 500 or broken_part:
            self._say(f"{answer.status} {answer.request.method} {answer.url}")

    def _say(self, what: str) -> None:
        self.faults.append(what)


async def launch(playwright: Playwright, windows: bool = False) -> Browser:
    """Debian's Chromium; nothing is downloaded. windows: the whole of it, for a form that opens another tab."""
    program = CHROMIUM if windows else _JOURNEYS
    return await playwright.chromium.launch(executable_path=program, args=list(FLAGS), headless=True)


@asynccontextmanager
async def person(browser: Browser, watch: Watch, equipment: Mapping[str, Any]) -> AsyncIterator[Page]:
    """A fresh browser profile with one page, as PHONE or DESK or a variation of them."""
    context = await browser.new_context(**equipment)
    context.set_default_timeout(PATIENCE)
    context.on("page", watch.over)
    try:
        yield await context.new_page()
    finally:
        await context.close()


class Process(Protocol):
    """What a journey does with a process of the service, however it was started."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    async def wait(self) -> int | None: ...


@dataclass
class Server:
    """One running process of the service."""

    url: str
    port: int
    data: Path
    process: Process
    log_file: Path

    @property
    def log(self) -> str:
        """What it wrote so far, greeting included."""
        return self.log_file.read_text("utf-8", errors="replace")

    async def stop(self) -> None:
        """End it as an administrator would; kill it when it does not end within 15 seconds."""
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 15)
            except TimeoutError:
                await self.kill()

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


async def comes_true(condition: Callable[[], Awaitable[bool]], within: float = 30) -> None:
    """Ask again and again until it is true; fails after so many seconds.

    No call is cut off in the middle: a browser whose driver was cancelled while a page was loading may never
    close that page again.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not await condition():
        assert loop.time() < end, f"did not come true within {within} s"
        await asyncio.sleep(0.05)


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running_server(
    data: Path,
    *,
    clock: str = "",
    smtp_url: str = "",
    port: int = 0,
    command: Sequence[str] = (),
    may_trace: bool = False,
    **environment: str,
) -> AsyncIterator[Server]:
    """The service on loopback with its data in `data`, from ready to ended.

    clock: moment it starts at, like 2026-11-23T09:00:00+07:00. port: 0 takes a free one; give the former one to
    start again on the same data. command: another program than `app.py run`, which is forked ready to begin.
    environment: further LOKET_* variables. Raises RuntimeError with its log when it
    does not become ready within 30 seconds; fails when it logged a traceback, unless may_trace.
    """
    port = port or free_port()
    log_file = _log_below(data, port)
    wanted = {"LOKET_DATA": str(data), "LOKET_MODE": "test", "LOKET_CLOCK": clock, "LOKET_SMTP_URL": smtp_url}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    process = await _started(
        command, {**inherited, **wanted, **environment, "PORT": str(port), "PYTHONUNBUFFERED": "1"}, log_file
    )
    server = Server(f"http://127.0.0.1:{port}", port, data, process, log_file)
    try:
        await _ready(server)
        yield server
    finally:
        await server.stop()
    assert may_trace or "Traceback (most recent call last)" not in server.log, server.log[-4000:]


async def _started(command: Sequence[str], environment: Mapping[str, str], log_file: Path) -> Process:
    if not command:
        return Forked(["run"], environment, log_file)
    with log_file.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=ROOT, env=environment,
            stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip


def _log_below(data: Path, port: int) -> Path:
    data.mkdir(parents=True, exist_ok=True)
    return data / f"server-{port}.log"


async def _ready(server: Server) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(600):
            if server.process.returncode is not None:
                break
            try:
                answer = await client.get(f"{server.url}/sehat/siap", timeout=5)
            except httpx.TransportError:
                pass
            else:
                if answer.status_code == 200:
                    return
            await asyncio.sleep(0.05)
    raise RuntimeError(
        f"the service did not become ready (exit {server.process.returncode}):\n{server.log[-4000:]}"
    )


@dataclass
class PostOffice:
    """A mail server on loopback that keeps what it gets."""

    messages: list[EmailMessage] = field(default_factory=list)
    refuse_with: str = ""
    """While set, the answer to every recipient, such as "451 4.3.0 Try later" or "550 5.1.1 No such user"."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802  (the library looks for this name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_with:
            return self.refuse_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self.messages.append(message_from_bytes(raw, policy=policy.default))
        return "250 OK"

    async def next(self, subject: str = "", within: float = 30) -> EmailMessage:
        """Take out the first message whose subject contains this, waiting at most `within` seconds for it."""
        async with asyncio.timeout(within):
            while True:
                for message in self.messages:
                    if subject in str(message["subject"]):
                        self.messages.remove(message)
                        return message
                await asyncio.sleep(0.05)


@asynccontextmanager
async def smtp_server() -> AsyncIterator[PostOffice]:
    """A post office on a free port of loopback."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: SMTP(office, loop=loop, hostname="post.test", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    office.port = listener.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        listener.close()
