"""What stands in the place of each parameter of an address, and who may know of it.

A route with a new parameter needs one line in SAMPLES: how to make the thing, and which askers it is there for.

    "complaint_id": Sample(_complaint, in_the_office),

A maker gets a Scene, in which a village application exists as soon as something asks for it, and returns what is
written into the address. The same parameter may mean different things, or be there for others: a key that is the
beginning of an address, such as "/undangan/{token}", comes before "token". Words that belong to nobody, such as the
kind of a document, go to WORDS. Where an address needs the application in another state than SUBMITTED, add the
address to STATES; where an empty form cannot be answered in words (a button's name decides what is done), add the
form to FORMS.
"""

import io
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta

from PIL import Image

from components import (
    access,
    accounts,
    clock,
    complaint_filing,
    history,
    intake_drafts,
    notifications,
    sessions,
    uploads,
)
from components.actors import Actor, applicant
from components.kit import kit
from components.pages import owner
from components.worklist import OUT_OF_ORDER
from models.account import Session
from models.application import Application, Document, Page
from models.appointment import Appointment, Slot
from models.card_stock import Destruction, Handover
from models.compensation import Compensation, CompensationTask, FamilyDocument
from models.complaint import Complaint, Evidence
from models.desk import Decision, Question
from models.history import Event
from models.meeting import FollowUp, Meeting
from models.notification import Message
from models.obstacle import Device, Obstacle
from models.office import ClosedDay, OfferedService, Office, Season, SlotTemplate, Village
from models.recheck import Recheck
from models.rules.calendar import wib_day
from models.rules.catalogue import CATALOGUE, DocumentKind, Service
from models.rules.complaints import ComplaintKind, Naming
from models.rules.messages import ComplaintNews
from models.rules.workflow import Role, State
from models.village import Handoff
from tests.faults.states import columns_of
from tests.support.cases import an_application


@dataclass(frozen=True)
class Asker:
    """Somebody who asks. place: own, other village or other office; of citizens: holder, stranger or nobody."""

    place: str
    role: Role | None = None

    def __str__(self) -> str:
        return f"{self.role} of {self.place}" if self.role else self.place


@dataclass(frozen=True)
class Place:
    """Where things are made: an office, a village of it, and a member of its staff."""

    office: int
    village: int
    clerk: int


class Scene:
    """What one question is about; everything in it belongs to one office, one village and one application."""

    def __init__(self, place: Place, state: State = State.SUBMITTED) -> None:
        self.place, self.state = place, state
        self._made: Application | None = None
        self.complaint: Complaint | None = None
        self._colleague = 0

    async def colleague(self) -> int:
        """An account of the office, not anybody's who asks."""
        if not self._colleague:
            self._colleague = (await accounts.invited(await _invitation(self), clock.now())).id
        return self._colleague

    async def application(self) -> Application:
        """The application, made when it is first asked for."""
        if self._made is None:
            columns = {**columns_of(self.state, clock.now()), "channel": "village"}
            columns |= {"office": self.place.office, "village": self.place.village}
            self._made = await an_application(self.state, clock.now(), **columns)
            if self.state is State.SCHEDULED:
                await _appoint(self._made)
            elif self.state is State.HANDED_OVER:
                await _hand_over(self._made, self.place.clerk)
        return self._made


# --- who a thing is there for ---

Seen = Callable[[Asker], bool]


def by_anybody(_: Asker) -> bool:
    """Whoever knows it may have it: a link that is a secret itself, or something published."""
    return True


def in_the_office(asker: Asker) -> bool:
    """Everybody whom the guard lets in, of the own office; a village is part of its office."""
    return asker.role is not None and asker.place != "other office"


def about_the_application(asker: Asker) -> bool:
    """The holder, the roles that work on applications, and the registrar of the very village."""
    if asker.role is Role.REGISTRAR or asker.role is None:
        return asker.place in ("own", "holder")
    return asker.place == "own" and asker.role in (Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)


def by_the_clerk(asker: Asker) -> bool:
    """Only the very person whose it is: the operator of the own office."""
    return asker == Asker("own", Role.OPERATOR)


