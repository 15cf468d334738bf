"""How the blank questionnaire is drawn: boxes to cross, each answer with the number that is typed in later."""

from components.papers.f102 import PAPERS
from components.papers.pdf import Sheet
from components.papers.questionnaire import Questionnaire

_SIDE, _TOP = 16.0, 12.0
_BOX = 3.6
_LINES = 3
"""Ruled lines for suggestions."""


def draw(sheet: Questionnaire) -> bytes:
    """The finished file."""
    return _Drawing(sheet).whole()


class _Drawing:
    """Where the pen is, from top to bottom, in mm."""

    def __init__(self, content: Questionnaire) -> None:
        self.content, self.sheet, self.y = content, Sheet(content.TITLE), _TOP
        self.size = PAPERS["A4"]
        self.width = self.size[0] - 2 * _SIDE

    def whole(self) -> bytes:
        self.sheet.add_page(format=self.size)
        self._heading()
        for label, choices in self.content.about:
            self._text(label, 9, bold=True)
            self._choices(choices, min(len(choices), 6))
        self._rule()
        for place, (words, question, answers) in enumerate(self.content.questions, 1):
            self._text(f"{place}. {words}", 9.5, bold=True)
            self._text(question, 9, lines=2)
            self._choices(tuple(f"{value} {answer}" for value, answer in enumerate(answers, 1)), 4)
        self._rule()
        self._text("Saran (boleh kosong, tanpa nama atau NIK)", 9.5, bold=True)
        for _ in range(_LINES):
            self.y += 7.5
            self._line(0.2)
        return self.sheet.finish()

    def _heading(self) -> None:
        self._text(self.content.head.office, 11, bold=True)
        self._text(self.content.TITLE, 14, bold=True)
        self._text(
            "Silangi satu kotak untuk tiap pertanyaan. Tidak perlu menulis nama. "
            "Yang tidak ingin dijawab boleh dikosongkan.",
            9,
            lines=2,
        )
        self.y += 1.5
        self._text("Nomor permohonan: ____________________      Tanggal diisi: ____ / ____ / ________", 10)
        self._text("Nomor hanya agar satu permohonan dihitung sekali; tidak ikut dalam jawaban.", 8)
        self._rule()

    def _choices(self, choices: tuple[str, ...], abreast: int) -> None:
        share = self.width / abreast
        self.sheet.set_line_width(0.3)
        height = _BOX
        for place, words in enumerate(choices):
            x = _SIDE + place * share
            self.sheet.rect(x, self.y + 0.4, _BOX, _BOX)
            room = share - _BOX - 2.5
            fitted = self.sheet.fit(words, room, 2, (7.5, 9))
            self.sheet.write_lines(x + _BOX + 1.2, self.y + 0.3, room, fitted)
            height = max(height, fitted.height)
        self.y += height + 2.2

    def _text(self, text: str, size: float, *, bold: bool = False, lines: int = 1) -> None:
        fitted = self.sheet.fit(text, self.width, lines, (size * 0.8, size), bold)
        self.sheet.write_lines(_SIDE, self.y, self.width, fitted, bold)
        self.y += fitted.height + 0.5

    def _rule(self) -> None:
        self.y += 0.8
        self._line(0.4)
        self.y += 2

    def _line(self, width: float) -> None:
        self.sheet.set_line_width(width)
        self.sheet.line(_SIDE, self.y, _SIDE + self.width, self.y)
