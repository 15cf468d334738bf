"""Who may ask. Every handler carries one of these; a handler without one fails the house tests.

All are async although they wait for nothing: a plain function is sent to a thread for each request.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from components.actors import STAFF_ROLES
from components.sessions import NOBODY, Visitor
from models.rules.workflow import Role

Connection = ASGIConnection[Any, Any, Any, Any]


async def public(_connection: Connection, _handler: BaseRouteHandler) -> None:
    """Anybody may ask; what is shown depends on what the handler itself finds for the visitor."""


def only(*roles: Role) -> Guard:
    """Staff who hold one of these roles. Others are sent to sign in, or told that it is not theirs."""

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        visitor: Visitor = connection.scope["state"].get("visitor", NOBODY)
        if not visitor.actor.is_staff:
            raise NotAuthorizedException
        if not visitor.actor.holds(*roles):
            raise PermissionDeniedException

    guard.__qualname__ = f"only({', '.join(roles)})"
    return guard


STAFF = only(*STAFF_ROLES)
"""Everybody who works here, whatever they do."""
