"""Receipts: of a file taken in [P1, P11], of one given back to be completed [P2], of a card handed over [P13, S1]."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from components import words
from components.papers import strip
from components.papers.strip import Block, Code, Facts, Letterhead, Points, Signatures, Strip, Width


class Receiver(StrEnum):
    """Who took the card."""

    HOLDER = "holder"
    FAMILY = "family"
    AUTHORISED = "authorised"


@dataclass(frozen=True)
class Receipt:
    """A KTP-el handed over.

    at: when, aware. holder, receiver_name: in full; only masked forms are printed. relation: of a family member to
    the holder, or "". old_card_reason: why the old card was not taken; required then. check_url: /r/<code>, where
    anybody can see that the receipt is genuine. survey: the address of the survey as one types it [E2]. service: in
    words, other than the usual one, or "". Raises ValueError when the receiver's name or the reason is missing.
    """

    head: Letterhead
    number: str
    at: datetime
    holder: str = field(repr=False)
    receiver: Receiver
    officer: str
    old_card_taken: bool
    check_url: str = field(repr=False)
    receiver_name: str = field(default="", repr=False)
    relation: str = ""
    old_card_reason: str = ""
    survey: str = ""
    service: str = ""

    def __post_init__(self) -> None:
        if self.receiver is not Receiver.HOLDER and not self.receiver_name.strip():
            raise ValueError("a receipt names who took the card in the holder's place")
        if not self.old_card_taken and not self.old_card_reason.strip():
            raise ValueError("a receipt says why the old card was not taken")

    @property
    def strip(self) -> Strip:
        """What is on the receipt, from top to bottom."""
        old_card = (
            "Diserahkan ke petugas" if self.old_card_taken else f"Tidak ditarik. {self.old_card_reason}"
        )
        facts = (
            ("Nomor", self.number),
            ("Layanan", self.service),
            ("Diserahkan", words.tanggal_jam(self.at)),
            ("Atas nama", words.nama_samar(self.holder)),
            ("Diterima", self._received_by),
            ("Petugas", self.officer),
            ("KTP-el lama", old_card),
        )
        title = "Tanda terima KTP-el"
        return Strip(
            f"{title} {self.number}",
            (
                *strip.heading(self.head, title),
                Facts(tuple((name, value) for name, value in facts if value)),
                Code(self.check_url, "Pindai untuk memeriksa keasliannya"),
                Signatures(("Penerima", "Petugas")),
                *strip.text("small", f"Nilai layanan kami: {self.survey}" if self.survey else ""),
                *strip.closing(self.head, "Ada yang keliru?"),
            ),
        )

    @property
    def _received_by(self) -> str:
        if self.receiver is Receiver.HOLDER:
            return "Pemilik sendiri"
        name = words.nama_samar(self.receiver_name)
        if self.receiver is Receiver.FAMILY:
            relation = f" ({self.relation})" if self.relation else ""
            return f"{name}, anggota keluarga dalam satu KK{relation}"
        return f"{name}, dengan surat kuasa"


@dataclass(frozen=True)
class Missing:
    """One document that does not fit: its name, and what is wrong and how to mend it."""

    document: str
    advice: str


@dataclass(frozen=True)
class ReturnSlip:
    """A file given back to be completed.

    name: in full; only a masked form is printed. missing: at least one, else ValueError. fine: what was right
    already. until: the last moment, or the last day, to come back; None when there is none. pin: printed only when
    given, where this is the first paper that the applicant gets. service: in words, other than the usual one, or "".
    """

    head: Letterhead
    number: str
    at: datetime
    name: str = field(repr=False)
    officer: str
    missing: tuple[Missing, ...]
    tracking_url: str = field(repr=False)
    fine: tuple[str, ...] = ()
    until: date | None = None
    pin: str = field(default="", repr=False)
    service: str = ""

    def __post_init__(self) -> None:
        if not self.missing:
            raise ValueError("a file is only given back for something that is missing")

    @property
    def strip(self) -> Strip:
        """What is on the slip, from top to bottom."""
        title = "Berkas perlu dilengkapi"
        facts = (
            ("Nomor", self.number),
            ("Layanan", self.service),
            ("Diperiksa", words.tanggal_jam(self.at)),
            ("Pemohon", words.nama_samar(self.name)),
            ("Petugas", self.officer),
            ("PIN", f"{self.pin}. Simpan, jangan beri tahu orang lain." if self.pin else ""),
        )
        return Strip(
            f"{title} {self.number}",
            (
                *strip.heading(self.head, title),
                Facts(tuple((name, value) for name, value in facts if value)),
                Points(tuple((missing.document, missing.advice) for missing in self.missing)),
                *strip.text("text", f"Sudah benar: {words.joined(self.fine)}." if self.fine else ""),
                *self._deadline,
                Code(self.tracking_url, "Pindai untuk melihat status"),
                *strip.closing(self.head, "Ada pertanyaan?"),
            ),
        )

    @property
    def _deadline(self) -> tuple[Block, ...]:
        if self.until is None:
            return ()
        if isinstance(self.until, datetime):
            day, hour = words.tanggal(self.until), words.jam(self.until)
        else:
            day, hour = words.tanggal(self.until), ""
        return (*strip.text("small", "Kembali paling lambat"), *strip.text("strong", day, hour))


@dataclass(frozen=True)
class Intake:
    """A file that an officer took in for somebody who stands before the table.

    name: in full; only a masked form is printed. officer, place: who took it in, and where. papers: what was handed
    in, in words. tracking_url: an address that asks for the PIN, because paper passes through many hands. queue: the
    number of who waits in the office now, such as "C-3". service: in words, other than the usual one, or "".
    """

    head: Letterhead
    number: str
    pin: str = field(repr=False)
    at: datetime
    name: str = field(repr=False)
    officer: str
    place: str
    papers: tuple[str, ...]
    tracking_url: str = field(repr=False)
    advice: str = ""
    queue: str = ""
    service: str = ""

    @property
    def strip(self) -> Strip:
        """What is on the receipt, from top to bottom."""
        title = "Tanda terima berkas"
        called = (
            (*strip.text("small", "Nomor antrean"), *strip.text("queue", self.queue)) if self.queue else ()
        )
        facts = (
            ("Layanan", self.service),
            ("Pemohon", words.nama_samar(self.name)),
            ("Diterima", words.tanggal_jam(self.at)),
            ("Di", self.place),
            ("Petugas", self.officer),
            ("Berkas", words.joined(self.papers)),
        )
        return Strip(
            f"{title} {self.number}",
            (
                *strip.heading(self.head, title),
                *called,
                *strip.text("small", "Nomor permohonan"),
                *strip.text("number", self.number),
                *strip.text("day", f"PIN {self.pin}"),
                *strip.text("small", "Simpan. Jangan beri tahu orang lain."),
                Code(self.tracking_url, "Pindai, lalu isi PIN untuk melihat status"),
                Facts(tuple((name, value) for name, value in facts if value)),
                *strip.text("small", self.advice),
                *strip.closing(self.head, "Ada pertanyaan?"),
            ),
        )


def pdf(paper: Receipt | ReturnSlip | Intake, width: Width = "A6") -> bytes:
    """The paper as a PDF for A6 or a roll of 80 mm. Raises ValueError for an address too long to be scanned."""
    return strip.pdf(paper.strip, width)
