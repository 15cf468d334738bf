"""Uploads that survive a weak line: begun once, cut as often as it likes, continued where they stopped [P5, P7].

What tus 1.0.0 asks of a server, without its HTTP (routes/uploads.py). The offset told to a client is what lies on
the disk, sealed and synced (components/partials.py), never a count kept elsewhere. The last byte hands the whole
to receiving.receive(); what became of it is remembered for 48 hours, for the answer may get lost.

There is no table: a row could only repeat, late, what the file says itself, and would cost a write of the database
for every piece of every photo.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from components import casework, corrections, documents, pictures, receiving, turns
from components.actors import Actor
from components.inflow import Checksum, Inflow, Source, TooLong, on_disk
from components.kit import kit
from components.partials import Partial, Partials
from components.refusals import Missing, Refused
from components.storage import Damaged, FileGone, NoRoom
from components.wishes import refuse_unless_open, requirements
from models.application import Application
from models.rules.catalogue import DocumentKind
from models.rules.identity import Invalid, parse_number
from models.rules.workflow import State

log = logging.getLogger("loket.uploads")

LARGEST = 20 * 1000 * 1000
"""Bytes of one upload."""
KEPT = timedelta(hours=48)
"""How long an unfinished upload waits for its next byte, and how long it is remembered what became of one."""
NOTICEABLE = ("blurred", "dark", "glare", "small")
"""What a phone may say of a photo that its owner sent in spite of it."""
MOST_OPEN = 6
"""Unfinished uploads of one application; a new one takes the place of the one left alone the longest."""


class Conflict(Exception):
    """The client is wrong about how much is here. offset: the truth."""

    def __init__(self, offset: int) -> None:
        super().__init__("the offset differs")
        self.offset = offset


class NotNow(Refused):
    """The fault is ours and passes; everything sent is kept. The same again later will do."""


class Rejected(Refused):
    """What was sent cannot be taken, whatever is done: the words say why. The upload is over."""


@dataclass(frozen=True)
class Ticket:
    """What was announced when the upload began, and what became of it.

    metadata: the client's own header, given back as it was. noticed: of NOTICEABLE, what the sender was told before
    saying that it can be read; None when nobody asked. outcome: None while it is under way, empty once it was
    taken, else the words with which it was refused. made: ids of the pages it became beside those that were there.
    """

    number: str
    kind: DocumentKind
    length: int
    filename: str = ""
    replace: bool = False
    metadata: str = ""
    noticed: tuple[str, ...] | None = None
    outcome: str | None = None
    made: tuple[int, ...] = ()


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

    await on_disk(put)
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
    """Forget an upload, and take out again what it became while its owner gave it up [P5].

    The last bytes and the word to give up may cross on a slow line. What was judged by then, or came in place of
    other pages, stays. Raises Missing as look() does.
    """
    async with turns.turn(upload_id):
        async with _opened(upload_id, by, now) as (_, upload, application):
            for page_id in upload.ticket.made:
                with suppress(Refused):
                    await documents.remove_page(application, page_id, by, now)
        await on_disk(lambda: _partials().remove(upload_id))


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
            inflow = Inflow(file, turn, source, now, ticket.length - offset, checksum)
            await inflow.run(lambda: _note_beginning(application, now))
        # Of a finished one nothing lies here any more.
        return upload if ticket.outcome == "" else _upload(upload_id, ticket, file)


async def _note_beginning(application: Application, now: datetime) -> None:
    """From its first byte a replacement is in time, however long the line takes for the rest [P7]."""
    if application.state == State.RETURNED and application.upload_begun_at is None:
        await corrections.begin_upload(application, now)


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
        before = await _pages(application, ticket.kind)
        words = await _received(application, ticket, file, by, now)
        came = () if ticket.replace else tuple(sorted(await _pages(application, ticket.kind) - before))
        done = replace(ticket, outcome=words, made=came)
        await on_disk(lambda: _partials().put(upload_id, _told(done), now))
        if words:
            raise Rejected(words)
        return Upload(upload_id, done, done.length, now + KEPT)


async def _pages(application: Application, kind: DocumentKind) -> set[int]:
    found = next((slot for slot in await documents.slots(application) if slot.kind is kind), None)
    return {page.id for page in found.pages} if found else set()


async def _received(application: Application, ticket: Ticket, file: Partial, by: Actor, now: datetime) -> str:
    """Hand the whole over. Returns the words with which it was refused, empty when it was taken."""
    try:
        async with receiving.few_at_once():
            content = await on_disk(file.content)
            await receiving.receive(
                application,
                ticket.kind,
                content,
                ticket.filename,
                by,
                now,
                replace=ticket.replace,
                noticed=ticket.noticed,
            )
    except Missing:
        return "Dokumen ini tidak diminta lagi. Lihat lagi daftar dokumen Anda."
    except NoRoom:
        raise
    except (pictures.ReaderBusy, pictures.ReaderDown) as no:
        raise NotNow(no.message) from no
    except Refused as no:
        return no.message
    return ""


# --- the file behind it ---


def _partials() -> Partials:
    return Partials(kit().settings.store_folder / "uploads", kit().vault)


@asynccontextmanager
async def _opened(
    upload_id: str, by: Actor, now: datetime
) -> AsyncIterator[tuple[Partial, Upload, Application]]:
    """The file, the upload it holds and its application, for one turn. Raises Missing."""
    try:
        file = await on_disk(lambda: _partials().open(upload_id))
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
        await on_disk(lambda: _partials().remove(upload_id))
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
    noticed = values.get("noticed")
    return Ticket(
        **{
            **values,
            "kind": DocumentKind(values["kind"]),
            "noticed": None if noticed is None else tuple(noticed),
            "made": tuple(values.get("made", ())),
        }
    )
