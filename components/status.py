"""What the applicant's page says: where the application stands, the one thing to do, and the way so far [P7-P9]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from components import (
    appointments,
    card_making,
    casework,
    compensation,
    documents,
    earlier,
    hand_over,
    history,
    new_contact,
    obstacles,
    office_words,
    promises,
    stock,
    survey,
)
from components.actors import Actor
from components.applications import pin_of
from components.bookings import Booking
from components.compensation import Case
from components.documents import Slot
from components.earlier import Wish
from components.new_contact import Reach
from components.office_words import Reasons
from components.promises import Standing
from components.wishes import requirements
from components.wording import ACT_WORDS, CHANGE_WORDS, DOCUMENT_WORDS, SERVICE_WORDS, paper_advice
from components.words import hari, jam, joined, kecil, tanggal
from models.application import Application
from models.history import Event
from models.obstacle import Obstacle
from models.rules.calendar import wib_day
from models.rules.catalogue import Change, Channel, DocumentKind, RejectReason, Service, has_old_card
from models.rules.deadlines import lapse_at
from models.rules.identity import short_name
from models.rules.workflow import FINISHED, Act, Role, State, may


@dataclass(frozen=True)
class DocumentLine:
    """One required document as the applicant sees it. advice: what is wrong and what to do, a sentence each."""

    kind: DocumentKind
    words: str
    verdict: str
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Milestone:
    """One step of the way. kind: ok, info, gawat, or empty for what is still to come."""

    kind: str
    icon: str
    title: str
    detail: str = ""
    current: bool = False


@dataclass(frozen=True)
class Deadline:
    """Until when a correction may be sent. words: "besok, 12.00 WIB". left: None once the moment is over.

    grace: an upload begun in time is given until then; None when none was begun, or nothing is left of it.
    """

    at: datetime
    words: str
    left: timedelta | None
    grace: datetime | None


@dataclass(frozen=True)
class Sheet:
    """Everything on the status page. Holds no identity number and no full name.

    pin: only for the applicant's own eyes, empty for officers. movable_until: None when the appointment cannot be
    moved any more. wish: how it stands with coming earlier. missed_at: of the appointment missed last, while no
    other one is chosen. recorded: whether anything is recorded at the visit. old_card: whether one is to be brought.
    closing_reason: why it was refused or withdrawn, in words. hindering: the obstacles that hold up this application
    now. compensation: what is done about a broken promise. reach: how the applicant is told, for who may change that.
    """

    number: str
    state: State
    what: str
    name: str
    by_hand: bool
    standing: Standing
    hindering: tuple[Obstacle, ...]
    compensation: Case | None
    documents: tuple[DocumentLine, ...]
    milestones: tuple[Milestone, ...]
    bring: tuple[str, ...]
    recorded: bool
    old_card: bool
    pin: str = field(repr=False)
    booking: Booking | None
    movable_until: datetime | None
    wish: Wish
    missed_at: datetime | None
    blanks_out: bool
    deadline: Deadline | None
    deadline_moved: bool
    closing_reason: str
    receipt: str
    survey_open: bool
    reach: Reach | None
    may_withdraw: bool

    @property
    def wrong(self) -> tuple[DocumentLine, ...]:
        """The documents that have to be sent again."""
        return tuple(line for line in self.documents if line.verdict == "rejected")

    @property
    def fitting(self) -> str:
        """The documents that were found right, in a sentence; empty when there are none."""
        return joined(tuple(line.words for line in self.documents if line.verdict == "accepted"))


async def sheet(application: Application, by: Actor, now: datetime) -> Sheet:
    """The status page of an application that this actor may see."""
    state = State(application.state)
    booking = await appointments.current(application.id)
    by_hand = application.channel == Channel.COUNTER
    events = await history.lines(application.id)
    office = await office_words.reasons(application.office)
    lines = tuple(document_line(slot, office, by_hand) for slot in await documents.slots(application))
    roles = casework.roles_towards(application, by)
    handover = await hand_over.handover_of(application) if state is State.HANDED_OVER else None
    movable = booking is not None and appointments.may_move(booking, now)
    standing = await promises.standing(application, now)
    return Sheet(
        number=application.number,
        state=state,
        what=what(application),
        name=short_name(application.name) if application.name else "",
        by_hand=by_hand,
        standing=standing,
        compensation=await compensation.of(application) if standing.late else None,
        hindering=tuple(await obstacles.concerning(application, now)) if standing.obstacles else (),
        documents=lines,
        milestones=milestones(application, events, booking, lines),
        bring=bring(application),
        recorded=bool(card_making.wanted(application)),
        old_card=has_old_card(Service(application.service)),
        pin=pin_of(application) if Role.APPLICANT in roles else "",
        booking=booking,
        movable_until=appointments.movable_until(booking) if booking and movable else None,
        wish=await earlier.wish(application.id, now) if state is State.SCHEDULED else Wish(False, None),
        missed_at=await appointments.missed_at(application) if state is State.ACCEPTED else None,
        blanks_out=state is State.ACCEPTED and await stock.blanks_are_out(application.office),
        deadline=deadline(application, now) if state is State.RETURNED else None,
        deadline_moved=_moved_since_returned(events),
        closing_reason=application.decided_reason,
        receipt=handover.code if handover else "",
        survey_open=survey.may_answer(application, by) and await survey.is_open(application),
        reach=await new_contact.reach(application) if new_contact.may_change(application, by) else None,
        may_withdraw=state is not State.DRAFT and may(Act.WITHDRAW, state, roles),
    )


def _moved_since_returned(events: Sequence[Event]) -> bool:
    """Whether the present deadline is later because our service could not be reached (rules of the service, 4)."""
    acts = [event.act for event in events]
    last = max((at for at, act in enumerate(acts) if act == Act.RETURN), default=len(acts))
    return "deadline_moved" in acts[last:]


def what(application: Application) -> str:
    """What was applied for, in words: "ganti foto"."""
    if application.service != Service.BIOMETRIC:
        return kecil(SERVICE_WORDS[Service(application.service)])
    if not application.change:
        return "KTP-el"
    return f"ganti {CHANGE_WORDS[Change(application.change)].lower()}"


def bring(application: Application) -> tuple[str, ...]:
    """The originals to show at the appointment: what was sent in as a picture, but for what was written for us."""
    written = (DocumentKind.FORM_F102, DocumentKind.AUTHORITY)
    return tuple(DOCUMENT_WORDS[kind] for kind in requirements(application) if kind not in written)


def deadline(application: Application, now: datetime) -> Deadline:
    """The deadline of a returned application [P7]."""
    due = application.correction_due_at
    last = lapse_at(due, application.upload_begun_at)
    days = (wib_day(due) - wib_day(now)).days
    day = {0: "hari ini", 1: "besok"}.get(days, hari(due))
    return Deadline(
        due, f"{day}, {jam(due)}", due - now if now <= due else None, last if due < now <= last else None
    )


def document_line(slot: Slot, office: Reasons, on_paper: bool = False) -> DocumentLine:
    """A document in the applicant's words, as the office puts them; neither sent nor on paper is "missing"."""
    if on_paper:
        wrong = (paper_advice(slot.kind, slot.reasons, slot.note),) if slot.verdict == "rejected" else ()
        return DocumentLine(slot.kind, DOCUMENT_WORDS[slot.kind], slot.verdict, wrong)
    advice = [office.advice(reason) for reason in slot.reasons if reason is not RejectReason.OTHER]
    return DocumentLine(
        slot.kind,
        DOCUMENT_WORDS[slot.kind],
        slot.verdict if slot.pages or slot.verdict != "waiting" else "missing",
        (*advice, slot.note) if slot.note else tuple(advice),
    )


