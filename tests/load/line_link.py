"""The weak line between the phone and the office: the rig's village-link as root, else its proxy on loopback.

The rig lies beside the repository, at ../shared/rig. With village-link both ends are network namespaces of their
own, so that nothing but the line joins them and several lines never meet.
"""

import asyncio
import ctypes
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.journeys.browser import ROOT, free_port

RIG = ROOT.parent / "shared" / "rig"
TOOLS = ("village-link", "village_proxy.py", "phone_visit.py", "rigca.py")
OFFICE = "10.77.0.1"
PROFILES: dict[str, tuple[int, int]] = {"gprs": (50, 20), "edge": (200, 100), "3g-weak": (700, 250)}
"""Of each profile kbit/s to the phone and from it."""
_NEW_NETWORK = 0x40000000


class RigMissing(Exception):
    """The line cannot be made here; the message says what is missing."""


@dataclass(frozen=True)
class Counters:
    """Bytes of whole packets that came out of the line: to the phone, from it, and how many it put in."""

    down: int
    up: int
    up_offered: int

    def since(self, before: "Counters") -> "Counters":
        return Counters(self.down - before.down, self.up - before.up, self.up_offered - before.up_offered)


def counters_in(told: dict[str, Any]) -> Counters:
    """Read what village-link (bytes_in, bytes_out) or the proxy (wire_bytes) tells of itself."""
    down, up = told.get("down", {}), told.get("up", {})
    if "wire_bytes" in up or "link_up" in told:
        return Counters(down.get("wire_bytes", 0), up.get("wire_bytes", 0), up.get("wire_bytes", 0))
    return Counters(down.get("bytes_out", 0), up.get("bytes_out", 0), up.get("bytes_in", 0))


def missing() -> list[str]:
    """Tools of the rig that are not there."""
    return [name for name in TOOLS if not (RIG / name).exists()]


@dataclass(frozen=True)
class Line:
    """One line; the phone's side gets it as JSON. control: of the proxy, 0 for village-link."""

    prefix: str = ""
    device: str = ""
    control: int = 0

    @property
    def real(self) -> bool:
        """Whether packets travel, not copies of streams."""
        return not self.control

    @property
    def address(self) -> str:
        """Where the phone finds the office."""
        return OFFICE if self.real else "127.0.0.1"

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    def phone(self, *command: str) -> list[str]:
        """A command as it is run on the phone's side."""
        return [*_link(self.prefix), "exec", "phone", "--", *command] if self.real else list(command)

    def counters(self) -> Counters:
        return counters_in(self._ask("stats"))

    def cut(self) -> None:
        """The phone loses its network: what is on the way is lost, and the browser is told."""
        self._ask("outage", "on")
        if self.real:
            _run("ip", "link", "set", self.device, "down")

    def mend(self) -> None:
        """The network is back, with its address and the same congestion control as before.

        The air first: what a browser sends as soon as it is told of the network shall not be lost.
        """
        self._ask("outage", "off")
        if self.real:
            _run("ip", "link", "set", self.device, "up")
            _run(
                "ip", "route", "change", "10.77.0.0/24", "dev", self.device, "src", "10.77.0.2",
                "congctl", "cubic",
            )  # fmt: skip

    def _ask(self, *words: str) -> dict[str, Any]:
        if self.real:
            return _object(_run(*_link(self.prefix), *words))
        with socket.create_connection(("127.0.0.1", self.control), 5) as talk:
            talk.sendall(" ".join(words).encode() + b"\n")
            return _object(talk.makefile().readline())


def _object(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text)
    return told


def _link(prefix: str) -> list[str]:
    return [sys.executable, str(RIG / "village-link"), "--prefix", prefix]


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def can_be_real() -> bool:
    """Whether village-link can work: root, and a TUN device."""
    return os.geteuid() == 0 and Path("/dev/net/tun").exists()


@contextmanager
def _inside(namespace: str) -> Iterator[None]:
    """This thread, and what it starts, lives in that network; back home afterwards."""
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(path: str) -> None:
        handle = os.open(path, os.O_RDONLY)
        failed = libc.setns(handle, _NEW_NETWORK)
        os.close(handle)
        if failed:
            raise OSError(ctypes.get_errno(), f"setns {path}")

    home = f"/proc/{os.getpid()}/ns/net"
    keep = os.open(home, os.O_RDONLY)
    enter(f"/run/netns/{namespace}")
    try:
        yield
    finally:
        failed = libc.setns(keep, _NEW_NETWORK)
        os.close(keep)
        if failed:
            raise OSError(ctypes.get_errno(), "setns home")


@contextmanager
def real_line(profile: str) -> Iterator[Line]:
    """village-link with this profile; whoever enters lives at its office end until it ends, also by failure."""
    prefix = f"line{os.getpid() % 10_000}"
    told = json.loads(_run(*_link(prefix), "up", "--profile", profile))
    try:
        with _inside(told["office"]):
            yield Line(prefix, told["dev_phone"])
    finally:
        # village-link ends everything in its namespaces; this process has left by now.
        _run(*_link(prefix), "down")


def change(line: Line, profile: str) -> None:
    """The same line with another profile."""
    _run(*_link(line.prefix), "set", "--profile", profile)


@asynccontextmanager
async def proxied(profile: str, ports: Sequence[int]) -> AsyncIterator[tuple[Line, dict[int, int]]]:
    """The proxy in front of each port; (the line to the first of them, port that the phone uses for each)."""
    control, seen = free_port(), {port: free_port() for port in ports}
    running = []
    try:
        for port, listening in seen.items():
            extra = ("--control", f"127.0.0.1:{control}") if port == ports[0] else ()
            one = await asyncio.create_subprocess_exec(
                sys.executable, str(RIG / "village_proxy.py"), "--listen", f"127.0.0.1:{listening}",
                "--to", f"127.0.0.1:{port}", "--profile", profile, "--outage-mode", "reset", *extra,
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            running.append(one)
            assert one.stdout is not None
            await one.stdout.readline()
        yield Line(control=control), seen
    finally:
        for one in running:
            one.terminate()
            await one.wait()


def machine() -> dict[str, Any]:
    """What else this machine is doing: processors, load of the last minute, share of time some task waited."""
    pressure = Path("/proc/pressure/cpu")
    found = re.search(r"avg60=([\d.]+)", pressure.read_text()) if pressure.exists() else None
    return {
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "waited_pct": float(found[1]) if found else None,
    }
