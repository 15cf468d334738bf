"""Uploads that survive a weak line: begun once, cut as often as it likes, continued where they stopped [P5, P7].

What tus 1.0.0 asks of a server, without its HTTP (routes/uploads.py). The offset told to a client is what lies on
the disk, sealed and synced (components/partials.py), never a count kept elsewhere. The last byte hands the whole
to documents.receive(); what became of it is remembered for 48 hours, for the answer may get lost.

There is no table: a row could only repeat, late, what the file says itself, and would cost a write of the database
for every piece of every photo.
"""

import asyncio
import errno
import hashlib
import json
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from weakref import WeakKeyDictionary

from components import casework, corrections, documents, pictures, turns
from components.actors import Actor
from components.kit import kit
from components.partials import LARGEST_RECORD, Partial, Partials, TakenOver
from components.refusals import Missing, Refused
from components.storage import Damaged, FileGone, NoRoom
from components.turns import MadeWay, Turn
from components.wishes import refuse_unless_open, requirements
from models.application import Application
from models.engines.waiting import to_the_end
from models.rules.catalogue import DocumentKind
from models.rules.identity import Invalid, parse_number
from models.rules.workflow import State

log = logging.getLogger("loket.uploads")

T = TypeVar("T")

LARGEST = 20 * 1000 * 1000
"""Bytes of one upload."""
KEPT = timedelta(hours=48)
"""How long an unfinished upload waits for its next byte, and how long it is remembered what became of one."""
MOST_OPEN = 6
"""Unfinished uploads of one application; a new one takes the place of the one left alone the longest."""
PIECE = 256 * 1024
SAVE_WITHIN = 1.0
"""No more than PIECE bytes, and none for more than this many seconds, wait in memory to be saved."""
STALLED = 60.0
"""Seconds without a byte after which a request ends. There is no limit on how long one may take."""

ALGORITHMS = ("sha1", "sha256")
"""Of checksums."""

Source = Callable[[], Awaitable[bytes | None]]
"""Gives the next bytes of a request's body, None after the last. Raises LineCut. May be cancelled and asked again."""


class LineCut(Exception):
    """The client went away before the end of the body. What it sent is kept."""


class Stalled(Exception):
    """No byte came for STALLED seconds. What came before is kept."""


class Conflict(Exception):
    """The client is wrong about how much is here. offset: the truth."""

    def __init__(self, offset: int) -> None:
        super().__init__("the offset differs")
        self.offset = offset


class TooLong(Exception):
    """More than may come, or than was announced. Nothing of it was kept."""


class WrongSum(Exception):
    """The piece is not what its checksum says. Nothing of it was kept."""


class NotNow(Refused):
    """The fault is ours and passes; everything sent is kept. The same again later will do."""


class Rejected(Refused):
    """What was sent cannot be taken, whatever is done: the words say why. The upload is over."""


@dataclass(frozen=True)
class Ticket:
    """What was announced when the upload began, and what became of it.

    metadata: the client's own header, given back as it was. outcome: None while it is under way, empty once it was
    taken, else the words with which it was refused.
    """

    number: str
    kind: DocumentKind
    length: int
    filename: str = ""
    replace: bool = False
    metadata: str = ""
    outcome: str | None = None


@dataclass(frozen=True)
class Upload:
    """An upload as it stands. offset: bytes that are safe. expires_at: when it is forgotten if nothing more comes."""

    id: str
    ticket: Ticket
    offset: int
    expires_at: datetime

    @property
    def full(self) -> bool:
        """Whether every byte is here and nothing has become of it yet: finish() it."""
        return self.ticket.outcome is None and self.offset == self.ticket.length


@dataclass(frozen=True)
class Checksum:
    """What one piece shall amount to. algorithm: of ALGORITHMS."""

    algorithm: str
    digest: bytes


# --- beginning and ending ---


async def begin(ticket: Ticket, by: Actor, now: datetime) -> Upload:
    """A new upload, which survives a power cut when this returns.

    Raises Missing when the application is not this actor's or needs no such document, Overtaken when it is not a
    draft or returned, TooLong, Rejected for an empty file, NoRoom.
    """
    try:
        application = await casework.find(parse_number(ticket.number), by)
    except Invalid:
        raise Missing from None
    refuse_unless_open(application, by)
    if ticket.kind not in requirements(application):
        raise Missing
    if ticket.length > LARGEST:
        raise TooLong
    if ticket.length == 0:
        raise Rejected(pictures.MESSAGES[pictures.Reason.EMPTY])
    ticket = replace(ticket, number=application.number)
    prefix = _prefix(application)
    upload_id = prefix + secrets.token_hex(12)

    def put() -> None:
        kit().store.ensure_room(ticket.length)
        _drop_surplus(prefix)
        _partials().put(upload_id, _told(ticket), now)

    await _on_disk(put)
    return Upload(upload_id, ticket, 0, now + KEPT)


def _prefix(application: Application) -> str:
    """How the ids of an application's uploads begin, so that they are found without a table."""
    return kit().vault.index(application.number, "upload")[:8]


