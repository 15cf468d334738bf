"""The slip an applicant takes home: of an application, or of an appointment [P8, P11]."""

from dataclasses import dataclass, field
from datetime import datetime

from components import words
from components.papers import strip
from components.papers.strip import Block, Code, Letterhead, Strip, Width


@dataclass(frozen=True)
class Visit:
    """When and where the applicant is expected. at: aware. queue: the number that is called, such as "B-14"."""

    at: datetime
    place: str
    queue: str


@dataclass(frozen=True)
class Slip:
    """An application (visit None) or an appointment.

    service: what it is for, as it follows "Jadwal": "ganti foto KTP-el". name: the applicant's, in
    full; only a masked form is printed. tracking_url: behind the QR code. pin: printed only when given, which is
    once, at the hand-out of a new application. bring: what to bring, in words. advice: what happens next.
    """

    head: Letterhead
    service: str
    number: str
    name: str = field(repr=False)
    tracking_url: str = field(repr=False)
    visit: Visit | None = None
    pin: str | None = field(default=None, repr=False)
    bring: tuple[str, ...] = ()
    advice: str = ""

    @property
    def strip(self) -> Strip:
        """What is on the slip, from top to bottom."""
        blocks = _appointment(self, self.visit) if self.visit else _application(self)
        return Strip(f"{self._title} {self.number}", (*strip.heading(self.head, self._title), *blocks))

    @property
    def _title(self) -> str:
        return f"Jadwal {self.service}" if self.visit else "Tanda terima pengajuan"

    @property
    def _own(self) -> tuple[Block, ...]:
        """Whose slip it is, the PIN when there is one to hand out, and what to bring."""
        pin = (
            (
                *strip.text("day", f"PIN {self.pin}"),
                *strip.text("small", "Simpan. Jangan beri tahu orang lain."),
            )
            if self.pin
            else ()
        )
        bring = f"Bawa {words.joined(self.bring)}." if self.bring else ""
        return (
            *strip.text("text", words.nama_samar(self.name)),
            *pin,
            *strip.text("strong", bring),
            *strip.text("text", self.advice),
        )


def _appointment(slip: Slip, visit: Visit) -> tuple[Block, ...]:
    return (
        *strip.text("small", "Nomor antrean"),
        *strip.text("queue", visit.queue),
        *strip.text("day", words.tanggal(visit.at), words.jam(visit.at)),
        *strip.text("text", visit.place),
        Code(slip.tracking_url, f"Nomor permohonan {slip.number}"),
        *slip._own,
        *strip.closing(slip.head, "Berhalangan?"),
    )


def _application(slip: Slip) -> tuple[Block, ...]:
    return (
        *strip.text("text", f"{slip.service[:1].upper()}{slip.service[1:]}"),
        *strip.text("small", "Nomor permohonan"),
        *strip.text("number", slip.number),
        Code(slip.tracking_url, "Pindai untuk melihat status"),
        *slip._own,
        *strip.closing(slip.head, "Ada pertanyaan?"),
    )


def pdf(slip: Slip, width: Width = "A6") -> bytes:
    """The slip as a PDF for A6 paper or a roll of 80 mm. Raises ValueError for an address too long to be scanned."""
    return strip.pdf(slip.strip, width)
