"""Copies of the whole installation, made while it runs, proven when they are laid down again.

A backup is one folder `loket-<moment in UTC>`: the database, the scans as they are sealed, the witness of the key,
and manifest.json with the SHA-256 of each file. It is written aside and renamed when all of it is on the disk, so
whatever has this name is whole; a kill leaves the former ones as they were. The key is never in it.

Everything here but last() blocks: call it from a thread, or from the command line.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from components import dumping
from components.settings import Settings
from components.storage import make_folder
from components.vault import KeyFileError, load_vault, sync_folder
from models.db import DatabaseLost
from models.engines.copying import copy_sqlite, refuse_damaged
from models.system import Heartbeat

FORMAT = 1
MANIFEST = "manifest.json"
_PREFIX, _ASIDE = "loket-", ".part"
_WITNESS = "key-witness"
_NAME = "backup"
_BLOCK = 1024 * 1024


class BackupFailed(Exception):
    """Nothing was made or changed. The message is for who keeps the server."""


@dataclass(frozen=True)
class Made:
    """A backup that is whole. files: scans in it. size: bytes of everything."""

    folder: Path
    files: int
    size: int
    removed: int


# --- making one ---


def make(settings: Settings, target: Path, now: datetime, keep: int) -> Made:
    """A new backup below target, which is made if need be; the oldest beyond `keep` are removed after it.

    The scans are copied before the database and again after it, so that whatever the database refers to is there,
    though uploads and removals go on meanwhile. Half uploads are left out. Raises BackupFailed.
    """
    make_folder(target)
    with _alone(target):
        for left in target.glob(f"{_PREFIX}*{_ASIDE}"):
            shutil.rmtree(left)
        folder = target / f"{_PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if folder.exists():
            raise BackupFailed(f"{folder} exists already: wait a second")
        aside = folder.with_name(folder.name + _ASIDE)
        aside.mkdir(mode=0o700)
        try:
            manifest = _fill(settings, aside, now)
        except (OSError, DatabaseLost, dumping.DumpFailed) as error:
            shutil.rmtree(aside, ignore_errors=True)
            raise BackupFailed(f"no backup was made: {error}") from error
        _write_manifest(aside, manifest)
        aside.rename(folder)
        sync_folder(target)
        files = manifest["files"]
        size = sum(one["size"] for one in files.values())
        return Made(folder, sum(name.startswith("scans/") for name in files), size, _rotate(target, keep))


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    with (target / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"another backup to {target} is under way") from None
        yield


def _fill(settings: Settings, aside: Path, now: datetime) -> dict[str, Any]:
    files: dict[str, dict[str, Any]] = {}
    _copy_scans(settings.store_folder, aside, files)
    engine, database = _copy_database(settings, aside)
    files[database.name] = _described(database)
    _copy_scans(settings.store_folder, aside, files)
    witness = settings.data / _WITNESS
    if witness.exists():
        files[_WITNESS] = _copy(witness, aside / _WITNESS)
    return {
        "format": FORMAT,
        "made_at": now.astimezone(UTC).isoformat(),
        "engine": engine,
        "database": database.name,
        "settings": {"base_url": settings.base_url, "mail_from": settings.mail_from, "mode": settings.mode},
        "files": files,
    }


def _copy_scans(store: Path, aside: Path, files: dict[str, dict[str, Any]]) -> None:
    """Those not copied yet. What is removed under our hands is no longer needed."""
    for path in store.glob("[0-9a-f][0-9a-f]/*"):
        name = f"scans/{path.parent.name}/{path.name}"
        if name in files or not path.is_file():
            continue
        copy = aside / name
        if not copy.parent.is_dir():
            make_folder(copy.parent)
        try:
            files[name] = _copy(path, copy)
        except FileNotFoundError:
            copy.unlink(missing_ok=True)
    for folder in aside.glob("scans/*"):
        sync_folder(folder)


def _copy(source: Path, copy: Path) -> dict[str, Any]:
    """Byte by byte, hashed on the way, on the disk when this returns."""
    sum_, size = hashlib.sha256(), 0
    with source.open("rb") as file, _private(copy) as out:
        while block := file.read(_BLOCK):
            sum_.update(block)
            size += out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return {"size": size, "sha256": sum_.hexdigest()}


def _private(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return {"size": path.stat().st_size, "sha256": digest}


def _copy_database(settings: Settings, aside: Path) -> tuple[str, Path]:
    """(engine, where it lies): one moment of the database, while others write."""
    if not settings.database_url.startswith("sqlite"):
        dump = aside / "database.dump"
        os.close(os.open(dump, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        dumping.dump(settings.database_url, dump)
        return "postgres", dump
    copy = aside / "database.sqlite3"
    _private(copy).close()
    copy_sqlite(_database_file(settings), copy)
    return "sqlite", copy


def _database_file(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _write_manifest(aside: Path, manifest: dict[str, Any]) -> None:
    with _private(aside / MANIFEST) as file:
        file.write(json.dumps(manifest, indent=1, sort_keys=True).encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(aside)


def _rotate(target: Path, keep: int) -> int:
    """Remove the oldest beyond `keep`; first renamed, so that none is ever half there."""
    old = complete(target)[:-keep] if keep else []
    for folder in old:
        aside = folder.with_name(folder.name + _ASIDE)
        folder.rename(aside)
        shutil.rmtree(aside)
    return len(old)


def complete(target: Path) -> list[Path]:
    """The whole backups below target, oldest first."""
    return sorted(one for one in target.glob(f"{_PREFIX}*Z") if (one / MANIFEST).is_file())


# --- laying one down ---


@dataclass(frozen=True)
class Laid:
    """What was laid down. made_at: when the backup was made."""

    folder: Path
    made_at: str
    files: int


def lay(settings: Settings, source: Path) -> Laid:
    """Lay a backup, or the newest below source, into an installation that has no data yet.

    Every hash is compared before anything is written; the database is put in place last, so that a kill leaves no
    installation, and the same command can be given again. Raises BackupFailed: nothing there, a file that differs or
    is missing, data that would be overwritten, another kind of database, no key or a key that does not fit.
    """
    folder = source if (source / MANIFEST).is_file() else (complete(source) or [source])[-1]
    manifest = read_manifest(folder)
    _refuse_data(settings, manifest)
    broken = damaged(folder, manifest)
    if broken:
        raise BackupFailed(
            f"{len(broken)} of {len(manifest['files'])} files of this backup are damaged: {broken[0]}"
        )
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _fit_key(settings, folder, manifest)
    scans = [name for name in manifest["files"] if name.startswith("scans/")]
    _lay_scans(settings.store_folder, folder, scans)
    _lay_database(settings, folder / manifest["database"])
    return Laid(folder, manifest["made_at"], len(scans))


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises BackupFailed."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        raise BackupFailed(f"{folder} holds no whole backup") from None
    if manifest.get("format") != FORMAT:
        raise BackupFailed(f"{folder} was made by another release")
    return manifest


def damaged(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Names of files that are missing or not what was backed up."""
    return [name for name, told in manifest["files"].items() if not _same(folder / name, told)]


