"""Complaints from the first word to the last: acts, clocks, who sees what, who is told [C1, S2, M4]."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from components import (
    access,
    complaint_filing,
    complaint_messages,
    complaint_register,
    complaints,
    history,
    outbox,
    summaries,
)
from components.actors import Actor, complainant
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from models.complaint import Complaint, ComplaintLine
from models.history import Event
from models.notification import Message
from models.office import Office
from models.rules.calendar import wib_moment
from models.rules.complaints import ComplaintAct, ComplaintChannel, ComplaintKind, ComplaintState, Naming
from models.rules.workflow import Role
from tests.support.outbox import text, to
from tests.support.service import MONDAY, member_of_staff

TOLD = "Petugas meminta Rp50.000 supaya cepat."
PHONE = "+6285736349953"
DAY = timedelta(days=1)


async def filed(kind: str = "complaint", naming: str = "named", **typed: str) -> Complaint:
    """By the online form, on Monday at nine."""
    values = {"jenis": kind, "identitas": naming, "uraian": TOLD, **typed}
    return await complaint_filing.file(complaint_filing.read(values, MONDAY), Actor(), MONDAY)


async def officers() -> dict[Role, Actor]:
    return {role: await member_of_staff(role) for role in (Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)}


async def walked(complaint: Complaint, by: Actor, *acts: ComplaintAct, now: datetime = MONDAY) -> Complaint:
    """These steps, each by the officer."""
    for act in acts:
        complaint = await complaints.advance(
            complaint, act, by, now, text="Baik, kami periksa.", grade="plain"
        )
    return complaint


@pytest.mark.parametrize("sort", list(ComplaintKind))
async def test_each_kind_to_its_end(service: Kit, sort: ComplaintKind) -> None:
    """[C1] Received, classified, taken up, asked back, replied, answered, found right, closed."""
    complaint = await filed(sort, email="siti@contoh.test", no_hp="0857 3634 9953")
    officer = await member_of_staff(Role.SUPERVISOR if sort is ComplaintKind.LEVY else Role.OPERATOR)
    holder = complainant(complaint.id)
    complaint = await walked(
        complaint, officer, ComplaintAct.CLASSIFY, ComplaintAct.TAKE_UP, ComplaintAct.ASK
    )
    complaint = await complaints.advance(
        complaint, ComplaintAct.REPLY, holder, MONDAY + DAY, text="Hari Senin."
    )
    complaint = await walked(complaint, officer, ComplaintAct.ANSWER)
    complaint = await complaints.advance(complaint, ComplaintAct.CLOSE, holder, MONDAY + 2 * DAY)
    assert complaint.state == ComplaintState.CLOSED
    said = await complaints.dialogue(complaint)
    assert [(one.act, one.by_office) for one in said] == [
        ("take_up", True),
        ("ask", True),
        ("reply", False),
        ("answer", True),
    ]
    events = await history.lines_of_complaint(complaint.id)
    assert [event.act for event in events] == [
        "receive",
        "classify",
        "take_up",
        "ask",
        "reply",
        "answer",
        "close",
    ]
    assert await history.broken_at_of_complaint(complaint.id) is None
    kinds = [
        row["kind"] for row in await Message.select(Message.kind).where(Message.complaint == complaint.id)
    ]
    assert [
        kinds.count(f"complaint_{word}") for word in ("received", "taken_up", "asked", "answered", "closed")
    ] == [
        2,
        2,
        2,
        2,
        2,
    ]


async def test_only_the_table_is_possible(service: Kit) -> None:
    """What is not in it, and what somebody else did meanwhile, is refused and changes nothing."""
    complaint = await filed()
    operator = await member_of_staff(Role.OPERATOR)
    for act in set(ComplaintAct) - {ComplaintAct.CLASSIFY}:
        with pytest.raises(Overtaken):
            await complaints.advance(complaint, act, operator, MONDAY, text="Baik, baik.", grade="plain")
    with pytest.raises(Refused):
        await complaints.advance(
            complaint, ComplaintAct.CLASSIFY, complainant(complaint.id), MONDAY, grade="plain"
        )
    await walked(complaint, operator, ComplaintAct.CLASSIFY)
    with pytest.raises(Overtaken, match="diubah orang lain"):
        await walked(complaint, operator, ComplaintAct.CLASSIFY)
    with pytest.raises(Refused) as no:
        await complaints.advance(
            await complaints.reread(complaint), ComplaintAct.ANSWER, operator, MONDAY, text="  "
        )
    assert "teks" in no.value.fields


async def test_what_people_wrote_is_sealed(service: Kit) -> None:
    """Neither the text nor the contact stands in any row or line of history in clear [C1]."""
    complaint = await filed(
        nama="Siti Aminah", no_hp="0857 3634 9953", email="siti@contoh.test", kejadian="Loket 2"
    )
    await walked(complaint, await member_of_staff(Role.OPERATOR), ComplaintAct.CLASSIFY, ComplaintAct.ASK)
    rows = [
        *await Complaint.select().output(as_list=False),
        *await ComplaintLine.select(),
        *await Event.select().where(Event.stream == f"complaint:{complaint.id}"),
        *await Message.select(),
    ]
    for secret in (TOLD, "Siti", "85736349953", "siti@contoh.test", "Loket 2", "kami periksa"):
        assert not [row for row in rows if secret in repr(row)]


@pytest.mark.parametrize("typed", [{"kind": "levy"}, {"kind": "complaint", "petugas": "ya"}])
async def test_what_is_about_officers_is_not_there_for_them(service: Kit, typed: Mapping[str, str]) -> None:
    """[S2, M4] Not to be found, not counted, not in the outbox; the supervisor has it, and hears of it."""
    people = await officers()
    boss = await member_of_staff(Role.SUPERVISOR, login="camat@contoh.test")
    complaint = await filed(**{**typed, "email": "siti@contoh.test"})
    assert complaint.secret
    for role in (Role.OPERATOR, Role.COUNTER):
        with pytest.raises(Missing):
            await complaints.find(complaint.number, people[role])
        with pytest.raises(Missing):
            await complaints.advance(complaint, ComplaintAct.CLASSIFY, people[role], MONDAY, grade="plain")
        listed = await complaint_register.listing(people[role], MONDAY + 100 * DAY, which="semua")
        assert (listed.lines, listed.open, listed.late) == ((), 0, 0)
        box = await outbox.overview(people[role], MONDAY)
        assert not any((box.failed, box.by_hand, box.waiting, box.done))
    assert (await complaints.find(complaint.number, boss)).id == complaint.id
    assert (await complaint_register.listing(boss, MONDAY + 100 * DAY)).late == 1
    (news,) = await Message.objects().where(Message.kind == "complaint_for_you")
    assert to(news) == "camat@contoh.test"
    assert complaint.number not in news.subject
    assert TOLD not in text(news)


async def test_a_supervisor_hides_what_turns_out_to_be_about_an_officer(service: Kit) -> None:
    """[S2] Officers saw it until then; afterwards it is as if it had never been."""
    people = await officers()
    complaint = await filed()
    with pytest.raises(Missing):
        await complaints.hide(complaint, people[Role.OPERATOR], MONDAY)
    await complaints.hide(complaint, people[Role.SUPERVISOR], MONDAY)
    with pytest.raises(Missing):
        await complaints.find(complaint.number, people[Role.OPERATOR])


@pytest.mark.parametrize(
    ("naming", "seen_by_operator", "seen_by_supervisor"),
    [("named", True, True), ("confidential", False, True), ("anonymous", False, False)],
)
async def test_who_complained(
    service: Kit, naming: str, seen_by_operator: bool, seen_by_supervisor: bool
) -> None:
    """[S2] As they wished; of an anonymous one no name and no telephone is kept at all."""
    people = await officers()
    complaint = await filed(naming=naming, nama="Siti", no_hp="0857 3634 9953", email="siti@contoh.test")
    for role, seen in ((Role.OPERATOR, seen_by_operator), (Role.SUPERVISOR, seen_by_supervisor)):
        contact = complaint_register.contact(complaint, people[role])
        assert (contact.phone == PHONE) is seen
        assert bool(contact.name or contact.email) is seen
    assert bool(complaint.phone_sealed) is (naming != "anonymous")
    channels = {row["channel"] for row in await Message.select(Message.channel)}
    assert channels == ({"email"} if naming == "anonymous" else {"email", "whatsapp"})


async def test_another_offices_complaint_is_not_there(service: Kit) -> None:
    """[G1] Also for its supervisor."""
    complaint = await filed()
    other = Office(
        prefix="TMN", name="Taman", short_name="Taman", regency="-", area_code="351513", address="-"
    )
    await other.save()
    await Complaint.update({Complaint.office: other.id}).where(Complaint.id == complaint.id)
    for by in ((await officers())[Role.SUPERVISOR], Actor(), complainant(complaint.id + 1)):
        with pytest.raises(Missing):
            await complaints.find(complaint.number, by)


async def test_the_clocks_of_the_register(service: Kit) -> None:
    """[C1, M4] First answer within 3 working days, then the class's clock; what is late comes first and is counted."""
    operator = await member_of_staff(Role.OPERATOR)
    late, early = await filed(), await filed("question")
    thursday = wib_moment((MONDAY + 3 * DAY).date(), MONDAY.astimezone().time().replace(hour=15, minute=0))
    assert late.first_due_at == thursday
    listed = await complaint_register.listing(operator, MONDAY)
    for moment, count in ((thursday, 0), (thursday + timedelta(minutes=1), 2)):
        listed = await complaint_register.listing(operator, moment)
        assert (listed.open, listed.late) == (2, count)
        assert [line.late for line in listed.lines] == ["first" if count else ""] * 2
    assert {line.row.id for line in listed.lines} == {early.id, late.id}
    late = await walked(late, operator, ComplaintAct.CLASSIFY, ComplaintAct.TAKE_UP)
    assert (await complaint_register.listing(operator, thursday + DAY)).late == 1
    listed = await complaint_register.listing(operator, thursday + DAY)
    assert [(line.row.id, line.late) for line in listed.lines] == [(early.id, "first"), (late.id, "")]
    boss = await member_of_staff(Role.SUPERVISOR)
    (block,) = [one for one in await summaries.blocks(boss, thursday + DAY) if one.name == "aduan"]
    assert [fact.words for fact in block.facts] == [
        *("2 terbuka", "1 lewat waktu", "1 belum mendapat jawaban pertama"),
    ]
    for which, found in (("lewat-pertama", [early.id]), ("lewat-jawaban", []), ("lewat", [early.id])):
        listed = await complaint_register.listing(boss, thursday + DAY, which=which)
        assert [line.row.id for line in listed.lines] == found, which
    line = complaint_register.line(late, late.due_at + timedelta(minutes=1))
    assert (line.late, line.due_at) == ("answer", late.due_at)
    late = await walked(late, operator, ComplaintAct.ANSWER)
    assert complaint_register.line(late, late.due_at + 9 * DAY).late == ""


