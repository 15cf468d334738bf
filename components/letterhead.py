"""What stands at the head of every paper of this office."""

from components.founding import office_card
from components.papers.strip import Letterhead


def of_office() -> Letterhead:
    """The name of the counter, of the office and regency, and the address."""
    card = office_card()
    return Letterhead(f"Loket {card.short_name}", f"{card.name}, {card.regency}", card.address)
