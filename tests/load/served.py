"""A real process of the service on data made for measuring, and a process of the bare handler beside it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

import httpx

from app import close_service, open_service
from components import appointments, clock, sessions
from components.settings import from_environment
from models.application import Application, Document, Page
from models.rules.catalogue import Change
from models.rules.workflow import Role, State
from tests.journeys.browser import ROOT, free_port
from tests.support.cases import an_application, fresh, holder, with_documents
from tests.support.drafts import filled
from tests.support.service import member_of_staff

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+07:00")
WAITING = 20


@dataclass(frozen=True)
class Scene:
    """What is asked for. drafts: (number, session token) of complete drafts, each to be submitted once."""

    operator: str
    citizen: str
    number: str
    drafts: tuple[tuple[str, str], ...]


def environment(data: Path, port: int) -> dict[str, str]:
    """The settings of an installation for measuring."""
    return {
        "LOKET_DATA": str(data),
        "LOKET_MODE": "test",
        "LOKET_CLOCK": MONDAY.isoformat(),
        "LOKET_BASE_URL": f"http://127.0.0.1:{port}",
    }


async def set_scene(data: Path, port: int, drafts: int) -> Scene:
    """Twenty files in the queue, one applicant with an appointment, and drafts that only need to be sent."""
    await open_service(from_environment(environment(data, port)))
    try:
        now = clock.now()
        operator = await member_of_staff(Role.OPERATOR)
        assert operator.staff_id is not None
        for _ in range(WAITING):
            await with_documents(await an_application(State.SUBMITTED, now))
        accepted = await an_application(State.ACCEPTED, now, promise_at=now)
        await with_documents(accepted)
        await appointments.give_earliest(accepted, holder(accepted), now)
        shown = await fresh(accepted)
        assert shown.state == State.SCHEDULED
        ready = [await _draft(n, now) for n in range(drafts)]
        return Scene(
            await sessions.begin_for_staff(operator.staff_id, now),
            await sessions.let_in(shown.id, now),
            shown.number,
            tuple([(draft.number, await sessions.let_in(draft.id, now)) for draft in ready]),
        )
    finally:
        await close_service()


async def _draft(n: int, now: datetime) -> Application:
    """Complete but for the last button; its scans are rows alone, for submitting reads no picture."""
    typed = {"nik": f"351511520890{n + 1:04}"}
    draft = await filled(typed, change=Change.SIGNATURE, now=now)
    for kind in ("old_card", "family_card", "form_f102"):
        document = Document(application=draft.id, kind=kind, received_at=now)
        await document.save()
        await Page(
            document=document.id, position=1, blob="0" * 32, blob_key=b"", thumbnail="0" * 32, thumbnail_key=b"",
            sha256="0" * 64, received_at=now,
        ).save()  # fmt: skip
    return draft


@dataclass(frozen=True)
class Process:
    """One server, and the seconds from its start to its first answer."""

    pid: int
    port: int
    started_in: float

    def memory(self) -> float:
        """Resident megabytes, children included."""
        return sum(_resident(pid) for pid in (self.pid, *_children(self.pid)))

    def spent(self) -> float:
        """Processor seconds so far, of all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@asynccontextmanager
async def process(*command: str, port: int, ready: str, **wanted: str) -> AsyncIterator[Process]:
    """A server, from its first answer to its end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    started = perf_counter()
    child = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env={**inherited, **wanted, "PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _answers(f"http://127.0.0.1:{port}{ready}")
        yield Process(child.pid, port, perf_counter() - started)
    finally:
        child.terminate()
        await child.wait()


async def _answers(url: str) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def loket(data: Path, port: int) -> AsyncIterator[Process]:
    """The service on this data."""
    async with process("app.py", "run", port=port, ready="/sehat/siap", **environment(data, port)) as one:
        yield one


@asynccontextmanager
async def bare() -> AsyncIterator[Process]:
    """The bare handler."""
    port = free_port()
    async with process("-m", "tests.load.bare", str(port), port=port, ready="/") as one:
        yield one
