"""A service of its own for a measurement outside pytest: database, keys, store and office, gone afterwards."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from components import founding
from components.kit import Kit, install, kit
from components.storage import Store
from components.vault import load_vault
from tests.support.databases import Databases, Kind
from tests.support.service import MONDAY, settings_for


@asynccontextmanager
async def installed(kind: Kind) -> AsyncIterator[Kit]:
    """The kit of a founded office on a fresh database of this kind, in the present event loop."""
    with tempfile.TemporaryDirectory(prefix="loket-load-") as folder:
        databases = Databases(Path(folder))
        try:
            async with databases.fresh(kind) as url:
                settings = replace(settings_for(Path(folder) / "loket"), database_url=url)
                settings.data.mkdir(mode=0o700)
                vault = load_vault(settings.key_file)
                install(Kit(settings, vault, Store(settings.store_folder, vault)))
                await founding.found(MONDAY.date())
                yield kit()
        finally:
            install(None)
            databases.stop()
