"""One's own account: /akun. Duties, password, recovery codes, and where one is signed in [M3]."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import account_history, accounts, follow_ups, passwords, second_factor, sessions
from components.refusals import Refused
from routes.guards import STAFF
from routes.visit import Html, Visit


@get("/akun", guards=[STAFF])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """Everything about the own account on one page."""
    return await _page(visit)


async def _page(visit: Visit, *, refused: Refused | None = None, part: str = "") -> Html:
    staff = await accounts.of(visit.actor)
    return visit.page(
        "account/overview.html",
        status=422 if refused else 200,
        person=staff,
        duties=await account_history.duties(staff),
        tasks=await follow_ups.own(visit.actor, visit.now),
        sessions=await sessions.open_of(staff, visit.actor, visit.now),
        codes_left=await second_factor.codes_left(staff.id),
        shortest=passwords.SHORTEST,
        advised=passwords.ADVISED,
        refused=refused,
        part=part,
    )


@post("/akun/kata-sandi", guards=[STAFF])
async def change_password(visit: NamedDependency[Visit]) -> Html:
    """Another password; the other sessions end."""
    form = await visit.form()
    typed = form.values["old_password"], form.values["password"], form.values["repeated"]
    try:
        await accounts.change_password(*typed, visit.actor, visit.now)
    except Refused as no:
        return await _page(visit, refused=no, part="password")
    return visit.go("/akun")


@post("/akun/kode-cadangan", guards=[STAFF])
async def renew_codes(visit: NamedDependency[Visit]) -> Html:
    """Ten new recovery codes, shown once; the password is asked for, since a borrowed screen must not get them."""
    form = await visit.form()
    staff = await accounts.of(visit.actor)
    if staff.totp_since is None:
        raise Refused("Kode masuk belum dipasang di akun ini.")
    try:
        await accounts.refuse_without_password(staff, form.values.get("old_password", ""), visit.now)
    except Refused as no:
        return await _page(visit, refused=no, part="codes")
    codes = await second_factor.renew_codes(staff, visit.now)
    return visit.page("sessions/recovery.html", codes=codes, onward="/akun", person=staff)


@post("/akun/sesi/{session_id:int}/pengakhiran", guards=[STAFF])
async def end_session(visit: NamedDependency[Visit], session_id: FromPath[int]) -> Html:
    """Sign out on another device."""
    form = await visit.form()

    async def work() -> str:
        await sessions.end_one(session_id, visit.actor.staff_id or 0, visit.actor, visit.now)
        return "/akun"

    return await visit.once(form, work)


@post("/akun/sesi-lain/pengakhiran", guards=[STAFF])
async def end_others(visit: NamedDependency[Visit]) -> Html:
    """Sign out everywhere but here."""
    form = await visit.form()

    async def work() -> str:
        await sessions.end_others(visit.actor.staff_id or 0, visit.actor, visit.now)
        return "/akun"

    return await visit.once(form, work)


HANDLERS = (overview, change_password, renew_codes, end_session, end_others)
