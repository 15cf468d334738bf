"""One complaint on paper, for the office's file [C1, S2]."""

from datetime import datetime

from components import letterhead
from components.complaint_register import Sheet
from components.papers.listing import Column
from components.papers.report import Report, Section
from components.wording import (
    complaint_act_word,
    complaint_channel_word,
    complaint_class_word,
    complaint_kind_word,
    complaint_state_word,
    naming_word,
    role_word,
)
from components.words import angka, tanggal_jam
from models.history import Event
from models.rules.complaints import Naming

_DONE = (Column("Waktu", 60), Column("Langkah", 70), Column("Oleh", 50))


def report(sheet: Sheet, by: str, now: datetime) -> Report:
    """What the reader's page tells, fit to lie in a folder that others open, too.

    No PIN, telephone or e-mail ever; a name only of who let the officers know it, whoever prints.
    """
    row = sheet.line.row
    return Report(
        head=letterhead.of_office(),
        title=f"{complaint_kind_word(row.kind)} {row.number}",
        above=("Khusus atasan. Simpan terpisah dari berkas lain.",) if row.secret else (),
        sections=(
            Section("Keterangan", lines=_facts(sheet)),
            Section("Batas waktu", lines=_clocks(sheet)),
            *_written(sheet),
            *(
                Section(
                    f"{complaint_act_word(one.act)}, {'kantor kami' if one.by_office else 'pelapor'}, "
                    f"{tanggal_jam(one.at)}",
                    text=one.text,
                )
                for one in sheet.said
            ),
            Section(
                "Riwayat", columns=_DONE, rows=tuple(map(_done, sheet.events)), empty="Belum ada langkah."
            ),
        ),
        below=(f"Dicetak {by}, {tanggal_jam(now)}.",),
    )


def _facts(sheet: Sheet) -> tuple[str, ...]:
    row = sheet.line.row
    named = row.naming == Naming.NAMED and sheet.contact.name
    lines = (
        f"Saluran: {complaint_channel_word(row.channel)}",
        f"Nomor dari luar: {row.outside_number}" if row.outside_number else "",
        f"Diterima: {tanggal_jam(row.received_at)}",
        f"Golongan: {complaint_class_word(row.grade)}",
        f"Keadaan: {complaint_state_word(row.state)}",
        f"Identitas pelapor: {naming_word(row.naming)}",
        f"Nama pelapor: {sheet.contact.name}" if named else "",
        f"Permohonan: {sheet.about}" if sheet.about else "",
        f"Foto bukti: {angka(len(sheet.photos))}",
    )
    return tuple(filter(None, lines))


def _clocks(sheet: Sheet) -> tuple[str, ...]:
    row = sheet.line.row
    lines = (
        f"Jawaban pertama paling lambat {tanggal_jam(row.first_due_at)}. {_met(row.first_answered_at)}",
        f"Jawaban paling lambat {tanggal_jam(row.due_at)}. {_met(row.answered_at)}",
        f"Ditutup {tanggal_jam(row.closed_at)}." if row.closed_at is not None else "",
    )
    return tuple(filter(None, lines))


def _met(at: datetime | None) -> str:
    return f"Dijawab {tanggal_jam(at)}." if at else "Belum dijawab."


def _written(sheet: Sheet) -> tuple[Section, ...]:
    gone = "" if sheet.line.row.texts_removed_at is None else "Isinya sudah dihapus sesuai masa simpan."
    parts = (
        ("Isi", sheet.text or gone),
        ("Kapan dan di mana", sheet.place),
        ("Harapan", sheet.wish),
    )
    return tuple(Section(title, text=text) for title, text in parts if text)


def _done(event: Event) -> tuple[str, ...]:
    who = "Pelapor" if event.role == "applicant" else role_word(event.role)
    return tanggal_jam(event.entered_at), complaint_act_word(event.act), who