def by_who_hands_in(asker: Asker) -> bool:
    """Only who writes the application may go on with an upload to it."""
    return asker.place == "holder" or (asker.role is Role.REGISTRAR and asker.place == "own")


def by_nobody(_: Asker) -> bool:
    """Only a browser that gave number and PIN, and none of these did."""
    return False


# --- how things are made ---


async def _appoint(application: Application) -> None:
    starts = clock.now() + timedelta(days=1)
    slot = Slot(office=application.office, starts_at=starts, ends_at=starts + timedelta(minutes=30), booked=1)
    await slot.save()
    await Appointment(
        application=application.id, slot=slot.id, queue_number="A-1", booked_at=clock.now()
    ).save()


async def _hand_over(application: Application, clerk: int) -> str:
    code = "".join(secrets.choice("ABCDEFGH") for _ in range(12))
    now = clock.now()
    await Handover(
        application=application.id,
        receiver="holder",
        old_card_taken=True,
        code=code,
        given_by=clerk,
        happened_at=now,
        entered_at=now,
    ).save()
    return code


async def _number(scene: Scene) -> str:
    return (await scene.application()).number


async def _page(scene: Scene) -> int:
    application = await scene.application()
    document = Document(application=application.id, kind=str(DocumentKind.OLD_CARD), received_at=clock.now())
    await document.save()
    stored = await kit().store.put(_tiny_picture(), owner(application))
    row = Page(
        document=document.id,
        position=1,
        blob=stored.id,
        blob_key=stored.wrapped_key,
        thumbnail=stored.id,
        thumbnail_key=stored.wrapped_key,
        sha256=secrets.token_hex(32),
        received_at=clock.now(),
    )
    await row.save()
    return int(row.id)


def _tiny_picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (16, 10), "white").save(content, "JPEG")
    return content.getvalue()


async def _upload(scene: Scene) -> str:
    application = await scene.application()
    ticket = uploads.Ticket(application.number, DocumentKind.OLD_CARD, 1000)
    return (await uploads.begin(ticket, applicant(application.id), clock.now())).id


async def _link(scene: Scene) -> str:
    return access.keys_of(await scene.application()).link


async def _receipt(scene: Scene) -> str:
    return await _hand_over(await scene.application(), scene.place.clerk)


async def _message(scene: Scene, channel: str = "whatsapp") -> int:
    key = f"sample:{secrets.token_hex(8)}:{channel}"
    vault = kit().vault
    row = Message(
        key=key,
        office=scene.place.office,
        application=(await scene.application()).id,
        kind="received",
        channel=channel,
        recipient_sealed=vault.seal("+6285736349953", f"message:{key}:recipient"),
        body_sealed=vault.seal("Permohonan Anda kami terima.", f"message:{key}:body"),
        message_id=f"<{secrets.token_hex(8)}@loket.test>",
        created_at=clock.now(),
        due_at=clock.now() - timedelta(minutes=1),
    )
    await row.save()
    return int(row.id)


async def _news(scene: Scene) -> int:
    return await _message(scene, "village")


async def _handoff(scene: Scene) -> str:
    token = secrets.token_urlsafe(16)
    await Handoff(
        application=(await scene.application()).id,
        token_hash=kit().vault.token_hash(token),
        made_by=scene.place.clerk,
        made_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=24),
    ).save()
    return token


async def _question(scene: Scene) -> int:
    row = Question(
        application=(await scene.application()).id,
        office=scene.place.office,
        asked_by=scene.place.clerk,
        asked_at=clock.now(),
        text="Nama di KK berbeda satu huruf. Diterima?",
    )
    await row.save()
    return int(row.id)


async def _destruction(scene: Scene) -> str:
    today = clock.now().date()
    row = Destruction(
        office=scene.place.office,
        number=secrets.token_hex(4),
        held_on=today,
        place="Kantor Kecamatan",
        since=today,
        until=today,
        first_officer="Petugas Satu",
        second_officer="Petugas Dua",
        entered_at=clock.now(),
    )
    await row.save()
    return str(row.id)


async def _closed_day(scene: Scene) -> int:
    day = (clock.now() + timedelta(days=90 + await ClosedDay.count())).date()
    row = ClosedDay(office=scene.place.office, closed_on=day, kind="local", name="Kerja bakti")
    await row.save()
    return int(row.id)


