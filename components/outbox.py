"""The outbox as the office sees it: what goes to whom and how far it got, and the ways out of what failed [G4]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from components import assisting, casework, mail, whatsapp
from components.actors import Actor
from components.contacts import mask_phone
from components.kit import kit
from components.notifications import body_of, recipient_of
from components.refusals import Missing, Refused
from components.sealing import unseal
from components.vault import SealBroken
from models.application import Application
from models.db import lock, transaction
from models.notification import Message
from models.rules.messages import MessageChannel, MessageState, StaffNews
from models.rules.workflow import Role

MAY_SEND = frozenset({Role.OPERATOR, Role.COUNTER})
PER_PAGE = 50
_UNREADABLE = "tidak terbaca"


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
    """What waits for an officer, and what went out by itself. files: names of .eml files, newest first."""

    failed: tuple[Line, ...]
    by_hand: tuple[Line, ...]
    waiting: tuple[Line, ...]
    done: tuple[Line, ...]
    files: tuple[str, ...] | None
    """None where an SMTP server is configured."""


async def overview(by: Actor, now: datetime) -> Outbox:
    """The office's messages: failed ones first, then those to be sent by hand, then what waits and what is done.

    A message that is not due yet is no officer's business, and what supervisors are told of officers is theirs alone.
    At most 50 of each; the oldest open ones, the newest done ones.
    """
    if by.office_id is None:
        raise Missing
    email = str(MessageChannel.EMAIL)
    mine: Any = Message.office == by.office_id
    if not by.holds(Role.SUPERVISOR):
        mine = mine & (Message.kind != str(StaffNews.MANY_LOOKS))
    failed = mine & (Message.state == str(MessageState.FAILED))
    waiting = mine & (Message.state == str(MessageState.WAITING)) & (Message.due_at <= now)
    done = mine & Message.state.is_in([str(MessageState.SENT), str(MessageState.RECALLED)])
    return Outbox(
        await _lines(failed),
        await _lines(waiting & (Message.channel != email)),
        await _lines(waiting & (Message.channel == email)),
        await _lines(done, newest_first=True),
        None if kit().settings.smtp_url else tuple(file.name for file in mail.written_files()[:PER_PAGE]),
    )


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
        by_hand=_ways(row, application),
    )


def _masked(row: Message) -> str:
    if row.channel == MessageChannel.VILLAGE:
        return ""
    try:
        address = recipient_of(row)
    except SealBroken:
        return _UNREADABLE
    return mask_email(address) if row.channel == MessageChannel.EMAIL else mask_phone(address)


def mask_email(address: str) -> str:
    """An address its owner recognises: "s****@gmail.com"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}****@{domain}"


def _ways(row: Message, application: Application | None) -> ByHand:
    """What can be done by hand: for a message to be sent so, and for a failed e-mail; the village tells its own."""
    # A colleague is told at the desk, too.
    if application is None or row.channel == MessageChannel.VILLAGE:
        return ByHand()
    open_by_hand = row.channel != MessageChannel.EMAIL and row.state == MessageState.WAITING
    if not open_by_hand and row.state != MessageState.FAILED:
        return ByHand()
    number = _number_for(row, application)
    if row.channel == MessageChannel.PHONE:
        return ByHand(call=bool(number))
    return ByHand(whatsapp=whatsapp.reaches(number), call=bool(number) and not whatsapp.reaches(number))


def _number_for(row: Message, application: Application) -> str:
    """The phone number by which an officer reaches who the message is for; a registrar's is not known."""
    if ":staff:" in row.key:
        return ""
    try:
        return recipient_of(row) if row.channel != MessageChannel.EMAIL else unseal(application, "phone")
    except SealBroken:
        return ""


async def open_by_hand(message_id: int, by: Actor, now: datetime) -> str:
    """Record that an officer opened a message to pass it on, and return where: a wa.me address or "tel:+62..." [G4].

    Raises Missing for another office's message, Refused when it needs no sending by hand, or cannot have it.
    """
    async with transaction():
        row, application = await _found(message_id, by, now)
        ways = _ways(row, application)
        if not ways:
            raise Refused("Pesan ini tidak perlu, atau tidak bisa, disampaikan petugas.")
        await Message.update({Message.opened_at: now}).where(Message.id == row.id)
        await _record("open_message", row, application, by, now)
        number = _number_for(row, application)
        return whatsapp.link(number, body_of(row)) if ways.whatsapp else f"tel:{number}"


async def mark_sent(message_id: int, by: Actor, now: datetime) -> None:
    """An officer says that it was sent, or told by telephone. A second time changes nothing."""
    async with transaction():
        row, application = await _found(message_id, by, now)
        if row.state == MessageState.SENT:
            return
        if not _ways(row, application):
            raise Refused("Pesan ini tidak perlu disampaikan petugas.")
        await Message.update({Message.state: str(MessageState.SENT), Message.sent_at: now}).where(
            Message.id == row.id
        )
        await _record("message_sent", row, application, by, now)


async def told_by_village(message_id: int, by: Actor, now: datetime) -> None:
    """The registrar says that the neighbour was told by word of mouth [P11, G4]. A second time changes nothing.

    Raises Missing for whatever is not this village's to tell.
    """
    async with transaction():
        row = await Message.objects(Message.application).where(Message.id == message_id).first()
        if row is None or row.channel != MessageChannel.VILLAGE or row.due_at > now:
            raise Missing
        if not assisting.assists(row.application, by):
            raise Missing
        await lock(Application.select(Application.id).where(Application.id == row.application.id))
        told = (
            await Message.update({Message.state: str(MessageState.SENT), Message.sent_at: now})
            .where((Message.id == row.id) & (Message.state == str(MessageState.WAITING)))
            .returning(Message.id)
        )
        if told:
            await _record("message_sent", row, row.application, by, now)


async def _found(message_id: int, by: Actor, now: datetime) -> tuple[Message, Application]:
    """The message, while its application is held: a decision that is taken back holds it, too, and recalls this."""
    about = await Message.select(Message.application).where(Message.id == message_id).first()
    if about is None or about["application"] is None:
        raise Missing
    await lock(Application.select(Application.id).where(Application.id == about["application"]))
    row = await Message.objects(Message.application).where(Message.id == message_id).first()
    if row is None or row.office != by.office_id or row.due_at > now or not by.holds(*MAY_SEND):
        raise Missing
    return row, row.application


async def _record(act: str, row: Message, application: Application, by: Actor, now: datetime) -> None:
    details: Mapping[str, str] = {"message": row.kind, "channel": row.channel}
    await casework.note(application, act, by, now, details=details)
