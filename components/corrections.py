"""What does not fit is announced, and mended by noon of the next day [P2, P7].

The deadline is the applicant's; being late because of a slow line or of a fault of ours is not their fault.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw

from components import applications, casework, documents, notifications, office_words, promises, thresholds
from components.actors import SYSTEM, Actor
from components.jobs import each
from components.office_words import Reasons
from components.refusals import Missing, Overtaken, Refused
from components.wording import DOCUMENT_WORDS, paper_advice
from components.words import tanggal_jam
from models.application import Application, Document, Page
from models.db import lock, transaction
from models.history import Event
from models.rules import deadlines
from models.rules.calendar import OfficeCalendar, Span
from models.rules.catalogue import Channel, DocumentKind, RejectReason
from models.rules.deadlines import DayReading
from models.rules.messages import Kind
from models.rules.workflow import Act, Role, State
from models.system import Outage

_DAY = timedelta(days=1)
_RETURNED = WhereRaw("state = 'returned'")
"""Written out, because only so can the database use its index of returned applications."""

_COPIED = (
    Application.channel,
    Application.service,
    Application.village,
    Application.change,
    Application.reason,
    Application.account,
    Application.ever_married,
    Application.details_answered,
    Application.name,
    Application.folded_name,
    Application.birth_place,
    Application.birth_date,
    Application.sex,
    Application.address,
    Application.rt,
    Application.rw,
    Application.phone_whatsapp,
    Application.confirmed_warnings,
    Application.represented,
)


# --- asking ---


MESSAGE_LIMIT = 1200


async def ask(application: Application, by: Actor, now: datetime, message: str = "") -> Application:
    """Give the file back to the applicant with the reasons per document [P2, P7].

    message: the officer's own wording of what is composed from the reasons, at most MESSAGE_LIMIT characters;
    empty keeps the composed one. The deadline is noon of the next day, for a file of the counter a week.
    Raises Refused while no document was found not to fit, Overtaken when the file moved on meanwhile.
    """
    rejected = await _rejected(application)
    if not rejected:
        raise Refused("Belum bisa dikembalikan. Pilih dulu berkas yang tidak cocok, dengan alasannya.")
    walk_in = application.channel == Channel.COUNTER
    until = await due(application, now)
    reasons = _wording(message) or composed(
        {DocumentKind(row.kind): (_codes(row), row.note) for row in rejected},
        await office_words.reasons(application.office),
        walk_in=walk_in,
    )
    return await casework.advance(
        application,
        Act.RETURN,
        by,
        now,
        reason=reasons,
        changes={
            Application.correction_due_at: until,
            Application.returned_at: now,
            Application.upload_begun_at: None,
            Application.decided_reason: reasons,
            Application.claimed_by: None,
            Application.claimed_until: None,
        },
        details={"due_at": until.isoformat(), "documents": [row.kind for row in rejected]},
    )


async def due(application: Application, now: datetime) -> datetime:
    """Until when a correction asked for at this moment has to come [P2, P7]: noon of the next day, a week on paper."""
    calendar, reading = await _reading(application.office)
    if application.channel == Channel.COUNTER:
        return deadlines.walk_in_due(now, calendar)
    return deadlines.correction_due(now, calendar, reading)


async def _rejected(application: Application) -> list[Document]:
    rows: list[Document] = await (
        Document.objects()
        .where((Document.application == application.id) & (Document.verdict == "rejected"))
        .order_by(Document.id)
    )
    return rows


def _wording(message: str) -> str:
    """The officer's wording, line by line. Raises Refused when it is too long."""
    lines = [" ".join(line.split()) for line in message.splitlines()]
    text = "\n".join(line for line in lines if line)
    if len(text) > MESSAGE_LIMIT:
        raise Refused(
            "Pesan untuk pemohon terlalu panjang.", {"pesan": f"Paling banyak {MESSAGE_LIMIT} huruf."}
        )
    return text


def _codes(row: Document) -> list[RejectReason]:
    return [RejectReason(code) for code in json.loads(row.reasons)]


def composed(
    rejected: Mapping[DocumentKind, tuple[Sequence[RejectReason], str]],
    office: Reasons,
    *,
    walk_in: bool = False,
) -> str:
    """What the applicant is told of these documents: a line each, with what is wrong and what to do [P2, P7].

    rejected: per document its reasons and the officer's remark. office: how it words them. Paper at the counter is not
    photographed again.
    """
    lines = []
    for kind, (reasons, note) in rejected.items():
        if walk_in:
            lines.append(f"- {DOCUMENT_WORDS[kind]}: {paper_advice(kind, reasons, note)}")
            continue
        parts = [office.advice(reason).rstrip(".") for reason in reasons if reason is not RejectReason.OTHER]
        parts += [note.rstrip(".")] if note else []
        lines.append(f"- {DOCUMENT_WORDS[kind]}: {'. '.join(parts)}.")
    return "\n".join(lines)


