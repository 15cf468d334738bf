"""Print docs/messages.md: every text that Loket sends, as people read it. Usage: python -m scripts.write_messages"""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from components import placeholders, texts
from components.wording import ACT_WORDS, message_word
from models.rules.courtesy import BY_DAY_AND_NIGHT, HOWEVER_MANY
from models.rules.messages import (
    CAUSED_BY,
    OF_THE_OFFICE,
    WORTH_A_CALL,
    ComplaintNews,
    Kind,
    MessageChannel,
    News,
    StaffNews,
)

_AT = datetime(2026, 11, 24, 2, 20, tzinfo=UTC)
_OFFICE = SimpleNamespace(
    prefix="KRN",
    name="Kecamatan Krian",
    address="Jl. Gubernur Soenandar Priyo Sudarmo No. 1, Krian",
    phone="(031) 8971010",
    whatsapp="0857-3634-9953",
)

_HEAD = """# Pesan kepada warga dan atasan

Semua teks bawaan Loket, diisi data karangan. Kantor mengubahnya di Pengaturan, Pesan (`/pengaturan/pesan`). Halaman ini
dibuat oleh `python -m scripts.write_messages`.

Setiap pesan kepada warga menyebut kantor, nomor, satu tautan, dan bahwa layanan ini gratis. Tidak ada nama, NIK, nomor
KK, atau PIN. Di email ada alamat kantor di bawahnya, dan berkas kalender bila pesannya tentang jadwal datang.

Malam: dikirim juga di jam tenang. Selalu: tidak ikut dibatasi jumlahnya sehari. Ditelepon: bila tidak bisa dikirim,
petugas menelepon, dan terakhir petugas desa menyampaikan.

Pesan kepada atasan yang mengawasi petugas (banyak dokumen dibuka, di luar urutan, pengaduan khusus atasan, sidik
riwayat) tidak ada di sini dan tidak bisa diubah kantor, supaya tidak bisa dilemahkan oleh yang diawasi.
"""


def about(kind: News, channel: MessageChannel, **other: Any) -> dict[str, Any]:
    """The invented case, for one channel."""
    case = placeholders.invented(kind, _OFFICE, _AT)
    link = f"https://loket.krian.example{case['path']}"
    if kind is Kind.WITHDRAWN:
        case |= {"causes": [], "cause": ""}
    return {**case, "channel": str(channel), "link": link, "for_registrar": False, **other}


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for kind in OF_THE_OFFICE:
        channel = MessageChannel.EMAIL if isinstance(kind, StaffNews) else MessageChannel.WHATSAPP
        written = texts.write(kind, texts.default(kind), about(kind, channel))
        parts.append(
            f"## {message_word(kind)}\n\n{_when(kind)}. {len(written.body)} huruf.\n\n"
            f"**{written.subject}**\n\n```text\n{written.body}```\n"
        )
    return "\n".join(parts)


def _when(kind: News) -> str:
    """To whom, after what, and how urgently."""
    if isinstance(kind, ComplaintNews):
        return "Kepada pelapor pengaduan"
    if isinstance(kind, StaffNews):
        return "Email kepada atasan"
    marks = [
        word
        for word, kinds in (
            ("malam", BY_DAY_AND_NIGHT),
            ("selalu", HOWEVER_MANY),
            ("ditelepon", WORTH_A_CALL),
        )
        if kind in kinds
    ]
    causes = [f'"{ACT_WORDS[act]}"' for act, caused in CAUSED_BY.items() if caused is kind]
    return ", ".join([f"Setelah {' atau '.join(causes)}" if causes else "Oleh sistem atau petugas", *marks])


if __name__ == "__main__":
    print(page(), end="")
