"""A new master key, and everything sealed anew with it; the old one is let go when nothing needs it any more.

The service is stopped meanwhile, for it knows the old key alone. Each step can be interrupted: what was sealed anew
says so by its version, and the same command goes on where it stopped. Of the old key stays what checks the history
it signed: the lines themselves are never written anew.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from components import scheduler, sealed_columns
from components.kit import Kit, install, kit
from components.partials import Partials
from components.sealed_columns import Row, Sealed
from components.settings import Settings
from components.storage import Store
from components.vault import (
    KEY_BYTES,
    SealBroken,
    history_key,
    load_vault,
    read_history_keys,
    read_key_file,
    write_key_file,
    write_witness,
)
from models.account import Misses, RecoveryCode
from models.application import Application, Page
from models.complaint import Complaint, Evidence
from models.db import transaction
from models.notification import Message

_STEP = 200
LAST_VERSION = 255


class NotRotated(Exception):
    """It was not begun, or cannot end. The message is for who keeps the server."""


@dataclass(frozen=True)
class Rotated:
    """What was sealed anew in this run. codes: recovery codes of staff that no longer count."""

    version: int
    texts: int
    files: int
    codes: int


async def rotate(settings: Settings, now: datetime) -> Rotated:
    """Begin or go on. Raises NotRotated: the service is running, or something sealed does not open."""
    if await scheduler.is_running(now):
        raise NotRotated("the service is running: stop it, wait a minute, and give this command again")
    _begin(settings)
    texts, unreadable = 0, 0
    for sealed in sealed_columns.ALL:
        done, failed = await _seal_anew(sealed)
        texts, unreadable = texts + done, unreadable + failed
    files = 0
    for table, columns in ((Page, ("blob_key", "thumbnail_key")), (Evidence, ("blob_key",))):
        done, failed = await _wrap_anew(table, columns)
        files, unreadable = files + done, unreadable + failed
    files += Partials(settings.store_folder / "uploads", kit().vault).wrap_anew()
    if unreadable:
        raise NotRotated(f"{unreadable} sealed things do not open: run scrub. Both keys were kept")
    codes = await _forget_keyed()
    _end(settings)
    return Rotated(kit().vault.version, texts, files, codes)


def _begin(settings: Settings) -> None:
    """A second key beside the first, unless a rotation was begun before."""
    masters = read_key_file(settings.key_file)
    if len(masters) == 1:
        version = max(masters) + 1
        if version > LAST_VERSION:
            raise NotRotated(f"there is no version after {LAST_VERSION}")
        masters[version] = secrets.token_bytes(KEY_BYTES)
        write_key_file(settings.key_file, masters, read_history_keys(settings.key_file), instead=True)
    vault = load_vault(settings.key_file, settings.data)
    install(Kit(settings, vault, Store(settings.store_folder, vault)))


def _end(settings: Settings) -> None:
    masters, signed = read_key_file(settings.key_file), read_history_keys(settings.key_file)
    newest = max(masters)
    write_witness(kit().vault, settings.data)
    signed |= {version: history_key(key) for version, key in masters.items() if version != newest}
    write_key_file(settings.key_file, {newest: masters[newest]}, signed, instead=True)
    vault = load_vault(settings.key_file, settings.data)
    install(Kit(settings, vault, Store(settings.store_folder, vault)))


# --- texts ---


def _is_old(sealed_text: str) -> bool:
    return bool(sealed_text) and not sealed_text.startswith(f"{kit().vault.version}.")


async def _seal_anew(sealed: Sealed) -> tuple[int, int]:
    """(texts sealed anew, rows that do not open), with the fingerprints made of them in one update per row."""
    done = failed = 0
    async for rows in sealed.batches():
        async with transaction():
            for row in rows:
                old = [column for column in sealed.columns if _is_old(row[column])]
                if not old:
                    continue
                try:
                    clear = {
                        column: kit().vault.open(row[column], sealed.context(row, column)) for column in old
                    }
                except SealBroken:
                    failed += 1
                    continue
                values = {
                    name: kit().vault.seal(text, sealed.context(row, name)) for name, text in clear.items()
                }
                values |= _fingerprints(sealed.table, row, clear)
                await sealed.table.update(values).where(sealed.table.id == row["id"])
                done += len(old)
    return done, failed


def _fingerprints(table: Any, row: Row, clear: dict[str, str]) -> dict[str, str]:
    """The keyed hashes beside these texts, of whatever stands in the row."""
    vault, found = kit().vault, dict[str, str]()
    if table in (Application, Complaint) and "pin_sealed" in clear:
        found["pin_hash"] = vault.index(f"{row['number']}:{clear['pin_sealed']}", "pin")
    if table is Application and row["nik_index"] and "nik_sealed" in clear:
        found["nik_index"] = vault.index(clear["nik_sealed"], "nik")
    if table is Message and row["recipient_key"] and "recipient_sealed" in clear:
        found["recipient_key"] = vault.index(clear["recipient_sealed"].casefold(), "message-recipient")
    return found


# --- keys of files ---


async def _wrap_anew(table: Any, columns: tuple[str, ...]) -> tuple[int, int]:
    """(keys wrapped anew, rows whose key does not open). The files themselves stay as they are."""
    done = failed = after = 0
    while (
        rows := await table.select(table.id, *(getattr(table, name) for name in columns))
        .where((table.id > after) & (table.blob != ""))
        .order_by(table.id)
        .limit(_STEP)
    ):
        after = rows[-1]["id"]
        async with transaction():
            for row in rows:
                old = {n: row[n] for n in columns if row[n] and row[n][0] != kit().vault.version}
                if not old:
                    continue
                try:
                    values = {name: kit().vault.wrap(kit().vault.unwrap(key)) for name, key in old.items()}
                except SealBroken:
                    failed += 1
                    continue
                await table.update(values).where(table.id == row["id"])
                done += len(values)
    return done, failed


async def _forget_keyed() -> int:
    """What was hashed with the old key and cannot be computed anew: recovery codes, and counts of wrong tries."""
    async with transaction():
        await Misses.delete(force=True)
        return len(await RecoveryCode.delete(force=True).returning(RecoveryCode.id))
