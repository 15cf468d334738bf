"""The drawing of a list: letterhead, title, lines above, a table over its pages, lines and names below."""

from components.papers.f102 import PAPERS, Paper
from components.papers.listing import Column, Listing
from components.papers.pdf import Fitted, Sheet
from components.papers.strip import Letterhead

SIDE = 15.0
_TOP, _FOOT = 14.0, 14.0
_PAD = 1.2
_CELL = 8.5
_TEXT = 10.0
_SIGNING = 24.0


def pdf(listing: Listing, paper: Paper = "A4") -> bytes:
    """The list as a PDF. The head of the table is repeated on each page; a row is never torn in two."""
    width, height = PAPERS[paper]
    drawing = Drawing(listing.title, (height, width) if listing.wide else (width, height))
    drawing.heading(listing.head, listing.title, listing.above)
    drawing.table(listing.columns, listing.rows, listing.empty)
    drawing.lines(listing.below)
    drawing.signatures(listing.signers)
    return drawing.sheet.finish()


class Drawing:
    """Where the pen is while a paper of lines and tables is drawn, from top to bottom."""

    def __init__(self, title: str, size: tuple[float, float]) -> None:
        self.title, self.size = title, size
        self.sheet = Sheet(title)
        self.width = size[0] - 2 * SIDE
        self.pages = 0
        self.y = 0.0
        self._page()

    def _page(self) -> None:
        self.sheet.add_page(format=self.size)
        self.pages += 1
        self.y = _TOP
        words = f"{self.title}, halaman {self.pages}"
        self.sheet.write_line(SIDE, self.size[1] - _FOOT + 4, self.width, words, 8, align="R")

    def room(self, height: float) -> bool:
        """Whether so much still fits on this page; if not, a new one is begun."""
        if self.y + height <= self.size[1] - _FOOT:
            return True
        self._page()
        return False

    def heading(self, head: Letterhead, title: str, above: tuple[str, ...]) -> None:
        """Who issues the paper, what it is, and the lines below that."""
        sheet = self.sheet
        sheet.write_line(SIDE, self.y, self.width, head.office, 12, True, "C")
        if head.contact:
            sheet.write_line(SIDE, self.y + 6, self.width, head.contact, 9, align="C")
        sheet.set_line_width(0.6)
        sheet.line(SIDE, self.y + 12, SIDE + self.width, self.y + 12)
        fitted = sheet.fit(title, self.width, 2, (10, 13), True)
        sheet.write_lines(SIDE, self.y + 16, self.width, fitted, True, "C")
        self.y += 16 + fitted.height + 3
        self.lines(above)

    def lines(self, lines: tuple[str, ...]) -> None:
        """Text over the whole width; a line that does not fit is broken, over pages as well."""
        for line in lines:
            text = self.sheet.fit(line, self.width, 8, (_TEXT, _TEXT))
            for part in text.lines:
                self.room(text.line_height)
                self.sheet.write_line(SIDE, self.y, self.width, part, text.size)
                self.y += text.line_height
            self.y += 1
        self.y += 2

    def table(self, columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...], empty: str) -> None:
        """Over its pages. empty: what stands there without rows."""
        if not rows:
            self.lines((empty,))
            return
        self._head(columns)
        for row in rows:
            texts = self._fitted(columns, row)
            if not self.room(_height(texts)):
                self._head(columns)
            self._draw(columns, texts)
        self.y += 4

    def _head(self, columns: tuple[Column, ...]) -> None:
        texts = self._fitted(columns, tuple(column.head for column in columns), bold=True)
        self.room(_height(texts) * 2)
        self._draw(columns, texts, head=True)

    def _widths(self, columns: tuple[Column, ...]) -> list[float]:
        shares = sum(column.share for column in columns)
        return [column.share / shares * self.width for column in columns]

    def _fitted(
        self, columns: tuple[Column, ...], cells: tuple[str, ...], *, bold: bool = False
    ) -> list[Fitted]:
        return [
            self.sheet.fit(cell, width - 2 * _PAD, 9, (7, _CELL), bold)
            for cell, width in zip(cells, self._widths(columns), strict=True)
        ]

    def _draw(self, columns: tuple[Column, ...], texts: list[Fitted], *, head: bool = False) -> None:
        height, x = _height(texts), SIDE
        self.sheet.set_line_width(0.5 if head else 0.2)
        for text, width, column in zip(texts, self._widths(columns), columns, strict=True):
            self.sheet.rect(x, self.y, width, height)
            self.sheet.write_lines(
                x + _PAD, self.y + _PAD, width - 2 * _PAD, text, head, "C" if head else column.align
            )
            x += width
        self.y += height

    def signatures(self, signers: tuple[tuple[str, str], ...]) -> None:
        """Room to sign for each, side by side, never torn from one another."""
        if not signers:
            return
        self.room(_SIGNING + 14)
        share = self.width / len(signers)
        for place, (role, name) in enumerate(signers):
            x = SIDE + place * share
            self.sheet.write_line(x, self.y, share, role, _TEXT, align="C")
            self.sheet.set_line_width(0.2)
            self.sheet.line(x + 8, self.y + _SIGNING, x + share - 8, self.y + _SIGNING)
            under = self.sheet.fit(name, share - 16, 2, (8, _TEXT), True)
            self.sheet.write_lines(x + 8, self.y + _SIGNING + 1, share - 16, under, True, "C")
        self.y += _SIGNING + 14


def _height(texts: list[Fitted]) -> float:
    return max(text.height for text in texts) + 2 * _PAD
