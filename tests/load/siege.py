"""`make siege`: slow people among half-open connections; one JSON object a line.

Five hundred connections that hold a place for nothing, beside fifty phones that send a document each at 4 KB/s and
lose three in ten requests at a random byte, going on as the page's own client does: HEAD, then PATCH from there.
Meanwhile somebody looks at three pages every second, as before the siege; times are given as ratios to that.
Exits 1 when a document did not arrive byte for byte, or came twice.

The documents are of 100 KB, so that it ends in two minutes; --kilobytes 5000 takes half an hour.
"""

import argparse
import asyncio
import hashlib
import io
import os
import random
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
import uvloop
from PIL import Image

from components.rendering import assets
from routes.connections import raise_file_limit
from routes.tus import PIECE_TYPE
from tests.load.siege_lines import WAYS, Besieger
from tests.load.uploads import Usage, tell
from tests.support.drafts import SPECIMEN
from tests.support.killable import Phone, Service
from tests.support.tus import Sender, arrived, prepared

PIECE = 32 * 1024
PAUSE = 0.25
BEFORE = 40
"""Rounds of the visitor before the siege."""
_COMMENT = 65_533


@dataclass(frozen=True)
class Plan:
    """What is asked for. resets: share of the requests that are cut. rate: bytes a second of each phone."""

    clients: int
    half_open: int
    size: int
    rate: int
    resets: float
    seed: int


def document(size: int) -> bytes:
    """A family card as a phone would send it shrunk; filled up to `size` by comments like no other's."""
    made = io.BytesIO()
    with Image.open(SPECIMEN / "siti-kk.jpg") as specimen:
        specimen.thumbnail((900, 900))
        specimen.convert("RGB").save(made, "JPEG", quality=50)
    photo, filler = made.getvalue(), b""
    while (missing := size - len(photo) - len(filler)) > 8:
        part = min(missing - 4, _COMMENT)
        filler += b"\xff\xfe" + (part + 2).to_bytes(2, "big") + os.urandom(part)
    return photo[:2] + filler + photo[2:]


# --- who sends ---


class LineCut(Exception):
    """The line of this phone was torn."""


class SlowPhone:
    """Sends one document at its pace until it is there, whatever happens to its line."""

    def __init__(self, port: int, sender: Sender, content: bytes, plan: Plan, dice: random.Random) -> None:
        self._port, self._sender, self._content = port, sender, content
        self._plan, self._dice = plan, dice
        self.requests = self.cuts = self.sent = self.longest = 0
        self.seconds = 0.0
        self.statuses: Counter[int] = Counter()

    async def deliver(self) -> None:
        """Returns when the service has said that it has everything."""
        began = perf_counter()
        place, offset = "", 0
        while offset < len(self._content):
            try:
                if not place:
                    headers = self._sender.announcing(len(self._content), "family_card")
                    place = (await self._ask("POST", "/unggah", headers))["location"]
                piece = self._content[offset : offset + PIECE]
                headers = {**self._sender.headers, "Content-Type": PIECE_TYPE, "Upload-Offset": str(offset)}
                offset = int((await self._ask("PATCH", place, headers, piece))["upload-offset"])
            except (LineCut, OSError):
                await asyncio.sleep(self._dice.uniform(0.5, 2))
                offset = await self._found(place) if place else 0
        self.seconds = perf_counter() - began

    async def _found(self, place: str) -> int:
        while True:
            with suppress(LineCut, OSError):
                return int((await self._ask("HEAD", place, self._sender.headers))["upload-offset"])
            await asyncio.sleep(self._dice.uniform(0.5, 2))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> dict[str, str]:
        """Headers of the answer. Raises LineCut, also for an answer that says: later."""
        told = {"Host": f"127.0.0.1:{self._port}", "Content-Length": str(len(body)), **headers}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        request = "\r\n".join(lines).encode() + body
        self.requests += 1
        cut = self._dice.randrange(len(request) + 1) if self._dice.random() < self._plan.resets else None
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            await self._pace(writer, request if cut is None else request[:cut])
            self.sent += len(body) if cut is None else max(0, cut - (len(request) - len(body)))
            if cut is not None:
                self.cuts += 1
                raise LineCut
            return await self._answer(reader)
        finally:
            writer.transport.abort()

    async def _pace(self, writer: asyncio.StreamWriter, request: bytes) -> None:
        step = int(self._plan.rate * PAUSE)
        for at in range(0, len(request), step):
            writer.write(request[at : at + step])
            await writer.drain()
            await asyncio.sleep(PAUSE)

    async def _answer(self, reader: asyncio.StreamReader) -> dict[str, str]:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        except asyncio.IncompleteReadError:
            raise LineCut from None
        status = int(head[0].split()[1])
        self.statuses[status] += 1
        if status not in (200, 201, 204):
            raise LineCut
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}


