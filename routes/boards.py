"""The numbers that are called now and next: on the wall, and on the phones of who waits. No names [P9, G2]."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import boards, calling
from routes.guards import public
from routes.visit import Html, Visit


@get("/antrean", guards=[public])
async def board(visit: NamedDependency[Visit]) -> Html:
    """The board of the only office, or of the own one; where there are several, one is chosen."""
    halls = await boards.halls(visit.actor)
    if len(halls) > 1:
        return visit.page("counter/boards.html", halls=halls)
    return await _board(visit, halls[0])


@get("/antrean/{prefix:str}", guards=[public])
async def board_of(visit: NamedDependency[Visit], prefix: FromPath[str]) -> Html:
    """The board of the office with this prefix."""
    return await _board(visit, await boards.hall(prefix))


async def _board(visit: Visit, hall: boards.Hall) -> Html:
    return visit.page(
        "counter/board.html",
        fragment="counter/_board.html",
        hall=hall,
        board=await calling.board(hall.id, visit.now),
    )


HANDLERS = (board, board_of)
