"""The day sheet drawn on A4: a line each with name, NIK and the code that opens the case [P9]. Sizes in mm."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.papers.pdf import Sheet

SIZE = (210.0, 297.0)
SIDE, TOP, FOOT = 12.0, 12.0, 14.0
COLUMNS = (("Jam", 22.0), ("Antrean", 20.0), ("Nama dan NIK", 70.0), ("Yang diganti", 44.0), ("Kode", 30.0))
ROW = 27.0
CODE = 25.0


@dataclass(frozen=True)
class Line:
    """One case in words. nik: in groups, in full. change: what is recorded, and the state, a line each."""

    time: str
    queue: str
    name: str
    nik: str = field(repr=False)
    change: tuple[str, str]
    number: str
    address: str = field(repr=False)


def pdf(title: str, made: str, lines: Sequence[Line], head: str = "") -> bytes:
    """The whole sheet, as many pages as it takes; each says what it is, its number, and the head of the history."""
    sheet = Sheet(title)
    room = int((SIZE[1] - TOP - FOOT - 22) // ROW)
    pages = [lines[at : at + room] for at in range(0, len(lines), room)] or [()]
    for count, some in enumerate(pages, start=1):
        sheet.add_page(format=SIZE)
        y = _head(sheet, title, made)
        for line in some:
            _line(sheet, y, line)
            y += ROW
        foot = f"Halaman {count} dari {len(pages)}. Memuat NIK lengkap: hancurkan setelah dipakai."
        sheet.write_line(SIDE, SIZE[1] - FOOT, SIZE[0] - 2 * SIDE, foot, 8)
        sheet.write_line(SIDE, SIZE[1] - FOOT + 4, SIZE[0] - 2 * SIDE, head, 8)
    return sheet.finish()


def _head(sheet: Sheet, title: str, made: str) -> float:
    width = SIZE[0] - 2 * SIDE
    sheet.write_line(SIDE, TOP, width, title, 14, True)
    sheet.write_line(SIDE, TOP + 7, width, made, 9)
    x, y = SIDE, TOP + 14
    for label, wide in COLUMNS:
        sheet.write_line(x, y, wide, label, 9, True)
        x += wide
    sheet.set_line_width(0.4)
    sheet.line(SIDE, y + 6, SIZE[0] - SIDE, y + 6)
    return y + 6


def _line(sheet: Sheet, y: float, line: Line) -> None:
    time, queue, who, change, code = (wide for _, wide in COLUMNS)
    x = SIDE
    sheet.write_line(x, y + 2, time, line.time, 11)
    x += time
    sheet.write_line(x, y + 2, queue, line.queue, 13, True)
    x += queue
    name = sheet.fit(line.name, who - 3, 2, (8, 11), True)
    sheet.write_lines(x, y + 2, who - 3, name, True)
    sheet.write_line(x, y + 3 + name.height, who - 3, line.nik, 12)
    x += who
    for count, words in enumerate(line.change):
        sheet.write_line(x, y + 2 + 5 * count, change, words, 10)
    sheet.write_line(x, y + 17, change, line.number, 10, True)
    sheet.code(x + change + code - CODE, y + 1, CODE, line.address)
    sheet.set_line_width(0.2)
    sheet.line(SIDE, y + ROW, SIZE[0] - SIDE, y + ROW)
