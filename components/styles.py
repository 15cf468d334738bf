"""Of a style sheet only what one page uses, so that the page can bring it along at little cost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_NAME = re.compile(r"([.#]?)(-?[A-Za-z_][\w-]*)")
_ASIDE = re.compile(r"\[[^\]]*\]|::?[\w-]+(\((?:[^()]|\([^()]*\))*\))?")
"""Of a selector: attributes and pseudo-classes with what stands in them; what they ask for may come about later."""

_GIVEN = re.compile(r"(?<=[{;])(--[\w-]+):[^;{}]*(?:;|(?=\}))")
_ASKED = re.compile(r"var\((--[\w-]+)")
_EMPTY = re.compile(r"(?<=[{}])[^{}]*\{\}|;(?=\})")


@dataclass
class _Used(HTMLParser):
    """Tags, ".classes" and "#ids" of a page."""

    names: set[str] = field(default_factory=lambda: {"root"})

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            if name in ("class", "id"):
                self.names.update(f"{'.' if name == 'class' else '#'}{one}" for one in (value or "").split())


def used_by(page: str, sheet: str) -> str:
    """The rules of a minified sheet that can apply to this page as it stands.

    A rule stays while every tag, class and id of one of its selectors is on the page; so what scripts add to a page
    later is lost, and a page with scripts takes the whole sheet. Rules for printing are left out: the whole sheet is
    linked for that.
    """
    used = _Used()
    used.feed(page)
    return _without_idle_names(_kept(sheet, used.names))


def _without_idle_names(sheet: str) -> str:
    """The same without custom properties that nothing asks for, and what then stands empty."""
    asked = set(_ASKED.findall(sheet))
    rest = _EMPTY.sub("", _GIVEN.sub(lambda one: one[0] if one[1] in asked else "", sheet))
    return sheet if rest == sheet else _without_idle_names(rest)


def _kept(sheet: str, names: set[str]) -> str:
    kept = []
    for head, body in _blocks(sheet):
        if head == "@media print":
            continue
        if head.startswith(("@media", "@supports")):
            inner = _kept(body, names)
            kept.append(f"{head}{{{inner}}}" if inner else "")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = [one for one in _selectors(head) if _applies(one, names)]
            kept.append(f"{','.join(selectors)}{{{body}}}" if selectors else "")
    return "".join(kept)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """(what stands before the brace, what stands within) of each block of the outermost level."""
    start = depth = opened = 0
    for place, sign in enumerate(sheet):
        if sign == "{":
            depth += 1
            opened = place if depth == 1 else opened
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield sheet[start:opened].strip(), sheet[opened + 1 : place]
                start = place + 1


def _selectors(head: str) -> list[str]:
    """A list of selectors one by one; commas within brackets do not part it."""
    return re.split(r",(?![^(\[]*[)\]])", head)


def _applies(selector: str, names: set[str]) -> bool:
    bare = _ASIDE.sub(" ", selector)
    return all(f"{kind}{name}" in names for kind, name in _NAME.findall(bare))
