"""Form F-1.02 drawn on one page, in mm. Sizes are for A4; a taller page spreads its extra height."""

from collections.abc import Sequence

from components.papers.f102 import DIGITS, F102, Group
from components.papers.pdf import Fitted, Sheet

SIDE = 15.0
CODE = 8.0
SHARES = (49.0, 46.0, 42.0, 43.0)
"""Widths of the four groups, code column included, of 180 mm; wider pages stretch them."""

_GRID_SIZES = (6.0, 8.0)
_HAND = "Huruf yang tidak bisa dicetak diganti garis bawah (_). Lengkapi dengan tulisan tangan."


def draw(form: F102, size: tuple[float, float]) -> bytes:
    """The whole form on a page of (width, height) mm."""
    width, height = size
    sheet = Sheet(" ".join(filter(None, (form.template.code, form.number))))
    sheet.add_page(format=(width, height))
    spare = height - 297
    y = _head(sheet, form, 11)
    y = _person(sheet, form, y)
    y = _grid(sheet, form, y, 6.0 + spare * 0.55 / (form.template.row_count + 1))
    y = _attachments(sheet, form, y, 5.5 + spare * 0.2 / len(form.template.attachments))
    _signatures(sheet, form, y, 22 + spare * 0.2)
    _foot(sheet, form)
    return sheet.finish()


def _head(sheet: Sheet, form: F102, y: float) -> float:
    box = 30.0
    sheet.set_line_width(0.4)
    sheet.rect(sheet.w - SIDE - box, y, box, 8)
    sheet.write_line(sheet.w - SIDE - box, y + 1.2, box, form.template.code, 13, True, "C")
    sheet.write_line(SIDE, y + 12, sheet.w - 2 * SIDE, form.template.title, 12, True, "C")
    return y + 20


def _section(sheet: Sheet, y: float, text: str) -> float:
    sheet.write_line(SIDE, y, sheet.w - 2 * SIDE, text, 10, True)
    return y + 6


def _person(sheet: Sheet, form: F102, y: float) -> float:
    y = _section(sheet, y, form.template.sections[0])
    left = SIDE + 58
    width = sheet.w - SIDE - left
    name_label, *digit_labels = form.template.fields
    sheet.write_line(SIDE + 3, y + 1.4, 54, name_label, 9)
    sheet.set_line_width(0.25)
    sheet.rect(left, y, width, 12.5)
    name = sheet.fit(form.name, width - 4, 2, (6, 11), bold=True)
    sheet.write_lines(left + 2, y + (12.5 - name.height) / 2, width - 4, name, bold=True)
    y += 14.5
    for label, digits in zip(digit_labels, (form.nik, form.kk_number), strict=True):
        sheet.write_line(SIDE + 3, y + 1.4, 54, label, 9)
        sheet.digits(left, y, digits, DIGITS, (7.2, 7))
        y += 8.5
    return y + 1.5


def _row_heights(sheet: Sheet, groups: Sequence[Group], widths: Sequence[float], least: float) -> list[float]:
    """Each row, the heading first, is as high as its tallest label asks for."""
    heights = [least] * (1 + max(len(group.rows) for group in groups))
    for group, width in zip(groups, widths, strict=True):
        for row, (_, label, bold, _) in enumerate(_lines(group)):
            heights[row] = max(heights[row], _label(sheet, label, width, bold).height + 1.4)
    return heights


def _label(sheet: Sheet, text: str, group_width: float, bold: bool) -> Fitted:
    return sheet.fit(text, group_width - CODE - 3, 2, _GRID_SIZES, bold)


def _lines(group: Group, chosen: frozenset[str] = frozenset()) -> list[tuple[str, str, bool, bool]]:
    """Code, label, whether bold and whether chosen, of the heading and of every row of the group."""
    rows = [
        (item.code, item.label, item.lettered, item.key in chosen) if item else ("", "", False, False)
        for item in group.rows
    ]
    return [(group.numeral, group.title, True, False), *rows]


