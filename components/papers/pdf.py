"""What all printed sheets share: black on white, a font that knows every Latin letter, tick marks.

Sizes are millimetres from the top left corner; type sizes are points. A sheet reads no clock: the same
content gives the same bytes, and the date on a paper is the date its caller put there.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from components.papers import qr

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
FAMILY = "noto"
MM_PER_POINT = 25.4 / 72
LINE = 1.22
"""Height of a line of text as a multiple of its type size."""

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Fitted:
    """Text broken into lines at the type size (points) at which it fits."""

    size: float
    lines: tuple[str, ...]

    @property
    def line_height(self) -> float:
        """Height of one line in mm."""
        return self.size * MM_PER_POINT * LINE

    @property
    def height(self) -> float:
        """Height of all lines in mm."""
        return len(self.lines) * self.line_height


class Sheet(FPDF):
    """A sheet without pages yet: add_page(format=(width, height)), draw, finish().

    The title shows in the reader's window: no name, no NIK in it.
    """

    def __init__(self, title: str) -> None:
        super().__init__(unit="mm")
        self.set_creation_date(_UNDATED)
        self.set_title(title)
        self.set_lang("id-ID")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.add_font(FAMILY, "", FONTS / "noto-sans-regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "noto-sans-bold.ttf")
        self.set_font(FAMILY, "", 10)
        regular = self.fonts[FAMILY]
        assert isinstance(regular, TTFFont)  # noqa: S101  add_font() of a .ttf file makes nothing else
        self.letters = frozenset(regular.cmap)

    def printable(self, text: str) -> str:
        """The text with "_" for every letter the font lacks: a blank to fill by hand, no other letter."""
        return "".join(char if ord(char) in self.letters else "_" for char in text)

    def can_print(self, text: str) -> bool:
        """Whether every letter of the text can be printed."""
        return self.letters.issuperset(map(ord, text))

    def fit(
        self, text: str, width: float, lines: int, sizes: tuple[float, float], bold: bool = False
    ) -> Fitted:
        """Break the text into at most so many lines of this width, at the largest of (smallest, largest).

        Words longer than a line are cut. What does not fit even at the smallest size gets the lines it needs.
        """
        smallest, size = sizes
        while True:
            broken = self._broken(self.printable(text), width, size, bold)
            if len(broken) <= lines or size <= smallest:
                return Fitted(size, broken)
            size = max(smallest, size - 0.5)

    def _broken(self, text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:
        self.set_font(FAMILY, "B" if bold else "", size)
        lines, line = [], ""
        for word in text.split():
            candidate = f"{line} {word}" if line else word
            if self.get_string_width(candidate) <= width:
                line = candidate
                continue
            if line:
                lines.append(line)
            line = word
            while self.get_string_width(line) > width and len(line) > 1:
                cut = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or self._fits(line[:n], width))
                lines.append(line[:cut])
                line = line[cut:]
        return (*lines, line)

    def _fits(self, text: str, width: float) -> bool:
        return self.get_string_width(text) <= width

    def write_line(
        self, x: float, y: float, width: float, text: str, size: float, bold: bool = False, align: str = "L"
    ) -> None:
        """One line whose top is at y; align L, C or R within the width."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_xy(x, y)
        self.cell(
            width,
            size * MM_PER_POINT * LINE,
            self.printable(text),
            align=align,
            new_x=XPos.LEFT,
            new_y=YPos.TOP,
        )

    def write_lines(
        self, x: float, y: float, width: float, text: Fitted, bold: bool = False, align: str = "L"
    ) -> None:
        """Several lines, the first with its top at y."""
        for count, line in enumerate(text.lines):
            self.write_line(x, y + count * text.line_height, width, line, text.size, bold, align)

    def digits(self, x: float, y: float, text: str, count: int, box: tuple[float, float]) -> None:
        """A row of so many boxes of (width, height) mm, a character in each; empty beyond the text."""
        width, height = box
        self.set_line_width(0.25)
        top = y + (height - 11 * MM_PER_POINT * LINE) / 2
        for place in range(count):
            self.rect(x + place * width, y, width, height)
            self.write_line(x + place * width, top, width, text[place : place + 1], 11, True, "C")

    def ring(self, x: float, y: float, radius: float) -> None:
        """The mark of a chosen code: a thick ring round (x, y), as one draws it with a pen."""
        self.set_line_width(0.55)
        self.circle(x, y, radius)

    def checkbox(self, x: float, y: float, radius: float, checked: bool) -> None:
        """A circle round (x, y), with a thick check mark that reaches beyond it when checked."""
        self.set_line_width(0.3)
        self.circle(x, y, radius)
        if checked:
            self.set_line_width(0.7)
            corner = (x - 0.15 * radius, y + 0.6 * radius)
            self.polyline([(x - 0.75 * radius, y), corner, (x + 1.05 * radius, y - 1.15 * radius)])

    def code(self, x: float, y: float, size: float, text: str) -> None:
        """A QR code of this size in mm, quiet zone included. Raises ValueError as qr.matrix() does."""
        rows = qr.matrix(text)
        module = size / (len(rows) + 2 * qr.QUIET)
        self.set_fill_color(0)
        for row, column, length in qr.runs(rows):
            left, top = x + (column + qr.QUIET) * module, y + (row + qr.QUIET) * module
            # A hair taller than a module: readers leave white lines between bars that only touch.
            self.rect(left, top, length * module, module * 1.02, style="F")

    def finish(self) -> bytes:
        """The finished file."""
        return bytes(self.output())
