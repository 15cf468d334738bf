"""Photos and PDFs that people send, opened in a limited child process and made anew [R2, P12].

What comes out is a plain JPEG per page: upright, at most 2,400 pixels long, without place, date, device,
comment or anything else that was in the file. What was sent is never shown to anybody. See picture_worker.py for the
child; this module starts it, feeds it, and does not believe it either: answers are checked for their shape.
"""

import asyncio
import contextlib
import hashlib
import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TypeVar

from components.refusals import Refused

_T = TypeVar("_T")

CHILDREN = 2
JOBS_PER_CHILD = 50
WALL_SECONDS = 20.0
MAX_WAITING = 40
"""Mostly looks of officers, of some 700 KB: whole uploads are let in CHILDREN at a time."""
LONG_SIDE = 2400
MAX_DOCUMENT = 40 * 1024 * 1024
_MAX_ANSWER = 64 * 1024 * 1024
_MAX_PARTS = 1 + 2 * 20
_WORKER = Path(__file__).with_name("picture_worker.py")
_ENVIRONMENT = {  # and nothing of ours: no addresses, no secrets
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    # Every picture asks for the same few blocks of 10 MB. Giving them back each time cost 12 ms of page faults.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(96 * 1024 * 1024),
}


class Reason(StrEnum):
    """Why a document cannot be taken."""

    EMPTY = "empty"
    KIND = "kind"
    CUT = "cut"
    PIXELS = "pixels"
    PAGES = "pages"
    PAPER = "paper"
    LOCKED = "locked"
    SMALL = "small"
    DAMAGED = "damaged"
    HEIC = "heic"
    HEAVY = "heavy"


MESSAGES = {
    Reason.EMPTY: "Fail ini kosong. Pilih fail lain, atau foto lagi.",
    Reason.KIND: "Fail ini bukan foto atau PDF. Pilih foto JPG, PNG, WebP atau HEIC, atau PDF.",
    Reason.CUT: "Fail ini terpotong, mungkin karena internet putus. Kirim lagi.",
    Reason.PIXELS: "Gambar ini terlalu besar untuk kami buka. Pilih ukuran foto yang lebih kecil di kamera, "
    "misalnya 12 megapiksel. Lalu foto lagi.",
    Reason.PAGES: "PDF ini lebih dari 20 halaman. Kirim hanya halaman yang diminta.",
    Reason.PAPER: "Ukuran halaman PDF ini tidak wajar. Pindai lagi dengan kertas A4, atau kirim fotonya.",
    Reason.LOCKED: "PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, atau kirim fotonya.",
    Reason.SMALL: "Gambar ini terlalu kecil untuk dibaca. Foto lagi dari dekat.",
    Reason.DAMAGED: "Fail ini rusak dan tidak dapat dibuka. Foto lagi, lalu kirim.",
    Reason.HEIC: "Foto HEIC ini tidak dapat dibuka. Di iPhone, buka Pengaturan, Kamera, Format, "
    "pilih Paling Kompatibel. Lalu foto lagi.",
    Reason.HEAVY: "Fail ini terlalu berat untuk kami buka. Foto lagi dengan kamera, lalu kirim.",
}


class Unreadable(Refused):
    """The document cannot be taken; the message says why and what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(MESSAGES[reason])
        self.reason = reason


class ReaderBusy(Refused):
    """Too many documents are waiting to be opened."""

    def __init__(self) -> None:
        super().__init__(
            "Sedang banyak foto yang kami periksa. Fail Anda belum diterima. Kirim lagi satu menit lagi."
        )


class ReaderDown(Refused):
    """The child process cannot be started or never answers rightly. The document is not to blame.

    why: for the log.
    """

    def __init__(self, why: str = "") -> None:
        super().__init__("Ada gangguan di sistem kami, bukan di HP Anda. Coba kirim lagi 5 menit lagi.")
        self.add_note(why)


@dataclass(frozen=True)
class Page:
    """A page made safe.

    jpeg: at most 2,400 pixels long, `width` x `height` as shown. thumbnail: JPEG of at most 320 pixels.
    sharpness 0-100, brightness 0-255. flags: of "blurred", "dark", "glare", "small"; warnings, never refusals.
    """

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    sharpness: int
    brightness: int
    flags: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """How a picture is made for the screen: a WebP at most `longest` pixels long (64 to 2,400).

    quality: 1-100; less is used where the picture would be more than `most` bytes, down to half of it.
    """

    longest: int
    quality: int
    most: int

    def __post_init__(self) -> None:
        if not 64 <= self.longest <= LONG_SIDE:
            raise ValueError(f"longest is from 64 to {LONG_SIDE} pixels")


@dataclass(frozen=True)
class Reading:
    """A document that was opened. kind: jpeg, png, webp, heic or pdf. sha256: of what was sent, 64 hex digits."""

    pages: tuple[Page, ...]
    kind: str
    sha256: str


class _ChildLost(Exception):
    """The child ended before it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the child ended with {status}")
        self.status = status


