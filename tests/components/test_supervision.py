"""The supervisor's figures, and that each is the length of its list [M4, G2, T1]."""

from datetime import timedelta

import pytest

from components import case_lists, history, obstacles, queue_jumps, rejections, summaries, supervision
from components.actors import Actor
from components.case_lists import How, Wanted, Where
from components.kit import Kit
from components.obstacles import Entry, declare
from components.particulars import masked_nik
from components.refusals import Missing
from components.worklist import OUT_OF_ORDER
from models.notification import Message
from models.office import Office
from models.rules.calendar import wib_day
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role, State
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRIDAY = MONDAY - 3 * DAY


@pytest.fixture
async def supervisor(service: Kit) -> Actor:
    return await member_of_staff(Role.SUPERVISOR, login="camat@krian.test")


async def numbers(wanted: Wanted, by: Actor) -> set[str]:
    rows, _ = await case_lists.listed(wanted, by, MONDAY)
    return {row.number for row in rows}


async def some_files() -> dict[str, str]:
    """One file of each kind, by what it is; and one of another office that must not be counted."""
    foreign = Office(
        prefix="WNY",
        name="Wonoayu",
        short_name="Wonoayu",
        regency="Sidoarjo",
        area_code="351516",
        address="Jl",
    )
    await foreign.save()
    late = await an_application(State.SUBMITTED, FRIDAY - DAY, promise_at=MONDAY - HOUR)
    today = await an_application(State.CAPTURED, FRIDAY, promise_at=MONDAY + HOUR)
    later = await an_application(State.SCHEDULED, promise_at=MONDAY + DAY, channel="village")
    returned = await an_application(State.RETURNED, promise_at=MONDAY + DAY)
    missed = await an_application(State.ACCEPTED, promise_at=None)
    kept = await an_application(State.READY, FRIDAY, promise_at=MONDAY, printed_at=FRIDAY)
    broken = await an_application(State.HANDED_OVER, FRIDAY, promise_at=FRIDAY - HOUR, printed_at=FRIDAY)
    await an_application(State.SUBMITTED, promise_at=MONDAY - HOUR, office=foreign.id)
    await an_application(State.DRAFT, submitted_at=None, received_at=None)
    found = {"late": late, "today": today, "later": later, "returned": returned, "missed": missed}
    return {name: row.number for name, row in (found | {"kept": kept, "broken": broken}).items()}


async def test_every_figure_is_as_long_as_its_list(supervisor: Actor) -> None:
    """M4 T1: late, paused and on time are all that is under way, and nothing of another office is among it."""
    files = await some_files()
    screen = await supervision.screen(supervisor, MONDAY)
    for how, count, expected in (
        (How.LATE, screen.promises.late, {"late"}),
        (How.PAUSED, screen.promises.paused, {"returned", "missed"}),
        (How.ON_TIME, screen.promises.on_time, {"today", "later"}),
        (How.TODAY, screen.promises.today, {"today"}),
        (How.KEPT, sum(screen.promises.kept), {"kept"}),
        (How.BROKEN, screen.promises.broken, {"broken"}),
    ):
        assert await numbers(Wanted(how), supervisor) == {files[name] for name in expected}, how
        assert count == len(expected), how
    assert screen.backlog.open == 5
    for desk in screen.backlog.desks:
        for band, count in enumerate(desk.ages):
            assert len(await numbers(Wanted(where=desk.where, age=band), supervisor)) == count, desk
    assert {desk.where: desk.ages for desk in screen.backlog.desks}[Where.VERIFICATION] == (0, 0, 1)
    assert [count for _, count in screen.backlog.channels] == [4, 1]
    assert screen.backlog.oldest == (Where.VERIFICATION, FRIDAY - DAY - HOUR)
    assert screen.backlog.trend[-1] == 5
    assert screen.promises.share == 50
    assert screen.promises.services == ()  # all of one service, and the office offers no other


async def test_what_an_obstacle_stops_is_paused(supervisor: Actor) -> None:
    """T1: a broken printer pauses what waits for it, not what waits for an operator; what is late stays late."""
    files = await some_files()
    await declare(Entry(ObstacleKind.PRINTER, "Pita pencetak habis"), supervisor, MONDAY)
    now = MONDAY + timedelta(minutes=1)
    screen = await supervision.screen(supervisor, now)
    assert (screen.promises.late, screen.promises.paused, screen.promises.on_time) == (1, 3, 1)
    rows, _ = await case_lists.listed(Wanted(How.PAUSED), supervisor, now)
    assert {row.number for row in rows} == {files[name] for name in ("today", "returned", "missed")}
    (block,) = [one for one in await summaries.blocks(supervisor, now) if one.name == "kendala"]
    assert block.facts[0].kind == "gawat"
    assert "Pita pencetak habis" in block.facts[0].note


