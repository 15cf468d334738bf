"""Which browser this is: own sessions, because the framework's accept the id a client chooses.

A token is 256 random bits in a cookie; the database holds its hash. Signing in always makes a new one, and so does
each step of it: the password, then the code.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from components import accounts
from components.account_history import record
from components.actors import ANYBODY, Actor
from components.kit import kit
from components.refusals import Missing
from models.account import Session, Staff
from models.application import Grant
from models.db import Prepared, transaction
from models.rules.account_acts import AccountAct
from models.rules.workflow import Role

STAFF_IDLE = timedelta(minutes=30)
STRICTER_IDLE = timedelta(minutes=15)
"""Of who sees everything or may change accounts."""
STAFF_AT_MOST = timedelta(hours=10)
CITIZEN_LASTS = timedelta(days=30)
_HALF_WAY_LASTS = timedelta(minutes=10)
_ENROLLING_LASTS = timedelta(minutes=30)
_TOUCH_EVERY = timedelta(minutes=1)
_STRICTER = frozenset({Role.SUPERVISOR, Role.ADMIN})


class Stage(StrEnum):
    """How far signing in has come. Only the first is a session of staff; the others are nobody's yet."""

    SIGNED_IN = ""
    CODE = "code"
    ENROL = "enrol"


@dataclass(frozen=True)
class HalfWay:
    """Somebody whose password was right, and who must now give a code or set the app up."""

    staff_id: int
    stage: Stage


@dataclass(frozen=True)
class Open:
    """One session of a member of staff, as its owner and the administrator see it."""

    id: int
    device: str
    begun_at: datetime
    seen_at: datetime
    own: bool


@dataclass(frozen=True)
class Visitor:
    """What a request's cookie says: who it is and the token that proves a form is ours."""

    actor: Actor = ANYBODY
    form_token: str = ""
    half_way: HalfWay | None = None


NOBODY = Visitor()


_BY_TOKEN = Prepared(
    lambda token_hash: Session.select(
        Session.id,
        Session.seen_at,
        Session.expires_at,
        Session.stage,
        Session.staff.id.as_alias("staff"),
        Session.staff.office.as_alias("office"),
        Session.staff.village.as_alias("village"),
        Session.staff.name.as_alias("name"),
        Session.staff.roles.as_alias("roles"),
        Session.staff.disabled_at.as_alias("disabled_at"),
    ).where(Session.token_hash == token_hash)
)
_HELD = Prepared(lambda session: Grant.select(Grant.application).where(Grant.session == session))


async def recognise(token: str, now: datetime) -> Visitor:
    """Who holds this cookie; NOBODY when it is unknown, has ended, or its account was disabled.

    Read anew for every request: what ends a session elsewhere ends it at once.
    """
    row = await _BY_TOKEN.first(_hash(token))
    if row is None or row["expires_at"] <= now:
        return NOBODY
    form_token = kit().vault.index(token, "form")[:32]
    if row["staff"] is None:
        ids = frozenset([line["application"] for line in await _HELD.rows(row["id"])])
        return Visitor(Actor(frozenset({Role.APPLICANT}), applications=ids, session_id=row["id"]), form_token)
    if row["disabled_at"] is not None:
        return NOBODY
    if row["stage"]:
        return Visitor(form_token=form_token, half_way=HalfWay(row["staff"], Stage(row["stage"])))
    actor = accounts.actor_from(row, row["id"])
    if row["seen_at"] <= now - idle_of(actor.roles):
        return NOBODY
    if row["seen_at"] <= now - _TOUCH_EVERY:
        await Session.update({Session.seen_at: now}).where(Session.id == row["id"])
    return Visitor(actor, form_token)


def idle_of(roles: frozenset[Role]) -> timedelta:
    """How long a session may lie untouched before it ends."""
    return STRICTER_IDLE if roles & _STRICTER else STAFF_IDLE


