"""What did not arrive goes on by another way: at last by word of mouth, a call of the office or the village [G4, P11].

Word of mouth is for what is worth a call: an appointment, a deadline, a card that is ready.
"""

import json
from datetime import datetime

from components.kit import kit
from components.notifications import spoken, stem_of
from components.sealing import unseal
from models.account import Staff
from models.application import Application
from models.notification import Message
from models.rules.messages import WORTH_A_CALL, MessageChannel, MessageState
from models.rules.workflow import Role

_ON_ITS_WAY = frozenset({MessageState.SENT, MessageState.WAITING})


async def when_sending_failed(message: Message, now: datetime) -> None:
    """A machine gave up. Where there is a phone the officers' screen offers it; without one the village tells.

    Joins the caller's transaction, as the next one does.
    """
    application = await _applicant_of(message)
    if application is None:
        return
    if await _comes_another_way(message):
        await _mark_passed_on(message)
    elif not unseal(application, "phone"):
        await _tell_by(MessageChannel.VILLAGE, message, application, now)


async def when_nobody_answered(message: Message, called: bool, now: datetime) -> None:
    """An officer could not reach the number: by WhatsApp, then it is called; or by a call, then the village tells."""
    application = await _applicant_of(message)
    if application is None:
        return
    if await _comes_another_way(message):
        await _mark_passed_on(message)
        return
    way = MessageChannel.VILLAGE if called else MessageChannel.PHONE
    await _tell_by(way, message, application, now)


async def _applicant_of(message: Message) -> Application | None:
    """The application, of a message that is for the applicant."""
    if message.application is None or ":staff:" in message.key:
        return None
    return await Application.objects().get(Application.id == message.application)


async def _comes_another_way(message: Message) -> bool:
    """Whether the same news reached the applicant by another channel, or still may."""
    rows = await Message.select(Message.key, Message.state).where(
        (Message.application == message.application)
        & (Message.kind == message.kind)
        & (Message.channel != message.channel)
    )
    stem = stem_of(message.key)
    return any(row["state"] in _ON_ITS_WAY and stem_of(row["key"]) == stem for row in rows)


async def _tell_by(
    channel: MessageChannel, message: Message, application: Application, now: datetime
) -> None:
    """Queue the same news for word of mouth. What is not worth it ends here; without a way it stays on the screen."""
    if message.kind in WORTH_A_CALL:
        if channel is MessageChannel.VILLAGE and not await _has_a_registrar(application):
            return
        address = unseal(application, "phone") if channel is MessageChannel.PHONE else ""
        await _queue(channel, address, message, now)
    await _mark_passed_on(message)


async def _has_a_registrar(application: Application) -> bool:
    """Whether the applicant's village has somebody who sees its list."""
    if application.village is None:
        return False
    people = await Staff.select(Staff.roles).where(
        (Staff.village == application.village) & Staff.disabled_at.is_null()
    )
    return any(Role.REGISTRAR in json.loads(person["roles"]) for person in people)


async def _queue(channel: MessageChannel, address: str, message: Message, now: datetime) -> None:
    # What was told again, to another number, has that number's mark at the end.
    key = ":".join([stem_of(message.key), str(channel), *message.key.split(":")[5:]])
    vault = kit().vault
    row = Message(
        key=key,
        office=message.office,
        application=message.application,
        kind=message.kind,
        channel=str(channel),
        recipient_sealed=vault.seal(address, f"message:{key}:recipient"),
        subject=message.subject,
        body_sealed=vault.seal(spoken(message), f"message:{key}:body"),
        message_id=message.message_id,
        created_at=now,
        due_at=now,
    )
    await Message.insert(row).on_conflict(target=Message.key, action="DO NOTHING")


async def _mark_passed_on(message: Message) -> None:
    await Message.update({Message.passed_on: True}).where(Message.id == message.id)
