"""Scans at rest: one sealed file each, opened only with its own key, which is kept elsewhere, wrapped.

A file lies in `<folder>/<first two digits of the id>/<id>`: a header of 12 bytes ("LOKT", the version of
the format, 7 random bytes that begin every nonce), then the content in chunks of 64 KiB, each sealed with
AES-256-GCM. The nonce goes on with the chunk's number and a flag on the last one, and id and owner are
authenticated with each: flipped bits, swapped chunks, a cut tail, another file's content or another owner
are all noticed.

The person's file name, kind and size are never part of a path. Nothing is ever written in clear.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from components.refusals import Refused
from components.vault import SealBroken, Vault, sync_folder

CHUNK = 64 * 1024
SEALED_CHUNK = CHUNK + 16
HAND_OVER = 4 * CHUNK  # bytes gathered before a thread is asked to seal and write them
MEGABYTE = 1024 * 1024
_MAGIC = b"LOKT\x01"
_PREFIX_BYTES = 7
_HEADER_BYTES = len(_MAGIC) + _PREFIX_BYTES
_ID = re.compile(r"[0-9a-f]{32}")
_INCOMING = "incoming"


class StorageError(Exception):
    """A scan cannot be kept or given back."""


class FileGone(StorageError):
    """There is no file with this id (any more)."""


class Damaged(StorageError):
    """The file on disk is not what was stored, or key and owner given are not its own. Ask for it again."""


class NoRoom(StorageError, Refused):
    """The disk is too full to take this. The words are for the applicant; the operator must make room."""

    def __init__(self) -> None:
        super().__init__("Tempat penyimpanan kami sedang penuh. Isian Anda aman. Coba kirim lagi nanti.")


@dataclass(frozen=True)
class StoredFile:
    """What to remember about a stored file: all of it is needed to read it again.

    size: bytes of the content. sha256: of the content, 64 hex digits.
    """

    id: str
    wrapped_key: bytes
    size: int
    sha256: str


class Store:
    """The folder of sealed scans. Works on any local file system; files are 0600, folders 0700.

    keep_free_share and keep_free_bytes: what `ensure_room` leaves free on the disk, whichever is more.
    """

    def __init__(
        self,
        folder: Path,
        vault: Vault,
        keep_free_share: float = 0.10,
        keep_free_bytes: int = 200 * MEGABYTE,
    ) -> None:
        self._folder = folder
        self._vault = vault
        self._keep_free_share = keep_free_share
        self._keep_free_bytes = keep_free_bytes

    async def put(self, data: bytes, owner: str) -> StoredFile:
        """Store `data` for `owner` (any text naming whose it is; it must be given again to read).

        When this returns, the file survives a power cut. Raises NoRoom when the disk is full.
        """
        async with self.open_incoming(owner) as incoming:
            await incoming.write(data)
            return await incoming.finish()

    def open_incoming(self, owner: str) -> "Incoming":
        """Return a writer that seals while the content arrives, with flat memory; see `Incoming`."""
        return Incoming(self._folder, self._vault, owner)

    async def get(self, file_id: str, wrapped_key: bytes, owner: str) -> bytes:
        """Return the whole content. Raises FileGone or Damaged; never returns content that was not stored."""
        path = self._path(file_id)
        try:
            key = self._vault.unwrap(wrapped_key)
        except SealBroken as error:
            raise Damaged(f"the key of file {file_id} does not open") from error
        return await asyncio.to_thread(_read, path, key, _bound(file_id, owner))

    async def delete(self, file_id: str) -> None:
        """Remove the file; no error when it is gone already. Forget its wrapped key as well."""
        await asyncio.to_thread(_remove, self._path(file_id))

    async def sweep(self, known: Collection[str], older_than: datetime, beginning: str = "") -> list[str]:
        """Remove files that no row refers to and writers' leftovers, both last written before `older_than`.

        `known` are the ids of all rows, read before this call; `older_than` (aware) leaves alone what is
        being stored while its row is not committed yet. beginning: two hex digits, to look only at ids that
        begin so. Returns the ids removed.
        """
        if older_than.tzinfo is None:
            raise ValueError("older_than needs a time zone")
        return await asyncio.to_thread(
            _sweep, self._folder, frozenset(known), older_than.timestamp(), beginning
        )

    def ensure_room(self, size: int) -> None:
        """Raise NoRoom when storing `size` bytes would leave less free than the store is to keep free."""
        place = self._folder
        while not place.exists():
            place = place.parent
        disk = shutil.disk_usage(place)
        if disk.free - size < max(disk.total * self._keep_free_share, self._keep_free_bytes):
            raise NoRoom

    def _path(self, file_id: str) -> Path:
        return place(self._folder, file_id)


class Incoming:
    """A file on its way in. Use as `async with`: what was not finished by its end is removed.

    One task at a time may use it. `id` and `size` (bytes so far) may be read at any moment.
    """

    def __init__(self, folder: Path, vault: Vault, owner: str) -> None:
        self.id = secrets.token_hex(16)
        self.size = 0
        self._place = place(folder, self.id)
        self._part = folder / _INCOMING / f"{self.id}.part"
        key = AESGCM.generate_key(256)
        self._wrapped_key = vault.wrap(key)
        self._sealer = _Sealer(key, secrets.token_bytes(_PREFIX_BYTES), _bound(self.id, owner))
        self._sha256 = hashlib.sha256()
        self._waiting = bytearray()
        self._file: BinaryIO | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.abort()

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes of the content, any number. Raises NoRoom when the disk is full."""
        if self._closed:
            raise ValueError("this file is finished or given up")
        self._waiting += chunk
        self.size += len(chunk)
        if len(self._waiting) > HAND_OVER:
            await self._in_thread(self._seal_full_chunks)

    async def finish(self) -> StoredFile:
        """Seal the rest and make the file durable: content, name and folder are on disk when this returns."""
        if self._closed:
            raise ValueError("this file is finished or given up")
        await self._in_thread(self._complete)
        self._closed = True
        return StoredFile(self.id, self._wrapped_key, self.size, self._sha256.hexdigest())

    async def abort(self) -> None:
        """Give the file up and remove what was written of it. Does nothing after `finish`."""
        if not self._closed:
            self._closed = True
            await _to_the_end(self._discard)

    async def _in_thread(self, work: Callable[[], None]) -> None:
        """Do a step on the disk. One that fails ends the file: nobody can go on from half a step."""
        try:
            await _to_the_end(work)
        except OSError as error:
            await self.abort()
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoRoom from error
            raise
        except BaseException:
            await self.abort()
            raise

    def _seal_full_chunks(self) -> None:
        """Seal all but the last chunk's worth: only at the end is it known which chunk is the last."""
        count = (len(self._waiting) - 1) // CHUNK
        self._append(bytes(self._waiting[: count * CHUNK]), last=False)
        del self._waiting[: count * CHUNK]

    def _complete(self) -> None:
        if len(self._waiting) > CHUNK:
            self._seal_full_chunks()
        self._append(bytes(self._waiting), last=True)
        self._waiting.clear()
        file = self._opened()
        file.flush()
        os.fsync(file.fileno())
        file.close()
        make_folder(self._place.parent)
        self._part.rename(self._place)
        sync_folder(self._place.parent)

    def _append(self, content: bytes, *, last: bool) -> None:
        self._sha256.update(content)
        self._opened().write(self._sealer.seal(content, last=last))

    def _opened(self) -> BinaryIO:
        if self._file is None:
            make_folder(self._part.parent)
            self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
            self._file.write(_MAGIC + self._sealer.prefix)
        return self._file

    def _discard(self) -> None:
        self._waiting.clear()
        if self._file is not None:
            with contextlib.suppress(OSError):  # closing flushes, and a full disk refuses that too
                self._file.close()
            self._part.unlink(missing_ok=True)


