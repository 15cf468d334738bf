"""Indonesian for every enum member a person may meet (design: words of the house)."""

from collections.abc import Iterable

from components.words import kecil
from models.rules.account_acts import AccountAct
from models.rules.blanks import EntryKind
from models.rules.catalogue import (
    Change,
    Channel,
    DocumentKind,
    Presented,
    Reason,
    RejectReason,
    Service,
    Sex,
    has_old_card,
)
from models.rules.compensation import FamilyPaper, LateCause, Outcome, Task
from models.rules.complaints import (
    ComplaintAct,
    ComplaintChannel,
    ComplaintClass,
    ComplaintKind,
    ComplaintState,
    Naming,
)
from models.rules.fields import Field
from models.rules.keeping import Term
from models.rules.keys import CounterAct, DeskAct, MessageAct
from models.rules.messages import ComplaintNews, Kind, MessageChannel, MessageState, StaffNews
from models.rules.obstacles import ObstacleKind
from models.rules.office_acts import OfficeAct
from models.rules.workflow import Act, Role, State

STATE_WORDS: dict[State, str] = {
    State.DRAFT: "Draf",
    State.SUBMITTED: "Menunggu verifikasi",
    State.RETURNED: "Perlu diperbaiki",
    State.LAPSED: "Lewat batas waktu",
    State.REFUSED: "Ditolak",
    State.ACCEPTED: "Berkas lengkap",
    State.SCHEDULED: "Terjadwal",
    State.ARRIVED: "Hadir",
    State.CAPTURED: "Sudah direkam",
    State.PRINTED: "Sudah dicetak",
    State.READY: "Siap diambil",
    State.HANDED_OVER: "Selesai",
    State.WITHDRAWN: "Dibatalkan",
}

ROLE_WORDS: dict[Role, str] = {
    Role.APPLICANT: "Pemohon",
    Role.REGISTRAR: "Petugas registrasi desa/kelurahan",
    Role.OPERATOR: "Operator kecamatan",
    Role.COUNTER: "Petugas loket",
    Role.SUPERVISOR: "Atasan langsung",
    Role.ADMIN: "Admin",
    Role.SYSTEM: "Sistem",
}

ACT_WORDS: dict[Act, str] = {
    Act.SUBMIT: "Dikirim",
    Act.DISCARD: "Draf dihapus",
    Act.RETURN: "Diminta perbaikan",
    Act.REFUSE: "Ditolak",
    Act.TAKE_BACK: "Keputusan diperiksa ulang",
    Act.ACCEPT: "Diperiksa: lengkap",
    Act.RESUBMIT: "Perbaikan dikirim",
    Act.LAPSE: "Lewat batas waktu",
    Act.WITHDRAW: "Dibatalkan",
    Act.SCHEDULE: "Dijadwalkan",
    Act.RESCHEDULE: "Jadwal diganti",
    Act.MISS: "Jadwal terlewat",
    Act.ARRIVE: "Datang ke kecamatan",
    Act.LEAVE: "Pulang sebelum dilayani",
    Act.CAPTURE: "Direkam",
    Act.RETAKE: "Direkam ulang",
    Act.PRINT: "KTP-el dicetak",
    Act.SPOIL: "Cetakan gagal, dicetak ulang",
    Act.MAKE_READY: "Siap diambil",
    Act.HAND_OVER: "KTP-el diserahkan",
    Act.UNDO: "Langkah dibatalkan petugas",
}

CHANNEL_WORDS: dict[Channel, str] = {
    Channel.ONLINE: "Daring mandiri",
    Channel.VILLAGE: "Lewat desa/kelurahan",
    Channel.COUNTER: "Loket kecamatan",
}

SERVICE_WORDS: dict[Service, str] = {
    Service.BIOMETRIC: "Ganti foto atau tanda tangan",
    Service.DAMAGED: "Cetak ulang KTP-el rusak",
    Service.DATA_CHANGE: "Perubahan data KTP-el",
    Service.LOST: "Ganti KTP-el hilang",
    Service.FIRST: "KTP-el pertama",
}

PRESENTED_WORDS: dict[Presented, str] = {
    Presented.ORIGINAL: "asli",
    Presented.COPY: "fotokopi",
    Presented.SCAN: "foto dari yang asli",
}

CHANGE_WORDS: dict[Change, str] = {
    Change.PHOTO: "Foto",
    Change.SIGNATURE: "Tanda tangan",
    Change.BOTH: "Foto dan tanda tangan",
}

REASON_WORDS: dict[Reason, str] = {
    Reason.JILBAB_ON: "Saya perempuan, sekarang memakai jilbab",
    Reason.JILBAB_OFF: "Saya perempuan, sekarang tidak memakai jilbab",
    Reason.DAMAGED: "KTP-el saya rusak",
    Reason.DATA_CHANGE: "Data saya juga berubah",
    Reason.PHYSICAL_CHANGE: "Wajah saya berubah karena sakit atau kecelakaan",
    Reason.OTHER: "Alasan lain",
}

