"""Blanks are out, blanks are back: noticed with the row that makes it so, declared an obstacle by itself [M2, T1].

Booking needs no switch: it asks blanks_are_out() each time. Who waits is told by the scheduler, see stock_watch.
"""

from datetime import datetime

from components import obstacles
from models.card_stock import Blank
from models.db import Prepared, transaction
from models.office import Office
from models.rules.obstacles import ObstacleKind

_REASON = "Blangko KTP-el habis. KTP-el dicetak lagi begitu kiriman datang."
_KEPT = Prepared(lambda office: Office.select(Office.stock_kept).where(Office.id == office))


async def is_kept(office_id: int) -> bool:
    """Whether the office records its stock, so that zero means none left."""
    row = await _KEPT.first(office_id)
    return bool(row and row["stock_kept"])


async def blanks_are_out(office_id: int) -> bool:
    """Whether the office keeps its stock and has none left: then nobody new is given an appointment."""
    if not await is_kept(office_id):
        return False
    return not await Blank.exists().where((Blank.office == office_id) & (Blank.state == "in_stock"))


async def look(office_id: int, now: datetime) -> bool:
    """Declare the obstacle when blanks have run out, end it when there are some again; whether that was new.

    Joins the caller's transaction. Of several at once one does it; the scheduler looks again, for two that take the
    last two blanks at the same moment each see one left.
    """
    async with transaction():
        out = await blanks_are_out(office_id)
        mark = Office.blanks_out_since
        changed = (
            await Office.update({mark: now if out else None})
            .where((Office.id == office_id) & (mark.is_null() if out else mark.is_not_null()))
            .returning(Office.id)
        )
        if not changed:
            return False
        if out:
            await obstacles.declare_automatic(office_id, ObstacleKind.BLANKS, _REASON, now)
        else:
            await obstacles.end_automatic(office_id, ObstacleKind.BLANKS, now)
    return True
