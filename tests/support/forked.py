"""The service as processes of their own that begin in a tenth of a second: forked from one that has it imported.

Each is a process like `python app.py run` makes it: with its own environment, files and signals; it can be killed. Only
the reading of modules, templates and static files was done before. That the command itself works is proven where
`app.py` is started as such: by tests/faults, tests/test_setup.py, and every command of tests/journeys/office.py.
"""

import asyncio
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@lru_cache(maxsize=1)
def _family() -> ForkServerContext:
    """The server starts with the first process, and ends with the test run."""
    family = multiprocessing.get_context("forkserver")
    family.set_forkserver_preload(["tests.support.warmed"])
    return family


class Forked:
    """One running process; what asyncio's own Process can do."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        log_file: Path,
        *,
        module: str = "",
        answers: Path | None = None,
    ) -> None:
        """module: run this one with the arguments, not app.py. answers: a file for stdout; else it goes to the log."""
        files = str(answers or log_file), str(log_file)
        self._process = _family().Process(
            target=_live, args=(module, list(arguments), dict(environment), files), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    async def wait(self) -> int | None:
        """Until it has ended."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return self._process.exitcode


def _live(module: str, arguments: list[str], environment: dict[str, str], files: tuple[str, str]) -> None:
    """What `python app.py ARGUMENTS`, or `python -m MODULE ARGUMENTS`, does, in the fork."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for stream, file in zip((sys.stdout, sys.stderr), files, strict=True):
        log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, stream.fileno())
        os.close(log)
    if module:
        sys.argv[1:] = arguments
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    import app
    from tests.support.warmed import routed_ahead

    app.routed = routed_ahead
    sys.exit(app.main(arguments))
