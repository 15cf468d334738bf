"""A report of several parts on A4 or F4, such as the pack of a meeting: what stands on it, in words."""

from dataclasses import dataclass, field

from components.papers.f102 import Paper
from components.papers.listing import Column
from components.papers.strip import Letterhead


@dataclass(frozen=True)
class Section:
    """One part: figures (name, value), then lines, then a table. empty: what stands in place of a table without rows.

    text: longer writing, its lines kept; it comes last.
    """

    title: str
    figures: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    empty: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Report:
    """One paper. signers: (what they are, name or "") side by side at the end."""

    head: Letterhead
    title: str
    above: tuple[str, ...]
    sections: tuple[Section, ...]
    below: tuple[str, ...] = ()
    signers: tuple[tuple[str, str], ...] = ()


def pdf(report: Report, paper: Paper = "A4") -> bytes:
    """The report as a PDF. The head of a table is repeated on each page; no row and no heading is torn off."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers import report_sheet

    return report_sheet.pdf(report, paper)
