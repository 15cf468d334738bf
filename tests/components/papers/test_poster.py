"""The poster on A4 and A3: all that belongs on it, on one page, and the bars as long as their numbers say [E2]."""

from dataclasses import replace

import pytest

from components.papers import poster
from components.papers.poster import SIZES, Bar, Poster, Size
from components.papers.strip import Letterhead
from tests.components.papers import paper as look

POSTER = Poster(
    head=Letterhead("Loket Krian", "Kecamatan Krian, Kabupaten Sidoarjo", "Jl. Gubernur Soenandar"),
    semester="Semester I Tahun 2026",
    value="81,94",
    grade="Mutu pelayanan B: Baik",
    facts=(("Layanan", "Penerbitan KTP-el karena perubahan biometrik (foto atau tanda tangan)"),
           ("Responden", "57 orang dari target 278")),
    groups=(("Jenis kelamin", "Perempuan 30, Laki-laki 27"),
            ("Pendidikan", "SD ke bawah 9, SMP 12, SMA 24, S1 12, kelompok kecil tidak ditampilkan")),
    bars=tuple(Bar(f"U{n} Penanganan pengaduan, saran, dan masukan", 2 + n / 6, f"{2 + n / 6:.2f}", n == 1)
               for n in range(1, 10)),
    plan=("Unsur terendah: U1 Persyaratan", "Tindak lanjut: " + "kotak saran dibuka tiap Jumat, " * 8),
    thanks="Terima kasih atas penilaian Anda. Masukan Anda memperbaiki layanan kami.",
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_all_is_on_one_page(size: Size) -> None:
    content = poster.pdf(POSTER, size)
    assert look.page_count(content) == 1
    assert look.size_of(content) == SIZES[size]
    wanted = ("INDEKS KEPUASAN MASYARAKAT (IKM)", "81,94", "Semester I Tahun 2026", "57 orang dari target 278",
              "Perempuan 30", "terendah", "Unsur terendah", "Terima kasih")  # fmt: skip
    assert look.holds_all(look.text_of(content), wanted) == []
    found = look.pieces(content)
    assert all(one.left > 0 and one.right < SIZES[size][0] and one.bottom < SIZES[size][1] for one in found)


def test_a_longer_bar_for_a_higher_mean() -> None:
    """What differs between two papers with another mean lies in the bars alone."""
    higher = replace(POSTER, bars=(*POSTER.bars[:8], replace(POSTER.bars[8], mean=4.0)))
    box = look.difference(poster.pdf(POSTER), poster.pdf(higher))
    assert box is not None
    assert box[0] > 90
