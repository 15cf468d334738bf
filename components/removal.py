"""What goes when its time is over, a few rows at a time, so that nobody waits for it (rules of the service, 12).

Each job finds its rows by an index, takes at most STEP of them, and is asked again twenty seconds later. A row and
the line that says what was removed are written in one transaction; files go after it. The terms are the office's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from piccolo.columns.combination import WhereRaw

from components import casework, clock, documents, history, mail, pages, retention, terms
from components.actors import SYSTEM
from components.jobs import each
from components.sealing import seal, unseal
from components.vault import SealBroken
from models import db
from models.account import Invitation, Misses
from models.application import Application
from models.card_stock import Handover
from models.complaint import Complaint, ComplaintLine, Evidence
from models.db import transaction
from models.desk import Question
from models.notification import Message
from models.office import Office
from models.rules.keeping import GIVEN_UP_AFTER_DAYS, LINKS_KEPT_DAYS, Term, hidden_number
from models.rules.messages import MessageState
from models.rules.workflow import FINISHED, Role, State
from models.unfinished import Unfinished
from models.village import Handoff

STEP = 50
"""Rows of one kind in one round."""
_DAY = timedelta(days=1)
_SEALED_BODY = WhereRaw("body_sealed <> ''")
"""Written out, because only so can the database use its index."""
_MISSES_KEPT = timedelta(days=1)
_TRIES, _BETWEEN = 20, 0.05


async def _offices(term: Term, now: datetime) -> list[tuple[int, datetime]]:
    """Each office, and the moment before which its term is over."""
    rows = await Office.select(Office.id)
    return [(row["id"], now - (await terms.of_office(row["id"]))[term] * _DAY) for row in rows]


async def _each_counted(
    term: Term, found: Mapping[int, int], now: datetime, remove: Callable[[int], Awaitable[int]]
) -> int:
    """remove() for each id (of which office: found), its answer added to the office's figure; how many in all."""
    total = 0

    async def one(id_: int) -> bool:
        nonlocal total
        async with transaction():
            count = await remove(id_)
            if count:
                await terms.count(found[id_], term, count, now)
        total += count
        return count > 0

    await each(found, one, f"removal of {term}")
    return total


# --- scans of applications ---


async def remove_old_scans(now: datetime) -> int:
    """Scans of what was handed over 30 days ago, or closed otherwise 14 days ago, or never collected; of how many."""
    done = 0
    for term, states in (
        (Term.SCANS_HANDED_OVER, {State.HANDED_OVER}),
        (Term.SCANS_CLOSED, FINISHED - {State.HANDED_OVER}),
    ):
        found: dict[int, Application] = {}
        for office, before in await _offices(term, now):
            for state in sorted(states):
                rows = (
                    await Application.objects()
                    .where(
                        (Application.office == office)
                        & (Application.state == state)
                        & (Application.finished_at <= before)
                        & Application.scans_removed_at.is_null()
                    )
                    .limit(STEP)
                )
                found |= {row.id: row for row in rows}
        done += await _scans_of(found, term, now)
    return done


_WITH_SCANS = (
    "EXISTS (SELECT 1 FROM page p JOIN document d ON d.id = p.document "
    "WHERE d.application = application.id AND p.blob <> '')"
)


async def remove_uncollected_scans(now: datetime) -> int:
    """Scans of cards that lie ready and nobody collects; of how many. The card itself waits on.

    Not marked as removed for good: a written authority may still be photographed when the card is handed over.
    """
    found: dict[int, Application] = {}
    for office, before in await _offices(Term.SCANS_UNCOLLECTED, now):
        rows = (
            await Application.objects()
            .where(
                WhereRaw("application.state = 'ready'")
                & (Application.office == office)
                & (Application.ready_at <= before)
                & WhereRaw(_WITH_SCANS)
            )
            .limit(STEP)
        )
        found |= {row.id: row for row in rows}
    return await _scans_of(found, Term.SCANS_UNCOLLECTED, now)


