"""How the promises stand, and how many were kept of late [T1]."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from piccolo.query.functions import Count

from components import case_lists, services
from components.case_lists import Cuts, How
from components.figures.counting import counted, since
from models.application import Application
from models.rules.calendar import wib_moment
from models.rules.catalogue import Service


@dataclass(frozen=True)
class OfService:
    """The same figures for one service. kept, broken: of the cards of the last working days."""

    service: Service
    on_time: int
    late: int
    paused: int
    kept: int
    broken: int

    @property
    def open(self) -> int:
        return self.on_time + self.late + self.paused


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
    services: tuple[OfService, ...]
    """Each that is offered or has something to count; empty while the office has one service alone."""

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


_KEPT_BY_SERVICE = (
    "service, CASE WHEN promise_at IS NULL OR printed_at <= promise_at THEN 1 ELSE 0 END AS kept"
)


def _share(kept: int, printed: int) -> float | None:
    return 100 * kept / printed if printed else None


async def promises_of(cut: Cuts) -> Promises:
    """On time, late and paused now, and how many promises were kept of late [T1]."""
    days = len(cut.days)
    printed, kept = [0] * days, [0] * days
    made: dict[How, Counter[str]] = {How.KEPT: Counter(), How.BROKEN: Counter()}
    # What was made on a day off counts to the working day before it.
    mornings = [wib_moment(day, time(0)) for day in cut.days]
    for group, counts in await since("printed_at", mornings, cut.office, by=_KEPT_BY_SERVICE):
        made[How.KEPT if group["kept"] else How.BROKEN][group["service"]] += counts[0]
        for place, (count, later) in enumerate(zip(counts, (*counts[1:], 0), strict=True)):
            printed[place] += count - later
            kept[place] += count - later if group["kept"] else 0
    standing = {one: await _by_service(one, cut) for one in (How.ON_TIME, How.LATE, How.PAUSED)}
    return Promises(
        standing[How.ON_TIME].total(),
        await counted(case_lists.how(How.TODAY, cut)),
        standing[How.LATE].total(),
        standing[How.PAUSED].total(),
        cut.days,
        tuple(kept),
        tuple(printed),
        await _services(standing | made, cut),
    )


async def _by_service(standing: How, cut: Cuts) -> Counter[str]:
    rows = (
        await Application.select(Application.service, Count(alias="n"))
        .where(case_lists.how(standing, cut))
        .group_by(Application.service)
    )
    return Counter({row["service"]: row["n"] for row in rows})


async def _services(found: Mapping[How, Counter[str]], cut: Cuts) -> tuple[OfService, ...]:
    offered = {offer.entry.service for offer in await services.others_on(cut.office)}
    told = {Service(name) for counts in found.values() for name in counts} | offered | {Service.BIOMETRIC}
    if len(told) == 1:
        return ()
    columns = (How.ON_TIME, How.LATE, How.PAUSED, How.KEPT, How.BROKEN)
    return tuple(OfService(one, *(found[how][one] for how in columns)) for one in Service if one in told)
