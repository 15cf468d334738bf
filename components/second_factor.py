"""The second factor of staff: codes of an authenticator app, and ten recovery codes for a day without the phone [M3].

Required for everybody who works on applications of the whole office or administers it; for registrars when their
office wants it.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from components import accounts, misses, one_time
from components.account_history import record
from components.founding import office_card
from components.kit import kit
from components.refusals import Refused
from models.account import RecoveryCode, Session, Staff
from models.db import transaction
from models.office import Office
from models.rules.account_acts import AccountAct
from models.rules.workflow import Role

ALWAYS = frozenset({Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR, Role.ADMIN})
RECOVERY_CODES = 10
_RECOVERY_DIGITS = 12
_FOR_REGISTRARS = "registrar_second_factor"
_WRONG = "Tunggu kode berikutnya, lalu ketik enam angkanya."


@dataclass(frozen=True)
class Enrolment:
    """What a person needs to set up the app. address: for the QR code; spelled: the same secret for typing."""

    address: str
    spelled: str


async def wanted(staff: Staff) -> bool:
    """Whether this person must give a code after the password."""
    if not kit().settings.second_factor:
        return False
    roles = {Role(role) for role in json.loads(staff.roles)}
    if roles & ALWAYS or staff.totp_since is not None:
        return True
    return Role.REGISTRAR in roles and await registrars_need_it(staff.office)


async def registrars_need_it(office_id: int) -> bool:
    """The office's setting."""
    return bool((await _settings(office_id)).get(_FOR_REGISTRARS))


async def require_of_registrars(office_id: int, *, required: bool) -> None:
    """Change the office's setting; it counts from each registrar's next sign-in."""
    async with transaction():
        settings = {**await _settings(office_id), _FOR_REGISTRARS: required}
        await Office.update({Office.settings: json.dumps(settings)}).where(Office.id == office_id)


async def _settings(office_id: int) -> dict[str, object]:
    row = await Office.select(Office.settings).where(Office.id == office_id).first()
    return dict(json.loads(row["settings"])) if row else {}


# --- setting it up ---


async def prepare(staff: Staff) -> None:
    """A secret for who has none yet; it counts once its first code is confirmed."""
    if not staff.totp_sealed:
        sealed = kit().vault.seal(secrets.token_hex(one_time.SECRET_BYTES), _context(staff.id))
        await Staff.update({Staff.totp_sealed: sealed}).where(
            (Staff.id == staff.id) & (Staff.totp_sealed == "")
        )


def enrolment(staff: Staff) -> Enrolment:
    """What to show to this very person while the app is not set up. Raises vault.SealBroken."""
    secret = _secret(staff)
    return Enrolment(
        one_time.address(secret, staff.login, f"Loket {office_card().short_name}"), one_time.spelled(secret)
    )


async def confirm(staff: Staff, code: str, now: datetime) -> tuple[str, ...]:
    """The app shows our codes: from now on it is asked for. Returns the recovery codes, to be shown once.

    Every session that began with the password alone ends, half-way ones included: they are shown the secret, too.
    Raises Refused with fields for a wrong code; without, when somebody else was quicker to set up this account.
    """
    async with transaction():
        await _take_code(staff, code, now)
        first = (
            await Staff.update({Staff.totp_since: now})
            .where((Staff.id == staff.id) & Staff.totp_since.is_null())
            .returning(Staff.id)
        )
        if not first:
            raise Refused("Kode masuk akun ini sudah dipasang. Masuk lagi dengan kodenya.")
        await Session.delete().where(Session.staff == staff.id)
        await record(staff.id, AccountAct.FACTOR_SET, accounts.actor_of(staff), now)
        return await _new_codes(staff.id)


# --- using it ---


async def check(staff: Staff, code: str, now: datetime) -> None:
    """Take a code of the app or a recovery code; each works once. Raises Refused with fields.

    Five wrong ones, then a pause of a quarter of an hour for this account.
    """
    key = f"code:{staff.id}"
    await misses.count(key, now)
    digits = _digits(code)
    if len(digits) == _RECOVERY_DIGITS:
        await _take_recovery_code(staff, digits, now)
    else:
        await _take_code(staff, digits, now)
    await misses.forget(key)


async def _take_code(staff: Staff, code: str, now: datetime) -> None:
    step = one_time.step_of(_digits(code), _secret(staff), now, staff.totp_last_step)
    fresh = step is not None and (
        await Staff.update({Staff.totp_last_step: step})
        .where((Staff.id == staff.id) & (Staff.totp_last_step < step))
        .returning(Staff.id)
    )
    if not fresh:
        raise Refused("Kode tidak cocok.", {"kode": _WRONG})


async def _take_recovery_code(staff: Staff, digits: str, now: datetime) -> None:
    async with transaction():
        used = (
            await RecoveryCode.update({RecoveryCode.used_at: now})
            .where((RecoveryCode.code_hash == _hash(staff.id, digits)) & RecoveryCode.used_at.is_null())
            .returning(RecoveryCode.id)
        )
        if not used:
            words = "Kode ini tidak cocok atau sudah dipakai. Pakai kode lain."
            raise Refused("Kode cadangan tidak cocok.", {"kode": words})
        await record(staff.id, AccountAct.RECOVERY_USED, accounts.actor_of(staff), now)


async def codes_left(staff_id: int) -> int:
    """Recovery codes that were not used."""
    unused = (RecoveryCode.staff == staff_id) & RecoveryCode.used_at.is_null()
    return int(await RecoveryCode.count().where(unused))


async def renew_codes(staff: Staff, now: datetime) -> tuple[str, ...]:
    """Ten new ones; those before are worth nothing any more. Ask for the password first."""
    async with transaction():
        await record(staff.id, AccountAct.RECOVERY_MADE, accounts.actor_of(staff), now)
        return await _new_codes(staff.id)


async def forget(staff_id: int) -> None:
    """Take the second factor away, inside the caller's transaction; the next sign-in sets a new one up."""
    await Staff.update({Staff.totp_sealed: "", Staff.totp_since: None, Staff.totp_last_step: 0}).where(
        Staff.id == staff_id
    )
    await RecoveryCode.delete().where(RecoveryCode.staff == staff_id)


async def _new_codes(staff_id: int) -> tuple[str, ...]:
    codes = tuple(
        "".join(secrets.choice("0123456789") for _ in range(_RECOVERY_DIGITS)) for _ in range(RECOVERY_CODES)
    )
    await RecoveryCode.delete().where(RecoveryCode.staff == staff_id)
    await RecoveryCode.insert(
        *[RecoveryCode(staff=staff_id, code_hash=_hash(staff_id, code)) for code in codes]
    )
    return tuple(f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes)


def _digits(code: str) -> str:
    """What was typed without spaces and dashes; people type a code as they read it."""
    return "".join(char for char in code if not char.isspace() and char != "-")[:64]


def _hash(staff_id: int, digits: str) -> str:
    return kit().vault.index(f"{staff_id}:{digits}", "recovery")


def _secret(staff: Staff) -> bytes:
    return bytes.fromhex(kit().vault.open(staff.totp_sealed, _context(staff.id)))


def _context(staff_id: int) -> str:
    return f"staff:{staff_id}:totp"