def _drop_surplus(prefix: str) -> None:
    """Let the unfinished uploads that were left alone the longest go, so that one more is not too many.

    Never a dead end: on a line that loses answers a phone begins again and again.
    """
    known = [one for one in _partials().beginning_with(prefix) if _ticket(one.told).outcome is None]
    for one in known[: max(0, len(known) - MOST_OPEN + 1)]:
        _partials().remove(one.id)


async def look(upload_id: str, by: Actor, now: datetime) -> Upload:
    """The upload as it stands; a request that is sending to it ends, so that the offset stays true.

    Raises Missing: unknown, expired, or of an application that is not this actor's.
    """
    async with turns.turn(upload_id), _opened(upload_id, by, now) as (_, upload, _):
        return upload


async def remove(upload_id: str, by: Actor, now: datetime) -> None:
    """Forget an upload; a document that was made of it stays. Raises Missing as look() does."""
    async with turns.turn(upload_id):
        async with _opened(upload_id, by, now):
            pass
        await _on_disk(lambda: _partials().remove(upload_id))


async def sweep(now: datetime) -> int:
    """Remove what nobody went on with for 48 hours, and what is known of uploads finished before; how many."""
    return await asyncio.to_thread(lambda: _partials().sweep(now - KEPT))


# --- sending ---


async def send(
    upload_id: str,
    offset: int,
    source: Source,
    by: Actor,
    now: datetime,
    *,
    announced: int | None = None,
    checksum: Checksum | None = None,
) -> Upload:
    """Take in what a request brings, from `offset` on; all of it is on the disk when this returns.

    announced: how many bytes the request says it brings. With a checksum they count together or not at all.
    Raises Missing as look() does, Rejected when it was refused before, Refused for who may not write and Overtaken
    when the application is not open, Conflict, TooLong and WrongSum; LineCut, Stalled or MadeWay when the request
    ended early, and NoRoom.
    """
    async with turns.turn(upload_id) as turn, _opened(upload_id, by, now) as (file, upload, application):
        ticket = upload.ticket
        if ticket.outcome:
            raise Rejected(ticket.outcome)
        if offset != upload.offset:
            raise Conflict(upload.offset)
        if announced is not None and offset + announced > ticket.length:
            raise TooLong
        if ticket.outcome is None:
            refuse_unless_open(application, by)
            inflow = _Inflow(file, turn, source, now, ticket.length - offset, checksum)
            await inflow.run(lambda: _note_beginning(application, now))
        # Of a finished one nothing lies here any more.
        return upload if ticket.outcome == "" else _upload(upload_id, ticket, file)


async def _note_beginning(application: Application, now: datetime) -> None:
    """From its first byte a replacement is in time, however long the line takes for the rest [P7]."""
    if application.state == State.RETURNED and application.upload_begun_at is None:
        await corrections.begin_upload(application, now)


class _Inflow:
    """One request's body on its way to the disk."""

    def __init__(
        self,
        file: Partial,
        turn: Turn,
        source: Source,
        now: datetime,
        room: int,
        checksum: Checksum | None,
    ) -> None:
        self._file = file
        self._turn = turn
        self._source = source
        self._now = now
        self._room = room
        self._checksum = checksum
        self._sum = hashlib.new(checksum.algorithm) if checksum else None
        self._mark = file.mark
        self._waiting = bytearray()
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._oldest = 0.0
        """When the first of the waiting bytes came."""

    async def run(self, on_first_byte: Callable[[], Awaitable[None]]) -> None:
        """Take in the whole body. Whatever ends it, what may be kept is on the disk afterwards."""
        begun = False
        try:
            while (piece := await self._next()) is not None:
                if not piece:
                    continue
                if not begun:
                    begun = True
                    await on_first_byte()
                await self._take(piece)
            await self._close()
        except (TooLong, WrongSum):
            await self._drop()
            raise
        except TakenOver:  # another process has a newer request for this upload
            raise MadeWay from None
        except (NoRoom, OSError):
            raise
        except BaseException:
            await self._leave()
            raise

    async def _next(self) -> bytes | None:
        """The next bytes. While none come, those that wait are saved when their second is over."""
        silent_since = self._loop.time()
        while True:
            now = self._loop.time()
            stalled = silent_since + STALLED - now
            due = self._oldest + SAVE_WITHIN - now if self._waiting else stalled
            try:
                return await self._turn.wait(self._source, max(0.0, min(stalled, due)))
            except TimeoutError:
                if self._waiting:
                    await self._save(closes=self._checksum is None)
                elif self._loop.time() >= silent_since + STALLED:
                    raise Stalled from None

    async def _take(self, piece: bytes) -> None:
        if len(piece) > self._room:
            raise TooLong
        self._room -= len(piece)
        if self._sum is not None:
            self._sum.update(piece)
        if not self._waiting:
            self._oldest = self._loop.time()
        self._waiting += piece
        if len(self._waiting) >= PIECE or self._loop.time() >= self._oldest + SAVE_WITHIN:
            await self._save(closes=self._checksum is None)

    async def _close(self) -> None:
        if self._checksum is not None and self._sum is not None:
            if not secrets.compare_digest(self._sum.digest(), self._checksum.digest):
                raise WrongSum
            # Even an empty record closes those that stand open before it.
            await self._save(closes=True)
        elif self._waiting:
            await self._save(closes=True)

    async def _leave(self) -> None:
        """The request ends before its body: keep what came, unless only the whole of it would count."""
        if self._checksum is not None:
            await self._drop()
        elif self._waiting:
            with suppress(TakenOver):
                await self._save(closes=True)

    async def _drop(self) -> None:
        self._waiting.clear()
        if self._file.mark != self._mark:
            with suppress(TakenOver):
                await _on_disk(lambda: self._file.cut_back(self._mark))

    async def _save(self, *, closes: bool) -> None:
        content = bytes(self._waiting)
        self._waiting.clear()
        # A request may take long: what it brings last is as young as it is.
        at = self._now + timedelta(seconds=self._loop.time() - self._begun)

        def append() -> None:
            kit().store.ensure_room(len(content))
            for start in range(0, len(content) or 1, LARGEST_RECORD):
                end = start + LARGEST_RECORD
                self._file.append(content[start:end], at, closes=closes and end >= len(content))

        await _on_disk(append)


