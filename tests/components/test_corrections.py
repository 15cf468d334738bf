"""What does not fit is announced and mended by noon of the next day, and a fault of ours costs nobody [P2, P7]."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from components import access, casework, corrections, documents
from components.access import keys_of
from components.actors import SYSTEM
from components.applications import identity
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from components.sealing import seal
from models.application import Application, Document, Page
from models.history import Event
from models.notification import Message
from models.office import Office
from models.rules.calendar import wib_moment
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import Act, Role, State
from models.system import Outage
from tests.support import drafts
from tests.support.cases import NAME, fresh, holder, with_documents
from tests.support.drafts import looked_at
from tests.support.outbox import reachable, told
from tests.support.service import MONDAY, member_of_staff

KK, FORM = DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102
MINUTE = timedelta(minutes=1)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment in November 2026 by clocks in Krian; Monday is the 23rd."""
    return wib_moment(MONDAY.date().replace(day=day), MONDAY.time().replace(hour, minute, second))


NOON = at(24, 12)


async def returned(
    rejected: dict[DocumentKind, Sequence[RejectReason]] | None = None, **columns: object
) -> Application:
    """Returned on Monday at nine, so due on Tuesday at noon; each document has a page."""
    row = await reachable(**columns)  # type: ignore[arg-type]
    await with_documents(row, rejected or {KK: [RejectReason.CUT]})
    for document in await Document.objects().where(Document.application == row.id):
        await a_page(document)
    return await corrections.ask(row, await member_of_staff(Role.OPERATOR), MONDAY)


async def a_page(document: Document) -> None:
    await Page(
        document=document.id,
        blob="0" * 32,
        blob_key=b"",
        thumbnail="0" * 32,
        thumbnail_key=b"",
        sha256=str(await Page.count()),
        received_at=MONDAY,
    ).save()


async def replace(row: Application, kind: DocumentKind = KK) -> None:
    """As documents.receive leaves it: the document waits to be looked at again."""
    await Document.update({Document.verdict: "waiting", Document.reasons: "[]"}).where(
        (Document.application == row.id) & (Document.kind == str(kind))
    )


async def state(row: Application) -> str:
    return (await fresh(row)).state


async def due(row: Application) -> datetime:
    return (await fresh(row)).correction_due_at


async def events(row: Application, act: str) -> list[Event]:
    return await Event.objects().where((Event.application == row.id) & (Event.act == act)).order_by(Event.n)


# --- asking ---


async def test_reasons_deadline_and_message_in_one_step(service: Kit) -> None:
    """Per document what is wrong and what to do; due at noon of the next day [P7]."""
    row = await returned({KK: [RejectReason.CUT, RejectReason.OTHER], FORM: [RejectReason.UNSIGNED]})
    assert row.state == State.RETURNED
    assert row.correction_due_at == NOON
    assert row.returned_at == MONDAY
    assert row.decided_reason.splitlines() == [
        "- Kartu Keluarga (KK): Ada bagian yang terpotong. Foto lagi seluruh lembar, semua tepi terlihat.",
        "- Formulir F-1.02: Belum ditandatangani. Tanda tangani dengan tinta, lalu foto lagi.",
    ]
    assert [kind for kind, _, _ in await told(row)] == ["correction_asked"] * 2
    line = (await events(row, "return"))[0]
    assert json.loads(line.details) == {"due_at": NOON.isoformat(), "documents": ["family_card", "form_f102"]}


async def test_own_words_of_the_officer_are_told(service: Kit) -> None:
    row = await reachable()
    await with_documents(row, {KK: [RejectReason.OTHER]})
    await Document.update({Document.note: "Stempel desa belum ada."}).where(Document.verdict == "rejected")
    row = await corrections.ask(row, await member_of_staff(Role.OPERATOR), MONDAY)
    assert row.decided_reason == "- Kartu Keluarga (KK): Stempel desa belum ada."


async def test_nothing_to_mend_is_no_reason_to_return(service: Kit) -> None:
    """A return without a reason is refused, and nothing is written [P2, G1]."""
    row = await reachable()
    await with_documents(row)
    with pytest.raises(Refused, match="tidak cocok"):
        await corrections.ask(row, await member_of_staff(Role.OPERATOR), MONDAY)
    assert await state(row) == State.SUBMITTED


