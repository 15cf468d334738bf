"""Every column that holds a sealed text, and what it is bound to: for what reads or seals all of them anew.

A test finds each column whose name ends in _sealed, so that none is forgotten here.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from models.account import Staff
from models.application import Application
from models.card_stock import Handover
from models.complaint import Complaint, ComplaintLine
from models.notification import Message
from models.survey import SurveySheet
from models.unfinished import Unfinished
from models.walk_in import IntakeDraft

_STEP = 200

Row = dict[str, Any]


@dataclass(frozen=True)
class Sealed:
    """The sealed columns of one table. joined: what of other tables their context needs. context: of row and column."""

    table: Any
    context: Callable[[Row, str], str]
    joined: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        return str(self.table._meta.tablename)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(
            column._meta.name for column in self.table._meta.columns if column._meta.name.endswith("_sealed")
        )

    async def batches(self) -> AsyncIterator[list[Row]]:
        """All rows by their ids, some hundred at a time."""
        after = 0
        while True:
            rows = (
                await self.table.select(*self.table.all_columns(), *self.joined)
                .where(self.table.id > after)
                .order_by(self.table.id)
                .limit(_STEP)
            )
            yield rows
            if len(rows) < _STEP:
                return
            after = rows[-1]["id"]


def _numbered(row: Row, column: str) -> str:
    return f"application:{row.get('of') or row['number']}:{column.removesuffix('_sealed')}"


ALL = (
    Sealed(Application, _numbered),
    Sealed(Complaint, _numbered),
    Sealed(Handover, _numbered, (Handover.application.number.as_alias("of"),)),
    Sealed(
        ComplaintLine,
        lambda row, _: f"complaint:{row['of']}:line:{row['n']}",
        (ComplaintLine.complaint.number.as_alias("of"),),
    ),
    Sealed(Message, lambda row, column: f"message:{row['key']}:{column.removesuffix('_sealed')}"),
    Sealed(
        Unfinished,
        lambda row, _: f"application:{row['of']}:typing:{row['page']}",
        (Unfinished.application.number.as_alias("of"),),
    ),
    Sealed(IntakeDraft, lambda row, _: f"intake:{row['key']}"),
    Sealed(Staff, lambda row, _: f"staff:{row['id']}:totp"),
    Sealed(
        SurveySheet,
        lambda row, _: f"application:{row['of']}:survey",
        (SurveySheet.application.number.as_alias("of"),),
    ),
)
