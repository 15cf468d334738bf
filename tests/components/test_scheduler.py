"""What happens by itself: every job each time, none stopped by another, no deadline worked on twice [P7, P8, G4]."""

import asyncio
import os
import random
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from components import (
    appointments,
    casework,
    clock,
    corrections,
    mail,
    notifications,
    removal,
    retention,
    scheduler,
)
from components.actors import SYSTEM
from components.kit import Kit, kit
from components.pace import Pace
from models.application import Application, Document, Page
from models.db import transaction
from models.history import Event
from models.notification import Message
from models.office import Office
from models.rules.calendar import NeverOpen, wib_moment
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.messages import Kind
from models.rules.workflow import Act, Role, State
from models.system import Heartbeat, Outage
from tests.support.cases import fresh, with_documents
from tests.support.databases import on_sqlite
from tests.support.outbox import messages, reachable, told
from tests.support.service import MONDAY, member_of_staff

ROOT = Path(__file__).resolve().parent.parent.parent
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026 by clocks in Krian; Monday is the 23rd."""
    return wib_moment(MONDAY.date().replace(day=day), MONDAY.time().replace(hour, minute))


NOON = at(24, 12)


async def returned() -> Application:
    """Due on Tuesday at noon."""
    row = await reachable(whatsapp=False)
    await with_documents(row, {DocumentKind.FAMILY_CARD: [RejectReason.CUT]})
    return await corrections.ask(row, await member_of_staff(Role.OPERATOR), MONDAY)


async def running_until(moment: datetime) -> None:
    """The service was at work shortly before."""
    await scheduler.beat(moment - MINUTE)


# --- one tick ---


async def test_a_tick_does_all_that_is_due(service: Kit) -> None:
    """Deadline, its message and the mail in one go, with a line that names nobody [P7, G4]."""
    row = await returned()
    await running_until(NOON + MINUTE)
    said = await scheduler.tick(NOON + MINUTE)
    assert (await fresh(row)).state == State.LAPSED
    assert await told(row) == [("correction_asked", "email", "recalled"), ("lapsed", "email", "sent")]
    assert said == "lapse: 1, history checked: 3, mail: 1"
    assert await scheduler.tick(NOON + MINUTE) == "nothing was due"


def test_every_duty_has_its_job() -> None:
    """Nothing that must happen by itself is forgotten, and mail comes last [P7, P8, G4]."""
    names = [name for name, _ in scheduler.JOBS]
    assert names == [
        "lapse",
        "correction reminders",
        "missed appointments",
        "appointment reminders",
        "places kept too long",
        "appointments for who waits",
        "earlier times offered",
        "blank cards",
        "promises counted anew",
        "broken promises",
        "obstacles and moved promises told",
        "compensation",
        "forgotten complaints",
        "jumps of the week",
        "second looks",
        "history checked",
        "days counted",
        "reminders to collect",
        "old drafts",
        "unfinished intake",
        "old scans",
        "scans of cards nobody collects",
        "old identities",
        "old message texts",
        "old letters",
        "old photos of complaints",
        "old texts of complaints",
        "spent links",
        "scans without a page",
        "unfinished uploads",
        "surveys left lying",
        "old answers",
        "ended sessions",
        "log of what was removed",
        "whatsapp",
        "mail",
    ]


async def test_a_job_that_fails_stops_no_other(
    service: Kit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named in what the tick says and in the log; the next tick tries again."""

    async def breaks(now: datetime) -> int:
        raise RuntimeError("broken")

    row = await returned()
    await running_until(NOON + MINUTE)
    monkeypatch.setattr(scheduler, "JOBS", (("breaks", breaks), *scheduler.JOBS))
    said = await scheduler.tick(NOON + MINUTE)
    assert said.startswith("breaks: failed, lapse: 1")
    assert "breaks failed" in caplog.text
    assert (await fresh(row)).state == State.LAPSED