def _same(path: Path, told: dict[str, Any]) -> bool:
    return path.is_file() and _described(path) == told


def _refuse_data(settings: Settings, manifest: dict[str, Any]) -> None:
    engine = "sqlite" if settings.database_url.startswith("sqlite") else "postgres"
    if manifest["engine"] != engine:
        raise BackupFailed(f"this backup is of {manifest['engine']}, LOKET_DATABASE_URL names {engine}")
    if engine == "sqlite" and _database_file(settings).exists():
        raise BackupFailed(
            f"{_database_file(settings)} exists: a backup is laid into an empty data folder only"
        )
    if engine == "postgres" and dumping.has_tables(settings.database_url):
        raise BackupFailed("the database has tables already: a backup is laid into an empty one only")
    if settings.store_folder.is_dir() and any(settings.store_folder.iterdir()):
        raise BackupFailed(f"{settings.store_folder} is not empty: a backup is laid into an empty one only")


def _fit_key(settings: Settings, folder: Path, manifest: dict[str, Any]) -> None:
    witness = settings.data / _WITNESS
    if _WITNESS in manifest["files"]:
        witness.unlink(missing_ok=True)
        _copy(folder / _WITNESS, witness)
    try:
        load_vault(settings.key_file, settings.data)
    except KeyFileError as error:
        witness.unlink(missing_ok=True)
        raise BackupFailed(str(error)) from error


def _lay_scans(store: Path, folder: Path, scans: list[str]) -> None:
    aside = store.with_name(store.name + _ASIDE)
    if aside.exists():
        shutil.rmtree(aside)
    make_folder(aside)
    for name in scans:
        copy = aside / name.removeprefix("scans/")
        if not copy.parent.is_dir():
            make_folder(copy.parent)
        _copy(folder / name, copy)
    for inner in aside.iterdir():
        sync_folder(inner)
    if store.is_dir():
        store.rmdir()
    aside.rename(store)
    sync_folder(store.parent)


def _lay_database(settings: Settings, copy: Path) -> None:
    try:
        if not settings.database_url.startswith("sqlite"):
            dumping.restore(settings.database_url, copy)
            return
        place = _database_file(settings)
        aside = place.with_name(place.name + _ASIDE)
        aside.unlink(missing_ok=True)
        _copy(copy, aside)
        refuse_damaged(aside)
        aside.rename(place)
        sync_folder(place.parent)
    except (dumping.DumpFailed, DatabaseLost) as error:
        shutil.rmtree(settings.store_folder, ignore_errors=True)
        raise BackupFailed(str(error)) from error


# --- the last one ---


async def note(now: datetime) -> None:
    """Remember that a backup was made."""
    first = Heartbeat(name=_NAME, beat_at=now)
    await Heartbeat.insert(first).on_conflict(target=Heartbeat.name, action="DO NOTHING")
    await Heartbeat.update({Heartbeat.beat_at: now}).where(Heartbeat.name == _NAME)


async def last() -> datetime | None:
    """When the last good backup was made; None when none ever was."""
    row = await Heartbeat.select(Heartbeat.beat_at).where(Heartbeat.name == _NAME).first()
    return row["beat_at"] if row else None
