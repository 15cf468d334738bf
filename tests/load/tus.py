"""Fifty files by the real tus-js-client: `python -m tests.load.tus [--files 50] [--kills 10] [--pace 8000]`.

Connections are reset at random bytes, clients are aborted or closed and started again, and the service is killed
and restarted on the way. Every file must come out byte for byte, once. One JSON line per figure; exits 1 when a
file did not arrive.

The client that counts bytes on the wire is the rig's tus_real_client.mjs, beside the repository; without it the
tests' own client uploads, and what was sent again is seen from the line alone.
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.journeys.browser import ROOT
from tests.load.uploads import tell
from tests.support import tus_js
from tests.support.killable import Service
from tests.support.rough_line import RoughLine, rough_line
from tests.support.tus import Sender, arrived, picture, prepared

RIG = ROOT.parent / "shared" / "rig" / "tus_real_client.mjs"
KINDS = ("old_card", "family_card", "form_f102")
AT_ONCE = 5


@dataclass(frozen=True)
class Job:
    """One file on its way."""

    sender: Sender
    kind: str
    file: Path
    sha256: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sesi={self.sender.cookie}", "X-Token": self.sender.token}


async def by_rig(job: Job, endpoint: str, pace: int, dice: random.Random) -> dict[str, Any]:
    """Upload with the rig's client, interrupted by its user once or twice."""
    kinds = [f"{dice.choice(['abort', 'client'])}@{dice.uniform(0.05, 0.95):.2f}" for _ in range(2)]
    command = ["node", str(RIG), "--endpoint", endpoint, "--file", str(job.file), "--pace", str(pace)]
    command += ["--interrupt", ",".join(kinds), "--resume-after", "0.2", "--timeout", "300"]
    command += ["--retry", "0,100,300,1000,2000,4000,8000,8000"]
    if dice.random() < 0.5:
        command += ["--chunk", str(dice.choice([65_536, 262_144]))]
    for name, value in job.headers.items():
        command += ["--header", f"{name}: {value}"]
    for name, value in (("number", job.sender.number), ("kind", job.kind)):
        command += ["--meta", f"{name}={value}"]
    modules = {**os.environ, "NODE_PATH": str(tus_js.installed() / "node_modules")}
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=modules
    )
    out, err = await process.communicate()
    told: dict[str, Any] = json.loads(out) if out else {"ok": False, "error": err.decode()[-500:]}
    return told


async def by_own_client(job: Job, endpoint: str) -> dict[str, Any]:
    """Upload with the tests' client; nobody counts what it sends."""
    metadata = {"number": job.sender.number, "kind": job.kind, "filename": job.file.name}
    plan = {"file": str(job.file), "headers": job.headers, "metadata": metadata}
    (told,) = await tus_js.upload(endpoint, [plan])
    return {"ok": told.ok, "error": told.body, "retries": told.retries}


async def kill_on_the_way(service: Service, line: RoughLine, kills: int, total: int) -> None:
    """Kill the service whenever another share of the bytes has gone through."""
    for number in range(1, kills + 1):
        await line.reached(total * number // (kills + 1))
        await service.kill()
        await service.start()


async def run(files: int, kills: int, pace: int, seed: int) -> bool:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="loket-load-") as name:
        folder = Path(name)
        jobs = await _jobs(folder, files, dice)
        total = sum(job.file.stat().st_size for job in jobs)
        service = Service(folder / "data")

        def cut_after() -> int | None:
            return dice.randrange(20_000, 600_000) if dice.random() < 0.4 else None

        async with service.running(), rough_line(service.port, cut_after) as line:
            endpoint = f"http://127.0.0.1:{line.port}/unggah"
            places = asyncio.Semaphore(AT_ONCE)

            async def one(job: Job) -> dict[str, Any]:
                async with places:
                    if RIG.exists():
                        return await by_rig(job, endpoint, pace, dice)
                    return await by_own_client(job, endpoint)

            killing = asyncio.create_task(kill_on_the_way(service, line, kills, total))
            told = await asyncio.gather(*(one(job) for job in jobs))
            killing.cancel()
            await asyncio.wait({killing})
            cuts = line.cuts
        pages = await arrived(folder / "data")
    wanted = {(job.sender.number, job.kind, job.sha256) for job in jobs}
    whole = len(wanted & set(pages))
    doubled = len(pages) - len(set(pages))
    _tell(told, files, whole, doubled, cuts, service.kills, total)
    return whole == files and not doubled and all(one["ok"] for one in told)


async def _jobs(folder: Path, files: int, dice: random.Random) -> list[Job]:
    senders = await prepared(folder / "data", -(-files // len(KINDS)))
    jobs = []
    for number in range(files):
        content = picture(dice.randrange(310_000, 1_500_000))
        file = folder / f"{number}.jpg"
        file.write_bytes(content)
        jobs.append(
            Job(
                senders[number // len(KINDS)],
                KINDS[number % len(KINDS)],
                file,
                hashlib.sha256(content).hexdigest(),
            )
        )
    return jobs


def _tell(
    told: list[dict[str, Any]], files: int, whole: int, doubled: int, cuts: int, kills: int, total: int
) -> None:
    for one in told:
        if not one["ok"]:
            print(json.dumps({"name": "failed", "error": one["error"]}))
    tell("files that arrived byte for byte", whole, "files", of=files)
    tell("files that arrived twice", doubled, "files")
    tell("resets", cuts, "connections", kills=kills, bytes=total)
    if not RIG.exists():
        print(json.dumps({"name": "bytes sent again", "value": None, "why": f"{RIG} is not there"}))
        return
    again = [lost for one in told for lost in _sent_again(one["attempts"])]
    tell("interruptions with bytes on their way", len(again), "times")
    tell("bytes sent again per interruption", sum(again) / max(1, len(again)), "bytes", total=sum(again))
    tell("bytes sent again, the worst interruption", max(again, default=0), "bytes")


def _sent_again(attempts: list[dict[str, Any]]) -> list[int]:
    """Of each attempt that broke off: bytes the other end had acknowledged that the next attempt sent once more."""
    lost = []
    for attempt, following in pairwise(attempts):
        if attempt["acked"] and not str(attempt["end"]).startswith("2"):
            kept = following["offset"] - attempt["offset"]
            lost.append(max(0, attempt["acked"] - kept))
    return lost


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--pace", type=int, default=8_000, help="kbit/s of each client")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    return 0 if asyncio.run(run(options.files, options.kills, options.pace, options.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
