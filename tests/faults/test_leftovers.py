"""What a crash leaves behind in the store is removed in time, and nothing else is [P6]."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

from components import clock, retention, scheduler
from components.kit import Kit
from models.application import Page
from tests.support.drafts import submitted


def _grow_old(file: Path) -> None:
    long_ago = (clock.now() - timedelta(days=3)).timestamp()
    os.utime(file, (long_ago, long_ago))


def _files(folder: Path) -> set[str]:
    return {file.name for file in folder.rglob("*") if file.is_file()}


async def test_scans_without_a_page_go_after_a_day(service: Kit) -> None:
    """A scan that was sealed when the process died, and a writer's half: gone within a day, the others stay."""
    folder = service.settings.store_folder
    await submitted()
    known = _files(folder)
    orphans = [await service.store.put(b"x" * 1000, "upload:nobody") for _ in range(40)]
    (folder / "incoming").mkdir(exist_ok=True)
    half = folder / "incoming" / f"{orphans[0].id}.part"
    await asyncio.to_thread(half.write_bytes, b"LOKT")
    for name in [*known, *(one.id for one in orphans[1:])]:
        _grow_old(folder / name[:2] / name)
    _grow_old(half)
    now = clock.now()
    removed = 0
    for turn in range(256):
        removed += await retention.sweep_store(now + turn * retention.SWEPT_EVERY)
    # The first one was stored just now: its row might still be on its way.
    assert _files(folder) == known | {orphans[0].id}
    assert removed == 40
    for page in await Page.objects():
        assert {page.blob, page.thumbnail} <= known


async def test_a_part_of_the_store_is_swept_once_in_five_minutes(service: Kit) -> None:
    """Two schedulers, or a scheduler that ticks every twenty seconds, do not do it again and again."""
    now = clock.now()
    turns = [
        await retention.turn("part", now + n * timedelta(minutes=1), retention.SWEPT_EVERY) for n in range(11)
    ]
    assert turns == [1, None, None, None, None, 2, None, None, None, None, 3]
    assert "scans without a page" in [name for name, _ in scheduler.JOBS]
