"""The drawing of a report: letterhead, title, its parts one below the other, lines and names at the end."""

from components.papers.f102 import PAPERS, Paper
from components.papers.listing_sheet import SIDE, Drawing
from components.papers.report import Report, Section

_TITLE = 11.5
_WITH_TITLE = 22.0
"""Millimetres that a heading and the first lines below it need together."""
_ABREAST = 4
_FIGURE = (8.5, 12.0)
"""Type sizes of a figure's name and of the figure."""
_CELL = 13.0


def pdf(report: Report, paper: Paper = "A4") -> bytes:
    """The report as a PDF on this paper."""
    drawing = _Drawing(report.title, PAPERS[paper])
    drawing.heading(report.head, report.title, report.above)
    for section in report.sections:
        drawing.section(section)
    drawing.lines(report.below)
    drawing.signatures(report.signers)
    return drawing.sheet.finish()


class _Drawing(Drawing):
    """A drawing that knows parts."""

    def section(self, section: Section) -> None:
        self.room(_WITH_TITLE)
        self.y += 1.5
        title = self.sheet.fit(section.title, self.width, 2, (_TITLE, _TITLE), True)
        self.sheet.write_lines(SIDE, self.y, self.width, title, True)
        self.y += title.height + 1
        self.sheet.set_line_width(0.4)
        self.sheet.line(SIDE, self.y, SIDE + self.width, self.y)
        self.y += 1.5
        self._figures(section.figures)
        if section.lines:
            self.lines(section.lines)
        if section.columns:
            self.table(section.columns, section.rows, section.empty)
        if section.text:
            self.lines(tuple(section.text.splitlines()))

    def _figures(self, figures: tuple[tuple[str, str], ...]) -> None:
        """Some abreast, each number below its name."""
        share = self.width / _ABREAST
        for first in range(0, len(figures), _ABREAST):
            self.room(_CELL)
            for place, (name, value) in enumerate(figures[first : first + _ABREAST]):
                x = SIDE + place * share
                words = self.sheet.fit(name, share - 2, 1, (6, _FIGURE[0]))
                self.sheet.write_lines(x, self.y, share - 2, words)
                number = self.sheet.fit(value, share - 2, 1, (8, _FIGURE[1]), True)
                self.sheet.write_lines(x, self.y + 4.2, share - 2, number, True)
            self.y += _CELL
