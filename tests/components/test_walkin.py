"""Who walks in: taken in once, decided on the spot, back within a week [R1, P1, P2]."""

import asyncio
from datetime import datetime, timedelta

import pytest

from components import (
    calling,
    corrections,
    day_list,
    decisions,
    history,
    intake_drafts,
    places,
    printing,
    promises,
    scheduler,
    undoing,
    walkin,
)
from components.actors import Actor
from components.decisions import Outcome
from components.intake import Doubtful
from components.kit import Kit
from components.papers.receipt import Intake, ReturnSlip
from components.papers.slip import Slip
from components.refusals import Missing, Overtaken, Refused
from components.verification import Verdict
from models.application import Application
from models.appointment import Appointment
from models.appointment import Slot as Place
from models.history import Event
from models.notification import Message
from models.rules import deadlines
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import Role, State
from models.walk_in import IntakeDraft
from tests.support.cases import fresh
from tests.support.drafts import PERSON, village
from tests.support.service import MONDAY, member_of_staff

KEY = "halaman-pertama"
OLD_CARD, FAMILY_CARD, FORM = DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102
FITTING = {kind: Verdict() for kind in (OLD_CARD, FAMILY_CARD, FORM)}
WITHOUT_KK = {**FITTING, FAMILY_CARD: Verdict((RejectReason.MISSING,))}


async def typed(**other: str) -> dict[str, str]:
    papers = {f"berkas_{kind}": walkin.THERE for kind in FITTING}
    return {**PERSON, "desa": await village(), "perubahan": "signature", **papers, **other}


@pytest.fixture
async def officer(service: Kit) -> Actor:
    """Who holds the counter alone [M5]."""
    return await member_of_staff(Role.COUNTER)


async def taken_in(by: Actor, key: str = KEY, **other: str) -> Application:
    return await walkin.take_in(await typed(**other), key, by, MONDAY)


async def accept(file: Application, place: int | None, by: Actor, now: datetime = MONDAY) -> Application:
    return await walkin.decide(file, Outcome.ACCEPT, FITTING, file.version, by, now, place=place)


async def give_back(file: Application, by: Actor, now: datetime = MONDAY) -> Application:
    return await walkin.decide(file, Outcome.RETURN, WITHOUT_KK, file.version, by, now)


async def first_place(by: Actor, now: datetime = MONDAY) -> int:
    return (await places.offered(by.office_id or 0, now)).times[0].id


# --- taking in ---


async def test_one_form_is_one_file_however_often_it_is_sent(officer: Actor) -> None:
    """Double Enter, another tab, two counters on one form: one application that waits for its decision [P1]."""
    files = await asyncio.gather(*(taken_in(officer) for _ in range(4)))
    assert {file.number for file in files} == {files[0].number}
    assert (files[0].state, files[0].channel) == (State.SUBMITTED, "counter")
    assert await Application.count() == 1


async def test_the_checklist_asks_for_what_the_standard_names(officer: Actor) -> None:
    """Old KTP, copy of the KK, F-1.02, each there, missing or not valid for a reason; nothing left unsaid [R1]."""
    file = await taken_in(officer, berkas_family_card="missing", berkas_form_f102="unsigned")
    assert [(paper.kind, paper.found) for paper in await walkin.checklist(file)] == [
        (OLD_CARD, "ada"),
        (FAMILY_CARD, "missing"),
        (FORM, "unsigned"),
    ]
    with pytest.raises(Refused) as no:
        await taken_in(officer, "yang-kedua", berkas_old_card="", berkas_form_f102="dark")
    assert set(no.value.fields) == {"berkas_old_card", "berkas_form_f102"}
    assert await Application.count() == 1


async def test_evidence_is_asked_for_where_the_data_changes_too(officer: Actor) -> None:
    """A photo together with changed data takes its evidence [R4]."""
    wish: dict[str, str] = {"perubahan": "photo", "alasan": "data_change"}
    with pytest.raises(Refused) as no:
        await taken_in(officer, **wish)
    assert set(no.value.fields) == {"berkas_data_evidence"}
    file = await taken_in(officer, **wish, berkas_data_evidence="ada")
    assert DocumentKind.DATA_EVIDENCE in {paper.kind for paper in await walkin.checklist(file)}