class _Sealer:
    """Seals chunk after chunk of one file."""

    def __init__(self, key: bytes, prefix: bytes, bound: bytes) -> None:
        self.prefix = prefix
        self._cipher = AESGCM(key)
        self._bound = bound
        self._number = 0

    def seal(self, content: bytes, *, last: bool) -> bytes:
        """Seal `content` in chunks; with `last` its final chunk, which may be empty, ends the file."""
        chunks = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)] or [b""]
        sealed = bytearray()
        for at, chunk in enumerate(chunks):
            nonce = _nonce(self.prefix, self._number, last=last and at == len(chunks) - 1)
            sealed += self._cipher.encrypt(nonce, chunk, self._bound)
            self._number += 1
        return bytes(sealed)


async def _to_the_end(work: Callable[[], None]) -> None:
    """Run `work` in a thread. When cancelled, wait for its end first: no two threads touch one file."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report it as forgotten
        raise


def _read(path: Path, key: bytes, bound: bytes) -> bytes:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise FileGone(f"no file {path.name}") from error
    if len(raw) < _HEADER_BYTES + 16 or not raw.startswith(_MAGIC):
        raise Damaged(f"file {path.name} has no header")
    prefix = raw[len(_MAGIC) : _HEADER_BYTES]
    cipher = AESGCM(key)
    starts = range(_HEADER_BYTES, len(raw), SEALED_CHUNK)
    content = bytearray()
    try:
        for number, start in enumerate(starts):
            nonce = _nonce(prefix, number, last=number == len(starts) - 1)
            content += cipher.decrypt(nonce, raw[start : start + SEALED_CHUNK], bound)
    except (InvalidTag, ValueError) as error:
        raise Damaged(f"file {path.name} does not open") from error
    return bytes(content)


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _bound(file_id: str, owner: str) -> bytes:
    return f"loket/scan/{file_id}/{owner}".encode()


def place(folder: Path, file_id: str) -> Path:
    """Where the file lies. An id that we never gave out leads nowhere, least of all out of the folder."""
    if not _ID.fullmatch(file_id):
        raise FileGone("not an id of the store")
    return folder / file_id[:2] / file_id


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
        sync_folder(path.parent)


def _sweep(folder: Path, known: frozenset[str], before: float, beginning: str) -> list[str]:
    removed = []
    stored = folder.glob(f"{beginning or '[0-9a-f][0-9a-f]'}/*")
    for path in [*stored, *folder.glob(f"{_INCOMING}/{beginning}*.part")]:
        file_id = path.stem
        with contextlib.suppress(FileNotFoundError):
            if _ID.fullmatch(file_id) and file_id not in known and path.stat().st_mtime < before:
                _remove(path)
                removed.append(file_id)
    return removed


def make_folder(folder: Path) -> None:
    """Create the folder and those above it, each 0700 and durable."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
