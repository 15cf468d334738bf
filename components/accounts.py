"""Staff: invitations, passwords, signing in [M3]."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from components import misses, passwords
from components.account_history import record
from components.actors import SYSTEM, Actor
from components.kit import kit
from components.refusals import Refused
from models.account import Invitation, Session, Staff
from models.db import transaction
from models.rules.account_acts import AccountAct
from models.rules.identity import fold
from models.rules.workflow import Role

INVITATION_LASTS = timedelta(days=3)
RENEWAL_LASTS = timedelta(minutes=30)
_WRONG = "Nama pengguna atau kata sandi tidak cocok. Periksa lagi, lalu coba sekali lagi."
_NOT_THE_OLD_ONE = "Kata sandi lama tidak cocok. Ketik lagi."


async def invite(
    office_id: int,
    name: str,
    login: str,
    roles: frozenset[Role],
    now: datetime,
    village_id: int | None = None,
    by: Actor = SYSTEM,
) -> str:
    """Create an account without a password and return the token of its one-time invitation (3 days)."""
    async with transaction():
        staff = Staff(
            office=office_id,
            village=village_id,
            name=name,
            login=fold(login),
            roles=json.dumps(sorted(roles)),
            created_at=now,
        )
        await staff.save()
        await record(staff.id, AccountAct.INVITED, by, now, {"roles": sorted(roles), "village": village_id})
        return await renew_invitation(staff.id, now)


async def invite_first(office_id: int, now: datetime) -> str:
    """A one-time link for the first administrator, as long as no account has a password; else empty."""
    if await Staff.exists().where(Staff.password_hash != ""):
        return ""
    first = await Staff.objects().where(Staff.login == "admin").first()
    if first is not None:
        return await renew_invitation(first.id, now)
    return await invite(office_id, "Admin", "admin", frozenset({Role.ADMIN, Role.SUPERVISOR}), now)


async def renew_invitation(staff_id: int, now: datetime, *, renews: bool = False) -> str:
    """A fresh one-time token for an existing account. renews: for a forgotten password, 30 minutes."""
    token = secrets.token_urlsafe(24)
    lasts = RENEWAL_LASTS if renews else INVITATION_LASTS
    token_hash = kit().vault.token_hash(token)
    async with transaction():
        # Only the newest link works: an older one may have gone to the wrong person.
        await Invitation.update({Invitation.used_at: now}).where(
            (Invitation.staff == staff_id) & Invitation.used_at.is_null()
        )
        await Invitation(staff=staff_id, token_hash=token_hash, renews=renews, expires_at=now + lasts).save()
    return token


async def invited(token: str, now: datetime) -> Staff:
    """The account this invitation is for. Raises Refused when it was used, has expired or never was."""
    row = (
        await Invitation.objects(Invitation.staff)
        .where(Invitation.token_hash == kit().vault.token_hash(token))
        .first()
    )
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise Refused("Tautan undangan ini sudah dipakai atau kedaluwarsa. Minta tautan baru kepada admin.")
    staff: Staff = row.staff
    if staff.disabled_at is not None:
        raise Refused("Akun ini sudah dinonaktifkan. Tanya admin kecamatan.")
    return staff


async def accept_invitation(token: str, password: str, repeated: str, now: datetime) -> Staff:
    """Set the password; the link dies and other sessions of the account end. Raises Refused with fields."""
    staff = await invited(token, now)
    passwords.refuse_unfit(password, repeated, staff.login, staff.name)
    digest = await passwords.digest_of(password)
    async with transaction():
        used = (
            await Invitation.update({Invitation.used_at: now})
            .where((Invitation.token_hash == kit().vault.token_hash(token)) & Invitation.used_at.is_null())
            .returning(Invitation.id)
        )
        if not used:
            raise Refused("Tautan undangan ini baru saja dipakai.")
        await Staff.update({Staff.password_hash: digest}).where(Staff.id == staff.id)
        await Session.delete().where(Session.staff == staff.id)
        await record(staff.id, AccountAct.PASSWORD_SET, actor_of(staff), now)
    return staff


async def sign_in(login: str, password: str, now: datetime) -> Staff:
    """The account, when name and password fit. Raises Refused, the same for unknown name and wrong password.

    Wrong tries slow down per account; the real owner waits at most 15 minutes.
    """
    key = f"login:{fold(login)}"
    await misses.count(key, now)
    staff = await Staff.objects().where(Staff.login == fold(login)).first()
    known = staff is not None and staff.disabled_at is None
    fits = await passwords.fits(password, staff.password_hash if staff is not None and known else "")
    if staff is None or not known or not fits:
        raise Refused(_WRONG, {"login": _WRONG})
    await misses.forget(key)
    return staff


async def of(by: Actor) -> Staff:
    """The account of who is signed in."""
    found = await Staff.objects().get(Staff.id == by.staff_id)
    if found is None:
        raise LookupError("a session without an account")
    return found


async def refuse_without_password(staff: Staff, password: str, now: datetime) -> None:
    """Before something that a borrowed screen must not do: raise Refused unless the password is right."""
    key = f"login:{staff.login}"
    await misses.count(key, now)
    if not await passwords.fits(password, staff.password_hash):
        raise Refused("Kata sandi lama tidak cocok.", {"old_password": _NOT_THE_OLD_ONE})
    await misses.forget(key)


async def change_password(old: str, password: str, repeated: str, by: Actor, now: datetime) -> None:
    """The person's own wish; every other session of the account ends. Raises Refused with fields."""
    staff = await of(by)
    await refuse_without_password(staff, old, now)
    passwords.refuse_unfit(password, repeated, staff.login, staff.name)
    digest = await passwords.digest_of(password)
    async with transaction():
        await Staff.update({Staff.password_hash: digest}).where(Staff.id == staff.id)
        await Session.delete().where((Session.staff == staff.id) & (Session.id != by.session_id))
        await record(staff.id, AccountAct.PASSWORD_CHANGED, by, now)


def actor_of(staff: Staff) -> Actor:
    """What this member of staff may do."""
    return actor_from({**staff.to_dict(), "staff": staff.id})


def actor_from(row: Mapping[str, Any], session_id: int | None = None) -> Actor:
    """The same, of a row with the columns office, village, name and roles, and the id as "staff"."""
    return Actor(
        roles=frozenset([Role(role) for role in json.loads(row["roles"])]),
        staff_id=row["staff"],
        office_id=row["office"],
        village_id=row["village"],
        name=row["name"],
        session_id=session_id,
    )