async def _village(scene: Scene) -> int:
    name = f"desa{await Village.count()}"
    row = Village(office=scene.place.office, code="3515110000", name=name, kind="desa", folded=name)
    await row.save()
    return int(row.id)


async def _season(scene: Scene) -> int:
    first = (clock.now() + timedelta(days=200 + 2 * await Season.count())).date()
    row = Season(office=scene.place.office, name="Ramadan", first_on=first, last_on=first)
    await row.save()
    return int(row.id)


async def _plan(scene: Scene) -> int:
    first = (clock.now() + timedelta(days=300 + 2 * await SlotTemplate.count())).date()
    row = SlotTemplate(
        office=scene.place.office, weekday=0, opens=time(8), closes=time(9), first_on=first, last_on=first
    )
    await row.save()
    return int(row.id)


async def _colleague(scene: Scene) -> int:
    return await scene.colleague()


async def _session_of_colleague(scene: Scene) -> int:
    return await _session_of(await scene.colleague())


async def _session_of_clerk(scene: Scene) -> int:
    return await _session_of(scene.place.clerk)


async def _session_of(staff: int) -> int:
    await sessions.begin_for_staff(staff, clock.now())
    row = await Session.select(Session.id).order_by(Session.id, ascending=False).first()
    return int(row["id"]) if row else 0


async def _invitation(scene: Scene) -> str:
    login = f"sampel-{secrets.token_hex(6)}"
    return await accounts.invite(scene.place.office, "Sampel", login, frozenset({Role.COUNTER}), clock.now())


async def _obstacle(scene: Scene) -> int:
    now = clock.now()
    row = Obstacle(
        office=scene.place.office,
        kind="power",
        reason="Listrik padam",
        began_at=now - timedelta(hours=1),
        declared_at=now - timedelta(hours=1),
        declared_by=scene.place.clerk,
        ended_at=now,
        ended_entered_at=now,
    )
    await row.save()
    return int(row.id)


async def _device(scene: Scene) -> int:
    row = Device(office=scene.place.office, kind="printer", name="Pencetak 2", added_at=clock.now())
    await row.save()
    return int(row.id)


async def _walk_in(scene: Scene) -> str:
    row = await scene.application()
    await Application.update({Application.channel: "counter"}).where(Application.id == row.id)
    return row.number


async def _begun_intake(scene: Scene) -> str:
    key = secrets.token_urlsafe(12)
    by = Actor(frozenset({Role.COUNTER}), scene.place.clerk, scene.place.office)
    await intake_drafts.keep(key, {"nama": "SAMPEL"}, by, clock.now())
    return key


async def _jump(scene: Scene) -> int:
    row = await scene.application()
    by = Actor(frozenset({Role.OPERATOR}), scene.place.clerk, scene.place.office)
    await history.record(row.id, OUT_OF_ORDER, by, Role.OPERATOR, clock.now(), reason="Pemohon sakit keras.")
    found = (
        await Event.select(Event.id)
        .where((Event.application == row.id) & (Event.act == OUT_OF_ORDER))
        .first()
    )
    return int(found["id"]) if found else 0


async def _second_look(scene: Scene) -> str:
    row = await scene.application()
    now = clock.now()
    decided_by = await scene.colleague()
    decision = Decision(
        application=row.id, outcome="accept", decided_by=decided_by, decided_at=now, version=row.version
    )
    await decision.save()
    await Recheck(
        office=scene.place.office, application=row.id, decision=decision.id, day=wib_day(now)
    ).save()
    return str(row.number)


async def _compensation(scene: Scene) -> int:
    now = clock.now()
    row = Compensation(
        application=(await scene.application()).id,
        office=scene.place.office,
        promised_at=now - timedelta(hours=1),
        broken_at=now,
    )
    await row.save()
    await CompensationTask(compensation=row.id, kind="apology").save()
    return int(row.id)


async def _meeting(scene: Scene) -> int:
    day = wib_day(clock.now())
    row = Meeting(
        office=scene.place.office,
        held_on=day,
        since=day,
        until=day,
        made_by=scene.place.clerk,
        made_at=clock.now(),
    )
    await row.save()
    return int(row.id)


