"""The Jinja environment: strict, autoescaping, loaded once."""

import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from components import delivery_words, standard_words, survey_words, wording, words
from components.assets import Assets
from components.papers import qr

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@lru_cache(maxsize=1)
def assets() -> Assets:
    """The static files of this process."""
    return Assets()


def style_text() -> str:
    """The style sheet of all citizen pages."""
    return assets().text("app.css")


def style_element(style: str) -> Markup:
    """Our own style sheet, or some of its rules, to stand in a page; base.html takes it as `style_within`."""
    return Markup(f"<style>{style}</style>")  # noqa: S704 (a file of ours)


@lru_cache(maxsize=1)
def _sprites() -> dict[str, str]:
    return {
        name: f"{assets().url(file)}#{name}"
        for file in ("icons.svg", "icons-more.svg")
        for name in re.findall(r'<symbol id="([^"]+)"', assets().text(file))
    }


def sprite(name: str) -> str:
    """Where the icon of this name stands. Raises KeyError for a name that no file has."""
    return _sprites()[name]


def fresh_key() -> str:
    """A new idempotency key for one rendered form."""
    return secrets.token_urlsafe(12)


def _escaped(name: str | None) -> bool:
    return name is None or not name.endswith(".txt")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment. HTML is escaped, plain-text mail is not; an unknown name is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=_escaped,  # noqa: S701 (everything but plain-text mail)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    env.globals.update(
        asset=lambda name: assets().url(name),
        sprite=sprite,
        idem=fresh_key,
        qr=qr.svg,
        words=wording,
    )
    for name in words.FILTERS:
        env.filters[name] = getattr(words, name)
    env.filters.update(wording.FILTERS)
    env.filters.update(survey_words.FILTERS)
    env.filters.update(standard_words.FILTERS)
    env.filters["kabar_pesan"] = delivery_words.kabar_pesan
    return env


def render(template: str, values: Mapping[str, Any]) -> str:
    """One template as text."""
    return environment().get_template(template).render(values)
