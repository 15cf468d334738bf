"""The live figures beside the published promise, in words [T1, M2, P8, E2].

What is counted holds for a minute in each process; what stands in the way is looked up each time, so that it is never
told later here than on the front page. No figure tells of a few people, and the stock is told in words, not in blanks.
"""

from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from components import clock, obstacles, service_days, stock, survey_reports, timetable
from components.kit import Kit, kit
from components.service_days import Period
from components.survey_words import semester_words
from components.wording import obstacle_word
from components.words import angka, tanggal, tanggal_jam, tanggal_surat
from models.appointment import Slot
from models.rules.calendar import wib_day
from models.rules.obstacles import ObstacleKind
from models.rules.service_figures import DAYS_BACK, ENOUGH, Share
from models.rules.standard import Component

_KEPT_FOR = 60.0
"""Seconds that counted figures are not counted again."""


@dataclass(frozen=True)
class Line:
    """One figure in words, beside the component that promises it. kind: ok, tunggu or info."""

    component: Component
    kind: str
    title: str
    text: str = ""
    href: str = ""


_counted: "WeakKeyDictionary[Kit, dict[int, tuple[float, tuple[Line, ...]]]]" = WeakKeyDictionary()


async def lines(office_id: int, now: datetime) -> tuple[Line, ...]:
    """Every live figure of the standard, in its order."""
    known = _counted.setdefault(kit(), {})
    read_at, found = known.get(office_id, (None, ()))
    if read_at is None or clock.steady() - read_at > _KEPT_FOR:
        found = await _count(office_id, now)
        known[office_id] = (clock.steady(), found)
    hindered, out = await _stock(office_id, now)
    if out:  # nobody is given an appointment then
        found = tuple(line for line in found if line.component is not Component.PROCEDURE)
    return tuple(sorted((*found, *hindered), key=_place))


def _place(line: Line) -> int:
    return tuple(Component).index(line.component)


async def _count(office_id: int, now: datetime) -> tuple[Line, ...]:
    period = await service_days.of_office(office_id, wib_day(now))
    found = [*_time(period), await _next_time(office_id, now), await _index(office_id)]
    return tuple(line for line in found if line)


def _time(period: Period) -> tuple[Line, ...]:
    """The usual time and the share on time of the last ninety days [T1]."""
    days, share = period.figures.usual_days, period.figures.share
    if days is None or share is None:
        text = f"Kami menunjukkannya bila ada {ENOUGH} KTP-el dalam {DAYS_BACK} hari terakhir."
        return (Line(Component.TIME, "info", "Waktu yang biasa belum bisa ditunjukkan", text),)
    within = f"dalam {days} hari kerja" if days else "pada hari kerja yang sama"
    until = f"Dihitung sejak berkas lengkap diterima, {DAYS_BACK} hari sampai {tanggal_surat(period.until)}."
    return (
        Line(
            Component.TIME,
            "ok",
            f"Sembilan dari sepuluh KTP-el jadi {within}",
            f"{until} Hari dengan kendala ikut dihitung.",
        ),
        _share(share, period.figures.per_cent),
    )


def _share(share: Share, per_cent: int | None) -> Line:
    title = {
        Share.ALL: "Semua KTP-el jadi sesuai janji",
        Share.NEARLY_ALL: "Hampir semua KTP-el jadi sesuai janji",
        Share.PER_CENT: f"{per_cent}% KTP-el jadi sesuai janji",
        Share.HARDLY_ANY: "Hampir tidak ada KTP-el yang jadi sesuai janji",
    }[share]
    few = "Sisanya kurang dari lima. " if share in (Share.NEARLY_ALL, Share.HARDLY_ANY) else ""
    kind = "ok" if share in (Share.ALL, Share.NEARLY_ALL) else "info"
    return Line(Component.TIME, kind, title, f"{few}Janji bergeser selama kendala yang kami umumkan.")


async def _next_time(office_id: int, now: datetime) -> Line | None:
    """The day of the next free appointment; the time itself is given when a file is accepted [P8]."""
    free = await timetable.free_slots(office_id, now)
    if free:
        return Line(Component.PROCEDURE, "info", f"Jadwal kosong terdekat: {tanggal(free[0].starts_at)}")
    if await Slot.exists().where((Slot.office == office_id) & (Slot.starts_at > now)):
        return Line(Component.PROCEDURE, "tunggu", "Jadwal 14 hari ke depan sedang penuh")
    return None  # nobody was given a time yet, so there is no timetable either


async def _index(office_id: int) -> Line | None:
    """The satisfaction index of the latest published semester [E2]."""
    report = await survey_reports.published_report(office_id, "")
    if report is None or report.figures.value is None:
        return None
    title = f"IKM {angka(report.figures.value, 2)}, mutu {report.figures.grade}"
    return Line(Component.EVALUATION, "info", title, semester_words(report.semester), "/survei/hasil")


async def _stock(office_id: int, now: datetime) -> tuple[tuple[Line, ...], bool]:
    """What stands in the way now, whether there are blanks in words, and whether they are out [M2, T1]."""
    notices = await obstacles.published(office_id, now)
    found = [
        _facility("tunggu", obstacle_word(one.kind), _SINCE.format(tanggal_jam(one.since))) for one in notices
    ]
    if not notices:
        found.append(_facility("ok", "Tidak ada kendala teknis"))
    level = await stock.level(office_id, now)
    if level.out and ObstacleKind.BLANKS not in {one.kind for one in notices}:
        found.append(_facility("tunggu", "Blangko KTP-el sedang habis", _OUT))
    elif level.low and not level.out:
        asked = "Kiriman baru sudah diminta." if level.asked else ""
        found.append(_facility("tunggu", "Blangko KTP-el menipis", asked))
    elif level.kept and not level.out:
        found.append(_facility("ok", "Blangko KTP-el tersedia"))
    return tuple(found), level.out


_SINCE = "Sejak {}. Janji kami lanjutkan begitu selesai."
_OUT = "Anda tetap bisa mengajukan. Jadwal kami berikan begitu blangko ada."


def _facility(kind: str, title: str, text: str = "") -> Line:
    return Line(Component.FACILITIES, kind, title, text)
