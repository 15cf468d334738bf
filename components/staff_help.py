"""What a member of staff does in a day, role by role: the pages behind /bantuan/petugas [M3]."""

from dataclasses import dataclass

from models.rules.workflow import Role


@dataclass(frozen=True)
class Step:
    """One thing that is done. href: the room it is done in."""

    what: str
    how: str
    href: str


@dataclass(frozen=True)
class Guide:
    """One page. picture and seen: a file of static/ and what it shows. keys: (key, what it does)."""

    slug: str
    role: Role
    picture: str
    seen: str
    steps: tuple[Step, ...]
    keys: tuple[tuple[str, str], ...]
    troubles: tuple[tuple[str, str], ...]
    """(what goes wrong, what to do)."""


_LOST_LINE = (
    "Internet putus saat menyimpan",
    "Yang diketik tetap ada. Tunggu sinyal, lalu tekan Coba lagi. Tidak akan tersimpan dua kali.",
)
_OTHER_WAS_QUICKER = (
    "Muncul “Belum dilakukan”",
    "Rekan lebih cepat atau keadaan berubah. Muat ulang halaman, baca keadaannya, lalu pilih langkah lagi.",
)
_SIGNED_OUT = (
    "Diminta masuk lagi",
    "Sesi berakhir setelah lama tidak dipakai. Buka Masuk lagi di tab baru; halaman yang lama tetap menunggu.",
)