# --- who looks on ---


class Visitor:
    """Looks at three pages every second, each over a line of its own, as phones do."""

    def __init__(self, port: int, sender: Sender) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Cookie": f"sesi={sender.cookie}", "Connection": "close"},
            trust_env=False,
            timeout=30,
        )
        way = f"/permohonan/{sender.number}"
        self._pages = {"home": "/", "status": way, "wizard": f"{way}/kontak"}
        self.failed: Counter[str] = Counter()

    async def look(self, rounds: int | None = None) -> "Times":
        """So many times, or until cancelled; what it took."""
        times: Times = {name: [] for name in self._pages}
        with suppress(asyncio.CancelledError):
            while rounds is None or len(times["home"]) < rounds:
                for name, path in self._pages.items():
                    await self._one(name, path, times)
                await asyncio.sleep(1.0 if rounds is None else 0.1)
        return times

    async def _one(self, name: str, path: str, times: "Times") -> None:
        began = perf_counter()
        try:
            status = (await self._client.get(path)).status_code
        except httpx.TransportError as error:
            self.failed[type(error).__name__] += 1
            return
        times[name].append(perf_counter() - began)
        if status not in (200, 303):
            self.failed[str(status)] += 1

    async def close(self) -> None:
        """No more."""
        await self._client.aclose()


class OwnPulse:
    """How long this process itself was kept from running: no page is to blame for that."""

    def __init__(self) -> None:
        self.widest = 0.0

    async def beat(self) -> None:
        """Until cancelled."""
        before = perf_counter()
        while True:
            await asyncio.sleep(0.01)
            now = perf_counter()
            self.widest, before = max(self.widest, now - before - 0.01), now


Times = dict[str, list[float]]
"""Seconds of each look, by page."""


def _share(times: list[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))] * 1000


def tell_pages(before: Times, during: Times, after: Times) -> None:
    """What each page took, beside what it took before the siege."""
    for name, calm in before.items():
        seen = during[name]
        tell(
            f"{name} page during the siege, median",
            median(seen) * 1000,
            "ms",
            ratio=round(median(seen) / median(calm), 2),
            p95=round(_share(seen, 0.95), 1),
            worst=round(max(seen) * 1000, 1),
            median_before=round(median(calm) * 1000, 1),
            p95_before=round(_share(calm, 0.95), 1),
            median_after=round(median(after[name]) * 1000, 1),
            looks=len(seen),
        )


# --- the siege ---


def _files(process_id: int) -> int:
    return sum(1 for _ in Path(f"/proc/{process_id}/fd").iterdir())


