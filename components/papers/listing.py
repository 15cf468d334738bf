"""A list on A4 or F4, such as a ledger or the record of what was destroyed: what stands on it."""

from dataclasses import dataclass, field

from components.papers.f102 import Paper
from components.papers.strip import Letterhead


@dataclass(frozen=True)
class Column:
    """A column of the table. share: of the width, of all shares together. align: L, C or R."""

    head: str
    share: float
    align: str = "L"


@dataclass(frozen=True)
class Listing:
    """One paper. signers: (what they are, name or "") side by side under the table."""

    head: Letterhead
    title: str
    above: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    below: tuple[str, ...] = ()
    signers: tuple[tuple[str, str], ...] = ()
    empty: str = "Tidak ada."
    wide: bool = False
    """Whether the paper lies on its long side."""


def pdf(listing: Listing, paper: Paper = "A4") -> bytes:
    """The list as a PDF. The head of the table is repeated on each page; a row is never torn in two."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers import listing_sheet

    return listing_sheet.pdf(listing, paper)
