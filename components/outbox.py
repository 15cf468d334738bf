"""The outbox as the office sees it: what goes to whom, how far it got, and whose turn it is by hand [G4]."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from components import mail, whatsapp
from components.actors import Actor
from components.contacts import mask_email, mask_phone
from components.kit import kit
from components.notifications import recipient_of
from components.refusals import Missing
from components.sealing import unseal
from components.vault import SealBroken
from models.application import Application
from models.notification import Message
from models.rules.courtesy import HOWEVER_MANY
from models.rules.messages import OF_SUPERVISORS, MessageChannel, MessageState
from models.rules.workflow import Role

MAY_SEND = frozenset({Role.OPERATOR, Role.COUNTER})
PER_PAGE = 50
AT_MOST = 500
ONE_DRAFT = timedelta(minutes=10)
"""So long a draft that was opened belongs to the officer who opened it."""

_UNREADABLE = "tidak terbaca"
_REMOVED = "sudah dihapus"
_FAILED = (Message.state == str(MessageState.FAILED)) & Message.passed_on.eq(False)
_TO_SEND = (Message.state == str(MessageState.WAITING)) & (Message.channel == str(MessageChannel.WHATSAPP))


@dataclass(frozen=True)
class Line:
    """One message on the officers' screen. to: masked. by_hand: what an officer can do about it now."""

    id: int
    number: str
    kind: str
    channel: str
    state: str
    to: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    attempts: int
    trouble: str
    passed_on: bool
    by_hand: "ByHand"


@dataclass(frozen=True)
class ByHand:
    """The officer's own ways: whatsapp, a draft can be opened; call: the number to dial, masked on the screen."""

    whatsapp: bool = False
    call: bool = False

    def __bool__(self) -> bool:
        return self.whatsapp or self.call


@dataclass(frozen=True)
class Outbox:
    """What waits for an officer, and what went out by itself. files: names of .eml files, newest first.

    calls: to be told by telephone. village: left to a village, whose registrar reads it.
    """

    failed: tuple[Line, ...]
    by_hand: tuple[Line, ...]
    calls: tuple[Line, ...]
    village: tuple[Line, ...]
    waiting: tuple[Line, ...]
    done: tuple[Line, ...]
    files: tuple[str, ...] | None
    """None where an SMTP server is configured."""


@dataclass(frozen=True)
class Turn:
    """The message that this officer sends next. count: all that wait. opened: this officer opened it already."""

    line: Line
    count: int
    opened: bool


async def overview(by: Actor, now: datetime) -> Outbox:
    """The office's messages: failed ones first, then those to be sent by hand, then what waits and what is done.

    A message that is not due yet is no officer's business, and what supervisors are told of officers is theirs alone.
    What is told to who complained stands with the complaint, for who may see that.
    At most 50 of each; the oldest open ones, the newest done ones.
    """
    mine = _mine(by)
    waiting = mine & (Message.state == str(MessageState.WAITING)) & (Message.due_at <= now)
    done = mine & (
        Message.state.is_in([str(MessageState.SENT), str(MessageState.RECALLED)]) | Message.passed_on.eq(True)
    )
    by_itself = [str(MessageChannel.EMAIL)]
    by_hand = waiting & (Message.channel == str(MessageChannel.WHATSAPP))
    if kit().settings.whatsapp_url:
        by_itself.append(str(MessageChannel.WHATSAPP))
    return Outbox(
        await _lines(mine & _FAILED),
        () if kit().settings.whatsapp_url else await _lines(by_hand),
        await _lines(waiting & (Message.channel == str(MessageChannel.PHONE))),
        await _lines(waiting & (Message.channel == str(MessageChannel.VILLAGE))),
        await _lines(waiting & Message.channel.is_in(by_itself)),
        await _lines(done, newest_first=True),
        None if kit().settings.smtp_url else tuple(file.name for file in mail.written_files()[:PER_PAGE]),
    )


def _mine(by: Actor) -> Any:
    """The messages that this member of staff may know of. Raises Missing for who belongs to no office."""
    if by.office_id is None:
        raise Missing
    mine: Any = (Message.office == by.office_id) & Message.complaint.is_null()
    return mine if by.holds(Role.SUPERVISOR) else mine & Message.kind.not_in(list(map(str, OF_SUPERVISORS)))


