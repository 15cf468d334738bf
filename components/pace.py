"""Whether the clock on the wall keeps pace with time itself [P7].

A clock that was set, or a machine that slept, makes hours pass in a moment: deadlines would be missed that nobody
missed. After a jump nothing is decided by the clock until it has run evenly for a while.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP = timedelta(seconds=60)
"""More than a clock that is kept right by the network is ever moved."""
BELIEVED_AFTER = timedelta(minutes=10)
"""In which somebody, or the network's time, may put a wrong clock right again."""


@dataclass
class Pace:
    """One per process. Told both clocks again and again, it says whether the one on the wall can be believed."""

    seen_at: datetime | None = None
    seen_steady: float = 0.0
    jumped_by: timedelta = timedelta()
    """The last jump while it is not yet believed; negative: backwards."""
    jumped_steady: float = 0.0

    def keeps(self, now: datetime, steady: float) -> bool:
        """Whether the wall clock ran evenly for ten minutes, or was never seen to jump.

        steady: in seconds, never running backwards, also not while the machine sleeps.
        """
        if self.seen_at is not None:
            drift = (now - self.seen_at) - timedelta(seconds=steady - self.seen_steady)
            if abs(drift) > JUMP:
                self._jump(drift, steady)
        self.seen_at, self.seen_steady = now, steady
        if self.jumped_by and steady - self.jumped_steady >= BELIEVED_AFTER.total_seconds():
            self.jumped_by = timedelta()
        return not self.jumped_by

    def _jump(self, drift: timedelta, steady: float) -> None:
        """Back to where it was is no second jump but the end of the first."""
        back = self.jumped_by + drift
        self.jumped_by = timedelta() if self.jumped_by and abs(back) <= JUMP else back or drift
        self.jumped_steady = steady
