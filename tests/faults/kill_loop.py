"""The service is killed in the middle of its work, again and again, and nothing it said yes to may be lost.

A real process with SQLite is ended by SIGKILL at random moments, also while it starts, while citizens apply,
operators judge and accept, and applicants move or withdraw. Who got no answer sends the same form again, with
the same idempotency key. Then the database and the store are opened, and every yes is looked for (ledger.py).

SIGKILL leaves what the kernel had in its cache: this proves the crash of a process, not of a machine.
"""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import httpx

from app import close_service, open_service
from components import accounts, clock, founding
from components.settings import from_environment
from models.office import SlotTemplate
from models.rules.workflow import Role
from tests.faults.citizen import SMALL_PHOTOS, Citizen, photo, somebody
from tests.faults.ledger import Findings, Ledger, examine
from tests.faults.visitor import Visitor, form_in, forms_in
from tests.journeys.browser import ROOT, free_port

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+07:00")
PASSWORD = "empat kata untuk masuk"
CITIZENS, OPERATORS = 5, 2
GIVES_UP_AFTER = 60.0
_SHARE_KILLED_WHILE_STARTING = 0.1


@dataclass
class Plant:
    """The service as a process that dies and comes back on the same data and port."""

    data: Path
    port: int = field(default_factory=free_port)
    began: float = field(default_factory=monotonic)
    starts: list[float] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        return self.data.parent / "server.log"

    def environment(self) -> dict[str, str]:
        """Its clock runs on through every death."""
        moment = MONDAY + timedelta(seconds=monotonic() - self.began)
        return {
            "LOKET_DATA": str(self.data),
            "LOKET_MODE": "test",
            "LOKET_CLOCK": moment.isoformat(),
            "LOKET_BASE_URL": self.url,
        }

    async def start(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
        with self.log_file.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "app.py", "run", cwd=ROOT, stdout=log, stderr=log,
                stdin=asyncio.subprocess.DEVNULL, env={**inherited, **self.environment(), "PORT": str(self.port)},
            )  # fmt: skip

    async def wait_until_ready(self) -> None:
        """Until it answers. Raises RuntimeError when it ends by itself, or takes 30 seconds."""
        assert self.process is not None
        started = monotonic()
        async with httpx.AsyncClient(trust_env=False) as client:
            while monotonic() - started < 30:
                if self.process.returncode is not None:
                    break
                try:
                    if (await client.get(f"{self.url}/sehat/siap", timeout=5)).status_code == 200:
                        self.starts.append(monotonic() - started)
                        self.ready.set()
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        raise RuntimeError(f"not ready after a kill:\n{self.log_file.read_text(errors='replace')[-4000:]}")

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        self.ready.clear()
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()


class Patient(Visitor):
    """Sends the very same request again until it is answered, however often the service dies meanwhile."""

    def __init__(self, client: httpx.AsyncClient, plant: Plant, ledger: Ledger) -> None:
        super().__init__(client)
        self._plant = plant
        self._ledger = ledger

    async def request(self, method: str, path: str, **content: object) -> httpx.Response:
        while True:
            async with asyncio.timeout(GIVES_UP_AFTER):
                await self._plant.ready.wait()
            try:
                answer = await super().request(method, path, **content)
            except httpx.TransportError:
                self._ledger.unanswered += method == "POST"
                await asyncio.sleep(0.01)
                continue
            if answer.status_code >= 500:
                self._ledger.faults.append(f"{method} {path.rsplit('/', 1)[-1]}: {answer.status_code}")
            return answer


