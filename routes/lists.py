"""The lists of the desks and of the office to take along, each at the address of its screen with .csv or .xlsx [M4]."""

from collections.abc import Awaitable, Callable

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import Guard

from components import desk_lists, stock_book
from components.figures import day
from components.refusals import Missing, Refused
from components.spreadsheets import Sheet
from models.rules.workflow import Role
from routes import compensation, complaint_register, counter, meetings, obstacles, staffing, verification
from routes.guards import only
from routes.stock_papers import WITH_BLANKS
from routes.supervision import SUPERVISORS
from routes.taking import both_forms, file_of
from routes.visit import Visit


def _taken(path: str, guard: Guard, make: Callable[[Visit], Awaitable[Sheet]]) -> HTTPRouteHandler:
    @both_forms(path, guard)
    async def file(visit: NamedDependency[Visit]) -> Stream:
        return await file_of(visit, await make(visit))

    return file


def _asked(visit: Visit, name: str) -> str:
    return str(visit.request.query_params.get(name, ""))


def _of_the_day(visit: Visit) -> Awaitable[Sheet]:
    asked = _asked(visit, "daftar")
    kind = day.Kind(asked) if asked in day.KIND_WORDS else day.Kind.BOOKED
    return desk_lists.appointments(kind, visit.actor, visit.now)


def _complaints(visit: Visit) -> Awaitable[Sheet]:
    which, channel = complaint_register.asked(_asked(visit, "daftar"), _asked(visit, "saluran"))
    return desk_lists.complaints(which, channel, visit.actor, visit.now)


def _ledger(visit: Visit) -> Awaitable[Sheet]:
    """There is no file of days that cannot be read."""
    try:
        since, until = stock_book.period(_asked(visit, "dari"), _asked(visit, "sampai"), visit.now)
    except Refused:
        raise Missing from None
    return desk_lists.ledger(since, until, visit.actor)


@both_forms(f"{staffing.ROOM}/{{staff_id:int}}/riwayat", staffing.READING)
async def account(visit: NamedDependency[Visit], staff_id: FromPath[int]) -> Stream:
    """What happened to one account."""
    return await file_of(visit, await desk_lists.account(staff_id, visit.actor, visit.now))


HANDLERS = (
    _taken(verification.ROOM, verification.LOOKING, lambda one: desk_lists.queue(one.actor, one.now)),
    _taken(counter.ROOM, counter.LOOKING, lambda one: desk_lists.of_the_day(one.actor, one.now)),
    _taken("/pengawasan/hari-ini", SUPERVISORS, _of_the_day),
    _taken(complaint_register.HOME, complaint_register.HANDLING, _complaints),
    _taken("/kompensasi", compensation.OFFICERS, lambda one: desk_lists.broken_promises(one.actor)),
    _taken("/blangko/buku", WITH_BLANKS, _ledger),
    _taken("/kendala", obstacles.OFFICERS, lambda one: desk_lists.hindrances(one.actor, one.now)),
    _taken(
        "/pesan",
        only(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR),
        lambda one: desk_lists.messages(one.actor, one.now),
    ),
    _taken(
        f"{meetings.ROOM}/tindak-lanjut", meetings.READERS, lambda one: desk_lists.tasks(one.actor, one.now)
    ),
    _taken(staffing.ROOM, staffing.READING, lambda one: desk_lists.staff(one.actor)),
    account,
)
