"""Lists as files: what a spreadsheet reads is what was there, and nothing in it runs [M4, G1]."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from components import exports
from components.actors import Actor
from components.exports import Taken, take
from components.kit import Kit
from components.spreadsheets import Cell, Form, Row, Sheet
from models.history import Event
from models.rules.workflow import Role
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY, member_of_staff

FORMULAS = (
    *("=1+1", '=HYPERLINK("http://x")', "+62811", "-", "-2+3", "@SUM(A1)", "|cmd", "%x"),
    *("\t=1", "\r=1", "\n=1", " @SITI", "\u00a0=1", "\u3000=1", "\ufeff=1", "＝1+1", "＋1", "－1", "＠A1"),
)
HEAD = ("Nomor", "Isi", "Kali", "Hari", "Saat")


@pytest.fixture
async def supervisor(service: Kit) -> Actor:
    return await member_of_staff(Role.SUPERVISOR, login="camat@krian.test")


async def whole(taken: Taken) -> bytes:
    return b"".join([piece async for piece in taken.pieces()])


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def read(
    form: Form, rows: Iterable[Row] | AsyncIterator[Row], by: Actor, data: Path
) -> list[list[Cell]]:
    """What another program finds in the file, its head first."""
    content = await whole(await take(Sheet("berkas", HEAD, rows), form, by, MONDAY, data))
    if form is Form.CSV:
        return [list(line) for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    page = load_workbook(io.BytesIO(content)).active
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == f"A1:E{page.max_row}"
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
    return [list(row) for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", Form)
async def test_what_looks_like_a_formula_is_a_text(supervisor: Actor, tmp_path: Path, form: Form) -> None:
    """CSV has no types: there a mark in front says that it is a text."""
    mark = "'" if form is Form.CSV else ""
    rows = [(f"KRN-{at}", text, at, None, None) for at, text in enumerate(FORMULAS, 1)]
    head, *lines = await read(form, rows, supervisor, tmp_path)
    assert head == list(HEAD)
    breaks = FORMULAS if form is Form.CSV else [text.replace("\r", "\n") for text in FORMULAS]
    assert [line[1] for line in lines] == [mark + text for text in breaks]
    assert [int(str(line[2])) for line in lines] == list(range(1, len(FORMULAS) + 1))


@on_sqlite
async def test_days_and_moments_are_told_in_wib(supervisor: Actor, tmp_path: Path) -> None:
    """The same moment in both: as text that sorts, and as a day a spreadsheet can count with."""
    rows = [("KRN-1", "Siti", -3, date(2026, 12, 24), MONDAY)]
    _, line = await read(Form.CSV, rows, supervisor, tmp_path)
    assert line == ["KRN-1", "Siti", "-3", "2026-12-24", "2026-11-23 09:00"]
    _, line = await read(Form.XLSX, rows, supervisor, tmp_path)
    assert line == ["KRN-1", "Siti", -3, datetime(2026, 12, 24), datetime(2026, 11, 23, 9)]  # noqa: DTZ001


async def test_who_took_what_is_on_record_before_a_byte_is_sent(supervisor: Actor, tmp_path: Path) -> None:
    """And when nothing of it is read, nothing of it stays."""
    taken = await take(
        Sheet("berkas", ("Nomor",), [("KRN-1",), ("KRN-2",)]), Form.CSV, supervisor, MONDAY, tmp_path / "data"
    )
    (line,) = await Event.select(Event.act, Event.details).where(
        Event.stream == f"staff:{supervisor.staff_id}"
    )
    assert (line["act"], line["details"]) == ("exported", '{"list": "berkas", "rows": 2}')
    assert left_in(tmp_path / "data") == []
    assert len(await whole(taken)) == taken.size


@on_sqlite
@pytest.mark.parametrize("form", Form)
async def test_a_list_comes_in_pages_to_its_end(supervisor: Actor, tmp_path: Path, form: Form) -> None:
    """And no further than the most lines, which is said in the file."""

    async def ask(after: int) -> tuple[list[int], int]:
        page = list(range(after, after + 3))
        return page, (after + 3 if after < 9 else 0)

    def lines(one: int) -> list[Row]:
        return [(str(one), "", one, None, None)]

    found = await read(form, exports.page_by_page(ask, 0, lines), supervisor, tmp_path)
    assert [line[0] for line in found] == ["Nomor", *map(str, range(12))]


@on_sqlite
async def test_a_list_too_long_says_so(
    supervisor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 4)
    rows = [(str(at), "", at, None, None) for at in range(9)]
    found = await read(Form.XLSX, rows, supervisor, tmp_path)
    assert [line[0] for line in found[1:5]] == ["0", "1", "2", "3"]
    assert "Persempit" in str(found[5][0])
    assert len(found) == 6


def test_a_killed_process_leaves_nothing_for_long(tmp_path: Path) -> None:
    """What it was making is removed when the service starts again."""
    half = tmp_path / "unduhan" / "tmp1" / "daftar"
    half.parent.mkdir(parents=True)
    half.write_text("KRN-1")
    exports.clear(tmp_path)
    assert left_in(tmp_path) == []
