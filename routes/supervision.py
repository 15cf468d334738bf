"""The supervisor's screen and the lists behind its figures: /pengawasan [M4, G2, T1]."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from components import case_lists, charts, exports, queue_jumps, rejections, services, summaries, supervision
from components.case_lists import CaseRow, Wanted
from components.in_full import Numbered
from components.particulars import ShownNik, full_nik, masked_nik
from components.refusals import Refused
from components.rejections import Rejection
from components.spreadsheets import Row, Sheet, in_full
from components.wording import (
    SERVICE_WORDS,
    act_word,
    channel_word,
    document_word,
    reject_word,
    state_word,
    wish_word,
)
from models.rules.calendar import wib_day
from models.rules.catalogue import RejectReason
from models.rules.workflow import Role
from routes.guards import only
from routes.taking import both_forms, file_in_full, file_of
from routes.visit import LARGEST_ID, Html, Visit

SUPERVISORS = only(Role.SUPERVISOR)


@get("/pengawasan", guards=[SUPERVISORS])
async def screen(visit: NamedDependency[Visit]) -> Html:
    """All figures; asked for again every minute, only they."""
    by, now = visit.actor, visit.now
    monday = queue_jumps.monday_of(wib_day(now))
    return visit.page(
        "supervision/page.html",
        fragment="supervision/_figures.html",
        screen=await supervision.screen(by, now),
        jumps=await queue_jumps.of_week(by, monday),
        unseen=await queue_jumps.unseen(by),
        blocks=await summaries.blocks(by, now),
        goal=supervision.GOAL,
        names=case_lists,
        charts=charts,
    )


# --- files ---


def _asked(visit: Visit) -> dict[str, str]:
    return {name: str(value) for name, value in visit.request.query_params.items()}


def _wanted(typed: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What an address or a form asks for, and its words to go on with on the next page."""
    kept = {
        name: typed[name]
        for name in ("keadaan", "tahap", "layanan", "umur", "saluran", "desa", "hari")
        if typed.get(name)
    }
    return case_lists.read_wanted(typed), kept


@get("/pengawasan/berkas", guards=[SUPERVISORS])
async def cases(visit: NamedDependency[Visit], sesudah: FromQuery[int] = 0) -> Html:
    """The files behind one figure, fifty at a time."""
    return await _cases_page(visit, _asked(visit), after=min(max(sesudah, 0), LARGEST_ID))


async def _cases_page(
    visit: Visit, typed: Mapping[str, str], *, after: int = 0, refused: Refused | None = None
) -> Html:
    wanted, kept = _wanted(typed)
    rows, last = await case_lists.listed(wanted, visit.actor, visit.now, after)
    several = wanted.service or await services.others_on(visit.actor.office_id or 0)
    return visit.page(
        "supervision/cases.html",
        status=422 if refused else 200,
        refused=refused,
        values=typed if refused else {},
        rows=rows,
        last=last,
        kept=kept,
        wanted=wanted,
        names=case_lists,
        services=[(str(one), words) for one, words in SERVICE_WORDS.items()] if several else [],
    )


_CASE_HEAD = (
    *("Nomor", "Nama", "NIK tersamar", "Desa/kelurahan", "Saluran", "Keadaan", "Yang diminta"),
    *("Diterima", "Janji", "Dicetak", "Sebab terlambat"),
)
_CASE_HEAD_IN_FULL = in_full(_CASE_HEAD)


@both_forms("/pengawasan/berkas", SUPERVISORS)
async def cases_file(visit: NamedDependency[Visit]) -> Stream:
    """The same list as a file, with the NIK masked."""
    pages = _case_pages(visit, _asked(visit), masked_nik)
    rows = exports.page_by_page(pages, 0, lambda row: [_case_line(row)])
    return await file_of(visit, Sheet("berkas", _CASE_HEAD, rows))


@post("/pengawasan/berkas/nik-lengkap", guards=[SUPERVISORS])
async def cases_in_full(visit: NamedDependency[Visit]) -> Html | Stream:
    """The same with whole NIKs, for a reason, which is recorded."""
    form = await visit.form()
    pages = _case_pages(visit, form.values, full_nik)
    rows = exports.page_by_page(pages, 0, lambda row: [(row.id if row.nik else 0, _case_line(row))])
    try:
        return await file_in_full(visit, Numbered("berkas", _CASE_HEAD_IN_FULL, rows), form)
    except Refused as no:
        return await _cases_page(visit, form.values, refused=no)