async def _scans_of(found: Mapping[int, Application], term: Term, now: datetime) -> int:
    gone: set[int] = set()

    async def remove(application_id: int) -> int:
        for_good = term is not Term.SCANS_UNCOLLECTED
        pages_gone = await documents.remove_scans(found[application_id], now, for_good=for_good)
        gone.add(application_id)
        return pages_gone

    await _each_counted(term, {id_: row.office for id_, row in found.items()}, now, remove)
    return len(gone)


# --- who it was ---


async def remove_identities(now: datetime) -> int:
    """NIK, KK number and contacts of what ended a year ago; of how many. Facts, history and figures stay."""
    found: dict[int, Application] = {}
    for office, before in await _offices(Term.IDENTITY, now):
        rows = (
            await Application.objects()
            .where(
                WhereRaw("identity_removed_at IS NULL AND finished_at IS NOT NULL")
                & (Application.office == office)
                & (Application.finished_at <= before)
            )
            .order_by(Application.finished_at)
            .limit(STEP)
        )
        found |= {row.id: row for row in rows}

    async def remove(application_id: int) -> int:
        return await _forget_who(found[application_id], now)

    return await _each_counted(Term.IDENTITY, {id_: row.office for id_, row in found.items()}, now, remove)


async def _forget_who(row: Application, now: datetime) -> int:
    """1, or 0 when another scheduler was quicker. Joins the caller's transaction."""
    try:
        nik = hidden_number(unseal(row, "nik"))
    except SealBroken:
        nik = ""
    gone: dict[Any, Any] = dict.fromkeys(
        (
            *(Application.nik_index, Application.kk_sealed, Application.phone_sealed),
            *(Application.email_sealed, Application.account),
        ),
        "",
    )
    first = (
        await Application.update(
            {
                **gone,
                Application.nik_sealed: seal(row.number, "nik", nik),
                Application.phone_whatsapp: False,
                Application.identity_removed_at: now,
            }
        )
        .where((Application.id == row.id) & Application.identity_removed_at.is_null())
        .returning(Application.id)
    )
    if not first:
        return 0
    await Handover.update({Handover.receiver_nik_sealed: ""}).where(Handover.application == row.id)
    await Question.update({Question.text: "", Question.answer: ""}).where(Question.application == row.id)
    await Unfinished.delete().where(Unfinished.application == row.id)
    await _forget_messages(Message.application == row.id)
    await casework.note(row, "identity_removed", SYSTEM, now)
    return 1


async def _forget_messages(where: Any) -> None:
    """Texts and addresses; that they were sent, or never were, stays."""
    await Message.update({Message.state: str(MessageState.RECALLED)}).where(
        where & (Message.state == str(MessageState.WAITING))
    )
    await Message.update(
        dict.fromkeys((Message.body_sealed, Message.recipient_sealed, Message.recipient_key), "")
    ).where(where)


# --- messages ---


async def remove_bodies(now: datetime) -> int:
    """Texts of messages that arrived, or were given up, a week ago; how many. To whom and when they went stays."""
    done = 0
    for office, before in await _offices(Term.MESSAGE_BODIES, now):
        given_up = before - GIVEN_UP_AFTER_DAYS * _DAY
        for state, over in (
            (MessageState.SENT, Message.sent_at <= before),
            (MessageState.FAILED, Message.created_at <= given_up),
            (MessageState.RECALLED, Message.created_at <= given_up),
        ):
            which: Any = (Message.office == office) & (Message.state == str(state)) & over & _SEALED_BODY
            rows = await Message.select(Message.id).where(which).limit(STEP)
            if not rows:
                continue
            async with transaction():
                mine = Message.id.is_in([row["id"] for row in rows]) & which
                gone = await Message.update({Message.body_sealed: ""}).where(mine).returning(Message.id)
                await terms.count(office, Term.MESSAGE_BODIES, len(gone), now)
            done += len(gone)
    return done


async def remove_letters(now: datetime) -> int:
    """Written .eml files whose message has no text any more, or is unknown; how many. Once an hour."""
    if await retention.turn("letters", now, timedelta(hours=1)) is None:
        return 0
    files = {path: _message_of(path) for path in await asyncio.to_thread(mail.written_files)}
    with_text: set[int] = set()
    ids = sorted({id_ for id_ in files.values() if id_})
    for at in range(0, len(ids), 500):
        known = Message.id.is_in(ids[at : at + 500]) & _SEALED_BODY
        with_text |= {row["id"] for row in await Message.select(Message.id).where(known)}
    old = clock.on_disk(now - _DAY).timestamp()
    return await asyncio.to_thread(_unlink, [p for p, id_ in files.items() if id_ not in with_text], old)


