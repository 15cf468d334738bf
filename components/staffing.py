"""Who works in an office and what each may do: invitations, duties, and the ends of both [M3].

Everything here counts from the very next request of the person it is about, and is a line in the account's record.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from components import accounts, second_factor, sessions
from components.account_history import Duty, Line, duties, lines, record
from components.actors import SYSTEM, Actor
from components.refusals import Missing, Refused
from models.account import Session, Staff
from models.db import UniqueViolation, transaction
from models.office import Village
from models.rules.account_acts import AccountAct
from models.rules.identity import Invalid, fold, parse_name
from models.rules.workflow import Role

STAFF_ROLES = (Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR, Role.REGISTRAR, Role.ADMIN)
_NOT_ONESELF = "Ini akun Anda sendiri. Minta admin lain."


@dataclass(frozen=True)
class Person:
    """One member of staff with everything that is known of the account."""

    row: Staff
    roles: frozenset[Role]
    duties: list[Duty]
    sessions: list[sessions.Open]
    codes_left: int
    lines: list[Line]


async def everybody(by: Actor) -> list[Staff]:
    """Everybody of the office, by name; who was disabled comes last."""
    rows: list[Staff] = (
        await Staff.objects(Staff.village).where(Staff.office == by.office_id).order_by(Staff.name)
    )
    return sorted(rows, key=lambda row: row.disabled_at is not None)


async def villages(by: Actor) -> list[tuple[int, str]]:
    """The office's villages as choices, without those that retired."""
    rows = (
        await Village.select(Village.id, Village.name)
        .where((Village.office == by.office_id) & Village.retired_at.is_null())
        .order_by(Village.name)
    )
    return [(int(row["id"]), str(row["name"])) for row in rows]


async def person(staff_id: int, by: Actor, now: datetime) -> Person:
    """One account of the own office. Raises Missing for a foreign one."""
    row = await _found(staff_id, by)
    return Person(
        row,
        frozenset(Role(role) for role in json.loads(row.roles)),
        await duties(row),
        await sessions.open_of(row, by, now),
        await second_factor.codes_left(row.id),
        await lines(row.id),
    )


async def _found(staff_id: int, by: Actor) -> Staff:
    row: Staff | None = (
        await Staff.objects(Staff.village)
        .where((Staff.id == staff_id) & (Staff.office == by.office_id))
        .first()
    )
    if row is None:
        raise Missing
    return row


# --- coming, changing, going ---


async def invite(
    name: str, login: str, roles: Collection[str], village: str, by: Actor, now: datetime
) -> str:
    """Create an account and return the token of its one-time link, shown once. Raises Refused with fields."""
    fields: dict[str, str] = {}
    try:
        name = parse_name(name)
    except Invalid as invalid:
        fields["name"] = invalid.message
    login = login.strip()
    if not 3 <= len(login) <= 120 or any(char.isspace() for char in login):
        fields["login"] = "Pakai 3 sampai 120 huruf tanpa spasi, misalnya alamat email."
    held, village_id = await _duties_typed(roles, village, by, fields)
    if fields or by.office_id is None:
        raise Refused("Petugas belum diundang.", fields)
    try:
        return await accounts.invite(by.office_id, name, login, held, now, village_id, by)
    except UniqueViolation:
        words = "Nama pengguna ini sudah dipakai."
        raise Refused(words, {"login": words}) from None


async def _duties_typed(
    roles: Collection[str], village: str, by: Actor, fields: dict[str, str]
) -> tuple[frozenset[Role], int | None]:
    held = frozenset(role for role in STAFF_ROLES if role in roles)
    if not held:
        fields["roles"] = "Pilih paling sedikit satu tugas."
    village_id = {str(known): known for known, _ in await villages(by)}.get(village)
    if Role.REGISTRAR in held and village_id is None:
        fields["village"] = "Petugas registrasi perlu desa atau kelurahannya."
    return held, village_id


