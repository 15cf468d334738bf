"""The answers of a draft as the applicant reads them once more before sending [P5]."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from components import applications, intake
from components.particulars import known_codes
from components.wording import change_word, married_word, reason_word, sex_word, wish_word
from components.words import tanggal_surat
from models.application import Application
from models.rules.catalogue import Service

PAGE_WORDS = {
    "perubahan": "Yang diganti",
    "alasan": "Alasan",
    "keterangan": "Keterangan",
    "rincian": "Pertanyaan layanan",
    "kontak": "Nomor HP, email, dan desa",
    "identitas": "Data Anda",
}
_FIELD_WORDS = {
    "perubahan": "Yang diganti",
    "alasan": "Alasan",
    "catatan": "Keterangan",
    "ikut": "Yang ikut diganti",
    "kawin": "Sudah atau pernah kawin",
    "no_hp": "Nomor HP",
    "whatsapp": "WhatsApp",
    "email": "Email",
    "desa": "Desa",
    "nik": "NIK",
    "no_kk": "Nomor KK",
    "nama": "Nama",
    "tempat_lahir": "Tempat lahir",
    "tgl_lahir": "Tanggal lahir",
    "jenis_kelamin": "Jenis kelamin",
    "alamat": "Alamat",
    "rt_rw": "RT/RW",
}
_SHOWN = 200
"""Letters of a long answer that are shown where only the difference matters."""

Row = tuple[str, str | list[str], str, str]
"""Words, what was answered (one line or several), the way to change it, and what that changes."""


async def answers(application: Application) -> list[Row]:
    """What was answered, in the order of asking; "Belum diisi" where a step still waits."""
    path = f"/permohonan/{application.number}"
    typed = applications.answered(application)
    rows = _wish(application, path)
    whatsapp = "ada WhatsApp" if application.phone_whatsapp else "tanpa WhatsApp"
    contact = [f"{typed['no_hp']} ({whatsapp})" if typed["no_hp"] else "", typed["email"]]
    if not any(contact):
        unreachable = intake.NO_CONTACT in known_codes(application)
        contact = ["Tidak ada, kabar lewat petugas desa" if unreachable else "Belum diisi"]
    rows.append(
        ("Nomor HP dan email", [line for line in contact if line], f"{path}/kontak", "nomor HP dan email")
    )
    village = next(
        (row for row in await intake.villages_of(application.office) if row["id"] == application.village),
        None,
    )
    if village:
        rows.append(("Desa atau kelurahan", village["name"], f"{path}/kontak", "desa atau kelurahan"))
    if typed["nik"]:
        rows += _person(application, typed, f"{path}/identitas")
    else:
        rows.append(("Data Anda", "Belum diisi", f"{path}/identitas", "data Anda"))
    return rows


def _wish(application: Application, path: str) -> list[Row]:
    other = application.service != Service.BIOMETRIC
    what = wish_word(application.service, application.change)
    rows: list[Row] = [
        ("Layanan", what, f"{path}/rincian", "layanan")
        if other
        else ("Yang diganti", what, f"{path}/perubahan", "yang diganti")
    ]
    if application.change and application.reason and not other:
        rows.append(("Alasan", reason_word(application.reason), f"{path}/alasan", "alasan"))
    if application.account:
        page = "rincian" if other else "keterangan"
        rows.append(("Keterangan", application.account.splitlines(), f"{path}/{page}", "keterangan"))
    if application.service == Service.FIRST and application.details_answered:
        married = married_word(application.ever_married)
        rows.append(("Status kawin", married, f"{path}/rincian", "status kawin"))
    return rows


def _person(application: Application, typed: Mapping[str, str], href: str) -> list[Row]:
    born = f"{application.birth_place}, {tanggal_surat(application.birth_date)}"
    return [
        ("Nama dan NIK", [application.name, typed["nik"]], href, "nama dan NIK"),
        ("Nomor KK", typed["no_kk"], href, "nomor KK"),
        ("Lahir", [born, sex_word(application.sex)], href, "tempat dan tanggal lahir"),
        ("Alamat", [application.address, f"RT/RW {typed['rt_rw']}"], href, "alamat"),
    ]


async def differences(application: Application, theirs: Mapping[str, str]) -> dict[str, str]:
    """What another device wrote, in words, for each field in which it differs."""
    villages = {str(row["id"]): row["name"] for row in await intake.villages_of(application.office)}
    words: dict[str, Callable[[str], str]] = {
        "perubahan": change_word,
        "alasan": reason_word,
        "jenis_kelamin": sex_word,
        "desa": lambda id_: villages.get(id_, id_),
        "whatsapp": lambda ticked: "ya" if ticked else "tidak",
    }

    def shown(name: str, value: str) -> str:
        with suppress(ValueError):  # an answer that is none of ours was typed past the page
            value = words.get(name, str)(value)
        return f"{_FIELD_WORDS[name]} di perangkat lain: {value[:_SHOWN] or 'kosong'}"

    return {name: shown(name, value) for name, value in theirs.items()}
