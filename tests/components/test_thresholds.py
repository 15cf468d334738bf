"""Thresholds and terms an office sets for itself, and that each of them is obeyed [M2, M4, P7, P13, G4]."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from components import (
    counter_desk,
    founding,
    hand_over,
    office_history,
    retention,
    stock,
    stock_moves,
    thresholds,
)
from components.actors import Actor
from components.corrections import due
from components.hand_over import OldCard, Receiver
from components.kit import Kit
from components.refusals import Refused
from components.thresholds import PeopleConcerned
from models.application import Application
from models.notification import Message
from models.rules.calendar import wib_moment
from models.rules.deadlines import DayReading
from models.rules.messages import Kind
from models.rules.thresholds import LIMITS, Thresholds
from models.rules.workflow import Role, State
from tests.support.cases import an_application, fresh
from tests.support.service import MONDAY, member_of_staff

_NOON = time(12)
USUAL = Thresholds()
FORM = {name: str(getattr(USUAL, name)) for name in LIMITS} | {
    "correction_day": "calendar_day",
    "family_may_collect": "ya",
}


@pytest.fixture
async def admin(service: Kit) -> Actor:
    return await member_of_staff(Role.ADMIN)


async def chosen() -> Thresholds:
    return await thresholds.of(founding.office_card().id)


async def test_what_is_typed_fits_or_is_refused_by_name(service: Kit) -> None:
    """The usual values are those of the rules; each limit holds at its ends."""
    assert thresholds.typed(FORM) == USUAL == await chosen()
    for name, (low, high) in LIMITS.items():
        for wrong in (str(low - 1), str(high + 1), "", "lima", "5.5", "-1", "²"):
            with pytest.raises(Refused) as refused:
                thresholds.typed({**FORM, name: wrong})
            assert name in refused.value.fields, (name, wrong)
    for name, value in (("second_reminder", "7"), ("looks_an_hour", "400"), ("correction_day", "kapan")):
        with pytest.raises(Refused) as refused:
            thresholds.typed({**FORM, name: value})
        assert list(refused.value.fields) == [name]


async def test_each_change_is_kept_and_recorded(admin: Actor) -> None:
    """M4: a line for each value that changed, from what to what; the same again is nothing."""
    wanted = replace(USUAL, recheck_share=20, low_stock_days=9, family_may_collect=False)
    await thresholds.set_for_office(wanted, 0, admin, MONDAY)
    await thresholds.set_for_office(wanted, 0, admin, MONDAY)
    assert await chosen() == wanted
    lines = await office_history.latest(admin.office_id or 0)
    assert [line.what for line in lines] == [
        "Keluarga satu KK boleh mengambil: ya menjadi tidak",
        "Blangko hampir habis: 5 hari kerja pemakaian menjadi 9 hari kerja pemakaian",
        "Berkas diterima yang diuji petik: 5 persen menjadi 20 persen",
    ]
    await stock_moves.set_threshold("12", admin, MONDAY)
    assert (
        (await chosen()).low_stock_days == (await stock.level(admin.office_id or 0, MONDAY)).threshold == 12
    )


async def test_reminders_come_on_the_days_that_were_set(admin: Actor) -> None:
    """G4: whom it reminds at once is said before."""
    await an_application(State.READY, ready_at=MONDAY - timedelta(days=5))
    assert await retention.remind_to_collect(MONDAY) == 0
    sooner = replace(USUAL, first_reminder=4)
    with pytest.raises(PeopleConcerned) as asked:
        await thresholds.set_for_office(sooner, 0, admin, MONDAY)
    assert (asked.value.count, await chosen()) == (1, USUAL)
    await thresholds.set_for_office(sooner, 1, admin, MONDAY)
    assert await retention.remind_to_collect(MONDAY) == 1
    assert [row["kind"] for row in await Message.select(Message.kind)] == [Kind.READY_REMINDER]


async def test_the_correction_day_is_the_offices_reading(admin: Actor) -> None:
    """P7: noon of the next day, or of the next working day; what was told already stays."""
    friday = MONDAY - timedelta(days=3)
    told = await an_application(State.RETURNED, friday, correction_due_at=friday + timedelta(days=1))
    file = await an_application(State.SUBMITTED, friday)
    assert await due(file, friday) == wib_moment((friday + timedelta(days=1)).date(), _NOON)
    await thresholds.set_for_office(replace(USUAL, correction_day=DayReading.WORKING_DAY), 0, admin, friday)
    assert await due(file, friday) == wib_moment(MONDAY.date(), _NOON)
    assert (await fresh(told)).correction_due_at == friday + timedelta(days=1)


async def test_whether_family_may_collect_is_the_offices_choice(admin: Actor) -> None:
    """P13: refused in words at the receiver, and nothing is handed over."""
    counter = await member_of_staff(Role.COUNTER)
    card = await an_application(State.READY, printed_at=MONDAY, ready_at=MONDAY)
    assert (await counter_desk.person(card, counter, MONDAY)).family_may_collect
    await thresholds.set_for_office(replace(USUAL, family_may_collect=False), 0, admin, MONDAY)
    assert not (await counter_desk.person(card, counter, MONDAY)).family_may_collect
    family = Receiver("family", "Budi", "3515110101800001", "suami")
    with pytest.raises(Refused) as refused:
        await hand_over.hand_over(card, family, OldCard(taken=True), counter, MONDAY, MONDAY, checked=True)
    assert "pembawa surat kuasa" in refused.value.fields["receiver"]
    row = await Application.objects().get(Application.id == card.id)
    assert row is not None
    assert row.state == State.READY
