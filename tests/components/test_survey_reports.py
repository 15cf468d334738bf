"""The semester's report: figures on each database, small groups, plan, publication frozen, export [E2]."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from components import exports, history, summaries, survey_reports, survey_results
from components.actors import Actor
from components.founding import office_card
from components.kit import Kit
from components.refusals import Refused
from components.spreadsheets import Form
from models.rules.satisfaction import Element, Grade, Semester
from models.rules.workflow import Role, State
from models.survey import SurveyAnswer
from tests.support.cases import an_application
from tests.support.service import MONDAY, member_of_staff

FIRST = Semester(2026, 1)
MARCH = date(2026, 3, 12)
PLAN = {
    "element": "u8",
    "text": "Kotak saran dibuka tiap Jumat",
    "owner": "Kasi Pelayanan",
    "due_on": "2026-12-31",
}


async def answered(count: int, day: date = MARCH, **columns: Any) -> None:
    """So many respondents, all 3 but for what is named."""
    values = {**dict.fromkeys(map(str, Element), 3), "sex": "female", "way": "online", **columns}
    rows = [SurveyAnswer(office=office_card().id, answered_on=day, **values) for _ in range(count)]
    await SurveyAnswer.insert(*rows)


async def supervisor() -> Actor:
    return await member_of_staff(Role.SUPERVISOR)


async def test_the_figures_of_a_semester(service: Kit) -> None:
    """Respondents against the sample, the index of nine means, the lowest element, and groups large enough [E2]."""
    await answered(8, u8=2)
    await answered(6, sex="male", u8=None, u4=4, education="senior")
    await answered(2, sex="")
    await answered(30, date(2025, 12, 31))
    await answered(30, date(2026, 7, 1))
    for _ in range(4):
        await an_application(
            State.HANDED_OVER, MONDAY, finished_at=datetime(2025, 5, 1, 3, tzinfo=MONDAY.tzinfo)
        )
    found = await survey_results.figures(office_card().id, FIRST.first, FIRST.last)
    assert (found.respondents, found.users, found.target, found.typed) == (16, 4, 4, False)
    # U4 (8x3 + 6x4 + 2x3) / 16 = 3.375, U8 (8x2 + 2x3) / 10 = 2.2, the other seven 3: 26.575 / 9 x 25 = 73.8194...
    assert (found.value, found.grade, found.lowest) == (Decimal("73.82"), Grade.C, (Element.COMPLAINTS,))
    lines = {line.element: line for line in found.elements}
    assert (lines[Element.COMPLAINTS].mean, lines[Element.COMPLAINTS].count) == (Decimal("2.20"), 10)
    groups = {one.title: dict(one.groups) for one in found.breakdowns}
    # Two did not say their sex; with that group alone kept back it would be the total minus the rest.
    assert groups["Jenis kelamin"] == {"Perempuan": 8, "Laki-laki": None, "Tidak diisi": None}
    assert groups["Pendidikan"]["SMA"] == 6
    assert survey_results.thawed(survey_results.frozen(found)) == found


async def test_too_few_answers_show_nothing(service: Kit) -> None:
    """Below five only their number is told, here as in a short period."""
    await answered(4, remark="Cepat")
    found = await survey_results.figures(office_card().id, FIRST.first, FIRST.last)
    assert (found.respondents, found.withheld, found.value, found.breakdowns) == (4, True, None, ())
    assert {line.mean for line in found.elements} == {None}
    assert await survey_results.remarks(office_card().id, FIRST.first, FIRST.last) == []
    with pytest.raises(Refused, match="lima"):
        await survey_reports.export(FIRST.first, FIRST.last, await supervisor())


async def test_publishing_needs_what_the_standard_asks_for(service: Kit) -> None:
    """Not before the semester is over, not without answers to each element or a plan for the lowest; and once."""
    by = await supervisor()
    with pytest.raises(Refused, match="belum selesai"):
        await survey_reports.publish(Semester(2026, 2), by, MONDAY)
    await answered(4)
    with pytest.raises(Refused, match="lima"):
        await survey_reports.publish(FIRST, by, MONDAY)
    await SurveyAnswer.delete(force=True)
    await answered(9, u8=None)
    with pytest.raises(Refused, match="U8"):
        await survey_reports.publish(FIRST, by, MONDAY)
    await answered(1, u8=1)
    with pytest.raises(Refused, match="rencana tindak lanjut"):
        await survey_reports.publish(FIRST, by, MONDAY)
    with pytest.raises(Refused) as told:
        await survey_reports.write_plan(FIRST, {"element": "u99", "due_on": "besok"}, by, MONDAY)
    assert set(told.value.fields) == {"element", "text", "owner", "due_on"}
    await survey_reports.write_plan(FIRST, PLAN, by, MONDAY)
    await survey_reports.publish(FIRST, by, MONDAY)
    with pytest.raises(Refused, match="sudah diterbitkan"):
        await survey_reports.publish(FIRST, by, MONDAY)
    acts = [event.act for event in await history.lines_of_office(office_card().id)]
    assert acts == ["survey_planned", "survey_published"]


async def test_the_supervisors_screen_says_what_waits(service: Kit) -> None:
    """Answers and index of the present semester, and a finished one that was not published yet [E2, M4]."""
    by = await supervisor()
    await answered(5, MONDAY.date())
    await answered(9)
    block = await summaries.survey_block(by, MONDAY)
    waits = "Semester I Tahun 2026 belum diterbitkan"
    assert [fact.words for fact in block.facts] == ["5 jawaban", "IKM 75,00, mutu C", waits]
    await survey_reports.write_plan(FIRST, {**PLAN, "element": "u1"}, by, MONDAY)
    await survey_reports.publish(FIRST, by, MONDAY)
    assert waits not in [fact.words for fact in (await summaries.survey_block(by, MONDAY)).facts]


async def test_what_was_published_stays(service: Kit) -> None:
    """A paper that comes in late changes no published figure; the plan goes on and can be marked done."""
    by = await supervisor()
    await answered(9, u8=2)
    await survey_reports.write_plan(FIRST, PLAN, by, MONDAY)
    await survey_reports.publish(FIRST, by, MONDAY)
    await answered(30, u8=4)
    await survey_reports.write_plan(FIRST, {**PLAN, "done": "ya"}, by, MONDAY + timedelta(days=3))
    report = await survey_reports.published_report(office_card().id, "")
    assert report is not None
    assert (report.figures.respondents, report.figures.lowest) == (9, (Element.COMPLAINTS,))
    assert report.plan is not None
    assert report.plan.done_on == (MONDAY + timedelta(days=3)).date()
    assert await survey_reports.published_report(office_card().id, "2025-2") is None


async def test_the_sample_can_rest_on_what_the_office_knows(service: Kit) -> None:
    """In its first year the service knows no users of the year before; the office may type them, and take it back."""
    by = await supervisor()
    office = office_card().id
    assert await survey_results.users_of(office, 2025) == (0, False)
    await survey_reports.set_users(2025, "1.000", by, MONDAY)
    await survey_reports.set_users(2025, "2.000", by, MONDAY)
    found = await survey_results.figures(office, FIRST.first, FIRST.last)
    assert (found.users, found.typed, found.target) == (2000, True, 322)
    with pytest.raises(Refused) as told:
        await survey_reports.set_users(2025, "banyak", by, MONDAY)
    assert "users" in told.value.fields
    await survey_reports.set_users(2025, "", by, MONDAY)
    assert await survey_results.users_of(office, 2025) == (0, False)


async def test_the_export_names_nobody_and_runs_nothing(service: Kit) -> None:
    """No case, day or trait in it, no cell a spreadsheet would run; and that it was taken is on record [G1]."""
    await answered(5, remark="=HYPERLINK(1)", u2=None)
    by = await supervisor()
    sheet = await survey_reports.export(FIRST.first, FIRST.last, by)
    assert sheet.head == ("Cara", "U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9", "Saran")
    taken = await exports.take(sheet, Form.CSV, by, MONDAY, service.settings.data)
    text = b"".join([piece async for piece in taken.pieces()]).decode("utf-8-sig")
    assert text.count('"Daring","3","","3","3","3","3","3","3","3","\'=HYPERLINK(1)"') == 5
    (event,) = await history.lines_of_staff(by.staff_id or 0)
    assert event.act == "exported"
