"""Where the marks of a small chart stand; the templates draw them as SVG. Lengths in the drawing's own units."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT = 306.0, 14.0, 293.0


@dataclass(frozen=True)
class Point:
    """One value of a line chart. y: None where there is no value. marked: it is drawn in another shape."""

    x: float
    y: float | None
    label: str
    value: str
    marked: bool = False


def line(
    labels: Sequence[str],
    values: Sequence[float | None],
    lowest: float,
    highest: float,
    mark_below: float = 0,
) -> tuple[Point, ...]:
    """A value for each label, from left to right; the highest at 20, the lowest at 76."""
    step = (RIGHT - LEFT) / max(len(labels) - 1, 1)
    return tuple(
        Point(
            round(LEFT + place * step, 1),
            None if value is None else height(value, lowest, highest),
            label,
            "" if value is None else str(round(value)),
            value is not None and value < mark_below,
        )
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
    )


def height(value: float, lowest: float, highest: float) -> float:
    """How far down a value stands."""
    span = max(highest - lowest, 1)
    return round(76 - (min(max(value, lowest), highest) - lowest) / span * 56, 1)


def path(points: Sequence[Point]) -> str:
    """The line through all points that have a value."""
    spots = [f"{point.x} {point.y}" for point in points if point.y is not None]
    return f"M{' L'.join(spots)}" if spots else ""


def differences(all_: Sequence[int], some: Sequence[int]) -> tuple[int, ...]:
    """What is left of each."""
    return tuple(one - other for one, other in zip(all_, some, strict=True))


@dataclass(frozen=True)
class Part:
    """One stretch of a bar. band: which of its kind, 0 first."""

    x: float
    width: float
    count: int
    band: int


def bar(counts: Sequence[int], most: int, start: float = 138.0, room: float = 200.0) -> tuple[Part, ...]:
    """Stretches side by side, as long as their counts; each wide enough for its number. most: the longest bar."""
    parts: list[Part] = []
    x = start
    for band, count in enumerate(counts):
        if count:
            width = round(max(18.0, 9.0 * len(str(count)) + 9, room * count / max(most, 1)), 1)
            parts.append(Part(round(x, 1), width, count, band))
            x += width + 3
    return tuple(parts)
