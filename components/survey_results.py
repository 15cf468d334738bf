"""What the survey says of a period: respondents against the sample, index, elements, groups large enough to show [E2].

Counted by the database, so that 100,000 answers cost as little as a hundred. No figure is joined with an application.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from piccolo.query.functions import Count, Sum

from components.survey_words import (
    AGE_WORDS,
    EDUCATION_WORDS,
    ELEMENT_WORDS,
    GRADE_WORDS,
    OCCUPATION_WORDS,
    UNSAID,
    WAY_WORDS,
)
from components.wording import SEX_WORDS
from models.application import Application
from models.rules.calendar import wib_moment
from models.rules.satisfaction import (
    FEWEST,
    Element,
    Grade,
    Index,
    Tally,
    grade,
    index,
    published_counts,
    sample_size,
    shown,
    weighted,
)
from models.rules.workflow import State
from models.survey import SurveyAnswer, SurveyUsers

_GROUPS: tuple[tuple[str, str, Mapping[Any, str]], ...] = (
    ("sex", "Jenis kelamin", SEX_WORDS),
    ("age_group", "Umur", AGE_WORDS),
    ("education", "Pendidikan", EDUCATION_WORDS),
    ("occupation", "Pekerjaan", OCCUPATION_WORDS),
    ("way", "Cara mengisi", WAY_WORDS),
)
_REMARKS = 30


@dataclass(frozen=True)
class ElementLine:
    """One element. mean, weighted: as the report prints them; None without an answer, or while too few answered."""

    element: Element
    count: int
    mean: Decimal | None
    weighted: Decimal | None
    lowest: bool

    @property
    def words(self) -> str:
        return ELEMENT_WORDS[self.element]


@dataclass(frozen=True)
class Breakdown:
    """The respondents by one trait: (words, how many); None for a group that is kept back."""

    title: str
    groups: tuple[tuple[str, int | None], ...]

    @property
    def hides(self) -> bool:
        return any(count is None for _, count in self.groups)


@dataclass(frozen=True)
class Figures:
    """All that is shown of a period, both days included.

    users: of the year before, whom the sample is drawn from; 0 when not known. typed: the office entered that number.
    withheld: fewer respondents than a group must have, so that nothing but their number is shown.
    """

    since: date
    until: date
    respondents: int
    users: int
    typed: bool
    value: Decimal | None
    elements: tuple[ElementLine, ...]
    unanswered: tuple[Element, ...]
    breakdowns: tuple[Breakdown, ...]

    @property
    def withheld(self) -> bool:
        return self.respondents < FEWEST

    @property
    def target(self) -> int:
        return sample_size(self.users)

    @property
    def grade(self) -> Grade | None:
        return None if self.value is None else grade(self.value)

    @property
    def grade_words(self) -> str:
        return GRADE_WORDS[self.grade] if self.grade else ""

    @property
    def lowest(self) -> tuple[Element, ...]:
        return tuple(line.element for line in self.elements if line.lowest)


async def figures(office_id: int, since: date, until: date) -> Figures:
    """The figures of an office for a period, both days included."""
    respondents, found = await standing(office_id, since, until)
    withheld = respondents < FEWEST
    users, typed = await users_of(office_id, until.year - 1)
    return Figures(
        since=since,
        until=until,
        respondents=respondents,
        users=users,
        typed=typed,
        value=found.value,
        elements=tuple(_line(one, found.tallies[one], one in found.lowest) for one in Element),
        unanswered=() if withheld else found.unanswered,
        breakdowns=() if withheld else await _breakdowns(_answered(office_id, since, until)),
    )


async def standing(office_id: int, since: date, until: date) -> tuple[int, Index]:
    """How many answered in a period, and the index alone; without a value while they are too few to show."""
    sums = await SurveyAnswer.select(
        Count(alias="respondents"),
        *[Count(_column(one), alias=f"n_{one}") for one in Element],
        *[Sum(_column(one), alias=f"s_{one}") for one in Element],
    ).where(_answered(office_id, since, until))
    row = sums[0]
    respondents = int(row["respondents"])
    tallies = {one: Tally(int(row[f"n_{one}"]), int(row[f"s_{one}"] or 0)) for one in Element}
    return respondents, index({} if respondents < FEWEST else tallies)


def _answered(office_id: int, since: date, until: date) -> Any:
    return (
        (SurveyAnswer.office == office_id)
        & (SurveyAnswer.answered_on >= since)
        & (SurveyAnswer.answered_on <= until)
    )


def _column(element: Element) -> Any:
    return getattr(SurveyAnswer, element)


def _line(element: Element, one: Tally, lowest: bool) -> ElementLine:
    if one.mean is None:
        return ElementLine(element, 0, None, None, False)
    return ElementLine(element, one.count, shown(one.mean), weighted(one.mean), lowest)


async def _breakdowns(mine: Any) -> tuple[Breakdown, ...]:
    found = []
    for name, title, words in _GROUPS:
        column = getattr(SurveyAnswer, name)
        rows = await SurveyAnswer.select(column, Count(alias="n")).where(mine).group_by(column)
        counted = {row[name]: int(row["n"]) for row in rows}
        known = {str(member): counted.get(str(member), 0) for member in words}
        if name != "way":
            known[""] = counted.get("", 0)
        said = {**{str(member): word for member, word in words.items()}, "": UNSAID}
        groups = tuple((said[member], count) for member, count in published_counts(known).items())
        found.append(Breakdown(title, groups))
    return tuple(found)


async def users_of(office_id: int, year: int) -> tuple[int, bool]:
    """How many were served in a year, and whether the office typed that number; what it typed comes first.

    Where it typed none: the cards handed over in that year; 0 when there were none, as in the first year.
    """
    row = (
        await SurveyUsers.select(SurveyUsers.users)
        .where((SurveyUsers.office == office_id) & (SurveyUsers.year == year))
        .first()
    )
    if row:
        return int(row["users"]), True
    begin, end = (wib_moment(date(one, 1, 1), time(0)) for one in (year, year + 1))
    served = await Application.count().where(
        (Application.office == office_id)
        & (Application.state == str(State.HANDED_OVER))
        & (Application.finished_at >= begin)
        & (Application.finished_at < end)
    )
    return int(served), False


async def remarks(office_id: int, since: date, until: date) -> list[str]:
    """The latest remarks of a period, in no order that tells when they came; none while too few answered."""
    mine = _answered(office_id, since, until)
    if await SurveyAnswer.count().where(mine) < FEWEST:
        return []
    rows = (
        await SurveyAnswer.select(SurveyAnswer.remark)
        .where(mine & (SurveyAnswer.remark != ""))
        .order_by(SurveyAnswer.id, ascending=False)
        .limit(_REMARKS)
    )
    return sorted(row["remark"] for row in rows)


async def sheet_rows(office_id: int, since: date, until: date) -> list[tuple[str, ...]]:
    """Every answer of a period for the office's own reckoning: way, U1 to U9, remark.

    Without day, traits or case, and in no order of time, so that nobody is found in it.
    """
    rows = await SurveyAnswer.select(SurveyAnswer.way, SurveyAnswer.remark, *map(_column, Element)).where(
        _answered(office_id, since, until)
    )
    if len(rows) < FEWEST:
        return []
    lines = [(_WAYS[row["way"]], *[str(row[one] or "") for one in Element], row["remark"]) for row in rows]
    return sorted(lines)


_WAYS = {str(way): words for way, words in WAY_WORDS.items()}


def frozen(found: Figures) -> str:
    """The figures as they are kept once they were published."""
    return json.dumps(asdict(found), default=str, ensure_ascii=False)


def thawed(text: str) -> Figures:
    """What frozen() kept."""
    kept = json.loads(text)
    return Figures(
        since=date.fromisoformat(kept["since"]),
        until=date.fromisoformat(kept["until"]),
        respondents=kept["respondents"],
        users=kept["users"],
        typed=kept["typed"],
        value=_decimal(kept["value"]),
        elements=tuple(
            ElementLine(
                Element(line["element"]),
                line["count"],
                _decimal(line["mean"]),
                _decimal(line["weighted"]),
                line["lowest"],
            )
            for line in kept["elements"]
        ),
        unanswered=tuple(Element(one) for one in kept["unanswered"]),
        breakdowns=tuple(
            Breakdown(one["title"], tuple((words, count) for words, count in one["groups"]))
            for one in kept["breakdowns"]
        ),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
