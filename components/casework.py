"""The only writer of Application.state and of its history [G1, O1].

Every step is one guarded UPDATE, its line of history and the messages it causes, in one transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from components import history, notifications
from components.actors import Actor
from components.refusals import Missing, Overtaken, Refused
from components.wording import STATE_WORDS
from models.application import Application
from models.db import Prepared, transaction
from models.rules import workflow
from models.rules.catalogue import Channel
from models.rules.workflow import Act, Role, State

_OFFICE_ROLES = frozenset({Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR})


def may_see(application: Application, by: Actor) -> bool:
    """Whether this actor can know that the application exists (design: rules of the service, section 11)."""
    if application.id in by.applications or Role.SYSTEM in by.roles:
        return True
    if not by.is_staff or application.office != by.office_id:
        return False
    if not by.roles.isdisjoint(_OFFICE_ROLES):
        return application.state != State.DRAFT or application.channel == Channel.COUNTER
    return (
        Role.REGISTRAR in by.roles
        and application.channel == Channel.VILLAGE
        and by.village_id is not None
        and application.village == by.village_id
    )


def roles_towards(application: Application, by: Actor) -> frozenset[Role]:
    """The roles this actor holds for this very application; empty when it must not be seen."""
    if not may_see(application, by):
        return frozenset()
    staff = by.roles - {Role.APPLICANT}
    return staff | {Role.APPLICANT} if application.id in by.applications else staff


_BY_NUMBER = Prepared(
    lambda number: Application.select(*Application.all_columns()).where(Application.number == number)
)

_BY_ID = Prepared(lambda id_: Application.select(*Application.all_columns()).where(Application.id == id_))


async def find(number: str, by: Actor) -> Application:
    """The application with this canonical number. Raises Missing, the same for unknown and for foreign."""
    found = await _BY_NUMBER.objects(Application, number)
    if not found or not may_see(found[0], by):
        raise Missing
    return found[0]


async def reread(application: Application) -> Application:
    """The application as it now stands. Raises Missing when it was removed meanwhile."""
    found = await _BY_ID.objects(Application, application.id)
    if not found:
        raise Missing
    return found[0]


async def advance(
    application: Application,
    act: Act,
    by: Actor,
    now: datetime,
    *,
    reason: str = "",
    changes: Mapping[Any, Any] | None = None,
    details: Mapping[str, history.Detail] | None = None,
    happened_at: datetime | None = None,
    silent: bool = False,
) -> Application:
    """Do one step of the workflow, whole or not at all, and return the application as it now stands.

    application: as it was read; its state and version guard the step. changes: other columns written with
    it. silent: no message is caused (another step of the same act tells the applicant).
    Raises Refused when the table does not hold the step for this actor, Overtaken when somebody was quicker.
    """
    source = State(application.state)
    line = workflow.step(act, source)
    roles = roles_towards(application, by)
    if line is None:
        raise Overtaken(f"Tidak bisa dilakukan: permohonan ini sekarang {STATE_WORDS[source].lower()}.")
    if line.by.isdisjoint(roles):
        raise Refused("Anda tidak berwenang melakukan langkah ini.")
    async with transaction():
        moved = (
            await Application.update(
                {
                    **(changes or {}),
                    Application.state: line.target,
                    Application.version: Application.version + 1,
                }
            )
            .where(
                (Application.id == application.id)
                & (Application.state == application.state)
                & (Application.version == application.version)
            )
            .returning(Application.id)
        )
        if not moved:
            raise Overtaken(
                "Permohonan ini baru saja diubah orang lain. Muat ulang halaman, lalu lihat hasilnya."
            )
        role = next(role for role in Role if role in line.by and role in roles)
        await history.record(
            application.id,
            act,
            by,
            role,
            now,
            source=source,
            target=line.target,
            reason=reason,
            details=details,
            happened_at=happened_at,
        )
        after = await reread(application)
        if not silent:
            await notifications.tell_after(act, after, now)
    return after


async def note(
    application: Application,
    act: str,
    by: Actor,
    now: datetime,
    *,
    reason: str = "",
    details: Mapping[str, history.Detail] | None = None,
    happened_at: datetime | None = None,
) -> None:
    """A line of history without a step: a verdict, a look at a scan, a note. Raises Missing if unseen."""
    roles = roles_towards(application, by)
    if not roles:
        raise Missing
    role = next(role for role in Role if role in roles)
    await history.record(
        application.id, act, by, role, now, reason=reason, details=details, happened_at=happened_at
    )
