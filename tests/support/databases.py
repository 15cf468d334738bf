"""Throw-away databases for tests: a PostgreSQL server of our own, and fresh databases on it and on SQLite.

    async with databases.fresh("postgres") as url:      # connected: models.db is ready
        ...

`fresh` may be used any number of times in one test (Hypothesis), one after the other, in any event loop.
"""

import contextlib
import ctypes
import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Literal

import asyncpg
import pytest

from components import founding
from models import db
from models.office import Office

Kind = Literal["sqlite", "postgres"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgres")
START_SECONDS = 60.0

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"])
"""Marks a test, or a file as its pytestmark, in which the database makes no difference."""

# As in production where it decides whether an acknowledged row survives; small where it only costs memory.
CONFIGURATION = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
}


class PostgresMissing(Exception):
    """No PostgreSQL server can be started here; the message says what to do."""


def programs() -> Path:
    """The folder with initdb and postgres of the newest version; installs Debian's package when root."""
    if (found := _find_programs()) is not None:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update", "-qq"], ["install", "-y", "-qq", "postgresql"]):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", *command], check=False, capture_output=True, env=quiet)
        if (found := _find_programs()) is not None:
            return found
    raise PostgresMissing("tests need PostgreSQL's initdb and postgres: apt-get install postgresql")


def _find_programs() -> Path | None:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4]))
    if debian:
        return debian[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None or shutil.which("postgres") is None:
        return None
    return Path(on_path).resolve().parent


def _in_memory() -> str | None:
    """A folder in memory with room for a thousand databases' worth of log, if there is one.

    Each test makes and drops a database, each time syncing all of it; no test pulls the plug of the machine.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4_000_000_000
    return str(memory) if roomy else None


def _die_with_parent() -> None:
    """Linux sends SIGQUIT (immediate shutdown) when the test run is killed: no server is left behind."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


class Server:
    """A PostgreSQL server in a temporary folder, on a random port of 127.0.0.1, without a password."""

    def __init__(self) -> None:
        self._programs = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="loket-pg-", dir=_in_memory()))
        self._owner = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self._process: subprocess.Popen[bytes] | None = None
        self._strategy = ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def url(self, name: str) -> str:
        return f"postgres://loket@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Creates the cluster and waits until it answers. Raises PostgresMissing with what the server said."""
        data = self._folder / "data"
        if os.geteuid() == 0:  # postgres refuses to run as root
            owner = pwd.getpwnam(self._owner)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        made = subprocess.run(
            [self._programs / "initdb", "-D", data, "-U", "loket", "-A", "trust", "-E", "UTF8", "--locale=C"],
            capture_output=True,
            check=False,
            cwd=self._folder,
            user=self._run_as(),
        )
        if made.returncode != 0:
            raise PostgresMissing(made.stderr.decode())
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{name} = '{value}'\n" for name, value in CONFIGURATION.items())
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres",
                    "-D",
                    data,
                    f"--port={self.port}",
                    f"--unix_socket_directories={self._folder}",
                ],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._run_as(),
                preexec_fn=_die_with_parent,
            )
        self._wait()

    def _run_as(self) -> str | None:
        return self._owner if os.geteuid() == 0 else None

    def _wait(self) -> None:
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode != 0:
            if self._process.poll() is not None or time.monotonic() > end:
                raise PostgresMissing((self._folder / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown: closes sessions
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def run(self, *statements: str) -> None:
        """Statements for the server itself, such as CREATE DATABASE."""
        for statement in statements:
            await self.value(statement)

    async def copy(self, template: str, name: str) -> None:
        """A new database like the template, file by file: since version 15 all of it would go through the log."""
        if not self._strategy:
            version = int(str(await self.value("SHOW server_version_num")))
            self._strategy = "STRATEGY file_copy" if version >= 150000 else " "
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template} {self._strategy}")

    async def value(self, statement: str) -> object:
        """The first value a statement returns, on a connection of its own."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()


class Databases:
    """Hands out fresh, migrated, connected databases; the server starts with the first one that needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Server | None = None
        self._templates: set[tuple[Kind, str]] = set()
        self._numbers = count(1)

    @contextlib.asynccontextmanager
    async def fresh(
        self, kind: Kind, migrated: bool = True, founded: date | None = None
    ) -> AsyncIterator[str]:
        """A database nobody has used, connected as models.db; its URL.

        migrated=False: without any table. founded: with the office as it is founded on this day.
        """
        url = await self.create(kind, migrated, founded)
        try:
            await db.connect(url)
            try:
                yield url
            finally:
                await db.close()
        finally:
            await self.drop(url)

    async def create(self, kind: Kind, migrated: bool = True, founded: date | None = None) -> str:
        """The URL of a new database that is not connected. drop() it."""
        template = await self._template(kind, founded) if migrated else "template0"
        name = f"loket_{os.getpid()}_{next(self._numbers)}"
        if kind == "sqlite":
            path = self._folder / f"{name}.sqlite3"
            if migrated:
                shutil.copyfile(self._folder / f"{template}.sqlite3", path)
            return f"sqlite:///{path}"
        await self.server.copy(template, name)
        return self.server.url(name)

    async def drop(self, url: str) -> None:
        """Removes a database that create() made, whoever is still connected to it."""
        name = url.rpartition("/")[2]
        if url.startswith("sqlite"):
            for path in self._folder.glob(f"{name}*"):
                path.unlink()
        else:
            await self.server.run(f"DROP DATABASE {name} WITH (FORCE)")

    async def _template(self, kind: Kind, founded: date | None) -> str:
        """The name of a database to copy: migrated, and founded on that day if one is told."""
        name = "loket_template" + (f"_{founded:%Y%m%d}" if founded else "")
        if (kind, name) not in self._templates:
            if kind == "sqlite":
                url = f"sqlite:///{self._folder / name}.sqlite3"
            else:
                await self.server.run(f"CREATE DATABASE {name}")
                url = self.server.url(name)
            await db.connect(url)
            try:
                await db.migrate()
                if founded:
                    await founding.found(founded)
                    # Many tests run on the true clock, at night as well, and tell one invented person much: what
                    # waits for the morning has tests of its own.
                    await Office.update(
                        {Office.quiet_until: Office.quiet_from, Office.daily_messages: 1000}, force=True
                    )
            finally:
                await db.close()
            self._templates.add((kind, name))
        return name

    @property
    def server(self) -> Server:
        if self._server is None:
            self._server = Server()
            self._server.start()
        return self._server

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
