"""The table of a complaint's life, and its clocks: the day before, the day, the day after, over holidays [C1, S2]."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import complaints
from models.rules.calendar import OfficeCalendar, wib_day, wib_moment
from models.rules.complaints import (
    CLASS_DAYS,
    OFFICERS,
    PRESUMED,
    STEPS,
    WAITING_FOR_US,
    ComplaintAct,
    ComplaintClass,
    ComplaintKind,
    ComplaintState,
)
from models.rules.workflow import Role

MONDAY = date(2026, 11, 23)
HOLIDAYS = {date(2026, 12, 25): "Natal", date(2026, 12, 24): "Cuti bersama", date(2026, 11, 26): "Lokal"}
OFFICE = OfficeCalendar(closed_days=HOLIDAYS)
MINUTE = timedelta(minutes=1)
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)


@pytest.mark.parametrize(("act", "source", "role"), list(product(ComplaintAct, ComplaintState, Role)))
def test_the_table_is_the_whole_of_it(act: ComplaintAct, source: ComplaintState, role: Role) -> None:
    """What it holds is possible, everything else is refused [C1]."""
    lines = [line for line in STEPS if line.act is act and line.source is source]
    assert len(lines) <= 1
    assert complaints.step(act, source) == (lines[0] if lines else None)
    assert (act in complaints.acts_open_to(source, frozenset({role}))) == bool(lines and role in lines[0].by)


def test_every_state_is_reached_and_left() -> None:
    assert {line.target for line in STEPS} | {ComplaintState.RECEIVED} == set(ComplaintState)
    assert {line.source for line in STEPS} == set(ComplaintState)
    assert all(line.by <= OFFICERS | {Role.APPLICANT, Role.SYSTEM} for line in STEPS)


@pytest.mark.parametrize("role", list(Role))
def test_a_secret_one_is_the_supervisors_alone(role: Role) -> None:
    """[S2] And nobody outside the office's desk sees any."""
    roles = frozenset({role})
    assert complaints.seen_by(secret=True, roles=roles) == (role is Role.SUPERVISOR)
    assert complaints.seen_by(secret=False, roles=roles) == (role in OFFICERS)


def test_what_the_classes_promise() -> None:
    """Working days of each class, and the class that is presumed for each kind."""
    assert [CLASS_DAYS[one] for one in ComplaintClass] == [5, 14, 60]
    assert set(PRESUMED) == set(ComplaintKind)
    assert complaints.FIRST_ANSWER_DAYS == 3


@pytest.mark.parametrize(
    ("days", "last"),
    [
        (3, date(2026, 11, 27)),  # Tuesday, Wednesday, not Thursday, Friday
        (5, date(2026, 12, 1)),
        (14, date(2026, 12, 14)),
        (60, date(2027, 2, 18)),
    ],
)
def test_the_day_before_the_day_and_the_day_after(days: int, last: date) -> None:
    """Received on a Monday; a local closure, Christmas and weekends do not count [C1]."""
    due = complaints.due_after(wib_moment(MONDAY, time(9)), days, OFFICE)
    assert due == OFFICE.close_of(last)
    counted = [MONDAY + timedelta(n) for n in range(1, (last - MONDAY).days + 1)]
    assert sum(OFFICE.is_working_day(day) for day in counted) == days
    in_work = ComplaintState.IN_WORK
    assert not complaints.overdue(due, in_work, due - timedelta(days=1))
    assert not complaints.overdue(due, in_work, due)
    assert complaints.overdue(due, in_work, due + MINUTE)
    assert complaints.overdue(due, in_work, due + timedelta(days=1))


@pytest.mark.parametrize("state", list(ComplaintState))
def test_only_what_waits_for_us_can_be_late(state: ComplaintState) -> None:
    """Who was asked and has not replied is not kept waiting by us."""
    due = OFFICE.close_of(MONDAY)
    assert complaints.overdue(due, state, due + MINUTE) == (state in WAITING_FOR_US)


def test_after_hours_counts_as_the_next_opening() -> None:
    """Friday evening, Saturday and Monday morning have one deadline."""
    friday, saturday = MONDAY + timedelta(4), MONDAY + timedelta(5)
    moments = [(friday, time(20)), (saturday, time(10)), (MONDAY + timedelta(7), time(8))]
    assert len({complaints.due_after(wib_moment(*moment), 5, OFFICE) for moment in moments}) == 1
    assert complaints.due_after(wib_moment(friday, time(9)), 5, OFFICE) < complaints.due_after(
        wib_moment(friday, time(20)), 5, OFFICE
    )


@given(received=moments, days=st.integers(1, 60))
def test_a_deadline_is_the_close_of_a_working_day(received: datetime, days: int) -> None:
    """So many working days after the day of receipt, never fewer, never more."""
    due = complaints.due_after(received, days, OFFICE)
    first = wib_day(OFFICE.next_opening(received))
    assert due == OFFICE.close_of(wib_day(due))
    assert OFFICE.working_days_between(first, wib_day(due)) == days


@given(due=st.integers(1, 60), asked=st.integers(0, 40), waited=st.integers(0, 40))
def test_waiting_for_the_complainant_costs_the_office_nothing(due: int, asked: int, waited: int) -> None:
    """The deadline moves by exactly the working days of the wait."""
    received = wib_moment(MONDAY, time(9))
    before = complaints.due_after(received, due, OFFICE)
    asked_at = received + timedelta(days=asked)
    replied_at = asked_at + timedelta(days=waited)
    after = complaints.due_after_waiting(before, asked_at, replied_at, OFFICE)
    gone = OFFICE.working_days_between(wib_day(asked_at), wib_day(replied_at))
    assert OFFICE.working_days_between(wib_day(before), wib_day(after)) == gone


@pytest.mark.parametrize(("days", "possible"), [(0, True), (9, True), (10, True), (11, False)])
def test_reopening_within_ten_days(days: int, possible: bool) -> None:
    """The tenth day counts to its end."""
    closed = wib_moment(MONDAY, time(9))
    late_that_day = wib_moment(MONDAY + timedelta(days), time(23, 59))
    assert complaints.may_reopen(ComplaintState.CLOSED, closed, late_that_day) is possible
    assert not complaints.may_reopen(ComplaintState.IN_WORK, closed, closed)
    assert not complaints.may_reopen(ComplaintState.CLOSED, None, closed)


def test_its_number_cannot_be_taken_for_an_applications() -> None:
    """However it is typed, it is read; an application's number never is."""
    number = complaints.new_number(random.Random(7).choice)
    for typed in (number, number.lower(), number.replace("-", " "), number.replace("-", ""), number[2:]):
        assert complaints.parse_number(typed) == number
    for typed in ("", "KRN-7K4M2Q", "P-7K4M20", "P-ÄÄÄÄÄÄ"):
        assert complaints.parse_number(typed) == ""
