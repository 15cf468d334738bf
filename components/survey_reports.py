"""The semester's report: plan for the lowest element, publication with frozen figures, what anybody reads [E2]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from components import office_history, survey_results
from components.actors import Actor
from components.refusals import Refused
from components.spreadsheets import Sheet
from components.survey_results import Figures
from components.survey_words import element_words, semester_words
from models.db import transaction
from models.rules.calendar import wib_day
from models.rules.office_acts import OfficeAct
from models.rules.satisfaction import Element, Semester, parse_semester, semester_of
from models.survey import SurveyPlan, SurveyResult, SurveyUsers

SEMESTERS_SHOWN = 6
_MOST_USERS = 10_000_000


@dataclass(frozen=True)
class Plan:
    """What is being done about an element. owner: an office held, not a name."""

    element: Element
    text: str
    owner: str
    due_on: date
    done_on: date | None

    @property
    def about(self) -> str:
        return element_words((self.element,))


@dataclass(frozen=True)
class Report:
    """A semester with its figures: frozen ones when it was published, else those of today."""

    semester: Semester
    figures: Figures
    plan: Plan | None
    published_at: datetime | None

    @property
    def title(self) -> str:
        return semester_words(self.semester)


async def report(office_id: int, semester: Semester) -> Report:
    """The report of a semester as it stands."""
    row = (
        await SurveyResult.objects()
        .where((SurveyResult.office == office_id) & (SurveyResult.semester == semester.code))
        .first()
    )
    found = (
        survey_results.thawed(row.figures)
        if row
        else await survey_results.figures(office_id, semester.first, semester.last)
    )
    return Report(semester, found, await plan_of(office_id, semester), row.published_at if row else None)


async def published(office_id: int) -> list[Semester]:
    """The semesters that were published, the latest first."""
    rows = (
        await SurveyResult.select(SurveyResult.semester)
        .where(SurveyResult.office == office_id)
        .order_by(SurveyResult.semester, ascending=False)
    )
    return [one for row in rows if (one := parse_semester(row["semester"]))]


async def published_report(office_id: int, code: str) -> Report | None:
    """The published report of this semester; of the latest for an empty code; None when there is none."""
    known = await published(office_id)
    wanted = parse_semester(code) if code else next(iter(known), None)
    return await report(office_id, wanted) if wanted is not None and wanted in known else None


async def plan_of(office_id: int, semester: Semester) -> Plan | None:
    """The plan of a semester, if one was written."""
    row = (
        await SurveyPlan.objects()
        .where((SurveyPlan.office == office_id) & (SurveyPlan.semester == semester.code))
        .first()
    )
    return Plan(Element(row.element), row.text, row.owner, row.due_on, row.done_on) if row else None


async def write_plan(semester: Semester, typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """Write or change the plan of a semester: element, text, owner, due_on, and done when it was carried out.

    Raises Refused with fields for what is missing or cannot be read.
    """
    fields: dict[str, str] = {}
    element = typed.get("element", "")
    if element not in set(Element):
        fields["element"] = "Pilih unsur yang diperbaiki."
    text = _line(typed, "text", 500, "Tulis apa yang akan dilakukan.", fields)
    owner = _line(typed, "owner", 80, "Tulis jabatan yang bertanggung jawab.", fields)
    due_on = _date(typed.get("due_on", ""), fields)
    if fields or due_on is None:
        raise Refused("Rencana belum disimpan.", fields)
    mine = (SurveyPlan.office == by.office_id) & (SurveyPlan.semester == semester.code)
    async with transaction():
        before = await SurveyPlan.objects().where(mine).first()
        done = (before.done_on if before else None) or wib_day(now)
        columns: dict[Any, Any] = {
            "element": element,
            "text": text,
            "owner": owner,
            "due_on": due_on,
            "done_on": done if typed.get("done") else None,
            "written_by": by.staff_id,
            "written_at": now,
        }
        if before:
            await SurveyPlan.update(columns).where(mine)
        else:
            await SurveyPlan(office=by.office_id, semester=semester.code, **columns).save()
        what = f"{semester_words(semester)}, {element.upper()}, {owner}: {text}"
        await office_history.record(OfficeAct.SURVEY_PLANNED, what[:200], by, now)


def _line(typed: Mapping[str, str], name: str, longest: int, lacking: str, fields: dict[str, str]) -> str:
    text = " ".join(typed.get(name, "").split())
    if not text:
        fields[name] = lacking
    elif len(text) > longest:
        fields[name] = f"Ringkas, paling banyak {longest} huruf."
    return text


def _date(text: str, fields: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        fields["due_on"] = "Pilih tanggal selesainya."
        return None


async def publish(semester: Semester, by: Actor, now: datetime) -> None:
    """Freeze the figures of a semester and show them to everybody.

    Raises Refused before the semester is over, with too few answers, with an element nobody answered, without a
    plan for the lowest element, and when it was published already.
    """
    office_id = by.office_id or 0
    if wib_day(now) <= semester.last:
        raise Refused("Semester ini belum selesai. Terbitkan setelah hari terakhirnya.")
    async with transaction():
        now_known = await report(office_id, semester)
        found = now_known.figures
        if now_known.published_at is not None:
            raise Refused("Hasil semester ini sudah diterbitkan, dan angkanya tetap.")
        if found.withheld:
            raise Refused("Jawaban masih kurang dari lima, jadi belum boleh ditampilkan.")
        if found.value is None:
            raise Refused(f"Belum ada jawaban untuk {element_words(found.unanswered)}.")
        if now_known.plan is None or now_known.plan.element not in found.lowest:
            raise Refused(f"Tulis dulu rencana tindak lanjut untuk {element_words(found.lowest)}.")
        await SurveyResult(
            office=office_id,
            semester=semester.code,
            figures=survey_results.frozen(found),
            published_by=by.staff_id,
            published_at=now,
        ).save()
        await office_history.record(OfficeAct.SURVEY_PUBLISHED, semester_words(semester), by, now)


async def set_users(year: int, typed: str, by: Actor, now: datetime) -> None:
    """How many people the office served in a year, where the service does not know them all. Empty takes it back.

    Raises Refused for what is no number of people.
    """
    text = typed.replace(".", "").replace(" ", "")
    # The number of digits first: Python refuses to read a number of thousands.
    readable = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_USERS))
    if text and not (readable and 0 < int(text) <= _MOST_USERS):
        raise Refused("Jumlah pengguna belum disimpan.", {"users": "Tulis jumlah orang, misalnya 1200."})
    async with transaction():
        await SurveyUsers.delete().where((SurveyUsers.office == by.office_id) & (SurveyUsers.year == year))
        if text:
            await SurveyUsers(
                office=by.office_id, year=year, users=int(text), entered_by=by.staff_id, entered_at=now
            ).save()
        said = f"{year}: {text or 'dihitung dari layanan ini'}"
        await office_history.record(OfficeAct.SURVEY_USERS_SET, said, by, now)


async def export(since: date, until: date, by: Actor) -> Sheet:
    """The answers of a period as a list to be taken along. Raises Refused while too few answered to show them."""
    rows = await survey_results.sheet_rows(by.office_id or 0, since, until)
    if not rows:
        raise Refused("Jawaban kurang dari lima, jadi tidak bisa diunduh.")
    return Sheet("jawaban-skm", ("Cara", *[element.upper() for element in Element], "Saran"), rows)


def semesters(today: date) -> list[Semester]:
    """The present semester and those before it, for a choice."""
    found = [semester_of(today)]
    while len(found) < SEMESTERS_SHOWN:
        found.append(found[-1].before)
    return found
