"""What two databases must agree on: a code taken by two at once, and a record nobody rewrites [M3, M4]."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from components import account_history, accounts, history, second_factor, staffing
from components.actors import SYSTEM
from components.kit import Kit
from components.refusals import Refused
from models.account import Staff
from models.db import run_sql
from models.rules.account_acts import AccountAct
from models.rules.workflow import Role
from tests.support.factor import App
from tests.support.service import MONDAY, member_of_staff

STEP = 30


async def enrolled() -> tuple[Staff, App, tuple[str, ...]]:
    """An operator whose app was set up a while ago."""
    by = await member_of_staff(Role.OPERATOR)
    await second_factor.prepare(await accounts.of(by))
    staff = await accounts.of(by)
    app = App.reading(second_factor.enrolment(staff).spelled)
    codes = await second_factor.confirm(staff, app.shows(MONDAY, -1), MONDAY)
    return await accounts.of(by), app, codes


async def _outcome(work: Callable[[], Awaitable[None]]) -> str:
    try:
        await work()
    except Refused:
        return "refused"
    return "in"


@pytest.mark.parametrize("recovery", [False, True])
async def test_one_code_lets_one_in(service: Kit, recovery: bool) -> None:
    """Twenty at once with the same code: one session, whatever the database."""
    staff, app, codes = await enrolled()
    code = codes[0] if recovery else app.shows(MONDAY)
    found = await asyncio.gather(
        *[_outcome(lambda: second_factor.check(staff, code, MONDAY)) for _ in range(20)]
    )
    assert sorted(found) == ["in"] + ["refused"] * 19


async def test_the_record_says_who_may_do_what_since_when_and_by_whom(service: Kit) -> None:
    """A role that stays keeps its day; one that is given again begins anew [M3]."""
    admin = await member_of_staff(Role.ADMIN)
    token = await accounts.invite(
        admin.office_id or 0, "Dewi", "dewi", frozenset({Role.OPERATOR}), MONDAY, by=SYSTEM
    )
    dewi = await accounts.invited(token, MONDAY)
    later = MONDAY.replace(hour=5)
    await staffing.change_duties(dewi.id, ["operator", "counter"], "", admin, later)
    person = await staffing.person(dewi.id, admin, later)
    assert [(duty.role, duty.since, duty.by) for duty in person.duties] == [
        (Role.COUNTER, later, admin.name),
        (Role.OPERATOR, MONDAY, ""),
    ]
    assert [line.act for line in person.lines] == [AccountAct.DUTIES_CHANGED, AccountAct.INVITED]
    assert await history.broken_at_of_staff(dewi.id) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'staff:99' WHERE stream LIKE 'staff:%'",
        "DELETE FROM event WHERE stream LIKE 'staff:%'",
    ],
)
async def test_the_database_keeps_a_record_as_it_is(service: Kit, statement: str) -> None:
    """Not even a statement by hand changes or removes a line about an account [M4]."""
    staff, _, _ = await enrolled()
    before = await account_history.lines(staff.id)
    with pytest.raises(Exception, match="never"):
        await run_sql(statement)
    assert await account_history.lines(staff.id) == before


async def test_the_command_line_lets_the_last_administrator_in_again(service: Kit) -> None:
    """A link for the password, a new app at the next sign-in, and a line that says where it came from."""
    staff, _, _ = await enrolled()
    token = await staffing.regain(staff.login.upper(), MONDAY)
    again = await accounts.invited(token, MONDAY)
    assert again.id == staff.id
    assert (again.totp_sealed, again.totp_since is None) == ("", True)
    assert await second_factor.codes_left(staff.id) == 0
    assert [(line.act, line.by) for line in (await account_history.lines(staff.id))[:2]] == [
        (AccountAct.LINK_RENEWED, ""),
        (AccountAct.FACTOR_RESET, ""),
    ]
    with pytest.raises(Refused, match="Tidak ada akun"):
        await staffing.regain("siapa", MONDAY)
