"""Read every template and say what would break the house's rules. Usage: python -m scripts.check_templates

Nothing is rendered: templates are parsed, and their HTML is read with each {{ expression }} as one word that
cannot be seen into and each {% tag %} left out (so both branches of a condition are read).
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from components.rendering import TEMPLATES, environment

# What routes/visit.py hands to every page; a piece need not list these under {# Needs: #}.
EVERYWHERE = {"office", "actor", "menu", "csrf_token", "now"}

# No page of ours: a mail program knows no style sheet but the styles in the elements.
LETTER = "mail/letter.html"

WORD = "\N{OBJECT REPLACEMENT CHARACTER}"
UNQUOTED = re.compile(r"""[^\s"'=<>`]=\s*[^\s"'>]""")
QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
NEEDS = re.compile(r"\{#-?\s*Needs:(.*?)#\}", re.DOTALL)


def skeleton(env: Environment, source: str) -> str:
    """Return the template's own text, with WORD for each expression.

    An `|xmlattr` writes whole attributes, quoted and escaped, so it leaves nothing behind; so does a macro
    named ..._attributes() that is one. form_keys() stays readable: a form is looked through for it.
    """
    text: list[str] = []
    inside: list[str] | None = None
    for _, kind, value in env.lex(source):
        if kind == "variable_begin":
            inside = []
        elif kind == "variable_end":
            expression = "".join(inside or [])
            if "form_keys(" in expression:
                text.append(f"{WORD}form_keys{WORD}")
            elif "xmlattr" not in expression and "_attributes(" not in expression:
                text.append(WORD)
            inside = None
        elif inside is not None:
            inside.append(value)
        elif kind in ("data", "raw_data"):
            text.append(value)
    return "".join(text)


class Page(HTMLParser):
    """Walk through a skeleton and collect what may not be there."""

    def __init__(self, *, letter: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.letter = letter
        self.found: list[str] = []
        self.open_form: tuple[int, int] | None = None
        self.forms: list[tuple[int, int]] = []
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        raw = self.get_starttag_text() or ""
        # The name of a tag may come from an expression (h1 or h2); its attributes may not.
        bare = QUOTED.sub('""', raw)[len(tag) + 1 :]
        if UNQUOTED.search(bare):
            self._say(f"<{tag}>: attribute without quotes")
        if WORD in bare:
            self._say(f"<{tag}>: an expression outside quotes may only be written by |xmlattr")
        if tag == "style":
            self._say("<style>: styles belong in static/")
        if tag == "script":
            self.in_script = True
            if "src" not in values:
                self._say("<script> without src: the content security policy refuses it")
        if tag == "img" and "alt" not in values:
            self._say("<img> without alt")
        if tag == "form" and values.get("method", "").lower() == "post":
            self.open_form = self.getpos()
        for name, value in values.items():
            self._attribute(tag, name, value.strip().lower())

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.in_script = False
        if tag == "form" and self.open_form is not None:
            self._say("<form method=post> without form_keys()", self.open_form)
            self.open_form = None

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self._say("<script> with content")
        if "form_keys" in data:
            self.open_form = None

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style" and not self.letter:
            self._say(f"<{tag}>: style= is refused by the content security policy")
        if name.startswith(("on", "hx-on", "data-hx-on")):
            self._say(f"<{tag}>: {name}= runs code from the page")
        if name.startswith("hx-") and value.startswith(("js:", "javascript:")):
            self._say(f"<{tag}>: {name} runs code from the page")
        if name in ("href", "src", "action", "formaction") and value.startswith(("javascript:", "data:")):
            self._say(f"<{tag}>: {name}={value[:12]}")
        if name == "hx-trigger" and "[" in value:
            self._say(f"<{tag}>: a filter in hx-trigger runs code from the page")

    def _say(self, what: str, at: tuple[int, int] | None = None) -> None:
        self.found.append(f"line {(at or self.getpos())[0]}: {what}")


def syntax_faults(tree: nodes.Template, root: Path) -> Iterator[str]:
    """Yield what the parsed template does that no template may."""
    for use in tree.find_all(nodes.Filter):
        if use.name in ("safe", "forceescape"):
            yield f"line {use.lineno}: |{use.name} is not for templates; hand over Markup made in components/"
    for scope in tree.find_all(nodes.ScopedEvalContextModifier):
        yield f"line {scope.lineno}: {{% autoescape %}} may not be switched"
    for name in meta.find_referenced_templates(tree):
        if name is not None and not (root / name).is_file():
            yield f"refers to {name}, which does not exist"


def needs_faults(path: Path, source: str, tree: nodes.Template, known: set[str]) -> Iterator[str]:
    """Yield what the `{# Needs: #}` comment of a piece or of macros leaves out."""
    if not (path.name.startswith("_") or path.parent.name == "parts"):
        return
    said = NEEDS.match(source)
    if said is None:
        yield "must begin with {# Needs: names of what it is given #}"
        return
    for name in sorted(meta.find_undeclared_variables(tree) - known):
        if not re.search(rf"\b{name}\b", said[1]):
            yield f"uses {name}, which its Needs comment does not name"


def faults(path: Path, root: Path, env: Environment) -> Iterator[str]:
    """Yield every fault of one template, as text with its line where one is known."""
    source = path.read_text("utf-8")
    try:
        tree = env.parse(source)
        env.compile(tree)
    except TemplateSyntaxError as error:
        yield f"line {error.lineno}: {error.message}"
        return
    # Compiling changes the tree: what is looked at next is a fresh one.
    tree = env.parse(source)
    yield from syntax_faults(tree, root)
    if path.suffix != ".html":
        return
    yield from needs_faults(path, source, tree, EVERYWHERE | set(env.globals))
    text = skeleton(env, source)
    letter = path == root / LETTER
    if "<html" in text and path != root / "base.html" and not letter:
        yield "only base.html holds <html>"
    page = Page(letter=letter)
    page.feed(text)
    page.close()
    yield from page.found


def main() -> int:
    """Print the faults of all templates; return the process's exit code."""
    env = environment()
    paths = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt"))
    found = [
        f"{path.relative_to(TEMPLATES.parent)}: {fault}"
        for path in paths
        for fault in faults(path, TEMPLATES, env)
    ]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
