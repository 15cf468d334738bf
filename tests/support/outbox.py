"""Messages as they lie in the outbox, and applicants who can be reached."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from components.notifications import body_of, recipient_of
from components.sealing import seal
from models.application import Application
from models.appointment import Appointment, Slot
from models.notification import Message
from models.rules.workflow import State
from tests.support.cases import an_application, fresh
from tests.support.service import MONDAY

PHONE = "+6285736349953"
EMAIL = "siti@contoh.test"


async def reachable(
    state: State = State.SUBMITTED,
    *,
    email: str = EMAIL,
    phone: str = PHONE,
    whatsapp: bool = True,
    now: datetime = MONDAY,
    **columns: object,
) -> Application:
    """An application whose applicant can be reached by these means; empty: not by that one."""
    row = await an_application(state, now, email=email, **columns)
    await Application.update(
        {
            Application.phone_sealed: seal(row.number, "phone", phone),
            Application.phone_whatsapp: whatsapp,
        }
    ).where(Application.id == row.id)
    return await fresh(row)


async def with_appointment(row: Application, starts_at: datetime = MONDAY + timedelta(days=3)) -> None:
    """One appointment, booked."""
    slot = Slot(office=row.office, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30), booked=1)
    await slot.save()
    await Appointment(application=row.id, slot=slot.id, queue_number="B-14", booked_at=MONDAY).save()


async def messages(row: Application | None = None) -> list[Message]:
    """All messages, or those of one application, oldest first."""
    query = Message.objects().order_by(Message.id)
    return await (query if row is None else query.where(Message.application == row.id))


async def told(row: Application) -> list[tuple[str, str, str]]:
    """(kind, channel, state) of what one application's people were or will be told."""
    return [(message.kind, message.channel, message.state) for message in await messages(row)]


def text(message: Message) -> str:
    """What the recipient reads."""
    return body_of(message)


def to(message: Message) -> str:
    """Who the recipient is."""
    return recipient_of(message)


def plain(mail: EmailMessage) -> str:
    """The plain text of a mail as it arrived."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
