"""The drawing of a list: letterhead, title, lines above, a table over its pages, lines and names below."""

from components.papers.f102 import PAPERS, Paper
from components.papers.listing import Listing
from components.papers.pdf import Fitted, Sheet

_SIDE, _TOP, _FOOT = 15.0, 14.0, 14.0
_PAD = 1.2
_CELL = 8.5
_TEXT = 10.0
_SIGNING = 24.0


def pdf(listing: Listing, paper: Paper = "A4") -> bytes:
    """The list as a PDF. The head of the table is repeated on each page; a row is never torn in two."""
    return _Drawing(listing, PAPERS[paper]).whole()


class _Drawing:
    """Where the pen is while the list is drawn, from top to bottom."""

    def __init__(self, listing: Listing, size: tuple[float, float]) -> None:
        self.listing, self.size = listing, size
        self.sheet = Sheet(listing.title)
        self.width = size[0] - 2 * _SIDE
        shares = sum(column.share for column in listing.columns)
        self.widths = [column.share / shares * self.width for column in listing.columns]
        self.pages = 0
        self.y = 0.0

    def whole(self) -> bytes:
        self._page()
        self._heading()
        self._table()
        self._lines(self.listing.below)
        self._signatures()
        return self.sheet.finish()

    def _page(self) -> None:
        self.sheet.add_page(format=self.size)
        self.pages += 1
        self.y = _TOP
        words = f"{self.listing.title}, halaman {self.pages}"
        self.sheet.write_line(_SIDE, self.size[1] - _FOOT + 4, self.width, words, 8, align="R")

    def _room(self, height: float) -> bool:
        """Whether so much still fits on this page; if not, a new one is begun."""
        if self.y + height <= self.size[1] - _FOOT:
            return True
        self._page()
        return False

    def _heading(self) -> None:
        sheet = self.sheet
        sheet.write_line(_SIDE, self.y, self.width, self.listing.head.office, 12, True, "C")
        if self.listing.head.contact:
            sheet.write_line(_SIDE, self.y + 6, self.width, self.listing.head.contact, 9, align="C")
        sheet.set_line_width(0.6)
        sheet.line(_SIDE, self.y + 12, _SIDE + self.width, self.y + 12)
        title = sheet.fit(self.listing.title, self.width, 2, (10, 13), True)
        sheet.write_lines(_SIDE, self.y + 16, self.width, title, True, "C")
        self.y += 16 + title.height + 3
        self._lines(self.listing.above)

    def _lines(self, lines: tuple[str, ...]) -> None:
        for line in lines:
            text = self.sheet.fit(line, self.width, 8, (_TEXT, _TEXT))
            self._room(text.height)
            self.sheet.write_lines(_SIDE, self.y, self.width, text)
            self.y += text.height + 1
        self.y += 2

    def _table(self) -> None:
        if not self.listing.rows:
            self._lines((self.listing.empty,))
            return
        self._row(tuple(column.head for column in self.listing.columns), head=True)
        for row in self.listing.rows:
            texts = self._fitted(row)
            if not self._room(self._height(texts)):
                self._row(tuple(column.head for column in self.listing.columns), head=True)
            self._draw(texts)
        self.y += 4

    def _row(self, cells: tuple[str, ...], head: bool = False) -> None:
        texts = self._fitted(cells, head)
        self._room(self._height(texts) * 2)
        self._draw(texts, head)

    def _fitted(self, cells: tuple[str, ...], bold: bool = False) -> list[Fitted]:
        return [
            self.sheet.fit(cell, width - 2 * _PAD, 9, (7, _CELL), bold)
            for cell, width in zip(cells, self.widths, strict=True)
        ]

    def _height(self, texts: list[Fitted]) -> float:
        return max(text.height for text in texts) + 2 * _PAD

    def _draw(self, texts: list[Fitted], head: bool = False) -> None:
        height, x = self._height(texts), _SIDE
        self.sheet.set_line_width(0.5 if head else 0.2)
        for text, width, column in zip(texts, self.widths, self.listing.columns, strict=True):
            self.sheet.rect(x, self.y, width, height)
            self.sheet.write_lines(
                x + _PAD, self.y + _PAD, width - 2 * _PAD, text, head, "C" if head else column.align
            )
            x += width
        self.y += height

    def _signatures(self) -> None:
        signers = self.listing.signers
        if not signers:
            return
        self._room(_SIGNING + 14)
        share = self.width / len(signers)
        for place, (role, name) in enumerate(signers):
            x = _SIDE + place * share
            self.sheet.write_line(x, self.y, share, role, _TEXT, align="C")
            self.sheet.set_line_width(0.2)
            self.sheet.line(x + 8, self.y + _SIGNING, x + share - 8, self.y + _SIGNING)
            under = self.sheet.fit(name, share - 16, 2, (8, _TEXT), True)
            self.sheet.write_lines(x + 8, self.y + _SIGNING + 1, share - 16, under, True, "C")
        self.y += _SIGNING + 14
