"""Faults are sought on SQLite where the database makes no difference; modules in which it does say so."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.journeys.browser import ROOT, free_port
from tests.support.databases import Kind


@pytest.fixture
def kind() -> Kind:
    """The database that an installation has which was not told to use another."""
    return "sqlite"


@dataclass(frozen=True)
class Served:
    """A process of the service, for requests whose bytes matter."""

    port: int
    data: Path
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text("utf-8", errors="replace")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One process for the tests of a module; it must still be there in the end, and have logged no trace."""
    folder = tmp_path_factory.mktemp("served")
    one = Served(free_port(), folder / "data", folder / "log")
    wanted = {
        "LOKET_DATA": str(one.data),
        "LOKET_MODE": "test",
        "LOKET_CLOCK": "2026-11-23T09:00:00+07:00",
        "PORT": str(one.port),
        "PYTHONUNBUFFERED": "1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    with one.log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py", "run"], cwd=ROOT, stdout=log, stderr=log, env={**inherited, **wanted}
        )
    try:
        _wait(one, process)
        yield one
        assert process.poll() is None, one.log[-4000:]
    finally:
        process.terminate()
        process.wait(20)
    assert "Traceback" not in one.log, one.log[-4000:]


def _wait(one: Served, process: subprocess.Popen[bytes]) -> None:
    with httpx.Client(trust_env=False) as client:
        for _ in range(600):
            if process.poll() is not None:
                break
            try:
                if client.get(f"{one.url}/sehat/siap").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"the service did not become ready:\n{one.log[-4000:]}")
