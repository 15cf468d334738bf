"""What static/app.js promises on every page: failures are told in place, and nothing is sent twice.

The pages here are made of base.html alone and answered by the test, so that every way to fail can be had.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from playwright.async_api import Page, Route, expect

from components.rendering import assets, environment
from routes.policy import POLICY
from tests.journeys.browser import Watch

SITE = "http://loket.test"
FORM = """
{% extends "base.html" %}
{% from "parts/forms.html" import form_keys, text_field %}
{% block title %}Tulis nama{% endblock %}
{% block content %}
<h1>Tulis nama</h1>
<form method="post" action="/nama" id="isian" class="alir"{% if htmx %} hx-post="/nama" hx-swap="outerHTML"{% endif %}>
{{ form_keys(csrf_token) }}{{ text_field("nama", "Nama") }}
<button class="btn">Kirim</button>
</form>
{% endblock %}
"""
OFFICE = SimpleNamespace(name="Kecamatan Krian", short_name="Krian")
NOTICE = (
    '<div class="note gawat" role="alert"><div><b>Terlalu sering</b><p>Tunggu satu menit.</p></div></div>'
)
FAULTS = (
    '<form id="isian" class="alir"><div class="note gawat" tabindex="-1" autofocus>Periksa nama</div></form>'
)
DONE = '<p id="isian">Tersimpan</p>'

Answer = Callable[[Route], Awaitable[None]]


@dataclass
class Site:
    """Serves the page above and static/; POSTs are counted and answered as the test says."""

    page: Page
    answer: Answer
    htmx: bool = True
    home: str = SITE
    posts: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    async def open(self) -> None:
        await self.page.route(f"{self.home}/**", self._serve)
        await self.page.goto(f"{self.home}/")

    async def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(self.home)
        if route.request.method == "POST":
            self.posts.append(route.request.post_data or "")
            self.tokens.append(route.request.headers.get("x-token"))
            await self.answer(route)
        elif asset := assets().find(path.removeprefix("/static/")):
            await route.fulfill(body=asset.plain, content_type=asset.content_type)
        else:
            template = environment().from_string(FORM)
            page = template.render(office=OFFICE, csrf_token="1234567890e12", htmx=self.htmx)
            await route.fulfill(
                body=page,
                content_type="text/html; charset=utf-8",
                headers={"content-security-policy": POLICY},
            )


def html(body: str, status: int = 200, **headers: str) -> Answer:
    """Answer every POST with this, marked as ours."""

    async def answer(route: Route) -> None:
        given: Mapping[str, str] = {"x-request-id": "5f0c", "content-type": "text/html; charset=utf-8"}
        await route.fulfill(status=status, body=body, headers={**given, **headers})

    return answer


async def test_a_form_that_went_through_is_swapped_and_proved_by_its_token(phone: Page) -> None:
    """The token, though it looks like a number, arrives as it was written (security: forged requests)."""
    site = Site(phone, html(DONE))
    await site.open()
    await phone.get_by_label("Nama").fill("Siti")
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()
    assert site.tokens == ["1234567890e12"]


async def test_faults_take_the_place_of_the_form_and_the_focus(phone: Page) -> None:
    """[P5] What has to be mended is where the person looks, also for a screen reader."""
    site = Site(phone, html(FAULTS, 422))
    await site.open()
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_text("Periksa nama")).to_be_focused()


async def test_a_notice_stands_beside_the_form_and_what_was_typed_stays(phone: Page) -> None:
    """[P5] A refusal that is not about a field must not take away what was typed."""
    site = Site(phone, html(NOTICE, 429))
    await site.open()
    await phone.get_by_label("Nama").fill("Siti")
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_text("Tunggu satu menit.")).to_be_visible()
    await expect(phone.get_by_role("alert")).to_be_focused()
    await expect(phone.get_by_label("Nama")).to_have_value("Siti")


def broken(reason: str) -> Answer:
    """Have the line break in this way."""

    async def answer(route: Route) -> None:
        await route.abort(reason)

    return answer


async def foreign(route: Route) -> None:
    """What the WiFi of a coffee shop answers in our place."""
    await route.fulfill(body="<html><body><form>Masuk dulu</form></body></html>", content_type="text/html")


FAILURES = {
    "offline": (broken("internetdisconnected"), "Internet terputus"),
    "no name": (broken("namenotresolved"), "Internet terputus"),
    "refused": (broken("connectionrefused"), "Internet terputus"),
    "reset": (broken("connectionreset"), "Internet terputus"),
    "timed out": (broken("timedout"), "Internet terputus"),
    "our fault": (html("<html><h1>rusak</h1></html>", 500), "Ada gangguan di sistem kami"),
    "a proxy's fault": (html("Bad gateway", 502), "Ada gangguan di sistem kami"),
    "busy": (html(NOTICE.replace("Terlalu sering", "Sistem sedang sibuk"), 503), "Sistem sedang sibuk"),
    "too often": (html(NOTICE, 429), "Terlalu sering"),
    "overtaken": (html(NOTICE.replace("Terlalu sering", "Belum dilakukan"), 409), "Belum dilakukan"),
    "too large": (
        html(NOTICE.replace("Terlalu sering", "Kiriman terlalu besar"), 413),
        "Kiriman terlalu besar",
    ),
    "session over": (html("<html><h1>PIN</h1></html>", 403), "Sesi Anda berakhir"),
    "captive portal": (foreign, "Belum sampai di kami"),
    "nothing at all": (html(""), "Belum sampai di kami"),
}


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
@pytest.mark.parametrize("failure", FAILURES)
async def test_every_failure_is_told_in_place_and_can_be_tried_again(
    phone: Page, watch: Watch, failure: str, htmx: bool
) -> None:
    """[P5] What was typed stays, the focus is on what happened, and Coba lagi sends the same under the same key."""
    watch.allow("ERR_|Failed to fetch|50[0-9]")
    answer, words = FAILURES[failure]
    site = Site(phone, answer, htmx=htmx)
    await site.open()
    await phone.get_by_label("Nama").fill("Siti")
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_role("alert")).to_contain_text(words)
    await expect(phone.get_by_role("alert")).to_be_focused()
    await expect(phone.get_by_label("Nama")).to_have_value("Siti")
    site.answer = html(DONE if htmx else f"<html><body>{DONE}</body></html>")
    await phone.keyboard.press("Tab")
    if failure == "session over":
        await expect(phone.get_by_role("link", name="Masuk lagi")).to_be_focused()
        await phone.keyboard.press("Tab")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()
    await expect(phone.get_by_role("alert")).to_be_hidden()
    assert site.posts == [site.posts[0]] * 2


async def test_an_answer_cut_in_the_middle_is_no_answer(phone: Page, watch: Watch) -> None:
    """Half a page is not shown, and what was typed stays."""
    watch.allow("ERR_|Failed to fetch|network error|MIME type")

    async def half(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Request-Id: 1\r\nContent-Length: 5000\r\n\r\n<html><body>Tersim")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    site = Site(phone, Route.continue_, htmx=False, home=f"http://127.0.0.1:{port}")
    await site.open()
    await phone.get_by_label("Nama").fill("Siti")
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_role("alert")).to_contain_text("Internet terputus")
    await expect(phone.get_by_label("Nama")).to_have_value("Siti")
    server.close()


async def test_a_line_without_a_sign_of_life_is_given_up_with_words(phone: Page, watch: Watch) -> None:
    """Words after 400 ms, others after 10 s, and after two minutes the choice is the person's."""
    watch.allow("htmx:error")
    waiting: list[Route] = []

    async def keep(route: Route) -> None:
        waiting.append(route)

    await phone.clock.install()
    site = Site(phone, keep, htmx=False)
    await site.open()
    await phone.get_by_label("Nama").fill("Siti")
    await phone.get_by_role("button", name="Kirim").click()
    await phone.clock.run_for(500)
    await expect(phone.get_by_role("status")).to_have_text("Sedang dikirim. Mohon tunggu.")
    await phone.clock.run_for(10_000)
    await expect(phone.get_by_role("status")).to_have_text("Jaringan lambat, masih dicoba.")
    await phone.clock.run_for(110_000)
    await expect(phone.get_by_role("alert")).to_contain_text("Jaringan sangat lambat")
    await expect(phone.get_by_role("status")).to_be_hidden()
    await expect(phone.get_by_label("Nama")).to_have_value("Siti")
    site.answer = html(f"<html><body>{DONE}</body></html>")
    await phone.get_by_role("button", name="Coba lagi").click()
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()
    assert len(waiting) == 1