@pytest.mark.parametrize(
    ("returned_at", "setting", "expected"),
    [
        (at(23, 0, 0), "calendar_day", at(24, 12)),
        (at(23, 23, 59), "calendar_day", at(24, 12)),
        (at(27, 10), "calendar_day", at(28, 12)),
        (at(27, 10), "working_day", at(30, 12)),
    ],
)
async def test_the_next_day_is_read_as_the_office_decided(
    service: Kit, returned_at: datetime, setting: str, expected: datetime
) -> None:
    """Noon of the next calendar day, or by setting of the next working day [P7]."""
    await Office.update({Office.settings: json.dumps({"correction_day": setting})}).where(Office.id > 0)
    row = await reachable()
    await with_documents(row, {KK: [RejectReason.CUT]})
    row = await corrections.ask(row, await member_of_staff(Role.OPERATOR), returned_at)
    assert row.correction_due_at == expected


async def test_a_walk_in_file_waits_a_week(service: Kit) -> None:
    """Paper is not photographed again, noon does not bind it, and no reminder goes out [P2]."""
    row = await returned({KK: [RejectReason.OLD_VERSION]}, channel="counter")
    assert row.correction_due_at == at(30, 15)
    assert row.decided_reason == (
        "- Kartu Keluarga (KK): Bukan yang terbaru. Bawa fotokopi KK terbaru yang terbaca."
    )
    await Outage(began_at=at(30, 13), ended_at=at(30, 15)).save()
    assert await corrections.remind_due(at(30, 12)) == 0
    assert await corrections.lapse_overdue(at(30, 15)) == 0
    assert await corrections.lapse_overdue(at(30, 15, 0, 1)) == 1


# --- mending ---


@pytest.mark.parametrize(
    ("begun", "now", "counts"),
    [
        (None, NOON - MINUTE, True),
        (None, NOON, True),
        (None, NOON + timedelta(seconds=1), False),
        (NOON - MINUTE, NOON + timedelta(minutes=59), True),
        (NOON - timedelta(seconds=1), NOON + timedelta(minutes=60), True),
        (NOON - MINUTE, NOON + timedelta(minutes=60, seconds=1), False),
        (NOON, NOON + MINUTE, False),
    ],
)
async def test_noon_and_the_hour_for_slow_lines(
    service: Kit, begun: datetime | None, now: datetime, counts: bool
) -> None:
    """In time until noon; begun before noon, until an hour later; not a second more [P7]."""
    row = await returned()
    if begun:
        await corrections.begin_upload(row, begun)
    await replace(row)
    if counts:
        after = await corrections.resubmit(row, holder(row), now)
        assert after.state == State.SUBMITTED
        assert after.received_at == now
        assert after.correction_due_at is None
        assert after.upload_begun_at is None
        assert await corrections.lapse_overdue(now + timedelta(days=1)) == 0
    else:
        with pytest.raises(Refused, match="sudah lewat"):
            await corrections.resubmit(row, holder(row), now)
        assert await corrections.lapse_overdue(now) == 1


async def test_only_the_first_beginning_counts_and_only_in_time(service: Kit) -> None:
    """A second upload cannot stretch the hour, and one after noon cannot open it [P7]."""
    row = await returned()
    await corrections.begin_upload(row, NOON + MINUTE)
    assert (await fresh(row)).upload_begun_at is None
    await corrections.begin_upload(row, NOON - 2 * MINUTE)
    await corrections.begin_upload(row, NOON - MINUTE)
    assert (await fresh(row)).upload_begun_at == NOON - 2 * MINUTE
    submitted = await reachable()
    await corrections.begin_upload(submitted, MONDAY)
    assert (await fresh(submitted)).upload_begun_at is None


