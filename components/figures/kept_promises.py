"""How the promises stand, and how many were kept of late [T1]."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from components import case_lists
from components.case_lists import Cuts, How
from components.figures.counting import counted
from models.application import Application
from models.rules.calendar import wib_day, wib_moment


@dataclass(frozen=True)
class Promises:
    """How many files under way stand how. kept, printed: of each of the last working days, oldest first."""

    on_time: int
    today: int
    late: int
    paused: int
    days: tuple[date, ...]
    kept: tuple[int, ...]
    printed: tuple[int, ...]

    @property
    def share(self) -> float | None:
        """Per cent kept of all cards of these days; None without a card."""
        return _share(sum(self.kept), sum(self.printed))

    @property
    def share_today(self) -> float | None:
        return _share(self.kept[-1], self.printed[-1])

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Per cent kept of each day."""
        return tuple(_share(*day) for day in zip(self.kept, self.printed, strict=True))

    def addresses(self, standing: str) -> tuple[str, ...]:
        """Where the cards of each day are listed. standing: a How, as it stands in the address."""
        return tuple(f"/pengawasan/berkas?keadaan={standing}&hari={day}" for day in self.days)

    @property
    def broken(self) -> int:
        return sum(self.printed) - sum(self.kept)


def _share(kept: int, printed: int) -> float | None:
    return 100 * kept / printed if printed else None


async def promises_of(cut: Cuts) -> Promises:
    """On time, late and paused now, and how many promises were kept of late [T1]."""
    printed, kept = Counter[date](), Counter[date]()
    rows = await Application.select(Application.printed_at, Application.promise_at).where(
        (Application.office == cut.office) & (Application.printed_at >= wib_moment(cut.days[0], time(0)))
    )
    for row in rows:
        day = _working_day(wib_day(row["printed_at"]), cut.days)
        printed[day] += 1
        kept[day] += row["promise_at"] is None or row["printed_at"] <= row["promise_at"]
    return Promises(
        await counted(case_lists.how(How.ON_TIME, cut)),
        await counted(case_lists.how(How.TODAY, cut)),
        await counted(case_lists.how(How.LATE, cut)),
        await counted(case_lists.how(How.PAUSED, cut)),
        cut.days,
        tuple(kept[day] for day in cut.days),
        tuple(printed[day] for day in cut.days),
    )


def _working_day(day: date, days: Sequence[date]) -> date:
    """What happened on a day off counts to the working day before it."""
    return max((one for one in days if one <= day), default=days[0])
