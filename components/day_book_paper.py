"""The day book in words: a line on the screen, in a file for a spreadsheet, and on paper [M4]."""

from datetime import date, datetime

from components import letterhead
from components.day_book import Entry, Totals
from components.papers.listing import Column, Listing
from components.spreadsheets import Row, in_full
from components.wording import channel_word, service_word, state_word
from components.words import angka, dari_sampai, jam, tanggal_jam, tanggal_pendek

MOST_ON_PAPER = 2_000
"""Lines; more are taken along as a file."""
SHEET_HEAD = (
    *(
        "Nomor urut",
        "Masuk",
        "Nomor permohonan",
        "Nama",
        "NIK tersamar",
        "Desa/kelurahan",
        "Saluran",
        "Layanan",
    ),
    *("Keadaan", "Dicetak", "Diserahkan", "Ditutup"),
)
SHEET_HEAD_IN_FULL = in_full(SHEET_HEAD)
_COLUMNS = (
    Column("No.", 12, "R"),
    Column("Masuk", 26),
    Column("Permohonan", 26),
    Column("Nama", 52),
    Column("NIK tersamar", 34),
    Column("Desa, saluran", 40),
    Column("Layanan", 34),
    Column("Kelanjutan", 48),
)


def cells(entry: Entry) -> Row:
    """A line of the file, under SHEET_HEAD."""
    ended = entry.finished_at
    return (
        *(entry.n, entry.submitted_at, entry.number, entry.name, entry.nik, entry.village),
        *(channel_word(entry.channel), service_word(entry.service), state_word(entry.state)),
        *(entry.printed_at, ended if entry.handed_over else None, None if entry.handed_over else ended),
    )


def course(entry: Entry) -> str:
    """What became of it up to now."""
    parts = [f"Dicetak {_day(entry.printed_at)}"] if entry.printed_at else []
    state = "Diserahkan" if entry.handed_over else state_word(entry.state)
    if entry.finished_at:
        parts.append(f"{state} {_day(entry.finished_at)}")
    return "; ".join(parts) or state


def _day(at: datetime) -> str:
    return str(tanggal_pendek(at))


def summary(found: Totals) -> str:
    """What happened in the period, in a line."""
    return (
        f"Masuk {angka(found.received)}, dicetak {angka(found.printed)}, diserahkan {angka(found.handed_over)}, "
        f"ditutup tanpa KTP-el {angka(found.closed)}."
    )


def paper(entries: list[Entry], found: Totals, since: date, until: date, by: str, now: datetime) -> Listing:
    """The book of a period, to be printed and signed."""
    more = found.received - len(entries)
    rows = tuple(
        (
            *(
                angka(one.n),
                f"{tanggal_pendek(one.submitted_at)}, {jam(one.submitted_at)}",
                one.number,
                one.name,
            ),
            *(one.nik, f"{one.village or 'Tanpa desa'}, {channel_word(one.channel).lower()}"),
            *(service_word(one.service), course(one)),
        )
        for one in entries
    )
    return Listing(
        head=letterhead.of_office(),
        title="Buku harian pelayanan KTP-el",
        above=(f"Masa: {dari_sampai(since, until)}. {summary(found)}",),
        columns=_COLUMNS,
        rows=rows,
        below=(
            *((f"{angka(more)} baris lagi tidak dicetak. Unduh sebagai Excel.",) if more > 0 else ()),
            f"Dicetak {by}, {tanggal_jam(now)}.",
        ),
        signers=(("Petugas", ""), ("Mengetahui, atasan langsung", "")),
        empty="Tidak ada permohonan masuk dalam masa ini.",
        wide=True,
    )