@dataclass
class Work:
    """What goes round while the service dies and comes back."""

    plant: Plant
    ledger: Ledger
    luck: random.Random
    stopping: bool = False
    numbers: int = 0
    submitted: asyncio.Queue[Citizen] = field(default_factory=asyncio.Queue)

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Patient]:
        async with httpx.AsyncClient(
            base_url=self.plant.url, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False, timeout=20
        ) as client:
            yield Patient(client, self.plant, self.ledger)

    async def applicants(self) -> None:
        """One citizen after the other, each in a browser of its own."""
        while not self.stopping:
            self.numbers += 1
            async with self.visitor() as visitor:
                await self._one(Citizen(visitor, somebody(self.numbers)))

    async def _one(self, citizen: Citizen) -> None:
        ledger = self.ledger
        for step in (citizen.begin, citizen.tell_contact, citizen.tell_identity):
            if not ledger.yes(step.__name__, citizen, await step()):
                return
        for kind, name in SMALL_PHOTOS.items():
            if not ledger.yes(f"photo:{kind}", citizen, await citizen.send_photo(kind, name, photo(name))):
                return
        if ledger.yes("submit", citizen, await citizen.submit()):
            answered = asyncio.Event()
            ledger.decided[citizen.number] = answered
            self.submitted.put_nowait(citizen)
            await answered.wait()
            await self._afterwards(citizen)

    async def _afterwards(self, citizen: Citizen) -> None:
        """Most keep their appointment; some take another time, once or twice, and a few withdraw."""
        for _ in range(self.luck.choice((0, 1, 2))):
            page = await citizen.visitor.open(f"{citizen.path}/jadwal")
            choice = f"{citizen.path}/jadwal/pilihan"
            form = next((one for one in forms_in(page.text) if one.action == choice), None)
            slots = _choices(page.text)
            if form is None or not slots:
                return
            chosen = self.luck.choice(slots)
            answer = await citizen.visitor.send(form, {"jadwal": chosen})
            if answer.status_code == 303:
                answer = await citizen.visitor.fill_in(f"{citizen.path}/jadwal", {})
            self.ledger.moved(citizen, chosen, answer)
        if self.luck.random() < 0.2:
            answer = await citizen.visitor.fill_in(f"{citizen.path}/pembatalan", {})
            self.ledger.yes("withdraw", citizen, answer)

    async def operator(self, login: str) -> None:
        """Accepts, file after file."""
        async with self.visitor() as visitor:
            await visitor.fill_in("/masuk", {"login": login, "password": PASSWORD})
            while True:
                citizen = await self.submitted.get()
                await self._decide(visitor, citizen)
                self.ledger.decided[citizen.number].set()

    async def _decide(self, visitor: Visitor, citizen: Citizen) -> None:
        path = f"/verifikasi/{citizen.number}"
        page = await visitor.open(path)
        if any(form.action == f"{path}/pegangan" for form in forms_in(page.text)):
            reason = {"alasan_urutan": "Yang lebih dulu sedang dibuka rekan."}
            await visitor.send(form_in(page.text, f"{path}/pegangan"), reason)
            page = await visitor.open(path)
        answer = await visitor.send(form_in(page.text, f"{path}/putusan"), {"putusan": "terima"})
        self.ledger.yes("accept", citizen, answer)


def _choices(page: str) -> list[str]:
    """The free times of a page, as their radios name them."""
    pieces = page.split('name="jadwal"')[1:]
    return [piece.partition('value="')[2].partition('"')[0] for piece in pieces]


async def _prepare(plant: Plant) -> None:
    """Two operators with passwords, and room for everybody, before the first start."""
    await open_service(from_environment(plant.environment()))
    try:
        office = founding.office_card().id
        for n in range(OPERATORS):
            roles = frozenset({Role.OPERATOR})
            token = await accounts.invite(office, f"Operator {n}", f"operator{n}", roles, clock.now())
            await accounts.accept_invitation(token, PASSWORD, PASSWORD, clock.now())
        await SlotTemplate.update({SlotTemplate.capacity: 12}, force=True)
    finally:
        await close_service()


async def _torment(plant: Plant, kills: int, luck: random.Random) -> None:
    """Let it live for a moment and kill it, so many times; then let it live."""
    for _ in range(kills):
        await plant.start()
        if luck.random() < _SHARE_KILLED_WHILE_STARTING:
            await asyncio.sleep(luck.uniform(0.05, 0.8))
        else:
            await plant.wait_until_ready()
            await asyncio.sleep(luck.uniform(0.05, 2.0))
        await plant.kill()
    await plant.start()
    await plant.wait_until_ready()


async def run(kills: int, folder: Path, seed: int = 0) -> tuple[Ledger, Findings, Plant]:
    """The whole of it; what was acknowledged and what was found afterwards."""
    luck = random.Random(seed)
    plant, ledger = Plant(folder / "data"), Ledger()
    await _prepare(plant)
    work = Work(plant, ledger, luck)
    applicants = [asyncio.create_task(work.applicants()) for _ in range(CITIZENS)]
    operators = [asyncio.create_task(work.operator(f"operator{n}")) for n in range(OPERATORS)]
    try:
        await _torment(plant, kills, luck)
        work.stopping = True
        # Everybody ends what is begun: what is sent is sent again until it is answered.
        async with asyncio.timeout(120):
            await asyncio.gather(*applicants)
    finally:
        for task in (*applicants, *operators):
            task.cancel()
        await asyncio.gather(*applicants, *operators, return_exceptions=True)
        await plant.kill(signal.SIGTERM)
    return ledger, await examine(ledger, plant.data, plant.environment(), plant.log_file), plant
