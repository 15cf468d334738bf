"""What citizens ask about this service, and where it is answered."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One question. slug: its place in the address, and of its text: templates/help/_<slug>.html."""

    slug: str
    icon: str
    title: str
    about: str

    @property
    def template(self) -> str:
        return f"help/_{self.slug}.html"


TOPICS = (
    Topic("layanan-ini", "ktp", "Apa layanan ini?", "Untuk apa, berapa lama, berapa biayanya."),
    Topic("memotret-dokumen", "kk", "Cara memotret dokumen", "Supaya terbaca sekali kirim."),
    Topic("yang-dibawa", "form", "Yang dibawa ke kecamatan", "Saat jadwal Anda tiba."),
    Topic("tanpa-hp", "telp", "Tanpa HP atau email", "Anda tetap bisa mengajukan."),
    Topic("lupa-pin", "perisai", "Lupa nomor atau PIN", "Cara membuka permohonan Anda lagi."),
    Topic("siapa-membantu", "orang", "Siapa yang bisa membantu", "Petugas desa, telepon, WA."),
)
