"""What goes when its time is over: by the office's own terms, counted, and from every byte (rules, 12)."""

import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from components import (
    clock,
    complaint_filing,
    complaints,
    corrections,
    history,
    mail,
    notifications,
    outbox,
    pages,
    particulars,
    removal,
    terms,
)
from components.actors import SYSTEM, Actor
from components.kit import Kit
from components.refusals import Refused
from models.account import Invitation, Misses
from models.application import Application, Document, Page
from models.complaint import Complaint, ComplaintLine, Evidence
from models.history import Event
from models.keeping import Removal
from models.notification import Message
from models.rules.complaints import ComplaintAct
from models.rules.identity import mask_nik
from models.rules.keeping import BOUNDS, Term, hidden_number
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.support.cases import NIK, fresh, holder
from tests.support.databases import Kind as Database
from tests.support.outbox import messages, reachable
from tests.support.service import MONDAY, member_of_staff

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


async def with_scan(kit: Kit, row: Application) -> str:
    """One document with one real sealed scan; the name of its file."""
    document = Document(application=row.id, kind="old_card", received_at=MONDAY)
    await document.save()
    blob = await kit.store.put(b"scan" * 500, pages.owner(row))
    small = await kit.store.put(b"thumb", pages.owner(row))
    await Page(
        document=document.id,
        blob=blob.id,
        blob_key=blob.wrapped_key,
        thumbnail=small.id,
        thumbnail_key=small.wrapped_key,
        sha256="0" * 64,
        original_name="KTP.jpg",
        received_at=MONDAY,
    ).save()
    return blob.id