async def test_a_camera_stops_what_is_recorded_with_it(supervisor: Actor) -> None:
    """T1 P3: of cards that need no photo none waits for the camera, whatever the service; a first card does."""
    cards = {
        "biometric": ("photo", "signature"),
        "damaged": ("", "photo", "signature"),
        "data_change": ("", "both"),
        "lost": ("",),
        "first": ("",),
    }
    files = {
        (service, change): await an_application(
            State.SCHEDULED,
            promise_at=MONDAY + DAY,
            accepted_at=MONDAY - HOUR,
            service=service,
            change=change,
        )
        for service, changes in cards.items()
        for change in changes
    }
    await declare(Entry(ObstacleKind.CAMERA, "Kamera mati"), supervisor, MONDAY)
    now = MONDAY + timedelta(minutes=1)
    waiting = {("biometric", "photo"), ("damaged", "photo"), ("data_change", "both"), ("first", "")}
    for how, expected in ((How.PAUSED, waiting), (How.ON_TIME, files.keys() - waiting)):
        rows, _ = await case_lists.listed(Wanted(how), supervisor, now)
        assert {row.number for row in rows} == {files[card].number for card in expected}, how
    screen = await supervision.screen(supervisor, now)
    assert (screen.promises.paused, screen.promises.on_time) == (4, 5)
    for one in screen.promises.services:
        for standing, count in ((How.PAUSED, one.paused), (How.ON_TIME, one.on_time), (None, one.open)):
            listed, _ = await case_lists.listed(Wanted(standing, service=one.service), supervisor, now)
            assert {row.service for row in listed} <= {str(one.service)}
            assert len(listed) == count, (one.service, standing)
    for card, file in files.items():
        assert bool(await obstacles.concerning(file, now)) is (card in waiting), card


async def test_every_part_says_how_it_stands(supervisor: Actor) -> None:
    """M4: also with nothing to tell; a part's words lead to its own list."""
    blocks = await summaries.blocks(supervisor, MONDAY)
    assert [one.name for one in blocks] == ["blangko", "kendala", "tanya", "aduan", "rapat", "skm"]
    assert all(fact.words and fact.href.startswith("/") for one in blocks for fact in one.facts)


async def test_lists_are_paged_and_masked(supervisor: Actor) -> None:
    """Oldest first, going on after the last one; no full NIK leaves the component."""
    made = [(await an_application(State.SUBMITTED, promise_at=MONDAY + DAY)).number for _ in range(3)]
    first, last = await case_lists.listed(Wanted(How.ON_TIME), supervisor, MONDAY, limit=2, nik=masked_nik)
    second, end = await case_lists.listed(Wanted(How.ON_TIME), supervisor, MONDAY, last, limit=2)
    assert [row.number for row in (*first, *second)] == made
    assert end == 0
    assert "3515115208900000" not in str(first)
    assert first[0].nik.startswith("3515")


async def test_jumps_are_listed_told_and_seen(supervisor: Actor) -> None:
    """G2: who, when, which, why; one e-mail for the week before; seen once, by the own office alone."""
    operator = await member_of_staff(Role.OPERATOR)
    row = await an_application(State.SUBMITTED, FRIDAY)
    details: dict[str, history.Detail] = {"passed_over": 2}
    reason = "Pemohon sakit keras."
    await history.record(
        row.id, OUT_OF_ORDER, operator, Role.OPERATOR, FRIDAY, reason=reason, details=details
    )
    await history.record(row.id, "skip", operator, Role.OPERATOR, FRIDAY)
    monday = queue_jumps.monday_of(wib_day(FRIDAY))
    skip, jump = await queue_jumps.of_week(supervisor, monday)
    assert (jump.officer, jump.number, jump.reason, jump.passed_over) == (
        operator.name,
        row.number,
        reason,
        2,
    )
    assert (skip.act, skip.to_be_seen, jump.to_be_seen) == ("skip", False, True)
    assert await queue_jumps.of_week(supervisor, monday + 7 * DAY) == []

    assert await queue_jumps.tell_of_week(MONDAY - 3 * HOUR) == 0
    assert [await queue_jumps.tell_of_week(MONDAY), await queue_jumps.tell_of_week(MONDAY + HOUR)] == [1, 0]
    (message,) = await Message.objects()
    assert message.subject == "Perlu dilihat: 1 kali di luar urutan minggu lalu"

    stranger = Actor(frozenset({Role.SUPERVISOR}), supervisor.staff_id, (supervisor.office_id or 0) + 1)
    for event, by in ((jump.id, stranger), (skip.id, supervisor)):
        with pytest.raises(Missing):
            await queue_jumps.see(event, by, MONDAY)
    assert await queue_jumps.unseen(supervisor) == 1
    for _ in range(2):
        assert await queue_jumps.see(jump.id, supervisor, MONDAY) == monday
    assert await queue_jumps.unseen(supervisor) == 0
    seen = (await queue_jumps.of_week(supervisor, monday))[1]
    assert (seen.seen_by, seen.seen_at) == (supervisor.name, MONDAY)


async def test_reasons_are_counted_and_listed(supervisor: Actor) -> None:
    """P6: per reason, of the last 30 days; a file that fits has none."""
    row = await an_application(State.SUBMITTED)
    for days, details in (
        (31, {"old_card": ["cut"]}),
        (3, {"old_card": ["cut"], "family_card": []}),
        (2, {"old_card": ["cut"], "family_card": []}),
        (1, {"old_card": []}),
    ):
        await history.record(
            row.id,
            "judge",
            supervisor,
            Role.SUPERVISOR,
            MONDAY - days * DAY,
            details=dict(details),
        )
    assert await rejections.counted(supervisor.office_id or 0, MONDAY) == (("cut", 2),)
    (found, _), last = await rejections.listed("cut", supervisor, MONDAY)
    assert (found.documents, last) == ({"old_card": ("cut",)}, 0)
    assert await rejections.listed("blurred", supervisor, MONDAY) == ([], 0)
