"""QR codes: right modules, no inline style, nothing that prints too fine to read."""

import re

import pytest
from jinja2 import Environment, StrictUndefined

from components.papers import qr

ADDRESS = "https://loket.krian.example/permohonan/KRN-7K4M2"


def modules_of(markup: str) -> set[tuple[int, int]]:
    """Dark modules (row, column) read back from the path."""
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", markup)
    return {(int(y) - qr.QUIET, int(x) - qr.QUIET + step) for x, y, n in bars for step in range(int(n))}


def test_path_and_matrix_hold_the_same_modules() -> None:
    rows = qr.matrix(ADDRESS)
    dark = {(y, x) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    assert modules_of(qr.svg(ADDRESS)) == dark
    assert all(len(row) == len(rows) for row in rows)
    for corner in ((0, 0), (0, len(rows) - 7), (len(rows) - 7, 0)):
        y, x = corner
        assert all(rows[y][x : x + 7])
        assert rows[y + 1][x : x + 7] == (True, False, False, False, False, False, True)


def test_svg_suits_a_strict_policy_and_a_screen_reader() -> None:
    """No style attribute or element and no script: the pages forbid both."""
    markup = qr.svg(ADDRESS, label="Kode QR nomor <KRN>")
    assert "style" not in markup
    assert 'class="qr"' in markup
    assert 'role="img"' in markup
    assert 'aria-label="Kode QR nomor &lt;KRN&gt;"' in markup
    assert ADDRESS not in markup


def test_svg_is_not_escaped_again() -> None:
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string("{{ code }}")
    assert page.render(code=qr.svg(ADDRESS)).startswith("<svg ")


def test_modules_stay_readable_at_32_mm() -> None:
    """[S1] A receipt's code must be read by an ordinary phone: half a millimetre a module or more."""
    longest = "https://loket.krian.example/t/" + "k" * 150
    side = len(qr.matrix(longest)) + 2 * qr.QUIET
    assert qr.WIDTH_MM / side >= 0.5


@pytest.mark.parametrize("text", ["", "https://loket.krian.example/" + "x" * 400])
def test_unreadable_codes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="QR code"):
        qr.svg(text)
