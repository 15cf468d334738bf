"""The history of the office, searched: /pengawasan/jejak [M4, G1]."""

from collections.abc import Mapping
from datetime import date

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream

from components import audit, exports
from components.audit import Line, Wanted
from components.refusals import Refused
from components.spreadsheets import Row, Sheet
from components.wording import EVENT_WORDS, role_word
from routes.supervision import SUPERVISORS
from routes.taking import both_forms, file_of
from routes.visit import Html, Visit

_ASKED = ("nomor", "petugas", "peristiwa", "dari", "sampai")
_ACTS = sorted(EVENT_WORDS.items(), key=lambda pair: pair[1])


def _typed(visit: Visit) -> dict[str, str]:
    asked = visit.request.query_params
    return {name: str(asked[name]).strip() for name in _ASKED if str(asked.get(name, "")).strip()}


def _wanted(typed: Mapping[str, str]) -> Wanted:
    """Raises Refused with fields for days that cannot be read."""
    fields: dict[str, str] = {}
    since, until = (_day(typed.get(name, ""), name, fields) for name in ("dari", "sampai"))
    if since and until and since > until:
        fields["sampai"] = "Pilih tanggal yang tidak lebih awal dari yang pertama."
    if fields:
        raise Refused("Tanggalnya belum benar.", fields)
    act = typed.get("peristiwa", "")
    return Wanted(typed.get("nomor", ""), typed.get("petugas", ""), act, since, until)


def _day(text: str, name: str, fields: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fields[name] = "Pilih tanggalnya, misalnya 23-11-2026."
        return None


@get("/pengawasan/jejak", guards=[SUPERVISORS])
async def trail(visit: NamedDependency[Visit], sebelum: FromQuery[str] = "") -> Html:
    """Lines of the history by number, officer, act and period, fifty at a time."""
    typed, refused, wanted = _typed(visit), None, Wanted()
    try:
        wanted = _wanted(typed)
    except Refused as no:
        refused = no
    rows, last = await audit.search(wanted, visit.actor, sebelum)
    return visit.page(
        "supervision/trail.html",
        status=422 if refused else 200,
        rows=rows,
        last=last,
        kept=typed,
        values=typed,
        officers=await audit.officers(visit.actor),
        acts=_ACTS,
        checked=await audit.checked(visit.actor),
        head=await audit.head(),
        refused=refused,
    )


@both_forms("/pengawasan/jejak", SUPERVISORS)
async def trail_file(visit: NamedDependency[Visit]) -> Stream:
    """What was found as a file; days that cannot be read narrow nothing."""
    try:
        wanted = _wanted(_typed(visit))
    except Refused:
        wanted = Wanted()

    async def ask(before: str) -> tuple[list[Line], str]:
        return await audit.search(wanted, visit.actor, before, limit=exports.AT_ONCE)

    head = (
        "Dicatat",
        "Terjadi",
        "Peristiwa",
        "Nomor",
        "Akun",
        "Oleh",
        "Peran",
        "Alasan",
        "Daftar yang diunduh",
    )
    return await file_of(visit, Sheet("jejak", head, exports.page_by_page(ask, "", _cells)))


def _cells(row: Line) -> list[Row]:
    return [
        (
            *(row.at, row.happened_at, row.act, row.number, row.account),
            *(row.who, role_word(row.role), row.reason, row.what),
        )
    ]


HANDLERS = (trail, trail_file)
