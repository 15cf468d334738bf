"""`python -m tests.load.supervisor`: the supervisor's screen and its lists over two years of an office's work.

Each is asked beside the bare handler's answer in the same run; meanwhile a small page is asked all the time, so that it
shows whether the screen blocks others. One JSON object a line.
"""

import argparse
import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
import uvloop

from app import close_service, open_service
from components import clock, meetings, sessions
from components.settings import from_environment
from models.application import Application
from models.db import run_sql
from models.rules.workflow import Role, State
from tests.journeys.browser import free_port
from tests.load.served import bare, environment, loket
from tests.load.told import say
from tests.support.cases import an_application
from tests.support.service import member_of_staff

OPEN = 300
"""Files under way, of however many there are: a backlog of several days."""
TWO_YEARS = 2 * 365 * 24 * 60
_OWN = {
    "id",
    "number",
    "link_hash",
    "nik_index",
    "state",
    "submitted_at",
    "received_at",
    "promise_at",
    "printed_at",
}
_OWN |= {"finished_at"}
_STATES = ("submitted", "returned", "accepted", "scheduled", "arrived", "captured")
_PATHS = (
    ("supervisor's screen", "/pengawasan", "<= 300 ms"),
    ("files on time", "/pengawasan/berkas?keadaan=tepat", ""),
    ("files printed late", "/pengawasan/berkas?keadaan=jadi-lewat", ""),
    ("documents that did not fit", "/pengawasan/penolakan", ""),
    ("jumps of the week", "/pengawasan/urutan", ""),
    ("second looks", "/pengawasan/uji-petik", ""),
    ("today's arrivals", "/pengawasan/hari-ini?daftar=datang", ""),
    ("history, newest", "/pengawasan/jejak", ""),
    ("history of a year ago", "/pengawasan/jejak?sampai=2025-11-20", ""),
    ("history by act", "/pengawasan/jejak?peristiwa=out_of_order", ""),
    ("day book, today", "/pengawasan/buku-harian", ""),
    ("day book, a year", "/pengawasan/buku-harian?dari=2025-11-24&sampai=2026-11-23", ""),
    ("meetings", "/pengawasan/rapat", ""),
    ("a meeting about a semester", "/pengawasan/rapat/1", ""),
    ("compensation", "/kompensasi", ""),
    ("complaints", "/pengaduan/register", ""),
    ("messages", "/pesan", ""),
    ("survey of the semester", "/pengawasan/skm", ""),
    ("ledger of blanks", "/blangko/buku", ""),
    ("the machine", "/pengawasan/mesin", ""),
)


def _at(minutes: str) -> str:
    """A moment so many minutes before the office's Monday, as SQLite keeps it."""
    return f"strftime('%Y-%m-%dT%H:%M:%S+00:00', '2026-11-23 02:00', '-' || ({minutes}) || ' minutes')"


async def fill(count: int) -> None:
    """Finished files spread over two years, five lines of history each, and a backlog of several days."""
    now = clock.now()
    first = await an_application(State.HANDED_OVER, now, finished_at=now, scans_removed_at=now)
    shared = ", ".join(
        column._meta.name for column in Application._meta.columns if column._meta.name not in _OWN
    )
    ago = f"CAST({TWO_YEARS} * (n.i * 1.0 / {count}) AS INTEGER)"
    await run_sql(
        f"INSERT INTO application (number, link_hash, nik_index, state, submitted_at, received_at, promise_at, "  # noqa: S608
        f"printed_at, finished_at, {shared}) "
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
        f"SELECT 'OLD-' || n.i, 'h' || n.i, 'x' || n.i, 'handed_over', {_at(f'{ago} + 2900')}, {_at(f'{ago} + 2900')}, "
        f"{_at(f'{ago} - 60 + (n.i % 19 = 0) * 300')}, {_at(ago)}, {_at(ago)}, {shared} "
        f"FROM application, n WHERE application.id = {first.id}"
    )
    await run_sql(
        f"UPDATE application SET printed_at = NULL, finished_at = NULL, "  # noqa: S608
        f"state = CASE id % 6 {' '.join(f'WHEN {place} THEN {state!r}' for place, state in enumerate(_STATES))} END, "
        f"received_at = {_at('id % 4000')}, promise_at = {_at('id % 4000 - 3000')} "
        f"WHERE id > {first.id} AND id <= {first.id + OPEN}"
    )
    for n, act, details in (
        (1, "submit", "{}"), (2, "look", "{}"), (3, "judge", '{"old_card": ["cut"]}'), (4, "accept", "{}"),
        (5, "hand_over", "{}"),
    ):  # fmt: skip
        await run_sql(
            "INSERT INTO event (stream, n, application, act, role, actor, details, happened_at, entered_at, mac) "  # noqa: S608
            f"SELECT 'application:' || id, {n}, id, '{act}', 'operator', 'staff:1', "
            f"CASE WHEN '{act}' = 'judge' AND id % 5 THEN '{{}}' ELSE '{details}' END, "
            f"received_at, received_at, '' FROM application WHERE id > {first.id}"
        )


def _p99(times: list[float]) -> float:
    return sorted(times)[int(0.99 * (len(times) - 1))]


async def _ask(client: httpx.AsyncClient, path: str, times: int) -> list[float]:
    """Milliseconds of each answer, one after the other."""
    seen = []
    for _ in range(times + 1):
        started = perf_counter()
        answer = await client.get(path)
        seen.append((perf_counter() - started) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return seen[1:]


async def _meanwhile(port: int, path: str, client: httpx.AsyncClient, times: int) -> list[float]:
    """What somebody else waits for the small page while the screen is asked without a pause."""
    seen: list[float] = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as other:
        asking = asyncio.create_task(_ask(client, path, times))
        while not asking.done():
            started = perf_counter()
            await other.get("/sehat")
            seen.append((perf_counter() - started) * 1000)
            await asyncio.sleep(0.002)
        await asking
    return seen


async def measure(applications: int, times: int) -> None:
    with tempfile.TemporaryDirectory(prefix="loket-supervisor-") as name:
        data, port = Path(name) / "data", free_port()
        await open_service(from_environment(environment(data, port)))
        try:
            supervisor = await member_of_staff(Role.SUPERVISOR)
            assert supervisor.staff_id is not None
            await fill(applications)
            await meetings.make({"masa": "semester"}, supervisor, clock.now())
            cookie = f"sesi={await sessions.begin_for_staff(supervisor.staff_id, clock.now())}"
        finally:
            await close_service()
        async with (
            loket(data, port) as server,
            bare() as floor,
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{server.port}", trust_env=False, headers={"Cookie": cookie}
            ) as client,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{floor.port}", trust_env=False) as plain,
        ):
            for what, path, goal in _PATHS:
                seen, floor_seen = await _ask(client, path, times), await _ask(plain, "/", times)
                say(
                    f"{what}, {applications} applications", _p99(seen), "ms p99", p50=round(median(seen), 2),
                    bare_p50=round(median(floor_seen), 2), goal=goal, count=len(seen),
                )  # fmt: skip
            others = await _meanwhile(port, "/pengawasan", client, times)
            say(
                f"others while the screen is asked, {applications} applications", _p99(others), "ms p99",
                p50=round(median(others), 2), longest=round(max(others), 1), goal="<= 50 ms ever",
            )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--times", type=int, default=40, help="that each page is asked")
    wanted = parser.parse_args()
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for applications in wanted.applications:
            runner.run(measure(applications, wanted.times))


if __name__ == "__main__":
    main()
