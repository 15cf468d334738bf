"""What happens by itself: deadlines, reminders, mail, cleaning up [P7, P8, G4].

Due moments are columns, so a restart forgets nothing. Every job takes its rows by conditional updates; two
schedulers are therefore harmless, and the lease below only saves them doing the same looking twice.
"""

import asyncio
import logging
import secrets
import shutil
from collections.abc import Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from components import (
    answers,
    applications,
    appointments,
    audit,
    backups,
    bell,
    choosing,
    clock,
    compensation,
    complaint_register,
    corrections,
    earlier,
    gateway,
    intake_drafts,
    job_runs,
    mail,
    queue_jumps,
    recheck_draws,
    recount,
    removal,
    retention,
    service_days,
    sessions,
    stock_watch,
    survey,
    uploads,
)
from components.kit import kit
from components.pace import Pace
from components.vault import VaultError, read_key_file
from components.words import lama
from models import db
from models.db import lock, transaction
from models.notification import Message
from models.rules.messages import MessageState
from models.system import Heartbeat, Outage

log = logging.getLogger("loket.scheduler")

Job = tuple[str, Callable[[datetime], Coroutine[Any, Any, Any]]]

NAME = "scheduler"
EVERY = timedelta(seconds=20)
OUTAGE_FROM = timedelta(seconds=90)
LEASE = timedelta(seconds=60)
WORRYING = timedelta(minutes=10)
_BACKUP_WORRYING = timedelta(days=2)
_HOLDER = secrets.token_hex(8)
"""This process, as the lease names it."""
_pace = Pace()
"""Of this process's clock."""

_MAIL: Job = ("mail", mail.deliver_due)
_WHATSAPP: Job = ("whatsapp", gateway.deliver_due)
_WAITS_FOR_OTHERS = (_WHATSAPP, _MAIL)
JOBS: tuple[Job, ...] = (
    ("lapse", corrections.lapse_overdue),
    ("correction reminders", corrections.remind_due),
    ("missed appointments", appointments.miss_overdue),
    ("appointment reminders", appointments.remind_due),
    ("places kept too long", choosing.sweep),
    ("appointments for who waits", appointments.schedule_waiting),
    ("earlier times offered", earlier.offer_freed),
    ("blank cards", stock_watch.watch),
    ("promises counted anew", recount.recount),
    ("broken promises", compensation.notice_broken),
    ("obstacles and moved promises told", recount.tell),
    ("compensation", compensation.follow),
    ("forgotten complaints", complaint_register.close_forgotten),
    ("jumps of the week", queue_jumps.tell_of_week),
    ("second looks", recheck_draws.keep),
    ("history checked", audit.keep),
    ("days counted", service_days.count),
    ("reminders to collect", retention.remind_to_collect),
    ("old drafts", applications.purge_drafts),
    ("unfinished intake", intake_drafts.purge),
    ("old scans", removal.remove_old_scans),
    ("scans of cards nobody collects", removal.remove_uncollected_scans),
    ("old identities", removal.remove_identities),
    ("old message texts", removal.remove_bodies),
    ("old letters", removal.remove_letters),
    ("old photos of complaints", removal.remove_evidence),
    ("old texts of complaints", removal.remove_complaint_texts),
    ("spent links", removal.remove_spent_links),
    ("scans without a page", retention.sweep_store),
    ("unfinished uploads", uploads.sweep),
    ("surveys left lying", survey.forget_drafts),
    ("old answers", answers.forget_old),
    ("ended sessions", sessions.remove_ended),
    ("log of what was removed", removal.empty_log),
    *_WAITS_FOR_OTHERS,
)
"""In this order. What waits for other servers comes last, for it waits for others."""


async def tick(now: datetime) -> str:
    """Do once what is due, deadlines first and mail last; what was done, in a line without personal data.

    A time without service is recorded before any deadline is looked at. A job that fails does not stop the
    others.
    """
    ended: dict[str, str] = {}
    await _run(("heartbeat", beat), now, {})
    done = [await _run(job, now, ended) for job in JOBS]
    await _keep(ended, now)
    return ", ".join(said for said in done if said) or "nothing was due"


