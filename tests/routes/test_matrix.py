"""Who may do what to whose things: every address x everybody, made of the site map itself [G1, M3].

For each address and method, each role of the own office, of another village and of another office, the holder of
the application, another citizen and nobody ask, once with a thing that exists and once with one that does not:

    the guard does not let them in     to sign in, or "Bukan untuk Anda", whether the thing exists or not
    the thing is not there for them    byte for byte the answer for a thing that does not exist
    neither                            an answer in words: never 403, 404 or a fault of ours

A new address is covered by itself. If it has a parameter nobody has met before, this fails and says which; then
add one line to SAMPLES in samples.py, next to this file. Run with -s to read how many cells were asked.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from components import clock, founding, sessions
from components.kit import Kit
from models.account import Staff
from models.office import Office, Village
from models.rules.workflow import Role, State
from tests.faults.people import STAFF, browser, let_in
from tests.faults.site import SAFE, Way, ways
from tests.routes.samples import (
    FORMS,
    HEADERS,
    NOT_NOW,
    STATES,
    WORDS,
    Asker,
    Place,
    Sample,
    Scene,
    sample_for,
)
from tests.support.databases import Kind
from tests.support.service import member_of_staff

CITIZENS = tuple(Asker(place) for place in ("nobody", "stranger", "holder"))
OFFICERS = tuple(Asker(place, role) for place in ("own", "other office") for role in STAFF)
ASKERS = (*CITIZENS, *OFFICERS, Asker("other village", Role.REGISTRAR))
REFUSED = frozenset({401, 403, 404, 405})

Values = Mapping[str, object]


@dataclass(frozen=True)
class Question:
    """One address with its parameters, as this test names it: {number}, not {number:str}."""

    way: Way

    @property
    def pattern(self) -> str:
        return re.sub(r":\w+\}", "}", self.way.pattern)

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.pattern)

    @property
    def changes(self) -> bool:
        return self.way.method not in SAFE

    def samples(self) -> dict[str, Sample]:
        """By parameter, in the order of the address; words are no things. Fails where nobody wrote one."""
        found: dict[str, Sample] = {}
        for name in self.parameters:
            sample = sample_for(name, self.pattern)
            if sample is not None:
                found[name] = sample
            elif name not in WORDS:
                pytest.fail(
                    f"{self.way}: no sample for {{{name}}}. Add a line to SAMPLES in {__package__}/samples.py"
                )
        return found

    def scene(self, place: Place) -> Scene:
        fitting = [state for start, state in STATES.items() if self.pattern.startswith(start)]
        return Scene(place, fitting[0] if fitting else State.SUBMITTED)

    def headers(self) -> Mapping[str, str]:
        return next((own for start, own in HEADERS.items() if self.pattern.startswith(start)), {})

    def path(self, values: Values) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: str({**WORDS, **values}[found[1]]), self.pattern)


@dataclass(frozen=True)
class Rights:
    """enters: the guard lets the asker in. there: the thing is one the asker may know of."""

    enters: bool
    there: bool

    @property
    def acts(self) -> bool:
        return self.enters and self.there


class Things:
    """What an address is about: one scene, and what stands in the place of each parameter."""

    def __init__(self, question: Question, place: Place) -> None:
        self.scene = question.scene(place)
        self._question, self._place = question, place
        self._values: dict[str, object] | None = None

    async def values(self) -> Values:
        if self._values is None:
            samples = self._question.samples()
            self._values = {name: await sample.make(self.scene) for name, sample in samples.items()}
        return self._values

    async def pairs(self, *, own: bool) -> list[tuple[Values, Values]]:
        """Parameters that must get one and the same answer: of what is not there for the asker, and of what is not.

        To whom the application is there, also: a part of another one below the address of this one.
        """
        values, samples = await self.values(), self._question.samples()
        if not own:
            first = next(iter(samples), None)
            return [(values, {**values, first: samples[first].missing})] if first else []
        return [
            (
                {**values, name: await sample.make(self._question.scene(self._place))},
                {**values, name: sample.missing},
            )
            for name, sample in list(samples.items())[1:]
        ]


class People:
    """Everybody who asks, with a session of their own; a session that an answer may have ended is begun anew."""

    def __init__(self, place: Place, staff: Mapping[Asker, int]) -> None:
        self.place = place
        self._staff = staff
        self._tokens: dict[Asker, str] = {}

    @asynccontextmanager
    async def browser(self, asker: Asker, scene: Scene, *, fresh: bool) -> AsyncIterator[httpx.AsyncClient]:
        """The asker's browser before this scene. fresh: with a session nobody has used."""
        if asker.place == "holder":
            token = await let_in(await scene.application())
        elif fresh or asker not in self._tokens:
            token = self._tokens[asker] = await self._begin(asker)
        else:
            token = self._tokens[asker]
        async with browser(token) as one:
            yield one

    async def _begin(self, asker: Asker) -> str:
        if asker in self._staff:
            return await sessions.begin_for_staff(self._staff[asker], clock.now())
        return await let_in(await Scene(self.place).application()) if asker.place == "stranger" else ""


@pytest.fixture
def kind() -> Kind:
    """Who may do what is no matter of the database."""
    return "sqlite"


