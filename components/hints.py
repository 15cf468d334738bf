"""What the desk notices by itself about a file: for the officer's eye, never a verdict [P6, R3]."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from components.documents import Slot
from components.particulars import Identity
from components.wording import DOCUMENT_WORDS, FLAG_WORDS, WARNING_WORDS
from models.application import Application, Page
from models.rules.calendar import wib_day
from models.rules.catalogue import Sex
from models.rules.identity import nik_warnings
from models.rules.workflow import State

CARD_AGE = 17


@dataclass(frozen=True)
class Hint:
    """One thing worth a look. number: of another application that it is about."""

    words: str
    number: str = ""


async def of_file(
    application: Application, identity: Identity, slots: Sequence[Slot], now: datetime
) -> list[Hint]:
    """Everything noticed: numbers that disagree, age, other applications of this NIK, a photo seen before, flags."""
    return [
        *_of_numbers(application, identity),
        *_of_age(application, now),
        *await _same_person(application),
        *await _same_photo(application, slots),
        *_of_pictures(slots),
    ]


def _of_numbers(application: Application, identity: Identity) -> list[Hint]:
    """What the applicant confirmed, and what the numbers say as they now stand; each once."""
    codes: list[str] = list(json.loads(application.confirmed_warnings))
    if identity.nik:
        sex = Sex(application.sex) if application.sex else None
        codes += [
            warning.code for warning in nik_warnings(identity.nik, application.birth_date, sex, identity.kk)
        ]
    return [Hint(WARNING_WORDS[code]) for code in dict.fromkeys(codes) if code in WARNING_WORDS]


def _of_age(application: Application, now: datetime) -> list[Hint]:
    born, today = application.birth_date, wib_day(now)
    if born is None:
        return []
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return [Hint(f"Pemohon baru {age} tahun.")] if age < CARD_AGE else []


async def _same_person(application: Application) -> list[Hint]:
    """Other applications with this NIK, newest first."""
    if not application.nik_index:
        return []
    rows = (
        await Application.select(Application.number)
        .where(
            (Application.nik_index == application.nik_index)
            & (Application.office == application.office)
            & (Application.id != application.id)
            & (Application.state != State.DRAFT)
        )
        .order_by(Application.id, ascending=False)
    )
    return [Hint("NIK ini punya permohonan lain.", str(row["number"])) for row in rows]


async def _same_photo(application: Application, slots: Sequence[Slot]) -> list[Hint]:
    """The very same file sent for another person's application: by mistake in a family, or worse."""
    ids = [page.id for slot in slots for page in slot.pages]
    if not ids:
        return []
    own = await Page.select(Page.sha256, Page.document.kind.as_alias("kind")).where(Page.id.is_in(ids))
    kinds = {row["sha256"]: row["kind"] for row in own}
    elsewhere = await Page.select(Page.sha256, Page.document.application.as_alias("application")).where(
        Page.sha256.is_in(sorted(kinds)) & (Page.document.application != application.id)
    )
    others = await Application.select(Application.id, Application.number).where(
        Application.id.is_in([row["application"] for row in elsewhere] or [0])
        & (Application.office == application.office)
        & (Application.nik_index != application.nik_index)
        & (Application.state != State.DRAFT)
    )
    numbers = {row["id"]: row["number"] for row in others}
    found = {
        (numbers[row["application"]], kinds[row["sha256"]])
        for row in elsewhere
        if row["application"] in numbers
    }
    return [
        Hint(f"Foto {DOCUMENT_WORDS[kind]} ini juga dikirim untuk pemohon lain.", number)
        for number, kind in sorted(found)
    ]


def _of_pictures(slots: Sequence[Slot]) -> list[Hint]:
    noticed = [
        (slot.kind, ", ".join(FLAG_WORDS[flag] for flag in slot.flags)) for slot in slots if slot.flags
    ]
    return [Hint(f"{DOCUMENT_WORDS[kind]}: kamera menilai {flags}.") for kind, flags in noticed]