def _grid(sheet: Sheet, form: F102, y: float, least: float) -> float:
    y = _section(sheet, y, form.template.sections[1])
    stretch = (sheet.w - 2 * SIDE) / sum(SHARES)
    widths = [share * stretch for share in SHARES]
    heights = _row_heights(sheet, form.template.groups, widths, least)
    x = SIDE
    for group, width in zip(form.template.groups, widths, strict=True):
        top = y
        for height, line in zip(heights, _lines(group, form.items), strict=False):
            _cells(sheet, (x, top, width, height), line)
            top += height
        if group.note:
            _cells(sheet, (x, top, width, y + sum(heights) - top), ("", "", False, False))
            _note(sheet, x + CODE + 1.5, top + 1.5, width - CODE - 2, group.note)
        x += width
    sheet.set_line_width(0.5)
    sheet.rect(SIDE, y, sum(widths), sum(heights))
    return y + sum(heights) + 4


def _cells(sheet: Sheet, place: tuple[float, float, float, float], line: tuple[str, str, bool, bool]) -> None:
    """A code cell and the label cell beside it; the code of what is applied for gets a ring."""
    x, y, width, height = place
    code, label, bold, chosen = line
    sheet.set_line_width(0.2)
    sheet.rect(x, y, CODE, height)
    sheet.rect(x + CODE, y, width - CODE, height)
    letter = sheet.fit(code, CODE, 1, (8, 8), bold or chosen)
    sheet.write_lines(x, y + (height - letter.height) / 2, CODE, letter, bold or chosen, "C")
    text = _label(sheet, label, width, bold)
    sheet.write_lines(x + CODE + 1.5, y + (height - text.height) / 2, width - CODE - 3, text, bold)
    if chosen:
        sheet.ring(x + CODE / 2, y + height / 2, 2.6)


def _note(sheet: Sheet, x: float, y: float, width: float, lines: Sequence[str]) -> None:
    for line in lines:
        text = sheet.fit(line, width, 2, (7.5, 7.5))
        sheet.write_lines(x, y, width, text)
        y += text.height + 0.8


def _attachments(sheet: Sheet, form: F102, y: float, least: float) -> float:
    y = _section(sheet, y, form.template.sections[2])
    half = (sheet.w - 2 * SIDE) / 2
    columns = ((SIDE + 3, half - 16), (SIDE + half - 8, half - 2))
    for pair in form.template.attachments:
        labels = [
            sheet.fit(circle.label, width, 2, (7, 8))
            for circle, (_, width) in zip(pair, columns, strict=True)
        ]
        height = max(least, *(label.height + 1 for label in labels))
        for circle, label, (x, width) in zip(pair, labels, columns, strict=True):
            sheet.checkbox(x + 1.8, y + height / 2, 1.8, circle.key in form.attachments)
            sheet.write_lines(x + 6.5, y + (height - label.height) / 2, width, label)
        y += height
    return y + 3


def _signatures(sheet: Sheet, form: F102, y: float, space: float) -> None:
    """Petugas on the left with dots for a name, pemohon on the right; between label and name room for ink."""
    width = 76.0
    right = sheet.w - SIDE - width
    sheet.write_line(right, y, width, form.place_and_date, 9, align="C")
    officer, applicant = form.template.signatures
    sheet.write_line(SIDE, y + 5, width, officer, 9, align="C")
    sheet.write_line(right, y + 5, width, applicant, 9, align="C")
    below = y + 9 + space
    sheet.write_line(SIDE, below, width, "( " + "." * 46 + " )", 9, align="C")
    name = sheet.fit(f"( {form.name} )" if form.name else "( " + "." * 46 + " )", width, 2, (6, 9), bold=True)
    sheet.write_lines(right, below, width, name, bold=bool(form.name), align="C")


def _foot(sheet: Sheet, form: F102) -> None:
    left, right = form.foot
    y, width = sheet.h - 10, sheet.w - 2 * SIDE
    if not sheet.can_print(form.name):
        sheet.write_line(SIDE, y - 4.5, width, _HAND, 7.5, True)
    sheet.write_line(SIDE, y, width, left, 7.5)
    sheet.write_line(SIDE, y, width, right, 7.5, align="R")