SEX_WORDS: dict[Sex, str] = {Sex.FEMALE: "Perempuan", Sex.MALE: "Laki-laki"}

DOCUMENT_WORDS: dict[DocumentKind, str] = {
    DocumentKind.OLD_CARD: "KTP-el lama",
    DocumentKind.FAMILY_CARD: "Kartu Keluarga (KK)",
    DocumentKind.FORM_F102: "Formulir F-1.02",
    DocumentKind.DATA_EVIDENCE: "Bukti perubahan data",
    DocumentKind.POLICE_LETTER: "Surat kehilangan dari polisi",
    DocumentKind.AUTHORITY: "Surat kuasa",
    DocumentKind.PICKUP_AUTHORITY: "Surat kuasa pengambilan",
}

REJECT_WORDS: dict[RejectReason, str] = {
    RejectReason.BLURRED: "Buram",
    RejectReason.CUT: "Terpotong",
    RejectReason.DARK: "Gelap",
    RejectReason.GLARE: "Silau",
    RejectReason.WRONG_DOCUMENT: "Salah dokumen",
    RejectReason.NOT_ORIGINAL: "Bukan asli",
    RejectReason.DATA_DIFFER: "Beda dengan ketikan",
    RejectReason.UNSIGNED: "Tanpa tanda tangan",
    RejectReason.MISSING_PAGE: "Halaman kurang",
    RejectReason.OLD_VERSION: "Versi lama",
    RejectReason.MISSING: "Belum dibawa",
    RejectReason.OTHER: "Lainnya, tulis",
}
"""On the officer's buttons."""

REJECT_ADVICE: dict[RejectReason, str] = {
    RejectReason.BLURRED: "Foto buram. Pegang HP dengan dua tangan, lalu foto lagi.",
    RejectReason.CUT: "Ada bagian yang terpotong. Foto lagi seluruh lembar, semua tepi terlihat.",
    RejectReason.DARK: "Foto terlalu gelap. Foto lagi di dekat jendela, tanpa lampu kilat.",
    RejectReason.GLARE: "Ada pantulan cahaya. Miringkan sedikit, lalu foto lagi tanpa lampu kilat.",
    RejectReason.WRONG_DOCUMENT: "Ini bukan dokumen yang diminta. Foto dokumen yang namanya tertulis di sini.",
    RejectReason.NOT_ORIGINAL: "Ini fotokopi. Foto dokumen yang asli.",
    RejectReason.DATA_DIFFER: "Isinya berbeda dengan data yang diketik. Periksa keduanya, lalu perbaiki.",
    RejectReason.UNSIGNED: "Belum ditandatangani. Tanda tangani dengan tinta, lalu foto lagi.",
    RejectReason.MISSING_PAGE: "Ada halaman yang belum dikirim. Foto semua halamannya.",
    RejectReason.OLD_VERSION: "Ini versi lama. Foto yang terbaru.",
    RejectReason.MISSING: "Belum dikirim. Foto dokumen yang namanya tertulis di sini.",
    RejectReason.OTHER: "Lihat catatan petugas.",
}
"""To the applicant: what happened and what to do [P7]."""

_BRING: dict[DocumentKind, str] = {
    DocumentKind.OLD_CARD: "Bawa KTP-el lama yang asli.",
    DocumentKind.FAMILY_CARD: "Bawa fotokopi KK terbaru yang terbaca.",
    DocumentKind.FORM_F102: "Isi formulir di loket, gratis, lalu tanda tangani.",
    DocumentKind.DATA_EVIDENCE: "Bawa bukti perubahan data dan KK terbaru.",
    DocumentKind.POLICE_LETTER: "Bawa surat kehilangan dari polisi.",
    DocumentKind.AUTHORITY: "Bawa surat kuasa yang sudah ditandatangani.",
}
_PAPER_FAULT: dict[RejectReason, str] = {
    RejectReason.MISSING: "Belum dibawa.",
    RejectReason.BLURRED: "Tidak terbaca.",
    RejectReason.NOT_ORIGINAL: "Bukan yang asli.",
    RejectReason.DATA_DIFFER: "Isinya berbeda dengan data Anda.",
    RejectReason.UNSIGNED: "Belum ditandatangani.",
    RejectReason.MISSING_PAGE: "Isinya belum lengkap.",
    RejectReason.OLD_VERSION: "Bukan yang terbaru.",
    RejectReason.WRONG_DOCUMENT: "Bukan dokumen yang diminta.",
    RejectReason.OTHER: "",
}
"""What is wrong with paper at the counter [P2]; a fault of a picture is told as the nearest of these."""


def paper_fault(reason: str) -> str:
    """What is wrong, on the officer's list of choices: without the full stop."""
    return _PAPER_FAULT[RejectReason(reason)].rstrip(".") or REJECT_WORDS[RejectReason.OTHER]


def paper_advice(kind: DocumentKind, reasons: Iterable[RejectReason], note: str = "") -> str:
    """To the applicant at the counter: what is wrong with this paper, and what to bring or do [P2]."""
    faults = [_PAPER_FAULT.get(reason, "Tidak terbaca.") for reason in reasons]
    words = [*faults, f"{note.rstrip('.')}." if note else "", _BRING[kind]]
    return " ".join(word for word in dict.fromkeys(words) if word)


