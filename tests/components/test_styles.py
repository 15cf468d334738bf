"""A page that brings its style sheet along brings only what it uses of it."""

import pytest

from components.styles import used_by

PAGE = '<html><body><p class="a b" id="c"><svg/></p></body></html>'


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        ("p{x:1}h1{x:2}", "p{x:1}"),
        (".a{x:1}.z{x:2}", ".a{x:1}"),
        ("#c{x:1}#d{x:2}", "#c{x:1}"),
        ("p,h1,.b{x:1}", "p,.b{x:1}"),
        (".a .z{x:1}.z .a{x:2}p>svg{x:3}", "p>svg{x:3}"),
        (":root{y:1}*{x:1}::before{x:2}", ":root{y:1}*{x:1}::before{x:2}"),
        ("p:hover{x:1}h1:hover{x:2}", "p:hover{x:1}"),
        ("p:not(.z){x:1}", "p:not(.z){x:1}"),
        (":is(h1,.z){x:1}", ":is(h1,.z){x:1}"),
        ("p[aria-busy=true]{x:1}[data-z],h1{x:2}", "p[aria-busy=true]{x:1}[data-z]{x:2}"),
        ("@media(min-width:1em){p{x:1}h1{x:2}}", "@media(min-width:1em){p{x:1}}"),
        ("@media(min-width:1em){h1{x:2}}p{x:1}", "p{x:1}"),
        ("@media print{p{x:2}}p{x:1}", "p{x:1}"),
        (
            "p{x:var(--a)}:root{--a:var(--b);--b:1;--c:var(--d);--d:2}",
            "p{x:var(--a)}:root{--a:var(--b);--b:1}",
        ),
        ("p{x:1}:root{--a:1}", "p{x:1}"),
        ("@font-face{font-family:f}", "@font-face{font-family:f}"),
    ],
)
def test_a_rule_stays_while_it_can_apply(sheet: str, kept: str) -> None:
    """States that may come about later (hover, open, busy) count as there."""
    assert used_by(PAGE, sheet) == kept
