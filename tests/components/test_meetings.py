"""Coordination meetings: a period's figures, minutes, and what is carried on until it is done [E1]."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdfium2
import pytest

from components import compensation, complaint_filing, follow_ups, meeting_pack, meeting_papers, meetings
from components.actors import Actor, applicant
from components.kit import Kit
from components.papers import report
from components.refusals import Missing, Overtaken, Refused
from components.words import WIB
from models.meeting import Meeting
from models.rules.complaints import ComplaintKind, Naming
from models.rules.periods import Period, Span, around, span_of
from models.rules.workflow import Role, State
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=WIB).astimezone(UTC)


LATER = at(26, 9)
NOVEMBER = {"masa": "bulan", "hari": "2026-11-23"}


async def prepared(by: Actor, now: datetime = LATER) -> Meeting:
    return await meetings.find(await meetings.make(NOVEMBER, by, now), by)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span.WEEK, date(2026, 11, 23), date(2026, 11, 29)),
        (Span.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Span.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        (Span.SEMESTER, date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_the_whole_that_a_day_lies_in(span: Span, first: date, last: date) -> None:
    period = around(span, date(2026, 11, 25))
    assert (period, span_of(period)) == (Period(first, last), span)
    assert span_of(Period(first, last - timedelta(days=1))) is Span.DATES


async def test_the_pack_counts_what_a_hand_counts(service: Kit) -> None:
    """[E1] Three came, one card in time, one promise broken, a complaint, and a levy for the supervisor alone."""
    camat = await member_of_staff(Role.SUPERVISOR)
    seen: dict[str, Any] = {"submitted_at": MONDAY, "received_at": MONDAY}
    await an_application(State.PRINTED, printed_at=at(24, 9), promise_at=at(25, 15), **seen)
    await an_application(State.SUBMITTED, promise_at=at(25, 15), promise_told_at=at(25, 15), **seen)
    await an_application(State.WITHDRAWN, finished_at=at(24, 10), promise_at=at(25, 15), **seen)
    await an_application(
        State.SUBMITTED, submitted_at=MONDAY - timedelta(days=40), received_at=LATER, promise_at=at(30, 15)
    )
    assert await compensation.notice_broken(at(25, 16)) == 1
    for kind in (ComplaintKind.COMPLAINT, ComplaintKind.LEVY):
        filing = complaint_filing.Filing(kind, Naming.ANONYMOUS, False, "Antre lama sekali hari ini.")
        await complaint_filing.file(filing, applicant(0), at(24, 11))
    meeting = await prepared(camat)
    found = await meeting_pack.pack(meeting, camat, LATER, whole=True)
    assert (found.work.received, found.work.kept, found.work.broken) == (3, 1, 0)
    assert found.work.finished[State.WITHDRAWN] == 1
    assert (found.late_count, len(found.late)) == (1, 1)
    assert {one.kind: one.received for one in found.complaints} == {
        ComplaintKind.COMPLAINT: 1,
        ComplaintKind.LEVY: 1,
    }
    for who, whole in ((camat, False), (await member_of_staff(Role.OPERATOR), True)):
        told = await meeting_pack.pack(meeting, who, LATER, whole=whole)
        assert [one.kind for one in told.complaints] == [ComplaintKind.COMPLAINT]
    tasks = await follow_ups.of_meeting(meeting, camat, LATER)
    content = report.pdf(meeting_papers.report(meeting, found, tasks))
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    assert "November 2026" in text
    assert found.late[0].number in text


async def test_minutes_are_written_by_one_hand_at_a_time_and_hold_no_numbers(service: Kit) -> None:
    """[E1] What somebody wrote meanwhile is not overwritten, and a NIK never enters the minutes."""
    camat = await member_of_staff(Role.SUPERVISOR)
    meeting = await prepared(camat)
    await meetings.write(meeting, {"present": "Camat, operator", "minutes": "Antrean pagi."}, 0, camat, LATER)
    kept = await meetings.find(meeting.id, camat)
    assert (kept.minutes, kept.version) == ("Antrean pagi.", 1)
    with pytest.raises(Overtaken):
        await meetings.write(kept, {"minutes": "Lain."}, 0, camat, LATER)
    with pytest.raises(Refused) as refused:
        await meetings.write(kept, {"minutes": "Milik 3515116304900001."}, 1, camat, LATER)
    assert set(refused.value.fields) == {"minutes"}


async def test_a_follow_up_is_carried_until_it_is_done_or_dropped(service: Kit) -> None:
    """[E1] The one who is to do it says that it is done; nobody else but the supervisor."""
    camat, operator = await member_of_staff(Role.SUPERVISOR), await member_of_staff(Role.OPERATOR)
    other = await member_of_staff(Role.COUNTER)
    first = await prepared(camat)
    typed = {"text": "Tambah kursi tunggu", "owner": str(operator.staff_id), "due_on": "2026-11-27"}
    await follow_ups.add(first, typed, camat, LATER)
    await follow_ups.add(first, {**typed, "text": "Cat ulang papan nama"}, camat, LATER)
    second = await prepared(camat, LATER + timedelta(days=7))
    one, two = await follow_ups.of_meeting(second, operator, LATER + timedelta(days=7))
    assert (one.own, one.late, one.meeting) == (True, True, first.id)
    assert await follow_ups.own(operator, LATER + timedelta(days=7)) == [one, two]
    assert await follow_ups.own(other, LATER) == []
    with pytest.raises(Refused):
        await follow_ups.finish(one.id, {}, other, LATER)
    await follow_ups.finish(one.id, {"note": "Sepuluh kursi"}, operator, LATER)
    with pytest.raises(Overtaken):
        await follow_ups.finish(one.id, {}, operator, LATER)
    with pytest.raises(Refused):
        await follow_ups.drop(two.id, {"reason": ""}, camat, LATER)
    await follow_ups.drop(two.id, {"reason": "Sudah dicat dinas"}, camat, LATER)
    assert await follow_ups.open_ones(camat, LATER) == []


async def test_a_meeting_of_another_office_is_not_there(service: Kit) -> None:
    camat = await member_of_staff(Role.SUPERVISOR)
    meeting = await prepared(camat)
    with pytest.raises(Missing):
        await meetings.find(
            meeting.id, Actor(frozenset({Role.SUPERVISOR}), camat.staff_id, (camat.office_id or 0) + 1)
        )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "masa"),
        ({"masa": "tanggal"}, "dari"),
        ({"masa": "bulan", "hari": "31 Februari"}, "hari"),
        ({**NOVEMBER, "tanggal": "2019-01-01"}, "tanggal"),
    ],
)
async def test_a_meeting_that_cannot_be_prepared_says_why(
    service: Kit, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        await meetings.make(typed, await member_of_staff(Role.SUPERVISOR), LATER)
    assert field in refused.value.fields