async def begin_for_staff(
    staff_id: int, now: datetime, old_token: str = "", *, device: str = "", stage: Stage = Stage.SIGNED_IN
) -> str:
    """A new session for a member of staff; the old cookie's session dies. Returns the new token.

    device: its rough kind, for the list of the person's sessions.
    """
    token = secrets.token_urlsafe(32)
    lasts = {Stage.SIGNED_IN: STAFF_AT_MOST, Stage.CODE: _HALF_WAY_LASTS, Stage.ENROL: _ENROLLING_LASTS}
    async with transaction():
        if old_token:
            await _end(old_token)
        await Session(
            token_hash=_hash(token),
            staff=staff_id,
            created_at=now,
            seen_at=now,
            expires_at=now + lasts[stage],
            stage=str(stage),
            device=device[:40],
        ).save()
    return token


async def open_of(staff: Staff, by: Actor, now: datetime) -> list[Open]:
    """The live sessions of an account, the one last used first. own: the one that asks."""
    roles = frozenset(Role(role) for role in json.loads(staff.roles))
    rows = (
        await Session.select(Session.id, Session.device, Session.created_at, Session.seen_at)
        .where(
            (Session.staff == staff.id)
            & (Session.stage == str(Stage.SIGNED_IN))
            & (Session.expires_at > now)
            & (Session.seen_at > now - idle_of(roles))
        )
        .order_by(Session.seen_at, ascending=False)
    )
    return [
        Open(row["id"], row["device"], row["created_at"], row["seen_at"], row["id"] == by.session_id)
        for row in rows
    ]


async def end_one(session_id: int, staff_id: int, by: Actor, now: datetime) -> None:
    """End one session of an account. Raises Missing when it is none of theirs, or has ended already."""
    async with transaction():
        gone = (
            await Session.delete()
            .where((Session.id == session_id) & (Session.staff == staff_id))
            .returning(Session.id)
        )
        if not gone:
            raise Missing
        await record(staff_id, AccountAct.SESSIONS_ENDED, by, now)


async def end_others(staff_id: int, by: Actor, now: datetime) -> None:
    """End every session of an account but the one that asks, half-way ones included."""
    async with transaction():
        await Session.delete().where((Session.staff == staff_id) & (Session.id != (by.session_id or 0)))
        await record(staff_id, AccountAct.SESSIONS_ENDED, by, now)


async def let_in(application_id: int, now: datetime, old_token: str = "") -> str:
    """Let this browser act for one more application. Returns a new token that holds what the old one held.

    The old token lives on until its time is over: a second tap may still be under way with it.
    """
    token = secrets.token_urlsafe(32)
    async with transaction():
        session = Session(
            token_hash=_hash(token), staff=None, created_at=now, seen_at=now, expires_at=now + CITIZEN_LASTS
        )
        await session.save()
        held = {application_id} | await _held_by(old_token, now)
        await Grant.insert(*[Grant(session=session.id, application=held_id) for held_id in sorted(held)])
    return token


async def end(token: str) -> None:
    """Sign out on this device: the session and what it was let into are gone."""
    async with transaction():
        await _end(token)


async def remove_ended(now: datetime) -> None:
    """Sweep sessions whose time is over."""
    async with transaction():
        ended = Session.select(Session.id).where(Session.expires_at <= now)
        ids = [row["id"] for row in await ended]
        if ids:
            await Grant.delete().where(Grant.session.is_in(ids))
            await Session.delete().where(Session.id.is_in(ids))


def _hash(token: str) -> str:
    return kit().vault.token_hash(token)


async def _held_by(token: str, now: datetime) -> set[int]:
    if not token:
        return set()
    row = await Session.objects().where(Session.token_hash == _hash(token)).first()
    if row is None or row.staff is not None or row.expires_at <= now:
        return set()
    granted = await Grant.select(Grant.application).where(Grant.session == row.id)
    return {line["application"] for line in granted}


async def _end(token: str) -> None:
    row = await Session.select(Session.id).where(Session.token_hash == _hash(token)).first()
    if row is not None:
        await Grant.delete().where(Grant.session == row["id"])
        await Session.delete().where(Session.id == row["id"])
