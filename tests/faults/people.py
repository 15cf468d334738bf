"""Browsers that somebody is signed in with, or that an applicant was let into."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx

from components import clock, sessions
from components.actors import Actor
from models.application import Application
from models.rules.workflow import Role
from tests.support.service import bare_app, member_of_staff

STAFF = (Role.REGISTRAR, Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR, Role.ADMIN)
OURS = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "identity"}
"""Thousands of answers: nobody here looks at what compressing does to one (tests/routes/test_squeezing.py does)."""


@asynccontextmanager
async def browser(token: str = "", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the installed service, with this session's cookie."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast(Any, bare_app())),
        base_url="http://loket.test",
        headers={**OURS, **headers},
        cookies={"sesi": token} if token else None,
    ) as one:
        yield one


async def signed_in(*roles: Role, village_id: int | None = None) -> tuple[Actor, str]:
    """A new member of staff and the token of a fresh session."""
    actor = await member_of_staff(*roles, village_id=village_id)
    assert actor.staff_id is not None
    return actor, await sessions.begin_for_staff(actor.staff_id, clock.now())


async def let_in(application: Application) -> str:
    """The token of a browser that was let into an application."""
    return await sessions.let_in(application.id, clock.now())


async def everybody() -> dict[str, str]:
    """A session token for nobody (empty) and for one member of staff of each role."""
    tokens = {str(role): (await signed_in(role))[1] for role in STAFF}
    return {"nobody": "", **tokens}