async def change_duties(
    staff_id: int, roles: Collection[str], village: str, by: Actor, now: datetime
) -> None:
    """Other roles, or another village. The person signs in anew, for a session must not outlive what it was given for.

    Raises Missing for a foreign account, Refused with fields; nobody takes the administration from themselves.
    """
    row = await _found(staff_id, by)
    fields: dict[str, str] = {}
    held, village_id = await _duties_typed(roles, village, by, fields)
    if row.id == by.staff_id and Role.ADMIN not in held:
        fields["roles"] = _NOT_ONESELF
    if fields:
        raise Refused("Tugas belum diubah.", fields)
    async with transaction():
        await Staff.update({Staff.roles: json.dumps(sorted(held)), Staff.village: village_id}).where(
            Staff.id == row.id
        )
        await Session.delete().where((Session.staff == row.id) & (Session.id != (by.session_id or 0)))
        details = {"roles": sorted(str(role) for role in held), "village": village_id}
        await record(row.id, AccountAct.DUTIES_CHANGED, by, now, details)


async def disable(staff_id: int, by: Actor, now: datetime) -> None:
    """End an account at once, with its sessions. Nobody ends their own. Raises Missing for a foreign one."""
    row = await _found(staff_id, by)
    if row.id == by.staff_id:
        raise Refused(_NOT_ONESELF)
    async with transaction():
        await Staff.update({Staff.disabled_at: now}).where(Staff.id == row.id)
        await Session.delete().where(Session.staff == row.id)
        await record(row.id, AccountAct.DISABLED, by, now)


async def enable(staff_id: int, by: Actor, now: datetime) -> None:
    """The account works again, with the password and the second factor it had."""
    row = await _found(staff_id, by)
    async with transaction():
        await Staff.update({Staff.disabled_at: None}).where(Staff.id == row.id)
        await record(row.id, AccountAct.ENABLED, by, now)


# --- ways back in ---


async def new_link(staff_id: int, by: Actor, now: datetime) -> str:
    """The token of a one-time link: for a forgotten password 30 minutes, for who never had one 3 days.

    Raises Missing for a foreign account, Refused for a disabled one.
    """
    row = await _found(staff_id, by)
    if row.disabled_at is not None:
        raise Refused("Akun ini nonaktif. Aktifkan dulu, lalu buat tautannya.")
    async with transaction():
        await record(row.id, AccountAct.LINK_RENEWED, by, now)
        return await accounts.renew_invitation(row.id, now, renews=row.password_hash != "")


async def reset_second_factor(staff_id: int, by: Actor, now: datetime) -> None:
    """The phone is lost: the next sign-in sets up another one. Sessions end. Raises Missing for a foreign account."""
    row = await _found(staff_id, by)
    if row.id == by.staff_id:
        raise Refused(_NOT_ONESELF)
    async with transaction():
        await second_factor.forget(row.id)
        await Session.delete().where(Session.staff == row.id)
        await record(row.id, AccountAct.FACTOR_RESET, by, now)


async def regain(login: str, now: datetime) -> str:
    """For the command line, when no administrator can get in: the token of a link for an existing account.

    Its second factor is taken away, and its sessions end. Raises Refused for an unknown login.
    """
    row = await Staff.objects().where(Staff.login == fold(login)).first()
    if row is None:
        raise Refused(f"Tidak ada akun bernama {login!r}.")
    async with transaction():
        await second_factor.forget(row.id)
        await Session.delete().where(Session.staff == row.id)
        await record(row.id, AccountAct.FACTOR_RESET, SYSTEM, now)
        await record(row.id, AccountAct.LINK_RENEWED, SYSTEM, now)
        return await accounts.renew_invitation(row.id, now, renews=row.password_hash != "")


async def end_session(staff_id: int, session_id: int, by: Actor, now: datetime) -> None:
    """End one session of anybody of the office. Raises Missing for a foreign account and for a session not its own."""
    row = await _found(staff_id, by)
    await sessions.end_one(session_id, row.id, by, now)