@pytest.fixture
async def people(service: Kit) -> People:
    """Two offices; in the first one two villages."""
    first = founding.office_card().id
    villages = [row["id"] for row in await Village.select(Village.id).order_by(Village.id).limit(2)]
    second = await _second_office()
    staff = {}
    for asker in ASKERS:
        if asker.role is not None:
            village = {"own": villages[0], "other village": villages[1]}.get(asker.place)
            staff[asker] = (await member_of_staff(asker.role, village_id=village)).staff_id or 0
            if asker.place == "other office":
                await Staff.update({Staff.office: second.office, Staff.village: second.village}).where(
                    Staff.id == staff[asker]
                )
    return People(Place(first, villages[0], staff[Asker("own", Role.OPERATOR)]), staff)


async def _second_office() -> Place:
    office = Office(
        prefix="SDA",
        name="Kecamatan Sidoarjo",
        short_name="Sidoarjo",
        regency="Kabupaten Sidoarjo",
        area_code="351508",
        address="Jl. Cokronegoro",
    )
    await office.save()
    village = Village(
        office=office.id, code="3515081001", name="Magersari", kind="kelurahan", folded="magersari"
    )
    await village.save()
    return Place(office.id, village.id, 0)


async def test_everybody_at_every_address(people: People) -> None:
    """Role x route x (own office, other office, other village, nobody): not one cell is wrong."""
    wrong: list[str] = []
    cells = 0
    for way in ways():
        found, asked = await _asked_by_everybody(people, Question(way))
        wrong += found
        cells += asked
    print(f"\nmatrix: {cells} cells, {len(ways())} addresses, {len(ASKERS)} askers")  # noqa: T201 (shown with -s)
    assert not wrong, "\n".join(wrong)
    assert cells > 1500


async def _asked_by_everybody(people: People, question: Question) -> tuple[list[str], int]:
    """What is wrong with the answers at one address, and how many cells that were.

    Those who may do nothing there ask first, about one and the same thing; what others change is made for each.
    """
    samples = question.samples()
    wrong, cells, shared = [], 0, Things(question, people.place)
    may = {
        asker: Rights(
            question.way.roles is None or asker.role in question.way.roles,
            all(sample.there_for(asker) for sample in samples.values()),
        )
        for asker in ASKERS
    }
    for asker in sorted(ASKERS, key=lambda one: may[one].acts):
        acts = question.changes and may[asker].acts
        things = Things(question, people.place) if acts else shared
        pairs = await things.pairs(own=may[asker].acts)
        async with people.browser(asker, things.scene, fresh=acts) as one:
            found = await _wrong(one, question, await things.values(), pairs, may[asker])
        wrong += [f"{question.way} for {asker}: {words}" for words in found]
        cells += len(pairs) + 1
    return wrong, cells


async def _wrong(
    one: httpx.AsyncClient,
    question: Question,
    values: Values,
    pairs: list[tuple[Values, Values]],
    rights: Rights,
) -> list[str]:
    """What is wrong with the answers to one asker; who is shown nothing of the thing asks about it only once."""
    found: list[str] = []
    answer: httpx.Response | None = None
    for there, missing in pairs:
        seen, unknown = await _ask(one, question, there), await _ask(one, question, missing)
        found += _unlike((seen, there), (unknown, missing), question, rights)
        answer = seen if there is values else answer
    return found + _misjudged(answer or await _ask(one, question, values), question, rights)


def _unlike(
    seen: tuple[httpx.Response, Values],
    unknown: tuple[httpx.Response, Values],
    question: Question,
    rights: Rights,
) -> list[str]:
    status, other = seen[0].status_code, unknown[0].status_code
    # Whoever sees the application may be told first that this is no time for it: alike for both.
    if status not in (403, 404) and (not rights.there or status < 400):
        return [f"a foreign thing gets {status}"]
    same = _comparable(*seen, question) == _comparable(*unknown, question)
    return [] if same else [f"a foreign thing ({status}) differs from none ({other})"]


def _comparable(answer: httpx.Response, values: Values, question: Question) -> object:
    """All of an answer but what was asked for, and what is new in every page."""
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    body = re.sub(r'name="_kunci" value="[^"]*"', "", answer.text).replace(question.path(values), "")
    for value in values.values():
        body = body.replace(f'"{value}"', '""') if len(str(value)) < 6 else body.replace(str(value), "")
    headers.pop("content-length", None)
    return answer.status_code, headers, body


async def _ask(one: httpx.AsyncClient, question: Question, values: Values) -> httpx.Response:
    method, path = question.way.method, question.path(values)
    headers = question.headers()
    form = FORMS.get(question.pattern, {"kosong": ""}) if method == "POST" and not headers else None
    return await one.request(method, path, data=form, headers=headers)


def _misjudged(answer: httpx.Response, question: Question, rights: Rights) -> list[str]:
    if not rights.enters:
        told = "Bukan untuk Anda" in answer.text or 'name="password"' in answer.text
        return [] if answer.status_code == 403 and told else [f"enters, {answer.status_code}"]
    if not rights.there:
        return [] if answer.status_code in (403, 404) else [f"sees what is not there: {answer.status_code}"]
    excused = answer.status_code == 404 and f"{question.way.method} {question.pattern}" in NOT_NOW
    wrong = answer.status_code in REFUSED or answer.status_code >= 500
    return [f"may, but gets {answer.status_code}"] if wrong and not excused else []
