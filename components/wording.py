"""Indonesian for every enum member a person may meet (design: words of the house)."""

from models.rules.catalogue import Change, Channel, DocumentKind, Reason, RejectReason, Sex
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
