"""Files that arrive piece by piece, sealed from the first byte and continued where the line was cut [P5].

One file each, `<folder>/<first two digits of the id>/<id>`, 0600: "LOKU" and the version of the format, the
file's key as the vault wraps it, then records. A record is the length of what is sealed in it (4 bytes), its
kind (1), a nonce (12), and the sealed bytes with their tag; id, number and kind are authenticated with them.
The first record says what the file is, the others are its content in order, each as long as what had come when
it was written. So its size is what lies on the disk, and no counter beside it can ever say otherwise.

Each record is on the disk before the next is begun: a crash can only harm the last, which is cut off when the
file is opened again. A piece that counts whole or not at all (it has a checksum) is written as open records and
a closing one; open records that nothing closes are cut off as well.

Everything here blocks: call it from a thread. Two processes may have one file open; who finds that it changed
under his hands gets TakenOver and writes nothing.
"""

import fcntl
import io
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from components.storage import Damaged, FileGone, make_folder, place
from components.vault import SealBroken, Vault, sync_folder

LARGEST_RECORD = 1024 * 1024
_MAGIC = b"LOKU\x01"
_WRAPPED = 41
_START = len(_MAGIC) + _WRAPPED
_HEAD = struct.Struct(">IB12s")
_TAG = 16
_WHOLE, _OPEN = 0, 1


class TakenOver(Exception):
    """Another request has written to the file, or ended it, since it was opened."""


@dataclass(frozen=True)
class _Record:
    """Where a record begins on the disk, and how much is sealed in it."""

    at: int
    length: int
    kind: int

    @property
    def end(self) -> int:
        return self.at + _HEAD.size + self.length + _TAG


@dataclass(frozen=True)
class Known:
    """What is known of a file without reading its content."""

    id: str
    told: bytes
    touched: datetime


class Partials:
    """The folder in which they lie."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def put(self, file_id: str, told: bytes, at: datetime) -> None:
        """Begin a file of which only `told` is known; one that was there under this id is gone with its content.

        When this returns it survives a power cut. file_id: 32 hex digits. at: counts as its last change.
        """
        path = place(self._folder, file_id)
        make_folder(path.parent)
        key = AESGCM.generate_key(256)
        first = bytearray(_HEAD.size + len(told) + _TAG)
        record = _seal_into(first, AESGCM(key), file_id, 0, _WHOLE, told)
        content = b"".join([_MAGIC, self._vault.wrap(key), record])
        new = path.with_name(f"{file_id}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                _write(descriptor, memoryview(content), 0, at)
            finally:
                os.close(descriptor)
            new.replace(path)
        except BaseException:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def open(self, file_id: str) -> "Partial":
        """Open a file to go on with it. Raises FileGone; Damaged when not even what it is can be read."""
        path = place(self._folder, file_id)
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            except FileNotFoundError:
                raise FileGone("no such upload") from None
            try:
                return Partial(descriptor, file_id, self._vault)
            except TakenOver:  # put() or remove() came between
                os.close(descriptor)
            except BaseException:
                os.close(descriptor)
                raise

    def remove(self, file_id: str) -> None:
        """Remove a file; no error when it is gone already."""
        path = place(self._folder, file_id)
        with suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)

    def wrap_anew(self) -> int:
        """Wrap the keys of all files with the vault's newest key; of how many. Nobody else may write meanwhile."""
        count = 0
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            with path.open("r+b", buffering=0) as file:
                start = file.read(_START)
                if len(start) < _START or start[len(_MAGIC)] == self._vault.version:
                    continue
                with suppress(SealBroken):
                    wrapped = self._vault.wrap(self._vault.unwrap(start[len(_MAGIC) :]))
                    os.pwrite(file.fileno(), wrapped, len(_MAGIC))
                    os.fsync(file.fileno())
                    count += 1
        return count

    def beginning_with(self, prefix: str) -> list[Known]:
        """The files whose id begins so (two hex digits at least), the one touched longest ago first."""
        found = []
        for path in (self._folder / prefix[:2]).glob(f"{prefix}*"):
            with suppress(FileGone, Damaged, FileNotFoundError):
                found.append(self._known(path.name, path))
        return sorted(found, key=lambda one: one.touched)

    def _known(self, file_id: str, path: Path) -> Known:
        place(self._folder, file_id)  # raises FileGone for the leftovers of put()
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            cipher = _cipher(descriptor, self._vault)
            return Known(file_id, _opened(descriptor, cipher, file_id, 0, _START), _touched(descriptor))
        finally:
            os.close(descriptor)

    def sweep(self, untouched_since: datetime) -> int:
        """Remove the files that nobody has touched since, and leftovers of that age; how many."""
        removed = 0
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < untouched_since.timestamp():
                    path.unlink()
                    removed += 1
        return removed


