"""A moment to think again: messages of a step wait, and are recalled when it is taken back meanwhile."""

from datetime import datetime, timedelta

from models.application import Application
from models.notification import Message
from models.rules.messages import MessageState

GRACE = timedelta(seconds=60)
"""How long the messages of a step wait, and how long it can be taken back without a trace for the applicant."""


async def hold_messages(application: Application, now: datetime) -> None:
    """What was just queued for this application leaves after the grace at the earliest. Joins a transaction."""
    await Message.update({Message.due_at: now + GRACE}).where(
        (Message.application == application.id)
        & (Message.created_at == now)
        & (Message.state == str(MessageState.WAITING))
        & (Message.due_at < now + GRACE)
    )


async def recall_messages(application_id: int, since: datetime) -> bool:
    """Take back what was queued since then; whether none of it had left, or was just leaving.

    A sender claims a message by a conditional update, as this does: one of the two comes first.
    """
    told_since = (Message.application == application_id) & (Message.created_at >= since)
    await Message.update({Message.state: str(MessageState.RECALLED)}).where(
        told_since
        & (Message.state == str(MessageState.WAITING))
        & Message.claimed_until.is_null()
        & Message.opened_at.is_null()
    )
    return not await Message.exists().where(told_since & (Message.state != str(MessageState.RECALLED)))