class _Child:
    """One worker process and its pipes. Used by one thread at a time."""

    def __init__(self) -> None:
        self.jobs = 0
        self.process = subprocess.Popen(  # noqa: S603 (our own file, run by our own Python)
            [sys.executable, "-I", "-B", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,  # Ctrl-C at the terminal is for the service, which ends its children itself
        )

    def ask(self, job: list[bytes], wall_seconds: float) -> list[bytes]:
        """Send a job and wait for its answer. Raises _ChildLost when it dies or has to be killed."""
        self.jobs += 1
        alarm = threading.Timer(wall_seconds, self.process.kill)
        alarm.start()
        try:
            assert self.process.stdin is not None and self.process.stdout is not None  # noqa: S101, PT018
            _send(self.process.stdin, job)
            return _receive(self.process.stdout)
        except (OSError, EOFError):
            raise _ChildLost(self.stop()) from None
        finally:
            alarm.cancel()

    def stop(self) -> int:
        """End the process, close its pipes and return its exit status (negative: the signal that ended it)."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            return self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class PictureReader:
    """Opens documents in at most `children` processes at once, each replaced after `jobs_per_child` jobs.

    No process runs before the first document comes, and an idle one ends by itself after a minute.
    """

    def __init__(
        self,
        children: int = CHILDREN,
        jobs_per_child: int = JOBS_PER_CHILD,
        wall_seconds: float = WALL_SECONDS,
    ) -> None:
        self._children = children
        self._jobs_per_child = jobs_per_child
        self._wall_seconds = wall_seconds
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._waiting = 0

    async def read(self, data: bytes) -> Reading:
        """See `read_document`."""
        return await self._in_thread(lambda: self._read(data))

    async def show(self, jpeg: bytes, view: View | None, text: str = "") -> bytes:
        """See `show`."""
        line = "".join(c if c.isprintable() else " " for c in text)[:200].encode("utf-8", "replace")
        wanted = b"%d %d %d" % ((view.longest, view.quality, view.most) if view else (0, 0, 0))
        return await self._in_thread(lambda: self._ask([b"show", jpeg, line, wanted], _shown))

    def close(self) -> None:
        """End the processes. The reader may be used again, it starts new ones."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
        while not self._idle.empty():
            self._idle.get_nowait().stop()

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        if self._waiting >= MAX_WAITING:
            raise ReaderBusy
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._children, thread_name_prefix="pictures")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def _read(self, data: bytes) -> Reading:
        if len(data) > MAX_DOCUMENT:
            raise Unreadable(Reason.HEAVY)
        sha256 = hashlib.sha256(data).hexdigest()
        return self._ask([b"read", data], lambda parts: _reading(parts, sha256))

    def _ask(self, job: list[bytes], understand: Callable[[list[bytes]], _T]) -> _T:
        """Have a child do the job; keep the child only if all went well or the document was plainly refused."""
        for _ in range(3):
            child = self._child()
            try:
                result = understand(child.ask(job, self._wall_seconds))
            except _ChildLost as lost:
                if lost.status == 0:  # it was idle for a minute and left just now
                    continue
                spent = lost.status in (-signal.SIGXCPU, -signal.SIGKILL)
                raise Unreadable(Reason.HEAVY if spent else Reason.DAMAGED) from None
            except Unreadable as refusal:
                self._give_back(child, sound=refusal.reason not in (Reason.DAMAGED, Reason.HEAVY))
                raise
            except (ValueError, TypeError, KeyError, IndexError) as error:
                self._give_back(child, sound=False)
                raise ReaderDown("the child gave an answer without sense") from error
            self._give_back(child, sound=True)
            return result
        raise ReaderDown("the child process ends at once whenever it is started")

    def _child(self) -> _Child:
        while True:
            try:
                child = self._idle.get_nowait()
            except queue.Empty:
                return _start()
            if child.process.poll() is None:
                return child
            child.stop()

    def _give_back(self, child: _Child, *, sound: bool) -> None:
        if sound and child.jobs < self._jobs_per_child:
            self._idle.put(child)
        else:
            child.stop()


