"""What an office may choose for itself within limits, each with its usual value (rules of the service)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from models.rules.deadlines import DayReading


@dataclass(frozen=True)
class Thresholds:
    """The office's choices, or the usual ones; how long it keeps what is in rules.keeping [P7, P13, G2, G4, M2]."""

    recheck_share: int = 5
    """Per cent of accepted files that the supervisor judges again."""
    low_stock_days: int = 5
    """Working days of cover below which the stock of blanks is low."""
    looks_an_hour: int = 60
    """Files whose scans one officer sees within an hour before the supervisor is told."""
    looks_a_day: int = 300
    first_reminder: int = 7
    """Days after which a card not collected is reminded of, three times."""
    second_reminder: int = 21
    third_reminder: int = 45
    correction_day: DayReading = DayReading.CALENDAR_DAY
    family_may_collect: bool = True

    @property
    def reminders(self) -> tuple[int, int, int]:
        return self.first_reminder, self.second_reminder, self.third_reminder


LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "recheck_share": (1, 50),
        "low_stock_days": (1, 60),
        "looks_an_hour": (10, 500),
        "looks_a_day": (20, 2000),
        "first_reminder": (1, 60),
        "second_reminder": (2, 90),
        "third_reminder": (3, 180),
    }
)
"""Of each number, the lowest and the highest."""
NAMES = tuple(one.name for one in fields(Thresholds))


def faults(wanted: Thresholds) -> dict[str, str]:
    """What cannot be, by name, in words; empty when all fits."""
    found = {
        name: f"Tulis angka {low} sampai {high}."
        for name, (low, high) in LIMITS.items()
        if not low <= getattr(wanted, name) <= high
    }
    if not found and not wanted.first_reminder < wanted.second_reminder < wanted.third_reminder:
        found["second_reminder"] = "Urutkan pengingat dari yang paling awal."
    if not found and wanted.looks_an_hour > wanted.looks_a_day:
        found["looks_an_hour"] = "Tulis angka yang tidak melebihi batas sehari."
    return found