async def test_a_wish_outside_the_rule_needs_the_officers_reason(officer: Actor) -> None:
    """Explained kindly first; with a written reason it goes on, and accepting it takes a reason, too [R3, R4]."""
    wish = {"perubahan": "photo", "alasan": "other"}
    with pytest.raises(walkin.NotGranted) as no:
        await taken_in(officer, **wish)
    assert no.value.answer.instead
    file = await taken_in(officer, **wish, catatan="Wajah tidak terbaca alat di bank, surat bank dibawa.")
    assert file.officer_check
    with pytest.raises(Refused):
        await accept(file, None, officer)
    assert (await fresh(file)).state == State.SUBMITTED


async def test_what_is_odd_is_confirmed_and_never_blocks(officer: Actor) -> None:
    """A NIK that says another birth date, and somebody whose file is on its way already [P1, R3]."""
    await taken_in(officer)
    odd = {"tgl_lahir": "13-08-1990"}
    with pytest.raises(Doubtful) as no:
        await taken_in(officer, "yang-kedua", **odd)
    assert no.value.codes == "birth_date_differs,duplicate_nik"
    file = await taken_in(officer, "yang-kedua", **odd, yakin=no.value.codes)
    assert "duplicate_nik" in file.confirmed_warnings


async def test_birth_date_and_sex_are_offered_from_the_nik(officer: Actor) -> None:
    """Left out, they are suggested and shown before anything is saved; what was typed stays [R3]."""
    with pytest.raises(walkin.FromNik) as no:
        await taken_in(officer, tgl_lahir="", jenis_kelamin="male")
    assert no.value.suggested == {"tgl_lahir": "12-08-1990"}
    assert await Application.count() == 0


async def test_begun_intake_outlives_the_browser(officer: Actor) -> None:
    """What was typed is there for whoever goes on at the counter, sealed, and gone once it is a file [P1]."""
    colleague = await member_of_staff(Role.COUNTER)
    await intake_drafts.keep(KEY, await typed(), officer, MONDAY)
    (one,) = await intake_drafts.begun(colleague)
    assert (one.name, one.mine) == (PERSON["nama"], False)
    assert (await intake_drafts.resume(KEY, colleague))["nik"] == PERSON["nik"]
    row = await IntakeDraft.objects().first()
    assert row is not None
    assert PERSON["nik"] not in row.typing_sealed
    await taken_in(officer)
    await intake_drafts.keep(KEY, await typed(), officer, MONDAY)
    assert await intake_drafts.begun(officer) == []
    with pytest.raises(Missing):
        await intake_drafts.resume(KEY, officer)


async def test_begun_intake_is_removed_after_a_week(officer: Actor) -> None:
    """Nobody went on with it."""
    await intake_drafts.keep(KEY, await typed(), officer, MONDAY)
    await intake_drafts.purge(MONDAY + timedelta(days=6))
    assert await IntakeDraft.count() == 1
    await intake_drafts.purge(MONDAY + timedelta(days=7))
    assert await IntakeDraft.count() == 0


# --- deciding on the spot ---


async def test_a_free_device_takes_them_at_once(officer: Actor) -> None:
    """Complete and valid, and a place free in the running slot: arrived, with a number C-n [P2, P3]."""
    file = await taken_in(officer)
    after = await accept(file, await first_place(officer), officer)
    assert (after.state, after.arrived_at) == (State.ARRIVED, MONDAY)
    assert await places.queue_number(after) == "C-1"
    (line,) = await day_list.today(officer, MONDAY)
    assert (line.queue_number, line.state) == ("C-1", State.ARRIVED)


