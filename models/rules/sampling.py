"""A second look at some of the accepted files: how many are drawn, and what a few samples can tell [M4, E2]."""

from dataclasses import dataclass
from math import sqrt

FEWEST = 30
"""Samples below which no share is told: its interval would hold nearly everything."""
_Z = 1.959964
"""Of the normal distribution, for 95 per cent."""


def to_draw(files: int, percent: int) -> int:
    """How many of a day's accepted files are drawn: percent of them, rounded half up, at least one of any."""
    return max(1, (files * percent + 50) // 100) if files > 0 else 0


@dataclass(frozen=True)
class Share:
    """Different verdicts among samples. low, high: per cent, the ends of Wilson's interval at 95 per cent."""

    different: int
    samples: int

    @property
    def enough(self) -> bool:
        """Whether a share may be told at all."""
        return self.samples >= FEWEST

    @property
    def percent(self) -> float:
        """Of the samples; 0 without any."""
        return 100 * self.different / self.samples if self.samples else 0.0

    @property
    def low(self) -> float:
        return self._end(-1)

    @property
    def high(self) -> float:
        return self._end(1)

    def _end(self, side: int) -> float:
        if not self.samples:
            return 0.0 if side < 0 else 100.0
        n, part = self.samples, self.different / self.samples
        middle = part + _Z**2 / (2 * n)
        spread = _Z * sqrt(part * (1 - part) / n + _Z**2 / (4 * n * n))
        return min(max(100 * (middle + side * spread) / (1 + _Z**2 / n), 0.0), 100.0)
