"""What a phone shows while it has no line: the service worker and the page it falls back on."""

import hashlib
import json
from functools import lru_cache

from litestar import get
from litestar.di import NamedDependency

from components import publishing
from components.assets import Asset, text_asset
from components.founding import OfficeCard, office_card
from components.rendering import assets
from routes.guards import public
from routes.public import Raw, asset_answer, published_answer
from routes.shelf import share
from routes.visit import Visit

_PAGE = "offline/page.html"
_NEEDS = ("app.css", "icons.svg")
_KEPT = "max-age=3600"
"""Browsers ask for their worker with every page; pages come from the line first, so that an older one does no harm."""
_MAY_BE_OLD = 2.0
"""Seconds that one process answers with the same worker without looking whether the office is still the same."""


@get("/luring", guards=[public])
async def page(visit: NamedDependency[Visit]) -> Raw:
    """Says that there is no line, what of it matters, and how to try again. The worker keeps it on the phone."""
    return published_answer(visit, _PAGE, "no-cache")


@get("/sw.js", guards=[public])
async def worker(visit: NamedDependency[Visit]) -> Raw:
    """The service worker. It differs in every release, so that a browser which asks takes over the new one."""
    script = _script(office_card())
    share(visit.request.scope, _MAY_BE_OLD)
    return asset_answer(visit, script, {"Cache-Control": _KEPT, "ETag": script.etag})


@lru_cache(maxsize=2)
def _script(office: OfficeCard) -> Asset:
    """static/sw.js with the list of what it keeps from the start; the first address changes with every release."""
    code = assets().text("sw.js")
    shown = publishing.page(_PAGE, office).linked.plain
    needed = [assets().url(name) for name in _NEEDS]
    release = hashlib.sha256(b"\0".join([code.encode(), shown, *map(str.encode, needed)])).hexdigest()[:8]
    shell = json.dumps([f"/luring?{release}", *needed], separators=(",", ":"))
    return text_asset(f"const SHELL={shell};{code}".encode(), "text/javascript; charset=utf-8")


HANDLERS = [page, worker]