async def test_typed_in_with_its_channel_and_day(service: Kit) -> None:
    """[C1] A letter of last week has the clock of last week; SP4N-LAPOR wants its number; found by that number."""
    counter = await member_of_staff(Role.COUNTER)
    values = {
        "jenis": "question",
        "identitas": "named",
        "uraian": "Kapan blangko datang?",
        "saluran": "lapor",
    }
    with pytest.raises(Refused) as no:
        complaint_filing.read(values, MONDAY, by_officer=True)
    assert set(no.value.fields) == {"nomor_luar"}
    values |= {"nomor_luar": "7654321", "diterima": "2026-11-16", "nomor_permohonan": "krn 7k4m2q"}
    complaint = await complaint_filing.file(
        complaint_filing.read(values, MONDAY, by_officer=True), counter, MONDAY
    )
    assert (complaint.channel, complaint.about) == (ComplaintChannel.LAPOR, "KRN-7K4M2Q")
    assert complaint.first_due_at < MONDAY
    for sought in ("7654321", complaint.number.lower(), "KRN-7K4M2Q"):
        listed = await complaint_register.listing(counter, MONDAY, sought=sought)
        assert [line.row.id for line in listed.lines] == [complaint.id]
    assert complaint_register.pin_for(complaint, counter) == access.keys_of(complaint).pin
    assert complaint_register.pin_for(complaint, await member_of_staff(Role.OPERATOR)) == ""


