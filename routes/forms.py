"""Reading a form strictly: at most 32 KB, UTF-8, no field twice, nothing remembered between requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from components.refusals import Refused

LARGEST = 32 * 1024
MOST_FIELDS = 100
KEY_FIELD = "_kunci"
TOKEN_FIELD = "_token"  # noqa: S105 (the name of a field)
_DIGITS = 10
"""More would not fit into any column of ours."""
_BROKEN = "Isian tidak terbaca. Muat ulang halaman, lalu isi lagi."


class Unreadable(Refused):
    """The body is not a form that a browser of ours would send."""


class Typed(dict[str, str]):
    """What was typed, for a template that shows it again: a field that was not sent is empty, not an error."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True)
class Form:
    """What was typed. `many` names may come several times (check boxes); all others only once."""

    values: Typed = field(repr=False)
    lists: Mapping[str, tuple[str, ...]] = field(repr=False)

    def text(self, name: str) -> str:
        """What was typed in a field, without surrounding space; empty when it was not sent."""
        return self.values.get(name, "").strip()

    def whole(self, name: str) -> int:
        """A whole number that a page of ours put into a field, such as a version; -1 for anything else."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else -1

    def ticked(self, name: str) -> bool:
        return bool(self.values.get(name))

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may come several times."""
        return self.lists.get(name, ())

    @property
    def key(self) -> str:
        """The idempotency key that the form was rendered with."""
        return self.values.get(KEY_FIELD, "")[:64]

    @property
    def sent(self) -> str:
        """All that was typed, for telling a repeated form from a changed one."""
        pairs = sorted((name, values) for name, values in self.lists.items() if name != TOKEN_FIELD)
        return repr(pairs)


def parse(body: bytes, many: frozenset[str] = frozenset()) -> Form:
    """A urlencoded body as a Form. Raises Unreadable for bad UTF-8, a repeated field, too many fields.

    A NUL, which no keyboard makes and PostgreSQL does not keep, is read as browsers read it in a page: as U+FFFD.
    """
    pairs = _pairs(body)
    lists: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if "\0" in name or (name in lists and name not in many):
            raise Unreadable(_BROKEN)
        lists[name] = (*lists.get(name, ()), value.replace("\0", "\ufffd"))
    return Form(Typed({name: values[-1] for name, values in lists.items()}), lists)


def of_fields(fields: Mapping[str, str]) -> Form:
    """The text fields of a form that brought files along."""
    return Form(Typed(fields), {name: (value,) for name, value in fields.items()})


def token_in(body: bytes) -> str:
    """The session's token in a form, whatever else it holds; empty without one. Raises Unreadable."""
    return dict(_pairs(body)).get(TOKEN_FIELD, "")


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode("ascii")
        return parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=bool(text),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Unreadable(_BROKEN) from None
