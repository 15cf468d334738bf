"""Nothing that was acknowledged is lost when the service is killed, and nothing is done twice [G1]."""

from pathlib import Path

from tests.faults.kill_loop import run

KILLS = 6
"""`make soak` does 200."""


async def test_every_yes_survives_being_killed(tmp_path: Path) -> None:
    """Submissions, verdicts, bookings and moves, through six deaths; forms without an answer are sent again."""
    ledger, found, plant = await run(KILLS, tmp_path)
    assert found.wrong == []
    assert ledger.faults == []
    assert len(plant.starts) > KILLS // 2
    figures = ledger.figures()
    assert all(figures[name] for name in ("submitted", "accepted", "sent_again")), figures