_reader = PictureReader()


async def read_document(data: bytes) -> Reading:
    """Open a photo (JPEG, PNG, WebP, HEIC) or PDF of at most 20 pages and make its pages anew [R2, P5, P12].

    The content alone decides what it is. Raises Unreadable with one message per cause, ReaderBusy when too many
    wait, ReaderDown when the fault is ours. Takes some 60 ms per photo of 12 megapixels, off the event loop.
    """
    return await _reader.read(data)


async def show(jpeg: bytes, view: View | None, text: str = "") -> bytes:
    """Make a stored picture ready to be looked at: as light as `view` says, or at its full size as a JPEG.

    text: one line, at most 200 characters, drawn faintly all over it: "Hanya untuk permohonan KTP-el Kec. Krian
    <nomor> <tanggal> <petugas>", so that what an officer sees or saves names its purpose and reader [P6].
    Errors as `read_document`.
    """
    return await _reader.show(jpeg, view, text)


def close() -> None:
    """End the child processes; for the end of the service and of tests."""
    _reader.close()


def _start() -> _Child:
    try:
        return _Child()
    except OSError as error:
        raise ReaderDown("the child process cannot be started") from error


def _send(pipe: IO[bytes], parts: list[bytes]) -> None:
    pipe.write(len(parts).to_bytes(4, "big"))
    for part in parts:
        pipe.write(len(part).to_bytes(4, "big"))
        pipe.write(part)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> list[bytes]:
    """Read an answer. Raises EOFError when it stops early or is longer than any true answer."""
    count, left = int.from_bytes(_exactly(pipe, 4), "big"), _MAX_ANSWER
    if count > _MAX_PARTS:
        raise EOFError
    parts = []
    for _ in range(count):
        size = int.from_bytes(_exactly(pipe, 4), "big")
        left -= size
        if left < 0:
            raise EOFError
        parts.append(_exactly(pipe, size))
    return parts


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content


def _told(parts: list[bytes]) -> dict[str, object]:
    told = json.loads(parts[0])
    if "reason" in told:
        raise Unreadable(Reason(told["reason"]))
    if not all(
        part.startswith(b"\xff\xd8\xff") or part[:4] + part[8:12] == b"RIFFWEBP" for part in parts[1:]
    ):
        raise ValueError("neither JPEG nor WebP")
    return dict(told)


def _reading(parts: list[bytes], sha256: str) -> Reading:
    told = _told(parts)
    pages = told["pages"]
    if not isinstance(pages, list) or not pages or len(parts) != 1 + 2 * len(pages):
        raise ValueError("pages and pictures do not match")
    return Reading(
        pages=tuple(
            Page(
                jpeg=parts[1 + 2 * number],
                thumbnail=parts[2 + 2 * number],
                width=int(page["width"]),
                height=int(page["height"]),
                sharpness=int(page["sharpness"]),
                brightness=int(page["brightness"]),
                flags=tuple(str(flag) for flag in page["flags"]),
            )
            for number, page in enumerate(pages)
        ),
        kind=str(told["kind"]),
        sha256=sha256,
    )


def _shown(parts: list[bytes]) -> bytes:
    _told(parts)
    return parts[1]
