"""What is owed when the promise was broken, and when it has been made good [G3, G4, G5]."""

from collections.abc import Iterable
from enum import StrEnum


class Task(StrEnum):
    """The three things that the standard owes for being late."""

    APOLOGY = "apology"
    READY_NOTICE = "ready_notice"
    FACILITATION = "facilitation"


class LateCause(StrEnum):
    """Why the office itself was late: nothing here stops the clock, as a declared obstacle does."""

    CROWD = "crowd"
    SHORT_OF_STAFF = "short_of_staff"
    LEFT_LYING = "left_lying"
    MISTAKE = "mistake"
    OTHER = "other"


class FamilyPaper(StrEnum):
    """A population document that a member of the same KK may still lack."""

    BIRTH_CERTIFICATE = "birth_certificate"
    CHILD_CARD = "child_card"
    FIRST_CARD = "first_card"
    FAMILY_CARD = "family_card"
    DEATH_CERTIFICATE = "death_certificate"
    OTHER = "other"


class Outcome(StrEnum):
    """How the help with one document stands. Explained: it cannot be done here, and the applicant knows why."""

    OPEN = "open"
    DONE = "done"
    EXPLAINED = "explained"


def facilitated(answered: bool, outcomes: Iterable[Outcome]) -> bool:
    """Whether the family was helped: it said what it lacks, or that it lacks nothing, and all of it is settled [G5]."""
    return answered and all(outcome is not Outcome.OPEN for outcome in outcomes)