def _case_pages(
    visit: Visit, typed: Mapping[str, str], nik: ShownNik
) -> Callable[[int], Awaitable[tuple[list[CaseRow], int]]]:
    wanted, _ = _wanted(typed)

    async def ask(after: int) -> tuple[list[CaseRow], int]:
        return await case_lists.listed(wanted, visit.actor, visit.now, after, exports.AT_ONCE, nik)

    return ask


def _case_line(row: CaseRow) -> Row:
    return (
        *(row.number, row.name, row.nik, row.village),
        *(channel_word(row.channel), state_word(row.state), wish_word(row.service, row.change)),
        *(row.received_at, row.promise_at, row.printed_at, row.cause),
    )


# --- what did not fit ---


def _reason(text: str) -> str:
    return text if text in RejectReason._value2member_map_ else ""


@get("/pengawasan/penolakan", guards=[SUPERVISORS])
async def not_fitting(
    visit: NamedDependency[Visit], alasan: FromQuery[str] = "", sebelum: FromQuery[int] = 0
) -> Html:
    """Documents that did not fit in the last 30 days, for one reason or all."""
    reason = _reason(alasan)
    rows, last = await rejections.listed(reason, visit.actor, visit.now, min(sebelum, LARGEST_ID))
    return visit.page("supervision/rejections.html", rows=rows, last=last, reason=reason)


@both_forms("/pengawasan/penolakan", SUPERVISORS)
async def not_fitting_file(visit: NamedDependency[Visit], alasan: FromQuery[str] = "") -> Stream:
    """The same as a file."""

    async def ask(before: int) -> tuple[list[Rejection], int]:
        return await rejections.listed(_reason(alasan), visit.actor, visit.now, before, limit=exports.AT_ONCE)

    head = ("Waktu", "Nomor", "Dokumen", "Alasan", "Catatan", "Petugas")
    return await file_of(visit, Sheet("penolakan", head, exports.page_by_page(ask, 0, _rejected_lines)))


def _rejected_lines(row: Rejection) -> list[Row]:
    return [
        (row.at, row.number, document_word(kind), ", ".join(map(reject_word, why)), row.remark, row.officer)
        for kind, why in row.documents.items()
    ]


# --- out of turn ---


def _monday(text: str, visit: Visit) -> date:
    """The week of the day in the address; this week for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = wib_day(visit.now)
    return queue_jumps.monday_of(min(max(day, date(2020, 1, 6)), wib_day(visit.now)))


@get("/pengawasan/urutan", guards=[SUPERVISORS])
async def jumps(visit: NamedDependency[Visit], minggu: FromQuery[str] = "") -> Html:
    """Who was served out of turn in one week, with the reasons [G2]."""
    monday = _monday(minggu, visit)
    return visit.page(
        "supervision/jumps.html",
        monday=monday,
        this_week=queue_jumps.monday_of(wib_day(visit.now)),
        jumps=await queue_jumps.of_week(visit.actor, monday),
        unseen=await queue_jumps.unseen(visit.actor),
    )


@both_forms("/pengawasan/urutan", SUPERVISORS)
async def jumps_file(visit: NamedDependency[Visit], minggu: FromQuery[str] = "") -> Stream:
    """The week as a file."""
    rows = await queue_jumps.of_week(visit.actor, _monday(minggu, visit))
    head = ("Waktu", "Petugas", "Peristiwa", "Nomor", "Dilewati", "Alasan", "Dilihat", "Dilihat oleh")
    lines = [
        (
            *(row.at, row.officer, act_word(row.act), row.number, row.passed_over),
            *(row.reason, row.seen_at, row.seen_by),
        )
        for row in rows
    ]
    return await file_of(visit, Sheet("urutan", head, lines))


@post("/pengawasan/urutan/{jump_id:int}/tanda-dilihat", guards=[SUPERVISORS])
async def see_jump(visit: NamedDependency[Visit], jump_id: FromPath[int]) -> Html:
    """The supervisor has read this reason."""
    form = await visit.form()

    async def work() -> str:
        monday = await queue_jumps.see(jump_id, visit.actor, visit.now)
        return f"/pengawasan/urutan?minggu={monday}"

    return await visit.once(form, work)


HANDLERS = (
    screen,
    cases,
    cases_file,
    cases_in_full,
    not_fitting,
    not_fitting_file,
    jumps,
    jumps_file,
    see_jump,
)
