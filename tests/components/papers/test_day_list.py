"""The day sheet as a PDF: every case on A4, with the code that opens it [P9]."""

import io

import pypdfium2

from components.papers.day_list import Line, pdf

TITLE = "Lembar harian, Senin, 23 November 2026"


def lines(count: int) -> list[Line]:
    return [
        Line(
            "09.00 WIB",
            f"B-{n}",
            "RADEN AYU SITI NURHALIZAH KUSUMANINGRUM WIDYASTUTI",
            "3515 1152 0890 0001",
            ("Foto dan tanda tangan", "Terjadwal"),
            f"KRN-7K4M{n:02}",
            f"http://127.0.0.1:8000/permohonan/KRN-7K4M{n:02}",
        )
        for n in range(1, count + 1)
    ]


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    assert {tuple(map(round, page.get_size())) for page in document} == {(595, 842)}
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return texts


def test_every_case_is_on_it_and_every_page_says_what_it_is() -> None:
    """Twenty cases fill three pages; the NIK is there in full, and that the sheet is to be destroyed."""
    texts = pages(pdf(TITLE, "Kecamatan Krian. Dibuat Rini.", lines(20)))
    assert len(texts) == 3
    for count, text in enumerate(texts, start=1):
        assert TITLE in text
        assert f"Halaman {count} dari 3. Memuat NIK lengkap: hancurkan setelah dipakai." in text
    whole = " ".join(texts)
    assert [line.number for line in lines(20) if line.number not in whole] == []
    assert whole.count("3515 1152 0890 0001") == 20


def test_a_day_without_cases_is_a_page_too() -> None:
    """So that nobody takes an empty answer for a fault."""
    assert len(pages(pdf(TITLE, "Kecamatan Krian.", []))) == 1
