"""What the applicant of a case was told, or was to be told, for those who serve the case [G4]."""

from models.db import Prepared
from models.notification import Message

_OF_CASE = Prepared(
    lambda application: (
        Message.select(*Message.all_columns()).where(Message.application == application).order_by(Message.id)
    )
)


async def of_case(application_id: int) -> tuple[Message, ...]:
    """Oldest first, without what colleagues were told."""
    rows = await _OF_CASE.objects(Message, application_id)
    return tuple(row for row in rows if ":staff:" not in row.key)
