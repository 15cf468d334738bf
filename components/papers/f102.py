"""Form F-1.02, registration of a population event (Permendagri 109/2019), filled in for signing [R1, R2].

The form is data: another edition is another entry of F102_TEMPLATES. The PDF and the page are drawn from the
same entry. The applicant signs in ink, so nothing here signs or dates the form on the applicant's behalf.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from components import words

Paper = Literal["A4", "F4"]
PAPERS: dict[Paper, tuple[float, float]] = {"A4": (210, 297), "F4": (215, 330)}
"""Width and height in mm. F4 (folio) is what village offices load."""

DIGITS = 16


@dataclass(frozen=True)
class Item:
    """One line of the grid. key names it across groups: "IV.B", "II.C.2"."""

    key: str
    code: str
    label: str

    @property
    def lettered(self) -> bool:
        """Whether the line is headed by a letter; the form prints those bold."""
        return self.code.isalpha()


@dataclass(frozen=True)
class Group:
    """Two of the eight columns: codes and labels under a Roman numeral.

    rows: from the top, None where the form has an empty cell. note: lines of the one cell that is merged from
    below the last row of the group to the foot of the grid.
    """

    numeral: str
    title: str
    rows: tuple[Item | None, ...]
    note: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """One circle of section III."""

    key: str
    label: str


@dataclass(frozen=True)
class FormTemplate:
    """One edition of the form."""

    version: str
    source: str
    code: str
    title: str
    sections: tuple[str, str, str]
    fields: tuple[str, str, str]
    groups: tuple[Group, ...]
    attachments: tuple[tuple[Attachment, Attachment], ...]
    signatures: tuple[str, str]

    @property
    def row_count(self) -> int:
        """Rows of the grid below its heading."""
        return max(len(group.rows) for group in self.groups)

    @property
    def item_keys(self) -> frozenset[str]:
        """Keys of everything that can be chosen in the grid."""
        return frozenset(item.key for group in self.groups for item in group.rows if item)

    @property
    def attachment_keys(self) -> frozenset[str]:
        """Keys of all circles."""
        return frozenset(circle.key for pair in self.attachments for circle in pair)


def _group(numeral: str, title: str, *lines: str, note: tuple[str, ...] = ()) -> Group:
    """Read lines such as "A BARU", "1 Hilang" and "" (empty cell); a digit belongs to the letter above it."""
    rows: list[Item | None] = []
    letter = ""
    for line in lines:
        code, _, label = line.partition(" ")
        if code.isalpha():
            letter = code
        key = f"{numeral}.{letter}" if code == letter else f"{numeral}.{letter}.{code}"
        rows.append(Item(key, code, label) if line else None)
    return Group(numeral, title, tuple(rows), note)


F102_2019 = FormTemplate(
    version="2019",
    source="Permendagri 109 Tahun 2019",
    code="F-1.02",
    title="FORMULIR PENDAFTARAN PERISTIWA KEPENDUDUKAN",
    sections=("I. DATA PEMOHON", "II. JENIS PERMOHONAN", "III. PERSYARATAN YANG DILAMPIRKAN"),
    fields=("1. Nama Lengkap", "2. Nomor Induk Kependudukan", "3. Nomor Kartu Keluarga"),
    groups=(
        _group(
            "I",
            "KARTU KELUARGA",
            "A BARU",
            "1 Membentuk Keluarga Baru",
            "2 Penggantian Kepala Keluarga",
            "3 Pisah KK",
            "4 Pindah Datang",
            "5 WNI dari LN karena Pindah",
            "6 Rentan Adminduk",
            "B PERUBAHAN DATA",
            "1 Menumpang dalam KK",
            "2 Peristiwa Penting",
            "3 Perubahan elemen data yang tercantum dalam KK",
            "C HILANG/RUSAK",
            "1 Hilang",
            "2 Rusak",
        ),
        _group(
            "II",
            "KTP-el",
            "A BARU",
            "",
            "B PINDAH DATANG",
            "",
            "C HILANG/RUSAK",
            "1 Hilang",
            "2 Rusak",
            "",
            "D PERPANJANGAN ITAP",
            "",
            "E PERUBAHAN STATUS KEWARGANEGARAAN",
            "F LUAR DOMISILI",
            "",
            "G TRANSMIGRASI",
        ),
        _group(
            "III",
            "KARTU IDENTITAS ANAK",
            "A BARU",
            "",
            "B HILANG/RUSAK",
            "1 Hilang",
            "2 Rusak",
            "",
            "C Perpanjangan ITAP",
            "",
            "D Lainnya",
            "",
            "",
            "",
            "",
            "",
        ),
        _group(
            "IV",
            "PERUBAHAN DATA",
            "A KK",
            "",
            "B KTP-el",
            "",
            "C KIA",
            note=("Melampirkan:", "1) Formulir Perubahan Data; dan", "2) Bukti Perubahan Data"),
        ),
    ),
    attachments=(
        (
            Attachment("old_family_card", "KK Lama/KK Rusak"),
            Attachment(
                "change_evidence",
                "Surat keterangan/bukti perubahan Peristiwa Kependudukan dan Peristiwa Penting",
            ),
        ),
        (
            Attachment("marriage_certificate", "Buku nikah/kutipan akta perkawinan"),
            Attachment("unrecorded_marriage", "SPTJM perkawinan/perceraian belum tercatat"),
        ),
        (
            Attachment("divorce_certificate", "Kutipan akta perceraian"),
            Attachment("death_certificate", "Akta kematian"),
        ),
        (
            Attachment("moving_letter", "Surat Keterangan Pindah"),
            Attachment("cause_statement", "Surat pernyataan penyebab terjadinya hilang atau rusak"),
        ),
        (
            Attachment("moving_abroad_letter", "Surat Keterangan Pindah Luar Negeri"),
            Attachment("mission_moving_letter", "Surat Keterangan Pindah dari Perwakilan RI"),
        ),
        (
            Attachment("damaged_card", "KTP-el Rusak"),
            Attachment("acceptance_statement", "Surat pernyataan bersedia menerima sebagai anggota keluarga"),
        ),
        (
            Attachment("travel_document", "Dokumen Perjalanan"),
            Attachment("custody_letter", "Surat kuasa pengasuhan anak dari orang tua/wali"),
        ),
        (
            Attachment("police_letter", "Surat keterangan hilang dari kepolisian"),
            Attachment("stay_permit", "Kartu Izin Tinggal Tetap"),
        ),
    ),
    signatures=("Petugas", "Pemohon"),
)

F102_TEMPLATES: dict[str, FormTemplate] = {F102_2019.version: F102_2019}
CURRENT = F102_2019.version

# What each entry of the service catalogue marks in the grid and among the circles. The form has no box for a
# new photo or signature; "perubahan data KTP-el" is the nearest.
_MARKS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "biometric": (frozenset({"IV.B"}), frozenset()),
    "damaged": (frozenset({"II.C.2"}), frozenset({"damaged_card"})),
    "data_change": (frozenset({"IV.B"}), frozenset({"change_evidence"})),
    "lost": (frozenset({"II.C.1"}), frozenset({"police_letter"})),
    "first": (frozenset({"II.A"}), frozenset()),
}


@dataclass(frozen=True)
class F102:
    """One form, filled in.

    nik, kk_number: 16 ASCII digits, or "" to leave the boxes empty for handwriting. place: where it is
    signed. signed_on: None leaves dots to be filled in by hand. items, attachments: keys of the edition named
    by template_version. Raises ValueError for anything else, never repeating what was typed.
    """

    name: str = field(repr=False)
    nik: str = field(repr=False)
    kk_number: str = field(repr=False)
    place: str
    number: str
    village: str = ""
    signed_on: date | None = None
    items: frozenset[str] = frozenset()
    attachments: frozenset[str] = frozenset()
    template_version: str = CURRENT

    def __post_init__(self) -> None:
        for digits in (self.nik, self.kk_number):
            if digits and not (len(digits) == DIGITS and digits.isascii() and digits.isdigit()):
                raise ValueError("NIK and KK number are 16 digits each")
        if self.template_version not in F102_TEMPLATES:
            raise ValueError(f"there is no edition {self.template_version} of form F-1.02")
        if not self.items <= self.template.item_keys:
            raise ValueError("an item is not on this edition of form F-1.02")
        if not self.attachments <= self.template.attachment_keys:
            raise ValueError("an attachment is not on this edition of form F-1.02")

    @property
    def template(self) -> FormTemplate:
        """The edition this form is printed on."""
        return F102_TEMPLATES[self.template_version]

    @property
    def place_and_date(self) -> str:
        """ "Krian, 5 Februari 2026", or dots for the date."""
        day = words.tanggal_surat(self.signed_on) if self.signed_on else "." * 34
        return f"{self.place}, {day}"

    @property
    def foot(self) -> tuple[str, str]:
        """The small line at the foot, left and right: whose it is, and that it costs nothing [F1]."""
        owner = f"Nomor permohonan {self.number}" if self.number else ""
        return (
            ", ".join(part for part in (owner, self.village) if part),
            "Gratis, Rp0. Periksa isian, lalu tanda tangani dengan tinta.",
        )


def for_services(
    services: Iterable[str],
    *,
    name: str,
    nik: str,
    kk_number: str,
    place: str,
    number: str,
    village: str = "",
    signed_on: date | None = None,
    version: str = CURRENT,
) -> F102:
    """The form for entries of the catalogue that are applied for together ("biometric", "damaged", ...) [R2, R4].

    There is no box for a new photo or signature: IV.B stands for it, beside II.C.2 where the card is damaged.
    Raises KeyError for an unknown entry, ValueError as F102 does.
    """
    marks = [_MARKS[service] for service in services]
    return F102(
        name=name,
        nik=nik,
        kk_number=kk_number,
        place=place,
        number=number,
        village=village,
        signed_on=signed_on,
        items=frozenset().union(*(items for items, _ in marks)),
        attachments=frozenset().union(*(attachments for _, attachments in marks)),
        template_version=version,
    )


def pdf(form: F102, paper: Paper = "A4") -> bytes:
    """The form as a PDF of one page, safe on a black-and-white printer. Takes about 30 ms of processor."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers import f102_sheet

    return f102_sheet.draw(form, PAPERS[paper])