# --- the way so far ---

_SHOWN: Mapping[Act, tuple[str, str]] = {
    Act.SUBMIT: ("ok", "cek"),
    Act.RETURN: ("ok", "cek"),
    Act.RESUBMIT: ("ok", "cek"),
    Act.ACCEPT: ("ok", "cek"),
    Act.MISS: ("tunggu", "jam"),
    Act.ARRIVE: ("ok", "cek"),
    Act.CAPTURE: ("ok", "cek"),
    Act.PRINT: ("ok", "cek"),
    Act.SPOIL: ("tunggu", "ulang"),
    Act.MAKE_READY: ("ok", "cek"),
    Act.HAND_OVER: ("ok", "ktp"),
    Act.REFUSE: ("gawat", "silang"),
    Act.LAPSE: ("gawat", "awas"),
    Act.WITHDRAW: ("gawat", "silang"),
    Act.DISCARD: ("gawat", "silang"),
}
_NOW: Mapping[State, tuple[str, str]] = {
    State.DRAFT: ("pena", "melengkapi permohonan"),
    State.SUBMITTED: ("cari", "petugas memeriksa berkas"),
    State.ACCEPTED: ("kalender", "menunggu jadwal"),
    State.SCHEDULED: ("kalender", "menunggu Anda datang"),
    State.ARRIVED: ("kamera", "pelayanan di kecamatan"),
    State.CAPTURED: ("cetak", "KTP-el dicetak"),
    State.PRINTED: ("ktp", "KTP-el diserahkan kepada Anda"),
    State.READY: ("ktp", "siap diambil"),
}
_COMES = Milestone("", "kalender", "Datang ke kecamatan", "Sesuai jadwal")
_CARD = Milestone("", "ktp", "KTP-el dicetak dan diserahkan")
_STILL_TO_COME: Mapping[State, tuple[Milestone, ...]] = {
    State.SUBMITTED: (_COMES, _CARD),
    State.RETURNED: (_COMES, _CARD),
    State.ACCEPTED: (_CARD,),
    State.SCHEDULED: (Milestone("", "ktp", "KTP-el dicetak dan diserahkan", "Di hari yang sama"),),
    State.ARRIVED: (_CARD,),
    State.CAPTURED: (Milestone("", "ktp", "KTP-el diserahkan"),),
}


