"""The lists of the desks and of the office as sheets: the queue, the day, messages, complaints, blanks ... [M4, G1].

Who may see a list on the screen may take it along, and finds no more in it: no texts, no contacts, no whole NIK.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from components import (
    case_lists,
    compensation_list,
    complaint_register,
    day_list,
    exports,
    follow_ups,
    obstacles,
    outbox,
    staffing,
    stock_book,
    stock_papers,
    worklist,
)
from components.actors import Actor
from components.figures import day
from components.spreadsheets import Row, Sheet
from components.wording import (
    account_act_word,
    channel_word,
    complaint_channel_word,
    complaint_class_word,
    complaint_kind_word,
    complaint_state_word,
    entry_word,
    message_channel_word,
    message_state_word,
    message_word,
    naming_word,
    obstacle_word,
    role_word,
    state_word,
    task_word,
    wish_word,
)
from models.rules.compensation import Task
from models.rules.turns import Turn

_TURNS: dict[str, str] = {
    Turn.WAITING: "menunggu",
    Turn.CALLED: "dipanggil",
    Turn.PRESENT: "di loket",
    Turn.ASIDE: "ditunda",
    Turn.GONE: "pulang",
}
_LATE = {"first": "jawaban pertama", "answer": "jawaban", "": ""}
_SETTLED = {"open": "terbuka", "done": "selesai", "dropped": "dihentikan"}


def _tick(is_so: bool) -> str:
    return "ya" if is_so else ""


async def queue(by: Actor, now: datetime) -> Sheet:
    """All that waits for a decision, in its order [G2]."""
    head = (
        *("Nomor", "Nama", "Desa/kelurahan", "Saluran", "Yang diminta", "Diterima", "Janji"),
        *("Hasil perbaikan", "Sedang dibuka"),
    )
    lines = worklist.whole_queue(by, now, exports.MOST, exports.AT_ONCE)
    rows = (
        (
            *(
                one.number,
                one.name,
                one.village,
                channel_word(one.channel),
                wish_word(one.service, one.change),
            ),
            *(one.received_at, one.promise_at, _tick(one.corrected), by.name if one.mine else one.held_by),
        )
        async for one in lines
    )
    return Sheet("antrean", head, rows)


async def of_the_day(by: Actor, now: datetime) -> Sheet:
    """Everybody of the day at the counter, in the order of service [P9, G2]."""
    head = (
        *("Antrean", "Nomor", "Nama", "Jadwal", "Tiba", "Giliran", "Keadaan", "Yang diminta"),
        *("Selesai", "Tidak datang"),
    )
    rows = [
        (
            *(one.queue_number, one.number, one.name, one.starts_at, one.arrived_at),
            *(_TURNS.get(one.turn, ""), state_word(one.state), wish_word(one.service, one.change)),
            *(one.finished_at, _tick(one.missed)),
        )
        for one in await day_list.today(by, now)
    ]
    return Sheet("hari-ini-di-loket", head, rows)


async def appointments(kind: day.Kind, by: Actor, now: datetime) -> Sheet:
    """Today's appointments or arrivals of one kind [P9]."""
    found = await day.listed(kind, await case_lists.cuts(by.office_id or 0, now))
    rows = [(one.at, one.queue_number, one.number, one.name) for one in found]
    return Sheet(f"hari-ini-{kind}", ("Waktu", "Antrean", "Nomor", "Nama"), rows)


async def complaints(which: str, channel: str, by: Actor, now: datetime) -> Sheet:
    """The register as this reader may know it; what was written, and by whom, stays in it [C1, S2]."""
    head = (
        *("Nomor", "Diterima", "Saluran", "Nomor luar", "Macam", "Golongan", "Kerahasiaan", "Tentang"),
        *("Keadaan", "Jawaban pertama paling lambat", "Dijawab pertama", "Jawaban paling lambat", "Dijawab"),
        *("Ditutup", "Terlambat"),
    )

    async def ask(after: int) -> tuple[list[complaint_register.Line], int]:
        return await complaint_register.by_number(by, now, which, channel, after, exports.AT_ONCE)

    return Sheet("pengaduan", head, exports.page_by_page(ask, 0, _complaint))


def _complaint(line: complaint_register.Line) -> list[Row]:
    row = line.row
    grade = complaint_class_word(row.grade) if row.grade else ""
    return [
        (
            *(row.number, row.received_at, complaint_channel_word(row.channel), row.outside_number),
            *(complaint_kind_word(row.kind), grade, naming_word(row.naming), row.about),
            *(complaint_state_word(row.state), row.first_due_at, row.first_answered_at, row.due_at),
            *(row.answered_at, row.closed_at, _LATE[line.late]),
        )
    ]