async def test_every_document_that_did_not_fit_must_be_new(service: Kit) -> None:
    """What is still to be replaced is named, beside the document; nothing is written [P7]."""
    row = await returned({KK: [RejectReason.CUT], FORM: [RejectReason.UNSIGNED]})
    await replace(row, KK)
    with pytest.raises(Refused) as no:
        await corrections.resubmit(row, holder(row), MONDAY)
    assert no.value.fields == {"form_f102": "Kirim dulu Formulir F-1.02 yang baru."}
    assert await state(row) == State.RETURNED
    await replace(row, FORM)
    assert (await corrections.resubmit(row, holder(row), MONDAY)).state == State.SUBMITTED


async def test_a_new_page_taken_out_again_is_missing(service: Kit) -> None:
    row = await returned()
    await replace(row)
    kk = await Document.objects().get((Document.application == row.id) & (Document.kind == str(KK)))
    assert kk is not None
    await Page.update({Page.replaced_at: MONDAY}).where(Page.document == kk.id)
    with pytest.raises(Refused, match="Kartu Keluarga"):
        await corrections.resubmit(row, holder(row), MONDAY)


async def test_what_was_only_typed_wrong_is_mended_by_typing(service: Kit) -> None:
    """A document that differs from what was typed may be right: changing the typing is an answer [P7]."""
    row = await returned({KK: [RejectReason.DATA_DIFFER]})
    with pytest.raises(Refused):
        await corrections.resubmit(row, holder(row), MONDAY + MINUTE)
    await casework.note(row, "edit", holder(row), MONDAY + MINUTE)
    after = await corrections.resubmit(row, holder(row), MONDAY + 2 * MINUTE)
    assert after.state == State.SUBMITTED
    assert await Document.count().where(Document.verdict == "rejected") == 0


async def test_handing_in_twice_is_told_what_happened(service: Kit) -> None:
    row = await returned()
    await replace(row)
    await corrections.resubmit(row, holder(row), MONDAY)
    with pytest.raises(Overtaken):
        await corrections.resubmit(row, holder(row), MONDAY)


async def test_strangers_mend_nothing(service: Kit) -> None:
    row = await returned()
    await replace(row)
    with pytest.raises(Refused):
        await corrections.resubmit(row, holder(await reachable()), MONDAY)
    assert await state(row) == State.RETURNED


# --- the deadline ---


@pytest.mark.parametrize(
    ("now", "lapses"),
    [(NOON - MINUTE, 0), (NOON, 0), (NOON + timedelta(seconds=1), 1), (NOON + timedelta(days=3), 1)],
)
async def test_a_lapse_comes_after_noon_and_once(service: Kit, now: datetime, lapses: int) -> None:
    """The minute before, noon itself, the second after; and three days late with the true deadline [P7]."""
    row = await returned()
    assert await corrections.lapse_overdue(now) == lapses
    assert await corrections.lapse_overdue(now) == 0
    assert await state(row) == (State.LAPSED if lapses else State.RETURNED)
    lines = await events(row, "lapse")
    assert len(lines) == lapses
    if lapses:
        assert (lines[0].happened_at, lines[0].entered_at) == (NOON, now)
        assert json.loads(lines[0].details) == {"due_at": NOON.isoformat()}
        assert [kind for kind, _, state in await told(row) if state == "waiting"] == ["lapsed"] * 2
        assert (await fresh(row)).finished_at == now


async def test_who_began_in_time_lapses_an_hour_later(service: Kit) -> None:
    row = await returned()
    await corrections.begin_upload(row, NOON - MINUTE)
    assert await corrections.lapse_overdue(NOON + timedelta(minutes=60)) == 0
    assert await corrections.lapse_overdue(NOON + timedelta(minutes=60, seconds=1)) == 1
    assert (await events(row, "lapse"))[0].happened_at == NOON + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("began", "ended", "moves"),
    [
        (at(24, 11, 50), at(24, 12, 30), False),
        (at(24, 11, 49), at(24, 12, 30), True),
        (at(24, 11, 0), at(24, 11, 11), True),
        (at(24, 9, 0), at(24, 11, 10), False),
        (at(24, 12, 0), at(24, 15, 0), False),
    ],
)
async def test_our_fault_before_noon_moves_the_deadline(
    service: Kit, began: datetime, ended: datetime, moves: bool
) -> None:
    """More than 10 minutes away in the last hour: noon of the following day, told and written down [P7]."""
    row = await returned()
    await Outage(began_at=began, ended_at=ended).save()
    now = max(ended, NOON + MINUTE)
    assert await corrections.lapse_overdue(now) == (0 if moves else 1)
    assert await corrections.lapse_overdue(now) == 0
    if not moves:
        assert await state(row) == State.LAPSED
        return
    assert await due(row) == at(25, 12)
    assert len(await events(row, "deadline_moved")) == 1
    assert [kind for kind, _, _ in await told(row)].count("deadline_moved") == 2
    await replace(row)
    assert (await corrections.resubmit(row, holder(row), at(25, 12))).state == State.SUBMITTED


