"""A message that people pass on: opened as a draft or a call, then sent, put off, or given to the next way [G4]."""

from collections.abc import Mapping
from datetime import datetime

from components import casework, history, last_resort, whatsapp
from components.actors import Actor
from components.delivery_words import NO_WHATSAPP
from components.notifications import body_of
from components.outbox import MAY_SEND, number_for, ways
from components.refusals import Missing, Refused
from components.sealing import unseal
from models.application import Application
from models.db import lock, transaction
from models.notification import Message
from models.rules.messages import MessageChannel, MessageState
from models.rules.workflow import Role


async def open_by_hand(message_id: int, by: Actor, now: datetime) -> str:
    """Record that an officer opened a message to pass it on, and return where: a wa.me address or "tel:+62..." [G4].

    Raises Missing for another office's message, Refused when it needs no sending by hand, or cannot have it.
    """
    async with transaction():
        row, application = await _found(message_id, by, now)
        possible = ways(row, application)
        if not possible:
            raise Refused("Pesan ini tidak perlu, atau tidak bisa, disampaikan petugas.")
        await Message.update({Message.opened_at: now, Message.opened_by: by.staff_id}).where(
            Message.id == row.id
        )
        await _record("open_message", row, application, by, now)
        number = number_for(row, application)
        return whatsapp.link(number, body_of(row)) if possible.whatsapp else f"tel:{number}"


async def mark_sent(message_id: int, by: Actor, now: datetime) -> None:
    """An officer says that it was sent, or told by telephone. A second time changes nothing."""
    async with transaction():
        row, application = await _found(message_id, by, now)
        if row.state == MessageState.SENT:
            return
        if not ways(row, application):
            raise Refused("Pesan ini tidak perlu disampaikan petugas.")
        await Message.update({Message.state: str(MessageState.SENT), Message.sent_at: now}).where(
            Message.id == row.id
        )
        await _record("message_sent", row, application, by, now)


async def not_sent(message_id: int, by: Actor, now: datetime) -> None:
    """The draft was opened and not sent: the message waits on, as if nobody had opened it. Raises as mark_sent()."""
    async with transaction():
        row, application = await _found(message_id, by, now)
        if not ways(row, application):
            raise Refused("Pesan ini tidak perlu disampaikan petugas.")
        await Message.update({Message.opened_at: None, Message.opened_by: None}).where(Message.id == row.id)


async def not_reached(message_id: int, by: Actor, now: datetime) -> None:
    """The number does not take WhatsApp, or nobody answers the call: the next way is tried [G4].

    A number without WhatsApp is called from now on. Raises as mark_sent(); a second time changes nothing.
    """
    async with transaction():
        row, application = await _found(message_id, by, now)
        if row.passed_on:
            return
        possible = ways(row, application)
        if not possible:
            raise Refused("Pesan ini tidak perlu disampaikan petugas.")
        words = NO_WHATSAPP if possible.whatsapp else "Telepon tidak tersambung."
        trouble = f"{row.trouble} {words}".strip()[:200] if row.channel == MessageChannel.EMAIL else words
        await Message.update({Message.state: str(MessageState.FAILED), Message.trouble: trouble}).where(
            Message.id == row.id
        )
        if possible.whatsapp and number_for(row, application) == unseal(application, "phone"):
            await Application.update({Application.phone_whatsapp: False}).where(
                Application.id == application.id
            )
        await _record("message_not_reached", row, application, by, now)
        await last_resort.when_nobody_answered(row, not possible.whatsapp, now)


async def told_by_village(message_id: int, by: Actor, now: datetime) -> None:
    """The registrar says that the neighbour was told by word of mouth [P11, G4]. A second time changes nothing.

    Also for a neighbour who applied without the village, and whom nothing else reached. Raises Missing for whatever
    is not this village's to tell.
    """
    async with transaction():
        row = await Message.objects(Message.application).where(Message.id == message_id).first()
        if row is None or row.channel != MessageChannel.VILLAGE or row.due_at > now:
            raise Missing
        if row.office != by.office_id or by.village_id is None or row.application.village != by.village_id:
            raise Missing
        await lock(Application.select(Application.id).where(Application.id == row.application.id))
        told = (
            await Message.update({Message.state: str(MessageState.SENT), Message.sent_at: now})
            .where((Message.id == row.id) & (Message.state == str(MessageState.WAITING)))
            .returning(Message.id)
        )
        if told:
            details = {"message": row.kind, "channel": row.channel}
            await history.record(row.application.id, "message_sent", by, Role.REGISTRAR, now, details=details)


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
