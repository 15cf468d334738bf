"""What static/app.js promises on every page: failures are told in place, and nothing is sent twice.

The pages here are made of base.html alone and answered by the test, so that every way to fail can be had.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

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
    posts: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    async def open(self) -> None:
        await self.page.route(f"{SITE}/**", self._serve)
        await self.page.goto(f"{SITE}/")

    async def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
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


def html(body: str, status: int = 200) -> Answer:
    """Answer every POST with this."""

    async def answer(route: Route) -> None:
        await route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")

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


async def test_after_a_fault_of_ours_the_same_form_can_be_sent_again(phone: Page, watch: Watch) -> None:
    """[P5] Coba lagi sends what was typed, with the key that keeps it from counting twice."""
    watch.allow("500")
    site = Site(phone, html("<h1>rusak</h1>", 500))
    await site.open()
    await phone.get_by_label("Nama").fill("Siti")
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_role("alert")).to_contain_text("Ada gangguan di sistem kami")
    site.answer = html(DONE)
    await phone.get_by_role("button", name="Coba lagi").click()
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()
    assert len(site.posts) == 2
    assert site.posts[0] == site.posts[1]


async def test_a_line_that_breaks_is_told_and_can_be_tried_again(phone: Page, watch: Watch) -> None:
    """[P5] On a weak line nothing typed is lost."""
    watch.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")

    async def break_off(route: Route) -> None:
        await route.abort("internetdisconnected")

    site = Site(phone, break_off)
    await site.open()
    await phone.get_by_label("Nama").fill("Siti")
    await phone.get_by_role("button", name="Kirim").click()
    await expect(phone.get_by_role("alert")).to_contain_text("Internet terputus")
    site.answer = html(DONE)
    await phone.get_by_role("button", name="Coba lagi").click()
    await expect(phone.get_by_text("Tersimpan")).to_be_visible()


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


async def test_a_form_without_htmx_is_not_sent_twice_either(phone: Page) -> None:
    """A plain form, tapped three times, is one request (security: client retry, double click)."""

    async def slowly(route: Route) -> None:
        await asyncio.sleep(1.5)
        await html(DONE)(route)

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
