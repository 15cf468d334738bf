"""The public-satisfaction survey (SKM) by PermenPANRB 14/2017: nine elements, index, grades, sample, small groups [E2].

Answers are kept by element, never by the place of a question: printed questionnaires often swap the last two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class Element(StrEnum):
    """The nine elements in the order of the regulation."""

    REQUIREMENTS = "u1"
    PROCEDURE = "u2"
    TIME = "u3"
    COST = "u4"
    PRODUCT = "u5"
    COMPETENCE = "u6"
    CONDUCT = "u7"
    COMPLAINTS = "u8"
    FACILITIES = "u9"


QUESTIONS: tuple[Element, ...] = (
    Element.REQUIREMENTS,
    Element.PROCEDURE,
    Element.TIME,
    Element.COST,
    Element.PRODUCT,
    Element.COMPETENCE,
    Element.CONDUCT,
    Element.FACILITIES,
    Element.COMPLAINTS,
)
"""The order in which they are asked, on the phone as on the usual paper. No figure depends on it."""

LOWEST, HIGHEST = 1, 4
"""The four-point scale."""


class AgeGroup(StrEnum):
    """Age of who answers."""

    UNDER_20 = "under_20"
    TWENTIES = "20_29"
    THIRTIES = "30_39"
    FORTIES = "40_49"
    FIFTIES = "50_59"
    FROM_60 = "from_60"


class Education(StrEnum):
    """Highest school finished."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    DIPLOMA = "diploma"
    BACHELOR = "bachelor"
    MASTER = "master"


class Occupation(StrEnum):
    """Work, by the list of the regulation."""

    CIVIL_SERVANT = "civil_servant"
    MILITARY = "military"
    POLICE = "police"
    EMPLOYEE = "employee"
    BUSINESS = "business"
    OTHER = "other"


class Way(StrEnum):
    """How an answer came in: on the respondent's own phone, or on paper that an officer typed in."""

    ONLINE = "online"
    PAPER = "paper"


class Grade(StrEnum):
    """Quality of the service by the index."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


_LOWER_BOUNDS = (
    (Grade.A, Decimal("88.31")),
    (Grade.B, Decimal("76.61")),
    (Grade.C, Decimal("65.00")),
)


@dataclass(frozen=True)
class Tally:
    """What was answered to one element: how many answers, and the sum of their values."""

    count: int = 0
    total: int = 0

    @property
    def mean(self) -> Fraction | None:
        """The element's mean (NRR), 1 to 4; None without an answer. A blank is no answer, and never a zero."""
        return Fraction(self.total, self.count) if self.count else None


def tally(answers: Iterable[Mapping[Element, int]]) -> Mapping[Element, Tally]:
    """The answers of some respondents by element; what was left blank is not among a respondent's answers.

    Raises ValueError for a value that is not on the scale.
    """
    values: dict[Element, list[int]] = {element: [] for element in Element}
    for one in answers:
        for element, value in one.items():
            if not LOWEST <= value <= HIGHEST:
                raise ValueError(f"{element}: {value} is not on the scale")
            values[element].append(value)
    return MappingProxyType({element: Tally(len(all_), sum(all_)) for element, all_ in values.items()})


@dataclass(frozen=True)
class Index:
    """The index (IKM) and what it is made of.

    value: 25.00 to 100.00, rounded to two places; None as long as an element has no answer at all, for the mean of
    the nine is not known then. unanswered: those elements.
    """

    value: Decimal | None
    tallies: Mapping[Element, Tally]
    unanswered: tuple[Element, ...]

    @property
    def grade(self) -> Grade | None:
        return None if self.value is None else grade(self.value)

    @property
    def lowest(self) -> tuple[Element, ...]:
        """The element with the lowest mean; several when they are level."""
        means = {element: one.mean for element, one in self.tallies.items() if one.mean is not None}
        least = min(means.values(), default=None)
        return tuple(element for element, mean in means.items() if mean == least)


def index(tallies: Mapping[Element, Tally]) -> Index:
    """IKM = mean of the nine element means x 25, all weights equal and exactly 1/9.

    With the printed weights of 0.111 or 0.11 a perfect survey would end at 99.9 or 99.0.
    """
    means = {element: tallies.get(element, Tally()).mean for element in Element}
    unanswered = tuple(element for element, mean in means.items() if mean is None)
    known = [mean for mean in means.values() if mean is not None]
    value = None if unanswered else _rounded(sum(known, Fraction()) / len(Element) * 25)
    return Index(value, MappingProxyType({e: tallies.get(e, Tally()) for e in Element}), unanswered)


def grade(value: Decimal) -> Grade:
    """The grade of an index by the lower bounds; the printed bands leave gaps, so it is rounded to two places first."""
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return next((one for one, bound in _LOWER_BOUNDS if rounded >= bound), Grade.D)


def weighted(mean: Fraction) -> Decimal:
    """An element's mean with its weight of 1/9, as the report prints it: three places."""
    return _rounded(mean / len(Element), "0.001")


def shown(mean: Fraction) -> Decimal:
    """An element's mean as the report prints it: two places."""
    return _rounded(mean)


def _rounded(exact: Fraction, to: str = "0.01") -> Decimal:
    """Rounded from the exact fraction, halves up: a double in between could already be on the other side."""
    step = Fraction(to)
    return Decimal((exact / step + Fraction(1, 2)).__floor__()) * Decimal(to)


def sample_size(users: int) -> int:
    """How many should answer, of so many users of last year: Krejcie and Morgan, 95 % confidence, 5 % error.

    Rounded to the nearest, as their table is. 0 for no users.
    """
    if users <= 0:
        return 0
    return round(3.841 * users * 0.25 / (0.0025 * (users - 1) + 3.841 * 0.25))


FEWEST = 5
"""A group of fewer respondents is not shown: somebody could be recognised in it."""


def published_counts(counts: Mapping[str, int]) -> Mapping[str, int | None]:
    """The groups of one breakdown as they may be shown; None for those that are kept back.

    All groups under FEWEST are kept back. When what was kept back would follow from the total and the rest (it is one
    group, or all of it together is under FEWEST), the next smallest groups are kept back with it.
    """
    hidden = {name for name, count in counts.items() if count < FEWEST}
    rest = sorted((name for name in counts if name not in hidden), key=lambda name: (counts[name], name))
    while rest and _derivable([counts[name] for name in hidden]):
        hidden.add(rest.pop(0))
    return MappingProxyType({name: None if name in hidden else count for name, count in counts.items()})


def _derivable(hidden: list[int]) -> bool:
    together = sum(hidden)
    return together > 0 and (len(hidden) < 2 or together < FEWEST)


@dataclass(frozen=True, order=True)
class Semester:
    """Half a year, for which results are published. half: 1 or 2."""

    year: int
    half: int

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def code(self) -> str:
        """As it stands in addresses: 2026-1."""
        return f"{self.year}-{self.half}"

    @property
    def before(self) -> "Semester":
        """The one before it."""
        return Semester(self.year - 1, 2) if self.half == 1 else Semester(self.year, 1)


def semester_of(day: date) -> Semester:
    """The semester of a day."""
    return Semester(day.year, 1 if day.month <= 6 else 2)


def parse_semester(code: str) -> Semester | None:
    """The semester of a code such as 2026-1; None for anything else."""
    year, _, half = code.partition("-")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and half in ("1", "2")):
        return None
    return Semester(int(year), int(half)) if 2000 <= int(year) <= 2999 else None
