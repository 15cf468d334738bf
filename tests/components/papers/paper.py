"""Looking at papers: text with its place, and dark pixels. Lengths in mm from the top left corner."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pypdfium2
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from PIL import Image, ImageChops

from components import words
from components.papers import qr

POINT = 25.4 / 72

BASE = (
    '<!doctype html><html lang="id"><head><title>{% block title %}{% endblock %}</title>'
    "{% block head %}{% endblock %}{% block scripts %}<script></script>{% endblock %}</head>"
    '<body><main class="{% block main_class %}wrap{% endblock %}">{% block content %}{% endblock %}</main>'
    "</body></html>"
)


@dataclass(frozen=True)
class Piece:
    """One run of text on a page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def page_count(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def size_of(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page, to the nearest mm."""
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    return round(width * POINT), round(height * POINT)


def text_of(pdf: bytes) -> str:
    """All text of all pages, white space folded."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return " ".join(" ".join(pages).split())


def pieces(pdf: bytes) -> list[Piece]:
    """Every run of text of the first page."""
    page = pypdfium2.PdfDocument(pdf)[0]
    text, height = page.get_textpage(), page.get_size()[1]
    found = []
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        found.append(
            Piece(
                text.get_text_bounded(left, bottom, right, top).strip(),
                left * POINT,
                (height - top) * POINT,
                right * POINT,
                (height - bottom) * POINT,
            )
        )
    return found


def image(pdf: bytes, dots_per_mm: float = 4) -> Image.Image:
    """The first page in shades of grey."""
    drawn: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=dots_per_mm * POINT).to_pil()
    return drawn.convert("L")


def difference(one: bytes, other: bytes, dots_per_mm: float = 4) -> tuple[float, ...] | None:
    """Box (left, top, right, bottom) in mm of what differs between two papers; None when they look alike."""
    box = ImageChops.difference(image(one, dots_per_mm), image(other, dots_per_mm)).getbbox()
    return tuple(edge / dots_per_mm for edge in box) if box else None


def environment(templates: str = "templates") -> Environment:
    """A strict, escaping environment with a base page of its own, as the papers' templates expect it."""
    env = Environment(
        loader=ChoiceLoader([DictLoader({"base.html": BASE}), FileSystemLoader(templates)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(asset=lambda name: f"/static/{name}", qr=qr.svg)
    env.filters.update({name: getattr(words, name) for name in words.FILTERS})
    return env


def page(template: str, **values: Any) -> str:
    """One rendered page."""
    return environment().get_template(template).render(values)


def holds_all(text: str, wanted: Iterable[str]) -> list[str]:
    """What is missing from the text."""
    return [part for part in wanted if part not in text]