async def _follow_up(scene: Scene) -> int:
    row = FollowUp(
        meeting=await _meeting(scene),
        office=scene.place.office,
        text="Menambah petugas loket.",
        owner=scene.place.clerk,
        due_on=wib_day(clock.now()),
        made_by=scene.place.clerk,
        made_at=clock.now(),
    )
    await row.save()
    return int(row.id)


async def _family_document(scene: Scene) -> int:
    row = FamilyDocument(
        compensation=await _compensation(scene),
        kind="birth_certificate",
        person="anak kedua",
        asked_at=clock.now(),
    )
    await row.save()
    return int(row.id)


async def _complaint(scene: Scene) -> str:
    return (await _made_complaint(scene)).number


async def _made_complaint(scene: Scene) -> Complaint:
    """One for each scene, that any officer of the office may see."""
    if scene.complaint is None:
        filing = complaint_filing.Filing(
            ComplaintKind.COMPLAINT,
            Naming.NAMED,
            False,
            "Antre lama sekali.",
            phone="+6285736349953",
            mobile=True,
        )
        clerk = Actor(frozenset({Role.OPERATOR}), scene.place.clerk, scene.place.office)
        scene.complaint = await complaint_filing.file(filing, clerk, clock.now())
    return scene.complaint


async def _link_of_complaint(scene: Scene) -> str:
    return access.keys_of(await _made_complaint(scene)).link


async def _evidence(scene: Scene) -> int:
    complaint = await _made_complaint(scene)
    stored = await kit().store.put(_tiny_picture(), f"complaint:{complaint.number}")
    row = Evidence(
        complaint=complaint.id,
        blob=stored.id,
        blob_key=stored.wrapped_key,
        sha256=secrets.token_hex(32),
        received_at=clock.now(),
    )
    await row.save()
    return int(row.id)


async def _news_of_complaint(scene: Scene) -> int:
    complaint = await _made_complaint(scene)
    await notifications.tell_complainant(ComplaintNews.RECEIVED, complaint, clock.now())
    row = await Message.select(Message.id).where(Message.complaint == complaint.id).first()
    assert row is not None
    return int(row["id"])


# --- what stands where ---


@dataclass(frozen=True)
class Sample:
    """make: the thing, returning what is written into the address. missing: the same of a thing that is not there."""

    make: Callable[[Scene], Awaitable[object]]
    there_for: Seen
    missing: str = "999999999"


async def _prefix(scene: Scene) -> object:
    row = await Office.select(Office.prefix).where(Office.id == scene.place.office).first()
    assert row is not None
    return row["prefix"]


async def _offered(scene: Scene) -> str:
    """The service that asks most, switched on."""
    row = OfferedService(office=scene.place.office, service=str(Service.DATA_CHANGE), switched_on=True)
    await OfferedService.insert(row).on_conflict(
        target=(OfferedService.office, OfferedService.service),
        action="DO UPDATE",
        values=[OfferedService.switched_on],
    )
    return CATALOGUE[Service.DATA_CHANGE].slug


