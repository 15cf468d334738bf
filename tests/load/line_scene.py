"""Everything that runs while `make bench-line` measures: the service, the pages beside it, TLS, the line."""

import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.browser import free_port
from tests.load import line_link, line_packages
from tests.load.line_front import Front, front, running
from tests.load.line_link import Line
from tests.load.served import MONDAY, Process

OTHERS = ("django", "govuk-frontend", "filepond", "uppy")
_PATHS = {"django": "/admin/login/?next=/admin/"}


@dataclass(frozen=True)
class Neighbours:
    """Pages served beside Loket: their folders, what Django needs, and why some are missing."""

    folders: dict[str, Path] = field(default_factory=dict)
    for_django: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """urls: of each page, as the phone reaches it. settings: of the service, for its command line."""

    line: Line
    front: Front
    urls: Mapping[str, str]
    loket: Process
    settings: Mapping[str, str] = field(default_factory=dict)


def gather(others: Sequence[str] = OTHERS) -> Neighbours:
    """The floor page, and those of packages that could be fetched."""
    found = Neighbours({"floor": line_packages.floor()})
    for name in others:
        try:
            if name == "django":
                found.folders[name], environment = line_packages.django()
                found.for_django.update(environment)
            else:
                found.folders[name] = line_packages.comparison(name)
        except line_packages.NotFetched as why:
            found.missing[name] = str(why)
    return found


def _server(name: str, folder: Path, port: int) -> list[str]:
    if name != "django":
        return [sys.executable, "-m", "tests.load.line_pages", str(folder), str(port)]
    listen = ["--bind", f"127.0.0.1:{port}", "--keep-alive", "75", "--threads", "4"]
    return [sys.executable, "-m", "gunicorn", *listen, "django.core.wsgi:get_wsgi_application()"]


def path_of(page: str) -> str:
    return _PATHS.get(page, "/")


@asynccontextmanager
async def standing(
    line: Line, ports: Mapping[str, int], neighbours: Neighbours, seen: Mapping[int, int]
) -> AsyncIterator[Scene]:
    """Service and neighbours behind TLS. ports: of the front, per page. seen: where the phone finds such a port."""
    behind = {page: free_port() for page in ports}
    urls = {
        page: f"https://{line.address}:{seen.get(port, port)}{path_of(page)}" for page, port in ports.items()
    }
    async with AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="loket-line-", ignore_cleanup_errors=True))
        )
        settings = _settings(folder, urls["loket"], behind["loket"])
        loket = await stack.enter_async_context(_loket(folder, settings))
        for page, kept in neighbours.folders.items():
            command = _server(page, kept, behind[page])
            more = neighbours.for_django if page == "django" else {}
            log = folder / f"{page}.log"
            one = running(*command, port=behind[page], ready=path_of(page), log=log, **more)
            await stack.enter_async_context(one)
        by_port = {ports[page]: behind[page] for page in ports}
        shield = front(folder / "front", line_packages.CACHE / "ca", line.address, by_port)
        yield Scene(line, await stack.enter_async_context(shield), urls, loket, settings)


def _settings(folder: Path, url: str, port: int) -> dict[str, str]:
    return {
        "LOKET_DATA": str(folder / "data"), "LOKET_MODE": "test", "LOKET_CLOCK": MONDAY.isoformat(),
        "LOKET_BASE_URL": url.rstrip("/"), "LOKET_TRUSTED_PROXIES": "127.0.0.1", "PORT": str(port),
    }  # fmt: skip


@asynccontextmanager
async def _loket(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Process]:
    """The real service, empty, as it is behind a proxy."""
    port = int(settings["PORT"])
    command = [sys.executable, "app.py", "run"]
    # Ready by its home page, so that no visit measured pays for what the first one after a start prepares.
    async with running(*command, port=port, ready="/", log=folder / "loket.log", **settings) as one:
        yield one


def _ports(neighbours: Neighbours) -> dict[str, int]:
    return {page: free_port() for page in ("loket", *neighbours.folders)}


@asynccontextmanager
async def over_packets(line: Line, neighbours: Neighbours) -> AsyncIterator[Scene]:
    """At the office end of village-link; its profile may change while this stands."""
    async with standing(line, _ports(neighbours), neighbours, {}) as scene:
        yield scene


@asynccontextmanager
async def over_streams(profile: str, neighbours: Neighbours) -> AsyncIterator[Scene]:
    """Behind the proxy on loopback, which is kinder than packets."""
    ports = _ports(neighbours)
    ordered: Sequence[int] = [ports["loket"], *(port for page, port in ports.items() if page != "loket")]
    async with (
        line_link.proxied(profile, ordered) as (line, seen),
        standing(line, ports, neighbours, seen) as scene,
    ):
        yield scene
