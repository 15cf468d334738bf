"""The demonstration shows every state, leaves real installations alone, and has no fixed password."""

import pytest

from components import accounts, clock, compensation, demo, history, survey_results
from components.kit import Kit
from models.account import Staff
from models.application import Application
from models.complaint import Complaint
from models.rules.calendar import wib_day
from models.rules.catalogue import Service
from models.rules.workflow import State
from tests.support.service import MONDAY


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


async def test_whoever_looks_around_finds_everything(service: Kit) -> None:
    """Each page of the life of an application [O1]; for the supervisor a broken promise, complaints in every stage
    of work, and enough answers to be shown; and files of a second service [M4, R1, G3, C1, E2].
    """
    printed = await demo.fill()
    rows = await Application.select(Application.id, Application.state)
    assert {row["state"] for row in rows} == {str(state) for state in State}
    assert [row["id"] for row in rows if await history.broken_at(row["id"])] == []
    lost = await Application.select(Application.state).where(Application.service == Service.LOST)
    assert {row["state"] for row in lost} == {"submitted", "returned", "scheduled", "handed_over"}
    login, password = printed.splitlines()[1].split()
    assert (await accounts.sign_in(login, password, MONDAY)).login == login
    by = await demo._staff("camat")
    assert len(await compensation.open_cases(by)) == 1
    states = {row["state"] for row in await Complaint.select(Complaint.state)}
    assert {"received", "in_work", "answered"} <= states
    today = wib_day(MONDAY)
    assert not (await survey_results.figures(by.office_id or 0, today, today)).withheld
    assert await demo.fill() == printed
    assert await Application.count() == len(rows)


async def test_an_installation_in_use_is_left_alone(service: Kit) -> None:
    office = (await Application.count(), await Staff.count())
    token = await accounts.invite_first(1, MONDAY)
    await accounts.accept_invitation(token, "kalimat panjang", "kalimat panjang", MONDAY)
    assert "real use" in await demo.fill()
    assert await Application.count() == office[0]
