"""What an application asks for, read off its row: the wish, whether it can be granted, what it takes [R1-R4]."""

from components import casework
from components.actors import Actor
from components.refusals import Missing, Overtaken, Refused
from models.application import Application
from models.rules.catalogue import (
    Change,
    Channel,
    DocumentKind,
    Eligibility,
    Eligible,
    Reason,
    Service,
    Sex,
    eligibility,
)
from models.rules.catalogue import requirements as required
from models.rules.workflow import Role, State

DRAFTS = frozenset({State.DRAFT})
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
"""States in which what was typed and sent may still be changed by the applicant."""

_WRITERS = frozenset({Role.APPLICANT, Role.REGISTRAR, Role.COUNTER})


def wish(application: Application) -> tuple[Change | None, Reason | None]:
    """What shall change and why, as far as it is chosen."""
    change = Change(application.change) if application.change else None
    return change, Reason(application.reason) if application.reason else None


def eligible(application: Application) -> Eligible | None:
    """How the wish goes on [R3, R4]; None while it is not complete."""
    if application.service != Service.BIOMETRIC:
        return Eligible(Eligibility.ALLOWED)
    change, reason = wish(application)
    if change is None or (change.has_photo and reason is None):
        return None
    return eligibility(change, reason, Sex(application.sex) if application.sex else None)


def overruled(application: Application) -> bool:
    """Whether an officer at the counter lets a wish that the rule does not grant go on, with a written reason [R4]."""
    answer = eligible(application)
    not_possible = answer is not None and answer.kind is Eligibility.NOT_POSSIBLE
    return not_possible and application.channel == Channel.COUNTER and bool(application.account)


def requirements(application: Application) -> tuple[DocumentKind, ...]:
    """The documents to hand in, in the order of asking [R1, R2, R4]; the authority of who stands in comes last."""
    kinds = required(Service(application.service), Channel(application.channel), *wish(application))
    return (*kinds, DocumentKind.AUTHORITY) if application.represented else kinds


def on_paper(application: Application, by: Actor) -> bool:
    """Whether this officer has the papers themselves on the counter: a photo of them is for the file alone [R1]."""
    roles = casework.roles_towards(application, by)
    return application.channel == Channel.COUNTER and Role.COUNTER in roles


def refuse_unless_takes_photos(application: Application, by: Actor) -> None:
    """As refuse_unless_open, for photos: of the papers of a walk-in also while the file waits for its decision."""
    waiting = {State.SUBMITTED} if on_paper(application, by) else set()
    refuse_unless_open(application, by, EDITABLE | waiting)


def refuse_unless_open(application: Application, by: Actor, allowed: frozenset[State] = EDITABLE) -> None:
    """Raise Missing for who must not see it, Refused for who must not write, Overtaken when it has moved on."""
    roles = casework.roles_towards(application, by)
    if not roles:
        raise Missing
    if roles.isdisjoint(_WRITERS):
        raise Refused("Anda tidak berwenang mengubah permohonan ini.")
    if application.state not in allowed:
        raise Overtaken("Permohonan ini sudah dikirim, jadi tidak bisa diubah lagi di sini.")