async def besieged(
    service: Service, senders: list[Sender], count: int
) -> tuple[list[Besieger], list[asyncio.Task[None]]]:
    """The besiegers, in equal parts of each kind, all of them connected."""
    file = assets().url("htmx-4.0.1.min.js")
    uploads = []
    for sender in senders:
        phone = Phone(service.port, sender)
        uploads.append((await phone.begin(50_000, "old_card"), sender))
        await phone.close()
    besiegers = [Besieger(service.port, file, uploads[n // len(WAYS) % len(uploads)]) for n in range(count)]
    holding = [asyncio.create_task(one.hold(WAYS[n % len(WAYS)])) for n, one in enumerate(besiegers)]
    await asyncio.sleep(5)
    return besiegers, holding


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


@dataclass
class Course:
    """How it went. memory and files of the server: before, with half-open connections alone, at the end, after."""

    phones: list[SlowPhone]
    besiegers: list[Besieger]
    took: float
    held: int
    pages: tuple[Times, Times, Times]
    failed: Counter[str]
    pulse: OwnPulse
    usage: Usage
    memory: list[float]
    files: list[int]


async def course(service: Service, plan: Plan, senders: list[Sender], contents: list[bytes]) -> Course:
    """The siege itself. senders: of the phones, of the besiegers, of the visitor."""
    dice = random.Random(plan.seed)
    visitor = Visitor(service.port, senders[-1])
    await visitor.look(3)
    before = await visitor.look(BEFORE)
    usage = Usage(service.process_id)
    memory, files = [usage.now()], [_files(service.process_id)]

    def note() -> None:
        memory.append(usage.now())
        files.append(_files(service.process_id))

    watching = asyncio.create_task(usage.watch())
    besiegers, holding = await besieged(service, senders[plan.clients : -1], plan.half_open)
    note()
    pulse, looking = OwnPulse(), asyncio.create_task(visitor.look())
    beating = asyncio.create_task(pulse.beat())
    began = perf_counter()
    phones = [
        SlowPhone(service.port, sender, content, plan, random.Random(dice.random()))
        for sender, content in zip(senders, contents, strict=False)
    ]
    await asyncio.gather(*(phone.deliver() for phone in phones))
    took = perf_counter() - began
    usage.end()
    looking.cancel()
    beating.cancel()
    during, held = await looking, sum(one.open_now for one in besiegers)
    note()
    await ended(holding)
    await asyncio.sleep(3)
    watching.cancel()
    note()
    pages = (before, during, await visitor.look(BEFORE))
    await visitor.close()
    return Course(phones, besiegers, took, held, pages, visitor.failed, pulse, usage, memory, files)


async def siege(plan: Plan, folder: Path) -> bool:
    """Whether every document arrived, once and byte for byte."""
    tell("load of the machine, all of its users", os.getloadavg()[0], "processes", cores=os.cpu_count() or 1)
    senders = await prepared(folder / "data", plan.clients - (-plan.half_open // len(WAYS)) + 1)
    contents = [document(plan.size) for _ in range(plan.clients)]
    service = Service(folder / "data")
    async with service.running():
        seen = await course(service, plan, senders, contents)
    whole = tell_documents(plan, senders, contents, await arrived(folder / "data"))
    tell_phones(seen.phones, plan, seen.took)
    tell_besiegers(seen.besiegers)
    tell("half-open connections held at the end", seen.held, "connections", of=plan.half_open)
    tell_pages(*seen.pages)
    tell("looks that failed", sum(seen.failed.values()), "times", **seen.failed)
    tell("widest gap of this process itself", seen.pulse.widest * 1000, "ms")
    tell_server(seen)
    return whole


def tell_server(seen: Course) -> None:
    """Its memory in MB, its open files, its share of a core."""
    for name, unit, values in (("memory", "MB", seen.memory), ("open files", "files", seen.files)):
        before, half_open, at_the_end, after = values
        tell(f"{name} before", before, unit, half_open=half_open, at_the_end=at_the_end, after=after)
    tell("memory grew by, at most", seen.usage.most - seen.memory[0], "MB")
    tell("processor of the server", 100 * seen.usage.seconds / seen.took, "% of a core")


def tell_documents(
    plan: Plan, senders: list[Sender], contents: list[bytes], pages: list[tuple[str, str, str]]
) -> bool:
    wanted = {
        (sender.number, "family_card", hashlib.sha256(content).hexdigest())
        for sender, content in zip(senders, contents, strict=False)
    }
    whole, doubled = len(wanted & set(pages)), len(pages) - len(set(pages))
    tell(
        "documents that arrived byte for byte",
        whole,
        "files",
        of=plan.clients,
        bytes_each=plan.size,
        doubled=doubled,
    )
    return whole == plan.clients and not doubled


def tell_phones(phones: list[SlowPhone], plan: Plan, took: float) -> None:
    statuses: Counter[str] = Counter()
    for phone in phones:
        statuses.update({str(status): count for status, count in phone.statuses.items()})
    cuts, again = (
        sum(phone.cuts for phone in phones),
        sum(phone.sent for phone in phones) - len(phones) * plan.size,
    )
    tell(
        "requests of the phones", sum(phone.requests for phone in phones), "requests", reset=cuts, **statuses
    )
    tell("bytes sent again per reset", again / max(1, cuts), "bytes")
    fastest = plan.size / plan.rate
    tell(
        "all documents there after",
        took,
        "s",
        undisturbed=fastest,
        median=round(median(p.seconds for p in phones), 1),
    )


def tell_besiegers(besiegers: list[Besieger]) -> None:
    for n, way in enumerate(WAYS):
        ends: Counter[str] = sum((one.answered for one in besiegers[n :: len(WAYS)]), Counter())
        tell(f"held: {way.__name__.replace('_', ' ')}", len(besiegers[n :: len(WAYS)]), "connections", **ends)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--half-open", type=int, default=500)
    parser.add_argument("--kilobytes", type=int, default=100)
    parser.add_argument("--rate", type=int, default=4000, help="bytes a second of each phone")
    parser.add_argument("--resets", type=float, default=0.3, help="share of the requests that are cut")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    raise_file_limit()
    plan = Plan(
        options.clients,
        options.half_open,
        options.kilobytes * 1000,
        options.rate,
        options.resets,
        options.seed,
    )
    with (
        tempfile.TemporaryDirectory(prefix="loket-siege-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return 0 if runner.run(siege(plan, Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