async def test_no_free_device_means_the_next_free_time(officer: Actor) -> None:
    """The same places as appointments: the second of two gets half past nine, and no message too many [P2, G2]."""
    first = await taken_in(officer)
    await accept(first, await first_place(officer), officer)
    second = await taken_in(officer, "yang-kedua", nik="3515115208900002")
    offer = await places.offered(officer.office_id or 0, MONDAY)
    assert not offer.now
    assert offer.times[0].starts_at == MONDAY + timedelta(minutes=30)
    after = await accept(second, offer.times[0].id, officer)
    booked = await Appointment.objects().where(Appointment.application == after.id).first()
    assert booked is not None
    assert (after.state, booked.state, booked.queue_number) == (State.SCHEDULED, "booked", "B-1")


async def test_two_counters_share_out_the_last_place(officer: Actor) -> None:
    """One of them gets it; of the other nothing is written, and the file waits as before [P2, G1]."""
    other = await member_of_staff(Role.COUNTER)
    files = [await taken_in(officer, f"lembar-{n}-kunci", nik=f"351511520890000{n}") for n in (1, 2)]
    place = await first_place(officer)
    outcomes = await asyncio.gather(
        *(accept(file, place, by) for file, by in zip(files, (officer, other), strict=True)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Application", "Refused"]
    assert sorted([(await fresh(file)).state for file in files]) == [State.ARRIVED, State.SUBMITTED]
    row = await Place.objects().get(Place.id == place)
    assert row is not None
    assert row.booked == row.capacity == 1


async def test_two_counters_decide_one_file_once(officer: Actor) -> None:
    """Who comes second hears what the first decided [G1]."""
    file = await taken_in(officer)
    other = await member_of_staff(Role.COUNTER)
    await give_back(file, officer)
    with pytest.raises(Overtaken):
        await accept(file, await first_place(officer), other)


async def test_nothing_is_accepted_that_is_not_complete(officer: Actor) -> None:
    """Accepting with a paper missing is refused as a whole; the place stays free [P2]."""
    file = await taken_in(officer)
    place = await first_place(officer)
    with pytest.raises(Refused):
        await walkin.decide(file, Outcome.ACCEPT, WITHOUT_KK, file.version, officer, MONDAY, place=place)
    assert (await fresh(file)).state == State.SUBMITTED
    assert await first_place(officer) == place


async def test_a_file_of_another_channel_is_not_decided_here(officer: Actor) -> None:
    """Online and village files are the operators' [G1]."""
    file = await taken_in(officer)
    await Application.update({Application.channel: "online"}).where(Application.id == file.id)
    with pytest.raises(Missing):
        await give_back(await fresh(file), officer)


async def test_a_decision_can_be_taken_back_within_the_minute(officer: Actor) -> None:
    """The place becomes free again [P2]."""
    await accept(await taken_in(officer), await first_place(officer), officer)
    file = await taken_in(officer, "yang-kedua", nik="3515115208900002")
    place = await first_place(officer)
    after = await accept(file, place, officer)
    back = await decisions.take_back(after, officer, MONDAY + timedelta(seconds=30))
    assert back.state == State.SUBMITTED
    assert await first_place(officer) == place


async def test_who_was_let_straight_in_can_be_taken_back(officer: Actor) -> None:
    """Out of the line, the place free, the papers open again; the history keeps every step [P2, G1]."""
    place = await first_place(officer)
    after = await accept(await taken_in(officer), place, officer)
    assert after.state == State.ARRIVED
    back = await decisions.take_back(after, officer, MONDAY + timedelta(seconds=30))
    assert back.state == State.SUBMITTED
    assert back.arrived_at is None
    assert back.accepted_at is None
    assert await first_place(officer) == place
    assert await calling.waiting(back.office, MONDAY) == []
    assert [one.act for one in await history.lines(back.id)][-3:] == ["arrive", "undo", "take_back"]
    assert await history.broken_at(back.id) is None


async def test_a_place_taken_back_at_the_counter_is_free_again(officer: Actor) -> None:
    """Later than the decision's minute the file stays accepted, and waits for another time [P2, P9]."""
    place = await first_place(officer)
    after = await accept(await taken_in(officer), place, officer)
    back = await undoing.undo(after, officer, MONDAY + timedelta(minutes=2))
    assert back.state == State.ACCEPTED
    assert await first_place(officer) == place
    assert await places.queue_number(back) == ""


# --- given back, and back again ---


async def test_a_returned_file_waits_a_week_and_then_lapses(officer: Actor) -> None:
    """No noon of the next day for paper: close of office on the seventh day, then told and closed [P2]."""
    file = await give_back(await taken_in(officer, no_hp="0857 3634 9953", whatsapp="ya"), officer)
    due = deadlines.walk_in_due(MONDAY, await promises.office_calendar(file.office))
    assert file.correction_due_at == due > MONDAY + timedelta(days=6)
    await scheduler.tick(due)
    assert (await fresh(file)).state == State.RETURNED
    await scheduler.tick(due + timedelta(minutes=1))
    assert (await fresh(file)).state == State.LAPSED
    kinds = [row["kind"] for row in await Message.select(Message.kind).order_by(Message.id)]
    assert kinds == ["received", "correction_asked", "lapsed"]
    begun = await walkin.continued(file.number, officer, due + timedelta(minutes=2))
    again = await walkin.take_in({**await typed(), **begun}, "lembar-baru", officer, due + timedelta(days=1))
    assert (again.reopened_from, again.state) == (file.number, State.SUBMITTED)


async def test_coming_back_is_one_decision(officer: Actor) -> None:
    """What was brought is ticked, and the file goes on from there [P2, T1]."""
    file = await give_back(await taken_in(officer), officer)
    later = MONDAY + timedelta(days=2)
    after = await accept(file, await first_place(officer, later), officer, later)
    assert (after.state, after.received_at, after.decided_reason) == (State.ARRIVED, later, "")


async def test_coming_back_with_too_little_is_given_back_again(officer: Actor) -> None:
    """A new slip and a new week, with both visits in the history [P2]."""
    file = await give_back(await taken_in(officer), officer)
    later = MONDAY + timedelta(days=2)
    again = await give_back(file, officer, later)
    assert again.state == State.RETURNED
    assert again.correction_due_at > file.correction_due_at


async def test_the_citizen_cannot_send_paper_back_from_home(officer: Actor) -> None:
    """The papers themselves are wanted at the counter [P2]."""
    file = await give_back(await taken_in(officer), officer)
    holder = Actor(roles=frozenset({Role.APPLICANT}), applications=frozenset({file.id}))
    with pytest.raises(Refused):
        await corrections.resubmit(file, holder, MONDAY)


# --- the papers ---


async def test_the_return_slip_says_what_is_missing_and_what_to_do(officer: Actor) -> None:
    """Per document, with what is right already, the day to come back, and that it costs nothing [P2, F1, S2]."""
    file = await give_back(await taken_in(officer), officer)
    paper = await printing.walk_in_paper(file, officer, MONDAY)
    assert isinstance(paper, ReturnSlip)
    assert [(one.document, one.advice) for one in paper.missing] == [
        ("Kartu Keluarga (KK)", "Belum dibawa. Bawa fotokopi KK terbaru yang terbaca.")
    ]
    assert paper.pin
    assert paper.fine == ("KTP-el lama", "Formulir F-1.02")
    assert "GRATIS" in repr(paper.strip.blocks)
    assert PERSON["nik"] not in repr(paper.strip.blocks)


async def test_the_receipt_has_number_pin_and_place(officer: Actor) -> None:
    """On the day it came in; on later days the PIN is its holder's alone [P1]."""
    after = await accept(await taken_in(officer), await first_place(officer), officer)
    paper = await printing.walk_in_paper(after, officer, MONDAY)
    assert isinstance(paper, Intake)
    assert (paper.number, paper.queue) == (after.number, "C-1")
    assert paper.pin
    shown = await Event.count().where((Event.application == after.id) & (Event.act == "show_pin"))
    assert shown == 1
    later = await printing.walk_in_paper(after, officer, MONDAY + timedelta(days=1))
    assert isinstance(later, Slip)
    assert later.pin is None
    operator = await member_of_staff(Role.OPERATOR)
    with pytest.raises(Missing):
        await printing.walk_in_paper(after, operator, MONDAY)
