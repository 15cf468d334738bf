"""Applications on their way through the wizard, for tests: what a person types and sends."""

import io
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

from components import applications, founding, intake, looks, receiving
from components.actors import ANYBODY, Actor, applicant
from models.application import Application
from models.rules.catalogue import Change
from tests.support.service import MONDAY

SPECIMEN = Path(__file__).parent.parent / "specimen"

CONTACT = {"no_hp": "0857 3634 9953", "whatsapp": "ya", "email": ""}
PERSON = {
    "nik": "3515115208900001",
    "no_kk": "3515111406130012",
    "nama": "SITI AMINAH",
    "tempat_lahir": "SIDOARJO",
    "tgl_lahir": "12/08/1990",
    "jenis_kelamin": "female",
    "alamat": "DSN. MELATI NO. 14",
    "rt_rw": "003/002",
}
PHOTOS = {
    "old_card": "siti-ktp.jpg",
    "family_card": "siti-kk.jpg",
    "form_f102": "siti-f102.jpg",
    "data_evidence": "nuraini-kk.jpg",
    "police_letter": "nuraini-f102.jpg",
}


@lru_cache(maxsize=8)
def photo(name: str) -> bytes:
    """A specimen, by its file name."""
    return (SPECIMEN / name).read_bytes()


@lru_cache(maxsize=16)
def light(name: str) -> bytes:
    """The same a thousand pixels long, which no check complains of: for tests that only need some good photo."""
    out = io.BytesIO()
    with Image.open(SPECIMEN / name) as image:
        image.draft("RGB", (1000, 1000))
        upright = ImageOps.exif_transpose(image)
        upright.resize(_thousand_long(*upright.size)).save(out, "JPEG", quality=85)
    return out.getvalue()


def _thousand_long(width: int, height: int) -> tuple[int, int]:
    return width * 1000 // max(width, height), height * 1000 // max(width, height)


async def village() -> str:
    """The form's value for the first village."""
    return str((await intake.villages_of(founding.office_card().id))[0]["id"])


async def begun(
    change: Change = Change.PHOTO, reason: str = "jilbab_on", now: datetime = MONDAY
) -> Application:
    """A draft with what changes and why."""
    draft = (await applications.start(change, ANYBODY, now)).application
    if change.has_photo:
        draft = await applications.save_reason(draft, {"alasan": reason}, applicant(draft.id), now)
    return draft


async def filled(
    typed: Mapping[str, str] | None = None,
    *,
    change: Change = Change.PHOTO,
    reason: str = "jilbab_on",
    now: datetime = MONDAY,
) -> Application:
    """A draft with everything but its documents; `typed` replaces some answers."""
    draft = await begun(change, reason, now)
    by = applicant(draft.id)
    answers = {**CONTACT, **PERSON, "desa": await village(), **(typed or {})}
    draft = await applications.save_contact(draft, answers, by, now)
    return await applications.save_identity(draft, answers, by, now)


async def with_documents(draft: Application, now: datetime = MONDAY) -> Application:
    """The same draft with a good photo of every document it needs."""
    for kind in applications.requirements(draft):
        name = PHOTOS[kind]
        await receiving.receive(draft, kind, light(name), name, applicant(draft.id), now)
    return draft


async def submitted(typed: Mapping[str, str] | None = None, now: datetime = MONDAY) -> Application:
    """An application in the operators' queue."""
    draft = await with_documents(await filled(typed, now=now), now)
    return await applications.submit(draft, applicant(draft.id), now)


def holder(application: Application) -> Actor:
    """The applicant of this application."""
    return applicant(application.id)


async def looked_at(
    application: Application, page_id: int, by: Actor, now: datetime, size: looks.Size = looks.Size.FULL
) -> bytes:
    """What this reader gets to see of a page."""
    return await looks.show(await looks.find(application, page_id, size, by, now), by, now)
