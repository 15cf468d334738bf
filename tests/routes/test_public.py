"""What anybody may read."""

import base64
import hashlib
import re

import httpx
import pytest

from components import clock, founding, scheduler, stock
from components.publishing import channels
from models.db import DatabaseLost
from models.office import Office
from models.system import Heartbeat
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

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
    later = clock.steady() + 2.5
    monkeypatch.setattr(clock, "steady", lambda: later)
    assert "Blangko KTP-el sedang habis" in (await client.get("/")).text


async def test_what_was_changed_here_is_seen_at_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are handed out for two seconds without a look; a change through this process ends that."""
    asked: list[int] = []

    async def counted(office_id: int) -> bool:
        asked.append(office_id)
        return False

    monkeypatch.setattr(stock, "blanks_are_out", counted)
    monkeypatch.setattr(clock, "steady", lambda: 100.0)
    for _ in range(3):
        assert (await client.get("/")).status_code == 200
    assert len(asked) == 1
    await client.post("/keluar")
    await client.get("/")
    assert len(asked) == 2


@pytest.mark.parametrize("path", [*PAGES, "/static/app.css", "/static/icons.svg"])
async def test_what_is_handed_out_again_is_the_same_answer(client: httpx.AsyncClient, path: str) -> None:
    """Ready answers lack nothing: every header of the first, and an id of their own for the log."""
    first, again = await client.get(path), await client.get(path)
    assert first.content == again.content
    ids = [dict(answer.headers).pop("x-request-id") for answer in (first, again)]
    assert ids[0] != ids[1]
    for name in first.headers.keys() - {"x-request-id"}:
        assert first.headers[name] == again.headers[name]
    told = await client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (told.status_code, told.content) == (304, b"")
    for name in ("etag", "cache-control", "vary", "content-security-policy"):
        assert told.headers[name] == first.headers[name]
    assert "content-encoding" not in told.headers


async def test_ready_answers_are_only_for_our_own_host(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).status_code == 200
    assert (await client.get("/", headers={"Host": "evil.example"})).status_code == 400
    assert (await client.get("/?q=1")).status_code == 200
    assert (await client.head("/")).status_code == 405


async def test_ready_answers_are_logged_like_all_others(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="loket.access"):
        first, again = await client.get("/standar"), await client.get("/standar")
    lines = [record.getMessage() for record in caplog.records]
    for answer, line in zip((first, again), lines, strict=True):
        assert line.startswith(f"{answer.headers['x-request-id']} GET /standar 200 ")


LANDING = {"Sec-Fetch-Site": "none"}


@pytest.mark.parametrize("path", PAGES)
async def test_whoever_lands_gets_the_style_sheet_with_the_page(client: httpx.AsyncClient, path: str) -> None:
    """A first visit is shown without a second round trip; from our own pages the sheet is there already."""
    landing, further = await client.get(path, headers=LANDING), await client.get(path)
    style = re.search(r"<style>(.*?)</style>", landing.text, re.DOTALL)
    assert style is not None
    fingerprint = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert re.findall(r'<link rel="stylesheet"[^>]*>', landing.text.partition("</head>")[0]) == []
    assert "<style" not in further.text
    for answer in (landing, further):
        assert f"style-src 'self' 'sha256-{fingerprint}';" in answer.headers["content-security-policy"]
    assert landing.headers["etag"] == further.headers["etag"]


async def test_home_brings_the_rules_of_its_first_screen_alone(client: httpx.AsyncClient) -> None:
    """The sheet is linked where the first screen ends; what stands above can be shown before it has come."""
    landing = (await client.get("/", headers=LANDING)).text
    style = re.search(r"<style>(.*?)</style>", landing, re.DOTALL)
    above, link, below = landing.partition('<link rel="stylesheet"')
    assert style is not None
    assert "media=" not in below.partition(">")[0]
    assert '<input class="kotak' in above
    assert ".kotak{" in style[1]
    assert "<details" in below
    assert "details" not in style[1]
    assert below.count(link) == 0


async def test_the_menu_leads_where_the_standard_says(client: httpx.AsyncClient) -> None:
    """P4: Pengajuan > KTP > Perubahan biometrik; what is switched off is not on it."""
    page = (await client.get("/pengajuan")).text
    assert re.search(r'href="/pengajuan/ktp/perubahan-biometrik".*Perubahan biometrik', page)
    for other in ("Kehilangan", "Rusak / cetak ulang", "Perubahan elemen data", "Baru (pertama)"):
        assert other not in page


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
    assert (await client.get("/sehat/siap")).text == "ok\nscheduler: never\n"
    await scheduler.beat(MONDAY)
    assert (await client.get("/sehat/siap")).text == "ok\nscheduler: 2026-11-23T02:00:00Z\n"

    def lost() -> None:
        raise DatabaseLost("gone")

    monkeypatch.setattr(Heartbeat, "objects", lost)
    assert (await client.get("/sehat/siap")).status_code == 503
    assert (await client.get("/sehat")).status_code == 200


async def test_who_sees_what_names_the_village_as_the_last_resort(client: httpx.AsyncClient) -> None:
    """[P11, G4] That a registrar may read name and RT/RW of a neighbour, and when, is said where data are spoken of."""
    page = (await client.get("/data-anda")).text
    assert "Bila email, WA, dan telepon tidak sampai, petugas desa Anda yang menyampaikan kabar." in page
    assert "petugas desa melihat nama, RT/RW, nomor permohonan, dan kabarnya" in page
