"""What the other parts of the service have to say on the supervisor's screen, a block each [M4].

A part that wants to be there adds a function of its own to SUMMARIES; the screen draws them all alike.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from components import (
    complaint_register,
    devices,
    follow_ups,
    obstacles,
    questions,
    stock,
    survey_reports,
    survey_results,
)
from components.actors import Actor
from components.survey_words import ELEMENT_WORDS, semester_words
from components.wording import obstacle_word
from components.words import angka, tanggal, tanggal_jam
from models.rules.calendar import wib_day
from models.rules.satisfaction import Element, Index, semester_of, shown


@dataclass(frozen=True)
class Fact:
    """One line: a figure in words, its list, and how it is meant (ok, tunggu, gawat or info)."""

    words: str
    href: str
    kind: str = "info"
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a part's chart. share: per cent of its length. lowest: it is marked so, in words too."""

    words: str
    value: str
    share: int
    href: str
    lowest: bool


@dataclass(frozen=True)
class Block:
    """One part's lines. name: of the panel, as an id."""

    name: str
    title: str
    facts: tuple[Fact, ...]
    bars: tuple[Bar, ...] = ()


async def stock_block(by: Actor, now: datetime) -> Block:
    """How many blanks there are and how long they last [M2]."""
    level = await stock.level(by.office_id or 0, now)
    if not level.kept:
        return Block("blangko", "Blangko", (Fact("Stok belum dicatat", "/blangko", "tunggu"),))
    kind = "gawat" if level.out else "tunggu" if level.low else "ok"
    facts = [Fact(f"{angka(level.in_stock)} keping di lemari", "/blangko", kind)]
    if level.days_left is not None:
        note = f"Perkiraan habis {tanggal(level.ends_on)}." if level.ends_on else ""
        facts.append(Fact(f"Cukup {level.days_left} hari kerja", "/blangko", kind, note))
    today = f"Hari ini terpakai {level.used_today}, rusak {level.spoiled_today}"
    return Block("blangko", "Blangko", (*facts, Fact(today, "/blangko/buku")))


async def obstacle_block(by: Actor, _now: datetime) -> Block:
    """What stands in the way now, and the devices that are out [M2, T1]."""
    office_id = by.office_id or 0
    open_ = await obstacles.open_now(office_id)
    lines = await devices.overview(office_id)
    names = {line.id: line.name for line in lines}
    facts = [
        Fact(
            names.get(row.device) or obstacle_word(row.kind),
            "/kendala",
            "gawat",
            f"Sejak {tanggal_jam(row.began_at)}. {row.reason}",
        )
        for row in open_
    ]
    working = sum(line.in_service for line in lines)
    if lines:
        kind = "ok" if working == len(lines) else "tunggu"
        facts.append(Fact(f"{working} dari {len(lines)} alat siap", "/kendala#alat", kind))
    return Block(
        "kendala", "Kendala dan alat", tuple(facts) or (Fact("Tidak ada kendala", "/kendala", "ok"),)
    )


async def question_block(by: Actor, _now: datetime) -> Block:
    """Officers' questions that wait for the supervisor."""
    asked = await questions.to_answer(by)
    if not asked:
        return Block("tanya", "Pertanyaan petugas", (Fact("Tidak ada yang menunggu", "/pertanyaan", "ok"),))
    first = min(one.asked_at for one in asked)
    words = f"{len(asked)} menunggu jawaban Anda"
    note = f"Paling lama sejak {tanggal_jam(first)}."
    return Block("tanya", "Pertanyaan petugas", (Fact(words, "/pertanyaan", "tunggu", note),))


async def survey_block(by: Actor, now: datetime) -> Block:
    """How many answered the survey in this semester, what each element came to, and what waits to be published [E2]."""
    office_id, this = by.office_id or 0, semester_of(wib_day(now))
    answers, found = await survey_results.standing(office_id, this.first, this.last)
    page = f"/pengawasan/skm?semester={this.code}"
    facts = [Fact(f"{angka(answers)} jawaban", page, note=semester_words(this))]
    if found.value is not None:
        facts.append(Fact(f"IKM {angka(found.value, 2)}, mutu {found.grade}", page))
    before = this.before
    if before not in await survey_reports.published(office_id):
        _, earlier = await survey_results.standing(office_id, before.first, before.last)
        if earlier.value is not None:
            unpublished = f"/pengawasan/skm?semester={before.code}"
            facts.append(Fact(f"{semester_words(before)} belum diterbitkan", unpublished, "tunggu"))
    return Block("skm", "Survei kepuasan", tuple(facts), _elements(found, page))


def _elements(found: Index, page: str) -> tuple[Bar, ...]:
    """The elements as the report prints them, on the scale of four."""
    means = {one: found.tallies[one].mean for one in Element}
    return tuple(
        Bar(ELEMENT_WORDS[one], angka(shown(mean), 2), round(mean * 25), page, one in found.lowest)
        for one, mean in means.items()
        if mean is not None
    )


async def meeting_block(by: Actor, now: datetime) -> Block:
    """What was agreed on in meetings and is not done, and what of it is late [E1]."""
    open_, late, since, owner = await follow_ups.standing(by, now)
    facts = [Fact(f"{open_} tindak lanjut belum selesai", "/pengawasan/rapat")]
    if since:
        note = f"Paling lama sejak {tanggal(since)}, {owner}."
        facts.append(Fact(f"{late} lewat tanggal", "/pengawasan/rapat?daftar=lewat", "gawat", note))
    return Block("rapat", "Rapat koordinasi", tuple(facts))


async def complaint_block(by: Actor, now: datetime) -> Block:
    """Complaints that are open, and those whose first answer or answer is late [C1]."""
    owed = await complaint_register.listing(by, now, which="lewat")
    home = "/pengaduan/register"
    late: tuple[Fact, ...] = (Fact("Tidak ada yang terlambat", f"{home}?daftar=lewat", "ok"),)
    if owed.late:
        oldest = f"Paling lama: {owed.lines[0].row.number}."
        first, answer = await complaint_register.late_by_clock(by, now)
        late = (
            Fact(f"{owed.late} lewat waktu", f"{home}?daftar=lewat", "gawat", oldest),
            *_clock(first, "belum mendapat jawaban pertama", f"{home}?daftar=lewat-pertama"),
            *_clock(answer, "belum dijawab tuntas", f"{home}?daftar=lewat-jawaban"),
        )
    return Block("aduan", "Pengaduan", (Fact(f"{owed.open} terbuka", home), *late))


def _clock(count: int, words: str, href: str) -> tuple[Fact, ...]:
    return (Fact(f"{count} {words}", href, "gawat"),) if count else ()


SUMMARIES: tuple[Callable[[Actor, datetime], Awaitable[Block]], ...] = (
    stock_block,
    obstacle_block,
    question_block,
    complaint_block,
    meeting_block,
    survey_block,
)


async def blocks(by: Actor, now: datetime) -> tuple[Block, ...]:
    """All of them, in their order."""
    return tuple([await summary(by, now) for summary in SUMMARIES])
