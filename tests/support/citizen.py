"""A person at a browser without JavaScript: reads forms off the page, fills them in, sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from tests.support.drafts import CONTACT, PERSON, PHOTOS, light, village

START = "/pengajuan/ktp/perubahan-biometrik"


@dataclass
class PageForm:
    """One form as the browser would send it untouched: address, and each field with its value."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self._select = ""
        self._text_area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self.forms.append(PageForm(given["action"]))
        if not self.forms:
            return
        values = self.forms[-1].values
        if tag == "select":
            self._select = given["name"]
            values[self._select] = ""
        elif tag == "option" and "selected" in given and self._select:
            values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._text_area = given["name"]
            values[self._text_area] = ""
        elif tag == "input" and "name" in given:
            self._input(given)

    def _input(self, given: Mapping[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file":
            self.forms[-1].files.append(given["name"])
        elif kind not in ("radio", "checkbox") or "checked" in given:
            self.forms[-1].values[given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text_area:
            self.forms[-1].values[self._text_area] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text_area = ""


def forms_on(page: str) -> list[PageForm]:
    """Every form of the page that changes something."""
    reader = _Forms()
    reader.feed(page)
    reader.close()
    return reader.forms


def form_to(page: str, action: str) -> PageForm:
    """The form of the page that goes to this address."""
    return next(form for form in forms_on(page) if form.action == action)


class Citizen:
    """Goes from page to page, following what the service answers."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser
        self.answer = httpx.Response(200)

    @property
    def page(self) -> str:
        return self.answer.text

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def number(self) -> str:
        """Of the application whose address this is."""
        return self.path.split("/")[2]

    async def visit(self, path: str) -> httpx.Response:
        self.answer = await self.browser.get(path, follow_redirects=True)
        return self.answer

    async def send(self, typed: Mapping[str, str], action: str = "") -> httpx.Response:
        """Fill in the form of this page (the one to `action`, or the first) and follow where it leads."""
        form = form_to(self.page, action) if action else forms_on(self.page)[0]
        self.answer = await self.browser.post(
            form.action, data={**form.values, **typed}, follow_redirects=True
        )
        return self.answer

    async def upload(
        self, kind: str, content: bytes, name: str = "foto.jpg", again: bool = False
    ) -> httpx.Response:
        """Choose a file in the slot of this document and send it; again: instead of what is there."""
        action = f"/permohonan/{self.number}/berkas/{kind}{'/penggantian' if again else ''}"
        form = form_to(self.page, action)
        self.answer = await self.browser.post(
            action,
            data=form.values,
            files={form.files[0]: (name, content, "image/jpeg"), form.files[1]: ("", b"")},
            follow_redirects=True,
        )
        return self.answer

    async def begin(self, change: str = "photo", reason: str = "jilbab_on") -> None:
        """What changes and why."""
        await self.visit(START)
        await self.send({"perubahan": change})
        if reason:
            await self.send({"alasan": reason})

    async def fill(self, **typed: str) -> None:
        """From the first question to the documents."""
        await self.begin()
        await self.send(
            {**CONTACT, "desa": await village()} | {k: v for k, v in typed.items() if k in CONTACT}
        )
        await self.send(PERSON | {k: v for k, v in typed.items() if k in PERSON})

    async def complete(self, **typed: str) -> None:
        """Everything but the last press: the check page is open."""
        await self.fill(**typed)
        for kind in ("old_card", "family_card", "form_f102"):
            await self.upload(kind, light(PHOTOS[kind]))
        await self.visit(f"/permohonan/{self.number}/periksa")

    async def submit(self) -> httpx.Response:
        """The last press."""
        return await self.send({}, f"/permohonan/{self.number}/pengajuan")