def milestones(
    application: Application,
    events: list[Event],
    booking: Booking | None,
    documents: tuple[DocumentLine, ...],
) -> tuple[Milestone, ...]:
    """Done ones with their dates, then the present one and what is still to come, unless it is over."""
    state = State(application.state)
    steps: list[tuple[Act, datetime]] = []
    for event in events:
        if event.act in _SHOWN:
            steps.append((Act(event.act), event.happened_at))
        elif event.act == Act.UNDO:
            steps.pop()
    if state is State.READY:
        steps = [step for step in steps if step[0] is not Act.MAKE_READY]
    compared = {} if card_making.wanted(application) else {Act.CAPTURE: "Data dicocokkan"}
    done = [Milestone(*_SHOWN[act], compared.get(act) or ACT_WORDS[act], _short(at)) for act, at in steps]
    if state in FINISHED:
        return tuple(done)
    return (*done, _present(application, state, booking, documents), *_STILL_TO_COME.get(state, ()))


def _present(
    application: Application, state: State, booking: Booking | None, documents: tuple[DocumentLine, ...]
) -> Milestone:
    if state is State.RETURNED:
        wrong = [line.words for line in documents if line.verdict == "rejected"]
        title = f"menunggu {wrong[0]} dari Anda" if len(wrong) == 1 else "menunggu perbaikan dari Anda"
        return Milestone("gawat", "awas", title, f"Sampai {_short(application.correction_due_at)}", True)
    icon, title = _NOW[state]
    detail = ""
    if booking is not None:
        detail = _short(booking.starts_at)
    elif state is State.READY:
        detail = f"Sejak {_short(application.ready_at)}"
    return Milestone("ok" if state is State.READY else "info", icon, title, detail, True)


def _short(at: datetime) -> str:
    """Without the year: "Senin, 2 Februari, 08.32 WIB"."""
    return f"{tanggal(at).rpartition(' ')[0]}, {jam(at)}"
