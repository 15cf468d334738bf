"""Print docs/messages.md: every text that Loket sends, as people read it. Usage: python -m scripts.write_messages"""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from components import placeholders, texts
from components.wording import ACT_WORDS, MESSAGE_WORDS
from models.rules.courtesy import BY_DAY_AND_NIGHT, HOWEVER_MANY
from models.rules.messages import CAUSED_BY, WORTH_A_CALL, Kind, MessageChannel

_AT = datetime(2026, 11, 24, 2, 20, tzinfo=UTC)
_OFFICE = SimpleNamespace(
    prefix="KRN",
    name="Kecamatan Krian",
    address="Jl. Gubernur Soenandar Priyo Sudarmo No. 1, Krian",
    phone="(031) 8971010",
    whatsapp="0857-3634-9953",
)

_HEAD = """# Pesan kepada pemohon

Semua teks bawaan Loket, diisi data karangan. Kantor mengubahnya di Pengaturan, Pesan (`/pengaturan/pesan`). Halaman ini
dibuat oleh `python -m scripts.write_messages`.

Setiap pesan menyebut kantor, nomor permohonan, satu tautan, dan bahwa layanan ini gratis. Tidak ada nama, NIK, nomor
KK, atau PIN. Di email ada alamat kantor di bawahnya, dan berkas kalender bila pesannya tentang jadwal datang.

Malam: dikirim juga di jam tenang. Selalu: tidak ikut dibatasi jumlahnya sehari. Ditelepon: bila tidak bisa dikirim,
petugas menelepon, dan terakhir petugas desa menyampaikan.
"""


def about(kind: Kind, channel: MessageChannel, **other: Any) -> dict[str, Any]:
    """The invented case, for one channel."""
    case = placeholders.invented(_OFFICE, _AT)
    link = "https://loket.krian.example/t/Qx7-contoh-tautan-karangan"
    if kind is Kind.WITHDRAWN:
        case |= {"causes": [], "cause": ""}
    return {**case, "channel": str(channel), "link": link, "for_registrar": False, **other}


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for kind in Kind:
        written = texts.write(texts.default(kind), about(kind, MessageChannel.WHATSAPP))
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
        cause = f"Setelah {' atau '.join(causes)}" if causes else "Oleh sistem atau petugas"
        parts.append(
            f"## {MESSAGE_WORDS[kind]}\n\n{', '.join([cause, *marks])}. {len(written.body)} huruf.\n\n"
            f"**{written.subject}**\n\n```text\n{written.body}```\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