def state_word(state: str) -> str:
    return STATE_WORDS[State(state)]


def act_word(act: str) -> str:
    """A line of history in words; acts that are no step of the workflow have their own."""
    return ACT_WORDS[Act(act)] if act in Act._value2member_map_ else NOTE_WORDS.get(act, act)


def document_word(kind: str) -> str:
    return DOCUMENT_WORDS[DocumentKind(kind)]


def document_short(kind: str) -> str:
    return DOCUMENT_SHORT[DocumentKind(kind)]


def field_word(field: str) -> str:
    return FIELD_WORDS[Field(field)]


def desk_act_word(act: str) -> str:
    return DESK_ACT_WORDS[DeskAct(act)]


def counter_act_word(act: str) -> str:
    return COUNTER_ACT_WORDS[CounterAct(act)]


def message_act_word(act: str) -> str:
    return MESSAGE_ACT_WORDS[MessageAct(act)]


def stand_word(state: str, recorded: object) -> str:
    """How an application stands. recorded: whether anything is recorded for its card; else it was only compared."""
    return "Sudah dicocokkan" if state == State.CAPTURED and not recorded else STATE_WORDS[State(state)]


def change_word(change: str) -> str:
    return CHANGE_WORDS[Change(change)] if change else "Belum dipilih"


def service_word(service: str) -> str:
    return SERVICE_WORDS[Service(service)]


def wish_word(service: str, change: str) -> str:
    """What is asked for: of the biometric service what changes, of another one its name and what rides along."""
    if service == Service.BIOMETRIC:
        return change_word(change)
    rides = f", dengan {CHANGE_WORDS[Change(change)].lower()}" if change else ""
    return f"{SERVICE_WORDS[Service(service)]}{rides}"


def married_word(ever_married: bool) -> str:
    return "Sudah atau pernah kawin" if ever_married else "Belum pernah kawin"


def reason_word(reason: str) -> str:
    return REASON_WORDS[Reason(reason)] if reason else ""


def channel_word(channel: str) -> str:
    return CHANNEL_WORDS[Channel(channel)]


def role_word(role: str) -> str:
    return ROLE_WORDS[Role(role)]


def sex_word(sex: str) -> str:
    return SEX_WORDS[Sex(sex)] if sex else ""


def reject_word(reason: str) -> str:
    return REJECT_WORDS[RejectReason(reason)]


