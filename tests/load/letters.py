"""10,000 messages through a mail server with every fault, by senders that are killed: `python -m tests.load.letters`.

The server is the rig's, ../shared/rig/smtp_sink.py. One JSON line per database; exits 1 when a message was lost, went
to somebody twice without a lost answer, or changed its Message-ID. A refusal for good must be shown to the office, not
sent.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from components import founding
from components.kit import kit
from models.notification import Message
from models.rules.messages import MessageState
from tests.journeys.browser import free_port
from tests.load.installation import installed
from tests.load.line_link import RIG
from tests.load.mortal import Mortals
from tests.support.databases import KINDS, Kind
from tests.support.service import MONDAY

SINK = RIG / "smtp_sink.py"
REFUSED = "ditolak.test"
AT_A_TIME = 500
LATER = timedelta(minutes=80)
"""Between two phases: the longest wait for the next try is 72 minutes."""
CLOSE = 1.5
"""Seconds before a kill in which an answer may have reached a sender that could not write it down any more."""

WRONG = ("lost", "refused_but_delivered", "unknown_ids", "duplicates_without_a_lost_answer", "still_waiting")
"""What must be none."""


@dataclass(frozen=True)
class Phase:
    """faults: of the sink. up: whether it runs at all. tls: whether the sender insists on what the sink lacks."""

    name: str
    seconds: float
    faults: tuple[str, ...] = ()
    up: bool = True
    tls: bool = False


PHASES = (
    Phase("well", 20),
    Phase("down", 12, up=False),
    Phase("4xx", 20, ("tempfail_first=100000", "prob=0.3")),
    Phase("cut in the message", 20, ("drop=mid-data", "prob=0.2")),
    Phase("accepted, answer lost", 20, ("drop=after-data", "prob=0.1")),
    Phase("TLS refused", 12, tls=True),
    Phase("stalls", 40, ("stall=20", "stall_stage=end", "prob=0.02")),
    Phase("greylisting", 20, ("tempfail_first=1", "tempfail_per=rcpt")),
)


async def write(count: int) -> None:
    """The outbox: of every twentieth the recipient will be refused for good. Each phase has its share fall due."""
    office, vault = founding.office_card().id, kit().vault
    rows = []
    for n in range(count):
        key = f"application:{n}:received:1:email"
        domain = REFUSED if n % 20 == 0 else "contoh.test"
        rows.append(
            Message(
                key=key,
                office=office,
                application=None,
                kind="received",
                channel="email",
                recipient_sealed=vault.seal(f"warga{n}@{domain}", f"message:{key}:recipient"),
                subject=f"Permohonan {n} kami terima",
                body_sealed=vault.seal("Permohonan Anda kami terima.\n", f"message:{key}:body"),
                message_id=f"<letter-{n}@loket.test>",
                created_at=MONDAY,
                due_at=MONDAY + n % len(PHASES) * LATER,
            )
        )
    for first in range(0, count, AT_A_TIME):
        await Message.insert(*rows[first : first + AT_A_TIME])


@asynccontextmanager
async def sink(port: int, folder: Path, faults: tuple[str, ...]) -> AsyncIterator[None]:
    """The rig's mail server with these faults; its log grows from one to the next."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SINK), "serve", "--port", str(port), "--log", str(folder / "mail.jsonl"),
        "--control", str(folder / "faults.json"), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    words = ["clear", f"reject=*@{REFUSED}", *faults]
    told = await asyncio.create_subprocess_exec(
        sys.executable, str(SINK), "set", str(folder / "faults.json"), *words, stdout=asyncio.subprocess.DEVNULL
    )  # fmt: skip
    await told.wait()
    await asyncio.sleep(1)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def through(phases: tuple[Phase, ...], folder: Path, kills: int, seed: int) -> Mortals:
    """Every phase with its share of kills; between two of them retries fall due."""
    port, settings = free_port(), kit().settings
    environment = {
        "LOKET_DATA": str(settings.data),
        "LOKET_DATABASE_URL": settings.database_url,
        "LOKET_BASE_URL": settings.base_url,
        "LOKET_SMTP_URL": f"smtp://127.0.0.1:{port}",
    }
    mortals = Mortals(environment, MONDAY, random.Random(seed))
    for phase in phases:
        scheme = "smtps" if phase.tls else "smtp"
        mortals.settings = {**environment, "LOKET_SMTP_URL": f"{scheme}://127.0.0.1:{port}"}
        if phase.up:
            async with sink(port, folder, phase.faults):
                await mortals.work(side_by_side=3, seconds=phase.seconds, kills=kills // len(phases))
        else:
            await mortals.work(side_by_side=3, seconds=phase.seconds, kills=kills // len(phases))
        mortals.clock += LATER
    mortals.settings = environment
    async with sink(port, folder, ()):
        for _ in range(20):
            await mortals.finish()
            if not await Message.exists().where(Message.state == str(MessageState.WAITING)):
                break
            mortals.clock += LATER
    return mortals


def deliveries(log: Path) -> dict[str, list[dict[str, Any]]]:
    """What the server kept, by Message-ID, in the order of arrival."""
    kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in log.read_text("utf-8").splitlines():
        one = json.loads(line)
        kept[one["message_id"]].append(one)
    return kept


async def verdict(count: int, mortals: Mortals, log: Path) -> dict[str, Any]:
    """Lost, doubled and why, refused; all by Message-ID."""
    kept = deliveries(log)
    states = Counter(row["state"] for row in await Message.select(Message.state))
    refused = {f"<letter-{n}@loket.test>" for n in range(0, count, 20)}
    expected = {f"<letter-{n}@loket.test>" for n in range(count)} - refused
    doubled = [list_ for list_ in kept.values() if len(list_) > 1]
    unexplained = sum(not _answer_lost(one, mortals.killed_at) for several in doubled for one in several[:-1])
    return {
        "messages": count,
        "delivered": len(expected & kept.keys()),
        "lost": len(expected - kept.keys()),
        "refused_and_shown": states[str(MessageState.FAILED)],
        "refused_but_delivered": len(refused & kept.keys()),
        "unknown_ids": len(kept.keys() - expected - refused),
        "duplicates": sum(len(several) - 1 for several in doubled),
        "duplicates_without_a_lost_answer": unexplained,
        "still_waiting": states[str(MessageState.WAITING)],
        "kills": len(mortals.killed_at),
        "starts": mortals.starts,
        "troubles": mortals.troubles,
    }


def _answer_lost(delivery: dict[str, Any], killed_at: list[float]) -> bool:
    """On the line, or with the sender that was killed before it could write it down."""
    if delivery["acked"] is not True:
        return True
    return any(0 <= killed - delivery["t"] <= CLOSE for killed in killed_at)


async def measure(kind: Kind, count: int, kills: int, seed: int) -> dict[str, Any]:
    async with installed(kind):
        with tempfile.TemporaryDirectory(prefix="loket-post-") as name:
            folder, began = Path(name), time.monotonic()
            await write(count)
            mortals = await through(PHASES, folder, kills, seed)
            told = await verdict(count, mortals, folder / "mail.jsonl")
            return {"database": kind, **told, "seconds": round(time.monotonic() - began)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=160)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=KINDS, action="append")
    given = parser.parse_args()
    if not SINK.exists():
        print(f"letters: the rig is missing: no {SINK.name}; nothing measured", file=sys.stderr)
        return 2
    exact = True
    for kind in given.database or KINDS:
        told = asyncio.run(measure(kind, given.messages, given.kills, given.seed))
        print(json.dumps({"name": "messages through faults and kills", **told}), flush=True)
        exact = exact and not told["troubles"] and not any(told[name] for name in WRONG)
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
