"""Signing in, step by step: the password, then a code of the app, or setting the app up for the first time [M3]."""

from datetime import datetime

from components import accounts, second_factor, sessions
from components.account_history import record
from components.refusals import Missing
from components.sessions import HalfWay, Stage
from models.account import Staff
from models.rules.account_acts import AccountAct


async def after_password(staff: Staff, device: str, now: datetime, old_token: str) -> tuple[str, Stage]:
    """The password was right: the token of the session that follows, and what is still missing."""
    stage = await _stage_of(staff)
    if stage is Stage.ENROL:
        await second_factor.prepare(staff)
    if stage is Stage.SIGNED_IN:
        return await _signed_in(staff, device, now, old_token), stage
    return await sessions.begin_for_staff(staff.id, now, old_token, device=device, stage=stage), stage


async def _stage_of(staff: Staff) -> Stage:
    if not await second_factor.wanted(staff):
        return Stage.SIGNED_IN
    return Stage.CODE if staff.totp_since is not None else Stage.ENROL


async def _signed_in(staff: Staff, device: str, now: datetime, old_token: str) -> str:
    token = await sessions.begin_for_staff(staff.id, now, old_token, device=device)
    await record(staff.id, AccountAct.SIGNED_IN, accounts.actor_of(staff), now, {"device": device})
    return token


async def person(half_way: HalfWay) -> Staff:
    """Who is half-way in."""
    staff = await Staff.objects().get(Staff.id == half_way.staff_id)
    if staff is None:
        raise Missing
    return staff


async def after_code(
    half_way: HalfWay, code: str, device: str, now: datetime, old_token: str
) -> tuple[Staff, str]:
    """Who it is, and the token of the session. Raises Refused with fields for a wrong code."""
    staff = await person(half_way)
    await second_factor.check(staff, code, now)
    return staff, await _signed_in(staff, device, now, old_token)


async def after_enrolment(
    half_way: HalfWay, code: str, device: str, now: datetime, old_token: str
) -> tuple[Staff, str, tuple[str, ...]]:
    """The same for the app's first code, with the recovery codes. Raises Refused with fields for a wrong code."""
    staff = await person(half_way)
    codes = await second_factor.confirm(staff, code, now)
    return staff, await _signed_in(staff, device, now, old_token), codes
