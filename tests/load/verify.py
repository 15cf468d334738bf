"""`python -m tests.load.verify`: one officer decides file after file while many applications lie in the table.

Server time of the decision and of the next file, beside the bare handler asked in the same way in between; then the
same with a hundred times fewer applications, for growth. One JSON object a line.
"""

import argparse
import asyncio
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
import uvloop

from app import close_service, open_service
from components import clock, sessions
from components.settings import from_environment
from models.application import Application, Document, Page
from models.db import run_sql
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role, State
from tests.faults.visitor import form_in
from tests.journeys.browser import free_port
from tests.load.served import Process, bare, environment, loket
from tests.load.told import say
from tests.support.cases import an_application
from tests.support.service import member_of_staff

KINDS = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)
_OWN = {"id", "number", "link_hash", "nik_index", "state", "finished_at"}


async def fill(count: int, now: datetime) -> None:
    """So many finished applications, each a person of its own, with a line of history and three documents."""
    first = await an_application(State.HANDED_OVER, now, finished_at=now, scans_removed_at=now)
    shared = ", ".join(
        column._meta.name for column in Application._meta.columns if column._meta.name not in _OWN
    )
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"  # noqa: S608
    await run_sql(
        f"INSERT INTO application (number, link_hash, nik_index, state, finished_at, {shared}) "  # noqa: S608
        f"{numbers} SELECT 'OLD-' || n.i, 'h' || n.i, 'x' || n.i, state, finished_at, {shared} "
        f"FROM application, n WHERE application.id = {first.id}"
    )
    await run_sql(
        "INSERT INTO event (stream, n, application, act, role, actor, happened_at, entered_at, mac) "  # noqa: S608
        "SELECT 'application:' || id, 1, id, 'hand_over', 'counter', 'staff:9', finished_at, finished_at, '' "
        f"FROM application WHERE id > {first.id}"
    )
    for kind in KINDS:
        await run_sql(
            f"INSERT INTO document (application, kind, verdict) SELECT id, '{kind}', 'accepted' "  # noqa: S608
            f"FROM application WHERE id > {first.id}"
        )


async def waiting(count: int, now: datetime) -> None:
    """Files to decide, each with its three documents; of the scans only the rows, for deciding reads no picture."""
    for _ in range(count):
        row = await an_application(State.SUBMITTED, now, change="signature", reason="", promise_at=now)
        for kind in KINDS:
            document = Document(application=row.id, kind=str(kind), received_at=now)
            await document.save()
            await Page(
                document=document.id, position=1, blob="0" * 32, blob_key=b"", thumbnail="0" * 32,
                thumbnail_key=b"", sha256=f"{row.id}-{kind}", received_at=now,
            ).save()  # fmt: skip


async def work(server: Process, floor: Process, cookie: str, files: int) -> dict[str, list[float]]:
    """Milliseconds of each decision, of the next file after it, and of the bare handler asked in between."""
    times: dict[str, list[float]] = {"decide": [], "next": [], "bare": []}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{server.port}",
        trust_env=False,
        headers={"Sec-Fetch-Site": "same-origin", "Cookie": cookie, "HX-Request": "true"},
    ) as client:

        async def timed(name: str, wanted: httpx.Request) -> httpx.Response:
            started = perf_counter()
            answer = await client.send(wanted)
            times[name].append((perf_counter() - started) * 1000)
            return answer

        opened = await client.post("/verifikasi/berikutnya", data=await _token(client))
        page = await client.get(opened.headers["location"])
        for _ in range(files):
            form = form_in(page.text, f"{page.url.path}/putusan")
            decision = client.build_request("POST", form.action, data={**form.values, "putusan": "terima"})
            answer = await timed("decide", decision)
            assert answer.status_code == 303, answer.text
            page = await timed("next", client.build_request("GET", answer.headers["location"]))
            await timed("bare", client.build_request("GET", f"http://127.0.0.1:{floor.port}/"))
    return times


async def _token(client: httpx.AsyncClient) -> dict[str, str]:
    queue = await client.get("/verifikasi", headers={"HX-Request": "false"})
    return form_in(queue.text, "/verifikasi/berikutnya").values


def tell(applications: int, times: dict[str, list[float]]) -> None:
    both = [decide + following for decide, following in zip(times["decide"], times["next"], strict=True)]
    floor, usual = _p99(times["bare"]), round(median(times["bare"]), 2)
    for name, seen in (("decide", times["decide"]), ("next file", times["next"]), ("decide + next", both)):
        say(
            f"{name}, {applications} applications", _p99(seen), "ms p99", p50=round(median(seen), 2),
            of_bare_p99=round(_p99(seen) / floor, 1), of_bare_p50=round(median(seen) / usual, 1),
            bare_p99=round(floor, 2), bare_p50=usual,
            goal="<= 15 x bare" if name == "decide + next" else "", count=len(seen),
        )  # fmt: skip


def _p99(times: list[float]) -> float:
    return sorted(times)[int(0.99 * (len(times) - 1))]


async def measure(applications: int, files: int) -> None:
    with tempfile.TemporaryDirectory(prefix="loket-verify-") as name:
        data, port = Path(name) / "data", free_port()
        await open_service(from_environment(environment(data, port)))
        try:
            now = clock.now()
            operator = await member_of_staff(Role.OPERATOR)
            await waiting(files + 2, now)
            await fill(applications, now)
            assert operator.staff_id is not None
            cookie = f"sesi={await sessions.begin_for_staff(operator.staff_id, now)}"
        finally:
            await close_service()
        async with loket(data, port) as server, bare() as floor:
            tell(applications, await work(server, floor, cookie, files))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--files", type=int, default=120, help="decided in each run")
    wanted = parser.parse_args()
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for applications in wanted.applications:
            runner.run(measure(applications, wanted.files))


if __name__ == "__main__":
    main()
