"""What stands on the poster of a published semester [E2]."""

from components import letterhead
from components.papers.poster import Bar, Poster
from components.survey_reports import Report
from components.survey_results import Breakdown
from components.survey_words import element_words
from components.words import angka, tanggal_surat
from models.rules.satisfaction import FEWEST

SERVICE = "Penerbitan KTP-el karena perubahan biometrik (foto atau tanda tangan)"
_ON_THE_POSTER = ("Jenis kelamin", "Pendidikan")


def poster(report: Report) -> Poster:
    """The poster of a report whose index is known."""
    found = report.figures
    target = f" dari target {angka(found.target)}" if found.target else ""
    grade = f"Mutu pelayanan {found.grade}: {found.grade_words}" if found.grade else ""
    return Poster(
        head=letterhead.of_office(),
        semester=report.title,
        value="–" if found.value is None else angka(found.value, 2),
        grade=grade,
        facts=(
            ("Layanan", SERVICE),
            ("Responden", f"{angka(found.respondents)} orang{target}"),
            ("Periode survei", f"{tanggal_surat(found.since)} sampai {tanggal_surat(found.until)}"),
        ),
        groups=tuple((one.title, _counts(one)) for one in found.breakdowns if one.title in _ON_THE_POSTER),
        bars=tuple(
            Bar(f"{line.element.upper()} {line.words}", float(line.mean), angka(line.mean, 2), line.lowest)
            for line in found.elements
            if line.mean is not None
        ),
        plan=_plan(report),
        thanks="Terima kasih atas penilaian Anda. Masukan Anda memperbaiki layanan kami.",
    )


def _counts(breakdown: Breakdown) -> str:
    said = [f"{words} {angka(count)}" for words, count in breakdown.groups if count is not None]
    if breakdown.hides:
        said.append("kelompok kecil tidak ditampilkan" if said else f"setiap kelompok di bawah {FEWEST}")
    return ", ".join(said)


def _plan(report: Report) -> tuple[str, ...]:
    plan = report.plan
    if plan is None:
        return ()
    state = (
        f"Selesai {tanggal_surat(plan.done_on)}."
        if plan.done_on
        else f"Paling lambat {tanggal_surat(plan.due_on)}."
    )
    lowest = element_words(report.figures.lowest)
    return (f"Unsur terendah: {lowest}", f"Tindak lanjut: {plan.text.rstrip('.')}. {plan.owner}. {state}")
