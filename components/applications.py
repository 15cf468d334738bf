"""An application from its first saved step to its submission, and the ways out of it [P4, P5, R2-R4].

A draft is saved at every step; nothing typed is lost by leaving. Its state is changed by casework alone.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from components import (
    access,
    appointments,
    casework,
    details,
    documents,
    founding,
    history,
    promises,
    unfinished,
)
from components.access import Keys, keys_of
from components.actors import SYSTEM, Actor, applicant
from components.jobs import each
from components.kit import kit
from components.particulars import SEALED, as_codes, known_codes, opened
from components.particulars import Identity as Identity
from components.particulars import answered as answered
from components.particulars import identity as identity
from components.particulars import sealed as sealed
from components.refusals import Overtaken, Refused
from components.steps import DUPLICATE
from components.steps import LACKING as LACKING
from components.steps import Checklist as Checklist
from components.steps import Step as Step
from components.steps import checklist as checklist
from components.steps import save_account as save_account
from components.steps import save_change as save_change
from components.steps import save_contact as save_contact
from components.steps import save_details as save_details
from components.steps import save_identity as save_identity
from components.steps import save_reason as save_reason
from components.wishes import eligible, overruled
from components.wishes import requirements as requirements
from models.application import Application
from models.db import lock, transaction
from models.office import Office
from models.rules.catalogue import Change, Channel, Eligibility, Service
from models.rules.deadlines import DRAFT_KEPT
from models.rules.identity import new_number
from models.rules.workflow import OPEN, Act, Role, State

_TRIES = 5
_ON_ITS_WAY = [str(state) for state in State if state in OPEN and state is not State.DRAFT]


@dataclass(frozen=True)
class Started:
    """A new draft, with what lets its holder in again."""

    application: Application
    pin: str = field(repr=False)
    link: str = field(repr=False)


# --- beginning ---


async def start(change: Change, by: Actor, now: datetime, channel: Channel = Channel.ONLINE) -> Started:
    """A new draft with number, PIN and link [P4]. In the village channel it belongs to the registrar's village."""
    values: dict[str, Any] = {
        "channel": str(channel),
        "service": str(Service.BIOMETRIC),
        "change": str(change),
    }
    if channel is Channel.VILLAGE:
        values["village"] = by.village_id
    return await create(values, by, now)


async def start_of(
    service: Service, typed: Mapping[str, str], by: Actor, now: datetime, channel: Channel = Channel.ONLINE
) -> Started:
    """A new draft of a service other than the biometric one, with its first answers [P4].

    Raises Refused with fields when they are not complete.
    """
    values = {"channel": str(channel), "service": str(service), **details.read(service, typed)}
    return await create(values, by, now)


async def create(values: Mapping[str, Any], by: Actor, now: datetime) -> Started:
    """A new draft with these columns; number, keys and the first line of history are made here.

    values: without sealed columns, which are bound to the number: add them afterwards with sealed().
    """
    office_id = by.office_id or founding.office_card().id
    async with transaction():
        office = await Office.objects().get(Office.id == office_id)
        if office is None:
            raise LookupError("an actor's office must exist")
        keys = access.new_keys()
        application = await _insert(office, {**values, "created_at": now, "touched_at": now}, keys)
        role = Role.APPLICANT
        if by.is_staff:
            role = by.role_for(frozenset({Role.REGISTRAR, Role.COUNTER, Role.OPERATOR}))
        who = by if by.is_staff else applicant(application.id)
        await history.record(application.id, "start", who, role, now, target=State.DRAFT)
    return Started(application, keys.pin, keys.link)


async def _insert(office: Office, values: Mapping[str, Any], keys: Keys) -> Application:
    """The row under a number that is free: a taken one changes nothing, and another one is tried."""
    for _ in range(_TRIES):
        number = new_number(office.prefix, secrets.choice)
        row = Application(
            office=office.id,
            number=number,
            state=State.DRAFT,
            **{**values, **access.columns(number, keys)},
        )
        made = (
            await Application.insert(row)
            .on_conflict(target=Application.number, action="DO NOTHING")
            .returning(Application.id)
        )
        if made:
            return await _fresh(made[0]["id"])
    raise LookupError("no free application number was found")


# --- how its holder comes back ---


def pin_of(application: Application) -> str:
    """The PIN, for its holder."""
    return keys_of(application).pin


def address_for(application: Application, by: Actor) -> str:
    """Where a QR on paper leads: the holder's own link; from an officer's hand the address that asks for the PIN."""
    if Role.APPLICANT in casework.roles_towards(application, by):
        return link_of(application)
    return f"{kit().settings.base_url}/permohonan/{application.number}"


def link_of(application: Application) -> str:
    """The full address that lets its holder in."""
    return founding.tracking_address(keys_of(application).link)


async def _fresh(application_id: int) -> Application:
    row = await Application.objects().get(Application.id == application_id)
    if row is None:
        raise LookupError("an application is never deleted")
    return row