SAMPLES: dict[str, Sample] = {
    "slug": Sample(_offered, by_anybody, "tidak-ada"),
    "number": Sample(_number, about_the_application, "KRN-ZZZZZZ"),
    "prefix": Sample(_prefix, by_anybody, "ZZZ"),
    "page_id": Sample(_page, about_the_application),
    "upload_id": Sample(_upload, by_who_hands_in, "0" * 32),
    "message_id": Sample(_message, in_the_office),
    "question_id": Sample(_question, in_the_office),
    "closed_day_id": Sample(_closed_day, in_the_office),
    "plan_id": Sample(_plan, in_the_office),
    "village_id": Sample(_village, in_the_office),
    "season_id": Sample(_season, in_the_office),
    "destruction_id": Sample(_destruction, in_the_office),
    "staff_id": Sample(_colleague, in_the_office),
    "compensation_id": Sample(_compensation, in_the_office),
    "family_document_id": Sample(_family_document, in_the_office),
    "meeting_id": Sample(_meeting, in_the_office),
    "follow_up_id": Sample(_follow_up, in_the_office),
    "jump_id": Sample(_jump, in_the_office),
    "obstacle_id": Sample(_obstacle, in_the_office),
    "device_id": Sample(_device, in_the_office),
    "complaint": Sample(_complaint, in_the_office, "P-ZZZZZZ"),
    "/pengaduan/{complaint}": Sample(_complaint, by_nobody, "P-ZZZZZZ"),
    "/pengaduan/register/{complaint}/pesan/{message_id}": Sample(_news_of_complaint, in_the_office),
    "evidence_id": Sample(_evidence, in_the_office),
    "key": Sample(_begun_intake, in_the_office, "A" * 16),
    "/pengawasan/uji-petik/{number}": Sample(_second_look, in_the_office, "KRN-ZZZZZZ"),
    "/loket/{number}/berkas": Sample(_walk_in, in_the_office, "KRN-ZZZZZZ"),
    "/loket/{number}/putusan": Sample(_walk_in, in_the_office, "KRN-ZZZZZZ"),
    "/loket/{number}/slip": Sample(_walk_in, in_the_office, "KRN-ZZZZZZ"),
    "session_id": Sample(_session_of_colleague, in_the_office),
    "/akun/sesi/{session_id}": Sample(_session_of_clerk, by_the_clerk),
    "/permohonan/{number}/kontak-baru": Sample(_number, by_who_hands_in, "KRN-ZZZZZZ"),
    "/permohonan/{number}/bukti": Sample(_number, by_who_hands_in, "KRN-ZZZZZZ"),
    "/desa/kabar/{message_id}": Sample(_news, about_the_application),
    "/alih/{token}": Sample(_handoff, by_anybody, "A" * 22),
    "/survei/undangan/{token}": Sample(_link, by_anybody, "A" * 22),
    "/pengaduan/t/{token}": Sample(_link_of_complaint, by_anybody, "A" * 22),
    "/t/{token}": Sample(_link, by_anybody, "A" * 22),
    "/undangan/{token}": Sample(_invitation, by_anybody, "A" * 32),
    "/r/{code}": Sample(_receipt, by_anybody, "AAAAAAAAAAAA"),
}
WORDS = {
    "kind": "old_card",
    "path": "app.css",
    "news": "ready",
    "component": "biaya",
    "topic": "lupa-pin",
    "reason": "cut",
    "service": "lost",
}
STATES = {
    "/permohonan/{number}/jadwal.ics": State.SCHEDULED,
    "/permohonan/{number}/pembukaan-kembali": State.LAPSED,
    "/permohonan/{number}/lembar/{page_id}/penghapusan": State.RETURNED,
    "/permohonan/{number}/berkas": State.RETURNED,
    "/loket/{number}/tanda-terima": State.HANDED_OVER,
    "/survei/{number}": State.HANDED_OVER,
    "/unggah": State.DRAFT,
}
FORMS = {
    "/verifikasi/{number}/putusan": {"putusan": "lewati"},
    "/pertanyaan/{question_id}/jawaban": {"jawaban": "Boleh diterima."},
}
HEADERS = {
    "/unggah": {
        "Tus-Resumable": "1.0.0",
        "X-HTTP-Method-Override": "PATCH",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    },
}
NOT_NOW = {
    "POST /permohonan/{number}/dokumen-keluarga": "Only where a promise was broken.",
    "POST /permohonan/{number}/dokumen-keluarga/lengkap": "Only where a promise was broken.",
    "GET /verifikasi/{number}/intip": "Only the officer's next two files are fetched ahead.",
    "GET /metrik": "Whoever they are, only from the machine itself (tests/routes/test_metrics.py).",
    "POST /permohonan/{number}/pembukaan-kembali": "Only who applies, or the counter for them, may begin anew.",
}
"""Where somebody who may ask can still be told that there is nothing: for a reason that is no matter of rights."""


def sample_for(parameter: str, pattern: str) -> Sample | None:
    """The sample of a parameter, the one for this address first; None when nobody has written one."""
    special = [
        key for key in SAMPLES if pattern.startswith(key) and key.rpartition("{")[2].startswith(parameter)
    ]
    return SAMPLES[special[0]] if special else SAMPLES.get(parameter)
