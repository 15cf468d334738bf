"""A phone whose browser can die: Chromium with a profile on disk, so that what it keeps outlives its processes."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, BrowserType


class Handset:
    """One profile, and the browser that has it open just now."""

    def __init__(self, chromium: BrowserType, profile: Path, options: Mapping[str, Any]) -> None:
        self._chromium = chromium
        self._profile = profile
        self._options = options
        self._context: BrowserContext | None = None

    @property
    def context(self) -> BrowserContext:
        """The browser that runs; another one after kill() and start()."""
        assert self._context is not None
        return self._context

    async def start(self) -> None:
        """Open the browser on this profile."""
        self._context = await self._chromium.launch_persistent_context(self._profile, **self._options)

    async def stop(self) -> None:
        """Close it as a person would."""
        await self.context.close()

    async def kill(self) -> None:
        """SIGKILL to the browser's own process, as an empty battery would; returns when it is gone."""
        gone = asyncio.Event()
        self.context.on("close", lambda _: gone.set())
        os.kill(self._process_id(), signal.SIGKILL)
        await gone.wait()

    def _process_id(self) -> int:
        """Of the process that was given this profile and is nobody's helper."""
        wanted = f"--user-data-dir={self._profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it ended meanwhile
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if wanted in words and not any(word.startswith(b"--type=") for word in words):
                    return int(folder.name)
        raise ProcessLookupError(f"no browser has {self._profile} open")
