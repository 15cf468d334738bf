"""The pack of a meeting in words: one report that the screen, the print and the PDF all show [E1]."""

from components import letterhead
from components.follow_ups import Task
from components.meeting_pack import MOST, LateCase, Pack, Standing, Work
from components.meetings import named, period_words
from components.papers.listing import Column
from components.papers.report import Report, Section
from components.survey_words import element_words
from components.wording import (
    ACT_WORDS,
    CHANNEL_WORDS,
    COMPLAINT_KIND_WORDS,
    ENTRY_WORDS,
    STATE_WORDS,
    TASK_WORDS,
    obstacle_word,
)
from components.words import angka, jam, lama, tanggal, tanggal_jam, tanggal_pendek
from models.meeting import Meeting
from models.rules.compensation import Task as Owed
from models.rules.workflow import Act, State

_LATE = (
    Column("Nomor", 22),
    Column("Janji", 30),
    Column("Sebab", 50),
    Column("Kompensasi", 58),
)
_COMPLAINTS = (
    Column("Jenis", 50),
    Column("Masuk", 16, "R"),
    Column("Dijawab", 18, "R"),
    Column("Terlambat", 20, "R"),
    Column("Terbuka", 18, "R"),
    Column("Lewat waktu", 22, "R"),
)
_OBSTACLES = (
    Column("Kendala", 40),
    Column("Sebab", 60),
    Column("Mulai", 30),
    Column("Selesai", 30),
    Column("Jam kerja", 24, "R"),
)
_VILLAGES = (Column("Desa atau kelurahan", 60), Column("Permohonan masuk", 24, "R"))
_JUMPS = (Column("Nomor", 22), Column("Waktu", 30), Column("Dilewati", 16, "R"), Column("Alasan", 92))
_TASKS = (
    Column("Tindak lanjut", 70),
    Column("Oleh", 34),
    Column("Paling lambat", 26),
    Column("Keadaan", 50),
)


def sections(found: Pack) -> tuple[Section, ...]:
    """The figures, part by part."""
    return (
        _work(found.work, found.standing),
        Section(
            "Masuk per desa dan kelurahan",
            columns=_VILLAGES,
            rows=tuple((name, angka(count)) for _, name, count in found.work.villages),
            empty="Tidak ada permohonan dari desa atau kelurahan dalam masa ini.",
        ),
        _late(found),
        _complaints(found),
        _survey(found),
        _obstacles(found),
        _stock(found),
        _jumps(found),
        _appointments(found),
    )


def _work(work: Work, standing: Standing) -> Section:
    decided = [(ACT_WORDS[act], angka(work.decided[act])) for act in (Act.ACCEPT, Act.RETURN, Act.REFUSE)]
    others = [
        (f"Selesai: {STATE_WORDS[state].lower()}", angka(count))
        for state, count in work.finished.items()
        if count and state != State.HANDED_OVER
    ]
    usual = "Belum ada KTP-el yang jadi dalam masa ini."
    if work.usual is not None:
        whole, office = work.usual
        usual = f"Lama biasanya sejak berkas lengkap sampai jadi: {lama(whole)} ({lama(office)} jam kantor)."
    made = work.kept + work.broken
    share = f"{angka(100 * work.kept / made, 1)}% dari {angka(made)} KTP-el" if made else "Belum ada"
    return Section(
        "Permohonan",
        figures=(
            ("Masuk", angka(work.received)),
            *((f"Masuk, {CHANNEL_WORDS[channel].lower()}", angka(n)) for channel, n in work.channels),
            *decided,
            (STATE_WORDS[State.HANDED_OVER], angka(work.finished[State.HANDED_OVER])),
            *others,
            ("Jadi tepat waktu", angka(work.kept)),
            ("Jadi terlambat", angka(work.broken)),
        ),
        lines=(
            f"Tepat waktu: {share}.",
            usual,
            (
                f"Saat ini {angka(standing.open)} berjalan: {angka(standing.on_time)} dalam janji, "
                f"{angka(standing.late)} lewat janji, {angka(standing.paused)} dijeda."
            ),
        ),
    )


def _late(found: Pack) -> Section:
    more = f"Ditampilkan {MOST} yang paling lama." if found.late_count > MOST else ""
    return Section(
        "Janji yang terlewat",
        lines=tuple(filter(None, (f"{angka(found.late_count)} janji terlewat dalam masa ini.", more))),
        columns=_LATE,
        rows=tuple(_late_row(case) for case in found.late),
        empty="Semua janji dalam masa ini ditepati.",
    )


def _late_row(case: LateCase) -> tuple[str, ...]:
    left = [TASK_WORDS[kind].lower() for kind in Owed if not case.tasks[kind]]
    state = "Ketiganya sudah" if not left else f"Belum: {', '.join(left)}"
    cause = case.cause.capitalize() or "Tidak ada kendala"
    return case.number, f"{tanggal_pendek(case.promised_at)}, {jam(case.promised_at)}", cause, state


