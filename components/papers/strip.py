"""What slips and receipts share: a narrow paper (A6, or a roll of 80 mm) as a list of blocks.

A paper says its content once, as blocks; the PDF and the page are both drawn from them, so that they cannot differ.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

Width = Literal["A6", "80mm"]

FREE = "GRATIS, Rp0. Jangan beri uang."
REPORT = ("Ada yang meminta uang?", "Laporkan ke lapor.go.id atau SMS 1708.")

Style = Literal["brand", "small", "title", "queue", "number", "day", "text", "strong", "box"]


@dataclass(frozen=True)
class Letterhead:
    """Who issues the paper. contact: a line such as "WA 0857-3634-9953", or "" for none.

    report: the page of ours where a levy is reported, without "https://"; or "" for none.
    """

    brand: str
    office: str
    contact: str = ""
    report: str = ""


@dataclass(frozen=True)
class Text:
    """Centred lines in one style."""

    kind: ClassVar[str] = "text"
    style: Style
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """A QR code. label: where it leads, in words."""

    kind: ClassVar[str] = "code"
    address: str = field(repr=False)
    label: str


@dataclass(frozen=True)
class Facts:
    """Names and values, a line each."""

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True)
class Points:
    """A list; each point has a heading and what to do about it."""

    kind: ClassVar[str] = "points"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Signatures:
    """Two places to sign side by side, with their labels."""

    kind: ClassVar[str] = "signatures"
    labels: tuple[str, str]


Block = Text | Code | Facts | Points | Signatures


@dataclass(frozen=True)
class Strip:
    """One paper. title names it in the reader's window: no name and no PIN in it."""

    title: str
    blocks: tuple[Block, ...] = field(repr=False)


def text(style: Style, *lines: str) -> tuple[Text, ...]:
    """One block of the lines that are not empty; nothing when all are."""
    kept = tuple(line for line in lines if line)
    return (Text(style, kept),) if kept else ()


def heading(head: Letterhead, title: str) -> tuple[Block, ...]:
    """Who issues the paper, and what it is."""
    return (*text("brand", head.brand), *text("small", head.office), *text("title", title))


def closing(head: Letterhead, question: str) -> tuple[Block, ...]:
    """Every paper ends so: it costs nothing, where to report who asks for money [F1, S2], whom to ask."""
    contact = f"{question} {head.contact}" if head.contact else ""
    ours = f"atau tanpa nama: {head.report}" if head.report else ""
    return (*text("box", FREE), *text("small", *REPORT, ours, contact))


def pdf(strip: Strip, width: Width = "A6") -> bytes:
    """The paper as a PDF: A6 pages (as a rule one), or one page of 80 mm as long as it needs to be."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers import strip_sheet

    return strip_sheet.draw(strip, width)
