"""The ledger of blanks and the berita acara as lists to be printed [M2, S1]."""

from datetime import datetime

from components import letterhead
from components.destruction import Item, Record
from components.papers.listing import Column, Listing
from components.stock_book import Book, Line
from components.wording import ENTRY_WORDS
from components.words import angka, jam, tanggal, tanggal_jam, tanggal_pendek, tanggal_surat
from models.rules.blanks import EntryKind

KIND_WORDS = {"blank": "Blangko rusak", "card": "KTP-el lama"}
_LEDGER = (
    Column("Waktu", 24),
    Column("Catatan", 22),
    Column("Nomor seri", 31),
    Column("Masuk", 14, "R"),
    Column("Keluar", 14, "R"),
    Column("Stok", 12, "R"),
    Column("Keterangan", 43),
    Column("Petugas", 20),
)
_DESTROYED = (
    Column("No.", 8, "R"),
    Column("Jenis", 22),
    Column("Nomor seri atau NIK tersamar", 36),
    Column("Permohonan", 22),
    Column("Tanggal", 20),
    Column("Sebab", 52),
)


def serials(line: Line) -> str:
    """The numbers that a line tells of, first and last; of a request, how many."""
    if line.kind == EntryKind.REQUESTED:
        return f"{angka(line.quantity)} keping"
    return line.first if line.first == line.last else f"{line.first} s.d. {line.last}"


def remark(line: Line) -> str:
    """All that was said about a line, in a sentence or two."""
    counted = f"Buku {line.expected}, terhitung {line.found}" if line.found is not None else ""
    happened = f"Terjadi {tanggal_pendek(line.happened_at)}, {jam(line.happened_at)}" if line.late else ""
    parts = (counted, line.number, line.note, line.party, line.reason, happened)
    return ". ".join(part.rstrip(".") for part in parts if part)


def totals(book: Book) -> tuple[tuple[str, int], ...]:
    """What a period comes to, in words and blanks."""
    return tuple((ENTRY_WORDS[kind], count) for kind, count in book.totals.items())


def ledger(book: Book, by: str, now: datetime) -> Listing:
    """The ledger of a period."""
    rows = tuple(
        (
            f"{tanggal_pendek(line.entered_at)}, {jam(line.entered_at)}",
            ENTRY_WORDS[EntryKind(line.kind)],
            serials(line),
            angka(line.change) if line.change > 0 else "",
            angka(-line.change) if line.change < 0 else "",
            angka(line.balance),
            remark(line),
            line.officer,
        )
        for line in book.lines
    )
    sums = "; ".join(f"{words} {angka(count)}" for words, count in totals(book))
    return Listing(
        head=letterhead.of_office(),
        title="Buku blangko KTP-el",
        above=(_summary(book),),
        columns=_LEDGER,
        rows=rows,
        below=(
            *((f"Jumlah keping: {sums}.",) if sums else ()),
            f"Dicetak {by}, {tanggal_jam(now)}.",
        ),
        signers=(("Petugas loket", ""), ("Mengetahui, atasan langsung", "")),
        empty="Tidak ada catatan dalam masa ini.",
    )


def _summary(book: Book) -> str:
    return (
        f"Masa: {tanggal_surat(book.since)} sampai {tanggal_surat(book.until)}. "
        f"Stok awal {angka(book.opening)}, masuk {angka(book.came)}, keluar {angka(book.went)}, "
        f"stok akhir {angka(book.closing)} keping."
    )


def minutes(record: Record) -> Listing:
    """The berita acara of a destruction, as it is signed."""
    return Listing(
        head=letterhead.of_office(),
        title="Berita acara pemusnahan KTP-el lama dan blangko rusak",
        above=opening(record),
        columns=_DESTROYED,
        rows=tuple(_destroyed(place, item) for place, item in enumerate(record.items, 1)),
        below=(closing(record),),
        signers=(
            ("Petugas pertama", record.first_officer),
            ("Petugas atau saksi kedua", record.second_officer),
        ),
    )


def opening(record: Record) -> tuple[str, ...]:
    """Number, day, place, and what was destroyed of which period."""
    manner = f" dengan cara {record.manner}" if record.manner else ""
    what = (
        f"Pada hari {tanggal(record.held_on)}, bertempat di {record.place}, telah dimusnahkan{manner} "
        f"{record.cards} KTP-el lama dan {record.blanks} blangko rusak "
        f"dari masa {tanggal_surat(record.since)} sampai {tanggal_surat(record.until)}, dengan daftar berikut."
    )
    return f"Nomor: {record.number}", what


def closing(record: Record) -> str:
    """What those who sign say."""
    return (
        f"Jumlah {len(record.items)} buah. Pemusnahan disaksikan kedua petugas di bawah ini. "
        "Berita acara ini dibuat dengan sebenarnya."
    )


def _destroyed(place: int, item: Item) -> tuple[str, ...]:
    return (str(place), KIND_WORDS[item.kind], item.mark, item.number, tanggal_pendek(item.day), item.reason)
