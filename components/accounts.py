"""Staff: invitations, passwords, signing in [M3]."""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from components import misses
from components.actors import Actor
from components.kit import kit
from components.refusals import Refused
from models.account import Invitation, Session, Staff
from models.db import transaction
from models.rules.identity import fold
from models.rules.workflow import Role

_T = TypeVar("_T")

INVITATION_LASTS = timedelta(days=3)
SHORTEST_PASSWORD = 10
_WAITING_SIGN_INS = 40

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_one_at_a_time = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
_waiting = 0
_NOBODY = _hasher.hash(secrets.token_hex(16))
_WRONG = "Nama pengguna atau kata sandi tidak cocok. Periksa lagi, lalu coba sekali lagi."


async def invite(
    office_id: int,
    name: str,
    login: str,
    roles: frozenset[Role],
    now: datetime,
    village_id: int | None = None,
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
        return await renew_invitation(staff.id, now)


async def invite_first(office_id: int, now: datetime) -> str:
    """A one-time link for the first administrator, as long as no account has a password; else empty."""
    if await Staff.exists().where(Staff.password_hash != ""):
        return ""
    first = await Staff.objects().where(Staff.login == "admin").first()
    if first is not None:
        return await renew_invitation(first.id, now)
    return await invite(office_id, "Admin", "admin", frozenset({Role.ADMIN, Role.SUPERVISOR}), now)


async def renew_invitation(staff_id: int, now: datetime) -> str:
    """A fresh one-time token for an existing account."""
    token = secrets.token_urlsafe(24)
    await Invitation(
        staff=staff_id, token_hash=kit().vault.token_hash(token), expires_at=now + INVITATION_LASTS
    ).save()
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
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            "Kata sandi terlalu pendek.",
            {"password": f"Pakai paling sedikit {SHORTEST_PASSWORD} huruf atau angka. Kalimat pendek boleh."},
        )
    if password != repeated:
        raise Refused("Kata sandi belum sama.", {"repeated": "Ketik kata sandi yang sama sekali lagi."})
    digest = await _in_thread(_hasher.hash, password)
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
    return staff


async def sign_in(login: str, password: str, now: datetime) -> Staff:
    """The account, when name and password fit. Raises Refused, the same for unknown name and wrong password.

    Wrong tries slow down per account; the real owner waits at most 15 minutes.
    """
    key = f"login:{fold(login)}"
    await misses.refuse_when_many(key, now)
    staff = await Staff.objects().where(Staff.login == fold(login)).first()
    known = staff is not None and staff.disabled_at is None and staff.password_hash != ""
    fits = await _in_thread(
        _verify, staff.password_hash if staff is not None and known else _NOBODY, password
    )
    if staff is None or not known or not fits:
        await misses.count(key, now)
        raise Refused(_WRONG, {"login": _WRONG})
    await misses.forget(key)
    return staff


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


def _verify(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


async def _in_thread(work: Callable[..., _T], *args: str) -> _T:
    global _waiting
    if _waiting >= _WAITING_SIGN_INS:
        raise Refused("Terlalu banyak yang masuk bersamaan. Tunggu satu menit, lalu coba lagi.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_one_at_a_time, work, *args)
    finally:
        _waiting -= 1
