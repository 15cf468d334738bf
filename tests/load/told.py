"""What a benchmark tells: one JSON object a line."""

import json
from typing import Any


def say(name: str, value: float, unit: str, *, goal: str = "", **more: Any) -> None:
    """One line. goal: in words, from the budgets."""
    line: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit, **more}
    print(json.dumps({**line, **({"goal": goal} if goal else {})}), flush=True)


def ratio(name: str, one: float, other: float, unit: str, of: str, goal: str, **more: Any) -> None:
    """One line with a ratio and both of its sides."""
    sides = {"loket": round(one, 1), of: round(other, 1)}
    say(name, one, unit, ratio=round(one / other, 3), sides=sides, goal=goal, **more)