async def test_a_job_that_breaks_off_does_not_take_the_scheduler_with_it(
    service: Kit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A cancellation that comes from within a job ends that job, not what keeps the deadlines [P7]."""

    async def breaks_off(now: datetime) -> int:
        raise asyncio.CancelledError

    async def works(now: datetime) -> int:
        return 1

    monkeypatch.setattr(scheduler, "JOBS", (("breaks off", breaks_off), ("works", works)))
    assert await scheduler.tick(MONDAY) == "breaks off: failed, works: 1"
    assert "breaks off broke off" in caplog.text


async def test_an_office_that_cannot_be_served_stops_no_other(
    service: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that nobody can read at one office: the files of the others lapse, and get their times [P7, P8]."""
    broken = await Office.objects().first()
    assert broken is not None
    other = Office(**{name: value for name, value in broken.to_dict().items() if name != "id"})
    other.prefix = "SHT"
    await other.save()
    first, second = await returned(), await returned()
    await Application.update({Application.office: other.id}).where(Application.id == second.id)
    await Office.update({Office.settings: '{"correction_day": "kapan"}'}).where(Office.id == broken.id)
    laid_out: list[int] = []

    async def lays_out(office_id: int, now: datetime) -> None:
        if office_id == broken.id:
            raise NeverOpen
        laid_out.append(office_id)

    monkeypatch.setattr(appointments, "ensure_slots", lays_out)
    await Outage(began_at=at(24, 11), ended_at=at(24, 11, 5)).save()
    await running_until(NOON + MINUTE)
    await scheduler.tick(NOON + MINUTE)
    assert ((await fresh(first)).state, (await fresh(second)).state) == (State.RETURNED, State.LAPSED)
    assert laid_out == [other.id]


async def test_a_job_leaves_nothing_behind_for_the_next(
    service: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each runs in a context of its own: a transaction that leaked out of one would poison all that follow (F2)."""
    mark: ContextVar[str] = ContextVar("mark", default="clean")
    seen: list[str] = []

    async def marks(now: datetime) -> None:
        seen.append(mark.get())
        mark.set("dirty")

    async def leaves_a_transaction_open(now: datetime) -> None:
        seen.append("open")
        leaked = transaction()
        await leaked.__aenter__()
        await leaked.__aexit__(None, None, None)

    monkeypatch.setattr(scheduler, "JOBS", (("a", marks), ("b", leaves_a_transaction_open), ("c", marks)))
    await scheduler.tick(MONDAY)
    assert seen == ["clean", "open", "clean"]
    assert mark.get() == "clean"


async def test_two_ticks_at_once_do_everything_once(service: Kit) -> None:
    """Two machines, or a tick by hand beside the service: one lapse, one message, one mail each [P7, G4]."""
    rows = [await returned() for _ in range(5)]
    await running_until(NOON + MINUTE)
    await asyncio.gather(*(scheduler.tick(NOON + MINUTE) for _ in range(3)))
    assert await Event.count().where(Event.act == "lapse") == 5
    assert await Message.count().where(Message.kind == "lapsed") == 5
    assert len(mail.written_files()) == 5
    assert {(await fresh(row)).state for row in rows} == {State.LAPSED}


_TICK = """
import asyncio, sys
from datetime import datetime
import models
from components import scheduler
from components.kit import Kit, install
from components.settings import from_environment
from components.storage import Store
from components.vault import load_vault
from models import db
import os

async def main():
    settings = from_environment(os.environ)
    vault = load_vault(settings.key_file)
    install(Kit(settings, vault, Store(settings.store_folder, vault)))
    await db.connect(settings.database_url)
    try:
        print(await scheduler.tick(datetime.fromisoformat(sys.argv[1])))
    finally:
        await db.close()

asyncio.run(main())
"""


async def test_two_processes_at_once_do_everything_once(service: Kit) -> None:
    """The database is the only judge: two processes tick on the same data at the same time [P7, G4]."""
    for _ in range(10):
        await returned()
    now = NOON + MINUTE
    await running_until(now)
    environment = {
        **os.environ,
        "LOKET_DATA": str(kit().settings.data),
        "LOKET_DATABASE_URL": kit().settings.database_url,
        "LOKET_MODE": "test",
        "LOKET_BASE_URL": "http://loket.test",
    }
    command = [sys.executable, "-c", _TICK, now.isoformat()]
    both = await asyncio.to_thread(_run_both, command, environment)
    assert sum(int(count) for said in both for count in re.findall(r"lapse: (\d+)", said)) == 10
    assert await Event.count().where(Event.act == "lapse") == 10
    assert await Message.count().where(Message.kind == "lapsed") == 10
    assert await Message.count().where(Message.state == "sent") == 10
    assert await Message.count().where((Message.kind == "lapsed") & (Message.attempts != 1)) == 0


def _run_both(command: list[str], environment: dict[str, str]) -> list[str]:
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return said


# --- time without service ---


async def test_time_without_service_is_recorded_before_deadlines(service: Kit) -> None:
    """Away over noon: the first tick after it moves the deadline instead of closing the file [P7]."""
    row = await returned()
    await scheduler.tick(at(24, 9))
    await scheduler.tick(at(24, 14))
    outages = await Outage.objects().order_by(Outage.id)
    assert [(outage.began_at, outage.ended_at) for outage in outages] == [(at(24, 9), at(24, 14))]
    after = await fresh(row)
    assert (after.state, after.correction_due_at) == (State.RETURNED, at(25, 12))
    assert ("deadline_moved", "email", "sent") in await told(row)


async def test_a_short_stop_over_noon_closes_by_the_true_deadline(service: Kit) -> None:
    """Down from five to noon: that is no 10 minutes of the last hour; lapsed on the first tick after [P7]."""
    row = await returned()
    await scheduler.tick(at(24, 11, 55))
    await scheduler.tick(at(24, 13))
    assert (await fresh(row)).state == State.LAPSED
    lapse = await Event.objects().where(Event.act == "lapse").first()
    assert lapse is not None
    assert (lapse.happened_at, lapse.entered_at) == (NOON, at(24, 13))


async def test_ordinary_pauses_between_ticks_are_no_outage(service: Kit) -> None:
    """The first start ever, ticks every 20 s or every minute, a clock set back."""
    for moment in (0, 20, 80, 170, 100, 120):
        await scheduler.beat(MONDAY + timedelta(seconds=moment))
    assert await Outage.count() == 0
    await scheduler.beat(MONDAY + timedelta(seconds=211))
    assert await Outage.count() == 1


async def test_two_that_wake_at_once_record_one_outage(service: Kit) -> None:
    await scheduler.beat(MONDAY)
    await asyncio.gather(*(scheduler.beat(MONDAY + DAY) for _ in range(5)))
    assert await Outage.count() == 1


async def test_the_fence_rises_when_the_row_changes_hands(
    service: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process waits while the holder is alive, and takes over a minute after its last beat."""
    await scheduler.beat(MONDAY)
    assert await scheduler._may_work(MONDAY + MINUTE)
    mine = scheduler._HOLDER
    monkeypatch.setattr(scheduler, "_HOLDER", "another")
    assert not await scheduler._may_work(MONDAY + timedelta(seconds=59))
    assert await scheduler._may_work(MONDAY + timedelta(seconds=60))
    await scheduler.beat(MONDAY + MINUTE)
    row = await Heartbeat.objects().first()
    assert row is not None
    assert (row.holder, row.fence) == ("another", 1)
    monkeypatch.setattr(scheduler, "_HOLDER", mine)
    assert not await scheduler._may_work(MONDAY + MINUTE)


# --- a clock that jumps ---


async def test_ticks_of_a_jumping_clock_do_everything_once(service: Kit) -> None:
    """An hour or a day forth and back between ticks: no deadline twice, none before its time, none revived [P7]."""
    rows = [await returned() for _ in range(6)]
    await running_until(NOON - DAY)
    luck = random.Random(7)
    moment = latest = NOON - DAY
    for _ in range(12):
        moment += luck.choice([MINUTE, 60 * MINUTE, -60 * MINUTE, DAY / 2, -DAY])
        latest = max(latest, moment)
        await scheduler.tick(moment)
        lapsed = await Event.count().where(Event.act == "lapse")
        assert lapsed in (0, len(rows)) if latest >= NOON else lapsed == 0
    end = NOON + 10 * DAY
    for minutes in range(62):  # at work for the whole hour before it
        await scheduler.beat(end + (minutes - 61) * MINUTE)
        if not minutes:
            await scheduler.tick(end - 60 * MINUTE)
    for _ in range(2):
        await scheduler.tick(end + MINUTE)
        assert await Event.count().where(Event.act == "lapse") == len(rows)
        assert await Message.count().where(Message.kind == "lapsed") == len(rows)
    assert {(await fresh(row)).state for row in rows} == {State.LAPSED}


async def test_deadlines_wait_while_the_clock_is_not_believed(
    service: Kit, clock_at_monday: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's clock is set a day ahead: nobody has missed noon, and the office is told what to do [P7]."""
    monkeypatch.setattr(scheduler, "_pace", pace := Pace())
    monkeypatch.setattr(scheduler, "EVERY", timedelta(seconds=0.05))
    row = await returned()
    await running_until(clock.now())
    running = asyncio.create_task(scheduler.run())
    try:
        await _until(lambda: _seen(pace))
        clock.start_at(NOON + 60 * MINUTE)
        await _until(lambda: _waits(pace))
        assert "melompat maju" in "".join(await scheduler.self_check(clock.now()))
        assert (await fresh(row)).state == State.RETURNED
        clock.start_at(MONDAY)
        await _until(lambda: _even(pace))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert (await fresh(row)).state == State.RETURNED
    assert await Outage.count() == 0


async def _seen(pace: Pace) -> bool:
    return pace.seen_at is not None


async def _waits(pace: Pace) -> bool:
    return bool(pace.jumped_by)


async def _even(pace: Pace) -> bool:
    return not pace.jumped_by


# --- by itself ---


@pytest.fixture
def clock_at_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock begins at Monday nine and runs on."""
    monkeypatch.setattr(clock, "_shift", clock._shift)
    clock.start_at(MONDAY)


async def test_running_works_and_mail_leaves_when_poked(service: Kit, clock_at_monday: None) -> None:
    """Mail leaves at once after the commit that queued it, not at the next tick [G4]."""
    running = asyncio.create_task(scheduler.run())
    try:
        await _until(lambda: Heartbeat.exists())
        await asyncio.sleep(0.2)
        row = await reachable(whatsapp=False)
        async with transaction():
            await notifications.tell(Kind.READY, row, clock.now())
            assert mail.written_files() == []
        await _until(lambda: Message.exists().where(Message.state == "sent"))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert len(mail.written_files()) == 1


async def _until(question: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(500):
        if await question():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about within 10 s")


# --- collecting and removing ---


async def test_a_card_that_waits_is_reminded_of_three_times(service: Kit) -> None:
    """After 7, 21 and 45 days, each once; not once it is handed over [G4]."""
    row = await reachable(State.READY, whatsapp=False, ready_at=MONDAY)
    counts = [await retention.remind_to_collect(MONDAY + n * DAY) for n in (6, 7, 8, 20, 21, 44, 45, 60)]
    assert counts == [0, 1, 0, 0, 1, 0, 1, 0]
    assert [kind for kind, _, _ in await told(row)] == ["ready_reminder"] * 3
    other = await reachable(State.READY, whatsapp=False, ready_at=MONDAY)
    await casework.advance(other, Act.HAND_OVER, await member_of_staff(Role.COUNTER), MONDAY, silent=True)
    assert await retention.remind_to_collect(MONDAY + 7 * DAY) == 0


@pytest.mark.parametrize(
    ("state", "days"),
    [(State.HANDED_OVER, 30), (State.LAPSED, 14), (State.REFUSED, 14), (State.WITHDRAWN, 14)],
)
async def test_scans_go_when_their_time_has_come(service: Kit, state: State, days: int) -> None:
    """30 days after hand-over, 14 after every other end; once, and the history says so."""
    row = await reachable(state, finished_at=MONDAY)
    await with_documents(row)
    document = await Document.objects().first()
    assert document is not None
    await Page(
        document=document.id,
        blob="0" * 32,
        blob_key=b"k",
        thumbnail="1" * 32,
        thumbnail_key=b"k",
        sha256="0",
        received_at=MONDAY,
    ).save()
    assert await removal.remove_old_scans(MONDAY + days * DAY - MINUTE) == 0
    assert await removal.remove_old_scans(MONDAY + days * DAY) == 1
    assert await removal.remove_old_scans(MONDAY + days * DAY + MINUTE) == 0
    assert await Page.count().where(Page.blob != "") == 0
    assert await Event.count().where(Event.act == "scans_removed") == 1


async def test_scans_of_what_goes_on_stay(service: Kit) -> None:
    for state in (State.SUBMITTED, State.READY, State.RETURNED):
        await reachable(state)
    assert await removal.remove_old_scans(MONDAY + 365 * DAY) == 0


# --- is everything in order? ---


async def test_a_sound_installation_has_nothing_to_say(service: Kit) -> None:
    await scheduler.beat(MONDAY)
    assert await scheduler.self_check(MONDAY + MINUTE) == []


async def test_what_is_wrong_is_said_in_words(service: Kit) -> None:
    """A machine that never ran, one that stopped, mail that failed, a key file others can read."""
    assert "belum pernah berjalan" in (await scheduler.self_check(MONDAY))[0]
    await scheduler.beat(MONDAY)
    await notifications.tell(Kind.READY, await reachable(whatsapp=False), MONDAY)
    await Message.update({Message.state: "failed"}).where(Message.id > 0)
    kit().settings.key_file.chmod(0o644)
    key, stopped, failed = await scheduler.self_check(MONDAY + 20 * MINUTE)
    assert "chmod 0400" in key
    assert stopped == "Mesin tenggat berhenti sejak 20 menit yang lalu."
    assert failed == "1 pesan gagal terkirim. Lihat layar Pesan."


async def test_a_full_disk_is_said_before_it_is_full(service: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        total, free = 1000, 149

    await scheduler.beat(MONDAY)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    assert await scheduler.self_check(MONDAY) == ["Ruang penyimpanan tinggal 14 persen."]


async def test_the_system_is_what_acts(service: Kit) -> None:
    """A lapse is signed by the system in the history, not by a person [G1, M4]."""
    await returned()
    await running_until(NOON + MINUTE)
    await scheduler.tick(NOON + MINUTE)
    event = await Event.objects().where(Event.act == "lapse").first()
    assert event is not None
    assert (event.role, event.actor) == (Role.SYSTEM, SYSTEM.label)
    assert await messages()


@on_sqlite
async def test_the_scheduler_ends_random_histories_as_the_slow_model_does(service: Kit) -> None:
    """[P7] 25 files, a machine that is away, a clock that is set; python -m tests.load.deadline_ticks does more."""
    from tests.load import deadline_ticks

    assert await deadline_ticks.differing(1, seed=5) == []