# --- submitting ---


async def submit(application: Application, by: Actor, now: datetime) -> Application:
    """Send the draft to the operators [P5, P6]. Raises Refused, naming the steps that still miss something.

    When the same person has an application on its way already, the draft is discarded and that other one is
    returned (rules of the service, section 3); somebody else with the same NIK only gets a flag.
    """
    async with transaction():
        draft = await lock(Application.objects()).where(Application.id == application.id).first()
        if draft is None or draft.state != State.DRAFT:
            raise Overtaken("Permohonan ini sudah dikirim. Muat ulang halaman untuk melihat statusnya.")
        missing = (await checklist(draft)).missing
        if missing:
            raise Refused(
                "Belum lengkap. Lengkapi dulu yang bertanda.", {str(step): LACKING[step] for step in missing}
            )
        others = await _same_nik(draft)
        first = None if by.is_staff else next((other for other in others if _same_person(draft, other)), None)
        if first is not None:
            why = f"Permohonan {first.number} dari pemohon yang sama masih berjalan."
            await _discard(draft, by, now, reason=why)
            return first
        answer = eligible(draft)
        changes = {
            Application.touched_at: now,
            Application.officer_check: answer is not None
            and (answer.kind is Eligibility.OFFICER_CHECK or overruled(draft)),
            Application.confirmed_warnings: as_codes(known_codes(draft) | ({DUPLICATE} if others else set())),
            **await promises.changes_on_receipt(draft, now),
        }
        await unfinished.forget(draft.id)
        return await casework.advance(draft, Act.SUBMIT, by, now, changes=changes)


async def _same_nik(draft: Application) -> list[Application]:
    """Other applications of this NIK for this service that are on their way, oldest first."""
    if not draft.nik_index:
        return []
    found: list[Application] = await (
        lock(Application.objects())
        .where(
            (Application.nik_index == draft.nik_index)
            & (Application.service == draft.service)
            & (Application.id != draft.id)
            & Application.state.is_in(_ON_ITS_WAY)
        )
        .order_by(Application.id)
    )
    return found


def _same_person(one: Application, other: Application) -> bool:
    """Whether two applications of one NIK come from one person: KK number, birth date, and phone or e-mail agree."""
    a, b = opened(one), opened(other)
    reached_alike = (a.phone == b.phone != "") or (a.email == b.email != "")
    return a.kk == b.kk and one.birth_date == other.birth_date and reached_alike


# --- ways out ---

_WIPED: dict[Any, Any] = {
    **dict.fromkeys(
        ("name", "folded_name", "birth_place", "sex", "address", "rt", "rw", "account", "nik_index"), ""
    ),
    **{f"{name}_sealed": "" for name in SEALED},
    "birth_date": None,
    "ever_married": False,
    "confirmed_warnings": "[]",
}


async def withdraw(application: Application, by: Actor, now: datetime) -> Application:
    """End the application at the applicant's wish; its appointment becomes free. A draft is discarded."""
    if application.state == State.DRAFT:
        return await discard(application, by, now)
    async with transaction():
        await lock(Application.select(Application.id).where(Application.id == application.id))
        if application.state == State.SCHEDULED:
            await appointments.release(application.id, "cancelled", now)
        # An earlier reason to send something again is not why it ended.
        changes = {Application.finished_at: now, Application.decided_reason: ""}
        return await casework.advance(application, Act.WITHDRAW, by, now, changes=changes)


async def discard(application: Application, by: Actor, now: datetime) -> Application:
    """Throw a draft away: what was typed and its scans are gone at once, for nobody has asked for them."""
    return await _discard(application, by, now)


async def _discard(application: Application, by: Actor, now: datetime, reason: str = "") -> Application:
    async with transaction():
        gone = await casework.advance(
            application,
            Act.DISCARD,
            by,
            now,
            reason=reason,
            changes={**_WIPED, "finished_at": now},
            silent=True,
        )
        await unfinished.forget(gone.id)
        await documents.remove_scans(gone, now)
    return gone


async def purge_drafts(now: datetime) -> int:
    """Discard drafts that nobody touched or typed in for 7 days; how many. One that fails does not stop the others.

    Typing that can no longer be saved, because its application is on its way or closed, goes as well.
    """
    rows = await Application.select(Application.id).where(
        (Application.state == State.DRAFT) & (Application.touched_at <= now - DRAFT_KEPT)
    )
    ids = [row["id"] for row in rows]
    typed_in = await unfinished.typed_since(ids, now - DRAFT_KEPT) if ids else set()

    async def throw_away(application_id: int) -> bool:
        await discard(await _fresh(application_id), SYSTEM, now)
        return True

    count = await each((id_ for id_ in ids if id_ not in typed_in), throw_away, "old drafts")
    await unfinished.purge()
    return count
