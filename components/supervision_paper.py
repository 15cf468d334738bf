"""The supervisor's screen on paper: the same figures, as tables [M4]."""

from datetime import datetime

from components import charts, letterhead
from components.case_lists import AGE_WORDS, WHERE_WORDS
from components.figures.backlog import Backlog
from components.figures.day import KIND_WORDS, Day, Kind
from components.figures.debt import Debt
from components.figures.kept_promises import Promises
from components.figures.looking import Looking
from components.figures.machine import Machine
from components.figures.rechecks import Rechecks
from components.papers.listing import Column
from components.papers.report import Report, Section
from components.queue_jumps import Jump
from components.summaries import Block
from components.supervision import GOAL, Screen
from components.wording import TASK_WORDS, channel_word, document_word, reject_word, service_word
from components.words import angka, jam, lama, tanggal_jam, tanggal_pendek
from models.rules.compensation import Task
from models.rules.sampling import Share

_SPLIT = ("Belum selesai", "Dalam janji", "Lewat janji", "Dijeda", "Jadi tepat", "Jadi terlambat")


def report(
    screen: Screen, jumps: list[Jump], unseen: int, blocks: tuple[Block, ...], by: str, now: datetime
) -> Report:
    """All figures of the screen at this moment. jumps: of this week. by: who prints it."""
    return Report(
        head=letterhead.of_office(),
        title="Laporan pengawasan layanan KTP-el",
        above=(f"Keadaan {tanggal_jam(now)}.",),
        sections=(
            _promises(screen.promises),
            *_services(screen.promises),
            _backlog(screen.backlog),
            *_places(screen.backlog),
            _debt(screen.debt),
            _reasons(screen.reasons),
            _day(screen.day),
            _jumps(jumps, unseen),
            _looks(screen.looks),
            _rechecks(screen.rechecks),
            *map(_block, blocks),
            _machine(screen.machine, now),
        ),
        below=(f"Dicetak {by}, {tanggal_jam(now)}.",),
        signers=(("Atasan langsung", ""),),
    )


def _counts(*heads: str) -> tuple[Column, ...]:
    """What is counted, then its numbers."""
    return (Column(heads[0], 60), *(Column(head, 24, "R") for head in heads[1:]))


def _percent(share: float | None) -> str:
    return "belum ada" if share is None else f"{angka(share, 1)}%"


def _promises(found: Promises) -> Section:
    late = charts.differences(found.printed, found.kept)
    days = zip(found.days, found.printed, found.kept, late, found.shares, strict=True)
    return Section(
        "Tepat waktu, 2 hari kerja",
        figures=(
            ("Dalam janji", angka(found.on_time)),
            ("Tempo hari ini", angka(found.today)),
            ("Lewat janji", angka(found.late)),
            ("Dijeda", angka(found.paused)),
            ("Tepat waktu hari ini", _percent(found.share_today)),
            (f"Tepat waktu {len(found.days)} hari", _percent(found.share)),
            ("Target", f"{GOAL}%"),
        ),
        columns=_counts("Hari", "KTP-el jadi", "Tepat", "Terlambat", "Bagian tepat"),
        rows=tuple(
            (str(tanggal_pendek(day)), *map(angka, counts), _percent(share)) for day, *counts, share in days
        ),
    )


def _services(found: Promises) -> tuple[Section, ...]:
    if not found.services:
        return ()
    rows = tuple(
        (
            service_word(one.service),
            *map(angka, (one.open, one.on_time, one.late, one.paused, one.kept, one.broken)),
        )
        for one in found.services
    )
    return (Section("Per layanan", columns=_counts("Layanan", *_SPLIT), rows=rows),)


def _backlog(found: Backlog) -> Section:
    oldest: tuple[str, ...] = ()
    if found.oldest:
        where, since = found.oldest
        oldest = (f"Paling lama: sejak {tanggal_jam(since)}, di tahap {WHERE_WORDS[where].lower()}.",)
    return Section(
        "Tunggakan berkas",
        figures=(
            ("Belum selesai", angka(found.open)),
            ("Jadi, belum diambil", angka(found.to_collect)),
            ("Kemarin", angka(found.trend[-2])),
        ),
        lines=oldest,
        columns=_counts("Tahap", *AGE_WORDS, "Semua"),
        rows=tuple(
            (WHERE_WORDS[desk.where], *map(angka, desk.ages), angka(desk.all)) for desk in found.desks
        ),
    )


def _places(found: Backlog) -> tuple[Section, Section]:
    return (
        Section(
            "Tunggakan per saluran",
            columns=_counts("Saluran", "Berkas"),
            rows=tuple((channel_word(channel), angka(count)) for channel, count in found.channels),
            empty="Tidak ada.",
        ),
        Section(
            "Tunggakan per desa dan kelurahan",
            columns=_counts("Desa atau kelurahan", "Berkas"),
            rows=tuple((name, angka(count)) for _, name, count in found.villages),
            empty="Tidak ada.",
        ),
    )


