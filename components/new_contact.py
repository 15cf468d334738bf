"""A number or an address that takes no messages is said to its owner, who may give another one [G4].

What did not arrive, and what waits for the old one, is then queued again for the new one, once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from components import casework, history, intake, misses, notifications, told
from components.actors import Actor
from components.contacts import mask_email, mask_phone
from components.delivery_words import NO_WHATSAPP
from components.refusals import Missing, Refused
from components.sealing import seal, unseal
from components.vault import SealBroken
from models.application import Application
from models.db import lock, transaction
from models.history import Event
from models.notification import Message
from models.rules import messages
from models.rules.messages import Kind, MessageChannel, MessageState
from models.rules.workflow import OPEN, Role, State

_BY_NUMBER = frozenset({MessageChannel.WHATSAPP, MessageChannel.PHONE})
_OWN_HANDS = frozenset({Role.APPLICANT, Role.REGISTRAR})
_ENDED = frozenset({MessageState.SENT, MessageState.FAILED})
_NOTHING = "Tulis nomor HP atau email yang baru."


@dataclass(frozen=True)
class Reach:
    """By what the applicant is told, masked; silent: the ways by which the last message did not arrive.

    heard: whether the news came another way all the same, by a call for example.
    """

    phone: str = field(repr=False)
    email: str = field(repr=False)
    silent: frozenset[MessageChannel]
    heard: bool = False


def may_change(application: Application, by: Actor) -> bool:
    """Its holder, or the registrar who helps, as long as there is something to tell; a draft has its own page."""
    open_to_it = application.state != State.DRAFT and application.state in OPEN
    return open_to_it and not casework.roles_towards(application, by).isdisjoint(_OWN_HANDS)


async def reach(application: Application) -> Reach:
    """How the applicant is told, and what of it takes no messages as far as we know."""
    phone, email = unseal(application, "phone"), unseal(application, "email")
    rows = await told.of_case(application.id) if phone or email else ()
    last: dict[MessageChannel, Message] = {}
    for row in rows:
        if row.state in _ENDED and _recipient(row) in (phone, email):
            last[MessageChannel(row.channel)] = row
    silent = {channel for channel, row in last.items() if row.state == MessageState.FAILED}
    if phone and not application.phone_whatsapp and any(NO_WHATSAPP in row.trouble for row in last.values()):
        silent.add(MessageChannel.WHATSAPP)
    lost = [row for row in last.values() if row.state == MessageState.FAILED]
    return Reach(
        mask_phone(phone) if phone else "",
        mask_email(email) if email else "",
        frozenset(silent),
        bool(lost) and all(_came_otherwise(row, rows) for row in lost),
    )


def _came_otherwise(lost: Message, rows: Iterable[Message]) -> bool:
    stem = notifications.stem_of(lost.key)
    return any(row.state == MessageState.SENT and notifications.stem_of(row.key) == stem for row in rows)


def _recipient(row: Message) -> str | None:
    try:
        return notifications.recipient_of(row) or None
    except SealBroken:
        return None


async def change(application: Application, typed: Mapping[str, str], by: Actor, now: datetime) -> int:
    """Reach the applicant by what was typed from now on; a field left empty stays as it was. How much is told again.

    Raises Missing for who may not, Refused with the fields `no_hp`, `email` (also when both are empty, and after five
    changes within 15 minutes), Doubtful for a likely typo.
    """
    if not may_change(application, by):
        raise Missing
    given = intake.read_new_contact(typed)
    if not given.phone and not given.email:
        raise Refused("Belum disimpan.", {"no_hp": _NOTHING})
    await misses.count(f"contact:{application.id}", now)
    columns: dict[Any, Any] = {}
    ways: set[MessageChannel] = set()
    if given.phone:
        columns |= {
            "phone_sealed": seal(application.number, "phone", given.phone),
            "phone_whatsapp": given.whatsapp,
        }
        ways |= _BY_NUMBER
    if given.email:
        columns["email_sealed"] = seal(application.number, "email", given.email)
        ways.add(MessageChannel.EMAIL)
    async with transaction():
        await lock(Application.select(Application.id).where(Application.id == application.id))
        held = await _held(application.id, ways, now)
        await Application.update(columns).where(Application.id == application.id)
        await casework.note(application, "contact_changed", by, now, details=_which(given))
        changed = await casework.reread(application)
        return await _tell_again(changed, held, frozenset(ways), now)


def _which(given: intake.Contact) -> Mapping[str, history.Detail]:
    return {"phone": bool(given.phone), "email": bool(given.email)}


async def _held(application_id: int, ways: Iterable[MessageChannel], now: datetime) -> list[list[Message]]:
    """The news that reached nobody and are still true, each with its rows; oldest first.

    What is on its way just now goes out to the old address, and is none of them.
    """
    by_news: dict[str, list[Message]] = {}
    for row in await told.of_case(application_id):
        by_news.setdefault(notifications.stem_of(row.key), []).append(row)
    moving = {str(way) for way in ways} | {str(MessageChannel.VILLAGE)}
    over = await _overtaken(application_id)
    newest = {messages.topic(Kind(rows[0].kind)): rows for rows in by_news.values()}
    held = []
    for rows in newest.values():
        arrived = any(row.state == MessageState.SENT for row in rows)
        stuck = [row for row in rows if _stuck(row, moving, now)]
        pointless = over.get(rows[0].kind)
        if stuck and not arrived and (pointless is None or pointless < rows[0].created_at):
            held.append(stuck)
    return held


def _stuck(row: Message, moving: Iterable[str], now: datetime) -> bool:
    claimed: datetime | None = row.claimed_until
    waits = row.state == MessageState.WAITING and (claimed is None or claimed <= now)
    return row.state == MessageState.FAILED or (waits and row.channel in moving)


async def _overtaken(application_id: int) -> dict[str, datetime]:
    """For each kind of message when a step last made it pointless."""
    rows = (
        await Event.select(Event.act, Event.entered_at)
        .where(Event.application == application_id)
        .order_by(Event.id)
    )
    found: dict[str, datetime] = {}
    for row in rows:
        for kind in messages.overtaken_by(row["act"]):
            found[str(kind)] = row["entered_at"]
    return found


async def _tell_again(
    application: Application, held: list[list[Message]], ways: frozenset[MessageChannel], now: datetime
) -> int:
    count = 0
    for rows in held:
        said = next((row for row in rows if row.channel != MessageChannel.VILLAGE), rows[0])
        queued = await notifications.tell_again(said, application, ways, now)
        if not queued:
            continue
        count += queued
        mine = Message.id.is_in([row.id for row in rows])
        await Message.update({Message.passed_on: True}).where(
            mine & (Message.state == str(MessageState.FAILED))
        )
        await Message.update({Message.state: str(MessageState.RECALLED)}).where(
            mine & (Message.state == str(MessageState.WAITING))
        )
    return count