class Partial:
    """One such file, open; close() it. Of one process, one thread at a time may use it.

    told: what put() was given. size: bytes of content, all on the disk. touched: when it last changed.
    """

    def __init__(self, descriptor: int, file_id: str, vault: Vault) -> None:
        self._file = descriptor
        self._id = file_id
        self._sealing = bytearray()
        """For the next record; kept, because memory asked for anew each time costs more than the sealing."""
        with self._locked():
            self._cipher = _cipher(descriptor, vault)
            self._records = list(_records(descriptor))
            self._cut_what_does_not_open()
            if not self._records:
                raise Damaged(f"upload {file_id} does not open")
            self.told = self._read(0)
            self._cut_what_is_not_closed()
            self._truncate()
            # What a process wrote and was killed before it could sync is about to be called safe.
            os.fsync(descriptor)
        self.touched = _touched(descriptor)

    @property
    def size(self) -> int:
        return sum(record.length for record in self._records[1:])

    @property
    def mark(self) -> int:
        """The present end, for cut_back()."""
        return len(self._records)

    def append(self, content: bytes | memoryview, at: datetime, *, closes: bool = True) -> None:
        """Seal the next bytes of the content; on the disk when this returns. At most LARGEST_RECORD.

        closes=False: they count once a later record closes them. Raises TakenOver; on any OSError (a full disk)
        the file is as it was before.
        """
        if len(content) > LARGEST_RECORD:
            raise ValueError("too much for one record")
        kind = _WHOLE if closes else _OPEN
        with self._mine():
            record = _Record(self._end, len(content), kind)
            if len(self._sealing) < record.end - record.at:
                self._sealing = bytearray(record.end - record.at)
            sealed = _seal_into(self._sealing, self._cipher, self._id, len(self._records), kind, content)
            try:
                _write(self._file, sealed, record.at, at)
            except OSError:
                with suppress(OSError):
                    self._truncate()
                raise
            self._records.append(record)
        self.touched = at

    def cut_back(self, mark: int) -> None:
        """Take out what was appended since `mark` was read. Raises TakenOver."""
        with self._mine():
            del self._records[mark:]
            self._truncate()
            os.fsync(self._file)

    def content(self) -> bytes:
        """The whole content; every record is authenticated. Raises Damaged."""
        whole = io.BytesIO()
        for number in range(1, len(self._records)):
            whole.write(self._read(number))
        return whole.getvalue()

    def close(self) -> None:
        os.close(self._file)

    @property
    def _end(self) -> int:
        return self._records[-1].end

    def _read(self, number: int) -> bytes:
        return _opened(self._file, self._cipher, self._id, number, self._records[number].at)

    def _cut_what_does_not_open(self) -> None:
        while self._records:
            try:
                self._read(len(self._records) - 1)
            except Damaged:
                self._records.pop()
            else:
                return

    def _cut_what_is_not_closed(self) -> None:
        while self._records[-1].kind == _OPEN:
            self._records.pop()

    def _truncate(self) -> None:
        """Let the file end where its records do. That is no sign of life: when it last changed stays as it was."""
        before = os.fstat(self._file)
        if before.st_size != self._end:
            os.ftruncate(self._file, self._end)
            os.utime(self._file, ns=(before.st_mtime_ns, before.st_mtime_ns))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else changes the file meanwhile, and it is still the one of its name."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            if os.fstat(self._file).st_nlink == 0:
                raise TakenOver
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    @contextmanager
    def _mine(self) -> Iterator[None]:
        with self._locked():
            if os.fstat(self._file).st_size != self._end:
                raise TakenOver
            yield


def _cipher(descriptor: int, vault: Vault) -> AESGCM:
    start = os.pread(descriptor, _START, 0)
    if len(start) < _START or not start.startswith(_MAGIC):
        raise Damaged("not an upload")
    try:
        return AESGCM(vault.unwrap(start[len(_MAGIC) :]))
    except SealBroken as broken:
        raise Damaged("the key of an upload does not open") from broken


def _records(descriptor: int) -> Iterator[_Record]:
    """The records as far as their lengths lead; whether they open is not looked at."""
    size = os.fstat(descriptor).st_size
    at = _START
    while at + _HEAD.size + _TAG <= size:
        length, kind, _ = _HEAD.unpack(os.pread(descriptor, _HEAD.size, at))
        record = _Record(at, length, kind)
        if length > LARGEST_RECORD or record.end > size:
            return
        yield record
        at = record.end


def _seal_into(
    buffer: bytearray, cipher: AESGCM, file_id: str, number: int, kind: int, content: bytes | memoryview
) -> memoryview:
    """Make a record at the beginning of the buffer, which must have room for it; that part is returned."""
    nonce = secrets.token_bytes(12)
    record = memoryview(buffer)[: _HEAD.size + len(content) + _TAG]
    _HEAD.pack_into(record, 0, len(content), kind, nonce)
    cipher.encrypt_into(nonce, content, _bound(file_id, number, kind), record[_HEAD.size :])
    return record


def _opened(descriptor: int, cipher: AESGCM, file_id: str, number: int, at: int) -> bytes:
    try:
        length, kind, nonce = _HEAD.unpack(os.pread(descriptor, _HEAD.size, at))
        if length > LARGEST_RECORD:
            raise Damaged(f"upload {file_id} does not open")
        sealed = os.pread(descriptor, length + _TAG, at + _HEAD.size)
        return cipher.decrypt(nonce, sealed, _bound(file_id, number, kind))
    except (InvalidTag, struct.error, ValueError) as error:
        raise Damaged(f"upload {file_id} does not open") from error


def _bound(file_id: str, number: int, kind: int) -> bytes:
    return f"loket/upload/{file_id}/{number}/{kind}".encode()


def _write(descriptor: int, rest: memoryview, offset: int, at: datetime) -> None:
    """Write all of it and make it durable. The service's own time is kept with it, for it may be set ahead."""
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
    os.utime(descriptor, (at.timestamp(), at.timestamp()))
    os.fsync(descriptor)


def _touched(descriptor: int) -> datetime:
    return datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