async def test_not_right_yet(service: Kit) -> None:
    """[C1] Opened again within ten days with a reason, and its clock begins anew; later it is a new complaint."""
    operator = await member_of_staff(Role.OPERATOR)
    complaint = await walked(await filed(), operator, ComplaintAct.CLASSIFY, ComplaintAct.ANSWER)
    holder = complainant(complaint.id)
    with pytest.raises(Refused):
        await complaints.advance(complaint, ComplaintAct.REOPEN, holder, MONDAY, text="")
    again = await complaints.advance(
        complaint, ComplaintAct.REOPEN, holder, MONDAY + DAY, text="Belum diganti."
    )
    assert again.due_at > complaint.due_at
    closed = await walked(again, operator, ComplaintAct.ANSWER, ComplaintAct.CLOSE)
    with pytest.raises(Refused, match="10 hari"):
        await complaints.advance(
            closed, ComplaintAct.REOPEN, holder, MONDAY + 11 * DAY, text="Belum diganti."
        )
    reopened = await complaints.advance(
        closed, ComplaintAct.REOPEN, holder, MONDAY + 10 * DAY, text="Belum diganti."
    )
    assert reopened.state == ComplaintState.REOPENED
    assert reopened.closed_at is None


async def test_what_nobody_speaks_of_any_more_is_closed(service: Kit) -> None:
    """Ten days after the answer, thirty after a question back; not a day before, and only once."""
    operator = await member_of_staff(Role.OPERATOR)
    answered = await walked(await filed(), operator, ComplaintAct.CLASSIFY, ComplaintAct.ANSWER)
    asked = await walked(await filed(), operator, ComplaintAct.CLASSIFY, ComplaintAct.ASK)
    for days, closed in ((10, 0), (11, 1), (11, 0), (30, 0), (31, 1)):
        assert await complaint_register.close_forgotten(MONDAY + days * DAY) == closed
    for complaint in (answered, asked):
        assert (await complaints.reread(complaint)).state == ComplaintState.CLOSED


