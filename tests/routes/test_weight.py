"""What a citizen's phone has to fetch, in bytes: page and headers as they are sent (design: budgets, line)."""

import re

import httpx
import pytest

from components.kit import Kit
from components.rendering import assets
from models.rules.workflow import State
from tests.faults.people import browser, let_in
from tests.faults.states import one_in_each_state
from tests.support.databases import on_sqlite

pytestmark = on_sqlite

HOME = 22_000
FIRST_PAINT = 10_000
FURTHER_PAGE = 5_000
FRAGMENT = 1_500
HEADERS = 305
"""Of each file, as nginx sends it on HTTP/2: every header anew, for it keeps no table of them."""
LANDING = {"Sec-Fetch-Site": "none", "Accept-Encoding": "br"}
STEPS = ["", "/perubahan", "/alasan", "/kontak", "/identitas", "/berkas", "/periksa"]


def wire(answer: httpx.Response) -> int:
    """Bytes of an answer as HTTP/1.1 sends it: status, headers, body. HTTP/2 needs less."""
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return 19 + headers + int(answer.headers.get("content-length", "0"))


def files_of(page: str) -> list[str]:
    """Every file that a page fetches now or for the next page, once."""
    return sorted(set(re.findall(r"/static/([\w.-]+)", page)))


def weight(name: str) -> int:
    asset = assets().find(name)
    assert asset is not None
    return len(asset.fitting("br")[0])


async def test_the_first_visit_of_the_home_page(client: httpx.AsyncClient) -> None:
    """Everything, with what the next page will need; and what comes before the first paint: the page alone."""
    page = await client.get("/", headers=LANDING)
    assert page.headers["content-encoding"] == "br"
    assert wire(page) <= FIRST_PAINT
    parts = files_of(page.text)
    assert len(parts) == 3  # icons, the sheet and htmx for the next page
    assert wire(page) + sum(weight(name) + HEADERS for name in parts) <= HOME


async def test_nothing_is_fetched_ahead_where_data_is_dear(client: httpx.AsyncClient) -> None:
    """With Save-Data only what this page shows; neither answer is handed out for the other."""
    for _ in ("made", "handed out again"):
        page, sparing = [await client.get("/", headers=LANDING | more) for more in ({}, {"Save-Data": "on"})]
        assert 'rel="prefetch"' in page.text
        assert 'rel="prefetch"' not in sparing.text
        assert page.headers["etag"] != sparing.headers["etag"]


async def test_the_second_page_brings_less_than_its_budget(client: httpx.AsyncClient) -> None:
    """From home to the first question: page and scripts; sheet, icons and htmx are there already."""
    home = await client.get("/", headers=LANDING)
    second = await client.get("/pengajuan/ktp/perubahan-biometrik", headers={"Accept-Encoding": "br"})
    new = set(files_of(second.text)) - set(files_of(home.text))
    assert wire(second) + sum(weight(name) + HEADERS for name in new) <= FURTHER_PAGE


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/pengajuan",
        "/standar",
        "/data-anda",
        "/aksesibilitas",
        "/masuk",
        "/pengaduan",
        "/pengaduan/baru",
        "/pengaduan/pungutan",
        "/pengaduan/lihat",
    ],
)
async def test_public_pages(client: httpx.AsyncClient, path: str) -> None:
    """From our own pages and landed on alike."""
    further = await client.get(path, headers={"Accept-Encoding": "br"})
    assert wire(further) <= FURTHER_PAGE
    assert wire(await client.get(path, headers=LANDING)) <= FIRST_PAINT


async def test_pages_of_an_application_in_every_state(service: Kit) -> None:
    """State x step, for its holder: whole pages, and the fragments that htmx gets from the same addresses."""
    heavy = []
    for application in (await one_in_each_state()).values():
        async with browser(await let_in(application), **{"Accept-Encoding": "br"}) as phone:
            for step in STEPS if application.state in (State.DRAFT, State.RETURNED) else [""]:
                answer = await phone.get(f"/permohonan/{application.number}{step}")
                if wire(answer) > FURTHER_PAGE:
                    heavy.append((application.state, step, wire(answer)))
    assert heavy == []


async def test_what_changes_in_place_is_light(client: httpx.AsyncClient) -> None:
    """A refusal in place, headers included."""
    answer = await client.get("/tidak/ada", headers={"HX-Request": "true", "Accept-Encoding": "br"})
    assert wire(answer) <= FRAGMENT


async def test_the_slot_of_a_photo_is_light(service: Kit) -> None:
    """What a photo that arrived brings in its place: this slot alone, how many are done, the way on."""
    drafts = [
        one for one in (await one_in_each_state()).values() if one.state in (State.DRAFT, State.RETURNED)
    ]
    for draft in drafts:
        page = "perbaikan" if draft.state == State.RETURNED else "berkas"
        async with browser(await let_in(draft), **{"Accept-Encoding": "br"}) as phone:
            headers = {"HX-Request": "true", "HX-Target": "family_card"}
            answer = await phone.get(f"/permohonan/{draft.number}/{page}", headers=headers)
        assert wire(answer) <= FRAGMENT
        assert answer.text.count("<section") == 1
