"""The sealed columns of an application or a complaint: each text opens in its own row and column only."""

from components.kit import kit
from models.application import Application
from models.complaint import Complaint


def seal(number: str, field: str, text: str) -> str:
    """Seal a text for the column `<field>_sealed` of what has this number; empty stays empty."""
    return kit().vault.seal(text, _context(number, field)) if text else ""


def unseal(row: Application | Complaint, field: str) -> str:
    """What the column `<field>_sealed` holds; empty when it is empty. Raises vault.SealBroken."""
    return opened(row.number, field, getattr(row, f"{field}_sealed"))


def opened(number: str, field: str, sealed: str) -> str:
    """The same where the columns alone were read: a list of thousands makes no row's object for it."""
    return kit().vault.open(sealed, _context(number, field)) if sealed else ""


def _context(number: str, field: str) -> str:
    return f"application:{number}:{field}"
