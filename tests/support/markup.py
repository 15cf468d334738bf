"""What is wrong with a page's HTML: parsed as the HTML standard says, and its promises to itself kept.

A browser mends what is wrong in silence, each in its own way; what it mended cannot be seen in it any more.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import html5lib

_BLOCKS = (
    "div p ul ol dl table section article form fieldset figure details pre blockquote nav main h1 h2 h3 h4"
)
_WORDS = "p span b strong em small button label h1 h2 h3 h4 legend dt"
_FLOW = frozenset(_BLOCKS.split(" "))
_WORDS_ONLY = frozenset(_WORDS.split(" "))
"""Elements that may hold words, pictures and fields, no blocks [HTML: phrasing content]."""
_HEADINGS_TOO = frozenset({"legend"})
_TOUCHED = frozenset({"a", "button", "select", "textarea", "summary"})
_SWITCHES = frozenset(
    {"required", "autofocus", "disabled", "checked", "selected", "multiple", "hidden", "open"}
)
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "form")


def faults_of(page: str) -> list[str]:
    """Parse errors with their line, elements where they may not stand, ids twice, references to no id,
    switches with a value, headings that leave out a level, and terms said twice in one list.
    """
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(page)
    for parent in [one for one in root.iter() if one.find("template") is not None]:
        parent.remove(parent.find("template"))  # another document, as long as it is a template
    found = [f"line {place[0]}: {code} {data}" for place, code, data in parser.errors]
    ids = Counter(one.get("id") for one in root.iter() if one.get("id") is not None)
    found += [f"id {name!r} {count} times" for name, count in ids.items() if count > 1]
    found += [f"id {name!r} is no id" for name in ids if not re.fullmatch(r"\S+", str(name))]
    for one in root.iter():
        for attribute in _REFERENCES:
            found += [
                f"{attribute} of no id: {name}" for name in one.get(attribute, "").split() if name not in ids
            ]
        found += [
            f"{name}={value!r}"
            for name, value in one.items()
            if name in _SWITCHES and value not in ("", name)
        ]
        terms = Counter("".join(term.itertext()).strip() for term in one.iterfind("dt"))
        found += [f"term {term!r} {count} times" for term, count in terms.items() if count > 1]
    return found + list(_misplaced(root, ())) + list(_levels_left_out(root))


def _levels_left_out(root: Any) -> Iterator[str]:
    level = 0
    for one in root.iter():
        if isinstance(one.tag, str) and (heading := re.fullmatch(r"h([1-6])", one.tag)):
            here = int(heading[1])
            if level and here > level + 1:
                yield f"<{one.tag}> {''.join(one.itertext()).strip()!r} after <h{level}>"
            level = here


def _misplaced(element: Any, above: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(element.tag, str):  # a comment
        return
    name = str(element.tag)
    if name in _FLOW and above and above[-1] in _WORDS_ONLY and not _heading_allowed(name, above[-1]):
        yield f"<{name}> inside <{above[-1]}>"
    if name in _TOUCHED and set(above) & {"a", "button"}:
        yield f"<{name}> inside something that is pressed: {' '.join(above[-4:])}"
    for child in element:
        yield from _misplaced(child, (*above, name))


def _heading_allowed(name: str, parent: str) -> bool:
    return parent in _HEADINGS_TOO and re.fullmatch(r"h\d", name) is not None