async def run() -> None:
    """Tick for ever; mail and WhatsApp by themselves, so that a slow server delays no deadline."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_deadlines())
        for job in _WAITS_FOR_OTHERS:
            group.create_task(_carry(job))


async def _keep_deadlines() -> None:
    while True:
        began, steady = clock.now(), clock.steady()
        if _runs_evenly(began, steady) and await _in_task(_may_work, began) is not False:
            ended: dict[str, str] = {}
            for job in JOBS:
                # One clock for the round, or it might jump after it was found even.
                now = began + timedelta(seconds=clock.steady() - steady)
                # Before each, for a long job must not look like a time without service.
                await _run(("heartbeat", _beat_if_due), now, {})
                if job not in _WAITS_FOR_OTHERS:
                    await _run(job, now, ended)
            await _keep(ended, began)
        await asyncio.sleep(EVERY.total_seconds())


def _runs_evenly(now: datetime, steady: float) -> bool:
    """Else no deadline is looked at, nor a time without service recorded: that hour may never have passed."""
    knew = _pace.jumped_by
    even = _pace.keeps(now, steady)
    if not even and _pace.jumped_by != knew:
        log.warning("the clock jumped by %d s; deadlines wait", _pace.jumped_by.total_seconds())
    return even


async def _carry(job: Job) -> None:
    while True:
        ended: dict[str, str] = {}
        now = clock.now()
        await _run(job, now, ended)
        await _keep(ended, now)
        await bell.wait(EVERY.total_seconds())


async def _run(job: Job, now: datetime, ended: dict[str, str]) -> str:
    """One job; what it did, or that it failed, and in ended how it failed. Nothing it raises goes further."""
    name, work = job
    done = await _in_task(work, now, name)
    ended[name] = done.kind if isinstance(done, _Failed) else ""
    return f"{name}: {done}" if done else ""


async def _keep(ended: dict[str, str], now: datetime) -> None:
    """What became of a round, for whoever looks after the machine [M4]."""
    await _in_task(partial(job_runs.keep, ended), now, "job runs")


@dataclass(frozen=True)
class _Failed:
    """What a job is said to have done that failed. kind: of the error; its words may name somebody."""

    kind: str

    def __str__(self) -> str:
        return "failed"


async def _in_task(
    work: Callable[[datetime], Coroutine[Any, Any, Any]], now: datetime, name: str = NAME
) -> Any:
    """In a task with a context of its own: nothing that a broken transaction left behind can reach the next."""
    try:
        return await asyncio.create_task(work(now), name=name, context=Context())
    except asyncio.CancelledError as broken_off:
        this = asyncio.current_task()
        if this is not None and this.cancelling():
            raise
        # It was the job alone that broke off; it must not take the scheduler with it, unseen by anybody.
        log.exception("%s broke off", name)
        return _Failed(type(broken_off).__name__)
    except Exception as trouble:
        log.exception("%s failed", name)
        return _Failed(type(trouble).__name__)


# --- who works, and since when ---


async def _may_work(now: datetime) -> bool:
    """Whether this process holds the lease, or nobody does: another one's beat is older than a minute."""
    row = await _heartbeat()
    return row is None or row.holder == _HOLDER or not timedelta() <= now - row.beat_at < LEASE


async def _beat_if_due(now: datetime) -> None:
    row = await _heartbeat()
    if row is None or row.holder != _HOLDER or not timedelta() <= now - row.beat_at < EVERY:
        await beat(now)


async def beat(now: datetime) -> None:
    """Say that the scheduler is at work, and record the time in which it was not [P7].

    Of two that beat at once the second finds the first one's beat, so a stretch without service is recorded
    once. The fence rises whenever the row changes hands.
    """
    if await _heartbeat() is None:
        first = Heartbeat(name=NAME, beat_at=now, holder=_HOLDER)
        await Heartbeat.insert(first).on_conflict(target=Heartbeat.name, action="DO NOTHING")
    async with transaction():
        row = await lock(Heartbeat.objects().where(Heartbeat.name == NAME)).first()
        assert row is not None  # noqa: S101 - it is never removed
        if now - row.beat_at > OUTAGE_FROM:
            await Outage(began_at=row.beat_at, ended_at=now).save()
            log.warning("the service was away for %d s", (now - row.beat_at).total_seconds())
        changed_hands = int(row.holder != _HOLDER)
        await Heartbeat.update(
            {Heartbeat.beat_at: now, Heartbeat.holder: _HOLDER, Heartbeat.fence: row.fence + changed_hands}
        ).where(Heartbeat.name == NAME)


async def _heartbeat() -> Heartbeat | None:
    row: Heartbeat | None = await Heartbeat.objects().where(Heartbeat.name == NAME).first()
    return row


# --- is everything in order? ---


async def self_check(now: datetime) -> list[str]:
    """What is wrong with this installation, one line each, in Indonesian; empty when nothing is."""
    found = (
        *(await _database(), _keys(), _clock(), await _at_work(now), await _messages(), _room()),
        await _backup(now),
    )
    return [trouble for trouble in found if trouble]


async def _database() -> str:
    health = await db.check()
    if not health.durable:
        return (
            f"Basis data {health.engine} {health.version} tidak menjamin data tersimpan saat listrik padam."
        )
    if not health.wal_safe:
        return f"SQLite {health.version} terlalu lama untuk mode cepat. Pasang paket pysqlite3."
    return ""


def _keys() -> str:
    try:
        read_key_file(kit().settings.key_file)
    except VaultError as trouble:
        return str(trouble)
    return ""


def _clock() -> str:
    if not _pace.jumped_by:
        return ""
    way = "maju" if _pace.jumped_by > timedelta() else "mundur"
    return f"Jam komputer melompat {way} {lama(abs(_pace.jumped_by))}. Periksa jamnya. Tenggat menunggu 10 menit."


async def is_running(now: datetime) -> bool:
    """Whether some process was at work within the last minute."""
    row = await _heartbeat()
    return row is not None and timedelta() <= now - row.beat_at < LEASE


async def last_beat() -> datetime | None:
    """When the scheduler was last at work, here or in another process; None when it never was."""
    row = await _heartbeat()
    return row.beat_at if row else None


async def _at_work(now: datetime) -> str:
    row = await _heartbeat()
    if row is None:
        return "Mesin tenggat belum pernah berjalan. Jalankan layanan, atau app.py tick setiap menit."
    if now - row.beat_at > WORRYING:
        return f"Mesin tenggat berhenti sejak {lama(now - row.beat_at)} yang lalu."
    return ""


async def _messages() -> str:
    failed = await Message.count().where(
        (Message.state == str(MessageState.FAILED)) & Message.passed_on.eq(False)
    )
    return f"{failed} pesan gagal terkirim. Lihat layar Pesan." if failed else ""


async def _backup(now: datetime) -> str:
    """An office that never made one is told when it is set up, not here every minute."""
    made = await backups.last()
    if made is None or now - made <= _BACKUP_WORRYING:
        return ""
    return f"Cadangan terakhir dibuat {lama(now - made)} yang lalu. Periksa jadwal cadangan."


def _room() -> str:
    disk = shutil.disk_usage(kit().settings.data)
    free = disk.free * 100 // disk.total
    return f"Ruang penyimpanan tinggal {free} persen." if free < 15 else ""
