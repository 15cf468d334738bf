"""A case goes on on the citizen's own phone: by a link that opens it once, within a day [P11].

The registrar keeps seeing it. Whoever gets hold of the link later finds it used or over.
"""

import secrets
from datetime import datetime, timedelta

from components import assisting, casework
from components.actors import Actor, applicant
from components.kit import kit
from components.refusals import Missing, Refused
from models.application import Application
from models.db import transaction
from models.rules.workflow import FINISHED
from models.village import Handoff

LASTS = timedelta(hours=24)
_OVER = "Tautan ini sudah dipakai. Minta yang baru di kantor desa, atau buka dengan nomor dan PIN."


async def make(application: Application, by: Actor, now: datetime) -> str:
    """A link's address for the phone of who stands at the table; an earlier unused one stops working.

    Raises Missing for who does not help with this application, Refused when there is nothing left to go on with.
    """
    if not assisting.assists(application, by):
        raise Missing
    if application.state in FINISHED:
        raise Refused("Permohonan ini sudah selesai, jadi tidak perlu dialihkan.")
    token = secrets.token_urlsafe(16)
    async with transaction():
        await casework.note(application, "handoff_made", by, now)
        await Handoff.delete().where((Handoff.application == application.id) & Handoff.used_at.is_null())
        await Handoff(
            application=application.id,
            token_hash=kit().vault.token_hash(token),
            made_by=by.staff_id,
            made_at=now,
            expires_at=now + LASTS,
        ).save()
    return f"{kit().settings.base_url}/alih/{token}"


async def find(token: str, now: datetime) -> Application:
    """The application this link is for, used or not. Raises Missing for any other token and once its time is over."""
    row = (
        await Handoff.objects(Handoff.application)
        .where((Handoff.token_hash == kit().vault.token_hash(token)) & (Handoff.expires_at > now))
        .first()
    )
    if row is None:
        raise Missing
    found: Application = row.application
    return found


async def use(token: str, now: datetime) -> Application:
    """Use the link up: its holder may be let in. Raises Missing as find() does, Refused when it was used before."""
    async with transaction():
        application = await find(token, now)
        used = (
            await Handoff.update({Handoff.used_at: now})
            .where((Handoff.token_hash == kit().vault.token_hash(token)) & Handoff.used_at.is_null())
            .returning(Handoff.id)
        )
        if not used:
            raise Refused(_OVER)
        await casework.note(application, "handed_to_phone", applicant(application.id), now)
    return application
