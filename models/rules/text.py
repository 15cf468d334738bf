"""Text as people type or paste it, brought to one form; what is refused is refused with words for the person.

Functions that parse take the text as typed and return the form that is stored. What cannot be read raises
Invalid; what is merely odd is a FieldWarning.
"""

import re
import unicodedata
from dataclasses import dataclass

_LONGEST_READ = 20_000
_APOSTROPHES = str.maketrans(dict.fromkeys("`´‘’‛ʹʻʼʽˈ′＇", "'"))
_PLAIN_MARKS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("“”„″", '"'))
_BIDI_EMBEDDINGS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")


class Invalid(ValueError):
    """What was typed cannot be right. message is Indonesian, for the person, and stands beside the field."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.message = message


@dataclass(frozen=True)
class FieldWarning:
    """What was typed is odd but may be right. confirm: ask the applicant; else only the operator sees it."""

    field: str
    code: str
    message: str
    confirm: bool = True


def _unseen(field: str) -> Invalid:
    return Invalid(
        field, "unseen", "Ada tanda tak terlihat, biasanya dari hasil tempel. Ketik ulang di sini."
    )


def clean(text: str, field: str, *, joiners: bool = False) -> str:
    """NFC, without invisible marks.

    Refused: control characters, halves of surrogate pairs, U+FFFD (which a decoder left where bytes were
    broken), private characters, non-characters and marks that turn the reading direction.
    """
    if len(text) > _LONGEST_READ:
        raise Invalid(field, "too_long", "Tulisan terlalu panjang. Ringkas dulu, lalu coba lagi.")
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if char in "\t\n\r":
            kept.append(char)
        elif (
            category in {"Cc", "Cs", "Co"}
            or char in _BIDI_EMBEDDINGS
            or char == "\ufffd"
            or ord(char) & 0xFFFE == 0xFFFE
            or 0xFDD0 <= ord(char) <= 0xFDEF
        ):
            raise _unseen(field)
        elif category != "Cf" or (joiners and char in _JOINERS):
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def one_line(text: str, field: str) -> str:
    """clean() on one line, spaces folded."""
    return " ".join(clean(text, field).split())


def straight(text: str) -> str:
    """Backticks and curly apostrophes as ', long dashes as -, curly quotes as "."""
    return text.translate(_APOSTROPHES).translate(_PLAIN_MARKS)


def fold(text: str) -> str:
    """The form for comparing and searching: NFC, case and spaces folded, every apostrophe the same."""
    caseless = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return " ".join(unicodedata.normalize("NFC", caseless).translate(_APOSTROPHES).split())


def parse_note(text: str, limit: int, field: str = "catatan") -> str:
    """Free text of at most `limit` characters, lines kept, spaces folded; empty stays empty.

    Everything readable is text and nothing more: markup, formulas, templates, emoji. Refused: see clean().
    """
    lines = [" ".join(line.split()) for line in clean(text, field, joiners=True).splitlines()]
    note = re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip())
    if len(note) > limit:
        raise Invalid(
            field, "too_long", f"Tulisan ini {len(note)} huruf. Ringkas menjadi paling banyak {limit} huruf."
        )
    return note


def ascii_digits(text: str) -> str:
    """Digits of every script as 0-9 (full-width, Arabic-Indic, Javanese); everything else untouched."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def without_separators(text: str) -> str:
    """Without what people put between groups: spaces, dots, dashes, and invisible marks of a paste."""
    drop = {"Zs", "Zl", "Zp", "Pd", "Cf"}
    return "".join(char for char in text if char not in ".\t\n\r−" and unicodedata.category(char) not in drop)