async def everything(kit: Kit) -> bytes:
    """All bytes of the database and of the data folder."""
    url = kit.settings.database_url
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        found = [file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*"))]
    else:
        found = [await _all_rows(url)]
    found += [file.read_bytes() for file in kit.settings.data.rglob("*") if file.is_file()]
    return b"\0".join(found)


async def _all_rows(url: str) -> bytes:
    """Every row of every table."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for name in (row["tablename"] for row in names):
            found += [str(row).encode() for row in await connection.fetch(f'SELECT * FROM "{name}"')]  # noqa: S608
        return b"\n".join(found)
    finally:
        await connection.close()


def left(secrets: Iterable[str], content: bytes) -> list[int]:
    return [n for n, secret in enumerate(secrets) if secret.encode() in content]


# --- scans ---


async def test_scans_of_cards_nobody_collects_go_once(service: Kit) -> None:
    """After 180 days, and the card waits on; the authority photographed later goes as others do [P13, G4]."""
    row = await reachable(State.READY, ready_at=MONDAY)
    file = await with_scan(service, row)
    assert await removal.remove_uncollected_scans(MONDAY + 180 * DAY - MINUTE) == 0
    assert await removal.remove_uncollected_scans(MONDAY + 180 * DAY) == 1
    await pages.settled()
    assert not list(service.settings.store_folder.rglob(file))
    assert await removal.remove_uncollected_scans(MONDAY + 181 * DAY) == 0
    after = await fresh(row)
    assert after.state == State.READY
    assert after.scans_removed_at is None
    await Application.update({"state": State.HANDED_OVER, "finished_at": MONDAY + 200 * DAY}).where(
        Application.id == row.id
    )
    await Page.update({Page.blob: "a" * 32, Page.blob_key: b"k"}, force=True)
    assert await removal.remove_old_scans(MONDAY + 230 * DAY) == 1
    assert await Page.count().where(Page.blob != "") == 0


async def test_the_office_sets_its_terms(service: Kit) -> None:
    """Within bounds, told beside the field, written down once; the job goes by them at once [M4]."""
    admin = await member_of_staff(Role.ADMIN)
    office = admin.office_id or 0
    usual = {str(term): str(bounds.usual) for term, bounds in BOUNDS.items()}
    wrong = {**usual, "identity": "12", "message_bodies": "tujuh", "scans_closed": ""}
    with pytest.raises(Refused) as no:
        await terms.set_for_office(wrong, admin, MONDAY)
    assert set(no.value.fields) == {"identity", "message_bodies", "scans_closed"}
    for _ in range(2):
        await terms.set_for_office({**usual, "scans_handed_over": "10"}, admin, MONDAY)
    assert (await terms.of_office(office))[Term.SCANS_HANDED_OVER] == 10
    lines = [event for event in await history.lines_of_office(office) if event.act == "terms_set"]
    assert [line.reason for line in lines] == ["Foto dokumen, sejak KTP-el diserahkan: 10 hari"]
    row = await reachable(State.HANDED_OVER, finished_at=MONDAY)
    await with_scan(service, row)
    assert await removal.remove_old_scans(MONDAY + 10 * DAY - MINUTE) == 0
    assert await removal.remove_old_scans(MONDAY + 10 * DAY) == 1
    figures = {one.term: (one.lately, one.ever) for one in await terms.removed(office, MONDAY + 10 * DAY)}
    assert figures[Term.SCANS_HANDED_OVER] == (1, 1)
    figures = {one.term: (one.lately, one.ever) for one in await terms.removed(office, MONDAY + 60 * DAY)}
    assert figures[Term.SCANS_HANDED_OVER] == (0, 1)


# --- messages ---


async def test_texts_of_messages_go_after_a_week(service: Kit) -> None:
    """Sent, given up and taken back ones; that they were, to whom and when stays, and the .eml file goes [G4]."""
    row = await reachable()
    for kind in (Kind.READY, Kind.LAPSED, Kind.RECEIVED):
        await notifications.tell(kind, row, MONDAY)
    await mail.deliver_due(MONDAY)
    sent = [one for one in await messages(row) if one.state == "sent"]
    waiting = [one for one in await messages(row) if one.state == "waiting"]
    assert len(sent) >= 3
    assert len(waiting) >= 3
    for one, state in zip(waiting, ("failed", "recalled"), strict=False):
        await Message.update({Message.state: state}).where(Message.id == one.id)
    assert len(mail.written_files()) == len(sent)
    assert await removal.remove_bodies(MONDAY + 7 * DAY - MINUTE) == 0
    assert await removal.remove_bodies(MONDAY + 7 * DAY + MINUTE) == len(sent)
    assert await removal.remove_bodies(MONDAY + 9 * DAY) == 2
    rows = {one.id: one for one in await messages(row)}
    assert all(rows[one.id].body_sealed for one in waiting[2:])
    assert all(rows[one.id].recipient_sealed and rows[one.id].sent_at for one in sent)
    officer = await member_of_staff(Role.OPERATOR)
    seen = await outbox.overview(officer, MONDAY + 9 * DAY)
    assert {line.to for line in seen.done} >= {"s****@contoh.test"}
    assert all(not line.by_hand.whatsapp for line in seen.failed)
    assert seen.failed[0].by_hand.call
    later = clock.now() + 40 * DAY
    assert await removal.remove_letters(later) == len(sent)
    assert mail.written_files() == []
    assert await removal.remove_letters(later) == 0


async def test_letters_with_a_text_stay(service: Kit) -> None:
    """Files of messages that are still kept, and those just written, whatever the office's clock says."""
    row = await reachable(whatsapp=False)
    await notifications.tell(Kind.READY, row, MONDAY)
    await mail.deliver_due(MONDAY)
    assert await removal.remove_letters(clock.now() + 40 * DAY) == 0
    await Message.update({Message.body_sealed: ""}, force=True)
    assert await removal.remove_letters(clock.now()) == 0
    assert len(mail.written_files()) == 1


# --- who it was ---


async def test_after_a_year_nobody_knows_whose_it_was(service: Kit) -> None:
    """NIK, KK number and contacts are gone from every byte; facts stay, and every signature still holds [O1, G1]."""
    row = await reachable(State.HANDED_OVER, finished_at=MONDAY)
    await notifications.tell(Kind.HANDED_OVER, row, MONDAY)
    secrets = [row.nik_sealed, row.kk_sealed, row.phone_sealed, row.email_sealed]
    for one in await messages(row):
        secrets += [one.body_sealed, one.recipient_sealed]
    index = particulars.nik_index(NIK)
    await Application.update({Application.nik_index: index}).where(Application.id == row.id)
    secrets.append(index)
    await removal.empty_log(MONDAY)
    assert left(secrets, await everything(service)) == list(range(len(secrets)))
    assert await removal.remove_identities(MONDAY + 365 * DAY - MINUTE) == 0
    assert await removal.remove_identities(MONDAY + 365 * DAY) == 1
    assert await removal.remove_identities(MONDAY + 365 * DAY) == 0
    await removal.empty_log(MONDAY + 365 * DAY)
    assert left(secrets, await everything(service)) == []
    after = await fresh(row)
    known = particulars.opened(after)
    assert (known.kk, known.phone, known.email, after.nik_index) == ("", "", "", "")
    assert known.nik == hidden_number(NIK) == mask_nik(known.nik) == "351511**********"
    assert (after.name, after.number, after.state) == (row.name, row.number, State.HANDED_OVER)
    assert await history.broken_at(row.id) is None
    acts = [event.act for event in await history.lines(row.id)]
    assert acts[-1] == "identity_removed"
    assert {one.state for one in await messages(row)} <= {"sent", "recalled"}


async def test_who_is_still_served_stays_known(service: Kit) -> None:
    """However old: only what has ended is forgotten, and a lapsed one forgotten is not opened again [P7]."""
    rows = [await reachable(state) for state in (State.SUBMITTED, State.READY, State.SCHEDULED)]
    lapsed = await reachable(State.LAPSED, finished_at=MONDAY)
    assert await removal.remove_identities(MONDAY + 4000 * DAY) == 1
    assert all([(await fresh(row)).nik_sealed == row.nik_sealed for row in rows])
    lapsed = await fresh(lapsed)
    with pytest.raises(Refused, match="sudah dihapus karena lama"):
        await corrections.reopen(lapsed, holder(lapsed), MONDAY + 4000 * DAY)


async def test_no_more_than_a_few_at_a_time(service: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year's worth that has come due at once goes in steps between which others are served."""
    monkeypatch.setattr(removal, "STEP", 2)
    for _ in range(5):
        await reachable(State.REFUSED, finished_at=MONDAY)
    later = MONDAY + 400 * DAY
    assert [await removal.remove_identities(later) for _ in range(4)] == [2, 2, 1, 0]
    assert await Event.count().where(Event.act == "identity_removed") == 5
    row = await Removal.objects().where(Removal.term == "identity").first()
    assert row is not None
    assert row.number == 5


# --- complaints ---


async def closed_complaint(kit: Kit) -> Complaint:
    """With a photo and an answer, closed on Monday."""
    typed = {"jenis": "complaint", "identitas": "named", "uraian": "Saya diminta menunggu lama sekali."}
    contact = {"nama": "Bambang Wijaya", "email": "bambang@contoh.test", "no_hp": "0857 3634 9953"}
    complaint = await complaint_filing.file(
        complaint_filing.read({**typed, **contact}, MONDAY), Actor(), MONDAY
    )
    stored = await kit.store.put(b"photo" * 100, f"complaint:{complaint.number}")
    await Evidence(
        complaint=complaint.id,
        blob=stored.id,
        blob_key=stored.wrapped_key,
        sha256="1" * 64,
        size=500,
        received_at=MONDAY,
    ).save()
    officer = await member_of_staff(Role.OPERATOR)
    for act in (ComplaintAct.CLASSIFY, ComplaintAct.TAKE_UP, ComplaintAct.ANSWER):
        complaint = await complaints.advance(
            complaint, act, officer, MONDAY, text="Mohon maaf, kami tambah petugas.", grade="plain"
        )
    return await complaints.advance(complaint, ComplaintAct.CLOSE, SYSTEM, MONDAY)


async def test_a_closed_complaint_is_forgotten_in_two_steps(service: Kit) -> None:
    """[C1] Its photos after 90 days, what was written and by whom after a year; that it was answered in time stays."""
    complaint = await closed_complaint(service)
    evidence = await Evidence.objects().first()
    assert evidence is not None
    secrets = [complaint.text_sealed, complaint.name_sealed, complaint.phone_sealed, complaint.email_sealed]
    secrets += [line.text_sealed for line in await ComplaintLine.objects()]
    secrets += [one.body_sealed for one in await messages() if one.complaint == complaint.id]
    assert all(secrets)
    assert await removal.remove_evidence(MONDAY + 90 * DAY - MINUTE) == 0
    assert await removal.remove_evidence(MONDAY + 90 * DAY) == 1
    await pages.settled()
    assert not list(service.settings.store_folder.rglob(evidence.blob))
    assert await removal.remove_complaint_texts(MONDAY + 365 * DAY - MINUTE) == 0
    assert await removal.remove_complaint_texts(MONDAY + 365 * DAY) == 1
    assert await removal.remove_complaint_texts(MONDAY + 365 * DAY) == 0
    await removal.empty_log(MONDAY + 365 * DAY)
    assert left([*secrets, evidence.blob], await everything(service)) == []
    after = await complaints.reread(complaint)
    assert (after.state, after.kind, after.grade) == ("closed", "complaint", "plain")
    assert after.answered_at == MONDAY
    assert [said.text for said in await complaints.dialogue(after)] == ["", ""]
    assert await history.broken_at_of_complaint(complaint.id) is None
    acts = [event.act for event in await history.lines_of_complaint(complaint.id)]
    assert acts[-2:] == ["photos_removed", "texts_removed"]


async def test_an_open_complaint_stays_however_old(service: Kit) -> None:
    """[C1] A clock that nobody kept is no reason to forget."""
    typed = {"jenis": "complaint", "identitas": "anonymous", "uraian": "Saya diminta menunggu lama sekali."}
    await complaint_filing.file(complaint_filing.read(typed, MONDAY), Actor(), MONDAY)
    assert await removal.remove_complaint_texts(MONDAY + 4000 * DAY) == 0
    assert await removal.remove_evidence(MONDAY + 4000 * DAY) == 0


# --- what lets somebody in ---


async def test_spent_links_and_old_misses_go(service: Kit) -> None:
    """Invitations a month after they ended; yesterday's wrong PINs; at most once an hour."""
    staff = await member_of_staff(Role.OPERATOR)
    for n, over in enumerate((MONDAY - 30 * DAY, MONDAY - 29 * DAY)):
        await Invitation(staff=staff.staff_id, token_hash=str(n), expires_at=over).save()
    await Misses(key="a", tries=3, since=MONDAY - DAY).save()
    await Misses(key="b", tries=3, since=MONDAY).save()
    await removal.remove_spent_links(MONDAY)
    assert [row["token_hash"] for row in await Invitation.select(Invitation.token_hash)] == ["1"]
    assert [row["key"] for row in await Misses.select(Misses.key)] == ["b"]
    await removal.remove_spent_links(MONDAY + 2 * DAY)
    assert await Misses.count() == 0


async def test_a_job_repeated_by_two_schedulers_removes_once(service: Kit) -> None:
    """The second finds nothing, and the figure stays true."""
    row = await reachable(State.HANDED_OVER, finished_at=MONDAY)
    stale = await fresh(row)
    later = MONDAY + 365 * DAY
    assert await removal.remove_identities(later) == 1
    assert await removal._forget_who(stale, later) == 0
    assert await Event.count().where(Event.act == "identity_removed") == 1


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_log_is_emptied_beside_a_reader(service: Kit, kind: Database) -> None:
    """Whoever reads an old state is not waited for: it is tried again an hour later."""
    path = service.settings.database_url.removeprefix("sqlite:///")
    reader = sqlite3.connect(path)
    try:
        await reachable()
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM application").fetchone()
        await reachable()
        await removal.empty_log(MONDAY)
        assert await Application.count() == 2
        reader.rollback()
        await removal.empty_log(MONDAY + timedelta(hours=1))
        assert _size(Path(f"{path}-wal")) == 0
    finally:
        reader.close()
