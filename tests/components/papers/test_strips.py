"""Slips and receipts: what they say, what they never say, and that they fit the paper."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from components.papers import receipt, slip, strip
from components.papers.receipt import Missing, Receipt, Receiver, ReturnSlip
from components.papers.slip import Slip, Visit
from components.papers.strip import Letterhead, Width
from tests.components.papers import paper as look

HEAD = Letterhead("Loket Krian", "Kecamatan Krian, Kabupaten Sidoarjo", "WA 0857-3634-9953")
TRACK = "https://loket.krian.example/t/kJ8sdf7sdf9sdfjk23sdf8sd"
CHECK = "https://loket.krian.example/r/7KQ2M4X9P2"
AT = datetime(2026, 2, 5, 2, 20, tzinfo=UTC)
PLACE = "Kantor Kecamatan Krian, Jl. Gubernur Soenandar Priyo Sudarmo No. 1, Krian"
LONG = "Raden Ayu Siti Nurhaliza Kusumaningtyas Wijayanti Prameswari Hadiningrat Binti Sastrowardoyo Kusumaa"

APPLICATION = Slip(HEAD, "ganti foto KTP-el", "KRN-7K4M2", "Siti Aminah", TRACK, pin="482913")
APPOINTMENT = Slip(
    HEAD,
    "ganti foto KTP-el",
    "KRN-7K4M2",
    "Siti Aminah",
    TRACK,
    visit=Visit(AT, PLACE, "B-14"),
    bring=("KTP-el lama", "KK asli"),
)
SURVEY = "loket-krian.sidoarjokab.go.id/survei"
RECEIPT = Receipt(
    HEAD, "KRN-7K4M2", AT, "Siti Aminah", Receiver.HOLDER, "Dwi Hartono", True, CHECK, survey=SURVEY
)
RETURNED = ReturnSlip(
    HEAD,
    "KRN-7K4M2",
    AT,
    "Siti Aminah",
    "Dwi Hartono",
    (
        Missing("Kartu Keluarga", "Bagian bawah terpotong. Bawa fotokopi seluruh lembar KK."),
        Missing("F-1.02", "Belum ditandatangani. Tanda tangani dengan tinta."),
    ),
    TRACK,
    fine=("KTP-el lama",),
    until=date(2026, 2, 12),
)
Paper = Slip | Receipt | ReturnSlip
PAPERS: list[Paper] = [APPLICATION, APPOINTMENT, RECEIPT, RETURNED]


def html(paper: Paper, width: str = "A6") -> str:
    template = "print/receipt.html" if isinstance(paper, Receipt) else "print/slip.html"
    return look.page(template, strip=paper.strip, width=width, pdf_url="/f.pdf", back_url="/permohonan/1")


def article(markup: str) -> str:
    """The words of the sheet itself, with ordinary hyphens."""
    sheet = markup.partition("<article")[2].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", sheet).replace("\N{NON-BREAKING HYPHEN}", "-").split())


def both(paper: Paper) -> tuple[str, str]:
    return look.text_of(strip.pdf(paper.strip)), article(html(paper))


@pytest.mark.parametrize("paper", PAPERS)
def test_page_and_pdf_say_the_same(paper: Paper) -> None:
    pdf, page = both(paper)
    assert sorted(pdf.split()) == sorted(page.split())


@pytest.mark.parametrize("paper", PAPERS)
def test_every_paper_says_that_it_is_free_and_where_to_report(paper: Paper) -> None:
    """[F1] [S2] Each paper that people carry home repeats it."""
    for text in both(paper):
        assert look.holds_all(text, [strip.FREE, *strip.REPORT, "WA 0857-3634-9953", "KRN-7K4M2"]) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_names_are_masked_and_nothing_secret_is_written_out(paper: Paper) -> None:
    for text in (*both(paper), html(paper)):
        assert "Siti A*****" in text
        assert "Aminah" not in text
        assert "/t/" not in text
        assert "/r/" not in text
    for secret in ("Aminah", "482913", TRACK, CHECK):
        assert secret not in repr(paper)
        assert secret not in repr(paper.strip)
        assert secret.encode() not in strip.pdf(paper.strip)


def test_appointment_slip_names_when_where_and_what_to_bring() -> None:
    """[P8] Queue number, date, hour, place, documents."""
    wanted = ["Jadwal ganti foto KTP-el", "B-14", "Kamis, 5 Februari 2026", "09.20 WIB", PLACE]
    wanted += ["Bawa KTP-el lama dan KK asli.", "Berhalangan? WA 0857-3634-9953"]
    for text in both(APPOINTMENT):
        assert look.holds_all(text, wanted) == []
        assert "PIN" not in text


def test_application_slip_hands_out_the_pin_once_it_is_given() -> None:
    """[P11] The village's slip carries number and PIN; a reprint has none."""
    for text in both(APPLICATION):
        assert look.holds_all(text, ["Tanda terima pengajuan", "Ganti foto KTP-el", "PIN 482913"]) == []
    for text in both(replace(APPLICATION, pin=None)):
        assert "PIN" not in text


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ["Pemilik sendiri", "Diserahkan ke petugas"]),
        (
            {"receiver": Receiver.FAMILY, "receiver_name": "Ahmad Fauzi", "relation": "suami"},
            ["Ahmad F*****, anggota keluarga dalam satu KK (suami)"],
        ),
        (
            {"receiver": Receiver.AUTHORISED, "receiver_name": "Budi Santoso"},
            ["Budi S*****, dengan surat kuasa"],
        ),
        ({"old_card_taken": False, "old_card_reason": "Hilang."}, ["Tidak ditarik. Hilang."]),
    ],
)
def test_receipt_says_who_took_the_card_and_what_became_of_the_old_one(
    changes: dict[str, Any], wanted: list[str]
) -> None:
    """[P13] [S1] To whom, when, by whom, the old card; a QR code by which anybody can check it."""
    wanted = [
        *wanted,
        "Kamis, 5 Februari 2026, 09.20 WIB",
        "Dwi Hartono",
        "Penerima",
        "memeriksa keasliannya",
    ]
    for text in both(replace(RECEIPT, **changes)):
        assert look.holds_all(text, wanted) == []
        assert "Fauzi" not in text
        assert "Santoso" not in text


