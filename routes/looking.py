"""Behind the figures of the day and of who looks at what: /pengawasan/hari-ini, /pengawasan/dilihat [M4, G2]."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from components import attention, case_lists
from components.figures import day, looking
from components.refusals import Missing
from components.spreadsheets import Sheet
from routes.supervision import SUPERVISORS
from routes.taking import both_forms, file_of
from routes.visit import LARGEST_ID, Html, Visit


@get("/pengawasan/hari-ini", guards=[SUPERVISORS])
async def today(visit: NamedDependency[Visit], daftar: FromQuery[str] = "") -> Html:
    """Today's appointments or arrivals of one kind."""
    kind = day.Kind(daftar) if daftar in day.KIND_WORDS else day.Kind.BOOKED
    cut = await case_lists.cuts(visit.actor.office_id or 0, visit.now)
    return visit.page(
        "supervision/today.html", rows=await day.listed(kind, cut), kind=kind, kinds=day.KIND_WORDS
    )


@get("/pengawasan/dilihat", guards=[SUPERVISORS])
async def alerts(visit: NamedDependency[Visit]) -> Html:
    """Who saw more files than usual of late."""
    return visit.page("supervision/alerts.html", rows=await looking.alerts(visit.actor, visit.now))


def _act(what: str) -> str:
    return looking.IDENTITY if what == "nik" else attention.LOOK


def _person(staff_id: int) -> int:
    if staff_id > LARGEST_ID:
        raise Missing
    return staff_id


@get("/pengawasan/dilihat/{staff_id:int}", guards=[SUPERVISORS])
async def seen(
    visit: NamedDependency[Visit],
    staff_id: FromPath[int],
    hari: FromQuery[str] = "",
    apa: FromQuery[str] = "",
) -> Html:
    """The files whose scans, or whose full numbers, one officer saw on one day."""
    on = looking.day_typed(hari, visit.now)
    rows = await looking.seen(_person(staff_id), on, _act(apa), visit.actor)
    return visit.page(
        "supervision/seen.html",
        rows=rows,
        staff=staff_id,
        officer=await looking.officer_named(staff_id, visit.actor),
        day=on,
        what="nik" if apa == "nik" else "",
    )


@both_forms("/pengawasan/dilihat/{staff_id:int}/daftar", SUPERVISORS)
async def seen_file(
    visit: NamedDependency[Visit],
    staff_id: FromPath[int],
    hari: FromQuery[str] = "",
    apa: FromQuery[str] = "",
) -> Stream:
    """The same as a file."""
    on = looking.day_typed(hari, visit.now)
    rows = await looking.seen(_person(staff_id), on, _act(apa), visit.actor)
    head = ("Nomor", "Pertama dilihat", "Terakhir dilihat", "Kali")
    lines = [(row.number, row.first, row.last, row.looks) for row in rows]
    return await file_of(visit, Sheet("dilihat", head, lines))


HANDLERS = (today, alerts, seen, seen_file)