async def _reading(office_id: int) -> tuple[OfficeCalendar, DayReading]:
    """The office's calendar, and how it reads "the next day" (setting "correction_day")."""
    return await promises.office_calendar(office_id), (await thresholds.of(office_id)).correction_day


# --- mending ---


async def begin_upload(application: Application, now: datetime) -> None:
    """Note the first moment at which a replacement began to arrive; begun in time, it has an hour more [P7].

    Call it when the first byte comes, not when the last one did. Does nothing in any other state.
    """
    await Application.update({Application.upload_begun_at: now}).where(
        (Application.id == application.id)
        & (Application.state == State.RETURNED)
        & (Application.correction_due_at > now)
        & Application.upload_begun_at.is_null()
    )


async def resubmit(application: Application, by: Actor, now: datetime) -> Application:
    """Hand the mended file in; the promise counts anew from here [P7, T1].

    Raises Refused after the deadline (with its hour of grace), and, with fields, while a document that did
    not fit was not replaced; paper that is brought to the counter is judged there. Raises Overtaken when the
    application is not waiting for a correction any more.
    """
    async with transaction():
        row = await _locked(application.id)
        if row.state != State.RETURNED:
            raise Overtaken(
                "Permohonan ini tidak sedang menunggu perbaikan. Muat ulang, lalu lihat statusnya."
            )
        due = await _true_due(row, await _outages(row.correction_due_at))
        if not deadlines.in_time(due, now, row.upload_begun_at):
            raise Refused(
                f"Batas waktu {tanggal_jam(due)} sudah lewat, jadi permohonan ini ditutup. "
                "Dokumen Anda tersimpan. Sebentar lagi Anda bisa membukanya kembali, tetap gratis."
            )
        mended = await _mended_by_typing(row)
        if not (row.channel == Channel.COUNTER and by.holds(Role.COUNTER)):
            await _refuse_while_unmended(row, mended)
        if mended:
            await Document.update({Document.verdict: "waiting"}).where(Document.id.is_in(mended))
        changes = {
            Application.touched_at: now,
            Application.correction_due_at: None,
            Application.upload_begun_at: None,
            # What was wrong is mended: it must not stand beside what is decided next.
            Application.decided_reason: "",
            **await promises.changes_on_receipt(row, now),
        }
        return await casework.advance(row, Act.RESUBMIT, by, now, changes=changes)


async def replaced(application: Application) -> frozenset[DocumentKind]:
    """Documents of a returned file with a page that came after it was given back [P7]."""
    if application.returned_at is None:
        return frozenset()
    rows = await Page.select(Page.document.kind.as_alias("kind")).where(
        (Page.document.application == application.id)
        & (Page.received_at > application.returned_at)
        & Page.replaced_at.is_null()
        & (Page.blob != "")
    )
    return frozenset(DocumentKind(row["kind"]) for row in rows)


async def _mended_by_typing(row: Application) -> list[int]:
    """Documents that only differed from what was typed, where the typing was changed since: they may be right."""
    only_differ = [doc.id for doc in await _rejected(row) if _codes(doc) == [RejectReason.DATA_DIFFER]]
    edited = only_differ and await Event.exists().where(
        (Event.application == row.id) & (Event.act == "edit") & (Event.entered_at >= row.returned_at)
    )
    return only_differ if edited else []


async def _refuse_while_unmended(row: Application, mended: Iterable[int]) -> None:
    """Raise Refused, beside each document, while one was not replaced or its new page was taken out again."""
    wanted = {doc.kind for doc in await _rejected(row) if doc.id not in mended}
    if row.channel != Channel.COUNTER:
        sent = await Page.select(Page.document.kind.as_alias("kind")).where(
            (Page.document.application == row.id) & Page.replaced_at.is_null() & (Page.blob != "")
        )
        known = await Document.select(Document.kind).where(Document.application == row.id)
        wanted |= {doc["kind"] for doc in known} - {page["kind"] for page in sent}
    if wanted:
        names = {kind: DOCUMENT_WORDS[DocumentKind(kind)] for kind in sorted(wanted)}
        raise Refused(
            f"Belum bisa dikirim. Masih perlu diganti: {', '.join(names.values())}.",
            {kind: f"Kirim dulu {name} yang baru." for kind, name in names.items()},
        )


async def _locked(application_id: int) -> Application:
    row = await lock(Application.objects().where(Application.id == application_id)).first()
    if row is None:
        raise Missing
    return row


# --- the deadline ---


async def _outages(due: datetime) -> list[Span]:
    """Stretches without service that may matter to a deadline at `due` or to the ones that follow it."""
    rows = await Outage.select(Outage.began_at, Outage.ended_at).where(
        Outage.ended_at > due - deadlines.LAST_HOUR
    )
    return [(row["began_at"], row["ended_at"]) for row in rows]


