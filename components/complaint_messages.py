"""What is told to who complained, as who handles the complaint sees it and passes it on by hand [C1, S2, G4].

It stands here and not in the office's outbox: that a report of a levy exists is the supervisor's to know.
"""

from datetime import datetime

from components import complaints, whatsapp
from components.actors import Actor
from components.complaint_register import contact
from components.notifications import body_of, recipient_of
from components.refusals import Missing, Refused
from models.complaint import Complaint
from models.db import transaction
from models.notification import Message
from models.rules.messages import MessageChannel, MessageState


async def of(complaint: Complaint) -> list[Message]:
    """All messages about a complaint, the newest first."""
    return (
        await Message.objects().where(Message.complaint == complaint.id).order_by(Message.id, ascending=False)
    )


async def open_by_hand(complaint: Complaint, message_id: int, by: Actor, now: datetime) -> str:
    """Record that a WhatsApp draft was opened, and return its wa.me address. Raises Missing, Refused."""
    async with transaction():
        row = await _waiting(complaint, message_id, by)
        await Message.update({Message.opened_at: now}).where(Message.id == row.id)
        await complaints.note(complaint, "open_message", by, now, {"message": row.kind})
        return whatsapp.link(recipient_of(row), body_of(row))


async def mark_sent(complaint: Complaint, message_id: int, by: Actor, now: datetime) -> None:
    """An officer says that it was sent."""
    async with transaction():
        row = await _waiting(complaint, message_id, by)
        await Message.update({Message.state: str(MessageState.SENT), Message.sent_at: now}).where(
            Message.id == row.id
        )
        await complaints.note(complaint, "message_sent", by, now, {"message": row.kind})


async def _waiting(complaint: Complaint, message_id: int, by: Actor) -> Message:
    row = (
        await Message.objects()
        .where((Message.id == message_id) & (Message.complaint == complaint.id))
        .first()
    )
    if row is None:
        raise Missing
    if contact(complaint, by).hidden:
        raise Refused("Kontak pelapor hanya untuk atasan. Minta atasan menyampaikannya.")
    if row.channel != MessageChannel.WHATSAPP or row.state != MessageState.WAITING:
        raise Refused("Pesan ini tidak perlu disampaikan petugas.")
    return row
