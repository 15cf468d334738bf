"""Every step of the workflow, for every state, act and role, on both databases [G1, P3, P10]."""

import itertools
from dataclasses import replace

import pytest

from components import casework, founding, history
from components.actors import SYSTEM, Actor
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from models.application import Application
from models.history import Event
from models.rules import workflow
from models.rules.workflow import Act, Role, State
from tests.support.service import MONDAY, member_of_staff

COMBINATIONS = list(itertools.product(State, Act, Role))


async def an_application(state: State = State.SUBMITTED, number: str = "KRN-AAAAAA") -> Application:
    application = Application(
        number=number,
        office=founding.office_card().id,
        channel="online",
        service="biometric",
        state=state,
        pin_hash="",
        pin_sealed="",
        link_hash=number,
        link_sealed="",
        created_at=MONDAY,
        touched_at=MONDAY,
    )
    await application.save()
    return application


async def somebody(role: Role, application: Application) -> Actor:
    if role is Role.SYSTEM:
        return SYSTEM
    if role is Role.APPLICANT:
        return Actor(roles=frozenset({role}), applications=frozenset({application.id}))
    return await member_of_staff(role)


async def test_what_the_table_holds_works_and_nothing_else(service: Kit) -> None:
    """State x act x role, exhaustively: a step of the table is done by its roles; all else is refused [G1]."""
    application = await an_application()
    actors = {role: await somebody(role, application) for role in Role}
    wrong = []
    for state, act, role in COMBINATIONS:
        await Application.update({Application.state: state, Application.captured_at: MONDAY}).where(
            Application.id == application.id
        )
        row = await Application.objects().get(Application.id == application.id)
        assert row is not None
        line = workflow.step(act, state)
        expected = line is not None and role in line.by and _sees(role, state)
        before = await Event.count()
        reached: State | None
        try:
            reached = State((await casework.advance(row, act, actors[role], MONDAY, silent=True)).state)
        except Refused:
            reached = None
        if reached != (line.target if expected and line else None):
            wrong.append((state, act, role))
        if await Event.count() != before + int(reached is not None):
            wrong.append((state, act, role))
    assert wrong == []
    assert await history.broken_at(application.id) is None


def _sees(role: Role, state: State) -> bool:
    """Whether a lone holder of this role can know of an online application in this state."""
    if role in (Role.APPLICANT, Role.SYSTEM):
        return True
    return role in (Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR) and state is not State.DRAFT


async def test_only_one_of_two_decisions_counts(service: Kit) -> None:
    """Two officers on one page: the first decides, the second is told, and nothing is done twice [G1]."""
    operator = await member_of_staff(Role.OPERATOR)
    seen_by_both = await an_application()
    await casework.advance(seen_by_both, Act.ACCEPT, operator, MONDAY, silent=True)
    with pytest.raises(Overtaken):
        await casework.advance(seen_by_both, Act.REFUSE, operator, MONDAY, silent=True)
    stored = await Application.objects().get(Application.id == seen_by_both.id)
    assert stored is not None
    assert stored.state == State.ACCEPTED
    assert await Event.count() == 1


async def test_an_altered_line_of_history_shows(service: Kit) -> None:
    application = await an_application()
    operator = await member_of_staff(Role.OPERATOR)
    for _ in range(3):
        await casework.note(application, "look", operator, MONDAY)
    assert await history.broken_at(application.id) is None
    await Event.update({Event.reason: "lain"}).where(Event.n == 2)
    assert await history.broken_at(application.id) == 2


async def test_a_removed_line_of_history_shows(service: Kit) -> None:
    application = await an_application()
    operator = await member_of_staff(Role.OPERATOR)
    for _ in range(3):
        await casework.note(application, "look", operator, MONDAY)
    await Event.delete().where(Event.n == 2)
    assert await history.broken_at(application.id) == 2


async def test_unknown_and_foreign_look_the_same(service: Kit) -> None:
    """Another office's officer, another village's registrar and a stranger get what an unknown number gets."""
    application = await an_application()
    operator = await member_of_staff(Role.OPERATOR)
    elsewhere = replace(operator, office_id=operator.office_id + 1 if operator.office_id else 2)
    registrar = await member_of_staff(Role.REGISTRAR, village_id=1)
    stranger = Actor(roles=frozenset({Role.APPLICANT}), applications=frozenset({application.id + 1}))
    for actor in (elsewhere, registrar, stranger):
        with pytest.raises(Missing):
            await casework.find(application.number, actor)
        with pytest.raises(Missing):
            await casework.find("KRN-ZZZZZZ", actor)
    assert (await casework.find(application.number, operator)).id == application.id
