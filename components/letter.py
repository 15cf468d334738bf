"""The same words as a light HTML letter: made from the plain text of a message, so the two cannot differ [G4].

Styles stand in the elements, nothing is fetched from anywhere, and no colour is set but the button's: a dark screen and
the small mail program of a feature phone show it their own way.
"""

import re

from components.rendering import render

_ACTION = re.compile(r"(?P<words>[^\n]+): (?P<link>https?://\S+)")
_SIGNATURE = "\n-- \n"


def html(subject: str, text: str) -> str:
    """The letter for a text as notifications.body_of() gives it: its line that ends in a link becomes the button."""
    body, _, signature = text.rstrip("\n").partition(_SIGNATURE)
    first, *rest = [part.strip("\n") for part in body.strip().split("\n\n") if part.strip()]
    values = {"subject": subject, "first": first, "parts": [_part(one) for one in rest]}
    return render("mail/letter.html", {**values, "signature": signature.strip()})


def _part(text: str) -> dict[str, str]:
    """A paragraph: its lines, or the words and the link of the button."""
    action = _ACTION.fullmatch(text)
    return action.groupdict() if action else {"lines": text, "link": ""}
