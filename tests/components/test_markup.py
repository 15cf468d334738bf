"""The mark-up of the office's own texts: what it can do, and that nothing else gets out [M1]."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.markup import fault, html, may_lead_to

_TAGS = {"h2", "h3", "p", "ol", "ul", "li", "strong", "em", "a"}


class Read(HTMLParser):
    """Every tag, and every attribute with its value."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


def test_headings_lists_bold_and_links() -> None:
    body = "# Judul\n## Bagian\n\nSatu **tebal**.\n\n1. a\n2. b\n\n- c\n\n[sini](/pengaduan) [luar](https://lapor.go.id)"
    assert fault(body) == ""
    page = html(body, {})
    for piece in (
        "<h2>Judul</h2>",
        "<h3>Bagian</h3>",
        "<strong>tebal</strong>",
        '<ol class="urut">\n<li>a</li>',
        '<ul class="butir">\n<li>c</li>',
        '<a href="/pengaduan">sini</a>',
        '<a href="https://lapor.go.id">luar</a>',
    ):
        assert piece in page
    assert "<h3>Judul</h3>" in html(body, {}, below=2)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<b>tebal</b>",
        "</section></main><h1>Palsu</h1>",
        "<!-- x -->",
        "![foto](https://luar.example/x.png)",
        "<https://luar.example>",
        "`<i>`",
        "    <i>masuk</i>",
        "```\n<i>\n```",
        "| a | b |\n|---|---|\n| <i> | 2 |",
        "&lt;script&gt;",
        '[x](https://a.example/"onmouseover="alert(1))',
        '[x](/pengaduan "onclick=alert(1)")',
        "[x]: javascript:alert(1)\n\n[x]",
        "> kutipan",
        "https://luar.example",
    ],
)
def test_nothing_else_gets_out(body: str) -> None:
    """Whatever is tried, only these tags come out, no attribute but class and a safe href, and no picture."""
    read = Read(html(body, {}))
    assert read.tags <= _TAGS
    assert {name for name, _ in read.attributes} <= {"class", "href", "title"}
    assert all(may_lead_to(value) for name, value in read.attributes if name == "href")


@given(st.text(alphabet="<>&\"'`![](){}#*-_~\\/:. \nax1", max_size=120))
def test_nothing_else_gets_out_of_anything(body: str) -> None:
    body = body.replace("{", "").replace("}", "")
    read = Read(html(body, {}))
    assert read.tags <= _TAGS
    assert all(may_lead_to(value) for name, value in read.attributes if name == "href")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/standar/biaya",
        "/standar#pengaduan",
        "/survei/hasil?semester=2026-1",
        "https://www.lapor.go.id/a?b=c",
    ],
)
def test_links_that_may_be(address: str) -> None:
    assert may_lead_to(address)
    assert fault(f"[kata]({address})") == ""


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "http://lapor.go.id",
        "//luar.example",
        "/\\luar.example",
        "\\\\luar.example",
        "https://kecamatan@luar.example",
        "https://",
        "https:/luar.example",
        "https://[::1",
        "mailto:a@b.id",
        "pengaduan",
        "/..%2f",
        "",
    ],
)
def test_links_that_may_not_be(address: str) -> None:
    """Told when it is saved; and were one kept all the same, its words would stand without a link."""
    assert not may_lead_to(address)
    body = f"[kata]({address})"
    if Read(html(body, {})).tags != {"p"}:  # read as a link at all
        assert "tidak boleh" in fault(body)
    assert "href" not in html(body, {})


def test_headings_go_two_levels_deep() -> None:
    assert "# atau ##" in fault("### Terlalu dalam")
    assert "<h3>" in html("### Terlalu dalam", {})


def test_facts_are_no_markup() -> None:
    """Words put in the place of a placeholder are escaped, and stay as they are."""
    page = html("{a} [kata](/{a})", {"a": "<b>*x*</b> [y](/z)"})
    assert "&lt;b&gt;*x*&lt;/b&gt; [y](/z)" in page
    assert Read(page).tags <= {"p", "a"}
    assert ("href", "/z") not in Read(page).attributes
