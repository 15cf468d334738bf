"""The real tus-js-client, from npm, in .cache/tus. Tests upload with it; the service never needs it."""

import asyncio
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE.parents[2] / ".cache" / "tus"


class NodeMissing(Exception):
    """The client cannot run here; the message says what to install."""


@dataclass(frozen=True)
class Told:
    """What the client says of one upload. status and body: of the answer that made it give up, 0 without one."""

    ok: bool
    status: int
    body: str
    sent: int
    retries: int
    resumed: bool


def installed() -> Path:
    """The folder whose node_modules holds the client; fetched from the npm registry when it is not there yet."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NodeMissing("these tests need Node.js 18 or newer and npm: apt-get install nodejs npm")
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = FOLDER / "installed"
    if stamp.exists() and stamp.read_bytes() == lock:
        return FOLDER
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, FOLDER / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise NodeMissing(f"npm ci failed, it needs the npm registry once:\n{done.stderr[-2000:]}")
    stamp.write_bytes(lock)
    return FOLDER


async def upload(endpoint: str, uploads: list[dict[str, Any]]) -> list[Told]:
    """Upload all at once in one process of the client; see upload.mjs for what each may say.

    Empty when the process ended early, as a plan with switchOffAt makes it.
    """
    process = await asyncio.create_subprocess_exec(
        "node",
        HERE / "upload.mjs",
        installed(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        plan = json.dumps({"endpoint": endpoint, "uploads": uploads}).encode()
        out, err = await process.communicate(plan)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 9:
        return []
    assert process.returncode == 0, err.decode()
    return [Told(**one) for one in json.loads(out)]
