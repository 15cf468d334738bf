"""A whole service for tests: keys, store, database, founded office; and a browser-like client on top."""

from collections.abc import AsyncIterator
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar

from components import accounts, founding
from components.actors import Actor
from components.kit import Kit, install, kit
from components.settings import Settings, from_environment
from components.storage import Store
from components.vault import load_vault
from models.account import Staff
from models.rules.workflow import Role
from routes.gate import Gate
from tests.support.databases import Databases, Kind

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, 23 November 2026, 09.00 WIB: an ordinary working day."""


def settings_for(folder: Path) -> Settings:
    """Settings of a test installation below a folder; the database is connected by another fixture."""
    return from_environment(
        {"LOKET_DATA": str(folder), "LOKET_MODE": "test", "LOKET_BASE_URL": "http://loket.test"}
    )


@pytest.fixture
async def service(databases: Databases, kind: Kind, tmp_path: Path) -> AsyncIterator[Kit]:
    """The kit installed and Kecamatan Krian founded, on each database."""
    async with databases.fresh(kind, founded=MONDAY.date()) as database:
        settings = replace(settings_for(tmp_path / "loket"), database_url=database)
        settings.data.mkdir(mode=0o700)
        vault = load_vault(settings.key_file)
        install(Kit(settings, vault, Store(settings.store_folder, vault)))
        await founding.load()
        yield kit()
        install(None)


@pytest.fixture
async def client(service: Kit) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends what a browser sends with its own forms."""
    async with httpx.AsyncClient(
        # Litestar's scope is a TypedDict, httpx asks for a plain mapping.
        transport=httpx.ASGITransport(app=cast(Any, bare_app())),
        base_url="http://loket.test",
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as browser:
        yield browser


def bare_app() -> Litestar:
    """The application as served, but on the service that the fixture has already opened."""
    application = copy(_routed())
    application.asgi_handler = Gate(application.asgi_handler)
    return application


@cache
def _routed() -> Litestar:
    """Its handlers, which keep nothing between requests; what keeps something is the gate in front of them."""
    import app

    return app.routed([])


async def member_of_staff(*roles: Role, village_id: int | None = None, login: str = "") -> Actor:
    """A new account with these roles in the first office, as an actor."""
    office = founding.office_card().id
    staff = Staff(
        office=office,
        village=village_id,
        name=f"Petugas {'-'.join(roles)}",
        login=login or f"{'-'.join(roles)}-{await Staff.count()}",
        roles="[" + ",".join(f'"{role}"' for role in roles) + "]",
        created_at=MONDAY,
    )
    await staff.save()
    return accounts.actor_of(staff)
