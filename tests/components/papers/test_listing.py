"""Lists over several pages: nothing lost, the head of the table on each page, names under the last one [M2]."""

import pypdfium2
import pytest

from components.papers import listing
from components.papers.f102 import PAPERS, Paper
from components.papers.listing import Column, Listing
from components.papers.strip import Letterhead
from tests.components.papers import paper as look

LONG = "Patah saat dikeluarkan dari dos, dan tintanya luntur di separuh kartu sehingga tidak bisa dibaca lagi"


def a_list(rows: int) -> Listing:
    return Listing(
        head=Letterhead("Loket Krian", "Kecamatan Krian, Kabupaten Sidoarjo"),
        title="Buku blangko KTP-el",
        above=("Masa: November 2026.",),
        columns=(Column("Nomor seri", 2), Column("Keping", 1, "R"), Column("Sebab", 3)),
        rows=tuple((f"AB-{place:04d}", "1", LONG if place % 5 == 0 else "luntur") for place in range(rows)),
        below=("Jumlah keping.",),
        signers=(("Petugas pertama", "Rini Loket"), ("Saksi kedua", "Dewi Operator")),
    )


@pytest.mark.parametrize("size", PAPERS)
def test_a_long_list_goes_on_over_pages(size: Paper) -> None:
    content = listing.pdf(a_list(150), size)
    assert look.size_of(content) == PAPERS[size]
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    assert len(pages) > 2
    assert all(page.count("Nomor seri") == 1 for page in pages[:-1])
    said = " ".join(pages)
    assert all(said.count(f"AB-{place:04d}") == 1 for place in range(150))
    assert "Rini Loket" in pages[-1]
    assert "Jumlah keping." in pages[-1]


@pytest.mark.parametrize("rows", range(20, 44, 3))
def test_names_are_never_below_the_paper(rows: int) -> None:
    """Wherever the table ends, the lines to sign on stay above the foot of their page."""
    content = listing.pdf(a_list(rows))
    document = pypdfium2.PdfDocument(content)
    page = document[len(document) - 1]
    text = page.get_textpage()
    name = text.search("Dewi Operator").get_next()
    assert name is not None
    assert text.get_charbox(name[0])[1] > 14 / look.POINT - 1


def test_an_empty_list_says_so() -> None:
    assert "Tidak ada." in look.text_of(listing.pdf(a_list(0)))
