"""What several figures are counted with."""

from typing import Any

from models.application import Application


async def counted(condition: Any) -> int:
    """How many files of the office fulfil this."""
    count: int = await Application.count().where(condition)
    return count
