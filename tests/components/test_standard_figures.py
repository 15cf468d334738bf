"""Live figures beside the promise: counted day by day, against what was counted by hand [T1, M2, M4, P8, E2]."""

from datetime import datetime, timedelta

import pytest

from components import clock, founding, obstacles, service_days, standard_figures, stock, timetable
from components.kit import Kit
from components.obstacles import Entry
from models.appointment import Slot
from models.rules.calendar import wib_day
from models.rules.obstacles import ObstacleKind
from models.rules.service_figures import Share
from models.rules.standard import Component
from models.rules.workflow import Role, State
from models.standard import ServiceDay
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff

TODAY = wib_day(MONDAY)
_DAY = timedelta(days=1)


async def printed(count: int, received_at: datetime, at: datetime, *, late: bool = False) -> None:
    """So many cards printed at a moment, of files received at another."""
    for _ in range(count):
        await an_application(
            State.HANDED_OVER,
            received_at,
            received_at=received_at,
            printed_at=at,
            promise_at=at - timedelta(minutes=1) if late else at,
        )


async def counted(now: datetime = MONDAY) -> int:
    """Tick until there is nothing left to count; how many days were counted."""
    done = 0
    while more := await service_days.count(now):
        done += more
    return done


async def titles(now: datetime = MONDAY) -> dict[Component, list[str]]:
    """What is shown beside each component."""
    found: dict[Component, list[str]] = {}
    for line in await standard_figures.lines(founding.office_card().id, now):
        found.setdefault(line.component, []).append(line.title)
    return found


async def test_figures_are_those_of_the_files(service: Kit) -> None:
    """T1: Friday 12 on the same day and 6 after a day, last week 7 after three, 6 of these late; today's do not count.

    By hand: 25 files, 23 of them are nine of ten; 18 within one day, all within three. 19 on time: 76 per cent.
    """
    friday, week = MONDAY - 3 * _DAY, MONDAY - 10 * _DAY
    await printed(12, friday, friday + timedelta(hours=2))
    await printed(6, friday - _DAY, friday + timedelta(hours=3))
    await printed(1, week - 3 * _DAY, week)
    await printed(6, week - 3 * _DAY, week, late=True)
    await printed(9, MONDAY - timedelta(hours=2), MONDAY - timedelta(hours=1))
    await printed(9, MONDAY - 200 * _DAY, MONDAY - 190 * _DAY)
    assert await counted() == 10  # from the first card within ninety days up to yesterday
    period = await service_days.of_office(founding.office_card().id, TODAY)
    assert (period.since, period.until) == (TODAY - 90 * _DAY, TODAY - _DAY)
    assert period.figures.usual_days == 3
    assert (period.figures.share, period.figures.per_cent) == (Share.PER_CENT, 76)
    assert (await titles())[Component.TIME] == [
        "Sembilan dari sepuluh KTP-el jadi dalam 3 hari kerja",
        "76% KTP-el jadi sesuai janji",
    ]


async def test_another_office_is_none_of_ours(service: Kit) -> None:
    friday = MONDAY - 3 * _DAY
    await printed(20, friday, friday)
    await counted()
    assert (await service_days.of_office(999, TODAY)).figures.share is None


async def test_too_few_files_show_nothing(service: Kit) -> None:
    """Nineteen files: neither a time nor a share, and why."""
    friday = MONDAY - 3 * _DAY
    await printed(18, friday, friday)
    await printed(1, friday, friday, late=True)
    await counted()
    lines = await standard_figures.lines(founding.office_card().id, MONDAY)
    of_time = [line for line in lines if line.component is Component.TIME]
    assert [line.title for line in of_time] == ["Waktu yang biasa belum bisa ditunjukkan"]
    assert "20 KTP-el dalam 90 hari" in of_time[0].text


async def test_a_few_late_ones_are_not_counted_out(service: Kit) -> None:
    """Two of 22 late: in words, and no figure from which two could be read off."""
    friday = MONDAY - 3 * _DAY
    await printed(20, friday, friday)
    await printed(2, friday, friday, late=True)
    await counted()
    lines = await standard_figures.lines(founding.office_card().id, MONDAY)
    share = next(line for line in lines if "sesuai janji" in line.title)
    assert share.title == "Hampir semua KTP-el jadi sesuai janji"
    assert "90" not in share.title + share.text


