"""The small mark-up of texts that the office writes: headings, paragraphs, lists, bold and links; nothing else.

Read by markdown-it-py with every rule off that could do more: no HTML, no pictures, no addresses recognised by
themselves. Whatever is not one of these stays the letters that were typed.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup

from models.rules.standard import fill

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_RULES = ("heading", "list", "link", "emphasis")
_OWN_PAGE = re.compile(r"/(?:[A-Za-z0-9._~-]+/?)*(?:\?[A-Za-z0-9._~=&-]*)?(?:#[A-Za-z0-9_-]+)?")
_DEEPEST = 2
"""Levels of headings: "#" stands below the title of a page, "##" below that."""


@lru_cache(maxsize=1)
def _reader() -> "MarkdownIt":
    # Loaded with the first text: it takes a tenth of a second.
    from markdown_it import MarkdownIt

    reader = MarkdownIt("zero").enable(_RULES)
    # Every link is read as one, so that a wrong one can be told; none is shown unless it may be.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return reader


def may_lead_to(address: str) -> bool:
    """Whether a link may lead there: a page of ours, or a site by https without a name or password in its address."""
    if _OWN_PAGE.fullmatch(address):
        return True
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and "@" not in parts.netloc and "\\" not in address


def fault(body: str) -> str:
    """What is wrong with the mark-up of a text, in words; empty when nothing is."""
    tokens = _reader().parse(body)
    for token in _all(tokens):
        if token.type == "link_open" and not may_lead_to(str(token.attrs.get("href", ""))):
            return (
                f"Tautan {token.attrs.get('href') or 'kosong'} tidak boleh. "
                "Pakai halaman kami (/...) atau https://..."
            )
        if token.type == "heading_open" and int(token.tag[1:]) > _DEEPEST:
            return "Judul bagian cukup dengan # atau ##."
    return ""


def html(body: str, values: Mapping[str, str], below: int = 1) -> Markup:
    """The text as HTML, its placeholders filled with these words. Raises KeyError for an unknown placeholder.

    below: level of the heading that stands above the text on its page. Words are put in after the text was read, so
    that none of them is taken for mark-up; all of it is escaped.
    """
    reader = _reader()
    tokens = reader.parse(body)
    for token in _all(tokens):
        if token.type == "text":
            token.content = fill(token.content, values)
        elif token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]), _DEEPEST) + below}"
        elif token.type == "ordered_list_open":
            token.attrs = {"class": "urut"}
        elif token.type == "bullet_list_open":
            token.attrs = {"class": "butir"}
        elif token.type == "link_open" and not may_lead_to(str(token.attrs.get("href", ""))):
            token.attrs = {}
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 (escaped by the renderer)


def _all(tokens: Iterable["Token"]) -> Iterable["Token"]:
    for token in tokens:
        yield token
        yield from token.children or ()
