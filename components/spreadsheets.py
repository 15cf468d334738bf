"""A list as a file for a spreadsheet, CSV or XLSX: nothing in it is a formula [M4, G1].

Lines are written as they come, so that a long list costs no memory. XLSX is made only when somebody asks for it: its
library stays out of memory until then.
"""

import csv
from collections.abc import AsyncIterable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from components.words import WIB

Cell = str | int | date | datetime | None
Row = Sequence[Cell]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""What a cell of a CSV may begin with that is then computed; the wide signs where East Asian languages are set."""
_LONGEST_CELL = 32_767
"""Characters; a spreadsheet program throws a longer cell away."""
_WIDTHS = (8, 48)
"""Least and greatest width of a column, in characters."""


class Form(StrEnum):
    """How a list is written; the ending of its file."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Sheet:
    """name: of the file, without its ending; no personal data. rows: each as long as head."""

    name: str
    head: tuple[str, ...]
    rows: Iterable[Row] | AsyncIterable[Row]


def in_full(head: tuple[str, ...]) -> tuple[str, ...]:
    """The head of the same list with whole NIKs."""
    return tuple("NIK" if name == "NIK tersamar" else name for name in head)


class Writer(Protocol):
    """Puts lines into one file."""

    def add(self, rows: Iterable[Row]) -> None:
        """These lines, after those before."""

    def close(self) -> None:
        """The file is whole afterwards, and only then."""


def writer(form: Form, path: Path, head: Sequence[str], now: datetime) -> Writer:
    """A file at this path with its head; what is needed beside it meanwhile lies in the same folder."""
    return _Xlsx(path, head, now) if form is Form.XLSX else _Csv(path, head)


def _text(value: Cell) -> str:
    """As a spreadsheet sorts it: moments in WIB; empty for None."""
    if isinstance(value, datetime):
        return f"{value.astimezone(WIB):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    runs = text.startswith(_FORMULA) or text.lstrip(" \u00a0\u3000\ufeff").startswith(_FORMULA)
    return f"'{text}" if runs else text


class _Csv:
    """UTF-8 with the mark by which spreadsheets know it; every value is quoted."""

    def __init__(self, path: Path, head: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._writer.writerow(head)

    def add(self, rows: Iterable[Row]) -> None:
        self._writer.writerows(
            [str(cell) if isinstance(cell, int) else _harmless(_text(cell)) for cell in row] for row in rows
        )

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    """Texts are written as texts, whatever they begin with; days and moments as such, in WIB."""

    def __init__(self, path: Path, head: Sequence[str], now: datetime) -> None:
        from xlsxwriter import Workbook

        self._book = Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
        self._book.set_properties({"created": now.astimezone(WIB).replace(tzinfo=None)})
        self._page = self._book.add_worksheet("Daftar")
        self._formats = {
            date: self._book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        self._widths = [len(name) + 3 for name in head]
        self._line = 0
        bold = self._book.add_format({"bold": True})
        for column, name in enumerate(head):
            self._page.write_string(0, column, name, bold)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._line += 1
            for column, cell in enumerate(row):
                self._put(column, cell)
                self._widths[column] = max(self._widths[column], len(_text(cell)) + 1)

    def _put(self, column: int, cell: Cell) -> None:
        kind: Any = type(cell)
        if isinstance(cell, datetime):
            cell = cell.astimezone(WIB).replace(tzinfo=None, second=0, microsecond=0)
        if isinstance(cell, date):
            self._page.write_datetime(self._line, column, cell, self._formats[kind])
        elif isinstance(cell, int):
            self._page.write_number(self._line, column, cell)
        elif cell:
            lines = cell.replace("\r\n", "\n").replace("\r", "\n")
            self._page.write_string(self._line, column, lines[:_LONGEST_CELL])

    def close(self) -> None:
        least, most = _WIDTHS
        for column, width in enumerate(self._widths):
            self._page.set_column(column, column, min(max(width, least), most))
        self._page.freeze_panes(1, 0)
        self._page.autofilter(0, 0, self._line, len(self._widths) - 1)
        self._book.close()