async def test_days_are_counted_once_and_again_while_files_come_late(service: Kit) -> None:
    """M2: what is entered later is in the figures the day after; nothing is counted twice a day."""
    assert await counted() == 0
    first, friday, tomorrow = MONDAY - 20 * _DAY, MONDAY - 3 * _DAY, MONDAY + _DAY
    await printed(1, first, first)
    assert await counted() == 20
    assert await counted(MONDAY + timedelta(hours=3)) == 0
    await printed(19, friday, friday)
    assert await counted(tomorrow) == 8  # the day that ended, and seven that are not settled
    office = founding.office_card().id
    assert (await service_days.of_office(office, wib_day(tomorrow))).figures.usual_days == 0
    assert await ServiceDay.count() == 21
    assert (await titles(tomorrow))[Component.TIME][0] == (
        "Sembilan dari sepuluh KTP-el jadi pada hari kerja yang sama"
    )


async def test_a_round_counts_ten_days_at_most(service: Kit) -> None:
    """So that a first start holds up nobody; the latest days come first."""
    await printed(1, MONDAY - 20 * _DAY, MONDAY - 20 * _DAY)
    assert await service_days.count(MONDAY) == 10
    days = {row["day"] for row in await ServiceDay.select(ServiceDay.day)}
    assert days == {TODAY - n * _DAY for n in range(1, 11)}


async def test_the_stock_is_told_in_words(service: Kit) -> None:
    """M2: no stock kept: nothing is said; then there are some, then few, then none; never how many."""
    by = await member_of_staff(Role.COUNTER)
    told = [(await titles())[Component.FACILITIES]]
    await stock.receive("3515-26-000101", "3515-26-000104", "SJ/1", by, MONDAY - 10 * _DAY)
    told.append((await titles())[Component.FACILITIES])
    for n in range(101, 105):
        row = await an_application(State.CAPTURED)
        await stock.take(row, f"3515-26-{n:06}", by, MONDAY - 9 * _DAY)
        told.append((await titles())[Component.FACILITIES])
    assert told[0] == ["Tidak ada kendala teknis"]
    assert told[1] == ["Tidak ada kendala teknis", "Blangko KTP-el tersedia"]
    assert "Blangko KTP-el menipis" in told[-2]
    assert [one for one in told[-1] if "blangko" in one.lower()] != []
    assert not any(letter.isdigit() for one in told for words in one for letter in words)


async def test_what_stands_in_the_way_is_told_at_once(service: Kit) -> None:
    """T1, M2: with the moment since when, although the other figures are kept for a minute."""
    by = await member_of_staff(Role.COUNTER)
    await titles()
    kept = Entry(ObstacleKind.SIAK_NETWORK, "Sambungan pusat terputus.")
    await obstacles.declare(kept, by, MONDAY)
    lines = [
        one
        for one in await standard_figures.lines(founding.office_card().id, MONDAY)
        if one.component is Component.FACILITIES
    ]
    assert "Tidak ada kendala teknis" not in [one.title for one in lines]
    assert "Senin, 23 November 2026, 09.00 WIB" in lines[0].text


async def test_the_next_free_day(service: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """P8: the day of the next free time; no timetable, nothing said; none free, said so. Kept for a minute."""
    office, steady = founding.office_card().id, clock.steady()
    monkeypatch.setattr(clock, "steady", lambda: steady)
    assert Component.PROCEDURE not in await titles()
    await timetable.ensure_slots(office, MONDAY)
    monkeypatch.setattr(clock, "steady", lambda: steady + 61)
    assert (await titles())[Component.PROCEDURE] == ["Jadwal kosong terdekat: Senin, 23 November 2026"]
    await Slot.update({Slot.booked: Slot.capacity}).where(Slot.office == office)
    assert (await titles())[Component.PROCEDURE] == ["Jadwal kosong terdekat: Senin, 23 November 2026"]
    monkeypatch.setattr(clock, "steady", lambda: steady + 122)
    assert (await titles())[Component.PROCEDURE] == ["Jadwal 14 hari ke depan sedang penuh"]
