"""A list taken along as a file: who took it, and how much of it, is written down before the first byte [M4, G1]."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, TypeVar

from components import account_history
from components.actors import Actor
from components.history import Detail
from components.spreadsheets import Form, Row, Sheet, writer
from models.db import transaction
from models.rules.account_acts import AccountAct

MOST = 100_000
"""Lines of one file; the address of the list narrows it when there are more."""
AT_ONCE = 500
"""Lines read and written at a time."""
_PIECE = 65_536
_FOLDER = "unduhan"
_TOO_MANY = "Daftar dipotong di sini. Persempit daftarnya, lalu unduh lagi."

T = TypeVar("T")
P = TypeVar("P", int, str)
L = TypeVar("L")


@dataclass(frozen=True)
class Taken:
    """A made file. It has no name any more: once it was sent, or cannot be, nothing is left of it."""

    name: str
    size: int
    file: BinaryIO

    async def pieces(self) -> AsyncIterator[bytes]:
        """All of it, to be asked for once."""
        with self.file:
            while piece := await asyncio.to_thread(self.file.read, _PIECE):
                yield piece


async def page_by_page(
    ask: Callable[[P], Awaitable[tuple[Sequence[T], P]]], first: P, lines: Callable[[T], Iterable[L]]
) -> AsyncIterator[L]:
    """The lines of a list that comes in pages. ask: a page, and where the next begins; nothing for the last."""
    place = first
    while True:
        found, place = await ask(place)
        for one in found:
            for line in lines(one):
                yield line
        if not place:
            return


async def take(sheet: Sheet, form: Form, by: Actor, now: datetime, data: Path, *, reason: str = "") -> Taken:
    """The file, once it stands in the account's record that this person took it, and how many lines.

    data: the folder of the service; nobody else can read what lies there while the file is made.
    reason: why it was taken with whole NIKs (in_full), else empty.
    """
    folder = data / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "daftar"
        count = await _write(sheet, form, path, now)
        await record(sheet.name, count, by, now, reason=reason)
        return Taken(f"{sheet.name}.{form}", path.stat().st_size, path.open("rb"))


async def record(name: str, rows: int, by: Actor, now: datetime, *, reason: str = "") -> None:
    """Write down who takes this list along, on paper or as a file, and how many lines [G1]. reason: as for take()."""
    assert by.staff_id is not None  # noqa: S101 - the guard lets nobody else in
    act = AccountAct.EXPORTED_IN_FULL if reason else AccountAct.EXPORTED
    details: dict[str, Detail] = {"list": name, "rows": rows}
    async with transaction():
        await account_history.record(by.staff_id, act, by, now, details, reason)


def clear(data: Path) -> None:
    """Remove what a killed process left of files it was making."""
    shutil.rmtree(data / _FOLDER, ignore_errors=True)


async def _write(sheet: Sheet, form: Form, path: Path, now: datetime) -> int:
    """How many lines were put into the file at this path."""
    writing = await asyncio.to_thread(writer, form, path, sheet.head, now)
    count = 0
    async for rows in _batches(sheet):
        await asyncio.to_thread(writing.add, rows)
        count += len(rows)
    if count == MOST:
        writing.add([(_TOO_MANY, *[None] * (len(sheet.head) - 1))])
    await asyncio.to_thread(writing.close)
    return count


async def _batches(sheet: Sheet) -> AsyncIterator[list[Row]]:
    batch: list[Row] = []
    count = 0
    async for row in _each(sheet.rows):
        batch.append(row)
        count += 1
        if len(batch) == AT_ONCE or count == MOST:
            yield batch
            batch = []
        if count == MOST:
            return
    if batch:
        yield batch


async def _each(rows: object) -> AsyncIterator[Row]:
    if isinstance(rows, Iterable):
        for row in rows:
            yield row
    else:
        async for row in rows:  # type: ignore[attr-defined]
            yield row
