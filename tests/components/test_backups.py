"""Backups made under writing load and laid down again: what was acknowledged before is there, on both databases."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from components import backups, history, pages, proof, scheduler, scrubbing
from components.kit import Kit, install
from components.settings import Settings
from components.storage import Store
from components.vault import load_vault
from models import db
from models.application import Application, Document, Page
from models.rules.workflow import State
from tests.components.test_removal import with_scan
from tests.support.cases import an_application
from tests.support.databases import Databases, on_sqlite
from tests.support.databases import Kind as Database
from tests.support.service import MONDAY, settings_for

DAY = timedelta(days=1)
ROOT = Path(__file__).resolve().parent.parent.parent


def make(kit: Kit, target: Path, n: int = 0, keep: int = 35) -> backups.Made:
    load_vault(kit.settings.key_file, kit.settings.data)  # the witness, as a started service leaves it
    return backups.make(kit.settings, target, MONDAY + n * DAY, keep)


@asynccontextmanager
async def elsewhere(databases: Databases, kind: Database, old: Kit, folder: Path) -> AsyncIterator[Settings]:
    """Settings of an installation without data, with the key of the old one put beside it by hand."""
    url = await databases.create(kind, migrated=False)
    if kind == "sqlite":
        await asyncio.to_thread(Path(url.removeprefix("sqlite:///")).unlink, missing_ok=True)
    fresh = replace(settings_for(folder), database_url=url, mail_from="loket@contoh.test")
    fresh.data.mkdir(mode=0o700)
    shutil.copy2(old.settings.key_file, fresh.key_file)
    try:
        yield fresh
    finally:
        await databases.drop(url)


async def move_in(settings: Settings) -> None:
    """As the next start would find it."""
    vault = load_vault(settings.key_file, settings.data)
    install(Kit(settings, vault, Store(settings.store_folder, vault)))
    await db.close()
    await db.connect(settings.database_url)
    await db.migrate()


async def test_what_was_acknowledged_before_a_backup_is_in_it(
    service: Kit, databases: Databases, kind: Database, tmp_path: Path
) -> None:
    """Applications with scans are written while it is made; those from before are all there, whole and signed."""
    written: list[str] = []
    first, more = asyncio.Event(), asyncio.Event()
    made_at = 0

    async def write() -> None:
        while True:
            row = await an_application(State.SUBMITTED)
            await with_scan(service, row)
            written.append(row.number)
            if len(written) >= 15:
                first.set()
            if made_at and len(written) >= made_at + 3:
                more.set()

    writer = asyncio.create_task(write())
    await first.wait()
    before = list(written)
    made = await asyncio.to_thread(make, service, tmp_path / "copies")
    made_at = len(written)
    await more.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    async with elsewhere(databases, kind, service, tmp_path / "new") as fresh:
        laid = await asyncio.to_thread(backups.lay, fresh, tmp_path / "copies")
        assert laid.folder == made.folder
        await move_in(fresh)
        proven = await proof.prove()
        assert proven.sound, proven.words
        there = {row["number"] for row in await Application.select(Application.number)}
        assert set(before) <= there
        assert proven.files >= 2 * len(before)
        page = await Page.objects(cast(Any, Page.document).application).order_by(Page.id).first()
        assert page is not None
        assert await pages.read(page.document.application, page.blob, page.blob_key) == b"scan" * 500
        assert (await scrubbing.scrub()).damage == ()
        await db.close()


async def test_nothing_is_overwritten(service: Kit, tmp_path: Path) -> None:
    """A data folder or database in use is left alone; so is an installation whose key is another one."""
    await with_scan(service, await an_application(State.SUBMITTED))
    await asyncio.to_thread(make, service, tmp_path / "copies")
    with pytest.raises(backups.BackupFailed, match=r"exists|has tables"):
        await asyncio.to_thread(backups.lay, service.settings, tmp_path / "copies")
    assert await Application.count() == 1


@on_sqlite
async def test_a_wrong_key_and_a_changed_file_are_refused(
    service: Kit, databases: Databases, kind: Database, tmp_path: Path
) -> None:
    """Before anything is written: one flipped byte, a missing key, the key of other data, another kind of database."""
    await with_scan(service, await an_application(State.SUBMITTED))
    made = await asyncio.to_thread(make, service, tmp_path / "copies")
    async with elsewhere(databases, kind, service, tmp_path / "new") as fresh:
        key = fresh.key_file.read_bytes()
        fresh.key_file.unlink()
        with pytest.raises(backups.BackupFailed, match="key file is missing"):
            backups.lay(fresh, made.folder)
        load_vault(fresh.key_file)
        with pytest.raises(backups.BackupFailed, match="does not belong"):
            backups.lay(fresh, made.folder)
        fresh.key_file.unlink()
        fresh.key_file.write_bytes(key)
        fresh.key_file.chmod(0o400)
        with pytest.raises(backups.BackupFailed, match="is of sqlite"):
            backups.lay(replace(fresh, database_url="postgres://nobody@127.0.0.1:1/none"), made.folder)
        scan = next(made.folder.glob("scans/*/*"))
        content = bytearray(scan.read_bytes())
        content[-1] ^= 1
        scan.write_bytes(content)
        with pytest.raises(backups.BackupFailed, match=f"1 of .* scans/{scan.parent.name}"):
            backups.lay(fresh, made.folder)
        assert not fresh.store_folder.exists()
        content[-1] ^= 1
        scan.write_bytes(content)
        backups.lay(fresh, made.folder)


@on_sqlite
async def test_old_ones_make_room(service: Kit, kind: Database, tmp_path: Path) -> None:
    """The newest stay; what a killed one left behind goes; two at once are refused."""
    target = tmp_path / "copies"
    await an_application(State.SUBMITTED)
    for n in range(4):
        removed = make(service, target, n, keep=2).removed
        assert removed == (1 if n > 1 else 0)
    half = target / "loket-20261130T020000Z.part"
    half.mkdir()
    assert len(backups.complete(target)) == 2
    make(service, target, 5, keep=0)
    assert not half.exists()
    assert [one.name for one in backups.complete(target)][-1] == "loket-20261128T020000Z"
    with backups._alone(target), pytest.raises(backups.BackupFailed, match="under way"):
        make(service, target, 6)
    made = backups.complete(target)[-1]
    assert oct(made.stat().st_mode)[-3:] == "700"
    assert {oct(path.stat().st_mode)[-3:] for path in made.rglob("*") if path.is_file()} == {"600"}
    assert not [path for path in made.rglob("*") if path.name == service.settings.key_file.name]
    assert json.loads((made / "manifest.json").read_text())["engine"] == "sqlite"


@on_sqlite
async def test_a_kill_leaves_the_former_one_whole(service: Kit, kind: Database, tmp_path: Path) -> None:
    """SIGKILL while it is written: the former one still proves itself, and the next one is made as ever."""
    target, store = tmp_path / "copies", service.settings.store_folder
    await with_scan(service, await an_application(State.SUBMITTED))
    first = await asyncio.to_thread(make, service, target)
    await asyncio.to_thread(_fill, store)
    code = (
        "import sys\nfrom pathlib import Path\nfrom dataclasses import replace\nfrom datetime import datetime, UTC\n"
        "from components import backups\nfrom tests.support.service import settings_for\n"
        "settings = replace(settings_for(Path(sys.argv[1])), database_url=sys.argv[2])\n"
        "backups.make(settings, Path(sys.argv[3]), datetime(2026, 11, 30, tzinfo=UTC), 35)\n"
    )
    arguments = [str(service.settings.data), service.settings.database_url, str(target)]
    process = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-c", code, *arguments], cwd=ROOT, env={**os.environ}
    )
    await asyncio.to_thread(_wait_for, target)
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.wait)
    assert backups.complete(target) == [first.folder]
    assert backups.damaged(first.folder, backups.read_manifest(first.folder)) == []
    assert list(target.glob("*.part"))
    made = await asyncio.to_thread(make, service, target, 8)
    assert backups.complete(target) == [first.folder, made.folder]
    assert not list(target.glob("*.part"))


def _fill(store: Path) -> None:
    """Enough that copying takes a while."""
    for n in range(600):
        path = store / f"{n % 256:02x}" / f"{n % 256:02x}{n:030x}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(20_000))


def _wait_for(target: Path) -> None:
    end = time.monotonic() + 60
    while not list(target.glob("*.part/scans/*/*")):
        assert time.monotonic() < end
        time.sleep(0.005)


async def test_the_age_of_the_last_one_is_known(service: Kit) -> None:
    """[M4] None before the first; an office whose backups stopped is told after two days."""
    assert await backups.last() is None
    await scheduler.beat(MONDAY)
    assert await scheduler.self_check(MONDAY) == []
    for n in range(2):
        await backups.note(MONDAY + n * DAY)
        assert await backups.last() == MONDAY + n * DAY
    later = MONDAY + 4 * DAY
    await scheduler.beat(later)
    assert "Cadangan terakhir" in "".join(await scheduler.self_check(later))


async def test_a_scrub_finds_damage_by_number(service: Kit) -> None:
    """A flipped byte, a file that is gone, a text moved to another row, a line that was altered."""
    rows = [await an_application(State.SUBMITTED) for _ in range(3)]
    files = [await with_scan(service, row) for row in rows]
    sound = await scrubbing.scrub()
    assert sound.damage == ()
    assert (sound.files, sound.lines) == (6, 3)
    path = next(service.settings.store_folder.rglob(files[0]))
    content = bytearray(await asyncio.to_thread(path.read_bytes))
    content[-1] ^= 1
    await asyncio.to_thread(path.write_bytes, bytes(content))
    await service.store.delete(files[1])
    await Application.update({Application.kk_sealed: rows[1].kk_sealed}).where(Application.id == rows[2].id)
    lines = await history.lines(rows[0].id)
    lines[0].reason = "lain"
    await lines[0].save()
    found = await scrubbing.scrub()
    one, two = [row["id"] for row in await Page.select(Page.id).order_by(Page.id)][:2]
    assert set(found.damage) == {
        f"application's blob {one}",
        f"application's blob {two}",
        f"application's kk_sealed {rows[2].id}",
        f"history of application:{rows[0].id}",
    }
    assert "Damaged: 4" in found.words
    assert await Document.count() == 3
