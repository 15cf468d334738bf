"""Blanks run out and come back: the obstacle by itself, booking, and everybody who waits told once [M2, T1, P8, G4]."""

from datetime import timedelta

from components import appointments, casework, notifications, obstacles, stock, stock_watch
from components.actors import Actor
from components.kit import Kit
from models.application import Application
from models.card_stock import Blank
from models.db import transaction
from models.notification import Message
from models.office import Office
from models.rules.messages import Kind, MessageState
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Act, Role, State
from tests.support.cases import an_application, fresh, holder
from tests.support.outbox import messages, reachable, text, to, told, with_appointment
from tests.support.service import MONDAY, member_of_staff

LATER = MONDAY + timedelta(hours=1)
NEXT_DAY = MONDAY + timedelta(days=1)


async def the_last_blank_goes(by: Actor) -> None:
    await stock.receive("AB-0001", "", "SJ 1", by, MONDAY)
    printed = await an_application(State.CAPTURED, captured_at=MONDAY)
    async with transaction():
        await stock.take(printed, "AB-0001", by, MONDAY)
    await Application.update({Application.state: State.PRINTED}).where(Application.id == printed.id)


async def sent(*rows: Application) -> None:
    await Message.update({Message.state: str(MessageState.SENT), Message.sent_at: MONDAY}).where(
        Message.application.is_in([row.id for row in rows]) & (Message.state == str(MessageState.WAITING))
    )


async def kinds(row: Application) -> list[str]:
    return [kind for kind, channel, state in await told(row) if channel == "email" and state != "recalled"]


async def test_the_last_blank_declares_the_obstacle_and_a_delivery_ends_it(service: Kit) -> None:
    """With the print itself, by the system, office-wide; booking stops and goes on [M2, T1, P8]."""
    officer = await member_of_staff(Role.COUNTER)
    office = officer.office_id or 0
    await the_last_blank_goes(officer)
    (obstacle,) = await obstacles.open_now(office)
    assert (obstacle.kind, obstacle.automatic, obstacle.began_at) == (ObstacleKind.BLANKS, True, MONDAY)
    assert (await stock.level(office, MONDAY)).out_since == MONDAY
    waiting = await reachable(State.ACCEPTED, accepted_at=MONDAY)
    assert (await appointments.give_earliest(waiting, holder(waiting), MONDAY)).state == State.ACCEPTED
    await stock.receive("AB-0002", "AB-0010", "SJ 2", officer, LATER)
    assert await obstacles.open_now(office) == []
    assert (await stock.level(office, LATER)).out_since is None
    assert await appointments.schedule_waiting(LATER) == 1
    assert (await fresh(waiting)).state == State.SCHEDULED


async def test_who_waits_is_told_once_that_blanks_are_out(service: Kit) -> None:
    """By what stands still for them: the appointment to come, the one they have, the card after the recording [G4]."""
    officer = await member_of_staff(Role.COUNTER)
    accepted = await reachable(State.ACCEPTED, accepted_at=MONDAY)
    scheduled, captured = await reachable(State.SCHEDULED), await reachable(State.CAPTURED)
    await with_appointment(scheduled)
    submitted = await reachable(State.SUBMITTED)
    await the_last_blank_goes(officer)
    assert await stock_watch.watch(MONDAY) == 3
    assert await stock_watch.watch(LATER) == 0
    said = [text((await messages(row))[0]) for row in (accepted, scheduled, captured)]
    assert all("blangko KTP-el sedang habis, jadi kartu Anda menyusul." in body for body in said)
    assert "Jadwal kami beri begitu blangko datang" in said[0]
    assert "Jadwal Anda tetap: Kamis, 26 November 2026, 09.00 WIB." in said[1]
    assert "Jangan datang dulu." in said[2]
    assert await kinds(submitted) == []