async def test_whatsapp_is_passed_on_by_who_may_know_the_number(service: Kit) -> None:
    """[G4, S2] Of a confidential one by the supervisor alone; what is sent is recorded, and is not sent twice."""
    people = await officers()
    complaint = await filed(naming=Naming.CONFIDENTIAL, no_hp="0857 3634 9953")
    (message,) = await complaint_messages.of(complaint)
    with pytest.raises(Refused, match="hanya untuk atasan"):
        await complaint_messages.open_by_hand(complaint, message.id, people[Role.OPERATOR], MONDAY)
    boss = people[Role.SUPERVISOR]
    where = await complaint_messages.open_by_hand(complaint, message.id, boss, MONDAY)
    assert where.startswith(f"https://wa.me/{PHONE[1:]}?text=")
    await complaint_messages.mark_sent(complaint, message.id, boss, MONDAY)
    with pytest.raises(Refused):
        await complaint_messages.mark_sent(complaint, message.id, boss, MONDAY)
    with pytest.raises(Missing):
        await complaint_messages.mark_sent(await filed(), message.id, boss, MONDAY)


async def test_number_and_pin(service: Kit) -> None:
    """One answer for a wrong PIN and an unknown number; after five misses a pause."""
    complaint = await filed()
    pin = access.keys_of(complaint).pin
    assert (await complaints.open_by_pin(complaint.number.lower(), pin, MONDAY)).id == complaint.id
    wrong = "000000" if pin != "000000" else "111111"
    told = set()
    for number in (complaint.number, "P-ZZZZZZ", "KRN-7K4M2Q"):
        with pytest.raises(Refused) as no:
            await complaints.open_by_pin(number, wrong, MONDAY)
        told.add((no.value.message, str(no.value.fields)))
    assert len(told) == 1
    for _ in range(4):
        with pytest.raises(Refused):
            await complaints.open_by_pin(complaint.number, wrong, MONDAY)
    with pytest.raises(Refused, match="Terlalu banyak"):
        await complaints.open_by_pin(complaint.number, pin, MONDAY)
