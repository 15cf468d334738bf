"""How the poster is drawn: in millimetres of an A4 page, and larger by one factor on A3."""

from components.papers.pdf import MM_PER_POINT, Sheet
from components.papers.poster import SIZES, Poster

_SIDE, _TOP = 16.0, 14.0
_WIDTH = SIZES["A4"][0] - 2 * _SIDE
_LABEL, _NUMBER = 82.0, 16.0
_BAR = _WIDTH - _LABEL - _NUMBER
_MOST = 4.0


def draw(poster: Poster, size: tuple[float, float]) -> bytes:
    """The finished file of one page of this size in mm."""
    return _Drawing(poster, size).whole()


class _Drawing:
    """Where the pen is while the poster is drawn, from top to bottom; lengths as on A4."""

    def __init__(self, poster: Poster, size: tuple[float, float]) -> None:
        self.poster, self.size = poster, size
        self.scale = size[0] / SIZES["A4"][0]
        self.sheet = Sheet(f"{poster.TITLE}, {poster.semester}")
        self.y = _TOP

    def whole(self) -> bytes:
        self.sheet.add_page(format=self.size)
        self._heading()
        self._index()
        self._pairs(self.poster.facts)
        self._pairs(self.poster.groups)
        self._bars()
        for line in self.poster.plan:
            self._text(line, 12, lines=4)
        self.y = max(self.y + 4, SIZES["A4"][1] - 24)
        self._text(self.poster.thanks, 12, bold=True, align="C")
        return self.sheet.finish()

    def _heading(self) -> None:
        self._text(self.poster.head.office, 14, bold=True, align="C")
        self._text(self.poster.head.contact, 9, align="C")
        self._rule(0.8)
        self._text(self.poster.TITLE.upper(), 19, bold=True, align="C")
        self._text(self.poster.semester, 15, bold=True, align="C")

    def _index(self) -> None:
        self.y += 1
        self._text("Nilai IKM", 12, align="C")
        self._text(self.poster.value, 76, bold=True, align="C")
        self._text(self.poster.grade, 20, bold=True, align="C")
        self._rule(0.8)

    def _pairs(self, pairs: tuple[tuple[str, str], ...]) -> None:
        for name, value in pairs:
            top = self.y
            self._text(name, 12, width=48)
            self.y = top
            self._text(value, 12, bold=True, x=_SIDE + 48, width=_WIDTH - 48, lines=2)
        self._rule(0.3)

    def _bars(self) -> None:
        for bar in self.poster.bars:
            top = self.y
            self._text(bar.words, 11, width=_LABEL - 2)
            self._bar(top + 0.3, bar.mean, bar.lowest)
            self.y = top
            self._text(bar.shown, 11, bold=True, x=_SIDE + _LABEL + _BAR, width=_NUMBER, align="R")
            if bar.lowest:
                self.y = top + 0.8
                self._text("terendah", 9, bold=True, x=_SIDE + _LABEL + 2, width=_BAR / 3)
            self.y = top + 8.2
        self._rule(0.3)

    def _bar(self, y: float, mean: float, lowest: bool) -> None:
        """From 0 to 4; the lowest is drawn hollow with a thick edge, so that it is found without colour."""
        sheet, k = self.sheet, self.scale
        x, height = (_SIDE + _LABEL) * k, 5.2 * k
        sheet.set_line_width(0.15 * k)
        sheet.rect(x, y * k, _BAR * k, height)
        sheet.set_line_width((0.7 if lowest else 0.15) * k)
        sheet.set_fill_color(70)
        sheet.rect(x, y * k, _BAR * mean / _MOST * k, height, style="D" if lowest else "DF")

    def _rule(self, width: float) -> None:
        self.sheet.set_line_width(width * self.scale)
        y = (self.y + 2) * self.scale
        self.sheet.line(_SIDE * self.scale, y, (_SIDE + _WIDTH) * self.scale, y)
        self.y += 4.5

    def _text(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: str = "L",
        x: float = _SIDE,
        width: float = _WIDTH,
        lines: int = 1,
    ) -> None:
        """So many lines at most of this size in points, smaller where they do not fit."""
        if not text:
            return
        k = self.scale
        fitted = self.sheet.fit(text, width * k, lines, (size * 0.6 * k, size * k), bold)
        self.sheet.write_lines(x * k, self.y * k, width * k, fitted, bold, align)
        self.y += fitted.height / k + size * MM_PER_POINT * 0.12
