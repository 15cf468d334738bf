"""Many uploads at once: `python -m tests.load.uploads [--files 20] [--megabytes 10] [--slow 200]`.

One JSON line per figure. Speed is compared with the framework's own multipart form in a bare application of one
handler, in the same run: it spools to a temporary file and neither seals, syncs nor looks at what it got. Usage
is that of the server's process, without the children that open pictures.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import uvicorn
from litestar import Litestar, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from routes.tus import PIECE_TYPE
from tests.journeys.browser import free_port
from tests.support.killable import Phone, Service
from tests.support.tus import Sender, picture, prepared

_WRITE = 256 * 1024


def tell(name: str, value: float, unit: str, **sides: float) -> None:
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, **sides}), flush=True)


# --- the bare application it is compared with ---


@post("/")
async def take(data: UploadFile = Body(media_type=RequestEncodingType.MULTI_PART)) -> int:  # noqa: B008
    """Read the file to its end, as a handler would that looks at it."""
    size = 0
    while chunk := await data.read(65_536):
        size += len(chunk)
    return size


def serve_reference(port: int) -> None:
    """Litestar's multipart, under the same server."""
    app = Litestar([take], openapi_config=None, request_max_body_size=None)
    uvicorn.run(app, port=port, http="h11", access_log=False, log_level="error")


# --- sending ---


async def request(port: int, method: str, path: str, headers: dict[str, str], body: list[bytes]) -> int:
    """One request with this body, as fast as it goes; the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = {"Host": f"127.0.0.1:{port}", "Content-Length": str(sum(map(len, body))), **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    for part in body:
        for at in range(0, len(part), _WRITE):
            writer.write(part[at : at + _WRITE])
            await writer.drain()
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def send_piece(port: int, sender: Sender, place: str, offset: int, piece: bytes) -> None:
    headers = {**sender.headers, "Content-Type": PIECE_TYPE, "Upload-Offset": str(offset)}
    status = await request(port, "PATCH", place, headers, [piece])
    assert status == 204, status


async def send_form(port: int, content: bytes) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="data"; filename="a.jpg"\r\n\r\n'
    status = await request(
        port,
        "POST",
        "/",
        {"Content-Type": "multipart/form-data; boundary=x"},
        [head, content, b"\r\n--x--\r\n"],
    )
    assert status == 201, status


# --- measuring ---


class Usage:
    """What a process used: resident memory in MB, before and the most that was seen since; processor seconds."""

    def __init__(self, process_id: int) -> None:
        self._status = Path(f"/proc/{process_id}/status")
        self._stat = Path(f"/proc/{process_id}/stat")
        self.seconds = -self._cpu()
        self.before = self.now()
        self.most = self.before

    def now(self) -> float:
        line = next(line for line in self._status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def _cpu(self) -> float:
        fields = self._stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """The work is done."""
        self.seconds += self._cpu()

    async def watch(self) -> None:
        """Look every 20 ms until cancelled."""
        while True:
            self.most = max(self.most, self.now())
            await asyncio.sleep(0.02)


async def measured(process_id: int, work: Callable[[], Awaitable[None]]) -> tuple[float, Usage]:
    """(seconds, usage) of some work."""
    usage = Usage(process_id)
    watching = asyncio.create_task(usage.watch())
    started = perf_counter()
    await work()
    seconds = perf_counter() - started
    watching.cancel()
    usage.end()
    return seconds, usage


@asynccontextmanager
async def reference() -> AsyncIterator[tuple[int, int]]:
    """(port, process id) of the bare application."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.uploads", "--reference", str(port)
    )
    try:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        yield port, process.pid
    finally:
        process.terminate()
        await process.wait()