def _message_of(path: Path) -> int:
    """The id of the message a file was written for, 0 for a name of another kind."""
    number = path.stem.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _unlink(paths: Iterable[Path], before: float) -> int:
    count = 0
    for path in paths:
        if path.exists() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            count += 1
    return count


# --- complaints ---


async def remove_evidence(now: datetime) -> int:
    """Photos of complaints that were closed 90 days ago; how many."""
    found: dict[int, int] = {}
    for office, before in await _offices(Term.COMPLAINT_PHOTOS, now):
        rows = (
            await Evidence.select(Evidence.complaint)
            .where(
                (Evidence.complaint.office == office)
                & (Evidence.complaint.state == "closed")
                & (Evidence.complaint.closed_at <= before)
            )
            .limit(STEP)
        )
        found |= {row["complaint"]: office for row in rows}

    async def remove(complaint_id: int) -> int:
        rows = await Evidence.delete().where(Evidence.complaint == complaint_id).returning(Evidence.blob)
        if rows:
            await _told(complaint_id, "photos_removed", now, {"photos": len(rows)})
        pages.remove_after_commit([row["blob"] for row in rows])
        return len(rows)

    return await _each_counted(Term.COMPLAINT_PHOTOS, found, now, remove)


async def remove_complaint_texts(now: datetime) -> int:
    """What was written in complaints that were closed a year ago, by whom, and how to reach them; of how many."""
    found: dict[int, int] = {}
    for office, before in await _offices(Term.COMPLAINT_TEXTS, now):
        rows = (
            await Complaint.select(Complaint.id)
            .where(
                WhereRaw("texts_removed_at IS NULL")
                & (Complaint.office == office)
                & (Complaint.state == "closed")
                & (Complaint.closed_at <= before)
            )
            .limit(STEP)
        )
        found |= {row["id"]: office for row in rows}

    async def remove(complaint_id: int) -> int:
        gone: dict[Any, Any] = dict.fromkeys(
            (
                *(Complaint.text_sealed, Complaint.place_sealed, Complaint.wish_sealed),
                *(Complaint.name_sealed, Complaint.phone_sealed, Complaint.email_sealed),
            ),
            "",
        )
        first = (
            await Complaint.update({**gone, Complaint.phone_whatsapp: False, Complaint.texts_removed_at: now})
            .where((Complaint.id == complaint_id) & Complaint.texts_removed_at.is_null())
            .returning(Complaint.id)
        )
        if not first:
            return 0
        await ComplaintLine.update({ComplaintLine.text_sealed: ""}).where(
            ComplaintLine.complaint == complaint_id
        )
        await _forget_messages(Message.complaint == complaint_id)
        await _told(complaint_id, "texts_removed", now, {})
        return 1

    return await _each_counted(Term.COMPLAINT_TEXTS, found, now, remove)


async def _told(complaint_id: int, act: str, now: datetime, details: Mapping[str, history.Detail]) -> None:
    await history.record_of_complaint(complaint_id, act, SYSTEM, Role.SYSTEM, now, details=details)


# --- what lets somebody in ---


async def remove_spent_links(now: datetime) -> None:
    """Invitations and hand-off links long after they ended, and yesterday's wrong PINs; once an hour."""
    if await retention.turn("spent links", now, timedelta(hours=1)) is None:
        return
    over = now - LINKS_KEPT_DAYS * _DAY
    await Invitation.delete().where(Invitation.expires_at <= over)
    await Handoff.delete().where(Handoff.expires_at <= over)
    await Misses.delete().where(Misses.since <= now - _MISSES_KEPT)


async def empty_log(now: datetime) -> None:
    """Once an hour nothing is left in the database's log of what was removed; see models.db.empty_log()."""
    if await retention.turn("log", now, timedelta(hours=1)) is None:
        return
    for _ in range(_TRIES):
        if await db.empty_log():
            return
        await asyncio.sleep(_BETWEEN)
