"""WhatsApp by hand: every message has a ready text, and a link that opens it as a draft on an officer's phone [G4].

What is recorded is that the draft was opened and that the officer says it was sent; nobody knows more than that.
"""

from urllib.parse import quote


def reaches(number: str) -> bool:
    """Whether WhatsApp may reach this stored number: "+62..." and not a landline."""
    return number.startswith("+628") and number[1:].isdecimal()


def link(number: str, text: str) -> str:
    """The wa.me address that opens `text` as a draft to `number` ("+6285736349953").

    Only the number's digits get into the address. ValueError for what is no number of a mobile phone.
    """
    if not reaches(number):
        raise ValueError("not a number WhatsApp could reach")
    return f"https://wa.me/{number[1:]}?text={quote(text, safe='')}"