def _debt(found: Debt) -> Section:
    more = found.open - len(found.cases)
    return Section(
        "Terlambat dan kompensasinya",
        figures=(
            ("Kompensasi terbuka", angka(found.open)),
            ("Belum ada permohonan maaf", angka(found.without_apology)),
        ),
        lines=(f"Ditampilkan {len(found.cases)} yang paling lama.",) if more else (),
        columns=(
            Column("Nomor", 26),
            Column("Lewat sejak", 36),
            Column("Sebab", 46),
            *(Column(TASK_WORDS[task], 30) for task in Task),
        ),
        rows=tuple(
            (
                case.number,
                f"{tanggal_pendek(case.late_since)}, {jam(case.late_since)}",
                case.cause.capitalize() or "Tidak ada kendala",
                *("Sudah" if case.tasks[task] else "Belum" for task in Task),
            )
            for case in found.cases
        ),
        empty="Tidak ada yang terbuka.",
    )


def _reasons(found: tuple[tuple[str, int], ...]) -> Section:
    return Section(
        "Alasan berkas dikembalikan, 30 hari",
        columns=_counts("Alasan", "Dokumen"),
        rows=tuple((reject_word(reason), angka(count)) for reason, count in found),
        empty="Tidak ada dokumen yang dikembalikan.",
    )


def _day(found: Day) -> Section:
    counts = {
        Kind.BOOKED: found.booked,
        Kind.KEPT: found.kept,
        Kind.MISSED: found.missed,
        Kind.ARRIVED: found.arrived,
        Kind.WAITING: found.waiting,
    }
    return Section(
        "Jadwal dan kedatangan hari ini",
        figures=tuple((KIND_WORDS[kind], angka(count)) for kind, count in counts.items()),
    )


def _jumps(found: list[Jump], unseen: int) -> Section:
    return Section(
        "Di luar urutan, minggu ini",
        figures=(("Kali", angka(len(found))), ("Belum dilihat", angka(unseen))),
        columns=(
            Column("Waktu", 32),
            Column("Nomor", 26),
            Column("Petugas", 40),
            Column("Dilewati", 16, "R"),
            Column("Alasan", 70),
        ),
        rows=tuple(
            (
                f"{tanggal_pendek(one.at)}, {jam(one.at)}",
                one.number,
                one.officer,
                angka(one.passed_over),
                one.reason,
            )
            for one in found
        ),
        empty="Minggu ini belum ada.",
    )


def _looks(found: tuple[Looking, ...]) -> Section:
    return Section(
        "Dokumen dan NIK dilihat hari ini",
        columns=_counts("Petugas", "Berkas", "NIK", "Peringatan"),
        rows=tuple(
            (one.name, angka(one.files), angka(one.numbers), "Lebih dari biasanya" if one.alert else "")
            for one in found
        ),
        empty="Belum ada yang membuka dokumen.",
    )


def _share(one: Share) -> str:
    if not one.enough:
        return "terlalu sedikit"
    return f"{angka(one.percent, 1)}% ({angka(one.low)} sampai {angka(one.high)}%)"


def _rechecks(found: Rechecks) -> Section:
    shares = (("Semua berkas", found.files), *((document_word(kind), one) for kind, one in found.kinds))
    return Section(
        "Uji petik berkas diterima, 90 hari",
        figures=(
            ("Menunggu dinilai", angka(found.waiting)),
            ("Belum diberi sebab", angka(found.unexplained)),
        ),
        columns=_counts("Dokumen", "Dinilai", "Berbeda", "Bagian berbeda"),
        rows=tuple((words, angka(one.samples), angka(one.different), _share(one)) for words, one in shares),
    )


def _block(block: Block) -> Section:
    lines = tuple(f"{fact.words}. {fact.note}".strip() for fact in block.facts)
    rows = tuple((f"{bar.words}{' (terendah)' if bar.lowest else ''}", bar.value) for bar in block.bars)
    return Section(
        block.title, lines=lines, columns=_counts("Unsur", "Nilai, 1 sampai 4") if rows else (), rows=rows
    )


def _machine(found: Machine, now: datetime) -> Section:
    def ago(at: datetime | None) -> str:
        return "belum pernah" if at is None else f"{lama(max(now - at, now - now))} yang lalu"

    return Section(
        "Kesehatan mesin",
        figures=(
            ("Mesin tenggat", ago(found.beat_at)),
            ("Tugas gagal", angka(found.failing)),
            ("Pesan menunggu", angka(found.waiting)),
            ("Pesan gagal", angka(found.failed)),
            ("Ruang kosong", f"{found.free}%"),
            ("Basis data", found.database),
            ("Cadangan terakhir", ago(found.backup_at)),
        ),
        lines=found.troubles,
    )