def berempat(digits: str) -> str:
    """Sixteen digits in groups of four, as people compare them."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


NOTE_WORDS: dict[str, str] = {
    "open_message": "Pesan dibuka petugas untuk disampaikan",
    "message_sent": "Pesan disampaikan petugas",
    "message_not_reached": "Nomor pemohon tidak bisa dihubungi",
    "cause_given": "Sebab terlambat ditulis",
    "contact_changed": "Nomor atau email diganti",
    "start": "Draf dibuat",
    "edit": "Data diperbaiki pemohon",
    "look": "Dokumen dilihat petugas",
    "many_looks": "Petugas melihat lebih banyak berkas dari biasanya",
    "judge": "Dokumen dinilai",
    "second_look": "Dinilai lagi untuk uji petik",
    "claim": "Dibuka petugas",
    "skip": "Ditunda petugas",
    "out_of_order": "Diambil di luar urutan",
    "colleague_note": "Catatan untuk rekan",
    "ask_supervisor": "Ditanyakan ke atasan",
    "supervisor_answer": "Dijawab atasan",
    "upload": "Dokumen diterima",
    "remove_page": "Foto dihapus pemohon",
    "promise_broken": "Janji terlewat, kami minta maaf",
    "deadline_moved": "Batas waktu diundur karena gangguan sistem",
    "reopen": "Dibuka kembali",
    "scans_removed": "Foto dokumen dihapus sesuai aturan penyimpanan",
    "data_copied": "Salinan semua data dibuat untuk pemohon",
    "identity_removed": "NIK, nomor KK, dan kontak dihapus sesuai aturan penyimpanan",
    "search_by_nik": "Dicari dengan NIK oleh petugas",
    "show_identity": "NIK lengkap dilihat petugas",
    "show_pin": "PIN dicetak petugas di tanda terima",
    "notice_read": "Pemberitahuan data dibacakan petugas desa",
    "precheck": "Berkas dicocokkan petugas desa",
    "handoff_made": "Tautan untuk HP pemohon dibuat petugas desa",
    "handed_to_phone": "Permohonan dialihkan ke HP pemohon",
    "called": "Dipanggil",
    "skipped": "Dipanggil, tidak ada di tempat",
    "put_aside": "Ditunda di loket",
}

RECHECK_STATE_WORDS: dict[str, str] = {
    "waiting": "Menunggu dinilai",
    "judged": "Dinilai, sebab belum ditulis",
    "closed": "Selesai",
    "scans_removed": "Gugur, dokumennya sudah dihapus",
    "decided_again": "Gugur, sudah diputus ulang",
}

MESSAGE_WORDS: dict[Kind, str] = {
    Kind.RECEIVED: "Permohonan diterima",
    Kind.CORRECTION_ASKED: "Diminta perbaikan",
    Kind.CORRECTION_REMINDER: "Pengingat batas perbaikan",
    Kind.DEADLINE_MOVED: "Batas waktu diundur",
    Kind.LAPSED: "Lewat batas waktu",
    Kind.REFUSED: "Ditolak",
    Kind.LOOKED_AT_AGAIN: "Keputusan diperiksa ulang",
    Kind.SCHEDULED: "Jadwal datang",
    Kind.ACCEPTED_WAITING: "Berkas lengkap, jadwal menyusul",
    Kind.MOVED: "Jadwal berubah",
    Kind.EARLIER_OFFERED: "Jadwal lebih awal ditawarkan",
    Kind.MISSED: "Jadwal terlewat",
    Kind.REMINDER_EVE: "Pengingat jadwal besok",
    Kind.REMINDER_DAY: "Pengingat jadwal hari ini",
    Kind.READY: "KTP-el siap diambil",
    Kind.OBSTACLE: "Sedang ada kendala",
    Kind.PROMISE_MOVED: "Janji bergeser",
    Kind.APOLOGY: "Permohonan maaf karena terlambat",
    Kind.READY_REMINDER: "Pengingat ambil KTP-el",
    Kind.REPRINT: "KTP-el dicetak ulang",
    Kind.HANDED_OVER: "KTP-el diserahkan",
    Kind.WITHDRAWN: "Permohonan dibatalkan",
    Kind.BLANKS_OUT: "Blangko habis, KTP-el menyusul",
    Kind.BLANKS_BACK: "Blangko sudah ada lagi",
    Kind.SURVEY: "Undangan survei kepuasan",
}

ENTRY_WORDS: dict[EntryKind, str] = {
    EntryKind.RECEIVED: "Diterima",
    EntryKind.BORROWED: "Dipinjam dari kantor lain",
    EntryKind.TAKEN_BACK: "Pinjaman kami kembali",
    EntryKind.FOUND: "Koreksi: ada, belum tercatat",
    EntryKind.USED: "Dipakai",
    EntryKind.SPOILED: "Rusak",
    EntryKind.LENT: "Dipinjamkan ke kantor lain",
    EntryKind.GIVEN_BACK: "Dikembalikan ke pemiliknya",
    EntryKind.MISSING: "Koreksi: tercatat, tidak ada",
    EntryKind.COUNTED: "Dihitung",
    EntryKind.REQUESTED: "Diminta",
    EntryKind.DESTROYED: "Dimusnahkan",
}
"""Lines of the ledger of blanks."""


def entry_word(kind: str) -> str:
    return ENTRY_WORDS[EntryKind(kind)]


STAFF_NEWS_WORDS: dict[StaffNews, str] = {
    StaffNews.BLANKS_LOW: "Stok blangko menipis",
    StaffNews.BLANKS_ASKED: "Blangko diminta",
    StaffNews.MANY_LOOKS: "Banyak dokumen dibuka",
    StaffNews.COMPLAINT_FOR_YOU: "Pengaduan khusus atasan",
    StaffNews.QUEUE_JUMPS: "Di luar urutan minggu lalu",
    StaffNews.DAILY_HEAD: "Sidik riwayat harian",
}

COMPLAINT_NEWS_WORDS: dict[ComplaintNews, str] = {
    ComplaintNews.RECEIVED: "Pengaduan diterima",
    ComplaintNews.TAKEN_UP: "Pengaduan dikerjakan",
    ComplaintNews.ASKED: "Kami bertanya balik",
    ComplaintNews.ANSWERED: "Pengaduan dijawab",
    ComplaintNews.CLOSED: "Pengaduan ditutup",
}

COMPLAINT_STATE_WORDS: dict[ComplaintState, str] = {
    ComplaintState.RECEIVED: "Diterima",
    ComplaintState.CLASSIFIED: "Sudah dipilah",
    ComplaintState.IN_WORK: "Dikerjakan",
    ComplaintState.ASKED_BACK: "Menunggu jawaban pelapor",
    ComplaintState.ANSWERED: "Sudah dijawab",
    ComplaintState.CLOSED: "Ditutup",
    ComplaintState.REOPENED: "Dibuka lagi",
}

COMPLAINT_ACT_WORDS: dict[ComplaintAct, str] = {
    ComplaintAct.CLASSIFY: "Dipilah",
    ComplaintAct.TAKE_UP: "Mulai dikerjakan",
    ComplaintAct.ASK: "Kami bertanya",
    ComplaintAct.REPLY: "Jawaban pelapor",
    ComplaintAct.ANSWER: "Jawaban kami",
    ComplaintAct.CLOSE: "Ditutup",
    ComplaintAct.REOPEN: "Dibuka lagi",
}

COMPLAINT_NOTE_WORDS = {
    "receive": "Diterima",
    "look": "Foto bukti dilihat",
    "evidence": "Foto bukti diterima",
    "hide": "Dialihkan ke atasan",
    "link": "Nomor permohonan diubah",
    "open_message": "Pesan dibuka untuk disampaikan",
    "message_sent": "Pesan disampaikan",
    "photos_removed": "Foto bukti dihapus sesuai aturan penyimpanan",
    "texts_removed": "Isi pengaduan dihapus sesuai aturan penyimpanan",
}
"""Lines of a complaint's history that are no step."""