async def test_the_applicant_hears_of_it_before_noon_when_we_know_before(service: Kit) -> None:
    row = await returned()
    await Outage(began_at=at(24, 11, 5), ended_at=at(24, 11, 20)).save()
    await corrections.lapse_overdue(at(24, 11, 20))
    assert await due(row) == at(25, 12)


async def test_handing_in_before_the_machine_looked_counts_as_well(service: Kit) -> None:
    """Just after a restart the deadline is moved for who hands in, even if no tick has come yet [P7]."""
    row = await returned()
    await replace(row)
    await Outage(began_at=at(24, 11, 0), ended_at=at(24, 12, 30)).save()
    assert (await corrections.resubmit(row, holder(row), at(24, 12, 31))).state == State.SUBMITTED


async def test_three_days_away_move_the_deadline_to_the_first_noon_after(service: Kit) -> None:
    """Told once, not once per noon that was missed [P7]."""
    row = await returned()
    await Outage(began_at=at(24, 8), ended_at=at(27, 8)).save()
    await corrections.lapse_overdue(at(27, 8))
    assert await due(row) == at(27, 12)
    assert len(await events(row, "deadline_moved")) == 1
    assert await corrections.lapse_overdue(at(27, 12, 1)) == 1


async def test_two_outages_are_told_of_twice(service: Kit) -> None:
    row = await returned()
    for day in (24, 25):
        await Outage(began_at=at(day, 11), ended_at=at(day, 11, 30)).save()
        await corrections.lapse_overdue(at(day, 11, 30))
    assert await due(row) == at(26, 12)
    moved = [
        state for kind, channel, state in await told(row) if (kind, channel) == ("deadline_moved", "email")
    ]
    assert len(moved) == 2


async def test_after_three_days_of_standstill_each_deadline_is_worked_on_once(service: Kit) -> None:
    """500 deadlines, two at work at once, then again: each lapses once and is told once [P7]."""
    row = await returned(email="siti@contoh.test", whatsapp=False)
    copied = await _copies(row, 499)
    late = NOON + timedelta(days=3)
    done = await asyncio.gather(corrections.lapse_overdue(late), corrections.lapse_overdue(late))
    assert sum(done) == copied + 1 == 500
    assert await corrections.lapse_overdue(late + MINUTE) == 0
    assert await Application.count().where(Application.state == State.LAPSED) == 500
    assert await Event.count().where((Event.act == "lapse") & (Event.happened_at == NOON)) == 500
    assert await Message.count().where(Message.kind == "lapsed") == 500


async def _copies(row: Application, count: int) -> int:
    """So many more like this one, without documents."""
    columns = {name: value for name, value in row.to_dict().items() if name != "id"}
    rows = []
    for number in (f"KRN-{n:06}" for n in range(count)):
        own = {
            "number": number,
            "email_sealed": seal(number, "email", "siti@contoh.test"),
            "phone_sealed": "",
        }
        rows.append(Application(**{**columns, **own, **access.columns(number, access.new_keys())}))
    await Application.insert(*rows)
    return count