GUIDES: tuple[Guide, ...] = (
    Guide(
        "operator",
        Role.OPERATOR,
        "bantuan-operator.webp",
        "Meja verifikasi: antrean di kiri, berkas di tengah, data dan tombol keputusan di kanan.",
        (
            Step(
                "Buka berkas berikutnya",
                "Antrean urut menurut janji. Berkas lain meminta alasan.",
                "/verifikasi",
            ),
            Step(
                "Bandingkan",
                "Lihat setiap berkas, cocokkan dengan yang diketik. Perbesar bila perlu.",
                "/verifikasi",
            ),
            Step(
                "Terima, kembalikan, atau tolak",
                "Pesan untuk pemohon tersusun sendiri. Baca dulu, ubah bila perlu.",
                "/verifikasi",
            ),
            Step("Sampaikan pesan", "Yang tidak punya email dikabari lewat WA atau telepon.", "/pesan"),
            Step("Jawab pengaduan", "Setiap pengaduan punya batas waktu.", "/pengaduan/register"),
            Step("Catat kendala", "Listrik atau jaringan mati: catat, janji ikut bergeser.", "/kendala"),
        ),
        (
            ("T", "Terima"),
            ("K", "Kembalikan"),
            ("1–9", "Pasang alasan"),
            ("Z", "Batalkan keputusan, satu menit"),
            ("?", "Semua pintasan"),
            ("F2", "Matikan pintasan"),
        ),
        (
            (
                "Salah menekan Terima",
                "Tekan Z atau Batalkan dalam satu menit. Sesudahnya, buka berkasnya dan pilih Periksa ulang.",
            ),
            (
                "Gambar tidak muncul",
                "Tekan kartunya sekali lagi. Bila tetap kosong, kembalikan dengan alasan Tidak terbaca.",
            ),
            _OTHER_WAS_QUICKER,
            _LOST_LINE,
        ),
    ),
    Guide(
        "loket",
        Role.COUNTER,
        "bantuan-loket.webp",
        "Layar loket: jadwal hari ini, langkah yang berikutnya, blangko dan janji.",
        (
            Step(
                "Hitung blangko",
                "Pagi hari, tekan Catat hitungan. Selisih dijelaskan dengan kata.",
                "/blangko",
            ),
            Step(
                "Cetak lembar harian",
                "Siapa yang datang, urut, dengan QR untuk membuka berkasnya.",
                "/lembar-harian",
            ),
            Step("Catat kedatangan", "Pindai slip. Yang tanpa janji diketik dari KTP-el lama.", "/loket"),
            Step("Panggil", "Layar tunggu menunjukkan nomor dan loket, tidak pernah nama.", "/loket"),
            Step(
                "Rekam, cetak, serahkan",
                "Kerjakan dulu di jaringan tertutup, lalu centang di sini.",
                "/loket",
            ),
            Step("Tutup hari", "Tidak ada yang tertinggal tanpa akhir di jadwal hari ini.", "/loket"),
        ),
        (
            ("/", "Pindai atau cari"),
            ("A", "Sudah datang"),
            ("P", "Panggil"),
            ("N", "Warga tanpa janji"),
            ("Enter", "Langkah selesai"),
            ("Z", "Batalkan langkah, lima menit"),
        ),
        (
            ("Cetakan gagal", "Tekan G: blangko dicatat rusak, lalu cetak lagi dengan nomor seri yang lain."),
            (
                "Blangko habis",
                "Janji temu berhenti sendiri. Tekan M untuk meminta, lalu catat kiriman yang datang.",
            ),
            ("Alat rusak", "Catat gangguan di loket. Jadwal yang tidak bisa ditepati pindah sendiri."),
            _OTHER_WAS_QUICKER,
        ),
    ),
    Guide(
        "desa",
        Role.REGISTRAR,
        "bantuan-desa.webp",
        "Daftar desa: yang harus segera diurus di atas, lalu warga yang sedang dibantu.",
        (
            Step(
                "Mulai dari daftar",
                "Yang tidak bisa menunggu ada di atas: perbaikan, kabar, KTP-el yang siap.",
                "/desa",
            ),
            Step("Bantu warga baru", "Bacakan pemberitahuannya, ketik data sekali, foto berkasnya.", "/desa"),
            Step("Periksa, lalu kirim", "Bandingkan foto dengan ketikan sebelum dikirim.", "/desa"),
            Step(
                "Perbaiki yang dikembalikan",
                "Hanya berkas yang diminta. Batasnya tertulis dengan hari dan jam.",
                "/desa",
            ),
            Step("Sampaikan kabar", "Warga tanpa HP mendengar dari Anda. Tekan Sudah disampaikan.", "/desa"),
            Step("Cetak rekap", "Sore hari, untuk arsip desa.", "/desa/rekap"),
        ),
        (("Tab", "Isian berikut"), ("Enter", "Tombol yang dipilih"), ("Esc", "Tutup yang terbuka")),
        (
            (
                "Foto belum terkirim",
                "Foto tetap ada di perangkat ini dan berlanjut sendiri saat ada sinyal. Jangan tutup sebelum Selesai.",
            ),
            (
                "Warga ingin meneruskan sendiri",
                "Buka permohonannya, tekan Alihkan ke HP warga, lalu tunjukkan QR-nya.",
            ),
            (
                "NIK dianggap keliru",
                "Periksa tiap angka dengan kartunya. Bila memang begitu, centang kotak di bawah, lalu tekan Lanjut.",
            ),
            _SIGNED_OUT,
        ),
    ),
    Guide(
        "supervisor",
        Role.SUPERVISOR,
        "bantuan-supervisor.webp",
        "Layar pengawasan: janji, antrean, kendala, dan pengaduan dalam angka.",
        (
            Step(
                "Lihat angka hari ini",
                "Yang merah lewat janji. Tekan angkanya untuk melihat berkasnya.",
                "/pengawasan",
            ),
            Step("Jawab pertanyaan petugas", "Petugas menunggu keputusan Anda di sini.", "/pertanyaan"),
            Step(
                "Periksa loncatan antrean",
                "Setiap loncatan punya alasan. Tandai yang sudah Anda lihat.",
                "/pengawasan/urutan",
            ),
            Step("Urus janji yang terlewat", "Permintaan maaf dan gantinya, sampai selesai.", "/kompensasi"),
            Step("Ikuti pengaduan", "Yang dekat batas waktu ada di atas.", "/pengaduan/register"),
            Step(
                "Terbitkan SKM",
                "Bila jawaban sudah cukup, terbitkan hasil dan rencana perbaikannya.",
                "/pengawasan/skm",
            ),
            Step(
                "Simpan buku harian",
                "Semua yang masuk, bernomor. Cetak, atau unduh sebagai Excel.",
                "/pengawasan/buku-harian",
            ),
            Step("Siapkan rapat", "Angka, notulen, dan tindak lanjut sampai selesai.", "/pengawasan/rapat"),
        ),
        (("Tab", "Angka berikut"), ("Enter", "Buka daftar di balik angka"), ("/", "Cari berkas")),
        (
            ("Angka tidak berubah", "Layar diperbarui tiap menit. Muat ulang bila jamnya tertinggal."),
            (
                "Ada janji yang akan terlewat",
                "Catat kendalanya bila memang ada. Janji bergeser dan pemohon dikabari.",
            ),
            (
                "Dinas meminta NIK lengkap",
                "Di Daftar berkas atau Buku harian, buka Unduh dengan NIK lengkap. Alasannya tercatat di Jejak.",
            ),
            (
                "Riwayat tampak janggal",
                "Buka Jejak dan cari nomornya. Bila rantainya putus, hubungi admin dan jangan mengubah apa pun.",
            ),
            _SIGNED_OUT,
        ),
    ),
    Guide(
        "admin",
        Role.ADMIN,
        "bantuan-admin.webp",
        "Pengaturan: petugas, jam layanan, kontak, dan pesan.",
        (
            Step(
                "Undang petugas",
                "Tautannya sekali pakai. Tidak ada kata sandi bawaan.",
                "/pengaturan/petugas",
            ),
            Step(
                "Ubah tugas",
                "Satu orang boleh punya beberapa tugas. Yang pindah dihentikan hari itu juga.",
                "/pengaturan/petugas",
            ),
            Step(
                "Atur jam layanan",
                "Hari libur dan Ramadan. Yang terkena disebut sebelum disimpan.",
                "/pengaturan/jam",
            ),
            Step(
                "Perbarui kontak", "Nomor dan alamat kantor di semua halaman dan pesan.", "/pengaturan/kontak"
            ),
            Step("Sunting pesan", "Lihat contohnya dulu, baru simpan.", "/pengaturan/pesan"),
            Step("Buka layanan lain", "Rusak, hilang, ubah data, dan KTP-el pertama.", "/pengaturan/layanan"),
        ),
        (("Tab", "Isian berikut"), ("Enter", "Simpan isian yang dipilih")),
        (
            (
                "Petugas lupa kata sandi",
                "Buka namanya, tekan Buat tautan kata sandi baru. Tautan lama tidak berlaku lagi.",
            ),
            (
                "HP pembuat kode hilang",
                "Petugas memakai kode cadangan. Bila habis, buka namanya dan tekan Hapus kode masuk.",
            ),
            ("Admin terakhir tidak bisa masuk", "Di server: python app.py regain NAMA."),
            _SIGNED_OUT,
        ),
    ),
)
