"""Every address of the service as a request that can be sent, and who its own guards let in."""

import re
from dataclasses import dataclass

from routes import SITE_MAP
from routes.guards import public

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SAMPLES = {
    "number": "KRN-AAAAAA",
    "kind": "old_card",
    "token": "A" * 22,
    "code": "AAAA-AAAA-AAAA",
    "path": "app.css",
    "name": "app.css",
}


@dataclass(frozen=True)
class Way:
    """One method of one address. roles: who the guards let in; None when anybody may ask."""

    method: str
    pattern: str
    roles: frozenset[str] | None

    def path(self, **values: object) -> str:
        """The address with something in the place of every parameter."""
        known = {**_SAMPLES, **values}
        return re.sub(r"\{(\w+):\w+\}", lambda found: str(known.get(found[1], 1)), self.pattern)

    def __str__(self) -> str:
        return f"{self.method} {self.pattern}"


def ways() -> list[Way]:
    """All of them, from the site map itself."""
    return [
        Way(method, pattern, _roles(handler.guards))
        for handler in SITE_MAP
        for pattern in sorted(handler.paths)
        for method in sorted(handler.http_methods - {"OPTIONS"})
    ]


def _roles(guards: object) -> frozenset[str] | None:
    names = [getattr(guard, "__qualname__", "") for guard in guards if guard is not public]  # type: ignore[attr-defined]
    found = [re.fullmatch(r"only\((.+)\)", name) for name in names]
    if not names:
        return None
    assert all(found), f"a guard that is neither public nor only(...): {names}"
    return frozenset.intersection(*(frozenset(one[1].split(", ")) for one in found if one))
