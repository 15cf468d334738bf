"""The supervisor's screen and the lists behind its figures: /pengawasan [M4, G2, T1]."""

from datetime import date

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from components import case_lists, charts, exports, queue_jumps, rejections, summaries, supervision
from components.case_lists import Wanted
from components.exports import Sheet, moment
from components.wording import (
    act_word,
    change_word,
    channel_word,
    document_word,
    reject_word,
    state_word,
)
from models.rules.calendar import wib_day
from models.rules.catalogue import RejectReason
from models.rules.workflow import Role
from routes.guards import only
from routes.visit import LARGEST_ID, Html, Visit

SUPERVISORS = only(Role.SUPERVISOR)


async def csv_answer(visit: Visit, sheet: Sheet) -> Response[bytes]:
    """The list as a file to save; that it was taken is recorded before."""
    return Response(
        await exports.take(sheet, visit.actor, visit.now),
        media_type="text/csv; charset=utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{sheet.name}-{wib_day(visit.now)}.csv"',
        },
    )


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


def _wanted(visit: Visit) -> tuple[Wanted, dict[str, str]]:
    """What the address asks for, and its words to go on with on the next page."""
    typed = {name: str(value) for name, value in visit.request.query_params.items()}
    kept = {
        name: typed[name]
        for name in ("keadaan", "tahap", "umur", "saluran", "desa", "hari")
        if typed.get(name)
    }
    return case_lists.read_wanted(typed), kept


@get("/pengawasan/berkas", guards=[SUPERVISORS])
async def cases(visit: NamedDependency[Visit], sesudah: FromQuery[int] = 0) -> Html:
    """The files behind one figure, fifty at a time."""
    wanted, kept = _wanted(visit)
    rows, last = await case_lists.listed(wanted, visit.actor, visit.now, min(max(sesudah, 0), LARGEST_ID))
    return visit.page(
        "supervision/cases.html",
        rows=rows,
        last=last,
        kept=kept,
        wanted=wanted,
        names=case_lists,
    )


@get("/pengawasan/berkas.csv", guards=[SUPERVISORS])
async def cases_csv(visit: NamedDependency[Visit]) -> Response[bytes]:
    """The same list as a file, with the NIK masked."""
    wanted, _ = _wanted(visit)
    rows, _ = await case_lists.listed(wanted, visit.actor, visit.now, limit=exports.MOST, with_nik=True)
    head = ("Nomor", "Nama", "NIK tersamar", "Desa/kelurahan", "Saluran", "Keadaan", "Yang diganti")
    sheet = Sheet(
        "berkas",
        (*head, "Diterima", "Janji", "Dicetak", "Sebab terlambat"),
        [
            (
                *(row.number, row.name, row.nik, row.village),
                *(channel_word(row.channel), state_word(row.state), change_word(row.change)),
                *(moment(row.received_at), moment(row.promise_at), moment(row.printed_at)),
                row.cause,
            )
            for row in rows
        ],
    )
    return await csv_answer(visit, sheet)


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


@get("/pengawasan/penolakan.csv", guards=[SUPERVISORS])
async def not_fitting_csv(visit: NamedDependency[Visit], alasan: FromQuery[str] = "") -> Response[bytes]:
    """The same as a file."""
    rows, _ = await rejections.listed(_reason(alasan), visit.actor, visit.now, limit=exports.MOST)
    sheet = Sheet(
        "penolakan",
        ("Waktu", "Nomor", "Dokumen", "Alasan", "Catatan", "Petugas"),
        [
            (
                *(moment(row.at), row.number, document_word(kind)),
                *(", ".join(map(reject_word, reasons)), row.remark, row.officer),
            )
            for row in rows
            for kind, reasons in row.documents.items()
        ],
    )
    return await csv_answer(visit, sheet)


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


@get("/pengawasan/urutan.csv", guards=[SUPERVISORS])
async def jumps_csv(visit: NamedDependency[Visit], minggu: FromQuery[str] = "") -> Response[bytes]:
    """The week as a file."""
    rows = await queue_jumps.of_week(visit.actor, _monday(minggu, visit))
    head = ("Waktu", "Petugas", "Peristiwa", "Nomor", "Dilewati", "Alasan", "Dilihat", "Dilihat oleh")
    sheet = Sheet(
        "urutan",
        head,
        [
            (
                *(moment(row.at), row.officer, act_word(row.act), row.number, str(row.passed_over)),
                *(row.reason, moment(row.seen_at), row.seen_by),
            )
            for row in rows
        ],
    )
    return await csv_answer(visit, sheet)


@post("/pengawasan/urutan/{jump_id:int}/tanda-dilihat", guards=[SUPERVISORS])
async def see_jump(visit: NamedDependency[Visit], jump_id: FromPath[int]) -> Html:
    """The supervisor has read this reason."""
    form = await visit.form()

    async def work() -> str:
        monday = await queue_jumps.see(jump_id, visit.actor, visit.now)
        return f"/pengawasan/urutan?minggu={monday}"

    return await visit.once(form, work)


HANDLERS = (screen, cases, cases_csv, not_fitting, not_fitting_csv, jumps, jumps_csv, see_jump)
