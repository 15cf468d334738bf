"""A registrar in a citizen's case: for whom is being filled in, seen on every page of it [P11, P12]."""

from dataclasses import dataclass
from datetime import datetime

from components import casework
from components.actors import Actor
from models.application import Application
from models.db import Prepared
from models.rules.catalogue import Channel
from models.rules.identity import short_name
from models.rules.workflow import Role
from models.village import Handoff


@dataclass(frozen=True)
class Band:
    """What stands above every page of a case of the village. name: shortened; empty before it is known.

    assisting: whether the registrar reads it; else it is the citizen, to whom it says that the case was handed over.
    """

    number: str
    name: str
    assisting: bool
    handed_at: datetime | None


def assists(application: Application, by: Actor) -> bool:
    """Whether this actor fills in for the applicant as the registrar of the village."""
    helped = application.channel == Channel.VILLAGE
    return helped and Role.REGISTRAR in casework.roles_towards(application, by)


_HANDED = Prepared(
    lambda application: (
        Handoff.select(Handoff.used_at)
        .where((Handoff.application == application) & Handoff.used_at.is_not_null())
        .order_by(Handoff.id, ascending=False)
        .limit(1)
    )
)


async def band(application: Application, by: Actor) -> Band | None:
    """The band for this reader; None where no village helps, and for the office."""
    if application.channel != Channel.VILLAGE:
        return None
    assisting = assists(application, by)
    if not assisting and application.id not in by.applications:
        return None
    row = await _HANDED.first(application.id)
    name = short_name(application.name) if application.name else ""
    return Band(application.number, name, assisting, row["used_at"] if row else None)
