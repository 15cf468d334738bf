"""How long what is kept: the terms an office may set, within bounds, and what was removed (rules of the service, 12).

Days are days of 24 hours, counted from the moment each term names.
"""

from enum import StrEnum
from typing import NamedTuple


class Term(StrEnum):
    """What an office keeps for a while, each with its own term."""

    SCANS_HANDED_OVER = "scans_handed_over"
    SCANS_CLOSED = "scans_closed"
    SCANS_UNCOLLECTED = "scans_uncollected"
    MESSAGE_BODIES = "message_bodies"
    IDENTITY = "identity"
    COMPLAINT_PHOTOS = "complaint_photos"
    COMPLAINT_TEXTS = "complaint_texts"


class Bounds(NamedTuple):
    """Days: the term of who set none, and what an administrator may choose."""

    usual: int
    least: int
    most: int


BOUNDS: dict[Term, Bounds] = {
    Term.SCANS_HANDED_OVER: Bounds(30, 7, 90),
    Term.SCANS_CLOSED: Bounds(14, 3, 90),
    Term.SCANS_UNCOLLECTED: Bounds(180, 60, 365),
    Term.MESSAGE_BODIES: Bounds(7, 3, 30),
    Term.IDENTITY: Bounds(365, 90, 1825),
    Term.COMPLAINT_PHOTOS: Bounds(90, 30, 365),
    Term.COMPLAINT_TEXTS: Bounds(365, 90, 1825),
}

GIVEN_UP_AFTER_DAYS = 2
"""How long a message that could not be sent was tried; its own term begins then [G4]."""
LINKS_KEPT_DAYS = 30
"""Invitations and hand-off links, after they were used or ended."""
BACKUPS_KEPT_DAYS = 35
"""What was removed may lie sealed in a backup for so long."""


def fits(term: Term, days: int) -> bool:
    """Whether an office may set this."""
    bounds = BOUNDS[term]
    return bounds.least <= days <= bounds.most


def hidden_number(number: str) -> str:
    """What stays of a NIK: where it was first registered. Its date and serial are gone.

    Name and birth date stay among the facts, so that the usual mask, which shows the serial, would hide nothing.
    """
    return f"{number[:6]}{'*' * 10}" if number else ""