async def at_once(contents: list[bytes], folder: Path) -> None:
    """All of them at the same time, twice: once to warm up."""
    count, megabytes = len(contents), sum(map(len, contents)) / 1e6
    senders = await prepared(folder / "data", 2 * count)
    service = Service(folder / "data")
    async with service.running(), reference() as (port, process_id):
        for round_, some in enumerate((senders[:count], senders[count:])):
            phones = [Phone(service.port, sender) for sender in some]
            places = [
                await phone.begin(len(content)) for phone, content in zip(phones, contents, strict=True)
            ]
            whole = list(zip(some, places, contents, strict=True))

            async def all_but_one(whole: list[tuple[Sender, str, bytes]] = whole) -> None:
                await asyncio.gather(*(send_piece(service.port, s, p, 0, c[:-1]) for s, p, c in whole))

            async def the_last(whole: list[tuple[Sender, str, bytes]] = whole) -> None:
                await asyncio.gather(
                    *(send_piece(service.port, s, p, len(c) - 1, c[-1:]) for s, p, c in whole)
                )

            async def forms() -> None:
                await asyncio.gather(*(send_form(port, content) for content in contents))

            seconds, usage = await measured(service.process_id, all_but_one)
            opening, opening_usage = await measured(service.process_id, the_last)
            form_seconds, form_usage = await measured(process_id, forms)
            for phone in phones:
                await phone.close()
            if round_ == 0:
                continue
            tell("processor time while they arrived", usage.seconds * 1000 / megabytes, "ms/MB")
            speed, form_speed = megabytes / seconds, megabytes / form_seconds
            tell("uploads at once", speed / form_speed, "x", ours=round(speed), framework=round(form_speed))
            tell("pictures opened, and documents committed", count / opening, "files/s")
            tell("memory grew by, while they arrived", usage.most - usage.before, "MB", files=count)
            grew = opening_usage.most - usage.before
            tell("memory grew by, with their documents", grew, "MB", files=count)
            tell("the framework's grew by", form_usage.most - form_usage.before, "MB", files=count)


async def slowly(count: int, folder: Path) -> None:
    """So many phones at 4 KB/s for ten seconds: what each costs in memory, and how long other pages take."""
    senders = await prepared(folder / "slow", count)
    service = Service(folder / "slow")
    content = picture(500_000)
    async with service.running():
        phones = [Phone(service.port, sender) for sender in senders]
        places = [await phone.begin(len(content)) for phone in phones]
        waits: list[float] = []

        async def trickle(phone: Phone, place: str) -> None:
            await phone.trickle(place, content, bytes_per_second=4_000, seconds=10)

        async def visit() -> None:
            for _ in range(100):
                began = perf_counter()
                assert await request(service.port, "GET", "/", {}, []) == 200
                waits.append(perf_counter() - began)
                await asyncio.sleep(0.08)

        async def together() -> None:
            sending = (trickle(phone, place) for phone, place in zip(phones, places, strict=True))
            await asyncio.gather(visit(), *sending)

        _, usage = await measured(service.process_id, together)
        tell("slow uploads at once: processor time", usage.seconds * 10, "% of a core", uploads=count)
        kept = [await phone.offset(place) for phone, place in zip(phones, places, strict=True)]
        for phone in phones:
            await phone.close()
    tell("slow uploads at once: memory grew by", usage.most - usage.before, "MB", uploads=count)
    tell(
        "slow uploads at once: bytes lost when all were cut", sum(p.sent for p in phones) - sum(kept), "bytes"
    )
    tell(
        "front page meanwhile, 95th percentile",
        sorted(waits)[94] * 1000,
        "ms",
        median=sorted(waits)[50] * 1000,
    )


async def measure(files: int, megabytes: int, slow: int) -> None:
    with tempfile.TemporaryDirectory(prefix="loket-load-") as folder:
        if files:
            await at_once([picture(megabytes * 1_000_000) for _ in range(files)], Path(folder))
        if slow:
            await slowly(slow, Path(folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--megabytes", type=int, default=10)
    parser.add_argument("--slow", type=int, default=200)
    parser.add_argument("--reference", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reference:
        serve_reference(options.reference)
    else:
        asyncio.run(measure(options.files, options.megabytes, options.slow))


if __name__ == "__main__":
    main()
