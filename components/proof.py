"""Whether what was laid down is whole: every line of the history, and a file for every scan that a row names."""

import asyncio
from dataclasses import dataclass
from typing import Any

from components import audit
from components.kit import kit
from components.storage import place
from models.application import Application, Page
from models.complaint import Complaint, Evidence

_STEP = 500


@dataclass(frozen=True)
class Proven:
    """What is there. broken: streams of the history that do not fit. missing: files that rows name."""

    applications: int
    complaints: int
    files: int
    lines: int
    broken: tuple[str, ...]
    missing: int

    @property
    def sound(self) -> bool:
        return not self.broken and not self.missing

    @property
    def words(self) -> str:
        """For who keeps the server."""
        there = (
            f"{self.applications} applications, {self.complaints} complaints, {self.files} scans, "
            f"{self.lines} lines of history"
        )
        if self.sound:
            return f"Proven: {there}; every signature fits and every scan is there."
        return f"NOT WHOLE: {there}; {self.missing} scans are missing, broken: {', '.join(self.broken) or 'none'}"


async def prove() -> Proven:
    """Read the whole history, and look for every file; the content of files is scrubbing's to read."""
    lines, broken = await audit.check_all()
    files = missing = 0
    for table, columns in ((Page, ("blob", "thumbnail")), (Evidence, ("blob",))):
        there, gone = await _files(table, columns)
        files, missing = files + there, missing + gone
    return Proven(await Application.count(), await Complaint.count(), files, lines, tuple(broken), missing)


async def _files(table: Any, columns: tuple[str, ...]) -> tuple[int, int]:
    there = gone = after = 0
    while (
        rows := await table.select(table.id, *(getattr(table, name) for name in columns))
        .where((table.id > after) & (table.blob != ""))
        .order_by(table.id)
        .limit(_STEP)
    ):
        after = rows[-1]["id"]
        names = [row[name] for row in rows for name in columns if row[name]]
        found = await asyncio.to_thread(_there, names)
        there, gone = there + found, gone + len(names) - found
    return there, gone


def _there(names: list[str]) -> int:
    return sum(place(kit().settings.store_folder, name).is_file() for name in names)
