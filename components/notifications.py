"""What is told to whom after which step: written into the outbox in the step's own transaction [G4, P7, P8].

Nobody is named and no identity number is written: a message may be read on the phone of a neighbour.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from components import access, bell, devices, opening, promises, texts
from components.jobs import each
from components.kit import kit
from components.logs import redact
from components.rendering import render
from components.sealing import unseal
from components.texts import Written
from components.vault import SealBroken
from components.wording import DOCUMENT_WORDS
from models.account import Staff
from models.application import Application, Document
from models.appointment import Appointment
from models.complaint import Complaint
from models.db import Prepared, after_commit, lock, transaction
from models.history import Event
from models.notification import Message
from models.office import Office, Village
from models.rules import messages
from models.rules.calendar import wib_day, wib_moment
from models.rules.catalogue import Change, Channel, DocumentKind, Reason, Service, has_old_card, requirements
from models.rules.courtesy import BY_DAY_AND_NIGHT, HOWEVER_MANY, Courtesy
from models.rules.message_texts import MessageWords
from models.rules.messages import ComplaintNews, Kind, MessageChannel, MessageState, StaffNews
from models.rules.workflow import Act, Role, State

_SENT = frozenset({MessageChannel.EMAIL, MessageChannel.WHATSAPP})
_LINK = re.compile(r"\n[^\n]*https?://\S+")
_ABOUT_BLANKS = frozenset({Kind.BLANKS_OUT, Kind.BLANKS_BACK})
_WITH_APPOINTMENT = frozenset(
    {
        Kind.SCHEDULED,
        Kind.MOVED,
        Kind.EARLIER_OFFERED,
        Kind.MISSED,
        Kind.REMINDER_EVE,
        Kind.REMINDER_DAY,
    }
)
_PAGES: Mapping[Kind, str] = {Kind.SURVEY: "/survei/undangan"}
"""Where the applicant's link leads; for all other kinds to the status."""


@dataclass(frozen=True)
class _Recipient:
    """One way to one person. suffix: what keeps the message's key apart from those of the others."""

    channel: MessageChannel
    address: str
    link: str
    suffix: str = ""
    is_registrar: bool = False


async def tell_after(act: Act, application: Application, now: datetime) -> None:
    """Queue what this step causes, and recall what it made pointless. Called inside the step's transaction.

    application: as it stands after the step; an appointment must already be written. Acts that cause no
    message, and applicants without any way to reach them, are simply passed over.
    """
    recalled = messages.RECALLED_BY.get(act)
    if recalled:
        await recall(application, recalled)
    kind = messages.CAUSED_BY.get(act)
    if act is Act.SPOIL and await _believes_it_is_ready(application):
        kind = Kind.REPRINT
    if kind is not None:
        await tell(kind, application, now)


_OFFICE = Prepared(lambda id_: Office.select(*Office.all_columns()).where(Office.id == id_))


