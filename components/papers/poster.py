"""The poster that a semester's survey ends in: the index, who answered, the elements, and what is being done [E2].

A4 or A3, black on white, so that any printer and any photocopier keeps it. Bars are read by their length and number.
"""

from dataclasses import dataclass
from typing import Literal

from components.papers.strip import Letterhead

Size = Literal["A4", "A3"]
SIZES: dict[Size, tuple[float, float]] = {"A4": (210, 297), "A3": (297, 420)}


@dataclass(frozen=True)
class Bar:
    """One element. mean: of the scale to 4; shown: the same in words; lowest: whether it is the lowest."""

    words: str
    mean: float
    shown: str
    lowest: bool


@dataclass(frozen=True)
class Poster:
    """All that stands on it, in words. facts, groups: names and values, a line each."""

    head: Letterhead
    semester: str
    value: str
    grade: str
    facts: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]
    plan: tuple[str, ...]
    thanks: str

    TITLE = "Indeks Kepuasan Masyarakat (IKM)"


def pdf(poster: Poster, size: Size = "A4") -> bytes:
    """The poster as a PDF of one page."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers import poster_sheet

    return poster_sheet.draw(poster, SIZES[size])
