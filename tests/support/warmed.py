"""Imported once by the server of tests.support.forked: what every process of the service makes alike, made ahead.

Modules, routes, templates, static files and public pages; nothing that belongs to one installation, no thread, no
open file.
"""

import asyncio
import gc
import threading
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from litestar import Litestar

from app import Lifespan, close_service, open_service, routed
from components.rendering import environment
from components.settings import from_environment
from routes import public


async def _once_open(folder: Path) -> None:
    """Fill the caches that the service fills when it starts."""
    await open_service(from_environment({"LOKET_DATA": str(folder), "LOKET_MODE": "test"}))
    try:
        public.prepare()
    finally:
        await close_service()


_ROUTED = routed([])


def routed_ahead(lifespan: Lifespan) -> Litestar:
    """What app.routed() makes, once in a process: Litestar reads 200 handlers for it, which takes longest."""
    _ROUTED._lifespan_managers.extend(lifespan)
    return _ROUTED


for late in (
    "anyio._backends._asyncio",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvloop",
):  # read when it runs
    import_module(late)
for name in environment().list_templates():
    environment().get_template(name)
with TemporaryDirectory(prefix="loket-warm-") as scratch:
    asyncio.run(_once_open(Path(scratch) / "data"))
assert threading.active_count() == 1, "a process with threads must not be forked"
# What is there now stays; a collector that looked at it in each fork would only copy its memory.
gc.freeze()
