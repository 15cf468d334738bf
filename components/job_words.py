"""The scheduler's jobs in the words of an office [M4]."""

from collections.abc import Mapping
from types import MappingProxyType

JOB_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "lapse": "Menutup perbaikan yang lewat tenggat",
        "correction reminders": "Mengingatkan perbaikan",
        "missed appointments": "Mencatat jadwal yang terlewat",
        "appointment reminders": "Mengingatkan jadwal",
        "places kept too long": "Melepas tempat jadwal yang ditahan",
        "appointments for who waits": "Memberi jadwal kepada yang menunggu",
        "earlier times offered": "Menawarkan jadwal lebih awal",
        "blank cards": "Mengawasi stok blangko",
        "promises counted anew": "Menghitung ulang janji layanan",
        "broken promises": "Mencatat janji yang terlambat",
        "obstacles and moved promises told": "Mengabarkan kendala dan janji yang bergeser",
        "compensation": "Menindaklanjuti kompensasi",
        "forgotten complaints": "Menutup pengaduan yang selesai",
        "jumps of the week": "Melaporkan pelayanan di luar urutan",
        "second looks": "Memilih berkas uji petik",
        "history checked": "Memeriksa keutuhan jejak",
        "days counted": "Menghitung angka harian",
        "reminders to collect": "Mengingatkan pengambilan KTP-el",
        "old drafts": "Menghapus permohonan yang belum dikirim",
        "unfinished intake": "Menghapus catatan loket yang belum selesai",
        "old scans": "Menghapus pindaian lama",
        "scans of cards nobody collects": "Menghapus pindaian KTP-el yang tidak diambil",
        "old identities": "Menghapus identitas lama",
        "old message texts": "Menghapus isi pesan lama",
        "old letters": "Menghapus surat lama",
        "old photos of complaints": "Menghapus foto pengaduan lama",
        "old texts of complaints": "Menghapus isi pengaduan lama",
        "spent links": "Menghapus tautan yang sudah dipakai",
        "scans without a page": "Menghapus pindaian tanpa halaman",
        "unfinished uploads": "Menghapus unggahan yang belum selesai",
        "surveys left lying": "Menghapus survei yang belum selesai",
        "old answers": "Menghapus catatan formulir lama",
        "ended sessions": "Menghapus sesi yang berakhir",
        "log of what was removed": "Merapikan catatan penghapusan",
        "whatsapp": "Mengirim WhatsApp",
        "mail": "Mengirim e-mail",
    }
)
