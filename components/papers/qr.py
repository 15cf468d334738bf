"""QR codes, drawn for a page (inline SVG) and for a printed sheet (a matrix of modules).

Codes are printed 32 mm wide. A phone camera at reading distance needs modules of about half a millimetre, so
a text that would need finer ones is refused instead of printed unreadable.
"""

from functools import lru_cache

from markupsafe import Markup, escape

WIDTH_MM = 32
QUIET = 4
"""Blank modules that the standard of QR codes asks for on every side."""

_MOST_MODULES = 64
"""Modules across, quiet zone included, of the finest code that is still readable at WIDTH_MM."""


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Square of modules, row by row, True where dark, without the quiet zone.

    Error correction M (15 %) or better: slips are folded. Raises ValueError when the text is empty or too
    long to be read at 32 mm (about 180 ASCII characters).
    """
    # Most pages hold no QR code; the library is loaded by the first that does.
    import segno

    if not text:
        raise ValueError("a QR code needs a text")
    code = segno.make(text, micro=False, error="m")
    rows = tuple(tuple(bool(module) for module in row) for row in code.matrix)
    if len(rows) + 2 * QUIET > _MOST_MODULES:
        raise ValueError("the text is too long for a QR code of 32 mm")
    return rows


def runs(rows: tuple[tuple[bool, ...], ...]) -> list[tuple[int, int, int]]:
    """The dark modules as bars (row, first column, length): fewer shapes, no hairlines between them."""
    bars = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                bars.append((y, start, x - start))
            else:
                x += 1
    return bars


def svg(text: str, label: str = "Kode QR") -> Markup:
    """Inline SVG of a QR code for a template, safe to insert as it is.

    It has no width of its own: style sheets size it by class "qr". Colours are presentation attributes, which
    a strict Content-Security-Policy allows, and the light ground is painted so that dark mode can read it.
    The label is read out; it should say where the code leads, never hold the secret of the link. Raises as
    matrix() does.
    """
    side, dark = _drawn(text)
    return Markup(
        '<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" '
        'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        '<path fill="#000" d="{dark}"/></svg>'
    ).format(side=side, label=escape(label), dark=dark)


@lru_cache(maxsize=256)
def _drawn(text: str) -> tuple[int, str]:
    """(modules across with the quiet zone, path of the dark ones). Kept: it is the dearest part of a status page."""
    rows = matrix(text)
    return len(rows) + 2 * QUIET, "".join(f"M{x + QUIET} {y + QUIET}h{n}v1h-{n}z" for y, x, n in runs(rows))