COMPLAINT_KIND_WORDS: dict[ComplaintKind, str] = {
    ComplaintKind.COMPLAINT: "Pengaduan",
    ComplaintKind.SUGGESTION: "Saran",
    ComplaintKind.PRAISE: "Pujian",
    ComplaintKind.LEVY: "Laporan pungutan atau suap",
    ComplaintKind.QUESTION: "Pertanyaan",
}

COMPLAINT_CHANNEL_WORDS: dict[ComplaintChannel, str] = {
    ComplaintChannel.ONLINE: "Formulir daring",
    ComplaintChannel.LETTER: "Surat",
    ComplaintChannel.PHONE: "Telepon",
    ComplaintChannel.FAX: "Faksimile",
    ComplaintChannel.EMAIL: "Email",
    ComplaintChannel.WHATSAPP: "WhatsApp",
    ComplaintChannel.INSTAGRAM: "Instagram",
    ComplaintChannel.FACEBOOK: "Facebook",
    ComplaintChannel.BOX: "Kotak saran",
    ComplaintChannel.LAPOR: "SP4N-LAPOR!",
    ComplaintChannel.COUNTER: "Lisan di loket",
}

COMPLAINT_CLASS_WORDS: dict[ComplaintClass, str] = {
    ComplaintClass.INFORMATION: "Permintaan informasi, 5 hari kerja",
    ComplaintClass.PLAIN: "Tanpa pemeriksaan, 14 hari kerja",
    ComplaintClass.INSPECTION: "Perlu pemeriksaan, 60 hari kerja",
}

NAMING_WORDS: dict[Naming, str] = {
    Naming.NAMED: "Boleh diketahui petugas",
    Naming.CONFIDENTIAL: "Rahasia, hanya atasan yang tahu",
    Naming.ANONYMOUS: "Tanpa nama (anonim)",
}


def complaint_state_word(state: str) -> str:
    return COMPLAINT_STATE_WORDS[ComplaintState(state)]


def complaint_act_word(act: str) -> str:
    """A line of a complaint's history in words."""
    known = act in ComplaintAct._value2member_map_
    return COMPLAINT_ACT_WORDS[ComplaintAct(act)] if known else COMPLAINT_NOTE_WORDS.get(act, act)


def complaint_kind_word(kind: str) -> str:
    return COMPLAINT_KIND_WORDS[ComplaintKind(kind)]


def complaint_channel_word(channel: str) -> str:
    return COMPLAINT_CHANNEL_WORDS[ComplaintChannel(channel)]


def complaint_class_word(grade: str) -> str:
    return COMPLAINT_CLASS_WORDS[ComplaintClass(grade)] if grade else "Belum dipilah"


def naming_word(naming: str) -> str:
    return NAMING_WORDS[Naming(naming)]


MESSAGE_CHANNEL_WORDS: dict[MessageChannel, str] = {
    MessageChannel.EMAIL: "Email",
    MessageChannel.WHATSAPP: "WA",
    MessageChannel.PHONE: "Telepon",
    MessageChannel.VILLAGE: "Lewat desa",
}

MESSAGE_STATE_WORDS: dict[MessageState, str] = {
    MessageState.WAITING: "Menunggu",
    MessageState.SENT: "Terkirim",
    MessageState.FAILED: "Gagal",
    MessageState.RECALLED: "Tidak perlu lagi",
}

OBSTACLE_WORDS: dict[ObstacleKind, str] = {
    ObstacleKind.BLANKS: "Blangko KTP-el habis",
    ObstacleKind.SIAK_NETWORK: "Jaringan SIAK terputus",
    ObstacleKind.POWER: "Listrik padam",
    ObstacleKind.CAMERA: "Kamera rusak",
    ObstacleKind.SIGNATURE_PAD: "Alat tanda tangan rusak",
    ObstacleKind.PRINTER: "Pencetak KTP-el rusak",
    ObstacleKind.OTHER: "Kendala teknis lain",
}
"""As citizens read it, on the public pages and in messages [T1]."""

OBSTACLE_MEANING: dict[ObstacleKind, str] = {
    ObstacleKind.BLANKS: "Jadwal baru kami berikan begitu blangko ada.",
    ObstacleKind.SIAK_NETWORK: "Pemeriksaan, perekaman, dan pencetakan berhenti dulu.",
    ObstacleKind.POWER: "Pemeriksaan, perekaman, dan pencetakan berhenti dulu.",
    ObstacleKind.CAMERA: "Perekaman foto berhenti dulu.",
    ObstacleKind.SIGNATURE_PAD: "Perekaman tanda tangan berhenti dulu.",
    ObstacleKind.PRINTER: "Berkas tetap diperiksa dan direkam. Pencetakan berhenti dulu.",
    ObstacleKind.OTHER: "Pelayanan di kantor berhenti dulu.",
}
"""What it means for whoever waits."""

