"""What the desk notices by itself about a file: for the officer's eye, never a verdict [P6, R3]."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from components.documents import Slot
from components.particulars import Identity
from components.wording import DOCUMENT_WORDS, FLAG_WORDS, WARNING_WORDS
from components.words import joined
from models.application import Application, Page
from models.db import Prepared
from models.history import Event
from models.rules.calendar import wib_day
from models.rules.catalogue import Channel, DocumentKind, Sex
from models.rules.identity import nik_warnings
from models.rules.workflow import State

CARD_AGE = 17


@dataclass(frozen=True)
class Hint:
    """One thing worth a look. numbers: of the other applications that it is about, newest first."""

    words: str
    numbers: tuple[str, ...] = ()


async def of_file(
    application: Application, identity: Identity, slots: Sequence[Slot], now: datetime
) -> list[Hint]:
    """Everything noticed: of numbers, age and the village, other files of this NIK, a photo seen before, flags."""
    return [
        *_of_numbers(application, identity),
        *_of_age(application, now),
        *await _of_village(application),
        *await _same_person(application),
        *await _same_photo(application),
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


async def _of_village(application: Application) -> list[Hint]:
    """Whether the registrar compared the documents with the person; not so when it was sent from a phone [P12]."""
    if application.channel != Channel.VILLAGE:
        return []
    compared = await Event.exists().where((Event.application == application.id) & (Event.act == "precheck"))
    who = ["Diwakili orang lain dengan surat kuasa."] if application.represented else []
    words = "Berkas sudah dicocokkan petugas desa." if compared else "Berkas belum dicocokkan petugas desa."
    return [Hint(one) for one in (words, *who)]


_OF_PERSON = Prepared(
    lambda nik_index, office, application: (
        Application.select(Application.number)
        .where(
            (Application.nik_index == nik_index)
            & (Application.office == office)
            & (Application.id != application)
            & (Application.state != State.DRAFT)
        )
        .order_by(Application.id, ascending=False)
    )
)


async def _same_person(application: Application) -> list[Hint]:
    """Other applications with this NIK."""
    if not application.nik_index:
        return []
    rows = await _OF_PERSON.rows(application.nik_index, application.office, application.id)
    numbers = tuple(str(row["number"]) for row in rows)
    if len(numbers) > 1:
        return [Hint(f"NIK ini punya {len(numbers)} permohonan lain.", numbers)]
    return [Hint("NIK ini punya permohonan lain.", numbers)] if numbers else []


# Two rows of one table beside each other, which Piccolo has no words for. The file's own pages are few and each is
# looked up by its hash.
_SENT_ELSEWHERE = Prepared(
    lambda application, same, office, nik_index: Page.raw(
        "SELECT DISTINCT own.kind, other.id, other.number FROM document AS own "
        "JOIN page AS sent ON sent.document = own.id AND sent.replaced_at IS NULL AND sent.blob <> '' "
        "JOIN page AS twin ON twin.sha256 = sent.sha256 JOIN document AS theirs ON theirs.id = twin.document "
        "JOIN application AS other ON other.id = theirs.application "
        "WHERE own.application = {} AND other.id <> {} AND other.office = {} AND other.nik_index <> {} "
        "AND other.state <> 'draft' ORDER BY other.id DESC, own.kind",
        application, same, office, nik_index,
    )
)  # fmt: skip


async def _same_photo(application: Application) -> list[Hint]:
    """The very same file sent for another person's application: by mistake in a family, or worse.

    One line for all documents that went to the same applications.
    """
    here = application.id
    rows = await _SENT_ELSEWHERE.rows(here, here, application.office, application.nik_index)
    kinds: dict[str, list[str]] = {}
    for row in rows:
        kinds.setdefault(row["number"], []).append(row["kind"])
    numbers: dict[tuple[DocumentKind, ...], list[str]] = {}
    for number, sent in kinds.items():
        numbers.setdefault(tuple(kind for kind in DocumentKind if kind in sent), []).append(number)
    return [
        Hint(
            f"Foto {joined([DOCUMENT_WORDS[kind] for kind in sent])} juga dikirim untuk pemohon lain.",
            tuple(others),
        )
        for sent, others in numbers.items()
    ]


def _of_pictures(slots: Sequence[Slot]) -> list[Hint]:
    noticed = [
        (slot.kind, ", ".join(FLAG_WORDS[flag] for flag in slot.flags)) for slot in slots if slot.flags
    ]
    return [Hint(f"{DOCUMENT_WORDS[kind]}: kamera menilai {flags}.") for kind, flags in noticed]