async def test_one_row_that_fails_does_not_stop_the_others(
    service: Kit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = await returned(), await returned()
    advance = casework.advance

    async def fails_for_the_first(row: Application, *args: object, **kwargs: object) -> Application:
        if row.id == first.id:
            raise RuntimeError("broken")
        return await advance(row, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(casework, "advance", fails_for_the_first)
    assert await corrections.lapse_overdue(NOON + MINUTE) == 1
    assert (await state(first), await state(second)) == (State.RETURNED, State.LAPSED)
    assert "the others go on" in caplog.text


async def test_reminders_at_seven_and_eleven_each_once(service: Kit) -> None:
    """Not before, not twice, not by two machines at once, and none once it is handed in [P7]."""
    row = await returned()
    counted = []
    for moment in (at(24, 6, 59), at(24, 7), at(24, 7, 1), at(24, 10, 59), at(24, 11), at(24, 11, 59)):
        sent = await asyncio.gather(corrections.remind_due(moment), corrections.remind_due(moment))
        counted.append(sum(sent))
    assert counted == [0, 1, 0, 0, 1, 0]
    reminders = [way for kind, way, _ in await told(row) if kind == "correction_reminder"]
    assert reminders == ["email", "whatsapp"] * 2
    assert await corrections.remind_due(NOON) == 0


async def test_after_a_stop_only_the_latest_reminder_is_sent(service: Kit) -> None:
    await returned()
    assert await corrections.remind_due(at(24, 11, 5)) == 1
    assert await corrections.remind_due(at(24, 11, 6)) == 0


# --- after a lapse ---


async def lapsed() -> Application:
    """A real one, with real photos: the family card did not fit, and noon passed."""
    row = await drafts.submitted({"email": "siti@contoh.test"})
    operator = await member_of_staff(Role.OPERATOR)
    await Document.update({Document.verdict: "accepted"}).where(Document.application == row.id)
    await Document.update({Document.verdict: "rejected", Document.reasons: '["cut"]'}).where(
        (Document.application == row.id) & (Document.kind == str(KK))
    )
    row = await corrections.ask(row, operator, MONDAY)
    assert await corrections.lapse_overdue(NOON + MINUTE) == 1
    return await fresh(row)


async def test_one_tap_after_a_lapse_loses_nothing(service: Kit) -> None:
    """A fresh draft with its own keys, all that was typed, and the pages that were right [P7]."""
    old = await lapsed()
    new = await corrections.reopen(old, holder(old), NOON + 2 * MINUTE)
    assert new.state == State.DRAFT
    assert new.number != old.number
    assert keys_of(new) != keys_of(old)
    assert new.reopened_from == old.number
    assert await identity(new) == await identity(old)
    for column in (
        "name",
        "birth_date",
        "sex",
        "address",
        "rt",
        "rw",
        "village",
        "change",
        "reason",
        "nik_index",
    ):
        assert getattr(new, column) == getattr(old, column)
    slots = {slot.kind: slot for slot in await documents.slots(new)}
    assert [kind for kind, slot in slots.items() if slot.wanted] == [KK]
    page = slots[DocumentKind.OLD_CARD].pages[0]
    copied = await looked_at(new, page.id, holder(new), NOON)
    first = (await documents.slots(old))[0].pages[0]
    assert copied == await looked_at(old, first.id, holder(old), NOON)
    await documents.remove_scans(old, NOON)
    assert await looked_at(new, page.id, holder(new), NOON) == copied
    assert (await events(old, "reopen"))[0].role == Role.APPLICANT


async def test_a_second_tap_leads_to_the_same_draft(service: Kit) -> None:
    """Also at the same moment; a draft thrown away can be opened once more."""
    old = await lapsed()
    first, second = await asyncio.gather(
        corrections.reopen(old, holder(old), NOON), corrections.reopen(old, holder(old), NOON)
    )
    assert first.id == second.id
    await casework.advance(first, Act.DISCARD, holder(first), NOON, silent=True)
    assert (await corrections.reopen(old, holder(old), NOON)).id != first.id


async def test_only_what_lapsed_is_reopened_and_only_by_its_own(service: Kit) -> None:
    row = await returned()
    with pytest.raises(Refused, match="tidak lewat batas waktu"):
        await corrections.reopen(row, holder(row), NOON)
    row = await casework.advance(row, Act.LAPSE, SYSTEM, NOON)
    for stranger in (holder(await reachable()), await member_of_staff(Role.SUPERVISOR)):
        with pytest.raises(Missing):
            await corrections.reopen(row, stranger, NOON)
    assert NAME not in str(await told(row))
