"""Guessing at what is short: PINs, passwords, codes. Many tries at once get no further than as many in a row [M3]."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from components import access, accounts, clock, misses, second_factor, sessions, signing_in
from components.kit import Kit
from components.refusals import Refused
from components.sessions import HalfWay, Stage
from models.rules.workflow import Role, State
from tests.faults.people import signed_in
from tests.support.cases import an_application
from tests.support.databases import KINDS, Kind
from tests.support.factor import App, ask_for_codes


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """What is counted at once is a matter of the database."""
    return request.param  # type: ignore[no-any-return]


async def _judged(guess: Callable[[int], Awaitable[object]]) -> int:
    """How many of 20 guesses that arrive together are judged, and not put off."""

    async def told(n: int) -> str:
        with pytest.raises(Refused) as no:
            await guess(n)
        return "put off" if "Terlalu banyak percobaan" in no.value.message else "judged"

    return Counter(await asyncio.gather(*(told(n) for n in range(20))))["judged"]


async def test_many_guesses_at_once_are_put_off(service: Kit) -> None:
    now = clock.now()
    number = (await an_application(State.SUBMITTED, now)).number
    staff = await accounts.of((await signed_in(Role.OPERATOR))[0])
    await second_factor.prepare(staff)
    await staff.refresh()
    assert await _judged(lambda n: access.open_by_pin(number, f"9{n:05}", now)) == misses.ALLOWED
    assert await _judged(lambda n: second_factor.check(staff, f"9{n:05}", now)) == misses.ALLOWED
    await misses.forget(f"code:{staff.id}")
    assert await _judged(lambda n: second_factor.check(staff, f"9{n:011}", now)) == misses.ALLOWED


async def test_who_knows_the_password_alone_is_out_once_the_app_is_set_up(service: Kit) -> None:
    """Two were let half-way in, and both were shown the secret; the second one gets neither in nor new codes."""
    ask_for_codes()
    now = clock.now()
    actor, _ = await signed_in(Role.OPERATOR)
    staff = await accounts.of(actor)
    tokens = [(await signing_in.after_password(staff, "", now, ""))[0] for _ in range(2)]
    half_way = HalfWay(staff.id, Stage.ENROL)
    app = App.reading(second_factor.enrolment(await accounts.of(actor)).spelled)
    _, _, codes = await signing_in.after_enrolment(half_way, app.shows(now), "", now, tokens[0])
    assert await sessions.recognise(tokens[1], now) == sessions.NOBODY
    with pytest.raises(Refused) as no:
        await signing_in.after_enrolment(half_way, app.shows(now, 1), "", now, "")
    assert "sudah dipasang" in no.value.message
    await second_factor.check(await accounts.of(actor), codes[0], now)
