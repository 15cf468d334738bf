"""What the keeper of the machine watches, in the text format of Prometheus [M4]: counts and times, nobody's data.

Requests are counted as they are answered; everything else is looked up when it is asked for. Labels are patterns of
addresses, states and kinds: their number is that of the site map, and nothing of a person is in them.
"""

import shutil
from datetime import datetime
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from components import backups, scheduler
from components.kit import kit
from models import db
from models.application import Application
from models.notification import Message
from models.obstacle import Obstacle
from models.rules.workflow import State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"})
"""Anybody can send other words; they must not become figures of their own."""

disable_created_metrics()  # type: ignore[no-untyped-call]
_answered = CollectorRegistry(auto_describe=False)
_REQUESTS = Counter("loket_requests", "Answered requests", ["method", "route", "status"], registry=_answered)
_TIMES = Histogram("loket_request_seconds", "Time to an answer", buckets=_SECONDS, registry=_answered)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """One more answer. route: the pattern of the address, never the address; status 0: the other end was gone."""
    known = method if method in _METHODS else "other"
    _REQUESTS.labels(known, route, f"{status // 100}xx").inc()
    _TIMES.observe(seconds)


async def text(now: datetime) -> bytes:
    """All figures at this moment. Raises DatabaseProblem."""
    looked_up = CollectorRegistry(auto_describe=False)

    def gauge(name: str, words: str, value: float | None) -> None:
        if value is not None:
            Gauge(name, words, registry=looked_up).set(value)

    states = Gauge("loket_applications", "Applications", ["state"], registry=looked_up)
    rows = await Application.raw("SELECT state, count(*) AS count FROM application GROUP BY state")
    counted = {row["state"]: row["count"] for row in rows}
    for state in State:
        states.labels(str(state)).set(counted.get(str(state), 0))
    due = (Message.state == "waiting") & (Message.due_at <= now)
    oldest = await Message.select(Message.due_at).where(due).order_by(Message.due_at).limit(1)
    gauge("loket_messages_due", "Messages that wait to be sent", await Message.count().where(due))
    waited = (now - oldest[0]["due_at"]).total_seconds() if oldest else 0
    gauge("loket_messages_oldest_seconds", "Since when the oldest of them is due", waited)
    failed = await Message.count().where(Message.state == "failed")
    gauge("loket_messages_failed", "Messages that could not be sent", failed)
    obstacles = await Obstacle.count().where(Obstacle.ended_at.is_null())
    gauge("loket_obstacles_open", "Technical obstacles that are open", obstacles)
    gauge(
        "loket_scheduler_beat_seconds",
        "Since the scheduler was last at work",
        _since(await scheduler.last_beat(), now),
    )
    troubles = len(await scheduler.self_check(now))
    gauge("loket_troubles", "What the self-check of the service finds wrong", troubles)
    gauge("loket_backup_age_seconds", "Since the last backup", _since(await backups.last(), now))
    disk = shutil.disk_usage(kit().settings.data)
    gauge("loket_disk_free_bytes", "Free where the data lies", disk.free)
    gauge("loket_disk_size_bytes", "Size of the disk on which the data lies", disk.total)
    gauge("loket_memory_bytes", "Resident memory of this process", _resident())
    health = await db.check()
    about = Gauge("loket_database", "The database that is used", ["engine", "version"], registry=looked_up)
    about.labels(health.engine, health.version).set(1)
    return generate_latest(_answered) + generate_latest(looked_up)


def _since(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else (now - at).total_seconds()


def _resident() -> float | None:
    """Bytes; None where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = next((line for line in lines if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return float(found.split()[1]) * 1024