TASK_WORDS: dict[Task, str] = {
    Task.APOLOGY: "Permohonan maaf",
    Task.READY_NOTICE: "Kabar siap diambil",
    Task.FACILITATION: "Bantuan dokumen keluarga",
}

LATE_CAUSE_WORDS: dict[LateCause, str] = {
    LateCause.CROWD: "antrean sedang panjang",
    LateCause.SHORT_OF_STAFF: "petugas berhalangan",
    LateCause.LEFT_LYING: "berkas terlewat oleh kami",
    LateCause.MISTAKE: "kekeliruan kami",
    LateCause.OTHER: "sebab lain, tulis di bawah",
}
"""As it stands after "Kami terlambat karena"; the last one is never written there."""

FAMILY_PAPER_WORDS: dict[FamilyPaper, str] = {
    FamilyPaper.BIRTH_CERTIFICATE: "Akta kelahiran",
    FamilyPaper.CHILD_CARD: "Kartu Identitas Anak (KIA)",
    FamilyPaper.FIRST_CARD: "KTP-el pertama",
    FamilyPaper.FAMILY_CARD: "Perbaruan Kartu Keluarga (KK)",
    FamilyPaper.DEATH_CERTIFICATE: "Akta kematian",
    FamilyPaper.OTHER: "Dokumen lain",
}

OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.OPEN: "Sedang dibantu",
    Outcome.DONE: "Selesai",
    Outcome.EXPLAINED: "Sudah dijelaskan",
}


def task_word(kind: str) -> str:
    return TASK_WORDS[Task(kind)]


def family_paper_word(kind: str) -> str:
    return FAMILY_PAPER_WORDS[FamilyPaper(kind)]


def outcome_word(outcome: str) -> str:
    return OUTCOME_WORDS[Outcome(outcome)]


def obstacle_word(kind: str) -> str:
    return OBSTACLE_WORDS[ObstacleKind(kind)]


def obstacle_words(kinds: Iterable[str]) -> str:
    """Obstacles within a sentence: "blangko KTP-el habis, listrik padam"."""
    return ", ".join(map(kecil, map(obstacle_word, kinds)))


def obstacle_meaning(kind: str) -> str:
    return OBSTACLE_MEANING[ObstacleKind(kind)]


def message_word(kind: str) -> str:
    if kind in COMPLAINT_NEWS_WORDS:
        return COMPLAINT_NEWS_WORDS[ComplaintNews(kind)]
    return STAFF_NEWS_WORDS[StaffNews(kind)] if kind in STAFF_NEWS_WORDS else MESSAGE_WORDS[Kind(kind)]


def message_channel_word(channel: str) -> str:
    return MESSAGE_CHANNEL_WORDS[MessageChannel(channel)]


def message_state_word(state: str) -> str:
    return MESSAGE_STATE_WORDS[MessageState(state)]


FIELD_WORDS: dict[Field, str] = {
    Field.NIK: "NIK",
    Field.NAME: "Nama",
    Field.BIRTH: "Lahir",
    Field.SEX: "Kelamin",
    Field.FAMILY_NUMBER: "No. KK",
    Field.ADDRESS: "Alamat",
}

DOCUMENT_SHORT: dict[DocumentKind, str] = {
    DocumentKind.OLD_CARD: "KTP-el",
    DocumentKind.FAMILY_CARD: "KK",
    DocumentKind.FORM_F102: "F-1.02",
    DocumentKind.DATA_EVIDENCE: "Bukti",
    DocumentKind.POLICE_LETTER: "Surat polisi",
    DocumentKind.AUTHORITY: "Kuasa",
    DocumentKind.PICKUP_AUTHORITY: "Kuasa ambil",
}
"""For the officers' buttons, where the whole name has no room."""

DESK_ACT_WORDS: dict[DeskAct, str] = {
    DeskAct.FIRST_DOCUMENT: "Dokumen pertama",
    DeskAct.SECOND_DOCUMENT: "Dokumen kedua",
    DeskAct.THIRD_DOCUMENT: "Dokumen ketiga",
    DeskAct.FOURTH_DOCUMENT: "Dokumen keempat",
    DeskAct.ZOOM_IN: "Perbesar",
    DeskAct.ZOOM_OUT: "Perkecil",
    DeskAct.FIT: "Pas di layar",
    DeskAct.FULL_SIZE: "Ukuran asli",
    DeskAct.TURN: "Putar ke kanan",
    DeskAct.TURN_BACK: "Putar ke kiri",
    DeskAct.BRIGHTER: "Terangkan foto gelap",
    DeskAct.SIDE_BY_SIDE: "Dua dokumen berdampingan",
    DeskAct.BEFORE_AFTER: "Foto sebelum diganti",
    DeskAct.NEXT_PAGE: "Lembar berikut",
    DeskAct.STRAIGHTEN: "Tandai sudut dokumen",
    DeskAct.MATCHES: "Isian cocok",
    DeskAct.DIFFERS: "Isian beda",
    DeskAct.EDIT_MESSAGE: "Ubah pesan untuk pemohon",
    DeskAct.RETURN: "Kembalikan untuk diperbaiki",
    DeskAct.ACCEPT: "Terima",
    DeskAct.REFUSE: "Tolak permohonan",
    DeskAct.SKIP: "Lewati",
    DeskAct.NOTE: "Catatan untuk rekan",
    DeskAct.ASK: "Tanya atasan",
    DeskAct.COPY_NIK: "Salin NIK",
    DeskAct.UNDO: "Batalkan keputusan terakhir",
    DeskAct.SEARCH: "Cari",
    DeskAct.HELP: "Daftar pintasan",
    DeskAct.SWITCH: "Matikan atau nyalakan pintasan",
}

