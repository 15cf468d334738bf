"""Everything one officer needs to decide one file, gathered for the screen [P6, G1, G2]."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from components import (
    comparison,
    corrections,
    decisions,
    documents,
    hints,
    history,
    office_words,
    preferences,
    promises,
    questions,
    told,
    verification,
    worklist,
)
from components.actors import Actor
from components.decisions import Made
from components.documents import PageView, Slot
from components.hints import Hint
from components.office_words import Reasons
from components.particulars import Identity
from components.preferences import Preferences
from components.promises import Standing
from components.questions import Asked, ColleagueNote
from components.verification import Verdict
from components.wishes import requirements
from components.wording import SEX_WORDS, berempat
from components.worklist import Place
from models.application import Application
from models.db import Prepared, transaction
from models.history import Event
from models.notification import Message
from models.office import Village
from models.rules.catalogue import DocumentKind, RejectReason, Sex
from models.rules.fields import AREAS, ASPECT, Field, Match, shown_on
from models.rules.workflow import State

KEYS_OF_DOCUMENTS = ("dokumen-1", "dokumen-2", "dokumen-3", "dokumen-4")


@dataclass(frozen=True)
class Queue:
    """The officer's list with what can be taken next and taken back."""

    places: Sequence[Place]
    waiting: int
    next: str | None
    made: Made | None
    keys: Preferences


@dataclass(frozen=True)
class Line:
    """One typed value and where it stands: (document, area) pairs, the most telling one first."""

    field: Field
    typed: str
    found: Match | None
    areas: tuple[tuple[DocumentKind, str], ...]


@dataclass(frozen=True)
class Sheet:
    """One document of the file. before: pages that were replaced. act: the desk act that opens it.

    ticked: what stands against it, as it was sent or, while nothing was, as an officer left it.
    """

    slot: Slot
    choices: tuple[RejectReason, ...]
    before: tuple[PageView, ...]
    aspect: float
    act: str
    ticked: Verdict

    @property
    def kind(self) -> DocumentKind:
        return self.slot.kind


@dataclass(frozen=True)
class Workplace:
    """One file on the desk. mine: this officer holds it, so it can be decided here."""

    application: Application
    village: str
    identity: Identity = field(repr=False)
    mine: bool
    sheets: tuple[Sheet, ...]
    office: Reasons
    """How the office puts the reasons against a document."""
    lines: tuple[Line, ...]
    hints: tuple[Hint, ...]
    notes: tuple[ColleagueNote, ...]
    questions: tuple[Asked, ...]
    events: tuple[Event, ...]
    told: tuple[Message, ...]
    standing: Standing
    due_at: datetime
    """Until when a correction asked for now would have to come [P7]."""

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.application.state == State.SUBMITTED


async def queue(by: Actor, now: datetime, listed: Sequence[Place], besides: Collection[str] = ()) -> Queue:
    """What stands beside every file. listed: the officer's list. besides: numbers that are not offered as next."""
    return Queue(
        listed,
        await worklist.waiting(by, listed),
        worklist.next_of(listed, besides),
        await decisions.just_made(by, now),
        await preferences.of(by),
    )


async def open_file(
    application: Application, listed: Sequence[Place], by: Actor, now: datetime, reason: str = ""
) -> Workplace:
    """Take a file and see it: that it is held and that it is seen is written down as one [G1, G2].

    Raises what worklist.open_file raises; then nothing was seen.
    """
    async with transaction():
        held = await worklist.open_file(application, listed, by, now, reason)
        identity = await verification.look(held, by, now)
    return await _laid_out(held, identity, now, mine=verification.holds(held, by, now))


async def file(application: Application, by: Actor, now: datetime, *, ahead: bool = False) -> Workplace:
    """The file as the officer sees it; that the full NIK is seen is recorded before it is shown [G1].

    ahead: as it will look once it is opened, for the screen that has it ready before.
    """
    identity = await verification.look(application, by, now)
    return await _laid_out(application, identity, now, mine=ahead or verification.holds(application, by, now))


_VILLAGE = Prepared(lambda id_: Village.select(Village.name).where(Village.id == id_))


async def _laid_out(application: Application, identity: Identity, now: datetime, *, mine: bool) -> Workplace:
    slots = await documents.slots(application)
    replaced = await documents.replaced(application)
    village = await _VILLAGE.first(application.village) if application.village else None
    events = await history.lines(application.id)
    found = await comparison.of(application)
    office = await office_words.reasons(application.office)
    return Workplace(
        application=application,
        village=village["name"] if village else "",
        identity=identity,
        mine=application.state == State.SUBMITTED and mine,
        sheets=tuple(
            Sheet(
                slot,
                _choices(
                    office,
                    slot.kind,
                    ticked := found.verdicts.get(slot.kind, Verdict(slot.reasons, slot.note)),
                ),
                replaced.get(slot.kind, ()),
                ASPECT.get(slot.kind, 0),
                act,
                ticked,
            )
            for slot, act in zip(slots, KEYS_OF_DOCUMENTS, strict=False)
        ),
        office=office,
        lines=lines_of(application, identity, found.marks),
        hints=tuple(await hints.of_file(application, identity, slots, now)),
        notes=tuple(await questions.notes(events)),
        questions=tuple(await questions.of_file(application)),
        events=tuple(events),
        told=await told.of_case(application.id),
        standing=await promises.standing(application, now),
        due_at=await corrections.due(application, now),
    )


def _choices(office: Reasons, kind: DocumentKind, ticked: Verdict) -> tuple[RejectReason, ...]:
    """What can be ticked; what stands against the document already stays, though the office switched it off since."""
    offered = office.choices(kind)
    return (*(one for one in ticked.reasons if one not in offered), *offered)


def lines_of(application: Application, identity: Identity, found: Mapping[Field, Match]) -> tuple[Line, ...]:
    """What was typed, beside the places of the documents where it stands. found: what an officer marked of it."""
    born = "" if application.birth_date is None else f"{application.birth_date:%d-%m-%Y}"
    place = f"RT {application.rt} RW {application.rw}" if application.rt else ""
    typed = {
        Field.NIK: berempat(identity.nik),
        Field.NAME: application.name,
        Field.BIRTH: f"{application.birth_place}, {born}",
        Field.SEX: SEX_WORDS[Sex(application.sex)] if application.sex else "",
        Field.FAMILY_NUMBER: berempat(identity.kk),
        Field.ADDRESS: f"{application.address} {place}".strip(),
    }
    asked = requirements(application)
    return tuple(
        Line(
            name,
            typed[name],
            found.get(name),
            tuple((kind, str(AREAS[kind, name])) for kind in shown_on(name) if kind in asked),
        )
        for name in Field
    )