# --- finishing ---


async def finish(upload_id: str, by: Actor, now: datetime) -> Upload:
    """Make a document of an upload that is full. Repeatable: one that is finished, or not full, stays as it is.

    Raises Missing as look() does; NotNow or NoRoom when the fault is ours, the upload then stays full; Rejected
    when the file cannot be taken.
    """
    async with turns.turn(upload_id), _opened(upload_id, by, now) as (file, upload, application):
        if not upload.full:
            return upload
        ticket = upload.ticket
        words = await _received(application, ticket, file, by, now)
        done = replace(ticket, outcome=words)
        await _on_disk(lambda: _partials().put(upload_id, _told(done), now))
        if words:
            raise Rejected(words)
        return Upload(upload_id, done, done.length, now + KEPT)


async def _received(application: Application, ticket: Ticket, file: Partial, by: Actor, now: datetime) -> str:
    """Hand the whole over. Returns the words with which it was refused, empty when it was taken."""
    try:
        async with _few_at_once():
            content = await _on_disk(file.content)
            await documents.receive(
                application, ticket.kind, content, ticket.filename, by, now, replace=ticket.replace
            )
    except Missing:
        return "Dokumen ini tidak diminta lagi. Lihat lagi daftar dokumen Anda."
    except Refused as no:
        _raise_if_it_passes(no)
        return no.message
    return ""


def _raise_if_it_passes(no: Refused) -> None:
    """documents.receive() has one kind of refusal; whether the photo or we are to blame shows in what caused it."""
    cause = no.__cause__ or no.__context__
    if isinstance(cause, NoRoom):
        raise cause
    if isinstance(cause, (pictures.ReaderBusy, pictures.ReaderDown)):
        raise NotNow(no.message) from no


_at_once: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def _few_at_once() -> asyncio.Semaphore:
    """As many whole files in memory as there are processes that open them, however many are finished at once."""
    loop = asyncio.get_running_loop()
    return _at_once.setdefault(loop, asyncio.Semaphore(pictures.CHILDREN))


# --- the file behind it ---


def _partials() -> Partials:
    return Partials(kit().settings.store_folder / "uploads", kit().vault)


@asynccontextmanager
async def _opened(
    upload_id: str, by: Actor, now: datetime
) -> AsyncIterator[tuple[Partial, Upload, Application]]:
    """The file, the upload it holds and its application, for one turn. Raises Missing."""
    try:
        file = await _on_disk(lambda: _partials().open(upload_id))
    except FileGone:
        raise Missing from None
    except Damaged:
        log.exception("an upload cannot be opened")
        raise Missing from None
    try:
        upload = _upload(upload_id, _ticket(file.told), file)
        application = await casework.find(upload.ticket.number, by)
        refuse_unless_open(application, by, frozenset(State))  # in any state, but only who may write
        if upload.expires_at <= now:
            raise Missing
        yield file, upload, application
    except Damaged:
        # A part in the middle is unreadable: only sending it anew from its first byte helps.
        log.exception("a part of an upload cannot be opened; it begins anew")
        await _on_disk(lambda: _partials().remove(upload_id))
        raise Missing from None
    finally:
        file.close()


def _upload(upload_id: str, ticket: Ticket, file: Partial) -> Upload:
    offset = file.size if ticket.outcome is None else ticket.length
    return Upload(upload_id, ticket, offset, file.touched + KEPT)


def _told(ticket: Ticket) -> bytes:
    return json.dumps(asdict(ticket)).encode()


def _ticket(told: bytes) -> Ticket:
    values = json.loads(told)
    return Ticket(**{**values, "kind": DocumentKind(values["kind"])})


async def _on_disk(work: Callable[[], T]) -> T:
    """Do it in a thread, to its end even when the request is cancelled: nobody else may have the file meanwhile."""
    try:
        done, cancelled = await to_the_end(asyncio.to_thread(work))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom from error
        raise
    if cancelled is not None:
        raise cancelled
    return done
