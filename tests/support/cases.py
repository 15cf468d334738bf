"""Applications in a given state, without going the whole way there: for tests of what comes after."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from components import access, founding, history
from components.actors import SYSTEM, Actor, applicant
from components.sealing import seal
from models.account import Staff
from models.application import Application, Document
from models.card_stock import Capture
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import Act, Role, State
from tests.support.service import MONDAY

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ"
NAME = "SITI AMINAH PUTRI"
NIK = "3515115208900000"


async def an_application(
    state: State = State.ACCEPTED, now: datetime = MONDAY, *, email: str = "siti@contoh.test", **columns: Any
) -> Application:
    """A biometric application of a fictional person, received an hour ago, with an e-mail address."""
    count = await Application.count()
    number = "KRN-" + "".join(ALPHABET[count // len(ALPHABET) ** place % len(ALPHABET)] for place in range(6))
    received = now - timedelta(hours=1)
    values: dict[str, Any] = {
        "number": number,
        "office": founding.office_card().id,
        "channel": "online",
        "service": "biometric",
        "state": state,
        "change": "photo",
        "reason": "jilbab_on",
        "name": NAME,
        "folded_name": NAME.casefold(),
        "nik_sealed": seal(number, "nik", NIK),
        "kk_sealed": seal(number, "kk", "3515110302140000"),
        "email_sealed": seal(number, "email", email),
        "created_at": received,
        "touched_at": received,
        "submitted_at": received,
        "received_at": received,
        **access.columns(number, access.new_keys()),
        **columns,
    }
    application = Application(**values)
    await application.save()
    await tell_history(application, Act.SUBMIT, received)
    return application


async def tell_history(application: Application, act: Act, at: datetime) -> None:
    """A line of history as the step would have left it."""
    await history.record(application.id, act, SYSTEM, Role.SYSTEM, at)


async def with_documents(
    application: Application,
    rejected: Mapping[DocumentKind, Sequence[RejectReason]] | None = None,
    verdict: str = "accepted",
) -> None:
    """The three documents everybody hands in, judged; `rejected` ones with their reasons."""
    for kind in (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102):
        reasons = (rejected or {}).get(kind, ())
        await Document(
            application=application.id,
            kind=str(kind),
            verdict="rejected" if reasons else verdict,
            reasons=json.dumps([str(reason) for reason in reasons]),
            received_at=application.received_at,
        ).save()


async def photographed(application: Application, at: datetime) -> None:
    """The photo was recorded by the first member of staff: what a card is printed of."""
    officer = await Staff.select(Staff.id).order_by(Staff.id).first()
    await Capture(
        application=application.id,
        photo=True,
        approved_by_applicant=True,
        matched=True,
        captured_by=(officer or {})["id"],
        happened_at=at,
        entered_at=at,
    ).save()


def holder(application: Application) -> Actor:
    """The applicant of this application."""
    return applicant(application.id)


async def fresh(application: Application) -> Application:
    """The application as it stands now."""
    row = await Application.objects().get(Application.id == application.id)
    assert row is not None
    return row
