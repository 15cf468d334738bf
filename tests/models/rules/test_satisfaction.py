"""The survey's arithmetic against the regulation, the printed tables and figures computed by hand [E2]."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest

from models.rules.satisfaction import (
    FEWEST,
    QUESTIONS,
    Element,
    Grade,
    Semester,
    Tally,
    grade,
    index,
    parse_semester,
    published_counts,
    sample_size,
    semester_of,
    shown,
    tally,
    weighted,
)


def answered(*values: int | None) -> dict[Element, int]:
    """One respondent by element, U1 first; None was left blank."""
    return {element: value for element, value in zip(Element, values, strict=True) if value is not None}


def test_a_perfect_survey_is_exactly_100() -> None:
    """With a weight of 0.111 it would be 99.9, with 0.11 only 99.0 [E2]."""
    found = index(tally([answered(*[4] * 9)] * 7))
    assert (found.value, found.grade) == (Decimal("100.00"), Grade.A)
    assert index(tally([answered(*[1] * 9)])).value == Decimal("25.00")


def test_an_index_computed_by_hand() -> None:
    """Three respondents; the third leaves U4 and U8 blank, which are excluded and never counted as zero.

    Sums and counts: U1 10/3, U2 9/3, U3 8/3, U4 8/2, U5 10/3, U6 11/3, U7 12/3, U8 5/2, U9 9/3. Means 3.333..., 3,
    2.666..., 4, 3.333..., 3.666..., 4, 2.5, 3; their sum is 29.5, a ninth of it 3.2777..., times 25 is 81.944...
    """
    people = [
        answered(3, 3, 2, 4, 3, 4, 4, 2, 3),
        answered(4, 3, 3, 4, 4, 4, 4, 3, 3),
        answered(3, 3, 3, None, 3, 3, 4, None, 3),
    ]
    found = index(tally(people))
    assert found.value == Decimal("81.94")
    assert found.grade is Grade.B
    assert found.lowest == (Element.COMPLAINTS,)
    assert found.tallies[Element.COST] == Tally(2, 8)
    mean = found.tallies[Element.TIME].mean
    assert mean == Fraction(8, 3)
    assert (shown(mean), weighted(mean)) == (Decimal("2.67"), Decimal("0.296"))


def test_the_order_of_the_questions_changes_nothing() -> None:
    """Facilities are asked eighth and complaints ninth, as on paper; whatever the order, the same index [E2]."""
    assert QUESTIONS[7:] == (Element.FACILITIES, Element.COMPLAINTS)
    assert set(QUESTIONS) == set(Element)
    dice = random.Random(14)
    people = [answered(*[dice.choice([1, 2, 3, 4, None]) for _ in range(9)]) for _ in range(60)]
    expected = index(tally(people))
    for _ in range(5):
        order = dice.sample(list(Element), 9)
        asked = [{element: one[element] for element in order if element in one} for one in people]
        assert index(tally(asked)) == expected


def test_an_element_without_answers_is_said() -> None:
    """The mean of nine is not known without it: no index is made up, and which one is missing is told [E2]."""
    found = index(tally([answered(4, 4, 4, 4, 4, 4, 4, None, 4)]))
    assert (found.value, found.grade, found.unanswered) == (None, None, (Element.COMPLAINTS,))
    assert index({}).unanswered == tuple(Element)
    assert index({}).lowest == ()


def test_only_the_scale_of_four_is_taken() -> None:
    for value in (0, 5):
        with pytest.raises(ValueError, match="scale"):
            tally([{Element.TIME: value}])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("100.00", Grade.A),
        ("88.31", Grade.A),
        ("88.305", Grade.A),  # the printed bands leave a gap here: rounded first
        ("88.304", Grade.B),
        ("88.30", Grade.B),
        ("76.61", Grade.B),
        ("76.605", Grade.B),
        ("76.60", Grade.C),
        ("65.00", Grade.C),
        ("64.995", Grade.C),
        ("64.99", Grade.D),
        ("25.00", Grade.D),
    ],
)
def test_grades_by_their_lower_bounds(value: str, expected: Grade) -> None:
    """PermenPANRB 14/2017; and its matching interval of means, times 25, meets the same bounds."""
    assert grade(Decimal(value)) is expected


def test_the_interval_of_means_meets_the_same_grades() -> None:
    means = {"3.5324": Grade.A, "3.532": Grade.B, "3.0644": Grade.B, "3.064": Grade.C, "2.60": Grade.C}
    assert {mean: grade(Decimal(mean) * 25) for mean in means} == means
    assert grade(Decimal("2.5996") * 25) is Grade.D


def test_the_index_is_rounded_from_the_exact_fraction() -> None:
    """Means whose index lies on a half are rounded up, whatever a double would make of them."""
    # 28 339 / 8 000 x 25 / 9 x 9 ... made simple: every mean the same, 3.5322 -> 88.305 -> 88.31.
    level = {element: Tally(10_000, 35_322) for element in Element}
    assert (index(level).value, index(level).grade) == (Decimal("88.31"), Grade.A)


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        (100, 80),
        (150, 108),
        (220, 140),
        (300, 169),
        (500, 217),
        (1000, 278),
        (2000, 322),
        (5000, 357),
        (0, 0),
    ],
)
def test_the_sample_of_krejcie_and_morgan(users: int, expected: int) -> None:
    """Their printed table [E2]."""
    assert sample_size(users) == expected


def test_small_groups_are_kept_back() -> None:
    assert published_counts({"a": 40, "b": 30, "c": 4, "d": 3}) == {"a": 40, "b": 30, "c": None, "d": None}
    assert published_counts({"a": 40, "b": 30}) == {"a": 40, "b": 30}


def test_no_small_group_follows_by_subtraction() -> None:
    """One group kept back alone is total minus the rest: a second goes with it, and a third while it is too little."""
    assert published_counts({"a": 40, "b": 12, "c": 4}) == {"a": 40, "b": None, "c": None}
    assert published_counts({"a": 40, "b": 12, "c": 1, "d": 1}) == dict.fromkeys("bcd") | {"a": 40}
    assert published_counts({"a": 3, "b": 0}) == {"a": None, "b": None}
    dice = random.Random(5)
    for _ in range(500):
        counts = {name: dice.choice([0, 1, 3, 4, 5, 9, 60]) for name in "abcdef"[: dice.randint(2, 6)]}
        seen = published_counts(counts)
        assert all(count is None or count >= FEWEST for count in seen.values())
        hidden = [counts[name] for name, count in seen.items() if count is None]
        assert sum(hidden) == 0 or len(hidden) > 1
        assert sum(hidden) == 0 or sum(hidden) >= FEWEST or len(hidden) == len(counts)


def test_semesters() -> None:
    first = Semester(2026, 1)
    assert (first.first.isoformat(), first.last.isoformat()) == ("2026-01-01", "2026-06-30")
    assert semester_of(first.last) == first == parse_semester("2026-1")
    assert semester_of(Semester(2026, 2).first) == Semester(2026, 2)
    assert Semester(2026, 1).before == Semester(2025, 2)
    assert [parse_semester(code) for code in ("2026-3", "26-1", "", "٢٠٢٦-1", "2026")] == [None] * 5