def _complaints(found: Pack) -> Section:
    rows = tuple(
        (
            COMPLAINT_KIND_WORDS[one.kind],
            *map(angka, (one.received, one.answered, one.answered_late, one.open, one.overdue)),
        )
        for one in found.complaints
    )
    lines = (f"Lewat waktu saat ini: {', '.join(found.overdue)}.",) if found.overdue else ()
    apart = () if found.whole else ("Yang khusus atasan tidak ada di lembar ini.",)
    return Section(
        "Pengaduan",
        lines=(*lines, *apart),
        columns=_COMPLAINTS,
        rows=rows,
        empty="Tidak ada pengaduan masuk.",
    )


def _survey(found: Pack) -> Section:
    survey = found.survey
    if survey.withheld:
        words = f"{angka(survey.respondents)} responden. Angka ditampilkan mulai lima responden."
        return Section("Survei kepuasan (SKM)", lines=(words,))
    value = "belum lengkap" if survey.value is None else f"{angka(survey.value, 2)}, mutu {survey.grade}"
    return Section(
        "Survei kepuasan (SKM)",
        figures=(("Responden", angka(survey.respondents)), ("IKM sementara", value)),
        lines=(f"Unsur terendah: {element_words(survey.lowest)}.",),
    )


def _obstacles(found: Pack) -> Section:
    return Section(
        "Kendala",
        columns=_OBSTACLES,
        rows=tuple(
            (
                one.device or obstacle_word(one.kind),
                one.reason,
                f"{tanggal_pendek(one.began_at)}, {jam(one.began_at)}",
                f"{tanggal_pendek(one.ended_at)}, {jam(one.ended_at)}"
                if one.ended_at
                else "Masih berlangsung",
                lama(one.took) if one.took else "0 menit",
            )
            for one in found.obstacles
        ),
        empty="Tidak ada kendala dalam masa ini.",
    )


def _stock(found: Pack) -> Section:
    level = found.level
    if not level.kept:
        return Section("Blangko", lines=("Stok belum dicatat.",))
    moves = ((ENTRY_WORDS[kind], angka(count)) for kind, count in found.stock.totals.items())
    cover = "belum bisa dihitung" if level.days_left is None else f"{level.days_left} hari kerja"
    return Section(
        "Blangko",
        figures=(
            ("Stok awal", angka(found.stock.opening)),
            *moves,
            ("Stok akhir", angka(found.stock.closing)),
        ),
        lines=(f"Saat ini {angka(level.in_stock)} keping, cukup untuk: {cover}.",),
    )


def _jumps(found: Pack) -> Section:
    lines = (f"{angka(found.jump_count)} kali didahulukan dengan alasan tertulis.",)
    if not found.whole:
        return Section("Di luar urutan", lines=lines)
    rows = tuple(
        (jump.number, f"{tanggal_pendek(jump.at)}, {jam(jump.at)}", angka(jump.passed_over), jump.reason)
        for jump in found.jumps
    )
    return Section(
        "Di luar urutan",
        lines=lines,
        columns=_JUMPS,
        rows=rows,
        empty="Tidak ada yang didahulukan.",
    )


def _appointments(found: Pack) -> Section:
    counted = found.appointments
    return Section(
        "Jadwal",
        figures=(
            ("Ditepati", angka(counted["kept"])),
            ("Tidak datang", angka(counted["missed"])),
            ("Dipindahkan", angka(counted["moved"])),
            ("Dibatalkan", angka(counted["cancelled"])),
            ("Masih dijadwalkan", angka(counted["booked"])),
        ),
    )


# --- the paper ---


def report(meeting: Meeting, found: Pack, tasks: list[Task]) -> Report:
    """The whole paper: the figures, and what was said and agreed on as far as it is written."""
    written = (
        ("Daftar hadir", meeting.present),
        ("Pembahasan", meeting.minutes),
        ("Keputusan", meeting.decisions),
    )
    return Report(
        head=letterhead.of_office(),
        title=f"Bahan {named(meeting)}",
        above=(
            f"Rapat koordinasi {tanggal(meeting.held_on)}{f', {meeting.place}' if meeting.place else ''}.",
            f"Masa: {period_words(found.first, found.last)}.",
        ),
        sections=(
            *sections(found),
            *(Section(title, text=text) for title, text in written if text),
            Section("Tindak lanjut", columns=_TASKS, rows=tuple(map(_task, tasks)), empty="Belum ada."),
        ),
        below=(f"Dihitung {tanggal_jam(found.now)}.",),
        signers=(("Notulis", ""), ("Atasan langsung", "")),
    )


def _task(task: Task) -> tuple[str, ...]:
    return task.text, task.owner, tanggal_pendek(task.due_on), task_state(task)


def task_state(task: Task) -> str:
    """How a follow-up stands, in words: done or dropped when and with what note, late, or open."""
    if task.open:
        return "Lewat waktu" if task.late else "Belum selesai"
    assert task.settled_at is not None  # noqa: S101 - the database keeps the two together
    done = "Selesai" if task.state == "done" else "Dihentikan"
    return f"{done} {tanggal_pendek(task.settled_at)}{f': {task.note}' if task.note else ''}"
