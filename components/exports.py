"""A list as a file for a spreadsheet: nothing in it is a formula, and who took it is written down [M4, G1]."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from components import account_history
from components.actors import Actor
from components.words import WIB
from models.db import transaction
from models.rules.account_acts import AccountAct

MOST = 5_000
"""Lines of one file; the address of the list narrows it when there are more."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


@dataclass(frozen=True)
class Sheet:
    """name: of the file, without its ending; no personal data."""

    name: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[str]]


def moment(at: datetime | None) -> str:
    """As a spreadsheet sorts it, in WIB; empty for None."""
    return "" if at is None else f"{at.astimezone(WIB):%Y-%m-%d %H:%M}"


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return (
        f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA) or text.startswith(_FORMULA) else text
    )


def to_csv(sheet: Sheet) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; every value is quoted."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, quoting=csv.QUOTE_ALL)
    writer.writerow(sheet.head)
    writer.writerows([cell(text) for text in row] for row in sheet.rows)
    return made.getvalue().encode("utf-8-sig")


async def take(sheet: Sheet, by: Actor, now: datetime) -> bytes:
    """The file, once it stands in the account's record that this person took it, and how many lines."""
    assert by.staff_id is not None  # noqa: S101 - the guard lets nobody else in
    async with transaction():
        await account_history.record(
            by.staff_id, AccountAct.EXPORTED, by, now, {"list": sheet.name, "rows": len(sheet.rows)}
        )
    return to_csv(sheet)
