"""Static files: small, in every coding, under names that change with their content."""

import re
import subprocess
from pathlib import Path

import pytest
import zstandard

from components.assets import STATIC, Asset, Assets
from components.codings import preferred
from components.rendering import TEMPLATES, sprite


@pytest.fixture(scope="module")
def files() -> Assets:
    return Assets()


def find(files: Assets, name: str) -> Asset:
    asset = files.find(name)
    assert asset is not None
    return asset


@pytest.mark.parametrize("name", ["app.js", "upload.js", "app.css", "desk.css", "print.css"])
def test_what_only_readers_need_is_not_sent(files: Assets, name: str) -> None:
    """Comments and long names cost nothing on the line; the words that people see are still there."""
    sent, written = find(files, name).plain, (STATIC / name).read_bytes()
    assert len(sent) < len(written)
    assert b"/*" not in sent
    assert b"\n  " not in sent
    if name == "app.js":
        assert "Sedang dikirim. Mohon tunggu." in sent.decode()


def test_foreign_scripts_stay_byte_for_byte(files: Assets) -> None:
    """htmx is served as its authors made it; its checksum can be compared."""
    name = "htmx-4.0.1.min.js"
    assert find(files, name).plain == (STATIC / name).read_bytes()


def test_a_broken_script_is_noticed_at_start(tmp_path: Path) -> None:
    (tmp_path / "broken.js").write_text("const = {", "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        Assets(tmp_path)


def test_the_parts_of_a_script_are_served_as_one(tmp_path: Path) -> None:
    """In the order of their names, with one scope for all; none of them by itself."""
    parts = tmp_path / "whole.js"
    parts.mkdir()
    (parts / "2-use.js").write_text("document.title = shared;", "utf-8")
    (parts / "1-make.js").write_text("const shared = 'one script';", "utf-8")
    files = Assets(tmp_path)
    whole = files.text("whole.js")
    assert whole.startswith("(()=>{")
    assert whole.index("one script") < whole.index("document.title")
    assert files.find("whole.js/1-make.js") is None


def test_the_hashed_name_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a { color: red }", "utf-8")
    before = Assets(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("a { color: tan }", "utf-8")
    after = Assets(tmp_path)
    assert after.url("a.css") != before
    assert after.is_hashed(after.url("a.css").removeprefix("/static/"))
    old = before.removeprefix("/static/")
    assert after.find(old) is after.find("a.css")  # a page may still be on its way with the old name
    assert not after.is_hashed(old)
    assert after.find("b.0123456789.css") is None


def test_a_style_sheet_names_pictures_that_may_be_kept_for_ever(tmp_path: Path) -> None:
    """Also where the sheet stands in a page, so by their whole address."""
    (tmp_path / "z.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "a.css").write_text("a { background: url(z.svg) }", "utf-8")
    files = Assets(tmp_path)
    assert f"url({files.url('z.svg')})" in files.text("a.css")


def test_each_coding_holds_the_same_and_brotli_is_smallest(files: Assets) -> None:
    for name in ("app.css", "app.js", "icons.svg", "htmx-4.0.1.min.js"):
        asset = find(files, name)
        assert zstandard.ZstdDecompressor().decompressobj().decompress(asset.coded["zstd"]) == asset.plain
        sizes = [len(content) for content in asset.coded.values()]
        assert next(iter(asset.coded)) == "br"
        assert sizes == sorted(sizes)
        assert sizes[-1] < len(asset.plain)


def test_pictures_and_fonts_are_not_compressed_twice(tmp_path: Path) -> None:
    (tmp_path / "a.woff2").write_bytes(b"wOF2" * 100)
    asset = find(Assets(tmp_path), "a.woff2")
    assert asset.fitting("br, gzip") == (asset.plain, "")


OURS = ("br", "zstd", "gzip")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("zstd", "zstd"),
        ("", ""),
        ("deflate", ""),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "zstd"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br ; q=0.8, gzip;q=0.8", "br"),
        ("gzip;q=0", ""),
        ("identity;q=1, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", ""),
        ("br;q=x, gzip;q=0.1", "gzip"),
        ("br;q=7, gzip", "gzip"),
        ("br;q=nan", ""),
        (",,;q=1, ,gzip", "gzip"),
    ],
)
def test_the_browser_says_what_it_takes(accepted: str, coding: str) -> None:
    """RFC 9110, 12.5.3: weights count, 0 refuses, a star stands for the rest; ties go to fewer bytes."""
    assert preferred(accepted, OURS) == coding


def test_every_icon_that_a_template_names_is_drawn() -> None:
    """In the file of the first pages or in the other."""
    named = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\b(?:icon|picture|entry)\("([a-z-]+)"', file.read_text("utf-8"))
    }
    assert len(named) > 15
    for name in named:
        assert sprite(name).endswith(f"#{name}")
