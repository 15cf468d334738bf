"""What several figures are counted with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.application import Application


async def counted(condition: Any) -> int:
    """How many files of the office fulfil this."""
    count: int = await Application.count().where(condition)
    return count


async def since(
    column: str, moments: Sequence[datetime], office: int, besides: str = "", by: str = ""
) -> list[tuple[dict[str, Any], tuple[int, ...]]]:
    """How many files of the office have this column at or after each of the moments, in one statement.

    The database counts: of a busy office's weeks thousands of rows would have to be read else. moments: the earliest
    first. besides: a further condition. by: what to group by, as it is selected; for each group (its values, the
    counts). Column, condition and groups are the code's own words, never typed ones.
    """
    sums = ", ".join(
        f"SUM(CASE WHEN {column} >= {{}} THEN 1 ELSE 0 END) AS n{place}" for place in range(len(moments))
    )
    groups = f"{by}, " if by else ""
    names = [one.rpartition(" AS ")[2].strip() for one in by.split(", ")] if by else []
    grouped = f" GROUP BY {', '.join(str(place + 1) for place in range(len(names)))}" if by else ""
    rows = await Application.raw(
        f"SELECT {groups}{sums} FROM application "  # noqa: S608 - the code's own words
        f"WHERE office = {{}} AND {column} >= {{}}{besides}{grouped}",
        *moments,
        office,
        moments[0],
    )
    return [
        (
            {name: row[name] for name in names},
            tuple(int(row[f"n{place}"] or 0) for place in range(len(moments))),
        )
        for row in rows
    ]
