"""The second look at some of the accepted files: /pengawasan/uji-petik [M4, E2]."""

from collections.abc import Awaitable, Callable

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from components import rechecks
from components.figures import rechecks as figures
from components.refusals import Missing, Overtaken, Refused
from components.spreadsheets import Sheet
from components.verification import Verdict
from components.wording import RECHECK_STATE_WORDS, document_word, reject_word
from models.application import Application
from models.rules.catalogue import DocumentKind, RejectReason
from routes.forms import Form, Typed
from routes.supervision import SUPERVISORS
from routes.taking import both_forms, file_of
from routes.visit import Html, Visit

ROOM = "/pengawasan/uji-petik"
_MOST = 500
"""Lines of the file: what was judged in 90 days, one or two a day."""
_MANY = tuple(f"alasan_{kind}" for kind in DocumentKind)


def _kind(text: str) -> str:
    return text if text in DocumentKind._value2member_map_ else ""


def _reason(text: str) -> str:
    return text if text in RejectReason._value2member_map_ else ""


@get(ROOM, guards=[SUPERVISORS])
async def overview(
    visit: NamedDependency[Visit], dokumen: FromQuery[str] = "", alasan: FromQuery[str] = ""
) -> Html:
    """How often something else was found, what waits to be judged, and what was."""
    by, now = visit.actor, visit.now
    kind, reason = _kind(dokumen), _reason(alasan)
    return visit.page(
        "supervision/rechecks.html",
        rechecks=await figures.rechecks(by, now),
        waiting=await figures.waiting(by),
        done=await figures.done(by, now, kind, reason),
        kind=kind,
        reason=reason,
    )


@both_forms(ROOM, SUPERVISORS)
async def overview_file(
    visit: NamedDependency[Visit], dokumen: FromQuery[str] = "", alasan: FromQuery[str] = ""
) -> Stream:
    """What was judged, as a file; nobody's name is in it."""
    rows = await figures.done(visit.actor, visit.now, _kind(dokumen), _reason(alasan), limit=_MOST)
    head = ("Nomor", "Diterima tanggal", "Keadaan", "Dinilai", "Beda", "Dokumen dan alasan", "Sebab")
    lines = [
        (
            *(row.number, row.day, RECHECK_STATE_WORDS[row.why or row.state], row.judged_at),
            *("ya" if row.differs else "tidak", _said(row), row.note),
        )
        for row in rows
    ]
    return await file_of(visit, Sheet("uji-petik", head, lines))


def _said(row: figures.Sample) -> str:
    return "; ".join(f"{document_word(kind)}: {', '.join(map(reject_word, why))}" for kind, why in row.found)


@get(f"{ROOM}/{{number:str}}", guards=[SUPERVISORS])
async def one(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """One sample: to be judged without the first verdict, or with both once it was."""
    return await _page(visit, await visit.application(number))


async def _page(
    visit: Visit, application: Application, refused: Refused | None = None, form: Form | None = None
) -> Html:
    row = await rechecks.sample(application, visit.actor)
    status = 422 if refused else 200
    values = form.values if form else Typed()
    if row.state == "lapsed" or (row.state == "waiting" and application.scans_removed_at is not None):
        return visit.page("supervision/recheck_lapsed.html", row=row, application=application)
    if row.state != "waiting":
        both = await rechecks.both(row, application)
        return visit.page(
            "supervision/recheck_both.html", status=status, both=both, refused=refused, values=values
        )
    return visit.page(
        "supervision/recheck.html",
        status=status,
        desk=await rechecks.blind(application, visit.actor, visit.now),
        keys=await rechecks.keys(visit.actor),
        refused=refused,
        values=values,
        ticked={str(kind): form.all(f"alasan_{kind}") for kind in DocumentKind} if form else {},
    )


@post(f"{ROOM}/{{number:str}}/penilaian", guards=[SUPERVISORS])
async def judge(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The second verdict, kept once and for all."""
    application = await visit.application(number)
    form = await visit.form(many=_MANY)

    async def work() -> str:
        await rechecks.judge(application, _verdicts(form), visit.actor, visit.now)
        return f"{ROOM}/{application.number}"

    return await _acted(visit, application, form, work)


async def _acted(
    visit: Visit, application: Application, form: Form, work: Callable[[], Awaitable[str]]
) -> Html:
    """Act once; refused, the same page comes back with what was typed."""
    try:
        return await visit.once(form, work)
    except (Missing, Overtaken):
        raise
    except Refused as no:
        return await _page(visit, application, no, form)


def _verdicts(form: Form) -> dict[DocumentKind, Verdict]:
    """What was said of each document: that it fits, or the reasons against it; of one left open, nothing."""
    found: dict[DocumentKind, Verdict] = {}
    try:
        for kind in DocumentKind:
            reasons = tuple(RejectReason(reason) for reason in form.all(f"alasan_{kind}"))
            if reasons or form.text(f"cocok_{kind}"):
                found[kind] = Verdict(reasons, form.text(f"catatan_{kind}"))
    except ValueError:
        raise Missing from None
    return found


@post(f"{ROOM}/{{number:str}}/kesimpulan", guards=[SUPERVISORS])
async def close(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """Why both agree, or do not."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await rechecks.close(application, form.text("alasan"), visit.actor, visit.now)
        return ROOM

    return await _acted(visit, application, form, work)


@post(f"{ROOM}/{{number:str}}/pengembalian", guards=[SUPERVISORS])
async def hand_back(visit: NamedDependency[Visit], number: FromPath[str]) -> Html:
    """The file goes back to the operators, with a note."""
    application = await visit.application(number)
    form = await visit.form()

    async def work() -> str:
        await rechecks.hand_back(application, form.text("catatan"), visit.actor, visit.now)
        return f"{ROOM}/{application.number}"

    return await _acted(visit, application, form, work)


HANDLERS = (overview, overview_file, one, judge, close, hand_back)