async def test_the_session_can_be_opened_again_in_another_tab(phone: Page) -> None:
    """The link leads to the same page, which asks for the PIN; this one stays as it is."""
    site = Site(phone, html("<html><h1>PIN</h1></html>", 403), htmx=False)
    await site.open()
    await phone.get_by_role("button", name="Kirim").click()
    link = phone.get_by_role("link", name="Masuk lagi")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("href", f"{SITE}/")


async def test_a_plain_form_leads_on_to_the_next_page(phone: Page) -> None:
    """Also to a place on the page where it is, which is then asked for anew."""
    site = Site(phone, html("", 204, location="/#nama"), htmx=False)
    await site.open()
    await phone.evaluate("document.title = 'lama'")
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone).to_have_title("Tulis nama · Loket Krian")
    assert phone.url == f"{SITE}/#nama"
    site.answer = html("", 204, location="/berikutnya")
    await phone.get_by_role("button", name="Kirim").click()
    await phone.wait_for_url(f"{SITE}/berikutnya")


async def test_a_plain_form_comes_back_with_its_faults(phone: Page) -> None:
    """[P5] As a browser shows it that sends the form itself: title, focus, scripts and all."""
    site = Site(phone, broken("failed"), htmx=False)
    await site.open()
    page = await phone.content()
    faulty = page.replace("<title>", "<title>Galat: ").replace(
        '<form method="post"', f'{FAULTS}<form method="post"', 1
    )
    site.answer = html(faulty, 422)
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_text("Periksa nama")).to_be_focused()
    await expect(phone).to_have_title("Galat: Tulis nama · Loket Krian")
    site.answer = html("", 204, location="/berikutnya")
    await phone.get_by_role("button", name="Kirim").click()
    await phone.wait_for_url(f"{SITE}/berikutnya")