async def _true_due(row: Application, outages: list[Span]) -> datetime:
    """The deadline, moved to the first noon that no outage of ours spoilt [P7]. A walk-in's week is not moved."""
    due: datetime = row.correction_due_at
    if row.channel == Channel.COUNTER or not outages:
        return due
    calendar, reading = await _reading(row.office)
    return deadlines.true_due(due, outages, calendar, reading)


async def lapse_overdue(now: datetime) -> int:
    """Close what was not mended in time, once, with the true deadline in the history [P7]; how many.

    Where the service was away for too long before a deadline, that deadline moves instead, and the applicant
    is told. Late ticks change nothing: what counts is when the deadline was.
    """
    rows = (
        await Application.objects()
        .where(_RETURNED & (Application.correction_due_at <= now + deadlines.LAST_HOUR))
        .order_by(Application.correction_due_at)
    )
    if not rows:
        return 0
    outages = await _outages(rows[0].correction_due_at)
    seen = {row.id: row for row in rows}

    async def settle(id_: int) -> bool:
        # Looked at without a lock first: most are only near.
        return await _settled(seen[id_], outages, now) is not None and await _settle(id_, outages, now)

    return await each(seen, settle, "lapse")


async def _settled(row: Application, outages: list[Span], now: datetime) -> datetime | None:
    """What is to be done now: the deadline to move to, the deadline to lapse by, or None: nothing."""
    due = await _true_due(row, outages)
    if due != row.correction_due_at:
        return due
    return due if now > deadlines.lapse_at(due, row.upload_begun_at) else None


async def _settle(application_id: int, outages: list[Span], now: datetime) -> bool:
    async with transaction():
        row = await _locked(application_id)
        due = await _settled(row, outages, now) if row.state == State.RETURNED else None
        if due is None:
            return False
        if due != row.correction_due_at:
            await _move(row, due, now)
            return False
        await casework.advance(
            row,
            Act.LAPSE,
            SYSTEM,
            now,
            changes={Application.finished_at: now},
            details={"due_at": due.isoformat()},
            happened_at=deadlines.lapse_at(due, row.upload_begun_at),
        )
    return True


async def _move(row: Application, due: datetime, now: datetime) -> None:
    details = {"from": row.correction_due_at.isoformat(), "to": due.isoformat()}
    await Application.update({Application.correction_due_at: due}).where(Application.id == row.id)
    await casework.note(row, "deadline_moved", SYSTEM, now, details=details)
    row.correction_due_at = due
    await notifications.tell(Kind.DEADLINE_MOVED, row, now, occasion=_stamp(due))


async def remind_due(now: datetime) -> int:
    """At 07:00 and 11:00 WIB of the deadline's day, each once [P7]; how many. After a stop only the latest."""
    rows = await Application.objects().where(
        _RETURNED
        & (Application.correction_due_at > now)
        & (Application.correction_due_at <= now + _DAY)
        & (Application.channel != Channel.COUNTER)
    )
    reached = {row.id: [at for at in _reminders(row) if at <= now] for row in rows}
    due = {row.id: (row, _stamp(reached[row.id][-1])) for row in rows if reached[row.id]}
    return await notifications.remind(Kind.CORRECTION_REMINDER, due, now)


def _reminders(row: Application) -> tuple[datetime, ...]:
    return deadlines.correction_reminders(row.returned_at, row.correction_due_at)


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M}"


# --- after a lapse ---


async def reopen(application: Application, by: Actor, now: datetime) -> Application:
    """One tap after a lapse: a fresh draft with what was typed and the documents that were right [P7].

    The draft has its own number, PIN and link. A second tap leads to the same draft. Raises Refused for an
    application that did not lapse, Missing when it is not this actor's.
    """
    if casework.roles_towards(application, by).isdisjoint({Role.APPLICANT, Role.REGISTRAR, Role.COUNTER}):
        raise Missing
    if application.state != State.LAPSED:
        raise Refused("Permohonan ini tidak lewat batas waktu, jadi tidak perlu dibuka kembali.")
    if application.identity_removed_at is not None:
        raise Refused("Data permohonan ini sudah dihapus karena lama. Mulai permohonan baru.")
    async with transaction():
        row = await _locked(application.id)
        earlier = await _continued_by(row)
        if earlier is not None:
            return earlier
        values = {column._meta.name: getattr(row, column._meta.name) for column in _COPIED}
        started = await applications.create({**values, "reopened_from": row.number}, by, now)
        draft = started.application
        columns: dict[Any, Any] = {**applications.sealed(draft.number, await applications.identity(row))}
        await Application.update(columns).where(Application.id == draft.id)
        await documents.copy_fitting(row, draft, now)
        await casework.note(row, "reopen", by, now, details={"number": draft.number})
        return await _locked(draft.id)


async def _continued_by(row: Application) -> Application | None:
    """The application that was opened from this one and not thrown away since."""
    found: Application | None = await (
        Application.objects()
        .where((Application.reopened_from == row.number) & (Application.state != State.WITHDRAWN))
        .order_by(Application.id)
        .first()
    )
    return found
