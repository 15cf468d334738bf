"""Processes of `app.py tick` that are killed at random moments, side by side on one installation."""

import asyncio
import os
import random
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.journeys.browser import ROOT


@dataclass
class Mortals:
    """settings: LOKET_* of the installation. clock: what its clocks show when these processes begin their work.

    All of them share that clock, as machines of one office do; it runs on while they are started again.
    """

    settings: Mapping[str, str]
    clock: datetime
    luck: random.Random
    killed_at: list[float] = field(default_factory=list)
    """Seconds of the epoch."""
    starts: int = 0
    troubles: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    async def work(self, *, side_by_side: int, seconds: float, kills: int) -> None:
        """Start them again and again for so long, and kill one of them so often, at moments drawn by chance."""
        until = time.monotonic() + seconds
        lives: list[asyncio.subprocess.Process] = []

        async def one() -> None:
            while time.monotonic() < until:
                process = await self._start()
                lives.append(process)
                await self._end_of(process)
                lives.remove(process)

        async def fate() -> None:
            for moment in sorted(self.luck.uniform(0, seconds) for _ in range(kills)):
                await asyncio.sleep(max(0.0, moment - (time.monotonic() - until + seconds)))
                if lives:
                    self._kill(self.luck.choice(lives))

        async with asyncio.TaskGroup() as group:
            for _ in range(side_by_side):
                group.create_task(one())
            group.create_task(fate())

    async def finish(self) -> str:
        """One more, left alone to its end; what it says it did."""
        return await self._end_of(await self._start())

    async def _start(self) -> asyncio.subprocess.Process:
        self.starts += 1
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
        now = self.clock + timedelta(seconds=time.monotonic() - self._began)
        return await asyncio.create_subprocess_exec(
            sys.executable, "app.py", "tick", cwd=ROOT,
            env={**inherited, **self.settings, "LOKET_MODE": "test", "LOKET_CLOCK": now.isoformat()},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def _end_of(self, process: asyncio.subprocess.Process) -> str:
        out, err = await process.communicate()
        if process.returncode not in (0, -9):
            said = err.decode(errors="replace")[-600:]
            self.troubles.append(f"a tick ended with {process.returncode}: {said}")
        return out.decode().strip()

    def _kill(self, process: asyncio.subprocess.Process) -> None:
        with suppress(ProcessLookupError):
            process.kill()
            self.killed_at.append(time.time())