async def test_what_looks_after_itself_fails_without_a_word(phone: Page, watch: Watch) -> None:
    """data-quiet: no note, no focus taken away from the field somebody types in."""
    watch.allow("ERR_|Failed to fetch")
    site = Site(phone, broken("connectionreset"), htmx=False)
    await site.open()
    await phone.get_by_label("Nama").focus()
    await phone.evaluate("""() => {
        const quiet = document.createElement('p');
        quiet.dataset.quiet = '';
        document.querySelector('main').append(quiet);
        return htmx.ajax('POST', '/nama', {source: quiet, event: new Event('input')});
    }""")
    await expect(phone.get_by_label("Nama")).to_be_focused()
    await expect(phone.get_by_role("alert")).to_have_count(0)
    assert len(site.posts) == 1


async def test_while_a_form_is_on_its_way_it_says_so_and_is_not_sent_again(phone: Page) -> None:
    """A second tap on a slow line sends nothing (security: client retry, double click)."""
    waiting: list[Route] = []

    async def keep(route: Route) -> None:
        waiting.append(route)

    site = Site(phone, keep)
    await site.open()
    button = phone.get_by_role("button", name="Kirim")
    await button.click()
    await expect(phone.get_by_role("status")).to_have_text("Sedang dikirim. Mohon tunggu.")
    await button.click()
    await phone.keyboard.press("Enter")
    assert len(site.posts) == 1
    await html(DONE)(waiting[0])
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()
    assert len(site.posts) == 1


async def test_a_plain_form_is_not_sent_twice_either(phone: Page) -> None:
    """A plain form, tapped three times, is one request (security: client retry, double click)."""

    async def slowly(route: Route) -> None:
        await asyncio.sleep(1.5)
        await html(f"<html><body>{DONE}</body></html>")(route)

    site = Site(phone, slowly, htmx=False)
    await site.open()
    # From inside the page: while a navigation is under way, Playwright's own clicks wait for its end.
    await phone.evaluate("""() => {
        const button = document.querySelector('#isian button');
        button.click();
        button.click();
        setTimeout(() => button.click(), 600);
    }""")
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()
    assert len(site.posts) == 1


async def test_without_javascript_the_same_form_is_sent(phone_without_javascript: Page) -> None:
    """[P5] Pages work without JavaScript."""
    page = phone_without_javascript
    site = Site(page, html(DONE))
    await site.open()
    await page.get_by_label("Nama").fill("Siti")
    await page.get_by_role("button", name="Kirim").click()
    await expect(page.get_by_text("Tersimpan")).to_be_visible()
    assert "nama=Siti" in site.posts[0]
    assert "_token=1234567890e12" in site.posts[0]


async def test_a_script_smuggled_into_a_page_does_not_run(phone: Page, watch: Watch) -> None:
    """The content security policy refuses what is inline, and the journey's watch sees it."""
    site = Site(phone, html(DONE + '<img src="x" alt="" onerror="document.title = 1">'))
    await site.open()
    title = await phone.title()
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()
    await phone.wait_for_load_state("networkidle")
    assert await phone.title() == title
    assert any("Content Security Policy" in fault for fault in watch.faults)
    watch.allow("Content Security Policy")
