"""A village's day as a sheet of A4 for the file, black on white [P11, P12]."""

from datetime import datetime

from components import words
from components.recap import Recap

_LEFT, _TOP, _WIDTH, _FOOT = 20.0, 18.0, 170.0, 279.0
_ROW = 6.0


def pdf(recap: Recap, office: str, officer: str, now: datetime) -> bytes:
    """The recap on as many A4 pages as it needs. officer, now: who printed it, and when."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers.pdf import Sheet

    sheet = Sheet(f"Rekap {recap.day:%Y-%m-%d}")
    y = _FOOT

    def line(text: str, size: float, height: float, bold: bool = False) -> None:
        nonlocal y
        if y + height > _FOOT:
            sheet.add_page(format=(210, 297))
            y = _TOP
        sheet.write_line(_LEFT, y, _WIDTH, text, size, bold)
        y += height

    line(f"Rekap {words.tanggal(recap.day)}", 16, 9, bold=True)
    line(f"{recap.village}, {office}", 11, _ROW)
    line(f"Dicetak {officer}, {words.tanggal_jam(now)}", 9, _ROW + 2)
    for title, entries in recap.parts:
        line("", 9, 2)
        line(f"{title}: {len(entries)}", 12, _ROW + 2, bold=True)
        for entry in entries:
            name = entry.name or "Belum ada nama"
            line(f"{words.jam(entry.at)}    {entry.number}    {name}", 10, _ROW)
    line("", 9, _ROW)
    line("Nama disamarkan. Simpan di arsip desa. Layanan ini gratis, Rp0.", 9, _ROW)
    line("Petugas desa: ..............................................", 10, 12)
    return sheet.finish()