async def tell(
    kind: Kind,
    application: Application,
    now: datetime,
    occasion: str = "",
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Queue one message of this kind in every way the applicant can be reached, and to a helping registrar.

    The same kind for the same version of the application is queued once, however often this is called;
    occasion tells apart what may be said more than once for one version; values: what texts of this kind speak of
    beside what all do. Joins the caller's transaction; the
    mail leaves after the commit. Whether anything was queued now.
    """
    recipients = _ways_to_applicant(kind, application)
    if kind not in messages.TO_APPLICANT_ALONE:
        recipients += await _registrars(application)
    if not recipients or stem(kind, application, occasion) in await told(kind, [application.id]):
        return False
    (office,) = await _OFFICE.objects(Office, application.office)
    spoken = {**await _values(kind, application, office), **(values or {})}
    if kind is Kind.RECEIVED:
        spoken |= await _promised(application, now)
    due_at = now + messages.WAITS.get(kind, timedelta())
    words = await texts.of_office(application.office, kind)
    rows = [_message(kind, application, occasion, to, words, spoken, now) for to in recipients]
    for row, to in zip(rows, recipients, strict=True):
        row.due_at = due_at
        if not to.is_registrar and to.channel in _SENT:
            await _be_courteous(row, kind, to, office)
    # Another scheduler may have been as quick; the key then keeps the first one's row.
    queued = (
        await Message.insert(*rows).on_conflict(target=Message.key, action="DO NOTHING").returning(Message.id)
    )
    after_commit(bell.ring)
    return bool(queued)


async def _be_courteous(message: Message, kind: Kind, to: _Recipient, office: Office) -> None:
    """Set when the message is due: after the quiet hours, and on a day on which this person is told little yet."""
    measure = Courtesy(office.quiet_from, office.quiet_until, office.daily_messages)
    message.recipient_key = kit().vault.index(to.address.casefold(), "message-recipient")
    if kind not in BY_DAY_AND_NIGHT:
        message.due_at = measure.awake(message.due_at)
    while kind not in HOWEVER_MANY and await _told_on_day_of(message) >= measure.a_day:
        message.due_at = measure.next_morning(message.due_at)


async def _told_on_day_of(message: Message) -> int:
    begins = wib_moment(wib_day(message.due_at), time())
    told: int = await Message.count().where(
        (Message.recipient_key == message.recipient_key)
        & (Message.due_at >= begins)
        & (Message.due_at < begins + timedelta(days=1))
        & (Message.state != str(MessageState.RECALLED))
    )
    return told


def stem(kind: Kind, application: Application, occasion: str = "") -> str:
    """What the keys of the same news begin with: application, kind, version and occasion."""
    event = f"{application.version}.{occasion}" if occasion else str(application.version)
    return f"application:{application.id}:{kind}:{event}"


def stem_of(key: str) -> str:
    """The stem with which the key of a message about an application begins."""
    return ":".join(key.split(":")[:4])


async def told(kind: Kind, application_ids: Iterable[int]) -> frozenset[str]:
    """The stems of all messages of this kind that were ever queued for these applications."""
    ids = list(application_ids)
    if not ids:
        return frozenset()
    rows = await Message.select(Message.key).where(
        Message.application.is_in(ids) & (Message.kind == str(kind))
    )
    return frozenset(stem_of(row["key"]) for row in rows)


async def remind(kind: Kind, due: Mapping[int, tuple[Application, str]], now: datetime) -> int:
    """Queue a reminder for each (application, occasion) that had none yet; how many.

    An application that has moved on since it was read is left alone. One that fails does not stop the others.
    """
    known = await told(kind, due)

    async def one(application_id: int) -> bool:
        application, occasion = due[application_id]
        async with transaction():
            still = await lock(
                Application.select(Application.id).where(
                    (Application.id == application_id) & (Application.version == application.version)
                )
            )
            return bool(still) and await tell(kind, application, now, occasion)

    wanted = [id_ for id_, (row, occasion) in due.items() if stem(kind, row, occasion) not in known]
    return await each(wanted, one, f"message {kind}")


async def tell_supervisors(
    kind: StaffNews, office_id: int, occasion: str, path: str, values: Mapping[str, Any], now: datetime
) -> int:
    """Queue an e-mail to each supervisor of the office whose login is an address, once for each occasion; how many.

    path: the page of ours that it leads to.
    """
    people = await Staff.select(Staff.id, Staff.login, Staff.roles).where(
        (Staff.office == office_id) & Staff.disabled_at.is_null()
    )
    supervisors = [
        one for one in people if "@" in one["login"] and Role.SUPERVISOR in json.loads(one["roles"])
    ]
    keys = {f"office:{office_id}:{kind}:{occasion}:email:staff:{one['id']}": one for one in supervisors}
    known = await Message.select(Message.key).where(Message.key.is_in(list(keys))) if keys else []
    for row in known:
        del keys[row["key"]]
    if not keys:
        return 0
    office = await Office.objects().get(Office.id == office_id)
    link = f"{kit().settings.base_url}{path}"
    context = {**values, "office": office, "link": link, "channel": str(MessageChannel.EMAIL)}
    if kind in messages.OF_THE_OFFICE:
        written = texts.write(kind, await texts.of_office(office_id, kind), context)
    else:
        written = _written_by_us(kind, context)
    rows = [
        _sealed(key, office_id, None, kind, MessageChannel.EMAIL, one["login"], written, now)
        for key, one in keys.items()
    ]
    async with transaction():
        await Message.insert(*rows).on_conflict(target=Message.key, action="DO NOTHING")
        after_commit(bell.ring)
    return len(rows)


def _written_by_us(kind: StaffNews, context: Mapping[str, Any]) -> Written:
    """Not for the office to change: what watches over its people tells them what the system has to tell."""
    body = re.sub(r"\n{3,}", "\n\n", render(f"mail/{kind}/body.txt", context)).strip() + "\n"
    return Written(" ".join(render(f"mail/{kind}/subject.txt", context).split())[:200], body)


async def tell_complainant(kind: ComplaintNews, complaint: Complaint, now: datetime) -> bool:
    """Queue one message about a complaint in every way its author left, once for each of its versions [C1].

    Its link opens it and shows number and PIN there; the PIN itself is in no message. Who wishes to stay unknown is
    told by e-mail alone. Joins the caller's transaction. Whether anything was queued.
    """
    email = unseal(complaint, "email")
    phone = unseal(complaint, "phone") if complaint.phone_whatsapp else ""
    ways = [(MessageChannel.EMAIL, email), (MessageChannel.WHATSAPP, phone)]
    if not email and not phone:
        return False
    (office,) = await _OFFICE.objects(Office, complaint.office)
    link = f"{kit().settings.base_url}/pengaduan/t/{access.keys_of(complaint).link}"
    words = await texts.of_office(office.id, kind)
    rows = []
    for channel, address in ways:
        if address:
            key = f"complaint:{complaint.id}:{kind}:{complaint.version}:{channel}"
            context = {
                "office": office,
                "number": complaint.number,
                "link": link,
                "channel": str(channel),
                "answer_due_at": complaint.first_due_at,
            }
            row = _sealed(
                key, office.id, None, kind, channel, address, texts.write(kind, words, context), now
            )
            row.complaint = complaint.id
            rows.append(row)
    queued = (
        await Message.insert(*rows).on_conflict(target=Message.key, action="DO NOTHING").returning(Message.id)
    )
    after_commit(bell.ring)
    return bool(queued)


def _ways_to_applicant(kind: Kind, application: Application) -> list[_Recipient]:
    """E-mail if one was given, WhatsApp if the number has it; with neither, a call, if it is worth one.

    Without even a telephone the village that helped brings the news, and reads it on its list.
    """
    email = unseal(application, "email")
    phone = unseal(application, "phone")
    ways: list[tuple[MessageChannel, str]] = []
    if email:
        ways.append((MessageChannel.EMAIL, email))
    if phone and application.phone_whatsapp:
        ways.append((MessageChannel.WHATSAPP, phone))
    if phone and not ways and kind in messages.WORTH_A_CALL:
        ways.append((MessageChannel.PHONE, phone))
    if not ways:
        by_village = application.channel == Channel.VILLAGE and not phone and kind in messages.WORTH_A_CALL
        return [_Recipient(MessageChannel.VILLAGE, "", _staff_link(application))] if by_village else []
    page = _PAGES.get(kind, "/t")
    link = f"{kit().settings.base_url}{page}/{access.keys_of(application).link}"
    return [_Recipient(channel, address, link) for channel, address in ways]


async def _registrars(application: Application) -> list[_Recipient]:
    """The registrars of the village that helped, as far as their login is an e-mail address [P11, P12]."""
    if application.channel != Channel.VILLAGE or application.village is None:
        return []
    people = await Staff.select(Staff.id, Staff.login, Staff.roles).where(
        (Staff.village == application.village) & Staff.disabled_at.is_null()
    )
    link = _staff_link(application)
    return [
        _Recipient(MessageChannel.EMAIL, person["login"], link, f":staff:{person['id']}", is_registrar=True)
        for person in people
        if "@" in person["login"] and Role.REGISTRAR in json.loads(person["roles"])
    ]


def _staff_link(application: Application) -> str:
    return f"{kit().settings.base_url}/permohonan/{application.number}"


async def _values(kind: Kind, application: Application, office: Office) -> dict[str, Any]:
    """What the texts may speak of."""
    values: dict[str, Any] = {
        "office": office,
        "number": application.number,
        "corrected": application.returned_at is not None,
        "promise_at": application.promise_at,
        "due_at": application.correction_due_at,
        "ready_at": application.ready_at,
        "finished_at": application.finished_at,
        "reasons": without_numbers(application.decided_reason),
        "old_card": has_old_card(Service(application.service)),
        "by_hand": application.channel == Channel.COUNTER,
        "village": await _village(application),
    }
    if kind is Kind.CORRECTION_ASKED:
        values["fitting"] = await _fitting(application)
    if kind is Kind.WITHDRAWN:
        values["cause"] = await _cause_of_withdrawal(application)
    if kind in _ABOUT_BLANKS:
        values["state"] = application.state
    if kind in _WITH_APPOINTMENT or (kind in _ABOUT_BLANKS and application.state == State.SCHEDULED):
        values["appointment"] = await _appointment(application)
        values["bring"] = _bring(application)
    if kind is Kind.MOVED:
        values |= await _causes_of_move(application)
    return values


async def _promised(application: Application, now: datetime) -> dict[str, Any]:
    """The promise as the applicant's page has it at this moment: a day, or what holds it up [T1]."""
    standing = await promises.standing(application, now)
    return {"promise_at": standing.due_at, "causes": [str(one) for one in standing.obstacles]}


def without_numbers(reasons: str) -> str:
    """What somebody wrote by hand, without the numbers of persons in it: they have no place in a message."""
    return re.sub(r"<[a-z0-9 -]+>", "(nomor tidak ditulis di sini)", redact(reasons))


async def _village(application: Application) -> str:
    if application.village is None:
        return ""
    row = await Village.select(Village.name).where(Village.id == application.village).first()
    return str(row["name"]) if row else ""


async def _cause_of_withdrawal(application: Application) -> str:
    """Why the system itself ended an application; empty when a person did."""
    row = (
        await Event.select(Event.reason)
        .where(
            (Event.application == application.id)
            & (Event.act == str(Act.WITHDRAW))
            & (Event.role == str(Role.SYSTEM))
        )
        .first()
    )
    return str(row["reason"]) if row else ""


async def _fitting(application: Application) -> list[str]:
    """The documents that were found right, in words."""
    rows = (
        await Document.select(Document.kind)
        .where((Document.application == application.id) & (Document.verdict == "accepted"))
        .order_by(Document.id)
    )
    return [DOCUMENT_WORDS[DocumentKind(row["kind"])] for row in rows]


_APPOINTMENT = Prepared(
    lambda application: (
        Appointment.select(Appointment.queue_number, Appointment.slot.starts_at.as_alias("starts_at"))
        .where(Appointment.application == application)
        .order_by(Appointment.id, ascending=False)
        .limit(1)
    )
)


async def _appointment(application: Application) -> dict[str, Any]:
    """Time and queue number of the latest appointment: the one that is booked, or the one just missed."""
    row = await _APPOINTMENT.first(application.id)
    if row is None:
        raise LookupError("an appointment must be written before the step that tells of it")
    return dict(row)


async def _causes_of_move(application: Application) -> dict[str, Any]:
    """Why the office itself moved the appointment: what closes it then, else what broke. Empty when the applicant
    did."""
    ended = (
        await Appointment.select(Appointment.state, Appointment.slot.starts_at.as_alias("starts_at"))
        .where((Appointment.application == application.id) & (Appointment.state != "booked"))
        .order_by(Appointment.id, ascending=False)
        .first()
    )
    if ended is None or ended["state"] != "cancelled":
        return {"causes": [], "closed": ""}
    closed = without_numbers(await opening.why_closed(application.office, ended["starts_at"]))
    return {"closed": closed, "causes": [] if closed else await devices.why_moved(application.office)}


def _bring(application: Application) -> list[str]:
    """The documents that are shown at the appointment, in words."""
    change = Change(application.change) if application.change else None
    reason = Reason(application.reason) if application.reason else None
    kinds = requirements(Service(application.service), Channel(application.channel), change, reason)
    return [DOCUMENT_WORDS[kind] for kind in kinds]


def _message(
    kind: Kind,
    application: Application,
    occasion: str,
    to: _Recipient,
    words: MessageWords,
    values: Mapping[str, Any],
    now: datetime,
) -> Message:
    key = f"{stem(kind, application, occasion)}:{to.channel}{to.suffix}"
    about = {**values, "link": to.link, "channel": str(to.channel), "for_registrar": to.is_registrar}
    written = texts.write(kind, words, about)
    return _sealed(key, application.office, application.id, kind, to.channel, to.address, written, now)


def _sealed(
    key: str,
    office_id: int,
    application_id: int | None,
    kind: Kind | StaffNews | ComplaintNews,
    channel: MessageChannel,
    address: str,
    written: Written,
    now: datetime,
) -> Message:
    """One message as it lies in the outbox, its text and recipient sealed."""
    vault, settings = kit().vault, kit().settings
    return Message(
        key=key,
        office=office_id,
        application=application_id,
        kind=str(kind),
        channel=str(channel),
        recipient_sealed=vault.seal(address, f"message:{key}:recipient"),
        subject=written.subject,
        body_sealed=vault.seal(written.body, f"message:{key}:body"),
        message_id=f"<{vault.index(key, 'message-id')[:32]}@{urlsplit(settings.base_url).hostname}>",
        created_at=now,
        due_at=now,
    )


def recipient_of(message: Message) -> str:
    """The address or number a message goes to. Raises vault.SealBroken."""
    return kit().vault.open(message.recipient_sealed, f"message:{message.key}:recipient")


def body_of(message: Message) -> str:
    """The text of a message, with the applicant's link in it. Raises vault.SealBroken."""
    return kit().vault.open(message.body_sealed, f"message:{message.key}:body")


def spoken(message: Message) -> str:
    """What is said on the telephone or at the door: no signature, and nobody's link; empty when it is unreadable."""
    try:
        return _LINK.sub("", _without_signature(body_of(message)))
    except SealBroken:
        return ""


def _without_signature(body: str) -> str:
    return body.partition("\n-- \n")[0]


async def tell_again(
    said: Message, application: Application, ways: frozenset[MessageChannel], now: datetime
) -> int:
    """Queue news that did not arrive for the applicant's new number or address, in its old words; how many.

    ways: those that are new. The same news goes to the same number once, however often this is called. Joins the
    caller's transaction.
    """
    kind = Kind(said.kind)
    recipients = [to for to in _ways_to_applicant(kind, application) if to.channel in ways]
    try:
        text = _without_signature(body_of(said))
    except SealBroken:
        return 0
    (office,) = await _OFFICE.objects(Office, application.office)
    rows = []
    for to in recipients:
        words = Written(said.subject, text if to.channel in _SENT else spoken(said))
        mark = kit().vault.index(to.address.casefold(), "message-recipient")[:16]
        key = f"{stem_of(said.key)}:{to.channel}:{mark}"
        row = _sealed(key, application.office, application.id, kind, to.channel, to.address, words, now)
        if to.channel in _SENT:
            await _be_courteous(row, kind, to, office)
        rows.append(row)
    if not rows:
        return 0
    queued = (
        await Message.insert(*rows).on_conflict(target=Message.key, action="DO NOTHING").returning(Message.id)
    )
    after_commit(bell.ring)
    return len(queued)


async def recall(application: Application, kinds: frozenset[Kind]) -> None:
    """Take back what waits and is no longer true. What is on its way just now cannot be stopped."""
    await Message.update({Message.state: str(MessageState.RECALLED)}).where(
        (Message.application == application.id)
        & (Message.state == str(MessageState.WAITING))
        & Message.kind.is_in([str(kind) for kind in kinds])
    )


async def _believes_it_is_ready(application: Application) -> bool:
    """Whether the last thing the applicant heard about the card is that it can be collected."""
    row = (
        await Message.select(Message.kind)
        .where(
            (Message.application == application.id)
            & Message.kind.is_in([str(Kind.READY), str(Kind.REPRINT)])
            & ((Message.state == str(MessageState.SENT)) | Message.opened_at.is_not_null())
        )
        .order_by(Message.id, ascending=False)
        .first()
    )
    return row is not None and row["kind"] == Kind.READY