async def broken_promises(by: Actor) -> Sheet:
    """What was done about each broken promise, made good or not [G3, G4, G5]."""
    head = (
        *("Nomor", "Janji", "Diketahui lewat", "Sebab", "Diperkirakan"),
        *(task_word(task).capitalize() for task in Task),
        *("Dokumen keluarga", "Di antaranya terbuka", "Pengurus", "Selesai"),
    )

    async def ask(after: int) -> tuple[list[compensation_list.Line], int]:
        return await compensation_list.listed(by, after, exports.AT_ONCE)

    return Sheet("kompensasi", head, exports.page_by_page(ask, 0, _broken))


def _broken(one: compensation_list.Line) -> list[Row]:
    return [
        (
            *(one.number, one.promised_at, one.broken_at, one.cause, one.expected_on),
            *(one.done.get(task) for task in Task),
            *(one.documents, one.open, one.owner, one.closed_at),
        )
    ]


async def ledger(since: date, until: date, by: Actor) -> Sheet:
    """The ledger of blanks from day to day, with the balance after each line [M2]."""
    head = (
        *("Dicatat", "Terjadi", "Catatan", "Nomor seri pertama", "Nomor seri terakhir", "Keping"),
        *("Perubahan", "Stok", "Keterangan", "Petugas"),
    )
    rows = [
        (
            *(line.entered_at, line.happened_at, entry_word(line.kind), line.first, line.last),
            *(line.quantity, line.change, line.balance, stock_papers.remark(line), line.officer),
        )
        for line in (await stock_book.book(by, since, until)).lines
    ]
    return Sheet("buku-blangko", head, rows)


async def hindrances(by: Actor, now: datetime) -> Sheet:
    """What stands in the way, and did in the last 90 days [T1]."""
    head = (
        *(
            "Kendala",
            "Alat",
            "Sebab",
            "Mulai",
            "Dicatat",
            "Oleh",
            "Selesai",
            "Selesai dicatat",
            "Diakhiri oleh",
        ),
        "Sudah diperbaiki",
    )
    rows = [
        (
            *(
                obstacle_word(row.kind),
                line.device,
                row.reason,
                row.began_at,
                row.declared_at,
                line.declared_by,
            ),
            *(row.ended_at, row.ended_entered_at, "" if line.lasts else line.ended_by),
            _tick(row.corrected_at is not None),
        )
        for line in await obstacles.listing(by.office_id or 0, now)
        for row in (line.row,)
    ]
    return Sheet("kendala", head, rows)


async def messages(by: Actor, now: datetime) -> Sheet:
    """What went to whose application, how and when; no texts, no addresses [G4]."""
    head = (
        *("Dibuat", "Nomor", "Pesan", "Lewat", "Keadaan", "Dikirim mulai", "Terkirim"),
        *("Kali dicoba", "Disampaikan dengan cara lain"),
    )

    async def ask(before: int) -> tuple[list[dict[str, Any]], int]:
        return await outbox.told(by, now, before, exports.AT_ONCE)

    return Sheet("pesan", head, exports.page_by_page(ask, 0, _message))


def _message(row: dict[str, Any]) -> Iterable[Row]:
    return [
        (
            *(row["created_at"], row["number"], message_word(row["kind"])),
            *(message_channel_word(row["channel"]), message_state_word(row["state"])),
            *(row["due_at"], row["sent_at"], row["attempts"], _tick(row["passed_on"])),
        )
    ]


async def tasks(by: Actor, now: datetime) -> Sheet:
    """All that was agreed on in meetings, and what came of it [E1]."""
    head = (
        "Rapat",
        "Tindak lanjut",
        "Oleh",
        "Sampai",
        "Keadaan",
        "Terlambat",
        "Hasil",
        "Ditandai",
        "Ditandai oleh",
    )
    rows = [
        (
            *(one.agreed_on, one.text, one.owner, one.due_on, _SETTLED[one.state], _tick(one.late)),
            *(one.note, one.settled_at, one.settled_by),
        )
        for one in await follow_ups.every(by, now)
    ]
    return Sheet("tindak-lanjut", head, rows)


async def staff(by: Actor) -> Sheet:
    """Who works here and may do what [M3]."""
    rows = [
        (
            *(row.name, ", ".join(map(role_word, json.loads(row.roles)))),
            *(row.village.name if row.village and row.village.id else "", row.created_at, row.disabled_at),
        )
        for row in await staffing.everybody(by)
    ]
    head = ("Nama", "Tugas", "Desa/kelurahan", "Akun dibuat", "Dinonaktifkan")
    return Sheet("petugas", head, rows)


async def account(staff_id: int, by: Actor, now: datetime) -> Sheet:
    """All that happened to one account of the own office. Raises Missing for a foreign one [M3, M4]."""
    person = await staffing.person(staff_id, by, now)
    rows = [
        (line.at, account_act_word(line.act), line.by or "Pemasangan", line.device) for line in person.lines
    ]
    return Sheet("riwayat-akun", ("Waktu", "Peristiwa", "Oleh", "Perangkat"), rows)