MESSAGE_ACT_WORDS: dict[MessageAct, str] = {
    MessageAct.OPEN: "Buka pesan di WA",
    MessageAct.SENT: "Ya, sudah terkirim",
    MessageAct.NOT_SENT: "Belum terkirim",
    MessageAct.NOT_REACHED: "Nomor tidak bisa",
    MessageAct.SKIP: "Lewati dulu",
    MessageAct.SEARCH: "Cari permohonan",
    MessageAct.HELP: "Daftar pintasan",
    MessageAct.SWITCH: "Matikan atau nyalakan pintasan",
}

COUNTER_ACT_WORDS: dict[CounterAct, str] = {
    CounterAct.CALL: "Panggil berikutnya",
    CounterAct.CALL_AGAIN: "Panggil lagi",
    CounterAct.PRESENT: "Sudah di loket",
    CounterAct.SKIP: "Lewati, tidak ada di tempat",
    CounterAct.ARRIVED: "Tandai tiba",
    CounterAct.DONE: "Langkah selesai",
    CounterAct.FAILED: "Gagal cetak",
    CounterAct.POSTPONE: "Tunda, beri alasan",
    CounterAct.RESCHEDULE: "Jadwal ulang",
    CounterAct.WALK_IN: "Pemohon tanpa janji",
    CounterAct.RESTOCK: "Minta blangko",
    CounterAct.UNDO: "Batalkan langkah terakhir",
    CounterAct.SEARCH: "Pindai atau cari",
    CounterAct.HELP: "Daftar pintasan",
    CounterAct.SWITCH: "Matikan atau nyalakan pintasan",
}

FLAG_WORDS: dict[str, str] = {
    "blurred": "mungkin buram",
    "dark": "gelap",
    "glare": "silau",
    "small": "terlalu kecil",
}
"""What was measured on a photo; to the officer, who looks with own eyes."""

WARNING_WORDS: dict[str, str] = {
    "impossible_date": "Tanggal lahir di NIK tidak ada di kalender.",
    "birth_date_differs": "Tanggal lahir berbeda dengan angka di NIK.",
    "sex_differs": "Jenis kelamin berbeda dengan angka di NIK.",
    "serial_zero": "Empat angka terakhir NIK 0000.",
    "same_as_kk": "NIK sama dengan nomor KK.",
    "unknown_region": "Kode wilayah di awal NIK tidak dikenal.",
    "other_district": "NIK terdaftar pertama di kecamatan lain.",
    "long_name": "Nama lebih dari 60 huruf.",
    "landline": "Telepon rumah, tidak ada WhatsApp.",
    "no_contact": "Tanpa HP dan email. Kabar disampaikan petugas desa.",
    "email_typo": "Alamat email mungkin salah ketik.",
    "duplicate_nik": "NIK ini punya permohonan lain yang masih berjalan.",
}
"""What was odd in an application and confirmed by its applicant; to the officer who decides."""

ACCOUNT_ACT_WORDS: dict[AccountAct, str] = {
    AccountAct.INVITED: "Diundang",
    AccountAct.LINK_RENEWED: "Tautan sandi dibuat",
    AccountAct.PASSWORD_SET: "Kata sandi dibuat lewat tautan",
    AccountAct.PASSWORD_CHANGED: "Kata sandi diganti",
    AccountAct.FACTOR_SET: "Kode masuk dipasang",
    AccountAct.FACTOR_RESET: "Kode masuk dihapus",
    AccountAct.RECOVERY_MADE: "Kode cadangan dibuat baru",
    AccountAct.RECOVERY_USED: "Masuk dengan kode cadangan",
    AccountAct.DUTIES_CHANGED: "Tugas diubah",
    AccountAct.DISABLED: "Dinonaktifkan",
    AccountAct.ENABLED: "Diaktifkan lagi",
    AccountAct.SIGNED_IN: "Masuk",
    AccountAct.SESSIONS_ENDED: "Sesi diakhiri",
    AccountAct.EXPORTED: "Daftar diunduh",
    AccountAct.EXPORTED_IN_FULL: "Daftar dengan NIK lengkap diunduh",
}


