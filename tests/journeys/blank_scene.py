"""Two files for the journey of the blanks: one recorded and waiting for its card, one waiting for the operator.

    python -m tests.journeys.blank_scene

On the data of LOKET_DATA, at the moment of LOKET_CLOCK; prints the two numbers.
"""

import asyncio
import os
import sys

from app import close_service, open_service
from components import applications, clock, receiving
from components.settings import from_environment
from components.wording import WARNING_WORDS
from models.rules.catalogue import DocumentKind
from models.rules.workflow import State
from tests.journeys.people import the
from tests.support.cases import an_application, photographed
from tests.support.drafts import filled, holder, light

_SLOTS = {DocumentKind.OLD_CARD: "ktp", DocumentKind.FAMILY_CARD: "kk", DocumentKind.FORM_F102: "f102"}


async def furnish() -> None:
    """Somebody who was recorded yesterday, and Nur'aini's complete application."""
    await open_service(from_environment(os.environ, int(os.environ["PORT"])))
    try:
        now = clock.now()
        recorded = await an_application(
            State.CAPTURED, now, email="", arrived_at=now, accepted_at=now, captured_at=now
        )
        await photographed(recorded, now)
        who = the("nuraini")
        draft = await filled(
            {
                "nik": who.nik,
                "no_kk": who.kk,
                "nama": who.name,
                "no_hp": who.phone,
                "email": who.email,
                "tgl_lahir": who.birth_date,
                "jenis_kelamin": "female",
                "yakin": ",".join(WARNING_WORDS),
            },
            now=now,
        )
        for kind, short in _SLOTS.items():
            name = f"nuraini-{short}.jpg"
            await receiving.receive(draft, kind, light(name), name, holder(draft), now)
        sent = await applications.submit(draft, holder(draft), now)
        sys.stdout.write(f"{recorded.number} {sent.number}\n")
    finally:
        await close_service()


if __name__ == "__main__":
    asyncio.run(furnish())
