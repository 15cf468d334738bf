"""Histories, chained so that altered lines show: of applications, accounts, complaints, offices [G1, M4]."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from components.actors import Actor
from components.kit import kit
from models.account import Staff
from models.application import Application
from models.complaint import Complaint
from models.db import Prepared, transaction
from models.history import Event
from models.office import Office
from models.rules.workflow import Role

Detail = str | int | bool | None | list[str]
_PURPOSE = "history"


def _stream(application_id: int) -> str:
    return f"application:{application_id}"


def _stream_of_office(office_id: int) -> str:
    return f"office:{office_id}"


def _stream_of_staff(staff_id: int) -> str:
    return f"staff:{staff_id}"


def _stream_of_complaint(complaint_id: int) -> str:
    return f"complaint:{complaint_id}"


_HELD = Prepared(lambda id_: Application.select(Application.id).where(Application.id == id_), locks=True)
_STAFF_HELD = Prepared(lambda id_: Staff.select(Staff.id).where(Staff.id == id_), locks=True)
_LAST = Prepared(
    lambda stream: (
        Event.select(Event.n, Event.mac)
        .where(Event.stream == stream)
        .order_by(Event.n, ascending=False)
        .limit(1)
    )
)


async def record(
    application_id: int,
    act: str,
    by: Actor,
    role: Role,
    now: datetime,
    *,
    source: str = "",
    target: str = "",
    reason: str = "",
    details: Mapping[str, Detail] | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Append one line. Joins the caller's transaction, so that the line stands or falls with the act.

    details hold no identity numbers and no names. happened_at: when it truly happened, if entered later.
    """
    async with transaction():
        await _HELD.rows(application_id)
        line = _line(_stream(application_id), act, by, role, now, details)
        line.application, line.reason = application_id, reason
        line.from_state, line.to_state = source, target
        line.happened_at = (happened_at or now).astimezone(UTC)
        await _append(line)


async def record_of_staff(
    staff_id: int,
    act: str,
    by: Actor,
    role: Role,
    now: datetime,
    *,
    reason: str = "",
    details: Mapping[str, Detail] | None = None,
) -> None:
    """The same about an account [M3]: a line that the database then keeps as it is."""
    async with transaction():
        await _STAFF_HELD.rows(staff_id)
        line = _line(_stream_of_staff(staff_id), act, by, role, now, details)
        line.reason = reason
        await _append(line)


_OFFICE_HELD = Prepared(lambda id_: Office.select(Office.id).where(Office.id == id_), locks=True)


async def record_of_office(
    office_id: int,
    act: str,
    by: Actor,
    role: Role,
    now: datetime,
    *,
    reason: str = "",
    details: Mapping[str, Detail] | None = None,
) -> None:
    """The same about what an administrator sets for the whole office."""
    async with transaction():
        await _OFFICE_HELD.rows(office_id)
        line = _line(_stream_of_office(office_id), act, by, role, now, details)
        line.reason = reason
        await _append(line)


_COMPLAINT_HELD = Prepared(lambda id_: Complaint.select(Complaint.id).where(Complaint.id == id_), locks=True)


async def record_of_complaint(
    complaint_id: int,
    act: str,
    by: Actor,
    role: Role,
    now: datetime,
    *,
    source: str = "",
    target: str = "",
    details: Mapping[str, Detail] | None = None,
) -> None:
    """The same about a complaint [C1]. What was said is sealed beside it, never here."""
    async with transaction():
        await _COMPLAINT_HELD.rows(complaint_id)
        line = _line(_stream_of_complaint(complaint_id), act, by, role, now, details)
        line.from_state, line.to_state = source, target
        await _append(line)


def _line(
    stream: str, act: str, by: Actor, role: Role, now: datetime, details: Mapping[str, Detail] | None
) -> Event:
    """What every line says, whatever it is about; numbered and signed by _append()."""
    moment = now.astimezone(UTC)
    return Event(
        mac="",
        n=0,
        stream=stream,
        act=act,
        role=str(role),
        actor=by.label,
        details=json.dumps(dict(details or {}), ensure_ascii=False, sort_keys=True),
        happened_at=moment,
        entered_at=moment,
    )


async def _append(event: Event) -> None:
    """Number and sign a line; what it is about is locked, so that no other line takes the number."""
    last = await _LAST.first(event.stream)
    event.n = (last["n"] + 1) if last else 1
    event.mac = _sign(event, last["mac"] if last else "")
    await event.save()


def _sign(event: Event, previous: str) -> str:
    return kit().vault.mac(_said(event, previous), _PURPOSE).hex()


def _said(event: Event, previous: str) -> bytes:
    parts = [
        previous,
        event.stream,
        event.n,
        event.act,
        event.from_state,
        event.to_state,
        event.role,
        event.actor,
        event.reason,
        event.details,
        event.happened_at.isoformat(timespec="microseconds"),
        event.entered_at.isoformat(timespec="microseconds"),
    ]
    return json.dumps(parts, ensure_ascii=False).encode()


_LINES = Prepared(
    lambda stream: Event.select(*Event.all_columns()).where(Event.stream == stream).order_by(Event.n)
)


async def lines(application_id: int) -> list[Event]:
    """All lines of an application, oldest first."""
    return await _LINES.objects(Event, _stream(application_id))


async def lines_of_staff(staff_id: int) -> list[Event]:
    """All lines of an account, oldest first."""
    return await _LINES.objects(Event, _stream_of_staff(staff_id))


async def lines_of_office(office_id: int) -> list[Event]:
    """All that was set for an office, oldest first."""
    return await _LINES.objects(Event, _stream_of_office(office_id))


async def lines_of_complaint(complaint_id: int) -> list[Event]:
    """All lines of a complaint, oldest first."""
    return await _LINES.objects(Event, _stream_of_complaint(complaint_id))


async def broken_at(application_id: int) -> int | None:
    """The first line whose signature or number does not fit, or None when the chain is whole."""
    return _broken(await lines(application_id))


async def broken_at_of_staff(staff_id: int) -> int | None:
    """The same for an account."""
    return _broken(await lines_of_staff(staff_id))


async def broken_at_of_complaint(complaint_id: int) -> int | None:
    """The same for a complaint."""
    return _broken(await lines_of_complaint(complaint_id))


def fits(event: Event, expected: int, previous: str) -> bool:
    """Whether this line is number `expected` of its stream, signed over the one before, whose signature is given."""
    try:
        mac = bytes.fromhex(event.mac)
    except ValueError:
        return False
    return bool(event.n == expected and kit().vault.check_mac(_said(event, previous), _PURPOSE, mac))


def _broken(chain: list[Event]) -> int | None:
    previous = ""
    for expected, event in enumerate(chain, start=1):
        if not fits(event, expected, previous):
            return expected
        previous = event.mac
    return None
