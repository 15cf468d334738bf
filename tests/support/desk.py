"""Files on the operator's desk: complete ones in the queue, and the form by which they are decided."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from components import worklist
from components.actors import Actor
from components.verification import Verdict
from models.application import Application, Document, Page
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import State
from tests.faults.states import columns_of
from tests.support.cases import an_application
from tests.support.service import MONDAY

KINDS = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)
FITTING: Mapping[DocumentKind, Verdict] = {kind: Verdict() for kind in KINDS}
CUT_CARD = {**FITTING, DocumentKind.FAMILY_CARD: Verdict((RejectReason.CUT,))}


async def a_file(now: datetime = MONDAY, **columns: Any) -> Application:
    """A submitted application with one page for each document; no picture is behind the pages.

    Each comes a second after the one before, so that the queue's order is theirs.
    """
    arrived = now - timedelta(hours=1) + timedelta(seconds=await Application.count())
    values = {**columns_of(State.SUBMITTED, now), "change": "signature", "reason": "", "received_at": arrived}
    application = await an_application(State.SUBMITTED, now, **{**values, **columns})
    for kind in KINDS:
        document = Document(application=application.id, kind=str(kind), received_at=arrived)
        await document.save()
        await Page(
            document=document.id,
            position=1,
            blob="00" * 16,
            blob_key=b"k",
            thumbnail="00" * 16,
            thumbnail_key=b"k",
            sha256=f"{application.id}-{kind}",
            received_at=arrived,
        ).save()
    return application


async def opened(application: Application, by: Actor, now: datetime, reason: str = "") -> Application:
    """The file, taken from the officer's list as it now is."""
    return await worklist.open_file(application, await worklist.places(by, now), by, now, reason)