TERM_WORDS: dict[Term, str] = {
    Term.SCANS_HANDED_OVER: "Foto dokumen, sejak KTP-el diserahkan",
    Term.SCANS_CLOSED: "Foto dokumen, sejak ditolak, dibatalkan, atau lewat batas waktu",
    Term.SCANS_UNCOLLECTED: "Foto dokumen, sejak KTP-el siap tetapi tidak diambil",
    Term.MESSAGE_BODIES: "Isi pesan kepada pemohon, sejak terkirim atau gagal",
    Term.IDENTITY: "NIK, nomor KK, dan kontak, sejak permohonan selesai",
    Term.COMPLAINT_PHOTOS: "Foto bukti pengaduan, sejak ditutup",
    Term.COMPLAINT_TEXTS: "Isi dan kontak pengaduan, sejak ditutup",
}
"""What is kept for so long, and since when it counts."""


def term_word(term: str) -> str:
    return TERM_WORDS[Term(term)]


OFFICE_ACT_WORDS: dict[OfficeAct, str] = {
    OfficeAct.HOURS_SET: "Jam buka biasa diubah",
    OfficeAct.SEASON_SET: "Jam khusus disimpan",
    OfficeAct.SEASON_REMOVED: "Jam khusus dihapus",
    OfficeAct.PLAN_SET: "Jadwal perekaman diubah",
    OfficeAct.DAY_CLOSED: "Hari tutup dicatat",
    OfficeAct.DAY_OPENED: "Hari tutup dihapus",
    OfficeAct.TEXT_SET: "Teks pesan diubah",
    OfficeAct.TEXT_RESTORED: "Teks pesan kembali ke bawaan",
    OfficeAct.MESSAGE_TIMES_SET: "Jam tenang pesan diubah",
    OfficeAct.CONTACTS_SET: "Kontak kantor diubah",
    OfficeAct.STANDARD_SET: "Standar pelayanan diubah",
    OfficeAct.STANDARD_RESTORED: "Standar pelayanan kembali ke teks bawaan",
    OfficeAct.THRESHOLD_SET: "Ambang atau masa diubah",
    OfficeAct.VILLAGE_SET: "Desa diubah",
    OfficeAct.VILLAGE_RETIRED: "Desa dinonaktifkan",
    OfficeAct.VILLAGE_RESUMED: "Desa diaktifkan lagi",
    OfficeAct.REJECTION_TEXT_SET: "Alasan pengembalian diubah",
    OfficeAct.DOCUMENT_NOTE_SET: "Petunjuk dokumen diubah",
    OfficeAct.SERVICE_SET: "Layanan diubah",
    OfficeAct.SURVEY_PLANNED: "Rencana tindak lanjut survei disimpan",
    OfficeAct.SURVEY_PUBLISHED: "Hasil survei diterbitkan",
    OfficeAct.SURVEY_USERS_SET: "Jumlah pengguna setahun diketik",
    OfficeAct.TERMS_SET: "Lama penyimpanan data diubah",
    OfficeAct.MEETING_MADE: "Rapat disiapkan",
    OfficeAct.MINUTES_WRITTEN: "Notulen rapat disimpan",
    OfficeAct.FOLLOW_UP_ADDED: "Tindak lanjut rapat dicatat",
    OfficeAct.FOLLOW_UP_CHANGED: "Tindak lanjut rapat diubah",
    OfficeAct.FOLLOW_UP_DONE: "Tindak lanjut rapat selesai",
    OfficeAct.FOLLOW_UP_DROPPED: "Tindak lanjut rapat dihentikan",
}


def office_act_word(act: str) -> str:
    return OFFICE_ACT_WORDS[OfficeAct(act)]


def account_act_word(act: str) -> str:
    return ACCOUNT_ACT_WORDS[AccountAct(act)]


EVENT_WORDS: dict[str, str] = {
    **{str(act): words for act, words in ACT_WORDS.items()},
    **NOTE_WORDS,
    **{str(act): words for act, words in ACCOUNT_ACT_WORDS.items()},
    **{str(act): words for act, words in OFFICE_ACT_WORDS.items()},
}
"""Whatever a line of the history can tell."""


def event_word(act: str) -> str:
    return EVENT_WORDS.get(act, act)


FILTERS = {
    f.__name__: f
    for f in (
        state_word,
        act_word,
        document_word,
        document_short,
        field_word,
        desk_act_word,
        counter_act_word,
        message_act_word,
        stand_word,
        change_word,
        service_word,
        wish_word,
        has_old_card,
        reason_word,
        channel_word,
        role_word,
        sex_word,
        reject_word,
        paper_fault,
        message_word,
        entry_word,
        message_channel_word,
        message_state_word,
        obstacle_word,
        obstacle_meaning,
        task_word,
        family_paper_word,
        outcome_word,
        obstacle_words,
        account_act_word,
        office_act_word,
        berempat,
        complaint_state_word,
        complaint_act_word,
        complaint_kind_word,
        complaint_channel_word,
        complaint_class_word,
        naming_word,
        term_word,
    )
}
"""Jinja filters, by their own names."""
