"""The blank questionnaire of the satisfaction survey, to be filled in with a pen at the counter [E2]."""

from dataclasses import dataclass

from components.papers.strip import Letterhead


@dataclass(frozen=True)
class Questionnaire:
    """One page. about: (label, choices); questions: (question, answers for 1 to 4), in the order of the entry page."""

    head: Letterhead
    about: tuple[tuple[str, tuple[str, ...]], ...]
    questions: tuple[tuple[str, str, tuple[str, str, str, str]], ...]

    TITLE = "Survei Kepuasan Masyarakat"


def pdf(sheet: Questionnaire) -> bytes:
    """The questionnaire as a PDF of one A4 page."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers import questionnaire_sheet

    return questionnaire_sheet.draw(sheet)
