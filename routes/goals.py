"""Where to go on to after signing in: our own pages for staff, and nothing else (open redirects)."""

import re

from litestar import Litestar
from litestar.routes import BaseRoute, HTTPRoute

from routes.guards import public

_PLAIN = re.compile(r"(?:/[A-Za-z0-9._-]+)+")


def known_goal(app: Litestar, goal: str) -> str:
    """The address to go on to after signing in; empty unless it is a page of ours that only staff may open."""
    words = goal.split("/")[1:]
    if not _PLAIN.fullmatch(goal):
        return ""
    return goal if any(_is_staff_page(route, words) for route in app.routes) else ""


def _is_staff_page(route: BaseRoute, words: list[str]) -> bool:
    pattern = route.path_components
    return (
        isinstance(route, HTTPRoute)
        and len(pattern) == len(words)
        and all(not isinstance(part, str) or part == word for part, word in zip(pattern, words, strict=True))
        and any(
            "GET" in handler.http_methods and public not in (handler.guards or ())
            for handler in route.route_handlers
        )
    )