def test_return_slip_lists_what_is_missing_and_what_is_fine() -> None:
    """[P2] Every document that does not fit, with what to do; what is right already; until when."""
    wanted = [f"{missing.document} {missing.advice}" for missing in RETURNED.missing]
    wanted += ["Sudah benar: KTP-el lama.", "Kembali paling lambat Kamis, 12 Februari 2026"]
    for text in both(RETURNED):
        assert look.holds_all(text, wanted) == []
    noon = replace(RETURNED, until=datetime(2026, 2, 6, 5, 0, tzinfo=UTC))
    for text in both(noon):
        assert "Jumat, 6 Februari 2026 12.00 WIB" in text
    for text in both(replace(RETURNED, until=None, fine=())):
        assert "paling lambat" not in text
        assert "Sudah benar" not in text


@pytest.mark.parametrize("paper", PAPERS)
def test_code_is_drawn_dark_and_32_mm_wide(paper: Paper) -> None:
    """The code has its full size, quiet zone included, on any width."""
    widths: tuple[Width, ...] = ("A6", "80mm")
    for width in widths:
        drawn = look.image(strip.pdf(paper.strip, width), 8)
        label = next(p for p in look.pieces(strip.pdf(paper.strip, width)) if is_label(p.text))
        middle = drawn.width // 2
        box = drawn.crop(
            (middle - 128, int((label.top - 33.5) * 8), middle + 128, int((label.top - 1.2) * 8))
        )
        inked = box.point(lambda level: 255 if level < 128 else 0).getbbox()
        assert inked is not None
        assert 24 < (inked[2] - inked[0]) / 8 < 30
        assert abs((inked[2] - inked[0]) - (inked[3] - inked[1])) <= 3


def is_label(text: str) -> bool:
    return text.startswith(("Pindai untuk", "Nomor permohonan KRN"))


@pytest.mark.parametrize("paper", PAPERS)
def test_roll_of_80_mm_is_one_page_as_long_as_needed(paper: Paper) -> None:
    data = strip.pdf(paper.strip, "80mm")
    assert look.page_count(data) == 1
    assert look.size_of(data)[0] == 80
    assert all(p.left >= 4 and p.right <= 76 and p.bottom < look.size_of(data)[1] for p in look.pieces(data))


FULL: list[Paper] = [
    replace(
        APPOINTMENT,
        name=LONG,
        service="ganti foto dan tanda tangan KTP-el",
        pin="482913",
        bring=("KTP-el lama", "KK asli", "F-1.02 yang ditandatangani"),
        advice="Datang 10 menit lebih awal.",
    ),
    replace(APPLICATION, number="KRN-7K4M2-9PQXW", name=LONG, advice="Kami periksa berkas Anda. " * 4),
    replace(
        RECEIPT,
        receiver=Receiver.FAMILY,
        receiver_name=LONG,
        officer=LONG,
        relation="anak dari saudara kandung kepala keluarga",
        old_card_taken=False,
        old_card_reason="Hilang, ada surat kehilangan dari Polsek Krian tanggal 2 Februari 2026. " * 2,
    ),
    replace(RETURNED, missing=RETURNED.missing * 2),
]


@pytest.mark.parametrize("paper", [*PAPERS, *FULL])
def test_one_a6_page_even_when_full(paper: Paper) -> None:
    data = strip.pdf(paper.strip)
    assert look.page_count(data) == 1
    assert look.size_of(data) == (105, 148)
    assert all(p.left >= 6 and p.right <= 99 and p.bottom <= 146 for p in look.pieces(data))


def test_what_cannot_fit_goes_on_to_a_second_page() -> None:
    """Nothing is cut off, however much is missing."""
    endless = replace(
        RETURNED, missing=tuple(Missing(f"Dokumen {n}", "Bawa yang asli. " * 5) for n in range(9))
    )
    data = strip.pdf(endless.strip)
    assert look.page_count(data) == 2
    assert look.holds_all(look.text_of(data), [f"Dokumen {n}" for n in range(9)] + [strip.FREE]) == []


def test_pages_are_escaped_and_without_inline_style() -> None:
    page = html(replace(RETURNED, officer="<i>Dwi</i>", missing=(Missing("<b>KK</b>", "a & b"),)))
    assert "<i>" not in page
    assert "<b>KK" not in page
    assert "style=" not in page
    assert "<script" not in page


def test_incomplete_papers_are_refused() -> None:
    with pytest.raises(ValueError, match="who took"):
        replace(RECEIPT, receiver=Receiver.FAMILY)
    with pytest.raises(ValueError, match="old card"):
        replace(RECEIPT, old_card_taken=False)
    with pytest.raises(ValueError, match="missing"):
        replace(RETURNED, missing=())


def test_both_doors_draw_the_same_paper() -> None:
    assert slip.pdf(APPOINTMENT) == strip.pdf(APPOINTMENT.strip)
    assert receipt.pdf(RECEIPT, "80mm") == strip.pdf(RECEIPT.strip, "80mm")
