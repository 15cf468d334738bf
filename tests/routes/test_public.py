"""What anybody may read."""

import re

import httpx
import pytest

from components import founding, stock
from components.publishing import channels
from models.db import DatabaseLost
from models.office import Office

PAGES = ["/", "/pengajuan", "/pengajuan/ktp", "/standar", "/data-anda", "/aksesibilitas"]


@pytest.mark.parametrize("path", PAGES)
async def test_public_pages_are_the_same_for_everybody(client: httpx.AsyncClient, path: str) -> None:
    """No form key, no token: one copy serves all, and a browser that has it is told so."""
    first = await client.get(path)
    assert first.status_code == 200
    assert "_kunci" not in first.text
    assert first.text == (await client.get(path)).text
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
async def test_pages_come_in_the_encoding_the_browser_takes(client: httpx.AsyncClient, coding: str) -> None:
    """A phone on a weak line gets a fifth of the bytes."""
    answer = await client.get("/", headers={"Accept-Encoding": f"{coding};q=1.0"})
    assert answer.headers.get("content-encoding", "identity") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "Ganti foto" in answer.text


async def test_the_front_page_says_what_matters(client: httpx.AsyncClient) -> None:
    """F1, T1, S2, R2: free, two working days, no gifts, which three documents; and the way in."""
    page = (await client.get("/")).text
    for words in (
        "Rp0",
        "2 hari",
        "kendala teknis",
        "Jangan beri uang",
        "KTP-el lama",
        "Kartu Keluarga",
        "F-1.02",
    ):
        assert words in page
    assert 'href="/pengajuan/ktp/perubahan-biometrik"' in page


async def test_the_front_page_says_when_blanks_are_out(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M2: nobody is surprised by a missing appointment."""

    async def out(_office_id: int) -> bool:
        return True

    assert "Blangko" not in (await client.get("/")).text
    monkeypatch.setattr(stock, "blanks_are_out", out)
    assert "Blangko KTP-el sedang habis" in (await client.get("/")).text


async def test_the_menu_leads_where_the_standard_says(client: httpx.AsyncClient) -> None:
    """P4: Pengajuan > KTP > Perubahan biometrik; the others are named and say where they are done."""
    page = (await client.get("/pengajuan")).text
    assert re.search(r'href="/pengajuan/ktp/perubahan-biometrik".*Perubahan biometrik', page)
    for other in ("Kehilangan", "Rusak / cetak ulang", "Perubahan elemen data", "Baru (pertama)"):
        assert other in page


async def test_the_standard_has_its_fourteen_components(client: httpx.AsyncClient) -> None:
    """M1, C1, F1, T1, G3, G5, S1, S2, E2: published whole, with nine regulations and every channel."""
    page = (await client.get("/standar")).text
    assert len(re.findall(r"<h2>\d\. ", page)) == 14
    assert len(re.findall(r"<li>(?:Undang-Undang|Peraturan) ", page)) == 9
    for link in ("https://wa.me/6285736349953", "tel:+62318971010", "mailto:kec.krian@gmail.com", "sms:1708"):
        assert f'href="{link}"' in page
    for channel in ("@kecamatankrian", "Facebook", "Kotak saran", "Faksimile", "@lapor1708", "lapor.go.id"):
        assert channel in page
    assert "Saber" not in page


async def test_a_channel_without_a_number_has_no_dead_link(client: httpx.AsyncClient) -> None:
    await Office.update({Office.whatsapp: "belum ada"}, force=True)
    await founding.load()
    shown = channels(founding.office_card())
    assert [(one.text, one.href) for one in shown if one.title == "WhatsApp"] == [("belum ada", "")]


async def test_static_files_may_be_kept_for_ever_under_their_hashed_name(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    style = re.search(r'href="(/static/app\.[0-9a-f]{10}\.css)"', page)
    assert style is not None
    answer = await client.get(style[1])
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" not in (await client.get("/static/app.css")).headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/static/nope.css", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"]
)
async def test_nothing_but_static_files_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_small_files_robots_and_browsers_ask_for(client: httpx.AsyncClient) -> None:
    assert "Disallow: /permohonan" in (await client.get("/robots.txt")).text
    assert (await client.get("/favicon.ico")).headers["content-type"].startswith("image/svg+xml")


async def test_health_is_two_questions(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alive: the process answers. Ready: its database does as well."""
    assert (await client.get("/sehat")).text == "ok\n"
    assert (await client.get("/sehat/siap")).text == "ok\n"

    async def lost() -> bool:
        raise DatabaseLost("gone")

    monkeypatch.setattr(Office, "exists", lost)
    assert (await client.get("/sehat/siap")).status_code == 503
    assert (await client.get("/sehat")).status_code == 200
