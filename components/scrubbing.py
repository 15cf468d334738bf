"""Reads everything that is sealed and says how much of it opens: scans, half uploads, rows, the history.

Damage is reported by number alone: kind and id of a row, never what is in it.
"""

from dataclasses import dataclass
from typing import Any, cast

from components import audit, sealed_columns
from components.kit import kit
from components.storage import Damaged, FileGone
from components.vault import SealBroken
from models.application import Page
from models.complaint import Evidence

_STEP = 200


@dataclass(frozen=True)
class Scrubbed:
    """What was read. damage: "kind id" of what does not open or is gone."""

    files: int
    texts: int
    lines: int
    damage: tuple[str, ...]

    @property
    def words(self) -> str:
        """For who keeps the server."""
        read = f"{self.files} files, {self.texts} sealed texts, {self.lines} lines of history"
        if not self.damage:
            return f"Read {read}. Everything opens and fits."
        return "\n".join([f"Read {read}. Damaged: {len(self.damage)}", *self.damage])


async def scrub() -> Scrubbed:
    """Read all of it, a few rows at a time, while others are served."""
    damage: list[str] = []
    files = await _files(damage)
    texts = await _texts(damage)
    lines, broken = await audit.check_all()
    damage += [f"history of {stream}" for stream in broken]
    return Scrubbed(files, texts, lines, tuple(damage))


async def _files(damage: list[str]) -> int:
    count = 0
    for table, number, owner, columns in (
        (Page, cast(Any, Page.document).application.number, "application", ("blob", "thumbnail")),
        (Evidence, Evidence.complaint.number, "complaint", ("blob",)),
    ):
        after = 0
        while rows := await _next(table, number, after):
            for row in rows:
                for column in (one for one in columns if row[one]):
                    count += 1
                    whose = f"{owner}:{row['owner']}"
                    if not await _opens(row[column], row[f"{column}_key"], whose):
                        damage.append(f"{owner}'s {column} {row['id']}")
            after = rows[-1]["id"]
    return count


async def _next(table: Any, number: Any, after: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        await table.select(*table.all_columns(), number.as_alias("owner"))
        .where((table.id > after) & (table.blob != ""))
        .order_by(table.id)
        .limit(_STEP)
    )
    return rows


async def _opens(file_id: str, key: bytes, owner: str) -> bool:
    try:
        await kit().store.get(file_id, key, owner)
    except (Damaged, FileGone):
        return False
    return True


async def _texts(damage: list[str]) -> int:
    count = 0
    for sealed in sealed_columns.ALL:
        async for rows in sealed.batches():
            for row in rows:
                for column in (one for one in sealed.columns if row[one]):
                    count += 1
                    try:
                        kit().vault.open(row[column], sealed.context(row, column))
                    except SealBroken:
                        damage.append(f"{sealed.name}'s {column} {row['id']}")
    return count