async def test_who_was_told_is_told_that_blanks_are_back(service: Kit) -> None:
    """One message each: the appointment for who waits for one, the good news for the others [P8, G4]."""
    officer = await member_of_staff(Role.COUNTER)
    waiting = await reachable(State.ACCEPTED, accepted_at=MONDAY)
    scheduled, captured = await reachable(State.SCHEDULED), await reachable(State.CAPTURED)
    await with_appointment(scheduled)
    await the_last_blank_goes(officer)
    await stock_watch.watch(MONDAY)
    await sent(waiting, scheduled, captured)
    await stock.receive("AB-0002", "AB-0010", "SJ 2", officer, NEXT_DAY)
    await appointments.schedule_waiting(NEXT_DAY)
    assert await stock_watch.watch(NEXT_DAY) == 2
    assert await stock_watch.watch(NEXT_DAY + timedelta(hours=1)) == 0
    assert await kinds(waiting) == ["blanks_out", "scheduled"]
    assert await kinds(scheduled) == ["blanks_out", "blanks_back"]
    assert await kinds(captured) == ["blanks_out", "blanks_back"]
    assert "Datanglah sesuai jadwal: Kamis" in text((await messages(scheduled))[-1])
    assert "segera kami cetak" in text((await messages(captured))[-1])


async def test_bad_news_that_never_left_is_taken_back(service: Kit) -> None:
    """Nobody reads of an outage that is over, and good news without the bad says nothing."""
    officer = await member_of_staff(Role.COUNTER)
    captured = await reachable(State.CAPTURED)
    await the_last_blank_goes(officer)
    await stock_watch.watch(MONDAY)
    await stock.receive("AB-0002", "AB-0010", "SJ 2", officer, LATER)
    assert await stock_watch.watch(LATER) == 0
    assert await kinds(captured) == []


async def test_a_last_pair_taken_at_once_is_noticed_by_the_scheduler(service: Kit) -> None:
    """Each of the two saw the other's blank still in stock."""
    officer = await member_of_staff(Role.COUNTER)
    office = officer.office_id or 0
    await stock.receive("AB-0001", "AB-0002", "SJ 1", officer, MONDAY)
    await Blank.update({Blank.state: "missing"}).where(Blank.office == office)
    assert await obstacles.open_now(office) == []
    await stock_watch.watch(LATER)
    assert [row.kind for row in await obstacles.open_now(office)] == [ObstacleKind.BLANKS]
    assert await obstacles.declare_automatic(office, ObstacleKind.BLANKS, "lagi", LATER) is False


async def test_supervisors_are_warned_once_a_day_while_the_stock_is_low(service: Kit) -> None:
    """By e-mail from opening time on, on working days, where the login is an address [M2, M4]."""
    officer = await member_of_staff(Role.COUNTER)
    await member_of_staff(Role.SUPERVISOR, login="camat@contoh.test")
    await member_of_staff(Role.SUPERVISOR, login="kasi")
    await member_of_staff(Role.OPERATOR, login="dewi@contoh.test")
    await stock.receive("AB-0001", "AB-0004", "SJ 1", officer, MONDAY)
    printed = await an_application(State.CAPTURED)
    async with transaction():
        await stock.take(printed, "AB-0001", officer, MONDAY)
    before_opening = MONDAY.replace(hour=0, minute=30)
    assert [await stock_watch.watch(at) for at in (before_opening, MONDAY, LATER)] == [0, 1, 0]
    (told_one,) = await messages()
    assert to(told_one) == "camat@contoh.test"
    assert told_one.subject == "Blangko KTP-el tinggal 3 keping"
    assert "cukup 3 hari kerja lagi" in text(told_one)
    assert "Perkiraan habis: Kamis, 26 November 2026." in text(told_one)
    # By then one blank in two days was used: the three that are left last six.
    assert await stock_watch.watch(NEXT_DAY) == 0
    await Office.update({Office.low_stock_days: 10}).where(Office.id == officer.office_id)
    assert await stock_watch.watch(NEXT_DAY) == 1
    saturday = MONDAY + timedelta(days=5)
    assert await stock_watch.watch(saturday) == 0


async def test_a_step_recalls_what_it_makes_pointless(service: Kit) -> None:
    """Printed after all: the message of the outage that still waits is not sent."""
    officer = await member_of_staff(Role.COUNTER)
    row = await reachable(State.CAPTURED, captured_at=MONDAY)
    async with transaction():
        await notifications.tell(Kind.BLANKS_OUT, row, MONDAY)
    await casework.advance(row, Act.PRINT, officer, MONDAY)
    assert {state for _, _, state in await told(row)} == {"recalled"}
