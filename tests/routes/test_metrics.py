"""Figures for the keeper of the machine: whom they are for, what is in them, and what never is [M4]."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from components.kit import Kit, install
from components.settings import BadSettings, from_environment
from models.rules.workflow import State
from tests.support.cases import NAME, NIK, an_application
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY, bare_app

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


@asynccontextmanager
async def asking_from(address: str, host: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(bare_app(), client=(address, 40_000))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as one:
        yield one


def read(text: str) -> Figures:
    """As Prometheus itself reads it."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def labels(**named: str) -> frozenset[tuple[str, str]]:
    return frozenset(named.items())


async def test_the_keeper_reads_how_it_stands(service: Kit) -> None:
    """Applications by state, requests by pattern, messages, disk; no number, no name, no address of a thing."""
    made = await an_application(State.SUBMITTED, MONDAY)
    async with asking_from("127.0.0.1") as keeper:
        before = read((await keeper.get("/metrik")).text)
        await keeper.get(f"/permohonan/{made.number}")
        await keeper.request("BREW", "/")
        answer = await keeper.get("/metrik")
    found = read(answer.text)
    assert answer.headers["content-type"].startswith("text/plain")
    assert found["loket_applications", labels(state="submitted")] == 1
    assert found["loket_applications", labels(state="ready")] == 0
    asked = [named for name, named in found if name == "loket_requests_total" and found[name, named]]
    routes = {dict(named)["route"] for named in asked}
    assert any(route.startswith("/permohonan/{number") for route in routes)
    methods = {dict(named)["method"] for named in asked}
    assert "other" in methods
    assert "BREW" not in methods
    times = ("loket_request_seconds_count", labels())
    assert found[times] >= before[times] + 3
    assert found["loket_memory_bytes", labels()] > 10_000_000
    assert found["loket_messages_failed", labels()] == 0
    for secret in (made.number, NIK, NAME.split()[0]):
        assert secret not in answer.text


@on_sqlite
@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("10.0.0.5", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}),
        ("127.0.0.1", {"Host": "loket.test"}),
        ("nonsense", {}),
    ],
)
async def test_nobody_else_learns_that_there_are_any(
    service: Kit, address: str, headers: dict[str, str]
) -> None:
    """G1: as an address that there is not; also through any proxy, declared or not, and whatever it forwards."""
    install(replace(service, settings=replace(service.settings, trusted_proxies="*")))
    async with asking_from(address) as stranger:
        answer = await stranger.get("/metrik", headers=headers)
        missing = await stranger.get("/metrika", headers=headers)
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert "loket_" not in answer.text


@on_sqlite
async def test_a_network_may_be_named(service: Kit) -> None:
    """Who asks from there asks the process itself, by its public name."""
    install(replace(service, settings=replace(service.settings, metrics_from=("10.0.0.0/24",))))
    async with asking_from("10.0.0.5", "loket.test") as keeper:
        assert (await keeper.get("/metrik")).status_code == 200
        assert (await keeper.get("/metrik", headers={"X-Forwarded-For": "10.0.0.5"})).status_code == 404
    async with asking_from("127.0.0.1") as other:
        assert (await other.get("/metrik")).status_code == 404


@pytest.mark.parametrize(("typed", "expected"), [("", 2), ("10.0.0.1", 1), (" 10.0.0.0/8 , ::1,", 2)])
def test_networks_are_read_from_the_environment(typed: str, expected: int) -> None:
    assert len(from_environment({"LOKET_METRICS_FROM": typed}).metrics_from) == expected


@pytest.mark.parametrize("typed", ["everybody", "10.0.0.1/8", "10.0.0.0/33"])
def test_a_network_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(BadSettings, match="LOKET_METRICS_FROM"):
        from_environment({"LOKET_METRICS_FROM": typed})
