"""The only place that reads the clock. Everybody else is told the time."""

from datetime import UTC, datetime, timedelta
from time import monotonic

_shift = timedelta(0)


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC) + _shift


def steady() -> float:
    """Seconds that never run backwards, for durations."""
    return monotonic()


def start_at(moment: datetime | None) -> None:
    """Let this process's clock begin at `moment` and run on from there (LOKET_CLOCK; never in production).

    None: it is the machine's own.
    """
    global _shift
    _shift = moment - datetime.now(UTC) if moment else timedelta(0)


def on_disk(moment: datetime) -> datetime:
    """The same moment as files carry it: by the machine's own clock, also while LOKET_CLOCK is set."""
    return moment - _shift
