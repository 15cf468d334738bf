"""Nobody is woken, and nobody is told too much on one day [G4]."""

from datetime import UTC, datetime, time, timedelta

import pytest

from models.rules.courtesy import BY_DAY_AND_NIGHT, HOWEVER_MANY, Courtesy
from models.rules.messages import Kind

WIB = timedelta(hours=7)


def at(clock: str, day: int = 23) -> datetime:
    """This time of day in WIB on a day of November 2026."""
    return datetime.fromisoformat(f"2026-11-{day}T{clock}:00").replace(tzinfo=UTC) - WIB


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (at("19:59"), at("19:59")),
        (at("20:00"), at("06:00", 24)),
        (at("23:59"), at("06:00", 24)),
        (at("00:00"), at("06:00")),
        (at("05:59"), at("06:00")),
        (at("06:00"), at("06:00")),
    ],
)
def test_what_can_wait_leaves_in_the_morning(asked: datetime, due: datetime) -> None:
    """From 20.00 to 06.00 WIB nothing leaves; the last minute before and the first one after do."""
    assert Courtesy().awake(asked) == due


def test_an_office_sets_its_own_hours_or_none() -> None:
    noon = Courtesy(time(12), time(13))
    assert noon.awake(at("12:30")) == at("13:00")
    assert noon.awake(at("23:00")) == at("23:00")
    never = Courtesy(time(6), time(6))
    assert never.awake(at("03:00")) == at("03:00")
    assert never.next_morning(at("03:00")) == at("06:00", 24)


def test_a_deadline_waits_for_nothing() -> None:
    """Reminders of a deadline and of the same day know neither night nor measure [P7, P8]."""
    pressing = {Kind.CORRECTION_REMINDER, Kind.DEADLINE_MOVED, Kind.REMINDER_DAY}
    assert pressing <= BY_DAY_AND_NIGHT
    assert pressing | {Kind.CORRECTION_ASKED, Kind.READY} <= HOWEVER_MANY
