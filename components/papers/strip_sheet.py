"""Slips and receipts drawn on A6 or on a roll of 80 mm. Sizes in mm, type sizes in points."""

from collections.abc import Callable
from dataclasses import dataclass

from components.papers.pdf import Fitted, Sheet
from components.papers.qr import WIDTH_MM
from components.papers.strip import Block, Code, Facts, Points, Signatures, Strip, Style, Text, Width

_STYLES: dict[Style, tuple[float, bool]] = {
    "brand": (11, True),
    "small": (9, False),
    "title": (13, True),
    "queue": (38, True),
    "number": (24, True),
    "day": (14, True),
    "text": (11, False),
    "strong": (11, True),
    "box": (11, True),
}
_SHRUNK = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)
"""How far type may shrink to keep a paper on one A6 page. The QR code never shrinks."""

A6 = (105.0, 148.0)
ROLL = 80.0
_TEETH = 3.0
_TOP, _FOOT = 4.0, 4.0


@dataclass(frozen=True)
class _Placed:
    """A block broken into lines: how high it is, and how to draw it with its top at y."""

    height: float
    draw: Callable[[float], None]


@dataclass(frozen=True)
class _Frame:
    """The column that blocks are set in. scale: of type sizes and gaps."""

    sheet: Sheet
    left: float
    width: float
    scale: float

    def fit(self, text: str, size: float, bold: bool = False, width: float = 0, lines: int = 4) -> Fitted:
        largest = size * self.scale
        return self.sheet.fit(text, width or self.width, lines, (min(largest, 7.0), largest), bold)

    def stack(self, texts: list[Fitted], bold: bool, align: str, pad: float = 0) -> _Placed:
        def draw(y: float) -> None:
            for text in texts:
                self.sheet.write_lines(self.left + pad, y, self.width - 2 * pad, text, bold, align)
                y += text.height

        return _Placed(sum(text.height for text in texts), draw)


def draw(strip: Strip, width: Width) -> bytes:
    """The whole paper."""
    sheet = Sheet(strip.title)
    if width == "80mm":
        placed = _place(_Frame(sheet, 6, ROLL - 12, 1.0), strip)
        return _pages(sheet, placed, (ROLL, _height(placed, 1.0)), 1.0)
    tries = ((scale, _place(_Frame(sheet, 9, A6[0] - 18, scale), strip)) for scale in _SHRUNK)
    scale, placed = next(
        (scale, placed) for scale, placed in tries if _height(placed, scale) <= A6[1] or scale == _SHRUNK[-1]
    )
    return _pages(sheet, placed, A6, scale)


def _gap(scale: float) -> float:
    return 1.9 * scale


def _height(placed: list[_Placed], scale: float) -> float:
    return _TOP + _TEETH + sum(block.height + _gap(scale) for block in placed) + _FOOT


def _pages(sheet: Sheet, placed: list[_Placed], size: tuple[float, float], scale: float) -> bytes:
    """Set the blocks one under the other; what does not fit on a page goes on to the next."""
    y = size[1]
    for block in placed:
        if y + _gap(scale) + block.height > size[1] - _FOOT + 0.01:
            sheet.add_page(format=size)
            _teeth(sheet)
            y = _TOP + _TEETH
        y += _gap(scale)
        block.draw(y)
        y += block.height
    return sheet.finish()


def _teeth(sheet: Sheet) -> None:
    """The edge of tumpal triangles that every paper of the office begins with."""
    count = round((sheet.w - 12) / 4)
    step = (sheet.w - 12) / count
    sheet.set_fill_color(0)
    for place in range(count):
        left = 6 + place * step
        tip = (left + step / 2, _TOP + _TEETH)
        sheet.polygon([(left, _TOP), (left + step, _TOP), tip], style="F")


def _place(frame: _Frame, strip: Strip) -> list[_Placed]:
    return [_block(frame, block) for block in strip.blocks]


def _block(frame: _Frame, block: Block) -> _Placed:
    if isinstance(block, Text):
        return _text(frame, block)
    if isinstance(block, Code):
        return _code(frame, block)
    if isinstance(block, Facts):
        return _facts(frame, block)
    if isinstance(block, Points):
        return _points(frame, block)
    return _signatures(frame, block)


def _text(frame: _Frame, block: Text) -> _Placed:
    size, bold = _STYLES[block.style]
    if block.style in ("queue", "number"):
        # A long number is written smaller rather than broken.
        texts = [frame.sheet.fit(line, frame.width, 1, (9, size * frame.scale), bold) for line in block.lines]
        return frame.stack(texts, bold, "C")
    if block.style != "box":
        return frame.stack([frame.fit(line, size, bold) for line in block.lines], bold, "C")
    inner = frame.stack([frame.fit(line, size, bold, frame.width - 6) for line in block.lines], bold, "C", 3)
    height = inner.height + 3

    def draw(y: float) -> None:
        frame.sheet.set_line_width(0.6)
        frame.sheet.rect(frame.left, y, frame.width, height)
        inner.draw(y + 1.5)

    return _Placed(height, draw)


def _code(frame: _Frame, block: Code) -> _Placed:
    label = frame.fit(block.label, 9)

    def draw(y: float) -> None:
        frame.sheet.code(frame.left + (frame.width - WIDTH_MM) / 2, y, WIDTH_MM, block.address)
        frame.sheet.write_lines(frame.left, y + WIDTH_MM, frame.width, label, align="C")

    return _Placed(WIDTH_MM + label.height, draw)


def _facts(frame: _Frame, block: Facts) -> _Placed:
    share = 0.34 * frame.width
    rows = [
        (frame.fit(name, 9.5, width=share - 2), frame.fit(value, 9.5, True, frame.width - share))
        for name, value in block.pairs
    ]
    heights = [max(name.height, value.height) + 0.6 for name, value in rows]

    def draw(y: float) -> None:
        for (name, value), height in zip(rows, heights, strict=True):
            frame.sheet.write_lines(frame.left, y, share - 2, name)
            frame.sheet.write_lines(frame.left + share, y, frame.width - share, value, bold=True)
            y += height

    return _Placed(sum(heights), draw)


def _points(frame: _Frame, block: Points) -> _Placed:
    indent, size = 5.0, 3.2
    width = frame.width - indent
    rows = [
        (frame.fit(head, 10.5, True, width), frame.fit(advice, 9.5, False, width))
        for head, advice in block.items
    ]
    heights = [head.height + advice.height + 1 for head, advice in rows]

    def draw(y: float) -> None:
        frame.sheet.set_line_width(0.3)
        for (head, advice), height in zip(rows, heights, strict=True):
            frame.sheet.rect(frame.left, y + (head.line_height - size) / 2, size, size)
            frame.sheet.write_lines(frame.left + indent, y, width, head, bold=True)
            frame.sheet.write_lines(frame.left + indent, y + head.height, width, advice)
            y += height

    return _Placed(sum(heights), draw)


def _signatures(frame: _Frame, block: Signatures) -> _Placed:
    half = frame.width / 2
    labels = [frame.fit(label, 9, width=half - 4) for label in block.labels]
    room = 11 * frame.scale
    line = max(label.height for label in labels) + room

    def draw(y: float) -> None:
        frame.sheet.set_line_width(0.2)
        for left, label in zip((frame.left, frame.left + half), labels, strict=True):
            frame.sheet.write_lines(left + 2, y, half - 4, label, align="C")
            frame.sheet.line(left + 2, y + line, left + half - 2, y + line)

    return _Placed(line + 1, draw)
