"""What the service worker needs of the server: itself, the page without a line, and whose pages it may keep."""

import re

import httpx

from components import sessions
from components.kit import Kit
from models.rules.workflow import State
from tests.support.cases import an_application
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY

pytestmark = on_sqlite


async def test_the_worker_lists_what_the_page_without_a_line_needs(client: httpx.AsyncClient) -> None:
    """Each of it can be had; the list changes with a release, and a browser asks within the hour whether it did."""
    answer = await client.get("/sw.js")
    assert answer.headers["content-type"].startswith(("text/javascript", "application/javascript"))
    assert answer.headers["cache-control"] == "max-age=3600"
    listed = re.search(r"const SHELL=(\[.*?\]);", answer.text)
    assert listed is not None
    shell = re.findall(r'"(.*?)"', listed[1])
    assert re.fullmatch(r"/luring\?[0-9a-f]{8}", shell[0])
    for path in shell:
        assert (await client.get(path)).status_code == 200
    page = (await client.get(shell[0])).text
    assert all(path in page for path in shell[1:])
    again = await client.get("/sw.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_worker_is_small(client: httpx.AsyncClient) -> None:
    """A phone on a weak line fetches it once, after everything else."""
    answer = await client.get("/sw.js", headers={"Accept-Encoding": "br"})
    assert int(answer.headers["content-length"]) <= 550


async def test_the_page_without_a_line_says_what_to_do(client: httpx.AsyncClient) -> None:
    """It stands at whatever address was asked for, so Coba lagi asks for that once more."""
    page = (await client.get("/luring")).text
    assert '<a class="btn" href="">Coba lagi</a>' in page
    assert "<script" not in page


async def test_every_page_says_under_which_mark_it_may_be_kept(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """One mark per session; another after the next application was opened; none for strangers and staff."""
    one, other = await an_application(State.SUBMITTED), await an_application(State.SUBMITTED)
    marks = []
    token = ""
    for application in (one, other):
        token = await sessions.let_in(application.id, MONDAY, token)
        client.cookies.clear()
        client.cookies.set("sesi", token, domain="loket.test")
        marks += [(await client.get(path)).headers["x-luring"] for path in ("/permohonan", "/masuk")]
    assert marks[0] == marks[1] != marks[2] == marks[3]
    assert all(re.fullmatch(r"p[0-9a-f]{8}", mark) for mark in marks)
    assert token not in str(marks)
    client.cookies.clear()
    stranger = await client.get(f"/permohonan/{one.number}")
    assert (stranger.status_code, stranger.headers["x-luring"]) == (403, "p")


async def test_a_form_sent_by_the_script_is_told_where_to_go_on(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """The browser itself is led on by 303, app.js by the same address without it."""
    begin = "/pengajuan/ktp/perubahan-biometrik"
    form = {"perubahan": "photo", "_kunci": "0123456789abcdef"}
    plain = await client.post(begin, data=form)
    by_script = await client.post(begin, data=form, headers={"HX-Request": "true", "HX-Target": "body"})
    assert (plain.status_code, by_script.status_code) == (303, 204)
    assert plain.headers["location"] == by_script.headers["location"]
    assert by_script.headers["cache-control"] == "no-store"


async def test_closing_on_this_device_clears_what_it_kept(client: httpx.AsyncClient, service: Kit) -> None:
    """Also by hand, for a browser that does not know the header."""
    application = await an_application(State.SUBMITTED)
    client.cookies.set("sesi", await sessions.let_in(application.id, MONDAY), domain="loket.test")
    answer = await client.post("/selesai-di-perangkat-ini", data={"_kunci": "0123456789abcdef"})
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    client.cookies.clear()
    done = (await client.get("/selesai-di-perangkat-ini")).text
    assert "/static/leave." in done
    assert not re.search(r"/static/app\.\w+\.js", done), "it would bring the worker back"
