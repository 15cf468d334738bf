"""Our own script, in bytes as served (design: budgets, line)."""

import httpx

from components.assets import STATIC
from components.rendering import assets
from tests.support.databases import on_sqlite

pytestmark = on_sqlite

OWN_SCRIPT = 6_000
OF_OTHERS = {"htmx-4.0.1.min.js"}
OF_STAFF = {
    "clock.js",
    "early.js",
    "keys.js",
    "desk.js",
    "viewer.js",
    "counter.js",
    "walkin.js",
    "pesan.js",
    "watching.js",
    "recheck.js",
}
WORKER = "sw.js"


async def test_all_own_scripts_of_a_citizen(client: httpx.AsyncClient) -> None:
    """Whatever page loads them, each once, in brotli; the worker with its list of what to keep."""
    worker = await client.get(f"/{WORKER}", headers={"Accept-Encoding": "br"})
    assert worker.headers["content-encoding"] == "br"
    weights = [int(worker.headers["content-length"])]
    for name in {file.name for file in STATIC.glob("*.js")} - OF_OTHERS - OF_STAFF - {WORKER}:
        script = assets().find(name)
        assert script is not None
        weights.append(len(script.fitting("br")[0]))
    assert sum(weights) <= OWN_SCRIPT