async def told(by: Actor, now: datetime, before: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """(facts of the same messages that are or were due, newest first, the id to go on before or 0).

    Without texts, addresses and what a mail server answered, which names an address. before: 0 for the first page.
    """
    where = _mine(by) & (Message.due_at <= now)
    rows = (
        await Message.select(
            *(Message.id, Message.kind, Message.channel, Message.state, Message.attempts, Message.passed_on),
            *(Message.created_at, Message.due_at, Message.sent_at),
            Message.application.number.as_alias("number"),
        )
        .where(where & (Message.id < before) if before else where)
        .order_by(Message.id, ascending=False)
        .limit(limit + 1)
    )
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else 0


async def turn(by: Actor, now: datetime, after: int = 0) -> Turn | None:
    """The next WhatsApp draft to open: what has a date in it first, then the oldest. None when nothing waits.

    after: the message that was put off; those behind it come first, then the list begins anew. What a colleague
    opened in the last ten minutes is theirs.
    """
    free = (
        Message.opened_at.is_null()
        | (Message.opened_at <= now - ONE_DRAFT)
        | (Message.opened_by == by.staff_id)
    )
    found = await (
        Message.objects(Message.application)
        .where((Message.office == by.office_id) & (_TO_SEND | _FAILED) & (Message.due_at <= now) & free)
        .order_by(Message.id)
        .limit(AT_MOST)
    )
    rows = [row for row in found if ways(row, row.application).whatsapp]
    rows.sort(key=lambda row: row.kind not in HOWEVER_MANY)
    if not rows:
        return None
    place = next((at for at, row in enumerate(rows, start=1) if row.id == after), 0)
    row = (rows[place:] + rows[:place])[0]
    opened = row.opened_at is not None and row.opened_by == by.staff_id
    return Turn(_line(row), len(rows), opened)


async def _lines(where: Any, *, newest_first: bool = False) -> tuple[Line, ...]:
    rows = await (
        Message.objects(Message.application)
        .where(where)
        .order_by(Message.id, ascending=not newest_first)
        .limit(PER_PAGE)
    )
    return tuple(_line(row) for row in rows)


def _line(row: Message) -> Line:
    application: Application | None = row.application
    return Line(
        id=row.id,
        number=(application and application.number) or "",
        kind=row.kind,
        channel=row.channel,
        state=row.state,
        to=_masked(row),
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        opened_at=row.opened_at,
        attempts=row.attempts,
        trouble=row.trouble,
        passed_on=row.passed_on,
        by_hand=ways(row, application),
    )


def _masked(row: Message) -> str:
    if row.channel == MessageChannel.VILLAGE:
        return ""
    if not row.recipient_sealed:
        return _REMOVED
    try:
        address = recipient_of(row)
    except SealBroken:
        return _UNREADABLE
    return mask_email(address) if row.channel == MessageChannel.EMAIL else mask_phone(address)


def ways(row: Message, application: Application | None) -> ByHand:
    """What can be done by hand: for a message to be sent so, and for a failed e-mail; the village tells its own."""
    # A colleague is told at the desk, too.
    if application is None or row.channel == MessageChannel.VILLAGE:
        return ByHand()
    open_by_hand = row.channel != MessageChannel.EMAIL and row.state == MessageState.WAITING
    if row.channel == MessageChannel.WHATSAPP and kit().settings.whatsapp_url:
        open_by_hand = False
    if not open_by_hand and (row.state != MessageState.FAILED or row.passed_on):
        return ByHand()
    number = number_for(row, application)
    if row.channel == MessageChannel.PHONE:
        return ByHand(call=bool(number))
    written = bool(row.body_sealed) and whatsapp.reaches(number)  # a text that was removed cannot be sent
    return ByHand(whatsapp=written, call=bool(number) and not written)


def number_for(row: Message, application: Application) -> str:
    """The phone number by which an officer reaches who the message is for; a registrar's is not known."""
    if ":staff:" in row.key:
        return ""
    try:
        return recipient_of(row) if row.channel != MessageChannel.EMAIL else unseal(application, "phone")
    except SealBroken:
        return ""
