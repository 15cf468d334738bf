"""Texts of the standard: which one holds on which day, what is kept, and what is refused [M1, M4]."""

from datetime import date, timedelta

import pytest

from components import founding, office_history, standard, standard_words
from components.kit import Kit
from components.refusals import Missing, Refused
from models.rules.calendar import wib_day
from models.rules.deadlines import NOON
from models.rules.office_acts import OfficeAct
from models.rules.promises import WORKING_DAYS_PROMISED
from models.rules.standard import PLACEHOLDERS, PUBLISHED_ON, Component
from models.rules.workflow import Role
from models.standard import StandardText
from tests.support.service import MONDAY, member_of_staff

TODAY = wib_day(MONDAY)


@pytest.mark.parametrize("component", Component)
def test_every_text_of_this_house_could_be_published(component: Component) -> None:
    """The office can begin with any of them: each passes the check that its own texts pass."""
    text = standard.default(component)
    standard.check(component, text.body)
    assert (text.since, text.own) == (PUBLISHED_ON, False)


async def test_facts_come_from_the_rules(service: Kit) -> None:
    """T1, F1, P7: every placeholder has its words, and they say what the software does."""
    facts = standard_words.facts(founding.office_card())
    assert facts.keys() == PLACEHOLDERS.keys()
    assert facts["janji"] == "2 (dua) hari kerja"
    assert facts["janji"].startswith(str(WORKING_DAYS_PROMISED))
    assert facts["batas_perbaikan"] == f"{NOON:%H.%M} WIB keesokan harinya" == "12.00 WIB keesokan harinya"
    assert facts["biaya"] == "Rp0"
    assert "12.00 WIB keesokan harinya" in standard.html(
        standard.default(Component.PROCEDURE).body, founding.office_card()
    )


async def test_a_text_holds_from_its_day_on(service: Kit) -> None:
    """Now, one in a week, and back: each day has the text that was decided for it; the rest is untouched."""
    admin = await member_of_staff(Role.ADMIN)
    office = admin.office_id or 0
    week = TODAY + timedelta(days=7)
    await standard.publish(Component.PRODUCT, "KTP-el baru.", "", admin, MONDAY)
    await standard.publish(Component.PRODUCT, "KTP-el nanti.", str(week), admin, MONDAY)

    async def read(day: date) -> tuple[str, date, bool]:
        text = await standard.text(office, Component.PRODUCT, day)
        return text.body, text.since, text.own

    assert (await read(TODAY - timedelta(days=1)))[1:] == (PUBLISHED_ON, False)
    assert await read(TODAY) == ("KTP-el baru.", TODAY, True)
    assert await read(week - timedelta(days=1)) == ("KTP-el baru.", TODAY, True)
    assert await read(week) == ("KTP-el nanti.", week, True)
    await standard.restore(Component.PRODUCT, admin, MONDAY + timedelta(days=8))
    assert await read(week) == ("KTP-el nanti.", week, True)
    assert await read(week + timedelta(days=1)) == (
        standard.default(Component.PRODUCT).body,
        week + timedelta(days=1),
        False,
    )
    others = [one for one in await standard.texts(office, week) if one.component is not Component.PRODUCT]
    assert {one.own for one in others} == {False}
    assert len(others) == 13


async def test_every_change_is_written_down(service: Kit) -> None:
    """M4: who, when and what, in the office's signed record; each version can be read again, by its office alone."""
    admin = await member_of_staff(Role.ADMIN)
    await standard.publish(Component.OFFICERS, "3 (tiga) orang.", "", admin, MONDAY)
    await standard.restore(Component.OFFICERS, admin, MONDAY)
    told = [(line.act, line.what, line.by) for line in await office_history.latest(admin.office_id or 0)]
    assert told == [
        (OfficeAct.STANDARD_RESTORED, "Jumlah pelaksana, berlaku 23 November 2026", "Petugas admin"),
        (OfficeAct.STANDARD_SET, "Jumlah pelaksana, berlaku 23 November 2026", "Petugas admin"),
    ]
    newest, first = await standard.versions(Component.OFFICERS, admin)
    assert (first.body, first.written_by.name) == ("3 (tiga) orang.", "Petugas admin")
    assert await standard.version(Component.OFFICERS, first.id, admin) == "3 (tiga) orang."
    assert await standard.version(Component.OFFICERS, newest.id, admin) == "2 (dua) orang."
    with pytest.raises(Missing):
        await standard.version(Component.PRODUCT, first.id, admin)


async def test_what_was_published_is_never_changed(service: Kit) -> None:
    """By nobody, not even past the application."""
    admin = await member_of_staff(Role.ADMIN)
    await standard.publish(Component.PRODUCT, "KTP-el baru.", "", admin, MONDAY)
    with pytest.raises(Exception, match="never"):
        await StandardText.update({StandardText.body: "lain"}, force=True)
    with pytest.raises(Exception, match="never"):
        await StandardText.delete(force=True)


@pytest.mark.parametrize(
    ("body", "effective_on", "field"),
    [
        ("Biaya {biaya}, admin Rp5.000.", "", "body"),
        ("Gratis.", "", "body"),
        ("{biaya} [x](javascript:alert(1))", "", "body"),
        ("{biaya}", "2026-11-22", "effective_on"),
        ("{biaya}", "2027-11-25", "effective_on"),
        ("{biaya}", "besok", "effective_on"),
    ],
)
async def test_what_cannot_be_published(service: Kit, body: str, effective_on: str, field: str) -> None:
    """F1: nothing is kept, and the field is named."""
    admin = await member_of_staff(Role.ADMIN)
    with pytest.raises(Refused) as refused:
        await standard.publish(Component.COST, body, effective_on, admin, MONDAY)
    assert list(refused.value.fields) == [field]
    assert await StandardText.count() == 0
